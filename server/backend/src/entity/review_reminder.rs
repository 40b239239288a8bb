//! A reminder that an access review is due: one for each step of each period (P5).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_reminders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    /// When the period began: the last attestation, or the organization's own beginning.
    #[sea_orm(primary_key, auto_increment = false)]
    pub since: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub step: i32,
    pub sent_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
