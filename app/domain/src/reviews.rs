//! The access review (P5): who still needs which access, decided person by person, then attested.
//!
//! What somebody may decide is what they may grant (P3). A profile that nobody in the organization may grant is
//! Support's to decide: it is shown, and does not hold the attestation up.

use crate::fields::{Field, FieldProblems};
use crate::ids::{ContactId, ReviewId};
use crate::instant::Date;
use crate::language::Bilingual;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// The version of the statement that is attested; its words are in `locales`, and kept with each review.
pub const STATEMENT: i32 = 1;

/// How many people a page of a review shows at most.
pub const PEOPLE: u64 = 20;

/// Letters of a note at most.
pub const NOTE: u16 = 500;

/// Days after the first reminder when the second one goes out.
pub const REMINDED_AGAIN: i64 = 30;

/// What a reviewer decides about somebody's access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Keep,
    /// It has to change, on the contact's page.
    Change,
    /// The contact was deactivated (C7).
    Deactivate,
}

impl Decision {
    pub const ALL: [Self; 3] = [Self::Keep, Self::Change, Self::Deactivate];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Change => "change",
            Self::Deactivate => "deactivate",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.code() == code)
    }
}

/// What became of one profile in a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Decided(Decision),
    /// Nobody in the organization may decide it: left to Support.
    Support,
    /// It ended before anybody decided.
    Ended,
}

impl Outcome {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Decided(decision) => decision.code(),
            Self::Support => "support",
            Self::Ended => "ended",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "support" => Some(Self::Support),
            "ended" => Some(Self::Ended),
            other => Decision::from_code(other).map(Self::Decided),
        }
    }
}

/// Who may decide about a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    Yours,
    /// Another administrator of the organization.
    Colleague,
    /// Nobody in the organization: only Support grants it.
    Support,
}

/// How one profile of one person stands in a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Decided(Decision),
    /// It waits for a decision.
    Waits(Reach),
    Ended,
}

/// What a review knows of one profile of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    pub outcome: Option<Outcome>,
    /// The profile works now: the person is active, linked, and the grant has not ended.
    pub works: bool,
    pub reach: Reach,
}

impl Item {
    /// Where it stands while the review is open. Access that came back after a deactivation waits again.
    #[must_use]
    pub fn standing(self) -> Standing {
        match (self.outcome, self.works) {
            (Some(Outcome::Decided(Decision::Deactivate)) | None, true) => Standing::Waits(self.reach),
            (Some(Outcome::Decided(decision)), _) => Standing::Decided(decision),
            (Some(Outcome::Support), true) => Standing::Waits(Reach::Support),
            (Some(Outcome::Support | Outcome::Ended) | None, _) => Standing::Ended,
        }
    }

    /// What is kept of it for good, when the review is attested now.
    ///
    /// # Errors
    /// [`Problem::ReviewUndecided`] while somebody in the organization still has to decide.
    pub fn attested(self) -> Result<Outcome, Problem> {
        match self.standing() {
            Standing::Decided(decision) => Ok(Outcome::Decided(decision)),
            Standing::Ended => Ok(Outcome::Ended),
            Standing::Waits(Reach::Support) => Ok(Outcome::Support),
            Standing::Waits(Reach::Yours | Reach::Colleague) => Err(Problem::ReviewUndecided { left: 1 }),
        }
    }
}

/// What is typed about one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DecisionForm {
    pub decision: String,
    pub note: String,
    /// The version of the person in the review that the page was drawn from.
    pub version: i64,
}

/// A decision, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDecision {
    pub decision: Decision,
    pub note: Option<String>,
    pub version: i64,
}

impl DecisionForm {
    /// # Errors
    /// What is wrong, field by field.
    pub fn parse(&self) -> Result<NewDecision, FieldProblems> {
        let mut faults = FieldProblems::none();
        let decision = match self.decision.as_str() {
            "" => Err(Problem::Missing),
            code => Decision::from_code(code).ok_or(Problem::UnknownChoice),
        };
        let decision = faults.note(Field::AccessDecision, decision);
        let note = faults.note(Field::Note, parse_note(&self.note));
        match (decision, note) {
            (Some(decision), Some(note)) => Ok(NewDecision { decision, note, version: self.version }),
            _ => Err(faults),
        }
    }
}

fn parse_note(typed: &str) -> Result<Option<String>, Problem> {
    let note = typed.replace("\r\n", "\n").trim().to_owned();
    if note.chars().count() > usize::from(NOTE) {
        return Err(Problem::TooLong { most: NOTE });
    }
    if note.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t') {
        return Err(Problem::UnreadableText);
    }
    Ok(Some(note).filter(|note| !note.is_empty()))
}

