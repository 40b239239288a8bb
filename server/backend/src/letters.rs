//! The portal's letters: written when they leave, from what is true then (I6, I10, I11).
//!
//! A row of the outbox carries identifiers; an invitation that ended meanwhile has no letter. Names and messages
//! are somebody's words: they are quoted, attributed, and nothing in them becomes a link (I2).

mod access_requests;
mod agreements;
mod contacts;
mod profile_requests;
mod ways;

pub(crate) use access_requests::{
    ARRIVED, CODE, CODE_BOUNCED, RECEIVED, REQUEST_ACTIVATED, REQUEST_ANSWERED, REQUEST_APPROVED,
    REQUEST_BOUNCED, REQUEST_DECLINED, REQUEST_LAPSED, REQUEST_QUESTION, REQUEST_REFUSED_TO_BOTH,
    REQUEST_REMINDER, REQUEST_WITHDRAWN, SAVED, SIGN, SIGN_ANEW, SIGN_MANY, VOUCH,
};

pub(crate) use agreements::{
    AGREEMENT_ALL_SIGNED, AGREEMENT_ANEW, AGREEMENT_BOUNCED, AGREEMENT_DECLINED, AGREEMENT_EXPIRED,
    AGREEMENT_REMINDER, AGREEMENT_REPLACED, AGREEMENT_REVISED, AGREEMENT_SIGN, AGREEMENT_SIGNED_BY,
    AGREEMENT_WITHDRAWN,
};

pub(crate) use contacts::{
    ADDRESS_GONE, ADDRESS_NEW, DEACTIVATED, LEFT, PRIMARY_GIVEN, PRIMARY_KEPT, PRIMARY_PLANNED,
    PRIMARY_RECEIVED, PROFILES, UNLINKED,
};

pub(crate) use ways::{WAY_ADDED, WAY_REMOVED};

pub(crate) use profile_requests::{REQUEST_ASKED, REQUEST_GRANTED, REQUEST_REFUSED};

use crate::contacts::spoken;
use crate::entity::{contact, handover, invitation, organization};
use crate::invitations::proposed;
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::contacts::spoken_name;
use domain::invitations::{Preview, PreviewForm, PreviewPiece, PreviewSheet};
use domain::{Act, Actor, Bilingual, ContactId, Instant, InvitationId, Language, OrganizationId};
use locales::i18n::*;
use platform::courier::Writer;
use platform::letterhead::{Letterhead, Piece, Sheet, inert};
use platform::{Letter, outbox};
use sea_orm::{DbErr, EntityTrait as _};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeSet;
use uuid::Uuid;

type BoxFuture<'a, T> = futures_core::future::BoxFuture<'a, T>;

pub(crate) const INVITE: &str = "invitations.invite";
pub(crate) const REMINDER: &str = "invitations.reminder";
pub(crate) const NO_LONGER: &str = "invitations.no_longer";
pub(crate) const ACCEPTED: &str = "invitations.accepted";
pub(crate) const DECLINED: &str = "invitations.declined";
pub(crate) const EXPIRED: &str = "invitations.expired";
pub(crate) const BOUNCED: &str = "invitations.bounced";
pub(crate) const WITHDRAWN: &str = "invitations.withdrawn";
pub(crate) const HANDED_OVER: &str = "invitations.handed_over";
pub(crate) const ASKED_AGAIN: &str = "invitations.asked_again";
pub(crate) const RELINKED: &str = "desk.relinked";

/// The subjects that the portal writes letters about.
pub(crate) const SUBJECTS: [&str; 9] = [
    "access_requests",
    "agreements",
    "contacts",
    "desk",
    "invitations",
    "profile_requests",
    "ways_in",
    crate::reviews::SUBJECT,
    crate::endings::SUBJECT,
];

/// Writes the letters of the portal.
#[derive(Clone, Debug)]
pub(crate) struct PortalLetters {
    pub(crate) portal: Portal,
}

