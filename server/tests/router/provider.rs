//! The embedded provider as machines and whoever runs the program meet it: rule A10.

use crate::scene::{Scene, everywhere};
use http::StatusCode;
use std::process::{Command, Output};

const SENT: &str = "response_type=code&client_id=parcels&redirect_uri=https%3A%2F%2Fparcels.example%2Fback\
    &scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

/// Runs the program on the scene's data; whether it went well, and what it said.
fn accord(scene: &Scene, words: &[&str]) -> (bool, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_accord"))
        .args(words)
        .current_dir(scene.folder.path())
        .env("ACCORD_DATA", scene.folder.path().join("data"))
        .output()
        .unwrap();
    let said = [stdout, stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    (status.success(), said.concat())
}

fn registers(scene: &Scene, more: &[&str]) -> (bool, String) {
    let words = ["client", "add", "parcels", "--name-en", "Parcels", "--name-fr", "Colis", "--redirect-uri"];
    accord(scene, &[&words, ["https://parcels.example/back"].as_slice(), more].concat())
}

#[tokio::test]
async fn a10_an_application_registered_from_the_command_line_is_known_to_the_server_that_runs() {
    let scene = Scene::set(&[]).await;
    let mut browser = scene.browser();
    let unknown = browser.get(&format!("/identity/authorize?{SENT}")).await;
    assert!(unknown.location().ends_with("/identity/error?code=unknown_client"), "{}", unknown.location());
    let (well, said) = registers(&scene, &[]);
    let secret = said.split_once("secret: ").unwrap().1.lines().next().unwrap();
    assert!(well && secret.len() == 43 && said.contains("shown this once"), "{said}");
    // By post as by get; and the policy of the page lets its form lead to the application in the end.
    let page = browser.post("/identity/authorize", SENT).await;
    assert!(page.location().contains("/identity/sign-in?request="), "{}", page.location());
    let page = browser.get(page.location()).await;
    assert!(page.header("content-security-policy").contains("https://parcels.example"));
    let form = |secret: &str| format!("client_id=parcels&client_secret={secret}&token=unknown");
    assert_eq!(browser.post("/identity/revoke", &form(secret)).await.status, StatusCode::OK);
    let wrong = browser.post("/identity/revoke", &form("wrong")).await;
    assert_eq!(
        (wrong.status, wrong.header("www-authenticate")),
        (StatusCode::UNAUTHORIZED, "Basic realm=\"token\"")
    );
    assert_eq!(wrong.header("cache-control"), "no-store");

    let (well, said) = registers(&scene, &[]);
    assert!(!well && said.contains("is registered already"), "{said}");
    let (well, said) = accord(&scene, &["client", "list"]);
    assert!(well && said.contains("parcels  Parcels  secret  ES256  https://parcels.example/back"), "{said}");
    assert!(!said.contains(secret));
    assert!(accord(&scene, &["client", "remove", "parcels"]).0);
    let (well, said) = accord(&scene, &["client", "remove", "parcels"]);
    assert!(!well && said.contains("no client `parcels`"), "{said}");
    let gone = browser.get(&format!("/identity/authorize?{SENT}")).await;
    assert!(gone.location().ends_with("?code=unknown_client"), "{}", gone.location());
}

#[tokio::test]
async fn a10_keys_are_rotated_from_the_command_line_and_published_without_a_restart() {
    let scene = Scene::set(&[]).await;
    let published = async || {
        let answer = scene.browser().get("/identity/jwks").await;
        let jwks: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let kids = jwks["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned());
        kids.collect::<Vec<_>>()
    };
    let before = published().await;
    assert_eq!(before.len(), 1);
    let (well, said) = accord(&scene, &["rotate-keys"]);
    assert!(well && said.contains("signs since") && said.contains("published, signs from"), "{said}");
    let during = published().await;
    assert_eq!(during.len(), 2);
    assert!(during.contains(&before[0]));
    let (well, said) = accord(&scene, &["rotate-keys", "--at-once"]);
    assert!(well && said.lines().count() == 1, "{said}");
    let after = published().await;
    assert!(after.len() == 1 && !during.contains(&after[0]), "{after:?}");
}

#[tokio::test]
async fn a10_whoever_signed_out_without_a_way_back_is_told_so_in_their_language() {
    everywhere(async |scene| {
        let mut browser = scene.browser().with("accept-language", "fr");
        let answer = browser.get("/identity/end-session").await;
        assert_eq!(answer.location(), "/fr/identity/signed-out");
        let page = browser.get(answer.location()).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.body.contains("Votre session est fermée") && page.body.contains("/fr/home"),
            "{}",
            page.body
        );
        let english = browser.get("/en/identity/signed-out?client_id=nobody").await;
        assert!(english.body.contains("You are signed out"), "{}", english.body);
    })
    .await;
}
