//! Consent to the terms and the privacy notice (A2): on creating an account, and again when they changed.

use super::api::{AcceptTerms, DeclineTerms};
use super::page::{at_desk, waiting};
use crate::form::Draft;
use crate::request::draft;
use crate::shell::Page;
use crate::ui::{Button, CheckBox, Kind, error_of};
use crate::{language, locale};
use domain::{Field, FieldProblems, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// Both texts, each a link, and the box to tick.
pub(super) fn consent(ticked: bool, faults: Signal<FieldProblems>) -> impl IntoView {
    let l = locale();
    let code = language().code();
    view! {
        <p>{td_string!(l, accounts.create.consent_read)}</p>
        <ul>
            <li><a href=format!("/{code}/terms") target="_blank">{td_string!(l, accounts.create.terms)}</a></li>
            <li><a href=format!("/{code}/privacy") target="_blank">{td_string!(l, accounts.create.privacy)}</a></li>
        </ul>
        <CheckBox
            name="form[consent]"
            id=Field::Consent.id()
            label=td_string!(l, accounts.create.consent)
            checked=ticked
            error=error_of(faults, Field::Consent)
        />
    }
}

/// `/en/identity/terms`: they changed since this person accepted them.
#[component]
pub fn TermsPage() -> impl IntoView {
    at_desk(async {
        let (request, card) = waiting().await?;
        let email = card.signed_in_as.ok_or(Problem::SignInExpired)?;
        let draft: Option<Draft<()>> = draft("accounts/accept_terms").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let faults = Signal::stored(problems.clone());
        let l = locale();
        let destination = card.destination.in_language(language()).to_owned();
        Ok(view! {
            <Page
                title=td_string!(l, accounts.terms.title)
                lede=td_string!(l, accounts.terms.lede, email = email, destination = destination)
                problems=problems
            >
                <form method="post" action=AcceptTerms::url() novalidate>
                    <input type="hidden" name="request" value=request.clone() />
                    {consent(false, faults)}
                    <div class="actions"><Button wide=true>{td_string!(l, accounts.terms.button)}</Button></div>
                </form>
                <form method="post" action=DeclineTerms::url()>
                    <input type="hidden" name="request" value=request.clone() />
                    <div class="actions">
                        <Button kind=Kind::Secondary wide=true>{td_string!(l, accounts.terms.decline)}</Button>
                    </div>
                </form>
                <p class="hint">{td_string!(l, accounts.terms.otherwise)}</p>
            </Page>
        }
        .into_any())
    })
}
