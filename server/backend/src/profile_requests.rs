//! "Ask Support": a profile that an administrator may not grant is asked for, and Support alone decides (P3).
//!
//! At the operator's own, so do two who may grant what nobody grants alone: one asks, the other decides.
//! One request waits per person and profile. Granted, the profile works at once where an account is linked;
//! otherwise an invitation of Support's carries it.

use crate::access::{Permit, active_profiles, eligible};
use crate::activity::Event;
use crate::contacts::{self, spoken};
use crate::entity::{contact, organization, profile_request};
use crate::letters;
use crate::organizations::name_of;
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::invitations::NewInvitation;
use domain::permissions::{AllOrganizations, KeepOrganizations, ManageContacts};
use domain::profile_requests::{Decision, DecisionForm, ProfileRequestLine, ProfileRequestState, reason};
use domain::{
    Act, Actor, Bilingual, ContactId, Field, FieldProblems, Instant, OrganizationId, Problem,
    ProfileRequestId,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

/// How many are shown; those that wait come first.
const SHOWN: u64 = 100;

impl Permit<ManageContacts> {
    /// Asks Support for a profile on behalf of a contact.
    ///
    /// # Errors
    /// A reason that is missing; [`Problem::UnknownChoice`] for a profile that is not offered here, or that the one
    /// who asks may grant; [`Problem::AskedAlready`]; [`Problem::ContactInactive`].
    pub async fn ask_support(&self, id: ContactId, profile: &str, why: &str) -> Result<(), Refusal> {
        let why = reason(why)?;
        let (work, actor) = self.begin().await?;
        let person = contacts::find(&work.db, self.organization.id, id).await?;
        work.may_ask(&person, profile, &actor).await?;
        let request = work.keep_request(&person, profile, why).await?;
        work.post(Post {
            kind: letters::REQUEST_ASKED,
            to: &self.portal.settings.operator.email,
            language: None,
            about: Some(request),
            payload: json!({ "request": request }),
        })
        .await?;
        let details = json!({ "request": request, "profiles": [profile] });
        work.commit(Event::of(Act::ProfileAsked, id).with(details)).await
    }

    /// What was asked here, what waits first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn profile_requests(&self) -> Result<Vec<ProfileRequestLine>, Refusal> {
        let rows = profile_request::Entity::find()
            .filter(profile_request::Column::OrganizationId.eq(self.organization.id))
            .order_by_desc(profile_request::Column::State)
            .order_by_desc(profile_request::Column::AskedAt)
            .limit(SHOWN)
            .all(self.portal.platform.store.read())
            .await?;
        self.portal.request_lines(rows).await
    }
}

impl Permit<AllOrganizations> {
    /// Support's queue: what waits, the oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn waiting_profile_requests(&self) -> Result<Vec<ProfileRequestLine>, Refusal> {
        let rows = profile_request::Entity::find()
            .filter(profile_request::Column::State.eq("waiting"))
            .order_by_asc(profile_request::Column::AskedAt)
            .limit(SHOWN)
            .all(self.portal.platform.store.read())
            .await?;
        self.portal.request_lines(rows).await
    }
}

impl Permit<KeepOrganizations> {
    /// One request of the organization, to be decided.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a request of another organization (G4).
    pub async fn profile_request(&self, id: ProfileRequestId) -> Result<ProfileRequestLine, Refusal> {
        let row = profile_request::Entity::find_by_id(id.0)
            .filter(profile_request::Column::OrganizationId.eq(self.organization.id))
            .one(self.portal.platform.store.read())
            .await?;
        let lines = self.portal.request_lines(row.into_iter().collect()).await?;
        Ok(lines.into_iter().next().ok_or(Problem::NotFound)?)
    }

