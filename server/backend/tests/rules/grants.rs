//! Giving, changing and taking profiles on a contact's page (rules P3, P7, C10), and who is told of it.

use crate::stage::{DAY, Org, Person, Stage, fault, on_both, plain, races, refusal};
use backend::{ContactSave, Refusal, Saved};
use domain::contacts::ContactSearch;
use domain::grants::{EndForm, GrantsForm};
use domain::permissions::{ManageContacts, SeeContacts};
use domain::{ContactId, Field, Problem};

/// The page of a contact with these boxes ticked.
pub async fn ticked(who: &Person, contact: ContactId, profiles: &[&str]) -> ContactSave {
    let card = who.sees().await.card(contact).await.unwrap();
    let ticked = profiles.iter().map(|key| (*key).to_owned()).collect();
    ContactSave {
        form: (&card.facts).into(),
        version: card.version,
        active: card.line.active,
        grants: GrantsForm { shown: "true".to_owned(), ticked, ..GrantsForm::default() },
    }
}

async fn give(who: &Person, contact: ContactId, profiles: &[&str]) -> Result<Saved, Refusal> {
    let page = ticked(who, contact, profiles).await;
    who.manages().await.save(contact, &page).await
}

/// What the list says that a contact holds.
async fn listed(who: &Person, contact: ContactId) -> Vec<String> {
    let list = who.sees().await.list(&ContactSearch::default()).await.unwrap();
    let line = list.lines.into_iter().find(|line| line.id == contact).unwrap();
    line.profiles.into_iter().map(|name| name.en).collect()
}

/// Alice, Carla, and Bruno who uses funding agreements, in an organization that is offered case management.
async fn bay(stage: &Stage) -> (Org, Person, Person) {
    let org = stage.organization("Tern Bay House / Maison de la Baie").await;
    stage.offer(&org, "cases").await;
    stage.offer(&org, "registration").await;
    let alice = stage.alice(&org).await;
    let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
    (org, alice, bruno)
}

#[test]
fn p3_alice_makes_bruno_an_administrator_and_it_works_on_his_next_request() {
    on_both(async |stage| {
        let (org, alice, bruno) = bay(stage).await;
        assert!(bruno.asks::<ManageContacts>(org.id).await.is_err());
        let saved = give(&alice, bruno.contact, &["funding.administrator"]).await.unwrap();
        assert_eq!(saved.changed, [Field::Profiles]);
        bruno.asks::<ManageContacts>(org.id).await.unwrap();
        assert_eq!(listed(&alice, bruno.contact).await, ["Funding agreement – Administrator"]);
        let letter = stage.letter_to(&bruno.email).await;
        assert!(letter.subject.contains("changed"), "{}", letter.subject);
        let text = plain(&letter.text);
        assert!(text.contains("Alice Aucoin changed"), "{text}");
        assert!(text.contains("Funding agreement – Administrator"), "{text}");
        assert!(text.contains("Funding agreement – User"), "{text}");
        let line = stage.activity().await.pop().unwrap();
        assert_eq!(line.event, "contact.profiles_changed");
        assert_eq!(line.details["after"]["profiles"], serde_json::json!(["funding.administrator"]));
    });
}

#[test]
fn p3_what_is_beyond_reach_is_refused_and_what_is_held_of_it_survives() {
    on_both(async |stage| {
        let (org, alice, bruno) = bay(stage).await;
        stage.hold(&org, bruno.contact, "cases.manager").await;
        let before = stage.dump().await;
        let refused = give(&alice, bruno.contact, &["funding.user", "cases.administrator"]).await;
        assert!(matches!(fault(refused, Field::Profiles), Problem::NotYoursToGrant { .. }));
        stage.unchanged_since(&before).await;
        give(&alice, bruno.contact, &["funding.reader"]).await.unwrap();
        assert_eq!(
            listed(&alice, bruno.contact).await,
            ["Funding agreement – Read only", "External case management – Case manager"]
        );
        stage.letter_to(&bruno.email).await;
    });
}

#[test]
fn p3_the_last_profile_taken_the_organization_is_gone_at_once() {
    on_both(async |stage| {
        let (org, alice, bruno) = bay(stage).await;
        give(&alice, bruno.contact, &[]).await.unwrap();
        assert_eq!(refusal(bruno.asks::<SeeContacts>(org.id).await), Problem::NotFound);
        assert_eq!(listed(&alice, bruno.contact).await, Vec::<String>::new());
        // The account is still linked: ticking is enough to bring him back.
        give(&alice, bruno.contact, &["funding.reader"]).await.unwrap();
        bruno.asks::<SeeContacts>(org.id).await.unwrap();
        assert_eq!(stage.letters_to(&bruno.email).await.len(), 2);
    });
}

#[test]
fn p3_what_another_profile_needs_stays_under_it() {
    on_both(async |stage| {
        let (org, alice, bruno) = bay(stage).await;
        stage.hold(&org, bruno.contact, "registration.user").await;
        let refused = give(&alice, bruno.contact, &[]).await;
        assert!(matches!(fault(refused, Field::Profiles), Problem::NeedsProfileOf { .. }));
    });
}

