//! Whatever else a provider may do wrong: a clear page within seconds, and the others go on working.

use crate::op::{Instead, seconds};
use crate::scene::Answer;
use crate::suite::{Suite, module, refused, unavailable};
use domain::Language;
use http::StatusCode;
use serde_json::json;
use std::time::{Duration, Instant};

/// No step of a sign-in takes longer, whatever the provider does.
const STEP: Duration = Duration::from_millis(5_500);
/// Nor does anybody wait longer for what it says of itself: a second, and what a busy machine adds.
const SOON: Duration = Duration::from_millis(2_000);

/// How long that took, and what came of it.
async fn timed<T>(step: impl Future<Output = T>) -> (Duration, T) {
    let began = Instant::now();
    let done = step.await;
    (began.elapsed(), done)
}

async fn presses(suite: &Suite) -> (Duration, Answer) {
    let mut browser = suite.scene.browser();
    timed(suite.presses(&mut browser, "college")).await
}

/// A7: nobody listens at the address: the page comes at once, in the person's language, and names what to do.
#[tokio::test]
async fn a7_a_provider_that_is_down_is_told_at_once_and_the_others_work() {
    module(async |suite| {
        let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        suite.op.ways().metadata =
            Box::new(move |said| said["token_endpoint"] = json!(format!("http://{gone}/token")));
        let (took, (browser, answer)) = timed(suite.signs_in()).await;
        assert!(took < Duration::from_secs(1), "{took:?}");
        unavailable(browser, &answer).await;
        let mut browser = suite.scene.browser();
        let to = suite.leaves(&mut browser, "museum").await;
        assert_eq!(browser.get(&suite.other.agrees(&to)).await.location(), "/en/home");
        let answer = suite.scene.browser().post("/auth/start", "language=fr").await;
        assert!(answer.location().starts_with("http://localhost:3000/identity/"), "{}", answer.location());
    })
    .await;
}

/// A7: it takes requests and answers none: everybody is told within a second or so, however many come at once; it is
/// asked once.
#[tokio::test]
async fn a7_a_slow_provider_queues_nobody() {
    module(async |suite| {
        suite.op.ways().instead.insert("openid-configuration", Instead::Silence);
        let (one, two, three) = (presses(&suite), presses(&suite), presses(&suite));
        let (took, (one, two, three)) = timed(async { tokio::join!(one, two, three) }).await;
        assert!(took < SOON, "{took:?}");
        for (_, answer) in [one, two, three] {
            unavailable(suite.scene.browser(), &answer).await;
        }
        let (took, answer) = presses(&suite).await;
        assert!(took < SOON, "{took:?}");
        unavailable(suite.scene.browser(), &answer).await;
        assert_eq!(suite.op.asked("openid-configuration"), 1);
        // Not for ever.
        suite.op.ways().instead.clear();
        suite.rests().await;
        suite.is_let_in().await;
    })
    .await;
}

/// A7: while one provider is silent, another answers.
#[tokio::test]
async fn a7_one_silent_provider_leaves_the_others_working() {
    module(async |suite| {
        suite.op.ways().instead.insert("openid-configuration", Instead::Silence);
        let (slow, (took, _)) = tokio::join!(presses(&suite), async {
            let mut browser = suite.scene.browser();
            timed(suite.leaves(&mut browser, "museum")).await
        });
        assert!(took < Duration::from_secs(1), "{took:?}");
        assert_eq!(slow.1.status, StatusCode::SERVICE_UNAVAILABLE);
    })
    .await;
}

/// A7: it falls silent, or breaks, in the middle of a sign-in: told within seconds.
#[tokio::test]
async fn a7_a_provider_that_breaks_in_the_middle_is_told_within_seconds() {
    module(async |suite| {
        suite.is_let_in().await;
        for (what, instead) in [
            ("token", Instead::Silence),
            ("token", Instead::Status(502)),
            ("token", Instead::Flood),
            ("userinfo", Instead::Silence),
            ("userinfo", Instead::Status(500)),
            ("userinfo", Instead::Flood),
        ] {
            suite.op.ways().instead.insert(what, instead);
            let (took, (browser, answer)) = timed(suite.signs_in()).await;
            assert!(took < STEP, "{took:?}");
            unavailable(browser, &answer).await;
            suite.op.ways().instead.clear();
        }
        suite.is_let_in().await;
    })
    .await;
}

