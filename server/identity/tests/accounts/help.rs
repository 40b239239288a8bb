//! "Can't sign in?": rule A6.

use crate::stage::{BASE, Browser, OTHER_PASSWORD, PASSWORD, everywhere, form, token_in, told};
use domain::Problem;
use domain::accounts::{ConfirmForm, NewPasswordForm};
use sea_orm::ConnectionTrait as _;

const ALICE: &str = "alice.roy@exemple.ca";

fn choosing(password: &str) -> NewPasswordForm {
    NewPasswordForm { password: password.into(), password_again: password.into() }
}

#[tokio::test]
async fn a6_a_forgotten_password_is_replaced_once_and_every_session_ends() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let alice = Browser::with_account(&stage, &portal, ALICE).await;
        let lost = Browser::new();
        lost.ask_help(&stage, " Alice.Roy@exemple.ca").await.unwrap();
        let token = token_in(&stage.letter().await, "/fr/identity/reset/");
        for _ in 0..100 {
            assert_eq!(lost.desk(&stage).reset_link(&token).await.unwrap(), ALICE);
        }
        let weak = lost.desk(&stage).reset_password(&token, &choosing("Alice.Roy.Exemple.1")).await;
        assert_eq!(told(weak), Problem::PasswordTooCommon);
        assert!(alice.desk(&stage).welcome(None).await.is_ok());
        let step = lost.desk(&stage).reset_password(&token, &choosing(OTHER_PASSWORD)).await.unwrap();
        assert_eq!(step.to, "/fr/identity/password-changed");
        let told_so = stage.letter().await;
        assert_eq!(told_so.to, ALICE);
        assert!(told_so.subject.contains("a été modifié"), "{}", told_so.subject);
        assert_eq!(told(alice.desk(&stage).welcome(None).await), Problem::SignInNeeded);
        assert_eq!(told(lost.desk(&stage).reset_link(&token).await), Problem::CodeExpired);
        let (_, handle) = lost.arrive(&stage, &portal).await;
        assert_eq!(
            told(Browser::new().sign_in(&stage, &handle, ALICE, PASSWORD).await),
            Problem::WrongCredentials
        );
        Browser::new().sign_in(&stage, &handle, ALICE, OTHER_PASSWORD).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a6_the_link_to_another_password_works_two_hours_and_cannot_be_made_up() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let alice = Browser::with_account(&stage, &portal, ALICE).await;
        alice.ask_help(&stage, ALICE).await.unwrap();
        let token = token_in(&stage.letter().await, "/fr/identity/reset/");
        let (account, rest) = token.split_once('.').unwrap();
        let (at, proof) = rest.split_once('.').unwrap();
        let later: i64 = at.parse::<i64>().unwrap() + 1;
        for forged in
            [String::new(), "a.b.c".into(), format!("{account}.{later}.{proof}"), format!("{token}x")]
        {
            assert_eq!(told(alice.desk(&stage).reset_link(&forged).await), Problem::CodeExpired, "{forged}");
        }
        stage.wait(2 * 3600);
        assert_eq!(told(alice.desk(&stage).reset_link(&token).await), Problem::CodeExpired);
    })
    .await;
}

#[tokio::test]
async fn a6_an_account_that_waits_gets_its_activation_even_when_the_code_is_too_old() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let mut bruno = Browser::new();
        let (_, handle) = bruno.arrive(&stage, &portal).await;
        bruno.create(&stage, &handle, &form("bruno@exemple.ca", PASSWORD)).await.unwrap();
        stage.letter().await;
        stage.wait(3 * 3600);
        let phone = Browser::new();
        phone.ask_help(&stage, "bruno@exemple.ca").await.unwrap();
        let letter = stage.letter().await;
        let token = token_in(&letter, "/fr/identity/verify/");
        let confirm = ConfirmForm { password: PASSWORD.into() };
        assert_eq!(
            phone.desk(&stage).confirm_link(&token, &confirm).await.unwrap().to,
            "/fr/identity/welcome?client_id=accord"
        );
    })
    .await;
}

/// All that may be true of an address.
const CASES: [(&str, &str); 6] = [
    ("nobody@exemple.ca", "Aucun compte"),
    ("waits@exemple.ca", "attend d’être confirmé"),
    ("too.late@exemple.ca", "attend d’être confirmé"),
    (ALICE, "Choisissez un autre mot de passe"),
    ("disabled@exemple.ca", "est désactivé"),
    ("luc@college.example", "un autre fournisseur"),
];

#[tokio::test]
async fn a6_whatever_is_true_of_an_address_the_answer_is_the_same_and_the_mail_fits() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let registers = async |email: &str| {
            let mut browser = Browser::new();
            let (_, handle) = browser.arrive(&stage, &portal).await;
            browser.create(&stage, &handle, &form(email, PASSWORD)).await.unwrap();
            stage.letter().await;
        };
        registers("too.late@exemple.ca").await;
        stage.wait(3 * 3600);
        registers("waits@exemple.ca").await;
        Browser::with_account(&stage, &portal, ALICE).await;
        Browser::with_account(&stage, &portal, "disabled@exemple.ca").await;
        let disabled = "UPDATE identity_accounts SET state = 'disabled' WHERE email = 'disabled@exemple.ca'";
        stage.platform.store.write().execute_unprepared(disabled).await.unwrap();
        for (email, subject) in CASES {
            let stranger = Browser::at("198.51.100.23");
            assert!(matches!(stranger.ask_help(&stage, email).await, Ok(())), "{email}");
            let letter = stage.letter().await;
            assert_eq!(letter.to, email);
            assert!(letter.subject.contains(subject), "{email}: {}", letter.subject);
        }
        let letters = Browser::new().ask_help(&stage, "luc@college.example").await;
        assert!(letters.is_ok() && stage.letter().await.text.contains("login.college.example"));
    })
    .await;
}

#[tokio::test]
async fn a6_a_disabled_account_is_neither_reset_nor_created_anew() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let alice = Browser::with_account(&stage, &portal, ALICE).await;
        alice.ask_help(&stage, ALICE).await.unwrap();
        let token = token_in(&stage.letter().await, "/fr/identity/reset/");
        let disabled = "UPDATE identity_accounts SET state = 'disabled'";
        stage.platform.store.write().execute_unprepared(disabled).await.unwrap();
        let reset = alice.desk(&stage).reset_password(&token, &choosing(OTHER_PASSWORD)).await;
        assert_eq!(told(reset), Problem::CodeExpired);
        let mut anew = Browser::new();
        let (_, handle) = anew.arrive(&stage, &portal).await;
        anew.create(&stage, &handle, &form(ALICE, OTHER_PASSWORD)).await.unwrap();
        assert!(stage.letter().await.subject.contains("déjà un compte"));
    })
    .await;
}

#[tokio::test]
async fn a6_an_address_without_account_is_told_so_by_mail_alone() {
    everywhere(async |stage| {
        let nobody = Browser::new();
        nobody.ask_help(&stage, "nobody@exemple.ca").await.unwrap();
        let letter = stage.letter().await;
        assert!(letter.text.contains("Aucun compte") && letter.text.contains(&format!("{BASE}/fr\n")));
        assert_eq!(told(nobody.ask_help(&stage, "nobody").await), Problem::NotAnEmail);
    })
    .await;
}
