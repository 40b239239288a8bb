//! An approval (R5): in one transaction the organization is founded or updated, the contact made or found, the profiles
//! of P4 and of the service proposed, the invitation sent, and its code mailed to who authorized (R6).

use super::handover::{Holder, renew};
use super::representatives::representative_at;
use super::{Row, VOUCH_DAYS, event, facts_of, signatures_of, state_of, vouch_of};
use crate::access::{Permit, active_profiles};
use crate::activity::Event;
use crate::contacts::people::{holding, primary_of};
use crate::contacts::{self, spoken};
use crate::entity::{
    access_request, access_request_signature, contact, invitation, invitation_profile, organization_state,
};
use crate::letters;
use crate::organizations::{details, shown};
use crate::refusal::Refusal;
use crate::work::Work;
use domain::access_requests::{ApprovalForm, NewRequest, Part, Passage, ReadRequest, Vouch};
use domain::catalogue::{Service, WayIn};
use domain::invitations::{By, NewInvitation};
use domain::organizations::{OrganizationDetails, OrganizationState};
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{Act, Actor, ContactId, Field, FieldProblems, Instant, OrganizationId, Problem};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QuerySelect as _, QueryTrait as _,
};
use serde_json::json;
use uuid::Uuid;

/// What an approval made.
#[derive(Clone, Debug)]
pub struct Approved {
    pub organization: OrganizationId,
    pub contact: ContactId,
    pub name: String,
    /// The person has an account there already: the access works at once, and no code is needed.
    pub at_once: bool,
}

impl Permit<KeepOrganizations> {
    /// Approves a request.
    ///
    /// # Errors
    /// [`Problem::TextChanged`]; [`Problem::SignedByYou`]; [`Problem::InHand`]; [`Problem::RequestPassed`] when something
    /// else came first;
    /// [`Problem::AdministratorAskedFirst`] (R1); missing evidence for an organization of one person (R4);
    /// [`Problem::NotTheRepresentative`] (R7); profiles of another service; what founding, inviting or granting
    /// refuses.
    pub async fn approve_request(&self, read: ReadRequest, form: &ApprovalForm) -> Result<Approved, Refusal> {
        let target = match form.organization.trim() {
            "" => None,
            typed => {
                let beside = |_| FieldProblems::one(Field::Organization, Problem::UnknownChoice);
                Some(typed.parse::<OrganizationId>().map_err(beside)?)
            }
        };
        let (mut work, actor) = self.begin_at(target).await?;
        let row = work.request_as_read(read).await?;
        let request = facts_of(&row)?;
        if target.is_some() && work.asks_here_first(&row, &actor).await? {
            // What was asked holds, whatever becomes of this approval.
            let line = event(Act::RequestAsked, &row, json!({}));
            work.note_in(OrganizationId(row.organization_id), line.clone()).await?;
            work.commit(line).await?;
            return Err(Problem::AdministratorAskedFirst.into());
        }
        let row = work.request_as_read(read).await?;
        work.may_approve(&row, &actor, form).await?;
        let service = work.service_of(&request)?;
        work.decided(&row, &actor).await?;
        match target {
            None => work.found_for(&row, &request, &service).await?,
            Some(_) => work.meet(&request, form).await?,
        }
        let authorizer = work.authorizer_of(&row, &request, &service).await?;
        let profiles = work.profiles_for(form, &service).await?;
        let approved = work.let_in(&row, &request, (&authorizer, profiles), &actor).await?;
        let here = work.organization_id();
        let changes = access_request::ActiveModel {
            target_id: Set(Some(here.0)),
            contact_id: Set(Some(approved.contact.0)),
            ..access_request::ActiveModel::default()
        };
        work.update_request(&row, changes).await?;
        let line = event(Act::RequestApproved, &row, json!({ "service": request.service }));
        work.note_in(OrganizationId(row.organization_id), line.clone()).await?;
        let line = Event { contact: Some(approved.contact), ..line };
        work.commit(line).await?;
        Ok(approved)
    }

    /// Begins work where the request is for: in an organization that is here, or in the operator's to found another.
    async fn begin_at(&self, target: Option<OrganizationId>) -> Result<(Work, Actor), Refusal> {
        // It gives access (A8); elsewhere than in this permit's own organization, the work is begun for the program.
        self.prove()?;
        let Some(id) = target else { return self.begin_on_requests().await };
        if !self.organization.operator {
            return Err(Problem::NotFound.into());
        }
        let beside = |problem| FieldProblems::one(Field::Organization, problem);
        let mut work = match self.portal.begin(id).await {
            Err(Refusal::Refused(Problem::NotFound)) => return Err(beside(Problem::UnknownChoice).into()),
            other => other?,
        };
        if work.organization.state != "open" || work.organization.operator {
            return Err(beside(Problem::StateForbids).into());
        }
        let actor = self.portal.actor(&work.db, self.actor.account, &work.organization).await?;
        let actor = actor.filter(|actor| actor.support).ok_or(Problem::Forbidden)?;
        if !(actor.may::<KeepOrganizations>() && actor.may::<AllOrganizations>()) {
            return Err(Problem::Forbidden.into());
        }
        work.by = By::Support(actor.contact);
        Ok((work, actor))
    }
}

