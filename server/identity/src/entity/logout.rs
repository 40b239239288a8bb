//! A logout token to hand to a client application.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_logouts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub client_id: String,
    /// The `sub` of the token.
    pub account_id: Uuid,
    /// Its `sid`.
    pub session_id: Uuid,
    /// `queued`, `sent`, `failed` (given up), `void` (the application wants none any more).
    pub state: String,
    pub attempts: i32,
    pub due_at: i64,
    pub leased_until: i64,
    pub leased_by: Option<Uuid>,
    pub created_at: i64,
    pub sent_at: Option<i64>,
    /// The application's last answer, for Support.
    pub answer: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
