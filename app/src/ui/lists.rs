//! Lists, figures, dates.

use crate::{language, locale};
use domain::Date;
use leptos::prelude::*;
use locales::td_string;

/// What a tag's colour says; its words say it too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Quiet,
    Primary,
    Administrator,
    Success,
    Warning,
    Danger,
    Info,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Quiet => "tag",
            Self::Primary => "tag primary",
            Self::Administrator => "tag administrator",
            Self::Success => "tag success",
            Self::Warning => "tag warning",
            Self::Danger => "tag danger",
            Self::Info => "tag info",
        }
    }
}

/// Names what something is.
#[component]
pub fn Tag(#[prop(optional)] tone: Tone, #[prop(into)] label: String) -> impl IntoView {
    view! { <span class=tone.class()>{label}</span> }
}

/// A date, for people and for machines.
#[component]
pub fn Time(date: Date) -> impl IntoView {
    let text = date.text.in_language(language()).to_owned();
    view! { <time datetime=date.machine>{text}</time> }
}

/// Names and values.
#[component]
pub fn SummaryList(children: Children) -> impl IntoView {
    view! { <dl class="summary-list">{children()}</dl> }
}

/// One name, its value, and the way to change it.
#[component]
pub fn SummaryRow(
    #[prop(into)] term: String,
    #[prop(optional, into)] action: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let action = action.map(|action| view! { <dd>{action}</dd> });
    view! { <div><dt>{term}</dt><dd>{children()}</dd>{action}</div> }
}

/// An empty list says what to do next.
#[component]
pub fn Empty(
    #[prop(into)] title: String,
    /// Documents are missing, not people.
    #[prop(optional)]
    documents: bool,
    children: Children,
) -> impl IntoView {
    let class = if documents { "empty documents" } else { "empty" };
    view! { <div class=class><h2>{title}</h2>{children()}</div> }
}

/// The pages of a list: previous, next, the first, the last, and those around this one.
#[component]
pub fn Pagination<F>(
    page: u64,
    pages: u64,
    /// The address of a page.
    href: F,
) -> impl IntoView
where
    F: Fn(u64) -> String + 'static,
{
    if pages < 2 {
        return ().into_any();
    }
    let l = locale();
    let numbers = shown(page, pages).into_iter().map(|number| match number {
        None => view! { <li>{td_string!(l, ui.ellipsis)}</li> }.into_any(),
        Some(number) => {
            let current = (number == page).then_some("page");
            let label = td_string!(l, ui.page, number = number);
            view! { <li><a href=href(number) aria-label=label aria-current=current>{number}</a></li> }
                .into_any()
        }
    });
    let numbers = numbers.collect_view();
    let previous =
        (page > 1).then(|| view! { <a rel="prev" href=href(page - 1)>{td_string!(l, ui.previous)}</a> });
    let next =
        (page < pages).then(|| view! { <a rel="next" href=href(page + 1)>{td_string!(l, ui.next)}</a> });
    view! {
        <nav class="pagination" aria-label=td_string!(l, ui.pages)>
            {previous}
            <ul>{numbers}</ul>
            {next}
        </nav>
    }
    .into_any()
}

/// The numbers shown; nothing where some are left out. Never is a single one left out.
fn shown(page: u64, pages: u64) -> Vec<Option<u64>> {
    let near = |number: u64| number == 1 || number == pages || number.abs_diff(page) <= 1;
    let lone = |number: u64| near(number - 1) && near(number + 1);
    let mut numbers: Vec<Option<u64>> = Vec::new();
    let from = page.saturating_sub(3).max(1);
    let to = (page + 3).min(pages);
    let mut candidates: Vec<u64> = (from..=to).collect();
    candidates.extend([1, pages]);
    candidates.sort_unstable();
    candidates.dedup();
    let mut last = 0;
    for number in candidates {
        if near(number) || (number > 1 && number < pages && lone(number)) {
            if number > last + 1 {
                numbers.push(None);
            }
            numbers.push(Some(number));
            last = number;
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::shown;

    fn written(page: u64, pages: u64) -> String {
        let words = shown(page, pages).into_iter().map(|n| n.map_or("…".into(), |n| n.to_string()));
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn l2_the_pages_around_this_one_are_shown() {
        assert_eq!(written(1, 2), "1 2");
        assert_eq!(written(1, 4), "1 2 3 4");
        assert_eq!(written(1, 9), "1 2 … 9");
        assert_eq!(written(4, 9), "1 2 3 4 5 … 9");
        assert_eq!(written(5, 9), "1 … 4 5 6 … 9");
        assert_eq!(written(400, 400), "1 … 399 400");
        assert_eq!(written(2, 5), "1 2 3 4 5");
    }
}
