//! What time causes: a reminder before the end, and the end itself (R3). Of several servers, the one whose update wins
//! posts the letters.

use super::{Row, event, signatories, signatures_of, state_of};
use crate::entity::{access_request, access_request_step};
use crate::letters;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::access_requests::{Part, Passage, RequestState};
use domain::{Act, OrganizationId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use serde_json::json;

/// How many are minded in one round.
const ROUND: u64 = 500;

impl Portal {
    pub(crate) async fn remind_of_requests(&self) -> Result<(), Refusal> {
        let now = self.now();
        let days = self.settings.request_reminder_days;
        if days == 0 {
            return Ok(());
        }
        let due = access_request::Entity::find()
            .filter(access_request::Column::State.is_in(["waiting", "on_hold"]))
            .filter(access_request::Column::DueAt.gt(now.0))
            .filter(access_request::Column::DueAt.lte(now.plus_days(days).0))
            .filter(access_request::Column::RemindedAt.is_null())
            .limit(ROUND)
            .all(self.platform.store.read())
            .await?;
        for row in due {
            self.remind_of_request(&row).await?;
        }
        Ok(())
    }

    async fn remind_of_request(&self, row: &Row) -> Result<(), Refusal> {
        let work = self.begin(OrganizationId(row.organization_id)).await?;
        let marked = access_request::Entity::update_many()
            .col_expr(access_request::Column::RemindedAt, Expr::value(work.now.0))
            .filter(access_request::Column::Id.eq(row.id))
            .filter(access_request::Column::State.eq(row.state.as_str()))
            .filter(access_request::Column::Edition.eq(row.edition))
            .filter(access_request::Column::RemindedAt.is_null())
            .exec(&work.db)
            .await?;
        if marked.rows_affected == 0 {
            return Ok(());
        }
        let signed = signatures_of(&work.db, row).await?;
        let waits = |part: &Part| {
            state_of(row) == RequestState::OnHold
                || !signed.iter().any(|signature| signature.part == part.code())
        };
        for part in signatories(row).into_iter().filter(waits) {
            work.tell_part(row, part, letters::REQUEST_REMINDER).await?;
        }
        work.commit(event(Act::RequestReminded, row, json!({}))).await
    }

    pub(crate) async fn end_requests(&self) -> Result<(), Refusal> {
        let due = access_request::Entity::find()
            .filter(access_request::Column::State.is_in(["draft", "waiting", "on_hold"]))
            .filter(access_request::Column::DueAt.lte(self.now().0))
            .limit(ROUND)
            .all(self.platform.store.read())
            .await?;
        for row in due {
            let work = self.begin(OrganizationId(row.organization_id)).await?;
            // Another server may have forgotten it meanwhile.
            let Some(row) = access_request::Entity::find_by_id(row.id).one(&work.db).await? else { continue };
            // Somebody went on with it meanwhile.
            if state_of(&row).after(Passage::Lapse).is_err() || row.due_at.is_none_or(|due| due > work.now.0)
            {
                continue;
            }
            if state_of(&row) == RequestState::Draft {
                work.forget_draft(&row).await?;
            } else {
                work.pass(&row, Passage::Lapse, access_request::ActiveModel::default()).await?;
                work.step(&row, "lapsed", None, None).await?;
                work.tell_parts(&row, None, letters::REQUEST_LAPSED).await?;
            }
            work.commit(event(Act::RequestLapsed, &row, json!({}))).await?;
        }
        Ok(())
    }
}

impl Work {
    /// G10: nothing was sent, so that nobody has a reason to keep what is known of the two people.
    async fn forget_draft(&self, row: &Row) -> Result<(), Refusal> {
        access_request_step::Entity::delete_many()
            .filter(access_request_step::Column::RequestId.eq(row.id))
            .exec(&self.db)
            .await?;
        access_request::Entity::delete_many()
            .filter(access_request::Column::Id.eq(row.id))
            .filter(access_request::Column::State.eq(RequestState::Draft.code()))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}
