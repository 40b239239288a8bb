//! What is done at once for the lines ticked (C13): the bar under the list, the page that asks, the result per line.
//!
//! The boxes of the list belong to the form of the bar, wherever they stand; without script it is sent as it is.

use super::api::BulkContacts;
use super::page::{back_to_list, contact_address, list_address, managed};
use crate::failure::Failure;
use crate::form::Draft;
use crate::invitations::island::Module;
use crate::request::{as_permitted, draft, queries, query};
use crate::shell::{Here, Page, organization_of_address, whole};
use crate::ui::{Button, CheckBoxes, Kind, LinkButton, NoticeBox, TextArea, Tone, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::bulk::{Bulk, BulkAct, BulkForm, BulkLine};
use domain::catalogue::ModuleChoices;
use domain::invitations::MESSAGE;
use domain::organizations::OrganizationFrame;
use domain::permissions::ManageContacts;
use domain::{Field, FieldProblems, OrganizationId, Problem};
use leptos::prelude::*;
use locales::{is_one, person, td_string};
use server_fn::ServerFn as _;

/// The acts for the lines ticked in the list above.
#[component]
pub fn BulkBar(organization: OrganizationId) -> impl IntoView {
    let l = locale();
    let address = list_address(organization);
    let export = format!("{address}/export.csv");
    let act = |act: BulkAct, label: &'static str| {
        view! { <button class="button secondary" name="act" value=act.code()>{label}</button> }
    };
    view! {
        <form id="bulk" class="bulk" method="get" action=format!("{address}/bulk")>
            <p id="bulk-label">{td_string!(l, bulk.ticked)}</p>
            <div class="actions" role="group" aria-labelledby="bulk-label">
                {act(BulkAct::Invite, td_string!(l, bulk.invite.button))}
                {act(BulkAct::Resend, td_string!(l, bulk.resend.button))}
                {act(BulkAct::Deactivate, td_string!(l, bulk.deactivate.button))}
                <button class="button secondary" formaction=export>{td_string!(l, bulk.export)}</button>
            </div>
        </form>
    }
}

/// `/en/organizations/…/contacts/bulk?act=…&contact=…`
#[component]
pub fn BulkPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = managed(id).await?;
        let draft: Option<Draft<BulkForm>> = draft("contacts/bulk").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let asked = BulkForm {
            act: query("act").unwrap_or_default(),
            contacts: queries("contact"),
            ..draft.map(|draft| draft.form).unwrap_or_default()
        };
        let form = asked.clone();
        let planned = as_permitted(id, |permit: Permit<ManageContacts>| async move {
            Ok((permit.plan_bulk(&asked).await?, permit.choices().await?))
        })
        .await;
        let (plan, choices) = match planned {
            Err(Failure::Refused(problem @ (Problem::NobodyTicked | Problem::UnknownChoice))) => {
                return Ok(nobody(organization, &problem));
            }
            planned => planned?,
        };
        let (title, lede) = heading(&plan);
        Ok(view! {
            <Page
                title
                organization=organization
                here=Here::Contacts
                lede=lede.to_owned()
                back=back_to_list(id)
                problems=problems.clone()
            >
                {lines(id, &plan)}
                {ask(id, &plan, form, choices, problems)}
            </Page>
        }
        .into_any())
    })
}

/// Nobody was ticked: nothing to ask.
fn nobody(organization: OrganizationFrame, problem: &Problem) -> AnyView {
    let l = locale();
    let id = organization.id;
    let sentence = locales::sentence(problem, None, language());
    view! {
        <Page
            title=td_string!(l, bulk.nobody)
            organization=organization
            here=Here::Contacts
            lede=sentence
            back=back_to_list(id)
        >
            <div class="actions">
                <LinkButton href=list_address(id)>{td_string!(l, imports.done.to_list)}</LinkButton>
            </div>
        </Page>
    }
    .into_any()
}

/// What is asked, and what it means.
fn heading(plan: &Bulk) -> (String, &'static str) {
    let l = locale();
    let done = plan.done();
    let one = is_one(language(), done);
    match plan.act {
        BulkAct::Invite if one => {
            (td_string!(l, bulk.invite.title_one, n = done), td_string!(l, bulk.invite.lede))
        }
        BulkAct::Invite => (td_string!(l, bulk.invite.title_many, n = done), td_string!(l, bulk.invite.lede)),
        BulkAct::Resend if one => {
            (td_string!(l, bulk.resend.title_one, n = done), td_string!(l, bulk.resend.lede))
        }
        BulkAct::Resend => (td_string!(l, bulk.resend.title_many, n = done), td_string!(l, bulk.resend.lede)),
        BulkAct::Deactivate if one => {
            (td_string!(l, bulk.deactivate.title_one, n = done), td_string!(l, bulk.deactivate.lede))
        }
        BulkAct::Deactivate => {
            (td_string!(l, bulk.deactivate.title_many, n = done), td_string!(l, bulk.deactivate.lede))
        }
    }
}

