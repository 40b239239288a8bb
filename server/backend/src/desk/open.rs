//! A new organization, and an administrator for one that has none (P4, C10).

use super::search::administered_among;
use crate::access::{Permit, eligible};
use crate::activity::Event;
use crate::contacts;
use crate::contacts::people;
use crate::entity::{contact, organization};
use crate::invitations::Sent;
use crate::organizations::{columns, shown};
use crate::refusal::Refusal;
use crate::work::Work;
use domain::catalogue::Grantable;
use domain::contacts::ContactFacts;
use domain::desk::{Agent, OpenForm, RecoveryForm};
use domain::fields::required_text;
use domain::invitations::NewInvitation;
use domain::organizations::{OrganizationDetails, OrganizationState};
use domain::permissions::KeepOrganizations;
use domain::{Act, Actor, Bilingual, ContactId, Field, FieldProblem, FieldProblems, OrganizationId, Problem};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use serde_json::json;

impl Permit<KeepOrganizations> {
    /// Opens an organization; its first contact, when one was typed, is invited as its administrator (P4).
    ///
    /// # Errors
    /// What is wrong with the form; [`Problem::NameTaken`]; [`Problem::UnknownChoice`] for a module.
    pub async fn open_organization(&self, form: &OpenForm) -> Result<OrganizationId, Refusal> {
        let (details, first) = parse(form)?;
        let (mut work, actor) = self.begin_as_support().await?;
        work.unused_name(&details.name).await?;
        work.found(&details).await?;
        for key in &form.modules {
            let module = self.portal.catalogue.modules.iter().find(|module| &module.key == key);
            let module = module.filter(|module| !module.operator && !module.for_everyone);
            work.switch_on(&module.ok_or(Problem::UnknownChoice)?.key).await?;
        }
        if let Some(first) = first {
            work.invite_first(&first, &actor).await?;
        }
        let id = work.organization_id();
        let said = json!({ "after": shown(&details), "modules": form.modules });
        work.commit(Event::of(Act::OrganizationOpened, None).with(said)).await?;
        Ok(id)
    }

    /// Gives an orphaned organization an administrator again, through an ordinary invitation, for a reason that is
    /// kept (C10).
    ///
    /// # Errors
    /// [`Problem::HasAdministrator`]; a missing reason; what inviting refuses.
    pub async fn recover(&self, form: &RecoveryForm) -> Result<Sent, Refusal> {
        let mut faults = FieldProblems::none();
        let contact = form.contact.parse::<ContactId>().map_err(|_| Problem::UnknownChoice);
        let contact = faults.note(Field::Contact, contact);
        let reason = faults.note(Field::Reason, required_text(&form.reason, 500));
        let (Some(contact), Some(reason)) = (contact, reason) else { return Err(faults.into()) };
        let (work, actor) = self.begin_as_support().await?;
        if !administered_among(&work.portal, &work.db, &[work.organization.id]).await?.is_empty() {
            return Err(Problem::HasAdministrator.into());
        }
        if !work.portal.catalogue.any_administrator([&form.profile]) {
            return Err(FieldProblems::one(Field::Profiles, Problem::NoProfile).into());
        }
        let row = contacts::find(&work.db, work.organization.id, contact).await?;
        let new = NewInvitation { profiles: vec![form.profile.clone()], message: None };
        let sent = work.issue(&row, new, &actor).await?;
        let said = json!({ "reason": reason, "profile": form.profile, "invitation": sent.invitation });
        work.commit(Event::of(Act::AdministratorRecovered, contact).with(said)).await?;
        Ok(sent)
    }
}

/// How many contacts are offered; of more, one is found at the desk first.
const MOST: u64 = 500;

impl Permit<KeepOrganizations> {
    /// Whom Support may invite as administrator: active contacts without access, by name; and the profiles that
    /// make one, those that this person may grant.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn recoverable(&self) -> Result<(Vec<Agent>, Vec<(String, Bilingual)>), Refusal> {
        let db = self.portal.platform.store.read();
        let working = people::grants_in(self.organization.id, self.portal.now().0);
        let rows = people::active_in(self.organization.id)
            .filter(
                Condition::any()
                    .add(contact::Column::AccountId.is_null())
                    .add(contact::Column::Id.not_in_subquery(working)),
            )
            .order_by_asc(contact::Column::SortKey)
            .order_by_asc(contact::Column::Id)
            .limit(MOST)
            .all(db)
            .await?;
        let people = rows.iter().map(|row| Agent { contact: ContactId(row.id), name: contacts::spoken(row) });
        let offered = self.eligible(db).await?;
        let catalogue = &self.portal.catalogue;
        let modules = catalogue.modules.iter().filter(|module| offered.offers(module));
        let profiles = modules.flat_map(|module| &module.profiles).filter(|profile| {
            profile.administrator && catalogue.grantable(profile, &self.actor.profiles) == Grantable::Yes
        });
        let profiles = profiles.map(|profile| (profile.key.clone(), catalogue.name_of(&profile.key)));
        Ok((people.collect(), profiles.collect()))
    }
}

