//! Signing in, going on, signing out, and what is said when none of it can be.

use super::api::{Agree, Decline, Proceed, SignIn, SignOut};
use crate::failure::Failure;
use crate::form::Draft;
use crate::own_account::step::ask_passkey_button;
use crate::request::{at_provider, draft, query, raw_query, set_status};
use crate::shell::{Page, public, whole};
use crate::ui::{Button, EmailInput, Kind, LinkButton, PasswordInput, error_of};
use crate::{language, locale};
use domain::accounts::{RequestCard, Shared, SignInForm};
use domain::{Field, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// A page of the provider, in the language of this one.
pub(crate) fn address(name: &str) -> String {
    format!("/{}/identity/{name}", language().code())
}

/// The same, for the request that waits.
pub(crate) fn address_in(name: &str, request: &str) -> String {
    format!("{}?request={request}", address(name))
}

/// Where one begins again: the portal's own home.
pub(super) fn home() -> String {
    format!("/{}/home", language().code())
}

/// The request that waits, as the address names it; without one, or too late, a page that leads back.
pub(crate) async fn waiting() -> Result<(String, RequestCard), Failure> {
    let request = query("request").ok_or(Problem::SignInExpired)?;
    let handle = request.clone();
    let card = at_provider(|desk| async move { desk.request(&handle).await }).await?;
    Ok((request, card))
}

/// A page of the provider: a request that has expired is told in its own words.
pub(crate) fn at_desk<F>(page: F) -> AnyView
where
    F: Future<Output = Result<AnyView, Failure>> + Send + 'static,
{
    whole(async {
        match page.await {
            Err(Failure::Refused(Problem::SignInExpired)) => Ok(expired()),
            result => result,
        }
    })
}

fn expired() -> AnyView {
    set_status(410);
    let l = locale();
    view! {
        <Page title=td_string!(l, accounts.expired.title) lede=td_string!(l, accounts.expired.text)>
            <div class="actions"><LinkButton href=home()>{td_string!(l, accounts.expired.button)}</LinkButton></div>
        </Page>
    }
    .into_any()
}

/// `/en/identity/sign-in`
#[component]
pub fn SignInPage() -> impl IntoView {
    at_desk(async {
        let (request, card) = waiting().await?;
        let draft: Option<Draft<SignInForm>> = draft("accounts/sign_in").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let email = draft.map_or_else(|| card.login_hint.unwrap_or_default(), |draft| draft.form.email);
        let l = locale();
        let destination = card.destination.in_language(language()).to_owned();
        let faults = Signal::stored(problems.clone());
        let passkey =
            card.passkeys.then(|| ask_passkey_button(&request, td_string!(l, accounts.sign_in.passkey)));
        Ok(view! {
            <Page
                title=td_string!(l, accounts.sign_in.title)
                lede=td_string!(l, accounts.sign_in.lede, destination = destination)
                problems=problems
            >
                <form method="post" action=SignIn::url() novalidate>
                    <input type="hidden" name="request" value=request.clone() />
                    <EmailInput
                        name="form[email]"
                        id=Field::Email.id()
                        label=td_string!(l, accounts.email)
                        value=email
                        error=error_of(faults, Field::Email)
                        autocomplete="username"
                    />
                    <PasswordInput
                        name="form[password]"
                        id=Field::Password.id()
                        label=td_string!(l, accounts.password)
                        error=error_of(faults, Field::Password)
                        autocomplete="current-password"
                    />
                    <div class="actions"><Button wide=true>{td_string!(l, accounts.sign_in.button)}</Button></div>
                </form>
                {passkey}
                <p class="row">
                    <a class="action" href=address_in("cannot-sign-in", &request)>{td_string!(l, accounts.sign_in.cannot)}</a>
                    <a class="action" href=address_in("create-account", &request)>{td_string!(l, accounts.sign_in.create)}</a>
                </p>
                <p class="hint">{td_string!(l, accounts.sign_in.unconfirmed)}</p>
            </Page>
        }
        .into_any())
    })
}

/// `/en/identity/continue`: an application of others asks what it may know, or one's own choice was wanted.
#[component]
pub fn ContinuePage() -> impl IntoView {
    at_desk(async {
        let (request, card) = waiting().await?;
        let email = card.signed_in_as.ok_or(Problem::SignInExpired)?;
        let l = locale();
        let destination = card.destination.in_language(language()).to_owned();
        let button = td_string!(l, accounts.proceed.button, destination = destination.clone());
        let onward = match card.asks {
            Some(asks) => consent(&request, &destination, &asks),
            None => view! {
                <form method="post" action=Proceed::url()>
                    <input type="hidden" name="request" value=request.clone() />
                    <div class="actions">
                        <Button wide=true>{button}</Button>
                    </div>
                </form>
            }
            .into_any(),
        };
        Ok(view! {
            <Page
                title=td_string!(l, accounts.proceed.title, destination = destination)
                lede=td_string!(l, accounts.proceed.lede, email = email)
            >
                {onward}
                <p class="row">
                    <a class="action" href=address_in("sign-in", &request)>{td_string!(l, accounts.proceed.another)}</a>
                </p>
            </Page>
        }
        .into_any())
    })
}

/// What an application of others wants to know, and two buttons of the same weight in law: yes and no.
fn consent(request: &str, destination: &str, asks: &[Shared]) -> AnyView {
    let l = locale();
    let told: Vec<_> = asks.iter().map(|what| view! { <li>{shared(*what)}</li> }).collect();
    view! {
        <p>{td_string!(l, accounts.proceed.asks, destination = destination.to_owned())}</p>
        <ul>
            <li>{td_string!(l, accounts.proceed.shares_account)}</li>
            {told}
        </ul>
        <form method="post" action=Agree::url()>
            <input type="hidden" name="request" value=request.to_owned() />
            <div class="actions"><Button wide=true>{td_string!(l, accounts.proceed.agree)}</Button></div>
        </form>
        <form method="post" action=Decline::url()>
            <input type="hidden" name="request" value=request.to_owned() />
            <div class="actions">
                <Button kind=Kind::Secondary wide=true>{td_string!(l, accounts.proceed.decline)}</Button>
            </div>
        </form>
    }
    .into_any()
}

pub(crate) fn shared(what: Shared) -> &'static str {
    let l = locale();
    match what {
        Shared::Name => td_string!(l, accounts.proceed.shares_name),
        Shared::Email => td_string!(l, accounts.proceed.shares_email),
        Shared::Organizations => td_string!(l, accounts.proceed.shares_organizations),
        Shared::Offline => td_string!(l, accounts.proceed.shares_offline),
    }
}

