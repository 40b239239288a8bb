//! The pages around a profile asked of Support: asking, following, deciding.

use super::api::{AskSupport, DecideProfileRequest};
use crate::contacts::page::{contact_address, managed};
use crate::form::Draft;
use crate::request::{as_permitted, as_staff, draft, parameter, query};
use crate::shell::{AtDesk, Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{
    Button, Choice, Empty, Link, RadioButtons, SummaryList, SummaryRow, Tag, TextArea, Tone, error_of,
};
use crate::{language, locale};
use backend::Permit;
use domain::catalogue::{ModuleChoices, ProfileChoice};
use domain::contacts::spoken_name;
use domain::permissions::{AllOrganizations, KeepOrganizations, ManageContacts, SeeContacts};
use domain::profile_requests::{DecisionForm, ProfileRequestLine, ProfileRequestState, WORDS};
use domain::{ContactId, Field, FieldProblems, OrganizationId, Problem, ProfileRequestId};
use leptos::prelude::*;
use locales::{person, td_string};
use server_fn::ServerFn as _;

/// The list of what an organization asked.
#[must_use]
pub fn requests_address(organization: OrganizationId) -> String {
    format!("/{}/organizations/{organization}/profile-requests", language().code())
}

/// `/en/organizations/…/contacts/…/ask?profile=…`
#[component]
pub fn AskPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let contact: ContactId = parameter("contact")?;
        let organization = managed(id).await?;
        let card =
            as_permitted(id, |permit: Permit<SeeContacts>| async move { permit.card(contact).await }).await?;
        let choices =
            as_permitted(id, |permit: Permit<ManageContacts>| async move { permit.choices().await }).await?;
        let wanted = query("profile").unwrap_or_default();
        let (module, choice) = beyond_reach(&choices, &wanted).ok_or(Problem::NotFound)?;
        let draft: Option<Draft<String>> = draft("profile_requests/ask").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let typed = draft.map(|draft| draft.form).unwrap_or_default();
        let l = locale();
        let name = spoken_name(&card.facts.last_name, &card.facts.first_name);
        let profile = choice.name.in_language(language()).to_owned();
        let full = format!("{} – {profile}", module.name.in_language(language()));
        let description = choice.description.in_language(language()).to_owned();
        let label = td_string!(l, profile_requests.ask.reason, name = name.clone());
        let (title, lede, send) = match choice.by_two {
            true => (
                td_string!(l, profile_requests.ask.two_title, profile = profile),
                td_string!(l, profile_requests.ask.two_lede, name = name.clone()),
                td_string!(l, profile_requests.ask.two_send),
            ),
            false => (
                td_string!(l, profile_requests.ask.title, profile = profile),
                td_string!(l, profile_requests.ask.lede, name = name.clone()),
                td_string!(l, profile_requests.ask.send),
            ),
        };
        Ok(view! {
            <Page
                title
                organization
                here=Here::Contacts
                lede
                back=Link::to(contact_address(id, contact), name.clone())
                problems=problems.clone()
            >
                <SummaryList>
                    <SummaryRow term=td_string!(l, profile_requests.ask.for_whom)>{name}</SummaryRow>
                    <SummaryRow term=td_string!(l, profile_requests.ask.profile)>{full}</SummaryRow>
                    <SummaryRow term=td_string!(l, profile_requests.ask.permits)>{description}</SummaryRow>
                </SummaryList>
                <form method="post" action=AskSupport::url() novalidate>
                    <input type="hidden" name="organization" value=id.to_string() />
                    <input type="hidden" name="contact" value=contact.to_string() />
                    <input type="hidden" name="profile" value=wanted />
                    <TextArea
                        name="reason"
                        id=Field::Reason.id()
                        label
                        hint=td_string!(l, profile_requests.ask.reason_hint)
                        value=typed
                        maxlength=WORDS
                        error=error_of(problems.into(), Field::Reason)
                    />
                    <div class="actions">
                        <Button>{send}</Button>
                        <a class="action" href=contact_address(id, contact)>{td_string!(l, contacts.form.cancel)}</a>
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}

/// The profile of that key among those offered that one may not grant oneself.
fn beyond_reach<'a>(
    choices: &'a [ModuleChoices],
    key: &str,
) -> Option<(&'a ModuleChoices, &'a ProfileChoice)> {
    let wanted = |choice: &&ProfileChoice| choice.key == key && choice.asked_for();
    choices.iter().find_map(|module| module.profiles.iter().find(wanted).map(|choice| (module, choice)))
}

/// `/en/organizations/…/profile-requests`
#[component]
pub fn RequestsPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = managed(id).await?;
        let lines =
            as_permitted(id, |permit: Permit<ManageContacts>| async move { permit.profile_requests().await })
                .await?;
        let l = locale();
        let decides = organization.actor.may::<KeepOrganizations>();
        let list = table(lines, decides, false);
        Ok(view! {
            <Page
                title=td_string!(l, profile_requests.title)
                organization
                here=Here::Contacts
                lede=td_string!(l, profile_requests.lede)
                back=crate::contacts::page::back_to_list(id)
            >
                {list}
            </Page>
        }
        .into_any())
    })
}

