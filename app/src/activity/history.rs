//! The last changes of one contact, for its page.

use super::page::{activity_address, lines};
use crate::failure::Failure;
use crate::locale;
use crate::request::as_permitted;
use backend::Permit;
use domain::activity::{ActivityLine, ActivitySearch};
use domain::organizations::OrganizationFrame;
use domain::permissions::ReadActivity;
use domain::{ContactId, OrganizationId};
use leptos::prelude::*;
use locales::td_string;

/// What the page of a contact says of its history: nothing to those who may not read it.
///
/// # Errors
/// When the database refuses.
pub async fn history_of(
    organization: &OrganizationFrame,
    contact: ContactId,
) -> Result<Option<Vec<ActivityLine>>, Failure> {
    if !organization.actor.may::<ReadActivity>() {
        return Ok(None);
    }
    let read = |permit: Permit<ReadActivity>| async move { permit.history_of(contact).await };
    as_permitted(organization.id, read).await.map(Some)
}

/// The last changes, and the way to all of them.
#[component]
pub fn ContactHistory(
    organization: OrganizationId,
    /// Who it is about: an address of theirs, for the way to all of it.
    person: String,
    history: Vec<ActivityLine>,
) -> impl IntoView {
    let l = locale();
    let about = ActivitySearch { person, ..ActivitySearch::default() };
    let href = format!("{}{}", activity_address(organization), about.query());
    // Of somebody who was anonymized, no address leads to the rest (G10).
    let all = about.narrows().then(|| {
        view! { <p><a class="action" href=href>{td_string!(l, activity.history_all)}</a></p> }
    });
    let list = if history.is_empty() {
        view! { <p>{td_string!(l, activity.history_none)}</p> }.into_any()
    } else {
        view! {
            {lines(history, false)}
            {all}
        }
        .into_any()
    };
    view! {
        <section aria-labelledby="history">
            <h2 id="history">{td_string!(l, activity.history)}</h2>
            {list}
        </section>
    }
}
