//! Asking for a profile, and deciding on it. One act, one door, one right.

use crate::failure::Failure;
use domain::profile_requests::DecisionForm;
use domain::{ContactId, OrganizationId, ProfileRequestId};
use leptos::server;

#[cfg(feature = "ssr")]
use {
    super::page::requests_address,
    crate::contacts::page::contact_address,
    crate::request::{as_permitted, notice, redirect, submit},
    crate::ui::notice::Notice,
    backend::Permit,
    domain::permissions::{KeepOrganizations, ManageContacts},
};

/// Asks Support for a profile on behalf of a contact.
#[server(endpoint = "profile_requests/ask")]
pub async fn ask_support(
    organization: OrganizationId,
    contact: ContactId,
    profile: String,
    reason: String,
) -> Result<(), Failure> {
    submit("profile_requests/ask", &reason.clone(), async move {
        as_permitted(organization, |permit: Permit<ManageContacts>| async move {
            permit.ask_support(contact, &profile, &reason).await
        })
        .await?;
        notice(Notice::ProfileAsked).await;
        redirect(&contact_address(organization, contact));
        Ok(())
    })
    .await
}

/// Support grants or refuses.
#[server(endpoint = "profile_requests/decide")]
pub async fn decide_profile_request(
    organization: OrganizationId,
    profile_request: ProfileRequestId,
    form: DecisionForm,
) -> Result<(), Failure> {
    submit("profile_requests/decide", &form.clone(), async move {
        let granted = form.decision == "granted";
        let name = as_permitted(organization, |permit: Permit<KeepOrganizations>| async move {
            permit.decide_profile_request(profile_request, &form).await
        })
        .await?;
        notice(Notice::ProfileRequestDecided { name, granted }).await;
        redirect(&requests_address(organization));
        Ok(())
    })
    .await
}
