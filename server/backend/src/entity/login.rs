//! A way in: an issuer and a subject at an OpenID provider. An e-mail address never is one.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "logins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub issuer: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    pub account_id: Uuid,
    /// The address that the provider told at the last coming, for the person to know this way by.
    pub email: Option<String>,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
