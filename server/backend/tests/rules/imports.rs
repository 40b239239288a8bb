//! Contacts in bulk: exported (G6), imported (G6, I12), and the lines ticked (C13).

use crate::stage::{DAY, Person, Stage, fault, on_both, refusal, typed};
use backend::Pieces as _;
use backend::{Export, ExportWish, Upload};
use domain::bulk::{Bulk, BulkAct, BulkForm};
use domain::contacts::{ContactForm, ContactSearch, PhoneForm};
use domain::imports::{BY_COLUMN, EVERYBODY, ImportPage, ImportState, InvitingForm, Outcome, Verdict};
use domain::invitations::InvitationForm;
use domain::permissions::ManageContacts;
use domain::{ContactId, Field, Language, Problem};

async fn whole(mut export: Export) -> String {
    let mut text = String::new();
    while let Some(piece) = export.next().await.unwrap() {
        text.push_str(&piece);
    }
    text
}

async fn exported(who: &Person, wish: ExportWish) -> String {
    whole(who.manages().await.export(wish).unwrap()).await
}

/// The names in a file, in its order.
fn last_names(text: &str) -> Vec<&str> {
    text.lines().skip(1).map(|line| line.split([',', ';']).next().unwrap()).collect()
}

#[test]
fn g6_the_list_is_exported_as_filtered_in_the_language_of_the_reader() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        stage.person(&org, "Zoé Aubin", &["funding.user", "funding.reader"]).await;
        let gone = stage.contact(&org, "Paul Parti").await;
        stage
            .run("UPDATE contacts SET active = $2 WHERE id = $1", [gone.contact.0.into(), false.into()])
            .await;
        let other = stage.organization("Elsewhere").await;
        stage.contact(&other, "Not Ours").await;

        let text = exported(&alice, ExportWish::default()).await;
        assert!(text.starts_with("\u{feff}Last name,First name,One name only,E-mail,"), "{text}");
        assert_eq!(
            last_names(&text),
            ["Aucoin", "Aubin"],
            "the primary contact first, the inactive left out"
        );
        assert!(text.contains("Funding agreement – User | Funding agreement – Read only"), "{text}");

        let everybody = ContactSearch { active_only: false, words: "pa".into(), ..ContactSearch::default() };
        let wish = ExportWish { search: everybody, language: Language::Fr, ..ExportWish::default() };
        let text = exported(&alice, wish).await;
        assert!(text.starts_with("\u{feff}Nom de famille;Prénom;"), "{text}");
        assert_eq!(last_names(&text), ["Parti"]);

        let only = vec![gone.contact, alice.contact, ContactId(org.id.0)];
        let text = exported(&alice, ExportWish { only, ..ExportWish::default() }).await;
        assert_eq!(last_names(&text), ["Aucoin", "Parti"], "those ticked, active or not");
    });
}

#[test]
fn g6_every_contact_of_a_long_list_is_exported_once() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        many(stage, &org.id.0, 1203).await;
        let text = exported(&alice, ExportWish::default()).await;
        let mut names: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(names.len(), 1203);
        names.dedup();
        assert_eq!(names.len(), 1203);
    });
}

/// So many contacts, some of one name.
async fn many(stage: &Stage, organization: &uuid::Uuid, count: usize) {
    for from in (0..count).step_by(200) {
        let rows = (from..count.min(from + 200)).map(|n| {
            let (id, key) = (uuid::Uuid::from_u128(0x77 << 64 | n as u128), n / 3);
            let id = if stage.platform.store.is_sqlite() {
                format!("x'{}'", id.simple())
            } else {
                format!("'{id}'")
            };
            let org = if stage.platform.store.is_sqlite() {
                format!("x'{}'", organization.simple())
            } else {
                format!("'{organization}'")
            };
            format!(
                "({id}, {org}, 'N{n}', 'X', 'n{n}@example.org', 'n{n}@example.org', TRUE, FALSE, '', 'n{key:04}', 1, 0, 0)"
            )
        });
        let rows: Vec<String> = rows.collect();
        let sql = format!(
            "INSERT INTO contacts (id, organization_id, last_name, first_name, email, email_key, active, is_primary, \
             search, sort_key, version, created_at, updated_at) VALUES {}",
            rows.join(", ")
        );
        stage.run(&sql, []).await;
    }
}

