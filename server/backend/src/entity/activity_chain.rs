//! Where a chain of the activity ends: its last line must be there, and nothing after it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity_chains")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub chain: Uuid,
    pub number: i64,
    pub hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
