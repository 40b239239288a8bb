//! A person who asked to be forgotten: anonymized by Support, for good (G10).

use super::api::Anonymize;
use super::organization::kept_card;
use super::states::Reason;
use crate::contacts::page::contact_address;
use crate::form::Draft;
use crate::locale;
use crate::request::{as_permitted, draft, parameter};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Button, Kind, Link, LinkButton, NoticeBox, Tone};
use backend::Permit;
use domain::contacts::{ContactCard, spoken_name};
use domain::organizations::StateForm;
use domain::permissions::{KeepOrganizations, SeeContacts};
use domain::{ContactId, FieldProblems, OrganizationId, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// Where a contact is anonymized.
#[must_use]
pub fn anonymize_address(organization: OrganizationId, contact: ContactId) -> String {
    format!("{}/contacts/{contact}/anonymize", super::organization::card_address(organization))
}

/// `/en/desk/organizations/…/contacts/…/anonymize`
#[component]
pub fn AnonymizePage() -> impl IntoView {
    whole(async {
        let id = kept_card().await?.id;
        let contact: ContactId = parameter("contact")?;
        as_permitted(id, |_: Permit<KeepOrganizations>| async { Ok(()) }).await?;
        let card =
            as_permitted(id, |permit: Permit<SeeContacts>| async move { permit.card(contact).await }).await?;
        may_be_anonymized(&card)?;
        let draft: Option<Draft<StateForm>> = draft("desk/anonymize").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let reason = draft.map(|draft| draft.form.reason).unwrap_or_default();
        let l = locale();
        let name = spoken_name(&card.facts.last_name, &card.facts.first_name);
        Ok(view! {
            <Page
                title=td_string!(l, retention.request.title, name = name.clone())
                desk=AtDesk::Organizations
                lede=td_string!(l, retention.request.lede)
                back=Link::to(contact_address(id, contact), name)
                problems=problems.clone()
            >
                {consequences()}
                <AnonymizeForm id contact reason problems />
            </Page>
        }
        .into_any())
    })
}

fn may_be_anonymized(card: &ContactCard) -> Result<(), Problem> {
    if card.anonymized.is_some() {
        return Err(Problem::ContactAnonymized);
    }
    if card.line.active { Err(Problem::ContactActive) } else { Ok(()) }
}

fn consequences() -> impl IntoView {
    let l = locale();
    view! {
        <NoticeBox id="consequences" title=td_string!(l, retention.request.what) tone=Tone::Warning>
            <ul>
                <li>{td_string!(l, retention.request.what_name)}</li>
                <li>{td_string!(l, retention.request.what_lines)}</li>
                <li>{td_string!(l, retention.request.what_profiles)}</li>
                <li>{td_string!(l, retention.request.what_account)}</li>
            </ul>
            <p>
                <strong>{td_string!(l, retention.request.for_good)}</strong>
            </p>
        </NoticeBox>
    }
}

#[component]
fn AnonymizeForm(
    id: OrganizationId,
    contact: ContactId,
    reason: String,
    problems: FieldProblems,
) -> impl IntoView {
    let l = locale();
    view! {
        <form method="post" action=Anonymize::url() novalidate>
            <input type="hidden" name="organization" value=id.to_string() />
            <input type="hidden" name="contact" value=contact.to_string() />
            <Reason reason problems hint=td_string!(l, retention.request.reason_hint) />
            <div class="actions">
                <Button kind=Kind::Warning>{td_string!(l, retention.request.confirm)}</Button>
                <LinkButton href=contact_address(id, contact) kind=Kind::Secondary>
                    {td_string!(l, retention.request.keep)}
                </LinkButton>
            </div>
        </form>
    }
}
