//! A table of contacts that somebody imports (G6).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    /// Who sent it, and may see it.
    pub account_id: Uuid,
    /// The name of the file; pasted text has none.
    pub name: String,
    /// The text of the table until it is carried out.
    pub upload: String,
    /// Who is invited with what, as JSON.
    pub inviting: String,
    /// `preview`, `running`, `done`.
    pub state: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub leased_until: i64,
    pub leased_by: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
