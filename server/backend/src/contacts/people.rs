//! Who among the contacts: what several subjects ask of them, asked in one way.

use super::spoken;
use crate::access::{active_grants, has_account};
use crate::entity::{contact, grant};
use crate::work::Work;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, Select};
use std::collections::HashMap;
use uuid::Uuid;

/// The one primary contact (C9), once somebody is.
pub(crate) async fn primary_of(
    db: &impl ConnectionTrait,
    organization: Uuid,
) -> Result<Option<contact::Model>, DbErr> {
    contact::Entity::find()
        .filter(contact::Column::OrganizationId.eq(organization))
        .filter(contact::Column::IsPrimary.eq(true))
        .one(db)
        .await
}

/// The active contacts of an organization.
pub(crate) fn active_in(organization: Uuid) -> Select<contact::Entity> {
    contact::Entity::find()
        .filter(contact::Column::OrganizationId.eq(organization))
        .filter(contact::Column::Active.eq(true))
}

/// Those with access: active, the account may sign in, at least one profile works.
pub(crate) fn with_access(organization: Uuid, now: i64) -> Select<contact::Entity> {
    active_in(organization)
        .filter(has_account())
        .filter(contact::Column::Id.in_subquery(grants_in(organization, now)))
}

/// Those with access who hold one of these profiles.
pub(crate) fn holding(
    organization: Uuid,
    profiles: impl IntoIterator<Item = String>,
    now: i64,
) -> Select<contact::Entity> {
    let holders = holders(organization, profiles, now);
    active_in(organization).filter(has_account()).filter(contact::Column::Id.in_subquery(holders))
}

/// Who holds one of these profiles, as a subquery.
pub(crate) fn holders(
    organization: Uuid,
    profiles: impl IntoIterator<Item = String>,
    now: i64,
) -> SelectStatement {
    let mut holders = grants_in(organization, now);
    holders.and_where(grant::Column::Profile.is_in(profiles));
    holders
}

/// The contacts of an organization who hold a working grant, as a subquery.
pub(crate) fn grants_in(organization: Uuid, now: i64) -> SelectStatement {
    let mut holders = active_grants(now);
    holders.and_where(grant::Column::OrganizationId.eq(organization));
    holders
}

/// The names of these contacts, wherever they are.
pub(crate) async fn names(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, DbErr> {
    let rows = contact::Entity::find().filter(contact::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, spoken(&row))).collect())
}

/// The names of those of these contacts who are of that organization: what Support's people did there is Support's.
pub(crate) async fn names_in(
    db: &impl ConnectionTrait,
    organization: Uuid,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, String>, DbErr> {
    let rows = contact::Entity::find()
        .filter(contact::Column::OrganizationId.eq(organization))
        .filter(contact::Column::Id.is_in(ids));
    Ok(rows.all(db).await?.into_iter().map(|row| (row.id, spoken(&row))).collect())
}

impl Work {
    /// Whoever did something, while still active; otherwise the primary contact here.
    pub(crate) async fn still_here_or_primary(
        &self,
        id: Option<Uuid>,
    ) -> Result<Option<contact::Model>, DbErr> {
        let kept = match id {
            Some(id) => contact::Entity::find_by_id(id).one(&self.db).await?.filter(|row| row.active),
            None => None,
        };
        match kept {
            Some(row) => Ok(Some(row)),
            None => primary_of(&self.db, self.organization.id).await,
        }
    }
}
