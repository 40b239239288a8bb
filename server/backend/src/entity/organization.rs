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
}

impl ActiveModelBehavior for ActiveModel {}
