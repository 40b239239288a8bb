//! Letters about requests for access (R3 to R7): to the two people, to who saved a draft, to Support, and to the
//! administrators of an organization that is here already.
//!
//! Each link is one part's, made when the letter is written; a letter whose request moved on meanwhile is none.

use super::{in_language, locale};
use crate::access_requests::{Row, address_of, organization_of, signatures_of, state_of, vouch_of};
use crate::entity::{access_request, access_request_step, handover};
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::access_requests::{Part, RequestState, Vouch};
use domain::{AccessRequestId, Bilingual, Instant, Language, OrganizationId};
use locales::i18n::*;
use locales::is_one;
use platform::letterhead::{Sheet, inert};
use platform::{Letter, outbox};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::Deserialize;
use uuid::Uuid;

/// A draft is kept.
pub(crate) const SAVED: &str = "access_requests.saved";
pub(crate) const SIGN: &str = "access_requests.sign";
/// It was changed: both sign anew.
pub(crate) const SIGN_ANEW: &str = "access_requests.sign_anew";
/// Several, to one who authorizes them.
pub(crate) const SIGN_MANY: &str = "access_requests.sign_many";
pub(crate) const REQUEST_REMINDER: &str = "access_requests.reminder";
/// Both signed.
pub(crate) const RECEIVED: &str = "access_requests.received";
/// To Support.
pub(crate) const ARRIVED: &str = "access_requests.arrived";
pub(crate) const REQUEST_ANSWERED: &str = "access_requests.answered";
pub(crate) const REQUEST_DECLINED: &str = "access_requests.declined";
pub(crate) const REQUEST_WITHDRAWN: &str = "access_requests.withdrawn";
pub(crate) const REQUEST_LAPSED: &str = "access_requests.lapsed";
pub(crate) const REQUEST_QUESTION: &str = "access_requests.question";
pub(crate) const REQUEST_REFUSED_TO_BOTH: &str = "access_requests.refused";
pub(crate) const REQUEST_APPROVED: &str = "access_requests.approved";
pub(crate) const REQUEST_ACTIVATED: &str = "access_requests.activated";
/// R6: the second half of an invitation.
pub(crate) const CODE: &str = "access_requests.code";
/// I10: the letter that asks somebody to sign could not be delivered.
pub(crate) const REQUEST_BOUNCED: &str = "access_requests.bounced";
/// To Support: the secret code could not.
pub(crate) const CODE_BOUNCED: &str = "access_requests.code_bounced";
/// R1: to the administrators of an organization that is here already.
pub(crate) const VOUCH: &str = "access_requests.vouch";

#[derive(Deserialize)]
struct Payload {
    request: Option<Uuid>,
    #[serde(default)]
    requests: Vec<Uuid>,
    #[serde(default)]
    edition: i32,
    part: Option<String>,
    handover: Option<Uuid>,
    #[serde(default)]
    issue: i32,
    organization: Option<Uuid>,
    /// The part whose address takes no mail.
    bounced: Option<String>,
}

/// What such a letter says, without its language.
struct About {
    reference: String,
    name: String,
    authorizer: Option<String>,
    service: Bilingual,
    organization: Bilingual,
    date: Bilingual,
    part: Option<Part>,
    link: String,
    desk: String,
    vouch: String,
    /// The reason, the question or the answer, whichever was last.
    words: Option<String>,
    /// Who of the two would not sign.
    who: String,
    on_hold: bool,
    ask: String,
    /// Whom a letter did not reach, and at which address.
    bounced: (String, String),
}

impl Portal {
    pub(super) async fn letter_about_request(&self, row: &outbox::Model) -> Result<Option<Letter>, Refusal> {
        let Ok(payload) = serde_json::from_str::<Payload>(&row.payload) else { return Ok(None) };
        if row.kind == CODE {
            return self.code_letter(row, &payload).await;
        }
        if row.kind == SIGN_MANY {
            return self.many_letter(row, &payload).await;
        }
        let Some(request) = self.request_of(payload.request).await? else { return Ok(None) };
        if !self.still_makes_sense(row, &payload, &request).await? {
            return Ok(None);
        }
        let about = self.about_request(&request, &payload).await?;
        Ok(Some(self.letter_to(row, |language| sheet(&row.kind, &about, language))))
    }

