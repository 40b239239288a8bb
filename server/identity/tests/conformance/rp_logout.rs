//! `oidcc-rp-initiated-logout-certification-test-plan`.
//!
//! Where the suite accepts either an error or a question to the person, this provider asks; where there is nowhere to
//! go back to, it says on a page of its own that the person is signed out.

use crate::stage::{Browser, parameter};
use crate::suite::{Suite, module};
use identity::{Parameters, SignedOut};
use openidconnect::url::form_urlencoded;

/// The address that the application registered.
pub const BACK: &str = "https://suite.example/post_logout_redirect";

/// Somebody who is signed in, and the ID token of that.
async fn signed_in(suite: &Suite) -> (Browser, String) {
    let (browser, given) = suite.flow("openid", &[]).await;
    let hint = given["id_token"].as_str().unwrap().to_owned();
    (browser, hint)
}

/// What the end of the session answers to these parameters.
async fn asks(suite: &Suite, browser: &Browser, parameters: &[(&str, &str)]) -> SignedOut {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    browser.desk(&suite.stage).end_session(&Parameters::read(&query)).await.unwrap()
}

/// What `prompt=none` answers now.
async fn silently(suite: &Suite, browser: &Browser) -> Option<String> {
    let asked = suite.client.asks("openid", &[("prompt", "none")]);
    parameter(&browser.follow(&suite.stage, &asked.url).await, "error")
}

/// The person is asked, nothing has happened, and saying yes leads to a page of ours.
async fn is_asked_and_stays(suite: &Suite, browser: &Browser, answer: SignedOut) {
    let SignedOut::AskAt(page) = answer else { panic!("nobody was asked: {answer:?}") };
    assert!(page.starts_with("/fr/identity/sign-out?"), "{page}");
    assert_eq!(silently(suite, browser).await, None);
    let (_, query) = page.split_once('?').unwrap();
    let to = browser.desk(&suite.stage).sign_out_to(query).await.unwrap();
    assert!(to.starts_with("/fr/identity/signed-out"), "{to}");
    assert_eq!(silently(suite, browser).await.as_deref(), Some("login_required"));
}

/// A10: discovery names the address.
#[tokio::test]
async fn oidcc_rp_initiated_logout_discovery_endpoint_verification() {
    module(async |suite| {
        let said = suite.stage.provider.discovery();
        assert!(said["end_session_endpoint"].as_str().unwrap().starts_with("https://"));
    })
    .await;
}

/// A10: the session ends, the person comes back with `state`, and `prompt=none` finds nobody.
#[tokio::test]
async fn oidcc_rp_initiated_logout() {
    module(async |suite| {
        let (browser, hint) = signed_in(&suite).await;
        assert_eq!(silently(&suite, &browser).await, None);
        let wish = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK), ("state", "s-2")];
        assert_eq!(asks(&suite, &browser, &wish).await, SignedOut::To(format!("{BACK}?state=s-2")));
        assert_eq!(silently(&suite, &browser).await.as_deref(), Some("login_required"));
    })
    .await;
}

/// A10: without `state` none comes back.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_state() {
    module(async |suite| {
        let (browser, hint) = signed_in(&suite).await;
        let wish = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK)];
        assert_eq!(asks(&suite, &browser, &wish).await, SignedOut::To(BACK.into()));
        assert_eq!(silently(&suite, &browser).await.as_deref(), Some("login_required"));
    })
    .await;
}

/// A10: an address that was not registered is not gone to.
#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri() {
    module(async |suite| {
        let (browser, hint) = signed_in(&suite).await;
        let wrong = format!("{BACK}/elsewhere");
        let wish = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", &wrong), ("state", "s-2")];
        let answer = asks(&suite, &browser, &wish).await;
        is_asked_and_stays(&suite, &browser, answer).await;
    })
    .await;
}

/// A10: nor is a registered one with something added.
#[tokio::test]
async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() {
    module(async |suite| {
        let (browser, hint) = signed_in(&suite).await;
        let added = format!("{BACK}?foo=bar");
        let wish = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", &added), ("state", "s-2")];
        let answer = asks(&suite, &browser, &wish).await;
        is_asked_and_stays(&suite, &browser, answer).await;
    })
    .await;
}

/// A10: a hint whose header was changed to `alg: none` proves nothing.
#[tokio::test]
async fn oidcc_rp_initiated_logout_modified_id_token_hint() {
    module(async |suite| {
        let (browser, hint) = signed_in(&suite).await;
        let claims = hint.split('.').nth(1).unwrap();
        let modified = format!("eyJhbGciOiJub25lIn0.{claims}.");
        let wish =
            [("id_token_hint", modified.as_str()), ("post_logout_redirect_uri", BACK), ("state", "s-2")];
        let answer = asks(&suite, &browser, &wish).await;
        is_asked_and_stays(&suite, &browser, answer).await;
    })
    .await;
}

/// A10: a hint whose signature does not fit proves nothing.
#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_id_token_hint() {
    module(async |suite| {
        let (browser, hint) = signed_in(&suite).await;
        let (signed, _) = hint.rsplit_once('.').unwrap();
        let bad = format!("{signed}.{}", "A".repeat(86));
        let wish = [("id_token_hint", bad.as_str()), ("post_logout_redirect_uri", BACK), ("state", "s-2")];
        let answer = asks(&suite, &browser, &wish).await;
        is_asked_and_stays(&suite, &browser, answer).await;
    })
    .await;
}

/// A10: without a hint the person is asked.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_id_token_hint() {
    module(async |suite| {
        let (browser, _) = signed_in(&suite).await;
        let answer = asks(&suite, &browser, &[("post_logout_redirect_uri", BACK), ("state", "s-2")]).await;
        is_asked_and_stays(&suite, &browser, answer).await;
    })
    .await;
}

/// A10: without anything the person is asked.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_params() {
    module(async |suite| {
        let (browser, _) = signed_in(&suite).await;
        let answer = asks(&suite, &browser, &[]).await;
        is_asked_and_stays(&suite, &browser, answer).await;
    })
    .await;
}

/// A10: with nothing but `state` the person is asked.
#[tokio::test]
async fn oidcc_rp_initiated_logout_only_state() {
    module(async |suite| {
        let (browser, _) = signed_in(&suite).await;
        let answer = asks(&suite, &browser, &[("state", "s-2")]).await;
        is_asked_and_stays(&suite, &browser, answer).await;
    })
    .await;
}

/// A10: with a hint and nowhere to go back to, the person is signed out and told so here.
#[tokio::test]
async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri() {
    module(async |suite| {
        let (browser, hint) = signed_in(&suite).await;
        let answer = asks(&suite, &browser, &[("id_token_hint", hint.as_str()), ("state", "s-2")]).await;
        assert_eq!(answer, SignedOut::To("/fr/identity/signed-out?client_id=suite".into()));
        assert_eq!(silently(&suite, &browser).await.as_deref(), Some("login_required"));
    })
    .await;
}

/// A10, beyond the plan: a `client_id` that is not the hint's contradicts it (RP-Initiated Logout 1.0, 2).
#[tokio::test]
async fn a_client_id_that_is_not_the_hint_s_is_asked_about() {
    module(async |suite| {
        let (browser, hint) = signed_in(&suite).await;
        let answer =
            asks(&suite, &browser, &[("id_token_hint", hint.as_str()), ("client_id", "accord")]).await;
        is_asked_and_stays(&suite, &browser, answer).await;
    })
    .await;
}
