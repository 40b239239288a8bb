//! What is said back: status, redirect, and what broke.

use super::{Means, drafts, parts, wants_page};
use crate::failure::Failure;
use domain::Problem;
use http::header::{LOCATION, REFRESH};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use platform::Causes;
use server_fn::redirect::REDIRECT_HEADER;
use std::error::Error;

/// The status of the page that is being rendered.
pub fn set_status(status: u16) {
    if let (Some(answer), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        answer.set_status(status);
    }
}

/// The page looks again by itself after so many seconds.
pub fn refresh(seconds: u8) {
    if let Some(answer) = use_context::<ResponseOptions>() {
        answer.insert_header(REFRESH, HeaderValue::from(u16::from(seconds)));
    }
}

/// Sends the person to another page of the portal; an address outside it leads to the first page.
pub fn redirect(path: &str) {
    let (Some(parts), Some(answer)) = (parts(), use_context::<ResponseOptions>()) else { return };
    let Ok(location) = HeaderValue::from_str(local(path)) else { return };
    answer.insert_header(LOCATION, location);
    if wants_page(&parts.headers) {
        answer.set_status(StatusCode::SEE_OTHER);
    } else {
        // An island follows it by itself: its answer must stay readable.
        answer.insert_header(HeaderName::from_static(REDIRECT_HEADER), HeaderValue::from_static(""));
    }
}

/// A path of this portal, or its first page.
#[must_use]
pub fn local(path: &str) -> &str {
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if path.starts_with('/') && !path.starts_with("//") && plain { path } else { "/" }
}

/// Whether this is a form that was sent without script.
pub(super) fn is_plain_post() -> bool {
    parts().is_some_and(|parts| parts.method == Method::POST && wants_page(&parts.headers))
}

/// What a server function answers when it fails: a plain form goes back to its page, an island gets a status.
/// A page that reads through the function decides for itself.
pub(crate) async fn refuse(failure: Failure) -> Failure {
    let Some(parts) = parts() else { return failure };
    if is_plain_post() {
        drafts::keep("", &(), &failure).await;
    } else if !wants_page(&parts.headers) {
        set_status(failure.status());
    }
    failure
}

/// Logs what broke, once, and gives the reference that finds it.
pub fn broken(cause: &(dyn Error + 'static)) -> Failure {
    let reference = reference();
    tracing::error!(reference, error = %Causes(cause), "something broke");
    Failure::Refused(Problem::Broken { reference })
}

/// Short enough to be read out on the telephone: `7F3K-29QD`.
fn reference() -> String {
    let token = use_context::<Means>().map(|means| means.portal.random_token()).unwrap_or_default();
    let letters: String = token.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let letters = letters.to_ascii_uppercase();
    letters.split_at_checked(4).map_or(letters.clone(), |(first, second)| format!("{first}-{second}"))
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn a_redirect_never_leaves_the_portal() {
        assert_eq!(local("/en/home?page=2"), "/en/home?page=2");
        for outside in
            ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: b", "", "home"]
        {
            assert_eq!(local(outside), "/", "{outside:?}");
        }
    }
}
