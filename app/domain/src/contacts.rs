//! Contacts: the people of an organization (rules L and C).

use crate::email::Email;
use crate::fields::{Field, FieldProblems, optional_line, required_line, required_text};
use crate::ids::{ContactId, InvitationId};
use crate::instant::{Date, Instant};
use crate::language::{Bilingual, Language};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// How many phones a contact has at most.
pub const PHONES: usize = 3;

/// What a phone is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneKind {
    #[default]
    Work,
    Mobile,
    Home,
    Fax,
}

impl PhoneKind {
    pub const ALL: [Self; 4] = [Self::Work, Self::Mobile, Self::Home, Self::Fax];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Mobile => "mobile",
            Self::Home => "home",
            Self::Fax => "fax",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A phone number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    pub kind: PhoneKind,
    pub number: String,
    pub extension: Option<String>,
}

/// The strings typed for one phone; an empty number is no phone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PhoneForm {
    pub kind: String,
    pub number: String,
    pub extension: String,
}

/// The strings typed for a contact (C2, C3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactForm {
    pub last_name: String,
    pub first_name: String,
    /// Ticked ("true") for somebody who has one name only: it stands as the last name.
    pub one_name: String,
    pub email: String,
    pub title: String,
    pub phones: Vec<PhoneForm>,
    pub language: String,
    pub office_location: String,
    pub position_type: String,
    pub full_time_equivalent: String,
}

/// A contact's own facts, as they were understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactFacts {
    pub last_name: String,
    pub first_name: String,
    pub email: Email,
    pub title: Option<String>,
    pub phones: Vec<Phone>,
    pub language: Option<Language>,
    pub office_location: Option<String>,
    pub position_type: Option<String>,
    /// Hundredths of a full-time position: 50 is half-time.
    pub full_time_equivalent: Option<u16>,
}

impl ContactForm {
    /// Understands what was typed, telling every fault at once.
    ///
    /// `tracks_clients` is the organization's fact that makes office, position and FTE required (C3).
    ///
    /// # Errors
    /// All that is wrong, field by field.
    pub fn parse(&self, tracks_clients: bool) -> Result<ContactFacts, FieldProblems> {
        let mut faults = FieldProblems::none();
        let one_name = self.one_name == "true";
        let last_name = faults.note(Field::LastName, required_line(&self.last_name, 100));
        let first_name = faults.note(Field::FirstName, self.first_name_when(one_name));
        let email = faults.note(Field::Email, Email::parse(&self.email));
        let title = faults.note(Field::Title, optional_line(&self.title, 100));
        let phones = parse_phones(&self.phones, &mut faults);
        let language = faults.note(Field::Language, parse_language(&self.language));
        let office_location = faults.note(Field::OfficeLocation, when(tracks_clients, &self.office_location));
        let position_type = faults.note(Field::PositionType, when(tracks_clients, &self.position_type));
        let full_time_equivalent =
            faults.note(Field::FullTimeEquivalent, parse_fte(tracks_clients, &self.full_time_equivalent));
        match (
            last_name,
            first_name,
            email,
            title,
            language,
            office_location,
            position_type,
            full_time_equivalent,
        ) {
            (
                Some(last_name),
                Some(first_name),
                Some(email),
                Some(title),
                Some(language),
                Some(office_location),
                Some(position_type),
                Some(full_time_equivalent),
            ) if faults.is_empty() => Ok(ContactFacts {
                last_name,
                first_name,
                email,
                title,
                phones,
                language,
                office_location,
                position_type,
                full_time_equivalent,
            }),
            _ => Err(faults),
        }
    }

    fn first_name_when(&self, one_name: bool) -> Result<String, Problem> {
        if one_name {
            return optional_line(&self.first_name, 100).map(Option::unwrap_or_default);
        }
        required_line(&self.first_name, 100)
    }
}

fn parse_phones(forms: &[PhoneForm], faults: &mut FieldProblems) -> Vec<Phone> {
    let mut phones = Vec::new();
    for (n, form) in forms.iter().take(PHONES).enumerate() {
        let at = Field::Phone(u8::try_from(n).unwrap_or(u8::MAX));
        if let Some(Some(phone)) = faults.note(at, form.parse()) {
            phones.push(phone);
        }
    }
    phones
}

