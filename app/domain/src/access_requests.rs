//! Requests for access: how organizations and people who are not there yet come in (rules R1 to R13).
//!
//! One request is for one person and one online service (R2). Two people sign it, each from their own mailbox (R3);
//! Support decides (R5). Where a request stands, and how it may go on, is [`RequestState::after`] and nothing else.

mod cards;
mod commitments;
mod document;
mod form;
mod mailboxes;
mod numbers;
mod table;

pub use cards::{
    ANY_STATE, AgeBand, Choice, CodeWaiting, DeskFound, FoundContact, FoundOrganization, FoundRequest,
    NewLine, QueueFigures, QueueFilter, QueueLine, QueuePage, ReadRequest, RepresentativeLine, RequestCard,
    RequestDeskCard, RequestDone, SentRequest, ServiceAccess, SignatureLine, SigningCard, StateAge, StepLine,
    TableLine,
};
pub use commitments::{COMMITMENT_VERSION, Commitment};
pub use document::{DOCUMENT_VERSION, Document, canonical};
pub use form::{
    Applicant, ApprovalForm, AskedOrganization, HoldForm, NewRequest, PaperForm, PersonForm, RequestForm,
    SignForm, WORDS,
};
pub use mailboxes::{SHARED_MAILBOXES, SharedMailboxes};
pub use numbers::{
    NewNumber, NumberFigures, NumberForm, NumberLine, NumberLoadForm, NumberService, NumbersLoaded,
    number_key, read_numbers,
};
pub use table::{LINES, RequestRow, faults_in_common, read_table};

use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Saved, not sent.
    Draft,
    /// Sent; one or both have not signed yet.
    Waiting,
    /// Signed, with Support.
    Submitted,
    /// Support asked something.
    OnHold,
    /// Approved; the person has not activated the access yet.
    Approved,
    Refused,
    /// One of the two would not sign.
    Declined,
    /// Nobody went on with it in time.
    Lapsed,
    Withdrawn,
    /// The person has the access.
    Activated,
}

/// What makes a request go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passage {
    Send,
    /// What was asked changes: both sign anew.
    Change,
    /// The second signature.
    SignLast,
    Decline,
    Lapse,
    Withdraw,
    Hold,
    Answer,
    Approve,
    Refuse,
    Activate,
    /// The invitation that an approval made was declined, or withdrawn.
    TurnDown,
}

impl Passage {
    pub const ALL: [Self; 12] = [
        Self::Send,
        Self::Change,
        Self::SignLast,
        Self::Decline,
        Self::Lapse,
        Self::Withdraw,
        Self::Hold,
        Self::Answer,
        Self::Approve,
        Self::Refuse,
        Self::Activate,
        Self::TurnDown,
    ];
}

impl RequestState {
    pub const ALL: [Self; 10] = [
        Self::Draft,
        Self::Waiting,
        Self::Submitted,
        Self::OnHold,
        Self::Approved,
        Self::Refused,
        Self::Declined,
        Self::Lapsed,
        Self::Withdrawn,
        Self::Activated,
    ];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Waiting => "waiting",
            Self::Submitted => "submitted",
            Self::OnHold => "on_hold",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Declined => "declined",
            Self::Lapsed => "lapsed",
            Self::Withdrawn => "withdrawn",
            Self::Activated => "activated",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Every passage there is, in one place.
    ///
    /// # Errors
    /// [`Problem::RequestPassed`] for one that is not open from here: what ended stays as it ended.
    pub const fn after(self, passage: Passage) -> Result<Self, Problem> {
        Ok(match (self, passage) {
            (Self::Draft, Passage::Send) => Self::Waiting,
            (Self::Waiting | Self::Submitted | Self::OnHold, Passage::Change) => Self::Waiting,
            (Self::Waiting, Passage::SignLast) => Self::Submitted,
            (Self::Waiting, Passage::Decline) => Self::Declined,
            (Self::Draft | Self::Waiting | Self::OnHold, Passage::Lapse) => Self::Lapsed,
            (Self::Draft | Self::Waiting | Self::Submitted | Self::OnHold, Passage::Withdraw) => {
                Self::Withdrawn
            }
            (Self::Submitted, Passage::Hold) => Self::OnHold,
            (Self::OnHold, Passage::Answer) => Self::Submitted,
            (Self::Submitted, Passage::Approve) => Self::Approved,
            (Self::Submitted | Self::OnHold, Passage::Refuse) => Self::Refused,
            (Self::Approved, Passage::Activate) => Self::Activated,
            (Self::Approved, Passage::TurnDown) => Self::Withdrawn,
            _ => return Err(Problem::RequestPassed),
        })
    }

