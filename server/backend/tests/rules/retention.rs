//! What is kept of people, and for how long (rule G10).

use crate::stage::{DAY, Org, Person, Stage, default_catalogue, fault, on_both, refusal, typed};
use backend::{ContactSave, Portal, PortalSettings, Refusal, Retention};
use domain::contacts::{ContactForm, ContactSearch, PhoneForm};
use domain::invitations::InvitationForm;
use domain::organizations::StateForm;
use domain::permissions::{KeepOrganizations, ManageContacts, ReadActivity};
use domain::{ContactId, Field, Language, Problem};
use serde_json::Value;

const MONTH: i64 = 31 * DAY;

async fn saves(who: &Person, id: ContactId, change: impl FnOnce(&mut ContactSave)) -> Result<(), Refusal> {
    let card = who.sees().await.card(id).await.unwrap();
    let mut save = ContactSave {
        form: ContactForm::from(&card.facts),
        version: card.version,
        active: card.line.active,
        ..ContactSave::default()
    };
    change(&mut save);
    who.manages().await.save(id, &save).await.map(|_| ())
}

/// Alice adds Bruno, invites him, he accepts, and leaves the organization one day.
async fn bruno_came_and_went(stage: &Stage, alice: &Person) -> Person {
    let manages = alice.manages().await;
    let phone = PhoneForm { number: "506-555-0142".into(), ..PhoneForm::default() };
    let form = ContactForm { phones: vec![phone], title: "Concierge".into(), ..typed("Bruno Boudreau") };
    let id = manages.add(&form).await.unwrap();
    let asking = InvitationForm {
        profiles: vec!["funding.user".into()],
        message: "Welcome, dear Bruno Boudreau".into(),
    };
    manages.invite(id, &asking).await.unwrap();
    let token = stage.link_to("bruno.boudreau@example.org").await;
    let account = stage.account("Bruno Boudreau").await;
    stage.signed_in(account).await.accept(&token).await.unwrap();
    saves(alice, id, |save| save.active = false).await.unwrap();
    stage.read_all().await;
    let mut bruno = stage.linked(alice, account);
    (bruno.contact, bruno.email) = (id, "bruno.boudreau@example.org".into());
    bruno
}

/// What is in the database of somebody, wherever it stands.
async fn kept_of(stage: &Stage, word: &str) -> Vec<String> {
    stage.dump().await.into_iter().filter(|row| row.to_lowercase().contains(word)).collect()
}

async fn minded(stage: &Stage) {
    stage.portal.mind().await.unwrap();
    stage.read_all().await;
}

async fn chains_hold(stage: &Stage) {
    let report = stage.portal.verify_activity().await.unwrap();
    assert_eq!(report.broken, [], "{report:?}");
}

async fn runs(stage: &Stage) -> Vec<Value> {
    let lines = stage.activity_kept().await;
    let runs = lines.into_iter().filter(|(event, _)| event == "retention.anonymized");
    runs.map(|(_, details)| serde_json::from_str(&details).unwrap()).collect()
}

#[test]
fn g10_nothing_tells_any_more_who_bruno_was_once_the_period_has_passed() {
    on_both(async |stage| {
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        let bruno = bruno_came_and_went(stage, &alice).await;
        stage.wait(82 * MONTH);
        minded(stage).await;
        let everybody = ContactSearch { active_only: false, ..ContactSearch::default() };
        let names = async || {
            let lines = alice.sees().await.list(&everybody).await.unwrap().lines;
            lines.iter().map(domain::contacts::ContactLine::listed_name).collect::<Vec<_>>()
        };
        assert_eq!(names().await, ["Aucoin, Alice", "Boudreau, Bruno"]);
        stage.wait(4 * MONTH);
        minded(stage).await;
        minded(stage).await;
        assert_eq!(kept_of(stage, "boudreau").await, [""; 0]);
        assert_eq!(kept_of(stage, "concierge").await, [""; 0]);
        assert_eq!(kept_of(stage, "506-555-0142").await, [""; 0]);
        chains_hold(stage).await;
        // Last in the list, even after somebody whose name begins with Z.
        alice.manages().await.add(&typed("Zoé Zwicker")).await.unwrap();
        assert_eq!(names().await, ["Aucoin, Alice", "Zwicker, Zoé", ""]);
        let lines =
            alice.asks::<ReadActivity>(org.id).await.unwrap().history_of(bruno.contact).await.unwrap();
        assert!(lines.iter().any(|line| line.sentence.en == "Alice Aucoin added Anonymized person."));
        assert!(lines.iter().any(|line| line.sentence.fr.contains("Personne anonymisée")));
        let lately = runs(stage).await;
        assert_eq!(lately.last().unwrap()["contacts"], 1, "{lately:?}");
        assert_eq!(lately.iter().filter(|run| run.get("contacts").is_some()).count(), 1);
    });
}

