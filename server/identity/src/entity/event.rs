//! What happened to an account, as its owner reads it (A9).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub at: i64,
    /// A word of `domain::accounts::AccountEvent`.
    pub kind: String,
    pub detail: Option<String>,
    pub device: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