#[derive(Deserialize)]
struct Payload {
    invitation: InvitationId,
}

/// What a letter about an invitation says, without its language.
struct About {
    organization: Bilingual,
    name: String,
    email: String,
    inviter: Bilingual,
    ask: String,
    profiles: Vec<Bilingual>,
    message: Option<String>,
    until: Bilingual,
    landing: String,
    list: String,
    /// R6: who holds the code, and what to know of the services that it opens.
    activation: Option<(String, Vec<(Bilingual, Bilingual)>)>,
}

impl PortalLetters {
    pub(crate) fn new(portal: Portal) -> Self {
        Self { portal }
    }

    /// The first word of a letter's kind is its subject.
    async fn letter(&self, row: &outbox::Model) -> Result<Option<Letter>, Refusal> {
        match row.kind.split_once('.').map(|(subject, _)| subject) {
            Some("access_requests") => self.portal.letter_about_request(row).await,
            Some("agreements") => self.portal.letter_about_agreement(row).await,
            Some("contacts") => self.about_contact(row).await,
            Some("profile_requests") => self.about_profile_request(row).await,
            Some("invitations") => self.about_invitation(row).await,
            Some("desk") => self.of_the_desk(row).await,
            Some("ways_in") => Ok(self.about_way(row)),
            Some(crate::reviews::SUBJECT) => self.portal.review_letter(row).await,
            Some(crate::endings::SUBJECT) => self.portal.ending_letter(row).await,
            _ => Ok(None),
        }
    }

    async fn about_contact(&self, row: &outbox::Model) -> Result<Option<Letter>, Refusal> {
        let Some(told) = self.portal.told(row).await? else { return Ok(None) };
        Ok(Some(self.portal.letter_to(row, |language| contacts::sheet(&told, language))))
    }

    async fn about_profile_request(&self, row: &outbox::Model) -> Result<Option<Letter>, Refusal> {
        let Some(line) = self.portal.asked(row).await? else { return Ok(None) };
        Ok(Some(
            self.portal.letter_to(row, |language| self.portal.sheet_of_request(&row.kind, &line, language)),
        ))
    }

    fn about_way(&self, row: &outbox::Model) -> Option<Letter> {
        let issuer = ways::issuer_of(row)?;
        Some(self.portal.letter_to(row, |language| self.portal.sheet_of_way(&row.kind, &issuer, language)))
    }

    async fn about_invitation(&self, row: &outbox::Model) -> Result<Option<Letter>, Refusal> {
        let Ok(payload) = serde_json::from_str::<Payload>(&row.payload) else { return Ok(None) };
        let Some(kept) = self.invitation(payload.invitation).await? else { return Ok(None) };
        let open = kept.state == "pending" && kept.expires_at > self.portal.now().0;
        if matches!(row.kind.as_str(), INVITE | REMINDER) && !open {
            return Ok(None);
        }
        let about = self.portal.about(&kept).await?;
        Ok(Some(self.portal.letter_to(row, |language| sheet(&row.kind, &about, language))))
    }

    async fn invitation(&self, id: InvitationId) -> Result<Option<invitation::Model>, DbErr> {
        invitation::Entity::find_by_id(id.0).one(self.portal.platform.store.read()).await
    }

    /// I10: the inviter learns that the mail could not be delivered; of a request, who can correct the address.
    async fn bounced(&self, row: &outbox::Model) -> Result<(), Refusal> {
        if row.kind.starts_with("access_requests.") {
            return self.portal.request_bounced(row).await;
        }
        if row.kind.starts_with("agreements.") {
            return self.portal.agreement_bounced(row).await;
        }
        if !matches!(row.kind.as_str(), INVITE | REMINDER) {
            return Ok(());
        }
        let Ok(payload) = serde_json::from_str::<Payload>(&row.payload) else { return Ok(()) };
        let Some(kept) = self.invitation(payload.invitation).await? else { return Ok(()) };
        let work: Work = self.portal.begin(OrganizationId(kept.organization_id)).await?;
        work.tell_inviter(&kept, BOUNCED).await?;
        let details = json!({ "invitation": kept.id });
        let event =
            crate::activity::Event::of(Act::InvitationBounced, ContactId(kept.contact_id)).with(details);
        work.commit(event).await
    }
}

