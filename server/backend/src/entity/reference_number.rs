//! A number that a professional order issued (R8).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reference_numbers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    /// Keyed: numbers are too few to be hashed plainly.
    pub number_hash: Vec<u8>,
    /// The name as registered, as it is compared.
    pub name_key: String,
    pub service: String,
    /// As JSON.
    pub profiles: String,
    pub loaded_by: Uuid,
    pub loaded_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
    pub contact_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
