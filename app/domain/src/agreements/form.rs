//! What is typed to prepare, to sign, to decline, to withdraw, to replace; and what a list is filtered by (L9).

use super::{AgreementState, Order};
use crate::contacts::percent;
use crate::fields::{Field, FieldProblems, optional_line, optional_text, required_line, required_text};
use crate::ids::ContactId;
use crate::language::{Bilingual, Language};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// The longest title, in characters.
pub const TITLE: u16 = 200;
/// The longest written text, in characters.
pub const TEXT: u16 = 60_000;
/// The longest message, in characters.
pub const MESSAGE: u16 = 1000;
/// The longest reason, in characters.
pub const REASON: u16 = 1000;
/// The most signatories of one agreement.
pub const SIGNATORIES: u16 = 20;
/// The latest deadline, in days from the day it is set.
pub const DEADLINE_DAYS: u16 = 365;

/// The strings typed for an agreement. PDFs arrive beside it: [`Pdfs`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgreementForm {
    pub title_en: String,
    pub title_fr: String,
    /// Markdown; nothing for a PDF, or for a language without a document.
    pub text_en: String,
    pub text_fr: String,
    /// Ticked ("true"): the PDF kept before in that language goes.
    pub without_pdf_en: String,
    pub without_pdf_fr: String,
    /// The last day to sign: `2027-03-31`.
    pub deadline: String,
    /// `together` or `in_turn`.
    pub order: String,
    pub message: String,
    /// Contacts in the order in which they sign; those of the operator are contacts like others.
    pub signatories: Vec<String>,
}

/// In which languages there is a PDF: uploaded now, or kept from before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pdfs {
    pub en: bool,
    pub fr: bool,
}

impl Pdfs {
    const fn of(self, language: Language) -> bool {
        match language {
            Language::En => self.en,
            Language::Fr => self.fr,
        }
    }
}

/// What kind of document was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Markdown, written here.
    Written,
    Pdf,
}

impl DocumentKind {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Pdf => "pdf",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Written, Self::Pdf].into_iter().find(|kind| kind.code() == code)
    }
}

/// The document in one language, as understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewDocument {
    Written(String),
    /// The bytes travel beside the form.
    Pdf,
}

/// An agreement as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAgreement {
    pub title_en: Option<String>,
    pub title_fr: Option<String>,
    pub document_en: Option<NewDocument>,
    pub document_fr: Option<NewDocument>,
    /// `2027-03-31`, as typed; whether the calendar has it, and how far it is, the server knows.
    pub deadline: String,
    pub order: Order,
    pub message: Option<String>,
    pub signatories: Vec<ContactId>,
}

impl NewAgreement {
    /// The title in each language; where there is none, the other one.
    #[must_use]
    pub fn titles(&self) -> Bilingual {
        let either = |one: &Option<String>, other: &Option<String>| {
            one.clone().or_else(|| other.clone()).unwrap_or_default()
        };
        Bilingual::new(either(&self.title_en, &self.title_fr), either(&self.title_fr, &self.title_en))
    }

    /// The document in that language.
    #[must_use]
    pub const fn document(&self, language: Language) -> Option<&NewDocument> {
        match language {
            Language::En => self.document_en.as_ref(),
            Language::Fr => self.document_fr.as_ref(),
        }
    }
}

impl AgreementForm {
    /// Understands what was typed, telling every fault at once.
    ///
    /// # Errors
    /// All that is wrong, field by field.
    pub fn parse(&self, pdfs: Pdfs) -> Result<NewAgreement, FieldProblems> {
        let mut faults = FieldProblems::none();
        let [(title_en, document_en), (title_fr, document_fr)] =
            Language::ALL.map(|language| self.in_language(language, pdfs, &mut faults));
        if document_en.is_none() && document_fr.is_none() && faults.is_empty() {
            faults.add(Field::TextEn, Problem::DocumentNeeded);
        }
        let deadline = faults.note(Field::Deadline, required_line(&self.deadline, 10));
        let order = faults.note(Field::Order, Order::from_code(&self.order).ok_or(Problem::UnknownChoice));
        let message = faults.note(Field::Message, optional_text(&self.message, MESSAGE));
        let signatories = faults.note(Field::Signatories, self.people());
        match (deadline, order, message, signatories) {
            (Some(deadline), Some(order), Some(message), Some(signatories)) if faults.is_empty() => {
                Ok(NewAgreement {
                    title_en,
                    title_fr,
                    document_en,
                    document_fr,
                    deadline,
                    order,
                    message,
                    signatories,
                })
            }
            _ => Err(faults),
        }
    }

