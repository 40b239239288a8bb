//! A request for access (R2).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who keeps it: the operator.
    pub organization_id: Uuid,
    /// What people call it by.
    pub reference: String,
    pub state: String,
    pub edition: i32,
    /// What was typed, as JSON.
    pub form: String,
    /// What was understood, as JSON.
    pub facts: Option<String>,
    /// The text that is signed.
    pub document: Option<String>,
    pub document_hash: Option<Vec<u8>>,
    pub service: String,
    pub situation: String,
    pub user_name: String,
    /// The address, as it is compared.
    pub user_key: String,
    pub user_language: Option<String>,
    pub authorizer_name: Option<String>,
    pub authorizer_key: Option<String>,
    pub authorizer_language: Option<String>,
    pub organization_en: String,
    pub organization_fr: String,
    pub search: String,
    pub sent_by: Option<String>,
    /// In which language it was filled in.
    pub language: Option<String>,
    pub sender_hash: Option<Vec<u8>>,
    pub user_hash: Option<Vec<u8>>,
    pub authorizer_hash: Option<Vec<u8>>,
    /// The organization that it is for, once that is known.
    pub target_id: Option<Uuid>,
    pub vouch: String,
    pub vouch_at: Option<i64>,
    pub taken_by: Option<Uuid>,
    pub taken_at: Option<i64>,
    pub created_at: i64,
    pub sent_at: Option<i64>,
    /// Since when it is with Support.
    pub submitted_at: Option<i64>,
    pub decided_at: Option<i64>,
    pub decided_by: Option<Uuid>,
    pub ended_at: Option<i64>,
    /// When it ends by itself.
    pub due_at: Option<i64>,
    pub reminded_at: Option<i64>,
    /// Whom an approval made of the user.
    pub contact_id: Option<Uuid>,
    pub handover_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
