//! An organization as Support sees it.

use super::page::{StateTag, desk_address, state_name};
use crate::access_requests::desk::queue::address_of_organization;
use crate::failure::Failure;
use crate::organizations::page::{details_address, names};
use crate::request::as_permitted;
use crate::shell::{AtDesk, Page, organization_of_address, whole};
use crate::ui::{Kind, Link, LinkButton, NoticeBox, SummaryList, SummaryRow, Tag, Time, Tone};
use crate::{language, locale};
use backend::Permit;
use domain::desk::{ModuleLine, NamedOrganization, StateLine, SupportCard};
use domain::organizations::OrganizationState;
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{Bilingual, OrganizationId};
use leptos::prelude::*;
use locales::td_string;

/// The page of an organization at the desk.
#[must_use]
pub fn card_address(organization: OrganizationId) -> String {
    desk_address(&format!("organizations/{organization}"))
}

/// The way back to that page.
pub fn back_to_card(card: &SupportCard) -> Link {
    Link::to(card_address(card.id), card.name.in_language(language()))
}

/// What Support sees of the organization of the address, and whether it may change anything.
///
/// # Errors
/// Not of Support.
pub async fn card_of(organization: OrganizationId) -> Result<(SupportCard, bool), Failure> {
    as_permitted(organization, |permit: Permit<AllOrganizations>| async move {
        Ok((permit.support_card().await?, permit.actor().may::<KeepOrganizations>()))
    })
    .await
}

/// The same, only for those who may change it.
///
/// # Errors
/// Not of Support, or without the right.
pub async fn kept_card() -> Result<SupportCard, Failure> {
    let id = organization_of_address()?;
    as_permitted(id, |_: Permit<KeepOrganizations>| async { Ok(()) }).await?;
    card_of(id).await.map(|(card, _)| card)
}

/// `/en/desk/organizations/…`
#[component]
pub fn SupportCardPage() -> impl IntoView {
    whole(async {
        let (card, keeps) = card_of(organization_of_address()?).await?;
        let l = locale();
        let name = card.name.in_language(language()).to_owned();
        let other = language().other();
        let other_name = card.name.in_language(other).to_owned();
        Ok(view! {
            <Page
                title=name
                desk=AtDesk::Organizations
                back=Link::to(desk_address(""), td_string!(l, desk.back))
            >
                <p class="lede" lang=other.code()>{other_name}</p>
                {orphaned(&card, keeps)}
                {standing(&card)}
                {glance(&card)}
                {facts(&card, keeps)}
                {modules(&card, keeps)}
                {states(&card, keeps)}
            </Page>
        }
        .into_any())
    })
}

/// C10
fn orphaned(card: &SupportCard, keeps: bool) -> Option<impl IntoView + use<>> {
    let l = locale();
    let href = format!("{}/recover", card_address(card.id));
    let recover = keeps.then(|| {
        view! { <p class="actions"><a class="action" href=href>{td_string!(l, desk.card.recover)}</a></p> }
    });
    card.orphaned.then(|| {
        view! {
            <NoticeBox id="orphaned" title=td_string!(l, desk.card.orphaned_title) tone=Tone::Warning>
                <p>{td_string!(l, desk.card.orphaned_text)}</p>
                {recover}
            </NoticeBox>
        }
    })
}

/// Its state, what it was merged with, and the ways to its own pages.
fn standing(card: &SupportCard) -> impl IntoView + use<> {
    let l = locale();
    let home = format!("/{}/organizations/{}", language().code(), card.id);
    let into = card.merged_into.as_ref().map(|into| {
        let link = named(std::slice::from_ref(into));
        view! { <p>{td_string!(l, desk.card.merged_into)}" "{link}</p> }
    });
    let from = (!card.merged_from.is_empty()).then(|| {
        let links = named(&card.merged_from);
        view! { <p>{td_string!(l, desk.card.merged_from)}" "{links}</p> }
    });
    let numbers = crate::request::portal().takes_numbers().then(|| {
        let href = crate::access_ways::load::address(card.id);
        view! { <a class="action" href=href>{td_string!(l, access_ways.numbers.link)}</a> }
    });
    view! {
        <p><StateTag state=card.state /></p>
        {into}
        {from}
        <p class="actions">
            <a class="action" href=format!("{home}/contacts")>{td_string!(l, desk.card.to_contacts)}</a>
            <a class="action" href=details_address(card.id)>{td_string!(l, desk.card.to_details)}</a>
            <a class="action" href=home>{td_string!(l, desk.card.to_home)}</a>
            {numbers}
            <a class="action" href=crate::access_ways::representatives::address(card.id)>
                {td_string!(l, access_ways.representatives.link)}
            </a>
            <a class="action" href=address_of_organization(card.id)>{td_string!(l, access_desk.to_requests)}</a>
        </p>
    }
}

fn named(organizations: &[NamedOrganization]) -> impl IntoView + use<> {
    let links = organizations.iter().enumerate().map(|(n, one)| {
        let comma = (n > 0).then_some(", ");
        let name = one.name.in_language(language()).to_owned();
        view! { {comma} <a href=card_address(one.id)>{name}</a> }
    });
    links.collect_view()
}

