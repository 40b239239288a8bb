//! Failures counted against an account or an address, both only as hashes.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_throttles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_hash: Vec<u8>,
    pub failures: i32,
    pub last_at: i64,
    /// Until then nothing is tried.
    pub open_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
