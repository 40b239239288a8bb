//! The activity: written with each change, sealed, looked at (G3, G10).

use crate::stage::{DAY, MINUTE, Org, Person, Stage, on_both, on_both_older, races, refusal, typed};
use backend::Pieces as _;
use backend::{Break, ContactSave, Refusal};
use domain::activity::{ActivityFound, ActivityLine, ActivitySearch};
use domain::contacts::ContactForm;
use domain::desk::SteeringForm;
use domain::invitations::InvitationForm;
use domain::permissions::{AllOrganizations, KeepOrganizations, ManageContacts, ReadActivity};
use domain::{Bilingual, ContactId, Language, Problem};

fn asking(profiles: &[&str]) -> InvitationForm {
    InvitationForm {
        profiles: profiles.iter().map(|key| (*key).to_owned()).collect(),
        ..InvitationForm::default()
    }
}

async fn saves(person: &Person, id: ContactId, change: impl FnOnce(&mut ContactSave)) {
    try_saves(person, id, change).await.unwrap();
}

async fn try_saves(
    person: &Person,
    id: ContactId,
    change: impl FnOnce(&mut ContactSave),
) -> Result<(), Refusal> {
    let card = person.sees().await.card(id).await.unwrap();
    let mut save = ContactSave {
        form: ContactForm::from(&card.facts),
        version: card.version,
        active: card.line.active,
        ..ContactSave::default()
    };
    change(&mut save);
    person.manages().await.save(id, &save).await.map(|_| ())
}

/// Alice adds people, so that there is something to read.
async fn busy(stage: &Stage, org: &Org, people: u32) -> Person {
    let alice = stage.alice(org).await;
    for n in 0..people {
        let form = ContactForm { email: format!("n{n}@example.org"), ..typed("Bruno Boudreau") };
        alice.manages().await.add(&form).await.unwrap();
        stage.wait(60);
    }
    alice
}

/// Somebody with the database in their hands takes the locks off.
async fn unlock(stage: &Stage) {
    let sqlite = stage.platform.store.is_sqlite();
    let on = |table: &str| if sqlite { String::new() } else { format!(" ON {table}") };
    for (trigger, table) in [
        ("activity_never_changed", "activity"),
        ("activity_never_removed", "activity"),
        ("activity_chains_never_removed", "activity_chains"),
        ("activity_chains_forward", "activity_chains"),
    ] {
        stage.run(&format!("DROP TRIGGER {trigger}{}", on(table)), []).await;
    }
}

/// What the check says of the first broken line of each chain.
async fn broken(stage: &Stage) -> Vec<(String, i64, Break, Option<String>)> {
    let report = stage.portal.verify_activity().await.unwrap();
    let told = report.broken.into_iter().map(|broken| {
        let name = broken.organization.map_or_else(String::new, |name| name.en);
        (name, broken.number, broken.how, broken.line.map(|line| line.event))
    });
    told.collect()
}

#[test]
fn g3_every_change_is_a_line_of_its_organization_s_chain() {
    on_both(async |stage| {
        let (org, other) = (stage.organization("Tide House").await, stage.organization("Dune House").await);
        let alice = busy(stage, &org, 3).await;
        busy(stage, &other, 2).await;
        saves(&alice, alice.contact, |save| save.form.title = "Directrice".into()).await;
        let numbers = "SELECT number FROM activity WHERE organization_id = \
                       (SELECT id FROM organizations WHERE name_en = 'Tide House') ORDER BY number";
        let rows = stage.rows(numbers).await;
        let numbers: Vec<i64> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
        let report = stage.portal.verify_activity().await.unwrap();
        assert_eq!((report.chains, report.lines, report.broken.len()), (2, 6, 0));
    });
}

