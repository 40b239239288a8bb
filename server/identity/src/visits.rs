//! Visits: which applications somebody entered in a session, and what they were told, so that they hear when it ends
//! or shrinks (rules P9, A10).
//!
//! Only applications with an address for it are visited. A visit ends with the session, or when something that the
//! application was told no longer holds; the logout that follows is queued in the very transaction of the change.
//! What is added meanwhile is learnt at the next sign-in, and signs nobody out.

use crate::Provider;
use crate::access::Membership;
use crate::clients::Client;
use crate::entity::{logout, session, visit, visit_organization};
use domain::OrganizationId;
use platform::Transaction;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, DatabaseExecutor, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A database takes so many values in one question.
const AT_ONCE: usize = 400;

/// What one application was told in one session, by organization.
#[derive(Debug, Default)]
struct Told(BTreeMap<Uuid, visit_organization::Model>);

impl Provider {
    /// What an application may be told about an account, and the note that it was.
    pub(crate) async fn enter(
        &self,
        work: &Transaction,
        client: &Client,
        session: &session::Model,
        told: bool,
    ) -> Result<Vec<Membership>, DbErr> {
        let subject = session.account_id.to_string();
        let mut memberships = Vec::new();
        if let Some(access) = self.settings().access.as_ref().filter(|_| told) {
            access.hold(work, subject.clone()).await?;
            memberships =
                access.memberships(DatabaseExecutor::Transaction(work), &client.id, vec![subject]).await?;
        }
        if client.backchannel_logout_uri.is_some() {
            self.note_visit(work, client, session, &memberships).await?;
        }
        Ok(memberships)
    }

    async fn note_visit(
        &self,
        work: &Transaction,
        client: &Client,
        session: &session::Model,
        memberships: &[Membership],
    ) -> Result<(), DbErr> {
        // The same application once more in the same session knows what it is told now.
        visit::Entity::delete_by_id((session.id, client.id.clone())).exec(work).await?;
        let row = visit::ActiveModel {
            session_id: Set(session.id),
            client_id: Set(client.id.clone()),
            account_id: Set(session.account_id),
            entered_at: Set(self.now().0),
        };
        visit::Entity::insert(row).exec_without_returning(work).await?;
        let rows: Vec<_> = memberships
            .iter()
            .map(|of| visit_organization::ActiveModel {
                session_id: Set(session.id),
                client_id: Set(client.id.clone()),
                organization_id: Set(of.organization.0),
                profiles: Set(keys(&of.profiles)),
                ends_at: Set(of.ends_at.map(|end| end.0)),
            })
            .collect();
        if !rows.is_empty() {
            visit_organization::Entity::insert_many(rows).exec_without_returning(work).await?;
        }
        Ok(())
    }

