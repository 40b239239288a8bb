//! Signing in with e-mail and password: rule A6 and its limits.

use crate::stage::{Browser, OTHER_PASSWORD, PASSWORD, everywhere, parameter, told};
use domain::Problem;
use futures::future::join_all;

const ALICE: &str = "alice.roy@exemple.ca";

#[tokio::test]
async fn a6_the_address_in_any_case_and_the_password_open_a_session() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        Browser::with_account(&stage, &portal, ALICE).await;
        let mut alice = Browser { cookie: Some("planted by somebody".into()), ..Browser::new() };
        let (_, handle) = alice.arrive(&stage, &portal).await;
        let to = alice.sign_in(&stage, &handle, " Alice.Roy@Exemple.CA ", PASSWORD).await.unwrap();
        assert!(parameter(&to, "code").is_some(), "{to}");
        assert_ne!(alice.cookie.as_deref(), Some("planted by somebody"));
        // Next time nothing is asked.
        let begun = portal.begin(&[]);
        assert!(
            alice
                .follow(&stage, &begun.url)
                .await
                .starts_with("https://portal.example/sign-in/callback?code=")
        );
    })
    .await;
}

#[tokio::test]
async fn a6_nobody_learns_which_of_the_two_is_wrong() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        Browser::with_account(&stage, &portal, ALICE).await;
        let mut browser = Browser::new();
        let (_, handle) = browser.arrive(&stage, &portal).await;
        for (email, password) in [(ALICE, OTHER_PASSWORD), ("nobody@exemple.ca", PASSWORD)] {
            let tried = browser.sign_in(&stage, &handle, email, password).await;
            assert_eq!(told(tried), Problem::WrongCredentials);
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_not_confirmed_signs_nobody_in() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let mut browser = Browser::new();
        let (_, handle) = browser.arrive(&stage, &portal).await;
        browser.create(&stage, &handle, &crate::stage::form(ALICE, PASSWORD)).await.unwrap();
        assert_eq!(told(browser.sign_in(&stage, &handle, ALICE, PASSWORD).await), Problem::WrongCredentials);
        stage.letter().await;
    })
    .await;
}

#[tokio::test]
async fn wrong_passwords_slow_an_account_down_and_never_lock_it() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        Browser::with_account(&stage, &portal, ALICE).await;
        Browser::with_account(&stage, &portal, "other@exemple.ca").await;
        let mut browser = Browser::new();
        let (_, handle) = browser.arrive(&stage, &portal).await;
        for _ in 0..5 {
            assert_eq!(
                told(browser.sign_in(&stage, &handle, ALICE, "wrong").await),
                Problem::WrongCredentials
            );
        }
        // Even the right password waits, from anywhere; another account does not.
        let mut elsewhere = Browser::at("198.51.100.9");
        let waiting = elsewhere.sign_in(&stage, &handle, ALICE, PASSWORD).await;
        assert_eq!(told(waiting), Problem::TooManyTries { minutes: 1 });
        let (_, other) = elsewhere.arrive(&stage, &portal).await;
        elsewhere.sign_in(&stage, &other, "other@exemple.ca", PASSWORD).await.unwrap();
        for _ in 0..10 {
            stage.wait(901);
            let (_, handle) = browser.arrive(&stage, &portal).await;
            assert_eq!(
                told(browser.sign_in(&stage, &handle, ALICE, "wrong").await),
                Problem::WrongCredentials
            );
        }
        let (_, handle) = browser.arrive(&stage, &portal).await;
        assert_eq!(
            told(browser.sign_in(&stage, &handle, ALICE, PASSWORD).await),
            Problem::TooManyTries { minutes: 15 }
        );
        stage.wait(901);
        let (_, handle) = browser.arrive(&stage, &portal).await;
        browser.sign_in(&stage, &handle, ALICE, PASSWORD).await.unwrap();
        // And then all is forgotten.
        let (_, handle) = Browser::new().arrive(&stage, &portal).await;
        assert_eq!(
            told(Browser::new().sign_in(&stage, &handle, ALICE, "wrong").await),
            Problem::WrongCredentials
        );
    })
    .await;
}

#[tokio::test]
async fn a_hundred_guesses_at_once_are_five_tries() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let (_, handle) = Browser::new().arrive(&stage, &portal).await;
        let guesses = (0..40).map(|_| {
            let (stage, handle) = (&stage, &handle);
            async move { told(Browser::new().sign_in(stage, handle, ALICE, "guess").await) }
        });
        let told = join_all(guesses).await;
        let tried = told.iter().filter(|problem| **problem == Problem::WrongCredentials).count();
        assert_eq!(tried, 5, "{told:?}");
    })
    .await;
}

/// Who signs in on two devices at once is no reason for either to wait.
#[tokio::test]
async fn sign_ins_of_one_account_at_once_do_not_slow_each_other() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        Browser::with_account(&stage, &portal, ALICE).await;
        for _ in 0..10 {
            let both = (0..4).map(|_| async {
                let mut browser = Browser::new();
                let (_, handle) = browser.arrive(&stage, &portal).await;
                browser.sign_in(&stage, &handle, ALICE, PASSWORD).await
            });
            for done in join_all(both).await {
                done.unwrap();
            }
        }
    })
    .await;
}

#[tokio::test]
async fn one_address_that_tries_many_accounts_is_slowed_down() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let mut browser = Browser::at("203.0.113.5");
        let (_, handle) = browser.arrive(&stage, &portal).await;
        for n in 0..30 {
            let tried = browser.sign_in(&stage, &handle, &format!("person{n}@exemple.ca"), "guess").await;
            assert_eq!(told(tried), Problem::WrongCredentials);
        }
        let tried = browser.sign_in(&stage, &handle, "one.more@exemple.ca", "guess").await;
        assert_eq!(told(tried), Problem::TooManyTries { minutes: 1 });
        let mut neighbour = Browser::at("203.0.113.6");
        assert_eq!(
            told(neighbour.sign_in(&stage, &handle, "one.more@exemple.ca", "guess").await),
            Problem::WrongCredentials
        );
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_after_two_hours_unused_and_after_twelve_in_all() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let alice = Browser::with_account(&stage, &portal, ALICE).await;
        for _ in 0..11 {
            stage.wait(3600);
            assert!(alice.desk(&stage).welcome(None).await.is_ok());
        }
        stage.wait(3600);
        assert_eq!(told(alice.desk(&stage).welcome(None).await), Problem::SignInNeeded);
        let mut again = Browser::new();
        let (_, handle) = again.arrive(&stage, &portal).await;
        again.sign_in(&stage, &handle, ALICE, PASSWORD).await.unwrap();
        stage.wait(2 * 3600);
        assert_eq!(told(again.desk(&stage).welcome(None).await), Problem::SignInNeeded);
    })
    .await;
}
