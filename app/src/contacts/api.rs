//! What pages and islands ask about contacts. One act, one door, one right.

use crate::failure::Failure;
use domain::contacts::{ContactForm, ContactPage, ContactSearch};
use domain::{ContactId, OrganizationId};
use leptos::server;
use serde::{Deserialize, Serialize};
use server_fn::codec::GetUrl;

#[cfg(feature = "ssr")]
use {
    crate::request::{as_permitted, notice, redirect, submit},
    crate::ui::notice::Notice,
    backend::{ContactSave, Permit, Saved},
    domain::contacts::spoken_name,
    domain::permissions::{ManageContacts, SeeContacts},
};

/// One page of the list (L2 to L9).
#[server(endpoint = "contacts/list", input = GetUrl)]
pub async fn list_contacts(
    organization: OrganizationId,
    search: ContactSearch,
) -> Result<ContactPage, Failure> {
    as_permitted(organization, |permit: Permit<SeeContacts>| async move { permit.list(&search).await }).await
}

/// Adds a contact without access (C2), then goes back to the list.
#[server(endpoint = "contacts/add")]
pub async fn add_contact(organization: OrganizationId, form: ContactForm) -> Result<(), Failure> {
    submit("contacts/add", &form.clone(), async move {
        let name = spoken_name(form.last_name.trim(), form.first_name.trim());
        as_permitted(organization, |permit: Permit<ManageContacts>| async move { permit.add(&form).await })
            .await?;
        notice(Notice::ContactAdded { name }).await;
        redirect(&super::page::list_address(organization));
        Ok(())
    })
    .await
}

/// What a contact's page sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaveForm {
    pub contact: ContactForm,
    pub version: i64,
    /// Ticked: "true".
    pub active: String,
    /// The suspended profiles ticked while coming back (C8).
    pub profiles: Vec<String>,
}

/// Saves a contact's page (C6, C7, C8).
#[server(endpoint = "contacts/save")]
pub async fn save_contact(
    organization: OrganizationId,
    contact: ContactId,
    form: SaveForm,
) -> Result<(), Failure> {
    submit("contacts/save", &form.clone(), async move {
        let save = ContactSave {
            form: form.contact,
            version: form.version,
            active: form.active == "true",
            profiles: form.profiles,
        };
        let saved = as_permitted(organization, |permit: Permit<ManageContacts>| async move {
            permit.save(contact, &save).await
        })
        .await?;
        notice(said(saved)).await;
        redirect(&super::page::contact_address(organization, contact));
        Ok(())
    })
    .await
}

#[cfg(feature = "ssr")]
fn said(saved: Saved) -> Notice {
    let name = saved.name;
    match (saved.deactivated, saved.reactivated, saved.invitation_ended) {
        (true, _, _) => Notice::ContactDeactivated { name },
        (_, true, _) => Notice::ContactReactivated { name },
        (_, _, true) => Notice::ContactSavedInvitationEnded { name },
        _ => Notice::ContactSaved { name },
    }
}
