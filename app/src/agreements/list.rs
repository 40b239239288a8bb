//! The list of an organization's agreements (S4): searched by its address, open to every funding profile.

use crate::request::{as_permitted, query};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{Choice, Empty, Kind, Link, LinkButton, Pagination, Select, Tag, Time, Tone};
use crate::{language, locale};
use backend::Permit;
use domain::agreements::{AgreementFilter, AgreementLine, AgreementState, AgreementsPage as Found};
use domain::permissions::{PrepareAgreements, ReadAgreements};
use domain::{AgreementId, OrganizationId};
use leptos::prelude::*;
use locales::{is_one, td_string};

/// The list of an organization, in the language of the request.
#[must_use]
pub fn list_address(organization: OrganizationId) -> String {
    format!("/{}/organizations/{organization}/agreements", language().code())
}

/// The page of an agreement; letters lead there.
#[must_use]
pub fn agreement_address(organization: OrganizationId, agreement: AgreementId) -> String {
    format!("{}/{agreement}", list_address(organization))
}

/// The way back to the list.
pub(super) fn back_to_list(organization: OrganizationId) -> Link {
    Link::to(list_address(organization), td_string!(locale(), agreements.back))
}

/// The state of an agreement, in a word.
pub(super) fn state_name(state: AgreementState) -> &'static str {
    let l = locale();
    match state {
        AgreementState::Draft => td_string!(l, agreements.state.draft),
        AgreementState::Out => td_string!(l, agreements.state.out),
        AgreementState::Signed => td_string!(l, agreements.state.signed),
        AgreementState::Declined => td_string!(l, agreements.state.declined),
        AgreementState::Withdrawn => td_string!(l, agreements.state.withdrawn),
        AgreementState::Expired => td_string!(l, agreements.state.expired),
    }
}

/// The state, as a tag.
#[component]
pub(super) fn AgreementTag(state: AgreementState) -> impl IntoView {
    let tone = match state {
        AgreementState::Out => Tone::Info,
        AgreementState::Signed => Tone::Success,
        AgreementState::Declined => Tone::Danger,
        AgreementState::Expired => Tone::Warning,
        AgreementState::Draft | AgreementState::Withdrawn => Tone::Quiet,
    };
    view! { <Tag tone label=state_name(state) /> }
}

/// `/en/organizations/…/agreements`
#[component]
pub fn AgreementListPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = frame_of(id).await?;
        let filter = AgreementFilter::from_query(query);
        let asked = filter.clone();
        let found =
            as_permitted(id, |permit: Permit<ReadAgreements>| async move { permit.agreements(&asked).await })
                .await?;
        let l = locale();
        let prepares = organization.actor.may::<PrepareAgreements>();
        let address = list_address(id);
        let nothing = found.found == 0 && !filter.narrows();
        let empty = nothing_yet(&address, prepares);
        let body = match nothing {
            true => empty.into_any(),
            false => view! {
                {acts(&address, &filter, prepares)}
                {panel(&address, td_string!(l, agreements.words), &filter)}
                {count(&found)}
                {table(&address, &filter, found, false)}
            }
            .into_any(),
        };
        Ok(view! {
            <Page
                title=td_string!(l, agreements.title)
                organization
                here=Here::Agreements
                lede=td_string!(l, agreements.lede)
            >
                {body}
            </Page>
        }
        .into_any())
    })
}

/// What to do next where there is nothing yet.
fn nothing_yet(address: &str, prepares: bool) -> impl IntoView + use<> {
    let l = locale();
    let (text, act) = match prepares {
        true => (td_string!(l, agreements.empty_prepare), Some(format!("{address}/new"))),
        false => (td_string!(l, agreements.empty_read), None),
    };
    let act = act.map(|href| {
        view! { <p class="actions"><LinkButton href>{td_string!(l, agreements.prepare)}</LinkButton></p> }
    });
    view! { <Empty documents=true title=td_string!(l, agreements.empty_title)><p>{text}</p>{act}</Empty> }
}

fn acts(address: &str, filter: &AgreementFilter, prepares: bool) -> impl IntoView + use<> {
    let l = locale();
    let prepare = prepares.then(|| {
        let href = format!("{address}/new");
        view! { <LinkButton href>{td_string!(l, agreements.prepare)}</LinkButton> }
    });
    let export = format!("{address}/export.csv{}", filter.query(1));
    view! {
        <div class="actions">
            {prepare}
            <LinkButton href=export kind=Kind::Secondary>{td_string!(l, agreements.export)}</LinkButton>
        </div>
    }
}