impl From<&ContactFacts> for ContactForm {
    fn from(facts: &ContactFacts) -> Self {
        let mut phones: Vec<PhoneForm> = facts.phones.iter().map(PhoneForm::from).collect();
        phones.resize(PHONES.max(phones.len()), PhoneForm::default());
        Self {
            last_name: facts.last_name.clone(),
            first_name: facts.first_name.clone(),
            one_name: if facts.first_name.is_empty() { "true".into() } else { String::new() },
            email: facts.email.to_string(),
            title: facts.title.clone().unwrap_or_default(),
            phones,
            language: facts.language.map(|l| l.code().to_owned()).unwrap_or_default(),
            office_location: facts.office_location.clone().unwrap_or_default(),
            position_type: facts.position_type.clone().unwrap_or_default(),
            full_time_equivalent: facts
                .full_time_equivalent
                .map(|hundredths| format!("{}.{:02}", hundredths / 100, hundredths % 100))
                .unwrap_or_default(),
        }
    }
}

impl From<&Phone> for PhoneForm {
    fn from(phone: &Phone) -> Self {
        Self {
            kind: phone.kind.code().to_owned(),
            number: phone.number.clone(),
            extension: phone.extension.clone().unwrap_or_default(),
        }
    }
}

impl PhoneForm {
    pub(crate) fn parse(&self) -> Result<Option<Phone>, Problem> {
        let Some(number) = optional_line(&self.number, 30)? else {
            return Ok(None);
        };
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let plain = number.chars().all(|letter| letter.is_ascii_digit() || " +().-\u{a0}".contains(letter));
        if !plain || !(7..=15).contains(&digits) {
            return Err(Problem::NotAPhone);
        }
        let extension = optional_line(&self.extension, 10)?;
        if extension.as_ref().is_some_and(|text| !text.chars().all(|letter| letter.is_ascii_digit())) {
            return Err(Problem::NotAPhone);
        }
        let kind =
            if self.kind.is_empty() { Some(PhoneKind::Work) } else { PhoneKind::from_code(&self.kind) };
        Ok(Some(Phone { kind: kind.ok_or(Problem::UnknownChoice)?, number, extension }))
    }
}

fn when(required: bool, typed: &str) -> Result<Option<String>, Problem> {
    if required { required_line(typed, 100).map(Some) } else { optional_line(typed, 100) }
}

pub(crate) fn parse_language(typed: &str) -> Result<Option<Language>, Problem> {
    if typed.is_empty() {
        return Ok(None);
    }
    Language::from_code(typed).map(Some).ok_or(Problem::UnknownChoice)
}

/// `0.5`, `0,5` and `1` are read; the result is in hundredths, above 0 and at most 1.
fn parse_fte(required: bool, typed: &str) -> Result<Option<u16>, Problem> {
    let Some(text) = when(required, typed)? else {
        return Ok(None);
    };
    let number: f64 = text.replace(',', ".").parse().map_err(|_| Problem::NotAFullTimeEquivalent)?;
    if !(0.0..=1.0).contains(&number) || number == 0.0 {
        return Err(Problem::NotAFullTimeEquivalent);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
    let hundredths = (number * 100.0).round() as u16;
    Ok(Some(hundredths.max(1)))
}

/// What a person types of their own record (C12).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnForm {
    pub title: String,
    pub phones: Vec<PhoneForm>,
    pub language: String,
}

/// Title, phones and language, as a person's own form was understood.
pub type OwnFacts = (Option<String>, Vec<Phone>, Option<Language>);

impl OwnForm {
    /// # Errors
    /// All that is wrong, field by field.
    pub fn parse(&self) -> Result<OwnFacts, FieldProblems> {
        let mut faults = FieldProblems::none();
        let title = faults.note(Field::Title, optional_line(&self.title, 100));
        let phones = parse_phones(&self.phones, &mut faults);
        let language = faults.note(Field::Language, parse_language(&self.language));
        match (title, language) {
            (Some(title), Some(language)) if faults.is_empty() => Ok((title, phones, language)),
            _ => Err(faults),
        }
    }
}

/// A person's own record (C12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnRecord {
    pub contact: ContactId,
    pub version: i64,
    pub primary: bool,
    pub facts: ContactFacts,
    pub held: Vec<HeldProfile>,
    /// Without this person the organization would have no administrator (C10).
    pub last_administrator: bool,
}

