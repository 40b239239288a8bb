//! The limiter in front of everything.

use crate::scene::Scene;
use http::StatusCode;

#[tokio::test]
async fn one_machine_cannot_drown_the_server() {
    let scene = Scene::set(&[("ACCORD_REQUESTS_PER_MINUTE", "12")]).await;
    let mut flood = scene.browser().from("203.0.113.7").with("accept-language", "fr");
    assert_eq!(flood.get("/fr").await.status, StatusCode::OK);
    assert_eq!(flood.get("/fr").await.status, StatusCode::OK);
    let refused = flood.get("/fr").await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "60"));
    assert!(refused.body.contains("Trop de demandes"), "{}", refused.body);
    assert_eq!(scene.browser().from("203.0.113.8").get("/fr").await.status, StatusCode::OK, "somebody else");
}

#[tokio::test]
async fn behind_a_proxy_people_are_told_apart_and_nobody_invents_an_address() {
    let scene = Scene::set(&[("ACCORD_REQUESTS_PER_MINUTE", "6"), ("ACCORD_PROXIES", "1")]).await;
    let ask = async |forwarded: &str| {
        scene.browser().from("10.0.0.1").with("x-forwarded-for", forwarded).get("/en").await.status
    };
    assert_eq!(ask("203.0.113.7").await, StatusCode::OK);
    assert_eq!(ask("203.0.113.8").await, StatusCode::OK);
    assert_eq!(
        ask("192.0.2.1, 203.0.113.7").await,
        StatusCode::TOO_MANY_REQUESTS,
        "what the client wrote itself"
    );
}
