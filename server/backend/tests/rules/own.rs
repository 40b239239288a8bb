//! One's own record, and leaving (rules C12, C13).

use crate::contacts::{is_open, session_of};
use crate::stage::{Person, fault, on_both, refusal};
use domain::contacts::{ContactSearch, OwnForm, PhoneForm};
use domain::desk::RelinkForm;
use domain::invitations::InvitationForm;
use domain::organizations::StateForm;
use domain::permissions::{AllOrganizations, KeepOrganizations, SeeOrganization};
use domain::{Field, Problem};

#[test]
fn c12_bruno_keeps_his_own_record_and_sees_who_gave_him_what() {
    on_both(async |stage| {
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.reader"]).await;
        let record = bruno.home().await.own_record().await.unwrap();
        assert_eq!(record.held.len(), 1);
        let phone = PhoneForm { number: "506-555-0142".into(), ..PhoneForm::default() };
        let form = OwnForm { title: "Concierge".into(), phones: vec![phone], language: "fr".into() };
        bruno.home().await.save_own(&form, record.version).await.unwrap();
        let line = alice.sees().await.list(&ContactSearch::default()).await.unwrap().lines.pop().unwrap();
        assert_eq!((line.title.as_deref(), line.phones.len()), (Some("Concierge"), 1));
        let again = bruno.home().await.save_own(&form, record.version).await;
        assert_eq!(refusal(again), Problem::ChangedMeanwhile);
        assert_eq!(stage.activity().await.pop().unwrap().event, "contact.own_record_changed");
    });
}

async fn leaves(who: &Person) -> Result<(), backend::Refusal> {
    who.home().await.leave().await
}

#[test]
fn c12_bruno_leaves_and_only_an_invitation_brings_him_back() {
    on_both(async |stage| {
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.reader"]).await;
        leaves(&bruno).await.unwrap();
        assert_eq!(refusal(bruno.asks::<SeeOrganization>(org.id).await), Problem::NotFound);
        let told = stage.letter_to(&alice.email).await;
        assert!(told.subject.ends_with("Bruno Boudreau left Tern Bay House"), "{}", told.subject);
        let card = alice.sees().await.card(bruno.contact).await.unwrap();
        assert!(card.line.active && !card.line.access && !card.linked);
        assert_eq!(card.held, []);
        let sent = alice
            .manages()
            .await
            .invite(
                bruno.contact,
                &InvitationForm { profiles: vec!["funding.user".into()], message: String::new() },
            )
            .await
            .unwrap();
        assert_eq!(sent.name, "Bruno Boudreau");
        let token = stage.link_to(&bruno.email).await;
        bruno.signs_in().await.unwrap().accept(&token).await.unwrap();
        bruno.asks::<SeeOrganization>(org.id).await.unwrap();
        stage.letter_to(&alice.email).await;
    });
}

#[test]
fn c12_neither_the_primary_contact_nor_the_last_administrator_leaves() {
    on_both(async |stage| {
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.person(&org, "Alice Aucoin", &["funding.administrator"]).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.reader"]).await;
        stage
            .run("UPDATE contacts SET is_primary = $2 WHERE id = $1", [bruno.contact.0.into(), true.into()])
            .await;
        let before = stage.dump().await;
        assert_eq!(refusal(leaves(&bruno).await), Problem::PrimaryStays);
        assert_eq!(refusal(leaves(&alice).await), Problem::LastAdministrator);
        stage.unchanged_since(&before).await;
        let operator = stage.operator().await;
        let sam = stage.person(&operator, "Sam Support", &["support.agent"]).await;
        let looking = sam.asks::<SeeOrganization>(org.id).await.unwrap();
        assert_eq!(refusal(looking.own_record().await), Problem::NotFound);
        assert_eq!(refusal(looking.leave().await), Problem::NotFound);
    });
}

async fn unlinks(who: &Person, person: &Person, reason: &str) -> Result<String, backend::Refusal> {
    let keeps = who.asks::<KeepOrganizations>(person.organization).await.unwrap();
    keeps.unlink_account(person.contact, &StateForm { reason: reason.into() }).await
}

