//! The five attacks of "Pre-hijacked accounts" (USENIX Security 2022) on the provider, addresses that look alike, and
//! planted cookies. Mallory comes first each time; in the end the account is Bruno's alone.

use crate::factors::{set_up, types};
use crate::relying::Relying;
use crate::stage::{
    Browser, OTHER_PASSWORD, PASSWORD, Portal, Stage, code_in, everywhere, form, parameter, token_in, told,
};
use domain::accounts::own::OwnEmailForm;
use domain::accounts::{ConfirmForm, NewPasswordForm};
use domain::{Email, Problem};

const BRUNO: &str = "bruno.hache@emploi-nord.example";

async fn asked(stage: &Stage, email: &str) -> (Browser, String) {
    let portal = stage.portal().await;
    let mut browser = Browser::new();
    let (_, handle) = browser.arrive(stage, &portal).await;
    browser.create(stage, &handle, &form(email, PASSWORD)).await.unwrap();
    (browser, handle)
}

/// "Classic-federated merge": Mallory asks first for an account with Bruno's address, chooses a password and waits. What
/// the portal does with another provider's word for his address stands in the router's tests.
#[tokio::test]
async fn known_mistake_classic_federated_merge_a_prepared_account_keeps_no_password_of_whoever_prepared_it() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let mut mallory = Browser::at("203.0.113.66");
        let (_, hers) = mallory.arrive(&stage, &portal).await;
        mallory.create(&stage, &hers, &form(BRUNO, OTHER_PASSWORD)).await.unwrap();
        let prepared = stage.letter().await;
        let (mut bruno, his) = asked(&stage, BRUNO).await;
        let code = code_in(&stage.letter().await);
        bruno.type_code(&stage, &his, &code).await.unwrap();
        // Her link is dead, even to Bruno, and her code to her, even if she guessed it.
        let link = token_in(&prepared, "/fr/identity/verify/");
        assert_eq!(told(bruno.desk(&stage).link(&link).await), Problem::CodeExpired);
        assert_eq!(
            told(mallory.type_code(&stage, &hers, &code_in(&prepared)).await),
            Problem::WrongCode { left: 4 }
        );
        let (_, handle) = mallory.arrive(&stage, &portal).await;
        let tried = mallory.sign_in(&stage, &handle, BRUNO, OTHER_PASSWORD).await;
        assert_eq!(told(tried), Problem::WrongCredentials);
    })
    .await;
}

/// "Trojan identifier": Mallory prepares an account and hopes that Bruno clicks on the link in the mail.
#[tokio::test]
async fn known_mistake_trojan_identifier_the_link_of_somebody_else_s_account_does_not_open_it() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let mut mallory = Browser::at("203.0.113.66");
        let (_, hers) = mallory.arrive(&stage, &portal).await;
        mallory.create(&stage, &hers, &form(BRUNO, OTHER_PASSWORD)).await.unwrap();
        let link = token_in(&stage.letter().await, "/fr/identity/verify/");
        let bruno = Browser::new();
        assert!(bruno.desk(&stage).link(&link).await.unwrap().asks_password);
        for _ in 0..5 {
            let guess = ConfirmForm { password: PASSWORD.into() };
            assert_eq!(told(bruno.desk(&stage).confirm_link(&link, &guess).await), Problem::WrongCredentials);
        }
        let guess = ConfirmForm { password: PASSWORD.into() };
        assert!(matches!(
            told(bruno.desk(&stage).confirm_link(&link, &guess).await),
            Problem::TooManyTries { .. }
        ));
        let (_, handle) = mallory.arrive(&stage, &portal).await;
        assert_eq!(
            told(mallory.sign_in(&stage, &handle, BRUNO, OTHER_PASSWORD).await),
            Problem::WrongCredentials
        );
    })
    .await;
}

