//! A profile held by a contact.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub contact_id: Uuid,
    pub profile: String,
    pub state: String,
    pub granted_by: Option<Uuid>,
    pub granted_at: i64,
    pub changed_at: i64,
    pub ends_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
