//! Going on with a draft, or changing what was sent already, by whoever holds a mailed link (R1, R3).

use super::api::{LookAtChange, SaveDraft, SendChange};
use super::ask::{authorizer_fields, gone, instructions, organization_fields, review, user_fields};
use super::page::address;
use crate::form::Draft;
use crate::request::{as_bearer, as_visitor, draft, draft_is_gone, encoded, parameter, query, redirect};
use crate::shell::{Page, whole};
use crate::ui::{Button, Choice, Link, NoticeBox, RadioButtons, Tone, error_of};
use crate::{language, locale};
use domain::access_requests::{NewLine, RequestForm, RequestState};
use domain::{Field, FieldProblems, Problem};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The name under which the form is kept.
pub(super) const CHANGED: &str = "access_requests/change";

/// The form of a request that is changed, with what was typed before.
pub(super) fn change_address(token: &str, draft: &str) -> String {
    let page = address(language(), token);
    if draft.is_empty() {
        format!("{page}/change")
    } else {
        format!("{page}/change?draft={}", encoded(draft))
    }
}

pub(super) fn change_review_address(token: &str, draft: &str) -> String {
    format!("{}/review?draft={}", address(language(), token), encoded(draft))
}

/// `/en/access-request/…/change`
#[component]
pub fn ChangePage() -> impl IntoView {
    whole(async {
        let token: String = parameter("token")?;
        let card = as_bearer(token.clone(), |bearer| async move { bearer.card().await }).await?;
        if !card.may_change {
            return Err(Problem::RequestPassed.into());
        }
        let lines = as_visitor(|visitor| async move { Ok(visitor.services_to_ask_for()) }).await?;
        let kept: Option<Draft<RequestForm>> = draft(CHANGED).await;
        if draft_is_gone().await {
            return Ok(gone(change_address(&token, "")));
        }
        let problems = kept.as_ref().map(Draft::problems).unwrap_or_default();
        let form = kept.map(|kept| kept.form).unwrap_or(card.form);
        let l = locale();
        let begun = card.state == RequestState::Draft;
        let lede = if begun {
            td_string!(l, access_requests.ask.form_lede)
        } else {
            td_string!(l, access_requests.change.lede)
        };
        // Signatures that are there already count no longer: that is said before, not after.
        let anew = (!card.signatures.is_empty()).then(|| {
            view! {
                <NoticeBox id="anew" title=td_string!(l, access_requests.change.anew) tone=Tone::Warning>
                    <p>{td_string!(l, access_requests.change.anew_what)}</p>
                </NoticeBox>
            }
        });
        let faults = Signal::stored(problems.clone());
        let line = lines.iter().find(|line| line.service.0 == form.service);
        let by_representative = line.is_some_and(|line| line.by_representative);
        let instructions = line.map(instructions);
        let services = service_fields(&form, &lines, faults);
        let save = begun.then(|| {
            view! {
                <button class="button secondary" formaction=SaveDraft::url()>
                    {td_string!(l, access_requests.ask.save)}
                </button>
            }
        });
        Ok(view! {
            <Page
                title=td_string!(l, access_requests.page.title, reference = card.reference.clone())
                lede
                back=Link::to(address(language(), &token), td_string!(l, access_requests.ask.back))
                problems
            >
                {anew}
                {instructions}
                <form method="post" action=LookAtChange::url() novalidate>
                    <input type="hidden" name="token" value=token.clone() />
                    {services}
                    {organization_fields(&form, faults)}
                    {user_fields(&form, faults)}
                    {authorizer_fields(&form, faults, by_representative)}
                    <div class="actions">
                        <Button>{td_string!(l, access_requests.ask.review)}</Button>
                        {save}
                    </div>
                </form>
            </Page>
        }
        .into_any())
    })
}

/// The service and who asks for it, both to be changed (R2).
fn service_fields(
    form: &RequestForm,
    lines: &[NewLine],
    faults: Signal<FieldProblems>,
) -> impl IntoView + use<> {
    let l = locale();
    let mut situations: Vec<Choice> = Vec::new();
    for (key, name) in lines.iter().flat_map(|line| &line.situations) {
        if situations.iter().all(|choice| choice.value != *key) {
            situations.push(Choice::of(key, name.in_language(language())));
        }
    }
    let services =
        lines.iter().map(|line| Choice::of(&line.service.0, line.service.1.in_language(language())));
    let services: Vec<Choice> = services.collect();
    view! {
        <RadioButtons
            name="form[situation]"
            id=Field::Situation.id()
            legend=td_string!(l, access_requests.ask.situation)
            choices=situations
            value=form.situation.clone()
            error=error_of(faults, Field::Situation)
        />
        <RadioButtons
            name="form[service]"
            id=Field::Service.id()
            legend=td_string!(l, access_requests.letter.service)
            choices=services
            value=form.service.clone()
            error=error_of(faults, Field::Service)
        />
    }
}

/// `/en/access-request/…/review?draft=…`: all of it, before it is sent.
#[component]
pub fn ChangeReviewPage() -> impl IntoView {
    whole(async {
        let token: String = parameter("token")?;
        let card = as_bearer(token.clone(), |bearer| async move { bearer.card().await }).await?;
        if !card.may_change {
            return Err(Problem::RequestPassed.into());
        }
        let id = query("draft").unwrap_or_default();
        let kept: Option<Draft<RequestForm>> = draft(CHANGED).await;
        let Some(kept) = kept else {
            // Its session has ended meanwhile; the link still opens what is kept.
            return Ok(gone(change_address(&token, "")));
        };
        let change = change_address(&token, &id);
        if !kept.problems().is_empty() {
            // What is wrong stands beside the fields, and those stand in the form.
            redirect(&change);
            return Ok(().into_any());
        }
        let send = view! {
            <form method="post" action=SendChange::url()>
                <input type="hidden" name="token" value=token />
                <input type="hidden" name="draft" value=id />
                <Button>{td_string!(locale(), access_requests.ask.send)}</Button>
            </form>
        };
        review(&kept.form, send, change).await
    })
}
