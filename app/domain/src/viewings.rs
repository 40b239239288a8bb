//! Support looks at an organization as one of its contacts sees it, and changes nothing (G7).

use crate::fields::{Field, FieldProblems, required_text};
use crate::ids::{ContactId, OrganizationId};
use crate::instant::Date;
use crate::language::Bilingual;
use serde::{Deserialize, Serialize};

/// A viewing ends by itself after so many minutes.
pub const MINUTES: u8 = 30;
/// The longest reason, in characters.
pub const WORDS: u16 = 500;

/// Why Support looks: a call, a ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewingForm {
    pub reason: String,
}

impl ViewingForm {
    /// # Errors
    /// A missing reason, or one that is too long.
    pub fn parse(&self) -> Result<String, FieldProblems> {
        required_text(&self.reason, WORDS).map_err(|problem| FieldProblems::one(Field::Reason, problem))
    }
}

/// As whom somebody of Support looks, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewingCard {
    pub organization: OrganizationId,
    pub organization_name: Bilingual,
    pub contact: ContactId,
    pub name: String,
    /// The hour at which it ends.
    pub until: Date,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    #[test]
    fn g7_nobody_looks_as_somebody_else_without_a_reason() {
        let said = |reason: &str| ViewingForm { reason: reason.into() }.parse();
        assert_eq!(said("  ").unwrap_err().of(Field::Reason), Some(&Problem::Missing));
        assert!(said(&"a".repeat(501)).is_err());
        assert_eq!(said(" Call 1204 ").unwrap(), "Call 1204");
    }
}
