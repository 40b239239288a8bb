//! What travels to the pages.

use super::{NewRequest, Part, RequestForm, RequestState, Vouch};
use crate::contacts::percent;
use crate::desk::NamedOrganization;
use crate::email::Email;
use crate::fields::FieldProblems;
use crate::ids::{AccessRequestId, ContactId, HandoverId, OrganizationId};
use crate::instant::Date;
use crate::language::Bilingual;
use crate::organizations::{OrganizationState, ServiceCard};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// A choice of a form: its key and its name.
pub type Choice = (String, Bilingual);

/// What one may ask for, before anything is typed (R2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLine {
    pub service: Choice,
    /// Who asks for it.
    pub situations: Vec<Choice>,
    pub instructions: Option<Bilingual>,
    /// R7: the workplace's designated representative authorizes it.
    pub by_representative: bool,
    /// R8: whoever holds a reference number needs no request.
    pub by_number: bool,
}

/// A request that was saved or sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentRequest {
    pub id: AccessRequestId,
    /// What people call it by; it opens nothing.
    pub reference: String,
    pub user: String,
    /// Where letters went.
    pub told: Vec<Email>,
    pub edition: i32,
}

impl SentRequest {
    /// As it was sent.
    #[must_use]
    pub fn read(&self) -> ReadRequest {
        ReadRequest { id: self.id, edition: self.edition }
    }
}

/// A request in the edition that somebody read: whoever decides, decides about that text and no later one (R3, R5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadRequest {
    pub id: AccessRequestId,
    pub edition: i32,
}

/// What became of a line of a table (R9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableLine {
    pub line: u64,
    pub user: String,
    /// The request's reference, or what is wrong.
    pub result: Result<String, FieldProblems>,
}

/// Who signed, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureLine {
    pub part: Part,
    /// As it was signed.
    pub name: String,
    pub at: Date,
    /// The version of the commitments that were accepted (R11).
    pub commitment: String,
    pub on_paper: bool,
    /// R4: Support took the authorizing part.
    pub by_support: bool,
}

/// Something that happened to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepLine {
    pub at: Date,
    /// The code of what happened: `sent`, `signed`, `held` …
    pub step: String,
    /// Whose part; nothing for Support and for time.
    pub part: Option<Part>,
    /// Who of Support; told to Support alone.
    pub by: Option<String>,
    /// The question, the answer, the reason.
    pub text: Option<String>,
}

/// The text to sign, frozen (R3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningCard {
    /// Who signs here.
    pub name: String,
    /// The very text that is hashed.
    pub text: String,
    /// Its SHA-256, in hexadecimal.
    pub hash: String,
    /// What is committed to, in words (R11).
    pub commitments: Vec<Bilingual>,
    pub version: String,
}

/// A request, as whoever holds one of its links sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestCard {
    pub reference: String,
    pub part: Part,
    pub state: RequestState,
    /// How often it was changed, from 1.
    pub edition: i32,
    /// What was typed, to look at and to change.
    pub form: RequestForm,
    pub situation: Bilingual,
    pub service: Bilingual,
    pub signatures: Vec<SignatureLine>,
    pub steps: Vec<StepLine>,
    /// What Support asks, while it waits for the answer.
    pub question: Option<String>,
    /// Until when somebody has to go on with it.
    pub until: Option<Date>,
    /// The text, for who may sign now.
    pub signing: Option<SigningCard>,
    pub may_change: bool,
    pub may_decline: bool,
    pub may_withdraw: bool,
    /// R6: a new code may be had.
    pub may_renew_code: bool,
}

/// What somebody did with a request's link, said once on the page after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestDone {
    Saved,
    Signed,
    Declined,
    Answered,
    Withdrawn,
    CodeRenewed,
}

/// What the address says for every state.
pub const ANY_STATE: &str = "any";

/// The queue's filters, all in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueFilter {
    /// One state; by default what is with Support.
    pub state: Option<RequestState>,
    /// Every state there is: for whoever looks for one request.
    pub any_state: bool,
    /// Only those for an organization that is here.
    pub organization: Option<OrganizationId>,
    /// The key of a service, or nothing.
    pub service: String,
    /// Only those that whoever looks has in hand.
    pub mine: bool,
    /// Only those that nobody has in hand.
    pub free: bool,
    /// Names, addresses, references.
    pub words: String,
    /// From 1; 0 as 1.
    pub page: u64,
}

