//! Forms, and the fields in which one types a line.

use super::errors::{FieldError, Hint, described_by};
use crate::locale;
use domain::FieldProblems;
use leptos::form::FromFormData as _;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::web_sys::SubmitEvent;
use locales::td_string;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::time::Duration;

/// How wide a field is: as wide as what is expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    #[default]
    Full,
    Medium,
    Short,
}

impl Width {
    pub(crate) const fn class(self, invalid: bool) -> &'static str {
        match (self, invalid) {
            (Self::Full, false) => "field",
            (Self::Full, true) => "field invalid",
            (Self::Medium, false) => "field medium",
            (Self::Medium, true) => "field medium invalid",
            (Self::Short, false) => "field short",
            (Self::Short, true) => "field short invalid",
        }
    }
}

/// A form that calls a server function, with or without script. What is wrong is told by the server.
#[component]
pub fn PlainForm<S>(
    /// Never given: `<PlainForm<Withdraw>>` says which function.
    #[prop(optional)]
    function: PhantomData<S>,
    children: Children,
) -> impl IntoView
where
    S: ServerFn + 'static,
{
    let PhantomData = function;
    view! { <form method="post" action=S::url() novalidate>{children()}</form> }
}

/// The same form in an island: it is judged before it is sent. What passes is sent as if there were no script, so
/// that there is one way only for what follows: the next page, or this one again with all that was typed.
#[component]
pub fn LiveForm<S>(
    /// The rule that the server will apply too; what it finds is shown at once.
    judge: fn(&S) -> Result<(), FieldProblems>,
    /// What is wrong now.
    problems: RwSignal<FieldProblems>,
    children: Children,
) -> impl IntoView
where
    S: ServerFn + DeserializeOwned + Send + Sync + 'static,
{
    let sent = RwSignal::new(false);
    let send = move |event: SubmitEvent| {
        // A second click while the answer is on its way would undo the first.
        if sent.get_untracked() {
            event.prevent_default();
            return;
        }
        let judged = S::from_event(&event).map_or(Ok(()), |typed| judge(&typed));
        match judged {
            Ok(()) => {
                sent.set(true);
                set_timeout(move || sent.set(false), PATIENCE);
            }
            Err(faults) => {
                event.prevent_default();
                problems.set(faults);
            }
        }
    };
    view! { <form method="post" action=S::url() novalidate on:submit=send>{children()}</form> }
}

/// How long a form is not sent a second time.
const PATIENCE: Duration = Duration::from_secs(5);

/// A line of text.
#[component]
pub fn TextInput(
    /// The name in the form; also the `id`, unless that is given.
    #[prop(into)]
    name: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    /// Marks what may be left empty.
    #[prop(optional)]
    optional: bool,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional, into)] inputmode: Option<&'static str>,
    /// The language of what is typed, where it is not the page's.
    #[prop(optional, into)]
    lang: Option<&'static str>,
    /// Off for names, addresses and codes.
    #[prop(optional)]
    spellcheck: bool,
    #[prop(optional)] width: Width,
    #[prop(optional, into)] class: Option<&'static str>,
    #[prop(optional, into)] maxlength: Option<u16>,
    /// In an island: follows what is typed.
    #[prop(optional, into)]
    bind: Option<RwSignal<String>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let describedby = described_by(&id, hint, error);
    let invalid = move || error.with(Option::is_some);
    let value = bind.map_or(value, |bind| bind.get_untracked());
    let typed = move |event| {
        if let Some(bind) = bind {
            bind.set(event_target_value(&event));
        }
    };
    view! {
        <div class=move || width.class(invalid())>
            <FieldLabel id=id.clone() label optional />
            <Hint id=id.clone() hint />
            <FieldError id=format!("{id}-error") error />
            <input
                id=id
                name=name
                type=kind
                class=class
                value=value
                autocomplete=autocomplete
                inputmode=inputmode
                lang=lang
                maxlength=maxlength
                spellcheck=if spellcheck { "true" } else { "false" }
                autocapitalize=(kind == "email").then_some("none")
                aria-describedby=describedby
                aria-invalid=move || invalid().then_some("true")
                on:input=typed
            />
        </div>
    }
}

/// An e-mail address.
#[component]
pub fn EmailInput(
    #[prop(into)] name: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional)] optional: bool,
    /// `email` or `username` for one's own address.
    #[prop(default = "off")]
    autocomplete: &'static str,
    #[prop(optional, into)] bind: Option<RwSignal<String>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let bind = bind.unwrap_or_else(|| RwSignal::new(value));
    view! { <TextInput name id label hint error optional kind="email" inputmode="email" autocomplete bind /> }
}

/// A password, with the button that shows it where script runs.
#[component]
pub fn PasswordInput(
    #[prop(into)] name: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// The `id` of the list of rules that describes it.
    #[prop(optional, into)]
    rules: Option<&'static str>,
) -> impl IntoView {
    let l = locale();
    let id = id.unwrap_or_else(|| name.clone());
    let describedby = described_by(&id, hint, error);
    let describedby = move || match (describedby(), rules) {
        (Some(own), Some(rules)) => Some(format!("{own} {rules}")),
        (own, rules) => own.or_else(|| rules.map(ToOwned::to_owned)),
    };
    let invalid = move || error.with(Option::is_some);
    view! {
        <div class=move || Width::Full.class(invalid())>
            <label for=id.clone()>{label}</label>
            <Hint id=id.clone() hint />
            <FieldError id=format!("{id}-error") error />
            <div class="password">
                <input
                    id=id.clone()
                    name=name
                    type="password"
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=describedby
                    aria-invalid=move || invalid().then_some("true")
                />
                <button type="button" data-reveal=id data-hide=td_string!(l, ui.hide) hidden>
                    {td_string!(l, ui.show)}
                    <span class="visually-hidden">{td_string!(l, ui.show_what)}</span>
                </button>
            </div>
        </div>
    }
}

/// The label of a field; what may be left empty is marked, what may not is not.
#[component]
pub(crate) fn FieldLabel(id: String, label: String, optional: bool) -> impl IntoView {
    let optional =
        optional.then(|| view! { " "<span class="optional">{td_string!(locale(), ui.optional)}</span> });
    view! { <label for=id>{label}{optional}</label> }
}
