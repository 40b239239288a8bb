//! A page that could not be shown: what happened, and what to do (rule G5).

use super::Page;
use crate::failure::Failure;
use crate::request;
use crate::ui::{LinkButton, SignIn};
use crate::{language, locale};
use domain::Problem;
use leptos::prelude::*;
use locales::td_string;

/// Says why, with the right status, in the person's language.
#[component]
pub fn FailurePage(failure: Failure) -> impl IntoView {
    if failure == Failure::Refused(Problem::ViewingEnded) {
        // The answer leads elsewhere.
        return refused(&failure).into_any();
    }
    request::set_status(failure.status());
    match failure {
        Failure::Refused(Problem::SignInNeeded) => sign_in().into_any(),
        Failure::Refused(Problem::NotFound) => not_found().into_any(),
        Failure::Refused(Problem::RequestLinkUnknown) => dead_link().into_any(),
        Failure::Refused(Problem::Forbidden) => forbidden().into_any(),
        Failure::Refused(Problem::Broken { reference }) => broken(reference).into_any(),
        other => refused(&other).into_any(),
    }
}

fn home() -> String {
    format!("/{}/home", language().code())
}

/// 401: sign in, then come back to the same address.
fn sign_in() -> impl IntoView {
    let l = locale();
    let query = request::raw_query();
    let here = if query.is_empty() { request::path() } else { format!("{}?{query}", request::path()) };
    view! {
        <Page title=td_string!(l, shell.sign_in_title) lede=td_string!(l, shell.sign_in_lede)>
            <SignIn return_to=here.clone() />
            {crate::home::other_ways(&here, "")}
        </Page>
    }
}

fn not_found() -> impl IntoView {
    let l = locale();
    view! {
        <Page title=td_string!(l, shell.not_found_title) lede=td_string!(l, shell.not_found_lede)>
            <p>{td_string!(l, shell.not_found_what)}</p>
            <div class="actions"><LinkButton href=home()>{td_string!(l, shell.to_home)}</LinkButton></div>
        </Page>
    }
}

/// A mailed link of a request that opens nothing any more: no page of an account helps whoever has none.
fn dead_link() -> impl IntoView {
    let l = locale();
    let ask = format!("/{}/access-requests", language().code());
    // The address is the link itself: it is not told to anybody.
    let support = format!("/{}/support", language().code());
    view! {
        <Page
            title=td_string!(l, access_requests.page.unknown_title)
            lede=td_string!(l, problems.request_link_unknown)
        >
            <p>{td_string!(l, access_requests.page.unknown_what)}</p>
            <div class="actions">
                <LinkButton href=ask>{td_string!(l, home.landing_ask_link)}</LinkButton>
                <a class="action" href=support>{td_string!(l, shell.contact_support)}</a>
            </div>
        </Page>
    }
}

fn forbidden() -> impl IntoView {
    let l = locale();
    view! {
        <Page title=td_string!(l, shell.forbidden_title) lede=td_string!(l, shell.forbidden_lede)>
            <p>{td_string!(l, shell.forbidden_what)}</p>
            <div class="actions"><LinkButton href=home()>{td_string!(l, shell.to_home)}</LinkButton></div>
        </Page>
    }
}

fn broken(reference: String) -> impl IntoView {
    let l = locale();
    let about = super::frame::told_to_support(&request::path());
    let support = format!("/{}/support?about={about}&reference={reference}", language().code());
    view! {
        <Page title=td_string!(l, shell.broken_title) lede=td_string!(l, shell.broken_lede)>
            <p>{td_string!(l, shell.broken_what)}</p>
            <p class="reference">
                <code id="reference">{reference}</code>
                <button type="button" class="action" data-copy="reference" data-done=td_string!(l, shell.copied) hidden>
                    {td_string!(l, shell.copy)}
                    <span class="visually-hidden">{td_string!(l, shell.copy_what)}</span>
                </button>
                <span role="status"></span>
            </p>
            <div class="actions">
                <LinkButton href=request::path()>{td_string!(l, shell.try_again)}</LinkButton>
                <a class="action" href=support>{td_string!(l, shell.contact_support)}</a>
            </div>
        </Page>
    }
}

fn refused(failure: &Failure) -> impl IntoView {
    let l = locale();
    view! {
        <Page title=td_string!(l, shell.refused_title) lede=failure.sentence(language())>
            <div class="actions"><LinkButton href=home()>{td_string!(l, shell.to_home)}</LinkButton></div>
        </Page>
    }
}
