//! Letters about agreements (S1, S3, S4): to signatories, and to whoever prepared it.
//!
//! Each link is one signatory's, made when the letter is written; a letter that makes no sense any more, because its
//! link was replaced or the agreement went on, is none. Titles, names and messages are somebody's words: they are
//! quoted, and nothing in them becomes a link.

use super::{in_language, locale, shown};
use crate::access_requests::in_language as language_of;
use crate::agreements::{
    Row, Signatory, order_of, organization_row, people_of, signatories_of, signatory_state, state_at,
    titles_of,
};
use crate::contacts::spoken;
use crate::entity::{agreement, agreement_signatory, contact};
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::agreements::{AgreementState, SignatoryState, turns};
use domain::invitations::Preview;
use domain::{AgreementId, Bilingual, Instant, Language, OrganizationId};
use locales::i18n::*;
use platform::letterhead::{Sheet, inert};
use platform::{Letter, outbox};
use sea_orm::EntityTrait as _;
use serde::Deserialize;
use uuid::Uuid;

pub(crate) const AGREEMENT_SIGN: &str = "agreements.sign";
/// It was changed: everybody signs anew.
pub(crate) const AGREEMENT_ANEW: &str = "agreements.anew";
pub(crate) const AGREEMENT_REMINDER: &str = "agreements.reminder";
/// To whoever prepared it.
pub(crate) const AGREEMENT_SIGNED_BY: &str = "agreements.signed_by";
/// The sealed PDF is there.
pub(crate) const AGREEMENT_ALL_SIGNED: &str = "agreements.all_signed";
pub(crate) const AGREEMENT_DECLINED: &str = "agreements.declined";
pub(crate) const AGREEMENT_WITHDRAWN: &str = "agreements.withdrawn";
pub(crate) const AGREEMENT_EXPIRED: &str = "agreements.expired";
/// It is being changed: the link is dead, another mail follows.
pub(crate) const AGREEMENT_REVISED: &str = "agreements.revised";
/// Somebody else signs.
pub(crate) const AGREEMENT_REPLACED: &str = "agreements.replaced";
/// I10: to whoever prepared it.
pub(crate) const AGREEMENT_BOUNCED: &str = "agreements.bounced";

#[derive(Deserialize)]
struct Payload {
    agreement: Uuid,
    #[serde(default)]
    edition: i32,
    signatory: Option<Uuid>,
    #[serde(default)]
    link: i32,
    /// Whoever prepared it gets this one.
    preparer: Option<Uuid>,
}

/// What such a letter says, without its language.
struct About {
    organization: Bilingual,
    titles: Bilingual,
    preparer: Bilingual,
    ask: String,
    /// To whom it goes.
    name: String,
    /// Whom it is about: who signed, declined, was not reached.
    who: String,
    who_email: String,
    message: Option<String>,
    until: Bilingual,
    reason: Option<String>,
    signed: usize,
    all: usize,
    code: String,
    /// The address of the page: one's own, or that of those who read agreements.
    page: String,
    to_preparer: bool,
}

impl Portal {
    pub(super) async fn letter_about_agreement(
        &self,
        row: &outbox::Model,
    ) -> Result<Option<Letter>, Refusal> {
        let Ok(payload) = serde_json::from_str::<Payload>(&row.payload) else { return Ok(None) };
        let db = self.platform.store.read();
        let kept = agreement::Entity::find_by_id(payload.agreement).one(db).await?;
        let signatory = match payload.signatory {
            Some(id) => agreement_signatory::Entity::find_by_id(id).one(db).await?,
            None => None,
        };
        let Some(kept) = kept else { return Ok(None) };
        if !self.agreement_letter_makes_sense(&row.kind, &payload, &kept, signatory.as_ref()) {
            return Ok(None);
        }
        let about = self.about_agreement(&kept, signatory.as_ref(), &payload).await?;
        Ok(Some(self.letter_to(row, |language| sheet(&row.kind, &about, language))))
    }

    fn agreement_letter_makes_sense(
        &self,
        kind: &str,
        payload: &Payload,
        row: &Row,
        signatory: Option<&Signatory>,
    ) -> bool {
        let state = state_at(row, self.now());
        let same = payload.edition == row.edition;
        let waits = signatory.is_some_and(|signatory| {
            signatory_state(signatory) == SignatoryState::Invited
                && (payload.preparer.is_some() || signatory.link == payload.link)
        });
        match kind {
            AGREEMENT_SIGN | AGREEMENT_ANEW | AGREEMENT_REMINDER | AGREEMENT_BOUNCED => {
                same && waits && state == AgreementState::Out
            }
            AGREEMENT_EXPIRED => same && state == AgreementState::Expired,
            AGREEMENT_SIGNED_BY => same && matches!(state, AgreementState::Out | AgreementState::Signed),
            AGREEMENT_REVISED => state == AgreementState::Draft,
            _ => true,
        }
    }