/// `/en/desk/profile-requests`: what waits in all organizations.
#[component]
pub fn QueuePage() -> impl IntoView {
    whole(async {
        let (lines, decides) = as_staff(|permit: Permit<AllOrganizations>| async move {
            let decides = permit.actor().may::<KeepOrganizations>();
            Ok((permit.waiting_profile_requests().await?, decides))
        })
        .await?;
        let l = locale();
        let list = table(lines, decides, true);
        Ok(view! {
            <Page
                title=td_string!(l, profile_requests.desk.title)
                desk=AtDesk::ProfileRequests
                lede=td_string!(l, profile_requests.desk.lede)
            >
                {list}
            </Page>
        }
        .into_any())
    })
}

/// Requests, a line each; with the organization's name where several stand together.
fn table(lines: Vec<ProfileRequestLine>, decides: bool, of_all: bool) -> AnyView {
    let l = locale();
    if lines.is_empty() {
        let (title, text) = if of_all {
            (td_string!(l, profile_requests.desk.empty), td_string!(l, profile_requests.desk.empty_text))
        } else {
            (td_string!(l, profile_requests.empty), td_string!(l, profile_requests.empty_text))
        };
        return view! { <Empty title><p>{text}</p></Empty> }.into_any();
    }
    let rows = lines.into_iter().map(|line| row(&line, decides, of_all)).collect_view();
    view! {
        <table class="table" role="table">
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col">{td_string!(l, profile_requests.column_who)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, profile_requests.column_reason)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, profile_requests.column_state)}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(line: &ProfileRequestLine, decides: bool, of_all: bool) -> AnyView {
    let l = locale();
    let said = |text: &domain::Bilingual| text.in_language(language()).to_owned();
    let organization = of_all.then(|| view! { <li>{said(&line.organization_name)}</li> });
    let asked = td_string!(
        l,
        profile_requests.asked,
        name = person(&line.asked_by, language()),
        date = line.asked_at.text.in_language(language())
    );
    let decided = line.decided_at.as_ref().map(|date| {
        let date = td_string!(l, profile_requests.decided, date = date.text.in_language(language()));
        view! { <li class="soft">{date}</li> }
    });
    let answer = line.answer.clone().map(|answer| view! { <li>{answer}</li> });
    let decide = (decides && line.state == ProfileRequestState::Waiting).then(|| {
        let href = format!("{}/{}", requests_address(line.organization), line.id);
        let name = td_string!(l, contacts.of, name = person(&line.name, language()));
        view! {
            <li class="row">
                <a class="action" href=href>
                    {td_string!(l, profile_requests.desk.decide)}<span class="visually-hidden">{name}</span>
                </a>
            </li>
        }
    });
    let (tone, state) = match line.state {
        ProfileRequestState::Waiting => (Tone::Info, td_string!(l, profile_requests.waiting)),
        ProfileRequestState::Granted => (Tone::Success, td_string!(l, profile_requests.granted)),
        ProfileRequestState::Refused => (Tone::Warning, td_string!(l, profile_requests.refused)),
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <a class="name" href=contact_address(line.organization, line.contact)>{person(&line.name, language())}</a>
                <ul class="lines">{organization}<li>{said(&line.profile)}</li></ul>
            </th>
            <td role="cell" data-label=td_string!(l, profile_requests.column_reason)>
                <ul class="lines"><li>{line.reason.clone()}</li><li class="soft">{asked}</li></ul>
            </td>
            <td role="cell" data-label=td_string!(l, profile_requests.column_state)>
                <ul class="lines"><li><Tag tone label=state /></li>{decided}{answer}{decide}</ul>
            </td>
        </tr>
    }
    .into_any()
}

/// `/en/organizations/…/profile-requests/…`, for Support.
#[component]
pub fn DecidePage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let request: ProfileRequestId = parameter("profile_request")?;
        let organization = frame_of(id).await?;
        let line = as_permitted(id, |permit: Permit<KeepOrganizations>| async move {
            permit.profile_request(request).await
        })
        .await?;
        let draft: Option<Draft<DecisionForm>> = draft("profile_requests/decide").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        let profile = line.profile.in_language(language()).to_owned();
        let lede = td_string!(
            l,
            profile_requests.decide.lede,
            asker = person(&line.asked_by, language()),
            organization = line.organization_name.in_language(language()),
            date = line.asked_at.text.in_language(language())
        );
        let name = person(&line.name, language());
        let description = line.description.in_language(language()).to_owned();
        let reason = line.reason.clone();
        let body = match &line.decided_at {
            None => {
                decision(id, request, draft.map(|draft| draft.form).unwrap_or_default(), problems.clone())
            }
            Some(date) => {
                let date = date.text.in_language(language());
                view! { <p>{td_string!(l, profile_requests.decide.closed, date = date)}</p> }.into_any()
            }
        };
        Ok(view! {
            <Page
                title=td_string!(l, profile_requests.decide.title, profile = profile, name = name.clone())
                organization
                here=Here::Contacts
                lede
                back=Link::to(requests_address(id), td_string!(l, profile_requests.title))
                problems
            >
                <SummaryList>
                    <SummaryRow term=td_string!(l, profile_requests.ask.for_whom)>
                        <a href=contact_address(id, line.contact)>{name}</a>
                    </SummaryRow>
                    <SummaryRow term=td_string!(l, profile_requests.ask.permits)>{description}</SummaryRow>
                    <SummaryRow term=td_string!(l, profile_requests.decide.reason)>{reason}</SummaryRow>
                </SummaryList>
                {body}
            </Page>
        }
        .into_any())
    })
}

