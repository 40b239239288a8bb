//! What was done, said once on the page after it.

use crate::locale;
use domain::Language;
use domain::access_requests::NumbersLoaded;
use leptos::prelude::*;
use locales::{Locale, is_one, sentence, td_string};
use serde::{Deserialize, Serialize};

/// So many lines that were left out are told one by one: a session is no place for more.
pub const SHOWN: usize = 100;

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WayDone {
    /// R1
    Vouched,
    /// R7
    RepresentativeNamed {
        name: String,
    },
    RepresentativeEnded {
        name: String,
    },
    CodeRenewed,
    /// R8: what became of each line; `faulty` counts all that were left out.
    NumbersLoaded {
        loaded: NumbersLoaded,
        faulty: u64,
    },
    NumberUsed,
}

impl WayDone {
    /// What became of a table, with as many of its lines as are told.
    #[must_use]
    pub fn loaded(mut loaded: NumbersLoaded) -> Self {
        let faulty = loaded.faulty.len() as u64;
        loaded.faulty.truncate(SHOWN);
        Self::NumbersLoaded { loaded, faulty }
    }

    /// What was done, in a few words.
    #[must_use]
    pub fn title(&self, language: Language) -> String {
        let l = Locale::from(language);
        match self {
            Self::Vouched => td_string!(l, access_ways.vouched).to_owned(),
            Self::RepresentativeNamed { name } => {
                td_string!(l, access_ways.representatives.named, name = name)
            }
            Self::RepresentativeEnded { name } => {
                td_string!(l, access_ways.representatives.ended, name = name)
            }
            Self::CodeRenewed => td_string!(l, access_ways.codes.renewed).to_owned(),
            Self::NumbersLoaded { loaded, .. } => match loaded.loaded {
                0 => td_string!(l, access_ways.numbers.loaded_none).to_owned(),
                1 => td_string!(l, access_ways.numbers.loaded_one).to_owned(),
                n => td_string!(l, access_ways.numbers.loaded_many, n = n),
            },
            Self::NumberUsed => td_string!(l, access_ways.number.done).to_owned(),
        }
    }

    /// What follows from it.
    #[must_use]
    pub fn more(&self, language: Language) -> Option<String> {
        let l = Locale::from(language);
        match self {
            Self::Vouched | Self::RepresentativeEnded { .. } => None,
            Self::RepresentativeNamed { .. } => {
                Some(td_string!(l, access_ways.representatives.named_more).to_owned())
            }
            Self::CodeRenewed => Some(td_string!(l, access_ways.codes.renewed_more).to_owned()),
            Self::NumbersLoaded { loaded, .. } => match loaded.here {
                0 => None,
                1 => Some(td_string!(l, access_ways.numbers.here_one).to_owned()),
                n => Some(td_string!(l, access_ways.numbers.here_many, n = n)),
            },
            Self::NumberUsed => Some(td_string!(l, access_ways.number.done_more).to_owned()),
        }
    }

    /// The lines that were left out, each with its reasons.
    #[must_use]
    pub fn line_by_line(&self) -> Option<AnyView> {
        let Self::NumbersLoaded { loaded, faulty } = self else { return None };
        if loaded.faulty.is_empty() {
            return None;
        }
        let (l, language) = (locale(), crate::language());
        let said = match is_one(language, *faulty) {
            true => td_string!(l, access_ways.numbers.faulty_one).to_owned(),
            false => td_string!(l, access_ways.numbers.faulty_many, n = faulty),
        };
        let shown = loaded.faulty.len();
        let more = (*faulty > shown as u64).then(|| {
            view! { <p>{td_string!(l, access_ways.numbers.more_faulty, n = shown)}</p> }
        });
        let lines = loaded.faulty.iter().map(|line| {
            let reasons = line.faults.0.iter().map(|at| sentence(&at.problem, Some(at.field), language));
            let reasons = reasons.collect::<Vec<_>>().join(" ");
            let number = td_string!(l, access_ways.numbers.line, line = line.line);
            view! { <li class="result refused"><div><strong>{number}</strong>" "{reasons}</div></li> }
        });
        let lines = lines.collect_view();
        Some(view! { <p>{said}</p> <ul class="results">{lines}</ul> {more} }.into_any())
    }
}