/// The search of a list of agreements at that address.
pub(super) fn panel(address: &str, words: &'static str, filter: &AgreementFilter) -> impl IntoView + use<> {
    let l = locale();
    let states = AgreementState::ALL.map(|state| Choice::of(state.code(), state_name(state)));
    let any = Choice::of("", td_string!(l, agreements.any_state));
    let states: Vec<Choice> = [any].into_iter().chain(states).collect();
    let (action, clear) = (address.to_owned(), address.to_owned());
    let clear = filter.narrows().then(|| {
        view! { <div class="filters"><a class="action" href=clear>{td_string!(l, agreements.clear)}</a></div> }
    });
    view! {
        <search aria-label=td_string!(l, agreements.search)>
            <form class="search-panel" method="get" action=action>
                <div class="field grow">
                    <label for="q">{words}</label>
                    <input type="search" id="q" name="q" value=filter.q.clone() autocomplete="off" />
                </div>
                <Select
                    name="state"
                    label=td_string!(l, agreements.state_filter)
                    choices=states
                    value=filter.state.map(AgreementState::code).unwrap_or_default()
                />
                <button class="button secondary">{td_string!(l, agreements.submit)}</button>
                {clear}
            </form>
        </search>
    }
}

/// How many were found; announced.
pub(super) fn count(found: &Found) -> impl IntoView + use<> {
    let l = locale();
    let words = match is_one(language(), found.found) {
        true => td_string!(l, agreements.found_one),
        false => td_string!(l, agreements.found_many),
    };
    view! { <p class="result-count" role="status"><strong>{found.found}</strong>" "{words}</p> }
}

/// A page of a list; `everywhere` names each organization too.
pub(super) fn table(address: &str, filter: &AgreementFilter, found: Found, everywhere: bool) -> AnyView {
    let l = locale();
    if found.lines.is_empty() {
        let text = td_string!(l, agreements.empty_found_text);
        return view! { <Empty documents=true title=td_string!(l, agreements.empty_found)><p>{text}</p></Empty> }.into_any();
    }
    let rows = found.lines.into_iter().map(|line| row(line, everywhere)).collect_view();
    let (address, filter) = (address.to_owned(), filter.clone());
    let href = move |page| format!("{address}{}", filter.query(page));
    let organization = everywhere.then(|| {
        view! { <th role="columnheader" scope="col">{td_string!(l, agreements.column_organization)}</th> }
    });
    view! {
        <table class="table" role="table">
            <caption class="visually-hidden">{td_string!(l, agreements.table)}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">{td_string!(l, agreements.column_title)}</th>
                    {organization}
                    <th role="columnheader" scope="col">{td_string!(l, agreements.column_state)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, agreements.column_signatures)}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
        <Pagination page=found.page pages=found.pages href />
    }
    .into_any()
}

fn row(line: AgreementLine, everywhere: bool) -> impl IntoView {
    let l = locale();
    let organization = everywhere.then(|| {
        let name = line.organization.name.in_language(language()).to_owned();
        let href = list_address(line.organization.id);
        view! {
            <td role="cell" data-label=td_string!(l, agreements.column_organization)><a href=href>{name}</a></td>
        }
    });
    let href = agreement_address(line.organization.id, line.id);
    let waits = (!line.waiting_for.is_empty()).then(|| {
        let names: Vec<String> =
            line.waiting_for.iter().map(|name| locales::person(name, language())).collect();
        let waiting = td_string!(l, agreements.waiting_for, names = names.join(", "));
        view! { <li class="soft">{waiting}</li> }
    });
    let open = matches!(line.state, AgreementState::Out | AgreementState::Draft);
    let until = td_string!(l, agreements.until_label);
    let deadline =
        open.then(|| view! { <li class="soft">{until}" "<Time date=line.deadline.clone() /></li> });
    let class = (!open && line.state != AgreementState::Signed).then_some("inactive");
    view! {
        <tr role="row" class=class>
            <th role="rowheader" scope="row">
                <a class="name" href=href>{line.title.in_language(language()).to_owned()}</a>
            </th>
            {organization}
            <td role="cell" data-label=td_string!(l, agreements.column_state)>
                <ul class="lines"><li><AgreementTag state=line.state /></li>{deadline}</ul>
            </td>
            <td role="cell" data-label=td_string!(l, agreements.column_signatures)>
                <ul class="lines"><li>{signatures(line.signed_count, line.signatory_count)}</li>{waits}</ul>
            </td>
        </tr>
    }
}

/// "2 of 3 signatures"
pub(super) fn signatures(signed: u32, all: u32) -> String {
    let l = locale();
    match (all, is_one(language(), u64::from(signed))) {
        (1, _) => td_string!(l, agreements.signed_of_one, signed = signed),
        (_, true) => td_string!(l, agreements.signed_one_of_many, signed = signed, all = all),
        (_, false) => td_string!(l, agreements.signed_of_many, signed = signed, all = all),
    }
}
