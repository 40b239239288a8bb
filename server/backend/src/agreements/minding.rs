//! What time causes: a reminder before the deadline, a notice after it (S4). Workers only tell; expiry itself is the
//! clock. Of several servers, the one whose update marks the agreement posts the letters.

use super::{Row, event, signatories_of, signatory_state};
use crate::entity::{agreement, agreement_seal};
use crate::letters;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::agreements::{AgreementState, SignatoryState};
use domain::{Act, OrganizationId};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

/// How many are minded in one round.
const ROUND: u64 = 500;

impl Portal {
    pub(crate) async fn remind_to_sign(&self) -> Result<(), Refusal> {
        let (now, days) = (self.now(), self.settings.agreement_reminder_days);
        if days == 0 {
            return Ok(());
        }
        let due = agreement::Entity::find()
            .filter(agreement::Column::State.eq(AgreementState::Out.code()))
            .filter(agreement::Column::DeadlineAt.gt(now.0))
            .filter(agreement::Column::DeadlineAt.lte(now.plus_days(days).0))
            // Whoever was asked today needs no reminder yet.
            .filter(agreement::Column::SentAt.lte(now.plus_days(-1).0))
            .filter(agreement::Column::RemindedAt.is_null())
            .limit(ROUND)
            .all(self.platform.store.read())
            .await?;
        for row in due {
            let Some(work) = self.marked(&row, agreement::Column::RemindedAt).await? else { continue };
            for signatory in signatories_of(&work.db, row.id, row.edition).await? {
                if signatory_state(&signatory) == SignatoryState::Invited {
                    work.tell_signatory(&row, &signatory, letters::AGREEMENT_REMINDER).await?;
                }
            }
            work.commit(event(Act::AgreementReminded, &row, None, json!({}))).await?;
        }
        Ok(())
    }

    pub(crate) async fn tell_of_deadlines(&self) -> Result<(), Refusal> {
        let due = agreement::Entity::find()
            .filter(agreement::Column::State.eq(AgreementState::Out.code()))
            .filter(agreement::Column::DeadlineAt.lte(self.now().0))
            .filter(agreement::Column::ExpiryToldAt.is_null())
            .limit(ROUND)
            .all(self.platform.store.read())
            .await?;
        for row in due {
            let Some(work) = self.marked(&row, agreement::Column::ExpiryToldAt).await? else { continue };
            work.tell_signatories(&row, None, letters::AGREEMENT_EXPIRED).await?;
            work.tell_preparer(&row, None, letters::AGREEMENT_EXPIRED).await?;
            work.commit(event(Act::AgreementExpired, &row, None, json!({}))).await?;
        }
        Ok(())
    }

    /// Work on an agreement that nobody else has marked so; nothing when somebody has.
    async fn marked(&self, row: &Row, mark: agreement::Column) -> Result<Option<Work>, Refusal> {
        let work = self.begin(OrganizationId(row.organization_id)).await?;
        let marked = agreement::Entity::update_many()
            .col_expr(mark, Expr::value(work.now.0))
            .filter(agreement::Column::Id.eq(row.id))
            .filter(agreement::Column::State.eq(AgreementState::Out.code()))
            .filter(agreement::Column::Edition.eq(row.edition))
            .filter(mark.is_null())
            .exec(&work.db)
            .await?;
        Ok((marked.rows_affected == 1).then_some(work))
    }

    /// Agreements that everybody signed and that have no seal yet, the oldest first.
    pub(crate) async fn agreements_to_seal(&self, most: u64) -> Result<Vec<Row>, Refusal> {
        let seal = Query::select()
            .expr(Expr::val(1))
            .from(agreement_seal::Entity)
            .and_where(
                Expr::col((agreement_seal::Entity, agreement_seal::Column::AgreementId))
                    .equals((agreement::Entity, agreement::Column::Id)),
            )
            .to_owned();
        Ok(agreement::Entity::find()
            .filter(agreement::Column::State.eq(AgreementState::Signed.code()))
            // G10: an emptied one has nothing to seal.
            .filter(agreement::Column::Search.ne(""))
            .filter(Expr::exists(seal).not())
            .order_by_asc(agreement::Column::EndedAt)
            .limit(most)
            .all(self.platform.store.read())
            .await?)
    }
}

impl Work {
    /// Keeps the sealed PDF of a language, under the code that the certificate page shows.
    pub(crate) async fn keep_seal(&self, row: &Row, language: &str, sealed: Vec<u8>) -> Result<(), Refusal> {
        let sha256 = self.keep_document(sealed).await?;
        let seal = agreement_seal::ActiveModel {
            agreement_id: Set(row.id),
            edition: Set(row.edition),
            language: Set(language.to_owned()),
            sha256: Set(sha256),
            code: Set(self.portal.verification_code(domain::AgreementId(row.id), row.edition)),
            sealed_at: Set(self.now.0),
        };
        agreement_seal::Entity::insert(seal).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// Tells all parties that the sealed PDF is there, each once.
    pub(crate) async fn tell_all_signed(&self, row: &Row) -> Result<(), Refusal> {
        self.tell_signatories(row, None, letters::AGREEMENT_ALL_SIGNED).await?;
        let signatories = signatories_of(&self.db, row.id, row.edition).await?;
        if signatories.iter().any(|signatory| signatory.contact_id == row.prepared_by) {
            return Ok(());
        }
        self.tell_preparer(row, None, letters::AGREEMENT_ALL_SIGNED).await
    }
}