    async fn request_of(&self, id: Option<Uuid>) -> Result<Option<Row>, Refusal> {
        let Some(id) = id else { return Ok(None) };
        Ok(access_request::Entity::find_by_id(id).one(self.platform.store.read()).await?)
    }

    async fn still_makes_sense(
        &self,
        letter: &outbox::Model,
        payload: &Payload,
        request: &Row,
    ) -> Result<bool, Refusal> {
        let state = state_of(request);
        let same = payload.edition == request.edition;
        Ok(match letter.kind.as_str() {
            SAVED => state == RequestState::Draft,
            SIGN | SIGN_ANEW => same && self.waits_for(request, payload.part.as_deref()).await?,
            REQUEST_REMINDER if state == RequestState::OnHold => same,
            REQUEST_REMINDER => same && self.waits_for(request, payload.part.as_deref()).await?,
            REQUEST_BOUNCED => same && self.waits_for(request, payload.bounced.as_deref()).await?,
            CODE_BOUNCED => state == RequestState::Approved,
            REQUEST_QUESTION => same && state == RequestState::OnHold,
            RECEIVED => same,
            ARRIVED | REQUEST_ANSWERED => same && state == RequestState::Submitted,
            VOUCH => {
                vouch_of(request) == Vouch::Asked
                    && matches!(state, RequestState::Submitted | RequestState::OnHold)
            }
            _ => true,
        })
    }

    /// Whether that part still has to sign.
    async fn waits_for(&self, request: &Row, part: Option<&str>) -> Result<bool, Refusal> {
        if state_of(request) != RequestState::Waiting {
            return Ok(false);
        }
        let signed = signatures_of(self.platform.store.read(), request).await?;
        Ok(!signed.iter().any(|signature| Some(signature.part.as_str()) == part))
    }

    /// `/LANGUAGE/access-request/TOKEN`
    fn request_link(&self, request: &Row, part: Part) -> String {
        let token = self.request_token(request.id, part, request.edition);
        format!("{}/LANGUAGE/access-request/{token}", self.platform.base_url)
    }

    async fn about_request(&self, request: &Row, payload: &Payload) -> Result<About, Refusal> {
        let part = payload.part.as_deref().and_then(Part::from_code);
        let steps = access_request_step::Entity::find()
            .filter(access_request_step::Column::RequestId.eq(request.id))
            .order_by_desc(access_request_step::Column::At)
            .order_by_desc(access_request_step::Column::Id);
        let last = steps
            .filter(access_request_step::Column::Words.is_not_null())
            .one(self.platform.store.read())
            .await?;
        let who = last.as_ref().and_then(|step| step.part.as_deref()).and_then(Part::from_code);
        let who = match who {
            Some(Part::Authorizer) => request.authorizer_name.clone().unwrap_or_default(),
            _ => request.user_name.clone(),
        };
        let base = &self.platform.base_url;
        let id = AccessRequestId(request.id);
        let organization = OrganizationId(payload.organization.unwrap_or_default());
        Ok(About {
            reference: request.reference.clone(),
            name: request.user_name.clone(),
            authorizer: request.authorizer_name.clone(),
            service: self.service_name(&request.service),
            organization: organization_of(request),
            date: request
                .due_at
                .map(|due| self.platform.calendar.last_day_before(Instant(due)).text)
                .unwrap_or_default(),
            part,
            link: part.map(|part| self.request_link(request, part)).unwrap_or_default(),
            desk: format!("{base}/LANGUAGE/desk/access-requests/{id}"),
            vouch: format!("{base}/LANGUAGE/organizations/{organization}/access-requests/{id}"),
            words: last.and_then(|step| step.words),
            who,
            on_hold: state_of(request) == RequestState::OnHold,
            ask: self.settings.operator.email.clone(),
            bounced: self.not_reached(request, payload).await?,
        })
    }

    /// Whom a letter did not reach: the name, and the address.
    async fn not_reached(&self, request: &Row, payload: &Payload) -> Result<(String, String), Refusal> {
        if let Some(id) = payload.handover {
            let kept = handover::Entity::find_by_id(id).one(self.platform.store.read()).await?;
            return Ok(kept.map(|kept| (kept.holder_name, kept.holder_email)).unwrap_or_default());
        }
        let Some(part) = payload.bounced.as_deref().and_then(Part::from_code) else {
            return Ok((String::new(), String::new()));
        };
        let name = match part {
            Part::Authorizer => request.authorizer_name.clone().unwrap_or_default(),
            _ => request.user_name.clone(),
        };
        Ok((name, address_of(request, part).map(|(to, _)| to).unwrap_or_default()))
    }

