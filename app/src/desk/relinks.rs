//! Lost accounts, linked anew by two people of Support (G7).

use super::api::{ConfirmRelink, OpenRelink, RefuseRelink};
use super::organization::{back_to_card, card_address, kept_card};
use super::page::{desk_address, keeper};
use crate::contacts::page::contact_address;
use crate::form::Draft;
use crate::request::{as_permitted, as_staff, draft, parameter};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{
    Button, EmailInput, Kind, Link, NoticeBox, SummaryList, SummaryRow, TextArea, Time, Tone, error_of,
};
use crate::{language, locale};
use backend::Permit;
use domain::contacts::spoken_name;
use domain::desk::{RelinkCard, RelinkForm, RelinkLine};
use domain::permissions::{AllOrganizations, SeeContacts};
use domain::{ContactId, Field, FieldProblems, OrganizationId, RelinkId};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// Where a lost account is told of.
#[must_use]
pub fn lost_account_address(organization: OrganizationId, contact: ContactId) -> String {
    format!("{}/contacts/{contact}/lost-account", card_address(organization))
}

/// `/en/desk/relinks`
#[component]
pub fn RelinksPage() -> impl IntoView {
    whole(async {
        let lines =
            as_staff(|permit: Permit<AllOrganizations>| async move { permit.relinks().await }).await?;
        let l = locale();
        let list = if lines.is_empty() {
            view! { <p>{td_string!(l, desk.relinking.empty)}</p> }.into_any()
        } else {
            table(lines).into_any()
        };
        Ok(view! {
            <Page
                title=td_string!(l, desk.relinking.title)
                desk=AtDesk::Relinks
                lede=td_string!(l, desk.relinking.lede)
            >
                {list}
                <p class="hint">{td_string!(l, desk.relinking.how)}</p>
            </Page>
        }
        .into_any())
    })
}

