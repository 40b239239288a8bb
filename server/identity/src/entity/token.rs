//! A token that a client application holds.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    /// `access` or `refresh`.
    pub kind: String,
    /// The code that began its family.
    pub code_hash: Vec<u8>,
    pub client_id: String,
    pub account_id: Uuid,
    pub session_id: Uuid,
    pub scope: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub revoked_at: Option<i64>,
    /// When a refresh token was exchanged for the next of its family.
    pub used_at: Option<i64>,
    /// A refresh token's family ends then, however often it is renewed.
    pub family_ends_at: Option<i64>,
    /// When the person proved who they are, for ID tokens to come.
    pub authenticated_at: Option<i64>,
    /// It outlives the session (`offline_access`), unless the person signs out.
    pub offline: bool,
}

impl ActiveModelBehavior for ActiveModel {}
