//! A profile of a person in an access review, and what was decided about it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "review_profiles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub review_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub contact_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub profile: String,
    pub organization_id: Uuid,
    pub at_start: bool,
    pub granted_by_support: bool,
    pub granted_name: Option<String>,
    pub granted_at: i64,
    pub ends_at: Option<i64>,
    pub decision: Option<String>,
    pub note: Option<String>,
    pub decided_by: Option<Uuid>,
    pub decided_by_support: bool,
    pub decided_name: Option<String>,
    pub decided_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
