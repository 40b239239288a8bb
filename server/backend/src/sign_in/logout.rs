//! The end of a session: at the provider when somebody signs out here, and here when the provider says so
//! (OpenID Connect RP-Initiated Logout 1.0, Back-Channel Logout 1.0).

use super::Login;
use super::openid::{AHEAD, ALGORITHMS};
use super::provider::{Metadata, Protocol, Provider, in_time};
use super::refused;
use crate::access::Visitor;
use crate::refusal::Refusal;
use crate::sessions::{login_hash, sid_hash};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::{Instant, Language, Problem};
use openidconnect::JsonWebKey as _;
use openidconnect::core::CoreJwsSigningAlgorithm;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The event that a logout token is about.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// A token says what it says of a session in fewer bytes.
const LARGEST: usize = 16 * 1024;

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    iat: i64,
    exp: i64,
    /// Required, and not kept: a token that comes twice ends no session that was begun after it was made.
    #[serde(rename = "jti")]
    _jti: String,
    sub: Option<String>,
    sid: Option<String>,
    events: Map<String, Value>,
    nonce: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn is_only(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Many(many) => matches!(many.as_slice(), [one] if one == client),
        }
    }
}

impl Visitor {
    /// Where the provider of that login ends its own session, when it can; the person comes back to the portal's
    /// first page.
    ///
    /// # Errors
    /// [`Problem::ProviderUnavailable`].
    pub async fn end_session_url(
        &self,
        login: &Login,
        language: Language,
    ) -> Result<Option<String>, Refusal> {
        let provider = self.portal.provider(Some(&login.provider)).ok_or(Problem::ProviderUnavailable)?;
        if provider.settings.protocol != Protocol::OpenId {
            return Ok(None);
        }
        let metadata = provider.metadata(self.portal.now()).await?;
        let Some(endpoint) = &metadata.additional_metadata().end_session_endpoint else { return Ok(None) };
        let back = format!("{}/{}", self.portal.platform.base_url, language.code());
        let mut url = endpoint.url().clone();
        url.query_pairs_mut()
            .extend_pairs(login.id_token.as_deref().map(|token| ("id_token_hint", token)))
            .append_pair("client_id", &provider.settings.client_id)
            .append_pair("post_logout_redirect_uri", &back)
            .append_pair("ui_locales", language.code());
        Ok(Some(url.into()))
    }

    /// A provider says that a session is over: what it began here ends. Says how many sessions ended.
    ///
    /// # Errors
    /// [`Problem::SignInFailed`] for what is no logout token of that provider for this portal,
    /// [`Problem::ProviderUnavailable`] when its keys cannot be had.
    pub async fn hear_logout(&self, provider: &str, token: &str) -> Result<u64, Refusal> {
        let provider = self.portal.provider(Some(provider)).ok_or(Problem::NotFound)?;
        let key = &provider.settings.key;
        if provider.settings.protocol != Protocol::OpenId || token.len() > LARGEST {
            return Err(Problem::SignInFailed.into());
        }
        let now = self.portal.now();
        let claims = in_time(key, authentic(provider, token, now)).await?;
        claims.are_of(provider, now).map_err(|why| refused(key, why))?;
        let issuer = provider.settings.issuer.as_str();
        let login = claims.sub.as_deref().map(|subject| login_hash(issuer, subject));
        let session = claims.sid.as_deref().map(|sid| sid_hash(issuer, sid));
        let begun_before = Instant(claims.iat * 1000).plus_seconds(AHEAD);
        let ended = self.portal.sessions().end(login, session, begun_before).await?;
        tracing::info!(provider = key, ended, "a provider ended sessions");
        Ok(ended)
    }
}

impl Claims {
    /// Whether they say what a logout token says (Back-Channel Logout 1.0, 2.6).
    fn are_of(&self, provider: &Provider, now: Instant) -> Result<(), &'static str> {
        let seconds = now.0 / 1000;
        let wrong = [
            (self.iss != provider.settings.issuer, "it is of another issuer"),
            (!self.aud.is_only(&provider.settings.client_id), "it is for another application"),
            (self.exp <= seconds, "it has expired"),
            (self.iat > seconds + AHEAD, "it was issued in the future"),
            (!self.events.get(EVENT).is_some_and(Value::is_object), "it is about no logout"),
            (self.nonce.is_some(), "it carries a nonce, as ID tokens do"),
            (self.sub.is_none() && self.sid.is_none(), "it names nobody"),
        ];
        wrong.into_iter().find(|(is_so, _)| *is_so).map_or(Ok(()), |(_, why)| Err(why))
    }
}

/// What the token claims, its signature checked with the provider's keys.
async fn authentic(provider: &Provider, token: &str, now: Instant) -> Result<Claims, Refusal> {
    let no = |why: &str| refused(&provider.settings.key, why);
    let (signed, signature) = token.rsplit_once('.').ok_or_else(|| no("it is no signed token"))?;
    let (header, claims) = signed.split_once('.').ok_or_else(|| no("it is no signed token"))?;
    let header: Header = part(header).ok_or_else(|| no("its header cannot be read"))?;
    let typ = header.typ.as_deref().map(str::to_ascii_lowercase);
    if !matches!(typ.as_deref(), None | Some("jwt" | "logout+jwt" | "application/logout+jwt")) {
        return Err(no("it is a token of another kind"));
    }
    if header.crit.is_some() || !ALGORITHMS.contains(&header.alg) {
        return Err(no("it is signed in a way that is not taken"));
    }
    let signature =
        BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| no("its signature cannot be read"))?;
    let signed_by = |metadata: &Metadata| {
        let named = |kid: Option<&openidconnect::JsonWebKeyId>| {
            header.kid.is_none() || kid.map(|kid| kid.as_str()) == header.kid.as_deref()
        };
        let mut keys = metadata.jwks().keys().iter().filter(|key| named(key.key_id()));
        keys.any(|key| key.verify_signature(&header.alg, signed.as_bytes(), &signature).is_ok())
    };
    // Perhaps the provider's keys changed since they were learnt.
    if !signed_by(&*provider.metadata(now).await?) && !signed_by(&*provider.metadata_anew(now).await?) {
        return Err(no("it is not signed by the provider"));
    }
    part(claims).ok_or_else(|| no("its claims cannot be read"))
}

fn part<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}
