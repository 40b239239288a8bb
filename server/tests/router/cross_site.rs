//! Requests that another site makes a browser send (CSRF).

use crate::scene::Scene;
use http::StatusCode;

#[tokio::test]
async fn a_post_from_another_site_changes_nothing() {
    let scene = Scene::set(&[]).await;
    let paths = server_fn::axum::server_fn_paths().map(|(path, _)| path);
    for path in paths.chain(["/auth/start", "/auth/sign-out"]) {
        for (header, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            let answer = scene.browser().with(header, value).post(path, "").await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} from {value}");
            assert!(answer.body.contains("did not come from Accord"), "{}", answer.body);
        }
    }
}

#[tokio::test]
async fn a_post_from_our_own_page_is_accepted() {
    let scene = Scene::set(&[]).await;
    for (header, value) in [("sec-fetch-site", "same-origin"), ("origin", "http://localhost:3000")] {
        let answer = scene.browser().with(header, value).post("/auth/sign-out", "language=fr").await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/fr"), "{value}");
    }
    let no_browser = scene.browser().post("/auth/sign-out", "language=fr").await;
    assert_eq!(
        no_browser.status,
        StatusCode::SEE_OTHER,
        "a program that is no browser carries nobody's cookie"
    );
}

#[tokio::test]
async fn behind_a_proxy_that_renames_the_host_our_own_origin_is_still_ours() {
    let scene = Scene::set(&[("ACCORD_BASE_URL", "https://localhost")]).await;
    let answer = scene
        .browser()
        .with("host", "10.0.0.5")
        .with("origin", "https://localhost")
        .post("/auth/sign-out", "")
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn machines_may_post_from_anywhere_and_prove_themselves() {
    let scene = Scene::set(&[]).await;
    let answer = scene
        .browser()
        .with("origin", "https://another.example")
        .post("/identity/token", "grant_type=authorization_code")
        .await;
    assert!([StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED].contains(&answer.status), "{answer:?}");
    let report = scene.browser().with("origin", "null").post("/csp-report", "{}").await;
    assert_eq!(report.status, StatusCode::NO_CONTENT);
}
