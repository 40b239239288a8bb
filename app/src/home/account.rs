//! The home of an account: its organizations with what waits in each, what is to be signed and what was (S4), and all its
//! online services (R10).

use super::organization::ask;
use crate::request::{self, Who, as_signed_in};
use crate::shell::{Page, whole};
use crate::signing::waiting;
use crate::ui::{Empty, SummaryList};
use crate::{language, locale};
use domain::Problem;
use domain::access_requests::ServiceAccess;
use domain::organizations::{OrganizationTile, Waits};
use leptos::prelude::*;
use locales::{is_one, td_string};

/// `/en/home`. Who belongs to one organization only goes there at once: its services stand on its own home.
#[component]
pub fn AccountHome() -> impl IntoView {
    whole(async {
        let who = use_context::<Who>().unwrap_or_default();
        if who.account.is_none() {
            return Err(Problem::SignInNeeded.into());
        }
        let l = locale();
        if let [only] = who.organizations.as_slice() {
            request::redirect(&format!("/{}/organizations/{}", language().code(), only.id));
        }
        let (to_sign, signed) = (waiting::to_sign().await?, waiting::signed().await?);
        if who.organizations.is_empty() && (to_sign.is_some() || signed.is_some()) {
            // Signing gives no access: who only signs has a home all the same.
            return Ok(view! {
                <Page title=td_string!(l, signing.home.title)>{to_sign}{signed}{asking()}{by_number()}</Page>
            }
            .into_any());
        }
        if who.organizations.is_empty() {
            return Ok(view! {
                <Page title=td_string!(l, home.account_title)>
                    <Empty title=td_string!(l, home.no_organization)>
                        <p>{td_string!(l, home.no_organization_what)}</p>
                        {asking()}
                        {by_number()}
                    </Empty>
                </Page>
            }
            .into_any());
        }
        let (mut homes, services) =
            as_signed_in(|person| async move { Ok((person.homes().await?, person.services().await?)) })
                .await?;
        homes.sort_by_cached_key(|tile| tile.choice.place_in_list(language()));
        // One group for each organization, in the order of the tiles.
        let groups = homes.iter().map(|tile| {
            let here = services.iter().filter(|access| access.organization == tile.choice.id);
            group(here.cloned().collect())
        });
        let groups = groups.collect_view();
        let none = services.is_empty().then(|| view! { <p>{td_string!(l, access_ways.services.none)}</p> });
        let tiles = homes.into_iter().map(tile).collect_view();
        Ok(view! {
            <Page title=td_string!(l, home.account_title) lede=td_string!(l, home.account_lede)>
                <ul class="tiles">{tiles}</ul>
                {to_sign}
                <section aria-labelledby="services">
                    <h2 id="services">{td_string!(l, access_ways.services.title)}</h2>
                    {none}
                    {groups}
                </section>
                {signed}
                {by_number()}
            </Page>
        }
        .into_any())
    })
}

fn tile(tile: OrganizationTile) -> impl IntoView {
    let href = format!("/{}/organizations/{}", language().code(), tile.choice.id);
    let name = tile.choice.name.in_language(language()).to_owned();
    view! { <li><a class="tile" href=href><strong>{name}</strong><span>{waits(&tile.waits)}</span></a></li> }
}

/// The services of one organization, and whom to ask there.
fn group(services: Vec<ServiceAccess>) -> Option<impl IntoView> {
    let first = services.first()?;
    let name = first.organization_name.in_language(language()).to_owned();
    let ask = ask(first.ask.as_deref(), &first.ask_email);
    let rows = services.into_iter().map(service).collect_view();
    Some(view! { <h3>{name}</h3> <SummaryList>{rows}</SummaryList> {ask} })
}

/// A service: what the person may do there, how, and the way to it.
fn service(access: ServiceAccess) -> impl IntoView {
    let l = locale();
    let card = access.service;
    let name = card.name.in_language(language()).to_owned();
    let profiles: Vec<_> = card.profiles.iter().map(|profile| profile.in_language(language())).collect();
    let said = format!(
        "{}{} {}",
        td_string!(l, access_ways.services.may),
        locales::colon(language()),
        profiles.join(", ")
    );
    let instructions = card.instructions.map(|text| {
        let text = text.in_language(language()).to_owned();
        view! { <br /> <span class="soft">{text}</span> }
    });
    let of = td_string!(l, access_ways.services.open_of, name = name.clone());
    let open = card.address.map(|address| {
        view! {
            <dd>
                <a class="action" href=address>
                    {td_string!(l, access_ways.services.open)}
                    <span class="visually-hidden">{of}</span>
                </a>
            </dd>
        }
    });
    // A row of the list, its name strong: one looks for the service.
    view! { <div><dt><strong>{name}</strong></dt><dd>{said} {instructions}</dd>{open}</div> }
}

/// The way to a service for whoever belongs nowhere yet (R1).
fn asking() -> Option<impl IntoView> {
    let l = locale();
    request::portal().asked_services().next().is_some().then(|| {
        let href = format!("/{}/access-requests", language().code());
        view! { <p><a href=href>{td_string!(l, home.landing_ask_link)}</a></p> }
    })
}

/// R8: the way in with a reference number, where a service takes one.
fn by_number() -> Option<impl IntoView> {
    let l = locale();
    request::portal().takes_numbers().then(|| {
        let href = crate::access_ways::number::address();
        view! { <p><a href=href>{td_string!(l, access_ways.number.link)}</a></p> }
    })
}

/// What waits there, in one line.
fn waits(waits: &Waits) -> String {
    let l = locale();
    match waits.total() {
        0 => td_string!(l, home.waits_nothing).to_owned(),
        many if is_one(language(), many) => td_string!(l, home.waits_one).to_owned(),
        many => td_string!(l, home.waits_many, count = many),
    }
}
