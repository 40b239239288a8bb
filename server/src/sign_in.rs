//! The addresses of a sign-in: where it starts, where a provider sends the person back, where it ends; and where a
//! provider says that it is over.
//!
//! Starting and ending change something, so they are posts, checked by the gate like any other. Where to go on
//! is a path of this portal and nothing else; it waits in the session meanwhile, never in an address.

use crate::page::{Bare, Said, language, say, text};
use app::failure::Failure;
use app::request::{
    finish_sign_in, finish_way, pending_sign_in, sign_in_again, sign_out, start_sign_in, start_way,
};
use app::ways_in;
use axum::extract::{Form, Path, Query, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use backend::sign_in::{Callback, SignInWish};
use backend::{Portal, Refusal};
use domain::{Language, Problem};
use http::header::{CACHE_CONTROL, REFRESH};
use http::{HeaderMap, HeaderValue, StatusCode};
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
        .route("/auth/add-way", post(add_way))
        .route("/auth/callback/{provider}", get(come_back))
        .route("/auth/sign-out", post(leave))
        .with_state(SignIn { portal, bare })
}

/// Where providers post that a session is over: they carry no cookie, and prove by a signature who they are.
pub fn logouts(portal: Portal) -> Router {
    Router::new().route("/auth/backchannel-logout/{provider}", post(hear)).with_state(portal)
}

/// Whether programs post to that path.
#[must_use]
pub fn is_for_machines(path: &str) -> bool {
    path.starts_with(LOGOUTS)
}

/// Below it each provider has an address for its logout tokens.
pub const LOGOUTS: &str = "/auth/backchannel-logout/";

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
    /// `true` asks for a sign-in of a short while ago (A8).
    anew: String,
    provider: String,
}

async fn start(
    State(sign_in): State<SignIn>,
    session: Session,
    headers: HeaderMap,
    Form(start): Form<Start>,
) -> Response {
    let language = spoken(&start.language, &headers);
    let home = format!("/{}/home", language.code());
    let return_to = if is_local(&start.return_to) { &start.return_to } else { &home };
    let wish = SignInWish {
        provider: said(&start.provider),
        return_to,
        login_hint: said(&start.hint),
        language,
        another_account: start.prompt == "login",
        anew: start.anew == "true",
    };
    match start_sign_in(&session, &sign_in.portal, wish).await {
        Ok(url) => sign_in.onward(&url, language),
        Err(failure) => sign_in.failed(&failure, language, &Again { return_to, provider: &start.provider }),
    }
}

/// What "Add a way to sign in" sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct AddWay {
    language: String,
    provider: String,
}

