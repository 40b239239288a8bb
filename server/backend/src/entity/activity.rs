//! A line of the activity (G3): numbered and sealed in its chain, never changed, never removed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "activity")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Option<Uuid>,
    pub at: i64,
    pub actor_id: Option<Uuid>,
    pub actor_kind: String,
    pub event: String,
    pub contact_id: Option<Uuid>,
    pub details: String,
    /// The organization, or all zeros for lines of none.
    pub chain: Uuid,
    /// From 1, without a gap.
    pub number: i64,
    /// What makes the digest of few details impossible to guess from.
    pub salt: Vec<u8>,
    /// Of the details, salted.
    pub digest: Vec<u8>,
    /// Over the hash of the line before, and everything here but the details themselves.
    pub hash: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
