//! "Was this page useful?" (R12): kept without identity, read by Support.

use crate::fields::{Field, FieldProblems, optional_text};
use crate::instant::Date;
use crate::language::Language;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// The longest comment, in characters.
pub const COMMENT: u16 = 500;

/// What somebody says of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeedbackForm {
    /// The page's address, without the language.
    pub page: String,
    /// `yes` or `no`.
    pub useful: String,
    pub comment: String,
}

/// The same, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    pub page: String,
    pub useful: bool,
    pub comment: Option<String>,
}

impl FeedbackForm {
    /// # Errors
    /// No answer; a comment that is too long.
    pub fn parse(&self) -> Result<Feedback, FieldProblems> {
        let mut faults = FieldProblems::none();
        let useful = match self.useful.as_str() {
            "yes" => Ok(true),
            "no" => Ok(false),
            _ => Err(Problem::Missing),
        };
        let useful = faults.note(Field::Decision, useful);
        let comment = faults.note(Field::Comment, optional_text(&self.comment, COMMENT));
        match (useful, comment) {
            (Some(useful), Some(comment)) => Ok(Feedback { page: page_of(&self.page), useful, comment }),
            _ => Err(faults),
        }
    }
}

/// The page of an address, without what tells whose it is: identifiers, tokens and searches.
#[must_use]
pub fn page_of(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let words = path.split('/').filter(|word| !word.is_empty() && Language::from_code(word).is_none());
    let told = words.take(8).map(|word| {
        let plain = word.len() <= 24 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if plain { word } else { "*" }
    });
    format!("/{}", told.collect::<Vec<_>>().join("/"))
}

/// How many found a page useful.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackLine {
    pub page: String,
    pub useful: u64,
    pub useless: u64,
}

/// A comment, by whom nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackComment {
    pub page: String,
    pub language: Language,
    pub useful: bool,
    pub comment: String,
    pub on: Date,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r12_a_page_never_tells_whose_it_is() {
        assert_eq!(
            page_of("/fr/organizations/0190a1b2c3d4e5f60718293a4b5c6d7e/contacts?q=Roy"),
            "/organizations/*/contacts"
        );
        assert_eq!(page_of("/en/invitation/a_secret-Token"), "/invitation/*");
        assert_eq!(page_of("/en"), "/");
        assert_eq!(page_of("javascript:alert(1)"), "/*");
    }

    #[test]
    fn r12_an_answer_and_perhaps_a_comment() {
        let form = |useful: &str, comment: &str| FeedbackForm {
            page: "/en/desk".into(),
            useful: useful.into(),
            comment: comment.into(),
        };
        assert_eq!(form("yes", "").parse().unwrap().comment, None);
        assert_eq!(form("", "").parse().unwrap_err().of(Field::Decision), Some(&Problem::Missing));
        assert!(form("no", &"x".repeat(501)).parse().is_err());
    }
}
