//! The pages of those who invite: a new contact, one of the list, resend, withdraw.

use super::api::{AccessForm, Resend, Withdraw};
use super::island::{AddWithAccessForm, InviteForm, Setting};
use crate::contacts::page::{back_to_list, contact_address, list_address, managed, same_person};
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{as_permitted, draft, parameter, portal};
use crate::shell::{Here, Page, organization_of_address, whole};
use crate::ui::{Button, EmailInput, Kind, LinkButton, SummaryList, SummaryRow, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::contacts::{ContactLine, InvitationStep, spoken_name};
use domain::invitations::{InvitationForm, InvitationSummary, PreviewForm};
use domain::permissions::{ManageContacts, SeeContacts};
use domain::{ContactId, Field, InvitationId, Language, OrganizationId};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/organizations/…/contacts/add-with-access`
#[component]
pub fn AddWithAccessPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = managed(id).await?;
        let draft: Option<Draft<AccessForm>> = draft("invitations/add_and_invite").await;
        let typed = draft.as_ref().map(|draft| draft.form.clone()).unwrap_or_default();
        let about = PreviewForm {
            last_name: typed.contact.last_name,
            first_name: typed.contact.first_name,
            email: typed.contact.email,
            language: typed.contact.language,
            message: typed.invitation.message,
            profiles: typed.invitation.profiles,
        };
        let setting = setting(id, about).await?;
        let l = locale();
        let lede = td_string!(l, contacts.form.access_lede, days = setting.days);
        let same = same_person(id, draft.as_ref().map(Draft::problems));
        Ok(view! {
            <Page
                title=td_string!(l, contacts.form.access_title)
                organization=organization.clone()
                here=Here::Contacts
                lede
                back=back_to_list(id)
                refused=draft.is_some()
            >
                {same}
                <AddWithAccessForm setting tracks_clients=organization.tracks_clients draft />
            </Page>
        }
        .into_any())
    })
}

/// What both forms need to know, the letter included as it stands now.
async fn setting(organization: OrganizationId, about: PreviewForm) -> Result<Setting, Failure> {
    let (choices, preview) = as_permitted(organization, |permit: Permit<ManageContacts>| async move {
        Ok((permit.choices().await?, permit.preview(&about).await?))
    })
    .await?;
    Ok(Setting {
        language: language(),
        organization,
        back: list_address(organization),
        choices,
        days: portal().invitation_days(),
        preview,
    })
}

/// `/en/organizations/…/contacts/…/invite`
#[component]
pub fn InvitePage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let contact: ContactId = parameter("contact")?;
        let organization = managed(id).await?;
        let card =
            as_permitted(id, |permit: Permit<SeeContacts>| async move { permit.card(contact).await }).await?;
        let draft: Option<Draft<InvitationForm>> = draft("invitations/invite").await;
        let typed = draft.as_ref().map(|draft| draft.form.clone()).unwrap_or_default();
        let about = PreviewForm {
            last_name: card.facts.last_name.clone(),
            first_name: card.facts.first_name.clone(),
            email: card.facts.email.to_string(),
            language: card.facts.language.map(|language| language.code().to_owned()).unwrap_or_default(),
            message: typed.message,
            profiles: typed.profiles,
        };
        let setting = setting(id, about.clone()).await?;
        let l = locale();
        let name = spoken_name(&card.facts.last_name, &card.facts.first_name);
        let email = card.facts.email.to_string();
        let lede = td_string!(l, invitations.invite.lede, name = name.clone(), email = email);
        Ok(view! {
            <Page
                title=td_string!(l, invitations.invite.title, name = name)
                organization=organization
                here=Here::Contacts
                lede
                back=back_to_list(id)
                refused=draft.is_some()
            >
                <p>
                    <a href=contact_address(id, contact)>{td_string!(l, invitations.invite.wrong_address)}</a>
                </p>
                <InviteForm setting contact about draft />
            </Page>
        }
        .into_any())
    })
}

/// The words of the link that invites a contact, when it can be invited.
#[must_use]
pub fn can_invite(line: &ContactLine) -> Option<&'static str> {
    let l = locale();
    match line.step {
        InvitationStep::Invite => Some(td_string!(l, contacts.invite)),
        InvitationStep::Declined { .. } => Some(td_string!(l, contacts.invite_again)),
        InvitationStep::Nothing | InvitationStep::Invited { .. } | InvitationStep::Expired { .. } => None,
    }
}

/// `/en/organizations/…/invitations/…/resend`
#[component]
pub fn ResendPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = managed(id).await?;
        let summary = summary(id).await?;
        let draft: Option<Draft<String>> = draft("invitations/resend").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let email = draft.map_or_else(|| summary.email.to_string(), |draft| draft.form);
        let l = locale();
        let lede = td_string!(l, invitations.resend.lede, days = portal().invitation_days());
        Ok(view! {
            <Page
                title=td_string!(l, invitations.resend.title, name = summary.invitee.clone())
                organization=organization
                here=Here::Contacts
                lede
                back=back_to_list(id)
                problems=problems.clone()
            >
                {proposed(&summary)}
                <form method="post" action=Resend::url() novalidate>
                    <input type="hidden" name="organization" value=id.to_string() />
                    <input type="hidden" name="invitation" value=summary.id.to_string() />
                    <EmailInput
                        name="email"
                        label=td_string!(l, invitations.resend.email)
                        hint=td_string!(l, invitations.resend.email_hint)
                        value=email
                        error=error_of(problems.into(), Field::Email)
                    />
                    <div class="actions">
                        <Button>{td_string!(l, invitations.resend.send)}</Button>
                        <a class="action" href=list_address(id)>{td_string!(l, contacts.form.cancel)}</a>
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}

/// `/en/organizations/…/invitations/…/withdraw`
#[component]
pub fn WithdrawPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = managed(id).await?;
        let summary = summary(id).await?;
        let l = locale();
        let (name, email) = (summary.invitee.clone(), summary.email.to_string());
        let lede = td_string!(l, invitations.withdraw.text, name = name.clone(), email = email);
        Ok(view! {
            <Page
                title=td_string!(l, invitations.withdraw.title, name = name)
                organization=organization
                here=Here::Contacts
                lede
                back=back_to_list(id)
            >
                {proposed(&summary)}
                <form method="post" action=Withdraw::url()>
                    <input type="hidden" name="organization" value=id.to_string() />
                    <input type="hidden" name="invitation" value=summary.id.to_string() />
                    <div class="actions">
                        <Button kind=Kind::Warning>{td_string!(l, invitations.withdraw.confirm)}</Button>
                        <LinkButton href=list_address(id) kind=Kind::Secondary>
                            {td_string!(l, invitations.withdraw.keep)}
                        </LinkButton>
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}

async fn summary(organization: OrganizationId) -> Result<InvitationSummary, Failure> {
    let invitation: InvitationId = parameter("invitation")?;
    as_permitted(
        organization,
        |permit: Permit<ManageContacts>| async move { permit.invitation(invitation).await },
    )
    .await
}

fn proposed(summary: &InvitationSummary) -> impl IntoView + use<> {
    let l = locale();
    let language: Language = language();
    let names: Vec<&str> = summary.profiles.iter().map(|name| name.in_language(language)).collect();
    let names = names.join(", ");
    let until = summary.until.text.in_language(language).to_owned();
    let until = if summary.expired {
        td_string!(l, contacts.expired, date = until)
    } else {
        td_string!(l, contacts.invited_until, date = until)
    };
    view! {
        <SummaryList>
            <SummaryRow term=td_string!(l, invitations.withdraw.profiles)>{names}</SummaryRow>
            <SummaryRow term=td_string!(l, contacts.column_status)>{until}</SummaryRow>
        </SummaryList>
    }
}