/// Who holds the code: the authorizing person, a designated representative, or who of Support took the part.
struct Authorizer {
    contact: Option<Uuid>,
    name: String,
    email: String,
    language: Option<domain::Language>,
}

impl Work {
    /// R5, R1, R4: who may, whether the administrator was heard, whether both signed.
    async fn may_approve(&self, row: &Row, actor: &Actor, form: &ApprovalForm) -> Result<(), Refusal> {
        self.portal.may_decide(&self.db, row, actor).await?;
        let asked_long_ago = row.vouch_at.is_some_and(|at| Instant(at).plus_days(VOUCH_DAYS) <= self.now)
            && vouch_of(row) == Vouch::Asked;
        let heard = matches!(vouch_of(row), Vouch::None | Vouch::Vouched) || asked_long_ago;
        if !heard && form.without_vouch != "true" {
            return Err(Problem::AdministratorAskedFirst.into());
        }
        let signed = signatures_of(&self.db, row).await?;
        let has = |part: Part| signed.iter().any(|signature| signature.part == part.code());
        if !has(Part::User) {
            return Err(Problem::RequestPassed.into());
        }
        if !has(Part::Authorizer) {
            return Err(FieldProblems::one(Field::Evidence, Problem::Missing).into());
        }
        Ok(())
    }

    /// R1: the organization that Support chose is another than the one that was found when the request was signed: its
    /// administrators are asked before anything is decided. Says whether they are, now.
    async fn asks_here_first(&self, row: &Row, actor: &Actor) -> Result<bool, Refusal> {
        if row.target_id == Some(self.organization.id) {
            return Ok(false);
        }
        self.portal.may_decide(&self.db, row, actor).await?;
        if !state_of(row).is_with_support() {
            return Err(Problem::RequestPassed.into());
        }
        let (vouch, people) = self.whom_to_ask_here(row, self.organization.id).await?;
        let asked = access_request::ActiveModel {
            target_id: Set(Some(self.organization.id)),
            vouch: Set(vouch.code().to_owned()),
            vouch_at: Set((vouch != Vouch::None).then_some(self.now.0)),
            ..access_request::ActiveModel::default()
        };
        self.update_request(row, asked).await?;
        if people.is_empty() {
            return Ok(false);
        }
        self.step(row, "asked", None, None).await?;
        self.ask_to_vouch(row, self.organization.id, &people).await?;
        Ok(true)
    }

    fn service_of(&self, request: &NewRequest) -> Result<Service, Problem> {
        let found = self.portal.catalogue.services.iter().find(|service| service.key == request.service);
        found.cloned().ok_or(Problem::UnknownChoice)
    }

    /// The very update that decides: before anything is made.
    async fn decided(&self, row: &Row, actor: &Actor) -> Result<(), Refusal> {
        let changes = access_request::ActiveModel {
            decided_at: Set(Some(self.now.0)),
            decided_by: Set(Some(actor.contact.0)),
            ..access_request::ActiveModel::default()
        };
        self.pass(row, Passage::Approve, changes).await?;
        self.step(row, "approved", None, None).await
    }

    /// Founds the organization that was asked for: requested when it was signed, open from now on (O3).
    async fn found_for(&mut self, row: &Row, request: &NewRequest, service: &Service) -> Result<(), Refusal> {
        let details = &request.organization.details;
        self.unused_name(&details.name).await?;
        self.found(details).await?;
        let requested = organization_state::ActiveModel {
            id: Set(self.new_id()),
            organization_id: Set(self.organization.id),
            state: Set(OrganizationState::Requested.code().to_owned()),
            at: Set(row.submitted_at.unwrap_or(row.created_at)),
            changed_by: Set(None),
            reason: Set(Some(row.reference.clone())),
        };
        organization_state::Entity::insert(requested).exec_without_returning(&self.db).await?;
        let module = self.portal.catalogue.modules.iter().find(|module| module.key == service.module);
        let switched =
            module.filter(|module| !module.for_everyone && !module.operator).map(|module| &module.key);
        if let Some(module) = switched {
            self.switch_on(module).await?;
        }
        let modules: Vec<&String> = switched.into_iter().collect();
        let said = json!({ "after": shown(details), "modules": modules });
        self.note(Event::of(Act::OrganizationOpened, None).with(said)).await
    }

