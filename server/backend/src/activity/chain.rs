//! The chain of an organization's lines: each is numbered, and sealed with a hash over the line before it (G3).
//!
//! A line's hash covers a salted digest of its details, so that details can be anonymized one day and the chain
//! still verifies (G10). The end of each chain is a row of its own, moved in the same transaction.
//!
//! A command writes its lines last, when it holds every other lock that it needs, and takes the ends of their
//! chains in order of chain: whoever holds an end waits for nothing but a later end, so that a command which notes
//! something in another organization neither breaks that chain nor stands in a circle of commands that wait for
//! one another. The locks of the organizations themselves leave room for the reference from a line to its
//! organization (`work.rs`).

use super::Line;
use crate::entity::{activity, activity_chain};
use platform::Transaction;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, DbErr, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QuerySelect as _,
};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows of one statement.
const STATEMENT: usize = 64;

/// Where a chain ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub chain: Uuid,
    pub number: i64,
    pub hash: Vec<u8>,
}

impl End {
    /// A chain without a line.
    pub(crate) fn start(chain: Uuid) -> Self {
        let hash = Sha256::new().chain_update("accord activity").chain_update(chain.as_bytes());
        Self { chain, number: 0, hash: hash.finalize().to_vec() }
    }

    /// Adds a line: numbered, sealed, ready to be written.
    pub(crate) fn seal(&mut self, line: Line) -> activity::ActiveModel {
        let mut row = line.row();
        row.number = self.number + 1;
        row.digest = digest(&row);
        row.hash = hash(&self.hash, &row);
        self.follow(&row);
        row.into_active_model().reset_all()
    }

    /// Moves to that line.
    pub(crate) fn follow(&mut self, row: &activity::Model) {
        (self.number, self.hash) = (row.number, row.hash.clone());
    }

    pub(crate) fn row(self) -> activity_chain::ActiveModel {
        activity_chain::ActiveModel { chain: Set(self.chain), number: Set(self.number), hash: Set(self.hash) }
    }
}

/// The salted digest of a line's details.
pub(crate) fn digest(row: &activity::Model) -> Vec<u8> {
    Sha256::new().chain_update(&row.salt).chain_update(&row.details).finalize().to_vec()
}

/// Whether a line's details were anonymized (G10): no command writes empty details, and the database lets a line
/// become no other.
pub(crate) fn is_anonymized(row: &activity::Model) -> bool {
    row.details.is_empty() && row.salt.is_empty()
}

/// The hash of a line that follows the line of that hash. Every part has a fixed length or says how long it is.
pub(crate) fn hash(before: &[u8], row: &activity::Model) -> Vec<u8> {
    let hash = Sha256::new()
        .chain_update(before)
        .chain_update(row.number.to_be_bytes())
        .chain_update(row.id.as_bytes())
        .chain_update(row.at.to_be_bytes())
        .chain_update(row.actor_id.unwrap_or_default().as_bytes())
        .chain_update(row.contact_id.unwrap_or_default().as_bytes())
        .chain_update((row.actor_kind.len() as u64).to_be_bytes())
        .chain_update(&row.actor_kind)
        .chain_update((row.event.len() as u64).to_be_bytes())
        .chain_update(&row.event)
        .chain_update(&row.digest);
    hash.finalize().to_vec()
}

/// Writes lines at the ends of their chains. The last thing that a transaction does.
pub(crate) async fn append(db: &Transaction, lines: Vec<Line>) -> Result<(), DbErr> {
    let mut chains: BTreeMap<Uuid, Vec<Line>> = BTreeMap::new();
    for line in lines {
        chains.entry(line.chain()).or_default().push(line);
    }
    for (chain, lines) in chains {
        let mut end = take(db, chain).await?;
        let mut rows = lines.into_iter().map(|line| end.seal(line)).collect::<Vec<_>>();
        while !rows.is_empty() {
            let some = rows.drain(..rows.len().min(STATEMENT));
            activity::Entity::insert_many(some).exec_without_returning(db).await?;
        }
        activity_chain::Entity::update_many()
            .set(end.row())
            .filter(activity_chain::Column::Chain.eq(chain))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// The end of a chain, which is this transaction's alone until it commits.
async fn take(db: &Transaction, chain: Uuid) -> Result<End, DbErr> {
    if let Some(end) = locked(db, chain).await? {
        return Ok(end);
    }
    // The first line of this chain; of several servers that begin it, one makes its end and the others wait.
    activity_chain::Entity::insert(End::start(chain).row())
        .on_conflict(OnConflict::column(activity_chain::Column::Chain).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(db)
        .await?;
    locked(db, chain).await?.ok_or_else(|| DbErr::RecordNotFound("the end of a chain".to_owned()))
}

async fn locked(db: &Transaction, chain: Uuid) -> Result<Option<End>, DbErr> {
    let row = activity_chain::Entity::find_by_id(chain).lock_exclusive().one(db).await?;
    Ok(row.map(|row| End { chain, number: row.number, hash: row.hash }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Event;
    use domain::invitations::By;
    use domain::{Act, ContactId, Instant, OrganizationId};
    use serde_json::json;

    fn line(n: u128) -> Line {
        Line {
            id: Uuid::from_u128(n),
            organization: Some(OrganizationId(Uuid::from_u128(1))),
            by: By::Contact(ContactId(Uuid::from_u128(2))),
            at: Instant(1_795_363_200_000),
            salt: [7; 16],
            event: Event::of(Act::ContactAdded, ContactId(Uuid::from_u128(3)))
                .with(json!({ "after": { "email": "bruno@example.org" } })),
        }
    }

    fn sealed() -> (End, activity::Model) {
        let mut end = End::start(Uuid::from_u128(1));
        let _ = end.seal(line(10));
        let before = end.clone();
        let row = end.seal(line(11));
        (before, row.try_into().unwrap())
    }

    #[test]
    fn g3_every_part_of_a_line_is_sealed() {
        let (before, row) = sealed();
        assert_eq!((row.number, hash(&before.hash, &row)), (2, row.hash.clone()));
        assert_ne!(before.hash, End::start(Uuid::from_u128(2)).hash);
        for altered in [
            activity::Model { number: 3, ..row.clone() },
            activity::Model { id: Uuid::from_u128(12), ..row.clone() },
            activity::Model { at: row.at + 1, ..row.clone() },
            activity::Model { actor_id: None, ..row.clone() },
            activity::Model { contact_id: Some(Uuid::from_u128(4)), ..row.clone() },
            activity::Model { actor_kind: "support".into(), ..row.clone() },
            activity::Model { event: "contact.changed".into(), ..row.clone() },
            // What moves from one part to the next is noticed.
            activity::Model { actor_kind: "contactc".into(), event: "ontact.added".into(), ..row.clone() },
            activity::Model { digest: vec![0; 32], ..row.clone() },
        ] {
            assert_ne!(hash(&before.hash, &altered), row.hash, "{altered:?}");
        }
        assert_ne!(digest(&activity::Model { details: "{}".into(), ..row.clone() }), row.digest);
        assert_ne!(digest(&activity::Model { salt: vec![8; 16], ..row.clone() }), row.digest);
    }

    #[test]
    fn g10_details_may_be_anonymized_and_the_chain_still_holds() {
        let (before, row) = sealed();
        let anonymized = activity::Model { details: String::new(), salt: Vec::new(), ..row.clone() };
        assert_eq!(hash(&before.hash, &anonymized), row.hash);
    }
}
