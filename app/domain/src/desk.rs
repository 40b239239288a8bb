//! Support's desk: all organizations, found by their names and by their people (G7).

use crate::contacts::{ContactForm, percent};
use crate::email::Email;
use crate::fields::{Field, FieldProblems, required_text};
use crate::ids::{AnnouncementId, ContactId, DepartmentId, OrganizationId, RelinkId};
use crate::instant::{Date, Instant};
use crate::language::{Bilingual, Language};
use crate::organizations::{Department, DetailsForm, OrganizationState};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// How many organizations a page shows.
pub const PAGE: u64 = 20;
/// How many organizations are counted and paged through; beyond, the search is narrowed.
pub const MOST_ORGANIZATIONS: u64 = 10_000;
/// How many people a search shows; beyond, it is narrowed.
pub const MOST_PEOPLE: usize = 50;

/// Whose organizations are asked for (O2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DepartmentFilter {
    /// Those of the departments to which whoever looks belongs.
    Mine,
    One(DepartmentId),
}

impl DepartmentFilter {
    /// As it stands in the address.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Mine => "mine".to_owned(),
            Self::One(id) => id.to_string(),
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        if code == "mine" { Some(Self::Mine) } else { code.parse().ok().map(Self::One) }
    }
}

/// The state of the desk's list, all of it in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskSearch {
    pub words: String,
    pub state: Option<OrganizationState>,
    /// The key of a module that the organization is eligible for, or nothing.
    pub module: String,
    /// O2: only those whose agreements such a department administers.
    pub department: Option<DepartmentFilter>,
    /// C10: only those that nobody administers.
    pub orphaned: bool,
    /// From 1; 0 as 1.
    pub page: u64,
}

impl DeskSearch {
    /// Reads the address's parameters; anything that is not understood is as if it were not there.
    #[must_use]
    pub fn from_query(parameter: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            words: parameter("q").unwrap_or_default(),
            state: parameter("state").and_then(|code| OrganizationState::from_code(&code)),
            module: parameter("module").unwrap_or_default(),
            department: parameter("department").and_then(|code| DepartmentFilter::from_code(&code)),
            orphaned: parameter("orphaned").is_some(),
            page: parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1),
        }
    }

    /// The address's query for this search on that page: empty when nothing is asked.
    #[must_use]
    pub fn query(&self, page: u64) -> String {
        let mut parts = Vec::new();
        if !self.words.trim().is_empty() {
            parts.push(format!("q={}", percent(self.words.trim())));
        }
        parts.extend(self.state.map(|state| format!("state={}", state.code())));
        if !self.module.is_empty() {
            parts.push(format!("module={}", percent(&self.module)));
        }
        parts.extend(self.department.map(|which| format!("department={}", which.code())));
        if self.orphaned {
            parts.push("orphaned=true".into());
        }
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

/// An organization, as the desk lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskLine {
    pub id: OrganizationId,
    pub name: Bilingual,
    pub state: OrganizationState,
    pub language: Option<Language>,
    pub primary: Option<String>,
    pub modules: Vec<Bilingual>,
    /// C10: an open organization that nobody administers.
    pub orphaned: bool,
}

/// Somebody whom the search found, in whichever organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskPerson {
    pub contact: ContactId,
    pub name: String,
    pub email: String,
    pub active: bool,
    /// An account is linked, which may be lost one day.
    pub linked: bool,
    pub organization: OrganizationId,
    pub organization_name: Bilingual,
}

/// One page of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskPage {
    pub lines: Vec<DeskLine>,
    /// How many organizations were found, [`MOST_ORGANIZATIONS`] at most.
    pub found: u64,
    pub page: u64,
    pub pages: u64,
    /// The people found; nobody when no word was typed.
    pub people: Vec<DeskPerson>,
    /// There are more people than are shown.
    pub more_people: bool,
    /// The words were all shorter than three letters: people were looked for by the beginning of the last name.
    pub by_last_name: bool,
}

/// An organization by its name alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedOrganization {
    pub id: OrganizationId,
    pub name: Bilingual,
}

/// A person of Support who may be named for an organization (P3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    pub contact: ContactId,
    pub name: String,
}

/// A department, and those of Support's people who belong to it (O2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentPeople {
    pub department: Department,
    pub people: Vec<Agent>,
}

/// What is sent to say who belongs to a department: the identifiers of those ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DepartmentPeopleForm {
    pub people: Vec<String>,
}

impl DepartmentPeopleForm {
    /// What is no identifier is left out.
    #[must_use]
    pub fn parse(&self) -> Vec<ContactId> {
        self.people.iter().filter_map(|id| id.parse().ok()).collect()
    }
}

/// The departments that the desk's list may be narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DepartmentsToFilter {
    pub all: Vec<Department>,
    /// Whoever looks belongs to one.
    pub mine: bool,
}

/// A state that an organization came into (O3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateLine {
    pub state: OrganizationState,
    pub at: Date,
    pub by: Option<String>,
    pub reason: Option<String>,
}

