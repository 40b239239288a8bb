//! After the signature, or the refusal: what happens next, and the signed PDF once it exists (S3).

use super::landing::ask;
use super::page::{day, facts, others};
use super::reading::download;
use super::way::Way;
use crate::failure::Failure;
use crate::request::Who;
use crate::shell::Page;
use crate::ui::{Kind, LinkButton, Panel, SummaryList, SummaryRow};
use crate::{language, locale};
use domain::agreements::{SignatoryState, SigningCard, SigningState};
use domain::{Date, Language, Problem};
use leptos::prelude::*;
use locales::td_string;

/// The confirmation; it stays the page of this agreement from then on.
pub(super) fn signed(card: &SigningCard) -> Result<AnyView, Failure> {
    let SigningState::Signed { on, name, sealed } = &card.state else {
        return Err(Problem::NotFound.into());
    };
    let l = locale();
    // Whoever belongs nowhere has a home all the same: what they signed stands there.
    let label = match use_context::<Who>().is_none_or(|who| who.organizations.is_empty()) {
        true => td_string!(l, signing.ended.home),
        false => td_string!(l, signing.done.organizations),
    };
    let home = format!("/{}/home", language().code());
    let agreement = card.titles.in_language(language()).to_owned();
    let title = td_string!(l, signing.done.title);
    let name = name.clone();
    let own = Way::Own(card.signatory);
    let result = result(&own, sealed, waits_for_others(card));
    let verify = format!("/{}/verify-agreement", language().code());
    let documents = card.documents.iter().map(|document| view! { <li>{download(&own, document)}</li> });
    let documents = documents.collect_view();
    let (on, others, ask) = (day(td_string!(l, signing.done.on), on), others(card), ask(&card.whom_to_ask));
    Ok(view! {
        <Page title bare=true>
            <Panel title><p>{agreement}</p></Panel>
            <section aria-labelledby="next">
                <h2 id="next">{td_string!(l, signing.done.next)}</h2>
                {result}
            </section>
            <SummaryList>
                {on}
                <SummaryRow term=td_string!(l, signing.done.name)>{name}</SummaryRow>
                <SummaryRow term=td_string!(l, signing.done.documents)><ul class="lines">{documents}</ul></SummaryRow>
            </SummaryList>
            {others}
            <p><a href=verify>{td_string!(l, signing.done.verify)}</a></p>
            <p><LinkButton href=home kind=Kind::Secondary>{label}</LinkButton></p>
            {ask}
        </Page>
    }
    .into_any())
}

/// Whether somebody else has yet to sign.
fn waits_for_others(card: &SigningCard) -> bool {
    let waits = |state| matches!(state, SignatoryState::Waiting | SignatoryState::Invited);
    card.others.iter().any(|other| waits(other.state))
}

/// The signed PDF, or what it waits for.
fn result(own: &Way, sealed: &[Language], waits: bool) -> AnyView {
    let l = locale();
    if waits {
        return view! { <p>{td_string!(l, signing.done.others)}</p> }.into_any();
    }
    if sealed.is_empty() {
        let here = own.address(language());
        return view! {
            <p>{td_string!(l, signing.done.sealing)}</p>
            <p><a class="action" href=here>{td_string!(l, signing.done.look_again)}</a></p>
        }
        .into_any();
    }
    let mut sealed = sealed.to_vec();
    sealed.sort_by_key(|of| *of != language());
    view! {
        <p>{td_string!(l, signing.done.complete)}</p>
        <ul class="lines">{sealed.into_iter().map(|of| sealed_link(own, of)).collect_view()}</ul>
    }
    .into_any()
}

/// The way to a signed PDF.
pub(super) fn sealed_link(own: &Way, of: Language) -> impl IntoView + use<> {
    let l = locale();
    let href = own.below(language(), &format!("sealed/{}", of.code()));
    let words = match of {
        Language::En => td_string!(l, signing.done.download_en),
        Language::Fr => td_string!(l, signing.done.download_fr),
    };
    view! { <li><a class="action" href=href>{words}</a></li> }
}

/// Whoever would not sign.
pub(super) fn declined(card: &SigningCard, on: &Date) -> AnyView {
    let l = locale();
    let title = td_string!(l, signing.decline.done_title);
    let (facts, on, ask) = (facts(card), day(td_string!(l, signing.decline.on), on), ask(&card.whom_to_ask));
    view! {
        <Page title bare=true>
            <Panel title><p>{td_string!(l, signing.decline.done_text)}</p></Panel>
            {facts}
            <SummaryList>{on}</SummaryList>
            {ask}
        </Page>
    }
    .into_any()
}
