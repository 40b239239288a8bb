use super::*;
use crate::contacts::Phone;
use crate::email::Email;
use proptest::prelude::*;

fn record(line: u64, cells: &[&str]) -> Record {
    Record { line, cells: cells.iter().map(|cell| (*cell).to_owned()).collect() }
}

fn table(lines: &[&[&str]]) -> Result<Table, Problem> {
    Table::of((1..).zip(lines).map(|(line, cells)| record(line, cells)).collect())
}

fn verdicts(table: &Table, here: &HashMap<String, (ContactId, String)>) -> Vec<Verdict> {
    let judge = Judge {
        catalogue: &Catalogue { modules: Vec::new(), services: Vec::new() },
        eligible: &Eligible::default(),
        granter: &[],
        inviting: &Inviting::default(),
        tracks_clients: false,
        here,
    };
    judge.verdicts(&table.entries)
}

#[test]
fn g6_headings_are_known_however_they_are_spelled() {
    for heading in ["Nom de famille", "NOM DE FAMILLE", "last-name", " Last name: ", "Nom"] {
        assert_eq!(Column::of_heading(heading), Some(Column::LastName), "{heading}");
    }
    assert_eq!(Column::of_heading("Prénom"), Some(Column::FirstName));
    assert_eq!(Column::of_heading("Telephone"), Some(Column::Phone(0)));
    assert_eq!(Column::of_heading("Téléphone 3"), Some(Column::Phone(2)));
    assert_eq!(Column::of_heading("Phone 4"), None);
    assert_eq!(Column::of_heading("Équivalent temps plein (ETP)"), Some(Column::FullTimeEquivalent));
    assert_eq!(Column::of_heading("Shoe size"), None);
}

#[test]
fn g6_columns_in_any_order_others_left_out() {
    let read = table(&[
        &["Courriel", "Pointure", "Nom", "Prénom", "Type du téléphone 1", "Téléphone 1", "Langue"],
        &["zoe@exemple.ca", "38", "Côté", "Zoé", "Cellulaire", "902 555-0134", "Français"],
    ])
    .unwrap();
    assert_eq!(read.left_out, ["Pointure"]);
    let facts = read.entries[0].contact.parse(false).unwrap();
    assert_eq!((facts.last_name.as_str(), facts.first_name.as_str()), ("Côté", "Zoé"));
    assert_eq!(facts.language, Some(Language::Fr));
    assert_eq!(facts.phones[0].kind, PhoneKind::Mobile);
}

#[test]
fn g6_a_table_without_what_it_needs_is_refused_whole() {
    assert_eq!(table(&[]), Err(Problem::ImportEmpty));
    assert_eq!(table(&[&["Nom", "Courriel"]]), Err(Problem::ImportEmpty));
    assert_eq!(table(&[&["Nom", "Prénom"], &["a", "b"]]), Err(Problem::ImportHeadings));
    let twice = Problem::ImportHeadingTwice { heading: "Last name".into() };
    assert_eq!(table(&[&["Nom", "Last name", "E-mail"], &["a", "b", "c"]]), Err(twice));
    let mut long = vec![record(1, &["Nom", "Courriel"])];
    long.resize(usize::from(LINES) + 2, record(2, &["a", "b"]));
    assert_eq!(Table::of(long), Err(Problem::ImportTooLong { most: LINES }));
}