    /// An organization that is here: what the request says of it takes the place of what is kept, when Support says so.
    async fn meet(&mut self, request: &NewRequest, form: &ApprovalForm) -> Result<(), Refusal> {
        if form.update != "true" {
            return Ok(());
        }
        let before = details(&self.organization);
        let said = &request.organization.details;
        let or = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
        let after = OrganizationDetails {
            // A name is changed by those who know it, not by a request.
            name: before.name.clone(),
            language: said.language.or(before.language),
            email: said.email.clone().or_else(|| before.email.clone()),
            phone: or(&said.phone, &before.phone),
            other_phone: or(&said.other_phone, &before.other_phone),
            postal_address: or(&said.postal_address, &before.postal_address),
            civic_address: or(&said.civic_address, &before.civic_address),
            business_number: or(&said.business_number, &before.business_number),
            registry_number: or(&said.registry_number, &before.registry_number),
        };
        let changed = before.differences(&after);
        if changed.is_empty() {
            return Ok(());
        }
        self.keep_details(&after).await?;
        let line = json!({ "before": shown(&before), "after": shown(&after), "fields": changed });
        self.note(Event::of(Act::OrganizationChanged, None).with(line)).await
    }

    /// R7: for a service of representatives, the one who authorized is one here.
    async fn authorizer_of(
        &self,
        row: &Row,
        request: &NewRequest,
        service: &Service,
    ) -> Result<Authorizer, Refusal> {
        let by_representative =
            service.ways_in.contains(&WayIn::Representative) && !service.ways_in.contains(&WayIn::Request);
        let Some(person) = &request.authorizer else {
            if by_representative {
                return Err(Problem::NotTheRepresentative.into());
            }
            return self.who_took_the_part(row).await;
        };
        let representative = representative_at(&self.db, self.organization.id, &person.email.key()).await?;
        if by_representative && representative.is_none() {
            return Err(Problem::NotTheRepresentative.into());
        }
        Ok(Authorizer {
            contact: representative.map(|row| row.id),
            name: person.name(),
            email: person.email.to_string(),
            language: person.language,
        })
    }

    async fn who_took_the_part(&self, row: &Row) -> Result<Authorizer, Refusal> {
        let key = (row.id, Part::Authorizer.code().to_owned(), row.edition);
        let signature = access_request_signature::Entity::find_by_id(key).one(&self.db).await?;
        let id = signature.and_then(|signature| signature.contact_id).ok_or(Problem::RequestPassed)?;
        let person = contact::Entity::find_by_id(id).one(&self.db).await?.ok_or(Problem::NotFound)?;
        Ok(Authorizer {
            contact: Some(id),
            name: spoken(&person),
            language: contacts::language(&person),
            email: person.email,
        })
    }

    /// Those of the service that Support chose; and while nobody is primary contact here, those of P4.
    async fn profiles_for(&self, form: &ApprovalForm, service: &Service) -> Result<Vec<String>, Refusal> {
        let beside = |problem| FieldProblems::one(Field::Profiles, problem);
        let mut profiles: Vec<String> = form.profiles.iter().filter(|key| !key.is_empty()).cloned().collect();
        if profiles.iter().any(|key| !service.profiles.contains(key)) {
            return Err(beside(Problem::UnknownChoice).into());
        }
        profiles.extend(self.first_here().await?);
        profiles.sort();
        profiles.dedup();
        if profiles.is_empty() { Err(beside(Problem::NoProfile).into()) } else { Ok(profiles) }
    }

    /// P4: what makes the first administrator here, as long as nobody holds it and nobody is invited with it.
    async fn first_here(&self) -> Result<Vec<String>, Refusal> {
        if primary_of(&self.db, self.organization.id).await?.is_some() {
            return Ok(Vec::new());
        }
        let first = self.first_profiles().await?;
        let here = self.organization.id;
        let held = holding(here, first.clone(), self.now.0).count(&self.db).await?;
        let pending = invitation::Entity::find()
            .select_only()
            .column(invitation::Column::Id)
            .filter(invitation::Column::OrganizationId.eq(here))
            .filter(invitation::Column::State.eq("pending"))
            .filter(invitation::Column::ExpiresAt.gt(self.now.0))
            .into_query();
        let proposed = invitation_profile::Entity::find()
            .filter(invitation_profile::Column::InvitationId.in_subquery(pending))
            .filter(invitation_profile::Column::Profile.is_in(first.iter().map(String::as_str)))
            .count(&self.db)
            .await?;
        Ok(if held + proposed == 0 { first } else { Vec::new() })
    }

