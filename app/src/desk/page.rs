//! The desk itself: all organizations, searched, with the people that the search finds.

use crate::failure::Failure;
use crate::organizations::page::names;
use crate::request::{as_staff, query};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{CheckBox, Choice, Empty, LinkButton, Pagination, Select, Tag, Tone};
use crate::{language, locale};
use backend::Permit;
use domain::desk::{
    DepartmentFilter, DepartmentsToFilter, DeskLine, DeskPage as Found, DeskPerson, DeskSearch,
    MOST_ORGANIZATIONS, MOST_PEOPLE,
};
use domain::organizations::OrganizationState;
use domain::permissions::{AllOrganizations, KeepOrganizations};
use leptos::prelude::*;
use locales::{is_one, td_string};

/// A page of the desk; the desk itself when empty.
#[must_use]
pub fn desk_address(page: &str) -> String {
    let page = if page.is_empty() { String::new() } else { format!("/{page}") };
    format!("/{}/desk{page}", language().code())
}

/// The state of an organization, in a word.
pub fn state_name(state: OrganizationState) -> &'static str {
    let l = locale();
    match state {
        OrganizationState::Requested => td_string!(l, desk.requested),
        OrganizationState::Open => td_string!(l, desk.open),
        OrganizationState::Closed => td_string!(l, desk.closed),
        OrganizationState::Merged => td_string!(l, desk.merged),
    }
}

/// The state, as a tag.
#[component]
pub fn StateTag(state: OrganizationState) -> impl IntoView {
    let tone = match state {
        OrganizationState::Open => Tone::Success,
        OrganizationState::Requested => Tone::Info,
        OrganizationState::Closed | OrganizationState::Merged => Tone::Quiet,
    };
    view! { <Tag tone label=state_name(state) /> }
}

/// `/en/desk`
#[component]
pub fn DeskPage() -> impl IntoView {
    whole(async {
        let search = DeskSearch::from_query(query);
        let asked = search.clone();
        let (found, modules, departments, keeps) = as_staff(|permit: Permit<AllOrganizations>| async move {
            let keeps = permit.actor().may::<KeepOrganizations>();
            let departments = permit.departments_to_filter().await?;
            Ok((permit.desk(&asked, language()).await?, permit.modules_to_filter(), departments, keeps))
        })
        .await?;
        let l = locale();
        let modules = modules.into_iter().map(|(key, name)| Choice::of(key, name.in_language(language())));
        let add = keeps.then(|| {
            let href = desk_address("organizations/add");
            view! { <p class="actions"><LinkButton href>{td_string!(l, desk.add)}</LinkButton></p> }
        });
        Ok(view! {
            <Page title=td_string!(l, desk.title) desk=AtDesk::Organizations lede=td_string!(l, desk.lede)>
                {add}
                {panel(&search, modules.collect(), &departments)}
                {count(&found)}
                {organizations(&search, found.lines, found.page, found.pages)}
                {people(&search, found.people, found.more_people, found.by_last_name)}
            </Page>
        }
        .into_any())
    })
}

/// O2: nothing to choose while there is no department.
fn of_departments(search: &DeskSearch, departments: &DepartmentsToFilter) -> Option<impl IntoView + use<>> {
    let l = locale();
    let mine = departments.mine || search.department == Some(DepartmentFilter::Mine);
    let mut choices = vec![Choice::of("", td_string!(l, desk.any_department))];
    if mine {
        choices.push(Choice::of(DepartmentFilter::Mine.code(), td_string!(l, desk.my_departments)));
    }
    choices.extend(
        departments.all.iter().map(|one| Choice::of(one.id.to_string(), one.name.in_language(language()))),
    );
    let value = search.department.map(DepartmentFilter::code).unwrap_or_default();
    (choices.len() > 1).then(|| {
        view! { <Select name="department" label=td_string!(l, desk.department_filter) choices value /> }
    })
}

fn panel(
    search: &DeskSearch,
    modules: Vec<Choice>,
    departments: &DepartmentsToFilter,
) -> impl IntoView + use<> {
    let l = locale();
    let states = OrganizationState::ALL.map(|state| Choice::of(state.code(), state_name(state)));
    let states = [Choice::of("", td_string!(l, desk.any_state))].into_iter().chain(states).collect();
    let modules = [Choice::of("", td_string!(l, desk.any_module))].into_iter().chain(modules).collect();
    let departments = of_departments(search, departments);
    let narrowed = !search.query(1).is_empty();
    let clear =
        narrowed.then(|| view! { <a class="action" href=desk_address("")>{td_string!(l, desk.clear)}</a> });
    view! {
        <search aria-label=td_string!(l, desk.search)>
            <form class="search-panel" method="get" action=desk_address("")>
                <div class="field grow">
                    <label for="q">{td_string!(l, desk.words)}</label>
                    <input type="search" id="q" name="q" value=search.words.clone() autocomplete="off" />
                </div>
                <Select
                    name="state"
                    label=td_string!(l, desk.state)
                    choices=states
                    value=search.state.map(OrganizationState::code).unwrap_or_default()
                />
                <Select
                    name="module"
                    label=td_string!(l, desk.module)
                    choices=modules
                    value=search.module.clone()
                />
                {departments}
                <button class="button secondary">{td_string!(l, desk.submit)}</button>
                <div class="filters">
                    <CheckBox
                        name="orphaned"
                        label=td_string!(l, desk.orphaned_only)
                        checked=search.orphaned
                    />
                    {clear}
                </div>
            </form>
        </search>
    }
}

