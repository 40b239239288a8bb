//! The three addresses of a sign-in: where it starts, where a provider sends the person back, where it ends.
//!
//! Starting and ending change something, so they are posts, checked by the gate like any other. Where to go on
//! is a path of this portal and nothing else; it waits in the session meanwhile, never in an address.

use crate::page::{Bare, Said, language, say, text};
use app::failure::Failure;
use app::request::{finish_sign_in, sign_out, start_sign_in};
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use backend::Portal;
use backend::sign_in::SignInWish;
use domain::{Language, Problem};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tower_sessions::Session;

#[derive(Clone, Debug)]
struct SignIn {
    portal: Portal,
    bare: Bare,
}

/// The routes of signing in and out.
pub fn routes(portal: Portal, bare: Bare) -> Router {
    Router::new()
        .route("/auth/start", post(start))
        .route("/auth/callback", get(come_back))
        .route("/auth/sign-out", post(leave))
        .with_state(SignIn { portal, bare })
}

/// What a button "Sign in" sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Start {
    #[serde(rename = "return")]
    return_to: String,
    /// The address to fill in at the provider.
    hint: String,
    language: String,
    /// `login` asks for another account than the one signed in at the provider.
    prompt: String,
    provider: String,
}

async fn start(
    State(sign_in): State<SignIn>,
    session: Session,
    headers: HeaderMap,
    Form(start): Form<Start>,
) -> Response {
    let language = Language::from_code(&start.language).unwrap_or_else(|| language(&headers));
    let home = format!("/{}/home", language.code());
    let return_to = if is_local(&start.return_to) { &start.return_to } else { &home };
    let wish = SignInWish {
        provider: said(&start.provider),
        return_to,
        login_hint: said(&start.hint),
        language,
        another_account: start.prompt == "login",
    };
    match start_sign_in(&session, &sign_in.portal, wish).await {
        Ok(url) => Redirect::to(&url).into_response(),
        Err(failure) => sign_in.failed(&failure, language, return_to),
    }
}

/// What a provider sends back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    code: String,
    state: String,
    iss: Option<String>,
    error: String,
}

async fn come_back(
    State(sign_in): State<SignIn>,
    session: Session,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Response {
    let language = language(&headers);
    if !answer.error.is_empty() || answer.code.is_empty() {
        tracing::info!(error = known_error(&answer.error), "a provider refused a sign-in");
        return sign_in.failed(&Problem::SignInFailed.into(), language, "");
    }
    match finish_sign_in(&session, &sign_in.portal, &answer.code, &answer.state, answer.iss.as_deref()).await
    {
        Ok(path) => Redirect::to(&path).into_response(),
        Err(failure) => sign_in.failed(&failure, language, ""),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Leave {
    language: String,
}

async fn leave(
    State(sign_in): State<SignIn>,
    session: Session,
    headers: HeaderMap,
    Form(leave): Form<Leave>,
) -> Response {
    let language = Language::from_code(&leave.language).unwrap_or_else(|| language(&headers));
    match sign_out(&session, &sign_in.portal, language).await {
        Ok(url) => Redirect::to(&url).into_response(),
        Err(failure) => sign_in.failed(&failure, language, ""),
    }
}

impl SignIn {
    /// Says what went wrong, and offers to try again.
    fn failed(&self, failure: &Failure, language: Language, return_to: &str) -> Response {
        let title = say(TITLE, language);
        let (sentence, again, first) =
            (failure.sentence(language), say(AGAIN, language), say(FIRST, language));
        let (sentence, return_to, code) = (text(&sentence), text(return_to), language.code());
        let main = format!(
            "<h1>{title}</h1><p class=\"lede\">{sentence}</p><form method=\"post\" action=\"/auth/start\">\
             <input type=\"hidden\" name=\"language\" value=\"{code}\"><input type=\"hidden\" name=\"return\" value=\"{return_to}\">\
             <div class=\"actions\"><button class=\"button\">{again}</button> <a href=\"/{code}\">{first}</a></div></form>"
        );
        let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Html(self.bare.document(language, title, "", "frame calm", &main))).into_response()
    }
}

const TITLE: Said = ("You are not signed in", "Vous n’êtes pas en session");
const AGAIN: Said = ("Try again", "Réessayer");
const FIRST: Said = ("Back to the first page", "Retour à la première page");

/// A path of this portal: nothing that a browser could take for another host.
fn is_local(path: &str) -> bool {
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    path.starts_with('/') && !path.starts_with("//") && plain
}

fn said(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// The error codes of OAuth 2.0 and OpenID Connect; anything else is somebody's own text.
fn known_error(error: &str) -> &str {
    let known = error.len() <= 40 && error.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if known { error } else { "unreadable" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_to_go_on_is_a_path_of_this_portal() {
        for path in ["/", "/en/home", "/fr/organizations/1?q=C%C3%B4t%C3%A9&page=2"] {
            assert!(is_local(path), "{path}");
        }
        for path in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "en/home",
            "/a\nb",
            "/\t/evil.example",
            "/é",
        ] {
            assert!(!is_local(path), "{path:?}");
        }
    }
}
