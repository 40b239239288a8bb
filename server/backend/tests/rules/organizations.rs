//! What is kept of an organization, and its states (rules O).

use crate::stage::{MINUTE, Person, fault, on_both, refusal};
use backend::DetailsSave;
use domain::organizations::DetailsForm;
use domain::permissions::{EditOrganization, SeeOrganization};
use domain::{Bilingual, Field, Problem};

/// The page of the details as it was drawn, about to be saved.
async fn details_of(who: &Person) -> DetailsSave {
    let card = who.home().await.details().await.unwrap();
    DetailsSave { form: (&card.details).into(), version: card.version }
}

async fn saves(who: &Person, save: &DetailsSave) -> Result<Vec<&'static str>, backend::Refusal> {
    who.asks::<EditOrganization>(who.organization).await.unwrap().save_details(save).await
}

#[test]
fn o1_administrators_edit_the_details_and_everyone_reads_them() {
    on_both(async |stage| {
        let org = stage.organization("Tide House / Maison des marées").await;
        let alice = stage.alice(&org).await;
        let denis = stage.person(&org, "Denis Doucet", &["funding.reader"]).await;
        let drawn = details_of(&alice).await;
        let form = DetailsForm {
            email: "info@tide.example".into(),
            phone: "506-555-0101".into(),
            postal_address: "P.O. Box 7\r\nTern Bay".into(),
            civic_address: "12 Wharf Road".into(),
            business_number: "123 456 789 rc 0001".into(),
            language: "fr".into(),
            ..drawn.form.clone()
        };
        let changed = saves(&alice, &DetailsSave { form, ..drawn }).await.unwrap();
        let expected = ["language", "email", "phone", "postal_address", "civic_address", "business_number"];
        assert_eq!(changed, expected);
        let card = denis.home().await.details().await.unwrap();
        assert_eq!(card.details.postal_address.as_deref(), Some("P.O. Box 7\nTern Bay"));
        assert_eq!(card.details.business_number.as_deref(), Some("123456789RC0001"));
        assert_eq!(card.primary.as_deref(), Some("Alice Aucoin"));
        assert_eq!(card.modules, [Bilingual::new("Funding agreement", "Entente de financement")]);
        assert_eq!(refusal(denis.asks::<EditOrganization>(org.id).await), Problem::Forbidden);
        let lines = stage.activity().await;
        assert_eq!(lines.last().unwrap().event, "organization.changed");
        assert_eq!(lines.last().unwrap().details["fields"].as_array().unwrap().len(), 6);
        // Saving once more without a change writes nothing.
        let again = details_of(&alice).await;
        assert_eq!(saves(&alice, &again).await.unwrap(), [""; 0]);
        assert_eq!(stage.activity().await.len(), lines.len());
    });
}

#[test]
fn o1_what_is_wrong_stands_beside_its_field_and_nothing_is_saved() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let before = stage.dump().await;
        let drawn = details_of(&alice).await;
        let form = DetailsForm { name_fr: " ".into(), business_number: "12".into(), ..drawn.form.clone() };
        let save = DetailsSave { form, ..drawn };
        assert_eq!(fault(saves(&alice, &save).await, Field::NameFr), Problem::Missing);
        assert_eq!(fault(saves(&alice, &save).await, Field::BusinessNumber), Problem::NotABusinessNumber);
        stage.unchanged_since(&before).await;
    });
}

#[test]
fn c6_two_people_edit_the_details_at_once_and_the_second_sees_it() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let (alice, carla) = (stage.alice(&org).await, stage.carla(&org).await);
        let (hers, other) = (details_of(&alice).await, details_of(&carla).await);
        let phone = |save: &DetailsSave, phone: &str| DetailsSave {
            form: DetailsForm { phone: phone.into(), ..save.form.clone() },
            ..save.clone()
        };
        saves(&alice, &phone(&hers, "506-555-0101")).await.unwrap();
        assert_eq!(refusal(saves(&carla, &phone(&other, "506-555-0102")).await), Problem::ChangedMeanwhile);
        let now = details_of(&carla).await;
        saves(&carla, &phone(&now, "506-555-0102")).await.unwrap();
        let card = alice.home().await.details().await.unwrap();
        assert_eq!(card.details.phone.as_deref(), Some("506-555-0102"));
    });
}

#[test]
fn o3_renaming_keeps_the_earlier_names() {
    on_both(async |stage| {
        let org = stage.organization("Tide House / Maison des marées").await;
        let alice = stage.alice(&org).await;
        for (en, fr) in [("Wave House", "Maison des vagues"), ("Shore House", "Maison du rivage")] {
            stage.wait(60 * MINUTE);
            let drawn = details_of(&alice).await;
            let form = DetailsForm { name_en: en.into(), name_fr: fr.into(), ..drawn.form.clone() };
            saves(&alice, &DetailsSave { form, ..drawn }).await.unwrap();
        }
        let card = alice.home().await.details().await.unwrap();
        assert_eq!(card.details.name.en, "Shore House");
        let earlier: Vec<_> = card.earlier_names.iter().map(|earlier| earlier.name.en.as_str()).collect();
        assert_eq!(earlier, ["Wave House", "Tide House"]);
        let search = &stage.texts("SELECT search FROM organizations").await[0];
        assert!(search.contains("tide house") && search.contains("maison des vagues"), "{search}");
        assert!(search.starts_with("shore house\nmaison du rivage"), "{search}");
    });
}

#[test]
fn o2_everyone_sees_which_departments_share_the_details() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let id = uuid::Uuid::from_u128(7);
        let sql = "INSERT INTO departments (id, name_en, name_fr, sort_key, created_at) \
                   VALUES ($1, 'Employment', 'Emploi', 'emploi', 0)";
        stage.run(sql, [id.into()]).await;
        let sql = "INSERT INTO organization_departments (organization_id, department_id) VALUES ($1, $2)";
        stage.run(sql, [org.id.0.into(), id.into()]).await;
        let card = alice.asks::<SeeOrganization>(org.id).await.unwrap().details().await.unwrap();
        assert_eq!(card.departments[0].name, Bilingual::new("Employment", "Emploi"));
    });
}
