//! A person asks to be forgotten before the period has passed: Support does it, and says why (G10).

use crate::access::Permit;
use crate::activity::Event;
use crate::contacts::find;
use crate::refusal::Refusal;
use domain::organizations::StateForm;
use domain::permissions::KeepOrganizations;
use domain::{Act, ContactId, Problem};
use serde_json::json;

impl Permit<KeepOrganizations> {
    /// Anonymizes an inactive contact for good.
    ///
    /// # Errors
    /// A missing reason; [`Problem::NotFound`] for a contact of another organization (G4); [`Problem::ContactActive`];
    /// [`Problem::ContactAnonymized`].
    pub async fn anonymize(&self, id: ContactId, form: &StateForm) -> Result<(), Refusal> {
        let reason = form.parse()?;
        let (work, _) = self.begin_as_support().await?;
        let person = find(&work.db, self.organization.id, id).await?;
        if person.anonymized_at.is_some() {
            return Err(Problem::ContactAnonymized.into());
        }
        work.anonymize(&person).await?;
        work.commit(Event::of(Act::ContactAnonymized, id).with(json!({ "reason": reason }))).await
    }
}
