//! `oidcc-client-basic-certification-test-plan`.

use crate::op::{CLIENT, Key, SUBJECT, forged, unsigned};
use crate::suite::{Suite, module};
use http::header::AUTHORIZATION;
use serde_json::{Value, json};

/// A claim of the ID token is another.
async fn is_refused_with(suite: &Suite, change: impl Fn(&mut Value) + Send + 'static) {
    suite.op.ways().claims = Box::new(change);
    suite.is_refused().await;
}

/// Without that claim.
fn without(claims: &mut Value, name: &str) {
    claims.as_object_mut().unwrap().remove(name);
}

/// A7: a whole flow: discovery, the request with PKCE, state and nonce, the code, the ID token, userinfo.
#[tokio::test]
async fn oidcc_client_test() {
    module(async |suite| {
        let (_, home) = suite.is_let_in().await;
        assert!(home.contains("Amélie Boudreau") && home.contains("amelie@college.example"), "{home}");
        for what in ["openid-configuration", "jwks", "token", "userinfo"] {
            assert_eq!(suite.op.asked(what), 1, "{what}");
        }
    })
    .await;
}

/// A7: an ID token of another issuer is refused.
#[tokio::test]
async fn oidcc_client_test_invalid_iss() {
    module(async |suite| {
        is_refused_with(&suite, |claims| claims["iss"] = json!("https://issuer.example")).await;
    })
    .await;
}

/// A7: an ID token about nobody is refused, whether `sub` is absent or empty.
#[tokio::test]
async fn oidcc_client_test_missing_sub() {
    module(async |suite| {
        is_refused_with(&suite, |claims| without(claims, "sub")).await;
        is_refused_with(&suite, |claims| claims["sub"] = json!("")).await;
    })
    .await;
}

/// A7: an ID token for another application is refused, also when it is for us and another.
#[tokio::test]
async fn oidcc_client_test_invalid_aud() {
    module(async |suite| {
        is_refused_with(&suite, |claims| claims["aud"] = json!("another")).await;
        is_refused_with(&suite, |claims| claims["aud"] = json!([CLIENT, "another"])).await;
        is_refused_with(&suite, |claims| claims["azp"] = json!("another")).await;
    })
    .await;
}

/// A7: an ID token for nobody in particular is refused (of the comprehensive plan).
#[tokio::test]
async fn oidcc_client_test_missing_aud() {
    module(async |suite| is_refused_with(&suite, |claims| without(claims, "aud")).await).await;
}

/// A7: an ID token that does not say when it was issued is refused.
#[tokio::test]
async fn oidcc_client_test_missing_iat() {
    module(async |suite| is_refused_with(&suite, |claims| without(claims, "iat")).await).await;
}

/// A7: without `kid`, the only published key is the one.
#[tokio::test]
async fn oidcc_client_test_kid_absent_single_jwks() {
    module(async |suite| {
        suite.op.ways().header = Box::new(|header| without(header, "kid"));
        suite.is_let_in().await;
    })
    .await;
}

/// A7: without `kid`, nobody guesses among several keys. The module leaves both open; we refuse.
#[tokio::test]
async fn oidcc_client_test_kid_absent_multiple_jwks() {
    module(async |suite| {
        {
            let mut ways = suite.op.ways();
            ways.published.push(Key::rs256("second"));
            ways.header = Box::new(|header| without(header, "kid"));
        }
        suite.is_refused().await;
    })
    .await;
}

/// A7: an ID token signed with RS256 is taken.
#[tokio::test]
async fn oidcc_client_test_idtoken_sig_rs256() {
    module(async |suite| {
        assert_eq!(suite.op.header()["alg"], "RS256");
        suite.is_let_in().await;
    })
    .await;
}

