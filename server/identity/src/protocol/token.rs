//! The token endpoint: a code, its verifier and the client's proof are exchanged for an ID token and an access
//! token, once.

use super::{ACR_PASSWORD, MachineAnswer, Parameters, TOKEN_LIFE};
use crate::Provider;
use crate::access;
use crate::entity::{account, code, session, token};
use crate::refusal::Broken;
use crate::settings::Client;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use openidconnect::core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm};
use openidconnect::url::form_urlencoded;
use openidconnect::{
    AccessToken, AdditionalClaims, Audience, AuthenticationContextClass, AuthenticationMethodReference,
    EndUserEmail, EndUserFamilyName, EndUserGivenName, EndUserName, IdToken, IdTokenClaims, IssuerUrl,
    LanguageTag, LocalizedClaim, Nonce, StandardClaims, SubjectIdentifier,
};
use platform::{Transaction, secrets};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What ID tokens carry besides the standard claims: the session, so that signing out can name it, and where the
/// person belongs, for a service's application (P9).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SessionClaims {
    sid: String,
    #[serde(flatten)]
    access: AccessClaims,
}

impl AdditionalClaims for SessionClaims {}

/// The claim of `access`, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct AccessClaims(pub(super) Map<String, Value>);

impl AdditionalClaims for AccessClaims {}

type SignedIdToken =
    IdToken<SessionClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// What an exchange is about, once the code was found to be good.
struct Exchange {
    code: code::Model,
    session: session::Model,
    account: account::Model,
}

impl Provider {
    /// Exchanges a code for tokens. `authorization` is the header of that name, `form` the body.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn token(
        &self,
        authorization: Option<&str>,
        form: &Parameters,
    ) -> Result<MachineAnswer, Broken> {
        let Some(client) = self.authenticated(authorization, form) else {
            return Ok(MachineAnswer::error(401, "invalid_client").asking("Basic realm=\"token\""));
        };
        if form.repeats() {
            return Ok(MachineAnswer::error(400, "invalid_request"));
        }
        match form.one("grant_type") {
            Some("authorization_code") => {}
            Some(_) => return Ok(MachineAnswer::error(400, "unsupported_grant_type")),
            None => return Ok(MachineAnswer::error(400, "invalid_request")),
        }
        match self.redeem(client, form).await? {
            Some(exchange) => self.issue_tokens(client, exchange).await,
            None => Ok(MachineAnswer::error(400, "invalid_grant")),
        }
    }

    /// The client that proves itself: in the header or in the body, never both (RFC 6749, 2.3).
    fn authenticated(&self, authorization: Option<&str>, form: &Parameters) -> Option<&Client> {
        let in_header = authorization.map(basic_credentials);
        let (id, secret) = match in_header {
            Some(Some(_)) if form.one("client_secret").is_some() => return None,
            Some(credentials) => credentials.map(|(id, secret)| (id, Some(secret)))?,
            None => (form.one("client_id")?.to_owned(), form.one("client_secret").map(str::to_owned)),
        };
        let client = self.settings().client(&id)?;
        let proved = match (&client.secret, secret) {
            (Some(kept), Some(given)) => kept.is(&given),
            (None, None) => true,
            _ => false,
        };
        proved.then_some(client)
    }

    /// Uses the code up. A code that was used already takes back what it gave (RFC 6749, 4.1.2).
    async fn redeem(&self, client: &Client, form: &Parameters) -> Result<Option<Exchange>, Broken> {
        let Some(typed) = form.one("code") else {
            return Ok(None);
        };
        let hash = secrets::hash(typed);
        let work = self.platform().store.begin().await?;
        let used = code::Entity::update_many()
            .col_expr(code::Column::UsedAt, Expr::value(Some(self.now().0)))
            .filter(code::Column::CodeHash.eq(hash.clone()))
            .filter(code::Column::UsedAt.is_null())
            .exec(&work)
            .await?;
        if used.rows_affected == 0 {
            self.revoke_tokens_of(&work, &hash).await?;
            work.commit().await?;
            return Ok(None);
        }
        let found = code::Entity::find_by_id(hash).one(&work).await?;
        work.commit().await?;
        let Some(code) = found.filter(|code| self.good(code, client, form)) else {
            return Ok(None);
        };
        let session = session::Entity::find_by_id(code.session_id).one(self.platform().store.read()).await?;
        let account = self.active_account(code.account_id).await?;
        let living = session.filter(|session| self.alive(session)).zip(account);
        Ok(living.map(|(session, account)| Exchange { code, session, account }))
    }

    fn good(&self, code: &code::Model, client: &Client, form: &Parameters) -> bool {
        let verifier = form.one("code_verifier").unwrap_or_default();
        code.client_id == client.id
            && form.one("redirect_uri") == Some(code.redirect_uri.as_str())
            && self.now().0 < code.expires_at
            && (43..=128).contains(&verifier.len())
            && secrets::same(&BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)), &code.code_challenge)
    }

    async fn revoke_tokens_of(&self, work: &Transaction, code_hash: &[u8]) -> Result<(), Broken> {
        token::Entity::update_many()
            .col_expr(token::Column::RevokedAt, Expr::value(Some(self.now().0)))
            .filter(token::Column::CodeHash.eq(code_hash.to_vec()))
            .filter(token::Column::RevokedAt.is_null())
            .exec(work)
            .await?;
        Ok(())
    }

    async fn issue_tokens(&self, client: &Client, exchange: Exchange) -> Result<MachineAnswer, Broken> {
        let access = self.platform().chance.token();
        let now = self.now();
        let work = self.platform().store.begin().await?;
        let told = has_scope(&exchange.code.scope, access::SCOPE);
        let memberships = self.enter(&work, client, &exchange.session, told).await?;
        let Exchange { code, session, account } = &exchange;
        let row = token::ActiveModel {
            token_hash: Set(secrets::hash(&access)),
            kind: Set("access".into()),
            code_hash: Set(code.code_hash.clone()),
            client_id: Set(client.id.clone()),
            account_id: Set(account.id),
            session_id: Set(session.id),
            scope: Set(code.scope.clone()),
            created_at: Set(now.0),
            expires_at: Set(now.plus_seconds(TOKEN_LIFE).0),
            revoked_at: Set(None),
        };
        token::Entity::insert(row).exec_without_returning(&work).await?;
        work.commit().await?;
        let id_token = self.id_token(client, &exchange, &access, access::claim(&memberships)).await?;
        Ok(MachineAnswer::ok(json!({
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE,
            "scope": exchange.code.scope,
            "id_token": id_token,
        })))
    }

    async fn id_token(
        &self,
        client: &Client,
        exchange: &Exchange,
        access: &str,
        told: Map<String, Value>,
    ) -> Result<SignedIdToken, Broken> {
        const WRONG: Broken = Broken::Secrecy("an ID token could not be signed");
        let now = self.now();
        let issuer = IssuerUrl::new(self.issuer().to_owned()).map_err(|_| WRONG)?;
        let Exchange { code, session, account } = exchange;
        let claims = IdTokenClaims::new(
            issuer,
            vec![Audience::new(client.id.clone())],
            moment(now.plus_seconds(TOKEN_LIFE).0).into(),
            moment(now.0).into(),
            claims_of(account, &code.scope),
            SessionClaims { sid: session.id.to_string(), access: AccessClaims(told) },
        )
        .set_auth_time(Some(moment(session.authenticated_at).into()))
        .set_auth_context_ref(Some(AuthenticationContextClass::new(ACR_PASSWORD.into())))
        .set_auth_method_refs(Some(vec![AuthenticationMethodReference::new(session.means.clone())]))
        .set_nonce(code.nonce.clone().map(Nonce::new));
        let key = self.signing_key(client.algorithm).await?;
        let access = AccessToken::new(access.to_owned());
        IdToken::new(claims, &key, client.algorithm.jws(), Some(&access), None).map_err(|_| WRONG)
    }
}

