//! What is signed in one language, in one edition (S3).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement_documents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub agreement_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub language: String,
    pub kind: String,
    pub sha256: Vec<u8>,
    /// Of a PDF; 0 for a written text.
    pub pages: i32,
    pub size: i64,
}

impl ActiveModelBehavior for ActiveModel {}
