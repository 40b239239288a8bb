//! The text that two people sign: everything that is asked, and what both commit to (R3).
//!
//! One line a fact, in one order, so that the same request is always the same text and another request never is. It
//! is frozen when the request is sent, and its SHA-256 stands beside each signature. Whoever signs it reads it, in
//! French or in English: each label stands in both (G1).

use super::{Applicant, COMMITMENT_VERSION, Commitment, NewRequest, Part};
use crate::language::{Bilingual, Language};
use crate::organizations::OrganizationDetails;
use std::fmt::Write as _;

/// The version of the labels and of their order: it stands in the text, and changes with them. They are here and not
/// among the texts of the pages, since they are part of what is signed: words that are polished there change nothing
/// that is signed.
pub const DOCUMENT_VERSION: &str = "2";

/// What the text is made from, besides what was typed.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    /// What people call the request by.
    pub reference: &'a str,
    /// How often it was changed, from 1.
    pub edition: i32,
    pub request: &'a NewRequest,
    pub service: &'a Bilingual,
    pub situation: &'a Bilingual,
    /// The words of each commitment.
    pub commitments: &'a [(Commitment, Bilingual)],
}

/// The text, line by line.
#[must_use]
pub fn canonical(document: &Document<'_>) -> String {
    let request = document.request;
    let mut text = Text::default();
    text.title("Demande d’accès", "Access request");
    text.line("Numéro de la demande", "Request number", document.reference);
    text.line("Édition de la demande", "Edition of the request", &document.edition.to_string());
    text.line("Version de ce texte", "Version of this text", DOCUMENT_VERSION);
    text.line("Service en ligne", "Online service", &both(document.service));
    text.line("Qui fait la demande", "Who is asking", &both(document.situation));
    text.title("Organisme", "Organization");
    let known = if request.organization.existing {
        "déjà inscrit, peut-être / perhaps already here"
    } else {
        "pas encore inscrit / not here yet"
    };
    text.line("Dans le portail", "In the portal", known);
    text.organization(&request.organization.details);
    text.title("Personne qui utilisera le service", "Person who will use the service");
    text.person(&request.user);
    text.title("Personne responsable d’autoriser la demande", "Authorizing person");
    match &request.authorizer {
        Some(authorizer) => text.person(authorizer),
        None => text.line(
            "Autorisation",
            "Authorization",
            "par le soutien, puisque l’organisme ne compte qu’une personne / by Support, since the organization is \
             one person",
        ),
    }
    text.commitments(document.commitments);
    text.0
}

/// A text of the catalogue in both languages; once when they are the same.
fn both(text: &Bilingual) -> String {
    if text.fr == text.en { text.en.clone() } else { format!("{} / {}", text.fr, text.en) }
}

const fn spoken(language: Language) -> &'static str {
    match language {
        Language::Fr => "français / French",
        Language::En => "anglais / English",
    }
}

/// What ends a line for whoever reads it.
const LINE_ENDS: [char; 7] = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];

#[derive(Default)]
struct Text(String);

impl Text {
    fn title(&mut self, fr: &str, en: &str) {
        let space = if self.0.is_empty() { "" } else { "\n" };
        let _ = writeln!(self.0, "{space}{fr} / {en}");
    }

    /// The lines of a value stand further in than those of the text: what was typed cannot pass for another fact.
    fn line(&mut self, fr: &str, en: &str, value: &str) {
        let value = value.replace("\r\n", "\n").replace(LINE_ENDS, "\n    ");
        let _ = writeln!(self.0, "{fr} / {en}: {value}");
    }

