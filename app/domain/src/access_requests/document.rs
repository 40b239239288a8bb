//! The text that two people sign: everything that is asked, and what both commit to (R3).
//!
//! One line a fact, in one order, so that the same request is always the same text and another request never is. It
//! is frozen when the request is sent, and its SHA-256 stands beside each signature.

use super::{Applicant, COMMITMENT_VERSION, Commitment, NewRequest, Part};
use crate::language::Bilingual;
use std::fmt::Write as _;

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
    let mut text = Text::default();
    let request = document.request;
    text.line("accord access request", "1");
    text.line("reference", document.reference);
    text.line("edition", &document.edition.to_string());
    text.both("situation", &request.situation, document.situation);
    text.both("service", &request.service, document.service);
    let organization = &request.organization;
    text.line("organization", if organization.existing { "existing" } else { "new" });
    let details = &organization.details;
    text.line("organization.name.en", &details.name.en);
    text.line("organization.name.fr", &details.name.fr);
    text.maybe("organization.language", details.language.map(crate::Language::code));
    text.maybe("organization.email", details.email.as_ref().map(crate::Email::as_str));
    text.maybe("organization.phone", details.phone.as_deref());
    text.maybe("organization.other_phone", details.other_phone.as_deref());
    text.maybe("organization.postal_address", details.postal_address.as_deref());
    text.maybe("organization.civic_address", details.civic_address.as_deref());
    text.maybe("organization.business_number", details.business_number.as_deref());
    text.maybe("organization.registry_number", details.registry_number.as_deref());
    text.person("user", &request.user);
    match &request.authorizer {
        Some(authorizer) => text.person("authorizer", authorizer),
        None => text.line("authorizer", "support"),
    }
    text.line("commitments", COMMITMENT_VERSION);
    for part in [Part::User, Part::Authorizer] {
        for commitment in Commitment::of(part) {
            if let Some((_, words)) = document.commitments.iter().find(|(known, _)| known == commitment) {
                text.line(&format!("{}.{}.en", part.code(), commitment.code()), &words.en);
                text.line(&format!("{}.{}.fr", part.code(), commitment.code()), &words.fr);
            }
        }
    }
    text.0
}

#[derive(Default)]
struct Text(String);

impl Text {
    /// A value never ends its line: what was typed cannot pass for another fact.
    fn line(&mut self, key: &str, value: &str) {
        let value = value.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
        let _ = writeln!(self.0, "{key}: {value}");
    }

    fn maybe(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.line(key, value);
        }
    }

    fn both(&mut self, key: &str, code: &str, name: &Bilingual) {
        self.line(key, code);
        self.line(&format!("{key}.en"), &name.en);
        self.line(&format!("{key}.fr"), &name.fr);
    }

    fn person(&mut self, part: &str, person: &Applicant) {
        self.line(&format!("{part}.last_name"), &person.last_name);
        self.line(&format!("{part}.first_name"), &person.first_name);
        self.line(&format!("{part}.email"), person.email.as_str());
        self.maybe(&format!("{part}.title"), person.title.as_deref());
        self.maybe(&format!("{part}.phone"), person.phone.as_deref());
        self.maybe(&format!("{part}.language"), person.language.map(crate::Language::code));
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
        let name = Bilingual::new("Service", "Service");
        let commitments = [(Commitment::SignOut, Bilingual::new("I sign out.", "Je ferme ma session."))];
        canonical(&Document {
            reference: "R-1",
            edition,
            request: &request,
            service: &name,
            situation: &name,
            commitments: &commitments,
        })
    }

    #[test]
    fn r3_the_same_request_is_the_same_text_and_any_change_is_another() {
        let form = typed();
        assert_eq!(text(&form, 1), text(&form.clone(), 1));
        assert!(text(&form, 1).contains("user.sign_out.fr: Je ferme ma session.\n"));
        let mut other = form.clone();
        other.user.title = "Nurse".into();
        assert_ne!(text(&form, 1), text(&other, 1));
        assert_ne!(text(&form, 1), text(&form, 2));
    }

    proptest! {
        /// Whatever is typed in one field, it never reads as another.
        #[test]
        fn r3_no_field_passes_for_another(title in "[ -~]{0,40}", address in "[ -~\n]{0,60}") {
            let mut form = typed();
            form.user.title = title;
            form.organization.postal_address = address;
            let text = text(&form, 1);
            prop_assert_eq!(text.lines().filter(|line| line.starts_with("authorizer.email: ")).count(), 1);
            prop_assert!(text.lines().all(|line| line.contains(": ")));
        }
    }
}
