//! Contacts as a table: the columns of an export, and what an imported table means (G6).
//!
//! A column is known by its heading, French or English, however it is spelled: an exported file can be imported
//! again. What a table cannot decide (the primary contact, access, an account) is exported and not imported.

use crate::catalogue::{Catalogue, Eligible};
use crate::contacts::{ContactFacts, ContactForm, PHONES, PhoneForm, PhoneKind};
use crate::fields::{Field, FieldProblems};
use crate::fold::fold;
use crate::ids::{ContactId, ImportId};
use crate::invitations::InvitationForm;
use crate::language::{Bilingual, Language};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// The largest file, in megabytes.
pub const MEGABYTES: u16 = 5;
/// The most lines of one file, its headings not counted.
pub const LINES: u16 = 5000;

/// A column of a table of contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    LastName,
    FirstName,
    /// Yes for somebody who has one name only.
    OneName,
    Email,
    AccountEmail,
    Title,
    PhoneKind(u8),
    Phone(u8),
    PhoneExtension(u8),
    Language,
    OfficeLocation,
    PositionType,
    FullTimeEquivalent,
    Active,
    Primary,
    Access,
    Profiles,
    Invitation,
    LastSignIn,
}

impl Column {
    /// All columns, in the order in which they are exported.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = vec![
            Self::LastName,
            Self::FirstName,
            Self::OneName,
            Self::Email,
            Self::AccountEmail,
            Self::Title,
        ];
        for n in 0..u8::try_from(PHONES).unwrap_or(u8::MAX) {
            all.extend([Self::PhoneKind(n), Self::Phone(n), Self::PhoneExtension(n)]);
        }
        all.extend([
            Self::Language,
            Self::OfficeLocation,
            Self::PositionType,
            Self::FullTimeEquivalent,
            Self::Active,
            Self::Primary,
            Self::Access,
            Self::Profiles,
            Self::Invitation,
            Self::LastSignIn,
        ]);
        all
    }

    /// What an import takes from a table.
    #[must_use]
    pub fn all_imported() -> Vec<Self> {
        let mut all = Self::all();
        all.retain(|column| column.is_imported());
        all
    }

    /// Whether an import reads it; the others are for people to look at.
    #[must_use]
    pub const fn is_imported(self) -> bool {
        !matches!(
            self,
            Self::AccountEmail | Self::Primary | Self::Access | Self::Invitation | Self::LastSignIn
        )
    }

    /// The column of that heading: accents, case, spaces and punctuation do not count.
    #[must_use]
    pub fn of_heading(heading: &str) -> Option<Self> {
        let folded = fold(heading);
        let letters: String = folded.chars().filter(|letter| letter.is_alphabetic()).collect();
        let number = folded.chars().find_map(|letter| letter.to_digit(10)).unwrap_or(1);
        let place =
            u8::try_from(number).ok().and_then(|n| n.checked_sub(1)).filter(|n| usize::from(*n) < PHONES);
        Self::of_letters(&letters, place)
    }

    fn of_letters(letters: &str, place: Option<u8>) -> Option<Self> {
        Some(match letters {
            "lastname" | "surname" | "familyname" | "name" | "nom" | "nomdefamille" => Self::LastName,
            "firstname" | "givenname" | "forename" | "prenom" | "prenoms" => Self::FirstName,
            "onenameonly" | "onename" | "unseulnom" => Self::OneName,
            "email"
            | "mail"
            | "emailaddress"
            | "courriel"
            | "adressecourriel"
            | "adressedecourriel"
            | "adresseelectronique" => Self::Email,
            "accountemail" | "emailoftheaccount" | "courrielducompte" => Self::AccountEmail,
            "title" | "jobtitle" | "titre" | "fonction" => Self::Title,
            "phone" | "phonenumber" | "telephone" | "telephonenumber" | "tel" | "numerodetelephone" => {
                Self::Phone(place?)
            }
            "phonekind" | "phonetype" | "kindofphone" | "typedetelephone" | "typedutelephone" => {
                Self::PhoneKind(place?)
            }
            "phoneextension" | "extension" | "ext" | "postetelephonique" | "postedutelephone" => {
                Self::PhoneExtension(place?)
            }
            "language" | "languagepreference" | "preferredlanguage" | "langue" | "languedepreference"
            | "languepreferee" => Self::Language,
            "officelocation" | "office" | "location" | "emplacementdubureau" | "bureau" | "emplacement" => {
                Self::OfficeLocation
            }
            "positiontype" | "position" | "typedeposte" => Self::PositionType,
            "fulltimeequivalent"
            | "fulltimeequivalentfte"
            | "fte"
            | "equivalenttempsplein"
            | "equivalenttempspleinetp"
            | "etp" => Self::FullTimeEquivalent,
            "active" | "actif" => Self::Active,
            "primarycontact" | "primary" | "personneressourceprincipale" | "principale" => Self::Primary,
            "access" | "acces" => Self::Access,
            "securityprofiles" | "securityprofile" | "profiles" | "profile" | "profilsdesecurite"
            | "profildesecurite" | "profils" | "profil" => Self::Profiles,
            "invitation" => Self::Invitation,
            "lastsignin" | "dernieresession" | "derniereouverturedesession" => Self::LastSignIn,
            _ => return None,
        })
    }
}

