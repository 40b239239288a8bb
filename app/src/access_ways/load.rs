//! Support loads the reference numbers of a professional order (R8), and sees how many are left.

use crate::desk::organization::{back_to_card, card_address, card_of};
use crate::form::Draft;
use crate::request::{as_permitted, draft};
use crate::shell::{AtDesk, Page, organization_of_address, whole};
use crate::ui::{
    Button, CheckBox, CheckBoxes, Choice, NoticeBox, RadioButtons, TextArea, TextInput, Time, Tone, Width,
    error_of,
};
use crate::{language, locale};
use backend::Permit;
use domain::access_requests::{NumberFigures, NumberLoadForm, NumberService};
use domain::permissions::AllOrganizations;
use domain::{Field, FieldProblems, OrganizationId};
use leptos::prelude::*;
use locales::td_string;

/// The name under which the form is kept.
pub(super) const FORM: &str = "access_ways/load_numbers";

/// The page, in the language of the request.
#[must_use]
pub fn address(organization: OrganizationId) -> String {
    format!("{}/reference-numbers", card_address(organization))
}

/// `/en/desk/organizations/…/reference-numbers`
#[component]
pub fn NumbersPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let (card, keeps) = card_of(id).await?;
        let (services, figures) = as_permitted(id, |permit: Permit<AllOrganizations>| async move {
            Ok((permit.services_by_number(), permit.numbers().await?))
        })
        .await?;
        let typed: Option<Draft<NumberLoadForm>> = draft(FORM).await;
        let problems = typed.as_ref().map(Draft::problems).unwrap_or_default();
        let form = typed.map(|draft| draft.form).unwrap_or_default();
        let l = locale();
        let load = match (keeps, services.is_empty()) {
            (false, _) => ().into_any(),
            (true, true) => no_service(),
            (true, false) => load(id, services, form, problems.clone()),
        };
        Ok(view! {
            <Page
                title=td_string!(l, access_ways.numbers.title)
                desk=AtDesk::Organizations
                lede=td_string!(l, access_ways.numbers.lede)
                back=back_to_card(&card)
                problems
            >
                {here(figures)}
                {load}
            </Page>
        }
        .into_any())
    })
}

/// How many are left, and until when.
fn here(figures: Vec<NumberFigures>) -> impl IntoView {
    let l = locale();
    let list = match figures.is_empty() {
        true => view! { <p>{td_string!(l, access_ways.numbers.none)}</p> }.into_any(),
        false => table(figures).into_any(),
    };
    view! {
        <section aria-labelledby="here">
            <h2 id="here">{td_string!(l, access_ways.numbers.here)}</h2>
            {list}
        </section>
    }
}

fn table(figures: Vec<NumberFigures>) -> impl IntoView {
    let l = locale();
    let rows = figures.into_iter().map(|line| {
        let service = line.service.in_language(language()).to_owned();
        view! {
            <tr role="row">
                <th role="rowheader" scope="row">{service}</th>
                <td role="cell" data-label=td_string!(l, access_ways.numbers.until)><Time date=line.until /></td>
                <td role="cell" data-label=td_string!(l, access_ways.numbers.unused) class="number">{line.unused}</td>
                <td role="cell" data-label=td_string!(l, access_ways.numbers.used) class="number">{line.used}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table class="table" role="table">
            <caption class="visually-hidden">{td_string!(l, access_ways.numbers.here)}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">{td_string!(l, access_ways.numbers.service)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, access_ways.numbers.until)}</th>
                    <th role="columnheader" scope="col" class="number">{td_string!(l, access_ways.numbers.unused)}</th>
                    <th role="columnheader" scope="col" class="number">{td_string!(l, access_ways.numbers.used)}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

fn no_service() -> AnyView {
    let l = locale();
    view! {
        <NoticeBox id="no-service" title=td_string!(l, access_ways.numbers.no_service) tone=Tone::Warning>
            <p>{td_string!(l, access_ways.numbers.no_service_what)}</p>
        </NoticeBox>
    }
    .into_any()
}

fn load(
    organization: OrganizationId,
    services: Vec<NumberService>,
    form: NumberLoadForm,
    problems: FieldProblems,
) -> AnyView {
    let l = locale();
    let problems = Signal::stored(problems);
    let error = |field| error_of(problems, field);
    let choices = services
        .iter()
        .map(|one| Choice::of(one.service.0.clone(), one.service.1.in_language(language())))
        .collect();
    // Of one service alone there is nothing to choose.
    let chosen = match (services.as_slice(), form.service.is_empty()) {
        ([only], true) => only.service.0.clone(),
        _ => form.service.clone(),
    };
    let groups = services.into_iter().map(|one| profiles(one, &form.profiles)).collect_view();
    view! {
        <form method="post" action=format!("{}/upload", address(organization)) enctype="multipart/form-data" novalidate>
            <h2>{td_string!(l, access_ways.numbers.load)}</h2>
            <p>{td_string!(l, access_ways.numbers.load_what)}</p>
            <RadioButtons
                name="form[service]"
                id=Field::Service.id()
                legend=td_string!(l, access_ways.numbers.which)
                choices
                value=chosen
                error=error(Field::Service)
            />
            <CheckBoxes
                id=Field::Profiles.id()
                legend=td_string!(l, access_ways.numbers.profiles)
                hint=td_string!(l, access_ways.numbers.profiles_hint)
                error=error(Field::Profiles)
            >
                {groups}
            </CheckBoxes>
            <TextInput
                name="form[until]"
                id=Field::Until.id()
                label=td_string!(l, access_ways.numbers.last_day)
                value=form.until.clone()
                error=error(Field::Until)
                kind="date"
                width=Width::Medium
            />
            <TextInput
                name="file"
                id=Field::Table.id()
                label=td_string!(l, access_ways.numbers.file)
                error=error(Field::Table)
                kind="file"
            />
            <TextArea
                name="form[table]"
                id="pasted"
                label=td_string!(l, access_ways.numbers.pasted)
                value=form.table.clone()
                optional=true
            />
            <div class="actions"><Button>{td_string!(l, access_ways.numbers.button)}</Button></div>
        </form>
    }
    .into_any()
}

/// What the numbers of one service may give.
fn profiles(of: NumberService, ticked: &[String]) -> impl IntoView + use<> {
    let (key, name) = of.service;
    let boxes = of.profiles.into_iter().map(|(profile, name)| {
        let (id, checked) = (format!("profile-{}", profile.replace('.', "-")), ticked.contains(&profile));
        view! {
            <CheckBox name="form[profiles][]" id label=name.in_language(language()) value=profile checked />
        }
    });
    let boxes = boxes.collect_view();
    let legend = name.in_language(language()).to_owned();
    view! { <CheckBoxes id=format!("of-{key}") legend inner=true>{boxes}</CheckBoxes> }
}
