//! What somebody accepted before having an access (R11).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "commitments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub contact_id: Uuid,
    pub account_id: Uuid,
    pub version: String,
    pub way: String,
    pub accepted_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
