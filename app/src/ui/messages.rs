//! What the portal says on a page.

use leptos::prelude::*;

/// Something to know before acting, or that was just done.
#[component]
pub fn NoticeBox(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    #[prop(into)] title: String,
    /// `success`, `warning`, or information.
    #[prop(optional)]
    tone: super::Tone,
    /// More than the title says.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let class = match tone {
        super::Tone::Success => "notice success",
        super::Tone::Warning | super::Tone::Danger => "notice warning",
        _ => "notice",
    };
    view! {
        <div class=class role="region" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{title}</h2>
            {children.map(|children| children())}
        </div>
    }
}

/// A confirmation: the whole page says that it is done. It holds the page's `<h1>`.
#[component]
pub fn Panel(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! { <div class="panel"><h1>{title}</h1>{children()}</div> }
}

/// Help that unfolds.
#[component]
pub fn Details(
    #[prop(into)] summary: String,
    /// Unfolded from the beginning: something in it was typed already.
    #[prop(optional)]
    open: bool,
    children: Children,
) -> impl IntoView {
    view! { <details class="details" open=open><summary>{summary}</summary><div>{children()}</div></details> }
}

/// A question that must be answered before going on; a link with `data-dialog=id` opens it where script runs,
/// and leads to the page that asks the same where it does not.
#[component]
pub fn Dialog(#[prop(into)] id: String, #[prop(into)] title: String, children: Children) -> impl IntoView {
    let heading = format!("{id}-title");
    view! {
        <dialog class="dialog" id=id aria-labelledby=heading.clone()>
            <h2 id=heading.clone()>{title}</h2>
            {children()}
        </dialog>
    }
}
