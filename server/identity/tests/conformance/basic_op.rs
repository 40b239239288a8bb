//! `oidcc-basic-certification-test-plan`.
//!
//! Where the suite only warns: the claims of `profile` and `email` stand in the ID token as well as at userinfo, which
//! the portal reads there; `address` and `phone` are unknown and ignored.

use crate::relying::{Proof, Relying, error_of, userinfo, verified};
use crate::stage::{Browser, handle_in, parameter};
use crate::suite::{ALICE, Suite, module};
use identity::{Algorithm, Client, Parameters};
use serde_json::Value;

/// A10: a whole flow; the callback, the tokens and userinfo are as they should be.
#[tokio::test]
async fn oidcc_server() {
    module(async |suite| {
        let asked = suite.client.asks("openid", &[]);
        let (_, to) = suite.signs_in(&asked).await;
        assert_eq!(parameter(&to, "state").as_deref(), Some("s-1"));
        assert_eq!(parameter(&to, "iss").as_deref(), Some(suite.stage.provider.issuer()));
        assert!(parameter(&to, "error").is_none());
        let given = suite.client.exchanges(&suite.stage, &asked, &to).await.body;
        assert_eq!(given["token_type"], "Bearer");
        assert!(given["expires_in"].as_i64().unwrap() > 0);
        let claims = suite.claims(&given).await;
        assert_eq!(claims["nonce"], "n-1");
        assert!(claims["at_hash"].is_string());
        assert_eq!(suite.userinfo(&given).await["sub"], claims["sub"]);
    })
    .await;
}

/// A10: a request without `response_type` goes back with an error.
#[tokio::test]
async fn oidcc_response_type_missing() {
    module(async |suite| {
        let asked = suite.client.asks("openid", &[]);
        let others = asked.url.query_pairs().filter(|(key, _)| key != "response_type");
        let others: Vec<(String, String)> = others.map(|(key, value)| (key.into(), value.into())).collect();
        let mut url = asked.url.clone();
        url.query_pairs_mut().clear().extend_pairs(others);
        let to = Browser::new().follow(&suite.stage, &url).await;
        assert!(to.starts_with(&suite.client.back), "{to}");
        assert_eq!(parameter(&to, "error").as_deref(), Some("invalid_request"));
        assert_eq!(parameter(&to, "state").as_deref(), Some("s-1"));
    })
    .await;
}

/// A10: an ID token is signed with the key that its `kid` names in the set of keys; here RS256.
#[tokio::test]
async fn oidcc_idtoken_signature() {
    module(async |suite| {
        let change = |client| Client { algorithm: Algorithm::Rs256, ..client };
        let client = Relying::registered(&suite.stage, "rs256", change).await;
        let suite = Suite { client, ..suite };
        let (_, given) = suite.flow("openid", &[]).await;
        let (header, _) = verified(&suite.stage, &given["id_token"]).await;
        assert_eq!(header["alg"], "RS256");
        suite.claims(&given).await;
    })
    .await;
}

/// A10: no ID token goes out unsigned, and nobody can register for it.
#[tokio::test]
async fn oidcc_idtoken_unsigned() {
    module(async |suite| {
        let offered = &suite.stage.provider.discovery()["id_token_signing_alg_values_supported"];
        assert_eq!(offered, &serde_json::json!(["ES256", "RS256"]));
        assert_eq!(Algorithm::of("none"), None);
    })
    .await;
}

/// A10: userinfo answers a GET with the token in the header.
#[tokio::test]
async fn oidcc_userinfo_get() {
    module(async |suite| {
        let (_, given) = suite.flow("openid", &[]).await;
        assert_eq!(suite.userinfo(&given).await["sub"], suite.claims(&given).await["sub"]);
    })
    .await;
}

/// A10: userinfo answers a POST with the token in the header; to the provider the method makes no difference.
#[tokio::test]
async fn oidcc_userinfo_post_header() {
    module(async |suite| {
        let (_, given) = suite.flow("openid", &[]).await;
        let header = format!("Bearer {}", given["access_token"].as_str().unwrap());
        let form = Parameters::read("");
        let answer = suite.stage.provider.userinfo(Some(&header), &form).await.unwrap();
        assert_eq!((answer.status, &answer.body["sub"]), (200, &suite.claims(&given).await["sub"]));
    })
    .await;
}

