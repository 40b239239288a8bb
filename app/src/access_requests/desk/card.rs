//! One request, as Support sees it: who asks, who signed what, what is here already, and what may be done.

use super::api::{ReissueCode, ReleaseRequest, TakeRequest};
use super::queue::{
    RequestTag, back_to_queue, days_words, hand_words, queue_address, state_name, vouch_words,
};
use crate::contacts::page::contact_address;
use crate::desk::organization::card_address as organization_address;
use crate::desk::page::state_name as organization_state_name;
use crate::failure::Failure;
use crate::request::{as_staff, parameter};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Button, Details, Kind, Link, LinkButton, NoticeBox, SummaryList, SummaryRow, Time, Tone};
use crate::{language, locale};
use backend::Permit;
use domain::access_requests::{
    Applicant, DeskFound, FoundContact, FoundOrganization, FoundRequest, Part, Passage, RequestDeskCard,
    RequestState, SignatureLine, StepLine,
};
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{AccessRequestId, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The page of a request; letters to Support lead there.
#[must_use]
pub fn card_address(id: AccessRequestId) -> String {
    queue_address(&id.to_string())
}

/// The way back to that page.
pub(super) fn back_to_card(card: &RequestDeskCard) -> Link {
    let title = td_string!(locale(), access_requests.page.title, reference = card.line.reference.clone());
    Link::to(card_address(card.line.id), title)
}

/// The request of the address, and whether whoever looks may do anything about it.
///
/// # Errors
/// Not of Support; no such request.
pub(super) async fn card_of_address() -> Result<(RequestDeskCard, bool), Failure> {
    let id: AccessRequestId = parameter("access_request")?;
    as_staff(|permit: Permit<AllOrganizations>| async move {
        Ok((permit.request_card(id).await?, permit.actor().may::<KeepOrganizations>()))
    })
    .await
}

/// Why something may not be done with a request by whoever looks, in a sentence.
pub(super) fn barred(card: &RequestDeskCard, passage: Passage) -> Option<String> {
    let passed = card.line.state.after(passage).err();
    let problem: Problem = passed.or_else(|| card.hindered.clone())?;
    Some(locales::sentence(&problem, None, language()))
}

/// `/en/desk/access-requests/…`
#[component]
pub fn CardPage() -> impl IntoView {
    whole(async {
        let (card, keeps) = card_of_address().await?;
        let l = locale();
        Ok(view! {
            <Page
                title=td_string!(l, access_requests.page.title, reference = card.line.reference.clone())
                desk=AtDesk::AccessRequests
                back=back_to_queue()
            >
                {facts(&card)}
                {question(&card)}
                {keeps.then(|| decision(&card))}
                {signatures(&card)}
                {found(&card.found)}
                {steps(&card.steps)}
            </Page>
        }
        .into_any())
    })
}

fn facts(card: &RequestDeskCard) -> impl IntoView + use<> {
    let l = locale();
    let line = &card.line;
    let open = matches!(line.state, RequestState::Submitted | RequestState::OnHold);
    let said = vouch_words(line.vouch).map(|words| view! { <br /> {words} });
    let age = (!line.state.ended()).then(|| format!("{}, ", days_words(line.days)));
    let since = td_string!(l, access_desk.since, date = line.since.text.in_language(language()));
    let hand = open.then(|| hand_words(line)).map(|words| {
        view! { <SummaryRow term=td_string!(l, access_desk.card.hand)>{words}</SummaryRow> }
    });
    let (state, user, asked) = (line.state, person(&card.request.user), organization(card));
    let service = line.service.in_language(language()).to_owned();
    let situation = card.situation.in_language(language()).to_owned();
    let given = card.target.as_ref().map(|house| {
        let name = house.name.in_language(language()).to_owned();
        let contact = card.contact.map(|contact| {
            let (href, name) = (contact_address(house.id, contact), locales::person(&line.user, language()));
            view! {
                <SummaryRow term=td_string!(l, access_desk.card.given)>
                    <a href=href>{name}</a>
                </SummaryRow>
            }
        });
        let href = organization_address(house.id);
        view! {
            <SummaryRow term=td_string!(l, access_desk.card.target)>
                <a href=href>{name}</a>
            </SummaryRow>
            {contact}
        }
    });
    let authorizer = match &card.request.authorizer {
        Some(authorizer) => person(authorizer).into_any(),
        None => td_string!(l, access_desk.card.alone).into_any(),
    };
    view! {
        <SummaryList>
            <SummaryRow term=td_string!(l, access_desk.card.state)>
                <RequestTag state /> " " {age} {since} {said}
            </SummaryRow>
            {hand}
            <SummaryRow term=td_string!(l, access_requests.letter.service)>{service}</SummaryRow>
            <SummaryRow term=td_string!(l, access_requests.ask.situation)>{situation}</SummaryRow>
            <SummaryRow term=td_string!(l, access_requests.letter.organization)>{asked}</SummaryRow>
            {given}
            <SummaryRow term=td_string!(l, access_requests.ask.user)>{user}</SummaryRow>
            <SummaryRow term=td_string!(l, access_requests.letter.authorizer)>{authorizer}</SummaryRow>
        </SummaryList>
    }
}

/// What the request says of the organization, a line each.
fn organization(card: &RequestDeskCard) -> impl IntoView + use<> {
    let l = locale();
    let details = &card.request.organization.details;
    let said = match card.request.organization.existing {
        true => td_string!(l, access_desk.card.said_here),
        false => td_string!(l, access_desk.card.said_new),
    };
    let other = (details.name.fr != details.name.en)
        .then(|| (language().other(), details.name.in_language(language().other()).to_owned()))
        .map(|(other, name)| view! { <br /> <span lang=other.code()>{name}</span> });
    let email = details.email.as_ref().map(ToString::to_string);
    let lines = [
        email.as_ref(),
        details.phone.as_ref(),
        details.other_phone.as_ref(),
        details.postal_address.as_ref(),
        details.civic_address.as_ref(),
        details.business_number.as_ref(),
        details.registry_number.as_ref(),
    ];
    let lines = lines.into_iter().flatten().cloned();
    let lines = lines.map(|line| view! { <br /> {line} }).collect_view();
    let name = details.name.in_language(language()).to_owned();
    view! { <strong>{name}</strong> {other} <br /> <span class="soft">{said}</span> {lines} }
}

fn person(person: &Applicant) -> impl IntoView + use<> {
    let l = locale();
    let writes = person.language.map(|spoken| {
        let spoken = match spoken {
            domain::Language::En => td_string!(l, contacts.language_en),
            domain::Language::Fr => td_string!(l, contacts.language_fr),
        };
        td_string!(l, access_desk.card.language, language = spoken)
    });
    let lines = [person.title.clone(), Some(person.email.to_string()), person.phone.clone(), writes];
    let lines = lines.into_iter().flatten().map(|line| view! { <br /> {line} }).collect_view();
    view! { <strong>{person.name()}</strong> {lines} }
}

/// What Support asked, while it waits.
fn question(card: &RequestDeskCard) -> Option<impl IntoView + use<>> {
    if card.line.state != RequestState::OnHold {
        return None;
    }
    let asked = card.steps.iter().rev().find(|step| step.step == "held")?.text.clone();
    Some(view! {
        <NoticeBox id="question" title=td_string!(locale(), access_desk.card.question) tone=Tone::Warning>
            <blockquote>{asked}</blockquote>
        </NoticeBox>
    })
}

/// What may be done now; why not, where it may not.
fn decision(card: &RequestDeskCard) -> impl IntoView + use<> {
    let l = locale();
    let id = card.line.id;
    let body = match card.line.state {
        RequestState::Submitted | RequestState::OnHold => {
            let acts = match &card.hindered {
                Some(problem) => {
                    let why = locales::sentence(problem, None, language());
                    view! { <p>{why}</p> }.into_any()
                }
                None => acts(card).into_any(),
            };
            view! { {acts} {hands(card)} }.into_any()
        }
        RequestState::Draft | RequestState::Waiting => {
            view! { <p>{td_string!(l, access_desk.card.waiting)}</p> }.into_any()
        }
        RequestState::Approved => view! {
            <p>{td_string!(l, access_desk.card.approved)}</p>
            <form method="post" action=ReissueCode::url()>
                <input type="hidden" name="access_request" value=id.to_string() />
                <p class="hint" id="reissue">{td_string!(l, access_desk.card.reissue_what)}</p>
                <Button kind=Kind::Secondary>{td_string!(l, access_desk.card.reissue)}</Button>
            </form>
        }
        .into_any(),
        RequestState::Refused
        | RequestState::Declined
        | RequestState::Lapsed
        | RequestState::Withdrawn
        | RequestState::Activated => view! { <p>{td_string!(l, access_desk.card.ended)}</p> }.into_any(),
    };
    view! {
        <section aria-labelledby="decision">
            <h2 id="decision">{td_string!(l, access_desk.card.decision)}</h2>
            {body}
        </section>
    }
}

/// Where each act leads; the authorizing part comes first where nobody has it (R4).
fn acts(card: &RequestDeskCard) -> impl IntoView + use<> {
    let l = locale();
    let here = card_address(card.line.id);
    let (authorizes, submitted) = (card.needs_authorizing, card.line.state == RequestState::Submitted);
    let first = authorizes.then(|| view! { <p>{td_string!(l, access_desk.card.authorize_first)}</p> });
    let authorize = authorizes.then(|| {
        let href = format!("{here}/authorize");
        view! { <LinkButton href>{td_string!(l, access_desk.card.authorize)}</LinkButton> }
    });
    let approve = (submitted && !authorizes).then(|| {
        let href = format!("{here}/approve");
        view! { <LinkButton href>{td_string!(l, access_desk.card.approve)}</LinkButton> }
    });
    let hold = submitted.then(|| {
        let href = format!("{here}/hold");
        view! { <LinkButton href kind=Kind::Secondary>{td_string!(l, access_desk.card.hold)}</LinkButton> }
    });
    let answer = (card.line.state == RequestState::OnHold).then(|| {
        let href = format!("{here}/answer");
        view! { <LinkButton href>{td_string!(l, access_desk.card.note_answer)}</LinkButton> }
    });
    view! {
        {first}
        <p class="actions">
            {authorize} {approve} {hold} {answer}
            <LinkButton href=format!("{here}/refuse") kind=Kind::Secondary>
                {td_string!(l, access_desk.card.refuse)}
            </LinkButton>
        </p>
    }
}

/// Taking it in hand, and leaving it to others.
fn hands(card: &RequestDeskCard) -> impl IntoView + use<> {
    let l = locale();
    let id = card.line.id.to_string();
    let (action, label) = match (card.line.mine, card.line.in_hand.is_some()) {
        (true, _) => (ReleaseRequest::url(), td_string!(l, access_desk.card.release)),
        (false, true) => (ReleaseRequest::url(), td_string!(l, access_desk.card.free_it)),
        (false, false) => (TakeRequest::url(), td_string!(l, access_desk.card.take)),
    };
    let what = (!card.line.mine && card.line.in_hand.is_some())
        .then(|| view! { <p class="hint">{td_string!(l, access_desk.card.free_what)}</p> });
    view! {
        <form method="post" action=action>
            <input type="hidden" name="access_request" value=id />
            {what}
            <button class="action">{label}</button>
        </form>
    }
}

fn part_name(part: Part) -> &'static str {
    let l = locale();
    match part {
        Part::Authorizer => td_string!(l, access_requests.letter.authorizer),
        Part::User | Part::Sender => td_string!(l, access_requests.ask.user),
    }
}

