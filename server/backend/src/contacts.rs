//! Contacts: looked at by those who may see them (rules L), kept by administrators and Support (rules C).
//!
//! A contact is never deleted. Whoever is primary stays active (C9); an organization that has an administrator
//! never loses its last one (C10), decided inside the transaction of each command that could.

mod bulk;
mod export;
mod grants;
mod import;
mod keep;
mod list;
mod notices;
mod own;
pub(crate) mod people;
mod primary;
mod replacement;
mod state;
mod waiting;

use crate::access::Permit;
use crate::entity::{account, contact, contact_phone};
use crate::refusal::Refusal;
use crate::work::Work;
use domain::catalogue::ModuleChoices;
use domain::contacts::{ContactFacts, Phone, PhoneKind};
use domain::invitations::By;
use domain::permissions::ManageContacts;
use domain::{Bilingual, ContactId, Email, Field, Language, Problem, fold};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};

pub use export::{Export, ExportWish, heading as column_heading};
pub use import::Upload;
pub use import::tell::{reasons as import_reasons, result as import_result};
pub(crate) use keep::shown;
pub use keep::{ContactSave, Saved};
use state::administrators;
pub(crate) use state::{active_elsewhere, last_administrator};

impl Permit<ManageContacts> {
    /// The profiles that a form offers here, each with whether this actor may grant it (P2, P3).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn choices(&self) -> Result<Vec<ModuleChoices>, Refusal> {
        let eligible = self.eligible(self.portal.platform.store.read()).await?;
        Ok(self.portal.catalogue.choices(&eligible, &self.actor.profiles))
    }

    /// The full names of profiles.
    #[must_use]
    pub fn names_of(&self, profiles: &[String]) -> Vec<Bilingual> {
        profiles.iter().map(|key| self.portal.catalogue.name_of(key)).collect()
    }
}

/// The contact of that identifier in that organization, or nothing (G4).
pub(crate) async fn find(
    db: &impl ConnectionTrait,
    organization: uuid::Uuid,
    id: ContactId,
) -> Result<contact::Model, Refusal> {
    let row = contact::Entity::find_by_id(id.0)
        .filter(contact::Column::OrganizationId.eq(organization))
        .one(db)
        .await?;
    Ok(row.ok_or(Problem::NotFound)?)
}

/// "Marie Côté"
pub(crate) fn spoken(row: &contact::Model) -> String {
    domain::contacts::spoken_name(&row.last_name, &row.first_name)
}

pub(crate) fn language(row: &contact::Model) -> Option<Language> {
    row.language.as_deref().and_then(Language::from_code)
}

/// What a search looks through: names and both addresses, a line each, folded (L4).
pub(crate) fn searchable(facts: &ContactFacts, account_email: Option<&str>) -> String {
    let text = format!(
        "{} {}\n{}\n{}",
        facts.first_name,
        facts.last_name,
        facts.email,
        account_email.unwrap_or_default()
    );
    fold::fold(&text)
}

pub(crate) async fn phones_of(db: &impl ConnectionTrait, contact: uuid::Uuid) -> Result<Vec<Phone>, DbErr> {
    let rows = contact_phone::Entity::find()
        .filter(contact_phone::Column::ContactId.eq(contact))
        .order_by_asc(contact_phone::Column::Place)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(phone).collect())
}

pub(crate) fn phone(row: contact_phone::Model) -> Phone {
    Phone {
        kind: PhoneKind::from_code(&row.kind).unwrap_or_default(),
        number: row.number,
        extension: row.extension,
    }
}

/// The facts of a contact as they are kept.
pub(crate) fn facts(row: &contact::Model, phones: Vec<Phone>) -> ContactFacts {
    ContactFacts {
        last_name: row.last_name.clone(),
        first_name: row.first_name.clone(),
        email: Email::known(row.email.clone()),
        title: row.title.clone(),
        phones,
        language: language(row),
        office_location: row.office_location.clone(),
        position_type: row.position_type.clone(),
        full_time_equivalent: row.full_time_equivalent.and_then(|fte| u16::try_from(fte).ok()),
    }
}

