//! The account itself: who one is, what one may change, where one is signed in.

use super::api::{
    AskEmail, ChangePassword, ConfirmEmail, EndOtherSessions, EndSession, KeepEmail, SaveName,
    WithdrawApplication,
};
use crate::accounts::create::{password_policy, password_twice};
use crate::accounts::page::{address, shared};
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{at_provider, draft, parameter, redirect, set_status};
use crate::shell::{Page, public, whole};
use crate::ui::{
    Button, Choice, EmailInput, Kind, Link, LinkButton, Panel, PasswordInput, RadioButtons, SummaryList,
    SummaryRow, TextInput, Time, error_of,
};
use crate::{language, locale};
use domain::accounts::own::{
    AccountCard, AccountPage, ApplicationCard, EventCard, OwnEmailForm, OwnNameForm, SessionCard,
};
use domain::{Field, FieldProblems, Language, Problem};
use leptos::prelude::*;
use locales::{account_event, colon, is_one, td_string};
use server_fn::ServerFn as _;

/// The address of a page of the account.
pub(super) fn own_address(page: AccountPage) -> String {
    address(page.path())
}

/// A page of the account: whoever is not signed in, or signed in too long ago for it, does that first.
pub(super) fn of_account<F>(kind: AccountPage, page: F) -> AnyView
where
    F: Future<Output = Result<AnyView, Failure>> + Send + 'static,
{
    whole(async move {
        match at_provider(|desk| async move { desk.sign_in_for(kind).await }).await? {
            Some(first) => {
                redirect(&first);
                Ok(().into_any())
            }
            None => page.await,
        }
    })
}

/// The way back to the account.
pub(super) fn to_account() -> Link {
    Link::to(own_address(AccountPage::Overview), td_string!(locale(), own_account.title))
}

/// `/en/identity/account`
#[component]
pub fn AccountOverview() -> impl IntoView {
    of_account(AccountPage::Overview, async {
        let card = at_provider(|desk| async move { desk.own_account().await }).await?;
        let l = locale();
        let (you, ways, sessions, applications) =
            (you(&card), ways_in(&card), sessions(&card.sessions), applications(&card.applications));
        Ok(view! {
            <Page title=td_string!(l, own_account.title) lede=td_string!(l, own_account.lede)>
                {you}
                {ways}
                {sessions}
                {applications}
                {more()}
            </Page>
        }
        .into_any())
    })
}

fn change(page: AccountPage, what: &'static str) -> AnyView {
    let l = locale();
    view! { <a href=own_address(page) aria-label=what>{td_string!(l, own_account.change)}</a> }.into_any()
}

fn you(card: &AccountCard) -> impl IntoView + use<> {
    let l = locale();
    let name = format!("{} {}", card.first_name, card.last_name).trim().to_owned();
    let spoken = match card.language {
        Some(Language::En) => td_string!(l, own_account.english),
        Some(Language::Fr) => td_string!(l, own_account.french),
        None => td_string!(l, own_account.no_language),
    };
    let waits = card.new_email.clone().map(|email| {
        view! {
            <p>{td_string!(l, own_account.email_waits, email = email)}</p>
            <form method="post" action=KeepEmail::url()>
                <Button kind=Kind::Secondary>{td_string!(l, own_account.email_keep)}</Button>
            </form>
        }
    });
    let email = card.email.clone();
    view! {
        <section aria-labelledby="you">
            <h2 id="you">{td_string!(l, own_account.you)}</h2>
            <SummaryList>
                <SummaryRow
                    term=td_string!(l, own_account.name)
                    action=change(AccountPage::Name, td_string!(l, own_account.change_name))
                >
                    {name}
                </SummaryRow>
                <SummaryRow term=td_string!(l, own_account.language)>{spoken}</SummaryRow>
                <SummaryRow
                    term=td_string!(l, own_account.email)
                    action=change(AccountPage::Email, td_string!(l, own_account.change_email))
                >
                    {email}
                    {waits}
                </SummaryRow>
            </SummaryList>
        </section>
    }
}

