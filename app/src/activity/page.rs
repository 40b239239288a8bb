//! The page of an organization's activity: filtered, the newest first, every filter in the address (G3).

use crate::request::{as_permitted, query};
use crate::shell::{Here, Page, frame_of, organization_of_address, whole};
use crate::ui::{Button, Empty, Kind, LinkButton, TextInput, Time};
use crate::{language, locale};
use backend::Permit;
use domain::activity::{ActivityFound, ActivityLine, ActivitySearch, Change, Place, Whom};
use domain::permissions::ReadActivity;
use domain::{Act, OrganizationId};
use leptos::prelude::*;
use locales::{act_kind, act_subject, colon, person, td_string};

/// The activity of an organization, in the language of the request.
#[must_use]
pub fn activity_address(organization: OrganizationId) -> String {
    format!("/{}/organizations/{organization}/activity", language().code())
}

/// `/en/organizations/…/activity`
#[component]
pub fn ActivityPage() -> impl IntoView {
    whole(async {
        let id = organization_of_address()?;
        let organization = frame_of(id).await?;
        let search = ActivitySearch::from_query(query);
        let asked = search.clone();
        let found =
            as_permitted(id, |permit: Permit<ReadActivity>| async move { permit.activity(&asked).await })
                .await?;
        let l = locale();
        let body = shown(&activity_address(id), &search, found);
        Ok(view! {
            <Page
                title=td_string!(l, activity.title)
                organization
                here=Here::Activity
                lede=td_string!(l, activity.lede)
            >
                {body}
            </Page>
        }
        .into_any())
    })
}

/// The filters, what they found, the ways on.
fn shown(address: &str, search: &ActivitySearch, found: ActivityFound) -> impl IntoView + use<> {
    let l = locale();
    let export = format!("{address}/export.csv{}", search.at(None, None).query());
    let ways = ways(address, search, found.older, found.newer);
    let list = if found.lines.is_empty() {
        empty(address, search).into_any()
    } else {
        view! {
            <p class="actions">
                <LinkButton href=export kind=Kind::Secondary>{td_string!(l, activity.export)}</LinkButton>
            </p>
            {lines(found.lines, true)}
            {ways}
        }
        .into_any()
    };
    view! {
        {filters(address, search)}
        {list}
    }
}

fn filters(address: &str, search: &ActivitySearch) -> impl IntoView + use<> {
    let l = locale();
    let clear = search.narrows().then(|| {
        view! { <a class="action" href=address.to_owned()>{td_string!(l, activity.clear)}</a> }
    });
    view! {
        <search>
            <form
                class="search-panel"
                method="get"
                action=address.to_owned()
                aria-label=td_string!(l, activity.search)
            >
                <TextInput
                    name="person"
                    label=td_string!(l, activity.person)
                    hint=td_string!(l, activity.person_hint)
                    kind="search"
                    value=search.person.clone()
                />
                {kinds(&search.kind)}
                {day("from", td_string!(l, activity.from), &search.from)}
                {day("to", td_string!(l, activity.to), &search.to)}
                <Button kind=Kind::Secondary>{td_string!(l, activity.submit)}</Button>
                {clear}
            </form>
        </search>
    }
}

fn day(name: &'static str, label: &'static str, value: &str) -> impl IntoView + use<> {
    view! {
        <div class="field short">
            <label for=name>{label}</label>
            <input type="date" id=name name=name value=value.to_owned() />
        </div>
    }
}

/// The acts, by what they are about.
fn kinds(chosen: &str) -> impl IntoView + use<> {
    let l = locale();
    let groups = Act::subjects().into_iter().map(|subject| {
        let label = act_subject(subject, language());
        let all = td_string!(l, activity.all_of, subject = label);
        let acts = Act::ALL.iter().filter(|act| act.subject() == subject).map(|act| {
            let selected = act.code() == chosen;
            view! { <option value=act.code() selected=selected>{act_kind(Some(*act), language())}</option> }
        });
        let acts = acts.collect_view();
        view! {
            <optgroup label=label>
                <option value=subject selected=subject == chosen>{all}</option>
                {acts}
            </optgroup>
        }
    });
    let groups = groups.collect_view();
    view! {
        <div class="field">
            <label for="kind">{td_string!(l, activity.what)}</label>
            <select id="kind" name="kind">
                <option value="">{td_string!(l, activity.any)}</option>
                {groups}
            </select>
        </div>
    }
}