/// Who signed, when and how; and the very text, with its fingerprint (R3, R13).
fn signatures(card: &RequestDeskCard) -> impl IntoView + use<> {
    let l = locale();
    let rows = card.signatures.iter().map(|line| signature(card, line)).collect_view();
    let none =
        card.signatures.is_empty().then(|| view! { <p>{td_string!(l, access_desk.card.no_signature)}</p> });
    let evidence = card.evidence.clone().map(|words| {
        view! { <SummaryRow term=td_string!(l, access_desk.card.evidence)>{words}</SummaryRow> }
    });
    let (text, hash) = (card.text.clone(), card.hash.clone());
    view! {
        <section aria-labelledby="signatures">
            <h2 id="signatures">{td_string!(l, access_desk.card.signatures)}</h2>
            {none}
            <SummaryList>{rows}{evidence}</SummaryList>
            <Details summary=td_string!(l, access_desk.card.text)>
                <pre>{text}</pre>
                <p>{td_string!(l, access_requests.page.hash)} " " <code>{hash}</code></p>
            </Details>
        </section>
    }
}

fn signature(card: &RequestDeskCard, line: &SignatureLine) -> impl IntoView + use<> {
    let l = locale();
    let name = line.name.clone();
    let how = [
        line.on_paper.then(|| td_string!(l, access_desk.card.on_paper).to_owned()),
        line.by_support.then(|| td_string!(l, access_desk.card.by_support).to_owned()),
        Some(td_string!(l, access_desk.card.version, version = line.commitment.clone())),
    ];
    let how = how.into_iter().flatten().map(|words| view! { <br /> <span class="soft">{words}</span> });
    let how = how.collect_view();
    let scan = card.scans.contains(&line.part).then(|| {
        let href = format!("{}/scans/{}", card_address(card.line.id), line.part.code());
        let of = td_string!(l, access_desk.card.scan_of, name = name.clone());
        let label = td_string!(l, access_desk.card.scan);
        view! { <br /> <a class="action" href=href>{label}<span class="visually-hidden">{of}</span></a> }
    });
    let signed = td_string!(l, access_desk.card.signed, name = name.clone());
    let date = line.at.clone();
    view! {
        <SummaryRow term=part_name(line.part)>{signed} " " <Time date /> {how} {scan}</SummaryRow>
    }
}

