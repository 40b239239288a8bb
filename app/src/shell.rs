//! What surrounds every page: the document, and the frame of [`Page`].

mod document;
mod failed;
mod frame;

pub use document::shell;
pub(crate) use document::{ALIVE, ALIVE_END};
pub use failed::FailurePage;
pub use frame::{AtDesk, Here, Page};

use crate::failure::Failure;
use crate::request;
use crate::request::{Who, as_permitted};
use backend::Permit;
use domain::OrganizationId;
use domain::organizations::OrganizationFrame;
use domain::permissions::SeeOrganization;
use leptos::prelude::*;

/// A page that is read before it is written: first who looks at it, then what `page` reads. What fails becomes
/// a page that says so, with the right status.
pub fn whole<F>(page: F) -> AnyView
where
    F: Future<Output = Result<AnyView, Failure>> + Send + 'static,
{
    request::remember_toggle();
    Suspend::new(async move {
        let (who, unread) = match request::who().await {
            Ok(who) => (who, None),
            Err(failure) => (Who::default(), Some(failure)),
        };
        provide_context(who);
        let result = match unread {
            Some(failure) => Err(failure),
            None => page.await,
        };
        result.unwrap_or_else(|failure| view! { <FailurePage failure /> }.into_any())
    })
    .into_any()
}

/// A page that everybody may see and that reads nothing but who looks at it.
pub fn public<V: IntoView + 'static>(page: impl FnOnce() -> V + Send + 'static) -> AnyView {
    whole(async move { Ok(page().into_any()) })
}

/// The organization of the address.
///
/// # Errors
/// [`domain::Problem::NotFound`] when the address holds none.
pub fn organization_of_address() -> Result<OrganizationId, Failure> {
    request::parameter("organization")
}

/// The frame of that organization's pages; only for who may see it.
///
/// # Errors
/// Not signed in, no member, or without the right.
pub async fn frame_of(organization: OrganizationId) -> Result<OrganizationFrame, Failure> {
    as_permitted(organization, |permit: Permit<SeeOrganization>| async move { Ok(permit.frame()) }).await
}