    /// One letter for several requests, a link for each that still waits.
    async fn many_letter(&self, row: &outbox::Model, payload: &Payload) -> Result<Option<Letter>, Refusal> {
        let mut waiting = Vec::new();
        for id in &payload.requests {
            let Some(request) = self.request_of(Some(*id)).await? else { continue };
            let same = payload.edition == request.edition;
            if same && self.waits_for(&request, Some(Part::Authorizer.code())).await? {
                waiting.push((request.user_name.clone(), self.request_link(&request, Part::Authorizer)));
            }
        }
        if waiting.is_empty() {
            return Ok(None);
        }
        let count = waiting.len() as u64;
        Ok(Some(self.letter_to(row, |language| {
            let l = locale(language);
            let subject = if is_one(language, count) {
                td_string!(l, access_requests.letter.many.subject_one).to_owned()
            } else {
                td_string!(l, access_requests.letter.many.subject_many, count = count)
            };
            let mut sheet = Sheet::new(language, subject.clone())
                .heading(subject)
                .paragraph(td_string!(l, access_requests.letter.many.text));
            for (name, link) in &waiting {
                let label = td_string!(l, access_requests.letter.many.button, name = inert(name));
                sheet = sheet.button(label, in_language(link, language));
            }
            sheet.footer(td_string!(l, access_requests.letter.unexpected))
        })))
    }

    /// R6: to who hands it over, never to the user.
    async fn code_letter(&self, row: &outbox::Model, payload: &Payload) -> Result<Option<Letter>, Refusal> {
        let db = self.platform.store.read();
        let Some(id) = payload.handover else { return Ok(None) };
        let kept = handover::Entity::find_by_id(id).one(db).await?;
        let Some(kept) = kept.filter(|kept| kept.used_at.is_none() && kept.issue == payload.issue) else {
            return Ok(None);
        };
        let request = access_request::Entity::find()
            .filter(access_request::Column::HandoverId.eq(kept.id))
            .one(db)
            .await?;
        let Some(request) = request else { return Ok(None) };
        let code = self.handover_code(kept.id, kept.issue);
        let link = request.authorizer_key.as_ref().map(|_| self.request_link(&request, Part::Authorizer));
        Ok(Some(self.letter_to(row, |language| {
            let l = locale(language);
            let name = inert(&request.user_name);
            let name = name.as_str();
            let subject = td_string!(l, access_requests.letter.code.subject, name = name);
            let mut sheet = Sheet::new(language, subject.clone())
                .heading(subject)
                .paragraph(td_string!(l, access_requests.letter.code.text, name = name))
                .code(code.as_str())
                .paragraph(td_string!(l, access_requests.letter.code.hand, name = name));
            if kept.issue > 1 {
                sheet = sheet.paragraph(td_string!(l, access_requests.letter.code.renewed));
            }
            if let Some(link) = &link {
                sheet = sheet
                    .button(td_string!(l, access_requests.letter.code.button), in_language(link, language));
            }
            let (ask, reference) = (self.settings.operator.email.as_str(), request.reference.as_str());
            sheet.footer(td_string!(l, access_requests.letter.ask, ask = ask, reference = reference))
        })))
    }
}

/// One language of a letter of that kind.
fn sheet(kind: &str, about: &About, language: Language) -> Sheet {
    let sheet = match kind {
        SAVED => saved(about, language),
        SIGN | SIGN_ANEW => sign(kind, about, language),
        REQUEST_REMINDER => reminder(about, language),
        RECEIVED => received(about, language),
        ARRIVED | REQUEST_ANSWERED => to_desk(kind, about, language),
        REQUEST_QUESTION => question(about, language),
        VOUCH => vouch(about, language),
        REQUEST_BOUNCED | CODE_BOUNCED => bounced(kind, about, language),
        other => news(other, about, language),
    };
    let (ask, reference) = (about.ask.as_str(), about.reference.as_str());
    sheet.footer(td_string!(locale(language), access_requests.letter.ask, ask = ask, reference = reference))
}