/// `/en/identity/sign-out`: an application asked without proof, so the person is asked.
#[component]
pub fn SignOutPage() -> impl IntoView {
    public(|| {
        let l = locale();
        view! {
            <Page title=td_string!(l, accounts.sign_out.title) lede=td_string!(l, accounts.sign_out.lede)>
                <form method="post" action=SignOut::url()>
                    <input type="hidden" name="back" value=raw_query() />
                    <div class="actions">
                        <Button>{td_string!(l, accounts.sign_out.button)}</Button>
                        <LinkButton kind=Kind::Secondary href=home()>{td_string!(l, accounts.sign_out.stay)}</LinkButton>
                    </div>
                </form>
            </Page>
        }
    })
}

/// `/en/identity/signed-out`: done, when the application named no address to go back to.
#[component]
pub fn SignedOutPage() -> impl IntoView {
    whole(async {
        let client = query("client_id");
        let begin = at_provider(|desk| async move { desk.begin_again(client.as_deref()).await }).await?;
        let l = locale();
        let (name, home) = begin;
        let label =
            td_string!(l, accounts.signed_out.button, destination = name.in_language(language()).to_owned());
        Ok(view! {
            <Page title=td_string!(l, accounts.signed_out.title) lede=td_string!(l, accounts.signed_out.lede)>
                <div class="actions">
                    <LinkButton href=home.in_language(language()).to_owned()>{label}</LinkButton>
                </div>
            </Page>
        }
        .into_any())
    })
}

/// `/en/identity/error`: an application asked for what cannot be answered. Its words are never shown, only ours.
#[component]
pub fn RequestErrorPage() -> impl IntoView {
    public(|| {
        set_status(400);
        let l = locale();
        let why = match query("code").as_deref() {
            Some("unknown_client") => td_string!(l, accounts.error.unknown_client),
            Some("unknown_address") => td_string!(l, accounts.error.unknown_address),
            _ => td_string!(l, accounts.error.other),
        };
        view! {
            <Page title=td_string!(l, accounts.error.title) lede=why>
                <p>{td_string!(l, accounts.error.what_to_do)}</p>
                <div class="actions">
                    <LinkButton href=home()>
                        {td_string!(l, accounts.error.button, destination = td_string!(l, shell.product))}
                    </LinkButton>
                </div>
            </Page>
        }
    })
}
