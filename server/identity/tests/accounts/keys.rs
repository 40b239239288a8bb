//! Signing keys take turns: rule A10.

use crate::stage::{Browser, PASSWORD, Stage, everywhere, parameter, settings};
use futures::future::join_all;
use identity::{Algorithm, KeyStage, Parameters, Provider, SignedOut};
use openidconnect::core::CoreTokenResponse;
use openidconnect::{Nonce, TokenResponse as _};
use serde_json::Value;

const ALICE: &str = "alice.roy@exemple.ca";
const HOUR: i64 = 3600;

/// Alice signs in: what the portal was given.
async fn tokens(stage: &Stage) -> (Browser, CoreTokenResponse, Nonce) {
    let portal = stage.portal().await;
    let mut alice = Browser::new();
    let (begun, handle) = alice.arrive(stage, &portal).await;
    let to = alice.sign_in(stage, &handle, ALICE, PASSWORD).await.unwrap();
    let tokens = portal.exchange(stage, &parameter(&to, "code").unwrap(), begun.verifier).await.unwrap();
    (alice, tokens, begun.nonce)
}

fn kid(tokens: &CoreTokenResponse) -> String {
    use base64::Engine as _;
    let token = tokens.id_token().unwrap().to_string();
    let header = token.split('.').next().unwrap();
    let header = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(header).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

async fn published(stage: &Stage) -> Vec<String> {
    let jwks = stage.provider.jwks().await.unwrap();
    let keys = jwks["keys"].as_array().unwrap();
    keys.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a10_a_next_key_is_published_before_it_signs_and_the_old_one_while_its_tokens_live() {
    everywhere(async |stage| {
        Browser::with_account(&stage, &stage.portal().await, ALICE).await;
        let (_, before, _) = tokens(&stage).await;
        stage.wait(1);
        let cards = stage.provider.rotate_keys().await.unwrap();
        assert_eq!(cards.len(), 2, "{cards:?}");
        let (old, new) = (cards[0].id.clone(), cards[1].id.clone());
        assert_eq!(kid(&before), old);
        assert!(matches!(cards[1].stage, KeyStage::Next(_)));
        // Asking again changes nothing.
        assert_eq!(stage.provider.rotate_keys().await.unwrap(), cards);
        assert_eq!(published(&stage).await, [old.clone(), new.clone()]);
        stage.wait(HOUR - 1);
        assert_eq!(kid(&tokens(&stage).await.1), old);
        stage.wait(1);
        let (alice, after, nonce) = tokens(&stage).await;
        assert_eq!(kid(&after), new);
        let now = stage.platform.clock.now();
        stage.portal().await.verified(&after, &nonce, now);
        // The old key still vouches for a hint: signing out with a token that it signed asks nobody.
        let hint = format!("id_token_hint={}", before.id_token().unwrap());
        let asked = alice.desk(&stage).end_session(&Parameters::read(&hint)).await.unwrap();
        assert!(matches!(asked, SignedOut::AskAt(_)), "another session's: {asked:?}");
        assert_eq!(published(&stage).await, [old, new.clone()]);
        stage.wait(12 * HOUR + 600 + 1);
        stage.provider.sweep().await.unwrap();
        assert_eq!(published(&stage).await, [new]);
    })
    .await;
}

#[tokio::test]
async fn a10_servers_that_sign_at_once_agree_on_the_key_that_takes_over() {
    everywhere(async |stage| {
        Browser::with_account(&stage, &stage.portal().await, ALICE).await;
        stage.wait(1);
        let next = stage.provider.rotate_keys().await.unwrap().remove(1).id;
        stage.wait(HOUR);
        let another = Provider::open(stage.platform.clone(), settings(&stage.platform)).await.unwrap();
        let sweeps = (0..8).map(|n| if n % 2 == 0 { stage.provider.sweep() } else { another.sweep() });
        for swept in join_all(sweeps).await {
            swept.unwrap();
        }
        let cards = stage.provider.keys().await.unwrap();
        assert!(matches!(cards[0].stage, KeyStage::Retired(_)), "{cards:?}");
        assert!(matches!(cards[1].stage, KeyStage::Current(_)), "{cards:?}");
        assert_eq!(kid(&tokens(&stage).await.1), next);
    })
    .await;
}

#[tokio::test]
async fn a10_keys_that_somebody_may_know_are_replaced_at_once() {
    everywhere(async |stage| {
        Browser::with_account(&stage, &stage.portal().await, ALICE).await;
        let (alice, stolen, _) = tokens(&stage).await;
        let cards = stage.provider.replace_keys().await.unwrap();
        assert_eq!(cards.len(), 1, "{cards:?}");
        assert_ne!(kid(&stolen), cards[0].id);
        // What the old key signed proves nothing any more: Alice is asked.
        let hint = format!("id_token_hint={}", stolen.id_token().unwrap());
        let answer = alice.desk(&stage).end_session(&Parameters::read(&hint)).await.unwrap();
        assert!(matches!(answer, SignedOut::AskAt(_)), "{answer:?}");
        assert_eq!(kid(&tokens(&stage).await.1), cards[0].id);
    })
    .await;
}

#[tokio::test]
async fn a10_an_application_that_asks_for_rs256_gets_it_and_others_keep_es256() {
    everywhere(async |mut stage| {
        Browser::with_account(&stage, &stage.portal().await, ALICE).await;
        let mut changed = settings(&stage.platform);
        changed.clients[0].algorithm = Algorithm::Rs256;
        stage.provider = Provider::open(stage.platform.clone(), changed).await.unwrap();
        let (_, given, nonce) = tokens(&stage).await;
        assert_eq!(given.id_token().unwrap().signing_alg().unwrap(), &Algorithm::Rs256.jws_name());
        stage.portal().await.verified(&given, &nonce, stage.platform.clock.now());
        let jwks = stage.provider.jwks().await.unwrap();
        let keys = jwks["keys"].as_array().unwrap();
        let key = |alg: &str| keys.iter().find(|key| key["alg"] == alg).unwrap();
        assert_eq!((&key("RS256")["kty"], &key("ES256")["kty"]), (&"RSA".into(), &"EC".into()));
        assert!(keys.iter().all(|key| key.get("d").is_none() && key["use"] == "sig"), "{keys:?}");
        // Each algorithm rotates by itself.
        assert_eq!(stage.provider.rotate_keys().await.unwrap().len(), 4);
    })
    .await;
}

trait JwsName {
    fn jws_name(self) -> openidconnect::core::CoreJwsSigningAlgorithm;
}

impl JwsName for Algorithm {
    fn jws_name(self) -> openidconnect::core::CoreJwsSigningAlgorithm {
        serde_json::from_value(self.name().into()).unwrap()
    }
}
