//! The home of an organization and of an account (rules L1, L10, P5, P7, R10): what waits, and whom to ask.

use crate::stage::{DAY, Org, Person, Stage, on_both};
use domain::contacts::{ContactSearch, Waiting};
use domain::invitations::InvitationForm;
use domain::organizations::{ReviewWait, Waits};
use domain::permissions::ReviewAccess;
use domain::reviews::{DecisionForm, Who};

async fn invited(alice: &Person, name: &str) {
    let form = InvitationForm { profiles: vec!["funding.user".into()], ..InvitationForm::default() };
    alice.manages().await.add_and_invite(&crate::stage::typed(name), &form).await.unwrap();
}

async fn waits(person: &Person) -> Waits {
    person.home().await.home().await.unwrap().waits
}

/// What the home counts is what its link lists.
async fn listed(person: &Person, waiting: Waiting) -> Vec<String> {
    let search = ContactSearch { waiting: Some(waiting), ..ContactSearch::default() };
    let page = person.sees().await.list(&search).await.unwrap();
    page.lines.iter().map(|line| line.listed_name()).collect()
}

async fn alice_with_all_that_can_wait(stage: &Stage) -> (Org, Person) {
    let org = stage.organization("Tide House").await;
    let alice = stage.alice(&org).await;
    let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
    let zoe = stage.person(&org, "Zoé Léger", &["funding.user", "funding.reader"]).await;
    invited(&alice, "Inès Imbeault").await;
    stage.wait(32 * DAY);
    invited(&alice, "Samuel Surette").await;
    stage.wait(25 * DAY);
    stage.read_all().await;
    let now = stage.portal.now();
    for (sql, person, at) in [
        ("UPDATE grants SET ends_at = $2 WHERE contact_id = $1", bruno.contact.0, now.plus_days(20).0),
        ("UPDATE accounts SET last_sign_in_at = $2 WHERE id = $1", zoe.account().0, now.plus_days(-190).0),
    ] {
        stage.run(sql, [person.into(), at.into()]).await;
    }
    let sql = "UPDATE grants SET state = 'suspended' WHERE contact_id = $1 AND profile = 'funding.reader'";
    stage.run(sql, [zoe.contact.0.into()]).await;
    (org, alice)
}

#[test]
fn l1_the_home_counts_what_waits_and_leads_to_the_very_people() {
    on_both(async |stage| {
        let (_, alice) = alice_with_all_that_can_wait(stage).await;
        let expected = [
            (Waiting::Expired, vec!["Imbeault, Inès"]),
            (Waiting::Suspended, vec!["Léger, Zoé"]),
            (Waiting::Soon, vec!["Surette, Samuel"]),
            (Waiting::Ending, vec!["Boudreau, Bruno"]),
            (Waiting::Unused, vec!["Léger, Zoé"]),
        ];
        let counts: Vec<_> = expected.iter().map(|(waiting, names)| (*waiting, names.len() as u64)).collect();
        assert_eq!(waits(&alice).await.counts, counts);
        for (waiting, names) in expected {
            assert_eq!(listed(&alice, waiting).await, names, "{waiting:?}");
        }
        assert!(listed(&alice, Waiting::Bounced).await.is_empty());
        let sql = "UPDATE outbox SET state = 'bounced' WHERE recipient = 'samuel.surette@example.org'";
        stage.run(sql, []).await;
        assert_eq!(listed(&alice, Waiting::Bounced).await, ["Surette, Samuel"]);
        assert_eq!(waits(&alice).await.counts[0], (Waiting::Bounced, 1));
    });
}

#[test]
fn p5_the_home_says_that_a_review_is_due_or_how_far_it_is() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
        assert_eq!(waits(&alice).await, Waits::default());
        stage.wait(366 * DAY);
        let Some(ReviewWait::Due { since }) = waits(&alice).await.review else { panic!("nothing is due") };
        assert_eq!(since.machine, "2027-11-22");
        assert_eq!(waits(&bruno).await, Waits::default());
        let permit = alice.asks::<ReviewAccess>(org.id).await.unwrap();
        let id = permit.start().await.unwrap();
        let keep = DecisionForm { decision: "keep".into(), ..DecisionForm::default() };
        permit.decide(id, bruno.contact, &keep).await.unwrap();
        let Some(ReviewWait::Open { review, decided, people, .. }) = waits(&alice).await.review else {
            panic!("none is open")
        };
        assert_eq!((review, decided, people), (id, 1, 2));
        permit.decide(id, alice.contact, &keep).await.unwrap();
        permit.attest(id).await.unwrap();
        assert!(waits(&alice).await.review.is_none());
    });
}

#[test]
fn r10_who_administers_nothing_sees_their_profiles_and_whom_to_ask() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        stage.offer(&org, "cases").await;
        let alice = stage.alice(&org).await;
        stage.carla(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user", "funding.reader"]).await;
        let ends = stage.portal.now().plus_days(40).0;
        let sql = "UPDATE grants SET granted_by = $2, ends_at = $3 WHERE contact_id = $1";
        stage.run(sql, [bruno.contact.0.into(), alice.contact.0.into(), ends.into()]).await;
        let home = bruno.home().await.home().await.unwrap();
        assert_eq!(home.waits, Waits::default());
        assert_eq!(home.own.len(), 2);
        assert_eq!(home.own[0].granted_by, Who::Named("Alice Aucoin".into()));
        assert_eq!(home.own[0].ends_at.as_ref().unwrap().machine, "2027-01-01");
        let modules: Vec<_> = home
            .modules
            .iter()
            .map(|module| (module.name.en.as_str(), module.administrators, module.people))
            .collect();
        assert_eq!(modules, [("Funding agreement", 2, 3), ("External case management", 0, 0)]);
        assert_eq!(home.modules[0].named, ["Alice Aucoin", "Carla Comeau"]);
    });
}

#[test]
fn r10_an_account_sees_what_waits_in_each_of_its_organizations() {
    on_both(async |stage| {
        let (_, alice) = alice_with_all_that_can_wait(stage).await;
        let other = stage.organization("Dune House").await;
        let there = stage.also(&alice, &other, "Alice Aucoin", &["funding.user"]).await;
        let dora = stage.person(&other, "Dora Doucet", &["funding.administrator"]).await;
        invited(&dora, "Dune Daigle").await;
        stage.wait(31 * DAY);
        stage.read_all().await;
        let homes = there.signs_in().await.unwrap().homes().await.unwrap();
        let seen: Vec<_> =
            homes.iter().map(|tile| (tile.choice.name.en.as_str(), tile.waits.total())).collect();
        // In Dune House Alice administers nothing.
        assert_eq!(seen[0], ("Dune House", 0));
        assert_eq!(seen[1].0, "Tide House");
        assert_eq!(homes[1].waits, waits(&alice).await);
        assert!(seen[1].1 > 0);
    });
}