    async fn about_agreement(
        &self,
        row: &Row,
        signatory: Option<&Signatory>,
        payload: &Payload,
    ) -> Result<About, Refusal> {
        let db = self.platform.store.read();
        let organization = organization_row(db, row.organization_id).await?;
        let (preparer, ask) = self.preparer_of(db, row).await?;
        let signatories = signatories_of(db, row.id, row.edition).await?;
        let people = people_of(db, &signatories).await?;
        let counted = || signatories.iter().filter(|row| signatory_state(row) != SignatoryState::Replaced);
        let about = match row.ended_by.filter(|_| row.state == AgreementState::Declined.code()) {
            Some(id) => people.get(&id).cloned(),
            None => None,
        };
        let theirs = match signatory {
            Some(signatory) => contact::Entity::find_by_id(signatory.contact_id).one(db).await?,
            None => None,
        };
        let about = about.or_else(|| theirs.clone());
        let (base, agreement) = (&self.platform.base_url, AgreementId(row.id));
        let card = || {
            let organization = OrganizationId(row.organization_id);
            format!("{base}/LANGUAGE/organizations/{organization}/agreements/{agreement}")
        };
        let page = match signatory.filter(|_| payload.preparer.is_none()) {
            Some(signatory) if signatory_state(signatory) == SignatoryState::Invited => {
                let token = self.signing_token(signatory.id, signatory.link);
                format!("{base}/LANGUAGE/agreement/{token}")
            }
            Some(signatory) => {
                format!("{base}/LANGUAGE/to-sign/{}", domain::SignatoryId(signatory.id))
            }
            None => card(),
        };
        Ok(About {
            organization: name_of(&organization),
            titles: titles_of(row),
            preparer,
            ask,
            name: theirs.as_ref().filter(|_| payload.preparer.is_none()).map(spoken).unwrap_or_default(),
            who: about.as_ref().map(spoken).unwrap_or_default(),
            who_email: signatory.and_then(|signatory| signatory.email.clone()).unwrap_or_default(),
            message: row.message.clone(),
            until: self.platform.calendar.last_day_before(Instant(row.deadline_at)).text,
            reason: row.reason.clone(),
            signed: counted().filter(|row| signatory_state(row) == SignatoryState::Signed).count(),
            all: counted().count(),
            code: self.verification_code(agreement, row.edition),
            page,
            to_preparer: payload.preparer.is_some(),
        })
    }

    /// The mails that leave at once when this draft is sent, piece by piece (I2).
    pub(crate) async fn preview_of_invitations(&self, row: &Row) -> Result<Vec<Preview>, Refusal> {
        let db = self.platform.store.read();
        let signatories = signatories_of(db, row.id, row.edition).await?;
        let people = people_of(db, &signatories).await?;
        let states: Vec<SignatoryState> = signatories.iter().map(signatory_state).collect();
        let kind = if row.edition > 1 { AGREEMENT_ANEW } else { AGREEMENT_SIGN };
        let mut mails = Vec::new();
        for place in turns(order_of(row), &states) {
            let Some(signatory) = signatories.get(place) else { continue };
            let Some(person) = people.get(&signatory.contact_id) else { continue };
            let payload = Payload {
                agreement: row.id,
                edition: row.edition,
                signatory: Some(signatory.id),
                link: signatory.link,
                preparer: None,
            };
            let about = self.about_agreement(row, Some(signatory), &payload).await?;
            let language = language_of(person.language.as_deref());
            let languages =
                language.map_or_else(|| vec![Language::Fr, Language::En], |language| vec![language]);
            let sheets =
                languages.into_iter().map(|language| shown(&sheet(kind, &about, language))).collect();
            mails.push(Preview { to: person.email.clone(), sheets });
        }
        Ok(mails)
    }
}

/// One language of a letter of that kind.
fn sheet(kind: &str, about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let (subject, text) = words(kind, about, language);
    let mut sheet = Sheet::new(language, subject.clone()).heading(subject);
    if !about.name.is_empty() {
        sheet = sheet.paragraph(td_string!(l, agreements_letters.hello, name = inert(&about.name)));
    }
    sheet = sheet.paragraph(text).facts(facts(about, language));
    if let Some(message) = about.message.as_deref().filter(|_| asks(kind)) {
        let name = inert(about.preparer.in_language(language));
        sheet = sheet.quote(td_string!(l, agreements_letters.message, name = name), message);
    }
    let reason = about.reason.as_deref().filter(|_| matches!(kind, AGREEMENT_DECLINED | AGREEMENT_WITHDRAWN));
    if let Some(reason) = reason {
        sheet = sheet.quote(td_string!(l, agreements_letters.reason), reason);
    }
    if kind == AGREEMENT_ALL_SIGNED {
        sheet = sheet.paragraph(td_string!(l, agreements_letters.all_signed.code)).code(about.code.as_str());
    }
    if let Some(label) = button(kind, about, language) {
        sheet = sheet.button(label, in_language(&about.page, language));
    }
    if asks(kind) {
        sheet = sheet
            .paragraph(td_string!(l, agreements_letters.sign.then))
            .footer(td_string!(l, agreements_letters.unexpected));
    }
    sheet.footer(td_string!(l, agreements_letters.ask, ask = about.ask.as_str()))
}

