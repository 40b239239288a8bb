//! What the machine allows: the same work without the portal around it.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordVerifier as _, Version};
use std::thread;
use std::time::{Duration, Instant};

/// The parameters with which the provider keeps passwords (19 MiB, two passes), of a hash of nothing typed.
const KEPT: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Passwords that argon2 alone compares a second, with every core at it.
pub fn argon2(time: Duration) -> f64 {
    let began = Instant::now();
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let compared: u32 = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(|| compare_until(began + time))).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).sum()
    });
    f64::from(compared) / began.elapsed().as_secs_f64()
}

fn compare_until(end: Instant) -> u32 {
    let (Ok(params), Ok(kept)) = (Params::new(19_456, 2, 1, None), PasswordHash::new(KEPT)) else {
        return 0;
    };
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut compared = 0;
    while Instant::now() < end {
        // It is never the password; comparing takes as long.
        let _ = std::hint::black_box(argon2.verify_password(b"Try-Accord-2026", &kept));
        compared += 1;
    }
    compared
}
