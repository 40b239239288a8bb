//! Accounts at the embedded provider over HTTP: rules A6 and A7, the pages' own safety, and what the portal makes of an
//! address.

use crate::cast::Cast;
use crate::scene::{Answer, Browser, Scene, everywhere};
use domain::Language;
use http::StatusCode;
use identity::Letters;
use platform::courier::Courier;
use platform::{Letter, Mail, Sender};
use sea_orm::{ConnectionTrait as _, Statement};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const PASSWORD: &str = "Brume-salée d’octobre 7";
const ALICE: &str = "alice.roy@exemple.ca";
const HELP: &str = "/api/accounts/ask_help";

async fn open_account(scene: &Scene, email: &str) -> String {
    let provider = &scene.parts.provider;
    provider.open_account("Alice", "Roy", email, PASSWORD, Language::Fr).await.unwrap()
}

async fn run(scene: &Scene, sql: &str) {
    scene.parts.platform.store.write().execute_unprepared(sql).await.unwrap();
}

/// The letters that are due, the provider's and the portal's.
async fn letters(scene: &Scene) -> Vec<Letter> {
    let mailbox = Arc::new(Mutex::new(Vec::new()));
    let sender = Sender { name: "Accord".into(), address: "accord@portal.example".into(), reply_to: None };
    let mail = Mail::Memory(Arc::clone(&mailbox));
    let provider = Arc::new(Letters(scene.parts.provider.clone()));
    let writers = vec![provider, scene.parts.portal.letters()];
    let courier = Courier::new(scene.parts.platform.clone(), mail, sender, writers);
    while courier.round().await.unwrap() > 0 {}
    std::mem::take(&mut *mailbox.lock().unwrap_or_else(PoisonError::into_inner))
}

/// All of an answer that could differ, but for what is new each time.
fn said(answer: &Answer) -> (StatusCode, String, String) {
    (answer.status, answer.location().to_owned(), answer.body.clone())
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Signs in at the provider's page, as a browser without script does; where that leads in the end.
async fn signs_in(browser: &mut Browser, email: &str) -> Answer {
    let begun = browser.post("/auth/start", "language=en&return=%2Fen%2Fhome").await;
    let (_, path) = begun.location().split_once("localhost:3000").unwrap();
    let page = browser.get(path).await;
    let (_, request) = page.location().split_once("?request=").unwrap();
    let typed =
        format!("request={request}&form[email]={}&form[password]={}", encoded(email), encoded(PASSWORD));
    let answer = browser.post("/api/accounts/sign_in", &typed).await;
    let (_, callback) = answer.location().split_once("localhost:3000").unwrap();
    browser.get(callback).await
}

#[tokio::test]
async fn a6_over_http_the_answer_is_the_same_whatever_is_true_of_the_address() {
    everywhere(async |scene| {
        open_account(&scene, ALICE).await;
        open_account(&scene, "disabled@exemple.ca").await;
        run(&scene, "UPDATE identity_accounts SET state = 'disabled' WHERE email = 'disabled@exemple.ca'")
            .await;
        let mut waits = scene.browser();
        let begun = waits.post("/auth/start", "language=en").await;
        let (_, path) = begun.location().split_once("localhost:3000").unwrap();
        let page = waits.get(path).await;
        let (_, request) = page.location().split_once("?request=").unwrap();
        let form = format!(
            "request={request}&form[last_name]=Roy&form[email]=waits%40exemple.ca&form[password]={0}&\
             form[password_again]={0}&form[consent]=true",
            encoded(PASSWORD)
        );
        let created = waits.post("/api/accounts/create_account", &form).await;
        assert!(created.location().contains("/identity/verify?request="), "{}", created.location());
        let mut answers = Vec::new();
        for (n, email) in
            ["nobody@exemple.ca", "waits@exemple.ca", ALICE, "disabled@exemple.ca"].iter().enumerate()
        {
            for accept in ["text/html", "application/json"] {
                let mut browser = scene.browser().with("accept", accept).from(&format!("192.0.2.{}", n + 1));
                let answer = browser.post(HELP, &format!("form[email]={}", encoded(email))).await;
                assert_eq!(browser.cookie, None, "{email}: nothing is remembered");
                answers.push((accept, said(&answer)));
            }
        }
        answers.sort_by_key(|(accept, _)| *accept);
        answers.dedup();
        assert_eq!(answers.len(), 2, "one for people, one for programs: {answers:?}");
    })
    .await;
}

/// Says wherever a host may be said that it came to another one.
fn misled(browser: Browser) -> Browser {
    browser
        .with("host", "evil.example")
        .with("x-forwarded-host", "evil.example")
        .with("forwarded", "host=evil.example")
        .with("origin", "http://localhost:3000")
}

#[tokio::test]
async fn known_mistake_a_link_in_a_mail_never_leads_where_the_host_header_says() {
    let scene = Scene::set(&[("ACCORD_PROOF_WAIT", "1")]).await;
    open_account(&scene, ALICE).await;
    let mut mallory = misled(scene.browser());
    let answer = mallory.post(HELP, &format!("form[email]={}", encoded(ALICE))).await;
    assert!(
        answer.location().ends_with("/identity/cannot-sign-in/sent"),
        "{} {}",
        answer.status,
        answer.body
    );
    assert!(!answer.location().contains("evil"));
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let letters = letters(&scene).await;
    assert!(letters[0].text.contains("http://localhost:3000/en/identity/reset/"), "{}", letters[0].text);
    assert!(!letters[0].text.contains("evil") && !letters[0].html.contains("evil"));
}

/// The same of the portal's own letters, and of the address at which a provider sends people back.
#[tokio::test]
async fn known_mistake_neither_an_invitation_nor_a_way_back_leads_where_the_host_header_says() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let mut alice = misled(cast.named("funding.administrator"));
    let form = format!(
        "organization={}&form[contact][last_name]=Roy&form[contact][first_name]=Bruno&\
         form[contact][email]=bruno%40exemple.ca&form[invitation][profiles][]=funding.user&form[invitation][message]=",
        cast.house.organization
    );
    let answer = alice.post("/api/invitations/add_and_invite", &form).await;
    assert!(
        answer.location().ends_with("/contacts"),
        "{} {} {}",
        answer.status,
        answer.location(),
        answer.body
    );
    let letters = letters(&scene).await;
    let invitation = letters.iter().find(|letter| letter.to == "bruno@exemple.ca").unwrap();
    assert!(invitation.text.contains("http://localhost:3000/"), "{}", invitation.text);
    assert!(!invitation.text.contains("evil") && !invitation.html.contains("evil"), "{}", invitation.text);
    let begun = misled(scene.browser()).post("/auth/start", "language=en").await;
    assert!(
        begun.location().contains("redirect_uri=http%3A%2F%2Flocalhost%3A3000%2F"),
        "{}",
        begun.location()
    );
}

