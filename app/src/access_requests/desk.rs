//! Support's desk for requests for access: the queue, one request, its decision, paper, figures (R4, R5, R6, R13).
//!
//! Each act is a page of its own, so that what is refused stands beside the one field that it asks for. Who only looks
//! sees no act; who may not decide is told why instead.

pub mod api;
#[cfg(feature = "ssr")]
pub mod approve;
#[cfg(feature = "ssr")]
pub mod card;
#[cfg(feature = "ssr")]
pub mod decide;
#[cfg(feature = "ssr")]
pub mod figures;
#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
pub mod paper;
#[cfg(feature = "ssr")]
pub mod queue;

use domain::Language;
use locales::{Locale, td_string};
use serde::{Deserialize, Serialize};

/// What Support did with a request, said once on the page after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskDone {
    Taken,
    Released,
    Approved {
        name: String,
        /// The person has an account there already: no code is needed.
        at_once: bool,
    },
    Held,
    AnswerNoted,
    Refused,
    /// R4
    Authorized,
    /// R6
    CodeReissued,
    /// R4
    AddressAllowed {
        email: String,
    },
    /// R13
    Entered {
        reference: String,
    },
}

impl DeskDone {
    /// What was done, in a few words.
    #[must_use]
    pub fn title(&self, language: Language) -> String {
        let l = Locale::from(language);
        match self {
            Self::Taken => td_string!(l, access_desk.done.taken).to_owned(),
            Self::Released => td_string!(l, access_desk.done.released).to_owned(),
            Self::Approved { name, .. } => td_string!(l, access_desk.done.approved, name = name),
            Self::Held => td_string!(l, access_desk.done.held).to_owned(),
            Self::AnswerNoted => td_string!(l, access_desk.done.answer_noted).to_owned(),
            Self::Refused => td_string!(l, access_desk.done.refused).to_owned(),
            Self::Authorized => td_string!(l, access_desk.done.authorized).to_owned(),
            Self::CodeReissued => td_string!(l, access_desk.done.reissued).to_owned(),
            Self::AddressAllowed { email } => td_string!(l, access_desk.done.allowed, email = email),
            Self::Entered { reference } => td_string!(l, access_desk.done.entered, reference = reference),
        }
    }

    /// What follows from it.
    #[must_use]
    pub fn more(&self, language: Language) -> Option<String> {
        let l = Locale::from(language);
        match self {
            Self::Approved { at_once: false, .. } => {
                Some(td_string!(l, access_desk.done.approved_more).to_owned())
            }
            Self::Approved { name, at_once: true } => {
                Some(td_string!(l, access_desk.done.approved_at_once, name = name))
            }
            Self::Refused => Some(td_string!(l, access_desk.done.refused_more).to_owned()),
            Self::Authorized => Some(td_string!(l, access_desk.done.authorized_more).to_owned()),
            Self::Taken
            | Self::Released
            | Self::Held
            | Self::AnswerNoted
            | Self::CodeReissued
            | Self::AddressAllowed { .. }
            | Self::Entered { .. } => None,
        }
    }
}
