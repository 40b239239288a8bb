//! Support looks as a contact, and changes nothing (rule G7).

use crate::stage::{Line, MINUTE, Org, Person, Stage, fault, on_both, refusal, typed};
use backend::{End, Ended, SignedIn, Upload};
use domain::activity::{ActivityLine, ActivitySearch};
use domain::contacts::{ContactSearch, OwnForm};
use domain::invitations::InvitationForm;
use domain::permissions::{
    AllOrganizations, ManageContacts, ReadActivity, ReviewAccess, SeeContacts, SeeOrganization, ViewAs,
};
use domain::viewings::ViewingForm;
use domain::{Field, OrganizationId, Problem, ViewingId};

/// The operator, with Alain, agent of Support.
async fn support(stage: &Stage) -> (Org, Person) {
    let operator = stage.operator().await;
    let alain = stage.person(&operator, "Alain Allard", &["support.agent"]).await;
    (operator, alain)
}

fn because(reason: &str) -> ViewingForm {
    ViewingForm { reason: reason.to_owned() }
}

async fn begins(who: &Person, whom: &Person) -> ViewingId {
    let permit = who.asks::<ViewAs>(whom.organization).await.unwrap();
    permit.view_as(whom.contact, &because("Call 1204")).await.unwrap()
}

/// A new request of that session: with the other's eyes, or what it was once it is over.
async fn asks(who: &Person, viewing: ViewingId) -> Result<SignedIn, Option<Ended>> {
    who.signs_in().await.unwrap().through(viewing).await.unwrap()
}

async fn looks(who: &Person, viewing: ViewingId) -> SignedIn {
    asks(who, viewing).await.unwrap()
}

async fn lines(stage: &Stage) -> Vec<(String, String)> {
    let said = |line: &Line| line.event.starts_with("viewing.");
    let all = stage.activity().await.into_iter().filter(said);
    all.map(|line| (line.event, line.details["why"].as_str().unwrap_or_default().to_owned())).collect()
}

async fn read(who: &Person, organization: OrganizationId) -> Vec<ActivityLine> {
    let permit = who.asks::<ReadActivity>(organization).await.unwrap();
    permit.activity(&ActivitySearch::default()).await.unwrap().lines
}

#[test]
fn g7_support_sees_the_organization_exactly_as_the_contact_does() {
    on_both(async |stage| {
        let (_, alain) = support(stage).await;
        let (tide, shore) = (stage.organization("Tide House").await, stage.organization("Shore House").await);
        let alice = stage.alice(&tide).await;
        let bruno = stage.person(&tide, "Bruno Babin", &["funding.reader"]).await;
        // Bruno belongs to another organization besides: that one is not looked at.
        stage.also(&bruno, &shore, "Bruno Babin", &["funding.administrator"]).await;
        let viewing = begins(&alain, &bruno).await;
        let eyes = looks(&alain, viewing).await;

        let card = eyes.viewing().unwrap();
        assert_eq!((card.name.as_str(), card.organization_name.en.as_str()), ("Bruno Babin", "Tide House"));
        assert_eq!(card.until.text.en, "12:30 p.m.");
        assert_eq!(eyes.account().id, alain.account(), "who signed in stays who signed in");
        let sight: Vec<_> = eyes.organizations().await.unwrap().iter().map(|choice| choice.id).collect();
        assert_eq!(sight, [tide.id]);
        assert_eq!(eyes.homes().await.unwrap().len(), 1);

        let permit = eyes.permit::<SeeOrganization>(tide.id).await.unwrap();
        let his = bruno.home().await;
        assert_eq!(permit.actor(), his.actor());
        assert_eq!(permit.home().await.unwrap(), his.home().await.unwrap());
        assert_eq!(permit.own_record().await.unwrap().contact, bruno.contact);
        let search = ContactSearch::default();
        let seen = eyes.permit::<SeeContacts>(tide.id).await.unwrap().list(&search).await.unwrap();
        assert_eq!(seen, bruno.sees().await.list(&search).await.unwrap());
        assert_eq!(refusal(eyes.permit::<ManageContacts>(tide.id).await), Problem::Forbidden);

        // Neither the desk nor any other organization is there.
        assert_eq!(refusal(eyes.staff::<AllOrganizations>().await), Problem::NotFound);
        for elsewhere in [shore.id, alain.organization] {
            assert_eq!(refusal(eyes.permit::<SeeOrganization>(elsewhere).await), Problem::NotFound);
        }
        // An agent reads no access review otherwise; through Alice's eyes it is there.
        assert_eq!(refusal(alain.asks::<ReviewAccess>(tide.id).await), Problem::Forbidden);
        let through_alice = looks(&alain, begins(&alain, &alice).await).await;
        assert!(through_alice.permit::<ReviewAccess>(tide.id).await.is_ok());
    });
}

