//! The pages of contacts: the list, adding one, one contact.

use super::api::SaveForm;
use super::fields::ContactFields;
use super::island::{AddContactForm, ContactList};
use crate::failure::Failure;
use crate::form::Draft;
use crate::invitations::page::can_invite;
use crate::request::{as_permitted, draft, parameter, query};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{
    Button, CheckBox, CheckBoxes, Kind, Link, LinkButton, NoticeBox, SummaryList, SummaryRow, Tone,
};
use crate::{language, locale};
use backend::Permit;
use domain::catalogue::{Grantable, ModuleChoices};
use domain::contacts::{Consequences, ContactCard, ContactForm, ContactSearch, HeldProfile, spoken_name};
use domain::organizations::OrganizationFrame;
use domain::permissions::{ManageContacts, SeeContacts};
use domain::{ContactId, Field, FieldProblems, OrganizationId, Problem};
use leptos::prelude::*;
use locales::{is_one, td_string};
use server_fn::ServerFn as _;

/// The list of an organization, in the language of the request.
#[must_use]
pub fn list_address(organization: OrganizationId) -> String {
    format!("/{}/organizations/{organization}/contacts", language().code())
}

/// The page of a contact.
#[must_use]
pub fn contact_address(organization: OrganizationId, contact: ContactId) -> String {
    format!("{}/{contact}", list_address(organization))
}

/// The way back to the list.
pub fn back_to_list(organization: OrganizationId) -> Link {
    Link::to(list_address(organization), td_string!(locale(), contacts.card.back))
}

/// `/en/organizations/…/contacts`
#[component]
pub fn ContactListPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = frame_of(id).await?;
        let search = ContactSearch::from_query(query);
        let asked = search.clone();
        let (found, profiles) = as_permitted(id, |permit: Permit<SeeContacts>| async move {
            Ok((permit.list(&asked).await?, permit.profiles_to_filter().await?))
        })
        .await?;
        let l = locale();
        let manages = organization.actor.may::<ManageContacts>();
        let search = ContactSearch { page: found.page, ..search };
        let lede = td_string!(l, contacts.lede);
        let add = manages.then(|| add_actions(id));
        Ok(view! {
            <Page title=td_string!(l, contacts.title) organization here=Here::Contacts lede=lede>
                {add}
                <ContactList
                    language=language()
                    organization=id
                    address=list_address(id)
                    search
                    found
                    profiles
                    manages
                />
            </Page>
        }
        .into_any())
    })
}

fn add_actions(organization: OrganizationId) -> impl IntoView {
    let l = locale();
    let list = list_address(organization);
    view! {
        <div class="actions">
            <LinkButton href=format!("{list}/add-with-access")>{td_string!(l, contacts.add_with_access)}</LinkButton>
            <LinkButton href=format!("{list}/add") kind=Kind::Secondary>{td_string!(l, contacts.add)}</LinkButton>
        </div>
    }
}

/// `/en/organizations/…/contacts/add`
#[component]
pub fn AddContactPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = managed(id).await?;
        let draft: Option<Draft<ContactForm>> = draft("contacts/add").await;
        let l = locale();
        let same = same_person(id, draft.as_ref().map(Draft::problems));
        Ok(view! {
            <Page
                title=td_string!(l, contacts.form.add_title)
                organization=organization.clone()
                here=Here::Contacts
                lede=td_string!(l, contacts.form.add_lede)
                back=back_to_list(id)
                refused=draft.is_some()
            >
                {same}
                <AddContactForm
                    language=language()
                    organization=id
                    back=list_address(id)
                    tracks_clients=organization.tracks_clients
                    draft
                />
            </Page>
        }
        .into_any())
    })
}

/// The frame of a page that only those who manage contacts may see.
pub async fn managed(organization: OrganizationId) -> Result<OrganizationFrame, Failure> {
    let frame = frame_of(organization).await?;
    if frame.actor.may::<ManageContacts>() { Ok(frame) } else { Err(Problem::Forbidden.into()) }
}

/// C11: somebody has that address here already, and this leads to them.
pub fn same_person(organization: OrganizationId, problems: Option<FieldProblems>) -> Option<impl IntoView> {
    let l = locale();
    let (contact, name) = match problems?.of(Field::Email)?.clone() {
        Problem::EmailOfContact { contact, name } => (contact, name),
        _ => return None,
    };
    let href = contact_address(organization, contact);
    Some(view! {
        <NoticeBox id="same-person" title=td_string!(l, contacts.form.same_person, name = name)>
            <p class="actions"><a class="action" href=href>{td_string!(l, contacts.form.same_person_open)}</a></p>
        </NoticeBox>
    })
}

/// `/en/organizations/…/contacts/…`
#[component]
pub fn ContactPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let contact: ContactId = parameter("contact")?;
        let organization = frame_of(id).await?;
        let card =
            as_permitted(id, |permit: Permit<SeeContacts>| async move { permit.card(contact).await }).await?;
        let l = locale();
        let name = spoken_name(&card.facts.last_name, &card.facts.first_name);
        let manages = organization.actor.may::<ManageContacts>();
        let draft: Option<Draft<SaveForm>> = draft("contacts/save").await;
        let body = if manages {
            let choices =
                as_permitted(id, |permit: Permit<ManageContacts>| async move { permit.choices().await })
                    .await?;
            editing(&organization, card, choices, draft.clone()).into_any()
        } else {
            reading(&card).into_any()
        };
        Ok(view! {
            <Page
                title=name
                organization=organization.clone()
                here=Here::Contacts
                back=back_to_list(id)
                lede=td_string!(l, contacts.title).to_owned()
                problems=draft.as_ref().map(Draft::problems).unwrap_or_default()
            >
                {body}
            </Page>
        }
        .into_any())
    })
}

