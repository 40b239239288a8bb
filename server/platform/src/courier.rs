//! The courier: takes letters from the outbox, has them written, and sends them until they are delivered.
//!
//! A row is leased before it is sent, so that several servers share the work; a server that dies gives its
//! lease up by time. A letter that the mail server did not take is tried again, at first soon, then at most
//! five minutes apart, for five days.

use crate::mail::{Letter, Mail, Sender, Undelivered};
use crate::outbox::{ActiveModel, Column, Entity, Model};
use crate::{Platform, Store};
use domain::Instant;
use futures_core::future::BoxFuture;
use sea_orm::sea_query::{Expr, LockBehavior, LockType, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait as _, DbErr, EntityTrait as _, QueryFilter as _,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Who can write the letters of one part of the program.
pub trait Writer: Send + Sync {
    /// The first word of the kinds of letters it writes.
    fn writes(&self, kind: &str) -> bool;

    /// Writes the letter, or nothing when it no longer makes sense.
    fn write<'a>(&'a self, row: &'a Model) -> BoxFuture<'a, Result<Option<Letter>, DbErr>>;

    /// The letter will never arrive; whoever caused it is told (I10).
    fn undeliverable<'a>(&'a self, row: &'a Model) -> BoxFuture<'a, Result<(), DbErr>>;
}

/// Carries letters until told to stop.
#[derive(Clone)]
pub struct Courier {
    platform: Platform,
    mail: Mail,
    sender: Sender,
    writers: Arc<[Arc<dyn Writer>]>,
    id: Uuid,
}

impl std::fmt::Debug for Courier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Courier").field("mail", &self.mail).finish_non_exhaustive()
    }
}

/// How many letters are leased at once.
const BATCH: u64 = 32;
/// How long a lease lasts, in seconds: longer than one letter may take.
const LEASE: i64 = 120;
/// A letter is given up after so many days.
const GIVE_UP: i64 = 5;

impl Courier {
    #[must_use]
    pub fn new(platform: Platform, mail: Mail, sender: Sender, writers: Vec<Arc<dyn Writer>>) -> Self {
        let id = platform.chance.id(platform.clock.now());
        Self { platform, mail, sender, writers: writers.into(), id }
    }

    /// Carries letters until `stop`; a round that is under way is finished.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            match self.round().await {
                Ok(carried) if carried >= BATCH => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the outbox cannot be read; trying again"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.platform.outbox.bell.notified() => {}
                () = tokio::time::sleep(Duration::from_secs(2)) => {}
            }
        }
    }

    /// Carries what is due now, and says how many letters that were.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn round(&self) -> Result<u64, DbErr> {
        let rows = self.lease().await?;
        let count = rows.len() as u64;
        let mut carrying = JoinSet::new();
        for row in rows {
            let courier = self.clone();
            carrying.spawn(async move { courier.carry(row).await });
        }
        while let Some(done) = carrying.join_next().await {
            match done {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::warn!(%error, "a letter's fate could not be kept; its lease will end")
                }
                Err(error) => tracing::error!(%error, "a letter broke its carrier; its lease will end"),
            }
        }
        Ok(count)
    }

    async fn lease(&self) -> Result<Vec<Model>, DbErr> {
        let now = self.platform.clock.now();
        let store = &self.platform.store;
        let work = store.begin().await?;
        let mut due = Query::select();
        due.column(Column::Id)
            .from(Entity)
            .and_where(Column::State.eq("queued"))
            .and_where(Column::DueAt.lte(now.0))
            .and_where(Column::LeasedUntil.lte(now.0))
            .order_by(Column::DueAt, sea_orm::Order::Asc)
            .limit(BATCH);
        if !store.is_sqlite() {
            due.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        }
        let ids: Vec<Uuid> = work
            .query_all(&due)
            .await?
            .iter()
            .map(|row| row.try_get_by_index(0))
            .collect::<Result<_, _>>()?;
        if ids.is_empty() {
            work.rollback().await?;
            return Ok(Vec::new());
        }
        Entity::update_many()
            .col_expr(Column::LeasedUntil, Expr::value(now.plus_seconds(LEASE).0))
            .col_expr(Column::LeasedBy, Expr::value(self.id))
            .filter(Column::Id.is_in(ids.clone()))
            .exec(&work)
            .await?;
        let rows = Entity::find().filter(Column::Id.is_in(ids)).all(&work).await?;
        work.commit().await?;
        Ok(rows)
    }

    async fn carry(&self, row: Model) -> Result<(), DbErr> {
        let Some(writer) = self.writers.iter().find(|writer| writer.writes(&row.kind)) else {
            tracing::error!(kind = row.kind, "nobody writes this letter");
            return self.settle(&row, "failed", None).await;
        };
        let Some(letter) = writer.write(&row).await? else {
            return self.settle(&row, "void", None).await;
        };
        match self.mail.send(&letter, &self.sender, row.id).await {
            Ok(()) => self.settle(&row, "sent", None).await,
            Err(Undelivered::Later(answer)) if !self.too_old(&row) => self.postpone(&row, answer).await,
            // Told first, settled then: killed in between, it is told twice rather than never.
            Err(Undelivered::Later(answer)) => {
                writer.undeliverable(&row).await?;
                self.settle(&row, "failed", Some(answer)).await
            }
            Err(Undelivered::Refused(answer)) => {
                writer.undeliverable(&row).await?;
                self.settle(&row, "bounced", Some(answer)).await
            }
        }
    }

    fn too_old(&self, row: &Model) -> bool {
        self.platform.clock.now() > Instant(row.created_at).plus_days(GIVE_UP)
    }

    async fn settle(&self, row: &Model, state: &str, answer: Option<String>) -> Result<(), DbErr> {
        let sent_at = (state == "sent").then(|| self.platform.clock.now().0);
        let kept = ActiveModel {
            state: Set(state.to_owned()),
            attempts: Set(row.attempts + 1),
            sent_at: Set(sent_at),
            answer: Set(answer),
            ..ActiveModel::default()
        };
        self.keep(row, kept).await
    }

    async fn postpone(&self, row: &Model, answer: String) -> Result<(), DbErr> {
        // 5, 10, 20 … seconds, never more than five minutes: a server that is back has its mail soon.
        let wait = 5_i64.saturating_mul(1 << row.attempts.clamp(0, 10)).min(300);
        tracing::info!(letter = %row.id, wait, "the mail server did not take a letter; trying again");
        let kept = ActiveModel {
            attempts: Set(row.attempts + 1),
            due_at: Set(self.platform.clock.now().plus_seconds(wait).0),
            leased_until: Set(0),
            answer: Set(Some(answer)),
            ..ActiveModel::default()
        };
        self.keep(row, kept).await
    }

    /// Keeps what became of a letter, if the lease is still ours.
    async fn keep(&self, row: &Model, kept: ActiveModel) -> Result<(), DbErr> {
        Entity::update_many()
            .set(kept)
            .filter(Column::Id.eq(row.id))
            .filter(Column::LeasedBy.eq(self.id))
            .exec(self.store().write())
            .await
            .map(|_| ())
    }

    fn store(&self) -> &Store {
        &self.platform.store
    }
}
