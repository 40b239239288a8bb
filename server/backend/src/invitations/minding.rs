//! What time causes: a reminder before the end, a notice after it (I10). Workers only tell; expiry itself is the
//! clock, and no worker changes an invitation's state.

use crate::activity::Event;
use crate::entity::invitation;
use crate::letters;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::{Act, ContactId, OrganizationId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde_json::json;

/// How many are told in one round.
const ROUND: u64 = 500;

impl Portal {
    pub(crate) async fn remind_of_invitations(&self) -> Result<(), Refusal> {
        let now = self.now();
        let soon = now.plus_days(self.settings.reminder_days).0;
        let due = invitation::Entity::find()
            .filter(invitation::Column::State.eq("pending"))
            .filter(invitation::Column::ExpiresAt.gt(now.0))
            .filter(invitation::Column::ExpiresAt.lte(soon))
            .filter(invitation::Column::RemindedAt.is_null())
            .limit(ROUND)
            .all(self.platform.store.read())
            .await?;
        for row in due {
            self.tell_once(&row, invitation::Column::RemindedAt, letters::REMINDER).await?;
        }
        Ok(())
    }

    pub(crate) async fn tell_of_expiry(&self) -> Result<(), Refusal> {
        let due = invitation::Entity::find()
            .filter(invitation::Column::State.eq("pending"))
            .filter(invitation::Column::ExpiresAt.lte(self.now().0))
            .filter(invitation::Column::ExpiryToldAt.is_null())
            .limit(ROUND)
            .all(self.platform.store.read())
            .await?;
        for row in due {
            self.tell_once(&row, invitation::Column::ExpiryToldAt, letters::EXPIRED).await?;
        }
        Ok(())
    }

    /// Of several servers, the one whose update marks the row posts the letter.
    async fn tell_once(
        &self,
        row: &invitation::Model,
        mark: invitation::Column,
        kind: &'static str,
    ) -> Result<(), Refusal> {
        let work = self.begin(OrganizationId(row.organization_id)).await?;
        let marked = invitation::Entity::update_many()
            .col_expr(mark, Expr::value(work.now.0))
            .filter(invitation::Column::Id.eq(row.id))
            .filter(invitation::Column::State.eq("pending"))
            .filter(mark.is_null())
            .exec(&work.db)
            .await?;
        if marked.rows_affected == 0 {
            return Ok(());
        }
        if kind == letters::REMINDER {
            work.tell_invitee(row, kind).await?;
        } else {
            work.tell_inviter(row, kind).await?;
        }
        let details = json!({ "invitation": row.id });
        work.commit(Event::of(Act::InvitationTold, ContactId(row.contact_id)).with(details)).await
    }
}
