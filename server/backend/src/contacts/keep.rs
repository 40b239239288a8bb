//! Adding and changing contacts (C2, C6, C11), and leaving or coming back in the same save (C7, C8).

use super::{columns, facts, find, phones_of, spoken};
use crate::access::{Permit, active_profiles};
use crate::activity::Event;
use crate::entity::{contact, invitation};
use crate::refusal::Refusal;
use crate::work::Work;
use domain::contacts::{ContactFacts, ContactForm};
use domain::permissions::ManageContacts;
use domain::{Act, ContactId, Problem};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

/// A save of a contact's page.
#[derive(Clone, Debug, Default)]
pub struct ContactSave {
    pub form: ContactForm,
    /// The version the page was drawn from (C6).
    pub version: i64,
    pub active: bool,
    /// The suspended profiles ticked, to work again (C8).
    pub profiles: Vec<String>,
}

/// What a save did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    pub name: String,
    /// The names of the fields that changed, as the form names them.
    pub changed: Vec<&'static str>,
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
    /// [`Problem::PrimaryStays`] (C9); [`Problem::LastAdministrator`] (C10).
    pub async fn save(&self, id: ContactId, save: &ContactSave) -> Result<Saved, Refusal> {
        let after = save.form.parse(self.organization.tracks_clients)?;
        let (work, actor) = self.begin().await?;
        let row = find(&work.db, self.organization.id, id).await?;
        if row.version != save.version {
            return Err(Problem::ChangedMeanwhile.into());
        }
        let before = facts(&row, phones_of(&work.db, row.id).await?);
        let held = active_profiles(&work.db, row.id, work.now.0).await?;
        let mut saved = Saved { name: spoken(&row), ..Saved::default() };
        saved.changed = differences(&before, &after);
        if !saved.changed.is_empty() {
            work.unused_email(&after, Some(id)).await?;
            saved.invitation_ended = work.change(&row, &before, &after).await?;
        }
        match (row.active, save.active) {
            (true, false) => work.deactivate(&row).await?,
            (false, true) => work.reactivate(&row, &save.profiles, &actor).await?,
            (true, true) => work.resume(&row, &save.profiles, &actor).await?,
            (false, false) => {}
        }
        (saved.deactivated, saved.reactivated) = (row.active && !save.active, !row.active && save.active);
        let holds = active_profiles(&work.db, row.id, work.now.0).await?;
        if saved.changed.is_empty() && row.active == save.active && held == holds {
            return Ok(saved);
        }
        work.next_version(&row).await?;
        let details = json!({
            "before": whole(&before, row.active, &held),
            "after": whole(&after, save.active, &holds),
            "fields": saved.changed,
        });
        work.commit(Event::of(act(&saved), id).with(details)).await?;
        Ok(saved)
    }
}

fn act(saved: &Saved) -> Act {
    match (saved.deactivated, saved.reactivated) {
        (true, _) => Act::ContactDeactivated,
        (_, true) => Act::ContactReactivated,
        _ => Act::ContactChanged,
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
        let ended = invitation::Entity::update_many()
            .set(invitation::ActiveModel {
                state: Set("withdrawn".to_owned()),
                ended_at: Set(Some(self.now.0)),
                ..invitation::ActiveModel::default()
            })
            .filter(invitation::Column::ContactId.eq(row.id))
            .filter(invitation::Column::State.eq("pending"))
            .exec(&self.db)
            .await?;
        if ended.rows_affected > 0 {
            let why = json!({ "email": before.email, "why": "address changed" });
            self.note(Event::of(Act::InvitationWithdrawn, ContactId(row.id)).with(why)).await?;
        }
        Ok(ended.rows_affected > 0)
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

/// A contact as an activity line keeps it when what it may do could change too.
fn whole(facts: &ContactFacts, active: bool, profiles: &[String]) -> Value {
    let mut whole = shown(facts);
    if let Value::Object(fields) = &mut whole {
        fields.insert("active".to_owned(), json!(active));
        fields.insert("profiles".to_owned(), json!(profiles));
    }
    whole
}

fn differences(before: &ContactFacts, after: &ContactFacts) -> Vec<&'static str> {
    let mut changed = Vec::new();
    let mut note = |name, differs: bool| {
        if differs {
            changed.push(name);
        }
    };
    note("last_name", before.last_name != after.last_name);
    note("first_name", before.first_name != after.first_name);
    note("email", before.email != after.email);
    note("title", before.title != after.title);
    note("phones", before.phones != after.phones);
    note("language", before.language != after.language);
    note("office_location", before.office_location != after.office_location);
    note("position_type", before.position_type != after.position_type);
    note("full_time_equivalent", before.full_time_equivalent != after.full_time_equivalent);
    changed
}
