//! The fields of forms, and what is wrong with what was typed in them.

use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// A field that a problem can stand beside. [`Field::Form`] is the form as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Form,
    LastName,
    FirstName,
    Email,
    Title,
    Phone(u8),
    Language,
    OfficeLocation,
    PositionType,
    FullTimeEquivalent,
    Profiles,
    Message,
    Active,
    Password,
    PasswordAgain,
    /// The password in force (A9).
    CurrentPassword,
    /// What a second factor is called (A8).
    FactorName,
    Consent,
    Sure,
    Code,
    Reason,
    /// What Support asks about a request, and what is answered (R5).
    Question,
    Answer,
    NameEn,
    NameFr,
    PostalAddress,
    CivicAddress,
    BusinessNumber,
    RegistryNumber,
    MergeInto,
    Representative,
    Evidence,
    ContactEmail,
    /// Which contact is meant.
    Contact,
    TextEn,
    TextFr,
    From,
    Until,
    /// A table of contacts, sent as a file or pasted.
    Table,
    /// Yes or no.
    Decision,
    /// The last day of a profile: of those given now, then of each held (P7).
    EndsOn(u8),
    /// P5
    AccessDecision,
    Note,
    People,
    /// A profession or kind of establishment (R2).
    Situation,
    Service,
    /// New, or here already (R1).
    OrganizationIs,
    /// Of who will use the service, and of who authorizes it (R3).
    UserLastName,
    UserFirstName,
    UserEmail,
    UserTitle,
    UserPhone,
    UserLanguage,
    AuthorizerLastName,
    AuthorizerFirstName,
    AuthorizerEmail,
    AuthorizerTitle,
    AuthorizerPhone,
    AuthorizerLanguage,
    /// Where the link of a draft goes.
    SentBy,
    /// One's own name, to sign (R3).
    Signature,
    /// R11
    Commitments,
    /// A reference number (R8).
    Number,
    /// A signature on paper (R13).
    UserScan,
    AuthorizerScan,
    UserSigned,
    AuthorizerSigned,
    /// R12
    Comment,
    /// Which organization is meant.
    Organization,
    /// Of an agreement, in each language (S3).
    TitleEn,
    TitleFr,
    PdfEn,
    PdfFr,
    /// The last day to sign (S4).
    Deadline,
    Order,
    Signatories,
    /// "I have read" (S3).
    Read,
}

impl Field {
    /// The `id` of its control on the page, which the error summary links to.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Self::Form => "form".into(),
            Self::LastName => "last_name".into(),
            Self::FirstName => "first_name".into(),
            Self::Email => "email".into(),
            Self::Title => "title".into(),
            Self::Phone(n) => format!("phone_{n}"),
            Self::Language => "language".into(),
            Self::OfficeLocation => "office_location".into(),
            Self::PositionType => "position_type".into(),
            Self::FullTimeEquivalent => "full_time_equivalent".into(),
            Self::Profiles => "profiles".into(),
            Self::Message => "message".into(),
            Self::Active => "active".into(),
            Self::Password => "password".into(),
            Self::PasswordAgain => "password_again".into(),
            Self::CurrentPassword => "current_password".into(),
            Self::FactorName => "factor_name".into(),
            Self::Consent => "consent".into(),
            Self::Sure => "sure".into(),
            Self::Code => "code".into(),
            Self::Reason => "reason".into(),
            Self::Question => "question".into(),
            Self::Answer => "answer".into(),
            Self::NameEn => "name_en".into(),
            Self::NameFr => "name_fr".into(),
            Self::PostalAddress => "postal_address".into(),
            Self::CivicAddress => "civic_address".into(),
            Self::BusinessNumber => "business_number".into(),
            Self::RegistryNumber => "registry_number".into(),
            Self::MergeInto => "merge_into".into(),
            Self::Representative => "representative".into(),
            Self::Evidence => "evidence".into(),
            Self::ContactEmail => "contact_email".into(),
            Self::Contact => "contact".into(),
            Self::TextEn => "text_en".into(),
            Self::TextFr => "text_fr".into(),
            Self::From => "from".into(),
            Self::Until => "until".into(),
            Self::Table => "table".into(),
            Self::Decision => "decision".into(),
            Self::EndsOn(n) => format!("ends_on_{n}"),
            Self::AccessDecision => "access_decision".into(),
            Self::Note => "note".into(),
            Self::People => "people".into(),
            Self::Situation => "situation".into(),
            Self::Service => "service".into(),
            Self::OrganizationIs => "organization_is".into(),
            Self::UserLastName => "user_last_name".into(),
            Self::UserFirstName => "user_first_name".into(),
            Self::UserEmail => "user_email".into(),
            Self::UserTitle => "user_title".into(),
            Self::UserPhone => "user_phone".into(),
            Self::UserLanguage => "user_language".into(),
            Self::AuthorizerLastName => "authorizer_last_name".into(),
            Self::AuthorizerFirstName => "authorizer_first_name".into(),
            Self::AuthorizerEmail => "authorizer_email".into(),
            Self::AuthorizerTitle => "authorizer_title".into(),
            Self::AuthorizerPhone => "authorizer_phone".into(),
            Self::AuthorizerLanguage => "authorizer_language".into(),
            Self::SentBy => "sent_by".into(),
            Self::Signature => "signature".into(),
            Self::Commitments => "commitments".into(),
            Self::Number => "number".into(),
            Self::UserScan => "user_scan".into(),
            Self::AuthorizerScan => "authorizer_scan".into(),
            Self::UserSigned => "user_signed".into(),
            Self::AuthorizerSigned => "authorizer_signed".into(),
            Self::Comment => "comment".into(),
            Self::Organization => "organization".into(),
            Self::TitleEn => "title_en".into(),
            Self::TitleFr => "title_fr".into(),
            Self::PdfEn => "pdf_en".into(),
            Self::PdfFr => "pdf_fr".into(),
            Self::Deadline => "deadline".into(),
            Self::Order => "order".into(),
            Self::Signatories => "signatories".into(),
            Self::Read => "read".into(),
        }
    }
}

