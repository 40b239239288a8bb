//! Profiles that end (rule P7): a reminder before, a note after, each once.

use crate::stage::{DAY, NOON, Person, Stage, on_both, plain};
use domain::permissions::SeeContacts;
use domain::{Instant, Problem};

/// Somebody's profile was granted by a colleague, and has an end.
async fn ends(stage: &Stage, person: &Person, by: Option<&Person>, at: Instant) {
    let sql = "UPDATE grants SET granted_by = $2, ends_at = $3 WHERE contact_id = $1";
    let by = sea_orm::Value::Uuid(by.map(|by| by.contact.0));
    stage.run(sql, [person.contact.0.into(), by, at.0.into()]).await;
}

async fn speaks(stage: &Stage, person: &Person, language: &str) {
    let sql = "UPDATE contacts SET language = $2 WHERE id = $1";
    stage.run(sql, [person.contact.0.into(), language.into()]).await;
}

#[test]
fn p7_the_person_and_whoever_granted_are_reminded_once_before_the_end() {
    on_both(async |stage| {
        let org = stage.organization("Tide House / Maison des marées").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
        speaks(stage, &alice, "en").await;
        speaks(stage, &bruno, "fr").await;
        ends(stage, &bruno, Some(&alice), NOON.plus_days(40)).await;
        stage.portal.mind().await.unwrap();
        stage.nobody_was_written_to().await;
        stage.wait(11 * DAY);
        let (one, other) = tokio::join!(stage.portal.mind(), stage.portal.mind());
        one.unwrap();
        other.unwrap();
        stage.portal.mind().await.unwrap();

        let french = stage.letter_to(&bruno.email).await;
        let subject =
            "Votre accès prend fin bientôt\u{a0}: Entente de financement – Utilisation (Maison des marées)";
        assert_eq!(plain(&french.subject), subject);
        assert!(french.text.contains("valable jusqu’au 1er janvier 2027"), "{}", french.text);
        assert!(plain(&french.text).contains("Alice Aucoin (alice.aucoin@example.org)"), "{}", french.text);
        let english = stage.letter_to(&alice.email).await;
        assert_eq!(plain(&english.subject), "Bruno Boudreau: Funding agreement – User ends soon");
        assert!(plain(&english.text).contains("works until January 1, 2027"), "{}", english.text);
        let page = format!("/en/organizations/{}/contacts/{}", org.id, bruno.contact);
        assert!(english.text.contains(&page), "{}", english.text);

        // Extended, it is reminded of again before its new end.
        ends(stage, &bruno, Some(&alice), NOON.plus_days(100)).await;
        stage.portal.mind().await.unwrap();
        stage.nobody_was_written_to().await;
        stage.wait(60 * DAY);
        stage.portal.mind().await.unwrap();
        assert!(stage.letter_to(&bruno.email).await.text.contains("2 mars 2027"));
        stage.letter_to(&alice.email).await;
    });
}

#[test]
fn p7_a_profile_that_ends_is_noted_once_and_works_no_longer() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
        ends(stage, &bruno, Some(&alice), NOON.plus_days(1)).await;
        stage.wait(DAY);
        // The clock decides, before any worker has looked.
        let asked = bruno.asks::<SeeContacts>(org.id).await;
        assert_eq!(crate::stage::refusal(asked), Problem::NotFound);
        let (one, other) = tokio::join!(stage.portal.mind(), stage.portal.mind());
        one.unwrap();
        other.unwrap();
        stage.portal.mind().await.unwrap();
        let lines = stage.activity().await;
        let ended: Vec<_> = lines.iter().filter(|line| line.event == "grant.ended").collect();
        assert_eq!(ended.len(), 1);
        assert_eq!((ended[0].kind.as_str(), ended[0].contact), ("system", Some(bruno.contact.0)));
        assert_eq!(ended[0].details["profile"], "funding.user");
        assert_eq!(stage.texts("SELECT state FROM grants WHERE ends_at IS NOT NULL").await, ["ended"]);
    });
}

#[test]
fn p7_when_the_granter_left_the_primary_contact_is_told() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let carla = stage.carla(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
        ends(stage, &bruno, Some(&carla), NOON.plus_days(20)).await;
        let sql = "UPDATE contacts SET active = $2 WHERE id = $1";
        stage.run(sql, [carla.contact.0.into(), false.into()]).await;
        stage.portal.mind().await.unwrap();
        // Nobody knows their language: both.
        let letter = stage.letter_to(&alice.email).await;
        assert!(letter.text.contains("prolongez-le") && letter.text.contains("extend it"), "{}", letter.text);
        stage.letter_to(&bruno.email).await;
    });
}

#[test]
fn p7_who_left_or_lost_it_meanwhile_is_not_reminded() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
        ends(stage, &bruno, Some(&alice), NOON.plus_days(20)).await;
        stage.portal.mind().await.unwrap();
        stage.take_away(bruno.contact, "funding.user").await;
        stage.nobody_was_written_to().await;
    });
}
