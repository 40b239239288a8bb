//! Userinfo: the claims of an access token's account, as they are now.

use super::token::claims_of;
use super::{MachineAnswer, Parameters};
use crate::Provider;
use crate::entity::{session, token};
use crate::refusal::Broken;
use openidconnect::core::CoreGenderClaim;
use openidconnect::{EmptyAdditionalClaims, UserInfoClaims};
use platform::secrets;
use sea_orm::EntityTrait as _;

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
        match (session.filter(|session| self.alive(session)), account) {
            (Some(_), Some(account)) => {
                let claims = claims_of(&account, &token.scope);
                let claims: UserInfoClaims<EmptyAdditionalClaims, CoreGenderClaim> =
                    UserInfoClaims::new(claims, EmptyAdditionalClaims {});
                let body = serde_json::to_value(claims)
                    .map_err(|_| Broken::Secrecy("claims could not be written"))?;
                Ok(MachineAnswer::ok(body))
            }
            _ => Ok(refused),
        }
    }
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