/// A filter that is either off or asks yes or no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessFilter {
    #[default]
    Any,
    With,
    Without,
}

impl AccessFilter {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::With => "with",
            Self::Without => "without",
        }
    }
}

/// What may wait for somebody who manages contacts, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// The mail of the invitation was refused.
    Bounced,
    /// The invitation expired.
    Expired,
    /// Suspended profiles wait for a decision (C8).
    Suspended,
    /// The invitation expires soon.
    Soon,
    /// A profile ends soon (P7).
    Ending,
    /// The access was not used for long (L10).
    Unused,
}

impl Waiting {
    pub const ALL: [Self; 6] =
        [Self::Bounced, Self::Expired, Self::Suspended, Self::Soon, Self::Ending, Self::Unused];

    /// What the address says.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bounced => "bounced",
            Self::Expired => "expired",
            Self::Suspended => "suspended",
            Self::Soon => "soon",
            Self::Ending => "ending",
            Self::Unused => "unused",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|waiting| waiting.code() == code)
    }

    /// Something is broken until somebody acts.
    #[must_use]
    pub const fn urgent(self) -> bool {
        matches!(self, Self::Bounced | Self::Expired | Self::Suspended)
    }
}

/// The state of the list of contacts, all of it in the address (L9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactSearch {
    pub words: String,
    /// The key of a profile, or nothing.
    pub profile: String,
    pub active_only: bool,
    pub access: AccessFilter,
    /// Only those for whom this waits; the home leads there.
    pub waiting: Option<Waiting>,
    /// From 1.
    pub page: u64,
}

impl Default for ContactSearch {
    fn default() -> Self {
        Self {
            words: String::new(),
            profile: String::new(),
            active_only: true,
            access: AccessFilter::Any,
            waiting: None,
            page: 1,
        }
    }
}

impl ContactSearch {
    /// Reads the address's parameters; anything that is not understood is as if it were not there.
    ///
    /// An unticked checkbox sends nothing, so the form sends `search=1` with it: without that mark the
    /// default (active only, L5) holds.
    #[must_use]
    pub fn from_query(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let submitted = parameter("search").is_some();
        Self {
            words: parameter("q").unwrap_or_default(),
            profile: parameter("profile").unwrap_or_default(),
            active_only: !submitted || parameter("active").is_some(),
            access: match parameter("access").as_deref() {
                Some("with") => AccessFilter::With,
                Some("without") => AccessFilter::Without,
                _ => AccessFilter::Any,
            },
            waiting: parameter("waiting").and_then(|code| Waiting::from_code(&code)),
            page: parameter("page").and_then(|page| page.parse().ok()).filter(|page| *page > 0).unwrap_or(1),
        }
    }

    /// The address's query for this state on that page: empty when all is as by default.
    #[must_use]
    pub fn query(&self, page: u64) -> String {
        let mut parts = Vec::new();
        if !self.words.trim().is_empty() {
            parts.push(format!("q={}", percent(self.words.trim())));
        }
        if !self.profile.is_empty() {
            parts.push(format!("profile={}", percent(&self.profile)));
        }
        if self.access != AccessFilter::Any {
            parts.push(format!("access={}", self.access.code()));
        }
        if let Some(waiting) = self.waiting {
            parts.push(format!("waiting={}", waiting.code()));
        }
        if !self.active_only {
            parts.push("search=1".into());
        }
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }

    /// Whether anything but the default is asked.
    #[must_use]
    pub fn narrows(&self) -> bool {
        let words = !self.words.trim().is_empty();
        words || !self.profile.is_empty() || self.access != AccessFilter::Any || self.waiting.is_some()
    }
}

/// Text as it stands in an address.
pub(crate) fn percent(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// How many contacts a page shows at most (L2).
pub const PAGE: u64 = 10;

/// The step of the invitation (L8, third line).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationStep {
    /// Has access, or is inactive: nothing to do.
    Nothing,
    /// Never invited, or the last invitation ended otherwise than by expiry.
    Invite,
    Invited {
        invitation: InvitationId,
        until: Date,
        mail: MailState,
    },
    Expired {
        invitation: InvitationId,
        at: Date,
    },
    Declined {
        at: Date,
    },
}

/// What became of a mail (the mail's own state, apart from the invitation's).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    Queued,
    Sent,
    Bounced,
    Failed,
}

