//! A signature under one edition of a request (R3).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_request_signatures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition: i32,
    /// As it was signed.
    pub name: String,
    /// Of the very text.
    pub document_hash: Vec<u8>,
    /// The version that was accepted (R11).
    pub commitment: String,
    pub language: Option<String>,
    /// `link`, `paper` or `support`.
    pub way: String,
    /// Who of Support took the part, or entered the paper.
    pub contact_id: Option<Uuid>,
    pub evidence: Option<String>,
    pub signed_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