    /// Grants what was asked, or refuses it with a reason; whoever asked is told. Gives the name of the person.
    ///
    /// # Errors
    /// No decision; [`Problem::DecidedAlready`]; what an invitation or a grant refuses.
    pub async fn decide_profile_request(
        &self,
        id: ProfileRequestId,
        form: &DecisionForm,
    ) -> Result<String, Refusal> {
        let decision = form.parse()?;
        let (work, actor) = self.begin().await?;
        let row = work.waiting_request(id).await?;
        work.may_decide(&row, &actor).await?;
        let person = contacts::find(&work.db, self.organization.id, ContactId(row.contact_id)).await?;
        if decision.granted {
            work.grant_request(&row, &person, &actor).await?;
        }
        work.close_request(&row, &decision).await?;
        work.tell_asker(&row, decision.granted).await?;
        let act = if decision.granted { Act::ProfileRequestGranted } else { Act::ProfileRequestRefused };
        let details = json!({ "request": row.id, "profiles": [row.profile], "reason": decision.answer });
        work.commit(Event::of(act, ContactId(person.id)).with(details)).await?;
        Ok(spoken(&person))
    }
}

impl Work {
    /// Whether there is something to ask: offered here, not held, beyond the actor's own reach.
    async fn may_ask(&self, person: &contact::Model, profile: &str, actor: &Actor) -> Result<(), Refusal> {
        if !person.active {
            return Err(Problem::ContactInactive.into());
        }
        let catalogue = &self.portal.catalogue;
        let (module, known) = catalogue.find(profile).ok_or(Problem::UnknownChoice)?;
        let offered = eligible(&self.db, &self.organization).await?.offers(module);
        let held = active_profiles(&self.db, person.id, self.now.0).await?.iter().any(|key| key == profile);
        if !offered || held || !catalogue.asks(known, &actor.profiles) {
            return Err(Problem::UnknownChoice.into());
        }
        let waiting = profile_request::Entity::find()
            .filter(profile_request::Column::ContactId.eq(person.id))
            .filter(profile_request::Column::Profile.eq(profile))
            .filter(profile_request::Column::State.eq("waiting"))
            .count(&self.db)
            .await?;
        if waiting > 0 { Err(Problem::AskedAlready.into()) } else { Ok(()) }
    }

    async fn keep_request(
        &self,
        person: &contact::Model,
        profile: &str,
        reason: String,
    ) -> Result<Uuid, Refusal> {
        let id = self.new_id();
        let row = profile_request::ActiveModel {
            id: Set(id),
            organization_id: Set(self.organization.id),
            contact_id: Set(person.id),
            profile: Set(profile.to_owned()),
            reason: Set(reason),
            asked_by: Set(self.actor_id().ok_or(Problem::Forbidden)?),
            asked_at: Set(self.now.0),
            state: Set(ProfileRequestState::Waiting.code().to_owned()),
            answer: Set(None),
            decided_by: Set(None),
            decided_at: Set(None),
        };
        profile_request::Entity::insert(row).exec_without_returning(&self.db).await?;
        Ok(id)
    }

    /// Support decides on what others ask, never on its own: of Support's people somebody else decides, and what
    /// takes two was asked by one who may grant it.
    async fn may_decide(&self, row: &profile_request::Model, actor: &Actor) -> Result<(), Refusal> {
        if actor.support {
            return Ok(());
        }
        if !self.organization.operator {
            return Err(Problem::Forbidden.into());
        }
        if [row.asked_by, row.contact_id].contains(&actor.contact.0) {
            return Err(Problem::NeedsSomebodyElse.into());
        }
        let asker = active_profiles(&self.db, row.asked_by, self.now.0).await?;
        let catalogue = &self.portal.catalogue;
        let (_, profile) = catalogue.find(&row.profile).ok_or(Problem::UnknownChoice)?;
        if profile.by_two && !catalogue.may_take(profile, &asker) {
            return Err(Problem::NeedsSomebodyElse.into());
        }
        Ok(())
    }

    async fn waiting_request(&self, id: ProfileRequestId) -> Result<profile_request::Model, Refusal> {
        let row = profile_request::Entity::find_by_id(id.0)
            .filter(profile_request::Column::OrganizationId.eq(self.organization.id))
            .one(&self.db)
            .await?
            .ok_or(Problem::NotFound)?;
        if row.state == "waiting" { Ok(row) } else { Err(Problem::DecidedAlready.into()) }
    }

