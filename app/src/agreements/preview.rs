//! An agreement as its signatories will see it, with the exact mail, before anything is sent (S1, S3); and the
//! document alone, for whoever may read it.

use super::api::SendAgreement;
use super::form::{edit_address, preparer};
use super::list::agreement_address;
use crate::failure::Failure;
use crate::invitations::island::Sheet;
use crate::request::{as_permitted, parameter, query};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::signing::reading::content;
use crate::ui::{Button, Link, SummaryList, SummaryRow, Time};
use crate::{language, locale};
use backend::{Permit, Reading};
use domain::agreements::{AgreementCard, AgreementPreview, Order};
use domain::invitations::Preview;
use domain::permissions::{PrepareAgreements, ReadAgreements};
use domain::{AgreementId, Language, OrganizationId, Problem};
use leptos::prelude::*;
use locales::{is_one, td_string};
use server_fn::ServerFn as _;

/// The preview of a draft.
#[must_use]
pub fn preview_address(organization: OrganizationId, agreement: AgreementId) -> String {
    format!("{}/preview", agreement_address(organization, agreement))
}

/// The document to read, in a language.
pub(super) fn reading_address(card: &AgreementCard, language: Language) -> String {
    format!("{}/read?language={}", agreement_address(card.organization.id, card.id), language.code())
}

async fn reading(
    organization: OrganizationId,
    agreement: AgreementId,
    language: Language,
) -> Result<Reading, Failure> {
    as_permitted(organization, |permit: Permit<ReadAgreements>| async move {
        permit.agreement_reading(agreement, language).await
    })
    .await
}

/// `/en/organizations/…/agreements/…/preview`
#[component]
pub fn PreviewPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let agreement: AgreementId = parameter("agreement")?;
        let organization = preparer(id).await?;
        let preview = as_permitted(id, |permit: Permit<PrepareAgreements>| async move {
            permit.preview_agreement(agreement).await
        });
        let AgreementPreview { agreement: card, mails } = preview.await?;
        let mut documents = Vec::new();
        for document in &card.documents {
            let read = reading(id, agreement, document.language).await?;
            documents.push(section(&card, document.language, &read));
        }
        let l = locale();
        let back = Link::to(agreement_address(id, agreement), card.titles.in_language(language()).to_owned());
        Ok(view! {
            <Page
                title=td_string!(l, agreements.preview.title)
                organization
                here=Here::Agreements
                lede=td_string!(l, agreements.preview.lede)
                back
            >
                {facts(&card)}
                {documents}
                {letters(mails)}
                {sending(&card)}
            </Page>
        }
        .into_any())
    })
}

fn facts(card: &AgreementCard) -> impl IntoView + use<> {
    let l = locale();
    let people: Vec<String> =
        card.signatories.iter().map(|one| locales::person(&one.name, language())).collect();
    let order = super::card::order_name(card.order);
    let many = card.signatories.len() > 1;
    let order =
        many.then(|| view! { <SummaryRow term=td_string!(l, agreements.card.order)>{order}</SummaryRow> });
    let title = card.titles.in_language(language()).to_owned();
    let (message, deadline) = (super::card::message(card), card.deadline.clone());
    view! {
        <SummaryList>
            <SummaryRow term=td_string!(l, agreements.column_title)>{title}</SummaryRow>
            <SummaryRow term=td_string!(l, agreements.card.people)>{people.join(", ")}</SummaryRow>
            {order}
            <SummaryRow term=td_string!(l, agreements.card.deadline)><Time date=deadline /></SummaryRow>
            {message}
        </SummaryList>
    }
}

fn section(card: &AgreementCard, in_language: Language, read: &Reading) -> AnyView {
    let l = locale();
    let (id, title) = match in_language {
        Language::En => ("document-en", td_string!(l, agreements.preview.document_en)),
        Language::Fr => ("document-fr", td_string!(l, agreements.preview.document_fr)),
    };
    view! {
        <section aria-labelledby=id>
            <h2 id=id>{title}</h2>
            {document(card, in_language, read)}
        </section>
    }
    .into_any()
}

/// The whole document, as its signatories read it.
fn document(card: &AgreementCard, in_language: Language, read: &Reading) -> AnyView {
    let address = format!("{}/document", agreement_address(card.organization.id, card.id));
    content(&address, in_language, read)
}