#[test]
fn g6_who_only_looks_exports_nothing() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let reader = stage.person(&org, "Rita Roy", &["funding.reader"]).await;
        let refused = reader.asks::<ManageContacts>(org.id).await.unwrap_err();
        assert!(matches!(refused, backend::Refusal::Refused(Problem::Forbidden)));
    });
}

const HEADINGS: &str = "Nom;Prénom;Courriel;Profils de sécurité";

/// A table whose lines are given, the headings of all of them above.
fn table(lines: &[&str]) -> String {
    format!("{HEADINGS}\n{}\n", lines.join("\n"))
}

fn upload(text: &str, inviting: InvitingForm) -> Upload {
    Upload { name: "équipe.csv".into(), content: text.as_bytes().to_vec(), inviting }
}

fn nobody() -> InvitingForm {
    InvitingForm::default()
}

fn everybody(profiles: &[&str]) -> InvitingForm {
    let profiles = profiles.iter().map(|key| (*key).to_owned()).collect();
    InvitingForm { who: EVERYBODY.into(), profiles, message: "Bienvenue!".into() }
}

/// Uploads, looks, confirms, and lets it be carried out.
async fn imports(stage: &Stage, who: &Person, text: &str, inviting: InvitingForm) -> ImportPage {
    let manages = who.manages().await;
    let id = manages.upload(&upload(text, inviting)).await.unwrap();
    manages.begin_import(id).await.unwrap();
    stage.portal.carry_imports().await.unwrap();
    manages.import(id, 1).await.unwrap()
}

fn figures(page: &ImportPage) -> (u64, u64, u64, u64, u64) {
    let of = page.figures;
    (of.add, of.invite, of.here, of.faulty, of.refused)
}

async fn contacts(stage: &Stage) -> i64 {
    stage.number("SELECT count(*) FROM contacts").await
}

#[test]
fn g6_a_table_is_looked_at_confirmed_and_carried_out_with_a_result_per_line() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.contact(&org, "Bruno Haché").await;
        let text = table(&[
            "Côté;Zoé;zoe@exemple.ca;",
            &format!("Haché;Bruno;{};", bruno.email.to_uppercase()),
            ";Sans Nom;pas une adresse;",
            "Roy;Rita;rita@exemple.ca;",
        ]);
        let before = stage.dump().await.len();
        let manages = alice.manages().await;
        let id = manages.upload(&upload(&text, nobody())).await.unwrap();
        let look = manages.import(id, 1).await.unwrap();
        assert_eq!((look.state, figures(&look)), (ImportState::Preview, (2, 0, 1, 1, 0)));
        assert_eq!(look.lines[0].entry.line, 4, "what must be corrected comes first");
        let Outcome::Judged(Verdict::Faulty(faults)) = &look.lines[0].outcome else { panic!("{look:?}") };
        assert_eq!(faults.0.len(), 2, "every fault at once");
        assert_eq!(stage.dump().await.len(), before + 1, "nothing is kept but the upload");

        manages.begin_import(id).await.unwrap();
        manages.begin_import(id).await.unwrap();
        assert_eq!(manages.import(id, 1).await.unwrap().state, ImportState::Running);
        assert_eq!(stage.portal.carry_imports().await.unwrap(), 2);
        assert_eq!(stage.portal.carry_imports().await.unwrap(), 0);
        manages.begin_import(id).await.unwrap();
        let done = manages.import(id, 9).await.unwrap();
        assert_eq!((done.state, figures(&done)), (ImportState::Done, (2, 0, 1, 1, 0)));
        assert_eq!(contacts(stage).await, 4);

        let file = manages.import_table(id, Language::En).await.unwrap();
        assert!(file.contains("\r\n2,Côté,Zoé,,zoe@exemple.ca,"), "{file}");
        assert!(file.contains("Bruno Haché is here already with this e-mail address."), "{file}");
        assert!(file.contains("Last name: Enter the last name. E-mail: Enter one complete"), "{file}");
        let events: Vec<String> = stage.activity().await.into_iter().map(|line| line.event).collect();
        assert_eq!(events, ["import.begun", "contact.added", "contact.added", "import.finished"]);
        let found = alice.sees().await.list(&ContactSearch::default()).await.unwrap();
        assert_eq!(found.found, 4);

        // What could not be added is corrected, and the whole table imported again: nobody is added twice.
        let again = imports(
            stage,
            &alice,
            &file.replace("pas une adresse", "sn@exemple.ca").replace(",Sans Nom", "Nom,Sans"),
            nobody(),
        )
        .await;
        assert_eq!(figures(&again), (1, 0, 3, 0, 0));
    });
}

