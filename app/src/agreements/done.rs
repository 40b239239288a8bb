//! What was done with an agreement, said once on the page after it.

use domain::Language;
use locales::{Locale, td_string};
use serde::{Deserialize, Serialize};

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreementDone {
    /// A draft was saved.
    Prepared,
    Sent,
    /// Another edition was begun (S4).
    Revised,
    Withdrawn,
    /// Somebody else signs in the place of that person.
    Replaced {
        name: String,
    },
    Resent {
        name: String,
    },
    /// One that ended was copied to a new draft.
    Again,
    Discarded,
}

impl AgreementDone {
    /// What was done, in a few words.
    #[must_use]
    pub fn title(&self, language: Language) -> String {
        let l = Locale::from(language);
        match self {
            Self::Prepared => td_string!(l, agreements.done.prepared).to_owned(),
            Self::Sent => td_string!(l, agreements.done.sent).to_owned(),
            Self::Revised => td_string!(l, agreements.done.revised).to_owned(),
            Self::Withdrawn => td_string!(l, agreements.done.withdrawn).to_owned(),
            Self::Replaced { name } => td_string!(l, agreements.done.replaced, name = name),
            Self::Resent { name } => td_string!(l, agreements.done.resent, name = name),
            Self::Again => td_string!(l, agreements.done.again).to_owned(),
            Self::Discarded => td_string!(l, agreements.done.discarded).to_owned(),
        }
    }

    /// What follows from it.
    #[must_use]
    pub fn more(&self, language: Language) -> Option<String> {
        let l = Locale::from(language);
        let more = match self {
            Self::Prepared => td_string!(l, agreements.done.prepared_more),
            Self::Sent => td_string!(l, agreements.done.sent_more),
            Self::Revised => td_string!(l, agreements.done.revised_more),
            Self::Withdrawn => td_string!(l, agreements.done.withdrawn_more),
            Self::Resent { .. } => td_string!(l, agreements.done.resent_more),
            Self::Again => td_string!(l, agreements.done.again_more),
            Self::Replaced { .. } | Self::Discarded => return None,
        };
        Some(more.to_owned())
    }
}
