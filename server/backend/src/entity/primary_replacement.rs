//! A primary contact whom Support replaces once the day has come (C9).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "primary_replacements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    /// Who was primary when it was planned.
    pub primary_id: Uuid,
    pub heir_id: Uuid,
    pub reason: String,
    /// `planned`, `done` or `stopped`.
    pub state: String,
    pub planned_by: Uuid,
    pub planned_at: i64,
    pub due_at: i64,
    pub ended_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
