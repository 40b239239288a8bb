//! Forms that were refused, kept in the session (G5).

use super::answer::{is_plain_post, local, redirect};
use super::session::session;
use super::{encoded, header, language, parts, portal, query};
use crate::failure::Failure;
use crate::form::Draft;
use domain::{FieldProblems, Language, Problem};
use http::header::{LOCATION, REFERER};
use http::{HeaderValue, StatusCode, Uri};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where the session keeps them.
const DRAFTS: &str = "drafts";
/// How many; the oldest goes first.
const MOST: usize = 6;

#[derive(Serialize, Deserialize)]
struct Kept {
    id: String,
    /// The name of the form; of a button that has nothing to keep, empty.
    name: String,
    form: Value,
    failure: Failure,
}

/// Does what a form asks. When it is refused and was sent without script, the person comes back to the page
/// with all that was typed; never pass a password in `typed`.
///
/// # Errors
/// Whatever `work` is refused.
pub async fn submit<T, Form, Work>(name: &str, typed: &Form, work: Work) -> Result<T, Failure>
where
    Form: Serialize + Sync + ?Sized,
    Work: Future<Output = Result<T, Failure>> + Send,
{
    let result = work.await;
    match &result {
        Ok(_) => forget(name).await,
        Err(failure) if is_plain_post() => keep(name, typed, failure).await,
        Err(_) => {}
    }
    result
}

/// Puts a form aside that nothing is wrong with, to be looked at before it is sent: what names it in an address.
pub async fn set_aside<Form: Serialize + Sync>(name: &str, typed: &Form) -> String {
    store(name, typed, &Failure::Invalid(FieldProblems::none())).await.unwrap_or_default()
}

/// The form of that name that was put aside, or refused.
pub async fn aside<Form: DeserializeOwned>(name: &str, id: &str) -> Option<Form> {
    let all: Vec<Kept> = session().ok()?.get(DRAFTS).await.ok()??;
    let kept = all.into_iter().find(|kept| kept.id == id && kept.name == name)?;
    serde_json::from_value(kept.form).ok()
}

/// What was typed in that form and refused, if the address names it.
pub async fn draft<Form: DeserializeOwned>(name: &str) -> Option<Draft<Form>> {
    let kept = kept_for_this_page().await?;
    if kept.name != name {
        return None;
    }
    // Whoever signed in again meanwhile finds what was typed, and nothing wrong with it.
    let failure = match kept.failure {
        Failure::Refused(Problem::StepUpNeeded) => Failure::Invalid(FieldProblems::none()),
        other => other,
    };
    Some(Draft { form: serde_json::from_value(kept.form).ok()?, failure })
}

/// Whether the address names something that is kept no longer: too much came after it, or its session has ended.
pub async fn draft_is_gone() -> bool {
    query("draft").is_some() && kept_for_this_page().await.is_none()
}

/// Why a button of the page was refused, if the address names it.
pub(crate) async fn refused_before() -> Option<Failure> {
    let kept = kept_for_this_page().await.filter(|kept| kept.name.is_empty()).map(|kept| kept.failure);
    kept.filter(|failure| *failure != Failure::Refused(Problem::StepUpNeeded))
}

async fn kept_for_this_page() -> Option<Kept> {
    let id = query("draft")?;
    let kept: Vec<Kept> = session().ok()?.get(DRAFTS).await.ok()??;
    kept.into_iter().find(|kept| kept.id == id)
}

/// Keeps a refused form, and sends the person back to its page.
pub(super) async fn keep<Form: Serialize + Sync + ?Sized>(name: &str, typed: &Form, failure: &Failure) {
    if *failure == Failure::Refused(Problem::ViewingEnded) {
        // Typed as somebody else: it does not come back, and the person is led elsewhere already (G7).
        return;
    }
    let Some(id) = store(name, typed, failure).await else { return };
    if *failure == Failure::Refused(Problem::StepUpNeeded) {
        redirect(&sign_in_again(&with_draft(&came_from(), &id), language()));
    } else {
        send_back(&id);
    }
}

