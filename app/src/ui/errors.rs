//! What is wrong with a form: the summary above it, the sentence beside each field.

use crate::{language, locale};
use domain::{Field, FieldProblem, FieldProblems};
use leptos::html;
use leptos::prelude::*;
use locales::td_string;

/// What is wrong with one field, as its component wants it.
#[must_use]
pub fn error_of(problems: Signal<FieldProblems>, field: Field) -> MaybeProp<String> {
    let language = language();
    let sentence = move || {
        problems.with(|all| all.of(field).map(|problem| locales::sentence(problem, Some(field), language)))
    };
    MaybeProp::derive(sentence)
}

/// A page that comes with errors starts at them; an island moves the focus itself.
const ON_LOAD: bool = cfg!(feature = "ssr");

/// Lists all faults, each a link to its field, and takes the focus whenever they change.
#[component]
pub fn ErrorSummary(#[prop(into)] problems: Signal<FieldProblems>) -> impl IntoView {
    let summary = NodeRef::<html::Div>::new();
    Effect::new(move |_| {
        let any = problems.with(|problems| !problems.is_empty());
        if let Some(summary) = summary.get().filter(|_| any) {
            let _ = summary.focus();
        }
    });
    let title = td_string!(locale(), ui.error_title);
    let language = language();
    let lines = move || problems.get().0.into_iter().map(|at| line(&at, language)).collect_view();
    move || {
        let lines = lines();
        problems.with(|problems| !problems.is_empty()).then(|| {
            view! {
                <div
                    class="error-summary"
                    role="alert"
                    tabindex="-1"
                    autofocus=ON_LOAD
                    aria-labelledby="error-summary"
                    node_ref=summary
                >
                    <h2 id="error-summary">{title}</h2>
                    <ul>{lines}</ul>
                </div>
            }
        })
    }
}

fn line(at: &FieldProblem, language: domain::Language) -> impl IntoView + use<> {
    let sentence = locales::sentence(&at.problem, Some(at.field), language);
    match at.field {
        Field::Form => view! { <li>{sentence}</li> }.into_any(),
        field => view! { <li><a href=format!("#{}", field.id())>{sentence}</a></li> }.into_any(),
    }
}

/// The sentence beside a field.
#[component]
pub(crate) fn FieldError(id: String, error: MaybeProp<String>) -> impl IntoView {
    let prefix = td_string!(locale(), ui.error_prefix);
    move || {
        let id = id.clone();
        error.get().map(|error| {
            view! { <p class="error" id=id><span class="visually-hidden">{prefix}</span>{error}</p> }
        })
    }
}

/// `aria-describedby` of a control: its hint and its error, those that are there.
pub(crate) fn described_by(
    id: &str,
    hint: MaybeProp<String>,
    error: MaybeProp<String>,
) -> impl Fn() -> Option<String> + Clone + Send + Sync + 'static + use<> {
    let hint = hint.with_untracked(Option::is_some).then(|| format!("{id}-hint"));
    let wrong = format!("{id}-error");
    move || {
        let wrong = error.with(Option::is_some).then(|| wrong.clone());
        match (hint.clone(), wrong) {
            (Some(hint), Some(wrong)) => Some(format!("{hint} {wrong}")),
            (hint, wrong) => hint.or(wrong),
        }
    }
}

/// What is said of a field before anything is typed.
#[component]
pub(crate) fn Hint(id: String, hint: MaybeProp<String>) -> impl IntoView {
    hint.get_untracked().map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })
}
