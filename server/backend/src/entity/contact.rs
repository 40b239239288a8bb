//! A contact.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contacts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub last_name: String,
    pub first_name: String,
    pub email: String,
    pub email_key: String,
    pub title: Option<String>,
    pub language: Option<String>,
    pub office_location: Option<String>,
    pub position_type: Option<String>,
    pub full_time_equivalent: Option<i32>,
    pub active: bool,
    pub is_primary: bool,
    pub account_id: Option<Uuid>,
    pub search: String,
    pub sort_key: String,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    /// G10: nobody can tell any more who it was.
    pub anonymized_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