#[test]
fn g3_the_database_itself_keeps_every_line() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        busy(stage, &org, 2).await;
        let before = stage.dump().await;
        for wrong in [
            "UPDATE activity SET event = 'contact.changed'",
            "UPDATE activity SET details = '{}' WHERE number = 1",
            "DELETE FROM activity WHERE number = 2",
            "DELETE FROM activity_chains",
            "UPDATE activity_chains SET number = number - 1",
            "UPDATE activity_chains SET hash = hash",
        ] {
            let db = stage.platform.store.write();
            assert!(sea_orm::ConnectionTrait::execute_unprepared(db, wrong).await.is_err(), "{wrong}");
        }
        stage.unchanged_since(&before).await;
    });
}

#[test]
fn g3_the_check_names_the_first_line_that_was_altered_removed_or_inserted() {
    on_both(async |stage| {
        let names = ["Altered", "Backdated", "Cut", "Docked", "Empty", "Forged", "Grown", "Whole"];
        for name in names {
            let org = stage.organization(name).await;
            let alice = stage.alice(&org).await;
            for n in 0..5 {
                let form = ContactForm { email: format!("n{n}@example.org"), ..typed("Bruno Boudreau") };
                alice.manages().await.add(&form).await.unwrap();
            }
        }
        assert_eq!(broken(stage).await, []);
        unlock(stage).await;
        let of = |name: &str| format!("chain = (SELECT id FROM organizations WHERE name_en = '{name}')");
        let copied = |number: &str| {
            format!(
                "INSERT INTO activity (id, organization_id, at, actor_id, actor_kind, event, contact_id, details, \
                 chain, number, salt, digest, hash) SELECT $1, organization_id, at, actor_id, actor_kind, event, \
                 contact_id, details, chain, {number}, salt, digest, hash FROM activity WHERE "
            )
        };
        let id = || stage.platform.chance.id(stage.portal.now());
        for sql in [
            format!("UPDATE activity SET details = '{{}}' WHERE number = 3 AND {}", of("Altered")),
            format!("UPDATE activity SET at = at - 1 WHERE number IN (2, 4) AND {}", of("Backdated")),
            format!("DELETE FROM activity WHERE number = 3 AND {}", of("Cut")),
            format!("DELETE FROM activity WHERE number > 3 AND {}", of("Docked")),
            format!("DELETE FROM activity WHERE {}", of("Empty")),
            // Somebody makes room for a line in the middle.
            format!("UPDATE activity SET number = number + 1000 WHERE number > 2 AND {}", of("Forged")),
            format!("UPDATE activity SET number = number - 999 WHERE number > 1000 AND {}", of("Forged")),
        ] {
            assert!(stage.run(&sql, []).await > 0, "{sql}");
        }
        stage.run(&format!("{}number = 2 AND {}", copied("3"), of("Forged")), [id().into()]).await;
        stage.run(&format!("{}number = 5 AND {}", copied("6"), of("Grown")), [id().into()]).await;
        let mut told = broken(stage).await;
        told.sort_by(|one, other| one.0.cmp(&other.0));
        let line = Some("contact.added".to_owned());
        let expected = [
            ("Altered", 3, Break::Altered, line.clone()),
            ("Backdated", 2, Break::Altered, line.clone()),
            ("Cut", 3, Break::Removed, None),
            ("Docked", 4, Break::Removed, None),
            ("Empty", 1, Break::Removed, None),
            ("Forged", 3, Break::Inserted, line.clone()),
            ("Grown", 6, Break::Inserted, line),
        ];
        let expected = expected.map(|(name, number, how, line)| (name.to_owned(), number, how, line));
        assert_eq!(told, expected);
    });
}

