//! A reminder that a profile ends soon: one for each end that a grant was given (P7).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grant_reminders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub grant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub ends_at: i64,
    pub organization_id: Uuid,
    pub sent_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
