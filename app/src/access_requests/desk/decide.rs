//! What is decided in words: a question (R5), a refusal (R5), the authorizing part on evidence (R4); and an address
//! that is allowed (R4).

use super::api::{AllowAddress, AllowForm, AuthorizeRequest, HoldRequest, NoteAnswer, RefuseRequest};
use super::card::{back_to_card, barred, card_address, card_of_address};
use super::queue::{back_to_queue, queue_address};
use crate::desk::page::keeper;
use crate::failure::Failure;
use crate::form::Draft;
use crate::locale;
use crate::request::draft;
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Button, EmailInput, Kind, TextArea, error_of};
use domain::access_requests::{HoldForm, Passage, RequestDeskCard, WORDS};
use domain::{Field, FieldProblems};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The request of the address, only for those who keep organizations.
///
/// # Errors
/// Not of Support, or without the right; no such request.
pub(super) async fn kept() -> Result<RequestDeskCard, Failure> {
    keeper().await?;
    card_of_address().await.map(|(card, _)| card)
}

/// What an act that asks for words says.
struct Asking {
    title: String,
    lede: &'static str,
    action: &'static str,
    label: &'static str,
    hint: &'static str,
    button: &'static str,
    kind: Kind,
    /// Beside which field its problems stand.
    field: Field,
}

/// `/en/desk/access-requests/…/hold`
#[component]
pub fn HoldPage() -> impl IntoView {
    whole(async {
        let card = kept().await?;
        let draft: Option<Draft<HoldForm>> = draft("access_requests/hold").await;
        let l = locale();
        let asking = Asking {
            title: td_string!(l, access_desk.holding.title, reference = card.line.reference.clone()),
            lede: td_string!(l, access_desk.holding.lede),
            action: HoldRequest::url(),
            label: td_string!(l, access_desk.holding.label),
            hint: td_string!(l, access_desk.holding.hint),
            button: td_string!(l, access_desk.holding.button),
            kind: Kind::Primary,
            field: Field::Question,
        };
        Ok(in_words(&card, asking, barred(&card, Passage::Hold), draft))
    })
}

/// `/en/desk/access-requests/…/answer`
#[component]
pub fn AnswerPage() -> impl IntoView {
    whole(async {
        let card = kept().await?;
        let draft: Option<Draft<HoldForm>> = draft("access_requests/note_answer").await;
        let l = locale();
        let asking = Asking {
            title: td_string!(l, access_desk.answering.title, reference = card.line.reference.clone()),
            lede: td_string!(l, access_desk.answering.lede),
            action: NoteAnswer::url(),
            label: td_string!(l, access_desk.answering.label),
            hint: td_string!(l, access_desk.answering.hint),
            button: td_string!(l, access_desk.answering.button),
            kind: Kind::Primary,
            field: Field::Answer,
        };
        Ok(in_words(&card, asking, barred(&card, Passage::Answer), draft))
    })
}

/// `/en/desk/access-requests/…/refuse`
#[component]
pub fn RefusePage() -> impl IntoView {
    whole(async {
        let card = kept().await?;
        let draft: Option<Draft<HoldForm>> = draft("access_requests/refuse").await;
        let l = locale();
        let asking = Asking {
            title: td_string!(l, access_desk.refusing.title, reference = card.line.reference.clone()),
            lede: td_string!(l, access_desk.refusing.lede),
            action: RefuseRequest::url(),
            label: td_string!(l, access_desk.refusing.label),
            hint: td_string!(l, access_desk.refusing.hint),
            button: td_string!(l, access_desk.refusing.button),
            kind: Kind::Warning,
            field: Field::Reason,
        };
        Ok(in_words(&card, asking, barred(&card, Passage::Refuse), draft))
    })
}

/// `/en/desk/access-requests/…/authorize`
#[component]
pub fn AuthorizePage() -> impl IntoView {
    whole(async {
        let card = kept().await?;
        let draft: Option<Draft<HoldForm>> = draft("access_requests/authorize").await;
        let l = locale();
        let asking = Asking {
            title: td_string!(l, access_desk.authorizing.title, reference = card.line.reference.clone()),
            lede: td_string!(l, access_desk.authorizing.lede),
            action: AuthorizeRequest::url(),
            label: td_string!(l, access_desk.authorizing.label),
            hint: td_string!(l, access_desk.authorizing.hint),
            button: td_string!(l, access_desk.authorizing.button),
            kind: Kind::Primary,
            field: Field::Evidence,
        };
        // It is open as long as a decision is.
        let passed = || locales::sentence(&domain::Problem::RequestPassed, None, crate::language());
        let barred = barred(&card, Passage::Refuse).or_else(|| (!card.needs_authorizing).then(passed));
        Ok(in_words(&card, asking, barred, draft))
    })
}

/// The page of an act that asks for words; why not, where it is not open.
fn in_words(
    card: &RequestDeskCard,
    asking: Asking,
    barred: Option<String>,
    draft: Option<Draft<HoldForm>>,
) -> AnyView {
    let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
    let typed = draft.map(|draft| draft.form.text).unwrap_or_default();
    let back = back_to_card(card);
    let (title, lede) = (asking.title.clone(), asking.lede);
    let body = match barred {
        Some(why) => view! { <p>{why}</p> }.into_any(),
        None => words(card, asking, typed, problems.clone()).into_any(),
    };
    view! {
        <Page title desk=AtDesk::AccessRequests lede back problems>{body}</Page>
    }
    .into_any()
}

fn words(
    card: &RequestDeskCard,
    asking: Asking,
    typed: String,
    problems: FieldProblems,
) -> impl IntoView + use<> {
    let id = card.line.id;
    view! {
        <form method="post" action=asking.action novalidate>
            <input type="hidden" name="access_request" value=id.to_string() />
            <input type="hidden" name="edition" value=card.line.edition />
            <TextArea
                name="form[text]"
                id=asking.field.id()
                label=asking.label
                hint=asking.hint
                value=typed
                maxlength=WORDS
                error=error_of(problems.into(), asking.field)
            />
            <div class="actions">
                <Button kind=asking.kind>{asking.button}</Button>
                <a class="action" href=card_address(id)>{td_string!(locale(), desk.change.cancel)}</a>
            </div>
        </form>
    }
}

/// `/en/desk/access-requests/allow`
#[component]
pub fn AllowPage() -> impl IntoView {
    whole(async {
        keeper().await?;
        let draft: Option<Draft<AllowForm>> = draft("access_requests/allow_address").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let form = draft.map(|draft| draft.form).unwrap_or_default();
        let faults = Signal::stored(problems.clone());
        let l = locale();
        Ok(view! {
            <Page
                title=td_string!(l, access_desk.allowing.title)
                desk=AtDesk::AccessRequests
                lede=td_string!(l, access_desk.allowing.lede)
                back=back_to_queue()
                problems
            >
                <form method="post" action=AllowAddress::url() novalidate>
                    <EmailInput
                        name="form[email]"
                        id=Field::Email.id()
                        label=td_string!(l, access_desk.allowing.email)
                        value=form.email
                        error=error_of(faults, Field::Email)
                    />
                    <TextArea
                        name="form[reason]"
                        id=Field::Reason.id()
                        label=td_string!(l, access_desk.allowing.reason)
                        hint=td_string!(l, access_desk.allowing.reason_hint)
                        value=form.reason
                        maxlength=500_u16
                        error=error_of(faults, Field::Reason)
                        rows=3
                    />
                    <div class="actions">
                        <Button>{td_string!(l, access_desk.allowing.button)}</Button>
                        <a class="action" href=queue_address("")>{td_string!(l, desk.change.cancel)}</a>
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}
