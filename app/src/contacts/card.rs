//! The page of one contact: looked at by those who see contacts, changed in one place by those who manage them
//! (C6 to C9, P3, P7).

use super::api::{SaveContact, SaveForm};
use super::fields::ContactFields;
use super::page::{back_to_list, contact_address, list_address, same_person};
use super::profiles::{Profiles, held};
use crate::activity::history::{ContactHistory, history_of};
use crate::desk::anonymizing::anonymize_address;
use crate::desk::unlinking::account_ways;
use crate::failure::Failure;
use crate::form::Draft;
use crate::invitations::page::can_invite;
use crate::organizations::page::names;
use crate::request::{as_permitted, draft, parameter};
use crate::reviews::page::way_back;
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{Button, CheckBox, Kind, LinkButton, NoticeBox, SummaryList, SummaryRow, Tag, Tone};
use crate::viewings::page::view_as_link;
use crate::{language, locale};
use backend::Permit;
use domain::catalogue::ModuleChoices;
use domain::contacts::{Consequences, ContactCard, ContactForm, ContactLine, PrimaryStep, spoken_name};
use domain::organizations::{Department, OrganizationFrame};
use domain::permissions::{AllOrganizations, KeepOrganizations, ManageContacts, ReviewAccess, SeeContacts};
use domain::{ContactId, Date, Field, Problem, ReviewId};
use leptos::prelude::*;
use locales::{is_one, person, td_string};
use server_fn::ServerFn as _;

/// `/en/organizations/…/contacts/…`
#[component]
pub fn ContactPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let contact: ContactId = parameter("contact")?;
        let organization = frame_of(id).await?;
        let (card, departments) = as_permitted(id, |permit: Permit<SeeContacts>| async move {
            Ok((permit.card(contact).await?, permit.departments_of(contact).await?))
        })
        .await?;
        let name = person(&spoken_name(&card.facts.last_name, &card.facts.first_name), language());
        let draft: Option<Draft<SaveForm>> = draft("contacts/save").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let state = state(&card.line);
        let account = account_ways(&organization, &card);
        let view_as = view_as_link(&organization, &card.line);
        let review = open_review(&organization).await?;
        let address = card.facts.email.to_string();
        let history = history_of(&organization, contact).await?;
        let history =
            history.map(|history| view! { <ContactHistory organization=id person=address history /> });
        let asked = card.anonymized.is_none().then(|| what_the_person_asks(&organization, &card.line));
        let body = if let Some(on) = &card.anonymized {
            nobody(on).into_any()
        } else if organization.actor.may::<ManageContacts>() {
            let choices =
                as_permitted(id, |permit: Permit<ManageContacts>| async move { permit.choices().await })
                    .await?;
            editing(&organization, card, choices, draft).into_any()
        } else {
            reading(&organization, &card).into_any()
        };
        Ok(view! {
            <Page
                title=name
                organization=organization.clone()
                here=Here::Contacts
                back=back_to_list(id)
                problems
            >
                {way_back(id, review)}
                {state}
                {belonging(&departments)}
                {view_as}
                {body}
                {account}
                {asked}
                {history}
            </Page>
        }
        .into_any())
    })
}

/// The access review under way, for those who work on it (P5).
async fn open_review(organization: &OrganizationFrame) -> Result<Option<ReviewId>, Failure> {
    if !organization.actor.may::<ReviewAccess>() {
        return Ok(None);
    }
    as_permitted(organization.id, |permit: Permit<ReviewAccess>| async move { permit.open_review().await })
        .await
}

/// What the list says of a contact, in a line under its name.
fn state(line: &ContactLine) -> impl IntoView + use<> {
    let l = locale();
    let tag = |holds: bool, tone, label: &'static str| holds.then(|| view! { <Tag tone label /> });
    view! {
        <p class="row">
            {tag(line.primary, Tone::Primary, td_string!(l, contacts.primary))}
            {tag(line.administrator, Tone::Administrator, td_string!(l, contacts.administrator))}
            {tag(!line.active, Tone::Quiet, td_string!(l, contacts.inactive))}
            {tag(line.access, Tone::Success, td_string!(l, contacts.access))}
            {tag(!line.access, Tone::Quiet, td_string!(l, contacts.no_access))}
        </p>
    }
}

