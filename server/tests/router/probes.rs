//! What machines ask.

use crate::scene::{Scene, everywhere};
use http::StatusCode;
use http::header::CONNECTION;

#[tokio::test]
async fn a_server_on_a_database_that_answers_is_ready() {
    everywhere(async |scene| {
        assert_eq!(scene.browser().get("/livez").await.status, StatusCode::OK);
        let ready = scene.browser().get("/readyz").await;
        assert_eq!((ready.status, ready.body.as_str()), (StatusCode::OK, "ready\n"));
        assert!(scene.browser().get("/version").await.body.contains(env!("CARGO_PKG_VERSION")));
    })
    .await;
}

#[tokio::test]
async fn without_its_database_it_lives_but_is_not_ready() {
    let scene = Scene::set(&[]).await;
    scene.parts.platform.store.clone().close().await;
    assert_eq!(scene.browser().get("/livez").await.status, StatusCode::OK);
    let answer = scene.browser().get("/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.body, "the database does not answer\n");
}

#[tokio::test]
async fn a_server_that_was_told_to_stop_answers_and_sends_the_balancer_elsewhere() {
    let scene = Scene::set(&[]).await;
    let before = scene.browser().get("/en").await;
    assert_eq!((before.status, before.headers.get(CONNECTION)), (StatusCode::OK, None));
    scene.leaving.cancel();
    let ready = scene.browser().get("/readyz").await;
    assert_eq!((ready.status, ready.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"));
    let after = scene.browser().get("/en").await;
    assert_eq!(after.status, StatusCode::OK);
    assert_eq!(after.headers[CONNECTION], "close", "kept connections end one by one");
}