/// A10: userinfo answers a POST with the token in the body.
#[tokio::test]
async fn oidcc_userinfo_post_body() {
    module(async |suite| {
        let (_, given) = suite.flow("openid", &[]).await;
        assert_eq!(suite.userinfo_in_body(&given).await["sub"], suite.claims(&given).await["sub"]);
    })
    .await;
}

/// A10: the code flow needs no `nonce`, and invents none.
#[tokio::test]
async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow() {
    module(async |suite| {
        let mut asked = suite.client.asks("openid", &[]);
        let query = asked.url.query().unwrap().replace("&nonce=n-1", "");
        asked.url.set_query(Some(&query));
        let (_, to) = suite.signs_in(&asked).await;
        let given = suite.client.exchanges(&suite.stage, &asked, &to).await.body;
        assert!(suite.claims(&given).await.get("nonce").is_none());
    })
    .await;
}

/// What userinfo says when that scope is asked for.
async fn told(suite: &Suite, scope: &str) -> Value {
    let (_, given) = suite.flow(scope, &[]).await;
    let told = suite.userinfo(&given).await;
    assert_eq!(told["sub"], suite.claims(&given).await["sub"]);
    told
}

/// A10: `profile` opens the names.
#[tokio::test]
async fn oidcc_scope_profile() {
    module(async |suite| {
        let told = told(&suite, "openid profile").await;
        for claim in ["name", "given_name", "family_name", "locale", "updated_at"] {
            assert!(told.get(claim).is_some(), "{claim}");
        }
        assert!(told["updated_at"].is_i64() && told.get("email").is_none());
    })
    .await;
}

/// A10: `email` opens the address, which is verified.
#[tokio::test]
async fn oidcc_scope_email() {
    module(async |suite| {
        let told = told(&suite, "openid email").await;
        assert_eq!((&told["email"], &told["email_verified"]), (&ALICE.into(), &true.into()));
        assert!(told.get("name").is_none());
    })
    .await;
}

/// A10: `address` is not known here, and does no harm.
#[tokio::test]
async fn oidcc_scope_address() {
    module(async |suite| assert!(told(&suite, "openid address").await.get("address").is_none())).await;
}

/// A10: `phone` is not known here, and does no harm.
#[tokio::test]
async fn oidcc_scope_phone() {
    module(async |suite| assert!(told(&suite, "openid phone").await.get("phone_number").is_none())).await;
}

/// A10: all scopes at once open all that there is.
#[tokio::test]
async fn oidcc_scope_all() {
    module(async |suite| {
        let told = told(&suite, "openid profile email address phone").await;
        assert!(told["name"].is_string() && told["email"].is_string());
    })
    .await;
}

/// A10: neither the order of the scopes nor that of the parameters matters.
#[tokio::test]
async fn oidcc_alternate_happy_flow() {
    module(async |suite| {
        let mut asked = suite.client.asks("email openid", &[]);
        let mut turned: Vec<String> = asked.url.query().unwrap().split('&').map(str::to_owned).collect();
        turned.reverse();
        asked.url.set_query(Some(&turned.join("&")));
        let (_, to) = suite.signs_in(&asked).await;
        let given = suite.client.exchanges(&suite.stage, &asked, &to).await.body;
        assert_eq!(suite.userinfo(&given).await["email"], ALICE);
    })
    .await;
}

/// A10: the name that this module had before; see [`oidcc_alternate_happy_flow`].
#[tokio::test]
async fn oidcc_ensure_other_scope_order_succeeds() {
    module(async |suite| assert_eq!(told(&suite, "email openid").await["email"], ALICE)).await;
}

/// A request with one parameter more is answered like any other.
async fn does_no_harm(name: &'static str, value: &'static str) {
    module(async |suite| {
        let (_, given) = suite.flow("openid", &[(name, value)]).await;
        suite.claims(&given).await;
    })
    .await;
}

