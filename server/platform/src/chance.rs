//! The one source of chance. A test seeds it.

use domain::Instant;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng, TryRngCore};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// The last moment an identifier was made at, and how many were before it in that millisecond: 12 bits.
static LAST: AtomicU64 = AtomicU64::new(0);

/// The next place in that millisecond, of 4096.
fn next(millis: u64) -> (u64, u16) {
    let after = |last: u64| if last >> 12 == millis { last + 1 } else { millis << 12 };
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(after(last)));
    let place = after(last.unwrap_or_else(|last| last));
    (place >> 12, u16::try_from(place & 0xfff).unwrap_or_default())
}

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

    /// A new identifier, in order of time (UUID version 7); those that this program makes within one millisecond
    /// keep their order too.
    #[must_use]
    pub fn id(&self, now: Instant) -> Uuid {
        let millis = u64::try_from(now.0).unwrap_or_default();
        let mut bytes = self.bytes::<10>();
        let Self::System = self else {
            return uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid();
        };
        let (millis, count) = next(millis);
        bytes[..2].copy_from_slice(&count.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
    }

    /// A token for a cookie or a link: 256 bits in the alphabet of addresses.
    #[must_use]
    pub fn token(&self) -> String {
        crate::secrets::in_address(&self.bytes::<32>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_one_millisecond_keep_their_order() {
        let ids: Vec<Uuid> = (0..4000).map(|_| Chance::System.id(Instant(1_795_363_200_000))).collect();
        assert!(ids.is_sorted());
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
