//! What applications of others may know, and whom applications think of: rule A10.

use crate::relying::Relying;
use crate::stage::{Browser, PASSWORD, Stage, everywhere, handle_in, parameter, told};
use domain::Problem;
use domain::accounts::Shared;
use identity::Client;

const ALICE: &str = "alice.roy@exemple.ca";
const BRUNO: &str = "bruno.hache@exemple.ca";

async fn signed_in(stage: &Stage, email: &str) -> Browser {
    Browser::with_account(stage, &stage.portal().await, email).await
}

async fn of_others(stage: &Stage) -> Relying {
    Relying::registered(stage, "museum", |client| Client { first_party: false, ..client }).await
}

#[tokio::test]
async fn a10_alice_agrees_once_and_again_when_more_is_asked() {
    everywhere(async |stage| {
        let (alice, museum) = (signed_in(&stage, ALICE).await, of_others(&stage).await);
        let page = alice.follow(&stage, &museum.asks("openid email offline_access", &[]).url).await;
        let handle = handle_in(&page);
        assert!(page.starts_with("/fr/identity/continue?"), "{page}");
        let card = alice.desk(&stage).request(&handle).await.unwrap();
        assert_eq!(card.asks, Some(vec![Shared::Email, Shared::Offline]));
        assert_eq!(card.signed_in_as.as_deref(), Some(ALICE));
        let to = alice.desk(&stage).agree(&handle).await.unwrap().to;
        assert!(to.starts_with(&museum.back), "{to}");
        // Not asked again for as much or less, not even silently; asked for more, or when the application wants it.
        let silent = museum.asks("openid email", &[("prompt", "none")]);
        assert!(parameter(&alice.follow(&stage, &silent.url).await, "code").is_some());
        for asked in [museum.asks("openid profile", &[]), museum.asks("openid", &[("prompt", "consent")])] {
            assert!(alice.follow(&stage, &asked.url).await.starts_with("/fr/identity/continue?"));
        }
        // Bruno has agreed to nothing.
        let bruno = signed_in(&stage, BRUNO).await;
        let page = bruno.follow(&stage, &museum.asks("openid", &[]).url).await;
        assert!(page.starts_with("/fr/identity/continue?"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn a10_alice_says_no_and_the_application_learns_that_alone() {
    everywhere(async |stage| {
        let (alice, museum) = (signed_in(&stage, ALICE).await, of_others(&stage).await);
        let page = alice.follow(&stage, &museum.asks("openid", &[]).url).await;
        let handle = handle_in(&page);
        let to = alice.desk(&stage).decline(&handle).await.unwrap().to;
        assert_eq!(parameter(&to, "error").as_deref(), Some("access_denied"));
        assert_eq!(parameter(&to, "state").as_deref(), Some("s-1"));
        assert_eq!(parameter(&to, "iss").as_deref(), Some(stage.provider.issuer()));
        assert_eq!(told(alice.desk(&stage).agree(&handle).await), Problem::SignInExpired);
        assert_eq!(told(alice.desk(&stage).decline(&handle).await), Problem::SignInExpired);
    })
    .await;
}

#[tokio::test]
async fn a10_whoever_signs_in_for_an_application_of_others_is_asked_and_nobody_else_can_agree() {
    everywhere(async |stage| {
        signed_in(&stage, ALICE).await;
        let museum = of_others(&stage).await;
        let mut alice = Browser::new();
        let handle = handle_in(&alice.follow(&stage, &museum.asks("openid", &[]).url).await);
        let nobody = alice.desk(&stage).agree(&handle).await.unwrap().to;
        assert!(nobody.starts_with("/fr/identity/sign-in?"), "{nobody}");
        let page = alice.sign_in(&stage, &handle, ALICE, PASSWORD).await.unwrap();
        assert!(page.starts_with("/fr/identity/continue?"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn a10_a_choice_of_account_is_asked_once() {
    everywhere(async |stage| {
        let (mut alice, portal) = (signed_in(&stage, ALICE).await, stage.portal().await);
        signed_in(&stage, BRUNO).await;
        let begun = portal.begin(&[("prompt", "select_account")]);
        let page = alice.follow(&stage, &begun.url).await;
        assert!(page.starts_with("/fr/identity/continue?"), "{page}");
        let card = alice.desk(&stage).request(&handle_in(&page)).await.unwrap();
        assert_eq!((card.asks, card.signed_in_as.as_deref()), (None, Some(ALICE)));
        // Whoever signs in with another account has chosen.
        let to = alice.sign_in(&stage, &handle_in(&page), BRUNO, PASSWORD).await.unwrap();
        assert!(parameter(&to, "code").is_some(), "{to}");
    })
    .await;
}

#[tokio::test]
async fn a10_somebody_else_than_the_application_thought_of_is_not_told_to_it() {
    everywhere(async |stage| {
        let (alice, calendar) =
            (signed_in(&stage, ALICE).await, Relying::registered(&stage, "calendar", |client| client).await);
        let hint = calendar.enters(&stage, &alice, "openid").await["id_token"].as_str().unwrap().to_owned();
        let hinted = calendar.asks("openid", &[("id_token_hint", &hint)]);
        assert!(parameter(&alice.follow(&stage, &hinted.url).await, "code").is_some());
        let mut bruno = signed_in(&stage, BRUNO).await;
        let page = bruno.follow(&stage, &hinted.url).await;
        assert!(page.starts_with("/fr/identity/sign-in?"), "{page}");
        let to = bruno.sign_in(&stage, &handle_in(&page), BRUNO, PASSWORD).await.unwrap();
        assert_eq!(parameter(&to, "error").as_deref(), Some("login_required"), "{to}");
        assert!(parameter(&to, "code").is_none());
    })
    .await;
}
