//! A provider: it listens on a port of this machine, signs with keys of its own, and does wrong when it is told to.

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64_URL};
use http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use identity::Parameters;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;

pub const CLIENT: &str = "accord";
pub const SECRET: &str = "a secret: of the portal & the provider";
pub const SUBJECT: &str = "248289761001";

/// A provider that listens.
#[derive(Clone)]
pub struct Op {
    pub address: SocketAddr,
    state: Arc<Mutex<Ways>>,
}

/// A change to what it says.
pub type Change = Box<dyn Fn(&mut Value) + Send>;

/// How it behaves, and what it remembers.
pub struct Ways {
    pub claims: Change,
    pub header: Change,
    pub metadata: Change,
    pub userinfo: Change,
    /// The answer of its token address.
    pub tokens: Change,
    /// What becomes of a token that is signed.
    pub signed: Box<dyn Fn(String) -> String + Send>,
    /// Keys it publishes, and the one that signs.
    pub published: Vec<Arc<Key>>,
    pub signs: Arc<Key>,
    /// What stands in place of an answer, by the last word of the address.
    pub instead: BTreeMap<&'static str, Instead>,
    codes: BTreeMap<String, Asked>,
    /// Requests it answered, by the last word of their address.
    pub requests: Vec<(String, HeaderMap, Parameters)>,
}

/// What a provider may do in place of an answer.
#[derive(Clone, Copy)]
pub enum Instead {
    /// It takes the request and never answers.
    Silence,
    Status(u16),
    Text(&'static str),
    /// More than anybody would read.
    Flood,
    Redirect,
}

/// A request that a person was sent with.
#[derive(Clone, Debug, Default)]
struct Asked {
    nonce: Option<String>,
    challenge: Option<String>,
    redirect_uri: String,
    scope: String,
}

/// A key that signs.
pub enum Key {
    Rs256(RsaKeyPair, String),
    Es256(EcdsaKeyPair, String),
}

impl Key {
    pub fn rs256(kid: &str) -> Arc<Self> {
        let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
        let document: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        Arc::new(Self::Rs256(RsaKeyPair::from_pkcs8(document.as_ref()).unwrap(), kid.to_owned()))
    }

    pub fn es256(kid: &str) -> Arc<Self> {
        let (kind, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap();
        Arc::new(Self::Es256(pair, kid.to_owned()))
    }

    fn header(&self) -> Value {
        match self {
            Self::Rs256(_, kid) => json!({ "alg": "RS256", "kid": kid }),
            Self::Es256(_, kid) => json!({ "alg": "ES256", "kid": kid }),
        }
    }

    fn public(&self) -> Value {
        match self {
            Self::Rs256(pair, kid) => {
                let parts: ring::rsa::PublicKeyComponents<Vec<u8>> = pair.public().into();
                let (n, e) = (BASE64_URL.encode(parts.n), BASE64_URL.encode(parts.e));
                json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e })
            }
            Self::Es256(pair, kid) => {
                let point = pair.public_key().as_ref();
                let (x, y) = (BASE64_URL.encode(&point[1..33]), BASE64_URL.encode(&point[33..65]));
                json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid, "x": x, "y": y })
            }
        }
    }

    fn signature(&self, signed: &str) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Rs256(pair, _) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
            Self::Es256(pair, _) => pair.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec(),
        }
    }
}

fn part(value: &Value) -> String {
    BASE64_URL.encode(value.to_string())
}

/// Another signature under the same words.
pub fn forged(token: String) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let mut signature = BASE64_URL.decode(signature).unwrap();
    signature[20] ^= 1;
    format!("{signed}.{}", BASE64_URL.encode(signature))
}

/// The same words, and no signature.
pub fn unsigned(token: String) -> String {
    let (signed, _) = token.rsplit_once('.').unwrap();
    format!("{signed}.")
}

