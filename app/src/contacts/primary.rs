//! The page that asks once more before the primary contact is another one (C9).

use super::api::TransferPrimary;
use super::page::contact_address;
use crate::form::Draft;
use crate::request::{as_permitted, draft, parameter, portal};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{Button, Choice, Kind, Link, LinkButton, RadioButtons, TextArea, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::contacts::{PrimaryStep, REASON, TransferForm, spoken_name};
use domain::permissions::SeeContacts;
use domain::{ContactId, Field, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/organizations/…/contacts/…/primary`
#[component]
pub fn PrimaryPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let contact: ContactId = parameter("contact")?;
        let organization = frame_of(id).await?;
        let card =
            as_permitted(id, |permit: Permit<SeeContacts>| async move { permit.card(contact).await }).await?;
        match card.primary {
            PrimaryStep::MayTransfer => {}
            PrimaryStep::NeedsAccess => return Err(Problem::PrimaryNeedsAccess.into()),
            PrimaryStep::NotTheirs => return Err(Problem::NotYoursToTransfer.into()),
            PrimaryStep::IsPrimary => crate::request::redirect(&contact_address(id, contact)),
        }
        let draft: Option<Draft<TransferForm>> = draft("contacts/transfer_primary").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        let name = spoken_name(&card.facts.last_name, &card.facts.first_name);
        let support = organization.actor.support;
        let lede = if support {
            td_string!(l, contacts.primary_transfer.lede_support, name = name.clone())
        } else {
            td_string!(
                l,
                contacts.primary_transfer.lede,
                name = name.clone(),
                organization = organization.name.in_language(language())
            )
        };
        let typed = draft.map(|draft| draft.form).unwrap_or_default();
        let days = portal().primary_notice_days();
        let why = support.then(|| {
            let choices = vec![
                Choice::of("asked", td_string!(l, contacts.primary_transfer.asked)),
                Choice::of("gone", td_string!(l, contacts.primary_transfer.gone, days = days)),
            ];
            view! {
                <RadioButtons
                    name="form[how]"
                    id=Field::Decision.id()
                    legend=td_string!(l, contacts.primary_transfer.how)
                    choices
                    value=typed.how
                    error=error_of(problems.clone().into(), Field::Decision)
                />
                <TextArea
                    name="form[reason]"
                    id=Field::Reason.id()
                    label=td_string!(l, contacts.primary_transfer.reason)
                    hint=td_string!(l, contacts.primary_transfer.reason_hint)
                    value=typed.reason
                    error=error_of(problems.clone().into(), Field::Reason)
                    maxlength=REASON
                />
            }
        });
        Ok(view! {
            <Page
                title=td_string!(l, contacts.primary_transfer.title, name = name.clone())
                organization
                here=Here::Contacts
                lede
                back=Link::to(contact_address(id, contact), name)
                problems
            >
                <form method="post" action=TransferPrimary::url() novalidate>
                    <input type="hidden" name="organization" value=id.to_string() />
                    <input type="hidden" name="contact" value=contact.to_string() />
                    {why}
                    <div class="actions">
                        <Button>{td_string!(l, contacts.primary_transfer.confirm)}</Button>
                        <LinkButton href=contact_address(id, contact) kind=Kind::Secondary>
                            {td_string!(l, contacts.primary_transfer.keep)}
                        </LinkButton>
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}
