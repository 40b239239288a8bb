//! What the provider's pages ask of it. Every one is a plain form; a password is never kept in a draft.

use crate::failure::Failure;
use domain::accounts::{
    AccountForm, CodeForm, ConfirmForm, HelpForm, NewPasswordForm, SignInForm, TermsForm,
};
use leptos::server;

#[cfg(feature = "ssr")]
use {
    crate::request::{at_provider, language, redirect, set_provider_cookie, submit},
    identity::Step,
};

/// Signs in with e-mail and password (A6), and goes on to the application that waits.
#[server(endpoint = "accounts/sign_in")]
pub async fn sign_in(request: String, form: SignInForm) -> Result<(), Failure> {
    submit("accounts/sign_in", &form.without_secrets(), async move {
        take(at_provider(|desk| async move { desk.sign_in(&request, &form).await }).await?);
        Ok(())
    })
    .await
}

/// Asks for an account (A2): a code leaves by mail.
#[server(endpoint = "accounts/create_account")]
pub async fn create_account(request: String, form: AccountForm) -> Result<(), Failure> {
    submit("accounts/create_account", &form.without_secrets(), async move {
        take(at_provider(|desk| async move { desk.create_account(&request, &form).await }).await?);
        Ok(())
    })
    .await
}

/// Takes the code from the mail (A5).
#[server(endpoint = "accounts/verify")]
pub async fn verify(request: String, form: CodeForm) -> Result<(), Failure> {
    submit("accounts/verify", &(), async move {
        take(at_provider(|desk| async move { desk.verify(&request, &form).await }).await?);
        Ok(())
    })
    .await
}

/// Asks for another code (A5).
#[server(endpoint = "accounts/send_again")]
pub async fn send_again(request: String) -> Result<(), Failure> {
    let handle = request.clone();
    at_provider(|desk| async move { desk.send_again(&handle).await }).await?;
    redirect(&format!("/{}/identity/verify?request={request}&sent=again", language().code()));
    Ok(())
}

/// The button behind a mailed link (A5).
#[server(endpoint = "accounts/confirm_link")]
pub async fn confirm_link(token: String, form: ConfirmForm) -> Result<(), Failure> {
    submit("accounts/confirm_link", &(), async move {
        take(at_provider(|desk| async move { desk.confirm_link(&token, &form).await }).await?);
        Ok(())
    })
    .await
}

/// Goes on to the application that waits, as whoever is signed in.
#[server(endpoint = "accounts/proceed")]
pub async fn proceed(request: String) -> Result<(), Failure> {
    take(at_provider(|desk| async move { desk.proceed(&request).await }).await?);
    Ok(())
}

/// Agrees that the application learns what it asks for, and goes on to it (A10).
#[server(endpoint = "accounts/agree")]
pub async fn agree(request: String) -> Result<(), Failure> {
    take(at_provider(|desk| async move { desk.agree(&request).await }).await?);
    Ok(())
}

/// Goes back to the application, which learns nothing (A10).
#[server(endpoint = "accounts/decline")]
pub async fn decline(request: String) -> Result<(), Failure> {
    take(at_provider(|desk| async move { desk.decline(&request).await }).await?);
    Ok(())
}

/// Accepts the terms and the privacy notice as they are now, and goes on (A2).
#[server(endpoint = "accounts/accept_terms")]
pub async fn accept_terms(
    request: String,
    // A box that is not ticked sends nothing at all.
    #[server(default)] form: TermsForm,
) -> Result<(), Failure> {
    submit("accounts/accept_terms", &(), async move {
        take(at_provider(|desk| async move { desk.accept_terms(&request, &form).await }).await?);
        Ok(())
    })
    .await
}

/// Does not accept them: signs out, and goes back to the application, which learns nothing (A2).
#[server(endpoint = "accounts/decline_terms")]
pub async fn decline_terms(request: String) -> Result<(), Failure> {
    let step = at_provider(|desk| async move { desk.decline_terms(&request).await }).await?;
    set_provider_cookie(None);
    take(step);
    Ok(())
}

/// Signs out of the provider, after its page asked; `back` is what the application asked for.
#[server(endpoint = "accounts/sign_out")]
pub async fn sign_out(back: String) -> Result<(), Failure> {
    let to = at_provider(|desk| async move { desk.sign_out_to(&back).await }).await?;
    set_provider_cookie(None);
    leptos_axum::redirect(&to);
    Ok(())
}

/// Somebody cannot sign in (A6): the answer is the same whatever is true.
#[server(endpoint = "accounts/ask_help")]
pub async fn ask_help(form: HelpForm) -> Result<(), Failure> {
    submit("accounts/ask_help", &form.without_proof(), async move {
        at_provider(|desk| async move { desk.ask_help(&form).await }).await?;
        redirect(&format!("/{}/identity/cannot-sign-in/sent", language().code()));
        Ok(())
    })
    .await
}

/// Replaces a forgotten password (A6).
#[server(endpoint = "accounts/reset_password")]
pub async fn reset_password(token: String, form: NewPasswordForm) -> Result<(), Failure> {
    submit("accounts/reset_password", &(), async move {
        take(at_provider(|desk| async move { desk.reset_password(&token, &form).await }).await?);
        Ok(())
    })
    .await
}

/// Takes the step that the provider says. Its address is a page of its own or a registered one of an application:
/// never anything that was typed.
#[cfg(feature = "ssr")]
pub(crate) fn take(step: Step) {
    if let Some(cookie) = &step.cookie {
        set_provider_cookie(Some(cookie));
    }
    leptos_axum::redirect(&step.to);
}
