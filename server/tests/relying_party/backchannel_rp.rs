//! `oidcc-client-back-channel-logout-rp-basic`: a provider says that a session is over.

use crate::op::{CLIENT, Key, Op, SUBJECT, forged, seconds, unsigned};
use crate::scene::{Answer, Scene};
use crate::suite::{Suite, is_nobody, module};
use http::StatusCode;
use serde_json::{Value, json};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

fn claims(op: &Op) -> Value {
    json!({
        "iss": op.issuer(), "aud": CLIENT, "iat": seconds(), "exp": seconds() + 120, "jti": "once",
        "sub": SUBJECT, "sid": "session-1", "events": { EVENT: {} },
    })
}

fn token(op: &Op, claims: &Value) -> String {
    let mut header = op.header();
    header["typ"] = json!("logout+jwt");
    op.signs(header, claims)
}

/// A program posts it: no cookie, and the origin of nobody.
async fn posts(scene: &Scene, provider: &str, token: &str) -> Answer {
    let address = format!("/auth/backchannel-logout/{provider}");
    let mut program = scene.browser().with("accept", "application/json");
    let answer = program.post(&address, &format!("logout_token={token}")).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    answer
}

/// Somebody is signed in, and that token ends nothing.
async fn is_not_taken(suite: &Suite, token: &str) {
    let (mut browser, _) = suite.is_let_in().await;
    let answer = posts(&suite.scene, "college", token).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
    assert!(!is_nobody(&mut browser).await);
}

async fn is_not_taken_with(suite: &Suite, change: impl Fn(&mut Value)) {
    let mut claims = claims(&suite.op);
    change(&mut claims);
    let token = token(&suite.op, &claims);
    is_not_taken(suite, &token).await;
}

/// A7: the session that the provider ends is over here, at once; no other is.
#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout() {
    module(async |suite| {
        let (mut browser, _) = suite.is_let_in().await;
        suite.op.ways().claims = Box::new(|claims| claims["sid"] = json!("session-2"));
        let (mut elsewhere, _) = suite.is_let_in().await;
        let answer = posts(&suite.scene, "college", &token(&suite.op, &claims(&suite.op))).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, ""));
        assert!(is_nobody(&mut browser).await);
        assert!(!is_nobody(&mut elsewhere).await);
        // The subject alone: all sessions of that person.
        let mut of_all = claims(&suite.op);
        of_all.as_object_mut().unwrap().remove("sid");
        assert_eq!(posts(&suite.scene, "college", &token(&suite.op, &of_all)).await.status, StatusCode::OK);
        assert!(is_nobody(&mut elsewhere).await);
        // What is over already is taken, too.
        assert_eq!(posts(&suite.scene, "college", &token(&suite.op, &of_all)).await.status, StatusCode::OK);
    })
    .await;
}

/// A7: the same with the session alone, and with a key that is new since the person came.
#[tokio::test]
async fn a7_a_logout_names_the_session_alone_and_is_signed_with_a_new_key() {
    module(async |suite| {
        let (mut browser, _) = suite.is_let_in().await;
        suite.rests().await;
        {
            let mut ways = suite.op.ways();
            ways.signs = Key::es256("next");
            ways.published = vec![ways.signs.clone()];
        }
        let mut claims = claims(&suite.op);
        claims.as_object_mut().unwrap().remove("sub");
        assert_eq!(posts(&suite.scene, "college", &token(&suite.op, &claims)).await.status, StatusCode::OK);
        assert!(is_nobody(&mut browser).await);
    })
    .await;
}

/// A7: an unsigned token is refused.
#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_alg_none() {
    module(async |suite| {
        let token = unsigned(suite.op.signs(json!({ "alg": "none" }), &claims(&suite.op)));
        is_not_taken(&suite, &token).await;
    })
    .await;
}

/// A7: one without `events` is refused.
#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_no_event() {
    module(async |suite| {
        is_not_taken_with(&suite, |claims| {
            claims.as_object_mut().unwrap().remove("events");
        })
        .await;
    })
    .await;
}

/// A7: one with a `nonce` is an ID token, perhaps, and refused.
#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_with_nonce() {
    module(async |suite| is_not_taken_with(&suite, |claims| claims["nonce"] = json!("n")).await).await;
}

/// A7: one signed with what the application knows, or by nobody that we know, is refused.
#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_alg() {
    module(async |suite| {
        let token = suite.op.signs(json!({ "alg": "HS256", "kid": "first" }), &claims(&suite.op));
        is_not_taken(&suite, &token).await;
        is_not_taken(&suite, &forged(self::token(&suite.op, &claims(&suite.op)))).await;
        is_not_taken(&suite, &self::token(&suite.other, &claims(&suite.op))).await;
        is_not_taken(&suite, "nothing.of.it").await;
        is_not_taken(&suite, "").await;
    })
    .await;
}

/// A7: one for another application is refused.
#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_aud() {
    module(async |suite| is_not_taken_with(&suite, |claims| claims["aud"] = json!("another")).await).await;
}

/// A7: one about something else is refused.
#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_event() {
    module(async |suite| {
        is_not_taken_with(&suite, |claims| claims["events"] = json!({ "https://event.example": {} })).await;
    })
    .await;
}

/// A7: one of another issuer is refused.
#[tokio::test]
async fn oidcc_client_test_rp_backchannel_rpinitlogout_wrong_iss() {
    module(async |suite| {
        is_not_taken_with(&suite, |claims| claims["iss"] = json!("https://issuer.example")).await;
    })
    .await;
}

/// A7: one that is too old, not yet issued, or names nobody is refused; one that was made before a session was begun
/// does not end it; and at an address of nobody there is nobody.
#[tokio::test]
async fn a7_a_logout_is_of_now_and_of_somebody() {
    module(async |suite| {
        is_not_taken_with(&suite, |claims| claims["exp"] = json!(seconds() - 1)).await;
        is_not_taken_with(&suite, |claims| claims["iat"] = json!(seconds() + 300)).await;
        is_not_taken_with(&suite, |claims| {
            claims.as_object_mut().unwrap().retain(|name, _| name != "sub" && name != "sid");
        })
        .await;
        let (mut browser, _) = suite.is_let_in().await;
        let mut before = claims(&suite.op);
        before["iat"] = json!(seconds() - 120);
        assert_eq!(posts(&suite.scene, "college", &token(&suite.op, &before)).await.status, StatusCode::OK);
        assert!(!is_nobody(&mut browser).await, "what is posted again later ends nothing that came after it");
        let good = token(&suite.op, &claims(&suite.op));
        for nobody in ["nobody", "plain", "museum"] {
            assert_eq!(posts(&suite.scene, nobody, &good).await.status, StatusCode::BAD_REQUEST, "{nobody}");
        }
        assert!(!is_nobody(&mut browser).await);
    })
    .await;
}
