//! Closing, opening again, merging (O3): each with who, when and why.
//!
//! A closed organization signs nobody in: whoever belongs to no other open one is signed out at once. A merged one
//! keeps all that happened in it; its contacts are not usable any more, and stay there.

use crate::access::Permit;
use crate::activity::Event;
use crate::entity::{contact, organization, organization_state, session};
use crate::organizations::{name_of, state_of};
use crate::refusal::Refusal;
use crate::work::Work;
use domain::organizations::{OrganizationState, StateForm};
use domain::permissions::KeepOrganizations;
use domain::{Act, Field, FieldProblems, OrganizationId, Problem};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QuerySelect as _,
};
use serde_json::json;
use uuid::Uuid;

impl Permit<KeepOrganizations> {
    /// Closes the organization: nobody signs in there any more.
    ///
    /// # Errors
    /// A missing reason; [`Problem::StateForbids`] when it is not open, or is the operator's own.
    pub async fn close(&self, form: &StateForm) -> Result<(), Refusal> {
        let reason = form.parse()?;
        let (work, _) = self.begin_as_support().await?;
        let state = work.not_the_operator()?.close()?;
        work.come_into(state, &reason, None).await?;
        let sessions = work.sign_everybody_out().await?;
        let said = json!({ "reason": reason, "sessions": sessions });
        work.commit(Event::of(Act::OrganizationClosed, None).with(said)).await
    }

    /// Opens a closed organization again: everything is as it was.
    ///
    /// # Errors
    /// A missing reason; [`Problem::StateForbids`] when it is not closed.
    pub async fn reopen(&self, form: &StateForm) -> Result<(), Refusal> {
        let reason = form.parse()?;
        let (work, _) = self.begin_as_support().await?;
        let state = work.not_the_operator()?.reopen()?;
        work.come_into(state, &reason, None).await?;
        work.commit(Event::of(Act::OrganizationReopened, None).with(json!({ "reason": reason }))).await
    }

    /// Merges the organization into another, open one, for good.
    ///
    /// # Errors
    /// A missing reason; [`Problem::NotToMergeInto`] for one that is not there, not open, the operator's or this
    /// very one; [`Problem::StateForbids`] when it is merged already.
    pub async fn merge(&self, into: &str, form: &StateForm) -> Result<(), Refusal> {
        let reason = form.parse()?;
        let (work, _) = self.begin_as_support().await?;
        let other = work.to_merge_into(into).await?;
        let beside = |problem| FieldProblems::one(Field::MergeInto, problem);
        let state = match work.not_the_operator()?.merge(state_of(&other)) {
            Err(Problem::NotToMergeInto) => return Err(beside(Problem::NotToMergeInto).into()),
            state => state?,
        };
        work.come_into(state, &reason, Some(other.id)).await?;
        work.sign_everybody_out().await?;
        let here = json!({ "organization": work.organization.id, "name": name_of(&work.organization) });
        work.note_in(OrganizationId(other.id), Event::of(Act::OrganizationJoined, None).with(here)).await?;
        let said = json!({ "reason": reason, "into": other.id, "name": name_of(&other) });
        work.commit(Event::of(Act::OrganizationMerged, None).with(said)).await
    }
}

/// The accounts of the active contacts of an organization that are nobody anywhere else that is open.
fn accounts_of_here_alone(organization: Uuid) -> SelectStatement {
    let (here, there) = (Alias::new("here"), Alias::new("there"));
    let elsewhere = Query::select()
        .expr(Expr::val(1))
        .from_as(contact::Entity, there.clone())
        .inner_join(
            organization::Entity,
            Expr::col((organization::Entity, organization::Column::Id))
                .equals((there.clone(), contact::Column::OrganizationId)),
        )
        .and_where(
            Expr::col((there.clone(), contact::Column::AccountId))
                .equals((here.clone(), contact::Column::AccountId)),
        )
        .and_where(Expr::col((there.clone(), contact::Column::Active)).eq(true))
        .and_where(Expr::col((there, contact::Column::OrganizationId)).ne(organization))
        .and_where(Expr::col((organization::Entity, organization::Column::State)).eq("open"))
        .to_owned();
    Query::select()
        .column((here.clone(), contact::Column::AccountId))
        .from_as(contact::Entity, here.clone())
        .and_where(Expr::col((here.clone(), contact::Column::OrganizationId)).eq(organization))
        .and_where(Expr::col((here.clone(), contact::Column::AccountId)).is_not_null())
        .and_where(Expr::col((here, contact::Column::Active)).eq(true))
        .and_where(Expr::exists(elsewhere).not())
        .to_owned()
}

/// How many sessions closing an organization would end.
pub(super) async fn sessions_that_end(db: &impl ConnectionTrait, organization: Uuid) -> Result<u64, DbErr> {
    session::Entity::find()
        .filter(session::Column::AccountId.in_subquery(accounts_of_here_alone(organization)))
        .count(db)
        .await
}

impl Work {
    /// The state of the organization; the operator's own is never closed.
    fn not_the_operator(&self) -> Result<OrganizationState, Problem> {
        if self.organization.operator { Err(Problem::StateForbids) } else { Ok(state_of(&self.organization)) }
    }

    async fn to_merge_into(&self, id: &str) -> Result<organization::Model, Refusal> {
        let beside = |problem| FieldProblems::one(Field::MergeInto, problem);
        if id.is_empty() {
            return Err(beside(Problem::Missing).into());
        }
        let id: OrganizationId = id.parse().map_err(|_| beside(Problem::NotToMergeInto))?;
        let mut select = organization::Entity::find_by_id(id.0);
        if !self.portal.platform.store.is_sqlite() {
            select = select.lock_shared();
        }
        let found = select.one(&self.db).await?;
        let other = found.filter(|other| !other.operator && other.id != self.organization.id);
        Ok(other.ok_or_else(|| beside(Problem::NotToMergeInto))?)
    }

    /// Comes into a state, and says who did it, when and why.
    pub(super) async fn come_into(
        &self,
        state: OrganizationState,
        reason: &str,
        merged_into: Option<Uuid>,
    ) -> Result<(), Refusal> {
        let row = organization::ActiveModel {
            state: Set(state.code().to_owned()),
            merged_into: Set(merged_into),
            ..organization::ActiveModel::default()
        };
        organization::Entity::update_many()
            .set(row)
            .filter(organization::Column::Id.eq(self.organization.id))
            .exec(&self.db)
            .await?;
        self.remember_state(state, Some(reason)).await
    }

    pub(super) async fn remember_state(
        &self,
        state: OrganizationState,
        reason: Option<&str>,
    ) -> Result<(), Refusal> {
        let line = organization_state::ActiveModel {
            id: Set(self.new_id()),
            organization_id: Set(self.organization.id),
            state: Set(state.code().to_owned()),
            at: Set(self.now.0),
            changed_by: Set(self.actor_id()),
            reason: Set(reason.map(ToOwned::to_owned)),
        };
        organization_state::Entity::insert(line).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// Ends the sessions of all who belong to no other open organization; says how many.
    async fn sign_everybody_out(&self) -> Result<u64, Refusal> {
        let ended = session::Entity::delete_many()
            .filter(session::Column::AccountId.in_subquery(accounts_of_here_alone(self.organization.id)))
            .exec(&self.db)
            .await?;
        Ok(ended.rows_affected)
    }
}