/// What is here already of those whom it names.
fn found(found: &DeskFound) -> impl IntoView + use<> {
    let l = locale();
    let nothing = found.organizations.is_empty() && found.contacts.is_empty() && found.requests.is_empty();
    let nothing = nothing.then(|| view! { <p>{td_string!(l, access_desk.card.found_nothing)}</p> });
    let organizations: Vec<AnyView> = found.organizations.iter().map(found_organization).collect();
    let contacts: Vec<AnyView> = found.contacts.iter().map(found_contact).collect();
    let requests: Vec<AnyView> = found.requests.iter().map(found_request).collect();
    view! {
        <section aria-labelledby="found">
            <h2 id="found">{td_string!(l, access_desk.card.found)}</h2>
            {nothing}
            {listed(td_string!(l, access_desk.card.organizations), organizations)}
            {listed(td_string!(l, access_desk.card.contacts), contacts)}
            {listed(td_string!(l, access_desk.card.requests), requests)}
        </section>
    }
}

fn listed(title: &'static str, lines: Vec<AnyView>) -> Option<impl IntoView> {
    (!lines.is_empty()).then(|| {
        let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        view! { <h3>{title}</h3> <ul>{lines}</ul> }
    })
}

/// How an organization was found, and where it stands: `same number, Closed`.
pub(super) fn how_found(one: &FoundOrganization) -> String {
    let l = locale();
    let how = match one.by_number {
        true => td_string!(l, access_desk.card.by_number),
        false => td_string!(l, access_desk.card.by_name),
    };
    format!("{how}, {}", organization_state_name(one.state))
}

