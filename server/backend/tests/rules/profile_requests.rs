//! Profiles asked of Support (rule P3): the question reaches Support, Support alone grants.

use crate::grants::ticked;
use crate::stage::{Org, Person, Stage, fault, on_both, plain, refusal};
use domain::invitations::InvitationForm;
use domain::permissions::{AllOrganizations, KeepOrganizations, SeeContacts};
use domain::profile_requests::{DecisionForm, ProfileRequestLine, ProfileRequestState};
use domain::{Field, Problem};

const SUPPORT: &str = "support@accord.example";

async fn bay(stage: &Stage) -> (Org, Person, Person, Person) {
    let org = stage.organization("Tern Bay House").await;
    stage.offer(&org, "cases").await;
    let alice = stage.alice(&org).await;
    let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
    let operator = stage.operator().await;
    let sam = stage.person(&operator, "Sam Support", &["support.agent"]).await;
    (org, alice, bruno, sam)
}

async fn queue(sam: &Person, org: &Org) -> Vec<ProfileRequestLine> {
    sam.asks::<AllOrganizations>(org.id).await.unwrap().waiting_profile_requests().await.unwrap()
}

fn says(decision: &str, answer: &str) -> DecisionForm {
    DecisionForm { decision: decision.into(), answer: answer.into() }
}

async fn decides(sam: &Person, org: &Org, form: DecisionForm) -> Result<String, backend::Refusal> {
    let waiting = queue(sam, org).await;
    let permit = sam.asks::<KeepOrganizations>(org.id).await.unwrap();
    permit.decide_profile_request(waiting[0].id, &form).await
}

#[test]
fn p3_alice_asks_support_grants_and_bruno_has_it_at_once() {
    on_both(async |stage| {
        let (org, alice, bruno, sam) = bay(stage).await;
        let ask = |why: &'static str| {
            let (alice, contact) = (&alice, bruno.contact);
            async move { alice.manages().await.ask_support(contact, "cases.administrator", why).await }
        };
        assert_eq!(fault(ask(" ").await, Field::Reason), Problem::Missing);
        ask("Bruno runs the case team.").await.unwrap();
        assert_eq!(refusal(ask("Again").await), Problem::AskedAlready);
        let asked = stage.letter_to(SUPPORT).await;
        assert!(asked.text.contains("Bruno runs the case team."), "{}", asked.text);
        assert_eq!(queue(&sam, &org).await[0].reason, "Bruno runs the case team.");
        decides(&sam, &org, says("granted", "")).await.unwrap();
        let held = alice.sees().await.card(bruno.contact).await.unwrap().held;
        assert!(held.iter().any(|held| held.key == "cases.administrator"));
        assert!(stage.letter_to(&alice.email).await.subject.contains("granted"));
        assert!(
            plain(&stage.letter_to(&bruno.email).await.text)
                .contains("External case management – Administrator")
        );
        let line = alice.manages().await.profile_requests().await.unwrap().remove(0);
        assert_eq!(line.state, ProfileRequestState::Granted);
        assert!(queue(&sam, &org).await.is_empty());
        let events: Vec<_> = stage.activity().await.into_iter().map(|line| line.event).collect();
        assert_eq!(events, ["profile_request.asked", "profile_request.granted"]);
    });
}

#[test]
fn p3_support_refuses_with_its_reason() {
    on_both(async |stage| {
        let (org, alice, bruno, sam) = bay(stage).await;
        alice.manages().await.ask_support(bruno.contact, "cases.manager", "Needed").await.unwrap();
        stage.letter_to(SUPPORT).await;
        assert_eq!(fault(decides(&sam, &org, says("refused", "")).await, Field::Reason), Problem::Missing);
        let waiting = queue(&sam, &org).await[0].id;
        decides(&sam, &org, says("refused", "Your program does not use it.")).await.unwrap();
        let told = stage.letter_to(&alice.email).await;
        assert!(told.text.contains("Your program does not use it."), "{}", told.text);
        let permit = sam.asks::<KeepOrganizations>(org.id).await.unwrap();
        let again = permit.decide_profile_request(waiting, &says("granted", "")).await;
        assert_eq!(refusal(again), Problem::DecidedAlready);
    });
}