/// O2: the departments to which somebody of Support belongs.
fn belonging(departments: &[Department]) -> Option<impl IntoView + use<>> {
    let names = names(&departments.iter().map(|one| one.name.clone()).collect::<Vec<_>>());
    let term = td_string!(locale(), desk.department.belongs);
    (!departments.is_empty())
        .then(|| view! { <SummaryList><SummaryRow term>{names}</SummaryRow></SummaryList> })
}

/// What is left of somebody who was anonymized (G10).
fn nobody(on: &Date) -> impl IntoView + use<> {
    let l = locale();
    let date = on.text.in_language(language()).to_owned();
    view! {
        <NoticeBox id="anonymized" title=td_string!(l, contacts.card.anonymized_title, date = date)>
            <p>{td_string!(l, contacts.card.anonymized_text)}</p>
        </NoticeBox>
    }
}

/// What a person may ask: what is kept, and to be forgotten (G10).
fn what_the_person_asks(organization: &OrganizationFrame, line: &ContactLine) -> impl IntoView + use<> {
    let l = locale();
    let (id, contact) = (organization.id, line.id);
    let action = format!("{}/data.json", contact_address(id, contact));
    let data = organization.actor.may::<ManageContacts>().then(|| {
        view! {
            <section aria-labelledby="data">
                <h2 id="data">{td_string!(l, retention.download_of_title)}</h2>
                <p>{td_string!(l, retention.download_of_lede)}</p>
                <form method="post" action=action>
                    <Button kind=Kind::Secondary>{td_string!(l, retention.download_of)}</Button>
                </form>
            </section>
        }
    });
    let actor = &organization.actor;
    let keeps = actor.may::<AllOrganizations>() && actor.may::<KeepOrganizations>();
    let may_forget = keeps && !line.active;
    let forget = may_forget.then(|| {
        let href = anonymize_address(id, contact);
        view! {
            <section aria-labelledby="forget">
                <h2 id="forget">{td_string!(l, retention.request.link_title)}</h2>
                <p><LinkButton href kind=Kind::Secondary>{td_string!(l, retention.request.link)}</LinkButton></p>
            </section>
        }
    });
    view! { {data} {forget} }
}

/// What those see who may not change anything.
fn reading(organization: &OrganizationFrame, card: &ContactCard) -> impl IntoView + use<> {
    let l = locale();
    let rows =
        facts_shown(&ContactForm::from(&card.facts)).into_iter().filter(|(_, value)| !value.is_empty());
    let rows = rows.map(|(term, value)| view! { <SummaryRow term>{value}</SummaryRow> }).collect_view();
    let transfer = (card.primary == PrimaryStep::MayTransfer).then(|| {
        let href = format!("{}/primary", contact_address(organization.id, card.line.id));
        view! { <p><LinkButton href kind=Kind::Secondary>{td_string!(l, contacts.primary_transfer.make)}</LinkButton></p> }
    });
    view! {
        <section aria-labelledby="details">
            <h2 id="details">{td_string!(l, contacts.card.details)}</h2>
            <SummaryList>{rows}</SummaryList>
        </section>
        {held(&card.held)}
        {transfer}
    }
}

