//! An address that looks shared and is taken all the same (R4).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "allowed_addresses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub email_key: String,
    pub reason: String,
    pub allowed_by: Uuid,
    pub allowed_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
