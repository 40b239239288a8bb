//! An account that was asked for, its e-mail not verified yet.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_registrations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub request_id: Uuid,
    /// The browser that asked, and alone may type the code.
    pub browser_hash: Vec<u8>,
    pub email: String,
    pub email_key: String,
    pub first_name: String,
    pub last_name: String,
    pub language: String,
    /// None: no code ever works. The e-mail was an account already, or another registration of it was verified.
    pub password_hash: Option<String>,
    pub terms_version: String,
    pub terms_accepted_at: i64,
    /// Which code counts: the first, the second that was asked for …
    pub issue: i32,
    pub issued_at: i64,
    /// Wrong codes typed since.
    pub tries: i32,
    /// The account it became.
    pub account_id: Option<Uuid>,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
