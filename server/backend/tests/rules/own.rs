//! One's own record, and leaving (rules C12, C13).

use crate::stage::{Person, on_both, refusal};
use domain::Problem;
use domain::contacts::{ContactSearch, OwnForm, PhoneForm};
use domain::permissions::SeeOrganization;

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
                &domain::invitations::InvitationForm {
                    profiles: vec!["funding.user".into()],
                    message: String::new(),
                },
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