#[test]
fn p3_for_somebody_without_an_account_the_answer_is_an_invitation() {
    on_both(async |stage| {
        let (org, alice, _, sam) = bay(stage).await;
        let dora = stage.contact(&org, "Dora Doucet").await;
        alice.manages().await.ask_support(dora.contact, "cases.intake", "Needed").await.unwrap();
        decides(&sam, &org, says("granted", "Welcome")).await.unwrap();
        let token = stage.link_to(&dora.email).await;
        let dora = stage.linked(&dora, stage.account("Dora Doucet").await);
        dora.signs_in().await.unwrap().accept(&token).await.unwrap();
        dora.asks::<SeeContacts>(org.id).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn p3_only_what_one_may_not_grant_is_asked_and_only_where_it_is_offered() {
    on_both(async |stage| {
        let (org, alice, bruno, sam) = bay(stage).await;
        for profile in ["funding.reader", "colleges.administrator", "nothing", "support.agent"] {
            let asked = alice.manages().await.ask_support(bruno.contact, profile, "Needed").await;
            assert_eq!(refusal(asked), Problem::UnknownChoice, "{profile}");
        }
        let other = stage.organization("Dune House").await;
        let asked = alice.manages().await.ask_support(bruno.contact, "cases.manager", "Needed").await;
        asked.unwrap();
        let elsewhere = sam.asks::<KeepOrganizations>(other.id).await.unwrap();
        let id = queue(&sam, &org).await[0].id;
        assert_eq!(refusal(elsewhere.profile_request(id).await), Problem::NotFound);
        assert!(alice.asks::<KeepOrganizations>(org.id).await.is_err());
        stage.letter_to(SUPPORT).await;
    });
}

#[test]
fn p3_supervision_is_given_by_two_supervisors_and_taken_by_one() {
    on_both(async |stage| {
        let operator = stage.operator().await;
        let sophie = stage.person(&operator, "Sophie Savoie", &["support.supervisor"]).await;
        let gabriel = stage.person(&operator, "Gabriel Gallant", &["support.supervisor"]).await;
        let sam = stage.person(&operator, "Sam Support", &["support.agent"]).await;
        let wanted = "support.supervisor";
        // Nobody gives it alone, by whatever way.
        let both = ticked(&sophie, sam.contact, &["support.agent", wanted]).await;
        let alone = sophie.manages().await.save(sam.contact, &both).await;
        assert!(matches!(fault(alone, Field::Profiles), Problem::GrantedByTwo { .. }));
        let dora = stage.contact(&operator, "Dora Doucet").await;
        let form = InvitationForm { profiles: vec![wanted.into()], message: String::new() };
        let alone = sophie.manages().await.invite(dora.contact, &form).await;
        assert!(matches!(fault(alone, Field::Profiles), Problem::GrantedByTwo { .. }));
        // An agent cannot ask for it: one supervisor alone would then decide.
        let asked = sam.manages().await.ask_support(dora.contact, wanted, "Needed").await;
        assert_eq!(refusal(asked), Problem::UnknownChoice);
        sophie.manages().await.ask_support(sam.contact, wanted, "Sam leads the team.").await.unwrap();
        stage.letter_to(SUPPORT).await;
        let yes = says("granted", "");
        assert_eq!(refusal(decides(&sophie, &operator, yes.clone()).await), Problem::NeedsSomebodyElse);
        assert!(decides(&sam, &operator, yes.clone()).await.is_err());
        decides(&gabriel, &operator, yes.clone()).await.unwrap();
        let card = sophie.sees().await.card(sam.contact).await.unwrap();
        assert!(card.held.iter().any(|held| held.key == wanted));
        // Somebody without an account is invited with it; sent again, it still holds.
        sophie.manages().await.ask_support(dora.contact, wanted, "Dora comes back.").await.unwrap();
        stage.letter_to(SUPPORT).await;
        decides(&gabriel, &operator, yes).await.unwrap();
        let token = stage.link_to(&dora.email).await;
        let dora = stage.linked(&dora, stage.account("Dora Doucet").await);
        dora.signs_in().await.unwrap().accept(&token).await.unwrap();
        dora.asks::<KeepOrganizations>(operator.id).await.unwrap();
        // One is enough to take it away.
        let agent = ticked(&gabriel, sam.contact, &["support.agent"]).await;
        gabriel.manages().await.save(sam.contact, &agent).await.unwrap();
        let card = sophie.sees().await.card(sam.contact).await.unwrap();
        assert!(!card.held.iter().any(|held| held.key == wanted));
        stage.read_all().await;
    });
}
