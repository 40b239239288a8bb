//! Accounts at the embedded provider: what is typed to create one, to sign in, to confirm (rules A2, A3, A5, A6).
//!
//! The policy of A3 asks for length and for kinds of characters; both are easily met by a password that
//! everybody guesses. So what is left once common words, keyboard rows, counting, years and the person's own
//! name are taken out must still be something.

pub mod own;

use crate::email::Email;
use crate::fields::{Field, FieldProblems, optional_line, required_line};
use crate::fold::fold;
use crate::language::Bilingual;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use unicode_normalization::UnicodeNormalization as _;

/// The shortest password, in characters (A3).
pub const PASSWORD_LEAST: u8 = 14;
/// The longest password, in characters; A3 wants no maximum below 128.
pub const PASSWORD_MOST: u16 = 256;
/// Digits of a verification code (A5).
pub const CODE_DIGITS: usize = 6;
/// How many wrong codes may be typed before another must be asked for (A5).
pub const CODE_TRIES: u8 = 5;

/// How much of a password must be its own: letters and digits, and how many different ones.
const OWN_LETTERS: usize = 6;
const OWN_DIFFERENT: usize = 4;

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

/// The strings typed to create an account (A2).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountForm {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub password: String,
    pub password_again: String,
    /// "true" when the terms and the privacy policy are consented to.
    pub consent: String,
}

/// An account as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// Empty for somebody who has one name only.
    pub first_name: String,
    pub last_name: String,
    pub email: Email,
    pub password: Password,
}

impl AccountForm {
    /// Understands what was typed. `known` are words that no password may live on: the operator's names.
    ///
    /// # Errors
    /// All that is wrong, field by field.
    pub fn parse(&self, known: &[&str]) -> Result<NewAccount, FieldProblems> {
        let mut faults = FieldProblems::none();
        let first_name = faults.note(Field::FirstName, optional_line(&self.first_name, 100));
        let last_name = faults.note(Field::LastName, required_line(&self.last_name, 100));
        let email = faults.note(Field::Email, Email::parse(&self.email));
        let password = self.parse_password(known, &mut faults);
        if self.consent != "true" {
            faults.add(Field::Consent, Problem::ConsentNeeded);
        }
        match (first_name, last_name, email) {
            (Some(first_name), Some(last_name), Some(email)) if faults.is_empty() => {
                Ok(NewAccount { first_name: first_name.unwrap_or_default(), last_name, email, password })
            }
            _ => Err(faults),
        }
    }

    fn parse_password(&self, known: &[&str], faults: &mut FieldProblems) -> Password {
        let password = Password::typed(&self.password);
        let mut about = vec![self.first_name.as_str(), &self.last_name, &self.email];
        about.extend(known);
        for problem in judge(&password, &about) {
            faults.add(Field::Password, problem);
        }
        if !self.password.is_empty() && password != Password::typed(&self.password_again) {
            faults.add(Field::PasswordAgain, Problem::PasswordsDiffer);
        }
        password
    }

    /// What may be kept while the form is corrected: all but the passwords.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        Self { password: String::new(), password_again: String::new(), ..self.clone() }
    }
}

impl fmt::Debug for AccountForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountForm")
            .field("first_name", &self.first_name)
            .field("last_name", &self.last_name)
            .field("email", &self.email)
            .field("consent", &self.consent)
            .finish_non_exhaustive()
    }
}

/// The strings typed to sign in (A6).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    pub email: String,
    pub password: String,
}

impl SignInForm {
    /// # Errors
    /// What is missing. A password is not judged here: it was when it was chosen.
    pub fn parse(&self) -> Result<(Email, Password), FieldProblems> {
        let mut faults = FieldProblems::none();
        let email = faults.note(Field::Email, Email::parse(&self.email));
        let password = faults.note(Field::Password, present(&self.password));
        email.zip(password).ok_or(faults)
    }

    /// What may be kept while the form is corrected: all but the password.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        Self { email: self.email.clone(), password: String::new() }
    }
}

impl fmt::Debug for SignInForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignInForm").field("email", &self.email).finish_non_exhaustive()
    }
}

/// The verification code typed from a mail (A5).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    pub code: String,
}

impl CodeForm {
    /// The code without the spaces and hyphens that copying brings along.
    ///
    /// # Errors
    /// [`Problem::Missing`]
    pub fn parse(&self) -> Result<String, FieldProblems> {
        let ignored = |letter: char| letter.is_whitespace() || letter == '-' || letter == '\u{200b}';
        let code: String = self.code.nfkc().filter(|letter| !ignored(*letter)).collect();
        if code.is_empty() {
            return Err(FieldProblems::one(Field::Code, Problem::Missing));
        }
        Ok(code)
    }

