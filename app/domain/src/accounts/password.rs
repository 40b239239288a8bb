//! Passwords (rule A3): which rules they meet, and which are refused because everybody would guess them.
//!
//! Length and kinds of characters are easily met by a password that everybody guesses. So what is left once common
//! words, keyboard rows, counting, years and the person's own name are taken out must still be something; and
//! passwords of past breaches, dressed up with digits and signs, count as common words, one or two of them at a time:
//! three are a sentence.
//!
//! `common.txt` is this project's own. `breached.txt` is Django's list (BSD licence), the 20,000 most frequent of Pwned
//! Passwords, as Royce Williams counted them. Both are in the server only: no island judges a password.

use crate::fold::fold;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization as _;

/// The longest password, in characters; A3 wants no maximum below 128.
pub const PASSWORD_MOST: u16 = 256;

/// What a deployment asks of a password beside that nobody guesses it (A3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordPolicy {
    /// 14 characters, of four kinds.
    #[default]
    Composed,
    /// 15 characters, of any kind: NIST SP 800-63B-4, section 3.1.1.2.
    Nist,
}

impl PasswordPolicy {
    /// The shortest password, in characters.
    #[must_use]
    pub const fn least(self) -> u8 {
        match self {
            Self::Composed => 14,
            Self::Nist => 15,
        }
    }

    /// Whether it must hold upper and lower case, a digit and a special character.
    #[must_use]
    pub const fn of_four_kinds(self) -> bool {
        matches!(self, Self::Composed)
    }
}

impl FromStr for PasswordPolicy {
    type Err = ();

    /// As the setting says it.
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "composed" => Ok(Self::Composed),
            "nist" => Ok(Self::Nist),
            _ => Err(()),
        }
    }
}

/// How much of a password must be its own: letters and digits, and how many different ones.
const OWN_LETTERS: usize = 6;
const OWN_DIFFERENT: usize = 4;
/// The shortest word that is taken from a password of past breaches, and how many such words are no sentence.
const LEAST_WORD: usize = 4;
const MOST_BREACHED: usize = 2;

/// A password as it is hashed and compared. Two keyboards that compose é differently type the same one.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// What was typed, in normal form (NFKC, NIST SP 800-63B-4 section 3.1.1.2). Nothing is trimmed.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self(text.nfkc().collect())
    }

    /// The bytes to hash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Everything that is wrong with a password (A3). `about` are words of the person and of the operator.
#[must_use]
pub fn judge(password: &Password, policy: PasswordPolicy, about: &[&str]) -> Vec<Problem> {
    let text = &password.0;
    let length = text.chars().count();
    if length == 0 {
        return vec![Problem::Missing];
    }
    if length > usize::from(PASSWORD_MOST) {
        return vec![Problem::PasswordTooLong { most: PASSWORD_MOST }];
    }
    let mut faults = Vec::new();
    if length < usize::from(policy.least()) {
        faults.push(Problem::PasswordTooShort { least: policy.least() });
    }
    if policy.of_four_kinds() {
        faults.extend(missing_kinds(text));
    }
    if faults.is_empty() && common(text, about) {
        faults.push(Problem::PasswordTooCommon);
    }
    faults
}

fn missing_kinds(text: &str) -> Vec<Problem> {
    let mut faults = Vec::new();
    if !(text.chars().any(char::is_uppercase) && text.chars().any(char::is_lowercase)) {
        faults.push(Problem::PasswordNeedsUpperAndLower);
    }
    if !text.chars().any(char::is_numeric) {
        faults.push(Problem::PasswordNeedsDigit);
    }
    if text.chars().all(char::is_alphanumeric) {
        faults.push(Problem::PasswordNeedsSpecial);
    }
    faults
}

/// Whether little is left of it once everybody's words, and the person's own, are taken out.
fn common(text: &str, about: &[&str]) -> bool {
    let words = guessable_words(about);
    let plain = fold(text);
    let unveiled = unveil(&plain);
    BREACHED.contains(&plain)
        || [plain, unveiled].iter().any(|spelling| little_is_own(one_period(spelling), &words))
}

/// Passwords of past breaches, folded: each as it is, and the one word in it.
static BREACHED: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut known = HashSet::new();
    for line in include_str!("breached.txt").lines() {
        let plain = fold(line);
        known.extend([&plain, &unveil(&plain)].into_iter().filter_map(|spelling| only_word(spelling)));
        known.insert(plain);
    }
    known
});

/// The word of a text that is one word with digits and signs around it.
fn only_word(text: &str) -> Option<String> {
    let mut words = letters_in(text);
    let only = words.next().filter(|word| word.chars().count() >= LEAST_WORD)?;
    words.next().is_none().then(|| only.to_owned())
}

fn letters_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty())
}