impl QueueFilter {
    /// Reads the address's parameters; anything that is not understood is as if it were not there.
    #[must_use]
    pub fn from_query(parameter: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            state: parameter("state").and_then(|code| RequestState::from_code(&code)),
            any_state: parameter("state").as_deref() == Some(ANY_STATE),
            organization: parameter("organization").and_then(|id| id.parse().ok()),
            service: parameter("service").unwrap_or_default(),
            mine: parameter("mine").is_some(),
            free: parameter("free").is_some(),
            words: parameter("q").unwrap_or_default(),
            page: parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1),
        }
    }

    /// The address's query for this filter on that page.
    #[must_use]
    pub fn query(&self, page: u64) -> String {
        let mut parts = Vec::new();
        match self.state {
            Some(state) => parts.push(format!("state={}", state.code())),
            None => parts.extend(self.any_state.then(|| format!("state={ANY_STATE}"))),
        }
        parts.extend(self.organization.map(|id| format!("organization={id}")));
        if !self.service.is_empty() {
            parts.push(format!("service={}", percent(&self.service)));
        }
        parts.extend(self.mine.then(|| "mine=true".to_owned()));
        parts.extend(self.free.then(|| "free=true".to_owned()));
        if !self.words.trim().is_empty() {
            parts.push(format!("q={}", percent(self.words.trim())));
        }
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

/// A request in Support's queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueLine {
    pub id: AccessRequestId,
    /// The edition that was read.
    pub edition: i32,
    pub reference: String,
    pub state: RequestState,
    pub user: String,
    pub organization: Bilingual,
    pub service: Bilingual,
    /// Since when it is with Support; when it was sent, for those that are not yet.
    pub since: Date,
    /// Whole days since then.
    pub days: u32,
    /// Who has it in hand.
    pub in_hand: Option<String>,
    pub mine: bool,
    pub vouch: Vouch,
}

impl QueueLine {
    /// As it was read.
    #[must_use]
    pub fn read(&self) -> ReadRequest {
        ReadRequest { id: self.id, edition: self.edition }
    }
}

/// One page of the queue, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuePage {
    pub lines: Vec<QueueLine>,
    pub found: u64,
    pub page: u64,
    pub pages: u64,
}

/// An organization that may be the one that is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundOrganization {
    pub id: OrganizationId,
    pub name: Bilingual,
    pub state: OrganizationState,
    /// By its number in a registry, not by its name alone.
    pub by_number: bool,
}

/// A contact who may be one of the two people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundContact {
    pub contact: ContactId,
    pub organization: OrganizationId,
    pub organization_name: Bilingual,
    pub name: String,
    pub email: Email,
    pub active: bool,
    pub part: Part,
}

/// Another request for the same person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundRequest {
    pub id: AccessRequestId,
    pub reference: String,
    pub state: RequestState,
    pub service: Bilingual,
    pub sent: Date,
}

/// What is here already of those whom a request names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskFound {
    pub organizations: Vec<FoundOrganization>,
    pub contacts: Vec<FoundContact>,
    pub requests: Vec<FoundRequest>,
}

/// A request, as Support sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestDeskCard {
    pub line: QueueLine,
    pub request: NewRequest,
    pub situation: Bilingual,
    /// The text that was signed, and its SHA-256 in hexadecimal.
    pub text: String,
    pub hash: String,
    pub signatures: Vec<SignatureLine>,
    /// Whose signature is there on paper, to look at (R13).
    pub scans: Vec<Part>,
    pub steps: Vec<StepLine>,
    pub found: DeskFound,
    /// The profiles that may be given.
    pub profiles: Vec<Choice>,
    /// R4: Support has to take the authorizing part first.
    pub needs_authorizing: bool,
    /// R4: what was seen by who of Support took it.
    pub evidence: Option<String>,
    /// The organization that it is for, once that is known.
    pub target: Option<NamedOrganization>,
    /// Whom an approval made of the user.
    pub contact: Option<ContactId>,
    /// Why whoever looks may not decide it: a signatory, or a colleague has it in hand.
    pub hindered: Option<Problem>,
}

/// How old something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgeBand {
    /// Less than two days.
    Fresh,
    /// Less than a week.
    Week,
    /// Less than two weeks.
    Fortnight,
    Older,
}

impl AgeBand {
    pub const ALL: [Self; 4] = [Self::Fresh, Self::Week, Self::Fortnight, Self::Older];

    /// The band of so many whole days.
    #[must_use]
    pub const fn of(days: u32) -> Self {
        match days {
            0..2 => Self::Fresh,
            2..7 => Self::Week,
            7..14 => Self::Fortnight,
            _ => Self::Older,
        }
    }
}

/// How many requests are in a state, by age.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateAge {
    pub state: RequestState,
    /// In the order of [`AgeBand::ALL`].
    pub bands: [u64; 4],
}

/// The figures of Support's queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueFigures {
    /// The states that wait for somebody.
    pub waiting: Vec<StateAge>,
    /// Decided in the last 90 days.
    pub approved: u64,
    pub refused: u64,
    /// Half of those were decided within so many hours of being with Support; nothing without any.
    pub median_hours: Option<u64>,
}

/// A designated representative of a workplace (R7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepresentativeLine {
    pub contact: ContactId,
    pub name: String,
    pub email: Email,
    pub since: Date,
}

/// Somebody who waits for a code from a designated representative (R7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeWaiting {
    pub id: HandoverId,
    pub name: String,
    pub email: Email,
    pub since: Date,
    /// Until when the invitation works; nothing when it does not any more.
    pub until: Option<Date>,
    /// How many wrong codes may still be typed before a new one is needed.
    pub tries_left: u8,
}

/// A service that an account has access to, in one organization (R10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceAccess {
    pub organization: OrganizationId,
    pub organization_name: Bilingual,
    pub service: ServiceCard,
    /// Whom to ask there: the primary contact; nobody is Support.
    pub ask: Option<String>,
    pub ask_email: String,
}