    /// What may be kept while the form is corrected: nothing.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for CodeForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeForm(…)")
    }
}

/// The password typed on another device to confirm an account there (A5).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    pub password: String,
}

impl ConfirmForm {
    /// # Errors
    /// [`Problem::Missing`]
    pub fn parse(&self) -> Result<Password, FieldProblems> {
        present(&self.password).map_err(|problem| FieldProblems::one(Field::Password, problem))
    }

    /// What may be kept while the form is corrected: nothing.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for ConfirmForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfirmForm(…)")
    }
}

/// The e-mail typed by somebody who cannot sign in (A6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HelpForm {
    pub email: String,
}

impl HelpForm {
    /// # Errors
    /// What is wrong with the address.
    pub fn parse(&self) -> Result<Email, FieldProblems> {
        Email::parse(&self.email).map_err(|problem| FieldProblems::one(Field::Email, problem))
    }
}

/// The password chosen in place of a forgotten one (A6), typed twice.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewPasswordForm {
    pub password: String,
    pub password_again: String,
}

impl NewPasswordForm {
    /// # Errors
    /// All that is wrong with it. `about` are words that it may not live on: the person's own, the operator's.
    pub fn parse(&self, about: &[&str]) -> Result<Password, FieldProblems> {
        let password = Password::typed(&self.password);
        let mut faults = FieldProblems::none();
        for problem in judge(&password, about) {
            faults.add(Field::Password, problem);
        }
        if !self.password.is_empty() && password != Password::typed(&self.password_again) {
            faults.add(Field::PasswordAgain, Problem::PasswordsDiffer);
        }
        if faults.is_empty() { Ok(password) } else { Err(faults) }
    }

    /// What may be kept while the form is corrected: nothing.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for NewPasswordForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPasswordForm(…)")
    }
}

/// What the sign-in pages know of the application that waits for the person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestCard {
    /// The application, as the button names it.
    pub destination: Bilingual,
    /// The e-mail that the application suggests (A2).
    pub login_hint: Option<String>,
    /// Who is signed in here already, if anybody.
    pub signed_in_as: Option<String>,
    /// What the application wants to know, when the person has yet to agree: an application of others.
    pub asks: Option<Vec<Shared>>,
    /// A passkey can be used here (A8).
    pub passkeys: bool,
}

/// What an application of others learns once the person agrees; beside it, that it is the same person each time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shared {
    /// Name and preferred language.
    Name,
    Email,
    /// The organizations in which the person may use the application, and their security profiles there.
    Organizations,
    /// All this while the person is away.
    Offline,
}

/// What the page of the code shows (A5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingCard {
    pub email: String,
    /// Wrong codes that may still be typed; at none another code must be asked for.
    pub tries_left: u8,
    /// The code is older than its two hours.
    pub expired: bool,
    /// Another code may be asked for.
    pub may_ask_again: bool,
}

/// What the page behind a mailed link shows (A5): opening it changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkCard {
    pub email: String,
    pub name: String,
    /// On another device, the password proves that whoever confirms is whoever asked.
    pub asks_password: bool,
}

fn present(password: &str) -> Result<Password, Problem> {
    if password.is_empty() { Err(Problem::Missing) } else { Ok(Password::typed(password)) }
}

/// Everything that is wrong with a password (A3). `about` are words of the person and of the operator.
#[must_use]
pub fn judge(password: &Password, about: &[&str]) -> Vec<Problem> {
    let text = &password.0;
    let length = text.chars().count();
    if length == 0 {
        return vec![Problem::Missing];
    }
    if length > usize::from(PASSWORD_MOST) {
        return vec![Problem::PasswordTooLong { most: PASSWORD_MOST }];
    }
    let mut faults = Vec::new();
    if length < usize::from(PASSWORD_LEAST) {
        faults.push(Problem::PasswordTooShort { least: PASSWORD_LEAST });
    }
    if !(text.chars().any(char::is_uppercase) && text.chars().any(char::is_lowercase)) {
        faults.push(Problem::PasswordNeedsUpperAndLower);
    }
    if !text.chars().any(char::is_numeric) {
        faults.push(Problem::PasswordNeedsDigit);
    }
    if text.chars().all(char::is_alphanumeric) {
        faults.push(Problem::PasswordNeedsSpecial);
    }
    if faults.is_empty() && common(text, about) {
        faults.push(Problem::PasswordTooCommon);
    }
    faults
}

/// Whether little is left of it once everybody's words, and the person's own, are taken out.
fn common(text: &str, about: &[&str]) -> bool {
    let words = guessable_words(about);
    let plain = fold(text);
    let unveiled = unveil(&plain);
    [plain, unveiled].iter().any(|spelling| {
        let own: Vec<char> = remainder(one_period(spelling), &words)
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .collect();
        let different: BTreeSet<&char> = own.iter().collect();
        own.len() < OWN_LETTERS || different.len() < OWN_DIFFERENT
    })
}