/// Leptos carries the error of a form in its address, where anybody may write one.
#[tokio::test]
async fn known_mistake_an_error_that_somebody_wrote_into_the_address_is_not_shown() {
    let scene = Scene::set(&[]).await;
    use base64::Engine as _;
    let forged = r#"{"refused":{"email_of_contact":{"contact":"00000000-0000-0000-0000-000000000001","name":"CALL 1-900-EVIL"}}}"#;
    let forged = base64::prelude::BASE64_URL_SAFE.encode(forged);
    for page in ["/en/identity/cannot-sign-in", "/en/identity/password-changed", "/en/support", "/en"] {
        for function in ["/api/accounts/ask_help", "/api/accounts/reset_password"] {
            let address = format!("{page}?__path={}&__err={forged}&draft=unknown", encoded(function));
            let shown = scene.browser().get(&address).await;
            assert_eq!(shown.status, StatusCode::OK, "{page}");
            assert!(
                !shown.body.contains("1-900") && !shown.body.contains("error-summary"),
                "{page}: {}",
                shown.body
            );
        }
    }
}

/// "Classic-federated merge", as the portal might do it: another provider vouched for the address first.
#[tokio::test]
async fn known_mistake_an_address_makes_two_accounts_of_two_providers_no_one_person() {
    everywhere(async |scene| {
        let mallory = platform::Chance::System.id(scene.now());
        let hex = mallory.simple();
        let bytes =
            if scene.parts.platform.store.is_sqlite() { format!("X'{hex}'") } else { format!("'{hex}'") };
        for verified in ["TRUE", "FALSE"] {
            run(&scene, "DELETE FROM logins").await;
            run(&scene, "DELETE FROM accounts").await;
            run(
                &scene,
                &format!(
                    "INSERT INTO accounts (id, name, email, email_verified, created_at, last_sign_in_at) \
                     VALUES ({bytes}, 'Mallory', '{ALICE}', {verified}, 0, 0)"
                ),
            )
            .await;
            run(
                &scene,
                &format!(
                    "INSERT INTO logins (issuer, subject, account_id, created_at) \
                     VALUES ('https://login.evil.example', 'm', {bytes}, 0)"
                ),
            )
            .await;
            let subject = open_account(&scene, ALICE).await;
            let home = signs_in(&mut scene.browser(), ALICE).await;
            assert_eq!(home.location(), "/en/home", "{} {}", home.status, home.body);
            let db = scene.parts.platform.store.read();
            let asked = format!("SELECT account_id FROM logins WHERE subject = '{subject}'");
            let row = Statement::from_string(db.get_database_backend(), asked);
            let hers: sea_orm::prelude::Uuid =
                db.query_one_raw(row).await.unwrap().unwrap().try_get("", "account_id").unwrap();
            assert_ne!(hers, mallory);
        }
    })
    .await;
}

/// A6, A7: whoever comes through another provider is told which, by mail alone.
#[tokio::test]
async fn a6_whoever_comes_through_another_provider_is_told_so_by_mail() {
    everywhere(async |scene| {
        let store = &scene.parts.platform.store;
        let id = platform::Chance::System.id(scene.now()).simple();
        let bytes = if store.is_sqlite() { format!("X'{id}'") } else { format!("'{id}'") };
        run(
            &scene,
            &format!(
                "INSERT INTO accounts (id, name, email, email_verified, created_at, last_sign_in_at) \
                 VALUES ({bytes}, 'Luc', 'Luc@college.example', TRUE, 0, 0)"
            ),
        )
        .await;
        let way = format!(
            "INSERT INTO logins (issuer, subject, account_id, created_at) \
             VALUES ('https://login.college.example/realms/one', 'l', {bytes}, 0)"
        );
        run(&scene, &way).await;
        scene.browser().post(HELP, "form[email]=luc%40College.example").await;
        run(&scene, "UPDATE outbox SET due_at = 0").await;
        let letters = letters(&scene).await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].text.contains("login.college.example,"), "{}", letters[0].text);
    })
    .await;
}
