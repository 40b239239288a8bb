//! A line of a table that is being imported, and what became of it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub line: i64,
    pub organization_id: Uuid,
    /// `waiting`, `added`, `invited`, `here`, `inactive`, `faulty`, `refused`.
    pub state: String,
    /// What was typed, as JSON.
    pub entry: String,
    /// The keys of the profiles that the person is invited with, as JSON.
    pub profiles: String,
    /// Why it was refused, as JSON.
    pub reasons: Option<String>,
    pub contact_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