#[test]
fn g10_whoever_is_anonymized_stays_so_and_the_person_can_be_added_anew() {
    on_both(async |stage| {
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        let bruno = bruno_came_and_went(stage, &alice).await;
        stage.wait(86 * MONTH);
        minded(stage).await;
        let card = alice.sees().await.card(bruno.contact).await.unwrap();
        assert!(card.anonymized.is_some() && !card.linked && card.held.is_empty());
        let back = saves(&alice, bruno.contact, |save| {
            save.form = typed("Bruno Boudreau");
            save.active = true;
        });
        assert_eq!(refusal(back.await), Problem::ContactAnonymized);
        let asking = InvitationForm { profiles: vec!["funding.user".into()], ..InvitationForm::default() };
        let invited = alice.manages().await.invite(bruno.contact, &asking).await;
        assert_eq!(refusal(invited), Problem::ContactInactive);
        assert!(
            stage.try_run("UPDATE contacts SET active = TRUE WHERE anonymized_at IS NOT NULL").await.is_err()
        );
        // C11: not offered; the same address is somebody new.
        alice.manages().await.add(&typed("Bruno Boudreau")).await.unwrap();
        // The account led nowhere else.
        assert!(bruno.signs_in().await.is_err() || bruno.asks::<ReadActivity>(org.id).await.is_err());
        assert_eq!(stage.number("SELECT COUNT(*) FROM logins").await, 1);
    });
}

#[test]
fn g10_nobody_who_is_active_primary_or_invited_is_anonymized() {
    on_both(async |stage| {
        let (org, dune) =
            (stage.organization("Tern Bay House").await, stage.organization("Dune House").await);
        let alice = stage.alice(&org).await;
        stage.contact(&org, "Dora Doucet").await;
        let denis = stage.contact(&org, "Denis Daigle").await;
        alice
            .manages()
            .await
            .invite(
                denis.contact,
                &InvitationForm { profiles: vec!["funding.user".into()], ..InvitationForm::default() },
            )
            .await
            .unwrap();
        stage.read_all().await;
        stage
            .run("UPDATE contacts SET active = $2 WHERE id = $1", [denis.contact.0.into(), false.into()])
            .await;
        let far = stage.portal.now().plus_days(9_000).0;
        stage.run("UPDATE invitations SET expires_at = $1", [far.into()]).await;
        // Her account is somebody elsewhere, who stays.
        let emma = stage.person(&dune, "Emma Elsewhere", &["funding.user"]).await;
        let here = stage.also(&emma, &org, "Emma Elsewhere", &[]).await;
        saves(&alice, here.contact, |save| save.active = false).await.unwrap();
        stage.wait(100 * MONTH);
        minded(stage).await;
        let gone = "SELECT COUNT(*) FROM contacts WHERE anonymized_at IS NOT NULL";
        assert_eq!(stage.number(gone).await, 1);
        assert!(alice.sees().await.card(here.contact).await.unwrap().anonymized.is_some());
        emma.sees().await;
        assert_eq!(stage.number("SELECT COUNT(*) FROM accounts WHERE name = 'Emma Elsewhere'").await, 1);
        chains_hold(stage).await;
    });
}