/// Keeps what was typed in the session: what names it in an address.
async fn store<Form: Serialize + Sync + ?Sized>(
    name: &str,
    typed: &Form,
    failure: &Failure,
) -> Option<String> {
    let session = session().ok()?;
    let id: String = portal().random_token().chars().take(22).collect();
    let mut all: Vec<Kept> = session.get(DRAFTS).await.ok().flatten().unwrap_or_default();
    // The door inside `submit` kept the reason without the form.
    if !name.is_empty() && all.last().is_some_and(|last| last.name.is_empty()) {
        all.pop();
    }
    let form = serde_json::to_value(typed).unwrap_or_default();
    all.push(Kept { id: id.clone(), name: name.to_owned(), form, failure: failure.clone() });
    let surplus = all.len().saturating_sub(MOST);
    all.drain(..surplus);
    if let Err(error) = session.insert(DRAFTS, all).await {
        tracing::warn!(%error, "what was typed could not be kept");
    }
    Some(id)
}

/// The page that asks to sign in again, then leads back to that address (A8).
#[must_use]
pub fn sign_in_again(return_to: &str, language: Language) -> String {
    format!("/{}/home/sign-in-again?return={}", language.code(), encoded(return_to))
}

/// The page that the form stands on.
fn came_from() -> String {
    parts().and_then(|parts| header(&parts.headers, REFERER).map(str::to_owned)).unwrap_or_default()
}

/// Forgets what was kept of that form in the address it was sent from. In another tab the same form may be open for
/// somebody else (R2): that one stays.
async fn forget(name: &str) {
    let Some(id) = draft_in(&came_from()) else { return };
    let Ok(session) = session() else { return };
    let Ok(Some(mut all)) = session.get::<Vec<Kept>>(DRAFTS).await else { return };
    let before = all.len();
    all.retain(|kept| kept.name != name || kept.id != id);
    if all.len() < before {
        // What stays behind is only what was typed; it goes with the session.
        let _ = session.insert(DRAFTS, all).await;
    }
}

/// The draft that an address names.
fn draft_in(address: &str) -> Option<String> {
    let uri: Uri = address.parse().ok()?;
    let mut pairs = uri.query()?.split('&');
    pairs.find_map(|pair| pair.strip_prefix("draft=")).map(str::to_owned)
}

/// Back to the page that the form stands on.
fn send_back(id: &str) {
    let Some(answer) = use_context::<ResponseOptions>() else { return };
    let Ok(location) = HeaderValue::from_str(&with_draft(&came_from(), id)) else { return };
    // The Location set here wins over the one that carries the error in the address.
    answer.insert_header(LOCATION, location);
    answer.set_status(StatusCode::SEE_OTHER);
}

/// The path and query of that address, with this draft and without what an earlier refusal left in it.
fn with_draft(address: &str, id: &str) -> String {
    let uri: Uri = address.parse().unwrap_or_default();
    let path = local(uri.path());
    let kept = uri.query().unwrap_or_default().split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !name.is_empty() && !["draft", "__path", "__err"].contains(&name)
    });
    let mut pairs: Vec<&str> = kept.collect();
    let draft = format!("draft={id}");
    pairs.push(&draft);
    format!("{path}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::{draft_in, with_draft};

    #[test]
    fn a_refused_form_goes_back_to_its_own_page() {
        let back = |address: &str| with_draft(address, "x");
        assert_eq!(back("http://localhost:3000/en/home"), "/en/home?draft=x");
        assert_eq!(back("http://h/fr/a?q=C%C3%B4t%C3%A9&page=2"), "/fr/a?q=C%C3%B4t%C3%A9&page=2&draft=x");
        assert_eq!(back("http://h/en/a?draft=old&__path=p&__err=e&q=1"), "/en/a?q=1&draft=x");
        assert_eq!(back("http://evil.example//evil.example"), "/?draft=x");
        assert_eq!(back("not an address"), "/?draft=x");
    }

    #[test]
    fn the_draft_that_an_address_names() {
        assert_eq!(draft_in("http://h/en/a?q=1&draft=a-B_1").as_deref(), Some("a-B_1"));
        assert_eq!(draft_in("http://h/en/a?my-draft=x"), None);
        assert_eq!(draft_in(""), None);
    }
}
