//! An agreement to sign (S1).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    /// Expiry is no state: it is the deadline.
    pub state: String,
    pub edition: i32,
    /// Of the draft: whoever saves names the one that was read.
    pub version: i64,
    pub title_en: Option<String>,
    pub title_fr: Option<String>,
    pub signing_order: String,
    /// As it was typed: `2027-03-31`.
    pub deadline_day: String,
    /// The first moment at which nobody signs any more.
    pub deadline_at: i64,
    pub message: Option<String>,
    /// Titles and names, folded.
    pub search: String,
    pub prepared_by: Uuid,
    pub prepared_by_support: bool,
    pub created_at: i64,
    pub updated_at: i64,
    pub sent_at: Option<i64>,
    pub ended_at: Option<i64>,
    /// Who declined or withdrew.
    pub ended_by: Option<Uuid>,
    pub reason: Option<String>,
    pub reminded_at: Option<i64>,
    pub expiry_told_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
