//! What pages and islands ask about invitations. One act, one door, one right.

use crate::failure::Failure;
use domain::contacts::ContactForm;
use domain::invitations::{InvitationForm, Preview, PreviewForm};
use domain::{ContactId, InvitationId, OrganizationId};
use leptos::server;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use {
    super::landing,
    crate::contacts::page::list_address,
    crate::request::{as_permitted, as_signed_in, as_visitor, language, notice, redirect, submit},
    crate::shell::frame_of,
    crate::ui::notice::Notice,
    backend::{Permit, Sent},
    domain::permissions::ManageContacts,
};

/// What the form for a contact with access sends: both of its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccessForm {
    pub contact: ContactForm,
    pub invitation: InvitationForm,
}

/// Adds a contact and invites it, in one act (C4).
#[server(endpoint = "invitations/add_and_invite")]
pub async fn add_and_invite(organization: OrganizationId, form: AccessForm) -> Result<(), Failure> {
    submit("invitations/add_and_invite", &form.clone(), async move {
        let sent = as_permitted(organization, |permit: Permit<ManageContacts>| async move {
            permit.add_and_invite(&form.contact, &form.invitation).await
        })
        .await?;
        notice(said(sent)).await;
        redirect(&list_address(organization));
        Ok(())
    })
    .await
}

/// Invites a contact of the list (C5).
#[server(endpoint = "invitations/invite")]
pub async fn invite(
    organization: OrganizationId,
    contact: ContactId,
    form: InvitationForm,
) -> Result<(), Failure> {
    submit("invitations/invite", &form.clone(), async move {
        let sent = as_permitted(organization, |permit: Permit<ManageContacts>| async move {
            permit.invite(contact, &form).await
        })
        .await?;
        notice(said(sent)).await;
        redirect(&list_address(organization));
        Ok(())
    })
    .await
}

/// The exact letter, while it is being typed (I2). Changes nothing.
#[server(endpoint = "invitations/preview_letter")]
pub async fn preview_letter(organization: OrganizationId, form: PreviewForm) -> Result<Preview, Failure> {
    as_permitted(organization, |permit: Permit<ManageContacts>| async move { permit.preview(&form).await })
        .await
}

/// Resends an invitation, to a corrected address perhaps (I5).
#[server(endpoint = "invitations/resend")]
pub async fn resend(
    organization: OrganizationId,
    invitation: InvitationId,
    email: String,
) -> Result<(), Failure> {
    submit("invitations/resend", &email.clone(), async move {
        let sent = as_permitted(organization, |permit: Permit<ManageContacts>| async move {
            permit.reissue(invitation, &email).await
        })
        .await?;
        let Sent { name, email, until, .. } = sent;
        notice(Notice::InvitationResent { name, email: email.to_string(), until }).await;
        redirect(&list_address(organization));
        Ok(())
    })
    .await
}

/// Withdraws an invitation, after its page or dialog asked (I5).
#[server(endpoint = "invitations/withdraw")]
pub async fn withdraw(organization: OrganizationId, invitation: InvitationId) -> Result<(), Failure> {
    let name = as_permitted(organization, |permit: Permit<ManageContacts>| async move {
        permit.withdraw(invitation).await
    })
    .await?;
    notice(Notice::InvitationWithdrawn { name }).await;
    redirect(&list_address(organization));
    Ok(())
}

/// Takes an invitation with the account that is signed in (I7); one that was asked for, with its code (R6).
#[server(endpoint = "invitations/accept")]
pub async fn accept(token: String, #[server(default)] code: String) -> Result<(), Failure> {
    submit("invitations/accept", &(), async move {
        let taken = as_signed_in(|person| async move { person.activate(&token, &code).await });
        let organization = taken.await?;
        let frame = frame_of(organization).await?;
        notice(Notice::InvitationAccepted { organization: frame.name }).await;
        redirect(&format!("/{}/organizations/{organization}", language().code()));
        Ok(())
    })
    .await
}

/// The invited person says no (I9).
#[server(endpoint = "invitations/decline")]
pub async fn decline(token: String) -> Result<(), Failure> {
    let link = token.clone();
    as_visitor(|visitor| async move { visitor.decline(&link).await }).await?;
    redirect(&format!("{}/declined", landing::address(language(), &token)));
    Ok(())
}

/// Asks for a new invitation with a link that no longer works (I8). The answer is the same whatever the link.
#[server(endpoint = "invitations/ask_again")]
pub async fn ask_again(token: String) -> Result<(), Failure> {
    let link = token.clone();
    as_visitor(|visitor| async move { visitor.ask_again(&link).await }).await?;
    redirect(&format!("{}/asked", landing::address(language(), &token)));
    Ok(())
}

#[cfg(feature = "ssr")]
fn said(sent: Sent) -> Notice {
    let Sent { name, email, until, .. } = sent;
    Notice::InvitationSent { name, email: email.to_string(), until }
}
