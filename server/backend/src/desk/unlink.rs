//! An account unlinked by Support (C13): the contact goes back to "No access".
//!
//! Nothing of the person's is left to work later: what was suspended ends too, a pending invitation is withdrawn,
//! and a new link that waits for its second person is refused. Otherwise the access that Support took away would
//! come back by a door that was already open. Whoever is to have access again is invited anew.

use crate::access::Permit;
use crate::activity::Event;
use crate::contacts::{self, spoken};
use crate::letters;
use crate::refusal::Refusal;
use domain::organizations::StateForm;
use domain::permissions::KeepOrganizations;
use domain::{Act, ContactId, Problem};
use serde_json::json;

impl Permit<KeepOrganizations> {
    /// Unlinks the account of a contact, active or not; gives the contact's name.
    ///
    /// # Errors
    /// A missing reason; [`Problem::NotFound`]; [`Problem::NoAccountLinked`]; [`Problem::PrimaryStays`] (C9);
    /// [`Problem::LastAdministrator`] (C10).
    pub async fn unlink_account(&self, id: ContactId, form: &StateForm) -> Result<String, Refusal> {
        let reason = form.parse()?;
        let (work, actor) = self.begin_as_support().await?;
        let person = contacts::find(&work.db, work.organization.id, id).await?;
        if person.account_id.is_none() {
            return Err(Problem::NoAccountLinked.into());
        }
        let held = work.give_up_all(&person).await?;
        work.withdraw_invitations_to(&person, "account unlinked").await?;
        work.drop_relink_of(&person, &actor).await?;
        work.tell(&person, letters::UNLINKED, json!({})).await?;
        let said = json!({ "before": { "profiles": held }, "after": { "profiles": [] }, "reason": reason });
        work.commit(Event::of(Act::AccountUnlinked, id).with(said)).await?;
        Ok(spoken(&person))
    }
}
