//! Somebody signed in at the provider, in one browser; its identifier is the `sid` of tokens.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub token_hash: Vec<u8>,
    pub authenticated_at: i64,
    /// How, in words of RFC 8176 with spaces between: `pwd`, `pwd otp mfa`.
    pub means: String,
    pub created_at: i64,
    pub seen_at: i64,
    pub ends_at: i64,
    pub ended_at: Option<i64>,
    /// The browser and its system, in words.
    pub device: Option<String>,
    /// The address of the network that it was opened from.
    pub address: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
