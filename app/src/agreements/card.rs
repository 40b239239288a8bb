//! One agreement: who signs and where each stands, the documents, what may be done, what was (S4).

use super::api::{PrepareAgreementAgain, ResendAgreement};
use super::form::edit_address;
use super::list::{AgreementTag, agreement_address, back_to_list};
use super::preview::{preview_address, reading_address};
use crate::contacts::page::contact_address;
use crate::failure::Failure;
use crate::request::{as_permitted, parameter};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{Button, Details, Kind, LinkButton, SummaryList, SummaryRow, Time};
use crate::{language, locale};
use backend::Permit;
use domain::agreements::{
    AgreementCard, AgreementState, DocumentCard, DocumentKind, EarlierEdition, Order, SignatoryCard,
    SignatoryState,
};
use domain::organizations::OrganizationFrame;
use domain::permissions::{ReadAgreements, SeeContacts};
use domain::{AgreementId, Language, OrganizationId};
use leptos::prelude::*;
use locales::{is_one, td_string};
use server_fn::ServerFn as _;

/// The agreement of the address.
///
/// # Errors
/// Not signed in, no member, or without the right; no such agreement.
pub(super) async fn card_of_address(organization: OrganizationId) -> Result<AgreementCard, Failure> {
    let agreement: AgreementId = parameter("agreement")?;
    as_permitted(
        organization,
        |permit: Permit<ReadAgreements>| async move { permit.agreement(agreement).await },
    )
    .await
}

/// `/en/organizations/…/agreements/…`
#[component]
pub fn AgreementPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = frame_of(id).await?;
        let card = card_of_address(id).await?;
        let title = card.titles.in_language(language()).to_owned();
        let body = view! {
            {facts(&card)}
            {acts(&card)}
            {sealed(&card)}
            {people(&organization, &card)}
            {documents(&card)}
            {earlier(&card)}
        };
        Ok(view! {
            <Page title organization here=Here::Agreements back=back_to_list(id)>
                {body}
            </Page>
        }
        .into_any())
    })
}

/// In what order they sign, in a few words.
pub(super) fn order_name(order: Order) -> &'static str {
    let l = locale();
    match order {
        Order::Together => td_string!(l, agreements.card.together),
        Order::InTurn => td_string!(l, agreements.card.in_turn),
    }
}

/// What is said with the invitation, as it was typed.
pub(super) fn message(card: &AgreementCard) -> Option<impl IntoView + use<>> {
    card.message.clone().map(|words| {
        view! {
            <SummaryRow term=td_string!(locale(), agreements.card.message)>
                <blockquote class="plain">{words}</blockquote>
            </SummaryRow>
        }
    })
}

fn facts(card: &AgreementCard) -> impl IntoView + use<> {
    let l = locale();
    let state = card.state;
    let signed = card.signatories.iter().filter(|one| one.state == SignatoryState::Signed).count();
    let all = card.signatories.iter().filter(|one| one.state != SignatoryState::Replaced).count();
    let count = super::list::signatures(figure(signed), figure(all));
    let (order, edition) = (order_name(card.order), card.edition);
    let order = (all > 1)
        .then(|| view! { <SummaryRow term=td_string!(l, agreements.card.order)>{order}</SummaryRow> });
    let edition = (edition > 1)
        .then(|| view! { <SummaryRow term=td_string!(l, agreements.card.edition)>{edition}</SummaryRow> });
    let prepared_by = card.prepared_by.in_language(language()).to_owned();
    let (deadline, message, ended) = (card.deadline.clone(), message(card), ended(card));
    view! {
        <SummaryList>
            <SummaryRow term=td_string!(l, agreements.card.facts_state)>
                <AgreementTag state /> " " {count}
            </SummaryRow>
            {ended}
            <SummaryRow term=td_string!(l, agreements.card.deadline)><Time date=deadline /></SummaryRow>
            {order}
            <SummaryRow term=td_string!(l, agreements.card.prepared_by)>{prepared_by}</SummaryRow>
            {edition}
            {message}
        </SummaryList>
    }
}

