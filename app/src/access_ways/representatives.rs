//! The designated representatives of a workplace (R7): who they are, naming one, ending the role.

use super::api::{EndRepresentative, NameRepresentative};
use crate::request::{as_permitted, query};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{Details, Link, SummaryList, SummaryRow};
use crate::{language, locale};
use backend::Permit;
use domain::OrganizationId;
use domain::access_requests::RepresentativeLine;
use domain::contacts::{AccessFilter, ContactLine, ContactPage, ContactSearch, spoken_name};
use domain::permissions::SeeContacts;
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The page, in the language of the request.
#[must_use]
pub fn address(organization: OrganizationId) -> String {
    format!("/{}/organizations/{organization}/representatives", language().code())
}

/// `/en/organizations/…/representatives`
#[component]
pub fn RepresentativesPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = frame_of(id).await?;
        let words = query("q").unwrap_or_default();
        let search =
            ContactSearch { words: words.clone(), access: AccessFilter::With, ..ContactSearch::default() };
        let (named, to_name) = as_permitted(id, |permit: Permit<SeeContacts>| async move {
            let to_name = match permit.names_representatives().await? {
                true => Some(permit.list(&search).await?),
                false => None,
            };
            Ok((permit.representatives().await?, to_name))
        })
        .await?;
        let l = locale();
        let home = format!("/{}/organizations/{id}", language().code());
        let names = to_name.is_some();
        let naming = match to_name {
            Some(found) => naming(id, &words, found, &named).into_any(),
            None => {
                view! { <p class="hint">{td_string!(l, access_ways.representatives.who_may)}</p> }.into_any()
            }
        };
        Ok(view! {
            <Page
                title=td_string!(l, access_ways.representatives.title)
                organization=organization.clone()
                here=Here::Elsewhere
                lede=td_string!(l, access_ways.representatives.lede)
                back=Link::to(home, organization.name.in_language(language()))
            >
                {list(id, named, names)}
                {naming}
            </Page>
        }
        .into_any())
    })
}

fn list(organization: OrganizationId, named: Vec<RepresentativeLine>, ends: bool) -> impl IntoView {
    let l = locale();
    let nobody = named.is_empty();
    let rows = named.into_iter().map(|line| row(organization, line, ends)).collect_view();
    let list = match nobody {
        true => view! { <p>{td_string!(l, access_ways.representatives.none)}</p> }.into_any(),
        false => view! { <SummaryList>{rows}</SummaryList> }.into_any(),
    };
    let what = (ends && !nobody)
        .then(|| view! { <p class="hint">{td_string!(l, access_ways.representatives.end_what)}</p> });
    view! {
        <section aria-labelledby="named">
            <h2 id="named">{td_string!(l, access_ways.representatives.now)}</h2>
            {list}
            {what}
        </section>
    }
}

fn row(organization: OrganizationId, line: RepresentativeLine, ends: bool) -> AnyView {
    let l = locale();
    let since =
        td_string!(l, access_ways.representatives.since, date = line.since.text.in_language(language()));
    let told = view! { {line.email.to_string()} <br /> <span class="soft">{since}</span> };
    if !ends {
        return view! { <SummaryRow term=line.name>{told}</SummaryRow> }.into_any();
    }
    let of = td_string!(l, access_ways.representatives.end_of, name = line.name.clone());
    let end = view! {
        <form method="post" action=EndRepresentative::url()>
            <input type="hidden" name="organization" value=organization.to_string() />
            <input type="hidden" name="contact" value=line.contact.to_string() />
            <button class="action">
                {td_string!(l, access_ways.representatives.end)}
                <span class="visually-hidden">{of}</span>
            </button>
        </form>
    };
    view! { <SummaryRow term=line.name action=end.into_any()>{told}</SummaryRow> }.into_any()
}

/// The contacts with access who may be named, found by name.
fn naming(
    organization: OrganizationId,
    words: &str,
    found: ContactPage,
    named: &[RepresentativeLine],
) -> impl IntoView + use<> {
    let l = locale();
    let shown = found.lines.len() as u64;
    let more = (found.found > shown).then(
        || view! { <p class="hint">{td_string!(l, access_ways.representatives.more, count = shown)}</p> },
    );
    let left = found.lines.into_iter().filter(|line| named.iter().all(|one| one.contact != line.id));
    let people: Vec<_> = left.map(|line| candidate(organization, line)).collect();
    let people = match people.is_empty() {
        true => view! { <p>{td_string!(l, access_ways.representatives.nobody_found)}</p> }.into_any(),
        false => view! { <SummaryList>{people}</SummaryList> }.into_any(),
    };
    let searched = !words.is_empty();
    let words = words.to_owned();
    let search = view! {
        <search>
            <form class="search-panel" method="get" action=address(organization)>
                <div class="field grow">
                    <label for="q">{td_string!(l, access_ways.representatives.search)}</label>
                    <input type="search" id="q" name="q" value=words autocomplete="off" />
                </div>
                <button class="button secondary">{td_string!(l, access_ways.representatives.find)}</button>
            </form>
        </search>
    };
    let inside = view! {
        <p>{td_string!(l, access_ways.representatives.name_what)}</p>
        {search}
        {people}
        {more}
    };
    match searched {
        // Whoever searched looks for somebody to name.
        true => view! {
            <section aria-labelledby="name">
                <h2 id="name">{td_string!(l, access_ways.representatives.name)}</h2>
                {inside}
            </section>
        }
        .into_any(),
        false => {
            view! { <Details summary=td_string!(l, access_ways.representatives.name)>{inside}</Details> }
                .into_any()
        }
    }
}

fn candidate(organization: OrganizationId, line: ContactLine) -> AnyView {
    let l = locale();
    let name = spoken_name(&line.last_name, &line.first_name);
    let of = td_string!(l, access_ways.representatives.choose_of, name = name.clone());
    let choose = view! {
        <form method="post" action=NameRepresentative::url()>
            <input type="hidden" name="organization" value=organization.to_string() />
            <input type="hidden" name="contact" value=line.id.to_string() />
            <button class="action">
                {td_string!(l, access_ways.representatives.choose)}
                <span class="visually-hidden">{of}</span>
            </button>
        </form>
    };
    view! { <SummaryRow term=name action=choose.into_any()>{line.email.to_string()}</SummaryRow> }.into_any()
}