fn found_organization(one: &FoundOrganization) -> AnyView {
    let name = one.name.in_language(language()).to_owned();
    let how = format!(" ({})", how_found(one));
    view! { <a href=organization_address(one.id)>{name}</a> <span class="soft">{how}</span> }.into_any()
}

fn found_contact(one: &FoundContact) -> AnyView {
    let l = locale();
    let part = match one.part {
        Part::Authorizer => td_string!(l, access_desk.card.as_authorizer),
        Part::User | Part::Sender => td_string!(l, access_desk.card.as_user),
    };
    let inactive = (!one.active).then(|| format!(", {}", td_string!(l, access_desk.card.inactive)));
    let how = format!(" ({part}{})", inactive.unwrap_or_default());
    let house = one.organization_name.in_language(language()).to_owned();
    let name = locales::person(&one.name, language());
    view! {
        <a href=contact_address(one.organization, one.contact)>{name}</a> ", "
        <a href=organization_address(one.organization)>{house}</a> <span class="soft">{how}</span>
    }
    .into_any()
}

fn found_request(one: &FoundRequest) -> AnyView {
    let service = one.service.in_language(language()).to_owned();
    let more = format!(", {service}, {}, ", state_name(one.state));
    view! { <a href=card_address(one.id)>{one.reference.clone()}</a> {more} <Time date=one.sent.clone() /> }
        .into_any()
}

