//! Signing in at a provider and out again: what the session remembers meanwhile.

use super::answer::local;
use super::session::{SEEN_AT, SIGNED_IN_AT};
use super::viewing::VIEWING;
use crate::failure::Failure;
use backend::sessions::ACCOUNT;
use backend::sign_in::{PendingSignIn, SignInWish};
use backend::{End, Portal};
use domain::{AccountId, Language, Problem, ViewingId};
use tower_sessions::Session;

/// Sign-ins under way, the oldest first: two windows may each begin one.
const PENDING: &str = "pending sign-in";
const MOST: usize = 4;
const ID_TOKEN: &str = "id_token";

/// Begins a sign-in, and says where to send the person.
///
/// # Errors
/// [`Problem::ProviderUnavailable`].
pub async fn start_sign_in(
    session: &Session,
    portal: &Portal,
    wish: SignInWish<'_>,
) -> Result<String, Failure> {
    let wish = SignInWish { return_to: local(wish.return_to), ..wish };
    let (url, sign_in) = portal.visitor().begin_sign_in(wish).await?;
    let mut pending: Vec<(String, PendingSignIn)> = session.get(PENDING).await?.unwrap_or_default();
    pending.push((state_of(&url), sign_in));
    let surplus = pending.len().saturating_sub(MOST);
    pending.drain(..surplus);
    session.insert(PENDING, pending).await?;
    Ok(url)
}

/// The `state` of the request, which the provider sends back: base64url, never encoded again.
fn state_of(url: &str) -> String {
    let query = url.split_once('?').map(|(_, query)| query).unwrap_or_default();
    query.split('&').find_map(|pair| pair.strip_prefix("state=")).unwrap_or_default().to_owned()
}

/// Finishes a sign-in with what the provider sent back; the session gets a new identifier. Says where to go on.
///
/// # Errors
/// [`Problem::SignInExpired`], [`Problem::SignInFailed`] or [`Problem::ProviderUnavailable`].
pub async fn finish_sign_in(
    session: &Session,
    portal: &Portal,
    code: &str,
    state: &str,
    iss: Option<&str>,
) -> Result<String, Failure> {
    let mut pending: Vec<(String, PendingSignIn)> = session.get(PENDING).await?.unwrap_or_default();
    let mine = pending.iter().position(|(of, _)| of == state).ok_or(Problem::SignInExpired)?;
    let (_, sign_in) = pending.swap_remove(mine);
    // A code is good for one try, whatever comes of it.
    session.insert(PENDING, pending).await?;
    let arrival = portal.visitor().finish_sign_in(sign_in, code, state, iss).await?;
    stop_viewing(session, portal).await;
    let before = session.get::<AccountId>(ACCOUNT).await?;
    if before.is_some_and(|before| before != arrival.account) {
        // Nothing of one person is shown to the next at the same screen.
        session.clear().await;
    }
    session.remove_value(PENDING).await?;
    session.cycle_id().await?;
    let now = portal.now();
    session.insert(ACCOUNT, arrival.account).await?;
    session.insert(SIGNED_IN_AT, now).await?;
    session.insert(SEEN_AT, now).await?;
    session.insert(ID_TOKEN, arrival.id_token).await?;
    Ok(local(&arrival.return_to).to_owned())
}

/// Signs out here, and says where to go: to the provider, which ends its own session, or to the first page.
///
/// # Errors
/// When the session cannot be ended.
pub async fn sign_out(session: &Session, portal: &Portal, language: Language) -> Result<String, Failure> {
    stop_viewing(session, portal).await;
    let id_token: Option<String> = session.get(ID_TOKEN).await.unwrap_or_default();
    session.flush().await?;
    let first_page = format!("/{}", language.code());
    if id_token.is_none() {
        return Ok(first_page);
    }
    // A provider that does not answer keeps nobody signed in here.
    let url = portal.visitor().end_session_url(id_token.as_deref(), language).await.unwrap_or_default();
    Ok(url.unwrap_or(first_page))
}

/// Whoever signs in or out is themselves again (G7). What cannot be written now is written when its time is over.
async fn stop_viewing(session: &Session, portal: &Portal) {
    let Ok(Some(id)) = session.remove::<ViewingId>(VIEWING).await else { return };
    if let Err(error) = portal.end_viewing(id, End::SignedOut).await {
        tracing::warn!(?error, "the end of a viewing was not written");
    }
}
