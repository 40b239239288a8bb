//! A line of the activity (G3): never changed, never removed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Option<Uuid>,
    pub at: i64,
    pub actor_id: Option<Uuid>,
    pub actor_kind: String,
    pub event: String,
    pub contact_id: Option<Uuid>,
    pub details: String,
}

impl ActiveModelBehavior for ActiveModel {}