fn asks(kind: &str) -> bool {
    matches!(kind, AGREEMENT_SIGN | AGREEMENT_ANEW | AGREEMENT_REMINDER)
}

fn facts(about: &About, language: Language) -> Vec<(String, String)> {
    let l = locale(language);
    let until = td_string!(l, agreements_letters.until_end, date = about.until.in_language(language));
    vec![
        (td_string!(l, agreements_letters.agreement).to_owned(), inert(about.titles.in_language(language))),
        (
            td_string!(l, agreements_letters.organization).to_owned(),
            inert(about.organization.in_language(language)),
        ),
        (td_string!(l, agreements_letters.until).to_owned(), until),
    ]
}

/// What the button says; nothing when there is nowhere to go.
fn button(kind: &str, about: &About, language: Language) -> Option<&'static str> {
    let l = locale(language);
    match kind {
        _ if about.to_preparer => Some(td_string!(l, agreements_letters.card_button)),
        AGREEMENT_ALL_SIGNED => Some(td_string!(l, agreements_letters.copy_button)),
        kind if asks(kind) => Some(td_string!(l, agreements_letters.button)),
        _ => None,
    }
}

/// The subject and the first sentence.
fn words(kind: &str, about: &About, language: Language) -> (String, String) {
    let l = locale(language);
    let (title, organization) =
        (inert(about.titles.in_language(language)), inert(about.organization.in_language(language)));
    let (preparer, name) = (inert(about.preparer.in_language(language)), inert(&about.who));
    let (title, organization) = (title.as_str(), organization.as_str());
    let (preparer, name) = (preparer.as_str(), name.as_str());
    let date = about.until.in_language(language);
    match kind {
        AGREEMENT_SIGN => (
            td_string!(l, agreements_letters.sign.subject, organization = organization, title = title),
            td_string!(l, agreements_letters.sign.text, preparer = preparer, organization = organization),
        ),
        AGREEMENT_ANEW => (
            td_string!(l, agreements_letters.anew.subject, title = title),
            td_string!(l, agreements_letters.anew.text, preparer = preparer, organization = organization),
        ),
        AGREEMENT_REMINDER => (
            td_string!(l, agreements_letters.reminder.subject, title = title),
            td_string!(l, agreements_letters.reminder.text, date = date),
        ),
        AGREEMENT_SIGNED_BY => (
            td_string!(l, agreements_letters.signed_by.subject, name = name, title = title),
            td_string!(
                l,
                agreements_letters.signed_by.text,
                name = name,
                signed = about.signed,
                all = about.all
            ),
        ),
        AGREEMENT_BOUNCED => (
            td_string!(l, agreements_letters.bounced.subject, name = name, title = title),
            td_string!(l, agreements_letters.bounced.text, name = name, email = inert(&about.who_email)),
        ),
        AGREEMENT_DECLINED => (
            td_string!(l, agreements_letters.declined.subject, title = title),
            td_string!(l, agreements_letters.declined.text, name = name),
        ),
        AGREEMENT_EXPIRED => (
            td_string!(l, agreements_letters.expired.subject, title = title),
            td_string!(l, agreements_letters.expired.text, date = date),
        ),
        other => plain_words(other, title, language),
    }
}

/// The same for news that are told in fixed words.
fn plain_words(kind: &str, title: &str, language: Language) -> (String, String) {
    let l = locale(language);
    match kind {
        AGREEMENT_ALL_SIGNED => (
            td_string!(l, agreements_letters.all_signed.subject, title = title),
            td_string!(l, agreements_letters.all_signed.text).to_owned(),
        ),
        AGREEMENT_WITHDRAWN => (
            td_string!(l, agreements_letters.withdrawn.subject, title = title),
            td_string!(l, agreements_letters.withdrawn.text).to_owned(),
        ),
        AGREEMENT_REVISED => (
            td_string!(l, agreements_letters.revised.subject, title = title),
            td_string!(l, agreements_letters.revised.text).to_owned(),
        ),
        _ => (
            td_string!(l, agreements_letters.replaced.subject, title = title),
            td_string!(l, agreements_letters.replaced.text).to_owned(),
        ),
    }
}
