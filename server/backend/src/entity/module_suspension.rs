//! A grant that waits because its module was switched off (P2).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "module_suspensions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub grant_id: Uuid,
    pub organization_id: Uuid,
    pub module: String,
    pub at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
