//! One's own account: what its pages show, and what is typed there (rules A8, A9).

use super::{NewPasswordForm, Password, PasswordPolicy, Shared};
use crate::email::Email;
use crate::fields::{Field, FieldProblems, optional_line, required_line};
use crate::ids::{AccountSessionId, FactorId};
use crate::instant::Date;
use crate::language::{Bilingual, Language};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How many recovery codes there are in one issue (A8).
pub const RECOVERY_CODES: u8 = 10;
/// How old a sign-in may be, in minutes, for a change to the account.
pub const FRESH_MINUTES: u8 = 15;

/// The pages of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountPage {
    Overview,
    Name,
    Email,
    Password,
    SecondFactor,
    App,
    Passkey,
    RecoveryCodes,
    Activity,
    /// Where everything is to be had as a file.
    Data,
    Close,
}

impl AccountPage {
    pub const ALL: [Self; 11] = [
        Self::Overview,
        Self::Name,
        Self::Email,
        Self::Password,
        Self::SecondFactor,
        Self::App,
        Self::Passkey,
        Self::RecoveryCodes,
        Self::Activity,
        Self::Data,
        Self::Close,
    ];

    /// What stands after `/en/identity/` in its address.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Overview => "account",
            Self::Name => "account/name",
            Self::Email => "account/email",
            Self::Password => "account/password",
            Self::SecondFactor => "account/second-factor",
            Self::App => "account/second-factor/app",
            Self::Passkey => "account/second-factor/passkey",
            Self::RecoveryCodes => "account/recovery-codes",
            Self::Activity => "account/activity",
            Self::Data => "account/data",
            Self::Close => "account/close",
        }
    }

    /// Whether the person must have signed in within the last [`FRESH_MINUTES`]: what changes the ways into the account,
    /// and what shows a secret.
    #[must_use]
    pub const fn needs_fresh(self) -> bool {
        !matches!(self, Self::Overview | Self::Name | Self::Activity)
    }
}

/// What kind of second factor it is (A8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    /// An authenticator app that shows six digits.
    App,
    Passkey,
}

/// A second factor, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorCard {
    pub id: FactorId,
    pub kind: FactorKind,
    pub name: String,
    pub added: Date,
    pub used: Option<Date>,
}

/// A session, as its owner sees it (A9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCard {
    pub id: AccountSessionId,
    /// The one that looks.
    pub here: bool,
    /// Browser and system, in words.
    pub device: Option<String>,
    /// The address of the network.
    pub address: Option<String>,
    pub began: Date,
    pub seen: Date,
}

/// An application that may know who signs in (A9, A10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationCard {
    pub id: String,
    pub name: Bilingual,
    pub shares: Vec<Shared>,
    pub since: Date,
}

/// The account, as its owner sees it (A9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountCard {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    /// Asked for, and not confirmed yet.
    pub new_email: Option<String>,
    pub language: Option<Language>,
    pub password_set: Date,
    pub factors: Vec<FactorCard>,
    /// A passkey can be used here.
    pub passkeys: bool,
    /// Recovery codes that still work.
    pub recovery_left: u8,
    /// The deployment wants a second factor of this person.
    pub needs_factor: bool,
    pub sessions: Vec<SessionCard>,
    pub applications: Vec<ApplicationCard>,
}

/// What the page between the password and the application shows (A8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepCard {
    pub email: String,
    pub destination: Bilingual,
    pub app: bool,
    pub passkey: bool,
    pub recovery: bool,
}

/// An authenticator app about to be added.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewApp {
    /// Seals the secret until a code proves that the app has it.
    pub ticket: String,
    /// The secret in groups of four, to be typed where no picture can be taken.
    pub secret: String,
    /// What opens an app on this very device.
    pub address: String,
    /// The picture: an SVG element.
    pub picture: String,
}

impl fmt::Debug for NewApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewApp(…)")
    }
}

/// A question to a passkey: the ticket goes back with the answer, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyQuestion {
    pub ticket: String,
    /// The options of the browser's function, as JSON.
    pub options: String,
}

