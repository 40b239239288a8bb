//! Tries are slowed down, per account and per address, and nobody is ever locked out for good.
//!
//! A try is counted before it is made, under a lock: a hundred guesses sent at once are a hundred tries. What is
//! tried while waiting is neither made nor counted. Counts live in the database, so that many servers share
//! them, under hashes, so that nobody reads there who was tried.

use crate::Provider;
use crate::entity::throttle::{ActiveModel, Column, Entity};
use crate::refusal::Refusal;
use domain::{Instant, Problem};
use platform::secrets;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _, QuerySelect as _};
use std::net::IpAddr;
use uuid::Uuid;

/// The first wait, in seconds; each further failure doubles it.
const FIRST_WAIT: i64 = 30;
/// The longest wait: fifteen minutes.
const LONGEST_WAIT: i64 = 900;
/// Failures are forgotten after a day without any.
const FORGET_AFTER: i64 = 86_400;

/// Whom failures are counted against.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    /// Sign-ins with an e-mail, whether or not it has an account.
    Account(String),
    /// Sign-ins from an address of the network.
    Address(IpAddr),
    /// Accounts asked for from an address of the network.
    Creation(IpAddr),
    /// What is asked without a proof of work from an address of the network (A4).
    Unproved(IpAddr),
    /// Passwords typed on another device to confirm a registration.
    Registration(Uuid),
    /// Codes of a second factor typed for an account.
    SecondFactor(Uuid),
    /// Help asked for from an address of the network.
    Help(IpAddr),
}

impl Subject {
    fn key(&self) -> Vec<u8> {
        secrets::hash(&match self {
            Self::Account(email) => format!("account {email}"),
            Self::Address(ip) => format!("address {}", network(*ip)),
            Self::Creation(ip) => format!("creation {}", network(*ip)),
            Self::Unproved(ip) => format!("unproved {}", network(*ip)),
            Self::Registration(id) => format!("registration {id}"),
            Self::SecondFactor(id) => format!("second factor {id}"),
            Self::Help(ip) => format!("help {}", network(*ip)),
        })
    }

    /// How many failures are everybody's right before waiting begins. An office shares one address.
    const fn free(&self) -> i32 {
        match self {
            Self::Account(_) | Self::Registration(_) | Self::SecondFactor(_) | Self::Unproved(_) => 5,
            Self::Address(_) => 30,
            Self::Creation(_) | Self::Help(_) => 20,
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

impl Provider {
    /// Counts a try before it is made.
    ///
    /// # Errors
    /// [`Problem::TooManyTries`] while it is to wait.
    pub(crate) async fn count_try(&self, subject: &Subject) -> Result<(), Refusal> {
        let now = self.now();
        let work = self.platform().store.begin().await?;
        let fresh = ActiveModel {
            subject_hash: Set(subject.key()),
            failures: Set(0),
            last_at: Set(now.0),
            open_at: Set(0),
        };
        Entity::insert(fresh)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&work)
            .await?;
        let Some(row) = Entity::find_by_id(subject.key()).lock_exclusive().one(&work).await? else {
            return Err(Problem::TooManyTries { minutes: 1 }.into());
        };
        if now.0 < row.open_at {
            work.rollback().await?;
            return Err(Problem::TooManyTries { minutes: minutes_until(row.open_at, now) }.into());
        }
        let forgotten = now > Instant(row.last_at).plus_seconds(FORGET_AFTER);
        let failures = if forgotten { 1 } else { row.failures.saturating_add(1) };
        let open_at = now.plus_seconds(wait(failures - subject.free()));
        let counted = ActiveModel {
            failures: Set(failures),
            last_at: Set(now.0),
            open_at: Set(open_at.0),
            ..row.into()
        };
        counted.update(&work).await?;
        work.commit().await?;
        Ok(())
    }

    /// The try was no failure: an account's are forgotten, an address's keep those of its other tries.
    pub(crate) async fn forgive(&self, subject: &Subject) -> Result<(), Refusal> {
        let db = self.platform().store.write();
        if !matches!(subject, Subject::Address(_)) {
            Entity::delete_by_id(subject.key()).exec(db).await?;
            return Ok(());
        }
        use sea_orm::{ColumnTrait as _, ExprTrait as _, QueryFilter as _, sea_query::Expr};
        Entity::update_many()
            .col_expr(Column::Failures, Expr::col(Column::Failures).sub(1))
            .filter(Column::SubjectHash.eq(subject.key()))
            .filter(Column::Failures.gt(0))
            .exec(db)
            .await?;
        Ok(())
    }
}

/// How many seconds to wait after that many failures beyond the free ones.
fn wait(beyond: i32) -> i64 {
    if beyond < 0 {
        return 0;
    }
    FIRST_WAIT.saturating_mul(1 << beyond.min(10)).min(LONGEST_WAIT)
}

fn minutes_until(open_at: i64, now: Instant) -> u16 {
    u16::try_from((open_at - now.0 + 59_999).div_euclid(60_000)).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_quarter_of_an_hour_and_no_further() {
        assert_eq!([-1, 0, 1, 2, 5, 30].map(wait), [0, 30, 60, 120, 900, 900]);
    }

    #[test]
    fn a_subscriber_counts_once() {
        let ip = |text: &str| network(text.parse().unwrap());
        assert_eq!(ip("2001:db8:1:2::5"), ip("2001:db8:1:2:ffff::1"));
        assert_ne!(ip("2001:db8:1:2::5"), ip("2001:db8:1:3::5"));
        assert_eq!(ip("::ffff:192.0.2.1"), ip("192.0.2.1"));
        assert_ne!(ip("192.0.2.1"), ip("192.0.2.2"));
    }
}
