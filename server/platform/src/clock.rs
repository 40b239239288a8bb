//! The one clock. A test holds it.

use domain::Instant;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the time comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    /// Stands still until it is moved: tests and drills.
    Held(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at that moment.
    #[must_use]
    pub fn held(at: Instant) -> Self {
        Self::Held(Arc::new(AtomicI64::new(at.0)))
    }

    /// Now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> Instant {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Held(at) => Instant(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a held clock forward; the system's clock is nobody's to move.
    pub fn advance(&self, seconds: i64) {
        if let Self::Held(at) = self {
            at.fetch_add(seconds * 1000, Ordering::SeqCst);
        }
    }
}
