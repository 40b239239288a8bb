//! Profiles that end (P7): a reminder before, to the person and to whoever granted it, and a note after.
//!
//! The clock alone decides whether a profile works; the worker tells, and keeps the books. A reminder goes out once
//! for each end that a grant was given: extended, it is reminded of again.

use crate::activity::Event;
use crate::contacts::{self, spoken};
use crate::entity::{contact, grant, grant_reminder, organization};
use crate::letters::{in_language, locale};
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::{Act, Bilingual, ContactId, Instant, Language, OrganizationId};
use locales::td_string;
use platform::letterhead::{Sheet, inert};
use platform::{Letter, outbox};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

/// The first word of these letters' kinds.
pub(crate) const SUBJECT: &str = "endings";

/// To the person whose profile ends.
const SOON: &str = "endings.soon";
/// To whoever granted it.
const GRANTED: &str = "endings.granted";

/// How many are told in one round.
const ROUND: u64 = 500;

impl Portal {
    pub(crate) async fn remind_of_endings(&self) -> Result<(), Refusal> {
        let now = self.now();
        let soon = now.plus_days(self.settings.grant_reminder_days).0;
        let due = grant::Entity::find()
            .filter(grant::Column::EndsAt.gt(now.0))
            .filter(grant::Column::EndsAt.lte(soon))
            .filter(grant::Column::State.eq("active"))
            .filter(Expr::cust(
                "NOT EXISTS (SELECT 1 FROM grant_reminders t WHERE t.grant_id = grants.id AND t.ends_at = grants.ends_at)",
            ))
            .order_by_asc(grant::Column::EndsAt)
            .limit(ROUND)
            .all(self.platform.store.read())
            .await?;
        for row in due {
            self.remind_of_ending(&row).await?;
        }
        Ok(())
    }

    async fn remind_of_ending(&self, row: &grant::Model) -> Result<(), Refusal> {
        let work = self.begin(OrganizationId(row.organization_id)).await?;
        let still = grant::Entity::find_by_id(row.id).one(&work.db).await?;
        let still = still.filter(|still| still.state == "active" && still.ends_at == row.ends_at);
        let (Some(row), Some(ends_at)) = (still, row.ends_at) else { return Ok(()) };
        if grant_reminder::Entity::find_by_id((row.id, ends_at)).one(&work.db).await?.is_some() {
            return Ok(());
        }
        let mark = grant_reminder::ActiveModel {
            grant_id: Set(row.id),
            ends_at: Set(ends_at),
            organization_id: Set(row.organization_id),
            sent_at: Set(work.now.0),
        };
        grant_reminder::Entity::insert(mark).exec_without_returning(&work.db).await?;
        work.tell_of_ending(&row).await?;
        let details = json!({ "profile": row.profile, "ends_at": ends_at });
        work.commit(Event::of(Act::GrantReminded, ContactId(row.contact_id)).with(details)).await
    }

    /// What has ended is noted once: by the update that says so.
    pub(crate) async fn note_endings(&self) -> Result<(), Refusal> {
        let ended = grant::Entity::find()
            .filter(grant::Column::EndsAt.lte(self.now().0))
            .filter(grant::Column::State.eq("active"))
            .order_by_asc(grant::Column::EndsAt)
            .limit(ROUND)
            .all(self.platform.store.read())
            .await?;
        for row in ended {
            self.note_ending(&row).await?;
        }
        Ok(())
    }

    async fn note_ending(&self, row: &grant::Model) -> Result<(), Refusal> {
        let work = self.begin(OrganizationId(row.organization_id)).await?;
        let ended = grant::Entity::update_many()
            .set(grant::ActiveModel {
                state: Set("ended".to_owned()),
                changed_at: Set(work.now.0),
                ..grant::ActiveModel::default()
            })
            .filter(grant::Column::Id.eq(row.id))
            .filter(grant::Column::State.eq("active"))
            .filter(grant::Column::EndsAt.lte(work.now.0))
            .exec(&work.db)
            .await?;
        if ended.rows_affected == 0 {
            return Ok(());
        }
        let details = json!({ "profile": row.profile, "ends_at": row.ends_at });
        work.commit(Event::of(Act::GrantEnded, ContactId(row.contact_id)).with(details)).await
    }

    /// Writes a letter about a profile that ends, if it still does then.
    pub(crate) async fn ending_letter(&self, row: &outbox::Model) -> Result<Option<Letter>, Refusal> {
        let Ok(payload) = serde_json::from_str::<Payload>(&row.payload) else { return Ok(None) };
        let Some(about) = self.about_ending(&payload).await? else { return Ok(None) };
        Ok(Some(self.letter_to(row, |language| sheet(&row.kind, &about, language))))
    }

