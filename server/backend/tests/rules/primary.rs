//! The primary contact (rule C9): one and only one, handed over.

use crate::stage::{DAY, Org, Person, Stage, fault, on_both, plain, races, refusal};
use domain::contacts::{ContactSearch, PrimaryStep, TransferForm, Transferred};
use domain::permissions::SeeContacts;
use domain::{ContactId, Field, Problem};

async fn hands_over(
    who: &Person,
    to: ContactId,
    reason: &str,
    org: &Org,
) -> Result<Transferred, backend::Refusal> {
    let form = TransferForm { how: "asked".into(), reason: reason.into() };
    who.asks::<SeeContacts>(org.id).await.unwrap().transfer_primary(to, &form).await
}

async fn step(who: &Person, org: &Org, of: ContactId) -> PrimaryStep {
    who.asks::<SeeContacts>(org.id).await.unwrap().card(of).await.unwrap().primary
}

/// Who stands first in the list, marked.
async fn first(who: &Person) -> ContactId {
    let list = who.sees().await.list(&ContactSearch::default()).await.unwrap();
    assert_eq!(list.lines.iter().filter(|line| line.primary).count(), 1);
    assert!(list.lines[0].primary);
    list.lines[0].id
}

async fn house(stage: &Stage) -> (Org, Person, Person) {
    let org = stage.organization("Tern Bay House").await;
    let alice = stage.alice(&org).await;
    let bruno = stage.person(&org, "Bruno Boudreau", &["funding.reader"]).await;
    (org, alice, bruno)
}

#[test]
fn c9_alice_hands_over_to_bruno_and_both_are_told() {
    on_both(async |stage| {
        let (org, alice, bruno) = house(stage).await;
        assert_eq!(step(&alice, &org, bruno.contact).await, PrimaryStep::MayTransfer);
        assert_eq!(step(&alice, &org, alice.contact).await, PrimaryStep::IsPrimary);
        hands_over(&alice, bruno.contact, "", &org).await.unwrap();
        assert_eq!(first(&alice).await, bruno.contact);
        assert!(stage.letter_to(&bruno.email).await.subject.contains("now the primary contact"));
        let line = stage.activity().await.pop().unwrap();
        assert_eq!(
            (line.event.as_str(), line.contact),
            ("contact.primary_transferred", Some(bruno.contact.0))
        );
        assert_eq!(line.details["before"]["primary"], "Alice Aucoin");
        // She is not it any more; he is, with nothing but a profile that reads.
        assert_eq!(refusal(hands_over(&alice, alice.contact, "", &org).await), Problem::NotYoursToTransfer);
        hands_over(&bruno, alice.contact, "", &org).await.unwrap();
        assert_eq!(first(&alice).await, alice.contact);
        stage.read_all().await;
    });
}

#[test]
fn c9_only_to_an_active_contact_with_access() {
    on_both(async |stage| {
        let (org, alice, _) = house(stage).await;
        let nobody = stage.contact(&org, "Dora Doucet").await;
        assert_eq!(step(&alice, &org, nobody.contact).await, PrimaryStep::NeedsAccess);
        let elsewhere = stage.organization("Dune House").await;
        let far = stage.person(&elsewhere, "Emma Elsewhere", &["funding.user"]).await;
        let before = stage.dump().await;
        assert_eq!(refusal(hands_over(&alice, nobody.contact, "", &org).await), Problem::PrimaryNeedsAccess);
        assert_eq!(refusal(hands_over(&alice, far.contact, "", &org).await), Problem::NotFound);
        stage.unchanged_since(&before).await;
    });
}

#[test]
fn c9_an_administrator_who_is_not_primary_may_not_and_support_says_why() {
    on_both(async |stage| {
        let (org, alice, bruno) = house(stage).await;
        let carla = stage.carla(&org).await;
        assert_eq!(step(&carla, &org, bruno.contact).await, PrimaryStep::NotTheirs);
        assert_eq!(refusal(hands_over(&carla, carla.contact, "", &org).await), Problem::NotYoursToTransfer);
        let operator = stage.operator().await;
        let sam = stage.person(&operator, "Sam Support", &["support.agent"]).await;
        assert_eq!(fault(hands_over(&sam, bruno.contact, " ", &org).await, Field::Reason), Problem::Missing);
        hands_over(&sam, bruno.contact, "Board minutes of May 3, checked by phone", &org).await.unwrap();
        assert_eq!(first(&carla).await, bruno.contact);
        let old = plain(&stage.letter_to(&alice.email).await.text);
        assert!(old.contains("Bruno Boudreau is now the primary contact"), "{old}");
        assert!(!old.contains("Sam"), "Support's people are not named to organizations: {old}");
        stage.letter_to(&bruno.email).await;
        let auditor = stage.person(&operator, "Ada Auditor", &["support.auditor"]).await;
        let refused = hands_over(&auditor, carla.contact, "because", &org).await;
        assert_eq!(refusal(refused), Problem::NotYoursToTransfer);
    });
}