/// What is typed for a contact, as a person reads it: label and value.
fn facts_shown(form: &ContactForm) -> Vec<(&'static str, String)> {
    let l = locale();
    let phones: Vec<String> = form
        .phones
        .iter()
        .filter(|phone| !phone.number.is_empty())
        .map(|phone| format!("{} {}", phone.number, phone.extension).trim().to_owned())
        .collect();
    let language = match form.language.as_str() {
        "en" => td_string!(l, contacts.language_en),
        "fr" => td_string!(l, contacts.language_fr),
        _ => td_string!(l, contacts.language_both),
    };
    vec![
        (td_string!(l, contacts.form.last_name), form.last_name.clone()),
        (td_string!(l, contacts.form.first_name), form.first_name.clone()),
        (td_string!(l, contacts.form.email), form.email.clone()),
        (td_string!(l, contacts.form.title), form.title.clone()),
        (td_string!(l, contacts.form.phones), phones.join(", ")),
        (td_string!(l, contacts.form.language), language.to_owned()),
        (td_string!(l, contacts.form.office_location), form.office_location.clone()),
        (td_string!(l, contacts.form.position_type), form.position_type.clone()),
        (td_string!(l, contacts.form.full_time_equivalent), form.full_time_equivalent.clone()),
    ]
}

/// The contact's page for those who manage contacts: one form, one save.
fn editing(
    organization: &OrganizationFrame,
    card: ContactCard,
    choices: Vec<ModuleChoices>,
    draft: Option<Draft<SaveForm>>,
) -> impl IntoView + use<> {
    let l = locale();
    let conflict =
        draft.as_ref().filter(|draft| draft.failure == Failure::Refused(Problem::ChangedMeanwhile));
    let conflict = conflict.map(|draft| conflict_table(&draft.form, &card));
    let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
    let same = same_person(organization.id, Some(problems.clone()));
    let typed = draft.map(|draft| draft.form);
    let active = typed.as_ref().map_or(card.line.active, |typed| typed.active == "true");
    let primary = typed.as_ref().is_some_and(|typed| typed.primary == "true");
    let ticks = typed.as_ref().map(|typed| typed.grants.clone());
    let form = typed.map_or_else(|| ContactForm::from(&card.facts), |typed| typed.contact);
    let address = contact_address(organization.id, card.line.id);
    let invite = can_invite(&card.line).filter(|_| !card.linked).map(|label| {
        view! { <p><LinkButton href=format!("{address}/invite") kind=Kind::Secondary>{label}</LinkButton></p> }
    });
    let tracks_clients = organization.tracks_clients;
    view! {
        {conflict}
        {same}
        {invite}
        <form method="post" action=SaveContact::url() novalidate>
            <input type="hidden" name="organization" value=organization.id.to_string() />
            <input type="hidden" name="contact" value=card.line.id.to_string() />
            <input type="hidden" name="form[version]" value=card.version.to_string() />
            <h2>{td_string!(l, contacts.card.details)}</h2>
            <ContactFields name="form[contact]" form tracks_clients problems=problems.clone() />
            <Profiles card=card.clone() choices ticks problems address />
            <h2>{td_string!(l, contacts.card.standing)}</h2>
            {primary_box(&card, primary)}
            <CheckBox
                name="form[active]"
                id=Field::Active.id()
                label=td_string!(l, contacts.form.active)
                hint=td_string!(l, contacts.form.active_hint)
                checked=active
            />
            {card.line.active.then(|| consequences(&card))}
            <div class="actions">
                <Button>{td_string!(l, contacts.form.save)}</Button>
                <a class="action" href=list_address(organization.id)>{td_string!(l, contacts.form.cancel)}</a>
            </div>
        </form>
    }
}

/// C9: ticked and saved, the page that asks once more comes next.
fn primary_box(card: &ContactCard, checked: bool) -> AnyView {
    let l = locale();
    let hint = match card.primary {
        // The line under the name says it, and the box below what it means.
        PrimaryStep::IsPrimary => return ().into_any(),
        PrimaryStep::MayTransfer => td_string!(l, contacts.primary_transfer.hint),
        PrimaryStep::NeedsAccess => td_string!(l, contacts.primary_transfer.needs_access),
        PrimaryStep::NotTheirs => td_string!(l, contacts.primary_transfer.not_theirs),
    };
    let may = card.primary == PrimaryStep::MayTransfer;
    view! {
        <CheckBox
            name="form[primary]"
            id="primary"
            label=td_string!(l, contacts.primary)
            hint
            checked=checked && may
            disabled=!may
        />
    }
    .into_any()
}

