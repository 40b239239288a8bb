//! The question at the foot of a page: folded, so that it is one step for whoever goes through the page by keyboard.

use super::api::SayOfPage;
use crate::form::Draft;
use crate::locale;
use crate::request;
use crate::ui::{Button, Kind, TextArea, error_of};
use domain::Field;
use domain::feedback::{COMMENT, FeedbackForm};
use leptos::prelude::*;
use locales::td_string;
use server_fn::ServerFn as _;

/// The name under which the form is kept.
pub const FORM: &str = "feedback/say";

/// Where to come back to: this page, with its search.
fn here() -> String {
    let query = request::raw_query();
    if query.is_empty() { request::path() } else { format!("{}?{query}", request::path()) }
}

/// The question, with what was typed when it was refused.
#[component]
pub fn PageFeedback(refused: Option<Draft<FeedbackForm>>) -> impl IntoView {
    let l = locale();
    let open = refused.is_some();
    let problems = refused.as_ref().map(Draft::problems).unwrap_or_default();
    let typed = refused.map(|draft| draft.form).unwrap_or_default();
    view! {
        <details class="details feedback" open=open>
            <summary>{td_string!(l, feedback.question)}</summary>
            <div>
                <form method="post" action=SayOfPage::url() novalidate>
                    <input type="hidden" name="form[page]" value=here() />
                    <TextArea
                        name="form[comment]"
                        id=Field::Comment.id()
                        label=td_string!(l, feedback.comment)
                        hint=td_string!(l, feedback.hint)
                        value=typed.comment
                        maxlength=COMMENT
                        error=error_of(problems.into(), Field::Comment)
                        optional=true
                        rows=2
                    />
                    <div class="actions">
                        <Button kind=Kind::Secondary name="form[useful]" value="yes">
                            {td_string!(l, feedback.yes)}
                        </Button>
                        <Button kind=Kind::Secondary name="form[useful]" value="no">
                            {td_string!(l, feedback.no)}
                        </Button>
                    </div>
                </form>
            </div>
        </details>
    }
}
