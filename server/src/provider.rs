//! The addresses of the embedded OpenID provider. What they answer is `identity`'s; this is HTTP and nothing else.
//!
//! Machines come here from anywhere and prove by themselves who they are, so the check of origin does not stand
//! before these addresses. The pages of the provider are the portal's own, below `/en/identity` and
//! `/fr/identity`, and their forms are checked like all others.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::Language;
use http::header::{
    ACCEPT_LANGUAGE, AUTHORIZATION, CACHE_CONTROL, COOKIE, HeaderName, PRAGMA, SET_COOKIE, USER_AGENT,
    WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use identity::{Broken, Desk, MachineAnswer, Parameters, Provider, Refusal, SignedOut};
use serde_json::Value;

/// The provider's routes. They stand under its issuer, `{base URL}/identity`.
pub fn routes(provider: Provider) -> Router {
    Router::new()
        .route("/identity/.well-known/openid-configuration", get(discovery))
        .route("/identity/jwks", get(jwks))
        .route("/identity/authorize", get(authorize).post(authorize))
        .route("/identity/token", post(token))
        .route("/identity/revoke", post(revoke))
        .route("/identity/userinfo", get(userinfo).post(userinfo))
        .route("/identity/end-session", get(end_session).post(end_session))
        .with_state(provider)
}

/// Whether programs, and pages of other sites, post to that path: nothing there trusts a cookie for a change.
#[must_use]
pub fn is_for_machines(path: &str) -> bool {
    path.starts_with("/identity/")
}

async fn discovery(State(provider): State<Provider>) -> Response {
    published(provider.discovery())
}

async fn jwks(State(provider): State<Provider>) -> Result<Response, Failed> {
    Ok(published(provider.jwks().await?))
}

/// What anybody may know, and may keep for five minutes: a new key is published longer before it signs.
fn published(document: Value) -> Response {
    ([(CACHE_CONTROL, "public, max-age=300")], Json(document)).into_response()
}

async fn authorize(State(provider): State<Provider>, asked: Asked) -> Result<Redirect, Failed> {
    let to = asked.desk(provider).authorize(&asked.parameters).await?;
    Ok(Redirect::to(&to))
}

async fn end_session(State(provider): State<Provider>, asked: Asked) -> Result<Response, Failed> {
    let https = is_https(&provider);
    match asked.desk(provider).end_session(&asked.parameters).await? {
        SignedOut::AskAt(page) => Ok(Redirect::to(&page).into_response()),
        SignedOut::To(to) => {
            let secure = if https { "; Secure" } else { "" };
            let gone = format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}", cookie_name(https));
            Ok(([(SET_COOKIE, gone)], Redirect::to(&to)).into_response())
        }
    }
}

async fn token(State(provider): State<Provider>, asked: Asked) -> Result<Response, Failed> {
    let answer = provider.token(asked.authorization(), &asked.parameters).await?;
    Ok(to_machine(answer))
}

async fn revoke(State(provider): State<Provider>, asked: Asked) -> Result<Response, Failed> {
    let answer = provider.revoke(asked.authorization(), &asked.parameters).await?;
    Ok(to_machine(answer))
}

async fn userinfo(State(provider): State<Provider>, asked: Asked) -> Result<Response, Failed> {
    // A token in an address ends up in logs: only the header and the body of a post are read (RFC 9700, 4.3.2).
    let nothing = Parameters::default();
    let form = if asked.method == Method::POST { &asked.parameters } else { &nothing };
    let answer = provider.userinfo(asked.authorization(), form).await?;
    Ok(to_machine(answer))
}

fn to_machine(answer: MachineAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let never_stored = [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];
    let mut response = (status, never_stored, Json(answer.body)).into_response();
    if let Some(wanted) = answer.authenticate {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static(wanted));
    }
    response
}

/// A request to the protocol: its parameters come in the query, or in the body of a form.
struct Asked {
    method: Method,
    headers: HeaderMap,
    parameters: Parameters,
}

impl<S: Send + Sync> axum::extract::FromRequest<S> for Asked {
    type Rejection = Response;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Self, Response> {
        let (method, headers, uri) =
            (request.method().clone(), request.headers().clone(), request.uri().clone());
        let parameters = if method == Method::POST {
            let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
            Parameters::read(&String::from_utf8_lossy(&body))
        } else {
            Parameters::read(uri.query().unwrap_or_default())
        };
        Ok(Self { method, headers, parameters })
    }
}

impl Asked {
    fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    fn authorization(&self) -> Option<&str> {
        self.header(AUTHORIZATION)
    }

    fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    }

    /// The provider, as the browser that asks sees it.
    fn desk(&self, provider: Provider) -> Desk {
        let browser_cookie = self.cookie(cookie_name(is_https(&provider)));
        let chosen = self.cookie("lang").and_then(|code| Language::from_code(&code));
        let language =
            chosen.unwrap_or_else(|| Language::preferred(self.header(ACCEPT_LANGUAGE).unwrap_or_default()));
        let agent = self.header(USER_AGENT).map(str::to_owned);
        Desk { provider, browser_cookie, ip: None, agent, language }
    }
}

fn is_https(provider: &Provider) -> bool {
    provider.issuer().starts_with("https://")
}

const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-accord-id" } else { "accord-id" }
}

/// Something broke; the gate makes a page of it for people.
struct Failed(Refusal);

impl From<Refusal> for Failed {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl From<Broken> for Failed {
    fn from(broken: Broken) -> Self {
        Self(broken.into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        match self.0 {
            // Two windows finished the same request at once: the other has the answer.
            Refusal::Refused(_) | Refusal::Invalid(_) => StatusCode::CONFLICT.into_response(),
            Refusal::Broken(error) => {
                tracing::error!(%error, "the provider could not answer");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
