//! How an application proves itself at the token and revocation endpoints: a secret in the header or in the body
//! (RFC 6749, 2.3.1), an assertion that it signed (`private_key_jwt`, RFC 7523), or, when it is public, nothing.
//! Never two at once; one that registered keys is not let in by anything less.

use super::Parameters;
use crate::Provider;
use crate::clients::{Client, ClientKeys};
use crate::entity::assertion;
use crate::refusal::Broken;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use openidconnect::JsonWebKey as _;
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::url::form_urlencoded;
use platform::secrets;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use serde::Deserialize;
use serde_json::Value;

/// The only type of assertion there is (RFC 7523, 2.2).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// With what assertions may be signed.
pub(super) const ASSERTION_ALGORITHMS: [&str; 3] = ["ES256", "RS256", "PS256"];
/// An assertion may be good for so long at most, in seconds: it is remembered until then.
const LONGEST: i64 = 3600;
/// How far another machine's clock may be ahead, in seconds.
const AHEAD: i64 = 60;

/// What an assertion says.
#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    exp: f64,
    #[serde(default)]
    nbf: f64,
    jti: String,
}

impl Provider {
    /// The application that proves itself.
    pub(super) async fn proved(
        &self,
        authorization: Option<&str>,
        form: &Parameters,
    ) -> Result<Option<Client>, Broken> {
        let secret = form.one("client_secret");
        match (authorization, form.one("client_assertion")) {
            (Some(header), None) if secret.is_none() => {
                let Some((id, secret)) = basic_credentials(header) else { return Ok(None) };
                let same = form.one("client_id").is_none_or(|named| named == id);
                Ok(self.client(&id).await?.filter(|client| same && knows(client, Some(&secret))))
            }
            (None, Some(assertion)) if secret.is_none() => self.proved_by_assertion(assertion, form).await,
            (None, None) => {
                let Some(id) = form.one("client_id") else { return Ok(None) };
                Ok(self.client(id).await?.filter(|client| knows(client, secret)))
            }
            _ => Ok(None),
        }
    }

    async fn proved_by_assertion(
        &self,
        assertion: &str,
        form: &Parameters,
    ) -> Result<Option<Client>, Broken> {
        let Some(claims) = claims_in(assertion) else { return Ok(None) };
        let named = form.one("client_id").is_none_or(|id| id == claims.sub);
        if form.one("client_assertion_type") != Some(ASSERTION) || !named || !self.is_meant(&claims) {
            return Ok(None);
        }
        let client = self.client(&claims.sub).await?;
        let signed = |client: &Client| client.keys.as_ref().is_some_and(|keys| is_signed(keys, assertion));
        let Some(client) = client.filter(signed) else { return Ok(None) };
        Ok(self.first_seen(&client, &claims).await?.then_some(client))
    }

    /// Whether it is about its maker, for us, and now.
    fn is_meant(&self, claims: &Claims) -> bool {
        let token = format!("{}/token", self.issuer());
        let for_us = |audience: &Value| audience == self.issuer() || *audience == token;
        let audiences = claims.aud.as_array().map_or(std::slice::from_ref(&claims.aud), Vec::as_slice);
        let now = seconds(self.now().0);
        claims.iss == claims.sub
            && audiences.iter().any(for_us)
            && now < claims.exp
            && claims.exp <= now + seconds(LONGEST * 1000)
            && claims.nbf <= now + seconds(AHEAD * 1000)
            && (1..=255).contains(&claims.jti.len())
    }

    async fn first_seen(&self, client: &Client, claims: &Claims) -> Result<bool, Broken> {
        let row = assertion::ActiveModel {
            client_id: Set(client.id.clone()),
            jti_hash: Set(secrets::hash(&claims.jti)),
            // However long it says: none is good for longer.
            expires_at: Set(self.now().plus_seconds(LONGEST).0),
        };
        let once = OnConflict::new().do_nothing().to_owned();
        let db = self.platform().store.write();
        let kept = assertion::Entity::insert(row).on_conflict(once).exec_without_returning(db).await?;
        Ok(kept == 1)
    }
}

/// Milliseconds, as JSON Web Tokens count time.
fn seconds(milliseconds: i64) -> f64 {
    std::time::Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default()).as_secs_f64()
}

fn knows(client: &Client, given: Option<&str>) -> bool {
    match (&client.secret, given, &client.keys) {
        (Some(kept), Some(given), None) => kept.is(given),
        (None, None, None) => true,
        _ => false,
    }
}

fn claims_in(token: &str) -> Option<Claims> {
    let claims = token.split('.').nth(1)?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

fn is_signed(keys: &ClientKeys, token: &str) -> bool {
    let Some((algorithm, signed, signature)) = parts_of(token) else { return false };
    keys.iter().any(|key| key.verify_signature(&algorithm, signed.as_bytes(), &signature).is_ok())
}

fn parts_of(token: &str) -> Option<(CoreJwsSigningAlgorithm, &str, Vec<u8>)> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, _) = signed.split_once('.')?;
    let header: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    let algorithm = header["alg"].as_str().filter(|name| ASSERTION_ALGORITHMS.contains(name))?;
    let algorithm = serde_json::from_value(algorithm.into()).ok()?;
    Some((algorithm, signed, BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?))
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
