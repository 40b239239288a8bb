//! The protocol, spoken by a client that checks everything: rule A10, RFC 9700, RFC 9207.

use crate::stage::{
    BASE, Begun, Browser, CALLBACK, PASSWORD, Portal, Stage, everywhere, handle_in, parameter,
};
use futures::future::join_all;
use identity::Parameters;
use openidconnect::url::Url;
use openidconnect::{LocalizedClaim, PkceCodeVerifier};
use serde_json::Value;

const ALICE: &str = "alice.roy@exemple.ca";
const LIBRARY: &str = "https://library.example/back?from=accord";

/// Alice, signed in at the provider, comes back to the portal with a code.
async fn code_for(stage: &Stage, portal: &Portal, alice: &Browser) -> (Begun, String) {
    let begun = portal.begin(&[]);
    let to = alice.follow(stage, &begun.url).await;
    let code = parameter(&to, "code").unwrap_or_else(|| panic!("{to}"));
    (begun, code)
}

#[tokio::test]
async fn a10_the_whole_flow_as_a_library_checks_it() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let mut alice = Browser::with_account(&stage, &portal, ALICE).await;
        stage.wait(60);
        let (begun, handle) = {
            let begun = portal.begin(&[("prompt", "login")]);
            let page = alice.follow(&stage, &begun.url).await;
            assert!(page.starts_with("/fr/identity/sign-in?request="), "{page}");
            (begun, handle_in(&page))
        };
        let to = alice.sign_in(&stage, &handle, ALICE, PASSWORD).await.unwrap();
        assert!(to.starts_with(CALLBACK));
        assert_eq!(parameter(&to, "state").as_ref(), Some(begun.state.secret()));
        assert_eq!(parameter(&to, "iss").unwrap(), format!("{BASE}/identity"));
        let tokens = portal.exchange(&stage, &parameter(&to, "code").unwrap(), begun.verifier).await.unwrap();
        let now = stage.platform.clock.now();
        let claims = portal.verified(&tokens, &begun.nonce, now);
        assert_eq!(claims.email().unwrap().as_str(), ALICE);
        assert_eq!(claims.email_verified(), Some(true));
        assert_eq!(claims.name().and_then(LocalizedClaim::iter_first), Some("Bruno Haché".to_owned()));
        assert_eq!(claims.locale().unwrap().as_str(), "fr-CA");
        assert_eq!(claims.auth_time().unwrap().timestamp_millis(), now.0);
        assert_eq!(claims.auth_context_ref().unwrap().as_str(), "urn:accord:acr:password");
        let about = portal.userinfo(&stage, &tokens).await.unwrap();
        assert_eq!(about.subject(), claims.subject());
        assert_eq!(about.email().unwrap().as_str(), ALICE);
    })
    .await;
}

trait IterFirst {
    fn iter_first(&self) -> Option<String>;
}

impl<T: std::ops::Deref<Target = String>> IterFirst for LocalizedClaim<T> {
    fn iter_first(&self) -> Option<String> {
        self.iter().next().map(|(_, name)| name.to_string())
    }
}

#[tokio::test]
async fn a10_the_subject_is_the_same_each_time_and_tells_nothing() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let alice = Browser::with_account(&stage, &portal, ALICE).await;
        let mut subjects = Vec::new();
        for _ in 0..2 {
            let (begun, code) = code_for(&stage, &portal, &alice).await;
            let tokens = portal.exchange(&stage, &code, begun.verifier).await.unwrap();
            let claims = portal.verified(&tokens, &begun.nonce, stage.platform.clock.now());
            subjects.push(claims.subject().to_string());
        }
        assert_eq!(subjects[0], subjects[1]);
        assert_eq!(subjects[0].as_bytes()[14], b'4', "a random UUID: {}", subjects[0]);
    })
    .await;
}

