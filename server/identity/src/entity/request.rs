//! An authorization request that waits for somebody to sign in.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identity_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub handle_hash: Vec<u8>,
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: String,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub code_challenge: String,
    pub login_hint: Option<String>,
    /// `prompt=login`: a session from before does not do.
    pub fresh: bool,
    /// The oldest sign-in that does, in seconds.
    pub max_age: Option<i64>,
    /// `prompt=select_account`: whoever is signed in is asked whether it is they.
    pub confirm: bool,
    /// `prompt=consent`: what was agreed to before does not count.
    pub consent: bool,
    /// Who has to come back, when the client named somebody by `id_token_hint`.
    pub expected_account: Option<Uuid>,
    pub created_at: i64,
    pub expires_at: i64,
    pub answered_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
