//! The home of an organization: what waits, the figures, the services.

use crate::request::as_permitted;
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{Details, SummaryList, SummaryRow, Tag, Tone};
use crate::{language, locale};
use backend::Permit;
use domain::organizations::{OrganizationFrame, OrganizationHome as Home, ServiceCard};
use domain::permissions::{ManageContacts, SeeContacts, SeeOrganization};
use leptos::prelude::*;
use locales::{is_one, td_string};

/// `/en/organizations/…`
#[component]
pub fn OrganizationHome() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = frame_of(id).await?;
        let home =
            as_permitted(id, |permit: Permit<SeeOrganization>| async move { permit.home().await }).await?;
        let l = locale();
        let name = organization.name.in_language(language()).to_owned();
        let other = language().other();
        let waiting = organization.actor.may::<ManageContacts>().then(|| waiting(&organization, &home));
        Ok(view! {
            <Page title=name organization=organization.clone() here=Here::Home>
                <p class="lede" lang=other.code()>{organization.name.in_language(other).to_owned()}</p>
                {waiting}
                {figures(&organization, &home)}
                {services(home.services)}
                {details(&organization, home.primary)}
                <Details summary=td_string!(l, home.help)><p>{td_string!(l, home.help_text)}</p></Details>
            </Page>
        }
        .into_any())
    })
}

fn contacts(organization: &OrganizationFrame) -> String {
    format!("/{}/organizations/{}/contacts", language().code(), organization.id)
}

/// What waits for whoever manages contacts, the most urgent first.
fn waiting(organization: &OrganizationFrame, home: &Home) -> impl IntoView + use<> {
    let l = locale();
    let mut tasks = Vec::new();
    if home.invitations_bounced > 0 {
        let title = match is_one(language(), home.invitations_bounced) {
            true => td_string!(l, home.bounced_one).to_owned(),
            false => td_string!(l, home.bounced_many, count = home.invitations_bounced),
        };
        tasks.push((title, td_string!(l, home.bounced_what), td_string!(l, home.bounced_tag), Tone::Danger));
    }
    if home.invitations_expired > 0 {
        let title = match is_one(language(), home.invitations_expired) {
            true => td_string!(l, home.expired_one).to_owned(),
            false => td_string!(l, home.expired_many, count = home.invitations_expired),
        };
        tasks.push((title, td_string!(l, home.expired_what), td_string!(l, home.expired_tag), Tone::Warning));
    }
    let href = contacts(organization);
    let list = if tasks.is_empty() {
        view! { <p>{td_string!(l, home.nothing_waiting)}</p> }.into_any()
    } else {
        let lines = tasks.into_iter().map(|(title, what, label, tone)| {
            view! {
                <li>
                    <div><a href=href.clone()>{title}</a><p class="hint">{what}</p></div>
                    <Tag tone label />
                </li>
            }
        });
        view! { <ul class="task-list">{lines.collect_view()}</ul> }.into_any()
    };
    view! { <section aria-labelledby="waiting"><h2 id="waiting">{td_string!(l, home.waiting)}</h2>{list}</section> }
}

fn figures(organization: &OrganizationFrame, home: &Home) -> impl IntoView + use<> {
    let l = locale();
    let list = organization.actor.may::<SeeContacts>().then(|| contacts(organization));
    let with_access = list.clone().map(|list| format!("{list}?access=with"));
    view! {
        <section aria-labelledby="glance">
            <h2 id="glance">{td_string!(l, home.glance)}</h2>
            <dl class="facts">
                {figure(td_string!(l, home.contacts_active), home.contacts_active, list)}
                {figure(td_string!(l, home.contacts_with_access), home.contacts_with_access, with_access)}
                {figure(td_string!(l, home.invitations_pending), home.invitations_pending, None)}
            </dl>
        </section>
    }
}

fn figure(label: &'static str, figure: u64, href: Option<String>) -> impl IntoView {
    let figure = match href {
        Some(href) => view! { <a href=href>{figure}</a> }.into_any(),
        None => figure.into_any(),
    };
    view! { <div><dt>{label}</dt><dd>{figure}</dd></div> }
}

fn services(services: Vec<ServiceCard>) -> impl IntoView {
    let l = locale();
    let list = if services.is_empty() {
        view! { <p>{td_string!(l, home.no_service)}</p> }.into_any()
    } else {
        let tiles = services.into_iter().map(|service| {
            let profiles: Vec<_> = service.profiles.iter().map(|name| name.in_language(language())).collect();
            let name = service.name.in_language(language()).to_owned();
            let name = match service.address {
                Some(address) => view! { <a href=address>{name}</a> }.into_any(),
                None => name.into_any(),
            };
            let instructions = service.instructions.map(|text| text.in_language(language()).to_owned());
            view! {
                <li>
                    <div class="tile">
                        <h3>{name}</h3>
                        <span>{profiles.join(", ")}</span>
                        {instructions.map(|text| view! { <p class="hint">{text}</p> })}
                    </div>
                </li>
            }
        });
        view! { <ul class="tiles">{tiles.collect_view()}</ul> }.into_any()
    };
    view! { <section aria-labelledby="services"><h2 id="services">{td_string!(l, home.services)}</h2>{list}</section> }
}

fn details(organization: &OrganizationFrame, primary: Option<String>) -> impl IntoView + use<> {
    let l = locale();
    let other = language().other();
    let name = organization.name.in_language(language()).to_owned();
    let other_name = organization.name.in_language(other).to_owned();
    let primary = primary.unwrap_or_else(|| td_string!(l, home.no_primary).to_owned());
    let all = crate::organizations::page::details_address(organization.id);
    view! {
        <section aria-labelledby="details">
            <h2 id="details">{td_string!(l, home.details)}</h2>
            <SummaryList>
                <SummaryRow term=td_string!(l, home.name)>
                    {name}
                    <br />
                    <span lang=other.code()>{other_name}</span>
                </SummaryRow>
                <SummaryRow term=td_string!(l, home.primary)>{primary}</SummaryRow>
            </SummaryList>
            <p><a href=all>{td_string!(l, home.all_details)}</a></p>
        </section>
    }
}
