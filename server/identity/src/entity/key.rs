//! A signing key; the private half is sealed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub algorithm: String,
    /// `next`, `current` or `retired`; of each algorithm one is current, at most one next.
    pub state: String,
    /// As JWKS publishes it.
    pub public_key: String,
    pub sealed: Vec<u8>,
    pub created_at: i64,
    /// From when on a next key signs.
    pub signs_from: Option<i64>,
    pub current_since: Option<i64>,
    pub retired_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