#[test]
fn g7_whoever_looks_as_somebody_else_changes_nothing() {
    on_both(async |stage| {
        let (_, alain) = support(stage).await;
        let tide = stage.organization("Tide House").await;
        let alice = stage.alice(&tide).await;
        let carla = stage.carla(&tide).await;
        let invited = stage.contact(&tide, "Dora Doucet").await;
        let form = InvitationForm { profiles: vec!["funding.user".to_owned()], ..InvitationForm::default() };
        alice.manages().await.invite(invited.contact, &form).await.unwrap();
        let token = stage.link_to(&invited.email).await;
        let eyes = looks(&alain, begins(&alain, &carla).await).await;
        let before = stage.dump().await;

        let manages = eyes.permit::<ManageContacts>(tide.id).await.unwrap();
        assert_eq!(refusal(manages.add(&typed("Emma Doiron")).await), Problem::Viewing);
        assert_eq!(refusal(manages.invite(invited.contact, &form).await), Problem::Viewing);
        let upload =
            Upload { content: b"last name,e-mail\nRoy,roy@example.org\n".to_vec(), ..Upload::default() };
        assert_eq!(refusal(manages.upload(&upload).await), Problem::Viewing);
        let own = eyes.permit::<SeeOrganization>(tide.id).await.unwrap();
        assert_eq!(refusal(own.save_own(&OwnForm::default(), 1).await), Problem::Viewing);
        assert_eq!(refusal(own.leave().await), Problem::Viewing);
        let reviews = eyes.permit::<ReviewAccess>(tide.id).await.unwrap();
        assert_eq!(refusal(reviews.start().await), Problem::Viewing);
        // Nor with a link that came by mail.
        assert_eq!(refusal(eyes.accept(&token).await), Problem::Viewing);
        assert_eq!(refusal(eyes.visitor().decline(&token).await), Problem::Viewing);
        // Nor does one look through two people's eyes.
        assert_eq!(refusal(eyes.permit::<ViewAs>(tide.id).await), Problem::Forbidden);
        stage.unchanged_since(&before).await;
    });
}

#[test]
fn g7_support_looks_as_contacts_with_access_never_as_colleagues() {
    on_both(async |stage| {
        let (operator, alain) = support(stage).await;
        let aude = stage.person(&operator, "Aude Arsenault", &["support.auditor"]).await;
        let sophie = stage.person(&operator, "Sophie Savoie", &["support.supervisor"]).await;
        let tide = stage.organization("Tide House").await;
        let (alice, carla) = (stage.alice(&tide).await, stage.carla(&tide).await);
        let without = stage.contact(&tide, "Dora Doucet").await;
        let linked = stage.person(&tide, "Emma Doiron", &[]).await;
        let shore = stage.organization("Shore House").await;
        let closed = stage.alice(&shore).await;
        stage.run("UPDATE organizations SET state = 'closed' WHERE id = $1", [shore.id.0.into()]).await;

        for nobody in [&aude, &carla] {
            assert_eq!(refusal(nobody.asks::<ViewAs>(tide.id).await), Problem::Forbidden);
        }
        for whom in [&without, &linked, &closed, &sophie] {
            let permit = alain.asks::<ViewAs>(whom.organization).await.unwrap();
            assert_eq!(refusal(permit.to_view_as(whom.contact).await), Problem::NotToViewAs);
            let refused = permit.view_as(whom.contact, &because("Call 1204")).await;
            assert_eq!(refusal(refused), Problem::NotToViewAs);
        }
        let permit = alain.asks::<ViewAs>(tide.id).await.unwrap();
        assert_eq!(refusal(permit.to_view_as(closed.contact).await), Problem::NotFound);
        assert_eq!(
            fault(permit.view_as(alice.contact, &because(" ")).await, Field::Reason),
            Problem::Missing
        );
        assert_eq!(lines(stage).await, []);
        assert_eq!(permit.to_view_as(alice.contact).await.unwrap(), "Alice Aucoin");
        // What one of Support began is nothing in the hands of another.
        let viewing = begins(&alain, &alice).await;
        assert!(asks(&sophie, viewing).await.is_err_and(|ended| ended.is_none()));
        assert!(asks(&alain, viewing).await.is_ok());
    });
}