impl Op {
    pub async fn listening() -> Self {
        Self::at(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn at(listener: TcpListener) -> Self {
        let key = Key::rs256("first");
        let nothing = || -> Change { Box::new(|_| ()) };
        let ways = Ways {
            claims: nothing(),
            header: nothing(),
            metadata: nothing(),
            userinfo: nothing(),
            tokens: nothing(),
            signed: Box::new(|token| token),
            published: vec![Arc::clone(&key)],
            signs: key,
            instead: BTreeMap::new(),
            codes: BTreeMap::new(),
            requests: Vec::new(),
        };
        let op = Self { address: listener.local_addr().unwrap(), state: Arc::new(Mutex::new(ways)) };
        let routes = Router::new()
            .route("/.well-known/{what}", get(discovery))
            .route("/jwks", get(jwks))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .route("/elsewhere", any(async || StatusCode::OK))
            .with_state(op.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        op
    }

    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How it behaves from now on.
    pub fn ways(&self) -> MutexGuard<'_, Ways> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often that address of its was asked.
    pub fn asked(&self, what: &str) -> usize {
        self.ways().requests.iter().filter(|(at, _, _)| at == what).count()
    }

    /// The person agrees there: what the browser carries back to the portal.
    pub fn agrees(&self, to: &str) -> String {
        let query = Parameters::read(to.split_once('?').unwrap().1);
        let one = |name: &str| query.one(name).map(ToOwned::to_owned);
        assert!(to.starts_with(&format!("{}/authorize?", self.issuer())), "{to}");
        assert_eq!(one("response_type").as_deref(), Some("code"));
        assert_eq!(one("client_id").as_deref(), Some(CLIENT));
        assert_eq!(one("code_challenge_method").as_deref(), Some("S256"));
        let asked = Asked {
            nonce: one("nonce"),
            challenge: one("code_challenge"),
            redirect_uri: one("redirect_uri").unwrap(),
            scope: one("scope").unwrap_or_default(),
        };
        let path = asked.redirect_uri.strip_prefix("http://localhost:3000").unwrap().to_owned();
        let mut ways = self.ways();
        let code = format!("code-{}", ways.codes.len());
        ways.codes.insert(code.clone(), asked);
        format!("{path}?code={code}&state={}&iss={}", one("state").unwrap(), self.issuer())
    }

    fn discovered(&self) -> Value {
        let at = self.issuer();
        json!({
            "issuer": at,
            "authorization_endpoint": format!("{at}/authorize"),
            "token_endpoint": format!("{at}/token"),
            "userinfo_endpoint": format!("{at}/userinfo"),
            "jwks_uri": format!("{at}/jwks"),
            "end_session_endpoint": format!("{at}/end-session"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    /// A token of its own about something, signed as it signs now.
    pub fn signs(&self, header: Value, claims: &Value) -> String {
        let ways = self.ways();
        ways.token(header, claims)
    }

    pub fn header(&self) -> Value {
        self.ways().signs.header()
    }
}

impl Ways {
    fn token(&self, mut header: Value, claims: &Value) -> String {
        (self.header)(&mut header);
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = BASE64_URL.encode(self.signs.signature(&signed));
        (self.signed)(format!("{signed}.{signature}"))
    }

    fn note(&mut self, what: &str, headers: &HeaderMap, form: &str) {
        self.requests.push((what.to_owned(), headers.clone(), Parameters::read(form)));
    }
}

/// Seconds of this machine's clock.
pub fn seconds() -> i64 {
    platform::Clock::System.now().0 / 1000
}

impl Instead {
    async fn answer(self) -> Response {
        match self {
            Self::Silence => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                StatusCode::OK.into_response()
            }
            Self::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
            Self::Text(text) => ([(CONTENT_TYPE, "application/json")], text).into_response(),
            Self::Flood => {
                let piece = || Ok::<_, std::io::Error>(vec![b' '; 64 * 1024]);
                let pieces = futures::stream::iter((0..100_000).map(move |_| piece()));
                ([(CONTENT_TYPE, "application/json")], Body::from_stream(pieces)).into_response()
            }
            Self::Redirect => (StatusCode::FOUND, [(LOCATION, "/elsewhere")]).into_response(),
        }
    }
}

/// What stands in place of an answer at that address; the request is noted.
async fn instead(op: &Op, what: &'static str, headers: &HeaderMap, form: &str) -> Option<Response> {
    let instead = {
        let mut ways = op.ways();
        ways.note(what, headers, form);
        ways.instead.get(what).copied()
    };
    match instead {
        Some(instead) => Some(instead.answer().await),
        None => None,
    }
}

async fn discovery(State(op): State<Op>, Path(what): Path<String>, headers: HeaderMap) -> Response {
    assert_eq!(what, "openid-configuration");
    if let Some(instead) = instead(&op, "openid-configuration", &headers, "").await {
        return instead;
    }
    let mut said = op.discovered();
    (op.ways().metadata)(&mut said);
    Json(said).into_response()
}

async fn jwks(State(op): State<Op>, headers: HeaderMap) -> Response {
    if let Some(instead) = instead(&op, "jwks", &headers, "").await {
        return instead;
    }
    let keys: Vec<Value> = op.ways().published.iter().map(|key| key.public()).collect();
    Json(json!({ "keys": keys })).into_response()
}

async fn token(State(op): State<Op>, headers: HeaderMap, body: String) -> Response {
    if let Some(instead) = instead(&op, "token", &headers, &body).await {
        return instead;
    }
    let form = Parameters::read(&body);
    let refused = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    if !knows_secret(&headers) {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" }))).into_response();
    }
    let mut ways = op.ways();
    let Some(asked) = form.one("code").and_then(|code| ways.codes.remove(code)) else {
        return refused("invalid_grant");
    };
    let challenge = form.one("code_verifier").map(challenge);
    if asked.challenge != challenge || form.one("redirect_uri") != Some(&asked.redirect_uri) {
        return refused("invalid_grant");
    }
    let mut claims = json!({
        "iss": op.issuer(), "sub": SUBJECT, "aud": CLIENT, "iat": seconds(), "exp": seconds() + 300,
        "nonce": asked.nonce, "sid": "session-1", "auth_time": seconds(),
    });
    (ways.claims)(&mut claims);
    let mut tokens = json!({ "access_token": "access-1", "token_type": "Bearer", "expires_in": 300 });
    if asked.scope.split(' ').any(|scope| scope == "openid") {
        tokens["id_token"] = json!(ways.token(ways.signs.header(), &claims));
    }
    (ways.tokens)(&mut tokens);
    Json(tokens).into_response()
}

async fn userinfo(State(op): State<Op>, headers: HeaderMap) -> Response {
    if let Some(instead) = instead(&op, "userinfo", &headers, "").await {
        return instead;
    }
    if headers.get(AUTHORIZATION).is_none_or(|header| header != "Bearer access-1") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let mut said = json!({
        "sub": SUBJECT, "name": "Amélie Boudreau", "email": "amelie@college.example", "email_verified": true,
    });
    (op.ways().userinfo)(&mut said);
    Json(said).into_response()
}

/// Basic authentication, both parts encoded as in a form (RFC 6749, 2.3.1).
fn knows_secret(headers: &HeaderMap) -> bool {
    let header = headers.get(AUTHORIZATION).and_then(|header| header.to_str().ok()).unwrap_or_default();
    let Some(pair) = header.strip_prefix("Basic ").and_then(|text| BASE64_STANDARD.decode(text).ok()) else {
        return false;
    };
    let pair = String::from_utf8(pair).unwrap();
    let decoded = Parameters::read(&pair.replacen(':', "=", 1));
    decoded.one(CLIENT) == Some(SECRET)
}

pub fn challenge(verifier: &str) -> String {
    BASE64_URL.encode(ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes()))
}
