//! What a person agreed that an application of others may know.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_consents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: String,
    /// The scopes, with a space between them.
    pub scope: String,
    pub given_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