/// "Unexpired session": Mallory knew the password, and stays signed in, here and in an application.
#[tokio::test]
async fn known_mistake_unexpired_session_another_password_ends_every_session_and_every_token() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let calendar = Relying::registered(&stage, "calendar", |client| client).await;
        let mallory = Browser::with_account(&stage, &portal, BRUNO).await;
        let away = calendar.enters(&stage, &mallory, "openid offline_access").await;
        let waiting = mallory.follow(&stage, &portal.begin(&[("prompt", "select_account")]).url).await;
        let waiting = crate::stage::handle_in(&waiting);
        let bruno = Browser::at("198.51.100.4");
        bruno.ask_help(&stage, BRUNO).await.unwrap();
        let link = token_in(&stage.letter().await, "/fr/identity/reset/");
        let chosen =
            NewPasswordForm { password: OTHER_PASSWORD.into(), password_again: OTHER_PASSWORD.into() };
        bruno.desk(&stage).reset_password(&link, &chosen).await.unwrap();
        assert!(stage.letter().await.subject.contains("a été modifié"));
        assert_eq!(told(mallory.desk(&stage).welcome(None).await), Problem::SignInNeeded);
        let on = mallory.desk(&stage).proceed(&waiting).await.unwrap().to;
        assert!(on.starts_with("/fr/identity/sign-in"), "{on}");
        let silent = mallory.follow(&stage, &portal.begin(&[("prompt", "none")]).url).await;
        assert_eq!(parameter(&silent, "error").as_deref(), Some("login_required"));
        assert_eq!(calendar.refreshes(&stage, &away["refresh_token"]).await.status, 400);
    })
    .await;
}

/// "Unexpired e-mail change": a proof of the address that Mallory asked for lies in Bruno's mail when his account is
/// made, and when he chooses another password.
#[tokio::test]
async fn known_mistake_unexpired_email_change_no_older_proof_of_the_address_outlives_the_account_or_the_password()
 {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let mut mallory = Browser::at("203.0.113.66");
        let (_, hers) = mallory.arrive(&stage, &portal).await;
        mallory.create(&stage, &hers, &form(BRUNO, OTHER_PASSWORD)).await.unwrap();
        let prepared = stage.letter().await;
        let (mut bruno, his) = asked(&stage, BRUNO).await;
        bruno.type_code(&stage, &his, &code_in(&stage.letter().await)).await.unwrap();
        let link = token_in(&prepared, "/fr/identity/verify/");
        let confirm = ConfirmForm { password: OTHER_PASSWORD.into() };
        assert_eq!(told(mallory.desk(&stage).confirm_link(&link, &confirm).await), Problem::CodeExpired);
        stage.wait(61);
        mallory.desk(&stage).send_again(&hers).await.unwrap();
        assert!(stage.letter().await.subject.contains("déjà un compte"), "no new code for her, either");
        // Two links to another password: whichever is used first is the last.
        mallory.ask_help(&stage, BRUNO).await.unwrap();
        let first = token_in(&stage.letter().await, "/fr/identity/reset/");
        stage.wait(1);
        bruno.ask_help(&stage, BRUNO).await.unwrap();
        let second = token_in(&stage.letter().await, "/fr/identity/reset/");
        let chosen =
            NewPasswordForm { password: OTHER_PASSWORD.into(), password_again: OTHER_PASSWORD.into() };
        bruno.desk(&stage).reset_password(&second, &chosen).await.unwrap();
        assert!(stage.letter().await.subject.contains("a été modifié"));
        assert_eq!(told(mallory.desk(&stage).reset_password(&first, &chosen).await), Problem::CodeExpired);
    })
    .await;
}

/// The same the other way: a link to another password lies in the mail of an address that Bruno has left since.
#[tokio::test]
async fn known_mistake_unexpired_email_change_a_link_to_another_password_dies_with_the_address_it_was_sent_to()
 {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let mallory = Browser::at("203.0.113.66");
        mallory.ask_help(&stage, BRUNO).await.unwrap();
        let reset = token_in(&stage.letter().await, "/fr/identity/reset/");
        let new = OwnEmailForm { email: "bruno@maison.example".into() };
        bruno.desk(&stage).ask_new_email(&new).await.unwrap();
        let letters = stage.letters().await;
        let there = letters.iter().find(|letter| letter.to == new.email).unwrap();
        let confirm = token_in(there, "/identity/new-email/");
        assert_eq!(mallory.desk(&stage).reset_link(&reset).await.unwrap(), BRUNO, "it works until then");
        bruno.desk(&stage).confirm_new_email(&confirm).await.unwrap();
        assert!(!stage.letters().await.is_empty(), "he is told at the address that he leaves");
        assert_eq!(told(mallory.desk(&stage).reset_link(&reset).await), Problem::CodeExpired);
    })
    .await;
}

/// "Non-verifying identity provider": ours would be one if it let anybody in with an address that nobody proved.
#[tokio::test]
async fn known_mistake_non_verifying_provider_nobody_comes_in_with_an_address_that_is_not_proved() {
    everywhere(async |stage| {
        let (mut mallory, handle) = asked(&stage, BRUNO).await;
        stage.letter().await;
        assert_eq!(told(mallory.desk(&stage).welcome(Some(&handle)).await), Problem::SignInNeeded);
        let on = mallory.desk(&stage).proceed(&handle).await.unwrap().to;
        assert!(on.starts_with("/fr/identity/sign-in"), "{on}");
        let tried = mallory.sign_in(&stage, &handle, BRUNO, PASSWORD).await;
        assert_eq!(told(tried), Problem::WrongCredentials);
    })
    .await;
}

