//! The request that is being answered: the only place that knows HTTP.
//!
//! It has three doors, [`as_visitor`], [`as_signed_in`] and [`as_permitted`], and one more to the embedded
//! provider's desk, [`at_provider`]. Whoever looks as somebody else comes through each of them with the eyes of that
//! person, and only to read (G7). During the rendering of a page server functions run in the process and no
//! layer stands before them: whoever wants something from the backend comes through a door.
//!
//! A plain form that is refused sends the person back to the page they came from, with `?draft=…`: the session
//! keeps what was typed and why it was refused, so that nothing typed is lost (G5). An address never carries
//! an error of ours, since anybody can forge one.

mod answer;
mod doors;
mod drafts;
mod language;
mod session;
mod sign_in;
mod upload;
mod viewing;

pub use answer::{broken, local, redirect, refresh, set_status};
pub use doors::{
    as_bearer, as_permitted, as_signed_in, as_staff, as_viewing, as_visitor, at_provider, client_address,
    portal, set_provider_cookie,
};
pub use drafts::{aside, draft, draft_is_gone, set_aside, sign_in_again, submit};
pub(crate) use language::in_other_language;
pub use language::{language, remember_toggle};
pub use session::{Who, login_in_use, notice, who};
pub use sign_in::{finish_sign_in, finish_way, pending_sign_in, sign_out, start_sign_in, start_way};
pub use upload::{GIVEN_BACK, Sent, Typed, received};
pub use viewing::{begin_viewing, forget_viewing};

pub(crate) use answer::refuse;
pub(crate) use drafts::refused_before;

use crate::failure::Failure;
use domain::Problem;
use http::HeaderMap;
use http::header::{ACCEPT, HeaderName};
use http::request::Parts;
use leptos::prelude::{ReadUntracked as _, use_context};
use leptos_router::hooks::{use_params_map, use_query_map};
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::{Arc, Mutex};

/// The browser's address, as the server could tell it; an extension of the request.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

/// What every answer of one server is made with; a context of every page and server function.
#[derive(Clone, Debug)]
pub struct Means {
    pub portal: backend::Portal,
    pub provider: Option<identity::Provider>,
    /// The portal is reached over https: cookies are for it alone.
    pub https: bool,
}

/// What was already read for this request.
#[derive(Clone, Default)]
pub(crate) struct Memo(Arc<Mutex<Option<Result<backend::SignedIn, Problem>>>>);

fn parts() -> Option<Parts> {
    use_context::<Parts>()
}

/// The path of the page: `/en/home`.
#[must_use]
pub fn path() -> String {
    parts().map(|parts| parts.uri.path().to_owned()).unwrap_or_default()
}

/// Everything after the question mark, as it was sent.
#[must_use]
pub fn raw_query() -> String {
    parts().and_then(|parts| parts.uri.query().map(ToOwned::to_owned)).unwrap_or_default()
}

/// One parameter of the address.
#[must_use]
pub fn query(name: &str) -> Option<String> {
    use_query_map().read_untracked().get(name)
}

/// Every value of one parameter of the address.
#[must_use]
pub fn queries(name: &str) -> Vec<String> {
    use_query_map().read_untracked().get_all(name).unwrap_or_default()
}

/// One part of the address, such as `organization`, understood.
///
/// # Errors
/// [`Problem::NotFound`] when it cannot be read: such a page does not exist.
pub fn parameter<T: FromStr>(name: &str) -> Result<T, Failure> {
    use_params_map()
        .read_untracked()
        .get(name)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Problem::NotFound.into())
}

/// As a value in an address.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether a page is wanted, and not data for an island.
fn wants_page(headers: &HeaderMap) -> bool {
    header(headers, ACCEPT).is_some_and(|accept| accept.contains("text/html"))
}
