//! What happened, for the activity line that every command writes before it may commit (G3).
//!
//! Lines are never changed and never removed: each belongs to a chain, and the database refuses the rest.

pub(crate) mod chain;
mod details;
mod export;
mod read;
pub(crate) mod verify;

pub use export::ActivityExport;
pub(crate) use export::told as change_in_words;

use crate::entity::activity;
use domain::invitations::By;
use domain::{Act, ContactId, Instant, OrganizationId};
use serde_json::{Value, json};
use uuid::Uuid;

/// Something that happened in an organization.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub act: Act,
    /// The contact it happened to.
    pub contact: Option<ContactId>,
    /// Before and after, by field; never a secret.
    pub details: Value,
}

impl Event {
    pub(crate) fn of(act: Act, contact: impl Into<Option<ContactId>>) -> Self {
        Self { act, contact: contact.into(), details: json!({}) }
    }

    /// Every field has its words, or its place among what is not told: where this is written for tests, a field
    /// that has neither stops whoever wrote it.
    pub(crate) fn with(self, details: Value) -> Self {
        debug_assert_eq!(details::without_words(&details), Vec::<&str>::new(), "{:?}", self.act);
        Self { details, ..self }
    }
}

/// A line before it is sealed: what happened, to whom, by whom, when.
#[derive(Debug)]
pub(crate) struct Line {
    pub id: Uuid,
    pub organization: Option<OrganizationId>,
    pub by: By,
    pub at: Instant,
    pub salt: [u8; 16],
    pub event: Event,
}

impl Line {
    /// The chain it goes to: the organization's, or the one of lines without an organization.
    pub(crate) fn chain(&self) -> Uuid {
        self.organization.map(|id| id.0).unwrap_or_default()
    }

    /// The row, not sealed yet.
    fn row(self) -> activity::Model {
        let (kind, actor) = match self.by {
            By::Contact(ContactId(id)) => ("contact", Some(id)),
            By::Support(ContactId(id)) => ("support", Some(id)),
            By::System => ("system", None),
        };
        activity::Model {
            chain: self.chain(),
            id: self.id,
            organization_id: self.organization.map(|id| id.0),
            at: self.at.0,
            actor_id: actor,
            actor_kind: kind.to_owned(),
            event: self.event.act.code().to_owned(),
            contact_id: self.event.contact.map(|id| id.0),
            details: self.event.details.to_string(),
            number: 0,
            salt: self.salt.to_vec(),
            digest: Vec::new(),
            hash: Vec::new(),
        }
    }
}
