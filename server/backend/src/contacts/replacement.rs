//! A primary contact who is gone (C9): Support announces who takes the place, and some days later it is done.
//!
//! The administrators, the primary contact and who takes the place are told at once. Until the day comes Support, or
//! the primary contact who is not gone after all, may stop it; handing the role over stops it, too. One is planned at
//! most in an organization.

use super::people::{holding, primary_of};
use super::primary::{has_access, may_transfer};
use super::{find, language};
use crate::access::Permit;
use crate::activity::Event;
use crate::entity::{contact, primary_replacement};
use crate::letters;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::contacts::Replacement;
use domain::invitations::By;
use domain::permissions::{ManageContacts, SeeContacts, SeeOrganization};
use domain::{Act, ContactId, Date, Instant, OrganizationId, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde_json::json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How many are carried out in one round.
const ROUND: u64 = 200;

impl Permit<SeeOrganization> {
    /// What is planned here, for those who manage contacts and for who is primary.
    pub(crate) async fn replacement(
        &self,
        primary: Option<&contact::Model>,
    ) -> Result<Option<Replacement>, Refusal> {
        let stoppable = may_transfer(&self.actor, primary);
        if !stoppable && !self.actor.may::<ManageContacts>() {
            return Ok(None);
        }
        let db = self.portal.platform.store.read();
        let Some(row) = planned(db, self.organization.id).await? else { return Ok(None) };
        let mut names = super::people::names(db, [row.primary_id, row.heir_id]).await?;
        let mut name = |id: Uuid| names.remove(&id).unwrap_or_default();
        Ok(Some(Replacement {
            primary: name(row.primary_id),
            heir: name(row.heir_id),
            on: self.portal.platform.calendar.date(Instant(row.due_at)),
            stoppable,
        }))
    }
}

impl Permit<SeeContacts> {
    /// Stops what is planned: the primary contact stays. Support may, and who is primary.
    ///
    /// # Errors
    /// [`Problem::NotYoursToTransfer`]; [`Problem::NotFound`] when nothing is planned.
    pub async fn stop_replacement(&self) -> Result<(), Refusal> {
        let (work, actor) = self.begin().await?;
        let primary = primary_of(&work.db, self.organization.id).await?;
        if !may_transfer(&actor, primary.as_ref()) {
            return Err(Problem::NotYoursToTransfer.into());
        }
        let row = planned(&work.db, self.organization.id).await?.ok_or(Problem::NotFound)?;
        work.end_replacement(&row, "stopped").await?;
        let people = work.both_of(&row).await?;
        work.tell_of_replacement(&people, letters::PRIMARY_KEPT, None).await?;
        work.commit(stopped(&row)).await
    }
}

impl Portal {
    /// Carries out what has come due.
    pub(crate) async fn replace_primaries(&self) -> Result<(), Refusal> {
        let due = primary_replacement::Entity::find()
            .filter(Expr::cust("primary_replacements.state = 'planned'"))
            .filter(primary_replacement::Column::DueAt.lte(self.now().0))
            .order_by_asc(primary_replacement::Column::DueAt)
            .limit(ROUND)
            .all(self.platform.store.read())
            .await?;
        for row in due {
            self.replace_primary(&row).await?;
        }
        Ok(())
    }

    /// Only what is still as it was planned is done: the same primary contact, an heir with access, an open
    /// organization.
    async fn replace_primary(&self, row: &primary_replacement::Model) -> Result<(), Refusal> {
        let mut work = self.begin(OrganizationId(row.organization_id)).await?;
        let planned = planned(&work.db, row.organization_id).await?;
        let Some(row) = planned.filter(|planned| planned.id == row.id) else { return Ok(()) };
        work.by = By::Support(ContactId(row.planned_by));
        let (primary, heir) = work.both_of(&row).await?;
        let still = work.organization.state == "open" && primary.is_primary;
        if !still || !has_access(&work.db, &heir, work.now).await? {
            work.end_replacement(&row, "stopped").await?;
            return work.commit(stopped(&row)).await;
        }
        work.end_replacement(&row, "done").await?;
        let event = work.replace(Some(&primary), &heir, Some(row.reason.clone())).await?;
        work.commit(event).await
    }
}

impl Work {
    /// Plans it, and tells everybody whom it concerns.
    pub(super) async fn plan_replacement(
        self,
        (primary, heir): (&contact::Model, &contact::Model),
        reason: String,
    ) -> Result<Date, Refusal> {
        if planned(&self.db, self.organization.id).await?.is_some() {
            return Err(Problem::ReplacementPlanned.into());
        }
        let calendar = &self.portal.platform.calendar;
        let due = calendar.end_of_day_after(self.now, self.portal.settings.primary_notice_days - 1);
        let on = calendar.date(due);
        let row = primary_replacement::ActiveModel {
            id: Set(self.new_id()),
            organization_id: Set(self.organization.id),
            primary_id: Set(primary.id),
            heir_id: Set(heir.id),
            reason: Set(reason.clone()),
            state: Set("planned".to_owned()),
            planned_by: Set(self.actor_id().ok_or(Problem::Forbidden)?),
            planned_at: Set(self.now.0),
            due_at: Set(due.0),
            ended_at: Set(None),
        };
        primary_replacement::Entity::insert(row).exec_without_returning(&self.db).await?;
        let people = (primary.clone(), heir.clone());
        self.tell_of_replacement(&people, letters::PRIMARY_PLANNED, Some(due)).await?;
        let details = json!({ "on": due.0, "reason": reason });
        self.commit(Event::of(Act::PrimaryReplacementPlanned, ContactId(heir.id)).with(details)).await?;
        Ok(on)
    }

    /// Whatever hands the role over leaves nothing planned behind.
    pub(super) async fn stop_planned(&self) -> Result<(), Refusal> {
        let Some(row) = planned(&self.db, self.organization.id).await? else { return Ok(()) };
        self.end_replacement(&row, "stopped").await?;
        self.note(stopped(&row)).await
    }

    async fn end_replacement(&self, row: &primary_replacement::Model, state: &str) -> Result<(), Refusal> {
        primary_replacement::Entity::update_many()
            .set(primary_replacement::ActiveModel {
                state: Set(state.to_owned()),
                ended_at: Set(Some(self.now.0)),
                ..primary_replacement::ActiveModel::default()
            })
            .filter(primary_replacement::Column::Id.eq(row.id))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// The primary contact, and who takes the place.
    async fn both_of(
        &self,
        row: &primary_replacement::Model,
    ) -> Result<(contact::Model, contact::Model), Refusal> {
        let of = |id: Uuid| find(&self.db, row.organization_id, ContactId(id));
        Ok((of(row.primary_id).await?, of(row.heir_id).await?))
    }

    /// The primary contact, who takes the place, and the administrators, each once; not who acts.
    async fn tell_of_replacement(
        &self,
        (primary, heir): &(contact::Model, contact::Model),
        kind: &'static str,
        on: Option<Instant>,
    ) -> Result<(), Refusal> {
        let keys = self.portal.catalogue.administrator_keys();
        let administrators = holding(self.organization.id, keys, self.now.0).all(&self.db).await?;
        let people: BTreeMap<Uuid, contact::Model> = administrators
            .into_iter()
            .chain([primary.clone(), heir.clone()])
            .filter(|person| self.actor_id() != Some(person.id))
            .map(|person| (person.id, person))
            .collect();
        let by = self.actor_id().filter(|_| !self.by_support());
        for person in people.values() {
            let payload =
                json!({ "contact": primary.id, "other": heir.id, "by": by, "on": on.map(|on| on.0) });
            let (to, about) = (person.email.as_str(), Some(primary.id));
            self.post(Post { kind, to, language: language(person), about, payload }).await?;
        }
        Ok(())
    }
}

fn stopped(row: &primary_replacement::Model) -> Event {
    Event::of(Act::PrimaryReplacementStopped, ContactId(row.heir_id)).with(json!({}))
}

async fn planned(
    db: &impl ConnectionTrait,
    organization: Uuid,
) -> Result<Option<primary_replacement::Model>, DbErr> {
    primary_replacement::Entity::find()
        .filter(primary_replacement::Column::OrganizationId.eq(organization))
        .filter(Expr::cust("primary_replacements.state = 'planned'"))
        .one(db)
        .await
}
