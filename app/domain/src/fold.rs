//! Letters folded for search and sort: É with E, œ with oe, any script (rules L3, L4).
//!
//! One fold for what is stored and for what is typed, so that both databases agree.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Accents dropped, case folded, ligatures opened, typographic apostrophes made plain.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)) {
        for lower in letter.to_lowercase() {
            match lower {
                'œ' => folded.push_str("oe"),
                'æ' => folded.push_str("ae"),
                'ß' => folded.push_str("ss"),
                'ø' => folded.push('o'),
                'đ' | 'ð' => folded.push('d'),
                'ł' => folded.push('l'),
                'ı' => folded.push('i'),
                'þ' => folded.push_str("th"),
                '\u{2018}' | '\u{2019}' | '\u{02bc}' => folded.push('\''),
                '\u{2010}'..='\u{2015}' => folded.push('-'),
                other if is_combining_mark(other) => {}
                other => folded.push(other),
            }
        }
    }
    folded
}

/// The words of a search, each folded; every one must be found (rule L4).
#[must_use]
pub fn words(typed: &str) -> Vec<String> {
    fold(typed).split_whitespace().map(str::to_owned).collect()
}

/// By last name, then first name, in French collation; compared byte by byte (rule L3).
///
/// Spaces, hyphens and apostrophes do not count; accents decide between equal letters only.
#[must_use]
pub fn sort_key(last_name: &str, first_name: &str) -> String {
    let letters = |name: &str| -> String {
        fold(name).chars().filter(|letter| !matches!(letter, ' ' | '-' | '\'' | '.' | ',')).collect()
    };
    format!(
        "{}\u{1}{}\u{1}{}\u{1}{}",
        letters(last_name),
        letters(first_name),
        last_name.to_lowercase(),
        first_name.to_lowercase()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn l4_accents_case_and_ligatures_do_not_matter() {
        assert_eq!(fold("CÔTÉ"), "cote");
        assert_eq!(fold("Lœuvre"), "loeuvre");
        assert_eq!(fold("O’Brien"), "o'brien");
        assert_eq!(fold("İstanbul"), "istanbul");
        assert_eq!(words("  Côté   JEAN "), ["cote", "jean"]);
    }

    #[test]
    fn l3_e_acute_stands_with_e_and_a_space_does_not_count() {
        let mut names = ["Zwicker", "Étienne", "Eaton", "De La Cruz", "Delacroix", "Côté", "Cote"];
        names.sort_by_key(|name| sort_key(name, ""));
        assert_eq!(names, ["Cote", "Côté", "Delacroix", "De La Cruz", "Eaton", "Étienne", "Zwicker"]);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,30}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn every_name_is_found_by_its_own_letters(name in "[A-Za-zÀ-ÿœŒæÆ' -]{1,20}") {
            let stored = fold(&name);
            prop_assert!(words(&name).iter().all(|word| stored.contains(word)));
        }
    }
}
