//! An access review (P5): open, then attested and never changed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reviews")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub state: String,
    pub started_by: Uuid,
    pub started_by_support: bool,
    pub started_name: Option<String>,
    pub started_at: i64,
    pub attested_by: Option<Uuid>,
    pub attested_by_support: bool,
    pub attested_name: Option<String>,
    pub attested_at: Option<i64>,
    pub statement_version: Option<i32>,
    pub statement_en: Option<String>,
    pub statement_fr: Option<String>,
    pub people: i64,
    pub kept: i64,
    pub changed: i64,
    pub deactivated: i64,
    pub left_to_support: i64,
}

impl ActiveModelBehavior for ActiveModel {}
