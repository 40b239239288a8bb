//! Profiles that an administrator may not grant, asked of Support (P3).

use crate::fields::{Field, FieldProblems};
use crate::fields::{optional_text, required_text};
use crate::ids::{ContactId, OrganizationId, ProfileRequestId};
use crate::instant::Date;
use crate::language::Bilingual;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// The longest reason or answer, in characters.
pub const WORDS: u16 = 1000;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileRequestState {
    Waiting,
    Granted,
    Refused,
}

impl ProfileRequestState {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Granted, Self::Refused];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Granted => "granted",
            Self::Refused => "refused",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Why a profile is needed.
///
/// # Errors
/// Nothing written, or too much.
pub fn reason(typed: &str) -> Result<String, FieldProblems> {
    required_text(typed, WORDS).map_err(|problem| FieldProblems::one(Field::Reason, problem))
}

/// What Support says: yes with or without a word, no with the reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DecisionForm {
    /// `granted` or `refused`.
    pub decision: String,
    pub answer: String,
}

/// A decision that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub granted: bool,
    pub answer: Option<String>,
}

impl DecisionForm {
    /// # Errors
    /// No choice; a refusal without its reason.
    pub fn parse(&self) -> Result<Decision, FieldProblems> {
        let granted = match self.decision.as_str() {
            "granted" => true,
            "refused" => false,
            _ => return Err(FieldProblems::one(Field::Decision, Problem::Missing)),
        };
        let answer = if granted {
            optional_text(&self.answer, WORDS)
                .map_err(|problem| FieldProblems::one(Field::Reason, problem))?
        } else {
            Some(reason(&self.answer)?)
        };
        Ok(Decision { granted, answer })
    }
}

/// One request, as both sides see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileRequestLine {
    pub id: ProfileRequestId,
    pub organization: OrganizationId,
    pub organization_name: Bilingual,
    pub contact: ContactId,
    /// For whom.
    pub name: String,
    pub profile: Bilingual,
    pub description: Bilingual,
    pub reason: String,
    pub asked_by: String,
    pub asked_at: Date,
    pub state: ProfileRequestState,
    pub answer: Option<String>,
    pub decided_at: Option<Date>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p3_support_says_no_with_a_reason_only() {
        let form =
            |decision: &str, answer: &str| DecisionForm { decision: decision.into(), answer: answer.into() };
        assert_eq!(form("", "x").parse().unwrap_err().of(Field::Decision), Some(&Problem::Missing));
        assert_eq!(form("refused", " ").parse().unwrap_err().of(Field::Reason), Some(&Problem::Missing));
        assert_eq!(form("granted", "").parse(), Ok(Decision { granted: true, answer: None }));
        assert!(!form("refused", "Not your program").parse().unwrap().granted);
    }
}
