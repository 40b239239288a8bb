//! Another catalogue: the essential stories told with the example of libraries and museums, so that nothing of the
//! default one is hard-wired (rules P6, P8, P10).

use crate::stage::{DAY, Org, Person, Stage, fault, on_both, on_both_with, refusal, typed};
use backend::{ContactSave, Refusal, Saved, catalogue};
use domain::catalogue::Catalogue;
use domain::contacts::ContactSearch;
use domain::invitations::InvitationForm;
use domain::permissions::{AllOrganizations, ManageContacts, SeeContacts, SeeOrganization};
use domain::{ContactId, Field, Problem};

fn libraries() -> Catalogue {
    catalogue::read(include_str!("../../../../examples/catalogue-libraries.toml")).unwrap()
}

fn asking(profiles: &[&str]) -> InvitationForm {
    InvitationForm {
        profiles: profiles.iter().map(|key| (*key).to_owned()).collect(),
        message: String::new(),
    }
}

async fn save(who: &Person, contact: ContactId, active: bool, ticked: &[&str]) -> Result<Saved, Refusal> {
    let card = who.sees().await.card(contact).await.unwrap();
    let profiles = ticked.iter().map(|key| (*key).to_owned()).collect();
    let grants = domain::grants::GrantsForm { ticked: profiles, ..domain::grants::GrantsForm::default() };
    let save = ContactSave { form: (&card.facts).into(), version: card.version, active, grants };
    who.manages().await.save(contact, &save).await
}

/// The coordinator of a library, its primary contact.
async fn lea(stage: &Stage, org: &Org) -> Person {
    let lea = stage.person(org, "Léa Leblanc", &["lending.coordinator"]).await;
    stage.run("UPDATE contacts SET is_primary = $2 WHERE id = $1", [lea.contact.0.into(), true.into()]).await;
    lea
}

async fn profiles_listed(who: &Person, name: &str) -> Vec<String> {
    let search = ContactSearch { words: name.to_owned(), ..ContactSearch::default() };
    let mut page = who.sees().await.list(&search).await.unwrap();
    assert_eq!(page.lines.len(), 1);
    page.lines.remove(0).profiles.into_iter().map(|name| name.en).collect()
}

