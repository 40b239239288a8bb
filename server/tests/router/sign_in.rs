//! Where a sign-in starts, comes back, and ends.

use crate::cast::Cast;
use crate::scene::{Scene, everywhere};
use http::{Method, StatusCode};

#[tokio::test]
async fn signing_in_goes_to_the_provider_with_everything_that_protects_it() {
    everywhere(async |scene| {
        let answer = scene
            .browser()
            .post("/auth/start", "language=fr&hint=bruno%40example.org&return=%2Ffr%2Fhome")
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let to = answer.location();
        assert!(to.starts_with("http://localhost:3000/identity/"), "{to}");
        for piece in [
            "response_type=code",
            "code_challenge_method=S256",
            "nonce=",
            "state=",
            "ui_locales=fr",
            "login_hint=bruno%40example.org",
        ] {
            assert!(to.contains(piece), "{to}");
        }
        assert!(!to.contains("home"), "where to go on is nobody else's business: {to}");
    })
    .await;
}

#[tokio::test]
async fn a_get_starts_and_ends_nothing() {
    let scene = Scene::set(&[]).await;
    for path in ["/auth/start", "/auth/sign-out"] {
        assert_eq!(scene.browser().get(path).await.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}

#[tokio::test]
async fn an_answer_that_nobody_asked_for_is_refused_in_the_person_s_language() {
    let scene = Scene::set(&[]).await;
    for query in ["", "?code=a&state=b", "?error=access_denied&state=b", "?error=%3Cscript%3E"] {
        let answer =
            scene.browser().with("accept-language", "fr").get(&format!("/auth/callback/accord{query}")).await;
        assert!(answer.status.is_client_error(), "{query}: {}", answer.status);
        assert!(answer.body.contains("Vous n’êtes pas en session"), "{}", answer.body);
        assert!(!answer.body.contains("<script>"), "{}", answer.body);
    }
}

/// Where one is after a sign-in stands with the stories of other providers: here nothing of it is seen yet.
#[tokio::test]
async fn signing_out_leads_to_no_address_outside() {
    let scene = Scene::set(&[]).await;
    let out = scene.browser().post("/auth/sign-out", "language=%2F%2Fevil.example").await;
    assert_eq!(out.location(), "/en");
}

/// The page that asks to sign in again leads back to a page of the portal, whatever its address says.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn open_redirect_signing_in_again_leads_back_into_the_portal() {
    let scene = Scene::set(&[]).await;
    let mut alice = Cast::of(&scene).await.named("funding.administrator");
    for (said, outside) in [
        ("%2F%2Fevil.example", "//evil.example"),
        ("https%3A%2F%2Fevil.example", "https://evil.example"),
        ("%2F%5Cevil.example", "/\\evil.example"),
        ("javascript%3Aalert(1)", "javascript:alert(1)"),
    ] {
        let page = alice.get(&format!("/en/home/sign-in-again?return={said}")).await;
        assert!(page.body.contains("<h1>Sign in again to go on</h1>"), "{}", page.body);
        assert!(page.body.contains("name=\"return\" value=\"/\""), "{}", page.body);
        assert!(!page.body.contains(&format!("=\"{outside}")), "{}", page.body);
    }
}

/// A link elsewhere opens a function like a page: its answer, and what it says of whoever is signed in, stays here.
#[tokio::test]
async fn open_redirect_a_function_opened_from_elsewhere_sends_nobody_back_there() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let readers = server_fn::axum::server_fn_paths().filter(|(_, method)| *method == Method::GET);
    let readers: Vec<&str> = readers.map(|(path, _)| path).collect();
    assert!(readers.contains(&"/api/contacts/list"), "{readers:?}");
    for referer in ["https://evil.example/", "http://localhost:3000.evil.example/", "//evil.example", "evil"]
    {
        for person in ["nobody", "funding.administrator"] {
            for path in &readers {
                let mut browser = cast.named(person).with("referer", referer);
                let answer = browser.get(&format!("{path}?organization={}", cast.house.organization)).await;
                assert!(!answer.location().contains("evil"), "{path}: {}", answer.location());
            }
        }
    }
}
