//! What became of a line, in words: on the page, in the file of results, at the command line.

use crate::access::Permit;
use crate::contacts::export::heading;
use crate::csv;
use crate::refusal::Refusal;
use domain::imports::{Column, ImportLine, Outcome, Verdict};
use domain::permissions::ManageContacts;
use domain::{Field, FieldProblem, ImportId, Language};
use locales::{Locale, td_string};

impl Permit<ManageContacts> {
    /// Every line of an import with its result and the reason, as a table that can be corrected and imported again.
    ///
    /// # Errors
    /// [`domain::Problem::NotFound`] for whoever did not send it, before it is carried out, and once it has expired.
    pub async fn import_table(&self, id: ImportId, language: Language) -> Result<String, Refusal> {
        let l = Locale::from(language);
        let columns = Column::all_imported();
        let line = td_string!(l, imports.column.line).to_owned();
        let told = [td_string!(l, imports.column.result), td_string!(l, imports.column.reason)];
        let headings = columns.iter().map(|column| heading(*column, language));
        let headings = std::iter::once(line).chain(headings).chain(told.map(ToOwned::to_owned));
        let mut table = csv::BOM.to_owned() + &csv::line(language, headings);
        for ImportLine { entry, outcome } in self.import_results(id).await? {
            let cells = columns.iter().map(|column| entry.cell(*column));
            let told = [result(&outcome, language).to_owned(), reasons(&outcome, language).join(" ")];
            let cells = std::iter::once(entry.line.to_string()).chain(cells).chain(told);
            table.push_str(&csv::line(language, cells));
        }
        Ok(table)
    }
}

/// What became of a line, or will, in a few words.
#[must_use]
pub fn result(outcome: &Outcome, language: Language) -> &'static str {
    let l = Locale::from(language);
    match outcome {
        Outcome::Judged(Verdict::Add { profiles }) if !profiles.is_empty() => {
            td_string!(l, imports.outcome.add_and_invite)
        }
        Outcome::Judged(Verdict::Add { .. }) => td_string!(l, imports.outcome.add),
        Outcome::Judged(Verdict::Here { .. }) => td_string!(l, imports.outcome.here),
        Outcome::Judged(Verdict::Inactive) => td_string!(l, imports.outcome.inactive),
        Outcome::Judged(Verdict::Faulty(_)) => td_string!(l, imports.outcome.faulty),
        Outcome::Waiting => td_string!(l, imports.outcome.waiting),
        Outcome::Added { invited: false, .. } => td_string!(l, imports.outcome.added),
        Outcome::Added { invited: true, .. } => td_string!(l, imports.outcome.invited),
        Outcome::Refused(_) => td_string!(l, imports.outcome.refused),
    }
}

/// Why a line was not added, or what must be corrected: a sentence each, with its column.
#[must_use]
pub fn reasons(outcome: &Outcome, language: Language) -> Vec<String> {
    let l = Locale::from(language);
    match outcome {
        Outcome::Judged(Verdict::Here { name, .. }) => {
            vec![td_string!(l, imports.outcome.reason_here, name = name.as_str())]
        }
        Outcome::Judged(Verdict::Inactive) => vec![td_string!(l, imports.outcome.reason_inactive).to_owned()],
        Outcome::Judged(Verdict::Faulty(faults)) | Outcome::Refused(faults) => {
            faults.0.iter().map(|at| sentence(at, language)).collect()
        }
        _ => Vec::new(),
    }
}

/// "E-mail: Enter one complete e-mail address."
fn sentence(at: &FieldProblem, language: Language) -> String {
    let sentence = locales::sentence(&at.problem, Some(at.field), language);
    match column_of(at.field) {
        Some(column) => format!("{}{} {sentence}", heading(column, language), locales::colon(language)),
        None => sentence,
    }
}

fn column_of(field: Field) -> Option<Column> {
    Some(match field {
        Field::LastName => Column::LastName,
        Field::FirstName => Column::FirstName,
        Field::Email => Column::Email,
        Field::Title => Column::Title,
        Field::Phone(n) => Column::Phone(n),
        Field::Language => Column::Language,
        Field::OfficeLocation => Column::OfficeLocation,
        Field::PositionType => Column::PositionType,
        Field::FullTimeEquivalent => Column::FullTimeEquivalent,
        Field::Profiles => Column::Profiles,
        _ => return None,
    })
}