/// An agent of Support leaves while two organizations, to which that agent wrote, are at work: nobody waits for
/// somebody who waits, and every chain holds.
#[test]
fn g3_what_is_noted_in_other_organizations_breaks_no_chain_and_stops_nobody() {
    on_both(async |stage| {
        let (operator, tide, dune) = (
            stage.operator().await,
            stage.organization("Tide House").await,
            stage.organization("Dune House").await,
        );
        let gisele = stage.person(&operator, "Gisèle Arsenault", &["support.supervisor"]).await;
        let (alice, dora) = (stage.alice(&tide).await, stage.alice(&dune).await);
        for round in 0..races(12) {
            let hugo = stage.person(&operator, &format!("Hugo Hébert{round}"), &["support.agent"]).await;
            let mut invited = Vec::new();
            for (org, who) in [(&tide, "Bruno"), (&dune, "Denis"), (&tide, "Edna"), (&dune, "Fay")] {
                let person = stage.contact(org, &format!("{who} Number{round}")).await;
                let manages = hugo.asks::<ManageContacts>(org.id).await.unwrap();
                manages.invite(person.contact, &asking(&["funding.user"])).await.unwrap();
                invited.push(person.contact);
            }
            let leaving = tokio::spawn({
                let gisele = gisele.clone();
                async move { try_saves(&gisele, hugo.contact, |save| save.active = false).await }
            });
            let at_work = [(alice.clone(), invited[0]), (dora.clone(), invited[1])].map(|(who, whom)| {
                tokio::spawn(async move {
                    // The address changes, so the invitation ends: two lines.
                    let other = format!("elsewhere{round}@example.org");
                    try_saves(&who, whom, |save| save.form.email = other).await
                })
            });
            leaving.await.unwrap().unwrap();
            for work in at_work {
                work.await.unwrap().unwrap();
            }
        }
        let report = stage.portal.verify_activity().await.unwrap();
        assert_eq!((report.chains, report.broken.len()), (3, 0), "{report:?}");
        stage.read_all().await;
    });
}

/// The lines of a database that is older than the chain are sealed when it is brought up to date.
#[test]
fn g3_lines_from_before_the_chain_are_sealed_too() {
    on_both_older(2, async |stage| {
        let (tide, dune) = (stage.organization("Tide House").await, stage.organization("Dune House").await);
        let line = "INSERT INTO activity (id, organization_id, at, actor_kind, event, contact_id, details) \
                    VALUES ($1, $2, $3, 'system', 'contact.added', $4, '{}')";
        for n in 0..1_200 {
            let org = [Some(tide.id.0), Some(dune.id.0), None][n % 3];
            let id = stage.platform.chance.id(stage.portal.now());
            stage
                .run(line, [id.into(), org.into(), (n as i64).into(), (n % 2 == 0).then_some(id).into()])
                .await;
        }
        stage.bring_up_to_date().await;
        let alice = stage.alice(&tide).await;
        alice.manages().await.add(&typed("Bruno Boudreau")).await.unwrap();
        let report = stage.portal.verify_activity().await.unwrap();
        assert_eq!((report.chains, report.lines, report.broken.len()), (3, 1_201, 0), "{report:?}");
        let last = "SELECT at FROM activity WHERE organization_id IS NULL ORDER BY number DESC LIMIT 1";
        assert_eq!(stage.number(last).await, 1_199);
    });
}

/// The sentences of a page in English, the newest first.
async fn told(person: &Person, search: &ActivitySearch) -> Vec<String> {
    let found =
        person.asks::<ReadActivity>(person.organization).await.unwrap().activity(search).await.unwrap();
    found.lines.into_iter().map(|line| line.sentence.en).collect()
}

/// "Title: empty → Treasurer", in that language.
fn changes(line: &ActivityLine, language: Language) -> Vec<String> {
    let told = line.changes.iter().map(|change| {
        let words = |text: &Bilingual| text.in_language(language).to_owned();
        let before = change.before.as_ref().map_or_else(String::new, |before| words(before) + " → ");
        format!("{}: {before}{}", words(&change.field), words(&change.after))
    });
    told.collect()
}

