//! Somebody in one browser who proved the password and has yet to prove the second factor.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_half_sign_ins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub browser_hash: Vec<u8>,
    pub account_id: Uuid,
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