/// The columns that facts fill.
pub(crate) fn columns(facts: &ContactFacts, account_email: Option<&str>) -> contact::ActiveModel {
    contact::ActiveModel {
        last_name: Set(facts.last_name.clone()),
        first_name: Set(facts.first_name.clone()),
        email: Set(facts.email.to_string()),
        email_key: Set(facts.email.key()),
        title: Set(facts.title.clone()),
        language: Set(facts.language.map(|language| language.code().to_owned())),
        office_location: Set(facts.office_location.clone()),
        position_type: Set(facts.position_type.clone()),
        full_time_equivalent: Set(facts.full_time_equivalent.map(i32::from)),
        search: Set(searchable(facts, account_email)),
        sort_key: Set(fold::sort_key(&facts.last_name, &facts.first_name)),
        ..contact::ActiveModel::default()
    }
}

impl Work {
    /// Inserts a contact with its phones.
    pub(crate) async fn insert_contact(&self, facts: &ContactFacts) -> Result<contact::Model, Refusal> {
        self.unused_email(facts, None).await?;
        let id = self.new_id();
        let row = contact::ActiveModel {
            id: Set(id),
            organization_id: Set(self.organization.id),
            active: Set(true),
            is_primary: Set(false),
            account_id: Set(None),
            version: Set(1),
            created_at: Set(self.now.0),
            updated_at: Set(self.now.0),
            ..columns(facts, None)
        };
        contact::Entity::insert(row).exec_without_returning(&self.db).await?;
        self.keep_phones(ContactId(id), &facts.phones).await?;
        find(&self.db, self.organization.id, ContactId(id)).await
    }

    /// C11: an address that is a contact's already offers that contact.
    pub(crate) async fn unused_email(
        &self,
        facts: &ContactFacts,
        but: Option<ContactId>,
    ) -> Result<(), Refusal> {
        let mut same = contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(self.organization.id))
            .filter(contact::Column::EmailKey.eq(facts.email.key()));
        if let Some(but) = but {
            same = same.filter(contact::Column::Id.ne(but.0));
        }
        match same.one(&self.db).await? {
            None => Ok(()),
            Some(row) => Err(domain::FieldProblems::one(
                Field::Email,
                Problem::EmailOfContact { contact: ContactId(row.id), name: spoken(&row) },
            )
            .into()),
        }
    }

    /// The address of a contact's account, when the provider verified it: the list shows it and finds it (L4, L7).
    pub(crate) async fn account_email(&self, row: &contact::Model) -> Result<Option<String>, DbErr> {
        let Some(id) = row.account_id else { return Ok(None) };
        let account = account::Entity::find_by_id(id).one(&self.db).await?;
        Ok(account.filter(|account| account.email_verified).and_then(|account| account.email))
    }

    pub(crate) async fn keep_phones(&self, id: ContactId, phones: &[Phone]) -> Result<(), DbErr> {
        contact_phone::Entity::delete_many()
            .filter(contact_phone::Column::ContactId.eq(id.0))
            .exec(&self.db)
            .await?;
        let rows = (0..).zip(phones).map(|(place, phone)| contact_phone::ActiveModel {
            id: Set(self.new_id()),
            organization_id: Set(self.organization.id),
            contact_id: Set(id.0),
            place: Set(place),
            kind: Set(phone.kind.code().to_owned()),
            number: Set(phone.number.clone()),
            extension: Set(phone.extension.clone()),
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            return Ok(());
        }
        contact_phone::Entity::insert_many(rows).exec_without_returning(&self.db).await.map(|_| ())
    }

    /// The contact who acts, when it is one.
    pub(crate) fn actor_id(&self) -> Option<uuid::Uuid> {
        self.by.contact().map(|id| id.0)
    }

    pub(crate) fn by_support(&self) -> bool {
        matches!(self.by, By::Support(_))
    }
}