#[test]
fn g3_alice_reads_who_did_what_with_before_and_after() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let bruno = alice.manages().await.add(&typed("Bruno Boudreau")).await.unwrap();
        stage.wait(60);
        saves(&alice, bruno, |save| {
            save.form.title = "Trésorier".into();
            save.form.language = "fr".into();
        })
        .await;
        stage.wait(60);
        alice.manages().await.invite(bruno, &asking(&["funding.user"])).await.unwrap();
        let link = stage.link_to("bruno.boudreau@example.org").await;
        stage.wait(60);
        stage.signed_in(stage.account("Bruno Boudreau").await).await.accept(&link).await.unwrap();
        stage.letter_to(&alice.email).await;

        let reads = alice.asks::<ReadActivity>(org.id).await.unwrap();
        let lines = reads.activity(&ActivitySearch::default()).await.unwrap().lines;
        let sentences: Vec<_> =
            lines.iter().map(|line| (line.sentence.en.as_str(), line.sentence.fr.as_str())).collect();
        let expected = [
            ("Bruno Boudreau accepted the invitation.", "Bruno Boudreau a accepté l’invitation."),
            ("Alice Aucoin invited Bruno Boudreau.", "Alice Aucoin a invité Bruno Boudreau."),
            ("Alice Aucoin changed Bruno Boudreau.", "Alice Aucoin a modifié la fiche de Bruno Boudreau."),
            ("Alice Aucoin added Bruno Boudreau.", "Alice Aucoin a ajouté Bruno Boudreau."),
        ];
        assert_eq!(sentences, expected);
        assert_eq!(
            changes(&lines[2], Language::En),
            ["Title: empty → Trésorier", "Language preference: empty → French"]
        );
        assert_eq!(changes(&lines[2], Language::Fr)[1], "Langue de préférence: vide → français");
        assert_eq!(
            changes(&lines[1], Language::En),
            [
                "E-mail: bruno.boudreau@example.org",
                "Security profiles: Funding agreement – User",
                "Valid until: December 22, 2026"
            ]
        );
        assert_eq!(lines[3].at.text.fr, "22 novembre 2026 à 12 h 00");
        // The page of Bruno tells the same.
        let history = reads.history_of(bruno).await.unwrap();
        assert_eq!(history, lines);
        // Whoever only reads the list does not read this.
        let rosa = stage.person(&org, "Rosa Roy", &["funding.reader"]).await;
        assert_eq!(refusal(rosa.asks::<ReadActivity>(org.id).await), Problem::Forbidden);
    });
}

#[test]
fn g3_support_is_support_to_organizations_and_has_a_name_to_support() {
    on_both(async |stage| {
        let (operator, org) = (stage.operator().await, stage.organization("Tide House").await);
        let gisele = stage.person(&operator, "Gisèle Arsenault", &["support.supervisor"]).await;
        let hugo = stage.person(&operator, "Hugo Hébert", &["support.agent"]).await;
        let alice = stage.alice(&org).await;
        let manages = hugo.asks::<ManageContacts>(org.id).await.unwrap();
        let bruno = manages.add(&typed("Bruno Boudreau")).await.unwrap();
        manages.invite(bruno, &asking(&["funding.user"])).await.unwrap();
        stage.letter_to("bruno.boudreau@example.org").await;
        stage.wait(60);
        // Noted from the operator's own organization, where Gisèle is a contact like others.
        saves(&gisele, hugo.contact, |save| save.active = false).await;
        stage.letter_to(&gisele.email).await;
        let expected = [
            "Support made a change, and the invitation of Bruno Boudreau passed to a colleague.",
            "Support invited Bruno Boudreau.",
            "Support added Bruno Boudreau.",
        ];
        assert_eq!(told(&alice, &ActivitySearch::default()).await, expected);
        let reads = alice.asks::<ReadActivity>(org.id).await.unwrap();
        let lines = reads.activity(&ActivitySearch::default()).await.unwrap().lines;
        assert_eq!(
            (lines[1].who.fr.as_str(), lines[1].sentence.fr.as_str()),
            ("Soutien", "Le Soutien a invité Bruno Boudreau.")
        );
        let all = format!("{lines:?}");
        assert!(!all.contains("Hébert") && !all.contains("Gisèle"), "{all}");
        // Nobody finds them out by filtering either.
        let hugo_s = ActivitySearch { person: "hebert".into(), ..ActivitySearch::default() };
        assert_eq!(told(&alice, &hugo_s).await, [""; 0]);
        let by_gisele = gisele.asks::<ReadActivity>(org.id).await.unwrap();
        let lines = by_gisele.activity(&ActivitySearch::default()).await.unwrap().lines;
        let sentences: Vec<_> = lines.iter().map(|line| line.sentence.en.as_str()).collect();
        assert_eq!(sentences[2], "Hugo Hébert (Support) added Bruno Boudreau.");
        // What the program does by itself is Accord's.
        stage.wait(31 * DAY);
        stage.portal.mind().await.unwrap();
        stage.read_all().await;
        let first = told(&alice, &ActivitySearch::default()).await.remove(0);
        assert!(first.starts_with("Accord "), "{first}");
    });
}

