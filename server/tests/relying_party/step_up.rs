//! Signing in again for what asks for a sign-in of a short while ago (rule A8), at an outside provider.

use crate::op::{Change, Op, seconds};
use crate::scene::Browser;
use crate::suite::{Suite, is_nobody, module};
use http::StatusCode;
use serde_json::json;

const WAYS: &str = "/en/home/ways-in";
const AGAIN: &str = "/en/home/sign-in-again?return=/en/home/ways-in";
const HOUR: i64 = 3600;

/// What the provider says of when the person signed in there.
fn signed_in(ago: i64) -> Change {
    Box::new(move |claims| claims["auth_time"] = json!(seconds() - ago))
}

impl Suite {
    /// Amélie, whose sign-in at the college was long ago, goes to add the museum and is asked to sign in again:
    /// where she is sent.
    async fn is_asked_again(&self, browser: &mut Browser) -> String {
        let answer = browser.post("/auth/add-way", "language=en&provider=museum").await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, AGAIN), "{}", answer.body);
        let page = browser.get(AGAIN).await;
        assert!(page.body.contains("<h1>Sign in again to go on</h1>"), "{}", page.body);
        for hidden in [("return", WAYS), ("anew", "true"), ("provider", "college")] {
            let field = format!("name=\"{}\" value=\"{}\"", hidden.0, hidden.1);
            assert!(page.body.contains(&field), "{field}: {}", page.body);
        }
        let form = "language=en&return=%2Fen%2Fhome%2Fways-in&anew=true&provider=college";
        let answer = browser.post("/auth/start", form).await;
        let to = answer.header("refresh").strip_prefix("0; url=").unwrap().to_owned();
        assert!(to.contains("max_age=1800"), "{to}");
        to
    }
}

async fn may_add(op: &Op, browser: &mut Browser) -> bool {
    let answer = browser.post("/auth/add-way", "language=en&provider=museum").await;
    if answer.status == StatusCode::SEE_OTHER {
        return false;
    }
    assert!(answer.header("refresh").contains(&op.issuer()), "{}", answer.body);
    true
}

/// A8: the provider is asked for a sign-in of late, and says when it was; then the same is done.
#[tokio::test]
async fn a8_whoever_signed_in_long_ago_signs_in_again_and_goes_on() {
    module(async |suite| {
        suite.op.ways().claims = signed_in(2 * HOUR);
        let (mut browser, _) = suite.is_let_in().await;
        let to = suite.is_asked_again(&mut browser).await;
        suite.op.ways().claims = signed_in(0);
        let answer = browser.get(&suite.op.agrees(&to)).await;
        assert_eq!(answer.location(), WAYS, "{}", answer.body);
        let page = browser.get(WAYS).await.body;
        assert!(page.contains("You signed in again"), "{page}");
        assert!(may_add(&suite.other, &mut browser).await);
    })
    .await;
}

/// A8: a provider that lets through who signed in there long ago, or does not say when, proves nothing; whoever was
/// signed in stays so.
#[tokio::test]
async fn a8_a_provider_that_does_not_ask_again_proves_nothing() {
    module(async |suite| {
        suite.op.ways().claims = signed_in(2 * HOUR);
        let (mut browser, _) = suite.is_let_in().await;
        let unsaid: Change = Box::new(|claims| {
            claims.as_object_mut().unwrap().remove("auth_time");
        });
        for says in [signed_in(2 * HOUR), unsaid] {
            let to = suite.is_asked_again(&mut browser).await;
            suite.op.ways().claims = says;
            let answer = browser.get(&suite.op.agrees(&to)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
            assert!(!may_add(&suite.other, &mut browser).await);
            assert!(!is_nobody(&mut browser).await);
        }
    })
    .await;
}

/// A8: of who comes through a provider that never says when they signed in, nothing is taken for granted.
#[tokio::test]
async fn a8_an_unknown_moment_is_long_ago() {
    module(async |suite| {
        suite.op.ways().claims = Box::new(|claims| {
            claims.as_object_mut().unwrap().remove("auth_time");
        });
        let (mut browser, _) = suite.is_let_in().await;
        assert!(!may_add(&suite.other, &mut browser).await);
    })
    .await;
}

/// A8: whoever comes back from signing in again as somebody else is somebody else, and finds nothing of the first.
#[tokio::test]
async fn a8_signing_in_again_as_somebody_else_leaves_nothing_of_the_first() {
    module(async |suite| {
        suite.op.ways().claims = signed_in(2 * HOUR);
        let (mut browser, _) = suite.is_let_in().await;
        let to = suite.is_asked_again(&mut browser).await;
        suite.op.ways().claims = Box::new(|claims| {
            claims["sub"] = json!("another");
        });
        suite.op.ways().userinfo = Box::new(|said| {
            said["sub"] = json!("another");
            said["name"] = json!("Bruno Boudreau");
        });
        browser.get(&suite.op.agrees(&to)).await;
        let page = browser.get(WAYS).await.body;
        assert!(page.contains("Bruno Boudreau") && !page.contains("Amélie"), "{page}");
        assert_eq!(suite.accounts().await, 2);
    })
    .await;
}
