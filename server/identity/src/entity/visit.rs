//! A client application that somebody entered in a session, and that wants to hear when that ends.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_visits")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: String,
    pub account_id: Uuid,
    pub entered_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