#[test]
fn g3_the_activity_is_filtered_by_person_kind_and_day() {
    on_both(async |stage| {
        let (org, other) = (stage.organization("Tide House").await, stage.organization("Dune House").await);
        let (alice, carla) = (stage.alice(&org).await, stage.carla(&org).await);
        stage.alice(&other).await.manages().await.add(&typed("Zoé Elsewhere")).await.unwrap();
        let bruno = alice.manages().await.add(&typed("Bruno Côté")).await.unwrap();
        stage.wait(12 * 60 * MINUTE);
        let denis = carla.manages().await.add(&typed("Denis Doucet")).await.unwrap();
        saves(&alice, denis, |save| save.form.title = "Commis".into()).await;
        saves(&carla, bruno, |save| save.active = false).await;
        let [added_bruno, added_denis] =
            ["Alice Aucoin added Bruno Côté.", "Carla Comeau added Denis Doucet."];
        let [changed, left] = ["Alice Aucoin changed Denis Doucet.", "Carla Comeau deactivated Bruno Côté."];
        let of = |fill: fn(&mut ActivitySearch)| {
            let mut search = ActivitySearch::default();
            fill(&mut search);
            search
        };
        for (search, expected) in [
            (of(|_| ()), vec![left, changed, added_denis, added_bruno]),
            (of(|search| search.person = "COTE".into()), vec![left, added_bruno]),
            (of(|search| search.person = "carla".into()), vec![left, added_denis]),
            (of(|search| search.person = "bruno.cote@ côté".into()), vec![left, added_bruno]),
            (of(|search| search.person = "%".into()), vec![]),
            (of(|search| search.person = "zoé".into()), vec![]),
            (of(|search| search.person = "\0".into()), vec![left, changed, added_denis, added_bruno]),
            (of(|search| search.kind = "contact.added".into()), vec![added_denis, added_bruno]),
            (of(|search| search.kind = "contact".into()), vec![left, changed, added_denis, added_bruno]),
            (of(|search| search.kind = "invitation".into()), vec![]),
            (of(|search| search.kind = "'; --".into()), vec![left, changed, added_denis, added_bruno]),
            // It is past midnight in Halifax when Denis is added, and still the 22nd when Bruno is.
            (of(|search| search.from = "2026-11-23".into()), vec![left, changed, added_denis]),
            (of(|search| search.to = "2026-11-22".into()), vec![added_bruno]),
            (of(|search| search.to = "2026-11-21".into()), vec![]),
            (
                of(|search| {
                    search.person = "alice".into();
                    search.kind = "contact.changed".into();
                    search.from = "2026-11-23".into();
                    search.to = "2026-11-23".into();
                }),
                vec![changed],
            ),
        ] {
            assert_eq!(told(&alice, &search).await, expected, "{search:?}");
        }
    });
}

#[test]
fn g3_pages_of_twenty_lead_to_older_lines_and_back() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        for n in 0..45 {
            let form = ContactForm { email: format!("n{n}@example.org"), ..typed(&format!("Bruno N{n}")) };
            alice.manages().await.add(&form).await.unwrap();
            // Now and then several things happen at the same moment.
            stage.wait(n % 3);
        }
        let reads = alice.asks::<ReadActivity>(org.id).await.unwrap();
        let page = async |search: &ActivitySearch| reads.activity(search).await.unwrap();
        let names = |found: &ActivityFound| -> Vec<String> {
            found.lines.iter().map(|line| line.whom.clone().unwrap().name).collect()
        };
        let expected: Vec<String> = (0..45).rev().map(|n| format!("Bruno N{n}")).collect();
        let search = ActivitySearch::default();
        let first = page(&search).await;
        assert_eq!((names(&first), first.newer), (expected[..20].to_vec(), None));
        let second = page(&search.at(first.older, None)).await;
        assert_eq!(names(&second), expected[20..40]);
        let third = page(&search.at(second.older, None)).await;
        assert_eq!((names(&third), third.older), (expected[40..].to_vec(), None));
        let back = page(&search.at(None, third.newer)).await;
        assert_eq!(names(&back), expected[20..40]);
        let back = page(&search.at(None, back.newer)).await;
        assert_eq!((names(&back), back.newer), (expected[..20].to_vec(), None));
        assert_eq!(back.older, first.older);
    });
}

