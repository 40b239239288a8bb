//! What an attacker may try, and the protection that stops it. Each of these fails when its protection is taken out.

use crate::op::challenge;
use crate::suite::{is_nobody, module, refused};
use http::StatusCode;
use identity::Parameters;
use serde_json::json;

/// Of the address that a person is sent to.
fn parameter(to: &str, name: &str) -> String {
    Parameters::read(to.split_once('?').unwrap().1).one(name).unwrap_or_default().to_owned()
}

/// A7, mix-up (RFC 9700, 4.4; RFC 9207): a provider that says it sends `iss` is not believed without it, and no
/// answer that carries another one is.
#[tokio::test]
async fn mix_up_an_answer_says_which_provider_it_is_of() {
    module(async |suite| {
        for iss in ["", "&iss=https%3A%2F%2Fevil.example"] {
            let mut browser = suite.scene.browser();
            let to = suite.leaves(&mut browser, "college").await;
            let back = suite.op.agrees(&to);
            let (before, _) = back.split_once("&iss=").unwrap();
            let answer = browser.get(&format!("{before}{iss}")).await;
            refused(browser, &answer).await;
        }
        assert_eq!(suite.op.asked("token"), 0, "the code went nowhere");
    })
    .await;
}

/// A7, mix-up: each provider has an address of its own to send people back to, and an answer at another's is nobody's;
/// so the code of an honest provider never goes to another one, even from providers that know nothing of `iss`.
#[tokio::test]
async fn mix_up_each_provider_has_its_own_way_back() {
    module(async |suite| {
        for op in [&suite.op, &suite.other] {
            op.ways().metadata =
                Box::new(|said| said["authorization_response_iss_parameter_supported"] = json!(false));
        }
        let mut browser = suite.scene.browser();
        let to = suite.leaves(&mut browser, "museum").await;
        assert_eq!(parameter(&to, "redirect_uri"), "http://localhost:3000/auth/callback/museum");
        // The museum sends the person on to the college, with a request of its own making.
        let back = suite.other.agrees(&to).replace("/callback/museum", "/callback/college");
        let (back, _) = back.split_once("&iss=").unwrap();
        let answer = browser.get(back).await;
        refused(browser, &answer).await;
        assert_eq!(suite.other.asked("token"), 0, "the code went nowhere");
        assert_eq!(suite.op.asked("token"), 0);
    })
    .await;
}

/// A7, PKCE downgrade, one way: whatever a provider says that it supports, every request carries a challenge of S256,
/// another each time, and the code is exchanged with its verifier.
#[tokio::test]
async fn pkce_is_never_left_out() {
    module(async |suite| {
        suite.op.ways().metadata =
            Box::new(|said| said["code_challenge_methods_supported"] = json!(["plain"]));
        let mut challenges = Vec::new();
        for provider in ["college", "plain"] {
            let mut browser = suite.scene.browser();
            let to = suite.leaves(&mut browser, provider).await;
            assert_eq!(parameter(&to, "code_challenge_method"), "S256", "{to}");
            browser.get(&suite.op.agrees(&to)).await;
            let (_, _, form) =
                suite.op.ways().requests.iter().rfind(|(at, _, _)| at == "token").unwrap().clone();
            let sent = parameter(&to, "code_challenge");
            assert_eq!(challenge(form.one("code_verifier").unwrap()), sent);
            challenges.push(sent);
        }
        assert_ne!(challenges[0], challenges[1]);
    })
    .await;
}

/// A7, PKCE downgrade, the other way: a code that was given for a request without a challenge, or for somebody else's,
/// is exchanged with a verifier that does not fit, and the provider refuses it.
#[tokio::test]
async fn pkce_a_code_of_another_request_lets_nobody_in() {
    module(async |suite| {
        let mut attacker = suite.scene.browser();
        let theirs = suite.leaves(&mut attacker, "college").await;
        let (path, query) = theirs.split_once('?').unwrap();
        let bare: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("code_challenge=")).collect();
        for stolen in [theirs.clone(), format!("{path}?{}", bare.join("&"))] {
            let stolen = suite.op.agrees(&stolen);
            let code = Parameters::read(stolen.split_once('?').unwrap().1).one("code").unwrap().to_owned();
            let mut victim = suite.scene.browser();
            let to = suite.leaves(&mut victim, "college").await;
            let state = parameter(&to, "state");
            let iss = suite.op.issuer();
            let answer =
                victim.get(&format!("/auth/callback/college?code={code}&state={state}&iss={iss}")).await;
            refused(victim, &answer).await;
        }
    })
    .await;
}

