//! The pages of an organization's details: reading them, editing them.

use super::api::{SaveDetails, SaveDetailsForm};
use super::fields::{IdentifierFields, IdentityFields, ReachFields};
use crate::contacts::card::differing_table;
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{as_permitted, draft, portal};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{Button, Link, LinkButton, NoticeBox, SummaryList, SummaryRow, Tone};
use crate::{language, locale};
use backend::Permit;
use domain::organizations::{DetailsCard, DetailsForm};
use domain::permissions::{EditOrganization, SeeOrganization};
use domain::{Bilingual, OrganizationId, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The details of an organization, in the language of the request.
#[must_use]
pub fn details_address(organization: OrganizationId) -> String {
    format!("/{}/organizations/{organization}/details", language().code())
}

async fn card_of(organization: OrganizationId) -> Result<DetailsCard, Failure> {
    as_permitted(organization, |permit: Permit<SeeOrganization>| async move { permit.details().await }).await
}

/// `/en/organizations/…/details`
#[component]
pub fn DetailsPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = frame_of(id).await?;
        let card = card_of(id).await?;
        let l = locale();
        let edit = organization.actor.may::<EditOrganization>().then(|| {
            let href = format!("{}/edit", details_address(id));
            view! { <p class="actions"><LinkButton href>{td_string!(l, organizations.edit)}</LinkButton></p> }
        });
        Ok(view! {
            <Page
                title=td_string!(l, organizations.title)
                organization=organization
                here=Here::Details
                lede=td_string!(l, organizations.lede)
            >
                {edit}
                {reading(&card)}
                {shared(&card)}
            </Page>
        }
        .into_any())
    })
}

/// The details, section by section.
fn reading(card: &DetailsCard) -> impl IntoView + use<> {
    let l = locale();
    let form = DetailsForm::from(&card.details);
    let operator = portal().operator().name.in_language(language()).to_owned();
    let (identity, reach, identifiers, with_us) =
        (identity(card), rows(reach(&form)), rows(identifiers(&form)), with_us(card));
    view! {
        <section aria-labelledby="identity">
            <h2 id="identity">{td_string!(l, organizations.identity)}</h2>
            <SummaryList>{identity}</SummaryList>
        </section>
        <section aria-labelledby="reach">
            <h2 id="reach">{td_string!(l, organizations.reach)}</h2>
            <SummaryList>{reach}</SummaryList>
        </section>
        <section aria-labelledby="identifiers">
            <h2 id="identifiers">{td_string!(l, organizations.identifiers)}</h2>
            <SummaryList>{identifiers}</SummaryList>
        </section>
        <section aria-labelledby="with-us">
            <h2 id="with-us">{td_string!(l, organizations.with_us, operator = operator)}</h2>
            <SummaryList>{with_us}</SummaryList>
        </section>
    }
}

fn identity(card: &DetailsCard) -> impl IntoView + use<> {
    let l = locale();
    let other = language().other();
    let name = card.details.name.in_language(language()).to_owned();
    let other_name = card.details.name.in_language(other).to_owned();
    let spoken = language_shown(&DetailsForm::from(&card.details).language);
    let earlier = card.earlier_names.iter().map(|earlier| {
        let name = earlier.name.in_language(language()).to_owned();
        let date = earlier.until.text.in_language(language()).to_owned();
        view! { <li>{td_string!(l, organizations.until, name = name, date = date)}</li> }
    });
    let earlier = earlier.collect_view();
    let earlier = (!card.earlier_names.is_empty()).then(|| {
        view! { <SummaryRow term=td_string!(l, organizations.earlier)><ul class="lines">{earlier}</ul></SummaryRow> }
    });
    view! {
        <SummaryRow term=td_string!(l, organizations.name)>
            {name}
            <br />
            <span lang=other.code()>{other_name}</span>
        </SummaryRow>
        <SummaryRow term=td_string!(l, organizations.language)>{spoken}</SummaryRow>
        {earlier}
    }
}

fn language_shown(code: &str) -> &'static str {
    let l = locale();
    match code {
        "en" => td_string!(l, organizations.language_en),
        "fr" => td_string!(l, organizations.language_fr),
        _ => td_string!(l, organizations.language_both),
    }
}

fn reach(form: &DetailsForm) -> Vec<(&'static str, String)> {
    let l = locale();
    vec![
        (td_string!(l, organizations.email), form.email.clone()),
        (td_string!(l, organizations.phone), form.phone.clone()),
        (td_string!(l, organizations.other_phone), form.other_phone.clone()),
        (td_string!(l, organizations.postal_address), form.postal_address.clone()),
        (td_string!(l, organizations.civic_address), form.civic_address.clone()),
    ]
}

fn identifiers(form: &DetailsForm) -> Vec<(&'static str, String)> {
    let l = locale();
    vec![
        (td_string!(l, organizations.business_number), form.business_number.clone()),
        (td_string!(l, organizations.registry_number), form.registry_number.clone()),
    ]
}