    async fn grant_request(
        &self,
        row: &profile_request::Model,
        person: &contact::Model,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        let profiles = vec![row.profile.clone()];
        if !person.active {
            return Err(Problem::ContactInactive.into());
        }
        if person.account_id.is_none() {
            let invitation = NewInvitation { profiles: profiles.clone(), message: None };
            let sent = self.issue_as(person, invitation, (&actor.profiles, &profiles)).await;
            return sent.map(|_| ()).map_err(plainly);
        }
        let mut already = active_profiles(&self.db, person.id, self.now.0).await?;
        // This is the request by which a service that is entered by request only is entered (P8), and by which two
        // people give what nobody gives alone (P3).
        already.push(row.profile.clone());
        self.decide(&profiles, &already, &actor.profiles).await?;
        self.grant(person, &profiles, (self.actor_id(), None)).await?;
        self.next_version(person).await?;
        self.tell(person, letters::PROFILES, json!({ "given": profiles })).await
    }

    async fn close_request(&self, row: &profile_request::Model, decision: &Decision) -> Result<(), Refusal> {
        let state =
            if decision.granted { ProfileRequestState::Granted } else { ProfileRequestState::Refused };
        profile_request::Entity::update_many()
            .set(profile_request::ActiveModel {
                state: Set(state.code().to_owned()),
                answer: Set(decision.answer.clone()),
                decided_by: Set(self.actor_id()),
                decided_at: Set(Some(self.now.0)),
                ..profile_request::ActiveModel::default()
            })
            .filter(profile_request::Column::Id.eq(row.id))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    async fn tell_asker(&self, row: &profile_request::Model, granted: bool) -> Result<(), Refusal> {
        let asker = contact::Entity::find_by_id(row.asked_by).one(&self.db).await?;
        let Some(asker) = asker.filter(|asker| asker.active) else { return Ok(()) };
        self.post(Post {
            kind: if granted { letters::REQUEST_GRANTED } else { letters::REQUEST_REFUSED },
            to: &asker.email,
            language: contacts::language(&asker),
            about: Some(row.id),
            payload: json!({ "request": row.id }),
        })
        .await
    }
}

/// What an invitation refuses stands beside boxes that this page does not have.
fn plainly(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid(problems) => match problems.of(Field::Profiles) {
            Some(problem) => FieldProblems::one(Field::Decision, problem.clone()).into(),
            None => Refusal::Invalid(problems),
        },
        other => other,
    }
}

impl crate::portal::Portal {
    /// The rows as both sides see them, their people and organizations read at once.
    pub(crate) async fn request_lines(
        &self,
        rows: Vec<profile_request::Model>,
    ) -> Result<Vec<ProfileRequestLine>, Refusal> {
        let db = self.platform.store.read();
        let people = rows.iter().flat_map(|row| [row.contact_id, row.asked_by]);
        let people = contacts::people::names(db, people).await?;
        let houses = rows.iter().map(|row| row.organization_id);
        let houses: HashMap<Uuid, Bilingual> = organization::Entity::find()
            .filter(organization::Column::Id.is_in(houses))
            .all(db)
            .await?
            .into_iter()
            .map(|row| (row.id, name_of(&row)))
            .collect();
        let named = |id: &Uuid| people.get(id).cloned().unwrap_or_default();
        let line = |row: profile_request::Model| ProfileRequestLine {
            id: ProfileRequestId(row.id),
            organization: OrganizationId(row.organization_id),
            organization_name: houses.get(&row.organization_id).cloned().unwrap_or_default(),
            contact: ContactId(row.contact_id),
            name: named(&row.contact_id),
            profile: self.catalogue.name_of(&row.profile),
            description: self
                .catalogue
                .find(&row.profile)
                .map(|(_, p)| p.description.clone())
                .unwrap_or_default(),
            asked_by: named(&row.asked_by),
            asked_at: self.platform.calendar.date(Instant(row.asked_at)),
            state: ProfileRequestState::from_code(&row.state).unwrap_or(ProfileRequestState::Waiting),
            decided_at: row.decided_at.map(|at| self.platform.calendar.date(Instant(at))),
            reason: row.reason,
            answer: row.answer,
        };
        Ok(rows.into_iter().map(line).collect())
    }
}
