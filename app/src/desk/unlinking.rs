//! An account unlinked by Support (C13): what it ends is told in figures before it is confirmed.

use super::api::UnlinkAccount;
use super::organization::{card_address, kept_card};
use super::relinks::lost_account_address;
use super::states::Reason;
use crate::contacts::page::contact_address;
use crate::form::Draft;
use crate::request::{as_permitted, draft, parameter};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Button, Kind, Link, LinkButton, NoticeBox, Tone};
use crate::{language, locale};
use backend::Permit;
use domain::contacts::{ContactCard, spoken_name};
use domain::organizations::{OrganizationFrame, StateForm};
use domain::permissions::{AllOrganizations, KeepOrganizations, SeeContacts};
use domain::{ContactId, FieldProblems, OrganizationId};
use leptos::prelude::*;
use locales::{is_one, td_string};
use server_fn::ServerFn as _;

/// What Support does with the account of a contact, on the contact's page; nothing for anybody else.
pub fn account_ways(organization: &OrganizationFrame, card: &ContactCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    let actor = &organization.actor;
    let keeps = actor.may::<AllOrganizations>() && actor.may::<KeepOrganizations>();
    let (id, contact) = (organization.id, card.line.id);
    let lost = card.line.active.then(|| {
        let href = lost_account_address(id, contact);
        view! { <LinkButton href kind=Kind::Secondary>{td_string!(l, desk.relinking.lost)}</LinkButton> }
    });
    (keeps && card.linked).then(|| {
        view! {
            <section aria-labelledby="account">
                <h2 id="account">{td_string!(l, desk.unlinking.account)}</h2>
                <p class="actions">
                    {lost}
                    <LinkButton href=unlink_address(id, contact) kind=Kind::Secondary>
                        {td_string!(l, desk.unlinking.link)}
                    </LinkButton>
                </p>
            </section>
        }
    })
}

fn unlink_address(organization: OrganizationId, contact: ContactId) -> String {
    format!("{}/contacts/{contact}/unlink", card_address(organization))
}

/// `/en/desk/organizations/…/contacts/…/unlink`
#[component]
pub fn UnlinkPage() -> impl IntoView {
    whole(async {
        let organization = kept_card().await?;
        let contact: ContactId = parameter("contact")?;
        let see = |permit: Permit<SeeContacts>| async move { permit.card(contact).await };
        let person = as_permitted(organization.id, see).await?;
        let draft: Option<Draft<StateForm>> = draft("desk/unlink_account").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let reason = draft.map(|draft| draft.form.reason).unwrap_or_default();
        let l = locale();
        let name = spoken_name(&person.facts.last_name, &person.facts.first_name);
        let house = organization.name.in_language(language()).to_owned();
        let body = match refused(&person) {
            Some(why) => view! { <NoticeBox id="unlinking" title=why /> }.into_any(),
            None => asking(organization.id, &person, reason, problems.clone()).into_any(),
        };
        Ok(view! {
            <Page
                title=td_string!(l, desk.unlinking.title, name = name.clone())
                desk=AtDesk::Organizations
                lede=td_string!(l, desk.unlinking.lede, organization = house)
                back=Link::to(contact_address(organization.id, contact), name)
                problems
            >
                {body}
            </Page>
        }
        .into_any())
    })
}

/// Why it cannot be: C9, C10, or no account.
fn refused(person: &ContactCard) -> Option<&'static str> {
    let l = locale();
    match person {
        _ if !person.linked => Some(td_string!(l, desk.unlinking.no_account)),
        _ if person.line.primary => Some(td_string!(l, problems.primary_stays)),
        _ if person.consequences.last_administrator => Some(td_string!(l, problems.last_administrator)),
        _ => None,
    }
}

fn asking(
    organization: OrganizationId,
    person: &ContactCard,
    reason: String,
    problems: FieldProblems,
) -> impl IntoView + use<> {
    let l = locale();
    let contact = person.line.id;
    let lines = consequences(person).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <NoticeBox id="unlinking" title=td_string!(l, desk.unlinking.what) tone=Tone::Warning>
            <ul>{lines}</ul>
            <p>{td_string!(l, desk.unlinking.undo)}</p>
        </NoticeBox>
        <form method="post" action=UnlinkAccount::url() novalidate>
            <input type="hidden" name="organization" value=organization.to_string() />
            <input type="hidden" name="contact" value=contact.to_string() />
            <Reason reason problems hint=td_string!(l, desk.unlinking.reason_hint) />
            <div class="actions">
                <Button kind=Kind::Warning>{td_string!(l, desk.unlinking.button)}</Button>
                <a class="action" href=contact_address(organization, contact)>
                    {td_string!(l, desk.change.cancel)}
                </a>
            </div>
        </form>
    }
}

/// In figures; those suspended end with the others.
fn consequences(person: &ContactCard) -> Vec<String> {
    let l = locale();
    let one = |n| is_one(language(), n);
    let (of, held) = (person.consequences, person.held.len() as u64);
    let mut lines = Vec::new();
    match held {
        0 => {}
        n if one(n) => lines.push(td_string!(l, desk.unlinking.profiles_one).to_owned()),
        n => lines.push(td_string!(l, desk.unlinking.profiles_many, n = n)),
    }
    match of.sessions {
        0 => {}
        n if one(n) => lines.push(td_string!(l, desk.change.close_sessions_one).to_owned()),
        n => lines.push(td_string!(l, desk.change.close_sessions_many, n = n)),
    }
    if of.invitations_to > 0 {
        lines.push(td_string!(l, contacts.card.deactivate_invitations_to).to_owned());
    }
    match of.invitations_by {
        0 => {}
        n if one(n) => lines.push(td_string!(l, contacts.card.deactivate_invitations_by_one).to_owned()),
        n => lines.push(td_string!(l, contacts.card.deactivate_invitations_by_many, n = n)),
    }
    lines.push(td_string!(l, desk.unlinking.told, email = person.facts.email.to_string()));
    lines
}
