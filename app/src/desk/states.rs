//! Closing, opening again, merging: what it does is told in figures before it is confirmed (O3).

use super::api::{CloseOrganization, MergeForm, MergeOrganization, ReopenOrganization};
use super::organization::{back_to_card, card_address, kept_card};
use crate::form::Draft;
use crate::request::{as_permitted, draft, query};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Button, Choice, Kind, NoticeBox, RadioButtons, TextArea, TextInput, Tone, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::desk::{ClosingFigures, NamedOrganization, SupportCard};
use domain::organizations::StateForm;
use domain::permissions::AllOrganizations;
use domain::{Field, FieldProblems, OrganizationId};
use leptos::prelude::*;
use locales::{is_one, td_string};
use server_fn::ServerFn as _;

/// Why, and the way out.
#[component]
fn ReasonForm(
    action: &'static str,
    organization: OrganizationId,
    reason: String,
    problems: FieldProblems,
    kind: Kind,
    button: &'static str,
) -> impl IntoView {
    let l = locale();
    view! {
        <form method="post" action=action novalidate>
            <input type="hidden" name="organization" value=organization.to_string() />
            <Reason reason problems />
            <div class="actions">
                <Button kind>{button}</Button>
                <a class="action" href=card_address(organization)>{td_string!(l, desk.change.cancel)}</a>
            </div>
        </form>
    }
}

/// The reason of whatever Support decides.
#[component]
pub fn Reason(
    reason: String,
    problems: FieldProblems,
    #[prop(optional)] hint: Option<&'static str>,
) -> impl IntoView {
    let l = locale();
    let hint = hint.unwrap_or_else(|| td_string!(l, desk.change.reason_hint));
    view! {
        <TextArea
            name="form[reason]"
            id=Field::Reason.id()
            label=td_string!(l, desk.change.reason)
            hint=hint
            value=reason
            error=error_of(problems.into(), Field::Reason)
            rows=3
        />
    }
}

/// `/en/desk/organizations/…/close`
#[component]
pub fn ClosePage() -> impl IntoView {
    whole(async {
        let card = kept_card().await?;
        let draft: Option<Draft<StateForm>> = draft("desk/close").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let reason = draft.map(|draft| draft.form.reason).unwrap_or_default();
        let l = locale();
        let name = card.name.in_language(language()).to_owned();
        let lines = closing(card.closing).into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
        Ok(view! {
            <Page
                title=td_string!(l, desk.change.close_title, name = name)
                desk=AtDesk::Organizations
                lede=td_string!(l, desk.change.close_lede)
                back=back_to_card(&card)
                problems=problems.clone()
            >
                <NoticeBox id="closing" title=td_string!(l, desk.change.close_what) tone=Tone::Warning>
                    <ul>{lines}</ul>
                    <p>{td_string!(l, desk.change.close_undo)}</p>
                </NoticeBox>
                <ReasonForm
                    action=CloseOrganization::url()
                    organization=card.id
                    reason
                    problems
                    kind=Kind::Warning
                    button=td_string!(l, desk.change.close_button)
                />
            </Page>
        }
        .into_any())
    })
}

fn closing(of: ClosingFigures) -> Vec<String> {
    let l = locale();
    let one = |n| is_one(language(), n);
    let mut lines = Vec::new();
    match of.with_access {
        0 => {}
        n if one(n) => lines.push(td_string!(l, desk.change.close_access_one).to_owned()),
        n => lines.push(td_string!(l, desk.change.close_access_many, n = n)),
    }
    match of.sessions {
        0 => {}
        n if one(n) => lines.push(td_string!(l, desk.change.close_sessions_one).to_owned()),
        n => lines.push(td_string!(l, desk.change.close_sessions_many, n = n)),
    }
    match of.invitations {
        0 => {}
        n if one(n) => lines.push(td_string!(l, desk.change.close_invitations_one).to_owned()),
        n => lines.push(td_string!(l, desk.change.close_invitations_many, n = n)),
    }
    if lines.is_empty() {
        lines.push(td_string!(l, desk.change.close_nothing).to_owned());
    }
    lines
}

