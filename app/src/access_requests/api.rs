//! What whoever holds a request's mailed link does. One act, one door: the link itself. Opening it changes nothing;
//! each of these is sent.

use crate::failure::Failure;
use leptos::server;

#[cfg(feature = "ssr")]
use {
    super::page::address,
    crate::request::{as_bearer, language, notice, redirect, submit},
    crate::ui::notice::Notice,
    domain::access_requests::{HoldForm, RequestDone, SignForm},
};

/// Signs the text that was read, by name, with the commitments (R3, R11).
#[server(endpoint = "access_requests/sign")]
pub async fn sign_request(
    token: String,
    #[server(default)] name: String,
    #[server(default)] commitments: String,
    #[server(default)] hash: String,
) -> Result<(), Failure> {
    let form = SignForm { name, commitments, hash };
    submit("access_requests/sign", &form.clone(), async move {
        let (link, language) = (token.clone(), language());
        as_bearer(link, |bearer| async move { bearer.sign(&form, language).await }).await?;
        done(&token, RequestDone::Signed).await
    })
    .await
}

/// Will not sign, for a reason (R3).
#[server(endpoint = "access_requests/decline")]
pub async fn decline_request(token: String, #[server(default)] reason: String) -> Result<(), Failure> {
    submit("access_requests/decline", &reason.clone(), async move {
        let (link, form) = (token.clone(), HoldForm { text: reason });
        as_bearer(link, |bearer| async move { bearer.decline(&form).await }).await?;
        done(&token, RequestDone::Declined).await
    })
    .await
}

/// Answers Support's question (R5).
#[server(endpoint = "access_requests/answer")]
pub async fn answer_question(token: String, #[server(default)] answer: String) -> Result<(), Failure> {
    submit("access_requests/answer", &answer.clone(), async move {
        let (link, form) = (token.clone(), HoldForm { text: answer });
        as_bearer(link, |bearer| async move { bearer.answer(&form).await }).await?;
        done(&token, RequestDone::Answered).await
    })
    .await
}

/// Takes the request back.
#[server(endpoint = "access_requests/withdraw")]
pub async fn withdraw_request(token: String) -> Result<(), Failure> {
    submit("access_requests/withdraw", &(), async move {
        let link = token.clone();
        as_bearer(link, |bearer| async move { bearer.withdraw().await }).await?;
        done(&token, RequestDone::Withdrawn).await
    })
    .await
}

/// Has a new secret code mailed to who authorized the request (R6).
#[server(endpoint = "access_requests/renew_code")]
pub async fn renew_code(token: String) -> Result<(), Failure> {
    submit("access_requests/renew_code", &(), async move {
        let link = token.clone();
        as_bearer(link, |bearer| async move { bearer.renew_code().await }).await?;
        done(&token, RequestDone::CodeRenewed).await
    })
    .await
}

#[cfg(feature = "ssr")]
async fn done(token: &str, what: RequestDone) -> Result<(), Failure> {
    notice(Notice::AccessRequest { what }).await;
    redirect(&address(language(), token));
    Ok(())
}