#[test]
fn g10_each_kind_of_record_has_its_period() {
    on_both(async |stage| {
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        let bruno = bruno_came_and_went(stage, &alice).await;
        let ask = "INSERT INTO profile_requests (id, organization_id, contact_id, profile, reason, asked_by, asked_at, \
                   state, decided_by, decided_at) VALUES ($1, $2, $3, 'cases.manager', 'He is ill', $3, $4, 'refused', $3, $4)";
        let id = stage.platform.chance.id(stage.portal.now());
        let now = stage.portal.now().0;
        stage.run(ask, [id.into(), org.id.0.into(), bruno.contact.0.into(), now.into()]).await;
        let left = async |sql: &str| stage.number(sql).await;
        let letters = "SELECT COUNT(*) FROM outbox WHERE recipient = 'bruno.boudreau@example.org'";
        let invitations = "SELECT COUNT(*) FROM invitations WHERE email <> '' AND message IS NOT NULL";
        let reasons = "SELECT COUNT(*) FROM profile_requests WHERE reason <> ''";
        let details = "SELECT COUNT(*) FROM activity WHERE details <> '' AND event = 'contact.added'";
        for (months, expected) in
            [(11, [1, 1, 1, 1]), (3, [0, 1, 1, 1]), (11, [0, 0, 0, 1]), (61, [0, 0, 0, 0])]
        {
            stage.wait(months * MONTH);
            minded(stage).await;
            let found = [
                left(letters).await.min(1),
                left(invitations).await,
                left(reasons).await,
                left(details).await,
            ];
            assert_eq!(found, expected, "after {months} months more");
            chains_hold(stage).await;
        }
        assert!(
            left("SELECT COUNT(*) FROM activity WHERE event = 'contact.added'").await > 0,
            "the line stays"
        );
    });
}

#[test]
fn g10_an_attested_review_keeps_its_decisions_without_the_names() {
    on_both(async |stage| {
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        let review = "INSERT INTO reviews (id, organization_id, state, started_by, started_by_support, started_name, \
            started_at, attested_by, attested_by_support, attested_name, attested_at, statement_version, \
            statement_en, statement_fr, people, kept, changed, deactivated, left_to_support) VALUES ($1, $2, \
            'attested', $3, $5, 'Alice Aucoin', $4, $3, $5, 'Alice Aucoin', $4, 1, 'Yes', 'Oui', 1, 1, 0, 0, 0)";
        let (id, now) = (stage.platform.chance.id(stage.portal.now()), stage.portal.now().0);
        let open = review.replace("'attested', $3", "'open', $3").replace(
            "$4, $3, $5, 'Alice Aucoin', $4, 1, 'Yes', 'Oui'",
            "$4, NULL, $5, NULL, NULL, NULL, NULL, NULL",
        );
        let values = || [id.into(), org.id.0.into(), alice.contact.0.into(), now.into(), false.into()];
        stage.run(&open, values()).await;
        let person = "INSERT INTO review_people (review_id, organization_id, contact_id, last_name, first_name, email, \
            sort_key, is_primary, listed_at, version) VALUES ($1, $2, $3, 'Aucoin', 'Alice', 'a@example.org', 'a', $5, $4, 1)";
        stage.run(person, values()).await;
        let profile = "INSERT INTO review_profiles (review_id, organization_id, contact_id, profile, at_start, \
            granted_by_support, granted_at, decision, note, decided_by, decided_by_support, decided_name, decided_at) \
            VALUES ($1, $2, $3, 'funding.user', $5, $5, $4, 'keep', 'as before', $3, $5, 'Alice Aucoin', $4)";
        stage.run(profile, values()).await;
        let attested = "UPDATE reviews SET state = 'attested', attested_by = $2, attested_name = 'Alice Aucoin', \
            attested_at = $3, statement_version = 1, statement_en = 'Yes', statement_fr = 'Oui' WHERE id = $1";
        stage.run(attested, [id.into(), alice.contact.0.into(), now.into()]).await;
        let named = "SELECT COUNT(*) FROM reviews r JOIN review_people p ON p.review_id = r.id JOIN review_profiles o \
            ON o.review_id = r.id WHERE r.attested_name <> '' AND p.last_name <> '' AND o.note <> '' AND o.decided_name <> ''";
        assert_eq!(stage.number(named).await, 1);
        stage.wait(86 * MONTH);
        minded(stage).await;
        let nameless = "SELECT COUNT(*) FROM reviews r JOIN review_people p ON p.review_id = r.id JOIN review_profiles o \
            ON o.review_id = r.id WHERE r.attested_name = '' AND p.last_name = '' AND o.note IS NULL \
            AND o.decided_name = '' AND o.decision = 'keep'";
        assert_eq!(stage.number(nameless).await, 1);
    });
}