/// One thing wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    pub field: Field,
    pub problem: Problem,
}

/// Everything wrong with a form, in the order of its fields. Never empty as an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldProblems(pub Vec<FieldProblem>);

impl FieldProblems {
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn one(field: Field, problem: Problem) -> Self {
        Self(vec![FieldProblem { field, problem }])
    }

    pub fn add(&mut self, field: Field, problem: Problem) {
        self.0.push(FieldProblem { field, problem });
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with that field, if anything: the first thing.
    #[must_use]
    pub fn of(&self, field: Field) -> Option<&Problem> {
        self.0.iter().find(|at| at.field == field).map(|at| &at.problem)
    }

    /// Notes the problem of a result and goes on, so that every fault is told at once.
    pub fn note<T>(&mut self, field: Field, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.add(field, problem)).ok()
    }
}

/// A line of text: trimmed, present, not too long, no control characters.
///
/// # Errors
/// [`Problem::Missing`], [`Problem::TooLong`] or [`Problem::UnreadableText`].
pub fn required_line(typed: &str, most: u16) -> Result<String, Problem> {
    optional_line(typed, most)?.ok_or(Problem::Missing)
}

/// Several lines of plain text that may be left empty.
///
/// # Errors
/// [`Problem::TooLong`] or [`Problem::UnreadableText`].
pub fn optional_text(typed: &str, most: u16) -> Result<Option<String>, Problem> {
    let text = typed.replace("\r\n", "\n").trim().to_owned();
    if text.is_empty() {
        return Ok(None);
    }
    if text.chars().count() > usize::from(most) {
        return Err(Problem::TooLong { most });
    }
    if text.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t') {
        return Err(Problem::UnreadableText);
    }
    Ok(Some(text))
}

/// Several lines of plain text.
///
/// # Errors
/// [`Problem::Missing`], [`Problem::TooLong`] or [`Problem::UnreadableText`].
pub fn required_text(typed: &str, most: u16) -> Result<String, Problem> {
    optional_text(typed, most)?.ok_or(Problem::Missing)
}

/// A line of text that may be left empty.
///
/// # Errors
/// [`Problem::TooLong`] or [`Problem::UnreadableText`].
pub fn optional_line(typed: &str, most: u16) -> Result<Option<String>, Problem> {
    let line = typed.trim();
    if line.is_empty() {
        return Ok(None);
    }
    if line.chars().count() > usize::from(most) {
        return Err(Problem::TooLong { most });
    }
    if line.chars().any(char::is_control) {
        return Err(Problem::UnreadableText);
    }
    Ok(Some(line.to_owned()))
}
