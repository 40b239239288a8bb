//! The page of whoever holds a reference number (R8). Whoever has no account yet makes one, and comes back here.

use super::api::UseNumber;
use crate::form::Draft;
use crate::request::{Who, draft, portal};
use crate::shell::{Page, whole};
use crate::ui::{Button, CheckBox, Details, Kind, SignIn, TextInput, Width, error_of};
use crate::{language, locale};
use domain::access_requests::{NumberForm, Part};
use domain::{Field, FieldProblems};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The page, in the language of the request.
#[must_use]
pub fn address() -> String {
    format!("/{}/reference-number", language().code())
}

/// `/en/reference-number`
#[component]
pub fn NumberPage() -> impl IntoView {
    whole(async {
        let who = use_context::<Who>().unwrap_or_default();
        let typed: Option<Draft<NumberForm>> = draft("access_ways/use_number").await;
        let problems = typed.as_ref().map(Draft::problems).unwrap_or_default();
        let form = typed.map(|draft| draft.form).unwrap_or_default();
        let l = locale();
        let body = match who.account {
            Some(account) => match account.email {
                Some(email) => filled_in(&email, form, problems.clone()).into_any(),
                None => view! { <p>{td_string!(l, access_ways.number.no_email)}</p> {another_account()} }
                    .into_any(),
            },
            None => to_sign_in().into_any(),
        };
        Ok(view! {
            <Page
                title=td_string!(l, access_ways.number.title)
                lede=td_string!(l, access_ways.number.lede)
                problems
            >
                {body}
                <Details summary=td_string!(l, access_ways.number.help)>
                    <p>{td_string!(l, access_ways.number.help_text)}</p>
                </Details>
            </Page>
        }
        .into_any())
    })
}

/// What comes first: an account, of any provider.
fn to_sign_in() -> impl IntoView {
    let l = locale();
    let here = address();
    view! {
        <h2>{td_string!(l, access_ways.number.how)}</h2>
        <ol>
            <li>{td_string!(l, access_ways.number.step_account)}</li>
            <li>{td_string!(l, access_ways.number.step_number)}</li>
            <li>{td_string!(l, access_ways.number.step_open)}</li>
        </ol>
        <SignIn return_to=here.clone() label=td_string!(l, access_ways.number.sign_in) />
        {crate::home::other_ways(&here, "")}
    }
}

/// Signs in anew, at the provider too, and comes back to this page.
fn another_account() -> impl IntoView {
    let label = td_string!(locale(), invitations.accept.another);
    view! { <SignIn return_to=address() another_account=true label kind=Kind::Secondary /> }
}

fn filled_in(email: &str, form: NumberForm, problems: FieldProblems) -> impl IntoView + use<> {
    let l = locale();
    let problems = Signal::stored(problems);
    let error = |field| error_of(problems, field);
    let commitments = portal().commitments(Part::User);
    let commitments = commitments.into_iter().map(|words| {
        let words = words.in_language(language()).to_owned();
        view! { <li>{words}</li> }
    });
    let commitments = commitments.collect_view();
    let signed_in = td_string!(l, access_ways.number.signed_in, email = email);
    view! {
        <p>{signed_in}</p>
        <form method="post" action=UseNumber::url() novalidate>
            <TextInput
                name="form[number]"
                id=Field::Number.id()
                label=td_string!(l, access_ways.number.number)
                hint=td_string!(l, access_ways.number.number_hint)
                value=form.number
                error=error(Field::Number)
                width=Width::Medium
            />
            <TextInput
                name="form[last_name]"
                id=Field::LastName.id()
                label=td_string!(l, contacts.form.last_name)
                hint=td_string!(l, access_ways.number.name_hint)
                value=form.last_name
                error=error(Field::LastName)
                autocomplete="family-name"
            />
            <TextInput
                name="form[first_name]"
                id=Field::FirstName.id()
                label=td_string!(l, contacts.form.first_name)
                hint=td_string!(l, access_ways.number.first_name_hint)
                value=form.first_name
                error=error(Field::FirstName)
                autocomplete="given-name"
            />
            <h2>{td_string!(l, access_ways.number.commitments)}</h2>
            <ul>{commitments}</ul>
            <CheckBox
                name="form[commitments]"
                id=Field::Commitments.id()
                label=td_string!(l, access_ways.number.accept)
                checked=form.commitments == "true"
                error=error(Field::Commitments)
            />
            <Button wide=true>{td_string!(l, access_ways.number.send)}</Button>
        </form>
        {another_account()}
    }
}
