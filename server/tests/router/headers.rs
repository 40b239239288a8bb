//! What protects an answer, whatever it is.

use crate::scene::{Answer, Scene, everywhere};
use http::StatusCode;

fn is_protected(answer: &Answer) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "same-origin");
    assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
    assert!(answer.header("permissions-policy").contains("camera=()"));
    assert!(!answer.header("x-request-id").is_empty());
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self' 'nonce-"), "{policy}");
    for piece in ["form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "report-uri /csp-report"]
    {
        assert!(policy.contains(piece), "{policy}");
    }
    assert!(!policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"), "{policy}");
}

#[tokio::test]
async fn every_answer_is_protected() {
    everywhere(async |scene| {
        let mut browser = scene.browser();
        for address in [
            "/en",
            "/fr",
            "/nowhere",
            "/en/nowhere",
            "/favicon.svg",
            "/pkg/missing.js",
            "/livez",
            "/readyz",
            "/version",
            "/auth/callback/accord",
        ] {
            is_protected(&browser.get(address).await);
        }
        for (path, _) in server_fn::axum::server_fn_paths() {
            is_protected(&browser.post(path, "").await);
        }
        is_protected(&scene.browser().with("sec-fetch-site", "cross-site").post("/auth/start", "").await);
    })
    .await;
}

#[tokio::test]
async fn pages_are_never_stored_and_hashed_files_for_ever() {
    let scene = Scene::set(&[]).await;
    let mut browser = scene.browser().with("accept-encoding", "br, gzip");
    assert_eq!(browser.get("/en").await.header("cache-control"), "no-store");
    let style = browser.get("/pkg/accord.0123456789abcdefghijkl.css").await;
    assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(style.header("content-encoding"), "br");
    assert_eq!(style.body, "as brotli", "compressed by the build, not while somebody waits");
    let icon = browser.get("/favicon.svg").await;
    assert_eq!(icon.header("cache-control"), "public, max-age=600, stale-while-revalidate=86400");
    assert_eq!(browser.get("/pkg/accord.txt").await.header("cache-control"), "no-cache");
    let same = scene.browser().with("if-none-match", icon.header("etag")).get("/favicon.svg").await;
    assert_eq!(same.status, StatusCode::NOT_MODIFIED);
    let missing = browser.get("/pkg/accord.ffffffffffffffffffffff.css").await;
    assert_eq!((missing.status, missing.header("cache-control")), (StatusCode::NOT_FOUND, "no-store"));
}

#[tokio::test]
async fn the_build_s_own_files_are_not_served_and_no_path_leaves_the_folder() {
    let scene = Scene::set(&[]).await;
    for path in ["/hash.txt", "/pkg/../hash.txt", "/pkg/%2e%2e/hash.txt", "/pkg/..%2fhash.txt", "/pkg/"] {
        assert_eq!(scene.browser().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_nonce_of_the_policy_is_the_page_s_and_new_each_time() {
    let scene = Scene::set(&[]).await;
    let nonce = async || {
        let answer = scene.browser().get("/en").await;
        let policy = answer.header("content-security-policy");
        let nonce = policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0.to_owned();
        let inline = answer.body.matches("<script").count() - answer.body.matches("<script src").count();
        assert!(answer.body.matches(&format!("nonce=\"{nonce}\"")).count() >= inline, "{}", answer.body);
        assert!(!answer.body.contains("style=\""), "no inline style");
        nonce
    };
    assert_ne!(nonce().await, nonce().await);
}

#[tokio::test]
async fn over_https_browsers_are_told_to_stay_there_and_the_cookie_is_for_this_host_alone() {
    let scene = Scene::set(&[("ACCORD_BASE_URL", "https://localhost")]).await;
    let answer = scene.browser().post("/auth/start", "language=en").await;
    assert!(answer.header("strict-transport-security").starts_with("max-age="));
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-accord="), "{cookie}");
    for piece in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(piece), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
}

#[tokio::test]
async fn a_visitor_who_does_nothing_gets_no_cookie() {
    let scene = Scene::set(&[]).await;
    let mut browser = scene.browser();
    browser.get("/en").await;
    assert_eq!(browser.cookie, None);
}

#[tokio::test]
async fn what_is_too_large_is_refused_in_the_person_s_language() {
    let scene = Scene::set(&[]).await;
    let large = format!("return={}", "a".repeat(2 * 1024 * 1024));
    let answer = scene.browser().with("accept-language", "fr").post("/auth/start", &large).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("C’est trop à la fois"), "{}", answer.body);
}