/// A module, and whether the organization may have it (P2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleLine {
    pub key: String,
    pub name: Bilingual,
    pub eligible: bool,
    /// Offered to everybody: there is nothing to switch.
    pub for_everyone: bool,
}

/// The facts that steer the rest (O2, O4, P3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SteeringFacts {
    /// Provides case management with client tracking.
    pub tracks_clients: bool,
    pub registered_college: bool,
    pub learning_organization: bool,
    pub representative: Option<ContactId>,
    pub departments: Vec<DepartmentId>,
}

/// What is sent for them; ticked is "true".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SteeringForm {
    pub tracks_clients: String,
    pub registered_college: String,
    pub learning_organization: String,
    pub representative: String,
    pub departments: Vec<String>,
}

impl SteeringForm {
    /// # Errors
    /// A representative that is no identifier; departments that are none are left out.
    pub fn parse(&self) -> Result<SteeringFacts, FieldProblems> {
        let representative = match self.representative.as_str() {
            "" => None,
            id => Some(
                id.parse().map_err(|_| FieldProblems::one(Field::Representative, Problem::UnknownChoice))?,
            ),
        };
        let mut departments: Vec<DepartmentId> =
            self.departments.iter().filter_map(|id| id.parse().ok()).collect();
        departments.sort();
        departments.dedup();
        Ok(SteeringFacts {
            tracks_clients: self.tracks_clients == "true",
            registered_college: self.registered_college == "true",
            learning_organization: self.learning_organization == "true",
            representative,
            departments,
        })
    }
}

impl From<&SteeringFacts> for SteeringForm {
    fn from(facts: &SteeringFacts) -> Self {
        let ticked = |yes: bool| if yes { "true".to_owned() } else { String::new() };
        Self {
            tracks_clients: ticked(facts.tracks_clients),
            registered_college: ticked(facts.registered_college),
            learning_organization: ticked(facts.learning_organization),
            representative: facts.representative.map(|id| id.to_string()).unwrap_or_default(),
            departments: facts.departments.iter().map(DepartmentId::to_string).collect(),
        }
    }
}

/// An organization as Support sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportCard {
    pub id: OrganizationId,
    pub name: Bilingual,
    pub state: OrganizationState,
    /// The operator's own: it is neither closed nor merged.
    pub operator: bool,
    pub orphaned: bool,
    pub merged_into: Option<NamedOrganization>,
    pub merged_from: Vec<NamedOrganization>,
    pub states: Vec<StateLine>,
    pub facts: SteeringFacts,
    pub representative: Option<String>,
    pub departments: Vec<Department>,
    pub modules: Vec<ModuleLine>,
    pub closing: ClosingFigures,
}

/// What closing an organization does, in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingFigures {
    pub contacts: u64,
    pub with_access: u64,
    pub sessions: u64,
    pub invitations: u64,
}

/// What switching a module on or off does, in figures (P2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleFigures {
    pub module: ModuleLine,
    /// Profiles of this module that work now: switched off, they wait.
    pub working: u64,
    /// The people who hold them.
    pub people: u64,
    /// Profiles that waited since it was switched off: switched on, they may work again.
    pub waiting: u64,
}

/// The strings typed for a new organization, and for its first contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OpenForm {
    pub details: DetailsForm,
    /// The keys of the modules that it is eligible for.
    pub modules: Vec<String>,
    /// P4: the first contact, invited as administrator; nobody when all is left empty.
    pub last_name: String,
    pub first_name: String,
    pub contact_email: String,
}

impl OpenForm {
    /// The first contact, when one was typed.
    #[must_use]
    pub fn contact(&self) -> Option<ContactForm> {
        let typed = [&self.last_name, &self.first_name, &self.contact_email];
        typed.iter().any(|text| !text.trim().is_empty()).then(|| ContactForm {
            last_name: self.last_name.clone(),
            first_name: self.first_name.clone(),
            email: self.contact_email.clone(),
            language: self.details.language.clone(),
            ..ContactForm::default()
        })
    }
}

/// C10: who becomes administrator of an orphaned organization, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecoveryForm {
    pub contact: String,
    pub profile: String,
    pub reason: String,
}

/// What is typed to link a lost account anew (G7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RelinkForm {
    pub reason: String,
    /// What proves that it is the same person.
    pub evidence: String,
    /// Where the new invitation goes.
    pub email: String,
}

/// A new link as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRelink {
    pub reason: String,
    pub evidence: String,
    pub email: Email,
}

impl RelinkForm {
    /// # Errors
    /// All that is wrong, field by field.
    pub fn parse(&self) -> Result<NewRelink, FieldProblems> {
        let mut faults = FieldProblems::none();
        let email = faults.note(Field::Email, Email::parse(&self.email));
        let reason = faults.note(Field::Reason, required_text(&self.reason, 500));
        let evidence = faults.note(Field::Evidence, required_text(&self.evidence, 1000));
        match (email, reason, evidence) {
            (Some(email), Some(reason), Some(evidence)) => Ok(NewRelink { reason, evidence, email }),
            _ => Err(faults),
        }
    }
}

