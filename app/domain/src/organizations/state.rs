//! The states of an organization (O3): open, closed and opened again, merged into another for good.

use crate::fields::{Field, FieldProblems, required_text};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// Where an organization stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationState {
    /// Asked for, not yet decided.
    Requested,
    #[default]
    Open,
    /// Signs nobody in; can be opened again.
    Closed,
    /// Its place was taken by another one, for good; its history stays.
    Merged,
}

impl OrganizationState {
    pub const ALL: [Self; 4] = [Self::Requested, Self::Open, Self::Closed, Self::Merged];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Merged => "merged",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Nobody signs in there any more.
    ///
    /// # Errors
    /// [`Problem::StateForbids`] for one that is not open.
    pub const fn close(self) -> Result<Self, Problem> {
        match self {
            Self::Open => Ok(Self::Closed),
            Self::Requested | Self::Closed | Self::Merged => Err(Problem::StateForbids),
        }
    }

    /// Everything is as it was before it was closed.
    ///
    /// # Errors
    /// [`Problem::StateForbids`] for one that is not closed.
    pub const fn reopen(self) -> Result<Self, Problem> {
        match self {
            Self::Closed => Ok(Self::Open),
            Self::Requested | Self::Open | Self::Merged => Err(Problem::StateForbids),
        }
    }

    /// Another, open organization takes its place.
    ///
    /// # Errors
    /// [`Problem::StateForbids`] for one that was only asked for, or is merged already;
    /// [`Problem::NotToMergeInto`] when the other one is not open.
    pub fn merge(self, into: Self) -> Result<Self, Problem> {
        match (self, into) {
            (Self::Requested | Self::Merged, _) => Err(Problem::StateForbids),
            (Self::Open | Self::Closed, Self::Open) => Ok(Self::Merged),
            (Self::Open | Self::Closed, _) => Err(Problem::NotToMergeInto),
        }
    }
}

/// Why Support changes the state, or unlinks an account (C13).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StateForm {
    pub reason: String,
}

impl StateForm {
    /// # Errors
    /// A missing reason, or one that is too long.
    pub fn parse(&self) -> Result<String, FieldProblems> {
        required_text(&self.reason, 500).map_err(|problem| FieldProblems::one(Field::Reason, problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn o3_a_closed_organization_can_be_reopened_and_a_merged_one_stays_merged() {
        use OrganizationState::{Closed, Merged, Open, Requested};
        assert_eq!(Open.close().unwrap().reopen(), Ok(Open));
        assert_eq!(Closed.merge(Open), Ok(Merged));
        for state in [Requested, Closed, Merged] {
            assert_eq!(state.close(), Err(Problem::StateForbids));
        }
        for state in [Requested, Open, Merged] {
            assert_eq!(state.reopen(), Err(Problem::StateForbids));
        }
        assert_eq!(Merged.merge(Open), Err(Problem::StateForbids));
        assert_eq!(Open.merge(Closed), Err(Problem::NotToMergeInto));
    }

    #[test]
    fn o3_every_change_of_state_has_a_reason() {
        let blank = StateForm { reason: "  ".into() };
        assert_eq!(blank.parse().unwrap_err().of(Field::Reason), Some(&Problem::Missing));
    }
}
