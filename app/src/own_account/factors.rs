//! Second factors: the list, an app, a passkey, recovery codes (A8).

use super::api::{AddApp, AddPasskey, NewPasskey, RemoveFactor, RenewRecoveryCodes};
use super::page::{named, of_account, own_address, to_account};
use super::step::{PasskeyQuestionForm, destination_of, question};
use crate::accounts::api::Proceed;
use crate::form::Draft;
use crate::locale;
use crate::request::{at_provider, draft, query};
use crate::shell::Page;
use crate::ui::{Button, Kind, Link, LinkButton, NoticeBox, TextInput, Time, Tone, Width, error_of};
use domain::accounts::own::{AccountCard, AccountPage, FactorCard, FactorKind, NewApp, NewAppForm};
use domain::{Field, FieldProblems, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The way back to the list.
fn to_factors() -> Link {
    Link::to(own_address(AccountPage::SecondFactor), td_string!(locale(), own_account.factor_title))
}

/// The same page of the account, for the sign-in that waits.
fn in_request(page: AccountPage, request: Option<&str>) -> String {
    let waits = request.map(|request| format!("?request={request}")).unwrap_or_default();
    format!("{}{waits}", own_address(page))
}

/// `/en/identity/account/second-factor`
#[component]
pub fn SecondFactorPage() -> impl IntoView {
    of_account(AccountPage::SecondFactor, async {
        let card = at_provider(|desk| async move { desk.own_account().await }).await?;
        let draft: Option<Draft<()>> = draft("own_account/remove_factor").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        let needed = card
            .needs_factor
            .then(|| view! { <p><strong>{td_string!(l, own_account.factor_needed)}</strong></p> });
        let (yours, recovery, passkeys) = (yours(&card), recovery(&card), card.passkeys);
        Ok(view! {
            <Page
                title=td_string!(l, own_account.factor_title)
                lede=td_string!(l, own_account.factor_lede)
                back=to_account()
                problems
            >
                {needed}
                {yours}
                {recovery}
                {kinds(None, passkeys)}
            </Page>
        }
        .into_any())
    })
}

fn yours(card: &AccountCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    let rows = card.factors.iter().cloned().map(factor).collect_view();
    (!card.factors.is_empty()).then(|| {
        view! {
            <section aria-labelledby="yours">
                <h2 id="yours">{td_string!(l, own_account.factor_yours)}</h2>
                <ul class="plain-list">{rows}</ul>
            </section>
        }
    })
}

fn factor(card: FactorCard) -> impl IntoView {
    let l = locale();
    let kind = match card.kind {
        FactorKind::App => td_string!(l, own_account.factor_app),
        FactorKind::Passkey => td_string!(l, own_account.factor_passkey),
    };
    let name = named(&card.name, kind);
    let used = match card.used {
        Some(date) => view! { {td_string!(l, own_account.factor_used)} " " <Time date /> }.into_any(),
        None => td_string!(l, own_account.factor_never).into_any(),
    };
    let label = td_string!(l, own_account.factor_remove_name, name = name.clone());
    view! {
        <li>
            <p>
                <strong>{name}</strong> <br /> {td_string!(l, own_account.factor_added)} " "
                <Time date=card.added /> ", " {used}
            </p>
            <form method="post" action=RemoveFactor::url()>
                <input type="hidden" name="factor" value=card.id.to_string() />
                <button class="action" aria-label=label>{td_string!(l, own_account.factor_remove)}</button>
            </form>
        </li>
    }
}

fn recovery(card: &AccountCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    let left = card.recovery_left;
    (!card.factors.is_empty()).then(|| {
        view! {
            <section aria-labelledby="recovery">
                <h2 id="recovery">{td_string!(l, own_account.recovery)}</h2>
                <p>
                    {td_string!(l, own_account.recovery_what)} " "
                    {td_string!(l, own_account.recovery_left, left = left)}
                </p>
                <p>
                    <LinkButton kind=Kind::Secondary href=own_address(AccountPage::RecoveryCodes)>
                        {td_string!(l, own_account.recovery_see)}
                    </LinkButton>
                </p>
            </section>
        }
    })
}

/// The two kinds that one may add.
pub(super) fn kinds(request: Option<&str>, passkeys: bool) -> impl IntoView + use<> {
    let l = locale();
    let app = in_request(AccountPage::App, request);
    let passkey = passkeys.then(|| {
        let ask = ask_for_passkey(request, td_string!(l, own_account.add_passkey));
        view! {
            <section aria-labelledby="add-passkey">
                <h2 id="add-passkey">{td_string!(l, own_account.factor_passkey)}</h2>
                <p>{td_string!(l, own_account.add_passkey_what)}</p>
                {ask}
            </section>
        }
    });
    view! {
        <section aria-labelledby="add-app">
            <h2 id="add-app">{td_string!(l, own_account.factor_app)}</h2>
            <p>{td_string!(l, own_account.add_app_what)}</p>
            <p><LinkButton href=app>{td_string!(l, own_account.add_app)}</LinkButton></p>
        </section>
        {passkey}
    }
}

fn ask_for_passkey(request: Option<&str>, button: &'static str) -> impl IntoView + use<> {
    view! {
        <form method="post" action=NewPasskey::url()>
            <input type="hidden" name="request" value=request.unwrap_or_default().to_owned() />
            <Button kind=Kind::Secondary>{button}</Button>
        </form>
    }
}

/// `/en/identity/account/second-factor/app`
#[component]
pub fn AppPage() -> impl IntoView {
    of_account(AccountPage::App, async {
        let request = query("request");
        let draft: Option<Draft<NewAppForm>> = draft("own_account/add_app").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let typed = draft.map(|draft| draft.form).unwrap_or_default();
        let ticket = typed.ticket;
        // The picture was taken already: another would be another secret.
        let same = at_provider(|desk| async move {
            match desk.same_app(&ticket).await {
                Err(identity::Refusal::Refused(Problem::CodeExpired)) => desk.new_app().await,
                known => known,
            }
        });
        let app = same.await?;
        let l = locale();
        let (picture, fields) = (picture(&app), app_fields(&app, typed.name, problems.clone()));
        Ok(view! {
            <Page
                title=td_string!(l, own_account.app_title)
                lede=td_string!(l, own_account.app_lede)
                back=to_factors()
                problems=problems
            >
                <form method="post" action=AddApp::url() novalidate>
                    <input type="hidden" name="request" value=request.unwrap_or_default() />
                    <ol class="steps">{picture}{fields}</ol>
                    <div class="actions"><Button>{td_string!(l, own_account.app_button)}</Button></div>
                </form>
            </Page>
        }
        .into_any())
    })
}

fn picture(app: &NewApp) -> impl IntoView + use<> {
    let l = locale();
    view! {
        <li>
            <p>{td_string!(l, own_account.app_first)}</p>
            <div
                class="qr"
                role="img"
                aria-label=td_string!(l, own_account.app_picture)
                inner_html=app.picture.clone()
            ></div>
            <p>
                {td_string!(l, own_account.app_here)} " "
                <a href=app.address.clone()>{td_string!(l, own_account.app_open)}</a>
            </p>
            <p>{td_string!(l, own_account.app_or)}</p>
            <p>
                <code id="app-key" class="secret-key">{app.secret.clone()}</code>
                " "
                <button type="button" class="action" data-copy="app-key" data-done=td_string!(l, own_account.app_copied) hidden>
                    {td_string!(l, own_account.app_copy)}
                </button>
                <span role="status"></span>
            </p>
        </li>
    }
}

fn app_fields(app: &NewApp, name: String, problems: FieldProblems) -> impl IntoView + use<> {
    let l = locale();
    let faults = Signal::stored(problems);
    view! {
        <li>
            <p>{td_string!(l, own_account.app_second)}</p>
            <TextInput
                name="form[name]"
                id=Field::FactorName.id()
                label=td_string!(l, own_account.app_name)
                hint=td_string!(l, own_account.app_name_hint)
                value=name
                error=error_of(faults, Field::FactorName)
                optional=true
            />
        </li>
        <li>
            <p>{td_string!(l, own_account.app_third)}</p>
            <input type="hidden" name="form[ticket]" value=app.ticket.clone() />
            <TextInput
                name="form[code]"
                id=Field::Code.id()
                label=td_string!(l, own_account.app_code)
                error=error_of(faults, Field::Code)
                autocomplete="one-time-code"
                inputmode="numeric"
                width=Width::Short
                class="code-input"
            />
        </li>
    }
}

/// `/en/identity/account/second-factor/passkey`
#[component]
pub fn PasskeyPage() -> impl IntoView {
    of_account(AccountPage::Passkey, async {
        let request = query("request");
        let question = question().await?;
        let draft: Option<Draft<()>> = draft("own_account/add_passkey").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        let instead = in_request(AccountPage::App, request.as_deref());
        let form = match question {
            Some(question) => view! {
                <PasskeyQuestionForm
                    action=AddPasskey::url()
                    act="create"
                    request=request.clone().unwrap_or_default()
                    question
                    named=true
                    button=td_string!(l, own_account.passkey_button)
                    without_script=td_string!(l, own_account.passkey_script)
                    stopped=td_string!(l, own_account.passkey_stopped)
                />
            }
            .into_any(),
            None => ask_for_passkey(request.as_deref(), td_string!(l, own_account.passkey_button)).into_any(),
        };
        Ok(view! {
            <Page
                title=td_string!(l, own_account.passkey_title)
                lede=td_string!(l, own_account.passkey_lede)
                back=to_factors()
                problems
            >
                {form}
                <p><a class="action" href=instead>{td_string!(l, own_account.passkey_instead)}</a></p>
            </Page>
        }
        .into_any())
    })
}

/// `/en/identity/account/recovery-codes`
#[component]
pub fn RecoveryCodesPage() -> impl IntoView {
    of_account(AccountPage::RecoveryCodes, async {
        let request = query("request");
        let codes = at_provider(|desk| async move { desk.recovery_codes().await }).await?;
        let l = locale();
        let destination = match &request {
            Some(request) => Some((request.clone(), destination_of(request).await?)),
            None => None,
        };
        let lines: Vec<_> = codes
            .into_iter()
            .map(|(code, used)| {
                let mark = used.then(|| td_string!(l, own_account.recovery_used));
                view! { <li><code class:used=used>{code}</code>" "{mark}"\n"</li> }
            })
            .collect();
        let onward = match destination {
            Some((request, destination)) => view! {
                <form method="post" action=Proceed::url()>
                    <input type="hidden" name="request" value=request />
                    <div class="actions">
                        <Button>{td_string!(l, own_account.set_up_next, destination = destination)}</Button>
                    </div>
                </form>
            }
            .into_any(),
            None => view! {
                <div class="actions">
                    <LinkButton href=own_address(AccountPage::SecondFactor)>
                        {td_string!(l, own_account.recovery_done)}
                    </LinkButton>
                </div>
            }
            .into_any(),
        };
        Ok(view! {
            <Page title=td_string!(l, own_account.recovery_title) lede=td_string!(l, own_account.recovery_lede) back=to_factors()>
                <ol class="codes" id="codes">{lines}</ol>
                <p>
                    <button type="button" class="action" data-copy="codes" data-done=td_string!(l, own_account.app_copied) hidden>
                        {td_string!(l, own_account.recovery_copy)}
                    </button>
                    <span role="status"></span>
                </p>
                {onward}
                <NoticeBox id="renew" title=td_string!(l, own_account.recovery_renew) tone=Tone::Quiet>
                    <p>{td_string!(l, own_account.recovery_renew_what)}</p>
                    <form method="post" action=RenewRecoveryCodes::url()>
                        <Button kind=Kind::Secondary>{td_string!(l, own_account.recovery_renew)}</Button>
                    </form>
                </NoticeBox>
            </Page>
        }
        .into_any())
    })
}