/// Who is meant, and why not where it cannot be done.
fn lines(organization: OrganizationId, plan: &Bulk) -> impl IntoView + use<> {
    let l = locale();
    let lines = plan.lines.iter().map(|line| {
        let class = if line.refused.is_some() { "result refused" } else { "result" };
        let why = line.refused.as_ref().map(|problem| locales::sentence(problem, None, language()));
        view! {
            <li class=class>
                <div>
                    <p>
                        <a href=contact_address(organization, line.contact)>{person(&line.name, language())}</a>
                        " "<span class="soft">{line.email.clone()}</span>
                    </p>
                    {why.map(|why| view! { <p>{why}</p> })}
                </div>
            </li>
        }
    });
    let lines = lines.collect_view();
    view! {
        <h2 id="lines">{td_string!(l, bulk.lines)}</h2>
        <ul class="results" aria-labelledby="lines">{lines}</ul>
    }
}

/// The form that does it, with profiles and a message where one invites.
fn ask(
    organization: OrganizationId,
    plan: &Bulk,
    form: BulkForm,
    choices: Vec<ModuleChoices>,
    problems: FieldProblems,
) -> AnyView {
    let l = locale();
    if plan.done() == 0 {
        return view! {
            <NoticeBox id="nothing" title=td_string!(l, bulk.nothing) tone=Tone::Warning />
        }
        .into_any();
    }
    let (act, code) = (plan.act, plan.act.code());
    let contacts = plan.lines.iter().map(|line| {
        view! { <input type="hidden" name="form[contacts][]" value=line.contact.to_string() /> }
    });
    let contacts = contacts.collect_view();
    let (kind, label) = match act {
        BulkAct::Invite => (Kind::Primary, td_string!(l, bulk.invite.confirm)),
        BulkAct::Resend => (Kind::Primary, td_string!(l, bulk.resend.confirm)),
        BulkAct::Deactivate => (Kind::Warning, td_string!(l, bulk.deactivate.confirm)),
    };
    let figures = (act == BulkAct::Deactivate).then(|| consequences(plan));
    let fields = (act == BulkAct::Invite).then(|| invitation(form, choices, problems));
    view! {
        {figures}
        <form method="post" action=BulkContacts::url() novalidate>
            <input type="hidden" name="organization" value=organization.to_string() />
            <input type="hidden" name="form[act]" value=code />
            {contacts}
            {fields}
            <div class="actions">
                <Button kind>{label}</Button>
                <a class="action" href=list_address(organization)>{td_string!(l, contacts.form.cancel)}</a>
            </div>
        </form>
    }
    .into_any()
}

/// What deactivating all of them does, in figures (C7).
fn consequences(plan: &Bulk) -> impl IntoView + use<> {
    let l = locale();
    let of = plan.consequences;
    let figures = [
        (
            of.profiles,
            td_string!(l, bulk.deactivate.profiles_one),
            td_string!(l, bulk.deactivate.profiles_many),
        ),
        (
            of.sessions,
            td_string!(l, bulk.deactivate.sessions_one),
            td_string!(l, bulk.deactivate.sessions_many),
        ),
        (of.invitations_to, td_string!(l, bulk.deactivate.to_one), td_string!(l, bulk.deactivate.to_many)),
        (of.invitations_by, td_string!(l, bulk.deactivate.by_one), td_string!(l, bulk.deactivate.by_many)),
    ];
    let figures = figures.into_iter().filter(|(count, ..)| *count > 0).map(|(count, one, many)| {
        let words = if is_one(language(), count) { one } else { many };
        view! { <li><strong>{count}</strong>" "{words}</li> }
    });
    let figures = figures.collect_view();
    view! {
        <NoticeBox id="consequences" title=td_string!(l, bulk.deactivate.consequences) tone=Tone::Warning>
            <ul>{figures}</ul>
            <p>{td_string!(l, bulk.deactivate.undo)}</p>
        </NoticeBox>
    }
}

fn invitation(form: BulkForm, choices: Vec<ModuleChoices>, problems: FieldProblems) -> impl IntoView {
    let l = locale();
    let problems: Signal<FieldProblems> = problems.into();
    let ticked = form.profiles;
    let modules =
        choices.into_iter().map(|module| view! { <Module name="form" module ticked=ticked.clone() /> });
    let modules = modules.collect_view();
    view! {
        <CheckBoxes
            id=Field::Profiles.id()
            legend=td_string!(l, invitations.profiles)
            large=true
            hint=td_string!(l, bulk.invite.profiles_hint)
            error=error_of(problems, Field::Profiles)
        >
            {modules}
        </CheckBoxes>
        <TextArea
            name="form[message]"
            id=Field::Message.id()
            label=td_string!(l, invitations.message)
            hint=td_string!(l, imports.start.message_hint)
            value=form.message
            maxlength=MESSAGE
            error=error_of(problems, Field::Message)
            optional=true
        />
    }
}

/// The result of each line, on the next page.
#[must_use]
pub fn results(lines: &[BulkLine]) -> AnyView {
    let l = locale();
    let lines = lines.iter().map(|line| {
        let (class, said) = match &line.refused {
            None => ("result done", td_string!(l, bulk.done).to_owned()),
            Some(problem) => ("result refused", locales::sentence(problem, None, language())),
        };
        view! { <li class=class><div><strong>{person(&line.name, language())}</strong>" "{said}</div></li> }
    });
    let lines = lines.collect_view();
    view! { <ul class="results">{lines}</ul> }.into_any()
}