fn steps(steps: &[StepLine]) -> impl IntoView + use<> {
    let l = locale();
    let lines = steps.iter().map(step).collect_view();
    view! {
        <section aria-labelledby="steps">
            <h2 id="steps">{td_string!(l, access_desk.card.steps)}</h2>
            <ol class="activity">{lines}</ol>
        </section>
    }
}

fn step(step: &StepLine) -> impl IntoView + use<> {
    let by = step.by.as_ref().map(|name| {
        let name = locales::person(name, language());
        format!(", {}", td_string!(locale(), access_desk.step.by, name = name))
    });
    let text = step.text.clone().map(|words| view! { <blockquote>{words}</blockquote> });
    view! {
        <li>
            <Time date=step.at.clone() />
            <div><p><strong>{step_name(step)}</strong>{by}</p>{text}</div>
        </li>
    }
}

/// What happened, in a few words.
fn step_name(step: &StepLine) -> &'static str {
    let l = locale();
    match (step.step.as_str(), step.part) {
        ("sent", _) => td_string!(l, access_desk.step.sent),
        ("changed", _) => td_string!(l, access_desk.step.changed),
        ("signed", Some(Part::Authorizer)) => td_string!(l, access_desk.step.signed_authorizer),
        ("signed", _) => td_string!(l, access_desk.step.signed_user),
        ("declined", _) => td_string!(l, access_desk.step.declined),
        ("submitted", _) => td_string!(l, access_desk.step.submitted),
        ("asked", _) => td_string!(l, access_desk.step.asked),
        ("vouched", _) => td_string!(l, access_desk.step.vouched),
        ("objected", _) => td_string!(l, access_desk.step.objected),
        ("taken", _) => td_string!(l, access_desk.step.taken),
        ("released", _) => td_string!(l, access_desk.step.released),
        ("held", _) => td_string!(l, access_desk.step.held),
        ("answered", _) => td_string!(l, access_desk.step.answered),
        ("authorized", _) => td_string!(l, access_desk.step.authorized),
        ("approved", _) => td_string!(l, access_desk.step.approved),
        ("refused", _) => td_string!(l, access_desk.step.refused),
        ("code_renewed", _) => td_string!(l, access_desk.step.code_renewed),
        ("activated", _) => td_string!(l, access_desk.step.activated),
        ("withdrawn", _) => td_string!(l, access_desk.step.withdrawn),
        ("lapsed", _) => td_string!(l, access_desk.step.lapsed),
        ("entered", _) => td_string!(l, access_desk.step.entered),
        _ => td_string!(l, access_desk.step.other),
    }
}
