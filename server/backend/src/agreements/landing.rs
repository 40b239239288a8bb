//! What a mailed link tells anybody who holds it (S2). Looking changes nothing, however often (I8); a link that opens
//! nothing any more says why, and nothing of the agreement.

use super::{documents_of, language_of, organization_row, titles_of};
use crate::access::Visitor;
use crate::contacts::spoken;
use crate::entity::contact;
use crate::organizations::name_of;
use crate::refusal::Refusal;
use domain::agreements::{DeadLink, Landing, OpenLanding};
use domain::{Email, Instant, Language};
use sea_orm::EntityTrait as _;

impl Visitor {
    /// The landing page of a link.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn agreement_landing(&self, token: &str) -> Result<Landing, Refusal> {
        let (portal, db) = (&self.portal, self.portal.platform.store.read());
        let nobody = |why| Landing { state: Err(why), whom_to_ask: portal.settings.operator.email.clone() };
        let Some(signatory) = portal.signatory_by_token(db, token).await? else {
            return Ok(nobody(DeadLink::Unknown));
        };
        let row = portal.agreement_of(&signatory).await?;
        let (invited_by, whom_to_ask) = portal.preparer_of(db, &row).await?;
        if let Some(why) = portal.dead_link(db, &row, &signatory).await? {
            // Whom to ask was in the mail; to a stranger even that would tell of the organization.
            return Ok(nobody(why));
        }
        let organization = organization_row(db, row.organization_id).await?;
        let person = contact::Entity::find_by_id(signatory.contact_id).one(db).await?;
        let documents = documents_of(db, row.id, row.edition).await?;
        let open = OpenLanding {
            organization_name: name_of(&organization),
            titles: titles_of(&row),
            invitee: person.as_ref().map(spoken).unwrap_or_default(),
            email: Email::known(signatory.email.unwrap_or_default()),
            invited_by,
            deadline: portal.platform.calendar.last_day_before(Instant(row.deadline_at)),
            language: signatory.language.as_deref().and_then(Language::from_code),
            languages: documents.iter().map(|document| language_of(&document.language)).collect(),
        };
        Ok(Landing { state: Ok(open), whom_to_ask })
    }
}
