//! Letters to contacts about themselves: profiles, address, the primary contact, leaving.

use super::{in_language, locale};
use crate::contacts::spoken;
use crate::entity::{contact, grant, organization};
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::{Bilingual, Instant, Language, OrganizationId};
use locales::i18n::*;
use platform::letterhead::{Sheet, inert};
use platform::outbox;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::Deserialize;
use std::collections::BTreeMap;
use uuid::Uuid;

pub(crate) const PROFILES: &str = "contacts.profiles";
pub(crate) const DEACTIVATED: &str = "contacts.deactivated";
/// The address that was a contact's until now learns that it no longer is.
pub(crate) const ADDRESS_GONE: &str = "contacts.address_gone";
pub(crate) const ADDRESS_NEW: &str = "contacts.address_new";
pub(crate) const PRIMARY_GIVEN: &str = "contacts.primary_given";
pub(crate) const PRIMARY_RECEIVED: &str = "contacts.primary_received";
/// The administrators and the primary contact learn that it will be replaced.
pub(crate) const PRIMARY_PLANNED: &str = "contacts.primary_planned";
pub(crate) const PRIMARY_KEPT: &str = "contacts.primary_kept";
/// Support unlinked the account (C13).
pub(crate) const UNLINKED: &str = "contacts.unlinked";
pub(crate) const LEFT: &str = "contacts.left";

#[derive(Deserialize)]
struct Payload {
    contact: Uuid,
    /// The contact who did it; Support when nobody is named.
    by: Option<Uuid>,
    /// Another contact that it is about.
    other: Option<Uuid>,
    /// When it will be.
    on: Option<i64>,
    #[serde(default)]
    given: Vec<String>,
    #[serde(default)]
    taken: Vec<String>,
    /// Those whose last day is another now.
    #[serde(default)]
    moved: Vec<String>,
}

/// What such a letter says, without its language.
pub(super) struct Told {
    kind: String,
    organization: Bilingual,
    name: String,
    by: Bilingual,
    ask: String,
    other: String,
    date: Bilingual,
    given: Vec<Bilingual>,
    taken: Vec<Bilingual>,
    /// Profile and last day; without an end when there is none.
    moved: Vec<(Bilingual, Option<Bilingual>)>,
    home: String,
    list: String,
}

impl Portal {
    /// What is true of it when the letter leaves; nothing when the contact is unknown.
    pub(super) async fn told(&self, row: &outbox::Model) -> Result<Option<Told>, Refusal> {
        let db = self.platform.store.read();
        let Ok(payload) = serde_json::from_str::<Payload>(&row.payload) else { return Ok(None) };
        let Some(person) = contact::Entity::find_by_id(payload.contact).one(db).await? else {
            return Ok(None);
        };
        let organization = organization::Entity::find_by_id(person.organization_id).one(db).await?;
        let Some(organization) = organization else { return Ok(None) };
        let by = self.contact_named(payload.by).await?;
        let operator = &self.settings.operator;
        let named = |keys: &[String]| keys.iter().map(|key| self.catalogue.name_of(key)).collect();
        let id = OrganizationId(organization.id);
        Ok(Some(Told {
            kind: row.kind.clone(),
            organization: name_of(&organization),
            name: spoken(&person),
            other: self.contact_named(payload.other).await?.map(|row| spoken(&row)).unwrap_or_default(),
            ask: by.as_ref().map_or_else(|| operator.email.clone(), |row| row.email.clone()),
            by: by.map_or_else(|| operator.name.clone(), |row| Bilingual::new(spoken(&row), spoken(&row))),
            date: payload.on.map(|at| self.platform.calendar.date(Instant(at)).text).unwrap_or_default(),
            given: named(&payload.given),
            taken: named(&payload.taken),
            moved: self.last_days(person.id, &payload.moved).await?,
            home: format!("{}/LANGUAGE/organizations/{id}", self.platform.base_url),
            list: self.list_address(organization.id),
        }))
    }

    async fn contact_named(&self, id: Option<Uuid>) -> Result<Option<contact::Model>, Refusal> {
        let Some(id) = id else { return Ok(None) };
        Ok(contact::Entity::find_by_id(id).one(self.platform.store.read()).await?)
    }