/// All that is typed, as a person reads it: label and value.
fn facts_shown(form: &DetailsForm) -> Vec<(&'static str, String)> {
    let l = locale();
    let mut facts = vec![
        (td_string!(l, organizations.name_en), form.name_en.clone()),
        (td_string!(l, organizations.name_fr), form.name_fr.clone()),
        (td_string!(l, organizations.language), language_shown(&form.language).to_owned()),
    ];
    facts.extend(reach(form));
    facts.extend(identifiers(form));
    facts
}

fn rows(facts: Vec<(&'static str, String)>) -> impl IntoView {
    let l = locale();
    let rows = facts.into_iter().map(|(term, value)| {
        let value = if value.is_empty() {
            view! { <span class="soft">{td_string!(l, organizations.unknown)}</span> }.into_any()
        } else {
            lines(&value).into_any()
        };
        view! { <SummaryRow term>{value}</SummaryRow> }
    });
    rows.collect_view()
}

/// An address keeps its lines.
fn lines(text: &str) -> impl IntoView + use<> {
    let lines = text.lines().enumerate().map(|(n, line)| {
        let line = line.to_owned();
        view! { {(n > 0).then(|| view! { <br /> })} {line} }
    });
    lines.collect_view()
}

fn with_us(card: &DetailsCard) -> impl IntoView + use<> {
    let l = locale();
    let primary = card.primary.clone().unwrap_or_else(|| td_string!(l, organizations.no_primary).to_owned());
    let departments: Vec<Bilingual> = card.departments.iter().map(|one| one.name.clone()).collect();
    let departments = if departments.is_empty() {
        td_string!(l, organizations.no_department).to_owned()
    } else {
        names(&departments)
    };
    let modules = names(&card.modules);
    view! {
        <SummaryRow term=td_string!(l, organizations.primary)>{primary}</SummaryRow>
        <SummaryRow term=td_string!(l, organizations.modules)>{modules}</SummaryRow>
        <SummaryRow term=td_string!(l, organizations.departments)>{departments}</SummaryRow>
    }
}

/// "Funding agreement, Case management"
pub fn names(names: &[Bilingual]) -> String {
    let names: Vec<&str> = names.iter().map(|name| name.in_language(language())).collect();
    names.join(", ")
}

/// O2: with whom the details are shared.
fn shared(card: &DetailsCard) -> impl IntoView + use<> {
    let l = locale();
    let departments: Vec<Bilingual> = card.departments.iter().map(|one| one.name.clone()).collect();
    let sentence = if departments.is_empty() {
        td_string!(l, organizations.shared_later).to_owned()
    } else {
        td_string!(l, organizations.shared, departments = names(&departments))
    };
    view! { <p class="hint">{sentence}</p> }
}

/// `/en/organizations/…/details/edit`
#[component]
pub fn EditDetailsPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = frame_of(id).await?;
        if !organization.actor.may::<EditOrganization>() {
            return Err(Problem::Forbidden.into());
        }
        let card = card_of(id).await?;
        let draft: Option<Draft<SaveDetailsForm>> = draft("organizations/save_details").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        Ok(view! {
            <Page
                title=td_string!(l, organizations.edit_title)
                organization=organization
                here=Here::Details
                lede=td_string!(l, organizations.edit_lede)
                back=Link::to(details_address(id), td_string!(l, organizations.back))
                problems
            >
                {editing(id, &card, draft)}
            </Page>
        }
        .into_any())
    })
}

fn editing(
    id: OrganizationId,
    card: &DetailsCard,
    draft: Option<Draft<SaveDetailsForm>>,
) -> impl IntoView + use<> {
    let l = locale();
    let saved = DetailsForm::from(&card.details);
    let conflict =
        draft.as_ref().filter(|draft| draft.failure == Failure::Refused(Problem::ChangedMeanwhile));
    let conflict = conflict.map(|draft| conflict_of(&draft.form.details, &saved));
    let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
    let form = draft.map_or(saved, |draft| draft.form.details);
    let hint = td_string!(l, organizations.rename_hint);
    view! {
        {conflict}
        {shared(card)}
        <form method="post" action=SaveDetails::url() novalidate>
            <input type="hidden" name="organization" value=id.to_string() />
            <input type="hidden" name="form[version]" value=card.version.to_string() />
            <h2>{td_string!(l, organizations.identity)}</h2>
            <IdentityFields form=form.clone() hint problems=problems.clone() />
            <h2>{td_string!(l, organizations.reach)}</h2>
            <ReachFields form=form.clone() problems=problems.clone() />
            <h2>{td_string!(l, organizations.identifiers)}</h2>
            <IdentifierFields form problems />
            <div class="actions">
                <Button>{td_string!(l, organizations.save)}</Button>
                <a class="action" href=details_address(id)>{td_string!(l, organizations.cancel)}</a>
            </div>
        </form>
    }
}

/// C6: what was typed beside what is saved now, where they differ.
fn conflict_of(typed: &DetailsForm, saved: &DetailsForm) -> impl IntoView + use<> {
    let l = locale();
    let table = differing_table(facts_shown(typed), facts_shown(saved));
    view! {
        <NoticeBox id="conflict" title=td_string!(l, organizations.conflict_title) tone=Tone::Warning>
            <p>{td_string!(l, contacts.card.conflict_text)}</p>
            {table}
        </NoticeBox>
    }
}
