//! The pages of contacts: the list, adding one.

use super::bulk::BulkBar;
use super::island::{AddContactForm, ContactList};
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{as_permitted, draft, query};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{Kind, Link, LinkButton, NoticeBox};
use crate::{language, locale};
use backend::Permit;
use domain::contacts::{ContactForm, ContactSearch, Waiting};
use domain::organizations::OrganizationFrame;
use domain::permissions::{ManageContacts, SeeContacts};
use domain::{ContactId, Field, FieldProblems, OrganizationId, Problem};
use leptos::prelude::*;
use locales::td_string;

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
        // Nobody here at all: nobody to tick.
        let somebody = found.found > 0 || !search.query(1).is_empty();
        let bar = (manages && somebody).then(|| view! { <BulkBar organization=id /> });
        let only = search.waiting.map(|waiting| only(id, waiting));
        Ok(view! {
            <Page title=td_string!(l, contacts.title) organization here=Here::Contacts lede=lede>
                {add}
                {only}
                <ContactList
                    language=language()
                    organization=id
                    address=list_address(id)
                    search
                    found
                    profiles
                    manages
                />
                {bar}
            </Page>
        }
        .into_any())
    })
}

/// The list is narrowed to what waits: this says so, and leads to everybody.
fn only(organization: OrganizationId, waiting: Waiting) -> impl IntoView {
    let l = locale();
    let what = match waiting {
        Waiting::Bounced => td_string!(l, contacts.only_bounced),
        Waiting::Expired => td_string!(l, contacts.only_expired),
        Waiting::Suspended => td_string!(l, contacts.only_suspended),
        Waiting::Soon => td_string!(l, contacts.only_soon),
        Waiting::Ending => td_string!(l, contacts.only_ending),
        Waiting::Unused => td_string!(l, contacts.only_unused),
    };
    view! {
        <p>
            {what}" "
            <a class="action" href=list_address(organization)>{td_string!(l, contacts.only_not)}</a>
        </p>
    }
}

fn add_actions(organization: OrganizationId) -> impl IntoView {
    let l = locale();
    let list = list_address(organization);
    view! {
        <div class="actions">
            <LinkButton href=format!("{list}/add-with-access")>{td_string!(l, contacts.add_with_access)}</LinkButton>
            <LinkButton href=format!("{list}/add") kind=Kind::Secondary>{td_string!(l, contacts.add)}</LinkButton>
            <a class="action" href=format!("{list}/import")>{td_string!(l, imports.link)}</a>
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
