//! Applications that are registered while the servers run, and those that sign assertions: rule A10.

use crate::relying::{Relying, error_of, userinfo};
use crate::stage::{Browser, Stage, everywhere, parameter, settings};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::Bilingual;
use identity::{Broken, Client, ClientKeys, MachineAnswer, Parameters, Provider};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

const ALICE: &str = "alice.roy@exemple.ca";
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[tokio::test]
async fn a10_every_server_knows_an_application_once_it_is_registered_until_it_is_removed() {
    everywhere(async |stage| {
        let alice = Browser::with_account(&stage, &stage.portal().await, ALICE).await;
        let another = Provider::open(stage.platform.clone(), settings(&stage.platform)).await.unwrap();
        let calendar = Relying::registered(&stage, "calendar", |client| client).await;
        assert!(another.clients().await.unwrap().iter().any(|client| client.id == "calendar"));
        assert!(another.origins().await.unwrap().contains("https://calendar.example"));
        let given = calendar.enters(&stage, &alice, "openid offline_access").await;
        assert_eq!(userinfo(&stage, &given["access_token"]).await.status, 200);
        assert!(another.remove_client("calendar").await.unwrap());
        assert!(!another.remove_client("calendar").await.unwrap());
        assert_eq!(userinfo(&stage, &given["access_token"]).await.status, 401);
        assert_eq!(
            error_of(&calendar.refreshes(&stage, &given["refresh_token"]).await),
            (401, "invalid_client")
        );
        let page = alice.follow(&stage, &calendar.asks("openid", &[]).url).await;
        assert_eq!(page, "/fr/identity/error?code=unknown_client");
    })
    .await;
}

#[tokio::test]
async fn a10_an_identifier_is_given_once_and_addresses_are_judged() {
    everywhere(async |stage| {
        let name = || Bilingual::new("Calendar", "Calendrier");
        let refused = async |client: Client| {
            let said = stage.provider.register_client(&client).await;
            assert!(matches!(said, Err(Broken::Settings(_))), "{said:?}");
        };
        refused(Client::at("accord", name(), "https://calendar.example/back")).await;
        refused(Client::at("calendar", name(), "http://calendar.example/back")).await;
        refused(Client::at("calendar", name(), "https://calendar.example/back#here")).await;
        Relying::registered(&stage, "calendar", |client| client).await;
        refused(Client::at("calendar", name(), "https://calendar.example/back")).await;
        assert!(!stage.provider.remove_client("accord").await.unwrap(), "the configuration's own stay");
    })
    .await;
}

/// An application that signs its assertions.
struct Signer(EcdsaKeyPair);

impl Signer {
    fn new() -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap())
    }

    fn keys(&self) -> ClientKeys {
        let point = self.0.public_key().as_ref();
        let [x, y] = [&point[1..33], &point[33..]].map(|half| BASE64_URL_SAFE_NO_PAD.encode(half));
        let key = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "sig" });
        ClientKeys::parse(&json!({ "keys": [key] }).to_string()).unwrap()
    }

    fn signs(&self, header: &Value, claims: &Value) -> String {
        let part = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }
}

/// What the token endpoint says to an application that proves itself by this alone: past the proof it asks for a grant.
async fn proves(stage: &Stage, assertion: &str, typ: &str) -> MachineAnswer {
    let form = format!("client_assertion={assertion}&client_assertion_type={typ}");
    stage.provider.token(None, &Parameters::read(&form)).await.unwrap()
}

