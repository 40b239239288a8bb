//! What a signatory does: signs or declines, by the mailed link or by one's own account. One act, one door.

use crate::failure::Failure;
use domain::SignatoryId;
use domain::agreements::{DeclineForm, SignForm};
use leptos::server;

#[cfg(feature = "ssr")]
use {
    super::way::Way,
    crate::request::{as_signed_in, client_address, language, login_in_use, redirect, submit},
    backend::SignedFrom,
};

/// The names under which what was typed is kept.
pub const SIGN: &str = "signing/sign";
pub const DECLINE: &str = "signing/decline";

/// From where, and how signed in, somebody answers (S3).
#[cfg(feature = "ssr")]
async fn from_here() -> Result<SignedFrom, Failure> {
    Ok(SignedFrom { address: client_address(), login: login_in_use().await? })
}

/// Signs what was read, behind a mailed link (S3). From there on the account leads to it.
#[server(endpoint = "signing/sign")]
pub async fn sign_by_link(token: String, #[server(default)] form: SignForm) -> Result<(), Failure> {
    submit(SIGN, &form.clone(), async move {
        let from = from_here().await?;
        let signatory =
            as_signed_in(|person| async move { person.sign_by_link(&token, &form, from).await }).await?;
        redirect(&Way::Own(signatory).address(language()));
        Ok(())
    })
    .await
}

/// Signs what was read, by one's own account (S3).
#[server(endpoint = "signing/sign_own")]
pub async fn sign_own(signatory: SignatoryId, #[server(default)] form: SignForm) -> Result<(), Failure> {
    submit(SIGN, &form.clone(), async move {
        let from = from_here().await?;
        as_signed_in(|person| async move { person.sign_own(signatory, &form, from).await }).await?;
        redirect(&Way::Own(signatory).address(language()));
        Ok(())
    })
    .await
}

/// Will not sign, for a reason, behind a mailed link (S3).
#[server(endpoint = "signing/decline")]
pub async fn decline_by_link(token: String, #[server(default)] form: DeclineForm) -> Result<(), Failure> {
    submit(DECLINE, &form.clone(), async move {
        let from = from_here().await?;
        let signatory =
            as_signed_in(|person| async move { person.decline_by_link(&token, &form, from).await }).await?;
        redirect(&Way::Own(signatory).address(language()));
        Ok(())
    })
    .await
}

/// Will not sign, for a reason, by one's own account (S3).
#[server(endpoint = "signing/decline_own")]
pub async fn decline_own(
    signatory: SignatoryId,
    #[server(default)] form: DeclineForm,
) -> Result<(), Failure> {
    submit(DECLINE, &form.clone(), async move {
        let from = from_here().await?;
        as_signed_in(|person| async move { person.decline_own(signatory, &form, from).await }).await?;
        redirect(&Way::Own(signatory).address(language()));
        Ok(())
    })
    .await
}
