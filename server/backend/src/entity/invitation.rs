//! An invitation.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub contact_id: Uuid,
    pub email: String,
    pub language: Option<String>,
    pub message: Option<String>,
    pub token_hash: Vec<u8>,
    pub state: String,
    pub issued_by: Option<Uuid>,
    pub issued_by_support: bool,
    pub issued_at: i64,
    pub expires_at: i64,
    pub ended_at: Option<i64>,
    pub accepted_by: Option<Uuid>,
    pub reminded_at: Option<i64>,
    pub expiry_told_at: Option<i64>,
    pub asked_again_at: Option<i64>,
    /// One of many, by an import: it does not count among those of a day (I12).
    pub imported: bool,
    /// R6: the code without which it is not accepted.
    pub handover_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