impl Writer for PortalLetters {
    fn writes(&self, kind: &str) -> bool {
        kind.split_once('.').is_some_and(|(subject, _)| SUBJECTS.contains(&subject))
    }

    fn write<'a>(&'a self, row: &'a outbox::Model) -> BoxFuture<'a, Result<Option<Letter>, DbErr>> {
        Box::pin(async move { self.letter(row).await.map_err(cause) })
    }

    fn undeliverable<'a>(&'a self, row: &'a outbox::Model) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(async move { self.bounced(row).await.map_err(cause) })
    }
}

fn cause(refusal: Refusal) -> DbErr {
    match refusal {
        Refusal::Broken(error) => DbErr::Custom(error.to_string()),
        other => DbErr::Custom(format!("{other:?}")),
    }
}

impl Portal {
    /// The letter of a row, in the language of whom it goes to, or in both.
    pub(crate) fn letter_to(&self, row: &outbox::Model, sheet: impl Fn(Language) -> Sheet) -> Letter {
        let language = row.language.as_deref().and_then(Language::from_code);
        let letterhead = Letterhead {
            operator: self.settings.operator.name.clone(),
            colour: self.settings.looks.colour.clone(),
        };
        letterhead.letter(&row.recipient, language, sheet)
    }

    async fn about(&self, kept: &invitation::Model) -> Result<About, Refusal> {
        let db = self.platform.store.read();
        let organization = organization::Entity::find_by_id(kept.organization_id).one(db).await?;
        let invitee = contact::Entity::find_by_id(kept.contact_id).one(db).await?;
        let (inviter, ask) = self.whom_to_ask(kept).await?;
        let profiles = proposed(db, kept.id).await?;
        let token = self.invitation_token(InvitationId(kept.id));
        let language = kept.language.as_deref().unwrap_or("fr");
        Ok(About {
            organization: organization.as_ref().map(name_of).unwrap_or_default(),
            name: invitee.map(|row| spoken(&row)).unwrap_or_default(),
            email: kept.email.clone(),
            inviter,
            ask,
            profiles: profiles.iter().map(|key| self.catalogue.name_of(key)).collect(),
            message: kept.message.clone(),
            until: self.platform.calendar.last_day_before(Instant(kept.expires_at)).text,
            landing: format!("{}/{language}/invitation/{token}", self.platform.base_url),
            list: self.list_address(kept.organization_id),
            activation: self.activation(kept, &profiles).await?,
        })
    }

    /// R6: an invitation that also needs a code says who hands it over, and what each service asks of its people.
    async fn activation(
        &self,
        kept: &invitation::Model,
        profiles: &[String],
    ) -> Result<Option<(String, Vec<(Bilingual, Bilingual)>)>, Refusal> {
        let Some(id) = kept.handover_id else { return Ok(None) };
        let holder = handover::Entity::find_by_id(id).one(self.platform.store.read()).await?;
        let opened = self
            .catalogue
            .services
            .iter()
            .filter(|service| profiles.iter().any(|key| service.profiles.contains(key)));
        let services =
            opened.filter_map(|service| Some((service.name.clone(), service.instructions.clone()?)));
        Ok(holder.map(|holder| (holder.holder_name, services.collect())))
    }

    fn list_address(&self, organization: Uuid) -> String {
        format!("{}/LANGUAGE/organizations/{}/contacts", self.platform.base_url, OrganizationId(organization))
    }