pub(super) fn has_scope(granted: &str, name: &str) -> bool {
    granted.split(' ').any(|scope| scope == name)
}

/// The claims that a scope opens; the same in the ID token and at userinfo.
pub(super) fn claims_of(account: &account::Model, scope: &str) -> StandardClaims<CoreGenderClaim> {
    let has = |name: &str| has_scope(scope, name);
    let mut claims = StandardClaims::new(SubjectIdentifier::new(account.id.to_string()));
    if has("profile") {
        let name = format!("{} {}", account.first_name, account.last_name).trim().to_owned();
        let given = Some(account.first_name.clone()).filter(|name| !name.is_empty());
        claims = claims
            .set_name(Some(LocalizedClaim::from(EndUserName::new(name))))
            .set_given_name(given.map(|name| LocalizedClaim::from(EndUserGivenName::new(name))))
            .set_family_name(Some(LocalizedClaim::from(EndUserFamilyName::new(account.last_name.clone()))))
            .set_locale(account.language.as_deref().map(|code| LanguageTag::new(format!("{code}-CA"))))
            .set_updated_at(Some(moment(account.updated_at).into()));
    }
    if has("email") {
        claims =
            claims.set_email(Some(EndUserEmail::new(account.email.clone()))).set_email_verified(Some(true));
    }
    claims
}

/// Milliseconds since 1970, as the library counts time.
fn moment(milliseconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default())
}

fn basic_credentials(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

/// Both halves are form-encoded before they are joined (RFC 6749, 2.3.1).
fn form_decoded(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes()).next().map(|(key, _)| key.into_owned()).unwrap_or_default()
}
