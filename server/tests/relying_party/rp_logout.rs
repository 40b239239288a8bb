//! `oidcc-client-rp-initiated-logout-rp-basic`: signing out here signs out at the provider that was used, and no
//! other. The portal sends no `state` with it, since nothing hangs on the way back: it is the first page.

use crate::scene::Browser;
use crate::suite::{Suite, is_nobody, module};
use http::StatusCode;
use identity::Parameters;

/// Signs out: where the person is sent.
async fn leaves(suite: &Suite) -> (Browser, String) {
    let (mut browser, _) = suite.is_let_in().await;
    let answer = browser.post("/auth/sign-out", "language=fr").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.body.contains("Vous continuez vers"), "{}", answer.body);
    let onward = answer.header("refresh").strip_prefix("0; url=").unwrap().to_owned();
    (browser, onward)
}

/// A7: the session here is over, and the person is sent to end the one at that provider, with the ID token as the hint.
#[tokio::test]
async fn oidcc_client_test_rp_init_logout() {
    module(async |suite| {
        let (mut browser, onward) = leaves(&suite).await;
        let (address, query) = onward.split_once('?').unwrap();
        assert_eq!(address, format!("{}/end-session", suite.op.issuer()));
        let query = Parameters::read(query);
        assert_eq!(query.one("post_logout_redirect_uri"), Some("http://localhost:3000/fr"));
        assert_eq!(query.one("client_id"), Some(crate::op::CLIENT));
        assert_eq!(query.one("id_token_hint").unwrap().split('.').count(), 3);
        assert!(is_nobody(&mut browser).await);
    })
    .await;
}

/// A7: a `state` that nobody sent changes nothing of the first page.
#[tokio::test]
async fn oidcc_client_test_rp_init_logout_other_state() {
    module(async |suite| {
        let (mut browser, _) = leaves(&suite).await;
        assert_eq!(browser.get("/fr?state=another").await.status, StatusCode::OK);
        assert!(is_nobody(&mut browser).await);
    })
    .await;
}

/// A7: neither does its absence.
#[tokio::test]
async fn oidcc_client_test_rp_init_logout_no_state() {
    module(async |suite| {
        let (mut browser, onward) = leaves(&suite).await;
        assert!(!onward.contains("state="), "{onward}");
        assert_eq!(browser.get("/fr").await.status, StatusCode::OK);
        assert!(is_nobody(&mut browser).await);
    })
    .await;
}

/// A7: a provider that cannot end its session, or does not answer, keeps nobody signed in here.
#[tokio::test]
async fn signing_out_needs_nobody_s_answer() {
    module(async |suite| {
        suite.op.ways().metadata = Box::new(|said| {
            said.as_object_mut().unwrap().remove("end_session_endpoint");
        });
        let (mut browser, _) = suite.is_let_in().await;
        let answer = browser.post("/auth/sign-out", "language=fr").await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/fr"));
        assert!(is_nobody(&mut browser).await);
    })
    .await;
}