fn ways_in(card: &AccountCard) -> impl IntoView + use<> {
    let l = locale();
    let factors = match card.factors.len() as u64 {
        0 => td_string!(l, own_account.factor_none).to_owned(),
        one if is_one(language(), one) => td_string!(l, own_account.factor_count_one).to_owned(),
        count => td_string!(l, own_account.factor_count, count = count),
    };
    let left = (!card.factors.is_empty())
        .then(|| view! { <br />{td_string!(l, own_account.recovery_left, left = card.recovery_left)} });
    let manage = view! {
        <a href=own_address(AccountPage::SecondFactor) aria-label=td_string!(l, own_account.manage_factors)>
            {td_string!(l, own_account.manage)}
        </a>
    };
    let since = card.password_set.clone();
    view! {
        <section aria-labelledby="signing-in">
            <h2 id="signing-in">{td_string!(l, own_account.signing_in)}</h2>
            <SummaryList>
                <SummaryRow
                    term=td_string!(l, own_account.password)
                    action=change(AccountPage::Password, td_string!(l, own_account.change_password))
                >
                    {td_string!(l, own_account.password_since)}
                    " "
                    <Time date=since />
                </SummaryRow>
                <SummaryRow term=td_string!(l, own_account.second_factor) action=manage.into_any()>
                    {factors}
                    {left}
                </SummaryRow>
            </SummaryList>
        </section>
    }
}

fn sessions(all: &[SessionCard]) -> impl IntoView + use<> {
    let l = locale();
    let others = all.iter().any(|session| !session.here);
    let rows = all.iter().cloned().map(session).collect_view();
    let end_all = others.then(|| {
        view! {
            <form method="post" action=EndOtherSessions::url()>
                <Button kind=Kind::Secondary>{td_string!(l, own_account.sessions_end)}</Button>
            </form>
        }
    });
    view! {
        <section aria-labelledby="sessions">
            <h2 id="sessions">{td_string!(l, own_account.sessions)}</h2>
            <ul class="plain-list">{rows}</ul>
            {end_all}
        </section>
    }
}

