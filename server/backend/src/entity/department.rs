//! A department of the operator (O2).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "departments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name_en: String,
    pub name_fr: String,
    pub sort_key: String,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