#[test]
fn c13_support_unlinks_an_account_and_the_contact_goes_back_to_no_access() {
    on_both(async |stage| {
        let operator = stage.operator().await;
        let sam = stage.person(&operator, "Sam Support", &["support.agent"]).await;
        let (org, other) =
            (stage.organization("Tern Bay House").await, stage.organization("Elsewhere").await);
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.reader", "funding.user"]).await;
        let carla = stage.carla(&org).await;
        stage.also(&carla, &other, "Carla Comeau", &["funding.reader"]).await;
        let (his, hers) = (session_of(stage, &bruno).await, session_of(stage, &carla).await);
        assert_eq!(fault(unlinks(&sam, &bruno, " ").await, Field::Reason), Problem::Missing);
        assert_eq!(unlinks(&sam, &bruno, "Someone else used it.").await.unwrap(), "Bruno Boudreau");
        unlinks(&sam, &carla, "She asked us to.").await.unwrap();
        // On the very next request; who is somebody elsewhere stays signed in.
        assert_eq!(refusal(bruno.asks::<SeeOrganization>(org.id).await), Problem::NotFound);
        assert!(!is_open(stage, &his).await && is_open(stage, &hers).await);
        let card = alice.sees().await.card(bruno.contact).await.unwrap();
        assert!(card.line.active && !card.line.access && !card.linked && card.held.is_empty());
        let told = stage.letter_to(&bruno.email).await;
        assert!(told.text.contains("Only a new invitation can give it back."), "{}", told.text);
        let lines = stage.activity().await;
        let line = &lines[0];
        assert_eq!((line.event.as_str(), line.kind.as_str()), ("contact.unlinked", "support"));
        assert_eq!(line.details["reason"], "Someone else used it.");
        assert_eq!(line.details["before"]["profiles"].as_array().unwrap().len(), 2);
        assert_eq!(refusal(unlinks(&sam, &bruno, "Again.").await), Problem::NoAccountLinked);
        stage.letter_to(&carla.email).await;
    });
}

#[test]
fn c13_neither_the_primary_contact_nor_the_last_administrator_is_unlinked() {
    on_both(async |stage| {
        let operator = stage.operator().await;
        let sam = stage.person(&operator, "Sam Support", &["support.agent"]).await;
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.person(&org, "Alice Aucoin", &["funding.administrator"]).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.reader"]).await;
        stage
            .run("UPDATE contacts SET is_primary = $2 WHERE id = $1", [bruno.contact.0.into(), true.into()])
            .await;
        let elsewhere = stage.organization("Elsewhere").await;
        let auditor = stage.person(&operator, "Aude Arsenault", &["support.auditor"]).await;
        let before = stage.dump().await;
        assert_eq!(refusal(unlinks(&sam, &bruno, "Lost.").await), Problem::PrimaryStays);
        assert_eq!(refusal(unlinks(&sam, &alice, "Lost.").await), Problem::LastAdministrator);
        let there = sam.asks::<KeepOrganizations>(elsewhere.id).await.unwrap();
        let form = StateForm { reason: "Lost.".into() };
        assert_eq!(refusal(there.unlink_account(alice.contact, &form).await), Problem::NotFound);
        assert_eq!(refusal(auditor.asks::<KeepOrganizations>(org.id).await), Problem::Forbidden);
        assert_eq!(refusal(alice.asks::<KeepOrganizations>(org.id).await), Problem::Forbidden);
        stage.unchanged_since(&before).await;
    });
}

/// Two of Support, at once: each takes one of the two administrators.
#[test]
fn c13_c10_two_unlinked_at_once_leave_one_administrator() {
    on_both(async |stage| {
        let operator = stage.operator().await;
        let sam = stage.person(&operator, "Sam Support", &["support.agent"]).await;
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.person(&org, "Alice Aucoin", &["funding.administrator"]).await;
        let carla = stage.carla(&org).await;
        let (one, two) = tokio::join!(unlinks(&sam, &alice, "Lost."), unlinks(&sam, &carla, "Lost."));
        let refused: Vec<_> = [one, two].into_iter().filter(Result::is_err).map(refusal).collect();
        assert_eq!(refused, [Problem::LastAdministrator]);
        stage.read_all().await;
    });
}

#[test]
fn c13_nothing_that_waits_brings_an_unlinked_account_back() {
    on_both(async |stage| {
        let operator = stage.operator().await;
        let sam = stage.person(&operator, "Sam Support", &["support.agent"]).await;
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.administrator"]).await;
        let denis = stage.contact(&org, "Denis Doucet").await;
        let form = InvitationForm { profiles: vec!["funding.reader".into()], message: String::new() };
        bruno.manages().await.invite(denis.contact, &form).await.unwrap();
        let keeps = sam.asks::<KeepOrganizations>(org.id).await.unwrap();
        let lost = RelinkForm {
            reason: "Lost.".into(),
            evidence: "Called back.".into(),
            email: "bruno.new@example.org".into(),
        };
        keeps.open_relink(bruno.contact, &lost).await.unwrap();
        unlinks(&sam, &bruno, "It was not him who called.").await.unwrap();
        let staff = sam.signs_in().await.unwrap().staff::<AllOrganizations>().await.unwrap();
        assert_eq!(staff.relinks().await.unwrap(), []);
        // What he had sent passes to Alice (C7).
        let events: Vec<String> = stage.activity().await.into_iter().map(|line| line.event).collect();
        assert_eq!(
            events[2..],
            ["invitation.handed_over", "relink.refused", "contact.unlinked"].map(ToOwned::to_owned)
        );
        let drawn = alice.sees().await.card(bruno.contact).await.unwrap();
        assert_eq!((drawn.held.len(), drawn.consequences.profiles), (0, 0));
        stage.read_all().await;
    });
}