    /// Something changed in these organizations: whoever was told what no longer holds is signed out of the
    /// applications that were told, once this is committed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn access_changed(
        &self,
        work: &Transaction,
        organizations: &[OrganizationId],
    ) -> Result<(), DbErr> {
        let ids = organizations.iter().map(|id| id.0);
        self.review(work, visit_organization::Column::OrganizationId.is_in(ids)).await
    }

    /// Profiles that ended by themselves end the visits that stood on them.
    pub(crate) async fn review_ended(&self) -> Result<(), DbErr> {
        let ended = visit_organization::Column::EndsAt.lte(self.now().0);
        let store = &self.platform().store;
        let any = visit_organization::Entity::find().filter(ended.clone()).one(store.read()).await?;
        if any.is_some() {
            let work = store.begin().await?;
            self.review(&work, ended).await?;
            work.commit().await?;
        }
        Ok(())
    }

    async fn review(&self, work: &Transaction, which: Expr) -> Result<(), DbErr> {
        let concerned = visit_organization::Entity::find()
            .filter(which)
            .order_by_asc(visit_organization::Column::ClientId)
            .order_by_asc(visit_organization::Column::SessionId)
            .all(work)
            .await?;
        let mut visits: BTreeMap<String, BTreeMap<Uuid, Told>> = BTreeMap::new();
        for row in concerned {
            let told = visits.entry(row.client_id.clone()).or_default().entry(row.session_id).or_default();
            told.0.insert(row.organization_id, row);
        }
        for (client, sessions) in visits {
            let sessions: Vec<_> = sessions.into_iter().collect();
            for some in sessions.chunks(AT_ONCE) {
                self.review_client(work, &client, some).await?;
            }
        }
        Ok(())
    }

    async fn review_client(
        &self,
        work: &Transaction,
        client: &str,
        told: &[(Uuid, Told)],
    ) -> Result<(), DbErr> {
        let visits = visit::Entity::find()
            .filter(visit::Column::ClientId.eq(client))
            .filter(visit::Column::SessionId.is_in(told.iter().map(|(session, _)| *session)))
            .all(work)
            .await?;
        let subjects: BTreeSet<String> = visits.iter().map(|visit| visit.account_id.to_string()).collect();
        let now = match &self.settings().access {
            Some(access) => {
                let subjects = subjects.into_iter().collect();
                access.memberships(DatabaseExecutor::Transaction(work), client, subjects).await?
            }
            None => Vec::new(),
        };
        let mut over = Vec::new();
        for visit in visits {
            let Some((_, told)) = told.iter().find(|(session, _)| *session == visit.session_id) else {
                continue;
            };
            if told.still_holds(&visit.account_id.to_string(), &now) {
                self.note_ends(work, told, &visit.account_id.to_string(), &now).await?;
            } else {
                over.push(visit);
            }
        }
        if over.is_empty() {
            return Ok(());
        }
        self.queue_logouts(work, &over).await?;
        visit::Entity::delete_many()
            .filter(visit::Column::ClientId.eq(client))
            .filter(visit::Column::SessionId.is_in(over.iter().map(|visit| visit.session_id)))
            .exec(work)
            .await?;
        Ok(())
    }

    /// A profile that was renewed ends later than was noted.
    async fn note_ends(
        &self,
        work: &Transaction,
        told: &Told,
        subject: &str,
        now: &[Membership],
    ) -> Result<(), DbErr> {
        for row in told.0.values() {
            let ends_at = of(row, subject, now).and_then(|of| of.ends_at).map(|end| end.0);
            if ends_at != row.ends_at {
                visit_organization::Entity::update_many()
                    .col_expr(visit_organization::Column::EndsAt, Expr::value(ends_at))
                    .filter(visit_organization::Column::SessionId.eq(row.session_id))
                    .filter(visit_organization::Column::ClientId.eq(row.client_id.as_str()))
                    .filter(visit_organization::Column::OrganizationId.eq(row.organization_id))
                    .exec(work)
                    .await?;
            }
        }
        Ok(())
    }

    /// These sessions end: every application that was entered in them hears of it.
    pub(crate) async fn leave(&self, work: &Transaction, sessions: &[Uuid]) -> Result<(), DbErr> {
        for some in sessions.chunks(AT_ONCE) {
            let of_these = visit::Column::SessionId.is_in(some.iter().copied());
            let visits = visit::Entity::find().filter(of_these.clone()).all(work).await?;
            if !visits.is_empty() {
                self.queue_logouts(work, &visits).await?;
                visit::Entity::delete_many().filter(of_these).exec(work).await?;
            }
        }
        Ok(())
    }

    /// The person takes back what an application may know: it hears that they are gone.
    pub(crate) async fn leave_application(
        &self,
        work: &Transaction,
        account: Uuid,
        client: &str,
    ) -> Result<(), DbErr> {
        let there = visit::Column::AccountId.eq(account).and(visit::Column::ClientId.eq(client));
        let visits = visit::Entity::find().filter(there.clone()).all(work).await?;
        if !visits.is_empty() {
            self.queue_logouts(work, &visits).await?;
            visit::Entity::delete_many().filter(there).exec(work).await?;
        }
        Ok(())
    }

    async fn queue_logouts(&self, work: &Transaction, visits: &[visit::Model]) -> Result<(), DbErr> {
        let now = self.now();
        let rows = visits.iter().map(|visit| logout::ActiveModel {
            id: Set(self.platform().chance.id(now)),
            client_id: Set(visit.client_id.clone()),
            account_id: Set(visit.account_id),
            session_id: Set(visit.session_id),
            state: Set("queued".to_owned()),
            attempts: Set(0),
            due_at: Set(now.0),
            leased_until: Set(0),
            leased_by: Set(None),
            created_at: Set(now.0),
            sent_at: Set(None),
            answer: Set(None),
        });
        logout::Entity::insert_many(rows).exec_without_returning(work).await.map(|_| ())
    }
}

impl Told {
    /// Nothing that was told is lost.
    fn still_holds(&self, subject: &str, now: &[Membership]) -> bool {
        self.0.values().all(|row| {
            let told: BTreeSet<String> = serde_json::from_str(&row.profiles).unwrap_or_default();
            of(row, subject, now).is_some_and(|of| told.is_subset(&of.profiles))
        })
    }
}

/// What holds now of what was told.
fn of<'a>(row: &visit_organization::Model, subject: &str, now: &'a [Membership]) -> Option<&'a Membership> {
    now.iter().find(|of| of.subject == subject && of.organization.0 == row.organization_id)
}

fn keys(profiles: &BTreeSet<String>) -> String {
    serde_json::json!(profiles).to_string()
}
