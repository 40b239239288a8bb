//! Several requests at once, as a table (R9): one line a person, each judged by itself.
//!
//! What all lines have in common is typed once; a column that is there says it for its line. Headings are known in
//! both languages, however they are spelled.

use super::{PersonForm, RequestForm};
use crate::catalogue::Catalogue;
use crate::fields::{Field, FieldProblem, FieldProblems};
use crate::fold::fold;
use crate::imports::{Record, says_yes};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// The most people of one table.
pub const LINES: u16 = 50;

/// A line of the table, as a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRow {
    /// The number of the line in the file.
    pub line: u64,
    pub form: RequestForm,
}

impl RequestRow {
    /// Whether that field holds what all lines have in common: no column of the table says it for this line.
    fn has_in_common(&self, field: Field, base: &RequestForm) -> bool {
        match field {
            Field::UserLastName
            | Field::UserFirstName
            | Field::UserEmail
            | Field::UserTitle
            | Field::UserPhone
            | Field::UserLanguage => false,
            Field::AuthorizerLastName
            | Field::AuthorizerFirstName
            | Field::AuthorizerEmail
            | Field::AuthorizerTitle
            | Field::AuthorizerPhone
            | Field::AuthorizerLanguage => self.form.authorizer == base.authorizer,
            Field::Service => self.form.service == base.service,
            Field::Situation => self.form.situation == base.situation,
            _ => true,
        }
    }
}

/// What is wrong with every line because it is wrong with what all have in common: told once, beside its field.
#[must_use]
pub fn faults_in_common(rows: &[RequestRow], faults: &[&FieldProblems], base: &RequestForm) -> FieldProblems {
    let Some((first, others)) = faults.split_first() else { return FieldProblems::none() };
    let everywhere = |fault: &&FieldProblem| {
        rows.iter().all(|row| row.has_in_common(fault.field, base))
            && others.iter().all(|faults| faults.0.contains(fault))
    };
    FieldProblems(first.0.iter().filter(everywhere).cloned().collect())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    User,
    Authorizer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    LastName(Of),
    FirstName(Of),
    OneName(Of),
    Email(Of),
    Title(Of),
    Phone(Of),
    Language(Of),
    Service,
    Situation,
}

impl Column {
    /// Whose column it is stands at its end: "Authorizing person: e-mail", "Courriel de la personne responsable".
    fn of_heading(heading: &str) -> Option<Self> {
        let letters: String = fold(heading).chars().filter(|letter| letter.is_alphabetic()).collect();
        let authorizer =
            ["authorizingperson", "authorizer", "personneresponsable", "responsable", "autorisation"];
        let user =
            ["user", "personneutilisatrice", "utilisatriceouutilisateur", "utilisateur", "utilisatrice"];
        let of = if authorizer.iter().any(|word| letters.contains(word)) { Of::Authorizer } else { Of::User };
        let mut bare = letters;
        for word in authorizer.iter().chain(&user) {
            bare = bare.replace(word, "");
        }
        let bare = ["dela", "del", "de", "la", "du", "l", "s"]
            .iter()
            .flat_map(|word| [bare.strip_suffix(word), bare.strip_prefix(word)])
            .flatten()
            .find(|left| known(left, of).is_some())
            .unwrap_or(&bare)
            .to_owned();
        known(&bare, of)
    }
}

fn known(letters: &str, of: Of) -> Option<Column> {
    Some(match letters {
        "lastname" | "surname" | "familyname" | "name" | "nom" | "nomdefamille" => Column::LastName(of),
        "firstname" | "givenname" | "prenom" => Column::FirstName(of),
        "onenameonly" | "onename" | "unseulnom" => Column::OneName(of),
        "email" | "mail" | "emailaddress" | "courriel" | "adressecourriel" | "adressedecourriel" => {
            Column::Email(of)
        }
        "title" | "jobtitle" | "titre" | "fonction" => Column::Title(of),
        "phone" | "phonenumber" | "telephone" | "tel" | "numerodetelephone" => Column::Phone(of),
        "language" | "preferredlanguage" | "langue" | "languepreferee" => Column::Language(of),
        "service" | "onlineservice" | "serviceenligne" => Column::Service,
        "situation" | "profession" => Column::Situation,
        _ => return None,
    })
}

