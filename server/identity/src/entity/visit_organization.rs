//! What a visited application was told about one organization.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_visit_organizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    /// Keys, as JSON.
    pub profiles: String,
    /// When the first of them ends by itself.
    pub ends_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