#[test]
fn i12_an_import_invites_without_the_limit_of_a_day_and_leaves_it_whole() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let lines: Vec<String> = (0..60).map(|n| format!("Surette;Sam;sam{n}@exemple.ca;")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let done = imports(stage, &alice, &table(&lines), everybody(&["funding.user"])).await;
        assert_eq!(figures(&done), (60, 60, 0, 0, 0));
        assert!(stage.letter_to("sam59@exemple.ca").await.text.contains("Bienvenue!"));
        stage.read_all().await;
        let single = stage.contact(&org, "Simone Single").await;
        let form = InvitationForm { profiles: vec!["funding.user".into()], message: String::new() };
        alice.manages().await.invite(single.contact, &form).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn p3_profiles_come_from_the_column_by_name_and_only_those_one_may_grant() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let text = table(&[
            "Un;A;a@exemple.ca;Entente de financement – Utilisation | funding agreement - read only",
            "Deux;B;b@exemple.ca;",
            "Trois;C;c@exemple.ca;Profil inventé",
            "Quatre;D;d@exemple.ca;registration.administrator",
        ]);
        let by_column = InvitingForm { who: BY_COLUMN.into(), ..InvitingForm::default() };
        let done = imports(stage, &alice, &text, by_column).await;
        assert_eq!(figures(&done), (2, 1, 0, 2, 0));
        let link = stage.link_to("a@exemple.ca").await;
        assert!(!link.is_empty());
        let proposed = stage.texts("SELECT profile FROM invitation_profiles ORDER BY profile").await;
        assert_eq!(proposed, ["funding.reader", "funding.user"]);

        let refused =
            alice.manages().await.upload(&upload(&text, everybody(&["registration.administrator"]))).await;
        assert!(matches!(
            fault(refused, Field::Profiles),
            Problem::NotEligible { .. } | Problem::NotYoursToGrant { .. }
        ));
        let refused = alice.manages().await.upload(&upload(&text, everybody(&[]))).await;
        assert_eq!(fault(refused, Field::Profiles), Problem::NoProfile);
    });
}

#[test]
fn g6_what_is_no_table_is_refused_beside_its_field() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await.manages().await;
        let refused = async |text: &str| fault(alice.upload(&upload(text, nobody())).await, Field::Table);
        assert_eq!(refused(" \r\n").await, Problem::Missing);
        assert_eq!(refused(HEADINGS).await, Problem::ImportEmpty);
        assert_eq!(refused("a,b\n1,2\n").await, Problem::ImportHeadings);
        assert_eq!(refused("PK\u{3}\u{4}").await, Problem::ImportUnreadable);
        let large = table(&["x".repeat(6 * 1024 * 1024).as_str()]);
        assert_eq!(refused(&large).await, Problem::ImportTooLarge { megabytes: 5 });
        assert_eq!(stage.number("SELECT count(*) FROM imports").await, 0);
    });
}