/// A10: `display=page` is no error.
#[tokio::test]
async fn oidcc_display_page() {
    does_no_harm("display", "page").await;
}

/// A10: `display=popup` is no error.
#[tokio::test]
async fn oidcc_display_popup() {
    does_no_harm("display", "popup").await;
}

/// A10: `prompt=login` asks for the password again, and the second ID token says when.
#[tokio::test]
async fn oidcc_prompt_login() {
    module(async |suite| {
        let (mut browser, first) = suite.flow("openid", &[]).await;
        suite.stage.wait(1);
        let asked = suite.client.asks("openid", &[("prompt", "login")]);
        let page = browser.follow(&suite.stage, &asked.url).await;
        let to = suite.types(&mut browser, &page).await;
        let second = suite.client.exchanges(&suite.stage, &asked, &to).await.body;
        let (first, second) = (suite.claims(&first).await, suite.claims(&second).await);
        assert!(second["auth_time"].as_i64() > first["auth_time"].as_i64());
        assert_eq!(first["sub"], second["sub"]);
    })
    .await;
}

/// A10: `prompt=none` without a session is an error, and no page.
#[tokio::test]
async fn oidcc_prompt_none_not_logged_in() {
    module(async |suite| {
        let asked = suite.client.asks("openid", &[("prompt", "none")]);
        let to = Browser::new().follow(&suite.stage, &asked.url).await;
        assert!(to.starts_with(&suite.client.back), "{to}");
        assert_eq!(parameter(&to, "error").as_deref(), Some("login_required"));
    })
    .await;
}

/// A10: `prompt=none` with a session shows no page, and the same person signed in at the same moment.
#[tokio::test]
async fn oidcc_prompt_none_logged_in() {
    module(async |suite| {
        let (browser, first) = suite.flow("openid", &[]).await;
        suite.stage.wait(1);
        let second = suite.flow_again(&browser, "openid", &[("prompt", "none")]).await;
        let (first, second) = (suite.claims(&first).await, suite.claims(&second).await);
        assert_eq!((&first["sub"], &first["auth_time"]), (&second["sub"], &second["auth_time"]));
    })
    .await;
}

/// A10: `max_age=1` after two seconds asks for the password again.
#[tokio::test]
async fn oidcc_max_age_1() {
    module(async |suite| {
        let (mut browser, first) = suite.flow("openid", &[]).await;
        suite.stage.wait(2);
        let asked = suite.client.asks("openid", &[("max_age", "1")]);
        let page = browser.follow(&suite.stage, &asked.url).await;
        let to = suite.types(&mut browser, &page).await;
        let second = suite.client.exchanges(&suite.stage, &asked, &to).await.body;
        let (first, second) = (suite.claims(&first).await, suite.claims(&second).await);
        assert!(second["auth_time"].as_i64() > first["auth_time"].as_i64());
    })
    .await;
}

/// A10: `max_age=10000` asks for nothing again, and both ID tokens say when it was.
#[tokio::test]
async fn oidcc_max_age_10000() {
    module(async |suite| {
        let more = [("max_age", "10000")];
        let (browser, first) = suite.flow("openid", &more).await;
        suite.stage.wait(2);
        let second = suite.flow_again(&browser, "openid", &more).await;
        let (first, second) = (suite.claims(&first).await, suite.claims(&second).await);
        assert!(first["auth_time"].is_i64());
        assert_eq!(first["auth_time"], second["auth_time"]);
    })
    .await;
}

/// A10: a parameter that nobody knows is ignored.
#[tokio::test]
async fn oidcc_ensure_request_with_unknown_parameter_succeeds() {
    does_no_harm("extra", "foobar").await;
}

