//! What waits for one's signature, and what one signed: sections of the pages that people come home to (S3, S4).

use super::signed::sealed_link;
use super::way::Way;
use crate::failure::Failure;
use crate::request::as_signed_in;
use crate::ui::{SummaryList, Tag, Tone};
use crate::{language, locale};
use domain::agreements::{SignedLine, ToSign};
use leptos::prelude::*;
use locales::td_string;

/// What is to be signed; nothing where nothing is.
///
/// # Errors
/// When the database cannot be read.
pub async fn to_sign() -> Result<Option<AnyView>, Failure> {
    let lines = as_signed_in(|person| async move { person.agreements_to_sign().await }).await?;
    if lines.is_empty() {
        return Ok(None);
    }
    let title = td_string!(locale(), signing.home.to_sign);
    let lines = lines.iter().map(line).collect_view();
    Ok(Some(
        view! {
            <section aria-labelledby="to-sign">
                <h2 id="to-sign">{title}</h2>
                <ul class="task-list">{lines}</ul>
            </section>
        }
        .into_any(),
    ))
}

fn line(waits: &ToSign) -> impl IntoView + use<> {
    let l = locale();
    let href = Way::Own(waits.signatory).address(language());
    let title = waits.titles.in_language(language()).to_owned();
    let organization = waits.organization_name.in_language(language()).to_owned();
    let date = waits.deadline.text.in_language(language());
    let label = td_string!(l, signing.home.until, date = date);
    let tone = if waits.late_soon { Tone::Warning } else { Tone::Info };
    view! {
        <li>
            <div><a href=href>{title}</a><p class="hint">{organization}</p></div>
            <Tag tone label />
        </li>
    }
}

/// What was signed, to be downloaded; nothing where nothing was.
///
/// # Errors
/// When the database cannot be read.
pub async fn signed() -> Result<Option<AnyView>, Failure> {
    let lines = as_signed_in(|person| async move { person.agreements_signed().await }).await?;
    if lines.is_empty() {
        return Ok(None);
    }
    let title = td_string!(locale(), signing.home.signed);
    let lines = lines.iter().map(signed_line).collect_view();
    Ok(Some(
        view! {
            <section aria-labelledby="signed">
                <h2 id="signed">{title}</h2>
                <SummaryList>{lines}</SummaryList>
            </section>
        }
        .into_any(),
    ))
}

fn signed_line(signed: &SignedLine) -> impl IntoView + use<> {
    let own = Way::Own(signed.signatory);
    let href = own.address(language());
    let title = signed.titles.in_language(language()).to_owned();
    let organization = signed.organization_name.in_language(language());
    let date = signed.signed_on.text.in_language(language());
    let said = td_string!(locale(), signing.home.signed_on, organization = organization, date = date);
    let mut sealed = signed.sealed.clone();
    sealed.sort_by_key(|of| *of != language());
    let files = sealed.into_iter().map(|of| sealed_link(&own, of)).collect_view();
    view! {
        <div>
            <dt><a href=href>{title}</a></dt>
            <dd>{said}<ul class="lines">{files}</ul></dd>
        </div>
    }
}
