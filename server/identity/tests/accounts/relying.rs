//! An application of any kind, which speaks the protocol by hand and checks what it is given.

use crate::stage::{Browser, Stage, parameter};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use domain::Bilingual;
use identity::{Algorithm, Client, ClientSecret, MachineAnswer, Parameters};
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::url::{Url, form_urlencoded};
use openidconnect::{JsonWebKey as _, PkceCodeChallenge};
use serde_json::Value;

/// How the application proves itself.
#[derive(Clone, Copy)]
pub enum Proof {
    Basic,
    Post,
    Public,
}

pub struct Relying {
    pub id: String,
    pub secret: String,
    pub back: String,
    pub proof: Proof,
}

/// A request that was made.
pub struct Asked {
    pub url: Url,
    pub verifier: String,
}

impl Relying {
    /// Registers an application of the operator's, changed as the story needs it.
    pub async fn registered(stage: &Stage, id: &str, change: impl FnOnce(Client) -> Client) -> Self {
        let (back, secret) = (format!("https://{id}.example/back"), format!("the secret of {id}"));
        let plain = Client::at(id, Bilingual::new(id, id), &back);
        let client = Client { secret: Some(ClientSecret::of(&secret)), first_party: true, ..plain };
        stage.provider.register_client(&change(client)).await.unwrap();
        Self { id: id.to_owned(), secret, back, proof: Proof::Basic }
    }

    /// An authorization request with that scope, and more parameters where the story needs them.
    pub fn asks(&self, scope: &str, more: &[(&str, &str)]) -> Asked {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut url = Url::parse("https://portal.example/identity/authorize").unwrap();
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.id)
            .append_pair("redirect_uri", &self.back)
            .append_pair("scope", scope)
            .append_pair("state", "s-1")
            .append_pair("nonce", "n-1")
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(more);
        Asked { url, verifier: verifier.secret().clone() }
    }

    /// Exchanges the code in the address that the browser came back to.
    pub async fn exchanges(&self, stage: &Stage, asked: &Asked, back: &str) -> MachineAnswer {
        assert!(back.starts_with(&self.back), "{back}");
        let code = parameter(back, "code").unwrap_or_else(|| panic!("no code: {back}"));
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &self.back),
            ("code_verifier", &asked.verifier),
        ];
        self.sends(stage, "token", &form).await
    }

    /// Somebody who is signed in enters: what the application is given.
    pub async fn enters(&self, stage: &Stage, browser: &Browser, scope: &str) -> Value {
        let asked = self.asks(scope, &[]);
        let back = browser.follow(stage, &asked.url).await;
        let answer = self.exchanges(stage, &asked, &back).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    pub async fn refreshes(&self, stage: &Stage, token: &Value) -> MachineAnswer {
        let token = token.as_str().unwrap();
        self.sends(stage, "token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Posts a form to an address of the provider, with the application's proof.
    pub async fn sends(&self, stage: &Stage, to: &str, form: &[(&str, &str)]) -> MachineAnswer {
        let mut form = form.to_vec();
        let mut header = None;
        match self.proof {
            Proof::Basic => {
                let encoded =
                    |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                let pair = format!("{}:{}", encoded(&self.id), encoded(&self.secret));
                header = Some(format!("Basic {}", BASE64_STANDARD.encode(pair)));
            }
            Proof::Post => form.extend([("client_id", self.id.as_str()), ("client_secret", &self.secret)]),
            Proof::Public => form.push(("client_id", &self.id)),
        }
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let form = Parameters::read(&form);
        match to {
            "token" => stage.provider.token(header.as_deref(), &form).await.unwrap(),
            _ => stage.provider.revoke(header.as_deref(), &form).await.unwrap(),
        }
    }
}

/// What userinfo answers to that access token.
pub async fn userinfo(stage: &Stage, token: &Value) -> MachineAnswer {
    let header = format!("Bearer {}", token.as_str().unwrap());
    stage.provider.userinfo(Some(&header), &Parameters::default()).await.unwrap()
}

/// The error of an answer.
pub fn error_of(answer: &MachineAnswer) -> (u16, &str) {
    (answer.status, answer.body["error"].as_str().unwrap_or_default())
}

/// Header and claims of a token, its signature checked against the published keys.
pub async fn verified(stage: &Stage, token: &Value) -> (Value, Value) {
    let (signed, signature) = token.as_str().unwrap().rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let decoded = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
    let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
    let jwks = stage.provider.jwks().await.unwrap();
    let key = jwks["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
    assert_eq!(key["alg"], header["alg"]);
    let key: CoreJsonWebKey = serde_json::from_value(key.clone()).unwrap();
    let algorithm: CoreJwsSigningAlgorithm = serde_json::from_value(header["alg"].clone()).unwrap();
    key.verify_signature(&algorithm, signed.as_bytes(), &decoded(signature)).unwrap();
    assert!(Algorithm::of(header["alg"].as_str().unwrap()).is_some());
    (header, serde_json::from_slice(&decoded(claims)).unwrap())
}
