//! Revocation (RFC 7009): an application gives a token back. With a refresh token goes all that came of it.

use crate::Provider;
use crate::entity::token;
use crate::protocol::{MachineAnswer, Parameters};
use crate::refusal::Broken;
use platform::secrets;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::Value;

impl Provider {
    /// Takes a token back. One that is unknown or past is as good as taken back.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn revoke(
        &self,
        authorization: Option<&str>,
        form: &Parameters,
    ) -> Result<MachineAnswer, Broken> {
        let client = match self.asking(authorization, form).await? {
            Ok(client) => client,
            Err(refused) => return Ok(refused),
        };
        let Some(given) = form.one("token") else {
            return Ok(MachineAnswer::error(400, "invalid_request"));
        };
        let work = self.platform().store.begin().await?;
        match token::Entity::find_by_id(secrets::hash(given)).one(&work).await? {
            Some(token) if token.client_id != client.id => {
                return Ok(MachineAnswer::error(400, "invalid_grant"));
            }
            Some(token) if token.kind == "refresh" => self.revoke_family(&work, &token.code_hash).await?,
            Some(token) => {
                token::Entity::update_many()
                    .col_expr(token::Column::RevokedAt, Expr::value(Some(self.now().0)))
                    .filter(token::Column::TokenHash.eq(token.token_hash))
                    .filter(token::Column::RevokedAt.is_null())
                    .exec(&work)
                    .await?;
            }
            None => {}
        }
        work.commit().await?;
        Ok(MachineAnswer::ok(Value::Object(serde_json::Map::new())))
    }
}
