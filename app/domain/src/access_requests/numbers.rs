//! Reference numbers that a professional order issued (R8): loaded by Support, each used once.

use crate::fields::{Field, FieldProblems, optional_line, required_line};
use crate::fold::fold;
use crate::imports::Record;
use crate::instant::Date;
use crate::language::Bilingual;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// A number as it is compared: letters and digits, in capitals.
#[must_use]
pub fn number_key(typed: &str) -> String {
    fold(typed).chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_uppercase()
}

/// What Support says of a table of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NumberLoadForm {
    /// The service that these numbers open.
    pub service: String,
    /// Which of its profiles they give.
    pub profiles: Vec<String>,
    /// The last day on which they may be used, as `2026-12-31`.
    pub until: String,
    /// The table, when it is pasted.
    pub table: String,
}

/// A service that is entered with a number, and what its numbers may give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberService {
    pub service: (String, Bilingual),
    pub profiles: Vec<(String, Bilingual)>,
}

/// A number to load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewNumber {
    pub line: u64,
    pub number: String,
    pub last_name: String,
    /// Empty for a person of one name.
    pub first_name: String,
}

/// What became of a table of numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumbersLoaded {
    /// Those among them that nobody had used yet were loaded anew.
    pub loaded: u64,
    /// Numbers that somebody used already, or of another organization; they stay as they are.
    pub here: u64,
    pub faulty: Vec<NumberLine>,
}

/// A line that was not loaded, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberLine {
    pub line: u64,
    pub faults: FieldProblems,
}

/// How many numbers of a service there are (R8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberFigures {
    pub service: Bilingual,
    pub unused: u64,
    pub used: u64,
    pub until: Date,
}

fn first_name(typed: &str) -> Result<String, Problem> {
    Ok(optional_line(typed, 100)?.unwrap_or_default())
}

/// Numbers and names, in columns whose headings are known in both languages; each line judged by itself.
///
/// # Errors
/// [`Problem::ImportEmpty`] or [`Problem::NumberHeadings`].
pub fn read_numbers(records: &[Record]) -> Result<Vec<Result<NewNumber, NumberLine>>, Problem> {
    let Some((headings, lines)) = records.split_first() else { return Err(Problem::ImportEmpty) };
    let column = |known: &[&str]| {
        let letters = |cell: &String| fold(cell).chars().filter(|c| c.is_alphabetic()).collect::<String>();
        headings.cells.iter().position(|cell| known.contains(&letters(cell).as_str()))
    };
    let number = column(&["number", "referencenumber", "numero", "numerodereference"]);
    let last = column(&["lastname", "surname", "name", "nom", "nomdefamille"]);
    let first = column(&["firstname", "givenname", "prenom"]);
    let (Some(number), Some(last), Some(first)) = (number, last, first) else {
        return Err(Problem::NumberHeadings);
    };
    if lines.is_empty() {
        return Err(Problem::ImportEmpty);
    }
    let read = |record: &Record| {
        let mut faults = FieldProblems::none();
        let cell = |place: usize| record.cells.get(place).map(String::as_str).unwrap_or_default();
        let number = required_line(cell(number), 60).and_then(|number| {
            if number_key(&number).len() >= 4 { Ok(number) } else { Err(Problem::NumberTooShort) }
        });
        let number = faults.note(Field::Number, number);
        let last_name = faults.note(Field::LastName, required_line(cell(last), 100));
        let first_name = faults.note(Field::FirstName, first_name(cell(first)));
        match (number, last_name, first_name) {
            (Some(number), Some(last_name), Some(first_name)) => {
                Ok(NewNumber { line: record.line, number, last_name, first_name })
            }
            _ => Err(NumberLine { line: record.line, faults }),
        }
    };
    Ok(lines.iter().map(read).collect())
}

/// What somebody types who holds a number (R8).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NumberForm {
    pub number: String,
    /// As they are registered with the order.
    pub last_name: String,
    pub first_name: String,
    /// Ticked ("true"): what one commits to (R11).
    pub commitments: String,
}

impl NumberForm {
    /// # Errors
    /// What is missing; commitments that are not accepted.
    pub fn parse(&self) -> Result<NewNumber, FieldProblems> {
        let mut faults = FieldProblems::none();
        let number = faults.note(Field::Number, required_line(&self.number, 60));
        let last_name = faults.note(Field::LastName, required_line(&self.last_name, 100));
        let first_name = faults.note(Field::FirstName, first_name(&self.first_name));
        if self.commitments != "true" {
            faults.add(Field::Commitments, Problem::CommitmentNeeded);
        }
        match (number, last_name, first_name) {
            (Some(number), Some(last_name), Some(first_name)) if faults.is_empty() => {
                Ok(NewNumber { line: 0, number, last_name, first_name })
            }
            _ => Err(faults),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r8_a_number_is_the_same_however_it_is_spaced() {
        assert_eq!(number_key(" ab-12 34 "), "AB1234");
        assert_eq!(number_key("AB1234"), number_key("ab.1234"));
    }

    #[test]
    fn r8_each_line_of_numbers_is_judged_by_itself() {
        let record =
            |line, cells: &[&str]| Record { line, cells: cells.iter().map(|c| (*c).to_owned()).collect() };
        let head = record(1, &["Numéro de référence", "Nom", "Prénom"]);
        let lines = [
            head.clone(),
            record(2, &["AB-1234", "Roy", "Rita"]),
            record(3, &["1", "", "Rita"]),
            record(4, &["CD-5678", "Sukarno", ""]),
        ];
        let read = read_numbers(&lines).unwrap();
        assert_eq!(read[0].as_ref().unwrap().number, "AB-1234");
        let faults = &read[1].as_ref().unwrap_err().faults;
        assert_eq!(faults.of(Field::Number), Some(&Problem::NumberTooShort));
        assert_eq!(faults.of(Field::LastName), Some(&Problem::Missing));
        assert_eq!(read[2].as_ref().unwrap().first_name, "", "one name only");
        assert_eq!(read_numbers(&[head]), Err(Problem::ImportEmpty));
        assert_eq!(read_numbers(&[record(1, &["Nom", "Prénom"])]), Err(Problem::NumberHeadings));
    }
}
