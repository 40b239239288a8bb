//! Bytes that are signed, kept once under their SHA-256.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "documents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub sha256: Vec<u8>,
    /// Nothing when they are kept in a folder.
    pub content: Option<Vec<u8>>,
    pub size: i64,
    pub kept_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
