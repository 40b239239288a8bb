//! The operator's departments, and the people of Support who belong to them (O2).

use super::api::{AddDepartment, DepartmentForm, StaffDepartment};
use crate::contacts::page::contact_address;
use crate::form::Draft;
use crate::request::{as_staff, draft};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Button, CheckBox, CheckBoxes, TextInput, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::desk::{Agent, DepartmentPeople};
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{Field, FieldProblems, OrganizationId};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/desk/departments`
#[component]
pub fn DepartmentsPage() -> impl IntoView {
    whole(async {
        let (departments, staff, operator, keeps) = as_staff(|permit: Permit<AllOrganizations>| async move {
            let (operator, keeps) = (permit.actor().organization, permit.actor().may::<KeepOrganizations>());
            Ok((permit.departments_with_people().await?, permit.agents().await?, operator, keeps))
        })
        .await?;
        let draft: Option<Draft<DepartmentForm>> = draft("desk/add_department").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let form = draft.map(|draft| draft.form).unwrap_or_default();
        let l = locale();
        let new = keeps.then(|| view! { <NewDepartment form problems=problems.clone() /> });
        let none = departments.is_empty().then(|| view! { <p>{td_string!(l, desk.department.none)}</p> });
        let departments = departments.into_iter().map(|department| {
            let people = match keeps {
                true => choosing(&department, &staff).into_any(),
                false => reading(operator, &department).into_any(),
            };
            section(&department, people)
        });
        let departments = departments.collect_view();
        Ok(view! {
            <Page
                title=td_string!(l, desk.department.title)
                desk=AtDesk::Departments
                lede=td_string!(l, desk.department.lede)
                problems
            >
                {none}
                {departments}
                {new}
            </Page>
        }
        .into_any())
    })
}

fn section(of: &DepartmentPeople, people: AnyView) -> impl IntoView + use<> {
    let other = language().other();
    let name = of.department.name.in_language(language()).to_owned();
    let other_name = of.department.name.in_language(other).to_owned();
    let id = format!("department-{}", of.department.id);
    let labelled = id.clone();
    view! {
        <section aria-labelledby=labelled>
            <h2 id=id>{name}</h2>
            <p class="soft" lang=other.code()>{other_name}</p>
            {people}
        </section>
    }
}

/// For those who only read.
fn reading(operator: OrganizationId, of: &DepartmentPeople) -> impl IntoView + use<> {
    let l = locale();
    if of.people.is_empty() {
        return view! { <p>{td_string!(l, desk.department.nobody)}</p> }.into_any();
    }
    let people = of.people.iter().cloned().map(|person| {
        let href = contact_address(operator, person.contact);
        view! { <li><a href=href>{person.name}</a></li> }
    });
    let people = people.collect_view();
    view! { <ul>{people}</ul> }.into_any()
}

/// A box for each person of Support.
fn choosing(of: &DepartmentPeople, staff: &[Agent]) -> impl IntoView + use<> {
    let l = locale();
    let key = of.department.id.to_string();
    let boxes = staff.iter().cloned().map(|person| {
        let (id, value) = (format!("{}-{}", of.department.id, person.contact), person.contact.to_string());
        let checked = of.people.iter().any(|one| one.contact == person.contact);
        view! { <CheckBox name="form[people][]" id label=person.name value checked /> }
    });
    let boxes = boxes.collect_view();
    let name = of.department.name.in_language(language()).to_owned();
    let of_department = td_string!(l, desk.department.of, name = name);
    view! {
        <form method="post" action=StaffDepartment::url() novalidate>
            <input type="hidden" name="department" value=key.clone() />
            // A browser sends nothing for a form in which nothing is ticked.
            <input type="hidden" name="form[people][]" value="" />
            <CheckBoxes id=format!("people-{key}") legend=td_string!(l, desk.department.people)>
                {boxes}
            </CheckBoxes>
            <div class="actions">
                <Button>
                    {td_string!(l, desk.department.save)}
                    <span class="visually-hidden">{of_department}</span>
                </Button>
            </div>
        </form>
    }
}

#[component]
fn NewDepartment(form: DepartmentForm, problems: FieldProblems) -> impl IntoView {
    let l = locale();
    view! {
        <form method="post" action=AddDepartment::url() novalidate>
            <h2>{td_string!(l, desk.department.another)}</h2>
            <TextInput
                name="form[name_en]"
                id=Field::NameEn.id()
                label=td_string!(l, organizations.name_en)
                value=form.name_en
                error=error_of(problems.clone().into(), Field::NameEn)
                lang="en"
            />
            <TextInput
                name="form[name_fr]"
                id=Field::NameFr.id()
                label=td_string!(l, organizations.name_fr)
                value=form.name_fr
                error=error_of(problems.into(), Field::NameFr)
                lang="fr"
            />
            <div class="actions"><Button>{td_string!(l, desk.department.button)}</Button></div>
        </form>
    }
}
