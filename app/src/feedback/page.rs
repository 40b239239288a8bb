//! What people say of pages, for Support (R12): how many found each useful, and the last comments.

use crate::locale;
use crate::request::as_staff;
use crate::shell::{AtDesk, Page, whole};
use crate::ui::{Empty, Tag, Time, Tone};
use backend::Permit;
use domain::Language;
use domain::feedback::{FeedbackComment, FeedbackLine};
use domain::permissions::AllOrganizations;
use leptos::prelude::*;
use locales::td_string;

/// `/en/desk/feedback`
#[component]
pub fn FeedbackPage() -> impl IntoView {
    whole(async {
        let (pages, comments) =
            as_staff(|permit: Permit<AllOrganizations>| async move { permit.feedback().await }).await?;
        let l = locale();
        let body = match pages.is_empty() {
            true => view! {
                <Empty title=td_string!(l, feedback.desk.none)>
                    <p>{td_string!(l, feedback.desk.none_what)}</p>
                </Empty>
            }
            .into_any(),
            false => view! { {by_page(pages)} {last(comments)} }.into_any(),
        };
        Ok(view! {
            <Page
                title=td_string!(l, feedback.desk.title)
                desk=AtDesk::Feedback
                lede=td_string!(l, feedback.desk.lede)
            >
                {body}
            </Page>
        }
        .into_any())
    })
}

fn by_page(pages: Vec<FeedbackLine>) -> impl IntoView {
    let l = locale();
    let rows = pages.into_iter().map(|line| {
        view! {
            <tr role="row">
                <th role="rowheader" scope="row"><code>{line.page}</code></th>
                <td role="cell" data-label=td_string!(l, feedback.desk.useful) class="number">{line.useful}</td>
                <td role="cell" data-label=td_string!(l, feedback.desk.useless) class="number">{line.useless}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section aria-labelledby="pages">
            <h2 id="pages">{td_string!(l, feedback.desk.pages)}</h2>
            <table class="table" role="table">
                <caption class="visually-hidden">{td_string!(l, feedback.desk.pages)}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th role="columnheader" scope="col">{td_string!(l, feedback.desk.page)}</th>
                        <th role="columnheader" scope="col" class="number">{td_string!(l, feedback.desk.useful)}</th>
                        <th role="columnheader" scope="col" class="number">{td_string!(l, feedback.desk.useless)}</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </section>
    }
}

fn last(comments: Vec<FeedbackComment>) -> impl IntoView {
    let l = locale();
    let list = match comments.is_empty() {
        true => view! { <p>{td_string!(l, feedback.desk.no_comments)}</p> }.into_any(),
        false => {
            let lines = comments.into_iter().map(comment).collect_view();
            view! { <ol class="activity">{lines}</ol> }.into_any()
        }
    };
    view! {
        <section aria-labelledby="comments">
            <h2 id="comments">{td_string!(l, feedback.desk.comments)}</h2>
            {list}
        </section>
    }
}

fn comment(said: FeedbackComment) -> impl IntoView {
    let l = locale();
    let (tone, label) = match said.useful {
        true => (Tone::Success, td_string!(l, feedback.desk.useful)),
        false => (Tone::Quiet, td_string!(l, feedback.desk.useless)),
    };
    let spoken = match said.language {
        Language::En => td_string!(l, feedback.desk.in_en),
        Language::Fr => td_string!(l, feedback.desk.in_fr),
    };
    view! {
        <li>
            <Time date=said.on />
            <div>
                <p lang=said.language.code()>{said.comment}</p>
                <p class="soft"><Tag tone label /> " " <code>{said.page}</code> ", " {spoken}</p>
            </div>
        </li>
    }
}