fn figure(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// How and when it ended, and why.
fn ended(card: &AgreementCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    let ended = card.ended.as_ref()?;
    let term = match card.state {
        AgreementState::Withdrawn => td_string!(l, agreements.card.end_withdrawn),
        AgreementState::Declined => td_string!(l, agreements.card.end_declined),
        AgreementState::Expired => td_string!(l, agreements.card.end_expired),
        AgreementState::Signed => td_string!(l, agreements.card.end_signed),
        AgreementState::Draft | AgreementState::Out => return None,
    };
    let date = ended.on.text.in_language(language());
    let when = match &ended.by {
        Some(by) => td_string!(l, agreements.card.ended_by, name = by.in_language(language()), date = date),
        None => td_string!(l, agreements.card.ended_on, date = date),
    };
    let reason = ended.reason.clone().map(|reason| view! { <blockquote class="plain">{reason}</blockquote> });
    Some(view! { <SummaryRow term>{when} {reason}</SummaryRow> })
}

/// What may be done now by whoever looks; nothing for a reader.
fn acts(card: &AgreementCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    let (may, id, organization) = (card.may, card.id, card.organization.id);
    let here = agreement_address(organization, id);
    let link = |may: bool, href: String, label: &'static str, kind: Kind| {
        may.then(|| view! { <LinkButton href kind>{label}</LinkButton> })
    };
    let preview = preview_address(organization, id);
    let preview = link(may.send, preview, td_string!(l, agreements.card.to_preview), Kind::Primary);
    let edit = edit_address(organization, id);
    let change = link(may.change, edit, td_string!(l, agreements.card.to_change), Kind::Secondary);
    let revise = format!("{here}/revise");
    let revise = link(may.revise, revise, td_string!(l, agreements.card.to_revise), Kind::Secondary);
    let withdraw = format!("{here}/withdraw");
    let withdraw = link(may.withdraw, withdraw, td_string!(l, agreements.card.to_withdraw), Kind::Secondary);
    let discard = format!("{here}/discard");
    let discard = link(may.discard, discard, td_string!(l, agreements.card.to_discard), Kind::Secondary);
    let again = may.again.then(|| {
        view! {
            <form method="post" action=PrepareAgreementAgain::url()>
                <input type="hidden" name="organization" value=organization.to_string() />
                <input type="hidden" name="agreement" value=id.to_string() />
                <Button kind=Kind::Secondary>{td_string!(l, agreements.card.again)}</Button>
            </form>
        }
    });
    let any = may.send || may.change || may.revise || may.withdraw || may.discard || may.again;
    let what = may.again.then(|| view! { <p class="hint">{td_string!(l, agreements.card.again_what)}</p> });
    any.then(|| {
        view! {
            <section aria-labelledby="acts">
                <h2 id="acts">{td_string!(l, agreements.card.acts)}</h2>
                <div class="actions">{preview} {change} {revise} {withdraw} {discard} {again}</div>
                {what}
            </section>
        }
    })
}

/// The copy for all parties, and the code that proves it (S3).
fn sealed(card: &AgreementCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    if card.state != AgreementState::Signed {
        return None;
    }
    let body = match &card.sealed {
        None => view! { <p role="status">{td_string!(l, agreements.card.sealed_soon)}</p> }.into_any(),
        Some(sealed) => {
            let here = agreement_address(card.organization.id, card.id);
            let copies =
                own_first(&sealed.languages, |of| *of).into_iter().enumerate().map(|(place, in_language)| {
                    let label = match in_language {
                        Language::En => td_string!(l, agreements.card.sealed_en),
                        Language::Fr => td_string!(l, agreements.card.sealed_fr),
                    };
                    let href = format!("{here}/sealed/{}", in_language.code());
                    let kind = if place == 0 { Kind::Primary } else { Kind::Secondary };
                    view! { <LinkButton href kind>{label}</LinkButton> }
                });
            let copies = copies.collect_view();
            let verify = format!("/{}/verify-agreement?code={}", language().code(), sealed.code);
            view! {
                <p>{td_string!(l, agreements.card.sealed_text)}</p>
                <p class="actions">{copies}</p>
                <p>
                    {td_string!(l, agreements.card.code)} {locales::colon(language())} " "
                    <code>{sealed.code.clone()}</code> " "
                    <a class="action" href=verify>
                        {td_string!(l, agreements.card.verify)}
                        <span class="visually-hidden">{td_string!(l, agreements.card.verify_what)}</span>
                    </a>
                </p>
            }
            .into_any()
        }
    };
    Some(view! {
        <section aria-labelledby="sealed">
            <h2 id="sealed">{td_string!(l, agreements.card.sealed)}</h2>
            {body}
        </section>
    })
}

