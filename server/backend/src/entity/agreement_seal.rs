//! The sealed PDF of what everybody signed, in one language.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement_seals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub agreement_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub language: String,
    pub sha256: Vec<u8>,
    /// What is typed on the verification page.
    pub code: String,
    pub sealed_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
