//! Invitations: asking a contact to link an account, and what whoever holds a link sees (rules I).

pub mod api;
pub mod island;
#[cfg(feature = "ssr")]
pub mod landing;
#[cfg(feature = "ssr")]
pub mod page;

use domain::{InvitationId, Language, OrganizationId};

/// The address of a page about an invitation: `resend` or `withdraw`.
#[must_use]
pub fn address(
    language: Language,
    organization: OrganizationId,
    invitation: InvitationId,
    page: &str,
) -> String {
    format!("/{}/organizations/{organization}/invitations/{invitation}/{page}", language.code())
}