    fn maybe(&mut self, fr: &str, en: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.line(fr, en, value);
        }
    }

    fn organization(&mut self, details: &OrganizationDetails) {
        self.line("Nom en français", "Name in French", &details.name.fr);
        self.line("Nom en anglais", "Name in English", &details.name.en);
        self.maybe("Langue de préférence", "Preferred language", details.language.map(spoken));
        self.maybe("Courriel", "Email", details.email.as_ref().map(crate::Email::as_str));
        self.maybe("Téléphone", "Phone", details.phone.as_deref());
        self.maybe("Autre téléphone", "Other phone", details.other_phone.as_deref());
        self.maybe("Adresse postale", "Postal address", details.postal_address.as_deref());
        self.maybe("Adresse municipale", "Civic address", details.civic_address.as_deref());
        self.maybe("Numéro d’entreprise", "Business number", details.business_number.as_deref());
        self.maybe("Numéro au registre", "Registry number", details.registry_number.as_deref());
    }

    fn person(&mut self, person: &Applicant) {
        self.line("Nom", "Last name", &person.last_name);
        self.line("Prénom", "First name", &person.first_name);
        self.line("Courriel", "Email", person.email.as_str());
        self.maybe("Titre", "Title", person.title.as_deref());
        self.maybe("Téléphone", "Phone", person.phone.as_deref());
        self.maybe("Langue de préférence", "Preferred language", person.language.map(spoken));
    }

    fn commitments(&mut self, words: &[(Commitment, Bilingual)]) {
        self.title("Engagements", "Commitments");
        self.line("Version des engagements", "Version of the commitments", COMMITMENT_VERSION);
        for part in [Part::User, Part::Authorizer] {
            let (fr, en) = if part == Part::User {
                ("La personne qui utilisera le service", "The person who will use the service")
            } else {
                ("La personne responsable d’autoriser la demande", "The authorizing person")
            };
            for commitment in Commitment::of(part) {
                if let Some((_, words)) = words.iter().find(|(known, _)| known == commitment) {
                    self.line(fr, en, &both(words));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::form::tests::{catalogue, typed};
    use super::*;
    use crate::access_requests::{RequestForm, SharedMailboxes};
    use proptest::prelude::*;

    fn text(form: &RequestForm, edition: i32) -> String {
        let request = form.parse(&catalogue(), &SharedMailboxes::default(), &[]).unwrap();
        let commitments = [(Commitment::SignOut, Bilingual::new("I sign out.", "Je ferme ma session."))];
        canonical(&Document {
            reference: "R-1",
            edition,
            request: &request,
            service: &Bilingual::new("Parcels", "Colis"),
            situation: &Bilingual::new("Library", "Bibliothèque"),
            commitments: &commitments,
        })
    }

    /// Whoever changes a word of it gives the text another version.
    #[test]
    fn r3_the_text_is_read_in_both_languages_and_its_words_belong_to_its_version() {
        let mut form = typed();
        form.user.language = "fr".into();
        form.organization.postal_address = "12, rue du Port\nHalifax".into();
        let expected = "\
Demande d’accès / Access request
Numéro de la demande / Request number: R-1
Édition de la demande / Edition of the request: 1
Version de ce texte / Version of this text: 2
Service en ligne / Online service: Colis / Parcels
Qui fait la demande / Who is asking: Bibliothèque / Library

Organisme / Organization
Dans le portail / In the portal: pas encore inscrit / not here yet
Nom en français / Name in French: Bibliothèque du Havre
Nom en anglais / Name in English: Harbour Library
Adresse postale / Postal address: 12, rue du Port
    Halifax

Personne qui utilisera le service / Person who will use the service
Nom / Last name: Côté
Prénom / First name: Ursule
Courriel / Email: ursule@exemple.ca
Langue de préférence / Preferred language: français / French

Personne responsable d’autoriser la demande / Authorizing person
Nom / Last name: Arsenault
Prénom / First name: Adèle
Courriel / Email: adele@exemple.ca

Engagements / Commitments
Version des engagements / Version of the commitments: 2026-11
La personne qui utilisera le service / The person who will use the service: Je ferme ma session. / I sign out.
";
        assert_eq!((DOCUMENT_VERSION, text(&form, 1).as_str()), ("2", expected));
        (form.alone, form.organization_is) = ("true".into(), "existing".into());
        let text = text(&form, 1);
        assert!(text.contains("Autorisation / Authorization: par le soutien, puisque"));
        assert!(text.contains("In the portal: déjà inscrit, peut-être / perhaps already here\n"));
    }

    #[test]
    fn r3_the_same_request_is_the_same_text_and_any_change_is_another() {
        let form = typed();
        assert_eq!(text(&form, 1), text(&form.clone(), 1));
        let mut other = form.clone();
        other.user.title = "Nurse".into();
        assert_ne!(text(&form, 1), text(&other, 1));
        assert_ne!(text(&form, 1), text(&form, 2));
    }

    proptest! {
        /// Whatever is typed in one field, it never reads as another.
        #[test]
        fn r3_no_field_passes_for_another(title in "[ -~]{0,40}", address in "([ -~\n]{0,50}|\n?Courriel / Email: a@b[.]ca)") {
            let mut form = typed();
            form.user.title = title;
            form.organization.postal_address = address;
            let text = text(&form, 1);
            prop_assert_eq!(text.lines().filter(|line| line.starts_with("Courriel / Email: ")).count(), 2);
            let titles = text.lines().filter(|line| !line.starts_with(' ') && !line.is_empty());
            prop_assert_eq!(titles.filter(|line| !line.contains(": ")).count(), 5);
        }
    }
}