    /// Both have signed, and Support has not decided yet.
    #[must_use]
    pub const fn is_with_support(self) -> bool {
        matches!(self, Self::Submitted | Self::OnHold)
    }

    /// Nothing can happen to it any more.
    #[must_use]
    pub fn ended(self) -> bool {
        Passage::ALL.into_iter().all(|passage| self.after(passage).is_err())
    }

    /// The states from which a passage is open: what the deciding update asks for.
    #[must_use]
    pub fn before(passage: Passage) -> Vec<Self> {
        Self::ALL.into_iter().filter(|state| state.after(passage).is_ok()).collect()
    }
}

/// Whose part in a request somebody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Who filled it in and saved it; signs nothing.
    Sender,
    /// Who will use the online service.
    User,
    /// The person responsible for authorizing the request.
    Authorizer,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Sender, Self::User, Self::Authorizer];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::User => "user",
            Self::Authorizer => "authorizer",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.code() == code)
    }
}

/// What the administrator of an organization that is here already says of a request for it (R1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vouch {
    /// Nobody is there to be asked.
    #[default]
    None,
    Asked,
    Vouched,
    Objected,
}

impl Vouch {
    pub const ALL: [Self; 4] = [Self::None, Self::Asked, Self::Vouched, Self::Objected];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Asked => "asked",
            Self::Vouched => "vouched",
            Self::Objected => "objected",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vouch| vouch.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r5_only_what_is_with_support_is_decided() {
        use RequestState::{Approved, OnHold, Submitted};
        assert_eq!(RequestState::before(Passage::Approve), [Submitted]);
        assert_eq!(RequestState::before(Passage::Refuse), [Submitted, OnHold]);
        assert_eq!(RequestState::before(Passage::Activate), [Approved]);
        assert_eq!(
            Submitted.after(Passage::Hold).and_then(|held| held.after(Passage::Answer)),
            Ok(Submitted)
        );
    }

    #[test]
    fn r3_a_change_starts_signing_again_wherever_it_was() {
        for state in RequestState::before(Passage::Change) {
            assert_eq!(state.after(Passage::Change), Ok(RequestState::Waiting));
        }
        assert!(!RequestState::before(Passage::Change).contains(&RequestState::Approved));
    }

    #[test]
    fn states_and_parts_are_read_as_they_are_written() {
        assert!(RequestState::ALL.iter().all(|state| RequestState::from_code(state.code()) == Some(*state)));
        assert!(Part::ALL.iter().all(|part| Part::from_code(part.code()) == Some(*part)));
        assert!(Vouch::ALL.iter().all(|vouch| Vouch::from_code(vouch.code()) == Some(*vouch)));
    }

    proptest! {
        /// What ended stays as it ended, whatever is tried; nobody is approved who was not signed for.
        #[test]
        fn an_ended_request_never_changes(steps in proptest::collection::vec(0..Passage::ALL.len(), 1..30)) {
            let mut state = RequestState::Draft;
            let mut signed = false;
            for step in steps {
                let passage = Passage::ALL[step];
                let ended = state.ended();
                if let Ok(next) = state.after(passage) {
                    prop_assert!(!ended);
                    signed = match passage {
                        Passage::SignLast => true,
                        Passage::Change | Passage::Send => false,
                        _ => signed,
                    };
                    prop_assert!(signed || !matches!(next, RequestState::Approved | RequestState::Activated));
                    state = next;
                }
            }
        }
    }
}
