//! What somebody said of a page; nobody knows who (R12).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub page: String,
    pub language: String,
    pub useful: bool,
    pub comment: Option<String>,
    /// The first moment of the day.
    pub on_day: i64,
}

impl ActiveModelBehavior for ActiveModel {}
