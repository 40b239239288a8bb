//! Who signs: chosen one by one from those who may be asked, in the order in which they stand.
//!
//! Each step is a button of the same form, so that choosing needs no script and loses nothing of what was typed
//! elsewhere in it. An organization may have thousands of contacts: a few are shown, the others are found by name.

use super::form::PreparingForm;
use crate::contacts::page::list_address as contacts_address;
use crate::request::portal;
use crate::ui::errors::{FieldError, Hint, described_by};
use crate::ui::{Choice, RadioButtons, error_of};
use crate::{language, locale};
use domain::agreements::{Order, SIGNATORIES, SignatoryChoice};
use domain::fold::{fold, words};
use domain::{Field, FieldProblems, OrganizationId};
use leptos::prelude::*;
use locales::td_string;

/// How many of those who may be chosen are shown at once.
const SHOWN: usize = 8;

/// A button of the form that changes who signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Find,
    Add(String),
    Remove(String),
    /// One place up.
    Raise(String),
}

impl Step {
    /// What the button sends; nothing for one that saves.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        let (act, who) = code.split_once('-').unwrap_or((code, ""));
        match act {
            "find" => Some(Self::Find),
            "add" => Some(Self::Add(who.to_owned())),
            "remove" => Some(Self::Remove(who.to_owned())),
            "raise" => Some(Self::Raise(who.to_owned())),
            _ => None,
        }
    }

    /// Does it to those chosen.
    pub(super) fn taken(&self, chosen: &mut Vec<String>) {
        match self {
            Self::Find => {}
            Self::Add(who) if chosen.contains(who) => {}
            Self::Add(who) => chosen.push(who.clone()),
            Self::Remove(who) => chosen.retain(|one| one != who),
            Self::Raise(who) => {
                if let Some(place) = chosen.iter().position(|one| one == who).filter(|place| *place > 0) {
                    chosen.swap(place, place - 1);
                }
            }
        }
    }
}

/// Who is chosen, who else may be, and in what order they sign.
pub(super) fn people(
    organization: OrganizationId,
    form: &PreparingForm,
    choices: &[SignatoryChoice],
    faults: Signal<FieldProblems>,
) -> impl IntoView + use<> {
    let l = locale();
    let id = Field::Signatories.id();
    let error = error_of(faults, Field::Signatories);
    let hint: MaybeProp<String> = td_string!(l, agreements.form.people_hint, most = SIGNATORIES).into();
    let class = move || if error.with(Option::is_some) { "fieldset invalid" } else { "fieldset" };
    let orders = vec![
        Choice::of(Order::Together.code(), td_string!(l, agreements.form.together)),
        Choice::of(Order::InTurn.code(), td_string!(l, agreements.form.in_turn)),
    ];
    let order = if form.form.order.is_empty() { Order::Together.code() } else { &form.form.order };
    let add = format!("{}/add", contacts_address(organization));
    view! {
        <fieldset class=class id=id.clone() tabindex="-1" aria-describedby=described_by(&id, hint, error)>
            <legend class="large">{td_string!(l, agreements.form.people)}</legend>
            <Hint id=id.clone() hint />
            <FieldError id=format!("{id}-error") error />
            {chosen(&form.form.signatories, choices)}
            {finding(form)}
            {found(form, choices)}
            <p><a class="action" href=add>{td_string!(l, agreements.form.add_contact)}</a></p>
        </fieldset>
        <RadioButtons
            name="form[order]"
            id=Field::Order.id()
            legend=td_string!(l, agreements.form.order)
            choices=orders
            value=order
            error=error_of(faults, Field::Order)
        />
    }
}

fn chosen(chosen: &[String], choices: &[SignatoryChoice]) -> impl IntoView + use<> {
    let l = locale();
    if chosen.is_empty() {
        return view! { <p>{td_string!(l, agreements.form.nobody)}</p> }.into_any();
    }
    let lines = chosen.iter().enumerate().map(|(place, who)| {
        let choice = choices.iter().find(|choice| choice.contact.to_string() == *who);
        let name = choice.map_or_else(
            || td_string!(l, agreements.form.unknown).to_owned(),
            |choice| locales::person(&choice.name, language()),
        );
        let raise = (place > 0)
            .then(|| act(format!("raise-{who}"), td_string!(l, agreements.form.raise), name.clone()));
        view! {
            <li>
                <input type="hidden" name="form[signatories][]" value=who.clone() />
                <div>{described(name.clone(), choice)}</div>
                <span class="actions">
                    {raise} {act(format!("remove-{who}"), td_string!(l, agreements.form.remove), name)}
                </span>
            </li>
        }
    });
    let lines = lines.collect_view();
    view! { <ol class="task-list" aria-label=td_string!(l, agreements.form.chosen)>{lines}</ol> }.into_any()
}

