//! Letters about ways in that were added or removed (A7): to the account's own address.

use super::{in_language, locale};
use crate::portal::Portal;
use domain::Language;
use locales::i18n::*;
use platform::letterhead::{Sheet, inert};
use platform::outbox;
use serde::Deserialize;

pub(crate) const WAY_ADDED: &str = "ways_in.added";
pub(crate) const WAY_REMOVED: &str = "ways_in.removed";

#[derive(Deserialize)]
struct Payload {
    issuer: String,
}

/// The issuer that such a letter is about.
pub(super) fn issuer_of(row: &outbox::Model) -> Option<String> {
    serde_json::from_str(&row.payload).ok().map(|payload: Payload| payload.issuer)
}

impl Portal {
    /// One language of such a letter.
    pub(super) fn sheet_of_way(&self, kind: &str, issuer: &str, language: Language) -> Sheet {
        let l = locale(language);
        let provider = inert(self.name_of_issuer(issuer).in_language(language));
        let provider = provider.as_str();
        let (subject, text) = match kind {
            WAY_ADDED => (
                td_string!(l, letters.way_added.subject).to_owned(),
                td_string!(l, letters.way_added.text, provider = provider),
            ),
            _ => (
                td_string!(l, letters.way_removed.subject).to_owned(),
                td_string!(l, letters.way_removed.text, provider = provider),
            ),
        };
        let href = in_language(&format!("{}/LANGUAGE/home/ways-in", self.platform.base_url), language);
        Sheet::new(language, subject.clone())
            .heading(subject)
            .paragraph(text)
            .button(td_string!(l, letters.way_added.button), href)
            .footer(td_string!(l, letters.way_added.unexpected, ask = self.settings.operator.email.as_str()))
    }
}