#[test]
fn g4_an_upload_is_for_its_account_alone_and_leaves_after_a_day() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let (alice, carla) = (stage.alice(&org).await, stage.carla(&org).await);
        let other = stage.organization("Elsewhere").await;
        let also = stage.also(&alice, &other, "Alice Aucoin", &["funding.administrator"]).await;
        let text = table(&["Côté;Zoé;zoe@exemple.ca;"]);
        let id = alice.manages().await.upload(&upload(&text, nobody())).await.unwrap();
        for somebody in [&carla, &also] {
            let manages = somebody.manages().await;
            assert_eq!(refusal(manages.import(id, 1).await), Problem::NotFound);
            assert_eq!(refusal(manages.begin_import(id).await), Problem::NotFound);
            assert_eq!(refusal(manages.import_table(id, Language::Fr).await), Problem::NotFound);
        }
        stage.wait(DAY);
        assert_eq!(refusal(alice.manages().await.import(id, 1).await), Problem::NotFound);
        stage.portal.mind().await.unwrap();
        assert_eq!(stage.number("SELECT count(*) FROM imports").await, 0);

        let done = imports(stage, &alice, &text, nobody()).await;
        stage.wait(6 * DAY);
        assert!(alice.manages().await.import(done.id, 1).await.is_ok());
        stage.wait(DAY);
        stage.portal.mind().await.unwrap();
        assert_eq!(stage.number("SELECT count(*) FROM import_lines").await, 0);
    });
}

#[test]
fn c11_who_comes_meanwhile_is_here_and_who_loses_the_right_adds_nobody() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let (alice, carla) = (stage.alice(&org).await, stage.carla(&org).await);
        let zoe = typed("Zoé Côté");
        let text = table(&[&format!("Côté;Zoé;{};", zoe.email), "Roy;Rita;rita@exemple.ca;"]);
        let manages = alice.manages().await;
        let id = manages.upload(&upload(&text, nobody())).await.unwrap();
        manages.begin_import(id).await.unwrap();
        carla.manages().await.add(&zoe).await.unwrap();
        stage.portal.carry_imports().await.unwrap();
        assert_eq!(figures(&manages.import(id, 1).await.unwrap()), (1, 0, 1, 0, 0));

        let manages = carla.manages().await;
        let id = manages.upload(&upload(&table(&["Un;A;a@exemple.ca;"]), nobody())).await.unwrap();
        manages.begin_import(id).await.unwrap();
        stage.take_away(carla.contact, "funding.administrator").await;
        stage.hold(&org, carla.contact, "funding.reader").await;
        stage.portal.carry_imports().await.unwrap();
        assert_eq!(
            stage.texts("SELECT state FROM import_lines WHERE line = 2 ORDER BY 1").await,
            ["here", "refused"]
        );
        assert_eq!(contacts(stage).await, 4);
    });
}

#[test]
fn g6_a_server_that_dies_leaves_its_lease_to_time_and_two_add_nobody_twice() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let manages = alice.manages().await;
        let lines: Vec<String> = (0..40).map(|n| format!("Surette;Sam;sam{n}@exemple.ca;")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let id = manages.upload(&upload(&table(&lines), nobody())).await.unwrap();
        manages.begin_import(id).await.unwrap();
        let end = stage.portal.now().plus_seconds(30).0;
        stage.run("UPDATE imports SET leased_until = $1", [end.into()]).await;
        assert_eq!(stage.portal.carry_imports().await.unwrap(), 0, "another server has it");
        stage.wait(30);
        // Two servers at once, and one that believes that its lease is over.
        stage.run("UPDATE imports SET leased_until = 0", []).await;
        let (one, two) = tokio::join!(stage.portal.carry_imports(), async {
            stage.run("UPDATE imports SET leased_until = 0", []).await;
            stage.portal.carry_imports().await
        });
        one.unwrap();
        two.unwrap();
        assert_eq!(contacts(stage).await, 41);
        let finished = stage.number("SELECT count(*) FROM activity WHERE event = 'import.finished'").await;
        assert_eq!((figures(&manages.import(id, 1).await.unwrap()).0, finished), (40, 1));
    });
}

