//! What one chooses from.

use super::errors::{FieldError, Hint, described_by};
use super::fields::{FieldLabel, Width};
use leptos::prelude::*;

/// One of several: what is sent, what is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn of(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// One of a list that unfolds.
#[component]
pub fn Select(
    #[prop(into)] name: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(into)] label: String,
    choices: Vec<Choice>,
    /// The value chosen.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional)] optional: bool,
    #[prop(optional)] width: Width,
    #[prop(default = "off")] autocomplete: &'static str,
    /// In an island: follows what is chosen.
    #[prop(optional, into)]
    bind: Option<RwSignal<String>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let describedby = described_by(&id, hint, error);
    let invalid = move || error.with(Option::is_some);
    let value = bind.map_or(value, |bind| bind.get_untracked());
    let chosen = move |event| {
        if let Some(bind) = bind {
            bind.set(event_target_value(&event));
        }
    };
    let options = choices.into_iter().map(|choice| {
        let selected = choice.value == value;
        view! { <option value=choice.value selected=selected>{choice.label}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class=move || width.class(invalid())>
            <FieldLabel id=id.clone() label optional />
            <Hint id=id.clone() hint />
            <FieldError id=format!("{id}-error") error />
            <select
                id=id
                name=name
                autocomplete=autocomplete
                aria-describedby=describedby
                aria-invalid=move || invalid().then_some("true")
                on:change=chosen
            >
                {options}
            </select>
        </div>
    }
}

/// One box to tick; ticked it sends `value`, unticked nothing.
#[component]
pub fn CheckBox(
    #[prop(into)] name: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(into)] label: String,
    #[prop(default = "true".into(), into)] value: String,
    #[prop(optional)] checked: bool,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    #[prop(optional)] disabled: bool,
    /// In an island: follows the tick.
    #[prop(optional, into)]
    bind: Option<RwSignal<bool>>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let describedby = described_by(&id, hint, error);
    let checked = bind.map_or(checked, |bind| bind.get_untracked());
    let ticked = move |event| {
        if let Some(bind) = bind {
            bind.set(event_target_checked(&event));
        }
    };
    view! {
        <FieldError id=format!("{id}-error") error />
        <div class="checkbox">
            <input
                type="checkbox"
                id=id.clone()
                name=name
                value=value
                checked=checked
                disabled=disabled
                aria-describedby=describedby
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                on:change=ticked
            />
            <label for=id.clone()>{label}</label>
            <Hint id=id.clone() hint />
        </div>
    }
}

/// Boxes or groups of boxes that answer one question.
#[component]
pub fn CheckBoxes(
    /// What the error summary links to.
    #[prop(into)]
    id: String,
    #[prop(into)] legend: String,
    /// The legend is a heading of the page.
    #[prop(optional)]
    large: bool,
    /// A group inside another one.
    #[prop(optional)]
    inner: bool,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
    children: Children,
) -> impl IntoView {
    let describedby = described_by(&id, hint, error);
    let class = move || match (inner, error.with(Option::is_some)) {
        (true, _) => "fieldset choices",
        (false, true) => "fieldset invalid",
        (false, false) => "fieldset",
    };
    view! {
        <fieldset class=class id=id.clone() tabindex="-1" aria-describedby=describedby>
            <legend class=large.then_some("large")>{legend}</legend>
            <Hint id=id.clone() hint />
            <FieldError id=format!("{id}-error") error />
            {children()}
        </fieldset>
    }
}

/// One of a few, all of them in sight.
#[component]
pub fn RadioButtons(
    #[prop(into)] name: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(into)] legend: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] value: String,
    #[prop(optional)] large: bool,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] error: MaybeProp<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| name.clone());
    let describedby = described_by(&id, hint, error);
    let class = move || if error.with(Option::is_some) { "fieldset invalid" } else { "fieldset" };
    let buttons = choices.into_iter().enumerate().map(|(n, choice)| {
        // The first has the field's own id: the error summary leads to it.
        let one = if n == 0 { id.clone() } else { format!("{id}-{n}") };
        let checked = choice.value == value;
        view! {
            <div class="radio">
                <input type="radio" id=one.clone() name=name.clone() value=choice.value checked=checked />
                <label for=one>{choice.label}</label>
            </div>
        }
    });
    let buttons = buttons.collect_view();
    view! {
        <fieldset class=class aria-describedby=describedby>
            <legend class=large.then_some("large")>{legend}</legend>
            <Hint id=id.clone() hint />
            <FieldError id=format!("{id}-error") error />
            {buttons}
        </fieldset>
    }
}