fn empty(address: &str, search: &ActivitySearch) -> impl IntoView + use<> {
    let l = locale();
    if !search.narrows() && search.before.is_none() && search.after.is_none() {
        let title = td_string!(l, activity.empty_yet_title);
        return view! { <Empty title><p>{td_string!(l, activity.empty_yet_text)}</p></Empty> }.into_any();
    }
    let address = address.to_owned();
    view! {
        <Empty title=td_string!(l, activity.empty_title)>
            <p>{td_string!(l, activity.empty_text)}</p>
            <p><a class="action" href=address>{td_string!(l, activity.clear)}</a></p>
        </Empty>
    }
    .into_any()
}

/// To newer lines and to older ones.
fn ways(
    address: &str,
    search: &ActivitySearch,
    older: Option<Place>,
    newer: Option<Place>,
) -> impl IntoView + use<> {
    let l = locale();
    let href = |before, after| format!("{address}{}", search.at(before, after).query());
    let newer = newer.map(|place| {
        view! { <a rel="prev" href=href(None, Some(place))>{td_string!(l, activity.newer)}</a> }
    });
    let older = older.map(|place| {
        view! { <a rel="next" href=href(Some(place), None)>{td_string!(l, activity.older)}</a> }
    });
    (newer.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pagination" aria-label=td_string!(l, activity.pages)>
                {newer}
                {older}
            </nav>
        }
    })
}

/// Lines of the activity; the person each is about leads to their page, unless this is it.
pub(super) fn lines(lines: Vec<ActivityLine>, linked: bool) -> impl IntoView {
    let lines = lines.into_iter().map(|line| {
        let sentence = line.sentence.in_language(language()).to_owned();
        let sentence = match line.whom.filter(|_| linked) {
            Some(whom) => with_link(sentence, &whom).into_any(),
            None => sentence.into_any(),
        };
        view! {
            <li>
                <Time date=line.at />
                <div>
                    <p>{sentence}</p>
                    {(!line.changes.is_empty()).then(|| changes(line.changes))}
                </div>
            </li>
        }
    });
    let lines = lines.collect_view();
    view! { <ol class="activity">{lines}</ol> }
}

/// The sentence, in which the name leads to the person.
fn with_link(sentence: String, whom: &Whom) -> impl IntoView + use<> {
    let href =
        format!("/{}/organizations/{}/contacts/{}", language().code(), whom.organization, whom.contact);
    let name = person(&whom.name, language());
    match sentence.rsplit_once(&name) {
        Some((before, after)) => {
            view! { {before.to_owned()}<a href=href>{name.clone()}</a>{after.to_owned()} }.into_any()
        }
        None => sentence.into_any(),
    }
}

/// Field by field: what it was, what it is.
fn changes(changes: Vec<Change>) -> impl IntoView {
    let l = locale();
    let hidden = |word: &str| format!("{word}{} ", colon(language()));
    let rows = changes.into_iter().map(|change| {
        let after = change.after.in_language(language()).to_owned();
        let field = change.field.in_language(language()).to_owned();
        match change.before {
            Some(before) => {
                let before = before.in_language(language()).to_owned();
                view! {
                    <div>
                        <dt>{field}</dt>
                        <dd>
                            <span class="visually-hidden">{hidden(td_string!(l, activity.before))}</span>
                            <del>{before}</del>
                        </dd>
                        <dd>
                            <span class="visually-hidden">{hidden(td_string!(l, activity.after))}</span>
                            <ins>{after}</ins>
                        </dd>
                    </div>
                }
                .into_any()
            }
            None => view! { <div><dt>{field}</dt><dd>{after}</dd></div> }.into_any(),
        }
    });
    let rows = rows.collect_view();
    view! { <dl class="changes">{rows}</dl> }
}
