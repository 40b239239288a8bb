//! A recovery code that was used: one of the ten of an issue.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_recoveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub issue: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub used_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
