//! What the pages of an account ask of the provider. Every one is a plain form; no secret is ever kept in a draft.

use crate::failure::Failure;
use domain::accounts::CodeForm;
use domain::accounts::own::{CloseForm, NewAppForm, OwnEmailForm, OwnNameForm, OwnPasswordForm, PasskeyForm};
use domain::{AccountSessionId, FactorId};
use leptos::server;

#[cfg(feature = "ssr")]
use {
    crate::accounts::api::take,
    crate::language,
    crate::request::set_provider_cookie,
    crate::request::{at_provider, notice, redirect, submit},
    crate::ui::notice::Notice,
    domain::accounts::own::{AccountDone, AccountPage},
};

/// Keeps name and language (A9).
#[server(endpoint = "own_account/save_name")]
pub async fn save_name(form: OwnNameForm) -> Result<(), Failure> {
    submit("own_account/save_name", &form.clone(), async move {
        at_provider(|desk| async move { desk.save_own_name(&form).await }).await?;
        done(AccountDone::NameSaved, AccountPage::Overview).await;
        Ok(())
    })
    .await
}

/// Asks for another address: a link goes there (A9).
#[server(endpoint = "own_account/ask_email")]
pub async fn ask_email(form: OwnEmailForm) -> Result<(), Failure> {
    submit("own_account/ask_email", &form.clone(), async move {
        at_provider(|desk| async move { desk.ask_new_email(&form).await }).await?;
        done(AccountDone::EmailAsked, AccountPage::Overview).await;
        Ok(())
    })
    .await
}

/// Takes that back.
#[server(endpoint = "own_account/keep_email")]
pub async fn keep_email() -> Result<(), Failure> {
    at_provider(|desk| async move { desk.keep_email().await }).await?;
    done(AccountDone::EmailKept, AccountPage::Overview).await;
    Ok(())
}

/// The button behind the link that went to the new address (A9).
#[server(endpoint = "own_account/confirm_email")]
pub async fn confirm_email(token: String) -> Result<(), Failure> {
    submit("own_account/confirm_email", &(), async move {
        take(at_provider(|desk| async move { desk.confirm_new_email(&token).await }).await?);
        Ok(())
    })
    .await
}

/// Another password, for whoever knows the one in force (A9).
#[server(endpoint = "own_account/change_password")]
pub async fn change_password(form: OwnPasswordForm) -> Result<(), Failure> {
    submit("own_account/change_password", &(), async move {
        at_provider(|desk| async move { desk.change_password(&form).await }).await?;
        done(AccountDone::PasswordChanged, AccountPage::Overview).await;
        Ok(())
    })
    .await
}

/// Closes the account of whoever ticked that they are sure (A9).
#[server(endpoint = "own_account/close")]
pub async fn close_account(#[server(default)] form: CloseForm) -> Result<(), Failure> {
    submit("own_account/close", &form.clone(), async move {
        let step = at_provider(|desk| async move { desk.close_account(&form).await }).await?;
        set_provider_cookie(None);
        redirect(&step.to);
        Ok(())
    })
    .await
}

/// Adds an authenticator app once its code is right (A8). `request` is the sign-in that waits for it, if any.
#[server(endpoint = "own_account/add_app")]
pub async fn add_app(request: String, form: NewAppForm) -> Result<(), Failure> {
    let kept = NewAppForm { code: String::new(), ..form.clone() };
    submit("own_account/add_app", &kept, async move {
        let first = at_provider(|desk| async move { desk.add_app(&form).await }).await?;
        added(first, &request).await;
        Ok(())
    })
    .await
}

/// Begins to add a passkey: the question to it, on a page (A8). `request` is the sign-in that waits for it, if any.
#[server(endpoint = "own_account/new_passkey")]
pub async fn new_passkey(request: String) -> Result<(), Failure> {
    let ticket = at_provider(|desk| async move { desk.new_passkey().await }).await?;
    let path = AccountPage::Passkey.path();
    redirect(&format!("/{}/identity/{path}?request={request}&ticket={ticket}", language().code()));
    Ok(())
}

