//! Terms that change: rule A2.

use crate::stage::{Browser, PASSWORD, Portal, Stage, everywhere, handle_in, parameter, settings, told};
use domain::Problem;
use domain::accounts::TermsForm;
use identity::{Parameters, Provider, ProviderSettings};
use sea_orm::{ConnectionTrait as _, Statement};

const ALICE: &str = "alice.roy@exemple.ca";

fn ticked(consent: &str) -> TermsForm {
    TermsForm { consent: consent.into() }
}

/// The operator publishes other terms, and starts the server again.
async fn published(stage: &mut Stage, version: &str) {
    let changed = ProviderSettings { terms_version: version.into(), ..settings(&stage.platform) };
    stage.provider = Provider::open(stage.platform.clone(), changed).await.unwrap();
}

/// The version that the one account there is accepted, and when.
async fn accepted(stage: &Stage) -> (String, i64) {
    let store = &stage.platform.store;
    let asked = "SELECT terms_version, terms_accepted_at FROM identity_accounts";
    let row = Statement::from_string(store.read().get_database_backend(), asked);
    let row = store.read().query_one_raw(row).await.unwrap().unwrap();
    (row.try_get("", "terms_version").unwrap(), row.try_get("", "terms_accepted_at").unwrap())
}

/// Alice signs in and is led somewhere.
async fn signs_in(stage: &Stage, portal: &Portal) -> (Browser, String, String) {
    let mut alice = Browser::new();
    let (_, handle) = alice.arrive(stage, portal).await;
    let page = alice.sign_in(stage, &handle, ALICE, PASSWORD).await.unwrap();
    (alice, handle, page)
}

#[tokio::test]
async fn a2_terms_that_changed_are_asked_before_going_on_and_once() {
    everywhere(async |mut stage| {
        let portal = stage.portal().await;
        let began = stage.platform.clock.now().0;
        Browser::with_account(&stage, &portal, ALICE).await;
        assert_eq!(accepted(&stage).await, ("2026-11".into(), began));
        let (_, _, page) = signs_in(&stage, &portal).await;
        assert!(parameter(&page, "code").is_some(), "nothing has changed: {page}");
        published(&mut stage, "2027-01").await;
        stage.wait(60);
        let (alice, handle, page) = signs_in(&stage, &portal).await;
        let asked = format!("/fr/identity/terms?request={handle}");
        assert_eq!(page, asked);
        // Every way on leads there, and none past it.
        assert_eq!(alice.desk(&stage).proceed(&handle).await.unwrap().to, asked);
        assert_eq!(alice.desk(&stage).agree(&handle).await.unwrap().to, asked);
        let again = alice.follow(&stage, &portal.begin(&[]).url).await;
        assert!(again.starts_with("/fr/identity/terms?request="), "{again}");
        let silent = alice.follow(&stage, &portal.begin(&[("prompt", "none")]).url).await;
        assert_eq!(parameter(&silent, "error").as_deref(), Some("interaction_required"));
        assert_eq!(told(alice.desk(&stage).accept_terms(&handle, &ticked("")).await), Problem::ConsentNeeded);
        assert_eq!(accepted(&stage).await.0, "2026-11");
        let step = alice.desk(&stage).accept_terms(&handle, &ticked("true")).await.unwrap();
        assert!(parameter(&step.to, "code").is_some(), "straight on: {}", step.to);
        assert_eq!(accepted(&stage).await, ("2027-01".into(), began + 60_000));
        let (_, _, page) = signs_in(&stage, &portal).await;
        assert!(parameter(&page, "code").is_some(), "asked once: {page}");
    })
    .await;
}

#[tokio::test]
async fn a2_whoever_does_not_accept_is_signed_out_and_keeps_the_account() {
    everywhere(async |mut stage| {
        let portal = stage.portal().await;
        Browser::with_account(&stage, &portal, ALICE).await;
        published(&mut stage, "2027-01").await;
        let (alice, handle, _) = signs_in(&stage, &portal).await;
        let step = alice.desk(&stage).decline_terms(&handle).await.unwrap();
        assert_eq!(parameter(&step.to, "error").as_deref(), Some("access_denied"));
        assert_eq!(told(alice.desk(&stage).welcome(None).await), Problem::SignInNeeded);
        assert_eq!(told(alice.desk(&stage).proceed(&handle).await), Problem::SignInExpired);
        let (_, handle, page) = signs_in(&stage, &portal).await;
        assert_eq!(page, format!("/fr/identity/terms?request={handle}"), "asked again the next time");
    })
    .await;
}

#[tokio::test]
async fn a2_terms_come_before_what_an_application_of_others_asks() {
    everywhere(async |mut stage| {
        let portal = stage.portal().await;
        let alice = Browser::with_account(&stage, &portal, ALICE).await;
        published(&mut stage, "2027-01").await;
        let sent = Parameters::read(
            "response_type=code&client_id=library&redirect_uri=https%3A%2F%2Flibrary.example%2Fback%3Ffrom%3Daccord\
             &scope=openid%20email&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
        );
        let page = alice.desk(&stage).authorize(&sent).await.unwrap();
        assert!(page.starts_with("/fr/identity/terms?request="), "{page}");
        let handle = handle_in(&page);
        let step = alice.desk(&stage).accept_terms(&handle, &ticked("true")).await.unwrap();
        assert_eq!(step.to, format!("/fr/identity/continue?request={handle}"));
    })
    .await;
}

#[tokio::test]
async fn a2_nobody_signed_in_accepts_nothing() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let stranger = Browser::new();
        let (_, handle) = stranger.arrive(&stage, &portal).await;
        let step = stranger.desk(&stage).accept_terms(&handle, &ticked("true")).await.unwrap();
        assert_eq!(step.to, format!("/fr/identity/sign-in?request={handle}"));
    })
    .await;
}