fn people(organization: &OrganizationFrame, card: &AgreementCard) -> impl IntoView + use<> {
    let l = locale();
    let rows = card.signatories.iter().map(|one| person(organization, card, one)).collect_view();
    view! {
        <section aria-labelledby="people">
            <h2 id="people">{td_string!(l, agreements.card.people)}</h2>
            <table class="table" role="table">
                <caption class="visually-hidden">{td_string!(l, agreements.card.people_table)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{td_string!(l, agreements.card.column_person)}</th>
                        <th role="columnheader" scope="col">{td_string!(l, agreements.card.column_state)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </section>
    }
}

fn person(
    organization: &OrganizationFrame,
    card: &AgreementCard,
    one: &SignatoryCard,
) -> impl IntoView + use<> {
    let l = locale();
    let name = locales::person(&one.name, language());
    let house = one.organization_name.in_language(language()).to_owned();
    let own = house == organization.name.in_language(language()) && organization.actor.may::<SeeContacts>();
    let shown = match own {
        true => {
            let href = contact_address(organization.id, one.contact);
            view! { <a class="name" href=href>{name.clone()}</a> }.into_any()
        }
        false => view! { <span class="name">{name.clone()}</span> }.into_any(),
    };
    let inactive = matches!(one.state, SignatoryState::Replaced | SignatoryState::Ended);
    view! {
        <tr role="row" class=inactive.then_some("inactive")>
            <th role="rowheader" scope="row">
                {shown}
                <ul class="lines"><li class="soft">{one.email.to_string()}</li><li class="soft">{house}</li></ul>
            </th>
            <td role="cell" data-label=td_string!(l, agreements.card.column_state)>
                <ul class="lines">{standing(card, one)}</ul>
                {acts_on(card, one, &name)}
            </td>
        </tr>
    }
}

/// Where one person stands, a line each: the word, since when, under which name, why not.
fn standing(card: &AgreementCard, one: &SignatoryCard) -> impl IntoView + use<> {
    let l = locale();
    let (class, word) = match (card.state, one.state) {
        (AgreementState::Draft, SignatoryState::Waiting) => {
            ("status", td_string!(l, agreements.person.draft))
        }
        (_, SignatoryState::Waiting) => ("status waiting", td_string!(l, agreements.person.waiting)),
        (_, SignatoryState::Invited) => ("status invited", td_string!(l, agreements.person.invited)),
        (_, SignatoryState::Signed) => ("status signed", td_string!(l, agreements.person.signed)),
        (_, SignatoryState::Declined) => ("status failed", td_string!(l, agreements.person.declined)),
        (_, SignatoryState::Replaced) => ("status inactive", td_string!(l, agreements.person.replaced)),
        (_, SignatoryState::Ended) => ("status inactive", td_string!(l, agreements.person.ended)),
    };
    let date =
        match one.state {
            SignatoryState::Invited => one.invited_on.as_ref().map(|date| {
                td_string!(l, agreements.card.invited_on, date = date.text.in_language(language()))
            }),
            _ => one.signed_on.as_ref().map(|date| {
                td_string!(l, agreements.card.answered_on, date = date.text.in_language(language()))
            }),
        };
    let read = (one.state == SignatoryState::Signed).then_some(one.language).flatten();
    let read = read.map(|read| match read {
        Language::En => td_string!(l, agreements.card.read_en).to_owned(),
        Language::Fr => td_string!(l, agreements.card.read_fr).to_owned(),
    });
    let as_signed =
        one.name_as_signed.clone().map(|name| td_string!(l, agreements.card.signed_as, name = name));
    let by = one.replaced_by.clone().map(|name| td_string!(l, agreements.card.replaced_by, name = name));
    let lines = [date, as_signed, read, by].into_iter().flatten();
    let lines = lines.map(|line| view! { <li class="soft">{line}</li> }).collect_view();
    let bounced = one.bounced.then(|| {
        view! { <li><span class="status failed">{td_string!(l, agreements.card.bounced)}</span></li> }
    });
    let reason =
        one.reason.clone().map(|words| view! { <li><blockquote class="plain">{words}</blockquote></li> });
    view! { <li><span class=class>{word}</span></li> {lines} {bounced} {reason} }
}

/// Sending again to who is asked, and somebody else in the place of who has not signed.
fn acts_on(card: &AgreementCard, one: &SignatoryCard, name: &str) -> Option<impl IntoView + use<>> {
    let l = locale();
    let of = format!(" {name}");
    let resend = (card.may.resend && one.state == SignatoryState::Invited).then(|| {
        view! {
            <form method="post" action=ResendAgreement::url()>
                <input type="hidden" name="organization" value=card.organization.id.to_string() />
                <input type="hidden" name="agreement" value=card.id.to_string() />
                <input type="hidden" name="signatory" value=one.id.to_string() />
                <button class="action">
                    {td_string!(l, agreements.card.resend)}
                    <span class="visually-hidden">{of.clone()}</span>
                </button>
            </form>
        }
    });
    let replace = (card.may.replace && one.state.is_awaited()).then(|| {
        let href = format!("{}/replace/{}", agreement_address(card.organization.id, card.id), one.id);
        view! {
            <a class="action" href=href>
                {td_string!(l, agreements.card.replace)}
                <span class="visually-hidden">{of.clone()}</span>
            </a>
        }
    });
    (resend.is_some() || replace.is_some()).then(|| view! { <div class="actions">{resend} {replace}</div> })
}

/// "PDF, 3 pages, 120 KB"; a text is what it is.
pub(super) fn document_kind(card: &DocumentCard) -> String {
    let l = locale();
    let kind = match (card.kind, is_one(language(), u64::from(card.pages))) {
        (DocumentKind::Written, _) => return td_string!(l, agreements.card.written).to_owned(),
        (DocumentKind::Pdf, true) => td_string!(l, agreements.card.pdf_one, pages = card.pages),
        (DocumentKind::Pdf, false) => td_string!(l, agreements.card.pdf_many, pages = card.pages),
    };
    let size = match card.bytes.div_ceil(1024) {
        small if small < 1024 => td_string!(l, agreements.card.size_kb, n = small),
        large => td_string!(l, agreements.card.size_mb, n = large.div_ceil(1024)),
    };
    format!("{kind}, {size}")
}

/// What is there in several languages, in the reader's own one first.
fn own_first<T>(all: &[T], of: impl Fn(&T) -> Language) -> Vec<&T> {
    let mut all: Vec<&T> = all.iter().collect();
    all.sort_by_key(|one| of(one) != language());
    all
}

fn language_name(in_language: Language) -> &'static str {
    let l = locale();
    match in_language {
        Language::En => td_string!(l, agreements.card.document_en),
        Language::Fr => td_string!(l, agreements.card.document_fr),
    }
}

fn documents(card: &AgreementCard) -> impl IntoView + use<> {
    let l = locale();
    let here = agreement_address(card.organization.id, card.id);
    let rows = own_first(&card.documents, |one| one.language).into_iter().map(|one| {
        let which = match one.language {
            Language::En => td_string!(l, agreements.card.which_en),
            Language::Fr => td_string!(l, agreements.card.which_fr),
        };
        let kind = document_kind(one);
        let (read, file) =
            (reading_address(card, one.language), format!("{here}/document/{}", one.language.code()));
        view! {
            <SummaryRow term=language_name(one.language)>
                {kind}
                <span class="actions">
                    <a class="action" href=read>
                        {td_string!(l, agreements.card.read)}<span class="visually-hidden">{which}</span>
                    </a>
                    <a class="action" href=file>
                        {td_string!(l, agreements.card.download)}<span class="visually-hidden">{which}</span>
                    </a>
                </span>
            </SummaryRow>
        }
    });
    let rows = rows.collect_view();
    let hashes = hashes(&card.documents);
    view! {
        <section aria-labelledby="documents">
            <h2 id="documents">{td_string!(l, agreements.card.documents)}</h2>
            <SummaryList>{rows}</SummaryList>
            <Details summary=td_string!(l, agreements.card.hashes)>{hashes}</Details>
        </section>
    }
}

fn hashes(documents: &[DocumentCard]) -> impl IntoView + use<> {
    let lines = documents.iter().map(|one| {
        let label = format!("{}{} ", language_name(one.language), locales::colon(language()));
        view! { <p>{label}<code>{one.sha256.clone()}</code></p> }
    });
    lines.collect_view()
}

/// The editions before this one: what stood in them, and whose signatures count no more (S4).
fn earlier(card: &AgreementCard) -> Option<impl IntoView + use<>> {
    let l = locale();
    let lines = card.earlier.iter().map(|one| edition(card, one)).collect_view();
    (!card.earlier.is_empty()).then(|| {
        view! {
            <section aria-labelledby="earlier">
                <h2 id="earlier">{td_string!(l, agreements.card.editions)}</h2>
                {lines}
            </section>
        }
    })
}

fn edition(card: &AgreementCard, one: &EarlierEdition) -> impl IntoView + use<> {
    let l = locale();
    let here = agreement_address(card.organization.id, card.id);
    let signatures: Vec<String> = one
        .signatures
        .iter()
        .map(|(name, date)| format!("{name} ({})", date.text.in_language(language())))
        .collect();
    let signed = match signatures.is_empty() {
        true => td_string!(l, agreements.card.edition_unsigned).to_owned(),
        false => td_string!(l, agreements.card.edition_signed, names = signatures.join(", ")),
    };
    let title = td_string!(l, agreements.card.edition_n, n = one.edition);
    let files = one.documents.iter().map(|document| {
        let href = format!("{here}/document/{}?edition={}", document.language.code(), one.edition);
        let label = format!("{title}, {}", language_name(document.language));
        view! { <a class="action" href=href>{label}</a> }
    });
    let files = files.collect_view();
    view! {
        <h3>{title.clone()}</h3>
        <p>{signed}</p>
        <p class="actions">{files}</p>
        {hashes(&one.documents)}
    }
}
