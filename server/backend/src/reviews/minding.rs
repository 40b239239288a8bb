//! When a review is due, and the reminders of it: one when it is, one more thirty days later (P5).
//!
//! The period begins with the last attestation, or with the organization itself. The row that marks a reminder is
//! written in the transaction that posts its letters, so that of several servers one writes.

use super::letters;
use crate::activity::Event;
use crate::contacts;
use crate::contacts::people;
use crate::entity::{contact, organization, review, review_reminder};
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::permissions::Permission;
use domain::reviews::REMINDED_AGAIN;
use domain::{Act, Instant, OrganizationId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde_json::json;
use uuid::Uuid;

/// How many organizations are reminded in one round.
const ROUND: u64 = 200;

/// The steps of reminding.
const FIRST: i32 = 1;
const AGAIN: i32 = 2;

/// When an organization's period began, in the words of both databases.
const SINCE: &str = "COALESCE((SELECT MAX(r.attested_at) FROM reviews r \
                     WHERE r.organization_id = organizations.id), organizations.created_at)";

impl Portal {
    /// When the review of a period that began then is due.
    pub(crate) fn review_due(&self, since: Instant) -> Instant {
        self.platform.calendar.months_after(since, self.settings.review_months)
    }

    /// The latest beginning of a period that is over now.
    pub(crate) fn review_over(&self, now: Instant) -> Instant {
        self.platform.calendar.months_after(now, -self.settings.review_months)
    }

    /// When the organization's period began.
    pub(crate) async fn last_reviewed(&self, row: &organization::Model) -> Result<i64, DbErr> {
        last_reviewed(self.platform.store.read(), row).await
    }

    pub(crate) async fn remind_of_reviews(&self) -> Result<(), Refusal> {
        for step in [FIRST, AGAIN] {
            for id in self.to_remind(step).await? {
                self.remind_of_review(OrganizationId(id), step).await?;
            }
        }
        Ok(())
    }

    async fn to_remind(&self, step: i32) -> Result<Vec<Uuid>, DbErr> {
        let over = self.review_over(self.now()).0;
        let sent = |step: i32| {
            format!(
                "EXISTS (SELECT 1 FROM review_reminders t WHERE t.organization_id = organizations.id \
                 AND t.since = {SINCE} AND t.step = {step} AND t.sent_at <= "
            )
        };
        let (now, long_ago) = (self.now().0, self.now().plus_days(-REMINDED_AGAIN).0);
        let mut due = organization::Entity::find()
            .select_only()
            .column(organization::Column::Id)
            .filter(organization::Column::State.eq("open"))
            .filter(organization::Column::CreatedAt.lte(over))
            .filter(Expr::cust(format!("{SINCE} <= {over}")))
            .filter(Expr::cust(format!("NOT {}{now})", sent(step))));
        if step == AGAIN {
            due = due.filter(Expr::cust(format!("{}{long_ago})", sent(FIRST))));
        }
        due.order_by_asc(organization::Column::Id)
            .limit(ROUND)
            .into_tuple()
            .all(self.platform.store.read())
            .await
    }

    async fn remind_of_review(&self, id: OrganizationId, step: i32) -> Result<(), Refusal> {
        let work = self.begin(id).await?;
        let since = last_reviewed(&work.db, &work.organization).await?;
        if since > self.review_over(work.now).0 || !work.mark(since, step).await? {
            return Ok(());
        }
        let kind = if step == FIRST { letters::DUE } else { letters::AGAIN };
        let reviewers = work.reviewers().await?;
        for reviewer in &reviewers {
            work.post(Post {
                kind,
                to: &reviewer.email,
                language: contacts::language(reviewer),
                about: None,
                payload: json!({ "organization": id.0, "since": since, "to": reviewer.id }),
            })
            .await?;
        }
        let details = json!({ "step": step, "told": reviewers.len() });
        work.commit(Event::of(Act::ReviewReminded, None).with(details)).await
    }
}

async fn last_reviewed(db: &impl ConnectionTrait, row: &organization::Model) -> Result<i64, DbErr> {
    let last = review::Entity::find()
        .filter(review::Column::OrganizationId.eq(row.id))
        .filter(review::Column::AttestedAt.is_not_null())
        .order_by_desc(review::Column::AttestedAt)
        .one(db)
        .await?;
    Ok(last.and_then(|last| last.attested_at).unwrap_or(row.created_at))
}

impl Work {
    /// Marks a reminder; says whether nobody had.
    async fn mark(&self, since: i64, step: i32) -> Result<bool, DbErr> {
        let key = (self.organization.id, since, step);
        if review_reminder::Entity::find_by_id(key).one(&self.db).await?.is_some() {
            return Ok(false);
        }
        let row = review_reminder::ActiveModel {
            organization_id: Set(key.0),
            since: Set(since),
            step: Set(step),
            sent_at: Set(self.now.0),
        };
        review_reminder::Entity::insert(row).exec_without_returning(&self.db).await?;
        Ok(true)
    }

    /// Everybody here who may do the review.
    async fn reviewers(&self) -> Result<Vec<contact::Model>, DbErr> {
        let profiles = self.portal.catalogue.modules.iter().flat_map(|module| &module.profiles);
        let keys = profiles
            .filter(|profile| profile.permissions.contains(&Permission::ReviewAccess))
            .map(|profile| profile.key.clone());
        people::holding(self.organization.id, keys, self.now.0)
            .order_by_asc(contact::Column::SortKey)
            .all(&self.db)
            .await
    }
}
