//! A notice that Support sets for everybody (G8).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "announcements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub text_en: String,
    pub text_fr: String,
    pub starts_at: i64,
    pub ends_at: i64,
    pub set_by: Uuid,
    pub set_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
