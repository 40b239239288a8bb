//! What an exchange gives: an access token, an ID token, and a refresh token where there is a family of them.

use crate::Provider;
use crate::access;
use crate::clients::Client;
use crate::entity::{account, session, token};
use crate::keys::SigningKey;
use crate::protocol::{ACR_PASSWORD, ACR_TWO_FACTORS, MachineAnswer, TOKEN_LIFE, has_scope};
use crate::refusal::Broken;
use openidconnect::core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm};
use openidconnect::{
    AccessToken, AdditionalClaims, Audience, AuthenticationContextClass, AuthenticationMethodReference,
    EndUserEmail, EndUserFamilyName, EndUserGivenName, EndUserName, IdToken, IdTokenClaims, IssuerUrl,
    LanguageTag, LocalizedClaim, Nonce, StandardClaims, SubjectIdentifier,
};
use platform::{Transaction, secrets};
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A refresh token that nobody uses for so many days ends.
const IDLE_DAYS: i64 = 30;

/// What tokens are issued about.
pub(super) struct Granted {
    /// The code from which all of them descend.
    pub(super) family: Vec<u8>,
    pub(super) session: session::Model,
    pub(super) account: account::Model,
    /// What the person and the provider granted.
    pub(super) scope: String,
    /// What the application wants this time: all of it, or less.
    pub(super) told: String,
    pub(super) nonce: Option<String>,
    pub(super) authenticated_at: i64,
    pub(super) offline: bool,
    /// None: no refresh tokens.
    pub(super) family_ends_at: Option<i64>,
}

type SignedIdToken =
    IdToken<SessionClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

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
pub(crate) struct AccessClaims(pub(crate) Map<String, Value>);

impl AdditionalClaims for AccessClaims {}

impl Provider {
    /// Writes the tokens, and answers with them once the transaction is committed.
    pub(super) async fn issue(
        &self,
        work: &Transaction,
        key: &SigningKey,
        client: &Client,
        granted: Granted,
    ) -> Result<MachineAnswer, Broken> {
        let access = self.platform().chance.token();
        let told = has_scope(&granted.told, access::SCOPE);
        let memberships = self.enter(work, client, &granted.session, told).await?;
        let row = self.token_row(client, &granted, &access);
        token::Entity::insert(row).exec_without_returning(work).await?;
        let mut body = json!({
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE,
            "scope": granted.told,
        });
        if let Some(ends) = granted.family_ends_at {
            body["refresh_token"] = self.add_refresh_token(work, client, &granted, ends).await?.into();
        }
        let id_token = self.id_token(key, client, &granted, (&access, access::claim(&memberships)))?;
        body["id_token"] = json!(id_token);
        Ok(MachineAnswer::ok(body))
    }

    fn token_row(&self, client: &Client, granted: &Granted, access: &str) -> token::ActiveModel {
        let now = self.now();
        token::ActiveModel {
            token_hash: Set(secrets::hash(access)),
            kind: Set("access".into()),
            code_hash: Set(granted.family.clone()),
            client_id: Set(client.id.clone()),
            account_id: Set(granted.account.id),
            session_id: Set(granted.session.id),
            scope: Set(granted.told.clone()),
            created_at: Set(now.0),
            expires_at: Set(now.plus_seconds(TOKEN_LIFE).0),
            revoked_at: Set(None),
            used_at: Set(None),
            family_ends_at: Set(None),
            authenticated_at: Set(Some(granted.authenticated_at)),
            offline: Set(granted.offline),
        }
    }

    async fn add_refresh_token(
        &self,
        work: &Transaction,
        client: &Client,
        granted: &Granted,
        ends: i64,
    ) -> Result<String, Broken> {
        let refresh = self.platform().chance.token();
        let row = token::ActiveModel {
            kind: Set("refresh".into()),
            scope: Set(granted.scope.clone()),
            expires_at: Set(self.now().plus_days(IDLE_DAYS).0.min(ends)),
            family_ends_at: Set(Some(ends)),
            ..self.token_row(client, granted, &refresh)
        };
        token::Entity::insert(row).exec_without_returning(work).await?;
        Ok(refresh)
    }

    fn id_token(
        &self,
        key: &SigningKey,
        client: &Client,
        granted: &Granted,
        (access, told): (&str, Map<String, Value>),
    ) -> Result<SignedIdToken, Broken> {
        const WRONG: Broken = Broken::Secrecy("an ID token could not be signed");
        let now = self.now();
        let issuer = IssuerUrl::new(self.issuer().to_owned()).map_err(|_| WRONG)?;
        let acr = if granted.session.has_two_factors() { ACR_TWO_FACTORS } else { ACR_PASSWORD };
        let means =
            granted.session.means.split(' ').map(str::to_owned).map(AuthenticationMethodReference::new);
        let claims = IdTokenClaims::new(
            issuer,
            vec![Audience::new(client.id.clone())],
            moment(now.plus_seconds(TOKEN_LIFE).0).into(),
            moment(now.0).into(),
            claims_of(&granted.account, &granted.told),
            SessionClaims { sid: granted.session.id.to_string(), access: AccessClaims(told) },
        )
        .set_auth_time(Some(moment(granted.authenticated_at).into()))
        .set_auth_context_ref(Some(AuthenticationContextClass::new(acr.into())))
        .set_auth_method_refs(Some(means.collect()))
        .set_nonce(granted.nonce.clone().map(Nonce::new));
        let access = AccessToken::new(access.to_owned());
        IdToken::new(claims, key, key.algorithm().jws(), Some(&access), None).map_err(|_| WRONG)
    }
}

/// The claims that a scope opens; the same in the ID token and at userinfo.
pub(crate) fn claims_of(account: &account::Model, scope: &str) -> StandardClaims<CoreGenderClaim> {
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