#[test]
fn p6_with_another_catalogue_a_coordinator_adds_invites_and_deactivates() {
    on_both_with(&libraries(), async |stage| {
        let org = stage.organization("Harbour Library / Bibliothèque du Havre").await;
        let lea = lea(stage, &org).await;
        // Léa adds Omar, invites him, and he accepts.
        let omar = lea.manages().await.add(&typed("Omar Ouellet")).await.unwrap();
        assert_eq!(profiles_listed(&lea, "omar").await, [""; 0]);
        lea.manages().await.invite(omar, &asking(&["lending.borrower"])).await.unwrap();
        let link = stage.link_to("omar.ouellet@example.org").await;
        let card = stage.portal.visitor().invitation(&link).await.unwrap();
        assert_eq!(card.profiles[0].fr, "Prêt entre bibliothèques – Emprunt");
        let account = stage.signed_in(stage.account("Omar Ouellet").await).await;
        account.accept(&link).await.unwrap();
        stage.letter_to(&lea.email).await;
        assert_eq!(profiles_listed(&lea, "omar").await, ["Lending between libraries – Borrower"]);
        // His home has the service, where it stands, and what to know; he manages nobody.
        let home = account.permit::<SeeOrganization>(org.id).await.unwrap().home().await.unwrap();
        let service = &home.services[0];
        assert_eq!((home.services.len(), service.name.en.as_str()), (1, "Books by parcel"));
        assert_eq!(service.address.as_deref(), Some("https://parcels.libraries.example/"));
        assert_eq!(service.instructions.as_ref().unwrap().en, "Have your library’s code at hand.");
        assert_eq!(refusal(account.permit::<ManageContacts>(org.id).await), Problem::Forbidden);
        // Deactivated, he is nobody's; back, he has what Léa ticked.
        save(&lea, omar, false, &[]).await.unwrap();
        assert_eq!(refusal(account.permit::<SeeOrganization>(org.id).await), Problem::NotFound);
        save(&lea, omar, true, &["lending.borrower"]).await.unwrap();
        account.permit::<SeeOrganization>(org.id).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn p6_another_catalogue_s_grant_rules_hold() {
    on_both_with(&libraries(), async |stage| {
        let org = stage.organization("Harbour Library").await;
        stage.offer(&org, "collections").await;
        let lea = lea(stage, &org).await;
        let cleo = stage.person(&org, "Cléo Cyr", &["collections.curator"]).await;
        let clerk = stage.person(&stage.operator().await, "Clara Caron", &["desk.clerk"]).await;
        let guest = stage.contact(&org, "Guest One").await;
        let invited = async |who: &Person, keys: &[&str]| {
            who.asks::<ManageContacts>(org.id).await.unwrap().invite(guest.contact, &asking(keys)).await
        };
        let why = async |who: &Person, keys: &[&str]| fault(invited(who, keys).await, Field::Profiles);
        assert!(matches!(why(&lea, &["collections.curator"]).await, Problem::NotYoursToGrant { .. }));
        assert!(matches!(why(&clerk, &["collections.curator"]).await, Problem::NotYoursToGrant { .. }));
        assert!(matches!(why(&cleo, &["collections.cataloguer"]).await, Problem::NeedsProfileOf { .. }));
        assert!(matches!(why(&clerk, &["archives.researcher"]).await, Problem::NotEligible { .. }));
        assert!(matches!(why(&lea, &["funding.user"]).await, Problem::UnknownChoice));
        // A borrower grants a visitor's profile by the rules, but manages nobody.
        let bob = stage.person(&org, "Bob Boudreau", &["lending.borrower"]).await;
        assert_eq!(refusal(bob.asks::<ManageContacts>(org.id).await), Problem::Forbidden);
        invited(&clerk, &["lending.visitor"]).await.unwrap();
        stage.letter_to(&guest.email).await;
    });
}

#[test]
fn c10_another_catalogue_s_last_administrator_stays() {
    on_both_with(&libraries(), async |stage| {
        let org = stage.organization("Harbour Library").await;
        stage.offer(&org, "collections").await;
        let bob = stage.person(&org, "Bob Boudreau", &["lending.borrower"]).await;
        stage
            .run("UPDATE contacts SET is_primary = $2 WHERE id = $1", [bob.contact.0.into(), true.into()])
            .await;
        let cleo = stage.person(&org, "Cléo Cyr", &["collections.curator"]).await;
        assert_eq!(refusal(save(&cleo, cleo.contact, false, &[]).await), Problem::LastAdministrator);
        let lea = stage.person(&org, "Léa Leblanc", &["lending.coordinator"]).await;
        save(&lea, cleo.contact, false, &[]).await.unwrap();
        assert_eq!(refusal(save(&lea, lea.contact, false, &[]).await), Problem::LastAdministrator);
        stage.read_all().await;
    });
}

#[test]
fn g7_another_catalogue_s_operator_begins_with_who_may_grant_itself() {
    on_both_with(&libraries(), async |stage| {
        let form = typed("Nadia Noël");
        stage.portal.invite_staff(&form).await.unwrap();
        let link = stage.link_to(&form.email).await;
        let card = stage.portal.visitor().invitation(&link).await.unwrap();
        assert_eq!(card.profiles[0].en, "Network desk – Lead");
        let nadia = stage.signed_in(stage.account("Nadia Noël").await).await;
        let operator = nadia.accept(&link).await.unwrap();
        // She reaches every library, as Support, and with the desk's profiles alone.
        let org = stage.organization("Harbour Library").await;
        nadia.permit::<AllOrganizations>(org.id).await.unwrap();
        let choices = nadia.permit::<ManageContacts>(org.id).await.unwrap().choices().await.unwrap();
        assert_eq!(choices.iter().map(|module| module.key.as_str()).collect::<Vec<_>>(), ["lending"]);
        let choices = nadia.permit::<ManageContacts>(operator).await.unwrap().choices().await.unwrap();
        assert!(choices.iter().any(|module| module.key == "desk"));
        // The coordinator of another library does not.
        let lea = lea(stage, &stage.organization("Dune Library").await).await;
        assert_eq!(refusal(lea.asks::<SeeContacts>(org.id).await), Problem::NotFound);
    });
}

#[test]
fn p8_what_is_entered_on_request_only_is_given_by_no_invitation() {
    on_both_with(&libraries(), async |stage| {
        let org = stage.organization("Harbour Library").await;
        stage.offer(&org, "archives").await;
        let (operator, lea) = (stage.operator().await, lea(stage, &org).await);
        let keeper = stage.person(&org, "Kim Kelly", &["archives.keeper"]).await;
        let desk = stage.person(&operator, "Nadia Noël", &["desk.lead"]).await;
        let guest = stage.contact(&org, "Guest One").await;
        for who in [&keeper, &desk] {
            let permit = who.asks::<ManageContacts>(org.id).await.unwrap();
            let invited = permit.invite(guest.contact, &asking(&["archives.researcher"])).await;
            assert!(matches!(fault(invited, Field::Profiles), Problem::ByRequestOnly { .. }));
            let choices = permit.choices().await.unwrap();
            let marked = choices.iter().flat_map(|module| &module.profiles).filter(|p| p.by_request_only);
            assert_eq!(marked.map(|p| p.key.as_str()).collect::<Vec<_>>(), ["archives.researcher"]);
        }
        // Who was given it on request leaves and comes back with it: that is no invitation.
        let rose = stage.person(&org, "Rose Roy", &["archives.researcher"]).await;
        save(&keeper, rose.contact, false, &[]).await.unwrap();
        save(&keeper, rose.contact, true, &["archives.researcher"]).await.unwrap();
        assert_eq!(profiles_listed(&lea, "rose").await, ["Closed archives – Researcher"]);
        stage.read_all().await;
    });
}

#[test]
fn p10_what_the_catalogue_no_longer_knows_is_kept_shown_by_key_and_permits_nothing() {
    on_both(async |stage| {
        let org = stage.organization("Harbour Library").await;
        let alice = stage.alice(&org).await;
        assert!(stage.portal.live_changes().await.unwrap().is_empty());
        // They hold what another catalogue gave them.
        let lea = stage.person(&org, "Léa Leblanc", &["lending.coordinator"]).await;
        let bob = stage.person(&org, "Bob Boudreau", &["lending.coordinator", "funding.reader"]).await;
        let gone = stage.person(&org, "Gus Gallant", &["archives.keeper"]).await;
        stage.run("UPDATE grants SET state = 'revoked' WHERE contact_id = $1", [gone.contact.0.into()]).await;
        stage.offer(&org, "collections").await;
        let changes = stage.portal.live_changes().await.unwrap();
        assert_eq!(changes.profiles, [("lending.coordinator".to_owned(), 2)]);
        assert_eq!(changes.modules, [("collections".to_owned(), 1)]);
        assert_eq!(
            changes.sentences(),
            [
                "2 people hold the profile “lending.coordinator”, which the catalogue does not know: it would permit nothing",
                "1 organization is eligible for the module “collections”, which the catalogue does not know",
            ]
        );
        // It permits nothing, and stands in the list and on the card by its key.
        assert_eq!(refusal(lea.asks::<SeeOrganization>(org.id).await), Problem::Forbidden);
        assert_eq!(profiles_listed(&alice, "lea").await, ["lending.coordinator"]);
        assert_eq!(
            profiles_listed(&alice, "bob").await,
            ["Funding agreement – Read only", "lending.coordinator"]
        );
        // A save drops nothing, and neither do leaving and coming back.
        stage.wait(DAY);
        save(&alice, bob.contact, true, &[]).await.unwrap();
        save(&alice, bob.contact, false, &[]).await.unwrap();
        save(&alice, bob.contact, true, &["funding.reader", "lending.coordinator"]).await.unwrap();
        let held = alice.sees().await.card(bob.contact).await.unwrap().held;
        let held: Vec<_> = held.iter().map(|held| (held.key.as_str(), held.suspended)).collect();
        assert_eq!(held, [("funding.reader", false), ("lending.coordinator", true)]);
        assert_eq!(stage.portal.live_changes().await.unwrap().profiles[0].1, 2);
        stage.read_all().await;
    });
}
