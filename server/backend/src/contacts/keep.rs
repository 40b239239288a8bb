//! Adding and changing contacts (C2, C6, C11), and leaving or coming back in the same save (C7, C8).

use super::grants::{Ends, Working};
use super::{columns, facts, find, phones_of, spoken};
use crate::access::Permit;
use crate::activity::Event;
use crate::entity::{contact, invitation};
use crate::refusal::Refusal;
use crate::work::Work;
use domain::contacts::{ContactFacts, ContactForm};
use domain::grants::GrantsForm;
use domain::permissions::ManageContacts;
use domain::{Act, ContactId, Field, FieldProblems, Problem};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A save of a contact's page.
#[derive(Clone, Debug, Default)]
pub struct ContactSave {
    pub form: ContactForm,
    /// The version the page was drawn from (C6).
    pub version: i64,
    pub active: bool,
    /// The profiles ticked, and their last days (P3, P7, C8).
    pub grants: GrantsForm,
}

/// What a save did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    pub name: String,
    /// The fields that changed.
    pub changed: Vec<Field>,
    pub deactivated: bool,
    pub reactivated: bool,
    /// I12: the pending invitation went to the old address, and no longer works.
    pub invitation_ended: bool,
}

impl Permit<ManageContacts> {
    /// Adds a contact without access (C2).
    ///
    /// # Errors
    /// What is wrong with the form; [`Problem::EmailOfContact`] when the address is a contact's already (C11).
    pub async fn add(&self, form: &ContactForm) -> Result<ContactId, Refusal> {
        let facts = form.parse(self.organization.tracks_clients)?;
        let (work, _) = self.begin().await?;
        let row = work.insert_contact(&facts).await?;
        let id = ContactId(row.id);
        work.commit(Event::of(Act::ContactAdded, id).with(json!({ "after": shown(&facts) }))).await?;
        Ok(id)
    }

    /// Saves a contact's page: its facts, and whether it is active.
    ///
    /// # Errors
    /// What is wrong with the form; [`Problem::ChangedMeanwhile`] when somebody else saved first (C6);
    /// [`Problem::PrimaryStays`] (C9); [`Problem::LastAdministrator`] (C10); [`Problem::ContactAnonymized`] (G10);
    /// [`Problem::StepUpNeeded`] for another address or other profiles (A8).
    pub async fn save(&self, id: ContactId, save: &ContactSave) -> Result<Saved, Refusal> {
        let (after, ends) = self.understood(save)?;
        let (work, actor) = self.begin().await?;
        let row = find(&work.db, self.organization.id, id).await?;
        if row.anonymized_at.is_some() {
            return Err(Problem::ContactAnonymized.into());
        }
        if row.version != save.version {
            return Err(Problem::ChangedMeanwhile.into());
        }
        let before = facts(&row, phones_of(&work.db, row.id).await?);
        let held = work.working(row.id).await?;
        let mut saved = Saved { name: spoken(&row), ..Saved::default() };
        saved.changed = differences(&before, &after);
        if !saved.changed.is_empty() {
            work.unused_email(&after, Some(id)).await?;
            saved.invitation_ended = work.change(&row, &before, &after).await?;
        }
        match (row.active, save.active) {
            (true, false) => work.deactivate(&row).await?,
            (false, true) => work.reactivate(&row, (&save.grants, &ends), &actor).await?,
            (true, true) => work.regrant(&row, (&save.grants, &ends), &actor).await?,
            (false, false) => {}
        }
        (saved.deactivated, saved.reactivated) = (row.active && !save.active, !row.active && save.active);
        let holds = work.working(row.id).await?;
        let Some(act) = act(&mut saved, held != holds) else { return Ok(saved) };
        work.next_version(&row).await?;
        work.tell_of_save(&row, (&before, &after), (&saved, &held, &holds)).await?;
        let details = json!({
            "before": work.whole(&before, row.active, &held),
            "after": work.whole(&after, save.active, &holds),
            "fields": saved.changed,
        });
        work.commit(Event::of(act, id).with(details)).await?;
        Ok(saved)
    }

