//! An organization.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name_en: String,
    pub name_fr: String,
    pub search: String,
    pub sort_key: String,
    pub language: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub state: String,
    pub tracks_clients: bool,
    pub operator: bool,
    pub created_at: i64,
    pub other_phone: Option<String>,
    pub civic_address: Option<String>,
    pub business_number: Option<String>,
    pub registry_number: Option<String>,
    pub registered_college: bool,
    pub learning_organization: bool,
    pub representative_id: Option<Uuid>,
    pub merged_into: Option<Uuid>,
    pub version: i64,
    pub updated_at: i64,
    pub sort_key_en: String,
}

impl ActiveModelBehavior for ActiveModel {}