#[tokio::test]
async fn a10_a_code_works_once_within_a_minute_and_used_again_takes_back_what_it_gave() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let alice = Browser::with_account(&stage, &portal, ALICE).await;
        let (begun, code) = code_for(&stage, &portal, &alice).await;
        let again = PkceCodeVerifier::new(begun.verifier.secret().clone());
        let tokens = portal.exchange(&stage, &code, begun.verifier).await.unwrap();
        assert!(portal.userinfo(&stage, &tokens).await.is_some());
        assert!(portal.exchange(&stage, &code, again).await.is_none());
        assert!(portal.userinfo(&stage, &tokens).await.is_none());
        let (begun, code) = code_for(&stage, &portal, &alice).await;
        stage.wait(60);
        assert!(portal.exchange(&stage, &code, begun.verifier).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a10_a_code_sent_twice_at_once_is_exchanged_once() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let alice = Browser::with_account(&stage, &portal, ALICE).await;
        let (begun, code) = code_for(&stage, &portal, &alice).await;
        let tries = (0..10).map(|_| {
            let verifier = PkceCodeVerifier::new(begun.verifier.secret().clone());
            portal.exchange(&stage, &code, verifier)
        });
        assert_eq!(join_all(tries).await.into_iter().flatten().count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a10_without_the_right_verifier_a_stolen_code_is_worth_nothing_and_is_burnt() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let alice = Browser::with_account(&stage, &portal, ALICE).await;
        let (begun, code) = code_for(&stage, &portal, &alice).await;
        let wrong = PkceCodeVerifier::new("x".repeat(43));
        assert!(portal.exchange(&stage, &code, wrong).await.is_none());
        assert!(portal.exchange(&stage, &code, begun.verifier).await.is_none());
        let (_, code) = code_for(&stage, &portal, &alice).await;
        let form = format!("grant_type=authorization_code&code={code}&redirect_uri={CALLBACK}&client_id=accord&client_secret={}", portal.secret);
        let answer = stage.provider.token(None, &Parameters::read(&form)).await.unwrap();
        assert_eq!((answer.status, answer.body["error"].as_str()), (400, Some("invalid_grant")));
    })
    .await;
}

#[tokio::test]
async fn a10_the_client_proves_itself_in_the_header_or_in_the_body() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let alice = Browser::with_account(&stage, &portal, ALICE).await;
        let (begun, code) = code_for(&stage, &portal, &alice).await;
        let form = |more: &str| {
            let verifier = begun.verifier.secret();
            Parameters::read(&format!(
                "grant_type=authorization_code&code={code}&redirect_uri={CALLBACK}&code_verifier={verifier}{more}"
            ))
        };
        for (header, more) in [
            (None, ""),
            (None, "&client_id=accord"),
            (None, "&client_id=accord&client_secret=wrong"),
            (None, "&client_id=library"),
            (Some("Basic YWNjb3JkOndyb25n"), ""),
            (Some("Basic ???"), ""),
            (Some("Bearer x"), "&client_id=accord"),
        ] {
            let answer = stage.provider.token(header, &form(more)).await.unwrap();
            let expected = if more == "&client_id=library" { 400 } else { 401 };
            assert_eq!(answer.status, expected, "{header:?} {more}");
            if expected == 400 {
                // A public client may ask, but the code is not its own; and it is burnt.
                assert_eq!(answer.body["error"], "invalid_grant");
            }
        }
        let (begun, code) = code_for(&stage, &portal, &alice).await;
        let body = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={CALLBACK}&code_verifier={}&client_id=accord&client_secret={}",
            begun.verifier.secret(), portal.secret
        );
        let answer = stage.provider.token(None, &Parameters::read(&body)).await.unwrap();
        assert_eq!((answer.status, answer.body["token_type"].as_str()), (200, Some("Bearer")));
    })
    .await;
}

#[tokio::test]
async fn a10_an_unknown_client_or_address_is_never_redirected_to() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let browser = Browser::new();
        let url = portal.begin(&[]).url;
        let with = |name: &str, value: &str| changed(&url, name, Some(value));
        for (wrong, code) in [
            (with("client_id", "mallory"), "unknown_client"),
            (changed(&url, "client_id", None), "unknown_client"),
            (changed(&url, "redirect_uri", None), "unknown_address"),
            (with("redirect_uri", "https://evil.example"), "unknown_address"),
            (with("redirect_uri", &format!("{CALLBACK}/")), "unknown_address"),
            (with("redirect_uri", &format!("{CALLBACK}?a=b")), "unknown_address"),
            (with("redirect_uri", "HTTPS://portal.example/sign-in/callback"), "unknown_address"),
        ] {
            assert_eq!(browser.follow(&stage, &wrong).await, format!("/fr/identity/error?code={code}"));
        }
    })
    .await;
}

#[tokio::test]
async fn a10_every_other_fault_goes_back_to_the_client_with_state_and_iss() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let browser = Browser::new();
        let begun = portal.begin(&[]);
        let with = |name: &str, value: &str| changed(&begun.url, name, Some(value));
        let mut twice = begun.url.clone();
        twice.query_pairs_mut().append_pair("scope", "openid");
        for (url, error) in [
            (with("response_type", "token"), "unsupported_response_type"),
            (with("scope", "profile"), "invalid_scope"),
            (changed(&begun.url, "code_challenge", None), "invalid_request"),
            (with("code_challenge_method", "plain"), "invalid_request"),
            (with("prompt", "none login"), "invalid_request"),
            (with("prompt", "sing"), "invalid_request"),
            (with("max_age", "-1"), "invalid_request"),
            (with("response_mode", "fragment"), "invalid_request"),
            (with("request", "x.y.z"), "request_not_supported"),
            (with("request_uri", "https://x.example"), "request_uri_not_supported"),
            (with("prompt", "none"), "login_required"),
            (twice, "invalid_request"),
        ] {
            let to = browser.follow(&stage, &url).await;
            assert!(to.starts_with(CALLBACK), "{to}");
            assert_eq!(parameter(&to, "error").as_deref(), Some(error), "{to}");
            assert_eq!(parameter(&to, "state").as_ref(), Some(begun.state.secret()));
            assert_eq!(parameter(&to, "iss").unwrap(), stage.provider.issuer());
        }
    })
    .await;
}

