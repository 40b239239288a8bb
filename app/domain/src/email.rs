//! An e-mail address.

use crate::problem::Problem;
use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An address that a mail server would take: one mailbox, no display name.
///
/// Kept as typed; compared by [`Email::key`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// The longest path that SMTP carries (RFC 5321, 4.5.3.1.3).
    pub const MAX: usize = 254;

    /// Reads an address; spaces around it do not count.
    ///
    /// # Errors
    /// [`Problem::NotAnEmail`] or [`Problem::TooLong`]; an empty text is [`Problem::Missing`].
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Problem::Missing);
        }
        if text.len() > Self::MAX {
            return Err(Problem::TooLong { most: 254 });
        }
        // A quoted local part may hold spaces and line ends; no real mailbox needs one.
        if text.chars().any(|letter| letter.is_whitespace() || letter.is_control() || letter == '"') {
            return Err(Problem::NotAnEmail);
        }
        let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
        EmailAddress::parse_with_options(text, options)
            .map(|_| Self(text.to_owned()))
            .map_err(|_| Problem::NotAnEmail)
    }

    /// An address that was read before.
    #[must_use]
    pub fn known(text: String) -> Self {
        Self(text)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two spellings of one mailbox share: lower case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// The mailbox behind the address, to be compared and never written to: its [`Email::key`] without the `+tag`
    /// that many providers let one person add to it (R4).
    #[must_use]
    pub fn mailbox(&self) -> String {
        let key = self.key();
        let tagged = key.rsplit_once('@').and_then(|(local, host)| Some((local.split_once('+')?.0, host)));
        match tagged {
            Some((local, host)) if !local.is_empty() => format!("{local}@{host}"),
            _ => key,
        }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r4_a_tag_is_no_other_mailbox() {
        let mailbox = |text: &str| Email::parse(text).unwrap().mailbox();
        assert_eq!(mailbox("Marie+chef@x.ca"), mailbox("marie@X.ca"));
        assert_eq!(mailbox("marie+a+b@x.ca"), "marie@x.ca");
        assert_ne!(mailbox("+marie@x.ca"), mailbox("+chef@x.ca"));
        assert_ne!(mailbox("marie+chef@x.ca"), mailbox("marie@y.ca"));
    }

    #[test]
    fn c2_an_address_is_one_mailbox() {
        for good in ["a@b.ca", " marie.cote@exemple.ca ", "o'brien+x@sub.example.org", "josé@exemple.ca"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "a",
            "a@",
            "@b.ca",
            "a@b",
            "Marie <a@b.ca>",
            "a b@c.ca",
            "a@b.ca\r\nBcc: x@y.ca",
            "a@b.ca,c@d.ca",
            "a@[127.0.0.1]",
            "\"a b\"@c.ca",
        ] {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }
}
