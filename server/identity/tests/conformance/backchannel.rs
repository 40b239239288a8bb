//! `oidcc-backchannel-rp-initiated-logout-certification-test-plan`.

use crate::relying::verified;
use crate::rp_logout::BACK;
use crate::stage::parameter;
use crate::suite::module;
use futures::future::BoxFuture;
use identity::{Herald, HttpCall, Parameters, SignedOut};
use openidconnect::HttpRequest;
use openidconnect::http::Response;
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};

/// What the application was posted.
type Heard = Arc<Mutex<Vec<String>>>;

/// An application that takes every logout.
fn listening(heard: &Heard) -> HttpCall {
    let heard = Arc::clone(heard);
    Arc::new(move |request: HttpRequest| -> BoxFuture<'static, _> {
        assert_eq!(request.uri(), "https://suite.example/backchannel_logout");
        assert_eq!(request.method(), "POST");
        assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
        let form = Parameters::read(std::str::from_utf8(request.body()).unwrap());
        let token = form.one("logout_token").unwrap().to_owned();
        heard.lock().unwrap_or_else(PoisonError::into_inner).push(token);
        Box::pin(async { Ok(Response::builder().status(200).body(Vec::new()).unwrap()) })
    })
}

/// A10: discovery says that logouts are told, with the session.
#[tokio::test]
async fn oidcc_backchannel_logout_discovery_endpoint_verification() {
    module(async |suite| {
        let said = suite.stage.provider.discovery();
        assert_eq!(said["backchannel_logout_supported"], true);
        assert_eq!(said["backchannel_logout_session_supported"], true);
        assert!(said["end_session_endpoint"].as_str().unwrap().starts_with("https://"));
    })
    .await;
}

/// A10: signing out at the application's request posts it a logout token for that session, sends the person back, and
/// `prompt=none` finds nobody.
#[tokio::test]
async fn oidcc_backchannel_rp_initiated_logout() {
    module(async |suite| {
        let (browser, given) = suite.flow("openid", &[]).await;
        let claims = suite.claims(&given).await;
        let hint = given["id_token"].as_str().unwrap();
        let query = format!("id_token_hint={hint}&post_logout_redirect_uri={BACK}&state=s-2");
        let answer = browser.desk(&suite.stage).end_session(&Parameters::read(&query)).await.unwrap();
        assert_eq!(answer, SignedOut::To(format!("{BACK}?state=s-2")));

        let heard = Heard::default();
        Herald::new(suite.stage.provider.clone(), listening(&heard)).round().await.unwrap();
        let tokens = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
        assert_eq!(tokens.len(), 1);
        let (header, told) = verified(&suite.stage, &json!(tokens[0])).await;
        assert_eq!(header["typ"], "logout+jwt");
        for same in ["iss", "sub", "sid"] {
            assert_eq!(told[same], claims[same], "{same}");
        }
        assert_eq!(told["aud"], suite.client.id);
        assert_eq!(told["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
        assert!(told.get("nonce").is_none() && told["jti"].is_string());
        let now = suite.stage.platform.clock.now().0 / 1000;
        assert!(told["iat"].as_i64() <= Some(now) && told["exp"].as_i64() > Some(now));

        let asked = suite.client.asks("openid", &[("prompt", "none")]);
        let to = browser.follow(&suite.stage, &asked.url).await;
        assert_eq!(parameter(&to, "error").as_deref(), Some("login_required"));
    })
    .await;
}