#[tokio::test]
async fn a10_prompt_and_max_age_decide_whether_a_session_does() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let alice = Browser::with_account(&stage, &portal, ALICE).await;
        stage.wait(100);
        let follow = async |more: &[(&str, &str)]| alice.follow(&stage, &portal.begin(more).url).await;
        assert!(follow(&[("prompt", "none")]).await.starts_with(CALLBACK));
        assert!(follow(&[("max_age", "100")]).await.starts_with(CALLBACK));
        assert!(follow(&[("max_age", "99")]).await.starts_with("/fr/identity/sign-in"));
        assert!(follow(&[("prompt", "login")]).await.starts_with("/fr/identity/sign-in"));
        assert!(follow(&[("prompt", "select_account")]).await.starts_with("/fr/identity/continue"));
        assert!(
            follow(&[("prompt", "login"), ("ui_locales", "de en-US fr")])
                .await
                .starts_with("/en/identity/sign-in")
        );
        let page = follow(&[("prompt", "none"), ("max_age", "5")]).await;
        assert_eq!(parameter(&page, "error").as_deref(), Some("login_required"));
        // A request that asks for a fresh sign-in is not answered by the button of an old session.
        let handle = handle_in(&follow(&[("prompt", "login")]).await);
        assert!(alice.desk(&stage).proceed(&handle).await.unwrap().to.starts_with("/fr/identity/sign-in"));
        assert_eq!(alice.desk(&stage).request(&handle).await.unwrap().signed_in_as, None);
    })
    .await;
}

#[tokio::test]
async fn a10_an_application_of_others_needs_the_person_s_yes_and_pkce_alone_protects_it() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let alice = Browser::with_account(&stage, &portal, ALICE).await;
        let begun = portal.begin(&[]);
        let url = changed(&changed(&begun.url, "client_id", Some("library")), "redirect_uri", Some(LIBRARY));
        let page = alice.follow(&stage, &url).await;
        assert!(page.starts_with("/fr/identity/continue?request="), "{page}");
        let silent = alice.follow(&stage, &changed(&url, "prompt", Some("none"))).await;
        assert_eq!(parameter(&silent, "error").as_deref(), Some("consent_required"));
        // The button of another page is no yes.
        let handle = handle_in(&page);
        assert_eq!(alice.desk(&stage).proceed(&handle).await.unwrap().to, page);
        let to = alice.desk(&stage).agree(&handle).await.unwrap().to;
        assert!(to.starts_with("https://library.example/back?from=accord&code="), "{to}");
        let form = format!(
            "grant_type=authorization_code&code={}&redirect_uri={}&code_verifier={}&client_id=library",
            parameter(&to, "code").unwrap(),
            LIBRARY.replace('?', "%3F").replace('=', "%3D"),
            begun.verifier.secret()
        );
        let answer = stage.provider.token(None, &Parameters::read(&form)).await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
    })
    .await;
}

#[tokio::test]
async fn a10_userinfo_refuses_what_is_no_token() {
    everywhere(async |stage| {
        let none = Parameters::default();
        for header in [None, Some("Bearer x"), Some("Basic x"), Some("Bearer")] {
            let answer = stage.provider.userinfo(header, &none).await.unwrap();
            assert_eq!(answer.status, 401, "{header:?}");
            assert!(answer.authenticate.is_some_and(|asked| asked.starts_with("Bearer")));
        }
    })
    .await;
}

#[tokio::test]
async fn a10_scopes_open_claims_and_no_more() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let alice = Browser::with_account(&stage, &portal, ALICE).await;
        let begun = portal.begin(&[]);
        let to = alice.follow(&stage, &changed(&begun.url, "scope", Some("openid address admin"))).await;
        let tokens = portal.exchange(&stage, &parameter(&to, "code").unwrap(), begun.verifier).await.unwrap();
        let claims = portal.verified(&tokens, &begun.nonce, stage.platform.clock.now());
        let claims: Value = serde_json::to_value(&claims).unwrap();
        for withheld in ["email", "name", "family_name", "locale"] {
            assert!(claims.get(withheld).is_none(), "{withheld}");
        }
        assert!(claims["sub"].is_string());
    })
    .await;
}

/// The same address with one parameter changed or taken away.
fn changed(url: &Url, name: &str, value: Option<&str>) -> Url {
    let mut others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| key != name)
        .map(|(key, value)| (key.into(), value.into()))
        .collect();
    others.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(others);
    url
}
