//! An account whose e-mail is verified; its identifier is the `sub` of tokens.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    pub email_key: String,
    pub first_name: String,
    pub last_name: String,
    pub language: Option<String>,
    pub password_hash: String,
    pub password_set_at: i64,
    /// `active`, `locked` or `disabled`.
    pub state: String,
    pub terms_version: String,
    pub terms_accepted_at: i64,
    pub email_verified_at: i64,
    /// Which ten recovery codes are in force; 0 for none (A8).
    pub recovery_issue: i32,
    /// An e-mail that was asked for and is not confirmed, and when it was asked for (A9).
    pub new_email: Option<String>,
    pub new_email_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
