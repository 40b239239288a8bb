//! A proof of work that was used (A4), by the hash of its challenge's signature; forgotten when the challenge ends.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_proofs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub challenge_hash: Vec<u8>,
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
