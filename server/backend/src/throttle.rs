//! What anybody may ask for is counted, in the database that all servers share, under hashes: nobody reads there who
//! asked. A try is counted before it is made, by the one statement that also says how many there were.

use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::{AccountId, Instant, Problem};
use platform::secrets;
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, Statement};
use std::net::IpAddr;

/// For so many seconds tries are counted together.
const WINDOW: i64 = 3600;

/// Whom tries are counted against.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    /// Requests asked for from an address of the network (R3), each line of a table for itself. An office shares one.
    Requests(IpAddr),
    /// Forms that are looked at before they are sent: what stands beside an address tells whether it is known (R4).
    Looks(IpAddr),
    /// Reference numbers typed by an account (R8).
    Numbers(AccountId),
    /// The same, typed from an address of the network: accounts are made faster than numbers are issued.
    NumbersFrom(IpAddr),
    /// Links to sign that an account answers with (S2): guessing one is hopeless, and counted all the same.
    Signings(AccountId),
    /// Copies that are checked, from an address of the network (S3): each may be large.
    Copies(IpAddr),
    /// What is said of pages from an address of the network (R12).
    Feedback(IpAddr),
}

impl Subject {
    fn key(self) -> Vec<u8> {
        secrets::hash(&match self {
            Self::Requests(ip) => format!("requests {}", network(ip)),
            Self::Looks(ip) => format!("looks {}", network(ip)),
            Self::Numbers(account) => format!("numbers {account}"),
            Self::NumbersFrom(ip) => format!("numbers from {}", network(ip)),
            Self::Signings(account) => format!("signings {account}"),
            Self::Copies(ip) => format!("copies {}", network(ip)),
            Self::Feedback(ip) => format!("feedback {}", network(ip)),
        })
    }

    const fn most(self) -> i32 {
        match self {
            Self::Requests(_) => 150,
            Self::Looks(_) | Self::NumbersFrom(_) | Self::Signings(_) | Self::Copies(_) => 60,
            Self::Numbers(_) => 10,
            Self::Feedback(_) => 30,
        }
    }
}

/// An IPv6 subscriber owns 2^64 addresses: they count as one.
fn network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

impl Portal {
    /// Counts a try.
    ///
    /// # Errors
    /// [`Problem::TooManyTries`] when there were too many within the hour.
    pub(crate) async fn count_try(&self, subject: Subject) -> Result<(), Refusal> {
        self.count_tries(subject, 1).await
    }

    async fn count_tries(&self, subject: Subject, tries: i32) -> Result<(), Refusal> {
        let now = self.now();
        let db = self.write()?;
        let sql = "INSERT INTO portal_throttles (subject_hash, tries, since) VALUES ($1, $4, $2) \
                   ON CONFLICT (subject_hash) DO UPDATE SET \
                   tries = CASE WHEN portal_throttles.since <= $3 THEN $4 ELSE portal_throttles.tries + $4 END, \
                   since = CASE WHEN portal_throttles.since <= $3 THEN $2 ELSE portal_throttles.since END \
                   RETURNING tries, since";
        let values = [subject.key().into(), now.0.into(), now.plus_seconds(-WINDOW).0.into(), tries.into()];
        let counted =
            db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values));
        let Some(row) = counted.await? else { return Err(Problem::TooManyTries { minutes: 1 }.into()) };
        let (tries, since): (i32, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        if tries <= subject.most() {
            return Ok(());
        }
        let left = (Instant(since).plus_seconds(WINDOW).0 - now.0 + 59_999).div_euclid(60_000);
        Err(Problem::TooManyTries { minutes: u16::try_from(left.max(1)).unwrap_or(u16::MAX) }.into())
    }

    /// Counts so many tries at once from an address of the network, where it is known.
    ///
    /// # Errors
    /// [`Problem::TooManyTries`].
    pub(crate) async fn count_at(
        &self,
        address: Option<IpAddr>,
        subject: impl FnOnce(IpAddr) -> Subject,
        tries: usize,
    ) -> Result<(), Refusal> {
        match address {
            Some(address) => {
                self.count_tries(subject(address), i32::try_from(tries).unwrap_or(i32::MAX)).await
            }
            None => Ok(()),
        }
    }

    /// Counts that no longer say anything go.
    pub(crate) async fn forget_tries(&self) -> Result<(), Refusal> {
        use crate::entity::portal_throttle::{Column, Entity};
        let old = Column::Since.lte(self.now().plus_seconds(-WINDOW).0);
        Entity::delete_many().filter(old).exec(self.platform.store.write()).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_counts_once() {
        let ip = |text: &str| Subject::Requests(text.parse().unwrap()).key();
        assert_eq!(ip("2001:db8:1:2::5"), ip("2001:db8:1:2:ffff::1"));
        assert_eq!(ip("::ffff:192.0.2.1"), ip("192.0.2.1"));
        assert_ne!(ip("192.0.2.1"), ip("192.0.2.2"));
    }
}