/// A button of a line: whom it is about is heard, the list shows it.
fn act(value: String, label: &'static str, name: String) -> impl IntoView {
    view! {
        <button class="action" name="act" value=value>
            {label}
            <span class="visually-hidden">{format!(" {name}")}</span>
        </button>
    }
}

fn described(name: String, choice: Option<&SignatoryChoice>) -> impl IntoView + use<> {
    let l = locale();
    let more = choice.map(|choice| {
        let title = choice.title.clone();
        let house = choice.operator.then(|| choice.organization_name.in_language(language()).to_owned());
        let unlinked = (!choice.linked).then(|| td_string!(l, agreements.form.no_access).to_owned());
        let parts = [title, house, Some(choice.email.to_string()), unlinked];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    view! { <strong>{name}</strong> {more.map(|more| view! { <p class="hint">{more}</p> })} }
}

fn finding(form: &PreparingForm) -> impl IntoView + use<> {
    let l = locale();
    let operator = portal().operator().name.in_language(language()).to_owned();
    let hint = td_string!(l, agreements.form.find_hint, operator = operator);
    view! {
        <div class="find">
            <div class="field">
                <label for="find">{td_string!(l, agreements.form.find)}</label>
                <p class="hint" id="find-hint">{hint}</p>
                <input
                    type="search"
                    id="find"
                    name="find"
                    value=form.find.clone()
                    autocomplete="off"
                    aria-describedby="find-hint"
                />
            </div>
            <button class="button secondary" name="act" value="find">{td_string!(l, agreements.form.find_button)}</button>
        </div>
        <input type="hidden" name="found" value=form.find.clone() />
    }
}

/// Whether all the words find somebody (L4).
pub(super) fn matches(asked: &[String], choice: &SignatoryChoice) -> bool {
    let text = fold(&format!("{} {}", choice.name, choice.email));
    asked.iter().all(|word| text.contains(word))
}

/// Those whom all the words find and who are not chosen yet.
fn others<'a>(form: &PreparingForm, choices: &'a [SignatoryChoice]) -> Vec<&'a SignatoryChoice> {
    let asked = words(&form.find);
    let free = |choice: &&SignatoryChoice| {
        !form.form.signatories.contains(&choice.contact.to_string()) && matches(&asked, choice)
    };
    choices.iter().filter(free).collect()
}

fn found(form: &PreparingForm, choices: &[SignatoryChoice]) -> impl IntoView + use<> {
    let l = locale();
    let others = others(form, choices);
    if others.is_empty() {
        let words = match form.find.trim().is_empty() {
            true => td_string!(l, agreements.form.find_all),
            false => td_string!(l, agreements.form.find_none),
        };
        return view! { <p role="status">{words}</p> }.into_any();
    }
    let more = others.len().saturating_sub(SHOWN);
    let more = (more > 0)
        .then(|| view! { <p class="hint">{td_string!(l, agreements.form.find_more, n = more)}</p> });
    let lines = others.into_iter().take(SHOWN).map(|choice| {
        let name = locales::person(&choice.name, language());
        let add = act(format!("add-{}", choice.contact), td_string!(l, agreements.form.add), name.clone());
        view! { <li><div>{described(name, Some(choice))}</div>{add}</li> }
    });
    let lines = lines.collect_view();
    view! { <ul class="task-list" aria-label=td_string!(l, agreements.form.found)>{lines}</ul> {more} }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s4_signatories_are_added_once_raised_and_removed() {
        let mut chosen = Vec::new();
        for code in ["add-a", "add-b", "add-a", "raise-b", "raise-b", "remove-a", "find", "add-c"] {
            Step::from_code(code).unwrap().taken(&mut chosen);
        }
        assert_eq!(chosen, ["b", "c"]);
        assert_eq!(Step::from_code("save"), None);
        assert_eq!(Step::from_code(""), None);
    }
}
