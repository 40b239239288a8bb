//! Accounts at the embedded provider: what is typed to create one, to sign in, to confirm (rules A2, A5, A6).

mod password;

pub use password::{PASSWORD_MOST, Password, PasswordPolicy, judge};

pub mod own;

use crate::email::Email;
use crate::fields::{Field, FieldProblems, optional_line, required_line};
use crate::language::Bilingual;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization as _;

/// Digits of a verification code (A5).
pub const CODE_DIGITS: usize = 6;
/// How many wrong codes may be typed before another must be asked for (A5).
pub const CODE_TRIES: u8 = 5;

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
    /// That no robot sends it (A4), found by the browser; empty where no script ran.
    pub proof: String,
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
    pub fn parse(&self, policy: PasswordPolicy, known: &[&str]) -> Result<NewAccount, FieldProblems> {
        let mut faults = FieldProblems::none();
        let first_name = faults.note(Field::FirstName, optional_line(&self.first_name, 100));
        let last_name = faults.note(Field::LastName, required_line(&self.last_name, 100));
        let email = faults.note(Field::Email, Email::parse(&self.email));
        let password = self.parse_password(policy, known, &mut faults);
        faults.note(Field::Consent, consented(&self.consent));
        match (first_name, last_name, email) {
            (Some(first_name), Some(last_name), Some(email)) if faults.is_empty() => {
                Ok(NewAccount { first_name: first_name.unwrap_or_default(), last_name, email, password })
            }
            _ => Err(faults),
        }
    }

    fn parse_password(&self, policy: PasswordPolicy, known: &[&str], faults: &mut FieldProblems) -> Password {
        let password = Password::typed(&self.password);
        let mut about = vec![self.first_name.as_str(), &self.last_name, &self.email];
        about.extend(known);
        for problem in judge(&password, policy, &about) {
            faults.add(Field::Password, problem);
        }
        if !self.password.is_empty() && password != Password::typed(&self.password_again) {
            faults.add(Field::PasswordAgain, Problem::PasswordsDiffer);
        }
        password
    }

    /// What may be kept while the form is corrected: all but the passwords and the proof, which serves once.
    #[must_use]
    pub fn without_secrets(&self) -> Self {
        Self { password: String::new(), password_again: String::new(), proof: String::new(), ..self.clone() }
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

/// The tick under terms that changed (A2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TermsForm {
    /// "true" when the terms and the privacy policy are consented to.
    pub consent: String,
}

impl TermsForm {
    /// # Errors
    /// [`Problem::ConsentNeeded`]
    pub fn parse(&self) -> Result<(), FieldProblems> {
        consented(&self.consent).map_err(|problem| FieldProblems::one(Field::Consent, problem))
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
    /// That no robot sends it (A4), found by the browser; empty where no script ran.
    pub proof: String,
}

impl HelpForm {
    /// # Errors
    /// What is wrong with the address.
    pub fn parse(&self) -> Result<Email, FieldProblems> {
        Email::parse(&self.email).map_err(|problem| FieldProblems::one(Field::Email, problem))
    }

    /// What may be kept while the form is corrected: all but the proof, which serves once.
    #[must_use]
    pub fn without_proof(&self) -> Self {
        Self { email: self.email.clone(), proof: String::new() }
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
    pub fn parse(&self, policy: PasswordPolicy, about: &[&str]) -> Result<Password, FieldProblems> {
        let password = Password::typed(&self.password);
        let mut faults = FieldProblems::none();
        for problem in judge(&password, policy, about) {
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
    /// Seconds until the mail leaves, for whoever asked without a proof (A4).
    pub leaves_in: u32,
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

fn consented(tick: &str) -> Result<(), Problem> {
    if tick == "true" { Ok(()) } else { Err(Problem::ConsentNeeded) }
}

fn present(password: &str) -> Result<Password, Problem> {
    if password.is_empty() { Err(Problem::Missing) } else { Ok(Password::typed(password)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "Brume-salée d’octobre 7";

    fn form(password: &str) -> AccountForm {
        AccountForm {
            first_name: "Bruno".into(),
            last_name: "Haché".into(),
            email: "bruno.hache@emploi-nord.example".into(),
            password: password.into(),
            password_again: password.into(),
            consent: "true".into(),
            proof: String::new(),
        }
    }

    #[test]
    fn a2_every_fault_is_told_at_once() {
        let faults = AccountForm::default().parse(PasswordPolicy::Composed, &[]).unwrap_err();
        for field in [Field::LastName, Field::Email, Field::Password, Field::Consent] {
            assert!(faults.of(field).is_some(), "{field:?}");
        }
        assert!(faults.of(Field::FirstName).is_none(), "somebody may have one name only");
    }

    #[test]
    fn a2_what_was_typed_is_understood() {
        let new = AccountForm { email: " Bruno@Exemple.ca ".into(), ..form(GOOD) }
            .parse(PasswordPolicy::Composed, &[])
            .unwrap();
        assert_eq!((new.first_name.as_str(), new.last_name.as_str()), ("Bruno", "Haché"));
        assert_eq!(new.email.as_str(), "Bruno@Exemple.ca");
        let other = AccountForm { password_again: "something else".into(), ..form(GOOD) };
        assert_eq!(
            other.parse(PasswordPolicy::Composed, &[]).unwrap_err().of(Field::PasswordAgain),
            Some(&Problem::PasswordsDiffer)
        );
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
        assert!(!format!("{typed:?}{:?}", typed.parse(PasswordPolicy::Composed, &[])).contains("Brume"));
        assert_eq!(typed.without_secrets().password, "");
        assert_eq!(typed.without_secrets().password_again, "");
        assert_eq!(typed.without_secrets().email, typed.email);
        let sign_in = SignInForm { email: "a@b.ca".into(), password: GOOD.into() };
        assert!(!format!("{sign_in:?}").contains("Brume"));
        assert_eq!(sign_in.without_secrets(), SignInForm { email: "a@b.ca".into(), password: String::new() });
    }
}
