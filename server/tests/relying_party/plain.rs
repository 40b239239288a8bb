//! Providers of OAuth 2.0 without OpenID Connect: nothing is signed, and userinfo says who it is.

use crate::op::{Instead, Op};
use crate::scene::{Answer, Browser};
use crate::suite::{Suite, is_nobody, module, refused, unavailable};
use http::StatusCode;
use serde_json::{Value, json};

fn says(op: &Op, said: Value) {
    op.ways().userinfo = Box::new(move |userinfo| *userinfo = said.clone());
}

async fn signs_in(suite: &Suite) -> (Browser, Answer) {
    let mut browser = suite.scene.browser();
    let to = suite.leaves(&mut browser, "plain").await;
    let back = suite.op.agrees(&to);
    // Whatever it sends as `iss` names nothing that was configured.
    let answer = browser.get(&back).await;
    (browser, answer)
}

/// A7: the fields that the configuration names say who it is; the subject may be a number; its issuer is the
/// configured name, so nobody of another provider is the same person.
#[tokio::test]
async fn a7_a_provider_without_openid_connect_lets_people_in() {
    module(async |suite| {
        suite.is_let_in().await;
        says(
            &suite.op,
            json!({ "data": { "id": 248_289_761_001_u64, "name": "Noé Cormier" }, "mail": "noe@example.org", "mail_verified": true }),
        );
        for _ in 0..2 {
            let (mut browser, answer) = signs_in(&suite).await;
            assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/en/home"), "{}", answer.body);
            let home = browser.get("/en/home").await.body;
            assert!(home.contains("Noé Cormier") && home.contains("noe@example.org"), "{home}");
        }
        assert_eq!(suite.accounts().await, 2);
        let mut browser = suite.scene.browser();
        let to = suite.leaves(&mut browser, "plain").await;
        assert!(to.contains("scope=user") && !to.contains("openid") && !to.contains("nonce"), "{to}");
        assert!(to.contains("redirect_uri=http%3A%2F%2Flocalhost%3A3000%2Fauth%2Fcallback%2Fplain"), "{to}");
    })
    .await;
}

/// A7, I7: its address counts as verified when the field says so, and in no other case.
#[tokio::test]
async fn a7_its_address_is_verified_only_when_it_says_so() {
    module(async |suite| {
        for (verified, shown) in [(json!(true), true), (json!(false), false), (json!("true"), false), (json!(null), false)] {
            says(&suite.op, json!({ "data": { "id": "1", "name": "Noé" }, "mail": "noe@example.org", "mail_verified": verified }));
            let (mut browser, _) = signs_in(&suite).await;
            let home = browser.get("/en/home").await.body;
            assert_eq!(home.contains("noe@example.org"), shown, "{verified}: {home}");
        }
    })
    .await;
}

/// A7, mix-up: what it should send as `iss`, when that is configured, it must send.
#[tokio::test]
async fn a7_a_plain_provider_that_names_itself_is_held_to_it() {
    let suite = Suite::configured(None, "iss = \"https://plain.example\"\n").await;
    says(&suite.op, json!({ "data": { "id": "1" } }));
    let (browser, answer) = signs_in(&suite).await;
    refused(browser, &answer).await;
    let mut browser = suite.scene.browser();
    let to = suite.leaves(&mut browser, "plain").await;
    let back = suite.op.agrees(&to);
    let (back, _) = back.split_once("&iss=").unwrap();
    let mut without = browser.clone();
    let answer = without.get(back).await;
    refused(without, &answer).await;
    let to = suite.leaves(&mut browser, "plain").await;
    let back = suite.op.agrees(&to);
    let (back, _) = back.split_once("&iss=").unwrap();
    let answer = browser.get(&format!("{back}&iss=https%3A%2F%2Fplain.example")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

/// A7: whoever is not named is nobody, and what breaks is told.
#[tokio::test]
async fn a7_userinfo_that_names_nobody_lets_nobody_in() {
    module(async |suite| {
        for said in [json!({}), json!({ "data": { "id": "" } }), json!({ "data": { "id": null } }), json!([])]
        {
            says(&suite.op, said);
            let (browser, answer) = signs_in(&suite).await;
            refused(browser, &answer).await;
        }
        suite.op.ways().instead.insert("userinfo", Instead::Status(403));
        let (browser, answer) = signs_in(&suite).await;
        refused(browser, &answer).await;
        for instead in [Instead::Silence, Instead::Flood, Instead::Status(500)] {
            suite.op.ways().instead.insert("userinfo", instead);
            let (browser, answer) = signs_in(&suite).await;
            unavailable(browser, &answer).await;
        }
    })
    .await;
}

/// A7: the providers stand side by side wherever one signs in, the embedded one first.
#[tokio::test]
async fn a7_all_providers_are_offered_wherever_one_signs_in() {
    let suite = Suite::set(None).await;
    for page in ["/en", "/en/home"] {
        let page = suite.scene.browser().get(page).await.body;
        let offered = ["Sign in", "Continue with College", "Continue with Museum", "Continue with Plain"];
        let at: Vec<usize> =
            offered.iter().map(|label| page.rfind(&format!(">{label}</button>")).unwrap()).collect();
        assert!(at.is_sorted(), "{page}");
    }
}

/// A7: signing out ends what was begun here; there is no session at the provider to end.
#[tokio::test]
async fn a7_signing_out_of_a_plain_provider_ends_here() {
    module(async |suite| {
        says(&suite.op, json!({ "data": { "id": "1" } }));
        let (mut browser, _) = signs_in(&suite).await;
        assert!(!is_nobody(&mut browser).await);
        let answer = browser.post("/auth/sign-out", "language=fr").await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/fr"));
        assert!(is_nobody(&mut browser).await);
    })
    .await;
}
