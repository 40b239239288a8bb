//! The operator's departments (O2).

use super::api::{AddDepartment, DepartmentForm};
use crate::form::Draft;
use crate::request::{as_staff, draft};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Button, TextInput, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::organizations::Department;
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{Field, FieldProblems};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/desk/departments`
#[component]
pub fn DepartmentsPage() -> impl IntoView {
    whole(async {
        let (departments, keeps) = as_staff(|permit: Permit<AllOrganizations>| async move {
            Ok((permit.departments().await?, permit.actor().may::<KeepOrganizations>()))
        })
        .await?;
        let draft: Option<Draft<DepartmentForm>> = draft("desk/add_department").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let form = draft.map(|draft| draft.form).unwrap_or_default();
        let l = locale();
        let new = keeps.then(|| view! { <NewDepartment form problems=problems.clone() /> });
        Ok(view! {
            <Page
                title=td_string!(l, desk.department.title)
                desk=AtDesk::Departments
                lede=td_string!(l, desk.department.lede)
                problems
            >
                {list(departments)}
                {new}
            </Page>
        }
        .into_any())
    })
}

fn list(departments: Vec<Department>) -> AnyView {
    let l = locale();
    if departments.is_empty() {
        return view! { <p>{td_string!(l, desk.department.none)}</p> }.into_any();
    }
    let other = language().other();
    let lines = departments.into_iter().map(|department| {
        let name = department.name.in_language(language()).to_owned();
        let other_name = department.name.in_language(other).to_owned();
        view! { <li>{name}" "<span class="soft" lang=other.code()>{other_name}</span></li> }
    });
    let lines = lines.collect_view();
    view! { <ul>{lines}</ul> }.into_any()
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
