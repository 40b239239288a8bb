//! The second half of an invitation: a code that somebody else holds (R6).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "handovers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    /// For whom.
    pub contact_id: Uuid,
    /// The holder, when a contact: a designated representative, or somebody of Support.
    pub holder_id: Option<Uuid>,
    pub holder_name: String,
    pub holder_email: String,
    pub holder_language: Option<String>,
    /// Each new code has the next number; the code derives from it.
    pub issue: i32,
    /// Wrong codes typed since it was issued.
    pub tries: i32,
    pub made_at: i64,
    pub issued_at: i64,
    /// When the code was used, or ended with its invitation: it opens nothing any more.
    pub used_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
