//! Tries are slowed down, per account and per address, and nobody is ever locked out for good.
//!
//! A try is counted before it is made, under a lock: a hundred guesses sent at once are a hundred tries. What is
//! tried while waiting is neither made nor counted. Counts live in the database, so that many servers share
//! them, under hashes, so that nobody reads there who was tried.

use crate::Provider;
use crate::entity::throttle::{Column, Entity};
use crate::refusal::Refusal;
use domain::{Instant, Problem};
use platform::{Transaction, secrets};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, Statement};
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
        self.count_tries(std::slice::from_ref(subject)).await
    }

    /// Counts one try against several, all or none; always in the same order, so that two never wait for each other.
    ///
    /// # Errors
    /// [`Problem::TooManyTries`] while it is to wait for one of them.
    pub(crate) async fn count_tries(&self, subjects: &[Subject]) -> Result<(), Refusal> {
        let now = self.now();
        let work = self.platform().store.begin().await?;
        let rows: Vec<String> = (0..subjects.len()).map(|n| format!("(${}, 1, $1, 0)", n + 3)).collect();
        let sql = format!(
            "INSERT INTO identity_throttles (subject_hash, failures, last_at, open_at) VALUES {} \
             ON CONFLICT (subject_hash) DO UPDATE SET last_at = $1, \
             failures = CASE WHEN identity_throttles.last_at < $2 THEN 1 ELSE identity_throttles.failures + 1 END \
             WHERE identity_throttles.open_at <= $1 RETURNING subject_hash, failures",
            rows.join(", ")
        );
        let times = [now.0.into(), now.plus_seconds(-FORGET_AFTER).0.into()];
        let values = times.into_iter().chain(subjects.iter().map(|subject| subject.key().into()));
        let counted = Statement::from_sql_and_values(work.get_database_backend(), sql, values);
        let counted: Vec<(Vec<u8>, i32)> = work
            .query_all_raw(counted)
            .await?
            .iter()
            .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
            .collect::<Result<_, DbErr>>()?;
        for subject in subjects {
            let key = subject.key();
            match counted.iter().find(|(counted, _)| *counted == key) {
                Some((_, failures)) => close(&work, key, now, wait(failures - subject.free())).await?,
                None => return Err(waits(&work, key, now).await?.into()),
            }
        }
        Ok(work.commit().await?)
    }

    /// The try was no failure: an account's are forgotten, an address's keep those of its other tries. One after the
    /// other, in the order in which they were counted: two that meet never wait for each other.
    pub(crate) async fn forgive(
        &self,
        db: &impl ConnectionTrait,
        subjects: &[Subject],
    ) -> Result<(), Refusal> {
        for subject in subjects {
            let update = Entity::update_many().filter(Column::SubjectHash.eq(subject.key()));
            let update = if matches!(subject, Subject::Address(_)) {
                let one_less = sea_orm::ExprTrait::sub(Expr::col(Column::Failures), 1);
                update.col_expr(Column::Failures, one_less).filter(Column::Failures.gt(0))
            } else {
                update.col_expr(Column::Failures, Expr::value(0)).col_expr(Column::OpenAt, Expr::value(0_i64))
            };
            update.exec(db).await?;
        }
        Ok(())
    }
}

/// Nothing is tried for so many seconds.
async fn close(work: &Transaction, key: Vec<u8>, now: Instant, seconds: i64) -> Result<(), DbErr> {
    if seconds > 0 {
        Entity::update_many()
            .col_expr(Column::OpenAt, Expr::value(now.plus_seconds(seconds).0))
            .filter(Column::SubjectHash.eq(key))
            .exec(work)
            .await?;
    }
    Ok(())
}

/// Why that one is not tried now.
async fn waits(work: &Transaction, key: Vec<u8>, now: Instant) -> Result<Problem, DbErr> {
    let open_at = Entity::find_by_id(key).one(work).await?.map_or(now.0, |row| row.open_at);
    Ok(Problem::TooManyTries { minutes: Ord::max(minutes_until(open_at, now), 1) })
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