#[test]
fn g7_a_viewing_ends_after_thirty_minutes_on_the_clock_of_the_server() {
    on_both(async |stage| {
        let (_, alain) = support(stage).await;
        let tide = stage.organization("Tide House").await;
        let alice = stage.alice(&tide).await;
        let (first, second) = (begins(&alain, &alice).await, begins(&alain, &alice).await);
        stage.wait(30 * MINUTE - 1);
        assert!(asks(&alain, first).await.is_ok());
        stage.wait(1);
        let ended = Some(Ended { organization: tide.id, contact: alice.contact });
        assert_eq!(asks(&alain, first).await.unwrap_err(), ended);
        assert_eq!(asks(&alain, first).await.unwrap_err(), ended, "it stays over, and is written once");
        // Nobody comes back to the other one: it is written all the same, once.
        stage.portal.mind().await.unwrap();
        stage.portal.mind().await.unwrap();
        let over = ("viewing.ended".to_owned(), "time over".to_owned());
        let begun = ("viewing.started".to_owned(), String::new());
        assert_eq!(lines(stage).await, [begun.clone(), begun, over.clone(), over]);
        assert!(asks(&alain, second).await.is_err());
    });
}

#[test]
fn g7_a_viewing_ends_as_soon_as_either_side_loses_what_it_needs() {
    on_both(async |stage| {
        let (_, alain) = support(stage).await;
        let tide = stage.organization("Tide House").await;
        let alice = stage.alice(&tide).await;
        let (grants, closed) = ("contact_id = $1", "UPDATE organizations SET state = 'closed' WHERE id = $1");
        for (loses, of, again) in [
            (
                format!("UPDATE grants SET state = 'suspended' WHERE {grants}"),
                alain.contact.0,
                format!("UPDATE grants SET state = 'active' WHERE {grants}"),
            ),
            (
                format!("UPDATE grants SET state = 'suspended' WHERE {grants}"),
                alice.contact.0,
                format!("UPDATE grants SET state = 'active' WHERE {grants}"),
            ),
            (
                "UPDATE contacts SET active = FALSE, is_primary = FALSE WHERE id = $1".to_owned(),
                alice.contact.0,
                "UPDATE contacts SET active = TRUE WHERE id = $1".to_owned(),
            ),
            (
                closed.to_owned(),
                tide.id.0,
                "UPDATE organizations SET state = 'open' WHERE id = $1".to_owned(),
            ),
        ] {
            let viewing = begins(&alain, &alice).await;
            assert!(asks(&alain, viewing).await.is_ok(), "{loses}");
            stage.run(&loses, [of.into()]).await;
            assert!(asks(&alain, viewing).await.is_err(), "{loses}");
            stage.run(&again, [of.into()]).await;
            assert!(asks(&alain, viewing).await.is_err(), "{loses}: what is over does not come back");
            let last = lines(stage).await.pop().unwrap();
            assert_eq!(last, ("viewing.ended".to_owned(), "no longer allowed".to_owned()), "{loses}");
        }
    });
}

#[test]
fn g7_and_g3_the_organization_reads_that_support_looked_and_support_reads_who() {
    on_both(async |stage| {
        let (_, alain) = support(stage).await;
        let tide = stage.organization("Tide House").await;
        let (alice, bruno) =
            (stage.alice(&tide).await, stage.person(&tide, "Bruno Babin", &["funding.reader"]).await);
        let viewing = begins(&alain, &bruno).await;
        let eyes = looks(&alain, viewing).await;
        let ended = Some(Ended { organization: tide.id, contact: bruno.contact });
        assert_eq!(eyes.stop_viewing().await.unwrap(), ended);
        assert_eq!(stage.portal.end_viewing(viewing, End::SignedOut).await.unwrap(), ended, "written once");
        let told = read(&alice, tide.id).await;
        let sentences: Vec<_> = told.iter().map(|line| line.sentence.en.as_str()).collect();
        assert_eq!(
            sentences,
            [
                "Support ended the viewing of the portal as Bruno Babin sees it.",
                "Support started to view the portal as Bruno Babin sees it, without being able to change anything."
            ]
        );
        let reason = &told[1].changes[0];
        assert_eq!((reason.field.en.as_str(), reason.after.en.as_str()), ("Reason", "Call 1204"));
        assert!(!format!("{told:?}").contains("Alain"));
        let known = read(&alain, tide.id).await;
        assert!(
            known[0].sentence.fr.starts_with("Alain Allard (Soutien) a mis fin"),
            "{:?}",
            known[0].sentence
        );
    });
}

#[test]
fn g7_and_l10_looking_as_somebody_is_no_sign_in_of_theirs() {
    on_both(async |stage| {
        let (_, alain) = support(stage).await;
        let tide = stage.organization("Tide House").await;
        let alice = stage.alice(&tide).await;
        stage.wait(MINUTE);
        let accounts = "SELECT CAST(last_sign_in_at AS text) FROM accounts ORDER BY id";
        let before = stage.texts(accounts).await;
        let eyes = looks(&alain, begins(&alain, &alice).await).await;
        eyes.permit::<SeeOrganization>(tide.id).await.unwrap().home().await.unwrap();
        eyes.permit::<SeeContacts>(tide.id).await.unwrap().card(alice.contact).await.unwrap();
        assert_eq!(stage.texts(accounts).await, before);
    });
}
