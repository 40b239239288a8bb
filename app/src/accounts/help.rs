//! "Can't sign in?" (A6): one question, one answer, and another password.

use super::api::{AskHelp, ResetPassword};
use super::create::{password_policy, password_twice};
use super::page::{address, address_in, home};
use super::robots::not_a_robot;
use crate::failure::Failure;
use crate::form::Draft;
use crate::locale;
use crate::request::{at_provider, draft, parameter, query, set_status};
use crate::shell::{Page, public, whole};
use crate::ui::{Button, EmailInput, Kind, Link, LinkButton, Panel, error_of};
use domain::accounts::HelpForm;
use domain::{Field, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/identity/cannot-sign-in`
#[component]
pub fn HelpPage() -> impl IntoView {
    whole(async {
        let draft: Option<Draft<HelpForm>> = draft("accounts/ask_help").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let email = draft.map(|draft| draft.form.email).unwrap_or_default();
        let robots = not_a_robot().await?;
        let l = locale();
        let back = query("request").map_or_else(home, |request| address_in("sign-in", &request));
        let back = Link::to(back, td_string!(l, accounts.sign_in.title));
        let faults = Signal::stored(problems.clone());
        Ok(view! {
            <Page title=td_string!(l, accounts.help.title) lede=td_string!(l, accounts.help.lede) back problems=problems>
                <form method="post" action=AskHelp::url() novalidate>
                    <EmailInput
                        name="form[email]"
                        id=Field::Email.id()
                        label=td_string!(l, accounts.email)
                        value=email
                        error=error_of(faults, Field::Email)
                        autocomplete="username"
                    />
                    {robots}
                    <div class="actions"><Button>{td_string!(l, accounts.help.button)}</Button></div>
                </form>
                <h2>{td_string!(l, accounts.help.institution_title)}</h2>
                <p>{td_string!(l, accounts.help.institution_text)}</p>
                <h2>{td_string!(l, accounts.help.other_title)}</h2>
                <p>{td_string!(l, accounts.help.other_text)}</p>
            </Page>
        }
        .into_any())
    })
}

/// `/en/identity/cannot-sign-in/sent`: the same for everybody.
#[component]
pub fn HelpSentPage() -> impl IntoView {
    public(|| {
        let l = locale();
        let title = td_string!(l, accounts.help.sent_title);
        view! {
            <Page title bare=true>
                <Panel title><p>{td_string!(l, accounts.help.sent_text)}</p></Panel>
                <p>{td_string!(l, accounts.help.sent_nothing)}</p>
                <p class="row">
                    <a class="action" href=address("cannot-sign-in")>{td_string!(l, accounts.help.sent_again)}</a>
                </p>
            </Page>
        }
    })
}

/// `/en/identity/reset/…`: the link from the mail. Opening it changes nothing (I8).
#[component]
pub fn ResetPage() -> impl IntoView {
    whole(async {
        let token: String = parameter("token")?;
        let opened = token.clone();
        let email = match at_provider(|desk| async move { desk.reset_link(&opened).await }).await {
            Ok(email) => email,
            Err(Failure::Refused(Problem::CodeExpired)) => return Ok(dead_link()),
            Err(failure) => return Err(failure),
        };
        let policy = password_policy().await?;
        let draft: Option<Draft<()>> = draft("accounts/reset_password").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        let faults = Signal::stored(problems.clone());
        let lede = td_string!(l, accounts.reset.lede, email = email.clone());
        Ok(view! {
            <Page title=td_string!(l, accounts.reset.title) lede problems=problems>
                <form method="post" action=ResetPassword::url() novalidate>
                    <input type="hidden" name="token" value=token.clone() />
                    <input type="hidden" autocomplete="username" value=email.clone() />
                    {password_twice(td_string!(l, accounts.reset.password), policy, faults)}
                    <div class="actions"><Button>{td_string!(l, accounts.reset.button)}</Button></div>
                </form>
            </Page>
        }
        .into_any())
    })
}

fn dead_link() -> AnyView {
    set_status(410);
    let l = locale();
    view! {
        <Page title=td_string!(l, accounts.reset.dead_title) lede=td_string!(l, accounts.reset.dead_text)>
            <div class="actions">
                <LinkButton kind=Kind::Secondary href=address("cannot-sign-in")>
                    {td_string!(l, accounts.sign_in.cannot)}
                </LinkButton>
            </div>
        </Page>
    }
    .into_any()
}

/// `/en/identity/password-changed`
#[component]
pub fn PasswordChangedPage() -> impl IntoView {
    public(|| {
        let l = locale();
        let title = td_string!(l, accounts.reset.done_title);
        view! {
            <Page title bare=true>
                <Panel title><p>{td_string!(l, accounts.reset.done_text)}</p></Panel>
                <div class="actions"><LinkButton href=home()>{td_string!(l, accounts.sign_in.button)}</LinkButton></div>
            </Page>
        }
    })
}
