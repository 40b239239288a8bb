//! What the database does not hold.

use crate::relying::Relying;
use crate::stage::{Browser, PASSWORD, code_in, everywhere, form, parameter, settings, token_in};
use identity::{Broken, Provider};
use openidconnect::{OAuth2TokenResponse as _, TokenResponse as _};
use platform::{Platform, Secrets};
use std::sync::Arc;

const ALICE: &str = "alice.roy@exemple.ca";

#[tokio::test]
async fn the_database_holds_no_password_token_code_or_key_in_clear() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let mut alice = Browser::new();
        let (begun, handle) = alice.arrive(&stage, &portal).await;
        alice.create(&stage, &handle, &form(ALICE, PASSWORD)).await.unwrap();
        let before = alice.cookie.clone().unwrap();
        let letter = stage.letter().await;
        let (code, link) = (code_in(&letter), token_in(&letter, "/fr/identity/verify/"));
        alice.type_code(&stage, &handle, &code).await.unwrap();
        let to = alice.desk(&stage).proceed(&handle).await.unwrap().to;
        let authorization = parameter(&to, "code").unwrap();
        let tokens = portal.exchange(&stage, &authorization, begun.verifier).await.unwrap();
        let calendar = Relying::registered(&stage, "calendar", |client| client).await;
        let away = calendar.enters(&stage, &alice, "openid offline_access").await;
        alice.ask_help(&stage, ALICE).await.unwrap();
        let reset = token_in(&stage.letter().await, "/fr/identity/reset/");
        let secrets = [
            PASSWORD.to_owned(),
            before,
            alice.cookie.unwrap(),
            link,
            reset,
            authorization,
            handle,
            portal.secret,
            tokens.access_token().secret().clone(),
            tokens.id_token().unwrap().to_string(),
            format!("\"{code}\""),
            calendar.secret,
            away["refresh_token"].as_str().unwrap().to_owned(),
        ];
        let kept = everything_in(stage.folder.path());
        if kept.is_empty() {
            return; // PostgreSQL keeps its files to itself; the rows are the same.
        }
        assert!(contains(&kept, ALICE.as_bytes()), "the search finds what is there");
        for secret in secrets {
            assert!(!contains(&kept, secret.as_bytes()), "{secret} is in the database");
        }
    })
    .await;
}

fn everything_in(folder: &std::path::Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap();
    files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn a10_servers_share_their_signing_key_and_another_secret_cannot_open_it() {
    everywhere(async |stage| {
        let another = Provider::open(stage.platform.clone(), settings(&stage.platform)).await.unwrap();
        assert_eq!(another.jwks().await.unwrap(), stage.provider.jwks().await.unwrap());
        assert_eq!(another.jwks().await.unwrap()["keys"].as_array().unwrap().len(), 1);
        let stranger = Platform { secrets: Arc::new(Secrets::new([8; 32])), ..stage.platform.clone() };
        let refused = Provider::open(stranger.clone(), settings(&stranger)).await;
        assert!(matches!(refused, Err(Broken::Secrecy(_))));
    })
    .await;
}

#[tokio::test]
async fn settings_that_contradict_themselves_are_refused() {
    everywhere(async |stage| {
        let wrong = |change: fn(&mut identity::ProviderSettings)| {
            let mut settings = settings(&stage.platform);
            change(&mut settings);
            Provider::open(stage.platform.clone(), settings)
        };
        for change in [
            (|settings| settings.clients.clear()) as fn(&mut identity::ProviderSettings),
            |settings| settings.clients[1].id = "accord".into(),
            |settings| settings.clients[0].redirect_uris.push("http://portal.example/back".into()),
            |settings| settings.clients[0].redirect_uris.push("https://portal.example/back#here".into()),
            |settings| settings.clients[0].redirect_uris.push("/back".into()),
        ] {
            assert!(matches!(wrong(change).await, Err(Broken::Settings(_))));
        }
    })
    .await;
}
