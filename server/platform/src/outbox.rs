//! The outbox: a letter is posted in the transaction that causes it, and leaves after the commit (rule I11).
//!
//! A row carries identifiers and a language, never text; the letter is written when it leaves.

use crate::store::Transaction;
use domain::{Instant, Language, OrganizationId};
use sea_orm::ActiveValue::Set;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use std::sync::Arc;
use tokio::sync::Notify;

/// A row of the outbox.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Which letter: `invitations.invite`, `accounts.code` …
    pub kind: String,
    /// The identifiers it needs, as JSON.
    pub payload: String,
    pub recipient: String,
    pub language: Option<String>,
    pub organization_id: Option<Uuid>,
    /// The thing it is about, to find what became of its mail.
    pub about: Option<Uuid>,
    /// `queued`, `sent`, `bounced` (refused for good), `failed` (given up), `void` (no longer made sense).
    pub state: String,
    pub attempts: i32,
    pub due_at: i64,
    pub leased_until: i64,
    pub leased_by: Option<Uuid>,
    pub created_at: i64,
    pub sent_at: Option<i64>,
    /// The mail server's last answer, for Support.
    pub answer: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

/// A letter to post.
#[derive(Clone, Debug)]
pub struct Parcel {
    pub id: Uuid,
    pub kind: &'static str,
    pub payload: serde_json::Value,
    pub recipient: String,
    /// Both languages when unknown.
    pub language: Option<Language>,
    pub organization: Option<OrganizationId>,
    pub about: Option<Uuid>,
}

/// Where letters are posted; wakes the courier after the commit.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    pub(crate) bell: Arc<Notify>,
}

impl Outbox {
    /// Posts a letter in this transaction. It leaves if, and only if, the transaction is committed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn post(&self, work: &Transaction, parcel: Parcel, now: Instant) -> Result<(), DbErr> {
        self.post_for(work, parcel, now, now).await
    }

    /// The same, for a letter that leaves at `due`, or a little later.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn post_for(
        &self,
        work: &Transaction,
        parcel: Parcel,
        now: Instant,
        due: Instant,
    ) -> Result<(), DbErr> {
        let row = ActiveModel {
            id: Set(parcel.id),
            kind: Set(parcel.kind.to_owned()),
            payload: Set(parcel.payload.to_string()),
            recipient: Set(parcel.recipient.to_lowercase()),
            language: Set(parcel.language.map(|language| language.code().to_owned())),
            organization_id: Set(parcel.organization.map(|id| id.0)),
            about: Set(parcel.about),
            state: Set("queued".to_owned()),
            attempts: Set(0),
            due_at: Set(due.0),
            leased_until: Set(0),
            leased_by: Set(None),
            created_at: Set(now.0),
            sent_at: Set(None),
            answer: Set(None),
        };
        Entity::insert(row).exec_without_returning(work).await.map(|_| ())
    }

    /// Tells the courier, after a commit, that there is something to carry.
    pub fn ring(&self) {
        self.bell.notify_one();
    }

    /// How many letters of these kinds went, or wait to go, to that address since that moment. A kind may be given by
    /// its subject alone.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn posted_to(
        &self,
        db: &impl ConnectionTrait,
        kinds: &[&str],
        recipient: &str,
        since: Instant,
    ) -> Result<u64, DbErr> {
        let of_these =
            kinds.iter().fold(Condition::any(), |any, kind| any.add(Column::Kind.starts_with(*kind)));
        Entity::find()
            .filter(of_these)
            .filter(Column::Recipient.eq(recipient.to_lowercase()))
            .filter(Column::CreatedAt.gt(since.0))
            .count(db)
            .await
    }
}