/// A7: an unsigned ID token is refused; nobody can configure otherwise. So is one signed with what the client knows.
#[tokio::test]
async fn oidcc_client_test_idtoken_sig_none() {
    module(async |suite| {
        {
            let mut ways = suite.op.ways();
            ways.header = Box::new(|header| *header = json!({ "alg": "none" }));
            ways.signed = Box::new(unsigned);
        }
        suite.is_refused().await;
        suite.op.ways().header = Box::new(|header| header["alg"] = json!("HS256"));
        suite.is_refused().await;
    })
    .await;
}

/// A7: a wrong signature of RS256 is refused.
#[tokio::test]
async fn oidcc_client_test_invalid_sig_rs256() {
    module(async |suite| {
        suite.op.ways().signed = Box::new(forged);
        suite.is_refused().await;
    })
    .await;
}

/// A7: one of ES256 is taken when it is right and refused when it is wrong (of the comprehensive plan).
#[tokio::test]
async fn oidcc_client_test_invalid_sig_es256() {
    module(async |suite| {
        {
            let mut ways = suite.op.ways();
            ways.signs = Key::es256("curve");
            ways.published = vec![ways.signs.clone()];
        }
        suite.is_let_in().await;
        suite.op.ways().signed = Box::new(forged);
        suite.is_refused().await;
    })
    .await;
}

/// A7: userinfo about somebody else is not about this person.
#[tokio::test]
async fn oidcc_client_test_userinfo_invalid_sub() {
    module(async |suite| {
        suite.op.ways().userinfo = Box::new(|said| said["sub"] = json!("somebody else"));
        suite.is_refused().await;
        suite.op.ways().userinfo = Box::new(|said| without(said, "sub"));
        suite.is_refused().await;
    })
    .await;
}

/// A7: an ID token of another sign-in, or of none, is refused.
#[tokio::test]
async fn oidcc_client_test_nonce_invalid() {
    module(async |suite| {
        is_refused_with(&suite, |claims| claims["nonce"] = json!("another")).await;
        is_refused_with(&suite, |claims| without(claims, "nonce")).await;
    })
    .await;
}

/// A7: name and address are asked for by scopes, and read at userinfo when the ID token has neither; when it has
/// both, userinfo is not asked.
#[tokio::test]
async fn oidcc_client_test_scope_userinfo_claims() {
    module(async |suite| {
        let mut browser = suite.scene.browser();
        let to = suite.leaves(&mut browser, "college").await;
        assert!(to.contains("scope=openid+email+profile"), "{to}");
        let (_, home) = suite.is_let_in().await;
        assert!(home.contains("amelie@college.example"), "{home}");
        suite.op.ways().claims = Box::new(|claims| {
            claims["name"] = json!("Amélie B.");
            claims["email"] = json!("a.b@college.example");
            claims["email_verified"] = json!(true);
        });
        let (_, home) = suite.is_let_in().await;
        assert!(home.contains("Amélie B.") && home.contains("a.b@college.example"), "{home}");
        assert_eq!(suite.op.asked("userinfo"), 1);
        assert_eq!(suite.accounts().await, 1, "it is the same {SUBJECT}");
    })
    .await;
}

/// A7: the secret goes in the header, encoded as the specification says; where a provider knows no other way, in the
/// body.
#[tokio::test]
async fn oidcc_client_test_client_secret_basic() {
    module(async |suite| {
        suite.is_let_in().await;
        let form = suite.op.ways().requests.iter().find(|(at, _, _)| at == "token").unwrap().clone();
        assert!(form.1.contains_key(AUTHORIZATION));
        assert_eq!(form.2.one("client_secret"), None);
        suite.other.ways().metadata =
            Box::new(|said| said["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]));
        let mut browser = suite.scene.browser();
        let to = suite.leaves(&mut browser, "museum").await;
        browser.get(&suite.other.agrees(&to)).await;
        let form = suite.other.ways().requests.iter().find(|(at, _, _)| at == "token").unwrap().clone();
        assert!(!form.1.contains_key(AUTHORIZATION));
        assert_eq!(form.2.one("client_secret"), Some(crate::op::SECRET));
    })
    .await;
}
