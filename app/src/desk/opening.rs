//! A new organization, and perhaps its first contact (O3, P4).

use super::api::OpenOrganization;
use super::page::desk_address;
use crate::form::Draft;
use crate::organizations::fields::IdentityFields;
use crate::organizations::page::names;
use crate::request::{as_staff, draft};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Button, CheckBox, CheckBoxes, EmailInput, Link, TextInput, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::desk::{ModuleLine, OpenForm};
use domain::organizations::Department;
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{Field, FieldProblems};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/desk/organizations/add`
#[component]
pub fn OpenPage() -> impl IntoView {
    whole(async {
        let modules =
            as_staff(|permit: Permit<KeepOrganizations>| async move { Ok(permit.modules_to_offer()) })
                .await?;
        let departments =
            as_staff(|permit: Permit<AllOrganizations>| async move { permit.departments().await }).await?;
        let draft: Option<Draft<OpenForm>> = draft("desk/open_organization").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let form = draft.map(|draft| draft.form).unwrap_or_default();
        let l = locale();
        Ok(view! {
            <Page
                title=td_string!(l, desk.opening.title)
                desk=AtDesk::Organizations
                lede=td_string!(l, desk.opening.lede)
                back=Link::to(desk_address(""), td_string!(l, desk.back))
                problems=problems.clone()
            >
                <p class="hint">{shared(&departments)}</p>
                <form method="post" action=OpenOrganization::url() novalidate>
                    <h2>{td_string!(l, desk.opening.name)}</h2>
                    <IdentityFields form=form.details.clone() problems=problems.clone() />
                    <Modules modules chosen=form.modules.clone() />
                    <h2>{td_string!(l, desk.opening.contact)}</h2>
                    <p class="hint">{td_string!(l, desk.opening.contact_hint)}</p>
                    <FirstContact form problems />
                    <div class="actions">
                        <Button>{td_string!(l, desk.opening.button)}</Button>
                        <a class="action" href=desk_address("")>{td_string!(l, desk.change.cancel)}</a>
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}

/// O2: who will read what is typed here.
fn shared(departments: &[Department]) -> String {
    let l = locale();
    let departments = names(&departments.iter().map(|one| one.name.clone()).collect::<Vec<_>>());
    if departments.is_empty() {
        td_string!(l, desk.opening.shared_later).to_owned()
    } else {
        td_string!(l, desk.opening.shared, departments = departments)
    }
}

/// P2: what is open to everybody is said, the others are ticked.
#[component]
fn Modules(modules: Vec<ModuleLine>, chosen: Vec<String>) -> impl IntoView {
    let l = locale();
    let name = |module: &ModuleLine| module.name.in_language(language()).to_owned();
    let everybody_s: Vec<String> = modules.iter().filter(|module| module.for_everyone).map(name).collect();
    let hint = (!everybody_s.is_empty())
        .then(|| td_string!(l, desk.opening.modules_hint, module = everybody_s.join(", ")));
    let boxes = modules.iter().filter(|module| !module.for_everyone).map(|module| {
        let checked = chosen.contains(&module.key);
        let id = format!("module-{}", module.key);
        let (label, value) = (name(module), module.key.clone());
        view! { <CheckBox name="form[modules][]" id label value checked /> }
    });
    let boxes = boxes.collect_view();
    view! {
        <CheckBoxes id="modules" legend=td_string!(l, desk.opening.modules) hint=MaybeProp::from(hint)>
            {boxes}
        </CheckBoxes>
    }
}

#[component]
fn FirstContact(form: OpenForm, problems: FieldProblems) -> impl IntoView {
    let l = locale();
    let error = |field| error_of(problems.clone().into(), field);
    view! {
        <div class="field-row">
            <TextInput
                name="form[last_name]"
                id=Field::LastName.id()
                label=td_string!(l, contacts.form.last_name)
                value=form.last_name
                error=error(Field::LastName)
                optional=true
            />
            <TextInput
                name="form[first_name]"
                id=Field::FirstName.id()
                label=td_string!(l, contacts.form.first_name)
                value=form.first_name
                error=error(Field::FirstName)
                optional=true
            />
        </div>
        <EmailInput
            name="form[contact_email]"
            id=Field::ContactEmail.id()
            label=td_string!(l, contacts.form.email)
            hint=td_string!(l, contacts.form.email_hint)
            value=form.contact_email
            error=error(Field::ContactEmail)
            optional=true
        />
    }
}
