//! Mailboxes that several people read (R4).

use crate::email::Email;
use crate::fold::fold;
use std::collections::BTreeSet;

/// What shared mailboxes are usually called, in both languages; a deployment may say its own.
pub const SHARED_MAILBOXES: &[&str] = &[
    "accueil",
    "admin",
    "administrateur",
    "administration",
    "administrator",
    "billing",
    "clinic",
    "clinique",
    "compta",
    "comptabilite",
    "contact",
    "courriel",
    "direction",
    "directrice",
    "directeur",
    "enquiries",
    "equipe",
    "facturation",
    "finance",
    "finances",
    "frontdesk",
    "general",
    "hello",
    "help",
    "helpdesk",
    "hr",
    "info",
    "informatique",
    "information",
    "informations",
    "inquiries",
    "it",
    "mail",
    "manager",
    "noreply",
    "office",
    "payroll",
    "personnel",
    "pharmacie",
    "pharmacy",
    "postmaster",
    "reception",
    "registrar",
    "renseignements",
    "rh",
    "sales",
    "secretaire",
    "secretariat",
    "secretary",
    "service",
    "services",
    "soutien",
    "staff",
    "support",
    "team",
    "webmaster",
];

/// The names that a deployment takes for shared mailboxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedMailboxes(BTreeSet<String>);

impl Default for SharedMailboxes {
    fn default() -> Self {
        Self::named(SHARED_MAILBOXES.iter().copied())
    }
}

impl SharedMailboxes {
    /// These names; case, accents and an @ at the end do not count.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names = names.into_iter().map(|name| fold(name.trim().trim_end_matches('@')));
        Self(names.filter(|name| !name.is_empty()).collect())
    }

    /// Whether an address is one of them: `info@`, `Info2@`, `info-halifax@`, `info+forms@`.
    #[must_use]
    pub fn holds(&self, email: &Email) -> bool {
        let folded = fold(email.as_str());
        let local = folded.rsplit_once('@').map_or(folded.as_str(), |(local, _)| local);
        let words: Vec<&str> = local.split(['.', '-', '_', '+']).collect();
        let bare = |word: &str| word.trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned();
        let whole: String = words.concat();
        [local.to_owned(), bare(&whole), words.first().map(|word| bare(word)).unwrap_or_default()]
            .iter()
            .any(|name| self.0.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(address: &str) -> bool {
        SharedMailboxes::default().holds(&Email::parse(address).unwrap())
    }

    #[test]
    fn r4_shared_mailboxes_are_known_by_their_names() {
        for address in [
            "info@a.ca",
            "INFO@a.ca",
            "info2@a.ca",
            "info-halifax@a.ca",
            "réception@a.ca",
            "front.desk@a.ca",
            "admin+x@a.ca",
        ] {
            assert!(shared(address), "{address}");
        }
        for address in ["marie.cote@a.ca", "informaticien@a.ca", "m.admin@a.ca", "x@info.ca", "helene@a.ca"] {
            assert!(!shared(address), "{address}");
        }
    }

    #[test]
    fn r4_a_deployment_says_which() {
        let own = SharedMailboxes::named(["Bureau@", " ", "guichet"]);
        assert!(
            own.holds(&Email::parse("bureau@a.ca").unwrap())
                && !own.holds(&Email::parse("info@a.ca").unwrap())
        );
    }
}
