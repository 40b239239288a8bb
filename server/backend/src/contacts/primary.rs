//! The primary contact (C9): one and only one, always active and with access, handed over by itself or by Support.

use super::people::primary_of;
use super::{find, spoken};
use crate::access::{Permit, active_profiles};
use crate::activity::Event;
use crate::entity::contact;
use crate::letters;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::contacts::{PrimaryStep, Transfer, TransferForm, Transferred};
use domain::permissions::{ManageContacts, SeeContacts};
use domain::{Act, Actor, ContactId, Instant, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _};
use serde_json::json;

impl Permit<SeeContacts> {
    /// Makes a contact the primary one in the place of who is. Whoever is primary may, whatever their profiles;
    /// Support may, and says why: at once when the primary contact asked for it; when it is gone, the others are told
    /// and some days pass.
    ///
    /// # Errors
    /// [`Problem::NotYoursToTransfer`]; [`Problem::PrimaryNeedsAccess`]; for Support what is missing in the form;
    /// [`Problem::ReplacementPlanned`]; [`Problem::StepUpNeeded`] (A8).
    pub async fn transfer_primary(&self, to: ContactId, form: &TransferForm) -> Result<Transferred, Refusal> {
        let said = match self.actor.support {
            true if !self.actor.may::<ManageContacts>() => return Err(Problem::NotYoursToTransfer.into()),
            true => Some(form.parse()?),
            false => None,
        };
        let (work, actor) = self.begin().await?;
        let heir = find(&work.db, self.organization.id, to).await?;
        let primary = primary_of(&work.db, self.organization.id).await?;
        let name = spoken(&heir);
        if heir.is_primary {
            return Ok(Transferred::Done { name });
        }
        if !may_transfer(&actor, primary.as_ref()) {
            return Err(Problem::NotYoursToTransfer.into());
        }
        work.may_be_primary(&heir).await?;
        match (said, primary) {
            (Some(Transfer { gone: true, reason }), Some(primary)) => {
                work.proven()?;
                let on = work.plan_replacement((&primary, &heir), reason).await?;
                Ok(Transferred::Planned { name, on })
            }
            (said, primary) => {
                work.stop_planned().await?;
                let event = work.replace(primary.as_ref(), &heir, said.map(|said| said.reason)).await?;
                work.commit(event).await?;
                Ok(Transferred::Done { name })
            }
        }
    }

    pub(super) async fn primary_step(&self, row: &contact::Model) -> Result<PrimaryStep, DbErr> {
        if row.is_primary {
            return Ok(PrimaryStep::IsPrimary);
        }
        let db = self.portal.platform.store.read();
        let primary = primary_of(db, self.organization.id).await?;
        if !may_transfer(&self.actor, primary.as_ref()) {
            return Ok(PrimaryStep::NotTheirs);
        }
        let access = has_access(db, row, self.portal.now()).await?;
        Ok(if access { PrimaryStep::MayTransfer } else { PrimaryStep::NeedsAccess })
    }
}

pub(super) fn may_transfer(actor: &Actor, primary: Option<&contact::Model>) -> bool {
    let is_primary = !actor.support && primary.is_some_and(|primary| primary.id == actor.contact.0);
    is_primary || (actor.support && actor.may::<ManageContacts>())
}

/// Whether somebody can be primary: active, linked to an account, and holding a profile that is active (C9).
pub(super) async fn has_access(
    db: &impl ConnectionTrait,
    row: &contact::Model,
    now: Instant,
) -> Result<bool, DbErr> {
    Ok(row.active && row.account_id.is_some() && !active_profiles(db, row.id, now.0).await?.is_empty())
}

impl Work {
    /// One takes the place of the other, in one act; both are told.
    pub(super) async fn replace(
        &self,
        primary: Option<&contact::Model>,
        heir: &contact::Model,
        reason: Option<String>,
    ) -> Result<Event, Refusal> {
        if let Some(primary) = primary {
            self.set_primary(primary, false).await?;
            self.tell(primary, letters::PRIMARY_GIVEN, json!({ "other": heir.id })).await?;
        }
        self.set_primary(heir, true).await?;
        self.tell(heir, letters::PRIMARY_RECEIVED, json!({})).await?;
        let details = json!({
            "before": { "primary": primary.map(spoken) },
            "after": { "primary": spoken(heir) },
            "reason": reason,
        });
        Ok(Event::of(Act::PrimaryTransferred, ContactId(heir.id)).with(details))
    }

    async fn may_be_primary(&self, heir: &contact::Model) -> Result<(), Refusal> {
        let access = has_access(&self.db, heir, self.now).await?;
        if access { Ok(()) } else { Err(Problem::PrimaryNeedsAccess.into()) }
    }

    async fn set_primary(&self, row: &contact::Model, primary: bool) -> Result<(), Refusal> {
        self.proven()?;
        contact::Entity::update_many()
            .col_expr(contact::Column::IsPrimary, Expr::value(primary))
            .filter(contact::Column::Id.eq(row.id))
            .exec(&self.db)
            .await?;
        self.next_version(row).await
    }
}
