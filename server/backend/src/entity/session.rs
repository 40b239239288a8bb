//! A session of the portal; only the hash of its identifier is kept.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id_hash: Vec<u8>,
    pub account_id: Option<Uuid>,
    /// What its way in is found by, when the provider ends it.
    pub login_hash: Option<Vec<u8>>,
    /// What its session at the provider is found by.
    pub sid_hash: Option<Vec<u8>>,
    pub data: Vec<u8>,
    pub created_at: i64,
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