    /// The letter that these words would make, piece by piece (I2).
    pub(crate) async fn preview(
        &self,
        organization: &organization::Model,
        actor: &Actor,
        form: &PreviewForm,
    ) -> Result<Preview, Refusal> {
        let db = self.platform.store.read();
        let inviter = contact::Entity::find_by_id(actor.contact.0).one(db).await?;
        let operator = &self.settings.operator;
        let language = Language::from_code(&form.language);
        let (inviter, ask) = match inviter.filter(|_| !actor.support) {
            Some(row) => (Bilingual::new(spoken(&row), spoken(&row)), row.email),
            None => (operator.name.clone(), operator.email.clone()),
        };
        let end = self.platform.calendar.end_of_day_after(self.now(), self.settings.invitation_days);
        let about = About {
            organization: name_of(organization),
            name: spoken_name(form.last_name.trim(), form.first_name.trim()),
            email: form.email.trim().to_owned(),
            inviter,
            ask,
            // In the order in which the letter will read them.
            profiles: form
                .profiles
                .iter()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .map(|key| self.catalogue.name_of(key))
                .collect(),
            message: Some(form.message.trim().to_owned()).filter(|message| !message.is_empty()),
            until: self.platform.calendar.last_day_before(end).text,
            landing: String::new(),
            list: String::new(),
            activation: None,
        };
        let languages = language.map_or_else(|| vec![Language::Fr, Language::En], |language| vec![language]);
        let sheets = languages.into_iter().map(|language| shown(&sheet(INVITE, &about, language))).collect();
        Ok(Preview { to: about.email, sheets })
    }
}

fn shown(sheet: &Sheet) -> PreviewSheet {
    let pieces = sheet.pieces().iter().filter_map(|piece| match piece {
        Piece::Heading(text) => Some(PreviewPiece::Heading(text.clone())),
        Piece::Paragraph(text) => Some(PreviewPiece::Paragraph(text.clone())),
        Piece::Button { label, .. } => Some(PreviewPiece::Button(label.clone())),
        Piece::Quote { attribution, text } => {
            Some(PreviewPiece::Quote { attribution: attribution.clone(), text: text.clone() })
        }
        Piece::Facts(facts) => Some(PreviewPiece::Facts(facts.clone())),
        Piece::Footer(text) => Some(PreviewPiece::Footer(text.clone())),
        Piece::Code(_) => None,
    });
    PreviewSheet { language: sheet.language(), subject: sheet.subject().to_owned(), pieces: pieces.collect() }
}

pub(crate) const fn locale(language: Language) -> Locale {
    match language {
        Language::En => Locale::en,
        Language::Fr => Locale::fr,
    }
}

/// One language of a letter of that kind.
fn sheet(kind: &str, about: &About, language: Language) -> Sheet {
    match kind {
        INVITE => invite(about, language),
        REMINDER => reminder(about, language),
        NO_LONGER => no_longer(about, language),
        other => to_inviter(other, about, language),
    }
}

fn invite(about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let organization = inert(about.organization.in_language(language));
    let inviter = inert(about.inviter.in_language(language));
    let subject = td_string!(
        l,
        letters.invite.subject,
        inviter = inviter.as_str(),
        organization = organization.as_str()
    );
    let heading = td_string!(
        l,
        letters.invite.heading,
        inviter = inviter.as_str(),
        organization = organization.as_str()
    );
    let mut sheet = Sheet::new(language, subject).heading(heading);
    if !about.name.is_empty() {
        sheet = sheet.paragraph(td_string!(l, letters.invite.hello, name = inert(&about.name)));
    }
    let profiles: Vec<&str> = about.profiles.iter().map(|name| name.in_language(language)).collect();
    let until = td_string!(l, letters.invite.until_end, date = about.until.in_language(language));
    sheet = sheet.paragraph(td_string!(l, letters.invite.why)).facts([
        (td_string!(l, letters.invite.profiles).to_string(), profiles.join(", ")),
        (td_string!(l, letters.invite.until).to_string(), until),
    ]);
    if let Some(message) = &about.message {
        sheet = sheet.quote(td_string!(l, letters.invite.message, inviter = inviter.as_str()), message);
    }
    if let Some((holder, services)) = &about.activation {
        sheet =
            sheet.paragraph(td_string!(l, access_requests.letter.activation.code, holder = inert(holder)));
        for (name, instructions) in services {
            sheet = sheet.paragraph(td_string!(
                l,
                access_requests.letter.activation.service,
                service = name.in_language(language),
                instructions = instructions.in_language(language)
            ));
        }
    }
    sheet
        .button(td_string!(l, letters.invite.button), in_language(&about.landing, language))
        .paragraph(td_string!(l, letters.invite.then))
        .footer(td_string!(l, letters.invite.unexpected))
        .footer(td_string!(l, letters.invite.ask, ask = about.ask.as_str()))
}

