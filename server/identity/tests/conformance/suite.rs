//! What every module begins with: a provider, a person who has an account, an application.

use crate::relying::{Asked, Relying, verified};
use crate::stage::{Browser, PASSWORD, Stage, everywhere, handle_in};
use domain::Bilingual;
use identity::{Client, Parameters};
use serde_json::Value;

pub const ALICE: &str = "alice.roy@exemple.ca";

pub struct Suite {
    pub stage: Stage,
    pub client: Relying,
}

/// Plays a module on each database that there is.
pub async fn module(play: impl AsyncFn(Suite)) {
    everywhere(async |stage| {
        let made = Browser::with_account(&stage, &stage.portal().await, ALICE).await;
        made.desk(&stage).sign_out().await.unwrap();
        let client = Relying::registered(&stage, "suite", |client| Client {
            name: Bilingual::new("The suite", "La suite"),
            post_logout_redirect_uris: vec![crate::rp_logout::BACK.into()],
            backchannel_logout_uri: Some("https://suite.example/backchannel_logout".into()),
            ..client
        });
        let client = client.await;
        play(Suite { stage, client }).await;
    })
    .await;
}

impl Suite {
    /// A browser that comes with that request and signs in on the page: where it is led.
    pub async fn signs_in(&self, asked: &Asked) -> (Browser, String) {
        let mut browser = Browser::new();
        let page = browser.follow(&self.stage, &asked.url).await;
        let to = self.types(&mut browser, &page).await;
        (browser, to)
    }

    /// Types e-mail and password on the sign-in page.
    pub async fn types(&self, browser: &mut Browser, page: &str) -> String {
        assert!(
            page.starts_with("/fr/identity/sign-in?") || page.starts_with("/en/identity/sign-in?"),
            "{page}"
        );
        browser.sign_in(&self.stage, &handle_in(page), ALICE, PASSWORD).await.unwrap()
    }

    /// A whole flow: the browser, and what the application was given.
    pub async fn flow(&self, scope: &str, more: &[(&str, &str)]) -> (Browser, Value) {
        let asked = self.client.asks(scope, more);
        let (browser, to) = self.signs_in(&asked).await;
        let answer = self.client.exchanges(&self.stage, &asked, &to).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        (browser, answer.body)
    }

    /// The same browser once more, which should need no page.
    pub async fn flow_again(&self, browser: &Browser, scope: &str, more: &[(&str, &str)]) -> Value {
        let asked = self.client.asks(scope, more);
        let to = browser.follow(&self.stage, &asked.url).await;
        let answer = self.client.exchanges(&self.stage, &asked, &to).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// The claims of an ID token, its signature and its form checked as every module does.
    pub async fn claims(&self, given: &Value) -> Value {
        let (_, claims) = verified(&self.stage, &given["id_token"]).await;
        let now = self.stage.platform.clock.now().0 / 1000;
        assert_eq!(claims["iss"], self.stage.provider.issuer());
        assert_eq!(claims["aud"], serde_json::json!([self.client.id]));
        assert!(claims["exp"].as_i64().unwrap() > now && claims["iat"].as_i64().unwrap() <= now);
        let sub = claims["sub"].as_str().unwrap();
        assert!(!sub.is_empty() && sub.len() <= 255 && sub.is_ascii());
        claims
    }

    /// What userinfo says to that access token in the header.
    pub async fn userinfo(&self, given: &Value) -> Value {
        let answer = crate::relying::userinfo(&self.stage, &given["access_token"]).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    /// The same with the token in the body of a form.
    pub async fn userinfo_in_body(&self, given: &Value) -> Value {
        let form = Parameters::read(&format!("access_token={}", given["access_token"].as_str().unwrap()));
        let answer = self.stage.provider.userinfo(None, &form).await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }
}
