//! Giving, changing and taking security profiles (P3, P7): the rows behind `domain::grants`.
//!
//! A grant is never deleted: it is active, suspended, revoked or ended, and of one profile a person has one that is
//! active or suspended at most.

use super::administrators;
use crate::access::{eligible, working};
use crate::entity::{contact, grant};
use crate::refusal::Refusal;
use crate::work::Work;
use domain::grants::{GrantsForm, Holding, Regrant};
use domain::{Actor, Field, FieldProblems, Instant, Problem};
use platform::calendar::Calendar;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A profile that works, and when it ends.
pub(super) type Working = BTreeMap<String, Option<i64>>;

/// The last days typed, understood (P7): nothing is "without end".
#[derive(Debug, Default)]
pub(crate) struct Ends {
    held: BTreeMap<String, Option<Instant>>,
    added: Option<Instant>,
}

impl Ends {
    /// # Errors
    /// What is wrong, beside each date.
    pub(super) fn parse(form: &GrantsForm, calendar: &Calendar, now: Instant) -> Result<Self, FieldProblems> {
        let mut faults = FieldProblems::none();
        let added = faults.note(Field::EndsOn(0), end(&form.added_until, calendar, now));
        let mut ends = Self { added: added.flatten(), ..Self::default() };
        for (n, typed) in (1..).zip(&form.ends) {
            if let Some(until) = faults.note(Field::EndsOn(n), end(&typed.until, calendar, now)) {
                ends.held.insert(typed.profile.clone(), until);
            }
        }
        if faults.is_empty() { Ok(ends) } else { Err(faults) }
    }
}

/// Works until the end of that day, local time.
fn end(typed: &str, calendar: &Calendar, now: Instant) -> Result<Option<Instant>, Problem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let end = calendar.day(typed).ok_or(Problem::NotADate)?.end;
    if end <= now { Err(Problem::DateInPast) } else { Ok(Some(end)) }
}

impl Work {
    /// What works for a contact now, with its ends.
    pub(crate) async fn working(&self, contact: Uuid) -> Result<Working, DbErr> {
        let rows = grant::Entity::find()
            .filter(grant::Column::ContactId.eq(contact))
            .filter(working(self.now.0))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| (row.profile, row.ends_at)).collect())
    }

    async fn suspended(&self, contact: Uuid) -> Result<Vec<String>, DbErr> {
        let rows = grant::Entity::find()
            .filter(grant::Column::ContactId.eq(contact))
            .filter(grant::Column::State.eq("suspended"))
            .order_by_asc(grant::Column::Profile)
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| row.profile).collect())
    }

    /// Does to the profiles of a contact what its page asks, as far as the actor reaches (P3).
    pub(super) async fn regrant(
        &self,
        row: &contact::Model,
        (form, ends): (&GrantsForm, &Ends),
        actor: &Actor,
    ) -> Result<(), Refusal> {
        let (before, administrators) = (self.working(row.id).await?, self.administrators().await?);
        let held =
            Holding { active: before.keys().cloned().collect(), suspended: self.suspended(row.id).await? };
        let eligible = eligible(&self.db, &self.organization).await?;
        let regrant = Regrant::decide(form, &held, &actor.profiles, (&self.portal.catalogue, &eligible))
            .map_err(|problem| FieldProblems::one(Field::Profiles, problem))?;
        if row.account_id.is_none() && !regrant.given.is_empty() {
            // Nobody could use them: an invitation gives profiles to whoever has no account here.
            return Err(FieldProblems::one(Field::Profiles, Problem::UnknownChoice).into());
        }
        let new_ends = ends.held.iter().filter(|(profile, until)| {
            let kept = before.get(*profile).filter(|_| !regrant.taken.contains(profile));
            kept.is_some_and(|end| *end != until.map(|at| at.0))
                && self.within_reach(profile, &actor.profiles)
        });
        let new_ends: Vec<_> = new_ends.collect();
        let changes = [&regrant.taken, &regrant.resumed, &regrant.given];
        if !new_ends.is_empty() || changes.into_iter().any(|keys| !keys.is_empty()) {
            self.proven()?;
        }
        for profile in &regrant.taken {
            self.move_grants(row.id, "active", "revoked", Some(profile)).await?;
        }
        for profile in &regrant.resumed {
            self.move_grants(row.id, "suspended", "active", Some(profile)).await?;
            self.set_end(row.id, profile, ends.added).await?;
        }
        self.grant(row, &regrant.given, (self.actor_id(), ends.added)).await?;
        for (profile, until) in new_ends {
            self.set_end(row.id, profile, *until).await?;
        }
        self.keeps_administrator(administrators).await
    }

    async fn set_end(&self, contact: Uuid, profile: &str, until: Option<Instant>) -> Result<(), DbErr> {
        grant::Entity::update_many()
            .col_expr(grant::Column::EndsAt, Expr::value(until.map(|at| at.0)))
            .col_expr(grant::Column::ChangedAt, Expr::value(self.now.0))
            .filter(grant::Column::ContactId.eq(contact))
            .filter(grant::Column::Profile.eq(profile))
            .filter(grant::Column::State.eq("active"))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Gives profiles; what a grant of the same profile was before makes room for the new one.
    pub(crate) async fn grant(
        &self,
        person: &contact::Model,
        profiles: &[String],
        (granted_by, until): (Option<Uuid>, Option<Instant>),
    ) -> Result<(), Refusal> {
        if profiles.is_empty() {
            return Ok(());
        }
        self.proven()?;
        grant::Entity::update_many()
            .set(grant::ActiveModel {
                state: Set("revoked".to_owned()),
                changed_at: Set(self.now.0),
                ..grant::ActiveModel::default()
            })
            .filter(grant::Column::ContactId.eq(person.id))
            .filter(grant::Column::Profile.is_in(profiles))
            .filter(grant::Column::State.is_in(["active", "suspended"]))
            .exec(&self.db)
            .await?;
        let rows = profiles.iter().map(|profile| grant::ActiveModel {
            id: Set(self.new_id()),
            organization_id: Set(self.organization.id),
            contact_id: Set(person.id),
            profile: Set(profile.clone()),
            state: Set("active".to_owned()),
            granted_by: Set(granted_by),
            granted_at: Set(self.now.0),
            changed_at: Set(self.now.0),
            ends_at: Set(until.map(|at| at.0)),
        });
        grant::Entity::insert_many(rows).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// How many administrators the organization has as this transaction sees it; hold it against what is left.
    pub(crate) async fn administrators(&self) -> Result<Administrators, DbErr> {
        let of = |lasting| administrators(&self.portal, &self.db, (self.organization.id, None), lasting);
        Ok(Administrators { any: of(false).await?, lasting: of(true).await? })
    }

    /// C10: whatever was done, an organization that had an administrator still has one, and one whose profile does
    /// not end, if it had.
    pub(crate) async fn keeps_administrator(&self, before: Administrators) -> Result<(), Refusal> {
        let now = self.administrators().await?;
        let lost = (before.any > 0 && now.any == 0) || (before.lasting > 0 && now.lasting == 0);
        if lost { Err(Problem::LastAdministrator.into()) } else { Ok(()) }
    }
}

/// The administrators of an organization at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Administrators {
    any: u64,
    /// Those whose profile has no end.
    lasting: u64,
}