fn session(card: SessionCard) -> impl IntoView {
    let l = locale();
    let device = card.device.unwrap_or_else(|| td_string!(l, own_account.session_unknown).to_owned());
    let from = card.address.map(|address| td_string!(l, own_account.session_from, address = address));
    let end = if card.here {
        view! { <strong>{td_string!(l, own_account.session_here)}</strong> }.into_any()
    } else {
        let name = td_string!(l, own_account.session_name, device = device.clone());
        view! {
            <form method="post" action=EndSession::url()>
                <input type="hidden" name="session" value=card.id.to_string() />
                <button class="action" aria-label=name>{td_string!(l, own_account.session_end)}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <li>
            <p>
                <strong>{device}</strong> " " {from} <br /> {td_string!(l, own_account.session_began)} " "
                <Time date=card.began /> ", " {td_string!(l, own_account.session_seen)} " " <Time date=card.seen />
            </p>
            {end}
        </li>
    }
}

fn applications(all: &[ApplicationCard]) -> impl IntoView + use<> {
    let l = locale();
    let list = if all.is_empty() {
        view! { <p>{td_string!(l, own_account.applications_none)}</p> }.into_any()
    } else {
        let rows = all.iter().cloned().map(application).collect_view();
        view! { <ul class="plain-list">{rows}</ul> }.into_any()
    };
    view! {
        <section aria-labelledby="applications">
            <h2 id="applications">{td_string!(l, own_account.applications)}</h2>
            {list}
        </section>
    }
}

fn application(card: ApplicationCard) -> impl IntoView {
    let l = locale();
    let name = card.name.in_language(language()).to_owned();
    let what: Vec<&str> = card.shares.iter().map(|what| shared(*what)).collect();
    let told = (!what.is_empty())
        .then(|| view! { <br />{td_string!(l, own_account.application_shares, what = what.join("; "))} });
    let label = td_string!(l, own_account.application_withdraw_name, name = name.clone());
    view! {
        <li>
            <p>
                <strong>{name}</strong> <br /> {td_string!(l, own_account.application_since)} " "
                <Time date=card.since /> {told}
            </p>
            <form method="post" action=WithdrawApplication::url()>
                <input type="hidden" name="application" value=card.id />
                <button class="action" aria-label=label>{td_string!(l, own_account.application_withdraw)}</button>
            </form>
        </li>
    }
}

fn more() -> impl IntoView {
    let l = locale();
    view! {
        <section aria-labelledby="more">
            <h2 id="more">{td_string!(l, own_account.more)}</h2>
            <ul>
                <li><a href=own_address(AccountPage::Activity)>{td_string!(l, own_account.activity)}</a></li>
                <li><a href=own_address(AccountPage::Data)>{td_string!(l, own_account.download)}</a></li>
                <li><a href=own_address(AccountPage::Close)>{td_string!(l, own_account.close)}</a></li>
            </ul>
        </section>
    }
}

/// `/en/identity/account/activity`
#[component]
pub fn ActivityPage() -> impl IntoView {
    of_account(AccountPage::Activity, async {
        let lines = at_provider(|desk| async move { desk.own_activity().await }).await?;
        let l = locale();
        let rows = lines.into_iter().map(line).collect_view();
        Ok(view! {
            <Page
                title=td_string!(l, own_account.activity_title)
                lede=td_string!(l, own_account.activity_lede)
                back=to_account()
            >
                <ul class="plain-list">{rows}</ul>
            </Page>
        }
        .into_any())
    })
}

fn line(card: EventCard) -> impl IntoView {
    let what = account_event(card.what, card.detail.as_deref(), language());
    let device = card.device.map(|device| format!(", {device}"));
    view! { <li><p><strong>{what}</strong><br /><Time date=card.at />{device}</p></li> }
}

/// `/en/identity/account/data`
#[component]
pub fn DataPage() -> impl IntoView {
    of_account(AccountPage::Data, async {
        let l = locale();
        Ok(view! {
            <Page
                title=td_string!(l, own_account.download)
                lede=td_string!(l, own_account.download_lede)
                back=to_account()
            >
                <div class="actions">
                    <LinkButton href=address("account/data.json")>{td_string!(l, own_account.download_button)}</LinkButton>
                </div>
            </Page>
        }
        .into_any())
    })
}

/// `/en/identity/account/name`
#[component]
pub fn NamePage() -> impl IntoView {
    of_account(AccountPage::Name, async {
        let card = at_provider(|desk| async move { desk.own_account().await }).await?;
        let draft: Option<Draft<OwnNameForm>> = draft("own_account/save_name").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let typed = draft.map_or_else(
            || OwnNameForm {
                first_name: card.first_name,
                last_name: card.last_name,
                language: card.language.map(|language| language.code().to_owned()).unwrap_or_default(),
            },
            |draft| draft.form,
        );
        let l = locale();
        let fields = name_fields(typed, problems.clone());
        Ok(view! {
            <Page
                title=td_string!(l, own_account.name_title)
                lede=td_string!(l, own_account.name_lede)
                back=to_account()
                problems=problems
            >
                <form method="post" action=SaveName::url() novalidate>
                    {fields}
                    <div class="actions">
                        <Button>{td_string!(l, own_account.save)}</Button>
                        <a class="action" href=own_address(AccountPage::Overview)>{td_string!(l, own_account.cancel)}</a>
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}

fn name_fields(typed: OwnNameForm, problems: FieldProblems) -> impl IntoView {
    let l = locale();
    let faults = Signal::stored(problems);
    let choices = vec![
        Choice::of("en", td_string!(l, own_account.english)),
        Choice::of("fr", td_string!(l, own_account.french)),
    ];
    view! {
        <TextInput
            name="form[first_name]"
            id=Field::FirstName.id()
            label=td_string!(l, accounts.first_name)
            hint=td_string!(l, accounts.first_name_hint)
            value=typed.first_name
            error=error_of(faults, Field::FirstName)
            autocomplete="given-name"
        />
        <TextInput
            name="form[last_name]"
            id=Field::LastName.id()
            label=td_string!(l, accounts.last_name)
            value=typed.last_name
            error=error_of(faults, Field::LastName)
            autocomplete="family-name"
        />
        <RadioButtons
            name="form[language]"
            id=Field::Language.id()
            legend=td_string!(l, own_account.language)
            choices
            value=typed.language
            error=error_of(faults, Field::Language)
        />
    }
}

/// `/en/identity/account/email`
#[component]
pub fn EmailPage() -> impl IntoView {
    of_account(AccountPage::Email, async {
        let card = at_provider(|desk| async move { desk.own_account().await }).await?;
        let draft: Option<Draft<OwnEmailForm>> = draft("own_account/ask_email").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let typed = draft.map(|draft| draft.form.email).unwrap_or_default();
        let l = locale();
        let faults = Signal::stored(problems.clone());
        Ok(view! {
            <Page
                title=td_string!(l, own_account.email_title)
                lede=td_string!(l, own_account.email_lede, email = card.email)
                back=to_account()
                problems=problems
            >
                <form method="post" action=AskEmail::url() novalidate>
                    <EmailInput
                        name="form[email]"
                        id=Field::Email.id()
                        label=td_string!(l, own_account.email_new)
                        hint=td_string!(l, own_account.email_told)
                        value=typed
                        error=error_of(faults, Field::Email)
                        autocomplete="email"
                    />
                    <div class="actions">
                        <Button>{td_string!(l, own_account.email_button)}</Button>
                        <a class="action" href=own_address(AccountPage::Overview)>{td_string!(l, own_account.cancel)}</a>
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}

/// `/en/identity/new-email/…`: the link from the mail. Opening it changes nothing (I8).
#[component]
pub fn NewEmailPage() -> impl IntoView {
    whole(async {
        let token: String = parameter("token")?;
        let opened = token.clone();
        let (old, new) = match at_provider(|desk| async move { desk.new_email_link(&opened).await }).await {
            Ok(both) => both,
            Err(Failure::Refused(Problem::CodeExpired)) => return Ok(dead_link()),
            Err(failure) => return Err(failure),
        };
        let draft: Option<Draft<()>> = draft("own_account/confirm_email").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        Ok(view! {
            <Page
                title=td_string!(l, own_account.confirm_title)
                lede=td_string!(l, own_account.confirm_lede, new = new, old = old)
                problems
            >
                <form method="post" action=ConfirmEmail::url()>
                    <input type="hidden" name="token" value=token.clone() />
                    <div class="actions"><Button>{td_string!(l, own_account.confirm_button)}</Button></div>
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
        <Page title=td_string!(l, own_account.confirm_dead_title) lede=td_string!(l, own_account.confirm_dead)>
            <div class="actions">
                <LinkButton kind=Kind::Secondary href=own_address(AccountPage::Overview)>
                    {td_string!(l, own_account.to_account)}
                </LinkButton>
            </div>
        </Page>
    }
    .into_any()
}

/// `/en/identity/email-changed`
#[component]
pub fn EmailChangedPage() -> impl IntoView {
    public(|| {
        let l = locale();
        let title = td_string!(l, own_account.confirmed_title);
        view! {
            <Page title bare=true>
                <Panel title><p>{td_string!(l, own_account.confirmed)}</p></Panel>
                <div class="actions">
                    <LinkButton href=own_address(AccountPage::Overview)>{td_string!(l, own_account.to_account)}</LinkButton>
                </div>
            </Page>
        }
    })
}

/// `/en/identity/account/password`
#[component]
pub fn PasswordPage() -> impl IntoView {
    of_account(AccountPage::Password, async {
        let card = at_provider(|desk| async move { desk.own_account().await }).await?;
        let policy = password_policy().await?;
        let draft: Option<Draft<()>> = draft("own_account/change_password").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        let faults = Signal::stored(problems.clone());
        Ok(view! {
            <Page
                title=td_string!(l, own_account.password_title)
                lede=td_string!(l, own_account.password_lede)
                back=to_account()
                problems=problems
            >
                <form method="post" action=ChangePassword::url() novalidate>
                    <input type="hidden" autocomplete="username" value=card.email />
                    <PasswordInput
                        name="form[current]"
                        id=Field::CurrentPassword.id()
                        label=td_string!(l, own_account.password_current)
                        error=error_of(faults, Field::CurrentPassword)
                        autocomplete="current-password"
                    />
                    {password_twice(td_string!(l, own_account.password_new), policy, faults)}
                    <div class="actions">
                        <Button>{td_string!(l, own_account.password_button)}</Button>
                        <a class="action" href=own_address(AccountPage::Overview)>{td_string!(l, own_account.cancel)}</a>
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}

/// A name and what it is: "my phone: Authenticator app".
pub(super) fn named(name: &str, kind: &str) -> String {
    if name.is_empty() { kind.to_owned() } else { format!("{name}{} {kind}", colon(language())) }
}
