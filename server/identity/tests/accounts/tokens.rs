//! Refresh tokens, and tokens given back: rule A10.

use crate::relying::{Proof, Relying, error_of, userinfo, verified};
use crate::stage::{Browser, OTHER_PASSWORD, Stage, everywhere, token_in};
use domain::accounts::NewPasswordForm;
use futures::future::join_all;
use identity::Client;
use serde_json::Value;

const ALICE: &str = "alice.roy@exemple.ca";
const DAY: i64 = 86_400;

async fn alice(stage: &Stage) -> Browser {
    Browser::with_account(stage, &stage.portal().await, ALICE).await
}

async fn calendar(stage: &Stage) -> Relying {
    Relying::registered(stage, "calendar", |client| client).await
}

#[tokio::test]
async fn a10_a_refresh_token_is_exchanged_once_for_the_next_and_says_the_same_person() {
    everywhere(async |stage| {
        let (alice, calendar) = (alice(&stage).await, calendar(&stage).await);
        assert!(calendar.enters(&stage, &alice, "openid").await.get("refresh_token").is_none());
        let first = calendar.enters(&stage, &alice, "openid email offline_access").await;
        stage.wait(3 * DAY);
        assert_eq!(userinfo(&stage, &first["access_token"]).await.status, 401);
        let answer = calendar.refreshes(&stage, &first["refresh_token"]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let second = answer.body;
        assert_ne!(first["refresh_token"], second["refresh_token"]);
        let (_, before) = verified(&stage, &first["id_token"]).await;
        let (_, after) = verified(&stage, &second["id_token"]).await;
        for same in ["iss", "sub", "aud", "auth_time", "sid"] {
            assert_eq!(before[same], after[same], "{same}");
        }
        assert!(after["iat"].as_i64() > before["iat"].as_i64() && after.get("nonce").is_none());
        assert_eq!(userinfo(&stage, &second["access_token"]).await.body["email"], ALICE);
        // Sessions that are long past are swept, and this one goes on.
        stage.provider.sweep().await.unwrap();
        assert_eq!(calendar.refreshes(&stage, &second["refresh_token"]).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a10_a_refresh_token_that_comes_twice_takes_its_whole_family_back() {
    everywhere(async |stage| {
        let (alice, calendar) = (alice(&stage).await, calendar(&stage).await);
        let first = calendar.enters(&stage, &alice, "openid offline_access").await;
        let second = calendar.refreshes(&stage, &first["refresh_token"]).await.body;
        let other = calendar.enters(&stage, &alice, "openid offline_access").await;
        let stolen = calendar.refreshes(&stage, &first["refresh_token"]).await;
        assert_eq!(error_of(&stolen), (400, "invalid_grant"));
        assert_eq!(userinfo(&stage, &second["access_token"]).await.status, 401);
        let heir = calendar.refreshes(&stage, &second["refresh_token"]).await;
        assert_eq!(error_of(&heir), (400, "invalid_grant"));
        // Another family knows nothing of it.
        assert_eq!(calendar.refreshes(&stage, &other["refresh_token"]).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a10_a_refresh_token_sent_ten_times_at_once_gives_no_two_families() {
    everywhere(async |stage| {
        let (alice, calendar) = (alice(&stage).await, calendar(&stage).await);
        let first = calendar.enters(&stage, &alice, "openid offline_access").await;
        let tries = (0..10).map(|_| calendar.refreshes(&stage, &first["refresh_token"]));
        let given: Vec<Value> = join_all(tries)
            .await
            .into_iter()
            .filter(|answer| answer.status == 200)
            .map(|one| one.body)
            .collect();
        assert_eq!(given.len(), 1);
        assert_eq!(calendar.refreshes(&stage, &given[0]["refresh_token"]).await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a10_a_family_ends_after_thirty_days_without_use_and_after_ninety_in_all() {
    everywhere(async |stage| {
        let (alice, calendar) = (alice(&stage).await, calendar(&stage).await);
        let idle = calendar.enters(&stage, &alice, "openid offline_access").await;
        let mut used = calendar.enters(&stage, &alice, "openid offline_access").await;
        for _ in 0..3 {
            stage.wait(29 * DAY);
            let answer = calendar.refreshes(&stage, &used["refresh_token"]).await;
            assert_eq!(answer.status, 200);
            used = answer.body;
        }
        assert_eq!(calendar.refreshes(&stage, &idle["refresh_token"]).await.status, 400);
        stage.wait(3 * DAY);
        assert_eq!(calendar.refreshes(&stage, &used["refresh_token"]).await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a10_an_application_so_registered_renews_while_the_session_lives_and_no_longer() {
    everywhere(async |stage| {
        let alice = alice(&stage).await;
        let desk =
            Relying::registered(&stage, "desk", |client| Client { refresh_tokens: true, ..client }).await;
        let mut given = desk.enters(&stage, &alice, "openid").await;
        // Whoever uses the application uses the session: seven hours in steps that keep it awake.
        for _ in 0..7 {
            stage.wait(3600);
            let answer = desk.refreshes(&stage, &given["refresh_token"]).await;
            assert_eq!(answer.status, 200);
            given = answer.body;
        }
        stage.wait(5 * 3600);
        assert_eq!(desk.refreshes(&stage, &given["refresh_token"]).await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a10_signing_out_and_another_password_end_what_goes_on_while_away() {
    everywhere(async |stage| {
        let (mut alice, calendar) = (alice(&stage).await, calendar(&stage).await);
        let away = calendar.enters(&stage, &alice, "openid offline_access").await;
        stage.wait(1);
        // She signs in anew in the same browser: her calendar goes on, with the new session.
        let portal = stage.portal().await;
        let again = alice.follow(&stage, &portal.begin(&[("prompt", "login")]).url).await;
        let handle = crate::stage::handle_in(&again);
        alice.sign_in(&stage, &handle, ALICE, crate::stage::PASSWORD).await.unwrap();
        let renewed = calendar.refreshes(&stage, &away["refresh_token"]).await;
        assert_eq!(renewed.status, 200, "{renewed:?}");
        alice.desk(&stage).sign_out().await.unwrap();
        assert_eq!(userinfo(&stage, &renewed.body["access_token"]).await.status, 401);
        assert_eq!(calendar.refreshes(&stage, &renewed.body["refresh_token"]).await.status, 400);
        // Another day, another session; then she chooses another password elsewhere.
        let (_, handle) = alice.arrive(&stage, &portal).await;
        alice.sign_in(&stage, &handle, ALICE, crate::stage::PASSWORD).await.unwrap();
        let away = calendar.enters(&stage, &alice, "openid offline_access").await;
        let phone = Browser::at("198.51.100.4");
        phone.ask_help(&stage, ALICE).await.unwrap();
        let link = token_in(&stage.letter().await, "/fr/identity/reset/");
        let form = NewPasswordForm { password: OTHER_PASSWORD.into(), password_again: OTHER_PASSWORD.into() };
        phone.desk(&stage).reset_password(&link, &form).await.unwrap();
        assert!(stage.letter().await.subject.contains("a été modifié"));
        assert_eq!(calendar.refreshes(&stage, &away["refresh_token"]).await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a10_a_code_used_again_takes_its_refresh_tokens_back_too() {
    everywhere(async |stage| {
        let (alice, calendar) = (alice(&stage).await, calendar(&stage).await);
        let asked = calendar.asks("openid offline_access", &[]);
        let back = alice.follow(&stage, &asked.url).await;
        let given = calendar.exchanges(&stage, &asked, &back).await.body;
        let heir = calendar.refreshes(&stage, &given["refresh_token"]).await.body;
        assert_eq!(error_of(&calendar.exchanges(&stage, &asked, &back).await), (400, "invalid_grant"));
        assert_eq!(userinfo(&stage, &heir["access_token"]).await.status, 401);
        assert_eq!(calendar.refreshes(&stage, &heir["refresh_token"]).await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a10_less_may_be_asked_for_and_never_more_and_another_application_gets_nothing() {
    everywhere(async |stage| {
        let (alice, calendar) = (alice(&stage).await, calendar(&stage).await);
        let given = calendar.enters(&stage, &alice, "openid email offline_access").await;
        let token = given["refresh_token"].as_str().unwrap();
        let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "openid profile")];
        assert_eq!(error_of(&calendar.sends(&stage, "token", &form).await), (400, "invalid_scope"));
        let other = Relying::registered(&stage, "other", |client| client).await;
        assert_eq!(error_of(&other.refreshes(&stage, &given["refresh_token"]).await), (400, "invalid_grant"));
        let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "openid")];
        let less = calendar.sends(&stage, "token", &form).await;
        assert_eq!((less.status, &less.body["scope"]), (200, &"openid".into()), "{less:?}");
        assert!(userinfo(&stage, &less.body["access_token"]).await.body.get("email").is_none());
        // An access token is no refresh token, and the other way round.
        assert_eq!(calendar.refreshes(&stage, &less.body["access_token"]).await.status, 400);
        assert_eq!(userinfo(&stage, &less.body["refresh_token"]).await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn a10_an_application_gives_its_tokens_back() {
    everywhere(async |stage| {
        let (alice, calendar) = (alice(&stage).await, calendar(&stage).await);
        let other =
            Relying { proof: Proof::Post, ..Relying::registered(&stage, "other", |client| client).await };
        let given = calendar.enters(&stage, &alice, "openid offline_access").await;
        let form = |what: &str| [("token", given[what].as_str().unwrap().to_owned())];
        for (what, after) in [("access_token", 200), ("refresh_token", 400)] {
            let [(name, token)] = form(what);
            let of_another = other.sends(&stage, "revoke", &[(name, &token)]).await;
            assert_eq!(error_of(&of_another), (400, "invalid_grant"));
            for _ in 0..2 {
                assert_eq!(calendar.sends(&stage, "revoke", &[(name, &token)]).await.status, 200);
            }
            assert_eq!(userinfo(&stage, &given["access_token"]).await.status, 401);
            if after == 400 {
                assert_eq!(calendar.refreshes(&stage, &given["refresh_token"]).await.status, 400);
            }
        }
        assert_eq!(calendar.sends(&stage, "revoke", &[("token", "unknown")]).await.status, 200);
        assert_eq!(error_of(&calendar.sends(&stage, "revoke", &[]).await), (400, "invalid_request"));
        let stranger = Relying { secret: "wrong".into(), ..calendar };
        assert_eq!(
            error_of(&stranger.sends(&stage, "revoke", &[("token", "x")]).await),
            (401, "invalid_client")
        );
    })
    .await;
}

#[tokio::test]
async fn a10_a_telephone_s_application_keeps_no_secret_and_its_tokens_turn_all_the_same() {
    everywhere(async |stage| {
        let alice = alice(&stage).await;
        let public = Relying::registered(&stage, "phone", |client| Client { secret: None, ..client }).await;
        let phone = Relying { proof: Proof::Public, ..public };
        let first = phone.enters(&stage, &alice, "openid offline_access").await;
        let second = phone.refreshes(&stage, &first["refresh_token"]).await.body;
        assert_eq!(phone.refreshes(&stage, &first["refresh_token"]).await.status, 400);
        assert_eq!(phone.refreshes(&stage, &second["refresh_token"]).await.status, 400);
        // A secret that nobody gave it proves nothing.
        let pretending = Relying { proof: Proof::Basic, ..phone };
        let answer = pretending.refreshes(&stage, &second["refresh_token"]).await;
        assert_eq!(error_of(&answer), (401, "invalid_client"));
    })
    .await;
}
