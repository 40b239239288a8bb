//! A second factor of an account (A8).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_factors")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    /// `app` or `passkey`.
    pub kind: String,
    /// What the person calls it.
    pub name: String,
    /// Sealed: an app's secret, or a passkey's public key and counter.
    pub secret: Vec<u8>,
    /// A passkey's identifier.
    pub credential: Option<Vec<u8>>,
    /// The last step of time of which a code was taken: none is taken twice (RFC 6238, 5.2).
    pub last_step: i64,
    pub created_at: i64,
    pub used_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
