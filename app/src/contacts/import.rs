//! The pages of an import (G6): choosing a table, seeing what would happen, how far it is, what became of it.

use super::api::BeginImport;
use super::page::{back_to_list, contact_address, list_address, managed};
use crate::form::Draft;
use crate::invitations::island::Module;
use crate::request::{as_permitted, draft, parameter, query, refresh};
use crate::shell::{Here, Page, organization_of_address, whole};
use crate::ui::{
    Button, CheckBoxes, Choice, Details, Kind, Link, LinkButton, NoticeBox, Pagination, RadioButtons,
    TextArea, TextInput, Tone, error_of,
};
use crate::{language, locale};
use backend::Permit;
use domain::catalogue::ModuleChoices;
use domain::contacts::spoken_name;
use domain::imports::{
    BY_COLUMN, Column, EVERYBODY, Figures, ImportLine, ImportPage as Import, ImportState, InvitingForm,
    LINES, MEGABYTES, Outcome, Verdict,
};
use domain::invitations::MESSAGE;
use domain::organizations::OrganizationFrame;
use domain::permissions::ManageContacts;
use domain::{Bilingual, Field, FieldProblems, ImportId, OrganizationId};
use leptos::prelude::*;
use locales::{is_one, td_string};
use serde::{Deserialize, Serialize};
use server_fn::ServerFn as _;

/// Seconds between two looks at how far an import is.
const LOOK: u8 = 3;

/// What is typed beside a table's file, and kept when it is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TableForm {
    pub pasted: String,
    /// Whom to invite.
    pub form: InvitingForm,
}

/// The page where a table is chosen.
#[must_use]
pub fn start_address(organization: OrganizationId) -> String {
    format!("{}/import", list_address(organization))
}

/// The page of an import.
#[must_use]
pub fn import_address(organization: OrganizationId, import: ImportId) -> String {
    format!("{}/{import}", start_address(organization))
}

/// `/en/organizations/…/contacts/import`
#[component]
pub fn ImportStartPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = managed(id).await?;
        let choices =
            as_permitted(id, |permit: Permit<ManageContacts>| async move { permit.choices().await }).await?;
        let draft: Option<Draft<TableForm>> = draft("contacts/import").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let typed = draft.map(|draft| draft.form).unwrap_or_default();
        let l = locale();
        Ok(view! {
            <Page
                title=td_string!(l, imports.start.title)
                organization=organization.clone()
                here=Here::Contacts
                lede=td_string!(l, imports.start.lede)
                back=back_to_list(id)
                problems=problems.clone()
            >
                {how(&organization, &choices)}
                {start_form(id, typed, choices, problems)}
            </Page>
        }
        .into_any())
    })
}

/// What a table looks like.
fn how(organization: &OrganizationFrame, choices: &[ModuleChoices]) -> impl IntoView + use<> {
    let l = locale();
    let required = [Column::LastName, Column::FirstName, Column::Email];
    let others = Column::all_imported().into_iter().filter(|column| !required.contains(column));
    let others: Vec<String> = others.map(|column| backend::column_heading(column, language())).collect();
    let work = organization
        .tracks_clients
        .then(|| view! { <p>{td_string!(l, imports.start.how_required_work)}</p> });
    let names =
        choices.iter().flat_map(|module| module.profiles.iter().map(move |profile| (module, profile)));
    let names = names.map(|(module, profile)| {
        let name = [&module.name, &profile.name].map(|name| name.in_language(language()));
        view! { <li>{name.join(" – ")}</li> }
    });
    let names = names.collect_view();
    view! {
        <Details summary=td_string!(l, imports.start.how)>
            <p>{td_string!(l, imports.start.how_headings)}</p>
            <p>{td_string!(l, imports.start.how_required)}</p>
            {work}
            <p>{td_string!(l, imports.start.how_optional, columns = others.join(", "))}</p>
            <p>{td_string!(l, imports.start.how_profiles)}</p>
            <ul>{names}</ul>
            <p>{td_string!(l, imports.start.how_again)}</p>
        </Details>
        <p>{td_string!(l, imports.start.how_limits, megabytes = MEGABYTES, lines = LINES)}</p>
    }
}

