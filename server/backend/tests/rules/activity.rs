//! The activity: written with each change, sealed, looked at (G3, G10).

use crate::stage::{Org, Person, Stage, on_both, on_both_older, races, typed};
use backend::{Break, ContactSave, Refusal};
use domain::ContactId;
use domain::contacts::ContactForm;
use domain::invitations::InvitationForm;
use domain::permissions::ManageContacts;

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
        ("activity_chains_never_removed", "activity_chains"),
        ("activity_chains_forward", "activity_chains"),
    ] {
        stage.run(&format!("DROP TRIGGER {trigger}{}", on(table)), []).await;
    }
    if sqlite {
        stage.run("DROP TRIGGER activity_never_removed", []).await;
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
