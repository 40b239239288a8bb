//! Somebody who signs one edition of an agreement (S3, S4).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement_signatories")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agreement_id: Uuid,
    /// Of the agreement; the contact may be the operator's.
    pub organization_id: Uuid,
    pub edition: i32,
    pub contact_id: Uuid,
    /// From 1.
    pub position: i32,
    pub state: String,
    /// Where the invitation went.
    pub email: Option<String>,
    pub language: Option<String>,
    /// Which link it is, from 1: one that is sent again is another.
    pub link: i32,
    pub token_hash: Option<Vec<u8>>,
    pub invited_at: Option<i64>,
    pub bounced_at: Option<i64>,
    pub answered_at: Option<i64>,
    /// Who signed or declined.
    pub account_id: Option<Uuid>,
    /// The way in with which they did.
    pub issuer: Option<String>,
    pub subject: Option<String>,
    pub account_email: Option<String>,
    pub network_address: Option<String>,
    pub name_as_signed: Option<String>,
    pub document_language: Option<String>,
    pub document_sha256: Option<Vec<u8>>,
    pub reason: Option<String>,
    pub replaced_by: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