/// Whoever is signed in goes to another provider, to be known by it too from then on (A7).
async fn add_way(
    State(sign_in): State<SignIn>,
    session: Session,
    headers: HeaderMap,
    Form(asked): Form<AddWay>,
) -> Response {
    let language = spoken(&asked.language, &headers);
    let return_to = ways_in::address(language);
    let wish = SignInWish {
        provider: said(&asked.provider),
        return_to: &return_to,
        language,
        ..SignInWish::default()
    };
    match start_way(&session, &sign_in.portal, wish).await {
        Ok(url) => sign_in.onward(&url, language),
        Err(Failure::Refused(Problem::StepUpNeeded)) => {
            Redirect::to(&sign_in_again(&return_to, language)).into_response()
        }
        Err(failure) => sign_in.not_added(&failure, language),
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
    Path(provider): Path<String>,
    Query(answer): Query<Answer>,
) -> Response {
    let pending = match pending_sign_in(&session, &answer.state).await {
        Ok(pending) => pending,
        Err(failure) => return sign_in.failed(&failure, language(&headers), &Again::default()),
    };
    let (language, return_to, sent_to) =
        (pending.language, pending.return_to.clone(), pending.provider().to_owned());
    let adds_a_way = pending.adds_a_way();
    let again = Again { return_to: &return_to, provider: &sent_to };
    let failed = |failure: &Failure| {
        if adds_a_way {
            sign_in.not_added(failure, language)
        } else {
            sign_in.failed(failure, language, &again)
        }
    };
    if !answer.error.is_empty() || answer.code.is_empty() {
        tracing::info!(error = known_error(&answer.error), "a provider refused a sign-in");
        return failed(&Problem::SignInFailed.into());
    }
    let callback = Callback {
        provider: &provider,
        code: &answer.code,
        state: &answer.state,
        iss: answer.iss.as_deref(),
    };
    let done = if adds_a_way {
        finish_way(&session, &sign_in.portal, pending, callback).await
    } else {
        finish_sign_in(&session, &sign_in.portal, pending, callback).await
    };
    match done {
        Ok(path) => Redirect::to(&path).into_response(),
        Err(failure) => failed(&failure),
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
    let language = spoken(&leave.language, &headers);
    match sign_out(&session, &sign_in.portal, language).await {
        Ok(url) => sign_in.onward(&url, language),
        Err(failure) => sign_in.failed(&failure, language, &Again::default()),
    }
}

/// What a provider posts when a session is over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct LoggedOut {
    logout_token: String,
}

/// 200 when it was taken, 400 when it is no logout of that provider (Back-Channel Logout 1.0, 2.8).
async fn hear(
    State(portal): State<Portal>,
    Path(provider): Path<String>,
    Form(told): Form<LoggedOut>,
) -> Response {
    let never_stored = [(CACHE_CONTROL, "no-store")];
    let status = match portal.visitor().hear_logout(&provider, &told.logout_token).await {
        Ok(_) => return (StatusCode::OK, never_stored).into_response(),
        Err(Refusal::Refused(Problem::ProviderUnavailable)) => StatusCode::SERVICE_UNAVAILABLE,
        Err(Refusal::Refused(_) | Refusal::Invalid(_)) => StatusCode::BAD_REQUEST,
        Err(Refusal::Broken(error)) => {
            tracing::error!(%error, "a logout could not be heard");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    let error = if status == StatusCode::BAD_REQUEST { "invalid_request" } else { "temporarily_unavailable" };
    (status, never_stored, Json(serde_json::json!({ "error": error }))).into_response()
}

/// What "Try again" tries.
#[derive(Clone, Copy, Debug, Default)]
struct Again<'a> {
    return_to: &'a str,
    provider: &'a str,
}

impl SignIn {
    /// Leads on after a post. To another site by a page that goes on by itself: the policy of our own pages lets a
    /// form end here alone, and counts every redirect behind it.
    fn onward(&self, url: &str, language: Language) -> Response {
        let base = self.portal.base_url();
        if url.starts_with('/') || url.strip_prefix(base).is_some_and(|rest| rest.starts_with(['/', '?'])) {
            return Redirect::to(url).into_response();
        }
        let (title, go) = (say(ONWARD, language), say(GO, language));
        let host = url.split('/').nth(2).unwrap_or_default();
        let (host, href) = (text(host), text(url));
        let main = leading(title, &host, &href, go);
        let page = Html(self.bare.document(language, title, "", "frame calm", &main));
        match HeaderValue::from_str(&format!("0; url={url}")) {
            Ok(refresh) => ([(REFRESH, refresh)], page).into_response(),
            Err(_) => page.into_response(),
        }
    }

    /// Says why no way in was added; whoever is signed in stays so.
    fn not_added(&self, failure: &Failure, language: Language) -> Response {
        let (title, back) = (say(NOT_ADDED, language), say(BACK, language));
        let (sentence, href) = (text(&failure.sentence(language)), ways_in::address(language));
        self.refused(failure, language, title, &leading(title, &sentence, &href, back))
    }

    /// Says what went wrong, and offers to try again.
    fn failed(&self, failure: &Failure, language: Language, again: &Again<'_>) -> Response {
        let title = say(TITLE, language);
        let (sentence, retry, first) =
            (failure.sentence(language), say(AGAIN, language), say(FIRST, language));
        let (sentence, code) = (text(&sentence), language.code());
        let (return_to, provider) = (text(again.return_to), text(again.provider));
        let main = format!(
            "<h1>{title}</h1><p class=\"lede\">{sentence}</p><form method=\"post\" action=\"/auth/start\">\
             <input type=\"hidden\" name=\"language\" value=\"{code}\"><input type=\"hidden\" name=\"return\" value=\"{return_to}\">\
             <input type=\"hidden\" name=\"provider\" value=\"{provider}\">\
             <div class=\"actions\"><button class=\"button\">{retry}</button> <a href=\"/{code}\">{first}</a></div></form>"
        );
        self.refused(failure, language, title, &main)
    }

    /// A page with the status of what it tells.
    fn refused(&self, failure: &Failure, language: Language, title: &str, main: &str) -> Response {
        let status = StatusCode::from_u16(failure.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Html(self.bare.document(language, title, "", "frame calm", main))).into_response()
    }
}

/// A sentence and where it leads on: all of it is HTML.
fn leading(title: &str, lede: &str, href: &str, label: &str) -> String {
    format!(
        "<h1>{title}</h1><p class=\"lede\">{lede}</p><p><a class=\"button\" href=\"{href}\">{label}</a></p>"
    )
}

const ONWARD: Said = ("You are going on to", "Vous continuez vers");
const GO: Said = ("Continue", "Continuer");
const TITLE: Said = ("You are not signed in", "Vous n’êtes pas en session");
const NOT_ADDED: Said = ("Nothing was added", "Rien n’a été ajouté");
const BACK: Said = ("Back to your ways to sign in", "Revenir à vos façons de vous connecter");
const AGAIN: Said = ("Try again", "Réessayer");
const FIRST: Said = ("Back to the first page", "Retour à la première page");

/// A path of this portal: nothing that a browser could take for another host.
fn is_local(path: &str) -> bool {
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    path.starts_with('/') && !path.starts_with("//") && plain
}

/// The language that a form names, or else the browser's.
fn spoken(code: &str, headers: &HeaderMap) -> Language {
    Language::from_code(code).unwrap_or_else(|| language(headers))
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