#[test]
fn c9_two_transfers_at_once_leave_exactly_one() {
    on_both(async |stage| {
        let (org, alice, bruno) = house(stage).await;
        let carla = stage.carla(&org).await;
        let people = [&alice, &bruno, &carla];
        for _ in 0..races(20) {
            let primary = first(&alice).await;
            let holder = people.iter().find(|person| person.contact == primary).unwrap();
            let others: Vec<ContactId> =
                people.iter().map(|person| person.contact).filter(|id| *id != primary).collect();
            let permit = holder.sees().await;
            let race = |to: ContactId| {
                let permit = permit.clone();
                tokio::spawn(async move { permit.transfer_primary(to, &TransferForm::default()).await })
            };
            let (one, two) = (race(others[0]), race(others[1]));
            let (one, two) = (one.await.unwrap(), two.await.unwrap());
            assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
            assert_eq!(stage.number("SELECT COUNT(*) FROM contacts WHERE is_primary").await, 1);
        }
        stage.read_all().await;
    });
}

/// Support says that whoever is primary is gone.
async fn announces(sam: &Person, heir: ContactId, org: &Org) -> Result<Transferred, backend::Refusal> {
    let form = TransferForm { how: "gone".into(), reason: "Notice of death, seen".into() };
    sam.asks::<SeeContacts>(org.id).await.unwrap().transfer_primary(heir, &form).await
}

#[test]
fn c9_support_replaces_a_primary_contact_who_is_gone_after_a_notice_and_a_delay() {
    on_both(async |stage| {
        let (org, alice, bruno) = house(stage).await;
        let carla = stage.carla(&org).await;
        let operator = stage.operator().await;
        let sam = stage.person(&operator, "Sam Support", &["support.agent"]).await;
        let nothing = sam.asks::<SeeContacts>(org.id).await.unwrap();
        let nothing = nothing.transfer_primary(bruno.contact, &TransferForm::default()).await;
        assert_eq!(fault(nothing, Field::Decision), Problem::Missing);
        assert!(matches!(announces(&sam, bruno.contact, &org).await, Ok(Transferred::Planned { .. })));
        assert_eq!(refusal(announces(&sam, carla.contact, &org).await), Problem::ReplacementPlanned);
        assert_eq!(first(&carla).await, alice.contact);
        for person in [&alice, &bruno, &carla] {
            let letter = plain(&stage.letter_to(&person.email).await.text);
            assert!(letter.contains("Bruno Boudreau takes this role"), "{letter}");
            assert!(!letter.contains("Sam"), "Support's people are not named to organizations: {letter}");
        }
        let home = |who: Person| async move { who.home().await.home().await.unwrap().replacement };
        assert!(home(alice.clone()).await.unwrap().stoppable);
        assert!(!home(carla.clone()).await.unwrap().stoppable);
        assert_eq!(home(bruno.clone()).await, None, "he reads, and neither manages nor is primary");
        stage.wait(6 * DAY - 3600);
        stage.portal.mind().await.unwrap();
        assert_eq!(first(&carla).await, alice.contact);
        stage.wait(DAY + 7200);
        stage.portal.mind().await.unwrap();
        stage.portal.mind().await.unwrap();
        assert_eq!(first(&carla).await, bruno.contact);
        assert_eq!(home(carla.clone()).await, None);
        stage.letter_to(&alice.email).await;
        stage.letter_to(&bruno.email).await;
        let lines = stage.activity().await;
        let done = lines.iter().filter(|line| line.event == "contact.primary_transferred").count();
        assert_eq!(done, 1);
    });
}

#[test]
fn c9_whoever_is_primary_after_all_stops_it_and_nobody_else_of_the_organization() {
    on_both(async |stage| {
        let (org, alice, bruno) = house(stage).await;
        let carla = stage.carla(&org).await;
        let operator = stage.operator().await;
        let sam = stage.person(&operator, "Sam Support", &["support.agent"]).await;
        announces(&sam, bruno.contact, &org).await.unwrap();
        stage.read_all().await;
        for who in [&bruno, &carla] {
            assert_eq!(refusal(who.sees().await.stop_replacement().await), Problem::NotYoursToTransfer);
        }
        alice.sees().await.stop_replacement().await.unwrap();
        assert_eq!(refusal(alice.sees().await.stop_replacement().await), Problem::NotFound);
        for person in [&bruno, &carla] {
            assert!(stage.letter_to(&person.email).await.subject.contains("Alice Aucoin stays"));
        }
        stage.wait(30 * DAY);
        stage.portal.mind().await.unwrap();
        assert_eq!(first(&carla).await, alice.contact);
        // Handing it over oneself leaves nothing planned; an heir who lost access is passed over.
        announces(&sam, bruno.contact, &org).await.unwrap();
        hands_over(&alice, carla.contact, "", &org).await.unwrap();
        announces(&sam, bruno.contact, &org).await.unwrap();
        stage.take_away(bruno.contact, "funding.reader").await;
        stage.wait(30 * DAY);
        stage.portal.mind().await.unwrap();
        assert_eq!(first(&alice).await, carla.contact);
        stage.read_all().await;
    });
}