#[test]
fn g6_every_fault_of_a_line_at_once_and_c11_nobody_twice() {
    let read = table(&[
        &["Nom", "Prénom", "Courriel", "Langue", "Active"],
        &["", "", "not an address", "Klingon", ""],
        &["Côté", "Zoé", "zoe@exemple.ca", "", ""],
        &["Cote", "Z.", "ZOE@exemple.ca", "", ""],
        &["Haché", "Bruno", "bruno@exemple.ca", "", "oui"],
        &["Parti", "Paul", "paul@exemple.ca", "", "Non"],
    ])
    .unwrap();
    let bruno = (ContactId(uuid::Uuid::from_u128(1)), "Bruno Haché".to_owned());
    let here = HashMap::from([("bruno@exemple.ca".to_owned(), bruno.clone())]);
    let found = verdicts(&read, &here);
    let Verdict::Faulty(faults) = &found[0] else { panic!("{found:?}") };
    let fields: Vec<_> = faults.0.iter().map(|at| at.field).collect();
    assert_eq!(fields, [Field::LastName, Field::FirstName, Field::Email, Field::Language]);
    assert_eq!(found[1], Verdict::Add { profiles: Vec::new() });
    assert_eq!(found[2], Verdict::Faulty(FieldProblems::one(Field::Email, Problem::EmailTwice { line: 3 })));
    assert_eq!(found[3], Verdict::Here { contact: bruno.0, name: bruno.1 });
    assert_eq!(found[4], Verdict::Inactive);
    let figures = Figures::of(&found);
    assert_eq!((figures.add, figures.here, figures.inactive, figures.faulty, figures.all()), (1, 1, 1, 2, 5));
}

fn facts() -> impl Strategy<Value = ContactFacts> {
    let text = || proptest::option::of("[A-Za-zÀ-ÿ'=@,;-][A-Za-zÀ-ÿ'=+@,;\" -]{0,10}[a-zé]");
    let kind = prop_oneof![
        Just(PhoneKind::Work),
        Just(PhoneKind::Mobile),
        Just(PhoneKind::Home),
        Just(PhoneKind::Fax)
    ];
    let phone = (kind, "\\+?[0-9]{3} [0-9]{3}-[0-9]{4}", proptest::option::of("[0-9]{1,4}"))
        .prop_map(|(kind, number, extension)| Phone { kind, number, extension });
    let names = ("[A-ZÀ-Ý=@-][a-zà-ÿ']{0,8}", "[A-ZÀ-Ý]?[a-zà-ÿ]{0,8}", "[a-z]{1,8}");
    let language = prop_oneof![Just(None), Just(Some(Language::En)), Just(Some(Language::Fr))];
    let work = (text(), text(), text(), proptest::option::of(1..=100_u16));
    (names, proptest::collection::vec(phone, 0..=PHONES), language, work).prop_map(
        |((last_name, first_name, local), phones, language, (title, office_location, position_type, fte))| {
            ContactFacts {
                last_name,
                first_name,
                email: Email::known(format!("{local}@exemple.ca")),
                title,
                phones,
                language,
                office_location,
                position_type,
                full_time_equivalent: fte,
            }
        },
    )
}

proptest! {
    /// Whatever stands in a table, every line gets its verdict and nothing breaks.
    #[test]
    fn g6_every_line_of_any_table_has_a_verdict(
        lines in proptest::collection::vec(proptest::collection::vec("\\PC{0,12}", 0..9), 1..8),
    ) {
        let headings = record(1, &["Nom", "Prénom", "Courriel", "Téléphone", "ETP", "Profils", "Langue", "Active"]);
        let records = (2..).zip(lines.clone()).map(|(line, cells)| Record { line, cells });
        let read = Table::of(std::iter::once(headings).chain(records).collect()).unwrap();
        prop_assert_eq!(verdicts(&read, &HashMap::new()).len(), lines.len());
    }

    /// What is written column by column is the same person when it is read.
    #[test]
    fn g6_written_and_read_again_everybody_is_the_same(facts in facts()) {
        let entry = Entry { contact: ContactForm::from(&facts), ..Entry::default() };
        let columns = Column::all_imported();
        let cells: Vec<String> = columns.iter().map(|column| entry.cell(*column)).collect();
        let columns: Vec<Option<Column>> = columns.into_iter().map(Some).collect();
        let read = Entry::of(&Record { line: 1, cells }, &columns);
        prop_assert_eq!(read.contact.parse(false).unwrap(), facts);
    }
}