fn little_is_own(text: &str, words: &[String]) -> bool {
    let breached: BTreeSet<&str> = letters_in(text).filter(|word| BREACHED.contains(*word)).collect();
    let sentence = breached.len() > MOST_BREACHED;
    let breached = breached.into_iter().filter(|_| !sentence).map(str::to_owned);
    let words: Vec<String> = breached.chain(words.iter().cloned()).collect();
    let own: Vec<char> = remainder(text, &words).chars().filter(|letter| letter.is_alphanumeric()).collect();
    let different: BTreeSet<&char> = own.iter().collect();
    own.len() < OWN_LETTERS || different.len() < OWN_DIFFERENT
}

/// Longest first, so that a word is not spoiled by a shorter one inside it.
fn guessable_words(about: &[&str]) -> Vec<String> {
    let mut words: BTreeSet<String> =
        include_str!("common.txt").split_whitespace().map(str::to_owned).collect();
    for text in about {
        let folded = fold(text);
        let pieces = folded.split(|letter: char| !letter.is_alphanumeric());
        words.extend(pieces.filter(|piece| piece.chars().count() > 2).map(str::to_owned));
    }
    let mut words: Vec<String> = words.into_iter().collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// The text with letters for the digits and signs that commonly stand for them. Three digits or more in a row
/// are a number.
fn unveil(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let groups = letters.chunk_by(|one, next| one.is_ascii_digit() == next.is_ascii_digit());
    groups
        .flat_map(|group| {
            let number = group.len() > 2 && group[0].is_ascii_digit();
            group.iter().map(move |letter| if number { *letter } else { stands_for(*letter) })
        })
        .collect()
}

const fn stands_for(letter: char) -> char {
    match letter {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        other => other,
    }
}

/// The piece that a text repeats, or the whole of it.
fn one_period(text: &str) -> &str {
    let ends = text.char_indices().map(|(at, _)| at).skip(1);
    ends.take_while(|end| end * 2 <= text.len())
        .map(|end| &text[..end])
        .find(|unit| {
            let mut rest = text;
            while let Some(shorter) = rest.strip_prefix(unit) {
                rest = shorter;
            }
            unit.starts_with(rest)
        })
        .unwrap_or(text)
}

/// What is left without the words and without runs: `aaaa`, `1234`, `4321`, `qwer`, a year.
fn remainder(text: &str, words: &[String]) -> String {
    let mut rest = text.to_owned();
    for word in words {
        if rest.contains(word.as_str()) {
            rest = rest.replace(word.as_str(), "\u{1}");
        }
    }
    let letters: Vec<char> = rest.chars().collect();
    let mut own = String::new();
    let mut at = 0;
    while let Some(letter) = letters.get(at) {
        let run = run_length(&letters[at..]);
        if run < 3 {
            own.push(*letter);
        }
        at += if run < 3 { 1 } else { run };
    }
    own
}

const ROWS: [&str; 8] = [
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
];

/// How many of the first letters repeat, count up or down, follow a row of the keyboard, or make a year.
fn run_length(letters: &[char]) -> usize {
    let stepping = |step: i64| {
        1 + letters
            .windows(2)
            .take_while(|pair| pair[0].is_alphanumeric() && follows(pair[0], pair[1], step))
            .count()
    };
    let by_step = [0, 1, -1].into_iter().map(stepping).max().unwrap_or(1);
    let on_keyboard = ROWS
        .iter()
        .flat_map(|row| [row.chars().collect::<Vec<_>>(), row.chars().rev().collect()])
        .map(|row| longest_common_run(&row, letters))
        .max()
        .unwrap_or(1);
    let year = letters.len() >= 4
        && matches!(letters[..2], ['1', '9'] | ['2', '0'])
        && letters[2..4].iter().all(char::is_ascii_digit);
    by_step.max(on_keyboard).max(if year { 4 } else { 1 })
}

fn follows(one: char, next: char, step: i64) -> bool {
    i64::from(u32::from(next)) - i64::from(u32::from(one)) == step
}

/// How many of the first letters stand in the row, one after the other, from anywhere in it.
fn longest_common_run(row: &[char], letters: &[char]) -> usize {
    (0..row.len())
        .map(|start| row[start..].iter().zip(letters).take_while(|(one, other)| one == other).count())
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GOOD: &str = "Brume-salée d’octobre 7";
    const ABOUT: [&str; 4] = ["Bruno", "Haché", "bruno.hache@emploi-nord.example", "Bureau des programmes"];

    fn faults(password: &str) -> Vec<Problem> {
        judge(&Password::typed(password), PasswordPolicy::Composed, &ABOUT)
    }

    #[test]
    fn a3_each_rule_of_the_password_is_told_by_itself() {
        assert_eq!(faults(GOOD), []);
        assert_eq!(faults(""), [Problem::Missing]);
        assert_eq!(faults("Brume-salée 7"), [Problem::PasswordTooShort { least: 14 }]);
        assert_eq!(faults("brume-salée d’octobre 7"), [Problem::PasswordNeedsUpperAndLower]);
        assert_eq!(faults("BRUME-SALÉE D’OCTOBRE 7"), [Problem::PasswordNeedsUpperAndLower]);
        assert_eq!(faults("Brume-salée d’octobre"), [Problem::PasswordNeedsDigit]);
        assert_eq!(faults("Brumesaléedoctobre7"), [Problem::PasswordNeedsSpecial]);
        assert_eq!(faults(&format!("{GOOD}{}", "xy z".repeat(70))), [Problem::PasswordTooLong { most: 256 }]);
        assert_eq!(faults(&format!("{GOOD}{}", "xy z".repeat(50))), []);
    }

    #[test]
    fn a3_what_everybody_would_guess_is_refused() {
        for guess in [
            "Password123456!",
            "P@ssw0rd123456",
            "Motdepasse2026!",
            "Bienvenue-2026!",
            "Bonjour.Montreal.1",
            "Canadiens-2026-Habs",
            "Azertyuiop123!",
            "Qwertyuiop!123",
            "1qaz2wsx3edc4rfv!Q",
            "Aaaaaaaaaaaaa1!",
            "Aa1!Aa1!Aa1!Aa1!",
            "Abcd1234!Abcd1234!",
            "CorrectHorseBatteryStaple1!",
            "Accord-Portail-2026",
            "Tabarnak!Tabarnak!1",
        ] {
            assert_eq!(faults(guess), [Problem::PasswordTooCommon], "{guess}");
        }
    }

    #[test]
    fn a3_passwords_of_past_breaches_are_refused_dressed_up_or_not() {
        assert!(include_str!("breached.txt").lines().count() > 10_000);
        for guess in [
            "Donaldduck-1987!",
            "!!!Babygurl!!!14",
            "P1mpju1ce#2026ab",
            "Fallen_Angel.007",
            "Midnight/Stalker/9",
            "$Unshine1$Unshine1",
            "1Q2w3E4r5T6y7U8i!",
        ] {
            assert_eq!(faults(guess), [Problem::PasswordTooCommon], "{guess}");
        }
        assert_eq!(faults("Donaldduck mange 14 crêpes"), [], "a sentence of one's own may hold such a word");
        assert_eq!(faults("Midnight-Stalker-Butterfly-9"), [], "three words are a sentence");
    }

    #[test]
    fn a3_nist_asks_for_length_alone_and_refuses_what_everybody_guesses() {
        let faults = |password: &str| judge(&Password::typed(password), PasswordPolicy::Nist, &ABOUT);
        assert_eq!(faults("brume salée d’octobre"), []);
        assert_eq!(faults("brume salée ok"), [Problem::PasswordTooShort { least: 15 }]);
        for guess in ["passwordpassword", "aaaaaaaaaaaaaaa", "bruno.hache.1985", "donaldduckdonaldduck"] {
            assert_eq!(faults(guess), [Problem::PasswordTooCommon], "{guess}");
        }
    }

    #[test]
    fn a3_the_setting_names_the_policy() {
        assert_eq!("nist".parse(), Ok(PasswordPolicy::Nist));
        assert_eq!("composed".parse(), Ok(PasswordPolicy::Composed));
        assert_eq!("strong".parse::<PasswordPolicy>(), Err(()));
    }

    #[test]
    fn a3_one_s_own_name_address_and_the_operator_are_no_password() {
        for guess in ["Bruno.Hache.2026!", "Emploi-Nord-Bruno-1", "Bureau+Programmes+9", "H@ch3-Brun0-1985"] {
            assert_eq!(faults(guess), [Problem::PasswordTooCommon], "{guess}");
        }
    }

    #[test]
    fn a3_an_accent_composed_otherwise_is_the_same_password() {
        assert_eq!(Password::typed("e\u{301}te\u{301}"), Password::typed("été"));
        assert_eq!(Password::typed("salée\u{a0}７"), Password::typed("salée 7"));
        let long = "Brume-salée 7 ".repeat(9) + "é!";
        assert!(long.chars().count() == 128 && Password::typed(&long).as_bytes().len() > 128);
    }

    proptest! {
        #[test]
        fn a3_nothing_typed_breaks_the_judgement(text in "\\PC{0,40}", about in "\\PC{0,10}") {
            let _ = judge(&Password::typed(&text), PasswordPolicy::Nist, &[&about]);
        }

        #[test]
        fn a3_a_password_from_a_generator_passes(
            letters in proptest::collection::vec(proptest::sample::select(
                "acdefghjkmnpqrtuvwxyzACDEFGHJKMNPQRTUVWXYZ2469".chars().collect::<Vec<_>>()), 24),
        ) {
            let text: String = letters.iter().collect::<String>() + "-xK9";
            prop_assert_eq!(judge(&Password::typed(&text), PasswordPolicy::Composed, &[]), vec![]);
        }

        #[test]
        fn a3_a_common_word_dressed_up_is_still_common(
            word in proptest::sample::select(vec!["Password", "Bienvenue", "Tremblay", "Halifax", "Septembre"]),
            year in 1950..2030_u32,
        ) {
            let text = format!("{word}-{word}-{year}!");
            prop_assert_eq!(judge(&Password::typed(&text), PasswordPolicy::Composed, &[]), vec![Problem::PasswordTooCommon]);
        }
    }
}