    async fn last_days(
        &self,
        contact: Uuid,
        profiles: &[String],
    ) -> Result<Vec<(Bilingual, Option<Bilingual>)>, Refusal> {
        let held: BTreeMap<String, Option<i64>> = grant::Entity::find()
            .filter(grant::Column::ContactId.eq(contact))
            .filter(grant::Column::Profile.is_in(profiles))
            .filter(grant::Column::State.eq("active"))
            .all(self.platform.store.read())
            .await?
            .into_iter()
            .map(|row| (row.profile, row.ends_at))
            .collect();
        let day = |end: i64| self.platform.calendar.last_day_before(Instant(end)).text;
        Ok(held.into_iter().map(|(key, end)| (self.catalogue.name_of(&key), end.map(day))).collect())
    }
}

/// One language of such a letter.
pub(super) fn sheet(told: &Told, language: Language) -> Sheet {
    let l = locale(language);
    let organization = inert(told.organization.in_language(language));
    let organization = organization.as_str();
    let (by, other) = (inert(told.by.in_language(language)), inert(&told.other));
    let (by, other, name) = (by.as_str(), other.as_str(), inert(&told.name));
    let name = name.as_str();
    let (subject, text) = match told.kind.as_str() {
        PROFILES => (
            td_string!(l, letters.profiles.subject, organization = organization),
            td_string!(l, letters.profiles.text, by = by, organization = organization),
        ),
        DEACTIVATED => (
            td_string!(l, letters.deactivated.subject, organization = organization),
            td_string!(l, letters.deactivated.text, by = by, organization = organization),
        ),
        UNLINKED => (
            td_string!(l, letters.unlinked.subject, organization = organization),
            td_string!(l, letters.unlinked.text, by = by, organization = organization),
        ),
        ADDRESS_GONE => (
            td_string!(l, letters.address_gone.subject, organization = organization),
            td_string!(l, letters.address_gone.text, by = by, organization = organization),
        ),
        ADDRESS_NEW => (
            td_string!(l, letters.address_new.subject, organization = organization),
            td_string!(l, letters.address_new.text, by = by, organization = organization),
        ),
        PRIMARY_GIVEN => (
            td_string!(l, letters.primary_given.subject, organization = organization),
            td_string!(l, letters.primary_given.text, by = by, other = other, organization = organization),
        ),
        PRIMARY_RECEIVED => (
            td_string!(l, letters.primary_received.subject, organization = organization),
            td_string!(l, letters.primary_received.text, by = by, organization = organization),
        ),
        PRIMARY_PLANNED => (
            td_string!(l, letters.primary_planned.subject, other = other, organization = organization),
            td_string!(
                l,
                letters.primary_planned.text,
                name = name,
                organization = organization,
                date = told.date.in_language(language),
                other = other
            ),
        ),
        PRIMARY_KEPT => (
            td_string!(l, letters.primary_kept.subject, name = name, organization = organization),
            td_string!(l, letters.primary_kept.text, by = by, other = other, name = name),
        ),
        _ => (
            td_string!(l, letters.left.subject, name = name, organization = organization),
            td_string!(l, letters.left.text, name = name, organization = organization),
        ),
    };
    let sheet = Sheet::new(language, subject.clone()).heading(subject).paragraph(text);
    let sheet = changes(sheet, told, language);
    let sheet = match told.kind.as_str() {
        PROFILES | PRIMARY_RECEIVED | PRIMARY_PLANNED | PRIMARY_KEPT => {
            sheet.button(td_string!(l, letters.to_organization), in_language(&told.home, language))
        }
        LEFT => return sheet.button(td_string!(l, letters.to_list), in_language(&told.list, language)),
        _ => sheet,
    };
    sheet.footer(td_string!(l, letters.invite.ask, ask = told.ask.as_str()))
}

fn changes(sheet: Sheet, told: &Told, language: Language) -> Sheet {
    let l = locale(language);
    let list = |names: &[Bilingual]| {
        names.iter().map(|name| name.in_language(language)).collect::<Vec<_>>().join(", ")
    };
    let mut facts = Vec::new();
    if !told.given.is_empty() {
        facts.push((td_string!(l, letters.profiles.given).to_owned(), list(&told.given)));
    }
    if !told.taken.is_empty() {
        facts.push((td_string!(l, letters.profiles.taken).to_owned(), list(&told.taken)));
    }
    for (name, until) in &told.moved {
        let until = match until {
            Some(day) => td_string!(l, letters.profiles.until, date = day.in_language(language)),
            None => td_string!(l, letters.profiles.no_end).to_owned(),
        };
        facts.push((name.in_language(language).to_owned(), until));
    }
    if facts.is_empty() { sheet } else { sheet.facts(facts) }
}