/// Both parts of the form, every fault at once.
fn parse(form: &OpenForm) -> Result<(OrganizationDetails, Option<ContactFacts>), FieldProblems> {
    let details = form.details.parse();
    let first = form.contact().map(|contact| contact.parse(false)).transpose();
    match (details, first) {
        (Ok(details), Ok(first)) => Ok((details, first)),
        (details, first) => {
            let faults = details.err().into_iter().chain(first.err().map(beside_contact));
            Err(FieldProblems(faults.flat_map(|faults| faults.0).collect()))
        }
    }
}

/// The contact's address has a field of its own beside the organization's.
fn beside_contact(faults: FieldProblems) -> FieldProblems {
    let moved = |at: FieldProblem| match at.field {
        Field::Email => FieldProblem { field: Field::ContactEmail, ..at },
        _ => at,
    };
    FieldProblems(faults.0.into_iter().map(moved).collect())
}

impl Work {
    /// Two organizations of one name would be taken for each other at the desk.
    pub(crate) async fn unused_name(&self, name: &Bilingual) -> Result<(), Refusal> {
        let mut faults = FieldProblems::none();
        let names = [
            (organization::Column::NameEn, &name.en, Field::NameEn),
            (organization::Column::NameFr, &name.fr, Field::NameFr),
        ];
        for (column, name, field) in names {
            let same = organization::Entity::find().filter(column.eq(name.as_str())).one(&self.db).await?;
            if same.is_some() {
                faults.add(field, Problem::NameTaken);
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
    }

    /// Founds an organization; what follows in this work happens there.
    pub(crate) async fn found(&mut self, details: &OrganizationDetails) -> Result<(), Refusal> {
        let id = self.new_id();
        let row = organization::ActiveModel {
            id: Set(id),
            state: Set(OrganizationState::Open.code().to_owned()),
            tracks_clients: Set(false),
            operator: Set(false),
            registered_college: Set(false),
            learning_organization: Set(false),
            version: Set(1),
            created_at: Set(self.now.0),
            updated_at: Set(self.now.0),
            ..columns(details)
        };
        organization::Entity::insert(row).exec_without_returning(&self.db).await?;
        let founded = organization::Entity::find_by_id(id).one(&self.db).await?;
        self.organization = founded.ok_or(Problem::NotFound)?;
        if let Some(id) = self.by.contact() {
            self.by = domain::invitations::By::Support(id);
        }
        self.remember_state(OrganizationState::Open, None).await
    }

    /// P4: the profiles that make an administrator here and that administrators pass on.
    pub(crate) async fn first_profiles(&self) -> Result<Vec<String>, Refusal> {
        let offered = eligible(&self.db, &self.organization).await?;
        let modules = self.portal.catalogue.modules.iter().filter(|module| offered.offers(module));
        let profiles = modules.flat_map(|module| &module.profiles);
        let passed_on = profiles.filter(|p| p.administrator && p.granted_by.contains(&p.key));
        Ok(passed_on.map(|profile| profile.key.clone()).collect())
    }

    /// The first contact is invited as administrator (P4).
    async fn invite_first(&self, first: &ContactFacts, actor: &Actor) -> Result<(), Refusal> {
        let profiles = self.first_profiles().await?;
        let row = self.insert_contact(first).await?;
        let person = ContactId(row.id);
        let after = json!({ "after": contacts::shown(first) });
        self.note(Event::of(Act::ContactAdded, person).with(after)).await?;
        let sent =
            self.issue(&row, NewInvitation { profiles: profiles.clone(), message: None }, actor).await?;
        let said = json!({ "invitation": sent.invitation, "email": sent.email, "profiles": profiles });
        self.note(Event::of(Act::InvitationIssued, person).with(said)).await
    }
}
