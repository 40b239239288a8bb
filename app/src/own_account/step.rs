//! What stands between the password and the application: the second factor, a passkey, or the setting up of one (A8).

use super::api::{AskPasskey, ProveCode, SignInWithPasskey};
use super::factors::kinds;
use crate::accounts::page::{address_in, at_desk, waiting};
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{at_provider, draft, query};
use crate::shell::Page;
use crate::ui::{Button, Kind, TextInput, error_of};
use crate::{language, locale};
use domain::accounts::own::{PasskeyQuestion, StepCard};
use domain::{Field, Problem};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The application that waits for that sign-in, as a button names it.
pub(super) async fn destination_of(request: &str) -> Result<String, Failure> {
    let handle = request.to_owned();
    let card = at_provider(|desk| async move { desk.request(&handle).await }).await?;
    Ok(card.destination.in_language(language()).to_owned())
}

/// `/en/identity/second-step`
#[component]
pub fn SecondStepPage() -> impl IntoView {
    at_desk(async {
        let request = query("request").ok_or(Problem::SignInExpired)?;
        let handle = request.clone();
        let card = at_provider(|desk| async move { desk.second_step(&handle).await }).await?;
        let draft: Option<Draft<()>> = draft("own_account/prove_code").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        let destination = card.destination.in_language(language()).to_owned();
        let code =
            (card.app || card.recovery).then(|| code_form(&request, &card, Signal::stored(problems.clone())));
        let passkey =
            card.passkey.then(|| ask_passkey_button(&request, td_string!(l, own_account.step_passkey)));
        Ok(view! {
            <Page
                title=td_string!(l, own_account.step_title)
                lede=td_string!(l, own_account.step_lede, email = card.email.clone(), destination = destination)
                problems=problems
            >
                {code}
                {passkey}
                <p class="row">
                    <a class="action" href=address_in("sign-in", &request)>{td_string!(l, own_account.step_other)}</a>
                </p>
                <p class="hint">{td_string!(l, own_account.step_lost)}</p>
            </Page>
        }
        .into_any())
    })
}

fn code_form(request: &str, card: &StepCard, faults: Signal<domain::FieldProblems>) -> impl IntoView + use<> {
    let l = locale();
    let hint = if card.app {
        td_string!(l, own_account.step_code_app)
    } else {
        td_string!(l, own_account.step_code_recovery)
    };
    view! {
        <form method="post" action=ProveCode::url() novalidate>
            <input type="hidden" name="request" value=request.to_owned() />
            <TextInput
                name="form[code]"
                id=Field::Code.id()
                label=td_string!(l, own_account.step_code)
                hint=hint
                error=error_of(faults, Field::Code)
                autocomplete="one-time-code"
            />
            <div class="actions"><Button wide=true>{td_string!(l, own_account.step_button)}</Button></div>
        </form>
    }
}

/// The question that the address carries a ticket of, while it waits.
pub(super) async fn question() -> Result<Option<PasskeyQuestion>, Failure> {
    let Some(ticket) = query("ticket") else { return Ok(None) };
    at_provider(|desk| async move { desk.passkey_question(&ticket).await }).await
}

/// Asks any passkey who it is.
pub(crate) fn ask_passkey_button(request: &str, words: &'static str) -> impl IntoView + use<> {
    view! {
        <form method="post" action=AskPasskey::url()>
            <input type="hidden" name="request" value=request.to_owned() />
            <Button kind=Kind::Secondary wide=true>{words}</Button>
        </form>
    }
}

/// `/en/identity/passkey`: the whole sign-in by a passkey.
#[component]
pub fn PasskeySignInPage() -> impl IntoView {
    at_desk(async {
        let (request, card) = waiting().await?;
        let question = question().await?;
        let draft: Option<Draft<()>> = draft("own_account/sign_in_with_passkey").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        let destination = card.destination.in_language(language()).to_owned();
        let password = address_in("sign-in", &request);
        let form = match question {
            Some(question) => view! {
                <PasskeyQuestionForm
                    action=SignInWithPasskey::url()
                    act="get"
                    request=request
                    question
                    named=false
                    button=td_string!(l, own_account.with_passkey_button)
                    without_script=td_string!(l, own_account.with_passkey_script)
                    stopped=td_string!(l, own_account.with_passkey_stopped)
                />
            }
            .into_any(),
            None => ask_passkey_button(&request, td_string!(l, own_account.with_passkey_button)).into_any(),
        };
        Ok(view! {
            <Page
                title=td_string!(l, own_account.with_passkey_title)
                lede=td_string!(l, own_account.with_passkey_lede, destination = destination)
                problems
            >
                {form}
                <p class="row"><a class="action" href=password>{td_string!(l, own_account.with_password)}</a></p>
            </Page>
        }
        .into_any())
    })
}

/// The form that a script fills with the answer of a passkey; without script it says so (G2).
#[component]
pub(super) fn PasskeyQuestionForm(
    action: &'static str,
    /// `create` or `get`.
    act: &'static str,
    request: String,
    question: PasskeyQuestion,
    /// Asks what the passkey is to be called.
    named: bool,
    button: &'static str,
    without_script: &'static str,
    /// What is said when the device stopped.
    stopped: &'static str,
) -> impl IntoView {
    let l = locale();
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let name = named.then(|| {
        view! {
            <TextInput
                name="form[name]"
                id=Field::FactorName.id()
                label=td_string!(l, own_account.app_name)
                hint=td_string!(l, own_account.app_name_hint)
                optional=true
            />
        }
    });
    view! {
        <p id="passkey-script"><strong>{without_script}</strong></p>
        <form id="passkey" method="post" action=action data-act=act data-options=question.options hidden>
            <input type="hidden" name="request" value=request />
            <input type="hidden" name="form[ticket]" value=question.ticket />
            <input type="hidden" name="form[answer]" id="passkey-answer" />
            {name}
            <p id="passkey-stopped" role="alert" tabindex="-1" hidden>{stopped}</p>
            <div class="actions"><Button wide=true>{button}</Button></div>
        </form>
        <script src="/passkeys.js" defer nonce=nonce></script>
    }
}

/// `/en/identity/set-up`: the deployment wants a second factor of this person, who has none yet.
#[component]
pub fn SetUpPage() -> impl IntoView {
    at_desk(async {
        let (request, card) = waiting().await?;
        let l = locale();
        let destination = card.destination.in_language(language()).to_owned();
        let kinds = kinds(Some(&request), card.passkeys);
        Ok(view! {
            <Page
                title=td_string!(l, own_account.set_up_title)
                lede=td_string!(l, own_account.set_up_lede, destination = destination)
            >
                {kinds}
            </Page>
        }
        .into_any())
    })
}