fn start_form(
    organization: OrganizationId,
    typed: TableForm,
    choices: Vec<ModuleChoices>,
    problems: FieldProblems,
) -> impl IntoView {
    let l = locale();
    let TableForm { pasted, form: inviting } = typed;
    let who = vec![
        Choice::of("", td_string!(l, imports.start.inviting_nobody)),
        Choice::of(EVERYBODY, td_string!(l, imports.start.inviting_everybody)),
        Choice::of(BY_COLUMN, td_string!(l, imports.start.inviting_column)),
    ];
    let problems: Signal<FieldProblems> = problems.into();
    let ticked = inviting.profiles;
    let modules =
        choices.into_iter().map(|module| view! { <Module name="form" module ticked=ticked.clone() /> });
    let modules = modules.collect_view();
    view! {
        <form
            method="post"
            action=format!("{}/upload", start_address(organization))
            enctype="multipart/form-data"
            novalidate
        >
            <TextInput
                name="file"
                id=Field::Table.id()
                label=td_string!(l, imports.start.file)
                hint=td_string!(l, imports.start.file_hint)
                error=error_of(problems, Field::Table)
                kind="file"
            />
            <TextArea
                name="pasted"
                label=td_string!(l, imports.start.pasted)
                hint=td_string!(l, imports.start.pasted_hint)
                value=pasted
                optional=true
            />
            <RadioButtons
                name="form[who]"
                id="who"
                legend=td_string!(l, imports.start.inviting)
                choices=who
                value=inviting.who
                large=true
            />
            <CheckBoxes
                id=Field::Profiles.id()
                legend=td_string!(l, imports.start.profiles)
                hint=td_string!(l, imports.start.profiles_hint)
                error=error_of(problems, Field::Profiles)
            >
                {modules}
            </CheckBoxes>
            <TextArea
                name="form[message]"
                id=Field::Message.id()
                label=td_string!(l, invitations.message)
                hint=td_string!(l, imports.start.message_hint)
                value=inviting.message
                maxlength=MESSAGE
                error=error_of(problems, Field::Message)
                optional=true
            />
            <div class="actions">
                <Button>{td_string!(l, imports.start.go_on)}</Button>
                <a class="action" href=list_address(organization)>{td_string!(l, contacts.form.cancel)}</a>
            </div>
        </form>
    }
}

/// `/en/organizations/…/contacts/import/…`
#[component]
pub fn ImportPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let import: ImportId = parameter("import")?;
        let organization = managed(id).await?;
        let page = query("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        let (import, names) = as_permitted(id, |permit: Permit<ManageContacts>| async move {
            let found = permit.import(import, page).await?;
            let names = permit.names_of(&found.inviting.profiles);
            Ok((found, names))
        })
        .await?;
        let l = locale();
        let (title, lede) = match import.state {
            ImportState::Preview if import.name.is_empty() => {
                (td_string!(l, imports.preview.title_pasted).to_owned(), td_string!(l, imports.preview.lede))
            }
            ImportState::Preview => (
                td_string!(l, imports.preview.title, name = import.name.as_str()),
                td_string!(l, imports.preview.lede),
            ),
            ImportState::Running => {
                (td_string!(l, imports.running.title).to_owned(), td_string!(l, imports.running.lede))
            }
            ImportState::Done => {
                (td_string!(l, imports.done.title).to_owned(), td_string!(l, imports.done.lede))
            }
        };
        let body = match import.state {
            ImportState::Preview => preview(id, &import, &names).into_any(),
            ImportState::Running => running(id, &import).into_any(),
            ImportState::Done => done(id, &import).into_any(),
        };
        Ok(view! {
            <Page
                title
                organization=organization
                here=Here::Contacts
                lede=lede.to_owned()
                back=Link::to(list_address(id), td_string!(l, contacts.card.back))
            >
                {body}
                {(import.state != ImportState::Running).then(|| lines(id, &import))}
            </Page>
        }
        .into_any())
    })
}