/// One line of the list (L6, L7, L8); without a name, somebody who was anonymized (G10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactLine {
    pub id: ContactId,
    pub last_name: String,
    pub first_name: String,
    pub primary: bool,
    pub administrator: bool,
    /// Full names of the profiles held; empty is "None".
    pub profiles: Vec<Bilingual>,
    pub title: Option<String>,
    pub email: Email,
    /// The address of the linked account, when it is another one (L7).
    pub account_email: Option<String>,
    pub phones: Vec<Phone>,
    pub language: Option<Language>,
    pub active: bool,
    pub access: bool,
    pub step: InvitationStep,
    /// L10, for those who manage contacts.
    pub last_sign_in: Option<Date>,
    /// L10, for the same: for how many days the access was not used, once that is long.
    pub unused_days: Option<u32>,
}

impl ContactLine {
    /// As the list shows it: "Côté, Marie"; one name alone stands alone.
    #[must_use]
    pub fn listed_name(&self) -> String {
        listed_name(&self.last_name, &self.first_name)
    }
}

/// L10: for how many days an access was not used, once that is as long as the deployment finds long.
#[must_use]
pub fn unused_days(last_sign_in: Instant, now: Instant, long: u32) -> Option<u32> {
    let days = u32::try_from((now.0 - last_sign_in.0) / 86_400_000).ok()?;
    (days >= long).then_some(days)
}

/// "Côté, Marie".
#[must_use]
pub fn listed_name(last_name: &str, first_name: &str) -> String {
    if first_name.is_empty() { last_name.to_owned() } else { format!("{last_name}, {first_name}") }
}

/// "Marie Côté".
#[must_use]
pub fn spoken_name(last_name: &str, first_name: &str) -> String {
    if first_name.is_empty() { last_name.to_owned() } else { format!("{first_name} {last_name}") }
}

/// One page of the list, with all that the island needs to draw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPage {
    pub lines: Vec<ContactLine>,
    /// How many were found in all.
    pub found: u64,
    /// The page shown: the last one when the page asked for is past the end (L9).
    pub page: u64,
    pub pages: u64,
}

/// A profile that a contact holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldProfile {
    pub key: String,
    pub name: Bilingual,
    /// Suspended profiles wait for somebody entitled to decide (C8).
    pub suspended: bool,
    pub granted_by: Option<String>,
    pub granted_at: Date,
    /// The last day on which it works (P7).
    pub until: Option<Date>,
}

/// What the person who looks may do about the primary contact (C9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrimaryStep {
    /// It is this contact.
    IsPrimary,
    /// They may make this contact the primary one.
    MayTransfer,
    /// They might, but this contact has no access.
    NeedsAccess,
    /// Somebody else decides.
    NotTheirs,
}

/// What Support says when it makes a contact the primary one; nobody else says anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TransferForm {
    /// `asked`: the primary contact asked for it; `gone`: it can no longer answer.
    pub how: String,
    pub reason: String,
}

/// Why Support makes a contact the primary one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The primary contact is gone: the others are told first, and some days pass.
    pub gone: bool,
    pub reason: String,
}

impl TransferForm {
    /// # Errors
    /// No choice, no reason, or too much of it.
    pub fn parse(&self) -> Result<Transfer, FieldProblems> {
        let mut faults = FieldProblems::none();
        let how = match self.how.as_str() {
            "asked" => Ok(false),
            "gone" => Ok(true),
            _ => Err(Problem::Missing),
        };
        let gone = faults.note(Field::Decision, how);
        let reason = faults.note(Field::Reason, required_text(&self.reason, REASON));
        match (gone, reason) {
            (Some(gone), Some(reason)) => Ok(Transfer { gone, reason }),
            _ => Err(faults),
        }
    }
}

/// How long the reason of a transfer may be.
pub const REASON: u16 = 500;

/// What became of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transferred {
    Done {
        name: String,
    },
    /// On that day, unless it is stopped.
    Planned {
        name: String,
        on: Date,
    },
}

/// A primary contact who will be replaced (C9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    pub primary: String,
    pub heir: String,
    pub on: Date,
    /// Whether whoever looks may stop it: Support, and who is primary.
    pub stoppable: bool,
}

