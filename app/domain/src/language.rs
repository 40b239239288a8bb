//! The two languages, equal (rule G1).

use crate::Problem;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A language of pages, mails and preferences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Fr,
}

impl Language {
    /// Both, in the order in which they are listed.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The code in addresses and `lang` attributes: `en` or `fr`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The language of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "en" => Some(Self::En),
            "fr" => Some(Self::Fr),
            _ => None,
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::En => Self::Fr,
            Self::Fr => Self::En,
        }
    }

    /// What an `Accept-Language` header prefers of the two; English when it names neither.
    #[must_use]
    pub fn preferred(accept_language: &str) -> Self {
        let mut best = (0.0_f32, Self::En);
        for part in accept_language.split(',') {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
            let weight = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .and_then(|q| q.parse().ok())
                .unwrap_or(1.0);
            let primary = tag.split('-').next().unwrap_or_default();
            if let Some(language) = Self::from_code(primary)
                && weight > best.0
            {
                best = (weight, language);
            }
        }
        best.1
    }
}

/// A language in an address.
impl FromStr for Language {
    type Err = Problem;

    fn from_str(code: &str) -> Result<Self, Problem> {
        Self::from_code(code).ok_or(Problem::NotFound)
    }
}

/// A text in both languages; neither is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    pub en: String,
    pub fr: String,
}

impl Bilingual {
    #[must_use]
    pub fn new(en: impl Into<String>, fr: impl Into<String>) -> Self {
        Self { en: en.into(), fr: fr.into() }
    }

    /// The text in that language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Fr => &self.fr,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g1_the_browser_s_preference_is_kept() {
        assert_eq!(Language::preferred("fr-CA,fr;q=0.9,en;q=0.8"), Language::Fr);
        assert_eq!(Language::preferred("en;q=0.3, fr;q=0.4"), Language::Fr);
        assert_eq!(Language::preferred("de, en;q=0.1"), Language::En);
        assert_eq!(Language::preferred("de"), Language::En);
        assert_eq!(Language::preferred(""), Language::En);
    }
}
