//! Something that happened to a request.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_request_steps")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub request_id: Uuid,
    pub at: i64,
    pub step: String,
    pub part: Option<String>,
    pub contact_id: Option<Uuid>,
    /// A question, an answer, a reason.
    pub words: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