/// A7: what it says of itself is too much, no JSON, elsewhere, or nothing.
#[tokio::test]
async fn a7_a_provider_that_cannot_be_discovered_is_told() {
    for instead in [
        Instead::Flood,
        Instead::Text("<html>"),
        Instead::Text("{}"),
        Instead::Redirect,
        Instead::Status(404),
    ] {
        for what in ["openid-configuration", "jwks"] {
            let suite = Suite::set(None).await;
            suite.op.ways().instead.insert(what, instead);
            let (took, answer) = presses(&suite).await;
            assert!(took < STEP, "{took:?}");
            unavailable(suite.scene.browser(), &answer).await;
            assert_eq!(suite.op.asked("token"), 0);
        }
    }
}

/// A7: what was known of it goes on being used while it cannot be asked again.
#[tokio::test]
async fn a7_a_provider_that_hides_its_keys_for_a_while_lets_people_in() {
    module(async |suite| {
        suite.is_let_in().await;
        suite.op.ways().instead.insert("openid-configuration", Instead::Status(503));
        suite.rests().await;
        suite.op.ways().signed = Box::new(crate::op::forged);
        suite.is_refused().await;
        suite.op.ways().signed = Box::new(|token| token);
        suite.is_let_in().await;
    })
    .await;
}

/// A7: nonsense in place of tokens, or of userinfo, lets nobody in; the code is not tried twice.
#[tokio::test]
async fn a7_nonsense_lets_nobody_in() {
    module(async |suite| {
        for (what, instead) in [
            ("token", Instead::Text("<html>")),
            ("token", Instead::Text("{\"access_token\":\"a\",\"token_type\":\"Bearer\"}")),
            (
                "token",
                Instead::Text("{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"id_token\":\"a.b.c\"}"),
            ),
            ("token", Instead::Redirect),
            ("token", Instead::Status(400)),
            ("userinfo", Instead::Text("[]")),
            ("userinfo", Instead::Redirect),
            ("userinfo", Instead::Status(401)),
        ] {
            let before = suite.op.asked("token");
            suite.op.ways().instead.insert(what, instead);
            suite.is_refused().await;
            suite.op.ways().instead.clear();
            assert_eq!(suite.op.asked("token"), before + 1);
        }
    })
    .await;
}

/// A7: an ID token that has expired, or is of the future, is refused; a clock that is a little ahead is not.
#[tokio::test]
async fn a7_an_id_token_is_of_now() {
    module(async |suite| {
        suite.op.ways().claims = Box::new(|claims| claims["exp"] = json!(seconds() - 1));
        suite.is_refused().await;
        suite.op.ways().claims = Box::new(|claims| claims["iat"] = json!(seconds() + 300));
        suite.is_refused().await;
        suite.op.ways().claims = Box::new(|claims| claims["iat"] = json!(seconds() + 20));
        suite.is_let_in().await;
    })
    .await;
}

/// A7: an ID token that was made for another access token is refused.
#[tokio::test]
async fn a7_an_id_token_goes_with_its_access_token() {
    module(async |suite| {
        suite.op.ways().claims = Box::new(|claims| claims["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA"));
        suite.is_refused().await;
        suite.op.ways().claims = Box::new(|_| ());
        suite.op.ways().tokens = Box::new(|tokens| {
            tokens.as_object_mut().unwrap().remove("id_token");
        });
        suite.is_refused().await;
    })
    .await;
}

/// A7: the person says no at the provider, or an answer comes twice: a page offers to try again, where they were
/// going, in their language.
#[tokio::test]
async fn a7_who_says_no_at_the_provider_may_try_again() {
    module(async |suite| {
        let mut browser = suite.scene.browser();
        let form = "language=fr&return=%2Ffr%2Finvitation%2Fabc&provider=college";
        let onward = browser.post("/auth/start", form).await;
        let to = onward.header("refresh").strip_prefix("0; url=").unwrap().to_owned();
        let back = suite.op.agrees(&to);
        let (path, query) = back.split_once("?code=code-0&").unwrap();
        let answer = browser.get(&format!("{path}?error=access_denied&{query}")).await;
        let again = domain::Problem::SignInFailed;
        assert!(answer.body.contains(&locales::sentence(&again, None, Language::Fr)), "{}", answer.body);
        assert!(answer.body.contains("value=\"/fr/invitation/abc\""), "{}", answer.body);
        assert!(answer.body.contains("value=\"college\""), "{}", answer.body);
        let answer = browser.get(&back).await;
        refused(browser, &answer).await;
        assert_eq!(suite.op.asked("token"), 0);
    })
    .await;
}