fn decision(
    organization: OrganizationId,
    request: ProfileRequestId,
    typed: DecisionForm,
    problems: FieldProblems,
) -> AnyView {
    let l = locale();
    let choices = vec![
        Choice::of("granted", td_string!(l, profile_requests.decide.yes)),
        Choice::of("refused", td_string!(l, profile_requests.decide.no)),
    ];
    let problems = Signal::from(problems);
    view! {
        <form method="post" action=DecideProfileRequest::url() novalidate>
            <input type="hidden" name="organization" value=organization.to_string() />
            <input type="hidden" name="profile_request" value=request.to_string() />
            <RadioButtons
                name="form[decision]"
                id=Field::Decision.id()
                legend=td_string!(l, profile_requests.decide.question)
                choices
                value=typed.decision
                error=error_of(problems, Field::Decision)
            />
            <TextArea
                name="form[answer]"
                id=Field::Reason.id()
                label=td_string!(l, profile_requests.decide.answer)
                hint=td_string!(l, profile_requests.decide.answer_hint)
                value=typed.answer
                maxlength=WORDS
                error=error_of(problems, Field::Reason)
                optional=true
            />
            <div class="actions"><Button>{td_string!(l, profile_requests.decide.send)}</Button></div>
        </form>
    }
    .into_any()
}
