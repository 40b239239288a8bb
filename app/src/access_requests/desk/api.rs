//! What Support does with a request: one act, one door, one right.

use crate::failure::Failure;
use domain::AccessRequestId;
use domain::access_requests::{ApprovalForm, HoldForm};
use leptos::server;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use {
    super::DeskDone,
    super::card::card_address,
    super::queue::queue_address,
    crate::request::{as_staff, notice, redirect, submit},
    crate::ui::notice::Notice,
    backend::Permit,
    domain::access_requests::ReadRequest,
    domain::permissions::KeepOrganizations,
    domain::{Field, FieldProblems, Problem},
};

/// What the form of an approval says for an organization that is not here yet.
pub const A_NEW_ONE: &str = "new";

/// Takes a request in hand (R5).
#[server(endpoint = "access_requests/take")]
pub async fn take_request(access_request: AccessRequestId) -> Result<(), Failure> {
    as_staff(|permit: Permit<KeepOrganizations>| async move { permit.take_request(access_request).await })
        .await?;
    done(access_request, DeskDone::Taken).await
}

/// Leaves a request to others (R5).
#[server(endpoint = "access_requests/release")]
pub async fn release_request(access_request: AccessRequestId) -> Result<(), Failure> {
    as_staff(|permit: Permit<KeepOrganizations>| async move { permit.release_request(access_request).await })
        .await?;
    done(access_request, DeskDone::Released).await
}

/// Approves a request: the organization, the contact, the profiles, the invitation and its code (R5, R6, P4).
#[server(endpoint = "access_requests/approve")]
pub async fn approve_request(
    access_request: AccessRequestId,
    #[server(default)] edition: i32,
    #[server(default)] form: ApprovalForm,
) -> Result<(), Failure> {
    let read = ReadRequest { id: access_request, edition };
    submit("access_requests/approve", &form.clone(), async move {
        let approved = as_staff(|permit: Permit<KeepOrganizations>| async move {
            let form = with_organization(form)?;
            permit.approve_request(read, &form).await
        })
        .await?;
        done(access_request, DeskDone::Approved { name: approved.name, at_once: approved.at_once }).await
    })
    .await
}

/// Which organization is meant has to be said: nothing founds one by accident.
#[cfg(feature = "ssr")]
fn with_organization(form: ApprovalForm) -> Result<ApprovalForm, FieldProblems> {
    match form.organization.as_str() {
        "" => Err(FieldProblems::one(Field::Organization, Problem::Missing)),
        A_NEW_ONE => Ok(ApprovalForm { organization: String::new(), ..form }),
        _ => Ok(form),
    }
}

/// Puts a request on hold with a question (R5).
#[server(endpoint = "access_requests/hold")]
pub async fn hold_request(
    access_request: AccessRequestId,
    #[server(default)] edition: i32,
    #[server(default)] form: HoldForm,
) -> Result<(), Failure> {
    let read = ReadRequest { id: access_request, edition };
    submit("access_requests/hold", &form.clone(), async move {
        as_staff(|permit: Permit<KeepOrganizations>| async move { permit.hold_request(read, &form).await })
            .await?;
        done(access_request, DeskDone::Held).await
    })
    .await
}

/// Notes an answer that came by telephone or on paper (R5).
#[server(endpoint = "access_requests/note_answer")]
pub async fn note_answer(
    access_request: AccessRequestId,
    #[server(default)] edition: i32,
    #[server(default)] form: HoldForm,
) -> Result<(), Failure> {
    let read = ReadRequest { id: access_request, edition };
    submit("access_requests/note_answer", &form.clone(), async move {
        as_staff(|permit: Permit<KeepOrganizations>| async move { permit.note_answer(read, &form).await })
            .await?;
        done(access_request, DeskDone::AnswerNoted).await
    })
    .await
}

/// Refuses a request, for a reason (R5).
#[server(endpoint = "access_requests/refuse")]
pub async fn refuse_request(
    access_request: AccessRequestId,
    #[server(default)] edition: i32,
    #[server(default)] form: HoldForm,
) -> Result<(), Failure> {
    let read = ReadRequest { id: access_request, edition };
    submit("access_requests/refuse", &form.clone(), async move {
        as_staff(|permit: Permit<KeepOrganizations>| async move { permit.refuse_request(read, &form).await })
            .await?;
        done(access_request, DeskDone::Refused).await
    })
    .await
}

/// Takes the authorizing part for an organization of one person, on evidence (R4).
#[server(endpoint = "access_requests/authorize")]
pub async fn authorize_request(
    access_request: AccessRequestId,
    #[server(default)] edition: i32,
    #[server(default)] form: HoldForm,
) -> Result<(), Failure> {
    let read = ReadRequest { id: access_request, edition };
    submit("access_requests/authorize", &form.clone(), async move {
        as_staff(|permit: Permit<KeepOrganizations>| async move {
            permit.authorize_request(read, &form.text).await
        })
        .await?;
        done(access_request, DeskDone::Authorized).await
    })
    .await
}

/// Issues another secret code, to whoever holds it (R6).
#[server(endpoint = "access_requests/reissue_code")]
pub async fn reissue_code(access_request: AccessRequestId) -> Result<(), Failure> {
    as_staff(|permit: Permit<KeepOrganizations>| async move { permit.renew_code(access_request).await })
        .await?;
    done(access_request, DeskDone::CodeReissued).await
}

/// What is sent to allow an address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AllowForm {
    pub email: String,
    pub reason: String,
}

/// Takes an address that looks shared, for a reason that is kept (R4).
#[server(endpoint = "access_requests/allow_address")]
pub async fn allow_address(#[server(default)] form: AllowForm) -> Result<(), Failure> {
    submit("access_requests/allow_address", &form.clone(), async move {
        let email = form.email.trim().to_owned();
        as_staff(|permit: Permit<KeepOrganizations>| async move {
            permit.allow_address(&form.email, &form.reason).await
        })
        .await?;
        notice(Notice::AccessDesk { what: DeskDone::AddressAllowed { email } }).await;
        redirect(&queue_address(""));
        Ok(())
    })
    .await
}

/// Back to the request, with a word on what was done.
#[cfg(feature = "ssr")]
async fn done(id: AccessRequestId, what: DeskDone) -> Result<(), Failure> {
    notice(Notice::AccessDesk { what }).await;
    redirect(&card_address(id));
    Ok(())
}