fn saved(about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let subject = td_string!(l, access_requests.letter.saved.subject, reference = about.reference.as_str());
    Sheet::new(language, subject.clone())
        .heading(subject)
        .paragraph(td_string!(l, access_requests.letter.saved.text, date = about.date.in_language(language)))
        .button(td_string!(l, access_requests.letter.saved.button), in_language(&about.link, language))
}

fn sign(kind: &str, about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let (name, service) = (inert(&about.name), inert(about.service.in_language(language)));
    let organization = inert(about.organization.in_language(language));
    let (name, service, organization) = (name.as_str(), service.as_str(), organization.as_str());
    let text = match (about.part, &about.authorizer) {
        (Some(Part::Authorizer), _) => td_string!(
            l,
            access_requests.letter.sign.authorizer,
            service = service,
            name = name,
            organization = organization
        ),
        (_, Some(_)) => {
            td_string!(l, access_requests.letter.sign.user, service = service, organization = organization)
        }
        (_, None) => {
            td_string!(
                l,
                access_requests.letter.sign.user_alone,
                service = service,
                organization = organization
            )
        }
    };
    let subject = td_string!(l, access_requests.letter.sign.subject, reference = about.reference.as_str());
    let mut sheet = Sheet::new(language, subject.clone()).heading(subject).paragraph(text);
    if kind == SIGN_ANEW {
        sheet = sheet.paragraph(td_string!(l, access_requests.letter.sign.changed));
    }
    let mut facts = vec![
        (td_string!(l, access_requests.letter.service).to_owned(), service.to_owned()),
        (td_string!(l, access_requests.letter.organization).to_owned(), organization.to_owned()),
        (td_string!(l, access_requests.letter.whom).to_owned(), name.to_owned()),
    ];
    if let Some(authorizer) = &about.authorizer {
        facts.push((td_string!(l, access_requests.letter.authorizer).to_owned(), inert(authorizer)));
    }
    facts.push((
        td_string!(l, access_requests.letter.until).to_owned(),
        about.date.in_language(language).to_owned(),
    ));
    sheet
        .facts(facts)
        .button(td_string!(l, access_requests.letter.sign.button), in_language(&about.link, language))
        .footer(td_string!(l, access_requests.letter.unexpected))
}

fn reminder(about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let name = inert(&about.name);
    let (name, date) = (name.as_str(), about.date.in_language(language));
    let reference = about.reference.as_str();
    let (subject, text, button) = if about.on_hold {
        (
            td_string!(l, access_requests.letter.reminder_hold.subject, reference = reference),
            td_string!(l, access_requests.letter.reminder_hold.text, name = name, date = date),
            td_string!(l, access_requests.letter.question.button),
        )
    } else {
        (
            td_string!(l, access_requests.letter.reminder.subject, reference = reference),
            td_string!(l, access_requests.letter.reminder.text, name = name, date = date),
            td_string!(l, access_requests.letter.sign.button),
        )
    };
    Sheet::new(language, subject.clone())
        .heading(subject)
        .paragraph(text)
        .button(button, in_language(&about.link, language))
}

fn received(about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let name = inert(&about.name);
    let subject =
        td_string!(l, access_requests.letter.received.subject, reference = about.reference.as_str());
    Sheet::new(language, subject.clone())
        .heading(subject)
        .paragraph(td_string!(l, access_requests.letter.received.text, name = name.as_str()))
        .button(td_string!(l, access_requests.letter.received.button), in_language(&about.link, language))
}

fn to_desk(kind: &str, about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let (name, service) = (inert(&about.name), inert(about.service.in_language(language)));
    let organization = inert(about.organization.in_language(language));
    let (name, reference) = (name.as_str(), about.reference.as_str());
    let sheet = if kind == ARRIVED {
        let subject = td_string!(l, access_requests.letter.arrived.subject, reference = reference);
        Sheet::new(language, subject.clone()).heading(subject).paragraph(td_string!(
            l,
            access_requests.letter.arrived.text,
            name = name,
            service = service.as_str(),
            organization = organization.as_str()
        ))
    } else {
        let subject = td_string!(l, access_requests.letter.answered.subject, reference = reference);
        let sheet = Sheet::new(language, subject.clone()).heading(subject).paragraph(td_string!(
            l,
            access_requests.letter.answered.text,
            name = name
        ));
        match &about.words {
            Some(words) => sheet.quote(td_string!(l, access_requests.letter.answered.answer), words),
            None => sheet,
        }
    };
    sheet.button(td_string!(l, access_requests.letter.arrived.button), in_language(&about.desk, language))
}