/// Who did something in a review; staff appear as Support (G3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    Named(String),
    Support,
    Unknown,
}

/// A decision that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub outcome: Outcome,
    pub by: Who,
    pub at: Date,
    pub note: Option<String>,
}

/// One profile of one person in a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewedProfile {
    pub key: String,
    pub name: Bilingual,
    pub granted_by: Who,
    pub granted_at: Date,
    pub ends_at: Option<Date>,
    /// Held when the review started; else it came after.
    pub at_start: bool,
    /// It works now.
    pub works: bool,
    pub reach: Reach,
    pub decided: Option<Decided>,
    pub standing: Standing,
}

/// One person in a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewedPerson {
    pub contact: ContactId,
    /// As the list shows it: "Côté, Marie".
    pub name: String,
    pub email: String,
    pub primary: bool,
    pub administrator: bool,
    /// The one who looks.
    pub you: bool,
    pub last_sign_in: Option<Date>,
    /// L10: for how many days the access was not used, once that is long.
    pub unused_days: Option<u32>,
    pub profiles: Vec<ReviewedProfile>,
    /// Grows by one at each decision; a decision names the one it started from.
    pub version: i64,
}

impl ReviewedPerson {
    fn stands(&self, wanted: impl Fn(Standing) -> bool) -> bool {
        self.profiles.iter().any(|profile| wanted(profile.standing))
    }

    /// Somebody in the organization still has to decide.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.waits_for_you() || self.stands(|standing| standing == Standing::Waits(Reach::Colleague))
    }

    /// The one who looks has something to decide.
    #[must_use]
    pub fn waits_for_you(&self) -> bool {
        self.stands(|standing| standing == Standing::Waits(Reach::Yours))
    }

    /// Some of it is Support's to decide.
    #[must_use]
    pub fn support_decides(&self) -> bool {
        self.stands(|standing| standing == Standing::Waits(Reach::Support))
    }

    /// What weighs most of what was decided.
    #[must_use]
    pub fn decision(&self) -> Option<Decision> {
        let all = [Decision::Deactivate, Decision::Change, Decision::Keep];
        all.into_iter().find(|decision| self.stands(|standing| standing == Standing::Decided(*decision)))
    }
}

/// A review in figures, in people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewFigures {
    pub people: u64,
    /// Nobody in the organization has to decide about them any more.
    pub done: u64,
    pub waiting_for_you: u64,
    /// Waiting for an administrator of another module.
    pub waiting_for_others: u64,
    pub kept: u64,
    pub changed: u64,
    pub deactivated: u64,
    pub left_to_support: u64,
}

impl ReviewFigures {
    #[must_use]
    pub fn of(people: &[ReviewedPerson]) -> Self {
        let mut figures = Self::default();
        for person in people {
            figures.people += 1;
            figures.done += u64::from(!person.waits());
            figures.waiting_for_you += u64::from(person.waits_for_you());
            figures.waiting_for_others += u64::from(person.waits() && !person.waits_for_you());
            figures.left_to_support += u64::from(person.support_decides());
            let decision = person.decision().filter(|_| !person.waits());
            figures.kept += u64::from(decision == Some(Decision::Keep));
            figures.changed += u64::from(decision == Some(Decision::Change));
            figures.deactivated += u64::from(decision == Some(Decision::Deactivate));
        }
        figures
    }

    /// How many people somebody in the organization still has to decide about.
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.people - self.done
    }
}

/// Who attested what, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attested {
    pub by: Who,
    pub at: Date,
    /// The statement as it was attested.
    pub statement: Bilingual,
}

/// A review, without its people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewCard {
    pub id: ReviewId,
    pub started_by: Who,
    pub started_at: Date,
    pub attested: Option<Attested>,
    pub figures: ReviewFigures,
}

/// Which people of a review are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    #[default]
    All,
    /// Only those that somebody still has to decide about.
    Waiting,
    /// Only those whom the one who looks has to decide about.
    Yours,
}

/// One page of a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPage {
    pub card: ReviewCard,
    pub people: Vec<ReviewedPerson>,
    pub found: u64,
    pub page: u64,
    pub pages: u64,
}

/// The reviews of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviews {
    pub open: Option<ReviewCard>,
    /// Those attested, the newest first.
    pub past: Vec<ReviewCard>,
    /// When the next one is due, and whether that day has come.
    pub due: Date,
    pub is_due: bool,
}