/// The landing page's address says the language of the text that stands around it.
pub(crate) fn in_language(address: &str, language: Language) -> String {
    address
        .replacen("/fr/invitation/", &format!("/{}/invitation/", language.code()), 1)
        .replacen("/en/invitation/", &format!("/{}/invitation/", language.code()), 1)
        .replacen("/LANGUAGE/", &format!("/{}/", language.code()), 1)
}

fn reminder(about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let organization = inert(about.organization.in_language(language));
    let (inviter, date) = (inert(about.inviter.in_language(language)), about.until.in_language(language));
    Sheet::new(language, td_string!(l, letters.reminder.subject, organization = organization.as_str()))
        .heading(td_string!(l, letters.reminder.heading, organization = organization.as_str()))
        .paragraph(td_string!(
            l,
            letters.reminder.text,
            inviter = inviter.as_str(),
            organization = organization.as_str(),
            date = date
        ))
        .button(td_string!(l, letters.invite.button), in_language(&about.landing, language))
        .footer(td_string!(l, letters.invite.unexpected))
        .footer(td_string!(l, letters.invite.ask, ask = about.ask.as_str()))
}

fn no_longer(about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let organization = inert(about.organization.in_language(language));
    Sheet::new(language, td_string!(l, letters.no_longer.subject, organization = organization.as_str()))
        .heading(td_string!(l, letters.no_longer.heading, organization = organization.as_str()))
        .paragraph(td_string!(l, letters.no_longer.text, organization = organization.as_str()))
        .footer(td_string!(l, letters.no_longer.ask, ask = about.ask.as_str()))
}

/// What the inviter learns (I10).
fn to_inviter(kind: &str, about: &About, language: Language) -> Sheet {
    let l = locale(language);
    let organization = inert(about.organization.in_language(language));
    let (name, organization) = (inert(&about.name), organization.as_str());
    let (name, email) = (name.as_str(), inert(&about.email));
    let email = email.as_str();
    let (subject, text) = match kind {
        ACCEPTED => (
            td_string!(l, letters.accepted.subject, name = name),
            td_string!(l, letters.accepted.text, name = name, organization = organization),
        ),
        DECLINED => (
            td_string!(l, letters.declined.subject, name = name),
            td_string!(l, letters.declined.text, name = name, email = email, organization = organization),
        ),
        EXPIRED => (
            td_string!(l, letters.expired.subject, name = name),
            td_string!(l, letters.expired.text, name = name, email = email, organization = organization),
        ),
        BOUNCED => (
            td_string!(l, letters.bounced.subject, name = name),
            td_string!(l, letters.bounced.text, email = email),
        ),
        WITHDRAWN => (
            td_string!(l, letters.withdrawn.subject, name = name),
            td_string!(l, letters.withdrawn.text, name = name, organization = organization),
        ),
        HANDED_OVER => (
            td_string!(l, letters.handed_over.subject, name = name),
            td_string!(l, letters.handed_over.text, name = name, organization = organization),
        ),
        _ => (
            td_string!(l, letters.asked_again.subject, name = name),
            td_string!(l, letters.asked_again.text, email = email, organization = organization),
        ),
    };
    Sheet::new(language, subject.clone())
        .heading(subject)
        .paragraph(text)
        .button(td_string!(l, letters.to_list), in_language(&about.list, language))
}