#[test]
fn g6_a_thousand_lines_ten_of_them_wrong() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let line = |n: usize| match n % 100 {
            7 => format!("Surette;Sam;sam{n}@;"),
            _ => format!("Surette;Sam{n};sam{n}@exemple.ca;"),
        };
        let lines: Vec<String> = (0..1000).map(line).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let began = std::time::Instant::now();
        let done = imports(stage, &alice, &table(&lines), everybody(&["funding.user"])).await;
        eprintln!("a thousand lines, 990 invited: {:?}", began.elapsed());
        assert_eq!(figures(&done), (990, 990, 0, 10, 0));
        let told = done.lines.iter().take(10).map(|line| line.entry.line).collect::<Vec<_>>();
        assert_eq!(told, [9, 109, 209, 309, 409, 509, 609, 709, 809, 909]);
        stage.read_all().await;
    });
}

#[test]
fn g6_an_exported_file_imported_again_changes_nobody_and_elsewhere_adds_the_same() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let facts = ContactForm {
            title: "=Directrice \"adjointe\", par intérim; ou non".into(),
            language: "fr".into(),
            phones: vec![PhoneForm {
                kind: "mobile".into(),
                number: "+1 902 555-0134".into(),
                extension: "12".into(),
            }],
            office_location: "-Halifax".into(),
            full_time_equivalent: "0,5".into(),
            ..typed("Zoé D'Entremont")
        };
        alice.manages().await.add(&facts).await.unwrap();
        alice.manages().await.add(&typed("Ng")).await.unwrap();
        let there = stage.organization("Elsewhere").await;
        let boss = stage.person(&there, "Benoit Boss", &["funding.administrator"]).await;
        for language in [Language::Fr, Language::En] {
            let file = exported(&alice, ExportWish { language, ..ExportWish::default() }).await;
            assert_eq!(figures(&imports(stage, &alice, &file, nobody()).await), (0, 0, 3, 0, 0), "{file}");
            let done = imports(stage, &boss, &file, nobody()).await;
            assert!(matches!(figures(&done), (3, ..) | (0, 0, 3, ..)), "{file}");
        }
        let search = ContactSearch { words: "entremont".into(), ..ContactSearch::default() };
        let same = async |who: &Person| {
            let found = who.sees().await.list(&search).await.unwrap().lines.remove(0).id;
            who.sees().await.card(found).await.unwrap().facts
        };
        assert_eq!(same(&alice).await, same(&boss).await);
    });
}

#[test]
fn g6_at_the_command_line_each_line_has_its_verdict() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        stage.alice(&org).await;
        let text = table(&["Côté;Zoé;zoe@exemple.ca;", ";;;rien", "Roy;Rita;rita@exemple.ca;"]);
        let upload = upload(&text, everybody(&["funding.administrator"]));
        let mut told = Vec::new();
        let dry = stage
            .portal
            .import_at_the_console(org.id, &upload, true, |line| told.push(line.entry.line))
            .await;
        assert_eq!((dry.unwrap().add, told.len(), contacts(stage).await), (2, 3, 1));
        let done = stage.portal.import_at_the_console(org.id, &upload, false, |_| {}).await.unwrap();
        assert_eq!((done.add, done.faulty, contacts(stage).await), (2, 1, 3));
        let text = stage.letter_to("zoe@exemple.ca").await.text;
        assert!(text.contains("Program Office"), "{text}");
        stage.read_all().await;
        let file = stage.portal.export_at_the_console(org.id, ExportWish::default()).await.unwrap();
        assert_eq!(last_names(&whole(file).await), ["Aucoin", "Côté", "Roy"]);
    });
}

fn ticked(act: BulkAct, people: &[&Person], profiles: &[&str]) -> BulkForm {
    BulkForm {
        act: act.code().to_owned(),
        contacts: people.iter().map(|person| person.contact.to_string()).collect(),
        profiles: profiles.iter().map(|key| (*key).to_owned()).collect(),
        message: String::new(),
    }
}