/// `/en/desk/organizations/…/reopen`
#[component]
pub fn ReopenPage() -> impl IntoView {
    whole(async {
        let card = kept_card().await?;
        let draft: Option<Draft<StateForm>> = draft("desk/reopen").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let reason = draft.map(|draft| draft.form.reason).unwrap_or_default();
        let l = locale();
        let name = card.name.in_language(language()).to_owned();
        Ok(view! {
            <Page
                title=td_string!(l, desk.change.reopen_title, name = name)
                desk=AtDesk::Organizations
                lede=td_string!(l, desk.change.reopen_lede)
                back=back_to_card(&card)
                problems=problems.clone()
            >
                <ReasonForm
                    action=ReopenOrganization::url()
                    organization=card.id
                    reason
                    problems
                    kind=Kind::Primary
                    button=td_string!(l, desk.change.reopen_button)
                />
            </Page>
        }
        .into_any())
    })
}

/// `/en/desk/organizations/…/merge`: first the other one is found, then it is confirmed.
#[component]
pub fn MergePage() -> impl IntoView {
    whole(async {
        let card = kept_card().await?;
        let draft: Option<Draft<MergeForm>> = draft("desk/merge").await;
        let words = query("q").unwrap_or_default();
        let asked = words.clone();
        let found = as_permitted(card.id, |permit: Permit<AllOrganizations>| async move {
            permit.to_merge_into(&asked, language()).await
        })
        .await?;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let typed = draft.map(|draft| draft.form).unwrap_or_default();
        let l = locale();
        let name = card.name.in_language(language()).to_owned();
        let finding = finding(&card, words.clone());
        let merging = match (words.trim().is_empty(), found.is_empty()) {
            (true, _) => ().into_any(),
            (false, true) => view! { <p>{td_string!(l, desk.change.merge_none)}</p> }.into_any(),
            (false, false) => merging(&card, found, typed, problems.clone()).into_any(),
        };
        Ok(view! {
            <Page
                title=td_string!(l, desk.change.merge_title, name = name)
                desk=AtDesk::Organizations
                lede=td_string!(l, desk.change.merge_lede)
                back=back_to_card(&card)
                problems
            >
                {finding}
                {merging}
            </Page>
        }
        .into_any())
    })
}

fn finding(card: &SupportCard, words: String) -> impl IntoView + use<> {
    let l = locale();
    view! {
        <form method="get" action=format!("{}/merge", card_address(card.id))>
            <h2>{td_string!(l, desk.change.merge_find)}</h2>
            <TextInput name="q" label=td_string!(l, desk.change.merge_words) value=words />
            <Button kind=Kind::Secondary>{td_string!(l, desk.change.merge_search)}</Button>
        </form>
    }
}

fn merging(
    card: &SupportCard,
    found: Vec<NamedOrganization>,
    typed: MergeForm,
    problems: FieldProblems,
) -> impl IntoView + use<> {
    let l = locale();
    let choices =
        found.into_iter().map(|one| Choice::of(one.id.to_string(), one.name.in_language(language())));
    let id = card.id;
    view! {
        <form method="post" action=MergeOrganization::url() novalidate>
            <input type="hidden" name="organization" value=id.to_string() />
            <RadioButtons
                name="form[into]"
                id=Field::MergeInto.id()
                legend=td_string!(l, desk.change.merge_into)
                choices=choices.collect()
                value=typed.into
                error=error_of(problems.clone().into(), Field::MergeInto)
            />
            <Reason reason=typed.reason problems />
            <div class="actions">
                <Button kind=Kind::Warning>{td_string!(l, desk.change.merge_button)}</Button>
                <a class="action" href=card_address(id)>{td_string!(l, desk.change.cancel)}</a>
            </div>
        </form>
    }
}