#[tokio::test]
async fn a10_an_application_proves_itself_by_an_assertion_once_and_for_us() {
    everywhere(async |stage| {
        let (signer, stranger) = (Signer::new(), Signer::new());
        let keys = Some(signer.keys());
        Relying::registered(&stage, "ledger", |client| Client { secret: None, keys, ..client }).await;
        let now = stage.platform.clock.now().0 / 1000;
        let es256 = json!({ "alg": "ES256" });
        let claims = |change: &dyn Fn(&mut Value)| {
            let jti = stage.platform.chance.token();
            let mut claims = json!({
                "iss": "ledger", "sub": "ledger", "aud": stage.provider.issuer(), "exp": now + 300, "jti": jti,
            });
            change(&mut claims);
            claims
        };
        let good = signer.signs(&es256, &claims(&|_| {}));
        assert_eq!(error_of(&proves(&stage, &good, TYPE).await), (400, "invalid_request"), "proved, no grant");
        assert_eq!(error_of(&proves(&stage, &good, TYPE).await), (401, "invalid_client"), "a second time");
        let endpoint = format!("{}/token", stage.provider.issuer());
        let to_endpoint = claims(&|claims| claims["aud"] = json!(["https://elsewhere.example", endpoint]));
        assert_eq!(proves(&stage, &signer.signs(&es256, &to_endpoint), TYPE).await.status, 400);
        for change in [
            (&|claims: &mut Value| claims["aud"] = "https://elsewhere.example".into()) as &dyn Fn(&mut Value),
            &|claims| claims["iss"] = "accord".into(),
            &|claims| claims["sub"] = "accord".into(),
            &|claims| claims["exp"] = (now - 1).into(),
            &|claims| claims["exp"] = (now + 90_000).into(),
            &|claims| claims["nbf"] = (now + 600).into(),
            &|claims| claims["jti"] = "".into(),
            &|claims| claims["jti"] = Value::Null,
            &|claims| claims["exp"] = Value::Null,
        ] {
            let wrong = claims(change);
            let answer = proves(&stage, &signer.signs(&es256, &wrong), TYPE).await;
            assert_eq!(error_of(&answer), (401, "invalid_client"), "{wrong}");
        }
        let others = [
            (stranger.signs(&es256, &claims(&|_| {})), TYPE),
            (signer.signs(&json!({ "alg": "none" }), &claims(&|_| {})), TYPE),
            (signer.signs(&json!({ "alg": "HS256" }), &claims(&|_| {})), TYPE),
            (signer.signs(&es256, &claims(&|_| {})), "saml"),
            ("no.token".to_owned(), TYPE),
        ];
        for (assertion, typ) in others {
            assert_eq!(proves(&stage, &assertion, typ).await.status, 401, "{assertion}");
        }
        // Nothing less lets it in.
        let bare = stage.provider.token(None, &Parameters::read("client_id=ledger")).await.unwrap();
        assert_eq!(bare.status, 401);
    })
    .await;
}

#[tokio::test]
async fn a10_the_whole_flow_with_an_assertion() {
    everywhere(async |stage| {
        let alice = Browser::with_account(&stage, &stage.portal().await, ALICE).await;
        let signer = Signer::new();
        let keys = Some(signer.keys());
        let ledger = Relying::registered(&stage, "ledger", |client| Client { secret: None, keys, ..client }).await;
        let asked = ledger.asks("openid", &[]);
        let code = parameter(&alice.follow(&stage, &asked.url).await, "code").unwrap();
        let exp = stage.platform.clock.now().0 / 1000 + 60;
        let claims = json!({ "iss": "ledger", "sub": "ledger", "aud": stage.provider.issuer(), "exp": exp, "jti": "1" });
        let form = format!(
            "grant_type=authorization_code&code={code}&redirect_uri={}&code_verifier={}&client_assertion={}&\
             client_assertion_type={TYPE}",
            ledger.back,
            asked.verifier,
            signer.signs(&json!({ "alg": "ES256" }), &claims)
        );
        let answer = stage.provider.token(None, &Parameters::read(&form)).await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
    })
    .await;
}

#[test]
fn a10_only_public_keys_are_registered() {
    for wrong in ["", "{}", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}"] {
        assert!(ClientKeys::parse(wrong).is_err(), "{wrong}");
    }
}
