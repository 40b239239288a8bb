//! With whose eyes this request looks (G7).
//!
//! The session holds which viewing it is, the database whether it still goes on. The request that finds it over is
//! refused whatever it asked, and leads back to the contact's page: what was meant to be done as one person is never
//! done as another.

use super::doors::signed_in;
use super::session::{notice, session};
use super::{parts, redirect};
use crate::contacts::page::contact_address;
use crate::failure::Failure;
use crate::language;
use crate::ui::notice::Notice;
use backend::{Ended, SignedIn};
use domain::{Problem, ViewingId};

/// Where the session keeps it.
pub(super) const VIEWING: &str = "viewing";

/// From the next request on, this session looks as somebody else.
///
/// # Errors
/// When the session cannot be written.
pub async fn begin_viewing(id: ViewingId) -> Result<(), Failure> {
    Ok(session()?.insert(VIEWING, id).await?)
}

/// This session is itself again, back on the contact's page.
///
/// # Errors
/// When the session cannot be written.
pub async fn forget_viewing(ended: Option<Ended>) -> Result<(), Failure> {
    session()?.remove_value(VIEWING).await?;
    notice(Notice::ViewingEnded).await;
    let home = || format!("/{}/home", language().code());
    redirect(&ended.map_or_else(home, |ended| contact_address(ended.organization, ended.contact)));
    Ok(())
}

/// Whoever signed in, with the eyes of this session.
pub(super) async fn with_eyes(signed_in: SignedIn) -> Result<SignedIn, Failure> {
    let Some(id) = session()?.get::<ViewingId>(VIEWING).await? else { return Ok(signed_in) };
    match signed_in.through(id).await? {
        Ok(looking) => Ok(looking),
        Err(ended) => {
            forget_viewing(ended).await?;
            Err(Problem::ViewingEnded.into())
        }
    }
}

/// Whoever looks as somebody else, for the doors that are open to everybody.
pub(super) async fn looking() -> Result<Option<SignedIn>, Failure> {
    if session()?.get::<ViewingId>(VIEWING).await?.is_none() {
        return Ok(None);
    }
    match signed_in().await {
        Ok(signed_in) => Ok(Some(signed_in).filter(|signed_in| signed_in.viewing().is_some())),
        Err(Failure::Refused(Problem::SignInNeeded)) => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Whoever looks as somebody else only reads: a request that could change something is refused before it is
/// understood. What it would begin is refused once more in the backend.
pub(super) fn only_reads(signed_in: &SignedIn) -> Result<(), Problem> {
    let reads = parts().is_some_and(|parts| parts.method.is_safe());
    if signed_in.viewing().is_some() && !reads { Err(Problem::Viewing) } else { Ok(()) }
}