#[test]
fn c10_nobody_takes_the_last_administrator_s_profile_nor_gives_it_an_end() {
    on_both(async |stage| {
        let (_, alice, _) = bay(stage).await;
        let before = stage.dump().await;
        let demoted = give(&alice, alice.contact, &["funding.user"]).await;
        assert_eq!(refusal(demoted), Problem::LastAdministrator);
        let mut page = ticked(&alice, alice.contact, &["funding.administrator"]).await;
        page.grants.ends =
            vec![EndForm { profile: "funding.administrator".into(), until: "2027-06-30".into() }];
        assert_eq!(
            refusal(alice.manages().await.save(alice.contact, &page).await),
            Problem::LastAdministrator
        );
        stage.unchanged_since(&before).await;
    });
}

#[test]
fn p7_a_profile_ends_with_its_last_day_and_can_be_renewed() {
    on_both(async |stage| {
        let (org, alice, bruno) = bay(stage).await;
        let until = |day: &str| vec![EndForm { profile: "funding.user".into(), until: day.into() }];
        let mut page = ticked(&alice, bruno.contact, &["funding.user"]).await;
        page.grants.ends = until("2026-11-21");
        let refused = alice.manages().await.save(bruno.contact, &page).await;
        assert_eq!(fault(refused, Field::EndsOn(1)), Problem::DateInPast);
        page.grants.ends = until("30 février");
        let refused = alice.manages().await.save(bruno.contact, &page).await;
        assert_eq!(fault(refused, Field::EndsOn(1)), Problem::NotADate);
        page.grants.ends = until("2026-11-24");
        alice.manages().await.save(bruno.contact, &page).await.unwrap();
        let letter = plain(&stage.letter_to(&bruno.email).await.text);
        assert!(letter.contains("until November 24, 2026"), "{letter}");
        let card = alice.sees().await.card(bruno.contact).await.unwrap();
        assert_eq!(card.held[0].until.as_ref().unwrap().machine, "2026-11-24");
        stage.wait(2 * DAY);
        bruno.asks::<SeeContacts>(org.id).await.unwrap();
        stage.wait(DAY);
        assert_eq!(refusal(bruno.asks::<SeeContacts>(org.id).await), Problem::NotFound);
        // Ticked again, without an end.
        give(&alice, bruno.contact, &["funding.user"]).await.unwrap();
        bruno.asks::<SeeContacts>(org.id).await.unwrap();
        stage.letter_to(&bruno.email).await;
    });
}

#[test]
fn p7_what_is_given_now_can_end_on_a_day() {
    on_both(async |stage| {
        let (_, alice, bruno) = bay(stage).await;
        let mut page = ticked(&alice, bruno.contact, &["funding.user", "funding.reader"]).await;
        page.grants.added_until = "2027-03-31".into();
        alice.manages().await.save(bruno.contact, &page).await.unwrap();
        let card = alice.sees().await.card(bruno.contact).await.unwrap();
        let ends: Vec<_> =
            card.held.iter().map(|held| held.until.as_ref().map(|day| day.text.en.as_str())).collect();
        assert_eq!(ends, [Some("March 31, 2027"), None]);
        stage.letter_to(&bruno.email).await;
    });
}

#[test]
fn c10_two_administrators_who_demote_each_other_leave_one() {
    on_both(async |stage| {
        let (org, alice, _) = bay(stage).await;
        let carla = stage.carla(&org).await;
        for _ in 0..races(20) {
            let one = (alice.manages().await, ticked(&alice, carla.contact, &["funding.user"]).await);
            let two = (carla.manages().await, ticked(&carla, alice.contact, &["funding.user"]).await);
            let (a, c) = (alice.contact, carla.contact);
            let one = tokio::spawn(async move { one.0.save(c, &one.1).await });
            let two = tokio::spawn(async move { two.0.save(a, &two.1).await });
            let (one, two) = (one.await.unwrap(), two.await.unwrap());
            assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
            stage.run("UPDATE grants SET state = 'revoked' WHERE profile = 'funding.user'", []).await;
            let again = "UPDATE grants SET state = 'active' WHERE contact_id IN ($1, $2) \
                         AND profile = 'funding.administrator'";
            stage.run(again, [a.0.into(), c.0.into()]).await;
        }
        stage.read_all().await;
    });
}

#[test]
fn c6_a_new_address_is_told_to_the_old_one_and_to_the_new_one() {
    on_both(async |stage| {
        let (_, alice, bruno) = bay(stage).await;
        let mut page = ticked(&alice, bruno.contact, &["funding.user"]).await;
        page.form.email = "bruno@tern-bay.example".into();
        page.form.language = "fr".into();
        alice.manages().await.save(bruno.contact, &page).await.unwrap();
        assert!(stage.letter_to(&bruno.email).await.text.contains("another address"));
        let new = stage.letter_to("bruno@tern-bay.example").await;
        assert!(!new.text.contains(&bruno.email), "{}", new.text);
    });
}
