//! Support looks as a contact (G7); `account_id` and `staff_id` are who looks, at the operator's.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "viewings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub contact_id: Uuid,
    pub account_id: Uuid,
    pub staff_id: Uuid,
    pub reason: String,
    pub started_at: i64,
    pub ends_at: i64,
    pub ended_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
