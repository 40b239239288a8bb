//! Errors have two voices: what a person may be told, and what only the log is told.

use domain::{Field, FieldProblems, Problem};
use sea_orm::DbErr;

/// Why something did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("refused: {0:?}")]
    Refused(Problem),
    #[error("not understood: {0:?}")]
    Invalid(FieldProblems),
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// Something that is nobody's fault at the screen.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("the database: {0}")]
    Database(#[from] DbErr),
    #[error("the settings of the provider: {0}")]
    Settings(String),
    #[error("keys and hashes: {0}")]
    Secrecy(&'static str),
}

impl Refusal {
    pub(crate) fn at(field: Field, problem: Problem) -> Self {
        Self::Invalid(FieldProblems::one(field, problem))
    }
}

impl From<DbErr> for Refusal {
    fn from(error: DbErr) -> Self {
        Self::Broken(Broken::Database(error))
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