/// Longest first, so that a word is not spoiled by a shorter one inside it.
fn guessable_words(about: &[&str]) -> Vec<String> {
    let mut words: BTreeSet<String> =
        include_str!("accounts/common.txt").split_whitespace().map(str::to_owned).collect();
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

const ROWS: [&str; 7] = [
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
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

    fn form(password: &str) -> AccountForm {
        AccountForm {
            first_name: "Bruno".into(),
            last_name: "Haché".into(),
            email: "bruno.hache@emploi-nord.example".into(),
            password: password.into(),
            password_again: password.into(),
            consent: "true".into(),
        }
    }

    fn faults(password: &str) -> Vec<Problem> {
        match form(password).parse(&["Bureau des programmes"]) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.0.into_iter().map(|at| at.problem).collect(),
        }
    }

    #[test]
    fn a2_every_fault_is_told_at_once() {
        let faults = AccountForm::default().parse(&[]).unwrap_err();
        for field in [Field::LastName, Field::Email, Field::Password, Field::Consent] {
            assert!(faults.of(field).is_some(), "{field:?}");
        }
        assert!(faults.of(Field::FirstName).is_none(), "somebody may have one name only");
    }

    #[test]
    fn a2_what_was_typed_is_understood() {
        let new = AccountForm { email: " Bruno@Exemple.ca ".into(), ..form(GOOD) }.parse(&[]).unwrap();
        assert_eq!((new.first_name.as_str(), new.last_name.as_str()), ("Bruno", "Haché"));
        assert_eq!(new.email.as_str(), "Bruno@Exemple.ca");
        let other = AccountForm { password_again: "something else".into(), ..form(GOOD) };
        assert_eq!(other.parse(&[]).unwrap_err().of(Field::PasswordAgain), Some(&Problem::PasswordsDiffer));
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
    fn a3_one_s_own_name_address_and_the_operator_are_no_password() {
        for guess in ["Bruno.Hache.2026!", "Emploi-Nord-Bruno-1", "Bureau+Programmes+9", "H@ch3-Brun0-1985"] {
            assert_eq!(faults(guess), [Problem::PasswordTooCommon], "{guess}");
        }
    }

    #[test]
    fn a3_an_accent_composed_otherwise_is_the_same_password() {
        assert_eq!(Password::typed("e\u{301}te\u{301}"), Password::typed("été"));
    }

    #[test]
    fn a5_a_code_is_read_as_people_copy_it() {
        for typed in ["402913", " 402 913 ", "402-913", "４０２９１３"] {
            assert_eq!(CodeForm { code: typed.into() }.parse().unwrap(), "402913");
        }
        assert!(CodeForm { code: "  ".into() }.parse().is_err());
    }

    #[test]
    fn passwords_are_neither_printed_nor_kept_in_drafts() {
        let typed = form(GOOD);
        assert!(!format!("{typed:?}{:?}", typed.parse(&[])).contains("Brume"));
        assert_eq!(typed.without_secrets().password, "");
        assert_eq!(typed.without_secrets().password_again, "");
        assert_eq!(typed.without_secrets().email, typed.email);
        let sign_in = SignInForm { email: "a@b.ca".into(), password: GOOD.into() };
        assert!(!format!("{sign_in:?}").contains("Brume"));
        assert_eq!(sign_in.without_secrets(), SignInForm { email: "a@b.ca".into(), password: String::new() });
    }

    proptest! {
        #[test]
        fn a3_nothing_typed_breaks_the_judgement(text in "\\PC{0,40}", about in "\\PC{0,10}") {
            let _ = judge(&Password::typed(&text), &[&about]);
        }

        #[test]
        fn a3_a_password_from_a_generator_passes(
            letters in proptest::collection::vec(proptest::sample::select(
                "acdefghjkmnpqrtuvwxyzACDEFGHJKMNPQRTUVWXYZ2469".chars().collect::<Vec<_>>()), 24),
        ) {
            let text: String = letters.iter().collect::<String>() + "-xK9";
            prop_assert_eq!(judge(&Password::typed(&text), &[]), vec![]);
        }

        #[test]
        fn a3_a_common_word_dressed_up_is_still_common(
            word in proptest::sample::select(vec!["Password", "Bienvenue", "Tremblay", "Halifax", "Septembre"]),
            year in 1950..2030_u32,
        ) {
            let text = format!("{word}-{word}-{year}!");
            prop_assert_eq!(judge(&Password::typed(&text), &[]), vec![Problem::PasswordTooCommon]);
        }
    }
}
