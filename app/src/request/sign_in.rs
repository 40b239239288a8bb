//! Signing in at a provider and out again: what the session remembers meanwhile.

use super::answer::local;
use super::session::{NOTICE, SEEN_AT, SIGNED_IN_AT, account_of};
use super::viewing::VIEWING;
use crate::failure::Failure;
use crate::ui::notice::Notice;
use backend::sessions::{ACCOUNT, LOGIN};
use backend::sign_in::{Callback, Login, PendingSignIn, SignInWish};
use backend::{End, Portal, SignedIn};
use domain::{AccountId, Language, Problem, ViewingId};
use tower_sessions::Session;

/// Sign-ins under way, the oldest first: two windows may each begin one.
const PENDING: &str = "pending sign-ins";
const MOST: usize = 4;

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
    remember(session, sign_in).await?;
    Ok(url)
}

/// Begins to add a way in for whoever is signed in, and says where to send the person (A7).
///
/// # Errors
/// [`Problem::SignInNeeded`], [`Problem::Viewing`], [`Problem::ProviderUnavailable`].
pub async fn start_way(session: &Session, portal: &Portal, wish: SignInWish<'_>) -> Result<String, Failure> {
    let (url, sign_in) = owner(session, portal).await?.begin_to_add_way(wish).await?;
    remember(session, sign_in).await?;
    Ok(url)
}

/// Adds the way in with which the person came back; the session goes on as it was. Says where to go on.
///
/// # Errors
/// [`Problem::WayOfAnother`], or what finishing a sign-in is refused.
pub async fn finish_way(
    session: &Session,
    portal: &Portal,
    sign_in: PendingSignIn,
    callback: Callback<'_>,
) -> Result<String, Failure> {
    let added = owner(session, portal).await?.add_way(sign_in, callback).await?;
    session.insert(NOTICE, Notice::WayAdded { provider: added.provider, before: added.before }).await?;
    Ok(local(&added.return_to).to_owned())
}

/// Whoever is signed in, as themselves.
async fn owner(session: &Session, portal: &Portal) -> Result<SignedIn, Failure> {
    if session.get::<ViewingId>(VIEWING).await?.is_some() {
        return Err(Problem::Viewing.into());
    }
    let account = account_of(session, portal.now()).await?.ok_or(Problem::SignInNeeded)?;
    let login: Option<Login> = session.get(LOGIN).await?;
    Ok(portal.signed_in(account).await?.since(login.and_then(|login| login.authenticated_at)))
}

/// Keeps a sign-in until the person comes back.
async fn remember(session: &Session, sign_in: PendingSignIn) -> Result<(), Failure> {
    let mut pending: Vec<PendingSignIn> = session.get(PENDING).await?.unwrap_or_default();
    pending.push(sign_in);
    let surplus = pending.len().saturating_sub(MOST);
    pending.drain(..surplus);
    Ok(session.insert(PENDING, pending).await?)
}

/// The sign-in that an answer belongs to. A code is good for one try, whatever comes of it, so it is taken out.
///
/// # Errors
/// [`Problem::SignInExpired`] when this browser began none with that `state`.
pub async fn pending_sign_in(session: &Session, state: &str) -> Result<PendingSignIn, Failure> {
    let mut pending: Vec<PendingSignIn> = session.get(PENDING).await?.unwrap_or_default();
    let mine = pending.iter().position(|one| one.state() == state).ok_or(Problem::SignInExpired)?;
    let sign_in = pending.swap_remove(mine);
    session.insert(PENDING, pending).await?;
    Ok(sign_in)
}

/// Finishes a sign-in with what the provider sent back; the session gets a new identifier. Says where to go on.
///
/// # Errors
/// [`Problem::SignInExpired`], [`Problem::SignInFailed`] or [`Problem::ProviderUnavailable`].
pub async fn finish_sign_in(
    session: &Session,
    portal: &Portal,
    sign_in: PendingSignIn,
    callback: Callback<'_>,
) -> Result<String, Failure> {
    let anew = sign_in.is_anew();
    let arrival = portal.visitor().finish_sign_in(sign_in, callback).await?;
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
    session.insert(LOGIN, arrival.login).await?;
    if anew {
        session.insert(NOTICE, Notice::SignedInAgain).await?;
    }
    Ok(local(&arrival.return_to).to_owned())
}

/// Signs out here, and says where to go: to the provider, which ends its own session, or to the first page.
///
/// # Errors
/// When the session cannot be ended.
pub async fn sign_out(session: &Session, portal: &Portal, language: Language) -> Result<String, Failure> {
    stop_viewing(session, portal).await;
    let login: Option<Login> = session.get(LOGIN).await.unwrap_or_default();
    session.flush().await?;
    let first_page = format!("/{}", language.code());
    let Some(login) = login else { return Ok(first_page) };
    // A provider that does not answer keeps nobody signed in here.
    let url = portal.visitor().end_session_url(&login, language).await.unwrap_or_default();
    Ok(url.unwrap_or(first_page))
}

/// Whoever signs in or out is themselves again (G7). What cannot be written now is written when its time is over.
async fn stop_viewing(session: &Session, portal: &Portal) {
    let Ok(Some(id)) = session.remove::<ViewingId>(VIEWING).await else { return };
    if let Err(error) = portal.end_viewing(id, End::SignedOut).await {
        tracing::warn!(?error, "the end of a viewing was not written");
    }
}
