//! A person with access, as an access review lists them.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_people")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub review_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: Uuid,
    pub organization_id: Uuid,
    pub last_name: String,
    pub first_name: String,
    pub email: String,
    pub sort_key: String,
    pub is_primary: bool,
    pub last_sign_in_at: Option<i64>,
    pub listed_at: i64,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
