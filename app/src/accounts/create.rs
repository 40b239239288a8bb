//! Creating an account in three steps: what to expect (A1), the form (A2, A3), the code (A5); then the way on.

use super::api::{ConfirmLink, CreateAccount, Proceed, SendAgain, Verify};
use super::page::{address, address_in, at_desk, home, waiting};
use super::robots::not_a_robot;
use super::terms::consent;
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{at_provider, draft, parameter, portal, query, set_status};
use crate::shell::Page;
use crate::ui::{
    Button, EmailInput, Kind, LinkButton, NoticeBox, Panel, PasswordInput, TextInput, Tone, Width, error_of,
};
use crate::{language, locale};
use domain::accounts::{AccountForm, LinkCard, PasswordPolicy, RequestCard, WaitingCard};
use domain::{Field, FieldProblems, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The heading of one step of three.
fn step(number: u8, title: String, lede: Option<String>) -> impl IntoView {
    view! {
        <p class="over">{td_string!(locale(), accounts.create.over, step = number)}</p>
        <h1>{title}</h1>
        {lede.map(|lede| view! { <p class="lede">{lede}</p> })}
    }
}

/// `/en/identity/create-account`: the privacy notice and what to expect (A1).
#[component]
pub fn NoticePage() -> impl IntoView {
    at_desk(async {
        let (request, card) = waiting().await?;
        let l = locale();
        let title = td_string!(l, accounts.create.title).to_owned();
        let lede = td_string!(l, accounts.create.notice_lede).to_owned();
        Ok(view! {
            <Page title=title.clone() bare=true>
                {step(1, title.clone(), Some(lede))}
                {what_to_expect(&card)}
                {privacy_notice()}
                <div class="actions">
                    <LinkButton href=address_in("create-account/form", &request) wide=true>
                        {td_string!(l, accounts.create.go_on)}
                    </LinkButton>
                </div>
                <p class="row">
                    <a class="action" href=address_in("sign-in", &request)>{td_string!(l, accounts.create.already)}</a>
                </p>
            </Page>
        }
        .into_any())
    })
}

fn what_to_expect(card: &RequestCard) -> impl IntoView + use<> {
    let l = locale();
    let destination = card.destination.in_language(language()).to_owned();
    view! {
        <h2>{td_string!(l, accounts.create.expect_title)}</h2>
        <ul>
            <li>{td_string!(l, accounts.create.expect_time)}</li>
            <li>{td_string!(l, accounts.create.expect_need)}</li>
            <li>{td_string!(l, accounts.create.expect_code)}</li>
            <li>{td_string!(l, accounts.create.expect_then, destination = destination)}</li>
        </ul>
    }
}

fn privacy_notice() -> impl IntoView {
    let l = locale();
    let operator = portal().operator().name.in_language(language()).to_owned();
    let whole = format!("/{}/privacy", language().code());
    view! {
        <h2>{td_string!(l, accounts.create.privacy_title)}</h2>
        <p>{td_string!(l, accounts.create.privacy_what)}</p>
        <p>{td_string!(l, accounts.create.privacy_why)}</p>
        <p>{td_string!(l, accounts.create.privacy_who, operator = operator)}</p>
        <p><a href=whole>{td_string!(l, accounts.create.privacy_more)}</a></p>
    }
}

/// `/en/identity/create-account/form`
#[component]
pub fn CreateAccountPage() -> impl IntoView {
    at_desk(async {
        let (request, card) = waiting().await?;
        let policy = password_policy().await?;
        let robots = not_a_robot().await?;
        let draft: Option<Draft<AccountForm>> = draft("accounts/create_account").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let typed = draft.map_or_else(
            || AccountForm { email: card.login_hint.unwrap_or_default(), ..AccountForm::default() },
            |draft| draft.form,
        );
        let l = locale();
        let title = td_string!(l, accounts.create.title).to_owned();
        let lede = td_string!(l, accounts.create.lede).to_owned();
        let faults = Signal::stored(problems.clone());
        Ok(view! {
            <Page title=title.clone() bare=true problems=problems>
                {step(2, title.clone(), Some(lede))}
                <form method="post" action=CreateAccount::url() novalidate>
                    <input type="hidden" name="request" value=request.clone() />
                    {who_you_are(&typed, faults)}
                    {password_twice(td_string!(l, accounts.password), policy, faults)}
                    {consent(typed.consent == "true", faults)}
                    {robots}
                    <div class="actions"><Button wide=true>{td_string!(l, accounts.create.button)}</Button></div>
                </form>
                <p class="row">
                    <a class="action" href=address_in("sign-in", &request)>{td_string!(l, accounts.create.already)}</a>
                </p>
            </Page>
        }
        .into_any())
    })
}

/// What this deployment asks of a new password.
pub(crate) async fn password_policy() -> Result<PasswordPolicy, Failure> {
    at_provider(|desk| async move { Ok(desk.password_policy()) }).await
}

fn who_you_are(typed: &AccountForm, faults: Signal<FieldProblems>) -> impl IntoView + use<> {
    let l = locale();
    view! {
        <TextInput
            name="form[first_name]"
            id=Field::FirstName.id()
            label=td_string!(l, accounts.first_name)
            hint=td_string!(l, accounts.first_name_hint)
            value=typed.first_name.clone()
            error=error_of(faults, Field::FirstName)
            autocomplete="given-name"
        />
        <TextInput
            name="form[last_name]"
            id=Field::LastName.id()
            label=td_string!(l, accounts.last_name)
            value=typed.last_name.clone()
            error=error_of(faults, Field::LastName)
            autocomplete="family-name"
        />
        <EmailInput
            name="form[email]"
            id=Field::Email.id()
            label=td_string!(l, accounts.email)
            hint=td_string!(l, accounts.create.email_hint)
            value=typed.email.clone()
            error=error_of(faults, Field::Email)
            autocomplete="username"
        />
    }
}

/// A new password, with its rules, each of which ticks as it is met (A3), and once more.
pub(crate) fn password_twice(
    label: &'static str,
    policy: PasswordPolicy,
    faults: Signal<FieldProblems>,
) -> impl IntoView {
    let l = locale();
    let tick = || view! { " "<span class="visually-hidden"></span> };
    let least = policy.least();
    let kinds = policy.of_four_kinds().then(|| {
        view! {
            <li data-pattern="\\p{Lu}.*\\p{Ll}|\\p{Ll}.*\\p{Lu}">{td_string!(l, accounts.create.rule_cases)}{tick()}</li>
            <li data-pattern="\\p{N}">{td_string!(l, accounts.create.rule_digit)}{tick()}</li>
            <li data-pattern="[^\\p{Alphabetic}\\p{N}]">{td_string!(l, accounts.create.rule_special)}{tick()}</li>
        }
    });
    view! {
        <PasswordInput
            name="form[password]"
            id=Field::Password.id()
            label=label
            hint=td_string!(l, accounts.create.rule_own)
            error=error_of(faults, Field::Password)
            autocomplete="new-password"
            rules="password-rules"
        />
        <p class="label">{td_string!(l, accounts.create.rules)}</p>
        <ul
            class="password-rules"
            id="password-rules"
            data-for=Field::Password.id()
            data-met=format!("({})", td_string!(l, accounts.create.met))
        >
            <li data-pattern=format!(".{{{least}}}")>{td_string!(l, accounts.create.rule_length, least = least)}{tick()}</li>
            {kinds}
            <li data-same=Field::PasswordAgain.id()>{td_string!(l, accounts.create.rule_same)}{tick()}</li>
        </ul>
        <PasswordInput
            name="form[password_again]"
            id=Field::PasswordAgain.id()
            label=td_string!(l, accounts.create.password_again)
            error=error_of(faults, Field::PasswordAgain)
            autocomplete="new-password"
        />
    }
}

/// `/en/identity/verify`: the code from the mail (A5).
#[component]
pub fn VerifyPage() -> impl IntoView {
    at_desk(async {
        let request = query("request").ok_or(Problem::SignInExpired)?;
        let handle = request.clone();
        let card = at_provider(|desk| async move { desk.waiting(&handle).await }).await?;
        let draft: Option<Draft<()>> = draft("accounts/verify").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        let title = td_string!(l, accounts.verify.title).to_owned();
        let sent_again = query("sent").is_some() && problems.is_empty();
        let usable = card.tries_left > 0 && !card.expired;
        Ok(view! {
            <Page title=title.clone() bare=true problems=problems.clone()>
                {sent_again.then(sent_again_notice)}
                {step(3, title.clone(), None)}
                {sent_to(&card)}
                {(card.leaves_in > 0)
                    .then(|| view! { <p>{td_string!(l, accounts.verify.leaves_in, seconds = card.leaves_in)}</p> })}
                {usable.then(|| code_form(&request, card.tries_left, problems.clone()))}
                {why_unusable(&card)}
                {nothing_received(&card, &request)}
            </Page>
        }
        .into_any())
    })
}

fn sent_again_notice() -> impl IntoView {
    let l = locale();
    view! {
        <NoticeBox id="sent-again" title=td_string!(l, accounts.verify.sent_title) tone=Tone::Success>
            <p>{td_string!(l, accounts.verify.sent_again)}</p>
        </NoticeBox>
    }
}

fn sent_to(card: &WaitingCard) -> impl IntoView + use<> {
    let l = locale();
    view! {
        <p>
            {td_string!(l, accounts.verify.lede_before)} " " <strong>{card.email.clone()}</strong> " "
            {td_string!(l, accounts.verify.lede_after)}
        </p>
    }
}

fn code_form(request: &str, left: u8, problems: FieldProblems) -> impl IntoView + use<> {
    let l = locale();
    let faults = Signal::stored(problems);
    view! {
        <form method="post" action=Verify::url() novalidate>
            <input type="hidden" name="request" value=request.to_owned() />
            <TextInput
                name="form[code]"
                id=Field::Code.id()
                label=td_string!(l, accounts.verify.code)
                hint=tries(left)
                error=error_of(faults, Field::Code)
                autocomplete="one-time-code"
                inputmode="numeric"
                width=Width::Short
                class="code-input"
            />
            <div class="actions"><Button>{td_string!(l, accounts.verify.button)}</Button></div>
        </form>
    }
}

/// What is typed, and how often it may be wrong.
fn tries(left: u8) -> String {
    let l = locale();
    if left == 1 {
        td_string!(l, accounts.verify.code_hint_last).to_owned()
    } else {
        td_string!(l, accounts.verify.code_hint, left = left)
    }
}

fn why_unusable(card: &WaitingCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    let why = match card {
        WaitingCard { may_ask_again: false, expired: true, .. }
        | WaitingCard { may_ask_again: false, tries_left: 0, .. } => {
            td_string!(l, accounts.verify.no_more)
        }
        WaitingCard { expired: true, .. } => td_string!(l, accounts.verify.expired),
        WaitingCard { tries_left: 0, .. } => td_string!(l, accounts.verify.used_up),
        WaitingCard { .. } => return None,
    };
    Some(view! { <p><strong>{why}</strong></p> })
}

fn nothing_received(card: &WaitingCard, request: &str) -> impl IntoView + use<> {
    let l = locale();
    let again = card.may_ask_again.then(|| {
        view! {
            <form method="post" action=SendAgain::url()>
                <input type="hidden" name="request" value=request.to_owned() />
                <Button kind=Kind::Secondary>{td_string!(l, accounts.verify.again)}</Button>
            </form>
        }
    });
    view! {
        <h2>{td_string!(l, accounts.verify.nothing)}</h2>
        <p>{td_string!(l, accounts.verify.nothing_text)}</p>
        <div class="actions">
            {again}
            <a class="action" href=address_in("create-account/form", request)>{td_string!(l, accounts.verify.restart)}</a>
        </div>
    }
}

/// `/en/identity/verify/…`: the link from the mail. Opening it changes nothing (I8); its button does.
#[component]
pub fn LinkPage() -> impl IntoView {
    at_desk(async {
        let token: String = parameter("token")?;
        let opened = token.clone();
        let card = match at_provider(|desk| async move { desk.link(&opened).await }).await {
            Ok(card) => card,
            Err(Failure::Refused(Problem::CodeExpired)) => return Ok(dead_link()),
            Err(failure) => return Err(failure),
        };
        let draft: Option<Draft<()>> = draft("accounts/confirm_link").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        let LinkCard { email, name, asks_password } = card;
        let faults = Signal::stored(problems.clone());
        let password = asks_password.then(|| {
            view! {
                <PasswordInput
                    name="form[password]"
                    id=Field::Password.id()
                    label=td_string!(l, accounts.password)
                    hint=td_string!(l, accounts.link.password_hint)
                    error=error_of(faults, Field::Password)
                    autocomplete="current-password"
                />
            }
        });
        // Without its password a form of ours would send nothing of that name.
        let nothing =
            (!asks_password).then(|| view! { <input type="hidden" name="form[password]" value="" /> });
        let lede = td_string!(l, accounts.link.lede, name = name, email = email.clone());
        Ok(view! {
            <Page title=td_string!(l, accounts.link.title) lede problems=problems>
                <form method="post" action=ConfirmLink::url() novalidate>
                    <input type="hidden" name="token" value=token.clone() />
                    <input type="hidden" autocomplete="username" value=email.clone() />
                    {password}
                    {nothing}
                    <div class="actions"><Button wide=true>{td_string!(l, accounts.link.button)}</Button></div>
                </form>
                <p class="hint">{td_string!(l, accounts.link.not_you)}</p>
            </Page>
        }
        .into_any())
    })
}

fn dead_link() -> AnyView {
    set_status(410);
    let l = locale();
    view! {
        <Page title=td_string!(l, accounts.link.dead_title) lede=td_string!(l, accounts.link.dead_text)>
            <div class="actions">
                <LinkButton href=home()>{td_string!(l, accounts.sign_in.button)}</LinkButton>
                <LinkButton kind=Kind::Secondary href=address("cannot-sign-in")>
                    {td_string!(l, accounts.link.dead_help)}
                </LinkButton>
            </div>
        </Page>
    }
    .into_any()
}

/// `/en/identity/welcome`: the account is active; the button names the destination (A5).
#[component]
pub fn WelcomePage() -> impl IntoView {
    at_desk(async {
        let request = query("request");
        let (handle, client) = (request.clone(), query("client_id"));
        let read = at_provider(|desk| async move {
            match handle {
                Some(handle) => desk.welcome(Some(&handle)).await,
                None => desk.welcome_elsewhere(client.as_deref()).await,
            }
        });
        let read = read.await;
        let welcome = match read {
            Err(Failure::Refused(Problem::SignInNeeded)) => return Err(Problem::SignInExpired.into()),
            other => other?,
        };
        let l = locale();
        let title = td_string!(l, accounts.welcome.title).to_owned();
        let destination = welcome.destination.in_language(language()).to_owned();
        let label = td_string!(l, accounts.welcome.button, destination = destination);
        let onward = match (welcome.home, request) {
            (None, Some(request)) => view! {
                <form method="post" action=Proceed::url()>
                    <input type="hidden" name="request" value=request />
                    <div class="actions"><Button wide=true>{label}</Button></div>
                </form>
            }
            .into_any(),
            (home, _) => {
                let home =
                    home.map(|home| home.in_language(language()).to_owned()).unwrap_or_else(self::home);
                view! {
                    <p>{td_string!(l, accounts.welcome.elsewhere)}</p>
                    <div class="actions"><LinkButton href=home wide=true>{label}</LinkButton></div>
                }
                .into_any()
            }
        };
        Ok(view! {
            <Page title=title.clone() bare=true>
                <Panel title=title.clone()>
                    <p>{td_string!(l, accounts.welcome.lede, email = welcome.email)}</p>
                </Panel>
                {onward}
            </Page>
        }
        .into_any())
    })
}