/// A10: `prompt=none` with an `id_token_hint` of whoever is signed in succeeds.
#[tokio::test]
async fn oidcc_id_token_hint() {
    module(async |suite| {
        let (browser, first) = suite.flow("openid", &[]).await;
        let hint = first["id_token"].as_str().unwrap();
        let more = [("prompt", "none"), ("id_token_hint", hint)];
        let second = suite.flow_again(&browser, "openid", &more).await;
        assert_eq!(suite.claims(&first).await["sub"], suite.claims(&second).await["sub"]);
    })
    .await;
}

/// A10: `login_hint` stands on the page already.
#[tokio::test]
async fn oidcc_login_hint() {
    module(async |suite| {
        let asked = suite.client.asks("openid", &[("login_hint", ALICE)]);
        let browser = Browser::new();
        let page = browser.follow(&suite.stage, &asked.url).await;
        let card = browser.desk(&suite.stage).request(&handle_in(&page)).await.unwrap();
        assert_eq!(card.login_hint.as_deref(), Some(ALICE));
    })
    .await;
}

/// A10: `ui_locales` chooses the language of the page, the first that is ours.
#[tokio::test]
async fn oidcc_ui_locales() {
    module(async |suite| {
        let asked = suite.client.asks("openid", &[("ui_locales", "se en")]);
        let mut browser = Browser::new();
        let page = browser.follow(&suite.stage, &asked.url).await;
        assert!(page.starts_with("/en/identity/sign-in?"), "{page}");
        assert!(parameter(&suite.types(&mut browser, &page).await, "code").is_some());
    })
    .await;
}

/// A10: `claims_locales` is no error.
#[tokio::test]
async fn oidcc_claims_locales() {
    does_no_harm("claims_locales", "se").await;
}

/// A10: `acr_values` is a wish: the ID token says how the person signed in.
#[tokio::test]
async fn oidcc_ensure_request_with_acr_values_succeeds() {
    module(async |suite| {
        let offered = suite.stage.provider.discovery()["acr_values_supported"].clone();
        let wanted = offered[0].as_str().unwrap();
        let (_, given) = suite.flow("openid", &[("acr_values", wanted)]).await;
        assert_eq!(suite.claims(&given).await["acr"], offered[0]);
    })
    .await;
}

/// A10: a code works once.
#[tokio::test]
async fn oidcc_codereuse() {
    module(async |suite| {
        let asked = suite.client.asks("openid", &[]);
        let (_, to) = suite.signs_in(&asked).await;
        assert_eq!(suite.client.exchanges(&suite.stage, &asked, &to).await.status, 200);
        let again = suite.client.exchanges(&suite.stage, &asked, &to).await;
        assert_eq!(error_of(&again), (400, "invalid_grant"));
    })
    .await;
}

/// A10: a code used again after thirty seconds is refused, and what it gave is taken back.
#[tokio::test]
async fn oidcc_codereuse_30seconds() {
    module(async |suite| {
        let asked = suite.client.asks("openid", &[]);
        let (_, to) = suite.signs_in(&asked).await;
        let given = suite.client.exchanges(&suite.stage, &asked, &to).await.body;
        suite.userinfo(&given).await;
        suite.stage.wait(30);
        let again = suite.client.exchanges(&suite.stage, &asked, &to).await;
        assert_eq!(error_of(&again), (400, "invalid_grant"));
        assert_eq!(userinfo(&suite.stage, &given["access_token"]).await.status, 401);
    })
    .await;
}

/// A10: an address that was not registered is told to the person and never followed.
#[tokio::test]
async fn oidcc_ensure_registered_redirect_uri() {
    module(async |suite| {
        let elsewhere = Relying { back: "https://suite.example/back/elsewhere".into(), ..suite.client };
        let page = Browser::new().follow(&suite.stage, &elsewhere.asks("openid", &[]).url).await;
        assert_eq!(page, "/fr/identity/error?code=unknown_address");
    })
    .await;
}

/// A10: an authorization request may be posted; the routes read its form as they read a query.
#[tokio::test]
async fn oidcc_ensure_post_request_succeeds() {
    module(async |suite| {
        let asked = suite.client.asks("openid", &[]);
        let form = Parameters::read(asked.url.query().unwrap());
        let mut browser = Browser::new();
        let page = browser.desk(&suite.stage).authorize(&form).await.unwrap();
        let to = suite.types(&mut browser, &page).await;
        assert_eq!(suite.client.exchanges(&suite.stage, &asked, &to).await.status, 200);
    })
    .await;
}

