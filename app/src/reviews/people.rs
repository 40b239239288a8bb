//! The people of a review, as a table and one by one.

use crate::{language, locale};
use domain::reviews::{Decision, Outcome, Reach, ReviewedPerson, ReviewedProfile, Standing, Who};
use leptos::prelude::*;
use locales::td_string;

/// Who did something, as people read it.
pub fn named(who: &Who) -> String {
    match who {
        Who::Named(name) => locales::person(name, language()),
        Who::Support => td_string!(locale(), reviews.by_support).to_owned(),
        Who::Unknown => td_string!(locale(), reviews.by_unknown).to_owned(),
    }
}

/// Everybody, a line each; open, those who wait for the reader can be ticked.
#[component]
pub fn PeopleTable(
    people: Vec<ReviewedPerson>,
    /// The address of the review.
    address: String,
    open: bool,
) -> impl IntoView {
    let l = locale();
    let ticks = open && people.iter().any(ReviewedPerson::waits_for_you);
    let rows = people.into_iter().map(|person| row(&person, &address, (open, ticks))).collect_view();
    let tick = ticks.then(|| {
        view! {
            <th role="columnheader" scope="col" class="tick">
                <span class="visually-hidden">{td_string!(l, reviews.column_keep)}</span>
            </th>
        }
    });
    view! {
        <table class="table" role="table">
            <caption class="visually-hidden">{td_string!(l, reviews.people)}</caption>
            <thead role="rowgroup">
                <tr role="row">
                    {tick} <th role="columnheader" scope="col">{td_string!(l, reviews.column_person)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, reviews.column_profiles)}</th>
                    <th role="columnheader" scope="col">{td_string!(l, reviews.column_decision)}</th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    }
}

fn row(person: &ReviewedPerson, address: &str, (open, ticks): (bool, bool)) -> impl IntoView + use<> {
    let l = locale();
    let tick = ticks.then(|| {
        let keep = person.waits_for_you().then(|| {
            let label = td_string!(l, reviews.keep_one, name = person.name.clone());
            let value = format!("{}:{}", person.contact, person.version);
            view! { <input type="checkbox" name="people[]" value=value aria-label=label /> }
        });
        view! { <td role="cell" class="tick">{keep}</td> }
    });
    let href = format!("{address}/people/{}", person.contact);
    let name = locales::person(&person.name, language());
    let seen = person.last_sign_in.as_ref().map(|date| {
        let date = date.text.in_language(language()).to_owned();
        view! { <li class="soft">{td_string!(l, contacts.last_sign_in, date = date)}</li> }
    });
    let unused = person.unused_days.map(|days| {
        view! { <li><span class="status waiting">{td_string!(l, contacts.unused, days = days)}</span></li> }
    });
    view! {
        <tr role="row">
            {tick}
            <th role="rowheader" scope="row">
                <a class="name" href=href.clone()>{name.clone()}</a>
                <ul class="lines"><li>{tags(person)}</li>{seen}{unused}</ul>
            </th>
            <td role="cell" data-label=td_string!(l, reviews.column_profiles)>{profiles(person)}</td>
            <td role="cell" data-label=td_string!(l, reviews.column_decision)>
                {decisions(person)}
                {(open && person.waits_for_you()).then(|| {
                    view! {
                        <a class="action" href=href>
                            {td_string!(l, reviews.decide)}
                            <span class="visually-hidden">{td_string!(l, contacts.of, name = name)}</span>
                        </a>
                    }
                })}
            </td>
        </tr>
    }
}

/// What somebody is to the organization.
pub fn tags(person: &ReviewedPerson) -> impl IntoView + use<> {
    let l = locale();
    let tag = |shown: bool, class: &'static str, label: &'static str| {
        shown.then(|| view! { <span class=class>{label}</span>" " })
    };
    view! {
        {tag(person.primary, "tag primary", td_string!(l, contacts.primary))}
        {tag(person.administrator, "tag administrator", td_string!(l, contacts.administrator))}
        {tag(person.you, "tag", td_string!(l, reviews.you))}
    }
}

/// The profiles, who granted them and until when, and what changed since the start.
pub fn profiles(person: &ReviewedPerson) -> impl IntoView + use<> {
    let lines = person.profiles.iter().map(|profile| {
        view! { <li>{profile.name.in_language(language()).to_owned()}<br /><span class="soft">{granted(profile)}</span></li> }
    });
    view! { <ul class="lines">{lines.collect_view()}</ul> }
}

fn granted(profile: &ReviewedProfile) -> String {
    let l = locale();
    let date = profile.granted_at.text.in_language(language());
    let mut parts = vec![match &profile.granted_by {
        Who::Unknown => td_string!(l, contacts.card.granted, date = date),
        who => td_string!(l, contacts.card.granted_by, name = named(who), date = date),
    }];
    if let Some(end) = &profile.ends_at {
        parts.push(td_string!(l, reviews.ends, date = end.text.in_language(language())));
    }
    if !profile.at_start {
        parts.push(td_string!(l, reviews.since).to_owned());
    }
    if profile.at_start && profile.standing == Standing::Ended {
        parts.push(td_string!(l, reviews.ended).to_owned());
    }
    parts.join(" · ")
}

/// Where each profile stands; said once when it is the same for all.
fn decisions(person: &ReviewedPerson) -> impl IntoView + use<> {
    let mut said: Vec<(&'static str, String)> = Vec::new();
    for profile in &person.profiles {
        let line = (class(profile.standing), decision(profile));
        if !said.contains(&line) {
            said.push(line);
        }
    }
    let lines =
        said.into_iter().map(|(class, text)| view! { <li><span class=class><span>{text}</span></span></li> });
    view! { <ul class="lines">{lines.collect_view()}</ul> }
}

const fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Decided(Decision::Keep) => "status access",
        Standing::Decided(Decision::Change) => "status signed",
        Standing::Decided(Decision::Deactivate) | Standing::Ended => "status inactive",
        Standing::Waits(Reach::Yours) => "status waiting",
        Standing::Waits(_) => "status invited",
    }
}

fn decision(profile: &ReviewedProfile) -> String {
    let l = locale();
    let standing = match profile.standing {
        Standing::Waits(Reach::Yours) => return td_string!(l, reviews.waits_yours).to_owned(),
        Standing::Waits(Reach::Colleague) => return td_string!(l, reviews.waits_colleague).to_owned(),
        Standing::Waits(Reach::Support) => return td_string!(l, reviews.support_decides).to_owned(),
        Standing::Ended => return td_string!(l, reviews.outcome.ended).to_owned(),
        Standing::Decided(Decision::Keep) => td_string!(l, reviews.outcome.keep),
        Standing::Decided(Decision::Change) => td_string!(l, reviews.outcome.change),
        Standing::Decided(Decision::Deactivate) => td_string!(l, reviews.outcome.deactivate),
    };
    let made = profile.decided.as_ref().filter(|made| matches!(made.outcome, Outcome::Decided(_)));
    let Some(made) = made else { return standing.to_owned() };
    let date = made.at.text.in_language(language());
    let decided = td_string!(l, reviews.decided, decision = standing, name = named(&made.by), date = date);
    match &made.note {
        Some(note) => format!("{decided} {}", td_string!(l, reviews.noted, note = note.as_str())),
        None => decided,
    }
}