    /// The title and the document of one language: text or PDF, not both, and no document without its title.
    fn in_language(
        &self,
        language: Language,
        pdfs: Pdfs,
        faults: &mut FieldProblems,
    ) -> (Option<String>, Option<NewDocument>) {
        let (at_title, at_text, title, text) = match language {
            Language::En => (Field::TitleEn, Field::TextEn, &self.title_en, &self.text_en),
            Language::Fr => (Field::TitleFr, Field::TextFr, &self.title_fr, &self.text_fr),
        };
        let title = faults.note(at_title, optional_line(title, TITLE)).flatten();
        let text = faults.note(at_text, optional_text(text, TEXT)).flatten();
        let document = match (text, pdfs.of(language)) {
            (Some(_), true) => {
                faults.add(at_text, Problem::TextOrPdf);
                None
            }
            (Some(text), false) => Some(NewDocument::Written(text)),
            (None, true) => Some(NewDocument::Pdf),
            (None, false) => None,
        };
        if document.is_some() && title.is_none() && faults.of(at_title).is_none() {
            faults.add(at_title, Problem::Missing);
        }
        (title, document)
    }

    fn people(&self) -> Result<Vec<ContactId>, Problem> {
        let typed: Vec<&String> = self.signatories.iter().filter(|id| !id.is_empty()).collect();
        if typed.is_empty() {
            return Err(Problem::SignatoryNeeded);
        }
        if typed.len() > usize::from(SIGNATORIES) {
            return Err(Problem::TooManySignatories { most: SIGNATORIES });
        }
        let mut people: Vec<ContactId> = Vec::new();
        for id in typed {
            let id = id.parse().map_err(|_| Problem::UnknownChoice)?;
            if people.contains(&id) {
                return Err(Problem::SignatoryTwice);
            }
            people.push(id);
        }
        Ok(people)
    }
}

/// What is typed to sign (S3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignForm {
    /// One's own name, as one signs.
    pub name: String,
    /// Of what was read: `en` or `fr`.
    pub language: String,
    /// The SHA-256 of what was read, in hexadecimal.
    pub sha256: String,
    /// Ticked ("yes"): "I have read".
    pub read: String,
}

/// A signature as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing {
    pub name: String,
    pub language: Language,
    pub sha256: String,
}

impl SignForm {
    /// # Errors
    /// A missing name, a language that is none, and what was not read.
    pub fn parse(&self) -> Result<Signing, FieldProblems> {
        let mut faults = FieldProblems::none();
        let name = faults.note(Field::Signature, required_line(&self.name, 200));
        let language = Language::from_code(&self.language).ok_or(Problem::UnknownChoice);
        let language = faults.note(Field::Language, language);
        if self.read != "yes" {
            faults.add(Field::Read, Problem::ReadFirst);
        }
        match (name, language) {
            (Some(name), Some(language)) if faults.is_empty() => {
                Ok(Signing { name, language, sha256: self.sha256.trim().to_lowercase() })
            }
            _ => Err(faults),
        }
    }
}

/// Why somebody will not sign.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeclineForm {
    pub reason: String,
}

impl DeclineForm {
    /// # Errors
    /// Nothing written, or too much.
    pub fn parse(&self) -> Result<String, FieldProblems> {
        reason(&self.reason)
    }
}

/// Why an agreement is withdrawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReasonForm {
    pub reason: String,
}

impl ReasonForm {
    /// # Errors
    /// Nothing written, or too much.
    pub fn parse(&self) -> Result<String, FieldProblems> {
        reason(&self.reason)
    }
}

fn reason(typed: &str) -> Result<String, FieldProblems> {
    required_text(typed, REASON).map_err(|problem| FieldProblems::one(Field::Reason, problem))
}

/// Who signs in somebody's place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReplaceForm {
    /// A contact's identifier.
    pub by: String,
}

impl ReplaceForm {
    /// # Errors
    /// Nobody chosen.
    pub fn parse(&self) -> Result<ContactId, FieldProblems> {
        self.by.parse().map_err(|_| FieldProblems::one(Field::Contact, Problem::UnknownChoice))
    }
}