/// What would happen, and the button that lets it happen.
fn preview(organization: OrganizationId, import: &Import, names: &[Bilingual]) -> impl IntoView + use<> {
    let l = locale();
    let Figures { add, invite, faulty, .. } = import.figures;
    let left_out = (!import.left_out.is_empty()).then(|| {
        let columns = import.left_out.join(", ");
        view! { <p>{td_string!(l, imports.preview.left_out, columns = columns)}</p> }
    });
    let stay = (faulty > 0).then(|| view! { <p>{td_string!(l, imports.preview.faulty_stay)}</p> });
    let nothing = (add == 0).then(|| {
        view! {
            <NoticeBox id="nothing" title=td_string!(l, imports.preview.nothing) tone=Tone::Warning />
        }
    });
    let confirm = (add > 0).then(|| view! { <Button>{confirm(add, invite > 0)}</Button> });
    view! {
        {figures(import)}
        <p>{invited_with(import, names)}</p>
        {left_out}
        {stay}
        {nothing}
        <form method="post" action=BeginImport::url()>
            <input type="hidden" name="organization" value=organization.to_string() />
            <input type="hidden" name="import" value=import.id.to_string() />
            <div class="actions">
                {confirm}
                <LinkButton href=start_address(organization) kind=Kind::Secondary>
                    {td_string!(l, imports.preview.discard)}
                </LinkButton>
            </div>
        </form>
    }
}

fn confirm(add: u64, invites: bool) -> String {
    let l = locale();
    match (invites, is_one(language(), add)) {
        (false, true) => td_string!(l, imports.preview.confirm_one).to_owned(),
        (false, false) => td_string!(l, imports.preview.confirm_many, n = add),
        (true, true) => td_string!(l, imports.preview.confirm_invite_one).to_owned(),
        (true, false) => td_string!(l, imports.preview.confirm_invite_many, n = add),
    }
}

fn invited_with(import: &Import, names: &[Bilingual]) -> String {
    let l = locale();
    if import.inviting.by_column {
        return td_string!(l, imports.preview.with_column).to_owned();
    }
    if names.is_empty() {
        return td_string!(l, imports.preview.without).to_owned();
    }
    let names: Vec<&str> = names.iter().map(|name| name.in_language(language())).collect();
    td_string!(l, imports.preview.with_profiles, profiles = names.join(", "))
}

/// How many lines go which way; what is none is left out.
fn figures(import: &Import) -> impl IntoView + use<> {
    let l = locale();
    let preview = import.state == ImportState::Preview;
    let Figures { add, invite, here, inactive, faulty, refused, .. } = import.figures;
    let say = |count: u64, one: &'static str, many: &'static str| {
        let label = if is_one(language(), count) { one } else { many };
        (count > 0).then(|| view! { <div><dt>{label}</dt><dd>{count}</dd></div> })
    };
    let (add_one, add_many) = if preview {
        (td_string!(l, imports.preview.add_one), td_string!(l, imports.preview.add_many))
    } else {
        (td_string!(l, imports.done.added_one), td_string!(l, imports.done.added_many))
    };
    view! {
        <dl class="facts">
            <div>
                <dt>{if is_one(language(), add) { add_one } else { add_many }}</dt>
                <dd>{add}</dd>
            </div>
            {say(invite, td_string!(l, imports.preview.invite_one), td_string!(l, imports.preview.invite_many))}
            {say(here, td_string!(l, imports.preview.here_one), td_string!(l, imports.preview.here_many))}
            {say(
                inactive,
                td_string!(l, imports.preview.inactive_one),
                td_string!(l, imports.preview.inactive_many),
            )}
            {say(faulty, td_string!(l, imports.preview.faulty_one), td_string!(l, imports.preview.faulty_many))}
            {say(refused, td_string!(l, imports.done.refused_one), td_string!(l, imports.done.refused_many))}
        </dl>
    }
}