fn question(about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let name = inert(&about.name);
    let subject =
        td_string!(l, access_requests.letter.question.subject, reference = about.reference.as_str());
    let sheet = Sheet::new(language, subject.clone()).heading(subject).paragraph(td_string!(
        l,
        access_requests.letter.question.text,
        name = name.as_str()
    ));
    let sheet = match &about.words {
        Some(words) => sheet.quote(td_string!(l, access_requests.letter.question.question), words),
        None => sheet,
    };
    sheet.button(td_string!(l, access_requests.letter.question.button), in_language(&about.link, language))
}

fn bounced(kind: &str, about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let (name, email) = (inert(&about.bounced.0), inert(&about.bounced.1));
    let (name, email, reference) = (name.as_str(), email.as_str(), about.reference.as_str());
    let (subject, text, button, link) = if kind == CODE_BOUNCED {
        (
            td_string!(l, access_requests.letter.code_bounced.subject, reference = reference),
            td_string!(l, access_requests.letter.code_bounced.text, name = name, email = email),
            td_string!(l, access_requests.letter.arrived.button),
            &about.desk,
        )
    } else {
        (
            td_string!(l, access_requests.letter.bounced.subject, reference = reference, name = name),
            td_string!(l, access_requests.letter.bounced.text, name = name, email = email),
            td_string!(l, access_requests.letter.bounced.button),
            &about.link,
        )
    };
    Sheet::new(language, subject.clone())
        .heading(subject)
        .paragraph(text)
        .button(button, in_language(link, language))
}

fn vouch(about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let (name, service) = (inert(&about.name), inert(about.service.in_language(language)));
    let organization = inert(about.organization.in_language(language));
    let (name, service, organization) = (name.as_str(), service.as_str(), organization.as_str());
    let subject =
        td_string!(l, access_requests.letter.vouch.subject, name = name, organization = organization);
    Sheet::new(language, subject.clone())
        .heading(subject)
        .paragraph(td_string!(
            l,
            access_requests.letter.vouch.text,
            name = name,
            service = service,
            organization = organization
        ))
        .button(td_string!(l, access_requests.letter.vouch.button), in_language(&about.vouch, language))
}

/// What became of it.
fn news(kind: &str, about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let (name, who) = (inert(&about.name), inert(&about.who));
    let (name, reference) = (name.as_str(), about.reference.as_str());
    let (subject, text) = match kind {
        REQUEST_DECLINED => (
            td_string!(l, access_requests.letter.declined.subject, reference = reference),
            td_string!(l, access_requests.letter.declined.text, who = who.as_str(), name = name),
        ),
        REQUEST_WITHDRAWN => (
            td_string!(l, access_requests.letter.withdrawn.subject, reference = reference),
            td_string!(l, access_requests.letter.withdrawn.text, name = name),
        ),
        REQUEST_LAPSED => (
            td_string!(l, access_requests.letter.lapsed.subject, reference = reference),
            td_string!(l, access_requests.letter.lapsed.text, name = name),
        ),
        REQUEST_REFUSED_TO_BOTH => (
            td_string!(l, access_requests.letter.refused.subject, reference = reference),
            td_string!(l, access_requests.letter.refused.text, name = name),
        ),
        REQUEST_APPROVED => (
            td_string!(l, access_requests.letter.approved.subject, reference = reference),
            td_string!(l, access_requests.letter.approved.text, name = name),
        ),
        _ => (
            td_string!(l, access_requests.letter.activated.subject, name = name),
            td_string!(l, access_requests.letter.activated.text, name = name, reference = reference),
        ),
    };
    let sheet = Sheet::new(language, subject.clone()).heading(subject).paragraph(text);
    match &about.words {
        Some(words) if matches!(kind, REQUEST_DECLINED | REQUEST_REFUSED_TO_BOTH) => {
            sheet.quote(td_string!(l, access_requests.letter.reason), words)
        }
        _ => sheet,
    }
}