/// What separates the profiles of one cell.
pub const BETWEEN_PROFILES: &str = " | ";

/// A line of a table as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The line of the file on which it begins, from 1.
    pub line: u64,
    pub cells: Vec<String>,
}

/// One person of a table, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    pub line: u64,
    pub contact: ContactForm,
    /// The names of profiles, as they stand in their column.
    pub profiles: Vec<String>,
    /// The table says that the person is no longer active.
    pub inactive: bool,
}

/// A table as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub entries: Vec<Entry>,
    /// The headings of columns that are not read.
    pub left_out: Vec<String>,
}

impl Table {
    /// Understands a table: its first line holds the headings.
    ///
    /// # Errors
    /// [`Problem::ImportEmpty`], [`Problem::ImportTooLong`], [`Problem::ImportHeadings`] when names or addresses
    /// have no column, [`Problem::ImportHeadingTwice`].
    pub fn of(records: Vec<Record>) -> Result<Self, Problem> {
        let mut records = records.into_iter();
        let headings = records.next().ok_or(Problem::ImportEmpty)?.cells;
        let columns: Vec<Option<Column>> =
            headings.iter().map(|heading| Column::of_heading(heading)).collect();
        let mut known = HashSet::new();
        for (heading, column) in headings.iter().zip(&columns) {
            if column.is_some_and(|column| !known.insert(column)) {
                return Err(Problem::ImportHeadingTwice { heading: heading.trim().to_owned() });
            }
        }
        if !known.contains(&Column::LastName) || !known.contains(&Column::Email) {
            return Err(Problem::ImportHeadings);
        }
        let mut last = 0;
        let entries = records.map(|record| {
            // However lines end, each has a number of its own.
            last = record.line.max(last + 1);
            Entry { line: last, ..Entry::of(&record, &columns) }
        });
        let entries: Vec<Entry> = entries.collect();
        match entries.len() {
            0 => Err(Problem::ImportEmpty),
            many if many > usize::from(LINES) => Err(Problem::ImportTooLong { most: LINES }),
            _ => Ok(Self { entries, left_out: left_out(&headings, &columns) }),
        }
    }
}

fn left_out(headings: &[String], columns: &[Option<Column>]) -> Vec<String> {
    let unread = headings.iter().zip(columns).filter(|(_, column)| !column.is_some_and(Column::is_imported));
    unread.map(|(heading, _)| heading.trim().to_owned()).filter(|heading| !heading.is_empty()).collect()
}

impl Entry {
    fn of(record: &Record, columns: &[Option<Column>]) -> Self {
        let phones = vec![PhoneForm::default(); PHONES];
        let contact = ContactForm { phones, ..ContactForm::default() };
        let mut entry = Self { line: record.line, contact, ..Self::default() };
        for (column, cell) in columns.iter().zip(&record.cells) {
            if let Some(column) = column {
                entry.take(*column, cell.trim());
            }
        }
        entry
    }

    fn take(&mut self, column: Column, cell: &str) {
        let text = cell.to_owned();
        let contact = &mut self.contact;
        match column {
            Column::LastName => contact.last_name = text,
            Column::FirstName => contact.first_name = text,
            Column::OneName => contact.one_name = says_yes(cell).to_string(),
            Column::Email => contact.email = text,
            Column::Title => contact.title = text,
            Column::PhoneKind(n) => contact.phones[usize::from(n)].kind = phone_kind(cell),
            Column::Phone(n) => contact.phones[usize::from(n)].number = text,
            Column::PhoneExtension(n) => contact.phones[usize::from(n)].extension = text,
            Column::Language => contact.language = language(cell),
            Column::OfficeLocation => contact.office_location = text,
            Column::PositionType => contact.position_type = text,
            Column::FullTimeEquivalent => contact.full_time_equivalent = text,
            Column::Active => self.inactive = NO.contains(&&*plain(cell)),
            Column::Profiles => self.profiles = names(cell),
            Column::AccountEmail
            | Column::Primary
            | Column::Access
            | Column::Invitation
            | Column::LastSignIn => {}
        }
    }