fn table(lines: Vec<RelinkLine>) -> impl IntoView {
    let l = locale();
    let rows = lines.into_iter().map(|line| view! { <RelinkRow line /> }).collect_view();
    view! {
        <table class="table" role="table">
            <caption class="visually-hidden">{td_string!(l, desk.relinking.table)}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">{td_string!(l, desk.column_person)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, desk.column_organization)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, desk.relinking.column_by)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, desk.relinking.column_until)}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

#[component]
fn RelinkRow(line: RelinkLine) -> impl IntoView {
    let l = locale();
    let href = desk_address(&format!("relinks/{}", line.id));
    let card = card_address(line.organization);
    view! {
        <tr role="row">
            <th role="rowheader" scope="row"><a class="name" href=href>{line.name}</a></th>
            <td role="cell" data-label=td_string!(l, desk.column_organization)>
                <a href=card>{line.organization_name.in_language(language()).to_owned()}</a>
            </td>
            <td role="cell" data-label=td_string!(l, desk.relinking.column_by)>{line.opened_by}</td>
            <td role="cell" data-label=td_string!(l, desk.relinking.column_until)><Time date=line.until /></td>
        </tr>
    }
}

/// `/en/desk/relinks/…`
#[component]
pub fn DecidePage() -> impl IntoView {
    whole(async {
        keeper().await?;
        let id: RelinkId = parameter("relink")?;
        let card =
            as_staff(|permit: Permit<AllOrganizations>| async move { permit.relink(id).await }).await?;
        let l = locale();
        let name = card.line.name.clone();
        Ok(view! {
            <Page
                title=td_string!(l, desk.relinking.decide_title, name = name)
                desk=AtDesk::Relinks
                back=Link::to(desk_address("relinks"), td_string!(l, desk.relinking.title))
            >
                {told(&card)}
                {consequences(&card)}
                {deciding(&card)}
            </Page>
        }
        .into_any())
    })
}

fn told(card: &RelinkCard) -> impl IntoView + use<> {
    let l = locale();
    let line = card.line.clone();
    let contact = contact_address(line.organization, line.contact);
    let house = line.organization_name.in_language(language()).to_owned();
    let (reason, evidence, email) = (card.reason.clone(), card.evidence.clone(), card.email.clone());
    view! {
        <SummaryList>
            <SummaryRow term=td_string!(l, desk.column_person)><a href=contact>{line.name}</a></SummaryRow>
            <SummaryRow term=td_string!(l, desk.column_organization)>
                <a href=card_address(line.organization)>{house}</a>
            </SummaryRow>
            <SummaryRow term=td_string!(l, desk.relinking.reason)>{reason}</SummaryRow>
            <SummaryRow term=td_string!(l, desk.relinking.evidence)>{evidence}</SummaryRow>
            <SummaryRow term=td_string!(l, desk.relinking.email)>{email}</SummaryRow>
            <SummaryRow term=td_string!(l, desk.relinking.column_by)>{line.opened_by}</SummaryRow>
            <SummaryRow term=td_string!(l, desk.relinking.column_until)><Time date=line.until /></SummaryRow>
        </SummaryList>
    }
}

fn consequences(card: &RelinkCard) -> impl IntoView + use<> {
    let l = locale();
    let (old, email) = (card.old_email.clone(), card.email.clone());
    let invite = td_string!(l, desk.relinking.decide_invite, email = email.clone());
    let tell = td_string!(l, desk.relinking.decide_tell, old = old, email = email);
    view! {
        <NoticeBox id="deciding" title=td_string!(l, desk.relinking.decide_what) tone=Tone::Warning>
            <ul>
                <li>{td_string!(l, desk.relinking.decide_unlink)}</li>
                <li>{invite}</li>
                <li>{tell}</li>
            </ul>
        </NoticeBox>
    }
}

/// Whoever opened it may take it back; somebody else confirms or refuses.
fn deciding(card: &RelinkCard) -> impl IntoView + use<> {
    let l = locale();
    let (id, organization, mine) = (card.line.id, card.line.organization, card.mine);
    let confirm = (!mine).then(|| {
        view! {
            <form method="post" action=ConfirmRelink::url()>
                <Hidden organization id />
                <Button>{td_string!(l, desk.relinking.confirm)}</Button>
            </form>
        }
    });
    let refuse =
        if mine { td_string!(l, desk.relinking.take_back) } else { td_string!(l, desk.relinking.refuse) };
    view! {
        {mine.then(|| view! { <p>{td_string!(l, desk.relinking.mine)}</p> })}
        <div class="actions">
            {confirm}
            <form method="post" action=RefuseRelink::url()>
                <Hidden organization id />
                <Button kind=Kind::Secondary>{refuse}</Button>
            </form>
        </div>
    }
}

#[component]
fn Hidden(organization: OrganizationId, id: RelinkId) -> impl IntoView {
    view! {
        <input type="hidden" name="organization" value=organization.to_string() />
        <input type="hidden" name="relink" value=id.to_string() />
    }
}

/// `/en/desk/organizations/…/contacts/…/lost-account`
#[component]
pub fn LostAccountPage() -> impl IntoView {
    whole(async {
        let card = kept_card().await?;
        let contact: ContactId = parameter("contact")?;
        let person =
            as_permitted(card.id, |permit: Permit<SeeContacts>| async move { permit.card(contact).await })
                .await?;
        let draft: Option<Draft<RelinkForm>> = draft("desk/open_relink").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let form = draft.map(|draft| draft.form).unwrap_or_default();
        let l = locale();
        let name = spoken_name(&person.facts.last_name, &person.facts.first_name);
        let organization = card.id;
        Ok(view! {
            <Page
                title=td_string!(l, desk.relinking.open_title, name = name)
                desk=AtDesk::Relinks
                lede=td_string!(l, desk.relinking.open_lede)
                back=back_to_card(&card)
                problems=problems.clone()
            >
                <LostAccount organization contact form problems />
            </Page>
        }
        .into_any())
    })
}

#[component]
fn LostAccount(
    organization: OrganizationId,
    contact: ContactId,
    form: RelinkForm,
    problems: FieldProblems,
) -> impl IntoView {
    let l = locale();
    let error = |field| error_of(problems.clone().into(), field);
    view! {
        <form method="post" action=OpenRelink::url() novalidate>
            <input type="hidden" name="organization" value=organization.to_string() />
            <input type="hidden" name="contact" value=contact.to_string() />
            <EmailInput
                name="form[email]"
                id=Field::Email.id()
                label=td_string!(l, desk.relinking.email)
                hint=td_string!(l, desk.relinking.email_hint)
                value=form.email
                error=error(Field::Email)
            />
            <TextArea
                name="form[reason]"
                id=Field::Reason.id()
                label=td_string!(l, desk.relinking.reason)
                value=form.reason
                error=error(Field::Reason)
                rows=3
            />
            <TextArea
                name="form[evidence]"
                id=Field::Evidence.id()
                label=td_string!(l, desk.relinking.evidence)
                hint=td_string!(l, desk.relinking.evidence_hint)
                value=form.evidence
                error=error(Field::Evidence)
                rows=4
            />
            <div class="actions">
                <Button>{td_string!(l, desk.relinking.open_button)}</Button>
                <a class="action" href=card_address(organization)>{td_string!(l, desk.change.cancel)}</a>
            </div>
        </form>
    }
}
