//! Pages for everybody.

use crate::request::{self, Who};
use crate::shell::{Page, public, whole};
use crate::ui::{SignIn, SummaryList, SummaryRow};
use crate::{language, locale};
use domain::Problem;
use leptos::prelude::*;
use locales::td_string;

/// `/`: the person's language decides.
#[component]
pub fn FirstVisit() -> impl IntoView {
    request::redirect(&format!("/{}", language().code()));
}

/// What is not there.
#[component]
pub fn NotFound() -> impl IntoView {
    whole(async { Err(Problem::NotFound.into()) })
}

/// `/en`: one thing to do, sign in. Whoever has done so goes on.
#[component]
pub fn Landing() -> impl IntoView {
    public(|| {
        let l = locale();
        let home = format!("/{}/home", language().code());
        if use_context::<Who>().is_some_and(|who| who.account.is_some()) {
            request::redirect(&home);
        }
        view! {
            <Page title=td_string!(l, home.landing_title) lede=td_string!(l, home.landing_lede)>
                <SignIn return_to=home.clone() />
                {other_ways(&home, "")}
                <p>{td_string!(l, home.landing_invited)}</p>
                {asking()}
            </Page>
        }
    })
}

/// For whoever is not here yet (R1), where an online service is asked for at all.
fn asking() -> impl IntoView {
    let l = locale();
    let asked = request::portal().asked_services().next().is_some().then(|| {
        let href = format!("/{}/access-requests", language().code());
        view! {
            <p>
                {td_string!(l, home.landing_ask)}
                " "
                <a href=href>{td_string!(l, home.landing_ask_link)}</a>
            </p>
        }
    });
    // R8: a number takes the place of a request.
    let by_number = request::portal().takes_numbers().then(|| {
        let href = crate::access_ways::number::address();
        view! {
            <p>
                {td_string!(l, home.landing_number)}
                " "
                <a href=href>{td_string!(l, access_ways.number.title)}</a>
            </p>
        }
    });
    view! { {asked} {by_number} }
}

/// Where there are several providers, those beside the first one (A7), below its button.
pub fn other_ways(return_to: &str, login_hint: &str) -> impl IntoView + use<> {
    let ways = request::portal().sign_in_choices().into_iter().skip(1).map(|(provider, name)| {
        let name = name.in_language(language()).to_owned();
        let label = td_string!(locale(), home.continue_with, provider = name);
        let (return_to, login_hint) = (return_to.to_owned(), login_hint.to_owned());
        view! { <SignIn return_to login_hint provider label kind=crate::ui::Kind::Secondary /> }
    });
    ways.collect_view()
}

/// Whom to ask, and the reference of what one was looking at (G8).
#[component]
pub fn Support() -> impl IntoView {
    public(|| {
        let l = locale();
        let operator = request::portal().operator().clone();
        let name = operator.name.in_language(language()).to_owned();
        // Whatever an address says here is shown as text and goes nowhere.
        let about = request::query("about").filter(|path| path.starts_with('/') && path.len() < 300);
        let reference = request::query("reference").filter(|text| text.len() < 20);
        let subject = td_string!(l, home.mail_subject, about = about.clone().unwrap_or_default());
        let mailto = format!("mailto:{}?subject={}", operator.email, request::encoded(&subject));
        let phone = (!operator.phone.is_empty()).then(|| {
            view! { <SummaryRow term=td_string!(l, home.phone)>{operator.phone.clone()}</SummaryRow> }
        });
        let about = about.map(|path| {
            view! { <SummaryRow term=td_string!(l, home.about)><code>{path}</code></SummaryRow> }
        });
        let reference = reference.map(|reference| {
            view! { <SummaryRow term=td_string!(l, home.reference)><code>{reference}</code></SummaryRow> }
        });
        view! {
            <Page title=td_string!(l, home.support_title) lede=td_string!(l, home.support_lede, operator = name)>
                <SummaryList>
                    <SummaryRow term=td_string!(l, home.email)>
                        <a href=mailto>{operator.email.clone()}</a>
                    </SummaryRow>
                    {phone}
                    {about}
                    {reference}
                </SummaryList>
                <p>{td_string!(l, home.support_what)}</p>
            </Page>
        }
    })
}

/// What one agrees to (A2, R11).
#[component]
pub fn Terms() -> impl IntoView {
    public(|| {
        let l = locale();
        if let Some(own) = &request::portal().looks().terms {
            return own_text(td_string!(l, home.terms_title), own);
        }
        view! {
            <Page title=td_string!(l, home.terms_title) lede=td_string!(l, home.terms_lede)>
                <h2>{td_string!(l, home.terms_account)}</h2>
                <p>{td_string!(l, home.terms_account_text)}</p>
                <h2>{td_string!(l, home.terms_information)}</h2>
                <p>{td_string!(l, home.terms_information_text)}</p>
                <h2>{td_string!(l, home.terms_end)}</h2>
                <p>{td_string!(l, home.terms_end_text)}</p>
            </Page>
        }
        .into_any()
    })
}

/// What is known of a person, and who sees it (A1).
#[component]
pub fn Privacy() -> impl IntoView {
    public(|| {
        let l = locale();
        if let Some(own) = &request::portal().looks().privacy {
            return own_text(td_string!(l, home.privacy_title), own);
        }
        let operator = request::portal().operator().name.in_language(language()).to_owned();
        view! {
            <Page title=td_string!(l, home.privacy_title) lede=td_string!(l, home.privacy_lede)>
                <h2>{td_string!(l, home.privacy_what)}</h2>
                <p>{td_string!(l, home.privacy_what_text)}</p>
                <h2>{td_string!(l, home.privacy_why)}</h2>
                <p>{td_string!(l, home.privacy_why_text)}</p>
                <h2>{td_string!(l, home.privacy_who)}</h2>
                <p>{td_string!(l, home.privacy_who_text, operator = operator)}</p>
                <h2>{td_string!(l, home.privacy_cookies)}</h2>
                <p>{td_string!(l, home.privacy_cookies_text)}</p>
                <h2>{td_string!(l, home.privacy_rights)}</h2>
                <p>{td_string!(l, home.privacy_rights_text)}</p>
            </Page>
        }
        .into_any()
    })
}

/// A text of the deployment's own (G9), rendered when the program started.
fn own_text(title: &'static str, text: &domain::Bilingual) -> AnyView {
    let html = text.in_language(language()).to_owned();
    view! { <Page title><div class="prose" inner_html=html></div></Page> }.into_any()
}