    /// The cell of a column that is imported, as it would be typed again.
    #[must_use]
    pub fn cell(&self, column: Column) -> String {
        let contact = &self.contact;
        let phone = |n: u8| contact.phones.get(usize::from(n)).cloned().unwrap_or_default();
        match column {
            Column::LastName => contact.last_name.clone(),
            Column::FirstName => contact.first_name.clone(),
            Column::OneName => if contact.one_name == "true" { "yes" } else { "" }.to_owned(),
            Column::Email => contact.email.clone(),
            Column::Title => contact.title.clone(),
            Column::PhoneKind(n) => phone(n).kind,
            Column::Phone(n) => phone(n).number,
            Column::PhoneExtension(n) => phone(n).extension,
            Column::Language => contact.language.clone(),
            Column::OfficeLocation => contact.office_location.clone(),
            Column::PositionType => contact.position_type.clone(),
            Column::FullTimeEquivalent => contact.full_time_equivalent.clone(),
            Column::Active => if self.inactive { "no" } else { "" }.to_owned(),
            Column::Profiles => self.profiles.join(BETWEEN_PROFILES),
            Column::AccountEmail
            | Column::Primary
            | Column::Access
            | Column::Invitation
            | Column::LastSignIn => String::new(),
        }
    }
}

/// Whether a cell says yes, in either language.
pub(crate) fn says_yes(cell: &str) -> bool {
    YES.contains(&&*plain(cell))
}

const YES: [&str; 6] = ["yes", "oui", "true", "vrai", "x", "1"];
const NO: [&str; 7] = ["no", "non", "false", "faux", "0", "inactive", "inactif"];

/// Letters and digits, folded.
fn plain(text: &str) -> String {
    fold(text).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// The code of a kind in words; anything else is left for [`ContactForm::parse`] to refuse.
fn phone_kind(cell: &str) -> String {
    let kind = match &*plain(cell) {
        "work" | "office" | "travail" | "bureau" => PhoneKind::Work,
        "mobile" | "cell" | "cellular" | "cellulaire" => PhoneKind::Mobile,
        "home" | "domicile" | "maison" => PhoneKind::Home,
        "fax" | "telecopieur" | "telecopie" => PhoneKind::Fax,
        _ => return cell.to_owned(),
    };
    kind.code().to_owned()
}

fn language(cell: &str) -> String {
    let language = match &*plain(cell) {
        "en" | "english" | "anglais" => Language::En,
        "fr" | "french" | "francais" => Language::Fr,
        "" | "unknown" | "inconnue" => return String::new(),
        _ => return cell.to_owned(),
    };
    language.code().to_owned()
}

/// The names of profiles in a cell, one after the other.
fn names(cell: &str) -> Vec<String> {
    let names = cell.split(['|', ';', '\n']).map(str::trim).filter(|name| !name.is_empty());
    names.map(ToOwned::to_owned).collect()
}

/// Who is invited by an import, and with what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Inviting {
    /// Everybody is invited with these.
    pub profiles: Vec<String>,
    /// Whoever has profiles in their column is invited with them.
    pub by_column: bool,
    pub message: Option<String>,
}

/// Somebody chose the same profiles for everybody.
pub const EVERYBODY: &str = "everybody";
/// Somebody lets the column of profiles decide.
pub const BY_COLUMN: &str = "column";

/// The strings chosen and typed for the invitations of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InvitingForm {
    /// [`EVERYBODY`], [`BY_COLUMN`], or nothing for nobody.
    pub who: String,
    pub profiles: Vec<String>,
    pub message: String,
}

impl InvitingForm {
    /// # Errors
    /// All that is wrong. Whether the profiles may be granted is another question (P3).
    pub fn parse(&self) -> Result<Inviting, FieldProblems> {
        let typed = InvitationForm { profiles: self.profiles.clone(), message: self.message.clone() };
        match self.who.as_str() {
            EVERYBODY => typed.parse().map(|new| Inviting {
                profiles: new.profiles,
                by_column: false,
                message: new.message,
            }),
            BY_COLUMN => {
                // The profiles come with each line; what is ticked does not count.
                let typed = InvitationForm { profiles: vec![BY_COLUMN.to_owned()], ..typed };
                typed.parse().map(|new| Inviting {
                    profiles: Vec::new(),
                    by_column: true,
                    message: new.message,
                })
            }
            _ => Ok(Inviting::default()),
        }
    }
}

/// What becomes of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Add {
        profiles: Vec<String>,
    },
    /// C11: the same person is here, and stays as they are.
    Here {
        contact: ContactId,
        name: String,
    },
    /// The table itself says that the person is not active.
    Inactive,
    Faulty(FieldProblems),
}

/// All that decides about lines.
#[derive(Clone, Copy, Debug)]
pub struct Judge<'a> {
    pub catalogue: &'a Catalogue,
    pub eligible: &'a Eligible,
    /// The profiles of whoever imports.
    pub granter: &'a [String],
    pub inviting: &'a Inviting,
    pub tracks_clients: bool,
    /// Who is here already, by the key of the address.
    pub here: &'a HashMap<String, (ContactId, String)>,
}

