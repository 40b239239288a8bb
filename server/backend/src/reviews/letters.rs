//! The letters about reviews: that one is due, that it still waits, that somebody was left to Support (P5).

use crate::entity::{organization, review};
use crate::letters::{in_language, locale};
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::{Bilingual, Instant, Language, OrganizationId, ReviewId};
use locales::{is_one, td_string};
use platform::letterhead::{Sheet, inert};
use platform::{Letter, outbox};
use sea_orm::EntityTrait as _;
use serde::Deserialize;
use uuid::Uuid;

/// The first word of these letters' kinds.
pub(crate) const SUBJECT: &str = "reviews";

pub(super) const DUE: &str = "reviews.due";
pub(super) const AGAIN: &str = "reviews.again";
pub(super) const LEFT: &str = "reviews.left";

#[derive(Deserialize)]
struct Payload {
    /// Of a reminder: the organization, and when its period began.
    organization: Option<Uuid>,
    since: Option<i64>,
    review: Option<ReviewId>,
}

/// What a letter says, without its language.
struct About {
    organization: Bilingual,
    date: Bilingual,
    people: u64,
    address: String,
}

impl Portal {
    /// Writes a letter about a review, if it still makes sense.
    pub(crate) async fn review_letter(&self, row: &outbox::Model) -> Result<Option<Letter>, Refusal> {
        let Ok(payload) = serde_json::from_str::<Payload>(&row.payload) else { return Ok(None) };
        let about = match (row.kind.as_str(), payload.review, payload.organization.zip(payload.since)) {
            (LEFT, Some(review), _) => self.about_left(review).await?,
            (DUE | AGAIN, _, Some((organization, since))) => self.about_due(organization, since).await?,
            _ => None,
        };
        let Some(about) = about else { return Ok(None) };
        Ok(Some(self.letter_to(row, |language| sheet(&row.kind, &about, language))))
    }

    /// A reminder makes no sense once the review was attested.
    async fn about_due(&self, organization: Uuid, since: i64) -> Result<Option<About>, Refusal> {
        let row = organization::Entity::find_by_id(organization).one(self.platform.store.read()).await?;
        let Some(row) = row.filter(|row| row.state == "open") else { return Ok(None) };
        if self.last_reviewed(&row).await? != since {
            return Ok(None);
        }
        Ok(Some(About {
            date: self.platform.calendar.date(self.review_due(Instant(since))).text,
            people: 0,
            address: self.reviews_address(row.id),
            organization: name_of(&row),
        }))
    }

    async fn about_left(&self, id: ReviewId) -> Result<Option<About>, Refusal> {
        let db = self.platform.store.read();
        let Some(row) = review::Entity::find_by_id(id.0).one(db).await? else { return Ok(None) };
        let organization = organization::Entity::find_by_id(row.organization_id).one(db).await?;
        let (Some(organization), Some(at)) = (organization, row.attested_at) else { return Ok(None) };
        Ok(Some(About {
            organization: name_of(&organization),
            date: self.platform.calendar.date(Instant(at)).text,
            people: u64::try_from(row.left_to_support).unwrap_or_default(),
            address: format!("{}/{id}", self.reviews_address(row.organization_id)),
        }))
    }

    fn reviews_address(&self, organization: Uuid) -> String {
        format!("{}/LANGUAGE/organizations/{}/reviews", self.platform.base_url, OrganizationId(organization))
    }
}

fn sheet(kind: &str, about: &About, language: Language) -> Sheet {
    let organization = inert(about.organization.in_language(language));
    match kind {
        LEFT => left(about, &organization, language),
        AGAIN => again(about, &organization, language),
        _ => due(about, &organization, language),
    }
}

fn due(about: &About, organization: &str, language: Language) -> Sheet {
    let l = locale(language);
    let subject = td_string!(l, reviews.letters.due.subject, organization = organization);
    Sheet::new(language, subject.clone())
        .heading(subject)
        .paragraph(td_string!(l, reviews.letters.due.text, organization = organization))
        .button(td_string!(l, reviews.letters.button), in_language(&about.address, language))
        .footer(td_string!(l, reviews.letters.why, organization = organization))
}

fn again(about: &About, organization: &str, language: Language) -> Sheet {
    let l = locale(language);
    let date = about.date.in_language(language);
    let subject = td_string!(l, reviews.letters.again.subject, organization = organization);
    Sheet::new(language, subject.clone())
        .heading(subject)
        .paragraph(td_string!(l, reviews.letters.again.text, organization = organization, date = date))
        .button(td_string!(l, reviews.letters.button), in_language(&about.address, language))
        .footer(td_string!(l, reviews.letters.why, organization = organization))
}

fn left(about: &About, organization: &str, language: Language) -> Sheet {
    let l = locale(language);
    let date = about.date.in_language(language);
    let subject = td_string!(l, reviews.letters.left.subject, organization = organization);
    let text = match is_one(language, about.people) {
        true => td_string!(l, reviews.letters.left.text_one, organization = organization, date = date),
        false => td_string!(
            l,
            reviews.letters.left.text_many,
            organization = organization,
            date = date,
            count = about.people
        ),
    };
    Sheet::new(language, subject.clone())
        .heading(subject)
        .paragraph(text)
        .button(td_string!(l, reviews.letters.left.button), in_language(&about.address, language))
}
