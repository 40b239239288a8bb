//! Notices that Support sets for everybody (G8).

use super::api::{Announce, EndAnnouncement};
use crate::form::Draft;
use crate::request::{as_staff, draft};
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Button, SummaryList, SummaryRow, Tag, TextArea, TextInput, Tone, Width, error_of};
use crate::{language, locale};
use backend::Permit;
use domain::desk::{AnnouncementForm, AnnouncementLine};
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{Field, FieldProblems};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// `/en/desk/notices`
#[component]
pub fn AnnouncementsPage() -> impl IntoView {
    whole(async {
        let (lines, keeps) = as_staff(|permit: Permit<AllOrganizations>| async move {
            let keeps = permit.actor().may::<KeepOrganizations>();
            Ok((permit.announcements_to_come().await?, keeps))
        })
        .await?;
        let draft: Option<Draft<AnnouncementForm>> = draft("desk/announce").await;
        let problems = draft.as_ref().map(Draft::problems).unwrap_or_default();
        let form = draft.map(|draft| draft.form).unwrap_or_default();
        let l = locale();
        let new = keeps.then(|| view! { <NewAnnouncement form problems=problems.clone() /> });
        Ok(view! {
            <Page
                title=td_string!(l, desk.announcing.title)
                desk=AtDesk::Announcements
                lede=td_string!(l, desk.announcing.lede)
                problems
            >
                {current(lines, keeps)}
                {new}
            </Page>
        }
        .into_any())
    })
}

fn current(lines: Vec<AnnouncementLine>, keeps: bool) -> impl IntoView {
    let l = locale();
    let list = if lines.is_empty() {
        view! { <p>{td_string!(l, desk.announcing.none)}</p> }.into_any()
    } else {
        let rows = lines.into_iter().map(|line| row(line, keeps)).collect_view();
        view! { <SummaryList>{rows}</SummaryList> }.into_any()
    };
    view! {
        <section aria-labelledby="current">
            <h2 id="current">{td_string!(l, desk.announcing.current)}</h2>
            {list}
        </section>
    }
}

fn row(line: AnnouncementLine, keeps: bool) -> AnyView {
    let l = locale();
    let (text, other) = (line.text.in_language(language()).to_owned(), language().other());
    let other_text = line.text.in_language(other).to_owned();
    let (from, until) = (line.from.text.in_language(language()), line.until.text.in_language(language()));
    let when = td_string!(l, desk.announcing.from_until, from = from, until = until);
    let (tone, label) = match line.shown {
        true => (Tone::Success, td_string!(l, desk.announcing.shown)),
        false => (Tone::Quiet, td_string!(l, desk.announcing.later)),
    };
    let shown = view! {
        <p><Tag tone label />" "{when}</p>
        <p lang=other.code() class="soft">{other_text}</p>
    };
    if !keeps {
        return view! { <SummaryRow term=text>{shown}</SummaryRow> }.into_any();
    }
    let of = td_string!(l, desk.announcing.of, text = text.clone());
    let id = line.id.to_string();
    let action = view! {
        <form method="post" action=EndAnnouncement::url()>
            <input type="hidden" name="announcement" value=id />
            <button class="action">
                {td_string!(l, desk.announcing.end)}
                <span class="visually-hidden">{of}</span>
            </button>
        </form>
    };
    view! { <SummaryRow term=text action=action.into_any()>{shown}</SummaryRow> }.into_any()
}

#[component]
fn NewAnnouncement(form: AnnouncementForm, problems: FieldProblems) -> impl IntoView {
    let l = locale();
    let error = |field| error_of(problems.clone().into(), field);
    view! {
        <form method="post" action=Announce::url() novalidate>
            <h2>{td_string!(l, desk.announcing.another)}</h2>
            <TextArea
                name="form[text_en]"
                id=Field::TextEn.id()
                label=td_string!(l, desk.announcing.text_en)
                value=form.text_en
                error=error(Field::TextEn)
                rows=2
                lang="en"
            />
            <TextArea
                name="form[text_fr]"
                id=Field::TextFr.id()
                label=td_string!(l, desk.announcing.text_fr)
                value=form.text_fr
                error=error(Field::TextFr)
                rows=2
                lang="fr"
            />
            <TextInput
                name="form[from]"
                id=Field::From.id()
                label=td_string!(l, desk.announcing.from)
                hint=td_string!(l, desk.announcing.from_hint)
                value=form.from
                error=error(Field::From)
                kind="datetime-local"
                width=Width::Medium
                optional=true
            />
            <TextInput
                name="form[until]"
                id=Field::Until.id()
                label=td_string!(l, desk.announcing.until)
                value=form.until
                error=error(Field::Until)
                kind="datetime-local"
                width=Width::Medium
            />
            <div class="actions"><Button>{td_string!(l, desk.announcing.button)}</Button></div>
        </form>
    }
}