/// A10: the secret may stand in the body.
#[tokio::test]
async fn oidcc_server_client_secret_post() {
    module(async |suite| {
        let suite = Suite { client: Relying { proof: Proof::Post, ..suite.client }, ..suite };
        let (_, given) = suite.flow("openid", &[]).await;
        suite.claims(&given).await;
    })
    .await;
}

/// A request that cannot be answered goes back with that error.
async fn goes_back(more: &'static [(&'static str, &'static str)], error: &'static str) {
    module(async |suite| {
        let to = Browser::new().follow(&suite.stage, &suite.client.asks("openid", more).url).await;
        assert!(to.starts_with(&suite.client.back), "{to}");
        assert_eq!(parameter(&to, "error").as_deref(), Some(error));
        assert_eq!(parameter(&to, "state").as_deref(), Some("s-1"));
    })
    .await;
}

/// A10: `request_uri` is refused as not supported, as discovery says.
#[tokio::test]
async fn oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported() {
    goes_back(&[("request_uri", "https://suite.example/request.jwt")], "request_uri_not_supported").await;
}

/// A10: `request` is refused as not supported, as discovery says.
#[tokio::test]
async fn oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported() {
    goes_back(&[("request", "eyJhbGciOiJub25lIn0.e30.")], "request_not_supported").await;
}

/// A10: nor is a request object followed to the address that stands in it.
#[tokio::test]
async fn oidcc_ensure_request_object_with_redirect_uri() {
    // {"alg":"none"}.{"redirect_uri":"https://evil.example"}.
    const OBJECT: &str = "eyJhbGciOiJub25lIn0.eyJyZWRpcmVjdF91cmkiOiJodHRwczovL2V2aWwuZXhhbXBsZSJ9.";
    goes_back(&[("request", OBJECT)], "request_not_supported").await;
}

/// A10: the `claims` parameter is not supported, as discovery says; even an essential claim does no harm.
#[tokio::test]
async fn oidcc_claims_essential() {
    does_no_harm("claims", "{\"userinfo\":{\"name\":{\"essential\":true}}}").await;
}

/// A10: a refresh token works for its client, once, and says the same person; another client gets nothing for it.
#[tokio::test]
async fn oidcc_refresh_token() {
    module(async |suite| {
        let (_, first) = suite.flow("openid offline_access", &[]).await;
        let token = first["refresh_token"].as_str().unwrap();
        assert!(token.bytes().all(|byte| (0x20..=0x7e).contains(&byte)));
        let another = Relying::registered(&suite.stage, "second", |client| client).await;
        let refused = another.refreshes(&suite.stage, &first["refresh_token"]).await;
        assert_eq!(error_of(&refused), (400, "invalid_grant"));
        let second = suite.client.refreshes(&suite.stage, &first["refresh_token"]).await.body;
        assert_ne!(second["access_token"], first["access_token"]);
        let (before, after) = (suite.claims(&first).await, suite.claims(&second).await);
        for same in ["iss", "sub", "aud", "auth_time"] {
            assert_eq!(before[same], after[same], "{same}");
        }
        assert_eq!(suite.userinfo(&second).await["sub"], before["sub"]);
    })
    .await;
}

/// A10: PKCE with S256 succeeds; without, or with `plain`, nothing does.
#[tokio::test]
async fn oidcc_ensure_request_with_valid_pkce_succeeds() {
    module(async |suite| {
        let (browser, given) = suite.flow("openid", &[]).await;
        suite.claims(&given).await;
        let mut asked = suite.client.asks("openid", &[]);
        let query = asked.url.query().unwrap().replace("S256", "plain");
        asked.url.set_query(Some(&query));
        let to = browser.follow(&suite.stage, &asked.url).await;
        assert_eq!(parameter(&to, "error").as_deref(), Some("invalid_request"));
    })
    .await;
}