/// A7, sign-in of somebody else (CSRF): an answer for a sign-in that this browser never began is not taken, so nobody
/// is signed in as an attacker without noticing.
#[tokio::test]
async fn an_answer_belongs_to_the_browser_that_asked() {
    module(async |suite| {
        let mut attacker = suite.scene.browser();
        let back = suite.op.agrees(&suite.leaves(&mut attacker, "college").await);
        let mut victim = suite.scene.browser();
        suite.leaves(&mut victim, "college").await;
        let answer = victim.get(&back).await;
        refused(victim, &answer).await;
        assert_eq!(suite.op.asked("token"), 0);
    })
    .await;
}

/// A7, open redirect: after the sign-in one is on a path of this portal, whatever the form said.
#[tokio::test]
async fn open_redirect_the_way_back_never_leaves_the_portal() {
    module(async |suite| {
        for outside in [
            "%2F%2Fevil.example",
            "https%3A%2F%2Fevil.example",
            "%2F%5Cevil.example",
            "%2F%09%2Fevil.example",
        ] {
            let mut browser = suite.scene.browser();
            let form = format!("language=en&provider=college&return={outside}");
            let onward = browser.post("/auth/start", &form).await;
            let to = onward.header("refresh").strip_prefix("0; url=").unwrap().to_owned();
            assert!(!to.contains("evil"), "{to}");
            let answer = browser.get(&suite.op.agrees(&to)).await;
            assert_eq!(answer.location(), "/en/home", "{outside}");
        }
    })
    .await;
}

/// A7, session fixation: the cookie after a sign-in is another than before, and the one before is nobody's.
#[tokio::test]
async fn session_fixation_the_cookie_is_new_after_signing_in() {
    module(async |suite| {
        let mut browser = suite.scene.browser();
        let to = suite.leaves(&mut browser, "college").await;
        let mut fixed = browser.clone();
        let answer = browser.get(&suite.op.agrees(&to)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert_ne!(browser.cookie, fixed.cookie);
        assert!(!is_nobody(&mut browser).await);
        assert!(is_nobody(&mut fixed).await);
    })
    .await;
}

/// I7, pre-hijacking: an address that a provider did not verify is shown to nobody as theirs, whether it says so or
/// says nothing; one that it verified is.
#[tokio::test]
async fn an_unverified_address_is_nobody_s() {
    module(async |suite| {
        suite.op.ways().userinfo = Box::new(|said| said["email_verified"] = json!(false));
        let (_, home) = suite.is_let_in().await;
        assert!(!home.contains("amelie@college.example"), "{home}");
        assert!(home.contains("Amélie Boudreau"), "{home}");
        suite.op.ways().userinfo = Box::new(|said| {
            said.as_object_mut().unwrap().remove("email_verified");
        });
        let (_, home) = suite.is_let_in().await;
        assert!(!home.contains("amelie@college.example"), "{home}");
        suite.op.ways().userinfo = Box::new(|_| ());
        let (_, home) = suite.is_let_in().await;
        assert!(home.contains("amelie@college.example"), "{home}");
    })
    .await;
}

/// I7, pre-hijacking: two providers that name the same address, verified or not, name two people; so do the same
/// subject of two providers, and two subjects of one address at the same provider.
#[tokio::test]
async fn an_address_joins_no_accounts() {
    module(async |suite| {
        suite.is_let_in().await;
        let mut browser = suite.scene.browser();
        let to = suite.leaves(&mut browser, "museum").await;
        assert_eq!(browser.get(&suite.other.agrees(&to)).await.location(), "/en/home");
        assert_eq!(suite.accounts().await, 2);
        suite.op.ways().claims = Box::new(|claims| claims["sub"] = json!("another subject"));
        suite.op.ways().userinfo = Box::new(|said| said["sub"] = json!("another subject"));
        suite.is_let_in().await;
        assert_eq!(suite.accounts().await, 3);
    })
    .await;
}
