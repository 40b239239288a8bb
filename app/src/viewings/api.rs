//! Beginning and stopping to look as a contact.

use crate::failure::Failure;
use domain::viewings::ViewingForm;
use domain::{ContactId, OrganizationId};
use leptos::server;

#[cfg(feature = "ssr")]
use {
    crate::request::{as_permitted, as_viewing, begin_viewing, forget_viewing, redirect, submit},
    backend::Permit,
    domain::permissions::ViewAs,
};

/// Begins to look as that contact, on the organization's home (G7).
#[server(endpoint = "viewings/start")]
pub async fn start_viewing(
    organization: OrganizationId,
    contact: ContactId,
    form: ViewingForm,
) -> Result<(), Failure> {
    submit("viewings/start", &form.clone(), async move {
        let viewing = as_permitted(organization, |permit: Permit<ViewAs>| async move {
            permit.view_as(contact, &form).await
        })
        .await?;
        begin_viewing(viewing).await?;
        redirect(&format!("/{}/organizations/{organization}", crate::language().code()));
        Ok(())
    })
    .await
}

/// Stops looking as somebody else (G7).
#[server(endpoint = "viewings/stop")]
pub async fn stop_viewing() -> Result<(), Failure> {
    let ended = as_viewing(|person| async move { person.stop_viewing().await }).await?;
    forget_viewing(ended).await
}