/// One contact, whole, for its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactCard {
    pub line: ContactLine,
    pub facts: ContactFacts,
    pub held: Vec<HeldProfile>,
    /// Grows by one at each change; a save names the one it started from (C6).
    pub version: i64,
    pub consequences: Consequences,
    /// An account is linked: profiles can be given here, without an invitation.
    pub linked: bool,
    pub primary: PrimaryStep,
    /// G10: since when nobody can tell any more who it was.
    pub anonymized: Option<Date>,
}

/// What deactivating would do, in figures (C7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequences {
    pub profiles: u64,
    pub sessions: u64,
    pub invitations_to: u64,
    pub invitations_by: u64,
    pub last_administrator: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> ContactForm {
        ContactForm {
            last_name: " Côté ".into(),
            first_name: "Marie".into(),
            email: "marie.cote@exemple.ca".into(),
            ..ContactForm::default()
        }
    }

    #[test]
    fn c2_names_and_address_are_enough() {
        let facts = typed().parse(false).unwrap();
        assert_eq!(facts.last_name, "Côté");
        assert_eq!(facts.phones, []);
    }

    #[test]
    fn c2_every_fault_is_told_at_once() {
        let faults = ContactForm::default().parse(false).unwrap_err();
        let fields: Vec<_> = faults.0.iter().map(|at| at.field).collect();
        assert_eq!(fields, [Field::LastName, Field::FirstName, Field::Email]);
    }

    #[test]
    fn c2_one_name_is_a_name() {
        let form = ContactForm { first_name: String::new(), one_name: "true".into(), ..typed() };
        assert_eq!(form.parse(false).unwrap().first_name, "");
    }

    #[test]
    fn c3_office_position_and_fte_are_required_where_clients_are_tracked() {
        let fields: Vec<_> = typed().parse(true).unwrap_err().0.iter().map(|at| at.field).collect();
        assert_eq!(fields, [Field::OfficeLocation, Field::PositionType, Field::FullTimeEquivalent]);
        let form = ContactForm {
            office_location: "Halifax".into(),
            position_type: "Conseillère".into(),
            full_time_equivalent: "0,5".into(),
            ..typed()
        };
        assert_eq!(form.parse(true).unwrap().full_time_equivalent, Some(50));
    }

    #[test]
    fn c2_phones_have_kinds_and_empty_ones_do_not_count() {
        let phone = |kind: &str, number: &str, extension: &str| PhoneForm {
            kind: kind.into(),
            number: number.into(),
            extension: extension.into(),
        };
        let form = ContactForm {
            phones: vec![
                phone("mobile", "902 555-0134", ""),
                phone("work", "", ""),
                phone("", "(902) 555-0199", "12"),
            ],
            ..typed()
        };
        let phones = form.parse(false).unwrap().phones;
        assert_eq!(phones.len(), 2);
        assert_eq!(phones[1].extension.as_deref(), Some("12"));
        let wrong = ContactForm { phones: vec![phone("work", "call me", "")], ..typed() };
        assert_eq!(wrong.parse(false).unwrap_err().of(Field::Phone(0)), Some(&Problem::NotAPhone));
    }

    #[test]
    fn l10_access_is_unused_once_the_set_period_has_passed() {
        let last = Instant(1_000);
        assert_eq!(unused_days(last, last.plus_days(179), 180), None);
        assert_eq!(unused_days(last, last.plus_days(180), 180), Some(180));
        assert_eq!(unused_days(last, last.plus_days(200).plus_seconds(7), 180), Some(200));
        assert_eq!(unused_days(last, Instant(0), 180), None);
    }

    #[test]
    fn l9_the_address_says_it_all() {
        let search = ContactSearch {
            words: "Côté & fils".into(),
            profile: "funding.user".into(),
            active_only: false,
            access: AccessFilter::With,
            waiting: Some(Waiting::Soon),
            page: 1,
        };
        let query = search.query(3);
        assert_eq!(
            query,
            "?q=C%C3%B4t%C3%A9%20%26%20fils&profile=funding.user&access=with&waiting=soon&search=1&page=3"
        );
        assert_eq!(ContactSearch::default().query(1), "");
    }

    #[test]
    fn l5_active_only_is_ticked_until_it_is_unticked() {
        assert!(ContactSearch::from_query(|_| None).active_only);
        assert!(!ContactSearch::from_query(|name| (name == "search").then(|| "1".into())).active_only);
    }
}
