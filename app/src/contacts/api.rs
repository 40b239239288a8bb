//! What pages and islands ask about contacts. One act, one door, one right.

use crate::failure::Failure;
use domain::bulk::BulkForm;
use domain::contacts::{ContactForm, ContactPage, ContactSearch, OwnForm, TransferForm};
use domain::grants::GrantsForm;
use domain::{ContactId, ImportId, OrganizationId};
use leptos::server;
use serde::{Deserialize, Serialize};
use server_fn::codec::GetUrl;

#[cfg(feature = "ssr")]
use {
    crate::language,
    crate::request::{as_permitted, notice, redirect, submit},
    crate::ui::notice::Notice,
    backend::{ContactSave, Permit, Saved},
    domain::contacts::{Transferred, spoken_name},
    domain::permissions::{ManageContacts, SeeContacts, SeeOrganization},
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
    /// Ticked, "true": the page that hands over the role of primary contact comes next (C9).
    pub primary: String,
    pub grants: GrantsForm,
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
            grants: form.grants,
        };
        let hand_over = form.primary == "true" && save.active;
        let saved = as_permitted(organization, |permit: Permit<ManageContacts>| async move {
            permit.save(contact, &save).await
        })
        .await?;
        // Nothing changed, and another page asks: that nothing differed would only puzzle.
        if !hand_over || saved.invitation_ended || saved.reactivated || !saved.changed.is_empty() {
            notice(said(saved)).await;
        }
        let address = super::page::contact_address(organization, contact);
        redirect(&if hand_over { format!("{address}/primary") } else { address });
        Ok(())
    })
    .await
}

/// Makes a contact the primary one, after its page asked (C9).
#[server(endpoint = "contacts/transfer_primary")]
pub async fn transfer_primary(
    organization: OrganizationId,
    contact: ContactId,
    /// Support says why; anybody else nothing.
    #[server(default)]
    form: TransferForm,
) -> Result<(), Failure> {
    submit("contacts/transfer_primary", &form.clone(), async move {
        let done = as_permitted(organization, |permit: Permit<SeeContacts>| async move {
            permit.transfer_primary(contact, &form).await
        })
        .await?;
        notice(match done {
            Transferred::Done { name } => Notice::PrimaryTransferred { name },
            Transferred::Planned { name, on } => Notice::PrimaryPlanned { name, on },
        })
        .await;
        redirect(&super::page::contact_address(organization, contact));
        Ok(())
    })
    .await
}

/// Stops the replacement of the primary contact that Support planned (C9).
#[server(endpoint = "contacts/stop_replacement")]
pub async fn stop_replacement(organization: OrganizationId) -> Result<(), Failure> {
    submit("contacts/stop_replacement", &(), async move {
        as_permitted(
            organization,
            |permit: Permit<SeeContacts>| async move { permit.stop_replacement().await },
        )
        .await?;
        notice(Notice::PrimaryStays).await;
        redirect(&format!("/{}/organizations/{organization}", language().code()));
        Ok(())
    })
    .await
}

/// What the page of one's own record sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnSaveForm {
    pub own: OwnForm,
    pub version: i64,
}

/// Saves one's own record (C12).
#[server(endpoint = "contacts/save_own")]
pub async fn save_own(organization: OrganizationId, form: OwnSaveForm) -> Result<(), Failure> {
    submit("contacts/save_own", &form.clone(), async move {
        as_permitted(organization, |permit: Permit<SeeOrganization>| async move {
            permit.save_own(&form.own, form.version).await
        })
        .await?;
        notice(Notice::OwnRecordSaved).await;
        redirect(&super::own::own_address(organization));
        Ok(())
    })
    .await
}

/// What the page that asks once more sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeaveForm {
    /// "true": nobody leaves by an address that was merely called.
    pub confirmed: String,
}

/// Leaves the organization, after its page asked (C12).
#[server(endpoint = "contacts/leave")]
pub async fn leave(organization: OrganizationId, form: LeaveForm) -> Result<(), Failure> {
    if form.confirmed != "true" {
        redirect(&format!("{}/leave", super::own::own_address(organization)));
        return as_permitted(organization, |_: Permit<SeeOrganization>| async { Ok(()) }).await;
    }
    as_permitted(organization, |permit: Permit<SeeOrganization>| async move { permit.leave().await }).await?;
    // The session ends with the last organization, and a notice would go with it.
    redirect(&format!("/{}/left", language().code()));
    Ok(())
}

#[cfg(feature = "ssr")]
fn said(saved: Saved) -> Notice {
    let (name, changed) = (saved.name, saved.changed);
    match (saved.deactivated, saved.reactivated, saved.invitation_ended) {
        (true, _, _) => Notice::ContactDeactivated { name },
        (_, true, _) => Notice::ContactReactivated { name },
        (_, _, true) => Notice::ContactSavedInvitationEnded { name },
        _ => Notice::ContactSaved { name, changed },
    }
}

/// Carries out an import that was looked at (G6).
#[server(endpoint = "imports/begin")]
pub async fn begin_import(organization: OrganizationId, import: ImportId) -> Result<(), Failure> {
    as_permitted(
        organization,
        |permit: Permit<ManageContacts>| async move { permit.begin_import(import).await },
    )
    .await?;
    redirect(&super::import::import_address(organization, import));
    Ok(())
}

/// Does one thing for all the contacts ticked (C13), then says what became of each on the list.
#[server(endpoint = "contacts/bulk")]
pub async fn bulk_contacts(organization: OrganizationId, form: BulkForm) -> Result<(), Failure> {
    submit("contacts/bulk", &form.clone(), async move {
        let done = as_permitted(organization, |permit: Permit<ManageContacts>| async move {
            permit.do_in_bulk(&form).await
        })
        .await?;
        notice(Notice::Bulk { done }).await;
        redirect(&super::page::list_address(organization));
        Ok(())
    })
    .await
}