impl Judge<'_> {
    /// The verdict of each line, every fault at once.
    #[must_use]
    pub fn verdicts(&self, entries: &[Entry]) -> Vec<Verdict> {
        let mut seen: HashMap<String, u64> = HashMap::new();
        entries.iter().map(|entry| self.verdict(entry, &mut seen)).collect()
    }

    fn verdict(&self, entry: &Entry, seen: &mut HashMap<String, u64>) -> Verdict {
        let (facts, mut faults) = match entry.contact.parse(self.tracks_clients) {
            Ok(facts) => (Some(facts), FieldProblems::none()),
            Err(faults) => (None, faults),
        };
        if let Some(line) = facts.as_ref().and_then(|facts| first_line_of(facts, entry.line, seen)) {
            faults.add(Field::Email, Problem::EmailTwice { line });
        } else if let Some((contact, name)) = facts.and_then(|facts| self.here.get(&facts.email.key())) {
            return Verdict::Here { contact: *contact, name: name.clone() };
        }
        if entry.inactive && faults.is_empty() {
            return Verdict::Inactive;
        }
        let profiles = faults.note(Field::Profiles, self.profiles(entry)).unwrap_or_default();
        if faults.is_empty() { Verdict::Add { profiles } } else { Verdict::Faulty(faults) }
    }

    /// What the person is invited with; nothing is no invitation.
    fn profiles(&self, entry: &Entry) -> Result<Vec<String>, Problem> {
        let mut wanted = self.inviting.profiles.clone();
        if self.inviting.by_column {
            for name in &entry.profiles {
                let key = named(self.catalogue, name);
                wanted.push(key.ok_or_else(|| Problem::UnknownProfile { name: name.clone() })?);
            }
        }
        wanted.sort();
        wanted.dedup();
        self.catalogue.decide(&wanted, &[], self.granter, self.eligible)?;
        Ok(wanted)
    }
}

/// The line that has the same address further up.
fn first_line_of(facts: &ContactFacts, line: u64, seen: &mut HashMap<String, u64>) -> Option<u64> {
    let first = *seen.entry(facts.email.key()).or_insert(line);
    (first != line).then_some(first)
}

/// The key of a profile by its full name in either language, or by the key itself.
#[must_use]
pub fn named(catalogue: &Catalogue, name: &str) -> Option<String> {
    let wanted = plain(name);
    let keys = catalogue.modules.iter().flat_map(|module| &module.profiles).map(|profile| &profile.key);
    let is = |key: &&String| {
        let full: Bilingual = catalogue.name_of(key);
        [&**key, &full.en, &full.fr].iter().any(|spelling| plain(spelling) == wanted)
    };
    keys.into_iter().find(is).cloned()
}

/// How many lines go which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub add: u64,
    /// Of those added, how many are invited.
    pub invite: u64,
    pub here: u64,
    pub inactive: u64,
    pub faulty: u64,
    /// Refused while it was carried out.
    pub refused: u64,
    /// Not yet tried.
    pub waiting: u64,
}

impl Figures {
    #[must_use]
    pub fn of(verdicts: &[Verdict]) -> Self {
        let mut figures = Self::default();
        for verdict in verdicts {
            match verdict {
                Verdict::Add { profiles } => {
                    figures.add += 1;
                    figures.invite += u64::from(!profiles.is_empty());
                }
                Verdict::Here { .. } => figures.here += 1,
                Verdict::Inactive => figures.inactive += 1,
                Verdict::Faulty(_) => figures.faulty += 1,
            }
        }
        figures
    }

    #[must_use]
    pub const fn all(&self) -> u64 {
        self.add + self.here + self.inactive + self.faulty + self.refused + self.waiting
    }
}

/// What became of a line, or will.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Before it is carried out: what would be done.
    Judged(Verdict),
    Waiting,
    Added {
        contact: ContactId,
        invited: bool,
    },
    Refused(FieldProblems),
}

/// A line as pages and files show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportLine {
    pub entry: Entry,
    pub outcome: Outcome,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    Preview,
    Running,
    Done,
}

/// One page of an import: before, while and after it is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPage {
    pub id: ImportId,
    pub state: ImportState,
    /// The name of the file; pasted text has none.
    pub name: String,
    pub inviting: Inviting,
    pub figures: Figures,
    /// The headings of columns that are not read; known before it is carried out.
    pub left_out: Vec<String>,
    pub lines: Vec<ImportLine>,
    pub page: u64,
    pub pages: u64,
}

/// How many lines a page of an import shows at most.
pub const PAGE: u64 = 25;

#[cfg(test)]
mod tests;