/// What was done on a page of the account, as the next page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountDone {
    NameSaved,
    EmailAsked,
    EmailKept,
    PasswordChanged,
    FactorAdded,
    FactorRemoved,
    RecoveryRenewed,
    SessionEnded,
    SessionsEnded,
    ApplicationWithdrawn,
}

/// A line of an account's activity (A9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventCard {
    pub at: Date,
    pub what: AccountEvent,
    /// A name or an address that it was about.
    pub detail: Option<String>,
    pub device: Option<String>,
}

/// What can happen to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountEvent {
    Created,
    SignedIn,
    NameChanged,
    EmailAsked,
    EmailChanged,
    PasswordChanged,
    PasswordReset,
    AppAdded,
    PasskeyAdded,
    FactorRemoved,
    RecoveryRenewed,
    RecoveryUsed,
    SessionEnded,
    OtherSessionsEnded,
    ApplicationWithdrawn,
    Closed,
}

impl AccountEvent {
    pub const ALL: [Self; 16] = [
        Self::Created,
        Self::SignedIn,
        Self::NameChanged,
        Self::EmailAsked,
        Self::EmailChanged,
        Self::PasswordChanged,
        Self::PasswordReset,
        Self::AppAdded,
        Self::PasskeyAdded,
        Self::FactorRemoved,
        Self::RecoveryRenewed,
        Self::RecoveryUsed,
        Self::SessionEnded,
        Self::OtherSessionsEnded,
        Self::ApplicationWithdrawn,
        Self::Closed,
    ];

    /// Its word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::SignedIn => "signed_in",
            Self::NameChanged => "name_changed",
            Self::EmailAsked => "email_asked",
            Self::EmailChanged => "email_changed",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::AppAdded => "app_added",
            Self::PasskeyAdded => "passkey_added",
            Self::FactorRemoved => "factor_removed",
            Self::RecoveryRenewed => "recovery_renewed",
            Self::RecoveryUsed => "recovery_used",
            Self::SessionEnded => "session_ended",
            Self::OtherSessionsEnded => "other_sessions_ended",
            Self::ApplicationWithdrawn => "application_withdrawn",
            Self::Closed => "closed",
        }
    }

    /// # Errors
    /// The word, when it is none of these.
    pub fn of_word(word: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|event| event.word() == word).ok_or_else(|| word.to_owned())
    }

    /// Whether the owner is told by mail: somebody else may have done it.
    #[must_use]
    pub const fn is_told(self) -> bool {
        !matches!(
            self,
            Self::Created
                | Self::SignedIn
                | Self::NameChanged
                | Self::SessionEnded
                | Self::OtherSessionsEnded
                | Self::ApplicationWithdrawn
        )
    }
}

/// The name of one's account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnNameForm {
    /// May be empty: somebody may have one name only.
    pub first_name: String,
    pub last_name: String,
    /// `en` or `fr`.
    pub language: String,
}

impl OwnNameForm {
    /// First name, last name, language.
    ///
    /// # Errors
    /// What is wrong, field by field.
    pub fn parse(&self) -> Result<(String, String, Language), FieldProblems> {
        let mut faults = FieldProblems::none();
        let first = faults.note(Field::FirstName, optional_line(&self.first_name, 100));
        let last = faults.note(Field::LastName, required_line(&self.last_name, 100));
        let language = Language::from_code(&self.language).ok_or(Problem::Missing);
        let language = faults.note(Field::Language, language);
        match (first, last, language) {
            (Some(first), Some(last), Some(language)) => Ok((first.unwrap_or_default(), last, language)),
            _ => Err(faults),
        }
    }
}

/// The e-mail that an account is to have (A9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnEmailForm {
    pub email: String,
}

impl OwnEmailForm {
    /// # Errors
    /// What is wrong with the address.
    pub fn parse(&self) -> Result<Email, FieldProblems> {
        Email::parse(&self.email).map_err(|problem| FieldProblems::one(Field::Email, problem))
    }
}

/// The password in force, and the one in its place, typed twice (A9).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnPasswordForm {
    pub current: String,
    pub password: String,
    pub password_again: String,
}

