//! The facts that steer an organization, switched by Support (O2, O4, P3).

use super::api::Steer;
use super::organization::{back_to_card, card_address, kept_card};
use crate::form::Draft;
use crate::request::{as_permitted, draft};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Button, CheckBox, CheckBoxes, Choice, Select, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::desk::{Agent, SteeringForm, SupportCard};
use domain::organizations::Department;
use domain::permissions::AllOrganizations;
use domain::{Field, FieldProblems, OrganizationId};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/desk/organizations/…/facts`
#[component]
pub fn FactsPage() -> impl IntoView {
    whole(async {
        let card = kept_card().await?;
        let (agents, departments) = as_permitted(card.id, |permit: Permit<AllOrganizations>| async move {
            Ok((permit.agents().await?, permit.departments().await?))
        })
        .await?;
        let draft: Option<Draft<SteeringForm>> = draft("desk/steer").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let form = draft.map_or_else(|| SteeringForm::from(&card.facts), |draft| draft.form);
        let l = locale();
        let name = card.name.in_language(language()).to_owned();
        let agents = choices(&card, agents);
        let id = card.id;
        Ok(view! {
            <Page
                title=td_string!(l, desk.change.facts_title, name = name)
                desk=AtDesk::Organizations
                lede=td_string!(l, desk.change.facts_lede)
                back=back_to_card(&card)
                problems=problems.clone()
            >
                <FactsForm id form agents departments problems />
            </Page>
        }
        .into_any())
    })
}

/// Nobody, whoever is named now, and the people of Support.
fn choices(card: &SupportCard, agents: Vec<Agent>) -> Vec<Choice> {
    let l = locale();
    let mut choices = vec![Choice::of("", td_string!(l, desk.card.nobody))];
    let named = card.facts.representative.zip(card.representative.clone());
    if let Some((id, name)) = named.filter(|(id, _)| !agents.iter().any(|agent| agent.contact == *id)) {
        choices.push(Choice::of(id.to_string(), name));
    }
    choices.extend(agents.into_iter().map(|agent| Choice::of(agent.contact.to_string(), agent.name)));
    choices
}

#[component]
fn FactsForm(
    id: OrganizationId,
    form: SteeringForm,
    agents: Vec<Choice>,
    departments: Vec<Department>,
    problems: FieldProblems,
) -> impl IntoView {
    let l = locale();
    let boxes = departments.into_iter().map(|department| {
        let key = department.id.to_string();
        let checked = form.departments.iter().any(|id| id.parse().ok() == Some(department.id));
        let label = department.name.in_language(language()).to_owned();
        view! { <CheckBox name="form[departments][]" id=format!("department-{key}") label value=key checked /> }
    });
    let boxes = boxes.collect_view();
    view! {
        <form method="post" action=Steer::url() novalidate>
            <input type="hidden" name="organization" value=id.to_string() />
            <CheckBox
                name="form[tracks_clients]"
                id="tracks_clients"
                label=td_string!(l, desk.card.tracks_clients)
                hint=td_string!(l, desk.card.tracks_clients_hint)
                checked=form.tracks_clients == "true"
            />
            <CheckBox
                name="form[registered_college]"
                id="registered_college"
                label=td_string!(l, desk.card.college)
                checked=form.registered_college == "true"
            />
            <CheckBox
                name="form[learning_organization]"
                id="learning_organization"
                label=td_string!(l, desk.card.learning)
                checked=form.learning_organization == "true"
            />
            <Select
                name="form[representative]"
                id=Field::Representative.id()
                label=td_string!(l, desk.card.representative)
                hint=td_string!(l, desk.card.representative_hint)
                choices=agents
                value=form.representative
                error=error_of(problems.into(), Field::Representative)
            />
            <CheckBoxes
                id="departments"
                legend=td_string!(l, desk.card.departments)
                hint=td_string!(l, desk.card.departments_hint)
            >
                {boxes}
            </CheckBoxes>
            <div class="actions">
                <Button>{td_string!(l, desk.change.save)}</Button>
                <a class="action" href=card_address(id)>{td_string!(l, desk.change.cancel)}</a>
            </div>
        </form>
    }
}
