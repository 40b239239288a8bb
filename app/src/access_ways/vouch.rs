//! The page behind the letter to an administrator: is whoever asks for access known here (R1)?

use super::api::Vouch as Send;
use crate::form::Draft;
use crate::request::{as_permitted, draft, parameter};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{Button, Choice, NoticeBox, RadioButtons, SummaryList, SummaryRow, Time, Tone, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::access_requests::{QueueLine, Vouch};
use domain::permissions::ManageContacts;
use domain::{AccessRequestId, Field, FieldProblems, OrganizationId};
use leptos::prelude::*;
use locales::{person, td_string};
use server_fn::ServerFn as _;

/// The page, in the language of the request.
#[must_use]
pub fn address(organization: OrganizationId, request: AccessRequestId) -> String {
    format!("/{}/organizations/{organization}/access-requests/{request}", language().code())
}

/// `/en/organizations/…/access-requests/…`
#[component]
pub fn VouchPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let request: AccessRequestId = parameter("access_request")?;
        let organization = frame_of(id).await?;
        let line = as_permitted(id, |permit: Permit<ManageContacts>| async move {
            permit.request_to_vouch(request).await
        })
        .await?;
        let typed: Option<Draft<String>> = draft("access_ways/vouch").await;
        let problems = typed.as_ref().map(Draft::problems).unwrap_or_default();
        let answer = typed.map(|draft| draft.form).unwrap_or_default();
        let l = locale();
        let name = person(&line.user, language());
        let house = organization.name.in_language(language()).to_owned();
        let title = td_string!(l, access_ways.vouch.title, name = name.clone());
        let lede = td_string!(l, access_ways.vouch.lede, name = name.clone(), organization = house);
        let support = organization.actor.support;
        let body = match (line.vouch, line.state.is_with_support()) {
            (Vouch::Vouched, _) => told(td_string!(l, access_ways.vouch.said_yes, name = name)),
            (Vouch::Objected, _) => told(td_string!(l, access_ways.vouch.said_no, name = name)),
            (_, false) => closed(),
            (_, true) if support => {
                view! { <p>{td_string!(l, access_ways.vouch.for_administrators)}</p> }.into_any()
            }
            (_, true) => question(id, &line, name, answer, problems.clone()),
        };
        Ok(view! {
            <Page title organization here=Here::Elsewhere lede problems>
                {facts(&line)}
                {body}
            </Page>
        }
        .into_any())
    })
}

fn facts(line: &QueueLine) -> impl IntoView + use<> {
    let l = locale();
    let service = line.service.in_language(language()).to_owned();
    let (reference, since) = (line.reference.clone(), line.since.clone());
    view! {
        <SummaryList>
            <SummaryRow term=td_string!(l, access_ways.vouch.service)>{service}</SummaryRow>
            <SummaryRow term=td_string!(l, access_ways.vouch.since)><Time date=since /></SummaryRow>
            <SummaryRow term=td_string!(l, access_ways.vouch.reference)>{reference}</SummaryRow>
        </SummaryList>
    }
}

/// It was answered, by whoever was first.
fn told(said: String) -> AnyView {
    let next = td_string!(locale(), access_ways.vouch.said_next);
    view! { <NoticeBox id="answered" title=said><p>{next}</p></NoticeBox> }.into_any()
}

fn closed() -> AnyView {
    let l = locale();
    view! {
        <NoticeBox id="closed" title=td_string!(l, access_ways.vouch.closed) tone=Tone::Warning>
            <p>{td_string!(l, access_ways.vouch.closed_next)}</p>
        </NoticeBox>
    }
    .into_any()
}

fn question(
    organization: OrganizationId,
    line: &QueueLine,
    name: String,
    answer: String,
    problems: FieldProblems,
) -> AnyView {
    let l = locale();
    let choices = vec![
        Choice::of("known", td_string!(l, access_ways.vouch.yes, name = name.clone())),
        Choice::of("unknown", td_string!(l, access_ways.vouch.no, name = name)),
    ];
    let request = line.id.to_string();
    view! {
        <p>{td_string!(l, access_ways.vouch.decides)}</p>
        <form method="post" action=Send::url() novalidate>
            <input type="hidden" name="organization" value=organization.to_string() />
            <input type="hidden" name="access_request" value=request />
            <input type="hidden" name="edition" value=line.edition />
            <RadioButtons
                name="answer"
                id=Field::Decision.id()
                legend=td_string!(l, access_ways.vouch.question)
                choices
                value=answer
                error=error_of(problems.into(), Field::Decision)
            />
            <div class="actions"><Button>{td_string!(l, access_ways.vouch.send)}</Button></div>
        </form>
    }
    .into_any()
}
