//! An approval (R5): which organization is meant, which profiles are given, whether the administrator is waited for.

use super::api::{A_NEW_ONE, ApproveRequest};
use super::card::{back_to_card, barred, card_address, how_found};
use super::decide::kept;
use crate::failure::Failure;
use crate::form::Draft;
use crate::request::{as_staff, draft, query};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::errors::FieldError;
use crate::ui::{Button, CheckBox, CheckBoxes, Choice, Details, Kind, RadioButtons, TextInput, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::access_requests::{ApprovalForm, Passage, RequestDeskCard, Vouch};
use domain::desk::DeskSearch;
use domain::organizations::OrganizationState;
use domain::permissions::AllOrganizations;
use domain::{Field, FieldProblems};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/desk/access-requests/…/approve`
#[component]
pub fn ApprovePage() -> impl IntoView {
    whole(async {
        let card = kept().await?;
        let words = query("q").unwrap_or_default();
        let others = searched(&words).await?;
        let draft: Option<Draft<ApprovalForm>> = draft("access_requests/approve").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let l = locale();
        let first = authorized_first(&card);
        let body = match first.or_else(|| barred(&card, Passage::Approve)) {
            Some(why) => view! { <p>{why}</p> }.into_any(),
            None => {
                let organizations = choices(&card, &others);
                let form = draft.map_or_else(|| begun(&card), |draft| draft.form);
                view! {
                    {finding(&card, words, others.is_empty())}
                    {approving(&card, organizations, form, problems.clone())}
                }
                .into_any()
            }
        };
        let name = card.request.user.name();
        Ok(view! {
            <Page
                title=td_string!(l, access_desk.approving.title, reference = card.line.reference.clone())
                desk=AtDesk::AccessRequests
                lede=td_string!(l, access_desk.approving.lede, name = name)
                back=back_to_card(&card)
                problems
            >
                {body}
            </Page>
        }
        .into_any())
    })
}

/// R4: for an organization of one person somebody of Support authorizes first.
fn authorized_first(card: &RequestDeskCard) -> Option<String> {
    card.needs_authorizing.then(|| td_string!(locale(), access_desk.card.authorize_first).to_owned())
}

/// Open organizations of that name, for one that the request calls otherwise.
async fn searched(words: &str) -> Result<Vec<Choice>, Failure> {
    if words.trim().is_empty() {
        return Ok(Vec::new());
    }
    let state = Some(OrganizationState::Open);
    let search = DeskSearch { words: words.to_owned(), state, ..DeskSearch::default() };
    let found =
        as_staff(|permit: Permit<AllOrganizations>| async move { permit.desk(&search, language()).await });
    let lines = found.await?.lines.into_iter();
    Ok(lines.map(|line| Choice::of(line.id.to_string(), line.name.in_language(language()))).collect())
}

/// Those that may be meant: found by number or name, searched for, or a new one.
fn choices(card: &RequestDeskCard, others: &[Choice]) -> Vec<Choice> {
    let open = card.found.organizations.iter().filter(|one| one.state == OrganizationState::Open);
    let mut choices: Vec<Choice> = open
        .map(|one| {
            let label = format!("{} ({})", one.name.in_language(language()), how_found(one));
            Choice::of(one.id.to_string(), label)
        })
        .collect();
    for other in others {
        if choices.iter().all(|known| known.value != other.value) {
            choices.push(other.clone());
        }
    }
    choices.push(Choice::of(A_NEW_ONE, td_string!(locale(), access_desk.approving.a_new_one)));
    choices
}

/// What is chosen at first: only what nobody would choose otherwise.
fn begun(card: &RequestDeskCard) -> ApprovalForm {
    let open = || card.found.organizations.iter().filter(|one| one.state == OrganizationState::Open);
    let by_number = open().find(|one| one.by_number).map(|one| one.id.to_string());
    let none = (open().next().is_none() && !card.request.organization.existing).then(|| A_NEW_ONE.to_owned());
    let profiles = match &card.profiles[..] {
        [(only, _)] => vec![only.clone()],
        _ => Vec::new(),
    };
    ApprovalForm { organization: by_number.or(none).unwrap_or_default(), profiles, ..ApprovalForm::default() }
}

/// The search for an organization that the request calls otherwise.
fn finding(card: &RequestDeskCard, words: String, none: bool) -> impl IntoView + use<> {
    let l = locale();
    let action = format!("{}/approve", card_address(card.line.id));
    let in_vain = (none && !words.trim().is_empty())
        .then(|| view! { <p role="status">{td_string!(l, access_desk.approving.find_none)}</p> });
    view! {
        <Details summary=td_string!(l, access_desk.approving.find)>
            <form method="get" action=action>
                <TextInput
                    name="q"
                    label=td_string!(l, access_desk.approving.find_words)
                    hint=td_string!(l, access_desk.approving.find_hint)
                    value=words
                />
                <Button kind=Kind::Secondary>{td_string!(l, access_desk.approving.find_button)}</Button>
            </form>
        </Details>
        {in_vain}
    }
}

fn approving(
    card: &RequestDeskCard,
    organizations: Vec<Choice>,
    form: ApprovalForm,
    problems: FieldProblems,
) -> impl IntoView + use<> {
    let l = locale();
    let (id, edition) = (card.line.id, card.line.edition);
    let faults = Signal::stored(problems);
    let asked = card.line.organization.in_language(language()).to_owned();
    let here = organizations.len() > 1;
    let update = here.then(|| {
        view! {
            <CheckBox
                name="form[update]"
                id="update"
                label=td_string!(l, access_desk.approving.update)
                hint=td_string!(l, access_desk.approving.update_hint)
                checked=form.update == "true"
            />
        }
    });
    view! {
        <form method="post" action=ApproveRequest::url() novalidate>
            <input type="hidden" name="access_request" value=id.to_string() />
            <input type="hidden" name="edition" value=edition />
            <FieldError id=Field::UserEmail.id() error=error_of(faults, Field::UserEmail) />
            <FieldError id=Field::NameEn.id() error=error_of(faults, Field::NameEn) />
            <FieldError id=Field::NameFr.id() error=error_of(faults, Field::NameFr) />
            <RadioButtons
                name="form[organization]"
                id=Field::Organization.id()
                legend=td_string!(l, access_desk.approving.which)
                hint=td_string!(l, access_desk.approving.which_hint, name = asked)
                choices=organizations
                value=form.organization.clone()
                error=error_of(faults, Field::Organization)
            />
            {update}
            {profiles(card, &form, faults)}
            {without_vouch(card, &form)}
            <div class="actions">
                <Button>{td_string!(l, access_desk.approving.button)}</Button>
                <a class="action" href=card_address(id)>{td_string!(l, desk.change.cancel)}</a>
            </div>
        </form>
    }
}

fn profiles(
    card: &RequestDeskCard,
    form: &ApprovalForm,
    faults: Signal<FieldProblems>,
) -> impl IntoView + use<> {
    let l = locale();
    let boxes = card.profiles.iter().map(|(key, name)| {
        view! {
            <CheckBox
                name="form[profiles][]"
                id=format!("profile-{}", key.replace('.', "-"))
                label=name.in_language(language()).to_owned()
                value=key.clone()
                checked=form.profiles.contains(key)
            />
        }
    });
    let boxes = boxes.collect_view();
    let service = card.line.service.in_language(language()).to_owned();
    view! {
        <CheckBoxes
            id=Field::Profiles.id()
            legend=td_string!(l, access_desk.approving.profiles)
            hint=td_string!(l, access_desk.approving.profiles_hint, service = service)
            error=error_of(faults, Field::Profiles)
        >
            {boxes}
        </CheckBoxes>
    }
}

/// R1: only where an administrator was asked, and did not say yes.
fn without_vouch(card: &RequestDeskCard, form: &ApprovalForm) -> Option<impl IntoView + use<>> {
    let l = locale();
    let hint = match card.line.vouch {
        Vouch::Asked => td_string!(l, access_desk.approving.without_asked),
        Vouch::Objected => td_string!(l, access_desk.approving.without_objected),
        Vouch::None | Vouch::Vouched => return None,
    };
    Some(view! {
        <CheckBox
            name="form[without_vouch]"
            id="without_vouch"
            label=td_string!(l, access_desk.approving.without)
            hint=hint
            checked=form.without_vouch == "true"
        />
    })
}