/// What unticking "Active" does, in figures (C7), or why it is refused (C9, C10).
fn consequences(card: &ContactCard) -> impl IntoView + use<> {
    let l = locale();
    let title = td_string!(l, contacts.card.deactivate_title);
    if card.line.primary || card.consequences.last_administrator {
        let why = if card.line.primary {
            td_string!(l, contacts.card.primary_stays)
        } else {
            td_string!(l, contacts.card.last_administrator)
        };
        return view! { <NoticeBox id="deactivating" title><p>{why}</p></NoticeBox> }.into_any();
    }
    let mut lines = figures(card.consequences);
    if lines.is_empty() {
        lines.push(td_string!(l, contacts.card.deactivate_nothing).to_owned());
    }
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <NoticeBox id="deactivating" title tone=Tone::Warning>
            <ul>{lines}</ul>
            <p>{td_string!(l, contacts.card.deactivate_undo)}</p>
        </NoticeBox>
    }
    .into_any()
}

pub fn figures(of: Consequences) -> Vec<String> {
    let l = locale();
    let mut lines = Vec::new();
    if of.profiles > 0 {
        lines.push(match is_one(language(), of.profiles) {
            true => td_string!(l, contacts.card.deactivate_profiles_one).to_owned(),
            false => td_string!(l, contacts.card.deactivate_profiles_many, n = of.profiles),
        });
    }
    if of.sessions > 0 {
        lines.push(match is_one(language(), of.sessions) {
            true => td_string!(l, contacts.card.deactivate_sessions_one).to_owned(),
            false => td_string!(l, contacts.card.deactivate_sessions_many, n = of.sessions),
        });
    }
    if of.invitations_to > 0 {
        lines.push(td_string!(l, contacts.card.deactivate_invitations_to).to_owned());
    }
    if of.invitations_by > 0 {
        lines.push(match is_one(language(), of.invitations_by) {
            true => td_string!(l, contacts.card.deactivate_invitations_by_one).to_owned(),
            false => td_string!(l, contacts.card.deactivate_invitations_by_many, n = of.invitations_by),
        });
    }
    lines
}

/// C6: what was typed beside what is saved now, where they differ.
fn conflict_table(typed: &SaveForm, card: &ContactCard) -> impl IntoView + use<> {
    let l = locale();
    let with = |form: &ContactForm, active: bool| {
        let word = if active { td_string!(l, contacts.active) } else { td_string!(l, contacts.inactive) };
        let mut shown = facts_shown(form);
        shown.push((td_string!(l, contacts.form.active), word.to_owned()));
        shown
    };
    let saved = with(&ContactForm::from(&card.facts), card.line.active);
    let table = differing_table(with(&typed.contact, typed.active == "true"), saved);
    view! {
        <NoticeBox id="conflict" title=td_string!(l, contacts.card.conflict_title) tone=Tone::Warning>
            <p>{td_string!(l, contacts.card.conflict_text)}</p>
            {table}
        </NoticeBox>
    }
}

/// The fields that differ: what was typed beside what is saved now (C6).
pub fn differing_table(
    typed: Vec<(&'static str, String)>,
    saved: Vec<(&'static str, String)>,
) -> impl IntoView {
    let l = locale();
    let pairs = typed.into_iter().zip(saved);
    let rows = pairs.filter(|((_, typed), (_, saved))| typed != saved).map(|((label, typed), (_, saved))| {
        view! {
            <tr role="row">
                <th role="rowheader" scope="row">{label}</th>
                <td role="cell" data-label=td_string!(l, contacts.card.conflict_yours)>{typed}</td>
                <td role="cell" data-label=td_string!(l, contacts.card.conflict_theirs)>{saved}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table class="table" role="table">
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">{td_string!(l, contacts.card.conflict_field)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, contacts.card.conflict_yours)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, contacts.card.conflict_theirs)}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}
