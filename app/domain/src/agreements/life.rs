//! Where an agreement stands, how it goes on, and whose turn it is (S4).

use crate::instant::Instant;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// In which order people sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Everybody at once.
    #[default]
    Together,
    /// One after the other, as they are listed.
    InTurn,
}

impl Order {
    pub const ALL: [Self; 2] = [Self::Together, Self::InTurn];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Together => "together",
            Self::InTurn => "in_turn",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.code() == code)
    }
}

/// Where an agreement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreementState {
    /// Prepared, or being changed: nobody can sign.
    Draft,
    /// Out for signature.
    Out,
    /// Everybody has signed.
    Signed,
    /// Somebody would not sign.
    Declined,
    Withdrawn,
    /// Out, and its deadline is over: asked of the clock, kept nowhere.
    Expired,
}

/// What makes an agreement go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    Send,
    /// One of several signatures.
    Sign,
    /// The last signature.
    SignLast,
    Decline,
    Withdraw,
    /// It changes after it was sent: another edition, a draft again.
    Revise,
    /// Somebody signs in somebody else's place, or is written to again.
    Adjust,
}

impl Step {
    pub const ALL: [Self; 7] =
        [Self::Send, Self::Sign, Self::SignLast, Self::Decline, Self::Withdraw, Self::Revise, Self::Adjust];
}

impl AgreementState {
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Out, Self::Signed, Self::Declined, Self::Withdrawn, Self::Expired];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Out => "out",
            Self::Signed => "signed",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// The state that is kept, as it is at that moment: out and past its deadline is expired.
    #[must_use]
    pub fn at(self, now: Instant, deadline: Instant) -> Self {
        if self == Self::Out && now >= deadline { Self::Expired } else { self }
    }

    /// Every step there is, in one place.
    ///
    /// # Errors
    /// [`Problem::AgreementPassed`] for one that is not open from here: what ended stays as it ended. An agreement
    /// that expired may be withdrawn or changed still, since nobody can sign it any more; a draft is withdrawn when
    /// it is a later edition, which people wait for, and otherwise discarded.
    pub const fn after(self, step: Step) -> Result<Self, Problem> {
        Ok(match (self, step) {
            (Self::Draft, Step::Send) => Self::Out,
            (Self::Out, Step::Sign | Step::Adjust) => Self::Out,
            (Self::Out, Step::SignLast) => Self::Signed,
            (Self::Out, Step::Decline) => Self::Declined,
            (Self::Draft | Self::Out | Self::Expired, Step::Withdraw) => Self::Withdrawn,
            (Self::Out | Self::Expired, Step::Revise) => Self::Draft,
            _ => return Err(Problem::AgreementPassed),
        })
    }

    /// Nothing can be signed any more, and nothing is being prepared.
    #[must_use]
    pub const fn ended(self) -> bool {
        !matches!(self, Self::Draft | Self::Out)
    }
}

/// Where one signatory of an agreement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatoryState {
    /// Their turn has not come.
    Waiting,
    Invited,
    Signed,
    Declined,
    /// Somebody else signs in their place.
    Replaced,
    /// The agreement, or this edition of it, ended before they signed.
    Ended,
}

impl SignatoryState {
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Invited, Self::Signed, Self::Declined, Self::Replaced, Self::Ended];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Invited => "invited",
            Self::Signed => "signed",
            Self::Declined => "declined",
            Self::Replaced => "replaced",
            Self::Ended => "ended",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Their signature is still to come.
    #[must_use]
    pub const fn is_awaited(self) -> bool {
        matches!(self, Self::Waiting | Self::Invited)
    }
}

/// Whose turn it becomes: the places, in `signatories`, of those to invite now. `signatories` stand in the order in
/// which they were listed, those who were replaced among them.
#[must_use]
pub fn turns(order: Order, signatories: &[SignatoryState]) -> Vec<usize> {
    let awaited = || signatories.iter().enumerate().filter(|(_, state)| state.is_awaited());
    let waiting =
        |(place, state): (usize, &SignatoryState)| (*state == SignatoryState::Waiting).then_some(place);
    match order {
        Order::Together => awaited().filter_map(waiting).collect(),
        Order::InTurn => awaited().take(1).filter_map(waiting).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use SignatoryState::{Invited, Replaced, Signed, Waiting};
    use proptest::prelude::*;

    #[test]
    fn s4_at_once_everybody_is_invited_and_nobody_twice() {
        assert_eq!(turns(Order::Together, &[Waiting, Waiting]), [0, 1]);
        assert_eq!(turns(Order::Together, &[Signed, Invited, Waiting]), [2]);
    }

    #[test]
    fn s4_in_order_the_next_is_invited_when_the_one_before_has_signed() {
        assert_eq!(turns(Order::InTurn, &[Waiting, Waiting]), [0]);
        assert!(turns(Order::InTurn, &[Invited, Waiting]).is_empty());
        assert_eq!(turns(Order::InTurn, &[Signed, Waiting, Waiting]), [1]);
        assert_eq!(turns(Order::InTurn, &[Replaced, Waiting, Waiting]), [1]);
        assert!(turns(Order::InTurn, &[Signed, Signed]).is_empty());
    }

    #[test]
    fn s4_it_works_until_the_very_moment_and_not_at_it() {
        let state = |now| AgreementState::Out.at(Instant(now), Instant(1000));
        assert_eq!(state(999), AgreementState::Out);
        assert_eq!(state(1000), AgreementState::Expired);
        assert_eq!(AgreementState::Signed.at(Instant(1000), Instant(1000)), AgreementState::Signed);
        assert!(AgreementState::Expired.after(Step::SignLast).is_err());
    }

    #[test]
    fn states_are_read_as_they_are_written() {
        assert!(
            AgreementState::ALL.iter().all(|state| AgreementState::from_code(state.code()) == Some(*state))
        );
        assert!(
            SignatoryState::ALL.iter().all(|state| SignatoryState::from_code(state.code()) == Some(*state))
        );
        assert!(Order::ALL.iter().all(|order| Order::from_code(order.code()) == Some(*order)));
    }

    proptest! {
        /// What was signed by everybody, declined or withdrawn stays so, whatever is tried.
        #[test]
        fn s4_an_ended_agreement_never_changes(steps in proptest::collection::vec(0..Step::ALL.len(), 1..30)) {
            let mut state = AgreementState::Draft;
            for step in steps {
                let ended = state.ended();
                if let Ok(next) = state.after(Step::ALL[step]) {
                    prop_assert!(!ended);
                    state = next;
                }
            }
        }

        /// However they sign, everybody is invited once, and in order one at a time.
        #[test]
        fn s4_everybody_is_invited_once(count in 1..8_usize, in_turn: bool) {
            let order = if in_turn { Order::InTurn } else { Order::Together };
            let mut signatories = vec![Waiting; count];
            let mut invited = 0;
            while signatories.iter().any(|state| state.is_awaited()) {
                for place in turns(order, &signatories) {
                    signatories[place] = Invited;
                    invited += 1;
                }
                let out = signatories.iter().filter(|state| **state == Invited).count();
                prop_assert!(out >= 1 && (!in_turn || out == 1));
                if let Some(next) = signatories.iter().position(|state| *state == Invited) {
                    signatories[next] = Signed;
                }
            }
            prop_assert_eq!(invited, count);
        }
    }
}
