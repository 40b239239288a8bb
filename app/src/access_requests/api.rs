//! What anybody does who asks for access, and what whoever holds a request's mailed link does: one act, one door, the
//! link itself. Opening it changes nothing; each of these is sent.

use crate::failure::Failure;
use domain::access_requests::RequestForm;
use leptos::server;

#[cfg(feature = "ssr")]
use {
    super::ask::{ASKED, form_address, review_address, sent_address},
    super::page::address,
    crate::request::{as_bearer, as_visitor, aside, language, notice, redirect, set_aside, submit},
    crate::ui::notice::Notice,
    domain::access_requests::{HoldForm, RequestDone, SignForm},
};

/// Looks at a request before it is sent: the page that shows it whole comes next (R1, R2).
#[server(endpoint = "access_requests/review")]
pub async fn review_request(#[server(default)] form: RequestForm) -> Result<(), Failure> {
    submit(ASKED, &form.clone(), async move {
        let looked_at = form.clone();
        as_visitor(|visitor| async move { visitor.look_at_request(&looked_at).await }).await?;
        let id = set_aside(ASKED, &form).await;
        redirect(&review_address(&id));
        Ok(())
    })
    .await
}

/// Sends what was looked at: both people are asked to sign (R3).
#[server(endpoint = "access_requests/send")]
pub async fn send_request(#[server(default)] draft: String) -> Result<(), Failure> {
    // Whoever looks as somebody else is refused before what was put aside is looked for (G7).
    as_visitor(|_| async { Ok(()) }).await?;
    let Some(form) = aside::<RequestForm>(ASKED, &draft).await else {
        // Its session has ended meanwhile.
        redirect(&form_address("", "", ""));
        return Ok(());
    };
    submit(ASKED, &form.clone(), async move {
        let language = language();
        let sent = as_visitor(|visitor| async move { visitor.send_request(&form, language).await }).await?;
        redirect(&sent_address("sent", &sent.reference));
        Ok(())
    })
    .await
}

/// Keeps what is typed so far; a link to it is mailed (R1).
#[server(endpoint = "access_requests/save")]
pub async fn save_request(#[server(default)] form: RequestForm) -> Result<(), Failure> {
    submit(ASKED, &form.clone(), async move {
        let language = language();
        let saved = as_visitor(|visitor| async move { visitor.save_request(&form, language).await }).await?;
        redirect(&sent_address("saved", &saved.reference));
        Ok(())
    })
    .await
}

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