    async fn about_ending(&self, payload: &Payload) -> Result<Option<About>, Refusal> {
        let db = self.platform.store.read();
        let row = grant::Entity::find_by_id(payload.grant).one(db).await?;
        let row = row.filter(|row| row.state == "active" && row.ends_at == Some(payload.ends_at));
        let Some(row) = row else { return Ok(None) };
        let person = contact::Entity::find_by_id(row.contact_id).one(db).await?;
        let organization = organization::Entity::find_by_id(row.organization_id).one(db).await?;
        let (Some(person), Some(organization)) = (person, organization) else { return Ok(None) };
        let granter = match payload.granter {
            Some(id) => contact::Entity::find_by_id(id).one(db).await?,
            None => None,
        };
        // Whom to ask: a colleague by name, or the operator.
        let ask = granter.filter(|granter| granter.organization_id == row.organization_id);
        let operator = &self.settings.operator;
        Ok(Some(About {
            ask: ask.map_or_else(
                || operator.name.clone(),
                |granter| {
                    let named = format!("{} ({})", spoken(&granter), granter.email);
                    Bilingual::new(named.clone(), named)
                },
            ),
            name: spoken(&person),
            profile: self.catalogue.name_of(&row.profile),
            date: self.platform.calendar.last_day_before(Instant(payload.ends_at)).text,
            address: format!(
                "{}/LANGUAGE/organizations/{}/contacts/{}",
                self.platform.base_url,
                OrganizationId(organization.id),
                ContactId(person.id)
            ),
            organization: name_of(&organization),
        }))
    }
}

impl Work {
    /// Tells the person, and whoever granted it; when that one left, the primary contact.
    async fn tell_of_ending(&self, row: &grant::Model) -> Result<(), Refusal> {
        let person = contact::Entity::find_by_id(row.contact_id).one(&self.db).await?;
        let Some(person) = person.filter(|person| person.active) else { return Ok(()) };
        let granter = self.still_here_or_primary(row.granted_by).await?;
        self.post_ending(row, SOON, (&person, granter.as_ref().map(|granter| granter.id))).await?;
        match granter.filter(|granter| granter.id != person.id) {
            Some(granter) => self.post_ending(row, GRANTED, (&granter, Some(granter.id))).await,
            None => Ok(()),
        }
    }

    async fn post_ending(
        &self,
        row: &grant::Model,
        kind: &'static str,
        (to, granter): (&contact::Model, Option<Uuid>),
    ) -> Result<(), Refusal> {
        self.post(Post {
            kind,
            to: &to.email,
            language: contacts::language(to),
            about: Some(row.id),
            payload: json!({ "grant": row.id, "ends_at": row.ends_at, "granter": granter }),
        })
        .await
    }
}

#[derive(Deserialize)]
struct Payload {
    grant: Uuid,
    ends_at: i64,
    granter: Option<Uuid>,
}

/// What a letter says, without its language.
struct About {
    organization: Bilingual,
    name: String,
    profile: Bilingual,
    date: Bilingual,
    ask: Bilingual,
    address: String,
}

fn sheet(kind: &str, about: &About, language: Language) -> Sheet {
    if kind == GRANTED { to_granter(about, language) } else { to_person(about, language) }
}

fn to_person(about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let organization = inert(about.organization.in_language(language));
    let (profile, date) = (about.profile.in_language(language), about.date.in_language(language));
    let ask = inert(about.ask.in_language(language));
    let subject = td_string!(l, endings.subject, organization = organization.as_str(), profile = profile);
    Sheet::new(language, subject)
        .heading(td_string!(l, endings.heading, profile = profile))
        .paragraph(td_string!(l, endings.text, organization = organization.as_str(), date = date))
        .paragraph(td_string!(l, endings.ask, ask = ask.as_str()))
}

fn to_granter(about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let (organization, name) = (inert(about.organization.in_language(language)), inert(&about.name));
    let (profile, date) = (about.profile.in_language(language), about.date.in_language(language));
    let subject = td_string!(l, endings.granted_subject, name = name.as_str(), profile = profile);
    let text = td_string!(
        l,
        endings.granted_text,
        organization = organization.as_str(),
        name = name.as_str(),
        profile = profile,
        date = date
    );
    Sheet::new(language, subject.clone())
        .heading(subject)
        .paragraph(text)
        .button(td_string!(l, endings.button), in_language(&about.address, language))
}