#[test]
fn g10_a_period_of_0_is_for_ever() {
    on_both(async |stage| {
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        bruno_came_and_went(stage, &alice).await;
        let retention = Retention {
            contacts: 0,
            invitations: 0,
            letters: 0,
            activity: 0,
            requests: 0,
            reviews: 0,
            agreements: 0,
        };
        let settings = PortalSettings { retention, ..PortalSettings::default() };
        let portal = Portal::new(stage.platform.clone(), default_catalogue(), settings, Vec::new());
        stage.wait(900 * MONTH);
        portal.mind().await.unwrap();
        stage.read_all().await;
        assert_eq!(runs(stage).await, [Value::Null; 0]);
        assert!(!kept_of(stage, "boudreau").await.is_empty());
    });
}

#[test]
fn g10_several_servers_at_once_anonymize_once() {
    on_both(async |stage| {
        let mut people = Vec::new();
        for name in ["Tern Bay House", "Dune House"] {
            let org = stage.organization(name).await;
            let alice = stage.alice(&org).await;
            for n in 0..3 {
                let dora = stage.contact(&org, &format!("Dora D{n}")).await;
                saves(&alice, dora.contact, |save| save.active = false).await.unwrap();
            }
            people.push(alice);
        }
        stage.wait(86 * MONTH);
        let servers = [0, 1, 2].map(|_| {
            let portal = stage.portal.clone();
            tokio::spawn(async move { portal.mind().await })
        });
        for server in servers {
            server.await.unwrap().unwrap();
        }
        stage.read_all().await;
        let figures: Vec<_> = runs(stage).await.into_iter().map(|run| run["contacts"].clone()).collect();
        assert_eq!(figures, [3, 3]);
        chains_hold(stage).await;
    });
}

#[test]
fn g10_the_database_lets_details_be_emptied_and_nothing_else() {
    on_both(async |stage| {
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        alice.manages().await.add(&typed("Bruno Boudreau")).await.unwrap();
        let none = if stage.platform.store.is_sqlite() { "x''" } else { "''::bytea" };
        for refused in [
            "details = ''".to_owned(),
            format!("salt = {none}"),
            format!("details = '{{}}', salt = {none}"),
            format!("details = '', salt = {none}, event = 'contact.changed'"),
            format!("details = '', salt = {none}, at = at + 1"),
            format!("details = '', salt = {none}, actor_id = NULL"),
            format!("details = '', salt = {none}, digest = hash"),
        ] {
            assert!(stage.try_run(&format!("UPDATE activity SET {refused}")).await.is_err(), "{refused}");
        }
        assert!(stage.try_run("DELETE FROM activity").await.is_err());
        stage.try_run(&format!("UPDATE activity SET details = '', salt = {none}")).await.unwrap();
        chains_hold(stage).await;
    });
}

async fn house(stage: &Stage) -> (Org, Person, Person) {
    let org = stage.organization("Tern Bay House / Maison de la baie").await;
    let (alice, operator) = (stage.alice(&org).await, stage.operator().await);
    let sam = stage.person(&operator, "Sam Support", &["support.agent"]).await;
    (org, alice, sam)
}

#[test]
fn g10_bruno_downloads_what_is_kept_of_him() {
    on_both(async |stage| {
        let (org, alice, sam) = house(stage).await;
        let support = sam.asks::<ManageContacts>(org.id).await.unwrap();
        let id = support.add(&typed("Bruno Boudreau")).await.unwrap();
        support
            .invite(
                id,
                &InvitationForm { profiles: vec!["funding.reader".into()], message: "Welcome".into() },
            )
            .await
            .unwrap();
        let token = stage.link_to("bruno.boudreau@example.org").await;
        let account = stage.account("Bruno Boudreau").await;
        stage.signed_in(account).await.accept(&token).await.unwrap();
        stage.read_all().await;
        let mut bruno = stage.linked(&alice, account);
        bruno.contact = id;
        let before = stage.dump().await;
        let english = bruno.home().await.own_data(Language::En).await.unwrap();
        stage.unchanged_since(&before).await;
        assert!(!english.contains("Sam"), "staff appear as Support: {english}");
        let data: Value = serde_json::from_str(&english).unwrap();
        assert_eq!(data["Record"]["E-mail"], "bruno.boudreau@example.org");
        assert_eq!(data["Security profiles"][0]["Granted by"], "Support");
        assert_eq!(data["Invitations"][0]["Message"], "Welcome");
        assert_eq!(data["Invitations"][0]["Status"], "Accepted");
        assert!(english.contains("Support added Bruno Boudreau."), "{english}");
        let keys = ["\"Organization\"", "\"Record\"", "\"Security profiles\"", "\"Invitations\""];
        let places: Vec<_> = keys.iter().map(|key| english.find(key).unwrap()).collect();
        assert!(places.is_sorted() && english.lines().count() > 40, "{english}");
        let french = bruno.home().await.own_data(Language::Fr).await.unwrap();
        assert!(
            french.contains("Maison de la baie") && french.contains("Le Soutien a ajouté Bruno Boudreau.")
        );
        assert!(french.contains("\"Attribué par\": \"Soutien\""), "{french}");
        // Support has no record of its own here.
        let looking = sam.asks::<domain::permissions::SeeOrganization>(org.id).await.unwrap();
        assert_eq!(refusal(looking.own_data(Language::En).await), Problem::NotFound);
    });
}