/// The lines of a table, each on the form that all have in common.
///
/// # Errors
/// [`Problem::ImportEmpty`], [`Problem::ImportTooLong`], [`Problem::RequestHeadings`] when names or addresses have no
/// column, [`Problem::ImportHeadingTwice`].
pub fn read_table(
    records: &[Record],
    base: &RequestForm,
    catalogue: &Catalogue,
) -> Result<Vec<RequestRow>, Problem> {
    let Some((headings, lines)) = records.split_first() else { return Err(Problem::ImportEmpty) };
    let columns: Vec<Option<Column>> = headings.cells.iter().map(|cell| Column::of_heading(cell)).collect();
    let needed = [Column::LastName(Of::User), Column::FirstName(Of::User), Column::Email(Of::User)];
    if !needed.iter().all(|needed| columns.contains(&Some(*needed))) {
        return Err(Problem::RequestHeadings);
    }
    for (place, column) in columns.iter().enumerate() {
        if column.is_some() && columns[..place].contains(column) {
            let heading = headings.cells.get(place).cloned().unwrap_or_default();
            return Err(Problem::ImportHeadingTwice { heading });
        }
    }
    if lines.is_empty() {
        return Err(Problem::ImportEmpty);
    }
    if lines.len() > usize::from(LINES) {
        return Err(Problem::ImportTooLong { most: LINES });
    }
    let row = |record: &Record| {
        let mut form = base.clone();
        for (column, cell) in columns.iter().zip(&record.cells) {
            if let (Some(column), false) = (column, cell.trim().is_empty()) {
                fill(&mut form, *column, cell.trim(), catalogue);
            }
        }
        RequestRow { line: record.line, form }
    };
    Ok(lines.iter().map(row).collect())
}

fn fill(form: &mut RequestForm, column: Column, cell: &str, catalogue: &Catalogue) {
    fn of(form: &mut RequestForm, whose: Of) -> &mut PersonForm {
        match whose {
            Of::User => &mut form.user,
            Of::Authorizer => &mut form.authorizer,
        }
    }
    let text = cell.to_owned();
    match column {
        Column::LastName(whose) => of(form, whose).last_name = text,
        Column::FirstName(whose) => of(form, whose).first_name = text,
        Column::OneName(whose) => of(form, whose).one_name = says_yes(cell).to_string(),
        Column::Email(whose) => of(form, whose).email = text,
        Column::Title(whose) => of(form, whose).title = text,
        Column::Phone(whose) => of(form, whose).phone = text,
        Column::Language(whose) => of(form, whose).language = language(&text),
        Column::Service => form.service = service(catalogue, &text),
        Column::Situation => form.situation = situation(catalogue, &text),
    }
}

/// `fr` and `en`, however they are said.
fn language(cell: &str) -> String {
    let folded = fold(cell);
    let code = if folded.starts_with("fr") {
        "fr"
    } else if folded.starts_with("en") || folded.starts_with("an") {
        "en"
    } else {
        return cell.to_owned();
    };
    code.to_owned()
}

/// The key of a service that is called so in one of the languages; otherwise what was written, which is then refused.
fn service(catalogue: &Catalogue, cell: &str) -> String {
    let called = fold(cell);
    let mut services = catalogue.services.iter();
    let found = services.find(|service| {
        [&service.key, &service.name.en, &service.name.fr].iter().any(|name| fold(name) == called)
    });
    found.map_or_else(|| cell.to_owned(), |service| service.key.clone())
}

fn situation(catalogue: &Catalogue, cell: &str) -> String {
    let called = fold(cell);
    let mut kinds = catalogue.services.iter().flat_map(|service| &service.applicants);
    let found =
        kinds.find(|kind| [&kind.key, &kind.name.en, &kind.name.fr].iter().any(|name| fold(name) == called));
    found.map_or_else(|| cell.to_owned(), |kind| kind.key.clone())
}

#[cfg(test)]
mod tests {
    use super::super::SharedMailboxes;
    use super::super::form::tests::{catalogue, typed};
    use super::*;

    fn record(line: u64, cells: &[&str]) -> Record {
        Record { line, cells: cells.iter().map(|cell| (*cell).to_owned()).collect() }
    }