fn glance(card: &SupportCard) -> impl IntoView + use<> {
    let l = locale();
    let figures = [
        (td_string!(l, desk.card.contacts), card.closing.contacts),
        (td_string!(l, desk.card.with_access), card.closing.with_access),
        (td_string!(l, desk.card.invitations), card.closing.invitations),
    ];
    let figures = figures.map(|(label, figure)| view! { <div><dt>{label}</dt><dd>{figure}</dd></div> });
    view! {
        <section aria-labelledby="glance">
            <h2 id="glance">{td_string!(l, desk.card.glance)}</h2>
            <dl class="facts">{figures}</dl>
        </section>
    }
}

fn said(yes: bool) -> &'static str {
    if yes { td_string!(locale(), desk.card.yes) } else { td_string!(locale(), desk.card.no) }
}

fn facts(card: &SupportCard, keeps: bool) -> impl IntoView + use<> {
    let l = locale();
    let nobody = || td_string!(l, desk.card.nobody).to_owned();
    let representative = card.representative.clone().unwrap_or_else(nobody);
    let departments: Vec<Bilingual> = card.departments.iter().map(|one| one.name.clone()).collect();
    let departments =
        if departments.is_empty() { td_string!(l, desk.none).to_owned() } else { names(&departments) };
    let href = format!("{}/facts", card_address(card.id));
    let change = keeps.then(|| {
        view! { <p class="actions"><a class="action" href=href>{td_string!(l, desk.card.change_facts)}</a></p> }
    });
    let facts = card.facts.clone();
    let (tracks, college, learning) =
        (said(facts.tracks_clients), said(facts.registered_college), said(facts.learning_organization));
    view! {
        <section aria-labelledby="facts">
            <h2 id="facts">{td_string!(l, desk.card.facts)}</h2>
            <SummaryList>
                <SummaryRow term=td_string!(l, desk.card.tracks_clients)>{tracks}</SummaryRow>
                <SummaryRow term=td_string!(l, desk.card.college)>{college}</SummaryRow>
                <SummaryRow term=td_string!(l, desk.card.learning)>{learning}</SummaryRow>
                <SummaryRow term=td_string!(l, desk.card.representative)>{representative}</SummaryRow>
                <SummaryRow term=td_string!(l, desk.card.departments)>{departments}</SummaryRow>
            </SummaryList>
            {change}
        </section>
    }
}

fn modules(card: &SupportCard, keeps: bool) -> impl IntoView + use<> {
    let l = locale();
    let id = card.id;
    let rows = card.modules.iter().map(|module| module_row(id, module, keeps)).collect_view();
    view! {
        <section aria-labelledby="modules">
            <h2 id="modules">{td_string!(l, desk.card.modules)}</h2>
            <SummaryList>{rows}</SummaryList>
        </section>
    }
}

fn module_row(id: OrganizationId, module: &ModuleLine, keeps: bool) -> AnyView {
    let l = locale();
    let name = module.name.in_language(language()).to_owned();
    if module.for_everyone {
        return view! { <SummaryRow term=name>{td_string!(l, desk.card.module_everybody)}</SummaryRow> }
            .into_any();
    }
    let (tone, label, act) = match module.eligible {
        true => (Tone::Success, td_string!(l, desk.card.module_on), td_string!(l, desk.card.switch_off)),
        false => (Tone::Quiet, td_string!(l, desk.card.module_off), td_string!(l, desk.card.switch_on)),
    };
    if !keeps {
        return view! { <SummaryRow term=name><Tag tone label /></SummaryRow> }.into_any();
    }
    let href = format!("{}/modules/{}", card_address(id), module.key);
    let of = td_string!(l, desk.card.of_module, name = name.clone());
    let action =
        view! { <a class="action" href=href>{act}<span class="visually-hidden">{of}</span></a> }.into_any();
    view! { <SummaryRow term=name action><Tag tone label /></SummaryRow> }.into_any()
}

/// O3: every state with who, when, why; and what may be done now.
fn states(card: &SupportCard, keeps: bool) -> impl IntoView + use<> {
    let l = locale();
    let lines = card.states.iter().cloned().map(|line| view! { <StateRow line /> }).collect_view();
    let history = if card.states.is_empty() {
        view! { <p>{td_string!(l, desk.card.states_none)}</p> }.into_any()
    } else {
        view! { <ol class="activity">{lines}</ol> }.into_any()
    };
    let address = card_address(card.id);
    let link = move |act: &str, label: &'static str| {
        view! { <LinkButton href=format!("{address}/{act}") kind=Kind::Secondary>{label}</LinkButton> }
    };
    let acts = match card.state {
        OrganizationState::Open => {
            vec![link("close", td_string!(l, desk.card.close)), link("merge", td_string!(l, desk.card.merge))]
        }
        OrganizationState::Closed => vec![
            link("reopen", td_string!(l, desk.card.reopen)),
            link("merge", td_string!(l, desk.card.merge)),
        ],
        OrganizationState::Requested | OrganizationState::Merged => Vec::new(),
    };
    let acts = (keeps && !card.operator && !acts.is_empty()).then(|| view! { <p class="actions">{acts}</p> });
    view! {
        <section aria-labelledby="states">
            <h2 id="states">{td_string!(l, desk.card.states)}</h2>
            {history}
            {acts}
        </section>
    }
}

#[component]
fn StateRow(line: StateLine) -> impl IntoView {
    let l = locale();
    let by = line
        .by
        .map(|name| format!(", {}", td_string!(l, desk.card.by, name = locales::person(&name, language()))));
    view! {
        <li>
            <Time date=line.at />
            <div>
                <p><strong>{state_name(line.state)}</strong>{by}</p>
                {line.reason.map(|reason| view! { <p>{reason}</p> })}
            </div>
        </li>
    }
}