/// Which agreements are listed, all of it in the address (L9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementFilter {
    /// Words of titles and of signatories' names; at the desk, of organizations' names too.
    pub q: String,
    pub state: Option<AgreementState>,
    /// From 1; 0 as 1.
    pub page: u64,
}

impl AgreementFilter {
    /// Reads the address's parameters; anything that is not understood is as if it were not there.
    #[must_use]
    pub fn from_query(parameter: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            q: parameter("q").unwrap_or_default(),
            state: parameter("state").and_then(|code| AgreementState::from_code(&code)),
            page: parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1),
        }
    }

    /// The address's query for this filter on that page: empty when nothing is asked.
    #[must_use]
    pub fn query(&self, page: u64) -> String {
        let mut parts = Vec::new();
        if !self.q.trim().is_empty() {
            parts.push(format!("q={}", percent(self.q.trim())));
        }
        parts.extend(self.state.map(|state| format!("state={}", state.code())));
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }

    /// Whether anything is filtered.
    #[must_use]
    pub fn narrows(&self) -> bool {
        self.state.is_some() || !self.q.trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> AgreementForm {
        AgreementForm {
            title_fr: "Entente de services".into(),
            text_fr: "# Objet".into(),
            deadline: "2027-03-31".into(),
            order: "in_turn".into(),
            signatories: vec!["00000000000000000000000000000001".into(), String::new()],
            ..AgreementForm::default()
        }
    }

    #[test]
    fn s3_one_language_is_enough_and_its_title_stands_for_both() {
        let new = typed().parse(Pdfs::default()).unwrap();
        assert_eq!(new.titles(), Bilingual::new("Entente de services", "Entente de services"));
        assert_eq!(new.document(Language::Fr), Some(&NewDocument::Written("# Objet".into())));
        assert_eq!((new.document(Language::En), new.order, new.signatories.len()), (None, Order::InTurn, 1));
    }

    #[test]
    fn s3_text_or_pdf_and_no_document_without_its_title() {
        let both = typed().parse(Pdfs { fr: true, en: false }).unwrap_err();
        assert_eq!(both.of(Field::TextFr), Some(&Problem::TextOrPdf));
        let untitled = typed().parse(Pdfs { fr: false, en: true }).unwrap_err();
        assert_eq!(untitled.of(Field::TitleEn), Some(&Problem::Missing));
        let none = AgreementForm { text_fr: String::new(), ..typed() }.parse(Pdfs::default()).unwrap_err();
        assert_eq!(none.of(Field::TextEn), Some(&Problem::DocumentNeeded));
    }

    #[test]
    fn s4_signatories_are_one_to_twenty_each_once() {
        let people = |signatories: Vec<String>| {
            let form = AgreementForm { signatories, ..typed() };
            form.parse(Pdfs::default()).map(|_| ()).map_err(|faults| faults.of(Field::Signatories).cloned())
        };
        let id = |n: usize| format!("{n:032x}");
        assert_eq!(people(vec![]), Err(Some(Problem::SignatoryNeeded)));
        assert_eq!(people(vec![id(1), id(1)]), Err(Some(Problem::SignatoryTwice)));
        assert_eq!(people((0..21).map(id).collect()), Err(Some(Problem::TooManySignatories { most: 20 })));
        assert_eq!(people((0..20).map(id).collect()), Ok(()));
    }

    #[test]
    fn s3_nobody_signs_what_was_not_read() {
        let form = SignForm { name: "Zoé Roy".into(), language: "fr".into(), ..SignForm::default() };
        assert_eq!(form.parse().unwrap_err().of(Field::Read), Some(&Problem::ReadFirst));
        assert!(SignForm { read: "yes".into(), ..form }.parse().is_ok());
    }

    #[test]
    fn l9_the_filter_stands_in_the_address() {
        let filter = AgreementFilter { q: " été ".into(), state: Some(AgreementState::Out), page: 2 };
        assert_eq!(filter.query(2), "?q=%C3%A9t%C3%A9&state=out&page=2");
        let said = |name: &str| match name {
            "state" => Some("expired".to_owned()),
            "page" => Some("x".to_owned()),
            _ => None,
        };
        let read = AgreementFilter::from_query(said);
        assert_eq!((read.state, read.page, read.narrows()), (Some(AgreementState::Expired), 1, true));
    }
}