#[test]
fn g10_administrators_and_support_prepare_a_persons_data_and_the_activity_says_so() {
    on_both(async |stage| {
        let (org, alice, sam) = house(stage).await;
        let bruno = alice.manages().await.add(&typed("Bruno Boudreau")).await.unwrap();
        let data = alice.manages().await.data_of(bruno, Language::En).await.unwrap();
        assert!(
            data.contains("Alice Aucoin prepared the data kept of Bruno Boudreau, for that person."),
            "{data}"
        );
        let data =
            sam.asks::<ManageContacts>(org.id).await.unwrap().data_of(bruno, Language::En).await.unwrap();
        assert!(data.contains("Support prepared the data") && !data.contains("Sam Support"), "{data}");
        let given =
            stage.activity().await.into_iter().filter(|line| line.event == "contact.data_given").count();
        assert_eq!(given, 2);
        // G4: another organization's contact is nobody.
        let dune = stage.organization("Dune House").await;
        let far = stage.contact(&dune, "Fay Far").await;
        let before = stage.dump().await;
        for id in [far.contact, ContactId(uuid::Uuid::from_u128(7))] {
            assert_eq!(refusal(alice.manages().await.data_of(id, Language::En).await), Problem::NotFound);
        }
        stage.unchanged_since(&before).await;
    });
}

#[test]
fn g10_support_anonymizes_who_asks_for_it_with_a_reason_and_for_good() {
    on_both(async |stage| {
        let (org, alice, sam) = house(stage).await;
        let bruno = bruno_came_and_went(stage, &alice).await;
        let carla = stage.carla(&org).await;
        let asks = async |who: &Person, id: ContactId, reason: &str| {
            let form = StateForm { reason: reason.into() };
            who.asks::<KeepOrganizations>(org.id).await?.anonymize(id, &form).await
        };
        assert_eq!(refusal(asks(&alice, bruno.contact, "asked").await), Problem::Forbidden);
        assert_eq!(fault(asks(&sam, bruno.contact, " ").await, Field::Reason), Problem::Missing);
        assert_eq!(refusal(asks(&sam, carla.contact, "asked").await), Problem::ContactActive);
        let elsewhere = stage.organization("Dune House").await;
        let far = stage.contact(&elsewhere, "Fay Far").await;
        assert_eq!(refusal(asks(&sam, far.contact, "asked").await), Problem::NotFound);
        asks(&sam, bruno.contact, "Letter of May 3, identity checked by phone").await.unwrap();
        assert_eq!(kept_of(stage, "boudreau").await, [""; 0]);
        assert_eq!(refusal(asks(&sam, bruno.contact, "again").await), Problem::ContactAnonymized);
        let data = alice.manages().await.data_of(bruno.contact, Language::En).await;
        assert_eq!(refusal(data), Problem::ContactAnonymized);
        let lines =
            alice.asks::<ReadActivity>(org.id).await.unwrap().history_of(bruno.contact).await.unwrap();
        assert_eq!(lines[0].sentence.en, "Support anonymized a person who asked for it: Anonymized person.");
        assert_eq!(lines[0].changes[0].after.en, "Letter of May 3, identity checked by phone");
        chains_hold(stage).await;
    });
}

#[test]
fn g10_an_account_that_leads_nowhere_is_forgotten_too() {
    on_both(async |stage| {
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        stage.account("Nora Nowhere").await;
        stage.wait(86 * MONTH);
        minded(stage).await;
        assert_eq!(kept_of(stage, "nowhere").await, [""; 0]);
        alice.sees().await;
    });
}
