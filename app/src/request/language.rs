//! In which language to answer (G1).

use super::doors::{cookie, set_cookie};
use super::{header, parts};
use domain::Language;
use http::Uri;
use http::header::{ACCEPT_LANGUAGE, COOKIE, REFERER};

/// The person's choice, for addresses without a language.
const COOKIE_NAME: &str = "lang";

/// The language of the page; else of the page that called; else the one chosen before; else the browser's.
#[must_use]
pub fn language() -> Language {
    let Some(parts) = parts() else { return Language::default() };
    let headers = &parts.headers;
    of_path(parts.uri.path())
        .or_else(|| of_path(referer(headers)?.path()))
        .or_else(|| chosen(headers))
        .unwrap_or_else(|| Language::preferred(header(headers, ACCEPT_LANGUAGE).unwrap_or_default()))
}

fn chosen(headers: &http::HeaderMap) -> Option<Language> {
    Language::from_code(&cookie(header(headers, COOKIE)?, COOKIE_NAME)?)
}

fn referer(headers: &http::HeaderMap) -> Option<Uri> {
    header(headers, REFERER)?.parse().ok()
}

/// The language that a path begins with.
pub(crate) fn of_path(path: &str) -> Option<Language> {
    Language::from_code(path.strip_prefix('/')?.split('/').next()?)
}

/// The same path in the other language; outside both, the first page.
pub(crate) fn in_other_language(path: &str) -> String {
    match of_path(path) {
        Some(language) => format!("/{}{}", language.other().code(), &path[3..]),
        None => "/".into(),
    }
}

/// Whoever comes from the same page in the other language has chosen: it is kept for a year.
pub fn remember_toggle() {
    let Some(parts) = parts() else { return };
    let (path, headers) = (parts.uri.path(), &parts.headers);
    let (Some(here), Some(from)) = (of_path(path), referer(headers)) else { return };
    if from.path() == in_other_language(path) && chosen(headers) != Some(here) {
        set_cookie(&format!("{COOKIE_NAME}={}; Path=/; Max-Age=31536000; SameSite=Lax", here.code()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g1_every_page_has_an_address_in_each_language() {
        assert_eq!(in_other_language("/en/home"), "/fr/home");
        assert_eq!(in_other_language("/fr"), "/en");
        assert_eq!(in_other_language("/french"), "/");
        assert_eq!(of_path("/fr/organizations/1"), Some(Language::Fr));
        assert_eq!(of_path("/fra"), None);
    }
}
