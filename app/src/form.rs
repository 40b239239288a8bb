//! What was typed, kept across a refusal, so that nothing typed is lost (rule G5).

use crate::failure::Failure;
use domain::FieldProblems;
use serde::{Deserialize, Serialize};

/// A form that was sent and refused: what was typed, and why.
///
/// A page without script finds it in the session and hands it to its form; an island has its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft<Form> {
    pub form: Form,
    pub failure: Failure,
}

impl<Form> Draft<Form> {
    /// All that is wrong, for the error summary and the fields.
    #[must_use]
    pub fn problems(&self) -> FieldProblems {
        self.failure.problems()
    }
}
