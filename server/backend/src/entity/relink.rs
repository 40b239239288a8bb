//! An account about to be linked anew, once a second person of Support confirms it (G7).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "relinks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub contact_id: Uuid,
    pub reason: String,
    pub evidence: String,
    pub email: String,
    pub state: String,
    pub opened_by: Uuid,
    pub opened_at: i64,
    pub expires_at: i64,
    pub decided_by: Option<Uuid>,
    pub decided_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