fn letters(mails: Vec<Preview>) -> impl IntoView {
    let l = locale();
    let mails = (1..).zip(mails).map(|(number, mail)| {
        let id = format!("mail-{number}");
        let (heading, to) = (id.clone(), mail.to.clone());
        let sheets = mail.sheets.into_iter().map(|sheet| view! { <Sheet sheet /> }).collect_view();
        view! {
            <section class="mail-preview" aria-labelledby=id>
                <h3 id=heading>{td_string!(l, agreements.preview.to)} " " {to}</h3>
                {sheets}
            </section>
        }
    });
    let mails = mails.collect_view();
    view! {
        <section aria-labelledby="mails">
            <h2 id="mails">{td_string!(l, agreements.preview.mails)}</h2>
            <p>{td_string!(l, agreements.preview.mails_text)}</p>
            {mails}
        </section>
    }
}

/// The one decision of this page, about the version that was looked at.
fn sending(card: &AgreementCard) -> impl IntoView + use<> {
    let l = locale();
    let (id, organization) = (card.id, card.organization.id);
    let count = card.signatories.len() as u64;
    let who = match (card.order, card.signatories.first(), is_one(language(), count)) {
        (_, _, true) => td_string!(l, agreements.preview.send_one).to_owned(),
        (Order::InTurn, Some(first), false) => {
            let name = locales::person(&first.name, language());
            td_string!(l, agreements.preview.send_in_turn, name = name)
        }
        _ => td_string!(l, agreements.preview.send_many, n = count),
    };
    let send = card.may.send.then(|| {
        view! {
            <p>{who}</p>
            <form method="post" action=SendAgreement::url()>
                <input type="hidden" name="organization" value=organization.to_string() />
                <input type="hidden" name="agreement" value=id.to_string() />
                <input type="hidden" name="version" value=card.version.to_string() />
                <Button>{td_string!(l, agreements.preview.send)}</Button>
            </form>
        }
    });
    let change = card.may.change.then(|| {
        let href = edit_address(organization, id);
        view! { <a class="action" href=href>{td_string!(l, agreements.preview.change)}</a> }
    });
    view! {
        <section aria-labelledby="send">
            <h2 id="send">{td_string!(l, agreements.preview.send_title)}</h2>
            {send}
            <p class="actions">
                {change}
                <a class="action" href=agreement_address(organization, id)>
                    {td_string!(l, agreements.preview.later)}
                </a>
            </p>
        </section>
    }
}

/// `/en/organizations/…/agreements/…/read?language=fr`
#[component]
pub fn ReadPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let agreement: AgreementId = parameter("agreement")?;
        let organization = frame_of(id).await?;
        let card =
            as_permitted(
                id,
                |permit: Permit<ReadAgreements>| async move { permit.agreement(agreement).await },
            )
            .await?;
        let asked = query("language").and_then(|code| Language::from_code(&code)).unwrap_or_else(language);
        let there = card.documents.iter().find(|one| one.language == asked).or(card.documents.first());
        let Some(in_language) = there.map(|one| one.language) else { return Err(Problem::NotFound.into()) };
        let read = reading(id, agreement, in_language).await?;
        let l = locale();
        let lede = match in_language {
            Language::En => td_string!(l, agreements.reading.lede_en),
            Language::Fr => td_string!(l, agreements.reading.lede_fr),
        };
        let other = card.documents.iter().find(|one| one.language != in_language).map(|one| {
            let label = match one.language {
                Language::En => td_string!(l, agreements.reading.other_en),
                Language::Fr => td_string!(l, agreements.reading.other_fr),
            };
            let href = reading_address(&card, one.language);
            view! { <p><a class="action" href=href>{label}</a></p> }
        });
        let title = card.titles.in_language(language()).to_owned();
        let back = Link::to(agreement_address(id, agreement), td_string!(l, agreements.reading.back));
        let body = document(&card, in_language, &read);
        Ok(view! {
            <Page title organization here=Here::Agreements lede back>
                {other}
                <h2>{td_string!(l, agreements.preview.document)}</h2>
                {body}
            </Page>
        }
        .into_any())
    })
}