    /// The contact, and the way in: an invitation with its code, or, for an account that is linked already, the
    /// profiles themselves.
    async fn let_in(
        &self,
        row: &Row,
        request: &NewRequest,
        (authorizer, profiles): (&Authorizer, Vec<String>),
        actor: &Actor,
    ) -> Result<Approved, Refusal> {
        let person = self.contact_for(request).await?;
        let granter = self.portal.catalogue.of_operator(&actor.profiles);
        let contact = ContactId(person.id);
        let approved =
            Approved { organization: self.organization_id(), contact, name: spoken(&person), at_once: false };
        if person.account_id.is_some() {
            self.grant_asked(row, &person, (&profiles, &granter)).await?;
            return Ok(Approved { at_once: true, ..approved });
        }
        let holder = Holder {
            contact: authorizer.contact,
            name: &authorizer.name,
            email: &authorizer.email,
            language: authorizer.language,
        };
        let before = self.waiting_for_code(person.id, &holder).await?;
        let mut profiles = profiles;
        let handover = match before {
            Some((sent, handover)) => {
                profiles.extend(crate::invitations::proposed(&self.db, sent.id).await?);
                profiles.sort();
                profiles.dedup();
                self.end_pending(&sent, "superseded", None).await?;
                renew(self, handover).await?;
                handover
            }
            None => {
                let handover = self.make_handover(person.id, &holder).await?;
                self.mail_code(handover).await?;
                handover
            }
        };
        let new = NewInvitation { profiles: profiles.clone(), message: None };
        // The request is what decided the profiles of services that are entered by request only (P8).
        let sent = self.issue_with(&person, new, (&granter, &profiles), Some(handover)).await?;
        let said = crate::invitations::shown(&sent, &profiles);
        self.note(Event::of(Act::InvitationIssued, contact).with(said)).await?;
        let changes = access_request::ActiveModel {
            handover_id: Set(Some(handover)),
            ..access_request::ActiveModel::default()
        };
        self.update_request(row, changes).await?;
        Ok(approved)
    }

    /// Somebody of that address who is a contact here under that name, or a new contact (C11).
    async fn contact_for(&self, request: &NewRequest) -> Result<contact::Model, Refusal> {
        let found = contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(self.organization.id))
            .filter(contact::Column::EmailKey.eq(request.user.email.key()))
            .one(&self.db)
            .await?;
        let Some(person) = found else {
            let facts = request.user.facts();
            let person = self.insert_contact(&facts).await?;
            let after = json!({ "after": contacts::shown(&facts) });
            self.note(Event::of(Act::ContactAdded, ContactId(person.id)).with(after)).await?;
            return Ok(person);
        };
        if !request.user.is_called(&spoken(&person)) {
            let problem = Problem::EmailOfContact { contact: ContactId(person.id), name: spoken(&person) };
            return Err(FieldProblems::one(Field::UserEmail, problem).into());
        }
        if person.active { Ok(person) } else { Err(Problem::ContactInactive.into()) }
    }

    async fn grant_asked(
        &self,
        row: &Row,
        person: &contact::Model,
        (profiles, granter): (&[String], &[String]),
    ) -> Result<(), Refusal> {
        let held = active_profiles(&self.db, person.id, self.now.0).await?;
        let new: Vec<String> = profiles.iter().filter(|key| !held.contains(key)).cloned().collect();
        let decided: Vec<String> = held.iter().chain(profiles).cloned().collect();
        self.decide_in_form(&new, &decided, granter).await?;
        self.grant(person, &new, (self.actor_id(), None)).await?;
        self.next_version(person).await?;
        self.tell(person, letters::PROFILES, json!({ "given": new })).await?;
        let line = json!({ "before": { "profiles": held }, "after": { "profiles": decided_keys(&decided) } });
        self.note(Event::of(Act::ProfilesChanged, ContactId(person.id)).with(line)).await?;
        let decided = self.request(row.id).await?;
        self.pass(&decided, Passage::Activate, access_request::ActiveModel::default()).await?;
        self.step(row, "activated", None, None).await?;
        self.note_in(OrganizationId(row.organization_id), event(Act::RequestActivated, row, json!({})))
            .await?;
        self.tell_part(row, Part::Authorizer, letters::REQUEST_APPROVED).await
    }
}

fn decided_keys(keys: &[String]) -> Vec<&String> {
    let mut keys: Vec<&String> = keys.iter().collect();
    keys.sort();
    keys.dedup();
    keys
}