impl OwnPasswordForm {
    /// The one in force, and the new one.
    ///
    /// # Errors
    /// All that is wrong with both.
    pub fn parse(
        &self,
        policy: PasswordPolicy,
        about: &[&str],
    ) -> Result<(Password, Password), FieldProblems> {
        let mut faults = FieldProblems::none();
        let current = faults.note(Field::CurrentPassword, super::present(&self.current));
        let new =
            NewPasswordForm { password: self.password.clone(), password_again: self.password_again.clone() };
        match (current, new.parse(policy, about)) {
            (Some(current), Ok(new)) => Ok((current, new)),
            (_, new) => {
                faults.0.extend(new.err().unwrap_or_default().0);
                Err(faults)
            }
        }
    }
}

impl fmt::Debug for OwnPasswordForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnPasswordForm(…)")
    }
}

/// A code that proves that an app was set up, and what the person calls it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewAppForm {
    pub ticket: String,
    pub code: String,
    pub name: String,
}

impl fmt::Debug for NewAppForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAppForm").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A passkey's answer, as the browser wrote it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PasskeyForm {
    pub ticket: String,
    /// JSON; empty when no script ran.
    pub answer: String,
    /// What the person calls it, when it is added.
    pub name: String,
}

impl fmt::Debug for PasskeyForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasskeyForm").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What closing an account does to the access that it gives (A9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingCard {
    /// The organizations that the person leaves by it.
    pub leaves: Vec<Bilingual>,
    /// Those that cannot do without: the account stays open as long as there is one.
    pub needed_by: Vec<(Bilingual, NeededFor)>,
    /// The person goes on being let in by another provider, and leaves nothing.
    pub another_way: bool,
}

/// Why an organization cannot do without somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeededFor {
    /// C9
    PrimaryContact,
    /// C10
    Administration,
}

/// The word of whoever closes their account (A9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CloseForm {
    /// Ticked: "true".
    pub sure: String,
}

impl CloseForm {
    /// # Errors
    /// [`Problem::Missing`]
    pub fn parse(&self) -> Result<(), FieldProblems> {
        let sure = self.sure == "true";
        if sure { Ok(()) } else { Err(FieldProblems::one(Field::Sure, Problem::Missing)) }
    }
}

/// What a factor is called: what was typed, or nothing.
///
/// # Errors
/// [`Problem::TooLong`]
pub fn factor_name(typed: &str) -> Result<Option<String>, FieldProblems> {
    optional_line(typed, 60).map_err(|problem| FieldProblems::one(Field::FactorName, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a9_every_event_has_its_own_word() {
        for event in AccountEvent::ALL {
            assert_eq!(AccountEvent::of_word(event.word()), Ok(event));
        }
        assert!(AccountEvent::of_word("something").is_err());
    }

    #[test]
    fn a9_the_password_in_force_and_the_new_one_are_judged_at_once() {
        let faults = OwnPasswordForm::default().parse(PasswordPolicy::default(), &[]).unwrap_err();
        assert_eq!(faults.of(Field::CurrentPassword), Some(&Problem::Missing));
        assert_eq!(faults.of(Field::Password), Some(&Problem::Missing));
        let good = "Brume-salée d’octobre 7".to_owned();
        let form = OwnPasswordForm { current: "old".into(), password: good.clone(), password_again: good };
        assert!(form.parse(PasswordPolicy::default(), &[]).is_ok());
        assert!(!format!("{form:?}").contains("Brume"));
    }

    #[test]
    fn a9_an_account_is_closed_by_who_ticked_that_they_are_sure() {
        assert!(CloseForm { sure: "true".into() }.parse().is_ok());
        let faults = CloseForm::default().parse().unwrap_err();
        assert_eq!(faults.of(Field::Sure), Some(&Problem::Missing));
    }

    #[test]
    fn a8_what_opens_the_account_asks_for_a_fresh_sign_in() {
        let open: Vec<_> = AccountPage::ALL.into_iter().filter(|page| !page.needs_fresh()).collect();
        assert_eq!(open, [AccountPage::Overview, AccountPage::Name, AccountPage::Activity]);
    }
}
