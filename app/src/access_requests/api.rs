//! What anybody does who asks for access, and what whoever holds a request's mailed link does: one act, one door, the
//! link itself. Opening it changes nothing; each of these is sent.

use crate::failure::Failure;
use domain::access_requests::RequestForm;
use leptos::server;

#[cfg(feature = "ssr")]
use {
    super::ask::{ASKED, review_address, sent_address},
    super::change::{CHANGED, change_review_address},
    super::page::address,
    crate::request::{as_bearer, as_visitor, aside, language, notice, redirect, set_aside, submit},
    crate::ui::notice::Notice,
    domain::access_requests::{HoldForm, RequestDone, SignForm},
};

/// Looks at a request before it is sent: the page that shows it whole comes next (R1, R2).
#[server(endpoint = "access_requests/review")]
pub async fn review_request(#[server(default)] form: RequestForm) -> Result<(), Failure> {
    let looked_at = form.clone();
    let look = as_visitor(|visitor| async move { visitor.look_at_request(&looked_at).await });
    submit(ASKED, &form, look).await?;
    // Only now: a form that was taken forgets what was kept of it before.
    let id = set_aside(ASKED, &form).await;
    redirect(&review_address(&id));
    Ok(())
}

/// Sends what was looked at: both people are asked to sign (R3).
#[server(endpoint = "access_requests/send")]
pub async fn send_request(#[server(default)] draft: String) -> Result<(), Failure> {
    // Whoever looks as somebody else is refused before what was put aside is looked for (G7).
    as_visitor(|_| async { Ok(()) }).await?;
    let Some(form) = aside::<RequestForm>(ASKED, &draft).await else {
        // Its session has ended meanwhile: the page says so.
        redirect(&review_address(&draft));
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

/// Looks at what was changed behind a mailed link, before it is sent.
#[server(endpoint = "access_requests/look_at_change")]
pub async fn look_at_change(token: String, #[server(default)] form: RequestForm) -> Result<(), Failure> {
    let (link, looked_at) = (token.clone(), form.clone());
    let look = as_bearer(link, |bearer| async move { bearer.look_at(&looked_at).await });
    submit(CHANGED, &form, look).await?;
    let id = set_aside(CHANGED, &form).await;
    redirect(&change_review_address(&token, &id));
    Ok(())
}

/// Sends a draft, or what was changed: both people sign (R3).
#[server(endpoint = "access_requests/send_change")]
pub async fn send_change(token: String, #[server(default)] draft: String) -> Result<(), Failure> {
    // The link answers before what was put aside does, whoever follows it (G7).
    as_bearer(token.clone(), |_| async { Ok(()) }).await?;
    let Some(form) = aside::<RequestForm>(CHANGED, &draft).await else {
        // Its session has ended meanwhile: the page says so, and leads to what is kept.
        redirect(&change_review_address(&token, &draft));
        return Ok(());
    };
    submit(CHANGED, &form.clone(), async move {
        let language = language();
        let reference = as_bearer(token, |bearer| async move { bearer.send(&form, language).await }).await?;
        // The link that led here may be replaced by now, so it is not where the person goes next.
        redirect(&sent_address("sent", &reference));
        Ok(())
    })
    .await
}

/// Keeps a draft as far as it is typed by now.
#[server(endpoint = "access_requests/save_draft")]
pub async fn save_draft(token: String, #[server(default)] form: RequestForm) -> Result<(), Failure> {
    submit(CHANGED, &form.clone(), async move {
        let link = token.clone();
        as_bearer(link, |bearer| async move { bearer.save(&form).await }).await?;
        done(&token, RequestDone::Saved).await
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
