//! Why a server function says no, as the page and the island hear it (rule G5).

use domain::{Field, FieldProblems, Language, Problem};
use locales::{Locale, td_string};
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// The error of every server function: never anything internal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// Something a person may be told.
    Refused(Problem),
    /// What was typed is wrong, field by field.
    Invalid(FieldProblems),
    /// The answer, or the question, was lost on the way. The text is for the console, not for people.
    Lost(String),
}

impl Failure {
    /// All of it as problems of fields, so that an error summary can list it.
    #[must_use]
    pub fn problems(&self) -> FieldProblems {
        match self {
            Self::Invalid(problems) => problems.clone(),
            Self::Refused(problem) => FieldProblems::one(Field::Form, problem.clone()),
            Self::Lost(_) => FieldProblems::none(),
        }
    }

    /// What the person is told when it stands alone.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        match self {
            Self::Refused(problem) => locales::sentence(problem, None, language),
            Self::Invalid(problems) => problems
                .0
                .first()
                .map(|at| locales::sentence(&at.problem, Some(at.field), language))
                .unwrap_or_default(),
            Self::Lost(_) => td_string!(Locale::from(language), problems.lost).to_owned(),
        }
    }

    /// The status of an answer that is not a page.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Invalid(_) => 422,
            Self::Lost(_) => 400,
            Self::Refused(problem) => status_of(problem),
        }
    }
}

/// Conflict with how things are now: 409; a link that no longer works: 410; limits: 429.
const fn status_of(problem: &Problem) -> u16 {
    match problem {
        Problem::SignInNeeded | Problem::SignInAgain | Problem::StepUpNeeded => 401,
        Problem::Forbidden
        | Problem::NotYoursToTransfer
        | Problem::NotYoursToGrant { .. }
        | Problem::NotYoursToDecide
        | Problem::NotEligible { .. }
        | Problem::SignedByYou
        | Problem::Viewing => 403,
        Problem::NotFound
        | Problem::InvitationUnknown
        | Problem::RequestLinkUnknown
        | Problem::AgreementLinkUnknown => 404,
        Problem::ChangedMeanwhile
        | Problem::ContactInactive
        | Problem::AskedAlready
        | Problem::DecidedAlready
        | Problem::AlreadyInvited
        | Problem::AlreadyHasAccess
        | Problem::PrimaryStays
        | Problem::PrimaryNeedsAccess
        | Problem::LastAdministrator
        | Problem::NothingLeftToGrant
        | Problem::StateForbids
        | Problem::HasAdministrator
        | Problem::NeedsSomebodyElse
        | Problem::ReplacementPlanned
        | Problem::GrantedByTwo { .. }
        | Problem::RelinkUnderWay
        | Problem::NoAccountLinked
        | Problem::ViewingEnded
        | Problem::NotToViewAs
        | Problem::AccountOfAnotherContact
        | Problem::WayOfAnother
        | Problem::LastWay
        | Problem::WayInUse
        | Problem::AccountStillNeeded
        | Problem::ReviewOpen
        | Problem::TooManyFactors { .. }
        | Problem::FactorNeeded
        | Problem::EmailHasAccount
        | Problem::ReviewClosed
        | Problem::RequestPassed
        | Problem::AddressOfRequest
        | Problem::SignedAlready
        | Problem::TextChanged
        | Problem::InHand { .. }
        | Problem::NotTheRepresentative
        | Problem::AdministratorAskedFirst
        | Problem::AgreementPassed
        | Problem::AgreementSignedAlready
        | Problem::NotYourTurn
        | Problem::DocumentChanged
        | Problem::SignsWithAnotherAccount
        | Problem::SignedForAnother
        | Problem::SignatoryInactive { .. }
        | Problem::OrganizationNotOpen
        | Problem::NotSealedYet
        | Problem::ReviewUndecided { .. } => 409,
        Problem::InvitationUsed
        | Problem::InvitationWithdrawn
        | Problem::InvitationReplaced
        | Problem::InvitationExpired { .. }
        | Problem::InvitationDeclined
        | Problem::AgreementExpired
        | Problem::RelinkEnded => 410,
        Problem::TooManyInvitations { .. }
        | Problem::TooManyMails { .. }
        | Problem::TooManyTries { .. }
        | Problem::CodeSpent => 429,
        Problem::ProviderUnavailable => 503,
        Problem::Broken { .. } => 500,
        _ => 422,
    }
}

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::Lost(error.to_string())
    }
}

impl From<ServerFnErrorErr> for Failure {
    fn from(error: ServerFnErrorErr) -> Self {
        Self::Lost(error.to_string())
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<FieldProblems> for Failure {
    fn from(problems: FieldProblems) -> Self {
        Self::Invalid(problems)
    }
}

#[cfg(feature = "ssr")]
impl From<backend::Refusal> for Failure {
    fn from(refusal: backend::Refusal) -> Self {
        match refusal {
            backend::Refusal::Refused(problem) => Self::Refused(problem),
            backend::Refusal::Invalid(problems) => Self::Invalid(problems),
            backend::Refusal::Broken(cause) => crate::request::broken(cause.as_ref()),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<identity::Refusal> for Failure {
    fn from(refusal: identity::Refusal) -> Self {
        match refusal {
            identity::Refusal::Refused(problem) => Self::Refused(problem),
            identity::Refusal::Invalid(problems) => Self::Invalid(problems),
            identity::Refusal::Broken(cause) => crate::request::broken(&cause),
        }
    }
}

#[cfg(feature = "ssr")]
impl From<tower_sessions::session::Error> for Failure {
    fn from(error: tower_sessions::session::Error) -> Self {
        crate::request::broken(&error)
    }
}
