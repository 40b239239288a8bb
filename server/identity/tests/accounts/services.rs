//! A service's application: what it is told, and the logouts that it hears: rules P9 and A10.

use crate::stage::{Browser, PASSWORD, Portal, Stage, everywhere, handle_in, parameter};
use domain::{Bilingual, Instant, OrganizationId};
use futures::future::BoxFuture;
use identity::{Herald, HttpCall, Membership, Parameters};
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::http::Response;
use openidconnect::url::Url;
use openidconnect::{HttpRequest, JsonWebKey as _, PkceCodeChallenge};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

const ALICE: &str = "alice.roy@exemple.ca";
const BACK: &str = "https://parcels.example/back";
const CLAIM: &str = "accord_organizations";

/// The application: what it was posted, and how it answers.
#[derive(Clone)]
struct Application {
    heard: Arc<Mutex<Vec<String>>>,
    answers: Arc<AtomicU16>,
}

impl Application {
    fn new() -> Self {
        Self { heard: Arc::default(), answers: Arc::new(AtomicU16::new(200)) }
    }

    fn calls(&self) -> HttpCall {
        let application = self.clone();
        Arc::new(move |request: HttpRequest| -> BoxFuture<'static, _> {
            assert_eq!(request.uri(), "https://parcels.example/logout");
            let status = application.answers.load(Ordering::SeqCst);
            let form = Parameters::read(std::str::from_utf8(request.body()).unwrap());
            let token = form.one("logout_token").unwrap().to_owned();
            application.heard.lock().unwrap_or_else(PoisonError::into_inner).push(token);
            let answer = Response::builder().status(status).body(Vec::new()).unwrap();
            Box::pin(async { Ok(answer) })
        })
    }

    /// One round of a herald; the tokens that it brought.
    async fn hears(&self, stage: &Stage) -> Vec<String> {
        Herald::new(stage.provider.clone(), self.calls()).round().await.unwrap();
        std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The claims of a token, its signature checked against the published keys.
async fn verified(stage: &Stage, token: &str, typ: Option<&str>) -> Value {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
    assert_eq!(header["alg"], "ES256");
    if let Some(typ) = typ {
        assert_eq!(header["typ"], typ);
    }
    let jwks = stage.provider.jwks().await.unwrap();
    let key = jwks["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    let key: CoreJsonWebKey = serde_json::from_value(key.clone()).unwrap();
    let signature = decoded(signature);
    key.verify_signature(&CoreJwsSigningAlgorithm::EcdsaP256Sha256, signed.as_bytes(), &signature).unwrap();
    serde_json::from_slice(&decoded(claims)).unwrap()
}

fn decoded(part: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()
}

/// What the application was given.
struct Entered {
    id_token: Value,
    access_token: String,
    scope: String,
}

/// Somebody who is signed in enters an application with these scopes.
async fn enters(stage: &Stage, browser: &Browser, scope: &str) -> Entered {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let mut url = Url::parse("https://portal.example/identity/authorize").unwrap();
    url.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", "parcels")
        .append_pair("redirect_uri", BACK)
        .append_pair("scope", scope)
        .append_pair("nonce", "n-1")
        .append_pair("code_challenge", challenge.as_str())
        .append_pair("code_challenge_method", "S256");
    let to = browser.follow(stage, &url).await;
    let code = parameter(&to, "code").unwrap_or_else(|| panic!("{to}"));
    let form = format!(
        "grant_type=authorization_code&client_id=parcels&client_secret=the+secret+of+parcels&code={code}&\
         code_verifier={}&redirect_uri={BACK}",
        verifier.secret()
    );
    let answer = stage.provider.token(None, &Parameters::read(&form)).await.unwrap();
    assert_eq!(answer.status, 200, "{}", answer.body);
    Entered {
        id_token: verified(stage, answer.body["id_token"].as_str().unwrap(), None).await,
        access_token: answer.body["access_token"].as_str().unwrap().to_owned(),
        scope: answer.body["scope"].as_str().unwrap().to_owned(),
    }
}

async fn userinfo(stage: &Stage, entered: &Entered) -> Value {
    let header = format!("Bearer {}", entered.access_token);
    stage.provider.userinfo(Some(&header), &Parameters::default()).await.unwrap().body
}

/// Alice, signed in at the provider, and her `sub`.
async fn alice(stage: &Stage) -> (Portal, Browser, String) {
    let portal = stage.portal().await;
    let alice = Browser::with_account(stage, &portal, ALICE).await;
    let sub = enters(stage, &alice, "openid").await.id_token["sub"].as_str().unwrap().to_owned();
    (portal, alice, sub)
}

fn organization(n: u128) -> OrganizationId {
    OrganizationId(Uuid::from_u128(n))
}

fn member(sub: &str, n: u128, profiles: &[&str]) -> Membership {
    Membership {
        subject: sub.to_owned(),
        organization: organization(n),
        name: Bilingual::new("Harbour Library", "Bibliothèque du Havre"),
        profiles: profiles.iter().map(|key| (*key).to_owned()).collect(),
        ends_at: None,
    }
}

/// The register says this from now on, of that organization, as a command would.
async fn changes(stage: &Stage, to: Vec<Membership>, n: u128) {
    let work = stage.platform.store.begin().await.unwrap();
    *stage.register.0.lock().unwrap_or_else(PoisonError::into_inner) = to;
    stage.provider.access_changed(&work, &[organization(n)]).await.unwrap();
    work.commit().await.unwrap();
}

#[tokio::test]
async fn p9_a_service_s_application_is_told_where_and_with_which_profiles() {
    everywhere(async |stage| {
        let (_, alice, sub) = alice(&stage).await;
        let nowhere = enters(&stage, &alice, "openid organizations").await;
        assert!(nowhere.id_token.get(CLAIM).is_none());
        changes(&stage, vec![member(&sub, 1, &["lending.borrower", "lending.visitor"])], 1).await;
        let entered = enters(&stage, &alice, "openid profile organizations").await;
        let told = json!([{
            "id": organization(1),
            "name": { "en": "Harbour Library", "fr": "Bibliothèque du Havre" },
            "profiles": ["lending.borrower", "lending.visitor"],
        }]);
        assert_eq!(entered.id_token[CLAIM], told);
        assert_eq!(entered.scope, "openid profile organizations");
        assert_eq!(userinfo(&stage, &entered).await[CLAIM], told);
        // Userinfo tells what is so now; without the scope nothing is told.
        changes(&stage, Vec::new(), 2).await;
        assert!(userinfo(&stage, &entered).await.get(CLAIM).is_none());
        changes(&stage, vec![member(&sub, 1, &["lending.borrower"])], 2).await;
        let unasked = enters(&stage, &alice, "openid profile").await;
        assert!(unasked.id_token.get(CLAIM).is_none());
        assert!(userinfo(&stage, &unasked).await.get(CLAIM).is_none());
    })
    .await;
}

#[tokio::test]
async fn p9_no_other_application_may_ask_for_it() {
    everywhere(async |stage| {
        let (portal, alice, sub) = alice(&stage).await;
        changes(&stage, vec![member(&sub, 1, &["lending.borrower"])], 1).await;
        let begun = portal.begin(&[]);
        let mut url = begun.url.clone();
        let query = url.query().unwrap().replace("scope=openid", "scope=openid+organizations");
        url.set_query(Some(&query));
        let to = alice.follow(&stage, &url).await;
        let tokens = portal.exchange(&stage, &parameter(&to, "code").unwrap(), begun.verifier).await.unwrap();
        use openidconnect::{OAuth2TokenResponse as _, TokenResponse as _};
        let scopes: Vec<String> = tokens.scopes().unwrap().iter().map(|scope| scope.to_string()).collect();
        assert!(!scopes.contains(&"organizations".to_owned()), "{scopes:?}");
        let claims = verified(&stage, &tokens.id_token().unwrap().to_string(), None).await;
        assert!(claims.get(CLAIM).is_none());
        let discovery = stage.provider.discovery();
        assert!(discovery["scopes_supported"].as_array().unwrap().contains(&json!("organizations")));
        assert!(discovery["claims_supported"].as_array().unwrap().contains(&json!(CLAIM)));
        assert_eq!(discovery["backchannel_logout_supported"], true);
        assert_eq!(discovery["backchannel_logout_session_supported"], true);
    })
    .await;
}

#[tokio::test]
async fn a10_the_logout_token_is_what_the_specification_wants() {
    everywhere(async |stage| {
        let (_, alice, sub) = alice(&stage).await;
        let application = Application::new();
        let entered = enters(&stage, &alice, "openid").await;
        assert!(application.hears(&stage).await.is_empty());
        alice.desk(&stage).sign_out().await.unwrap();
        let heard = application.hears(&stage).await;
        assert_eq!(heard.len(), 1);
        let claims = verified(&stage, &heard[0], Some("logout+jwt")).await;
        assert_eq!(claims["iss"], stage.provider.issuer());
        assert_eq!(claims["aud"], "parcels");
        assert_eq!(claims["sub"], sub);
        assert_eq!(claims["sid"], entered.id_token["sid"]);
        assert_eq!(claims["events"], json!({ "http://schemas.openid.net/event/backchannel-logout": {} }));
        assert!(claims.get("nonce").is_none());
        assert!(!claims["jti"].as_str().unwrap().is_empty());
        let now = stage.platform.clock.now().0 / 1000;
        assert_eq!((claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap()), (now, now + 120));
        // It is said once.
        stage.wait(3600);
        assert!(application.hears(&stage).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn p9_what_is_taken_away_is_heard_and_what_is_added_is_not() {
    everywhere(async |stage| {
        let (_, alice, sub) = alice(&stage).await;
        let application = Application::new();
        let both = || vec![member(&sub, 1, &["lending.borrower"]), member(&sub, 2, &["lending.borrower"])];
        changes(&stage, both(), 1).await;
        enters(&stage, &alice, "openid organizations").await;
        // One more profile, a change elsewhere, a change to somebody else: nobody is signed out.
        let more = vec![member(&sub, 1, &["lending.borrower", "lending.visitor"]), both().remove(1)];
        changes(&stage, more.clone(), 1).await;
        changes(&stage, [more, vec![member("somebody", 1, &["lending.visitor"])]].concat(), 1).await;
        changes(&stage, both(), 3).await;
        assert!(application.hears(&stage).await.is_empty());
        // One profile replaced by another; then one organization of the two; then the last.
        for left in [
            vec![member(&sub, 1, &["lending.visitor"]), both().remove(1)],
            vec![both().remove(1)],
            Vec::new(),
        ] {
            changes(&stage, both(), 3).await;
            enters(&stage, &alice, "openid organizations").await;
            changes(&stage, left, 1).await;
            assert_eq!(application.hears(&stage).await.len(), 1);
            // The session at the provider goes on: the application may ask again, and learns what is so.
            assert!(alice.desk(&stage).welcome(None).await.is_ok());
        }
        // A change that is not committed is none.
        changes(&stage, both(), 3).await;
        enters(&stage, &alice, "openid organizations").await;
        let work = stage.platform.store.begin().await.unwrap();
        stage.register.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
        stage.provider.access_changed(&work, &[organization(1)]).await.unwrap();
        work.rollback().await.unwrap();
        assert!(application.hears(&stage).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn p9_what_ends_by_itself_is_heard_at_its_time_unless_it_was_renewed() {
    everywhere(async |stage| {
        let (_, alice, sub) = alice(&stage).await;
        let application = Application::new();
        let until =
            |end: Instant| Membership { ends_at: Some(end), ..member(&sub, 1, &["lending.borrower"]) };
        let (noon, hour) = (stage.platform.clock.now(), 3600);
        changes(&stage, vec![until(noon.plus_seconds(hour))], 1).await;
        enters(&stage, &alice, "openid organizations").await;
        changes(&stage, vec![until(noon.plus_seconds(2 * hour))], 1).await;
        stage.wait(hour + 1);
        assert!(application.hears(&stage).await.is_empty());
        stage.wait(hour);
        changes(&stage, Vec::new(), 2).await; // As the clock made it: no command was made.
        assert_eq!(application.hears(&stage).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a10_an_application_that_does_not_take_a_logout_is_asked_again_for_a_day() {
    everywhere(async |stage| {
        let (_, mut alice, _) = alice(&stage).await;
        let application = Application::new();
        application.answers.store(503, Ordering::SeqCst);
        alice.desk(&stage).sign_out().await.unwrap();
        let first = application.hears(&stage).await;
        assert_eq!(first.len(), 1);
        assert!(application.hears(&stage).await.is_empty(), "not before its time");
        stage.wait(2);
        let second = application.hears(&stage).await;
        let jti = async |token: &String| verified(&stage, token, None).await["jti"].clone();
        assert_ne!(jti(&first[0]).await, jti(&second[0]).await);
        application.answers.store(204, Ordering::SeqCst);
        stage.wait(4);
        assert_eq!(application.hears(&stage).await.len(), 1);
        stage.wait(3600);
        assert!(application.hears(&stage).await.is_empty());
        // One that never answers is given up after a day.
        application.answers.store(400, Ordering::SeqCst);
        let portal = stage.portal().await;
        let (_, handle) = alice.arrive(&stage, &portal).await;
        alice.sign_in(&stage, &handle, ALICE, PASSWORD).await.unwrap();
        enters(&stage, &alice, "openid").await;
        alice.desk(&stage).sign_out().await.unwrap();
        assert_eq!(application.hears(&stage).await.len(), 1);
        stage.wait(25 * 3600);
        assert_eq!(application.hears(&stage).await.len(), 1);
        stage.wait(3600);
        assert!(application.hears(&stage).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a10_two_heralds_hand_a_logout_over_once() {
    everywhere(async |stage| {
        let (_, alice, _) = alice(&stage).await;
        let application = Application::new();
        alice.desk(&stage).sign_out().await.unwrap();
        let one = Herald::new(stage.provider.clone(), application.calls());
        let two = Herald::new(stage.provider.clone(), application.calls());
        let (one, two) = futures::join!(one.round(), two.round());
        assert_eq!(one.unwrap() + two.unwrap(), 1);
        assert_eq!(application.heard.lock().unwrap_or_else(PoisonError::into_inner).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a10_another_person_at_the_same_browser_ends_what_the_first_had_entered() {
    everywhere(async |stage| {
        let (portal, mut alice, _) = alice(&stage).await;
        let application = Application::new();
        enters(&stage, &alice, "openid").await;
        stage.wait(1);
        let page = alice.follow(&stage, &portal.begin(&[("prompt", "login")]).url).await;
        alice.sign_in(&stage, &handle_in(&page), ALICE, PASSWORD).await.unwrap();
        assert_eq!(application.hears(&stage).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a10_a_client_is_known_by_its_secret_alone() {
    everywhere(async |stage| {
        for (secret, status) in [("the+secret+of+parcels", 400), ("another", 401), ("", 401)] {
            let form =
                format!("grant_type=authorization_code&client_id=parcels&client_secret={secret}&code=x");
            let answer = stage.provider.token(None, &Parameters::read(&form)).await.unwrap();
            assert_eq!(answer.status, status, "{secret}");
        }
    })
    .await;
}
