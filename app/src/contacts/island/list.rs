//! The list of contacts: it answers while one types, and the address follows (rules L).
//!
//! Without script the same form is sent, and the same links lead from page to page.

use super::line::ContactRow;
use crate::contacts::api::list_contacts;
use crate::locale;
use crate::ui::{CheckBox, Choice, Empty, Pagination, Select};
use domain::contacts::{AccessFilter, ContactPage, ContactSearch, PAGE};
use domain::{Bilingual, Language, OrganizationId};
use leptos::ev::{self, SubmitEvent};
use leptos::prelude::*;
use leptos::reactive::spawn_local;
use leptos::web_sys::{Element, HtmlAnchorElement, MouseEvent, UrlSearchParams};
use locales::td_string;
use std::time::Duration;
use wasm_bindgen::JsCast as _;

/// How long one pauses between two letters of the same word.
const PAUSE: Duration = Duration::from_millis(180);

/// The list, its search and its pages.
#[island]
pub fn ContactList(
    language: Language,
    organization: OrganizationId,
    /// The address of the list, without a query.
    address: String,
    search: ContactSearch,
    found: ContactPage,
    /// The profiles to filter by: key and full name.
    profiles: Vec<(String, Bilingual)>,
    /// Whether the reader manages contacts.
    manages: bool,
) -> impl IntoView {
    crate::speak(language);
    let state = State {
        organization,
        address: StoredValue::new(address),
        search: RwSignal::new(search),
        found: RwSignal::new(found),
        asked: RwSignal::new(0),
        answered: RwSignal::new(0),
    };
    state.follow_history();
    let busy = move || (state.asked.get() != state.answered.get()).then_some("true");
    view! {
        <SearchPanel state profiles />
        <div class="stack" aria-busy=busy>
            <Count state />
            {manages.then(|| view! { <ExportLink state /> })}
            {move || view! { <Table state manages page=state.found.get() /> }}
        </div>
    }
}

/// What the island knows. The last question asked is the only one whose answer is shown.
#[derive(Clone, Copy)]
struct State {
    organization: OrganizationId,
    address: StoredValue<String>,
    search: RwSignal<ContactSearch>,
    found: RwSignal<ContactPage>,
    asked: RwSignal<u32>,
    answered: RwSignal<u32>,
}

/// What becomes of the address when the list changes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum History {
    /// Letters typed into a search do not each make a step back.
    Replace,
    Push,
    /// The address already says it: one walked back or forth.
    Leave,
}

impl State {
    fn href(self, page: u64) -> String {
        let query = self.search.with(|search| search.query(page));
        self.address.with_value(|address| format!("{address}{query}"))
    }

    /// Changes the search and starts again at page 1 (L9).
    fn change(self, history: History, change: impl FnOnce(&mut ContactSearch)) {
        self.search.update(|search| {
            change(search);
            search.page = 1;
        });
        self.ask(history);
    }

    fn go_to(self, page: u64) {
        self.search.update(|search| search.page = page);
        self.ask(History::Push);
    }

    fn ask(self, history: History) {
        self.write_address(history);
        let question = self.asked.get_untracked() + 1;
        self.asked.set(question);
        spawn_local(async move {
            let answer = list_contacts(self.organization, self.search.get_untracked()).await;
            if self.asked.get_untracked() != question {
                return;
            }
            match answer {
                Ok(found) => {
                    self.found.set(found);
                    self.answered.set(question);
                }
                // The page itself tells what is wrong: signed out, no longer a member, or no connection.
                Err(_) => {
                    let _ = window().location().reload();
                }
            }
        });
    }

    fn write_address(self, history: History) {
        let page = self.search.with_untracked(|search| search.page);
        let href = self.href(page);
        let Ok(browser) = window().history() else { return };
        let nothing = wasm_bindgen::JsValue::NULL;
        let _ = match history {
            History::Replace => browser.replace_state_with_url(&nothing, "", Some(&href)),
            History::Push => browser.push_state_with_url(&nothing, "", Some(&href)),
            History::Leave => Ok(()),
        };
    }

    /// Walking back and forth through searches asks them again.
    fn follow_history(self) {
        Effect::new(move |_| {
            let listener = window_event_listener(ev::popstate, move |_| {
                self.search.set(search_of_address());
                self.ask(History::Leave);
            });
            on_cleanup(move || listener.remove());
        });
    }
}

fn search_of_address() -> ContactSearch {
    let query = window().location().search().unwrap_or_default();
    let parameters = UrlSearchParams::new_with_str(&query).ok();
    ContactSearch::from_query(|name| parameters.as_ref().and_then(|all| all.get(name)))
}

