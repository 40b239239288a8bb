//! The queue (R5): what is asked for, filtered by its address, the oldest first.

use super::card::card_address;
use crate::desk::page::desk_address;
use crate::request::{as_permitted, as_staff, as_visitor, query};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{CheckBox, Choice, Empty, Link, LinkButton, Pagination, Select, Tag, Time, Tone};
use crate::{language, locale};
use backend::Permit;
use domain::OrganizationId;
use domain::access_requests::{
    ANY_STATE, NewLine, QueueFilter, QueueLine, QueuePage as Found, RequestState, Vouch,
};
use domain::permissions::{AllOrganizations, KeepOrganizations};
use leptos::prelude::*;
use locales::{is_one, td_string};

/// A page of this desk; the queue when empty.
#[must_use]
pub fn queue_address(page: &str) -> String {
    let page = if page.is_empty() { String::new() } else { format!("/{page}") };
    desk_address(&format!("access-requests{page}"))
}

/// Every request for an organization, whatever became of it.
#[must_use]
pub fn address_of_organization(organization: OrganizationId) -> String {
    let filter = QueueFilter { organization: Some(organization), any_state: true, ..QueueFilter::default() };
    format!("{}{}", queue_address(""), filter.query(1))
}

/// The way back to the queue.
pub(super) fn back_to_queue() -> Link {
    Link::to(queue_address(""), td_string!(locale(), access_desk.back))
}

/// The state of a request, in a word.
pub(super) fn state_name(state: RequestState) -> &'static str {
    locales::request_state(state, language())
}

/// The state, as a tag.
#[component]
pub(super) fn RequestTag(state: RequestState) -> impl IntoView {
    let tone = match state {
        RequestState::Submitted => Tone::Info,
        RequestState::OnHold | RequestState::Approved => Tone::Warning,
        RequestState::Activated => Tone::Success,
        _ => Tone::Quiet,
    };
    view! { <Tag tone label=state_name(state) /> }
}

/// What the asked administrator said (R1); nothing when nobody was asked.
pub(super) fn vouch_words(vouch: Vouch) -> Option<&'static str> {
    let l = locale();
    match vouch {
        Vouch::None => None,
        Vouch::Asked => Some(td_string!(l, access_desk.vouch.asked)),
        Vouch::Vouched => Some(td_string!(l, access_desk.vouch.vouched)),
        Vouch::Objected => Some(td_string!(l, access_desk.vouch.objected)),
    }
}

/// How long it waits, in days.
pub(super) fn days_words(days: u32) -> String {
    let l = locale();
    match days {
        0 => td_string!(l, access_desk.today).to_owned(),
        1 => td_string!(l, access_desk.day_one).to_owned(),
        n => td_string!(l, access_desk.day_many, n = n),
    }
}

/// Who has it in hand.
pub(super) fn hand_words(line: &QueueLine) -> String {
    let l = locale();
    match (&line.in_hand, line.mine) {
        (_, true) => td_string!(l, access_desk.in_my_hands).to_owned(),
        (Some(name), false) => {
            td_string!(l, access_desk.in_hand, name = locales::person(name, language()))
        }
        (None, false) => td_string!(l, access_desk.in_no_hands).to_owned(),
    }
}

/// `/en/desk/access-requests`
#[component]
pub fn QueuePage() -> impl IntoView {
    whole(async {
        let filter = QueueFilter::from_query(query);
        let asked = filter.clone();
        let (found, keeps) = as_staff(|permit: Permit<AllOrganizations>| async move {
            let keeps = permit.actor().may::<KeepOrganizations>();
            Ok((permit.request_queue(&asked).await?, keeps))
        })
        .await?;
        let services = as_visitor(|visitor| async move { Ok(visitor.services_to_ask_for()) }).await?;
        let l = locale();
        let (title, lede) = match filter.organization {
            None => (td_string!(l, access_desk.title).to_owned(), td_string!(l, access_desk.lede)),
            Some(id) => {
                let name =
                    as_permitted(id, |permit: Permit<AllOrganizations>| async move { Ok(permit.name()) })
                        .await?;
                let name = name.in_language(language()).to_owned();
                let title = td_string!(l, access_desk.of_organization, name = name);
                (title, td_string!(l, access_desk.lede_organization))
            }
        };
        let narrowed = filter.organization.is_some();
        let body = view! {
            {acts(keeps)}
            {panel(&filter, &services)}
            {count(&found)}
            {table(&filter, found)}
        };
        Ok(match narrowed {
            false => view! { <Page title desk=AtDesk::AccessRequests lede>{body}</Page> }.into_any(),
            true => view! { <Page title desk=AtDesk::AccessRequests lede back=back_to_queue()>{body}</Page> }
                .into_any(),
        })
    })
}