/// Addresses that look like Bruno's, or that some software takes for his: the Kelvin sign, a Cyrillic о, a dotless ı, wide
/// letters, a letter and its mark apart.
#[tokio::test]
async fn known_mistake_an_address_that_looks_alike_reaches_nobody_else_s_account() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let his = "kim.rené@emploi-nord.example";
        Browser::with_account(&stage, &portal, his).await;
        let mut asked = 0;
        for alike in [
            "kim.rene@emploi-nord.example",
            "kım.rené@emploi-nord.example",
            "kim.rené@empl\u{43e}i-nord.example",
            "ｋim.rené@emploi-nord.example",
            "kim.rene\u{301}@emploi-nord.example",
            "\u{212a}im.rené@emploi-nord.example",
        ] {
            let stranger = Browser::at("203.0.113.66");
            if let Err(refusal) = stranger.ask_help(&stage, alike).await {
                assert_eq!(told::<()>(Err(refusal)), Problem::NotAnEmail, "{alike}");
                continue;
            }
            asked += 1;
            let letter = stage.letter().await;
            let reset = letter.text.contains("/identity/reset/");
            // What is written differently is another address; a mail with a link goes to the account's own and no other.
            assert!(!reset || Email::known(letter.to.clone()).as_str() == his, "{alike} got {}", letter.to);
            let mut browser = Browser::at("203.0.113.67");
            let (_, handle) = browser.arrive(&stage, &portal).await;
            // Even with his password; a spelling with the same small letters is his address.
            let his_own = Email::known(alike.to_owned()).key() == his;
            assert_eq!(browser.sign_in(&stage, &handle, alike, PASSWORD).await.is_ok(), his_own, "{alike}");
        }
        assert!(asked >= 4, "most of them are addresses");
    })
    .await;
}

const PLANTED: &str = "planted by mallory";

/// A browser in which Mallory left a cookie, at the page of a sign-in.
async fn planted(stage: &Stage, portal: &Portal) -> (Browser, String) {
    let browser = Browser { cookie: Some(PLANTED.into()), ..Browser::new() };
    let (_, handle) = browser.arrive(stage, portal).await;
    (browser, handle)
}

/// Whoever signed in there is signed in, and Mallory, who knows the cookie of before, is not.
async fn is_theirs_alone(stage: &Stage, browser: &Browser) {
    assert!(browser.desk(stage).welcome(None).await.is_ok());
    let mallory = Browser { cookie: Some(PLANTED.into()), ..Browser::at("203.0.113.66") };
    assert_eq!(told(mallory.desk(stage).welcome(None).await), Problem::SignInNeeded);
}

/// Session fixation: whichever way Bruno signs in, the token of the cookie is another from then on.
#[tokio::test]
async fn known_mistake_session_fixation_a_planted_cookie_is_worth_nothing_after_any_way_of_signing_in() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let (mut by_code, handle) = planted(&stage, &portal).await;
        by_code.create(&stage, &handle, &form(BRUNO, PASSWORD)).await.unwrap();
        by_code.type_code(&stage, &handle, &code_in(&stage.letter().await)).await.unwrap();
        is_theirs_alone(&stage, &by_code).await;

        let (mut by_link, handle) = planted(&stage, &portal).await;
        by_link.create(&stage, &handle, &form("anne@exemple.ca", PASSWORD)).await.unwrap();
        let link = token_in(&stage.letter().await, "/fr/identity/verify/");
        let step = by_link.desk(&stage).confirm_link(&link, &ConfirmForm::default()).await.unwrap();
        by_link.take(step);
        is_theirs_alone(&stage, &by_link).await;

        let (mut by_password, handle) = planted(&stage, &portal).await;
        by_password.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
        is_theirs_alone(&stage, &by_password).await;

        let app = set_up(&stage, &by_password).await;
        stage.letter().await;
        stage.wait(60);
        let (mut by_two, handle) = planted(&stage, &portal).await;
        by_two.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
        types(&mut by_two, &stage, &handle, &app.shows(&stage)).await.unwrap();
        is_theirs_alone(&stage, &by_two).await;
    })
    .await;
}
