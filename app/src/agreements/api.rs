//! What is done with an agreement that is there: one act, one door, one right. What is typed and uploaded to prepare
//! one comes another way, since it carries files.

use crate::failure::Failure;
use domain::agreements::{ReasonForm, ReplaceForm};
use domain::{AgreementId, OrganizationId, SignatoryId};
use leptos::server;

#[cfg(feature = "ssr")]
use {
    super::done::AgreementDone,
    super::form::edit_address,
    super::list::{agreement_address, list_address},
    crate::language,
    crate::request::{as_permitted, notice, redirect, submit},
    crate::ui::notice::Notice,
    backend::Permit,
    domain::Problem,
    domain::permissions::{PrepareAgreements, ReadAgreements},
};

/// Sends the edition that was looked at (S1).
#[server(endpoint = "agreements/send")]
pub async fn send_agreement(
    organization: OrganizationId,
    agreement: AgreementId,
    #[server(default)] version: u64,
) -> Result<(), Failure> {
    as_permitted(organization, |permit: Permit<PrepareAgreements>| async move {
        permit.send_agreement(agreement, version).await
    })
    .await?;
    done(&agreement_address(organization, agreement), AgreementDone::Sent).await
}

/// Begins another edition: who signed this one signs anew (S4).
#[server(endpoint = "agreements/revise")]
pub async fn revise_agreement(organization: OrganizationId, agreement: AgreementId) -> Result<(), Failure> {
    as_permitted(organization, |permit: Permit<PrepareAgreements>| async move {
        permit.revise_agreement(agreement).await
    })
    .await?;
    done(&edit_address(organization, agreement), AgreementDone::Revised).await
}

/// Withdraws an agreement, for a reason (S4).
#[server(endpoint = "agreements/withdraw")]
pub async fn withdraw_agreement(
    organization: OrganizationId,
    agreement: AgreementId,
    #[server(default)] form: ReasonForm,
) -> Result<(), Failure> {
    submit("agreements/withdraw", &form.clone(), async move {
        as_permitted(organization, |permit: Permit<PrepareAgreements>| async move {
            permit.withdraw_agreement(agreement, &form).await
        })
        .await?;
        done(&agreement_address(organization, agreement), AgreementDone::Withdrawn).await
    })
    .await
}

/// Lets somebody else sign in the place of a signatory (S4).
#[server(endpoint = "agreements/replace")]
pub async fn replace_signatory(
    organization: OrganizationId,
    agreement: AgreementId,
    signatory: SignatoryId,
    #[server(default)] form: ReplaceForm,
) -> Result<(), Failure> {
    submit("agreements/replace", &form.clone(), async move {
        let name = name_of(organization, agreement, signatory).await?;
        as_permitted(organization, |permit: Permit<PrepareAgreements>| async move {
            permit.replace_signatory(agreement, signatory, &form).await
        })
        .await?;
        done(&agreement_address(organization, agreement), AgreementDone::Replaced { name }).await
    })
    .await
}

/// Sends the invitation to sign again: a new link, and the old one is dead (S4).
#[server(endpoint = "agreements/resend")]
pub async fn resend_agreement(
    organization: OrganizationId,
    agreement: AgreementId,
    signatory: SignatoryId,
) -> Result<(), Failure> {
    let name = name_of(organization, agreement, signatory).await?;
    as_permitted(organization, |permit: Permit<PrepareAgreements>| async move {
        permit.resend_agreement(agreement, signatory).await
    })
    .await?;
    done(&agreement_address(organization, agreement), AgreementDone::Resent { name }).await
}

/// Copies one that ended to a new draft.
#[server(endpoint = "agreements/prepare_again")]
pub async fn prepare_agreement_again(
    organization: OrganizationId,
    agreement: AgreementId,
) -> Result<(), Failure> {
    let copy = as_permitted(organization, |permit: Permit<PrepareAgreements>| async move {
        permit.prepare_agreement_again(agreement).await
    })
    .await?;
    done(&edit_address(organization, copy), AgreementDone::Again).await
}

/// Discards a draft that nobody has received.
#[server(endpoint = "agreements/discard")]
pub async fn discard_agreement(organization: OrganizationId, agreement: AgreementId) -> Result<(), Failure> {
    as_permitted(organization, |permit: Permit<PrepareAgreements>| async move {
        permit.discard_agreement(agreement).await
    })
    .await?;
    done(&list_address(organization), AgreementDone::Discarded).await
}

/// Whom the act is about; only who prepares is told.
#[cfg(feature = "ssr")]
async fn name_of(
    organization: OrganizationId,
    agreement: AgreementId,
    signatory: SignatoryId,
) -> Result<String, Failure> {
    as_permitted(organization, |_: Permit<PrepareAgreements>| async { Ok(()) }).await?;
    let card = as_permitted(organization, |permit: Permit<ReadAgreements>| async move {
        permit.agreement(agreement).await
    });
    let found = card.await?.signatories.into_iter().find(|one| one.id == signatory);
    found.map(|one| locales::person(&one.name, language())).ok_or_else(|| Problem::NotFound.into())
}

/// On to a page, with a word on what was done.
#[cfg(feature = "ssr")]
async fn done(address: &str, what: AgreementDone) -> Result<(), Failure> {
    notice(Notice::Agreement { what }).await;
    redirect(address);
    Ok(())
}
