//! Userinfo: the claims of an access token's account, as they are now.

use super::token::{AccessClaims, claims_of};
use super::{MachineAnswer, Parameters, has_scope};
use crate::Provider;
use crate::access;
use crate::entity::{session, token};
use crate::refusal::Broken;
use openidconnect::UserInfoClaims;
use openidconnect::core::CoreGenderClaim;
use platform::secrets;
use sea_orm::{DatabaseExecutor, EntityTrait as _};
use serde_json::{Map, Value};

impl Provider {
    /// Answers with the claims that the token's scope opens. The token stands in the `Authorization` header, or
    /// in the body of a form (RFC 6750, 2.2).
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn userinfo(
        &self,
        authorization: Option<&str>,
        form: &Parameters,
    ) -> Result<MachineAnswer, Broken> {
        let Some(given) = authorization.and_then(bearer).or_else(|| form.one("access_token")) else {
            return Ok(MachineAnswer::error(401, "invalid_request").asking("Bearer"));
        };
        let refused = MachineAnswer::error(401, "invalid_token").asking("Bearer error=\"invalid_token\"");
        let db = self.platform().store.read();
        let found = token::Entity::find_by_id(secrets::hash(given)).one(db).await?;
        let living = found.filter(|token| token.revoked_at.is_none() && self.now().0 < token.expires_at);
        let Some(token) = living.filter(|token| token.kind == "access") else {
            return Ok(refused);
        };
        let session = session::Entity::find_by_id(token.session_id).one(db).await?;
        let account = self.active_account(token.account_id).await?;
        match (session.filter(|session| self.upholds(session, &token)), account) {
            (Some(_), Some(account)) => {
                let claims = claims_of(&account, &token.scope);
                let told = AccessClaims(self.told(&token).await?);
                let claims: UserInfoClaims<AccessClaims, CoreGenderClaim> = UserInfoClaims::new(claims, told);
                let body = serde_json::to_value(claims)
                    .map_err(|_| Broken::Secrecy("claims could not be written"))?;
                Ok(MachineAnswer::ok(body))
            }
            _ => Ok(refused),
        }
    }

    /// Where the token's account belongs, as far as its application is concerned (P9).
    async fn told(&self, token: &token::Model) -> Result<Map<String, Value>, Broken> {
        let Some(access) = self.settings().access.as_ref() else { return Ok(Map::new()) };
        if !has_scope(&token.scope, access::SCOPE) {
            return Ok(Map::new());
        }
        let db = DatabaseExecutor::Connection(self.platform().store.read());
        let subject = token.account_id.to_string();
        Ok(access::claim(&access.memberships(db, &token.client_id, vec![subject]).await?))
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