fn count(found: &Found) -> impl IntoView + use<> {
    let l = locale();
    if found.found >= MOST_ORGANIZATIONS {
        let most = MOST_ORGANIZATIONS;
        return view! { <p class="result-count" role="status">{td_string!(l, desk.found_most, most = most)}</p> }
            .into_any();
    }
    let words = match is_one(language(), found.found) {
        true => td_string!(l, desk.found_one),
        false => td_string!(l, desk.found_many),
    };
    view! { <p class="result-count" role="status"><strong>{found.found}</strong>" "{words}</p> }.into_any()
}

fn organizations(search: &DeskSearch, lines: Vec<DeskLine>, page: u64, pages: u64) -> AnyView {
    let l = locale();
    if lines.is_empty() {
        return view! {
            <Empty title=td_string!(l, desk.empty_title)><p>{td_string!(l, desk.empty_text)}</p></Empty>
        }
        .into_any();
    }
    let rows = lines.into_iter().map(|line| view! { <OrganizationRow line /> }).collect_view();
    let search = search.clone();
    let href = move |page| format!("{}{}", desk_address(""), search.query(page));
    view! {
        <table class="table" role="table">
            <caption class="visually-hidden">{td_string!(l, desk.table)}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">{td_string!(l, desk.column_name)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, desk.column_primary)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, desk.column_modules)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, desk.column_state)}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
        <Pagination page pages href />
    }
    .into_any()
}

#[component]
fn OrganizationRow(line: DeskLine) -> impl IntoView {
    let l = locale();
    let other = language().other();
    let href = super::organization::card_address(line.id);
    let primary = line.primary.unwrap_or_else(|| td_string!(l, desk.no_primary).to_owned());
    let modules = match line.modules.is_empty() {
        true => td_string!(l, desk.none).to_owned(),
        false => names(&line.modules),
    };
    let orphaned = line.orphaned.then(|| {
        view! { <li><Tag tone=Tone::Warning label=td_string!(l, desk.orphaned) /></li> }
    });
    let class = (line.state != OrganizationState::Open).then_some("inactive");
    view! {
        <tr role="row" class=class>
            <th role="rowheader" scope="row">
                <a class="name" href=href>{line.name.in_language(language()).to_owned()}</a>
                <ul class="lines">
                    <li class="soft" lang=other.code()>{line.name.in_language(other).to_owned()}</li>
                </ul>
            </th>
            <td role="cell" data-label=td_string!(l, desk.column_primary)>{primary}</td>
            <td role="cell" data-label=td_string!(l, desk.column_modules)>{modules}</td>
            <td role="cell" data-label=td_string!(l, desk.column_state)>
                <ul class="lines"><li><StateTag state=line.state /></li>{orphaned}</ul>
            </td>
        </tr>
    }
}

/// The people found, in whichever organization; nothing when no word was typed.
fn people(
    search: &DeskSearch,
    people: Vec<DeskPerson>,
    more: bool,
    short: bool,
) -> Option<impl IntoView + use<>> {
    if search.words.trim().is_empty() || search.page > 1 {
        return None;
    }
    let l = locale();
    let said = match (more, short) {
        (true, _) => Some(td_string!(l, desk.people_more, most = MOST_PEOPLE)),
        (false, true) => Some(td_string!(l, desk.people_short).to_owned()),
        (false, false) => None,
    };
    let list = if people.is_empty() {
        view! { <p>{td_string!(l, desk.people_none)}</p> }.into_any()
    } else {
        people_table(people).into_any()
    };
    Some(view! {
        <section aria-labelledby="people">
            <h2 id="people">{td_string!(l, desk.people)}</h2>
            {said.map(|said| view! { <p class="hint">{said}</p> })}
            {list}
        </section>
    })
}

fn people_table(people: Vec<DeskPerson>) -> impl IntoView {
    let l = locale();
    let rows = people.into_iter().map(|person| view! { <PersonRow person /> }).collect_view();
    view! {
        <table class="table" role="table">
            <caption class="visually-hidden">{td_string!(l, desk.people_table)}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">{td_string!(l, desk.column_person)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, desk.column_email)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, desk.column_organization)}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

#[component]
fn PersonRow(person: DeskPerson) -> impl IntoView {
    let l = locale();
    let contact = crate::contacts::page::contact_address(person.organization, person.contact);
    let card = super::organization::card_address(person.organization);
    let class = (!person.active).then_some("inactive");
    let inactive = (!person.active).then(|| {
        view! { <li><span class="status inactive">{td_string!(l, desk.inactive)}</span></li> }
    });
    let lost = (person.active && person.linked).then(|| {
        let href = super::relinks::lost_account_address(person.organization, person.contact);
        let of = td_string!(l, desk.relinking.of, name = person.name.clone());
        let label = td_string!(l, desk.relinking.lost);
        view! { <li><a class="action" href=href>{label}<span class="visually-hidden">{of}</span></a></li> }
    });
    view! {
        <tr role="row" class=class>
            <th role="rowheader" scope="row">
                <a class="name" href=contact>{person.name}</a>
                <ul class="lines">{inactive}{lost}</ul>
            </th>
            <td role="cell" data-label=td_string!(l, desk.column_email)>{person.email}</td>
            <td role="cell" data-label=td_string!(l, desk.column_organization)>
                <a href=card>{person.organization_name.in_language(language()).to_owned()}</a>
            </td>
        </tr>
    }
}

/// Only for staff who keep organizations.
///
/// # Errors
/// Not of Support, or without the right.
pub async fn keeper() -> Result<(), Failure> {
    as_staff(|_: Permit<KeepOrganizations>| async { Ok(()) }).await
}
