//! What happened, for the activity line that every command writes before it may commit (G3).

use domain::{Act, ContactId};
use serde_json::{Value, json};

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

    pub(crate) fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }
}
