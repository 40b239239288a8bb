//! What every part of the server stands on: database, clock, chance, secrets, outbox and mail.
//!
//! No subject of Accord is known here. `backend` and `identity` both build on it and do not know each other.

pub mod calendar;
pub mod causes;
pub mod chance;
pub mod clock;
pub mod courier;
pub mod letterhead;
pub mod mail;
pub mod outbox;
pub mod secrets;
pub mod store;

pub use calendar::Calendar;
pub use causes::Causes;
pub use chance::Chance;
pub use clock::Clock;
pub use letterhead::{Letterhead, Sheet};
pub use mail::{Letter, Mail, Sender};
pub use outbox::{Outbox, Parcel};
pub use secrets::Secrets;
pub use store::{Store, Transaction};

use std::fmt;
use std::sync::Arc;

/// The means of one running server, shared by everything in it. Cheap to clone.
#[derive(Clone)]
pub struct Platform {
    pub store: Store,
    pub clock: Clock,
    pub chance: Chance,
    pub calendar: Calendar,
    pub secrets: Arc<Secrets>,
    pub outbox: Outbox,
    /// The portal's address as people know it, without a slash at its end. Links are built from it alone.
    pub base_url: Arc<str>,
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Platform").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}
