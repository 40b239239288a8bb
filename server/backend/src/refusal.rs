//! Why the backend says no: for a person to read, or for the log.

use domain::{FieldProblems, Problem};
use sea_orm::DbErr;
use std::error::Error;

/// A command or a question that was not granted.
#[derive(Debug)]
pub enum Refusal {
    /// Something a person may be told.
    Refused(Problem),
    /// What was typed is wrong, field by field.
    Invalid(FieldProblems),
    /// Something here is broken; the cause is for the log alone.
    Broken(Box<dyn Error + Send + Sync>),
}

impl Refusal {
    /// A cause that only the log may know.
    pub fn broken(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Broken(cause.into())
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<FieldProblems> for Refusal {
    fn from(problems: FieldProblems) -> Self {
        Self::Invalid(problems)
    }
}

impl From<DbErr> for Refusal {
    fn from(error: DbErr) -> Self {
        Self::Broken(Box::new(error))
    }
}
