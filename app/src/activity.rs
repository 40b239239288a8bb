//! The activity: what happened in an organization, and to one person (G3). Read only, so it has no `api.rs`.

pub mod files;
pub mod history;
pub mod page;
