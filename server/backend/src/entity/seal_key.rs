//! A key that seals what everybody signed; the private half is itself sealed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "seal_keys")]
pub struct Model {
    /// The highest one seals.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// DER: in every sealed file, too.
    pub certificate: Vec<u8>,
    pub sealed: Vec<u8>,
    pub made_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
