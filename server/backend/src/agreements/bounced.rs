//! An invitation to sign that could not be delivered (I10): noted beside the signatory, and told to whoever prepared
//! the agreement, who corrects the address or chooses somebody else.

use super::{event, signatory_state};
use crate::entity::{agreement, agreement_signatory};
use crate::letters;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::agreements::SignatoryState;
use domain::{Act, OrganizationId};
use platform::outbox;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

/// What the letter was about.
#[derive(Deserialize)]
struct Payload {
    agreement: Uuid,
    signatory: Option<Uuid>,
    #[serde(default)]
    link: i32,
}

impl Portal {
    /// Tells of a letter that could not be delivered; nothing when its link was replaced or answered meanwhile.
    pub(crate) async fn agreement_bounced(&self, row: &outbox::Model) -> Result<(), Refusal> {
        let asks = [letters::AGREEMENT_SIGN, letters::AGREEMENT_ANEW, letters::AGREEMENT_REMINDER];
        if !asks.contains(&row.kind.as_str()) {
            return Ok(());
        }
        let Ok(payload) = serde_json::from_str::<Payload>(&row.payload) else { return Ok(()) };
        let found = agreement::Entity::find_by_id(payload.agreement).one(self.platform.store.read()).await?;
        let Some(found) = found else { return Ok(()) };
        let work = self.begin(OrganizationId(found.organization_id)).await?;
        let signatory = match payload.signatory {
            Some(id) => agreement_signatory::Entity::find_by_id(id).one(&work.db).await?,
            None => None,
        };
        let waits = |signatory: &super::Signatory| {
            signatory_state(signatory) == SignatoryState::Invited && signatory.link == payload.link
        };
        let Some(signatory) = signatory.filter(waits) else { return Ok(()) };
        agreement_signatory::Entity::update_many()
            .set(agreement_signatory::ActiveModel {
                bounced_at: Set(Some(work.now.0)),
                ..agreement_signatory::ActiveModel::default()
            })
            .filter(agreement_signatory::Column::Id.eq(signatory.id))
            .exec(&work.db)
            .await?;
        work.tell_preparer(&found, Some(&signatory), letters::AGREEMENT_BOUNCED).await?;
        let said = json!({ "email": signatory.email });
        work.commit(event(Act::AgreementBounced, &found, Some(signatory.contact_id), said)).await
    }
}
