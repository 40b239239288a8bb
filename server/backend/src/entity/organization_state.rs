//! A state that an organization came into: when, by whom, why (O3).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organization_states")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub state: String,
    pub at: i64,
    pub changed_by: Option<Uuid>,
    pub reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