/// What came of keeping several people at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub kept: u64,
    /// Each judged by itself: who could not be kept, and why.
    pub refused: Vec<(String, Problem)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REACHES: [Reach; 3] = [Reach::Yours, Reach::Colleague, Reach::Support];
    const OUTCOMES: [Option<Outcome>; 6] = [
        None,
        Some(Outcome::Decided(Decision::Keep)),
        Some(Outcome::Decided(Decision::Change)),
        Some(Outcome::Decided(Decision::Deactivate)),
        Some(Outcome::Support),
        Some(Outcome::Ended),
    ];

    fn items() -> impl Iterator<Item = Item> {
        OUTCOMES.into_iter().flat_map(|outcome| {
            REACHES.into_iter().flat_map(move |reach| {
                [true, false].into_iter().map(move |works| Item { outcome, works, reach })
            })
        })
    }

    #[test]
    fn p5_only_what_somebody_here_may_decide_holds_the_attestation_up() {
        for item in items() {
            let waits = matches!(item.standing(), Standing::Waits(Reach::Yours | Reach::Colleague));
            assert_eq!(item.attested().is_err(), waits, "{item:?}");
            if !item.works {
                assert!(!waits, "what has ended waits for nobody: {item:?}");
            }
        }
    }

    #[test]
    fn p5_access_that_came_back_waits_again() {
        let gone =
            Item { outcome: Some(Outcome::Decided(Decision::Deactivate)), works: false, reach: Reach::Yours };
        assert_eq!(gone.standing(), Standing::Decided(Decision::Deactivate));
        assert_eq!(Item { works: true, ..gone }.standing(), Standing::Waits(Reach::Yours));
    }

    #[test]
    fn p5_codes_are_read_back() {
        for outcome in OUTCOMES.into_iter().flatten() {
            assert_eq!(Outcome::from_code(outcome.code()), Some(outcome));
        }
        assert_eq!(Outcome::from_code("other"), None);
    }

    #[test]
    fn p5_a_decision_is_chosen_and_a_note_is_short() {
        let faults = DecisionForm::default().parse().unwrap_err();
        assert_eq!(faults.of(Field::AccessDecision), Some(&Problem::Missing));
        let form = DecisionForm { decision: "burn".into(), note: "é".repeat(501), version: 1 };
        let faults = form.parse().unwrap_err();
        assert_eq!(faults.of(Field::AccessDecision), Some(&Problem::UnknownChoice));
        assert_eq!(faults.of(Field::Note), Some(&Problem::TooLong { most: 500 }));
        let form = DecisionForm { decision: "keep".into(), note: " a\r\nb ".into(), version: 3 };
        let kept = NewDecision { decision: Decision::Keep, note: Some("a\nb".into()), version: 3 };
        assert_eq!(form.parse(), Ok(kept));
    }

    fn person(standings: Vec<Standing>) -> ReviewedPerson {
        let day = Date { machine: String::new(), text: Bilingual::default() };
        let profile = |standing| ReviewedProfile {
            key: String::new(),
            name: Bilingual::default(),
            granted_by: Who::Unknown,
            granted_at: day.clone(),
            ends_at: None,
            at_start: true,
            works: true,
            reach: Reach::Yours,
            decided: None,
            standing,
        };
        ReviewedPerson {
            contact: ContactId(uuid::Uuid::nil()),
            name: String::new(),
            email: String::new(),
            primary: false,
            administrator: false,
            you: false,
            last_sign_in: None,
            unused_days: None,
            profiles: standings.into_iter().map(profile).collect(),
            version: 0,
        }
    }

    proptest! {
        #[test]
        fn p5_everybody_is_counted_once(drawn in proptest::collection::vec(proptest::collection::vec(0..36_usize, 1..5), 0..30)) {
            let all: Vec<Item> = items().collect();
            let people: Vec<_> =
                drawn.iter().map(|of| person(of.iter().map(|n| all[*n].standing()).collect())).collect();
            let figures = ReviewFigures::of(&people);
            prop_assert_eq!(figures.people, people.len() as u64);
            prop_assert_eq!(figures.left(), figures.waiting_for_you + figures.waiting_for_others);
            prop_assert!(figures.kept + figures.changed + figures.deactivated <= figures.done);
            let attestable = drawn.iter().flatten().all(|n| all[*n].attested().is_ok());
            prop_assert_eq!(attestable, figures.left() == 0);
        }
    }
}