    /// Everything wrong with a save at once.
    fn understood(&self, save: &ContactSave) -> Result<(ContactFacts, Ends), FieldProblems> {
        let facts = save.form.parse(self.organization.tracks_clients);
        let ends = Ends::parse(&save.grants, &self.portal.platform.calendar, self.portal.now());
        match (facts, ends) {
            (Ok(facts), Ok(ends)) => Ok((facts, ends)),
            (facts, ends) => {
                let faults = facts.err().into_iter().chain(ends.err()).flat_map(|faults| faults.0);
                Err(FieldProblems(faults.collect()))
            }
        }
    }
}

/// What a save was, in one word; nothing when it changed nothing.
fn act(saved: &mut Saved, regranted: bool) -> Option<Act> {
    if saved.deactivated || saved.reactivated {
        saved.changed.push(Field::Active);
        return Some(if saved.deactivated { Act::ContactDeactivated } else { Act::ContactReactivated });
    }
    let only_profiles = saved.changed.is_empty();
    if regranted {
        saved.changed.push(Field::Profiles);
    }
    match (only_profiles, regranted) {
        (true, true) => Some(Act::ProfilesChanged),
        (true, false) => None,
        (false, _) => Some(Act::ContactChanged),
    }
}

impl Work {
    /// Keeps the new facts; says whether a pending invitation died with the old address (I12).
    async fn change(
        &self,
        row: &contact::Model,
        before: &ContactFacts,
        after: &ContactFacts,
    ) -> Result<bool, Refusal> {
        if before.email.key() != after.email.key() {
            self.proven()?;
        }
        let account_email = self.account_email(row).await?;
        contact::Entity::update_many()
            .set(columns(after, account_email.as_deref()))
            .filter(contact::Column::Id.eq(row.id))
            .exec(&self.db)
            .await?;
        self.keep_phones(ContactId(row.id), &after.phones).await?;
        if before.email.key() == after.email.key() {
            return Ok(false);
        }
        let pending = invitation::Entity::find()
            .filter(invitation::Column::ContactId.eq(row.id))
            .filter(invitation::Column::State.eq("pending"))
            .all(&self.db)
            .await?;
        for one in &pending {
            // One that came from a request ends that, too: it was signed for the address (R3, R6).
            self.end_invitation(one, "withdrawn").await?;
            let why = json!({ "email": before.email, "why": "address changed" });
            self.note(Event::of(Act::InvitationWithdrawn, ContactId(row.id)).with(why)).await?;
        }
        Ok(!pending.is_empty())
    }

    pub(crate) async fn next_version(&self, row: &contact::Model) -> Result<(), Refusal> {
        contact::Entity::update_many()
            .set(contact::ActiveModel {
                version: Set(row.version + 1),
                updated_at: Set(self.now.0),
                ..contact::ActiveModel::default()
            })
            .filter(contact::Column::Id.eq(row.id))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}

/// The facts as an activity line keeps them.
pub(crate) fn shown(facts: &ContactFacts) -> Value {
    serde_json::to_value(facts).unwrap_or(Value::Null)
}

impl Work {
    /// A contact as an activity line keeps it when what it may do could change too.
    fn whole(&self, facts: &ContactFacts, active: bool, profiles: &Working) -> Value {
        let mut whole = shown(facts);
        let last_day = |end: i64| self.portal.platform.calendar.last_day_before(domain::Instant(end)).machine;
        let ends: BTreeMap<_, _> =
            profiles.iter().filter_map(|(key, end)| Some((key, last_day((*end)?)))).collect();
        if let Value::Object(fields) = &mut whole {
            fields.insert("active".to_owned(), json!(active));
            fields.insert("profiles".to_owned(), json!(profiles.keys().collect::<Vec<_>>()));
            fields.insert("profiles_until".to_owned(), json!(ends));
        }
        whole
    }
}

fn differences(before: &ContactFacts, after: &ContactFacts) -> Vec<Field> {
    let mut changed = Vec::new();
    let mut note = |field, differs: bool| {
        if differs {
            changed.push(field);
        }
    };
    note(Field::LastName, before.last_name != after.last_name);
    note(Field::FirstName, before.first_name != after.first_name);
    note(Field::Email, before.email != after.email);
    note(Field::Title, before.title != after.title);
    note(Field::Phone(0), before.phones != after.phones);
    note(Field::Language, before.language != after.language);
    note(Field::OfficeLocation, before.office_location != after.office_location);
    note(Field::PositionType, before.position_type != after.position_type);
    note(Field::FullTimeEquivalent, before.full_time_equivalent != after.full_time_equivalent);
    changed
}