/// What those see who may not change anything.
fn reading(card: &ContactCard) -> impl IntoView + use<> {
    let l = locale();
    let rows =
        facts_shown(&ContactForm::from(&card.facts)).into_iter().filter(|(_, value)| !value.is_empty());
    let rows = rows.map(|(term, value)| view! { <SummaryRow term>{value}</SummaryRow> }).collect_view();
    view! {
        <section aria-labelledby="details">
            <h2 id="details">{td_string!(l, contacts.card.details)}</h2>
            <SummaryList>{rows}</SummaryList>
        </section>
        {held(&card.held)}
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

fn held(held: &[HeldProfile]) -> AnyView {
    let l = locale();
    let list = if held.is_empty() {
        view! { <p>{td_string!(l, contacts.card.profiles_none)}</p> }.into_any()
    } else {
        let rows: Vec<_> = held
            .iter()
            .map(|profile| {
                let name = profile.name.in_language(language()).to_owned();
                let granted = granted(profile);
                view! { <SummaryRow term=name>{granted}</SummaryRow> }
            })
            .collect();
        view! { <SummaryList>{rows}</SummaryList> }.into_any()
    };
    view! {
        <section aria-labelledby="profiles-held">
            <h2 id="profiles-held">{td_string!(l, contacts.card.profiles)}</h2>
            {list}
        </section>
    }
    .into_any()
}

fn granted(profile: &HeldProfile) -> String {
    let l = locale();
    let date = profile.granted_at.text.in_language(language());
    let granted = match &profile.granted_by {
        Some(name) => td_string!(l, contacts.card.granted_by, name = name.as_str(), date = date),
        None => td_string!(l, contacts.card.granted, date = date),
    };
    if profile.suspended {
        format!("{} – {granted}", td_string!(l, contacts.card.suspended))
    } else {
        granted
    }
}

/// The contact's page for those who manage contacts: every field, and whether it is active.
fn editing(
    organization: &OrganizationFrame,
    card: ContactCard,
    choices: Vec<ModuleChoices>,
    draft: Option<Draft<SaveForm>>,
) -> impl IntoView + use<> {
    let l = locale();
    let conflict =
        draft.as_ref().filter(|draft| draft.failure == Failure::Refused(Problem::ChangedMeanwhile));
    let conflict = conflict.map(|draft| conflict_table(&draft.form.contact, &ContactForm::from(&card.facts)));
    let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
    let same = same_person(organization.id, Some(problems.clone()));
    let typed = draft.map(|draft| draft.form);
    let active = typed.as_ref().map_or(card.line.active, |typed| typed.active == "true");
    let form = typed.map_or_else(|| ContactForm::from(&card.facts), |typed| typed.contact);
    let invite = can_invite(&card.line).map(|label| {
        let href = format!("{}/invite", contact_address(organization.id, card.line.id));
        view! { <p><LinkButton href kind=Kind::Secondary>{label}</LinkButton></p> }
    });
    let coming_back = (!card.line.active).then(|| coming_back(&card.held, &choices));
    view! {
        {conflict}
        {same}
        {held(&card.held)}
        {invite}
        <form method="post" action=super::api::SaveContact::url() novalidate>
            <h2>{td_string!(l, contacts.card.details)}</h2>
            <input type="hidden" name="organization" value=organization.id.to_string() />
            <input type="hidden" name="contact" value=card.line.id.to_string() />
            <input type="hidden" name="form[version]" value=card.version.to_string() />
            <ContactFields name="form[contact]" form tracks_clients=organization.tracks_clients problems />
            <CheckBox
                name="form[active]"
                id=Field::Active.id()
                label=td_string!(l, contacts.form.active)
                hint=td_string!(l, contacts.form.active_hint)
                checked=active
            />
            {coming_back}
            {card.line.active.then(|| consequences(&card))}
            <div class="actions">
                <Button>{td_string!(l, contacts.form.save)}</Button>
                <a class="action" href=list_address(organization.id)>{td_string!(l, contacts.form.cancel)}</a>
            </div>
        </form>
    }
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

fn figures(of: Consequences) -> Vec<String> {
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

/// The suspended profiles, to tick while coming back (C8); those beyond one's reach say so.
fn coming_back(held: &[HeldProfile], choices: &[ModuleChoices]) -> impl IntoView + use<> {
    let l = locale();
    let choice =
        |key: &str| choices.iter().flat_map(|module| &module.profiles).find(|choice| choice.key == key);
    let boxes = held.iter().filter(|profile| profile.suspended).map(|profile| {
        let grantable = choice(&profile.key).map_or(Grantable::OnlySupport, |choice| choice.grantable);
        let hint = match grantable {
            Grantable::Yes => granted(profile),
            Grantable::OnlySupport => td_string!(l, invitations.only_support).to_owned(),
            Grantable::OnlyItsAdministrators => td_string!(l, invitations.only_administrators).to_owned(),
        };
        view! {
            <CheckBox
                name="form[profiles][]"
                id=format!("profile-{}", profile.key.replace('.', "-"))
                label=profile.name.in_language(language()).to_owned()
                hint
                value=profile.key.clone()
                disabled=grantable != Grantable::Yes
            />
        }
    });
    let boxes = boxes.collect_view();
    view! {
        <CheckBoxes
            id=Field::Profiles.id()
            legend=td_string!(l, contacts.card.reactivate_title)
            hint=td_string!(l, contacts.card.reactivate_lede)
        >
            {boxes}
        </CheckBoxes>
    }
}

/// C6: what was typed beside what is saved now, where they differ.
fn conflict_table(typed: &ContactForm, saved: &ContactForm) -> impl IntoView + use<> {
    let l = locale();
    let table = differing_table(facts_shown(typed), facts_shown(saved));
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