    #[test]
    fn r9_headings_are_known_in_both_languages() {
        for headings in [
            ["Last name", "First name", "E-mail", "Authorizing person’s e-mail", "Language"],
            ["Nom", "Prénom", "Courriel", "Courriel de la personne responsable", "Langue"],
            ["User last name", "User first name", "User email", "Authorizer email", "User language"],
        ] {
            let records = [
                record(1, &headings),
                record(2, &["Roy", "Rita", "rita@exemple.ca", "x@exemple.ca", "Français"]),
            ];
            let rows = read_table(&records, &typed(), &catalogue()).unwrap();
            let form = &rows[0].form;
            assert_eq!(
                (form.user.last_name.as_str(), form.user.email.as_str()),
                ("Roy", "rita@exemple.ca"),
                "{headings:?}"
            );
            assert_eq!((form.authorizer.email.as_str(), form.user.language.as_str()), ("x@exemple.ca", "fr"));
            // What the table does not say is what all have in common.
            assert_eq!((form.service.as_str(), form.authorizer.last_name.as_str()), ("parcels", "Arsenault"));
        }
    }

    #[test]
    fn r9_a_person_of_one_name_stands_in_a_table() {
        for (heading, yes) in [("One name only", "Yes"), ("Un seul nom", "oui")] {
            let records = [
                record(1, &["Nom", "Prénom", "Courriel", heading]),
                record(2, &["Sukarno", "", "sukarno@exemple.ca", yes]),
                record(3, &["Roy", "", "rita@exemple.ca", ""]),
            ];
            let base = RequestForm { user: PersonForm::default(), ..typed() };
            let rows = read_table(&records, &base, &catalogue()).unwrap();
            let first_name = |row: &RequestRow| {
                let read = row.form.parse(&catalogue(), &SharedMailboxes::default(), &[]);
                read.err().and_then(|faults| faults.of(Field::UserFirstName).cloned())
            };
            assert_eq!(first_name(&rows[0]), None, "{heading}");
            assert_eq!(first_name(&rows[1]), Some(Problem::Missing), "{heading}");
        }
    }

    #[test]
    fn r9_what_is_wrong_with_all_in_common_is_told_once() {
        let mut base = typed();
        base.organization.name_en.clear();
        base.authorizer.email.clear();
        let told = |headings: &[&str], lines: [&[&str]; 2]| {
            let records = [record(1, headings), record(2, lines[0]), record(3, lines[1])];
            let rows = read_table(&records, &base, &catalogue()).unwrap();
            let judged = |row: &RequestRow| {
                row.form.parse(&catalogue(), &SharedMailboxes::default(), &[]).err().unwrap_or_default()
            };
            let faults: Vec<FieldProblems> = rows.iter().map(judged).collect();
            faults_in_common(&rows, &faults.iter().collect::<Vec<_>>(), &base)
        };
        let both = told(
            &["Nom", "Prénom", "Courriel"],
            [&["Roy", "Rita", "no address"], &["Roy", "René", "no address"]],
        );
        let fields: Vec<Field> = both.0.iter().map(|at| at.field).collect();
        assert_eq!(fields, [Field::NameEn, Field::AuthorizerEmail]);
        // What a column says for a line is that line's.
        let one = told(
            &["Nom", "Prénom", "Courriel", "Courriel de la personne responsable"],
            [&["Roy", "Rita", "rita@exemple.ca", "x"], &["Roy", "René", "rene@exemple.ca", ""]],
        );
        let fields: Vec<Field> = one.0.iter().map(|at| at.field).collect();
        assert_eq!(fields, [Field::NameEn]);
    }

    #[test]
    fn r9_a_table_that_cannot_be_read_says_why() {
        let head = record(1, &["Nom", "Prénom", "Courriel"]);
        let read = |records: &[Record]| read_table(records, &typed(), &catalogue()).map(|rows| rows.len());
        assert_eq!(read(&[]), Err(Problem::ImportEmpty));
        assert_eq!(read(std::slice::from_ref(&head)), Err(Problem::ImportEmpty));
        assert_eq!(
            read(&[record(1, &["Nom", "Courriel"]), record(2, &["a", "b"])]),
            Err(Problem::RequestHeadings)
        );
        let twice = record(1, &["Nom", "Prénom", "Courriel", "Last name"]);
        assert!(matches!(read(&[twice, record(2, &["a"])]), Err(Problem::ImportHeadingTwice { .. })));
        let many: Vec<Record> =
            std::iter::once(head).chain((2..=52).map(|line| record(line, &["a", "b", "c@d.ca"]))).collect();
        assert_eq!(read(&many), Err(Problem::ImportTooLong { most: LINES }));
    }
}