/// How far it is; the page looks again by itself.
fn running(organization: OrganizationId, import: &Import) -> impl IntoView + use<> {
    refresh(LOOK);
    let l = locale();
    let all = import.figures.all();
    let done = all - import.figures.waiting;
    view! {
        <p role="status">{td_string!(l, imports.running.progress, done = done, all = all)}</p>
        <progress max=all.to_string() value=done.to_string() aria-label=td_string!(l, imports.running.bar)></progress>
        <p>
            <a class="action" href=import_address(organization, import.id)>{td_string!(l, imports.running.again)}</a>
        </p>
    }
}

fn done(organization: OrganizationId, import: &Import) -> impl IntoView + use<> {
    let l = locale();
    let file = format!("{}/results.csv", import_address(organization, import.id));
    view! {
        {figures(import)}
        <p>{td_string!(l, imports.done.download_hint)}</p>
        <div class="actions">
            <LinkButton href=list_address(organization)>{td_string!(l, imports.done.to_list)}</LinkButton>
            <a class="action" href=file>{td_string!(l, imports.done.download)}</a>
            <a class="action" href=start_address(organization)>{td_string!(l, imports.done.another)}</a>
        </div>
    }
}

/// One page of lines, each with what becomes of it.
fn lines(organization: OrganizationId, import: &Import) -> impl IntoView + use<> {
    let l = locale();
    let list = import.lines.iter().map(|line| told(organization, import, line)).collect_view();
    let address = import_address(organization, import.id);
    view! {
        <h2 id="lines">{td_string!(l, imports.outcome.table)}</h2>
        <ul class="results" aria-labelledby="lines">{list}</ul>
        <Pagination page=import.page pages=import.pages href=move |page| format!("{address}?page={page}") />
    }
}

fn told(organization: OrganizationId, import: &Import, line: &ImportLine) -> impl IntoView + use<> {
    let l = locale();
    let contact = &line.entry.contact;
    let name = spoken_name(contact.last_name.trim(), contact.first_name.trim());
    let (class, link) = match &line.outcome {
        Outcome::Added { contact, .. } => ("result done", Some(*contact)),
        Outcome::Judged(Verdict::Here { contact, .. }) => ("result", Some(*contact)),
        Outcome::Judged(Verdict::Faulty(_)) | Outcome::Refused(_) => ("result refused", None),
        Outcome::Judged(_) | Outcome::Waiting => ("result", None),
    };
    let name = match link {
        Some(contact) => view! { <a href=contact_address(organization, contact)>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    let reasons = backend::import_reasons(&line.outcome, language());
    let reasons: Vec<_> = reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect();
    let reasons = (!reasons.is_empty()).then(|| view! { <ul>{reasons}</ul> });
    view! {
        <li class=class>
            <div>
                <p>
                    <strong>{td_string!(l, imports.outcome.line, line = line.entry.line)}</strong>
                    " "{name}" "<span class="soft">{contact.email.clone()}</span>
                </p>
                <p>{outcome(import, line)}</p>
                {reasons}
            </div>
        </li>
    }
}

/// What becomes of a line, in a few words, with the profiles that its own column names.
fn outcome(import: &Import, line: &ImportLine) -> String {
    let words = backend::import_result(&line.outcome, language()).to_owned();
    match &line.outcome {
        Outcome::Judged(Verdict::Add { profiles }) if import.inviting.by_column && !profiles.is_empty() => {
            format!("{words}{} {}", locales::colon(language()), line.entry.profiles.join(", "))
        }
        _ => words,
    }
}
