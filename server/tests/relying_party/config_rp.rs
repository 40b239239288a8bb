//! `oidcc-client-config-certification-test-plan`. `oidcc-client-test-idtoken-sig-none` stands in `basic_rp`.

use crate::op::Key;
use crate::suite::{module, unavailable};
use http::StatusCode;
use serde_json::json;

/// A7: what a provider says of itself is read where its issuer says, once, and used.
#[tokio::test]
async fn oidcc_client_test_discovery_openid_config() {
    module(async |suite| {
        let elsewhere = format!("{}/elsewhere-to-authorize", suite.op.issuer());
        let said = elsewhere.clone();
        suite.op.ways().metadata = Box::new(move |metadata| metadata["authorization_endpoint"] = json!(said));
        for _ in 0..3 {
            let to = suite.leaves(&mut suite.scene.browser(), "college").await;
            assert!(to.starts_with(&format!("{elsewhere}?")), "{to}");
        }
        assert_eq!(suite.op.asked("openid-configuration"), 1);
    })
    .await;
}

/// A7: whoever says that they are another issuer is nobody that we know.
#[tokio::test]
async fn oidcc_client_test_discovery_issuer_mismatch() {
    module(async |suite| {
        suite.op.ways().metadata = Box::new(|said| said["issuer"] = json!("https://issuer.example"));
        let mut browser = suite.scene.browser();
        let answer = suite.presses(&mut browser, "college").await;
        unavailable(browser, &answer).await;
        assert_eq!(suite.op.asked("token"), 0);
    })
    .await;
}

/// A7: its keys are read where it says, and ID tokens are checked with them.
#[tokio::test]
async fn oidcc_client_test_discovery_jwks_uri_keys() {
    module(async |suite| {
        let (_, home) = suite.is_let_in().await;
        assert!(home.contains("Amélie Boudreau"), "{home}");
        assert_eq!(suite.op.asked("jwks"), 1);
        suite.is_let_in().await;
        assert_eq!(suite.op.asked("jwks"), 1, "they are kept");
    })
    .await;
}

/// A7: the keys change between two sign-ins: they are read again, and only then.
#[tokio::test]
async fn oidcc_client_test_signing_key_rotation() {
    module(async |suite| {
        suite.is_let_in().await;
        suite.rests().await;
        {
            let mut ways = suite.op.ways();
            ways.signs = Key::rs256("next");
            let next = ways.signs.clone();
            ways.published.push(next);
        }
        suite.is_let_in().await;
        assert_eq!(suite.op.asked("jwks"), 2);
        suite.is_let_in().await;
        assert_eq!(suite.op.asked("jwks"), 2);
    })
    .await;
}

/// A7: the keys change while a person is at the provider, all of them at once.
#[tokio::test]
async fn oidcc_client_test_signing_key_rotation_just_before_signing() {
    module(async |suite| {
        let mut browser = suite.scene.browser();
        let to = suite.leaves(&mut browser, "college").await;
        let back = suite.op.agrees(&to);
        suite.rests().await;
        {
            let mut ways = suite.op.ways();
            // Under the same name, as some do.
            ways.signs = Key::rs256("first");
            ways.published = vec![ways.signs.clone()];
        }
        let answer = browser.get(&back).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert_eq!(browser.get("/en/home").await.status, StatusCode::OK);
    })
    .await;
}
