//! The texts of Accord in its two languages, equal (rule G1), compiled in.
//!
//! Each file of `en/` and `fr/` is a subject: `td_string!(locale, contacts.title)`. A text that counts has two
//! keys, `…_one` and `…_many`; [`is_one`] says which.

mod access_requests;
mod acts;
mod agreements;
#[cfg(test)]
mod equal;
mod own_account;
mod problems;

pub use access_requests::request_state;
pub use acts::{act_kind, act_sentence, act_subject};
pub use agreements::{agreement_state, signatory_state};
pub use own_account::account_event;
pub use problems::sentence;

use domain::Language;

#[expect(unused_qualifications, clippy::expect_used, reason = "generated")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

pub use generated::i18n;
pub use i18n::{Locale, td, td_display, td_string};

impl From<Language> for Locale {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::en,
            Language::Fr => Self::fr,
        }
    }
}

/// Whether so many take the singular: French counts none as one.
#[must_use]
pub const fn is_one(language: Language, count: u64) -> bool {
    match language {
        Language::En => count == 1,
        Language::Fr => count < 2,
    }
}

/// A person's name; of somebody who was anonymized (G10), the words that stand for it.
#[must_use]
pub fn person(name: &str, language: Language) -> String {
    let nobody = || td_string!(Locale::from(language), contacts.anonymized).to_owned();
    if name.is_empty() { nobody() } else { name.to_owned() }
}

/// The colon: French keeps a no-break space before it.
#[must_use]
pub const fn colon(language: Language) -> &'static str {
    match language {
        Language::En => ":",
        Language::Fr => "\u{a0}:",
    }
}
