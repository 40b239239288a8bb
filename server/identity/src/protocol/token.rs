//! The token endpoint: a code or a refresh token, and the client's proof, are exchanged for tokens, once.

mod code;
mod issue;
mod refresh;
mod revoke;

pub(super) use issue::{AccessClaims, claims_of};

use super::{MachineAnswer, Parameters};
use crate::Provider;
use crate::clients::Client;
use crate::entity::token;
use crate::refusal::Broken;
use platform::Transaction;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

impl Provider {
    /// Exchanges a code or a refresh token for tokens. `authorization` is the header of that name, `form` the body.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn token(
        &self,
        authorization: Option<&str>,
        form: &Parameters,
    ) -> Result<MachineAnswer, Broken> {
        let client = match self.asking(authorization, form).await? {
            Ok(client) => client,
            Err(refused) => return Ok(refused),
        };
        match form.one("grant_type") {
            Some("authorization_code") => self.exchange_code(&client, form).await,
            Some("refresh_token") => self.exchange_refresh_token(&client, form).await,
            Some(_) => Ok(MachineAnswer::error(400, "unsupported_grant_type")),
            None => Ok(MachineAnswer::error(400, "invalid_request")),
        }
    }

    /// The client that asks at this endpoint, proved; or what it is answered (RFC 6749, 5.2).
    async fn asking(
        &self,
        authorization: Option<&str>,
        form: &Parameters,
    ) -> Result<Result<Client, MachineAnswer>, Broken> {
        if form.repeats() {
            return Ok(Err(MachineAnswer::error(400, "invalid_request")));
        }
        let client = self.proved(authorization, form).await?;
        Ok(client.ok_or_else(|| MachineAnswer::error(401, "invalid_client").asking("Basic realm=\"token\"")))
    }

    /// Takes back every token that came of that code: it, or one of its refresh tokens, was used twice, and nobody can
    /// tell who the thief is.
    async fn revoke_family(&self, work: &Transaction, code_hash: &[u8]) -> Result<(), Broken> {
        token::Entity::update_many()
            .col_expr(token::Column::RevokedAt, Expr::value(Some(self.now().0)))
            .filter(token::Column::CodeHash.eq(code_hash.to_vec()))
            .filter(token::Column::RevokedAt.is_null())
            .exec(work)
            .await?;
        Ok(())
    }
}