#[component]
fn SearchPanel(state: State, profiles: Vec<(String, Bilingual)>) -> impl IntoView {
    let l = locale();
    let language = crate::language();
    let any = Choice::of("", td_string!(l, contacts.any_profile));
    let profiles = profiles.into_iter().map(|(key, name)| Choice::of(key, name.in_language(language)));
    let access = vec![
        Choice::of("", td_string!(l, contacts.access_any)),
        Choice::of("with", td_string!(l, contacts.access_with)),
        Choice::of("without", td_string!(l, contacts.access_without)),
    ];
    let initial = state.search.get_untracked();
    let profile = RwSignal::new(initial.profile.clone());
    let filter = RwSignal::new(initial.access.code().to_owned());
    let active = RwSignal::new(initial.active_only);
    // What is chosen asks at once; walking back through history sets what is shown.
    Effect::new(move |before: Option<()>| {
        let (profile, filter, active) = (profile.get(), filter.get(), active.get());
        if before.is_some() {
            state.change(History::Push, |search| {
                search.profile = profile;
                search.access = access_of(&filter);
                search.active_only = active;
            });
        }
    });
    let mut typed =
        debounce(PAUSE, move |words: String| state.change(History::Replace, |search| search.words = words));
    let input = move |event| typed(event_target_value(&event));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        state.ask(History::Replace);
    };
    let words = move || state.search.with(|search| search.words.clone());
    view! {
        <search>
            <form
                class="search-panel"
                method="get"
                action=state.address.get_value()
                aria-label=td_string!(l, contacts.search)
                on:submit=submit
            >
                <input type="hidden" name="search" value="1" />
                {initial.waiting.map(|waiting| view! { <input type="hidden" name="waiting" value=waiting.code() /> })}
                <div class="field grow">
                    <label for="q">{td_string!(l, contacts.words)}</label>
                    <input
                        type="search"
                        id="q"
                        name="q"
                        value=initial.words
                        prop:value=words
                        autocomplete="off"
                        spellcheck="false"
                        on:input=input
                    />
                </div>
                <Select
                    name="profile"
                    label=td_string!(l, contacts.profile)
                    choices=std::iter::once(any).chain(profiles).collect()
                    bind=profile
                />
                <Select name="access" label=td_string!(l, contacts.access_filter) choices=access bind=filter />
                <button class="button secondary">{td_string!(l, contacts.submit)}</button>
                <div class="filters">
                    <CheckBox name="active" label=td_string!(l, contacts.active_only) value="1" bind=active />
                </div>
            </form>
        </search>
    }
}

fn access_of(code: &str) -> AccessFilter {
    match code {
        "with" => AccessFilter::With,
        "without" => AccessFilter::Without,
        _ => AccessFilter::Any,
    }
}

/// How many were found; said aloud when it changes (L9).
#[component]
fn Count(state: State) -> impl IntoView {
    let l = locale();
    let counted = move || {
        state.found.with(|page| {
            let words = if locales::is_one(crate::language(), page.found) {
                td_string!(l, contacts.found_one)
            } else {
                td_string!(l, contacts.found_many)
            };
            (page.found, words, shown(page))
        })
    };
    view! {
        <p class="result-count" role="status">
            {move || {
                let (found, words, shown) = counted();
                let showing = shown.map(|(first, last)| {
                    format!(" {}", td_string!(l, contacts.showing, first = first, last = last))
                });
                view! { <strong>{found}" "{words}</strong>{showing} }
            }}
        </p>
    }
}

/// The list as a file, as it is filtered now (G6).
#[component]
fn ExportLink(state: State) -> impl IntoView {
    let href = move || {
        let query = state.search.with(|search| search.query(1));
        state.address.with_value(|address| format!("{address}/export.csv{query}"))
    };
    let nobody = move || state.found.with(|page| page.found == 0);
    view! { <p hidden=nobody><a class="action" href=href>{td_string!(locale(), imports.export)}</a></p> }
}

/// The first and the last line of those found, when not all are in sight.
fn shown(page: &ContactPage) -> Option<(u64, u64)> {
    let first = (page.page - 1) * PAGE + 1;
    (page.pages > 1).then_some((first, first + page.lines.len() as u64 - 1))
}

#[component]
fn Table(state: State, manages: bool, page: ContactPage) -> impl IntoView {
    let l = locale();
    if page.lines.is_empty() {
        if manages && state.search.with_untracked(|search| search.query(1).is_empty()) {
            return view! {
                <Empty title=td_string!(l, contacts.nobody_title)><p>{td_string!(l, contacts.nobody_text)}</p></Empty>
            }
            .into_any();
        }
        let address = state.address.get_value();
        return view! {
            <Empty title=td_string!(l, contacts.empty_title)>
                <p>{td_string!(l, contacts.empty_text)}</p>
                <p class="actions"><a class="action" href=address>{td_string!(l, contacts.clear)}</a></p>
            </Empty>
        }
        .into_any();
    }
    let rows = page.lines.into_iter().map(|line| {
        view! { <ContactRow line organization=state.organization address=state.address.get_value() manages /> }
    });
    let rows = rows.collect_view();
    let turn = move |event: MouseEvent| turn_page(state, &event);
    view! {
        <table class="table contacts" role="table">
            <caption class="visually-hidden">{td_string!(l, contacts.table)}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    {manages.then(|| view! {
                        <th role="columnheader" scope="col" class="tick">
                            <span class="visually-hidden">{td_string!(l, bulk.column)}</span>
                        </th>
                    })}
                    <th role="columnheader" scope="col">{td_string!(l, contacts.column_name)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, contacts.column_details)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, contacts.column_status)}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
        <div on:click=turn>
            <Pagination page=page.page pages=page.pages href=move |page| state.href(page) />
        </div>
    }
    .into_any()
}

/// A plain click on a page's link turns the page here; any other click is the browser's.
fn turn_page(state: State, event: &MouseEvent) {
    if event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key() || event.button() != 0 {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let link = target.and_then(|element| element.closest("a").ok().flatten());
    let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) else { return };
    let parameters = UrlSearchParams::new_with_str(&link.search()).ok();
    let page = parameters.and_then(|all| all.get("page")).and_then(|page| page.parse().ok()).unwrap_or(1);
    event.prevent_default();
    state.go_to(page);
    if let Some(heading) = document().query_selector(".result-count").ok().flatten() {
        heading.scroll_into_view();
    }
}
