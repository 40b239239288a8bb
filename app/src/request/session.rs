//! The portal's session: who signed in, until when, and what waits to be said.

use super::doors::signed_in;
use super::{draft, language, parts, portal, refused_before};
use crate::failure::Failure;
use crate::feedback;
use crate::form::Draft;
use crate::ui::notice::Notice;
use backend::AccountCard;
use backend::sessions::{ACCOUNT, LOGIN};
use backend::sign_in::Login;
use domain::feedback::FeedbackForm;
use domain::organizations::OrganizationChoice;
use domain::permissions::AllOrganizations;
use domain::viewings::ViewingCard;
use domain::{AccountId, Bilingual, Instant};
use tower_sessions::Session;

pub(super) const SIGNED_IN_AT: &str = "signed_in_at";
pub(super) const SEEN_AT: &str = "seen_at";
pub(super) const NOTICE: &str = "notice";

/// A session ends after so many seconds whatever happens; two hours of silence end it before (the store's part).
const ABSOLUTE_END: i64 = 12 * 3600;
/// Being there is written down at most so often, in seconds.
const SEEN_EVERY: i64 = 5 * 60;

#[derive(Debug, thiserror::Error)]
#[error("the request has no session: its layer is missing")]
struct NoSession;

/// The session of this request.
pub(super) fn session() -> Result<Session, Failure> {
    let found = parts().and_then(|parts| parts.extensions.get::<Session>().cloned());
    found.ok_or_else(|| super::broken(&NoSession))
}

/// The account of the session, unless it has ended.
pub(super) async fn account_of_session() -> Result<Option<AccountId>, Failure> {
    account_of(&session()?, portal().now()).await
}

/// The account of that session, unless it has ended.
pub(super) async fn account_of(session: &Session, now: Instant) -> Result<Option<AccountId>, Failure> {
    let Some(account) = session.get::<AccountId>(ACCOUNT).await? else { return Ok(None) };
    let since: Instant = session.get(SIGNED_IN_AT).await?.unwrap_or_default();
    if now >= since.plus_seconds(ABSOLUTE_END) {
        session.flush().await?;
        return Ok(None);
    }
    let seen: Instant = session.get(SEEN_AT).await?.unwrap_or_default();
    if now >= seen.plus_seconds(SEEN_EVERY) {
        session.insert(SEEN_AT, now).await?;
    }
    Ok(Some(account))
}

/// The way in that this session was begun with.
///
/// # Errors
/// When the session cannot be read.
pub async fn login_in_use() -> Result<Option<Login>, Failure> {
    Ok(session()?.get(LOGIN).await?)
}

/// Says something once, on the next page that is shown.
pub async fn notice(notice: Notice) {
    let Ok(session) = session() else { return };
    if let Err(error) = session.insert(NOTICE, notice).await {
        tracing::warn!(%error, "a notice was lost");
    }
}

/// Who looks at the page, and what to tell them on it.
#[derive(Clone, Debug, Default)]
pub struct Who {
    pub account: Option<AccountCard>,
    pub organizations: Vec<OrganizationChoice>,
    /// As whom they look, when not as themselves (G7).
    pub viewing: Option<ViewingCard>,
    /// Support's desk is open to them (G7).
    pub staff: bool,
    /// What Support tells everybody now (G8).
    pub announcements: Vec<Bilingual>,
    pub notice: Option<Notice>,
    /// Why a button of this page was refused just now.
    pub refused: Option<Failure>,
    /// What they said of this page and was refused (R12).
    pub feedback: Option<Draft<FeedbackForm>>,
}

/// Reads who looks at the page. Nobody signed in is nobody; a broken database is a failure.
///
/// # Errors
/// When the session or the database cannot be read.
pub async fn who() -> Result<Who, Failure> {
    let mut who = Who {
        refused: refused_before().await,
        feedback: draft(feedback::foot::FORM).await,
        ..Who::default()
    };
    let session = session()?;
    if let Some(notice) = session.get::<Notice>(NOTICE).await.unwrap_or_default() {
        session.remove_value(NOTICE).await?;
        who.notice = Some(notice);
    }
    who.announcements = portal().visitor().announcements().await?;
    match signed_in().await {
        Ok(signed_in) => {
            who.account = Some(signed_in.account().clone());
            who.viewing = signed_in.viewing().cloned();
            who.organizations = signed_in.organizations().await?;
            who.organizations.sort_by_cached_key(|choice| choice.place_in_list(language()));
            // Nobody else can be of Support: most people cost no question more.
            who.staff = who.organizations.iter().any(|choice| choice.operator)
                && signed_in.staff::<AllOrganizations>().await.is_ok();
        }
        Err(Failure::Refused(domain::Problem::SignInNeeded)) => {}
        Err(failure) => return Err(failure),
    }
    Ok(who)
}
