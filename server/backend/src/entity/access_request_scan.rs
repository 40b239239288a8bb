//! A signature on paper (R13).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_request_scans")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub request_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub part: String,
    pub media: String,
    pub content: Vec<u8>,
    pub hash: Vec<u8>,
    pub kept_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