/// Asks any passkey who it is, on a page (A8).
#[server(endpoint = "own_account/ask_passkey")]
pub async fn ask_passkey(request: String) -> Result<(), Failure> {
    let handle = request.clone();
    let ticket = at_provider(|desk| async move { desk.ask_passkey(&handle).await }).await?;
    redirect(&format!("/{}/identity/passkey?request={request}&ticket={ticket}", language().code()));
    Ok(())
}

/// Adds a passkey with the answer that the browser brought (A8).
#[server(endpoint = "own_account/add_passkey")]
pub async fn add_passkey(request: String, form: PasskeyForm) -> Result<(), Failure> {
    submit("own_account/add_passkey", &(), async move {
        let first = at_provider(|desk| async move { desk.add_passkey(&form).await }).await?;
        added(first, &request).await;
        Ok(())
    })
    .await
}

/// Takes a second factor away (A8).
#[server(endpoint = "own_account/remove_factor")]
pub async fn remove_factor(factor: FactorId) -> Result<(), Failure> {
    submit("own_account/remove_factor", &(), async move {
        at_provider(|desk| async move { desk.remove_factor(factor).await }).await?;
        done(AccountDone::FactorRemoved, AccountPage::SecondFactor).await;
        Ok(())
    })
    .await
}

/// Ten other recovery codes (A8).
#[server(endpoint = "own_account/renew_recovery_codes")]
pub async fn renew_recovery_codes() -> Result<(), Failure> {
    submit("own_account/renew_recovery_codes", &(), async move {
        at_provider(|desk| async move { desk.renew_recovery_codes().await }).await?;
        done(AccountDone::RecoveryRenewed, AccountPage::RecoveryCodes).await;
        Ok(())
    })
    .await
}

/// Ends another session (A9).
#[server(endpoint = "own_account/end_session")]
pub async fn end_session(session: AccountSessionId) -> Result<(), Failure> {
    at_provider(|desk| async move { desk.end_own_session(session).await }).await?;
    done(AccountDone::SessionEnded, AccountPage::Overview).await;
    Ok(())
}

/// Ends every session but this one (A9).
#[server(endpoint = "own_account/end_other_sessions")]
pub async fn end_other_sessions() -> Result<(), Failure> {
    at_provider(|desk| async move { desk.end_other_own_sessions().await }).await?;
    done(AccountDone::SessionsEnded, AccountPage::Overview).await;
    Ok(())
}

/// Takes back what an application of others may know (A9, A10).
#[server(endpoint = "own_account/withdraw_application")]
pub async fn withdraw_application(application: String) -> Result<(), Failure> {
    at_provider(|desk| async move { desk.withdraw_application(&application).await }).await?;
    done(AccountDone::ApplicationWithdrawn, AccountPage::Overview).await;
    Ok(())
}

/// The second step of a sign-in: an app's code or a recovery code (A8).
#[server(endpoint = "own_account/prove_code")]
pub async fn prove_code(request: String, form: CodeForm) -> Result<(), Failure> {
    submit("own_account/prove_code", &(), async move {
        take(at_provider(|desk| async move { desk.prove_code(&request, &form).await }).await?);
        Ok(())
    })
    .await
}

/// Signs in with a passkey alone (A8).
#[server(endpoint = "own_account/sign_in_with_passkey")]
pub async fn sign_in_with_passkey(request: String, form: PasskeyForm) -> Result<(), Failure> {
    submit("own_account/sign_in_with_passkey", &(), async move {
        take(at_provider(|desk| async move { desk.sign_in_with_passkey(&request, &form).await }).await?);
        Ok(())
    })
    .await
}

/// Back to a page of the account, with word of what was done.
#[cfg(feature = "ssr")]
async fn done(what: AccountDone, page: AccountPage) {
    notice(Notice::OwnAccount { what }).await;
    redirect(&format!("/{}/identity/{}", language().code(), page.path()));
}

/// After the first factor, the recovery codes; the sign-in that waits stays in the address.
#[cfg(feature = "ssr")]
async fn added(first: bool, request: &str) {
    let page = if first { AccountPage::RecoveryCodes } else { AccountPage::SecondFactor };
    notice(Notice::OwnAccount { what: AccountDone::FactorAdded }).await;
    let waits = if request.is_empty() { String::new() } else { format!("?request={request}") };
    redirect(&format!("/{}/identity/{}{waits}", language().code(), page.path()));
}
