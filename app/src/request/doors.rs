//! The doors to the backend and to the provider.

use super::session::{account_of_session, login_in_use};
use super::viewing::{looking, only_reads, with_eyes};
use super::{ClientAddress, Means, Memo, header, language, parts, refuse};
use crate::failure::Failure;
use axum::extract::ConnectInfo;
use backend::{Bearer, Permit, Portal, Refusal, SignedIn, Visitor};
use domain::permissions::Right;
use domain::{OrganizationId, Problem};
use http::HeaderValue;
use http::header::{COOKIE, SET_COOKIE, USER_AGENT};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;
use std::net::{IpAddr, SocketAddr};
use std::sync::PoisonError;

/// The portal that answers.
#[must_use]
pub fn portal() -> Portal {
    expect_context::<Means>().portal
}

/// The door that is open to everybody.
///
/// # Errors
/// [`Problem::Viewing`], or whatever `act` is refused.
pub async fn as_visitor<T, F, Fut>(act: F) -> Result<T, Failure>
where
    F: FnOnce(Visitor) -> Fut + Send,
    Fut: Future<Output = Result<T, Refusal>> + Send,
{
    let visitor = match looking().await {
        Ok(None) => Ok(portal().visitor().from_address(parts().as_ref().and_then(address))),
        Ok(Some(looking)) => only_reads(&looking).map(|()| looking.visitor()).map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    let result = match visitor {
        Ok(visitor) => act(visitor).await.map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    answer(result).await
}

/// The door of whoever holds a mailed link of a request for access (R3).
///
/// # Errors
/// [`Problem::RequestLinkUnknown`], or whatever `act` is refused.
pub async fn as_bearer<T, F, Fut>(token: String, act: F) -> Result<T, Failure>
where
    F: FnOnce(Bearer) -> Fut + Send,
    Fut: Future<Output = Result<T, Refusal>> + Send,
{
    as_visitor(|visitor| async move { act(visitor.bearer(&token).await?).await }).await
}

/// The door of whoever signed in.
///
/// # Errors
/// [`Problem::SignInNeeded`], [`Problem::Viewing`], or whatever `act` is refused.
pub async fn as_signed_in<T, F, Fut>(act: F) -> Result<T, Failure>
where
    F: FnOnce(SignedIn) -> Fut + Send,
    Fut: Future<Output = Result<T, Refusal>> + Send,
{
    as_viewing(|signed_in| async move {
        only_reads(&signed_in)?;
        act(signed_in).await
    })
    .await
}

/// The door of whoever signed in and may be looking as somebody else: what they do besides looking, which is to
/// stop (G7).
///
/// # Errors
/// [`Problem::SignInNeeded`], [`Problem::ViewingEnded`], or whatever `act` is refused.
pub async fn as_viewing<T, F, Fut>(act: F) -> Result<T, Failure>
where
    F: FnOnce(SignedIn) -> Fut + Send,
    Fut: Future<Output = Result<T, Refusal>> + Send,
{
    let result = match signed_in().await {
        Ok(signed_in) => act(signed_in).await.map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    answer(result).await
}

/// The door of whoever holds the right `P` in that organization.
///
/// # Errors
/// [`Problem::SignInNeeded`], [`Problem::NotFound`] for no member, [`Problem::Forbidden`] without the right, or
/// whatever `act` is refused.
pub async fn as_permitted<P, T, F, Fut>(organization: OrganizationId, act: F) -> Result<T, Failure>
where
    P: Right,
    F: FnOnce(Permit<P>) -> Fut + Send,
    Fut: Future<Output = Result<T, Refusal>> + Send,
{
    as_signed_in(|signed_in| async move { act(signed_in.permit::<P>(organization).await?).await }).await
}

/// The door of Support's desk, for whoever of its staff holds the right `P` (G7).
///
/// # Errors
/// [`Problem::SignInNeeded`], [`Problem::NotFound`] for who is not of Support, [`Problem::Forbidden`] without the
/// right, or whatever `act` is refused.
pub async fn as_staff<P, T, F, Fut>(act: F) -> Result<T, Failure>
where
    P: Right,
    F: FnOnce(Permit<P>) -> Fut + Send,
    Fut: Future<Output = Result<T, Refusal>> + Send,
{
    as_signed_in(|signed_in| async move { act(signed_in.staff::<P>().await?).await }).await
}

/// The door to the embedded provider, as this browser sees it. An account there is somebody's own: whoever looks as
/// somebody else stops first.
///
/// # Errors
/// [`Problem::NotFound`] when the deployment has no embedded provider, [`Problem::Viewing`], or whatever `act` is
/// refused.
pub async fn at_provider<T, F, Fut>(act: F) -> Result<T, Failure>
where
    F: FnOnce(identity::Desk) -> Fut + Send,
    Fut: Future<Output = Result<T, identity::Refusal>> + Send,
{
    let result = match (looking().await, desk()) {
        (Err(failure), _) => Err(failure),
        (Ok(Some(_)), _) => Err(Problem::Viewing.into()),
        (Ok(None), Some(desk)) => act(desk).await.map_err(Failure::from),
        (Ok(None), None) => Err(Problem::NotFound.into()),
    };
    answer(result).await
}

async fn answer<T>(result: Result<T, Failure>) -> Result<T, Failure> {
    match result {
        Ok(value) => Ok(value),
        Err(failure) => Err(refuse(failure).await),
    }
}

/// Who signed in, and as whom they look, read from the database once for each request.
pub(super) async fn signed_in() -> Result<SignedIn, Failure> {
    let memo = use_context::<Memo>().unwrap_or_default();
    let known = memo.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(known) = known {
        return known.map_err(Failure::from);
    }
    let account = account_of_session().await?.ok_or(Problem::SignInNeeded)?;
    let since = login_in_use().await?.and_then(|login| login.authenticated_at);
    let from = parts().as_ref().and_then(address);
    let read = with_eyes(portal().signed_in(account).await?.since(since).from_address(from)).await;
    let kept = match &read {
        Ok(signed_in) => Ok(signed_in.clone()),
        // For the rest of this request, too: it was asked as somebody else.
        Err(Failure::Refused(problem)) => Err(problem.clone()),
        Err(_) => return read,
    };
    *memo.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
    read
}

fn desk() -> Option<identity::Desk> {
    let parts = parts()?;
    let provider = use_context::<Means>()?.provider?;
    let name = provider_cookie();
    let browser_cookie = header(&parts.headers, COOKIE).and_then(|cookies| cookie(cookies, name));
    let agent = header(&parts.headers, USER_AGENT).map(str::to_owned);
    Some(identity::Desk { provider, browser_cookie, ip: address(&parts), agent, language: language() })
}

/// The address in the network that this request came from, when it is known.
#[must_use]
pub fn client_address() -> Option<IpAddr> {
    parts().as_ref().and_then(address)
}

fn address(parts: &http::request::Parts) -> Option<IpAddr> {
    let told = parts.extensions.get::<ClientAddress>().map(|told| told.0);
    told.or_else(|| parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip()))
}

pub(super) fn cookie(cookies: &str, name: &str) -> Option<String> {
    let named = |pair: &str| {
        pair.trim().split_once('=').filter(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    };
    cookies.split(';').find_map(named)
}

fn https() -> bool {
    use_context::<Means>().is_some_and(|means| means.https)
}

/// The name of the provider's own cookie; it has nothing to do with the portal's session.
fn provider_cookie() -> &'static str {
    if https() { "__Host-accord-id" } else { "accord-id" }
}

/// Gives this browser the provider's cookie, or takes it away.
pub fn set_provider_cookie(value: Option<&str>) {
    let life = if value.is_some() { "" } else { "; Max-Age=0" };
    let value = value.unwrap_or_default();
    set_cookie(&format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{life}", provider_cookie()));
}

pub(super) fn set_cookie(cookie: &str) {
    let cookie = if https() { format!("{cookie}; Secure") } else { cookie.to_owned() };
    if let (Some(answer), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        answer.append_header(SET_COOKIE, cookie);
    }
}
