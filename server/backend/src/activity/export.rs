//! The activity as a table for spreadsheets (G3), with the filters of the page, a piece at a time.

use super::read::place;
use crate::access::Permit;
use crate::csv::{self, Pieces};
use crate::refusal::Refusal;
use domain::Language;
use domain::activity::{ActivityLine, ActivitySearch, Change, Place};
use domain::permissions::ReadActivity;
use locales::{Locale, colon, person, td_string};

/// Lines of one piece.
const PIECE: u64 = 500;

/// A file that is being written.
#[derive(Clone, Debug)]
pub struct ActivityExport {
    permit: Permit<ReadActivity>,
    search: ActivitySearch,
    language: Language,
    next: Next,
}

/// Where the next piece begins.
#[derive(Clone, Copy, Debug)]
enum Next {
    Headings,
    After(Option<Place>),
    Nothing,
}

impl Permit<ReadActivity> {
    /// Begins a file of the activity, with the filters of a page.
    #[must_use]
    pub fn export_activity(self, search: ActivitySearch, language: Language) -> ActivityExport {
        ActivityExport { permit: self, search, language, next: Next::Headings }
    }
}

impl Pieces for ActivityExport {
    async fn next(&mut self) -> Result<Option<String>, Refusal> {
        match self.next {
            Next::Headings => {
                self.next = Next::After(None);
                Ok(Some(csv::BOM.to_owned() + &csv::line(self.language, headings(self.language))))
            }
            Next::After(place) => self.piece_after(place).await,
            Next::Nothing => Ok(None),
        }
    }
}

impl ActivityExport {
    async fn piece_after(&mut self, after: Option<Place>) -> Result<Option<String>, Refusal> {
        let rows = self.permit.rows(&self.search.at(after, None), PIECE).await?;
        self.next = rows.last().map_or(Next::Nothing, |last| Next::After(Some(place(last))));
        if rows.is_empty() {
            return Ok(None);
        }
        let lines = self.permit.lines(rows).await?;
        Ok(Some(lines.iter().map(|line| csv::line(self.language, cells(line, self.language))).collect()))
    }
}

fn headings(language: Language) -> [&'static str; 6] {
    let l = Locale::from(language);
    [
        td_string!(l, activity.csv.at),
        td_string!(l, activity.csv.who),
        td_string!(l, activity.csv.what),
        td_string!(l, activity.csv.contact),
        td_string!(l, activity.csv.kind),
        td_string!(l, activity.csv.details),
    ]
}

fn cells(line: &ActivityLine, language: Language) -> [String; 6] {
    let changes: Vec<String> = line.changes.iter().map(|change| told(change, language)).collect();
    [
        line.at.machine.clone(),
        line.who.in_language(language).to_owned(),
        line.sentence.in_language(language).to_owned(),
        line.whom.as_ref().map(|whom| person(&whom.name, language)).unwrap_or_default(),
        line.kind.in_language(language).to_owned(),
        changes.join("\n"),
    ]
}

/// "Title: empty → Treasurer"
pub(crate) fn told(change: &Change, language: Language) -> String {
    let (field, after) = (change.field.in_language(language), change.after.in_language(language));
    let before = change.before.as_ref().map(|before| format!("{} → ", before.in_language(language)));
    format!("{field}{} {}{after}", colon(language), before.unwrap_or_default())
}