#[test]
fn g3_the_export_holds_every_line_with_the_same_filters_and_runs_nothing() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        for n in 0..520 {
            let form = ContactForm { email: format!("n{n}@example.org"), ..typed(&format!("Bruno N{n}")) };
            alice.manages().await.add(&form).await.unwrap();
        }
        let odd = ContactForm { email: "odd@example.org".into(), ..typed("=cmd|'/C_calc'!A0") };
        alice.manages().await.add(&odd).await.unwrap();
        let reads = alice.asks::<ReadActivity>(org.id).await.unwrap();
        let whole = async |search: ActivitySearch, language| {
            let mut export = reads.clone().export_activity(search, language);
            let mut text = String::new();
            while let Some(piece) = export.next().await.unwrap() {
                text.push_str(&piece);
            }
            text
        };
        let all = whole(ActivitySearch::default(), Language::Fr).await;
        let lines: Vec<_> = all.split("\r\n").collect();
        assert_eq!(
            lines[0],
            "\u{feff}Date et heure;Qui;Ce qui s’est passé;Personne-ressource;Action;Précisions"
        );
        assert_eq!(lines.len(), 1 + 521 + 1);
        assert!(lines[1].starts_with("2026-11-22T12:00:00-04:00;Alice Aucoin;"), "{}", lines[1]);
        assert!(lines[1].contains(";'=cmd|'/C_calc'!A0;"), "{}", lines[1]);
        assert_eq!(lines[2].split(';').nth(3), Some("Bruno N519"));
        let told = "\u{a0}: N519\nPrénom\u{a0}: Bruno\nCourriel\u{a0}: n519@example.org\"";
        assert!(lines[2].ends_with(told), "{}", lines[2]);
        let some =
            whole(ActivitySearch { person: "n51".into(), ..ActivitySearch::default() }, Language::En).await;
        assert_eq!(some.split("\r\n").count(), 1 + 11 + 1, "n51 and n510 to n519");
    });
}

/// An organization knows that Support named somebody of its own, not whom.
#[test]
fn g3_whom_support_names_is_told_to_support_alone() {
    on_both(async |stage| {
        let operator = stage.operator().await;
        let sam = stage.person(&operator, "Sam Support", &["support.agent"]).await;
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        let staff = sam.signs_in().await.unwrap().staff::<KeepOrganizations>().await.unwrap();
        staff.add_department(&Bilingual::new("Employment", "Emploi")).await.unwrap();
        let reads = sam.asks::<AllOrganizations>(org.id).await.unwrap();
        let department = reads.departments().await.unwrap()[0].id;
        let form = SteeringForm {
            representative: sam.contact.to_string(),
            departments: vec![department.to_string()],
            ..SteeringForm::default()
        };
        sam.asks::<KeepOrganizations>(org.id).await.unwrap().steer(&form).await.unwrap();
        let told = async |who: &Person| {
            let reads = who.asks::<ReadActivity>(org.id).await.unwrap();
            let found = reads.activity(&ActivitySearch::default()).await.unwrap();
            found.lines[0].changes.iter().map(|change| change.after.fr.clone()).collect::<Vec<_>>()
        };
        assert_eq!(told(&alice).await, ["Soutien", "Emploi"]);
        assert_eq!(told(&sam).await, ["Sam Support", "Emploi"]);
    });
}