/// What else there is to do here.
fn acts(keeps: bool) -> impl IntoView {
    let l = locale();
    let keeping = keeps.then(|| {
        view! {
            <LinkButton href=queue_address("paper")>{td_string!(l, access_desk.to_paper)}</LinkButton>
            <a class="action" href=queue_address("allow")>{td_string!(l, access_desk.to_allow)}</a>
        }
    });
    view! {
        <p class="actions">
            {keeping} <a class="action" href=queue_address("figures")>{td_string!(l, access_desk.to_figures)}</a>
        </p>
    }
}

fn panel(filter: &QueueFilter, services: &[NewLine]) -> impl IntoView + use<> {
    let l = locale();
    // What is with Support comes first; a draft is nobody's but its writer's.
    let others = RequestState::ALL.into_iter();
    let others = others.filter(|state| !matches!(state, RequestState::Draft | RequestState::Submitted));
    let mut states = vec![
        Choice::of("", state_name(RequestState::Submitted)),
        Choice::of(ANY_STATE, td_string!(l, access_desk.any_state)),
    ];
    states.extend(others.map(|state| Choice::of(state.code(), state_name(state))));
    let state = match filter.state {
        Some(RequestState::Submitted) => "",
        Some(state) => state.code(),
        None if filter.any_state => ANY_STATE,
        None => "",
    };
    let mut choices = vec![Choice::of("", td_string!(l, access_desk.any_service))];
    choices.extend(
        services.iter().map(|line| Choice::of(&line.service.0, line.service.1.in_language(language()))),
    );
    let clear = (!filter.query(1).is_empty()).then(|| {
        view! { <a class="action" href=queue_address("")>{td_string!(l, access_desk.clear)}</a> }
    });
    let of = filter
        .organization
        .map(|id| view! { <input type="hidden" name="organization" value=id.to_string() /> });
    view! {
        <search aria-label=td_string!(l, access_desk.search)>
            <form class="search-panel" method="get" action=queue_address("")>
                {of}
                <div class="field grow">
                    <label for="q">{td_string!(l, access_desk.words)}</label>
                    <input type="search" id="q" name="q" value=filter.words.clone() autocomplete="off" />
                </div>
                <Select name="state" label=td_string!(l, access_desk.state_filter) choices=states value=state />
                <Select
                    name="service"
                    label=td_string!(l, access_desk.service_filter)
                    choices
                    value=filter.service.clone()
                />
                <button class="button secondary">{td_string!(l, access_desk.submit)}</button>
                <div class="filters">
                    <CheckBox name="mine" label=td_string!(l, access_desk.mine) checked=filter.mine />
                    <CheckBox name="free" label=td_string!(l, access_desk.free) checked=filter.free />
                    {clear}
                </div>
            </form>
        </search>
    }
}

fn count(found: &Found) -> impl IntoView + use<> {
    let l = locale();
    let words = match is_one(language(), found.found) {
        true => td_string!(l, access_desk.found_one),
        false => td_string!(l, access_desk.found_many),
    };
    view! { <p class="result-count" role="status"><strong>{found.found}</strong>" "{words}</p> }
}

fn table(filter: &QueueFilter, found: Found) -> AnyView {
    let l = locale();
    if found.lines.is_empty() {
        return view! {
            <Empty title=td_string!(l, access_desk.empty)><p>{td_string!(l, access_desk.empty_text)}</p></Empty>
        }
        .into_any();
    }
    let rows = found.lines.into_iter().map(|line| view! { <RequestRow line /> }).collect_view();
    let filter = filter.clone();
    let href = move |page| format!("{}{}", queue_address(""), filter.query(page));
    view! {
        <table class="table" role="table">
            <caption class="visually-hidden">{td_string!(l, access_desk.table)}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">{td_string!(l, access_desk.column_who)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, access_desk.column_service)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, access_desk.column_age)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, access_desk.column_hand)}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
        <Pagination page=found.page pages=found.pages href />
    }
    .into_any()
}

#[component]
fn RequestRow(line: QueueLine) -> impl IntoView {
    let l = locale();
    let said = vouch_words(line.vouch).map(|words| view! { <li class="soft">{words}</li> });
    let open = matches!(line.state, RequestState::Submitted | RequestState::OnHold);
    let hand = open.then(|| view! { <li>{hand_words(&line)}</li> });
    // What has ended waits no more.
    let days = (!line.state.ended()).then(|| view! { <li>{days_words(line.days)}</li> });
    let organization = line.organization.in_language(language()).to_owned();
    let service = line.service.in_language(language()).to_owned();
    let name = locales::person(&line.user, language());
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <a class="name" href=card_address(line.id)>{name}</a>
                <ul class="lines"><li>{organization}</li><li class="soft">{line.reference.clone()}</li></ul>
            </th>
            <td role="cell" data-label=td_string!(l, access_desk.column_service)>{service}</td>
            <td role="cell" data-label=td_string!(l, access_desk.column_age)>
                <ul class="lines">{days}<li class="soft"><Time date=line.since.clone() /></li></ul>
            </td>
            <td role="cell" data-label=td_string!(l, access_desk.column_hand)>
                <ul class="lines"><li><RequestTag state=line.state /></li>{hand}{said}</ul>
            </td>
        </tr>
    }
}