/// A new link that waits for a second person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelinkLine {
    pub id: RelinkId,
    pub organization: OrganizationId,
    pub organization_name: Bilingual,
    pub contact: ContactId,
    pub name: String,
    pub opened_by: String,
    pub until: Date,
}

/// The same, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelinkCard {
    pub line: RelinkLine,
    pub reason: String,
    pub evidence: String,
    pub email: String,
    pub old_email: String,
    /// Whoever looks opened it: somebody else confirms it.
    pub mine: bool,
}

/// The strings typed for a notice to everybody (G8); moments as `2026-11-22T16:00`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnnouncementForm {
    pub text_en: String,
    pub text_fr: String,
    pub from: String,
    pub until: String,
}

/// A notice as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAnnouncement {
    pub text: Bilingual,
    pub from: Instant,
    pub until: Instant,
}

impl AnnouncementForm {
    /// Understands what was typed; `moment` reads a day and an hour where the portal is. Without a beginning it
    /// begins now.
    ///
    /// # Errors
    /// All that is wrong, field by field.
    pub fn parse(
        &self,
        now: Instant,
        moment: impl Fn(&str) -> Option<Instant>,
    ) -> Result<NewAnnouncement, FieldProblems> {
        let mut faults = FieldProblems::none();
        let en = faults.note(Field::TextEn, required_text(&self.text_en, 300));
        let fr = faults.note(Field::TextFr, required_text(&self.text_fr, 300));
        let from = match self.from.trim() {
            "" => Some(now),
            text => faults.note(Field::From, moment(text).ok_or(Problem::NotAMoment)),
        };
        let until = faults.note(Field::Until, moment(self.until.trim()).ok_or(Problem::NotAMoment));
        if let (Some(from), Some(until)) = (from, until)
            && (until <= from || until <= now)
        {
            faults.add(Field::Until, Problem::EndsBeforeItBegins);
        }
        match (en, fr, from, until) {
            (Some(en), Some(fr), Some(from), Some(until)) if faults.is_empty() => {
                Ok(NewAnnouncement { text: Bilingual { en, fr }, from, until })
            }
            _ => Err(faults),
        }
    }
}

/// A notice, as the desk lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncementLine {
    pub id: AnnouncementId,
    pub text: Bilingual,
    pub from: Date,
    pub until: Date,
    /// Everybody sees it now.
    pub shown: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g7_the_address_says_all_of_a_search() {
        let search = DeskSearch {
            words: " Côté & fils ".into(),
            state: Some(OrganizationState::Closed),
            module: "cases".into(),
            department: Some(DepartmentFilter::Mine),
            orphaned: true,
            page: 1,
        };
        let query = search.query(3);
        assert_eq!(
            query,
            "?q=C%C3%B4t%C3%A9%20%26%20fils&state=closed&module=cases&department=mine&orphaned=true&page=3"
        );
        assert_eq!(DeskSearch::default().query(1), "");
        let read = DeskSearch::from_query(|name| (name == "state").then(|| "closed".into()));
        assert_eq!(read.state, Some(OrganizationState::Closed));
        assert_eq!(DeskSearch::from_query(|name| (name == "state").then(|| "no".into())).state, None);
        let code = "01935aa0000070008000000000000001";
        let one = DeskSearch::from_query(|name| (name == "department").then(|| code.into())).department;
        assert_eq!(one.map(DepartmentFilter::code).as_deref(), Some(code));
        assert_eq!(DepartmentFilter::from_code("yours"), None);
    }

    #[test]
    fn g8_a_notice_has_both_languages_and_ends_after_it_begins() {
        let hours = |text: &str| text.parse::<i64>().ok().map(|hour| Instant(hour * 3_600_000));
        let form = |from: &str, until: &str| AnnouncementForm {
            text_en: "Closed".into(),
            text_fr: "Fermé".into(),
            from: from.into(),
            until: until.into(),
        };
        let now = Instant(10 * 3_600_000);
        assert_eq!(form("", "12").parse(now, hours).unwrap().from, now);
        let wrong = |form: AnnouncementForm, field| form.parse(now, hours).unwrap_err().of(field).cloned();
        assert_eq!(wrong(form("12", "12"), Field::Until), Some(Problem::EndsBeforeItBegins));
        assert_eq!(wrong(form("2", "9"), Field::Until), Some(Problem::EndsBeforeItBegins));
        assert_eq!(wrong(form("soon", ""), Field::From), Some(Problem::NotAMoment));
        let french = AnnouncementForm { text_en: String::new(), ..form("", "12") };
        assert_eq!(wrong(french, Field::TextEn), Some(Problem::Missing));
    }

    #[test]
    fn g7_a_new_link_needs_a_reason_evidence_and_an_address() {
        let fields: Vec<_> = RelinkForm::default().parse().unwrap_err().0.iter().map(|at| at.field).collect();
        assert_eq!(fields, [Field::Email, Field::Reason, Field::Evidence]);
    }
}