fn told(bulk: &Bulk) -> Vec<(&str, Option<Problem>)> {
    bulk.lines.iter().map(|line| (line.name.as_str(), line.refused.clone())).collect()
}

#[test]
fn c13_several_are_invited_and_one_that_cannot_stops_no_other() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let (zoe, rita) = (stage.contact(&org, "Zoé Zwicker").await, stage.contact(&org, "Rita Roy").await);
        let stranger = stage.contact(&stage.organization("Elsewhere").await, "Not Ours").await;
        let people = [&zoe, &alice, &stranger, &rita, &zoe];
        let form = ticked(BulkAct::Invite, &people, &["funding.user"]);
        let manages = alice.manages().await;
        let refused = Some(Problem::AlreadyHasAccess);
        let expected = vec![("Alice Aucoin", refused.clone()), ("Rita Roy", None), ("Zoé Zwicker", None)];
        let plan = manages.plan_bulk(&form).await.unwrap();
        assert_eq!((told(&plan), plan.done()), (expected.clone(), 2));
        assert_eq!(contacts(stage).await, 4);
        assert_eq!(told(&manages.do_in_bulk(&form).await.unwrap()), expected);
        for person in [&zoe, &rita] {
            stage.link_to(&person.email).await;
        }
        let again = manages.do_in_bulk(&form).await.unwrap();
        assert_eq!(told(&again)[1].1, Some(Problem::AlreadyInvited));

        let nothing = ticked(BulkAct::Invite, &people, &[]);
        assert_eq!(fault(manages.do_in_bulk(&nothing).await, Field::Profiles), Problem::NoProfile);
        let beyond = ticked(BulkAct::Invite, &people, &["support.agent"]);
        assert!(matches!(
            fault(manages.do_in_bulk(&beyond).await, Field::Profiles),
            Problem::NotEligible { .. }
        ));
        assert_eq!(
            refusal(manages.plan_bulk(&ticked(BulkAct::Invite, &[&stranger], &[])).await),
            Problem::NobodyTicked
        );

        let resent = manages.do_in_bulk(&ticked(BulkAct::Resend, &[&alice, &rita], &[])).await.unwrap();
        assert_eq!(told(&resent), [("Alice Aucoin", refused), ("Rita Roy", None)]);
        stage.link_to(&rita.email).await;
    });
}

#[test]
fn c13_several_are_deactivated_but_the_primary_and_c10_the_last_administrator() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let carla = stage.carla(&org).await;
        let user = stage.person(&org, "Ulla User", &["funding.user", "funding.reader"]).await;
        let manages = alice.manages().await;
        let form = ticked(BulkAct::Deactivate, &[&alice, &carla, &user], &[]);
        let expected =
            vec![("Alice Aucoin", Some(Problem::PrimaryStays)), ("Carla Comeau", None), ("Ulla User", None)];
        let plan = manages.plan_bulk(&form).await.unwrap();
        assert_eq!((told(&plan), plan.consequences.profiles), (expected.clone(), 3));
        assert_eq!(told(&manages.do_in_bulk(&form).await.unwrap()), expected);
        stage.letter_to(&user.email).await;
        stage.letter_to(&carla.email).await;
        assert!(user.asks::<ManageContacts>(org.id).await.is_err());
        let again = manages.do_in_bulk(&form).await.unwrap();
        assert_eq!(told(&again)[1].1, Some(Problem::AlreadyInactive));
        let events: Vec<String> = stage.activity().await.into_iter().map(|line| line.event).collect();
        assert_eq!(events, ["contact.deactivated", "contact.deactivated"]);

        let org = stage.organization("Elsewhere").await;
        let (one, two) =
            (stage.carla(&org).await, stage.person(&org, "Zed Zinck", &["funding.administrator"]).await);
        let plan =
            one.manages().await.plan_bulk(&ticked(BulkAct::Deactivate, &[&one, &two], &[])).await.unwrap();
        assert_eq!(told(&plan), [("Carla Comeau", None), ("Zed Zinck", Some(Problem::LastAdministrator))]);
    });
}
