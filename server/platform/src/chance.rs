//! The one source of chance. A test seeds it.

use domain::Instant;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng, TryRngCore};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// Where chance comes from.
#[derive(Clone, Debug, Default)]
pub enum Chance {
    /// The operating system's.
    #[default]
    System,
    /// The same sequence each time: tests and demonstration data. Never for secrets.
    Seeded(Arc<Mutex<StdRng>>),
}

impl Chance {
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// Bytes that nobody can guess.
    ///
    /// # Panics
    /// When the operating system has no randomness to give: nothing is safe then.
    #[must_use]
    #[expect(clippy::expect_used, reason = "without randomness nothing may go on")]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::System => rand::rngs::OsRng.try_fill_bytes(&mut bytes).expect("the system's randomness"),
            Self::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes),
        }
        bytes
    }

    /// A new identifier, in order of time (UUID version 7).
    #[must_use]
    pub fn id(&self, now: Instant) -> Uuid {
        let millis = u64::try_from(now.0).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid()
    }

    /// A token for a cookie or a link: 256 bits in the alphabet of addresses.
    #[must_use]
    pub fn token(&self) -> String {
        crate::secrets::in_address(&self.bytes::<32>())
    }
}
