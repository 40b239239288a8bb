//! Several ways in for one person, added only while signed in to both; and the embedded provider, which tells the
//! portal of the end of a session as it tells any other application.

use crate::scene::{Answer, Browser};
use crate::suite::{Suite, is_nobody, module};
use domain::Language;
use domain::accounts::SignInForm;
use http::StatusCode;
use identity::{Desk, Herald, Provider};
use platform::courier::Courier;
use platform::{Letter, Mail, Sender};
use server::parts;
use std::sync::{Arc, Mutex, PoisonError};

const WAYS: &str = "/en/home/ways-in";
const PASSWORD: &str = "Brume-salée d’octobre 7";

impl Suite {
    /// Amélie, signed in at the college, goes to add the museum: where she is sent.
    async fn adds_the_museum(&self, browser: &mut Browser) -> String {
        let answer = browser.post("/auth/add-way", "language=en&provider=museum").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let to = answer.header("refresh").strip_prefix("0; url=").unwrap().to_owned();
        assert!(to.contains("prompt=login"), "she says there who she is: {to}");
        self.other.agrees(&to)
    }

    /// What is written to that address until nothing is due.
    async fn letters_to(&self, address: &str) -> Vec<Letter> {
        let letters = Arc::new(Mutex::new(Vec::new()));
        let sender =
            Sender { name: "Accord".into(), address: "accord@accord.example".into(), reply_to: None };
        let parts = &self.scene.parts;
        let mail = Mail::Memory(Arc::clone(&letters));
        let courier = Courier::new(parts.platform.clone(), mail, sender, vec![parts.portal.letters()]);
        while courier.round().await.unwrap() > 0 {}
        let all = std::mem::take(&mut *letters.lock().unwrap_or_else(PoisonError::into_inner));
        all.into_iter().filter(|letter: &Letter| letter.to == address).collect()
    }
}

async fn removes(browser: &mut Browser, way: &str) -> Answer {
    browser
        .clone()
        .with("accept", "application/json")
        .post("/api/ways_in/remove", &format!("way={way}"))
        .await
}

/// The names by which a page's forms remove ways in.
fn removable(page: &str) -> Vec<String> {
    let forms = page.split("name=\"way\" value=\"").skip(1);
    forms.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// A7: a second provider is added while signed in to both, gets the same person in, and the person is told by mail.
#[tokio::test]
async fn a7_a_way_is_added_and_removed_and_its_owner_is_told() {
    module(async |suite| {
        let (mut browser, _) = suite.is_let_in().await;
        let page = browser.get(WAYS).await.body;
        assert!(page.contains("In use now") && removable(&page).is_empty(), "{page}");
        let back = suite.adds_the_museum(&mut browser).await;
        assert_eq!(browser.get(&back).await.location(), WAYS);
        let page = browser.get(WAYS).await.body;
        assert!(page.contains("You can now sign in with Museum too"), "{page}");
        assert_eq!(removable(&page).len(), 1);
        let letters = suite.letters_to("amelie@college.example").await;
        assert_eq!(letters.len(), 1);
        assert!(
            letters[0].text.contains("Museum") && letters[0].text.contains("/home/ways-in"),
            "{}",
            letters[0].text
        );

        // With it she is the same person, under the name and address of her first way in.
        suite.other.ways().userinfo = Box::new(|said| {
            said["name"] = serde_json::json!("A. Boudreau");
            said["email"] = serde_json::json!("a@museum.example");
        });
        let mut elsewhere = suite.scene.browser();
        let to = suite.leaves(&mut elsewhere, "museum").await;
        assert_eq!(elsewhere.get(&suite.other.agrees(&to)).await.location(), "/en/home");
        let page = elsewhere.get(WAYS).await.body;
        assert!(page.contains("Amélie Boudreau") && page.contains("a@museum.example"), "{page}");
        assert_eq!(suite.accounts().await, 1);

        // Added once more, nothing happens; removed, its sessions end.
        let back = suite.adds_the_museum(&mut browser).await;
        assert_eq!(browser.get(&back).await.location(), WAYS);
        let page = browser.get(WAYS).await.body;
        assert!(page.contains("You could sign in with Museum already"), "{page}");
        let way = removable(&page).remove(0);
        assert_eq!(removes(&mut browser, &way).await.status, StatusCode::OK);
        let page = browser.get(WAYS).await.body;
        assert!(page.contains("Museum no longer signs you in"), "{page}");
        assert!(is_nobody(&mut elsewhere).await);
        assert_eq!(suite.letters_to("amelie@college.example").await.len(), 1);
        let mut elsewhere = suite.scene.browser();
        let to = suite.leaves(&mut elsewhere, "museum").await;
        elsewhere.get(&suite.other.agrees(&to)).await;
        assert_eq!(suite.accounts().await, 2, "whoever comes that way is somebody new");
    })
    .await;
}

/// A7: what gets somebody else in is never taken from them; the answer says so, and nobody is signed out.
#[tokio::test]
async fn a7_a_way_of_somebody_else_stays_theirs() {
    module(async |suite| {
        let mut other = suite.scene.browser();
        let to = suite.leaves(&mut other, "museum").await;
        other.get(&suite.other.agrees(&to)).await;
        let (mut browser, _) = suite.is_let_in().await;
        let back = suite.adds_the_museum(&mut browser).await;
        let answer = browser.get(&back).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.body.contains("<h1>Nothing was added</h1>"), "{}", answer.body);
        assert!(answer.body.contains("Somebody else already signs in this way"), "{}", answer.body);
        assert!(removable(&browser.get(WAYS).await.body).is_empty());
        assert!(!is_nobody(&mut browser).await && !is_nobody(&mut other).await);
        assert!(suite.letters_to("amelie@college.example").await.is_empty());
    })
    .await;
}

/// A7, I7: nobody who is not signed in adds a way; and an answer that an attacker began is not taken in somebody
/// else's browser, so nobody gets a way into another's account.
#[tokio::test]
async fn a_way_is_added_by_its_owner_alone() {
    module(async |suite| {
        let answer = suite.scene.browser().post("/auth/add-way", "language=en&provider=museum").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        let (mut attacker, _) = suite.is_let_in().await;
        let back = suite.adds_the_museum(&mut attacker).await;
        suite.op.ways().claims = Box::new(|claims| claims["sub"] = serde_json::json!("the victim"));
        suite.op.ways().userinfo = Box::new(|said| said["sub"] = serde_json::json!("the victim"));
        let (mut victim, _) = suite.is_let_in().await;
        assert_eq!(suite.accounts().await, 2);
        let answer = victim.get(&back).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
        assert!(removable(&victim.get(WAYS).await.body).is_empty());
        // The same browser, another person meanwhile: what the first one began is forgotten.
        let to = suite.leaves(&mut attacker, "college").await;
        attacker.get(&suite.op.agrees(&to)).await;
        let answer = attacker.get(&back).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
        assert!(removable(&attacker.get(WAYS).await.body).is_empty());
    })
    .await;
}

/// A7: the way in that a session was begun with stays while the session lasts, so nobody is left without any.
#[tokio::test]
async fn a7_the_last_way_in_stays() {
    module(async |suite| {
        let (mut browser, _) = suite.is_let_in().await;
        let back = suite.adds_the_museum(&mut browser).await;
        browser.get(&back).await;
        let museum = removable(&browser.get(WAYS).await.body).remove(0);
        let mut elsewhere = suite.scene.browser();
        let to = suite.leaves(&mut elsewhere, "museum").await;
        elsewhere.get(&suite.other.agrees(&to)).await;
        let college = removable(&elsewhere.get(WAYS).await.body).remove(0);
        let answer = removes(&mut browser, &college).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::CONFLICT, r#"{"refused":"way_in_use"}"#)
        );
        assert_eq!(removes(&mut browser, "unknown").await.status, StatusCode::NOT_FOUND);
        assert_eq!(removes(&mut browser, &museum).await.status, StatusCode::OK);
        let answer = removes(&mut browser, &college).await;
        assert_eq!(
            (answer.status, answer.body.as_str()),
            (StatusCode::CONFLICT, r#"{"refused":"last_way"}"#)
        );
        assert_eq!(suite.letters_to("amelie@college.example").await.len(), 2);
    })
    .await;
}

fn desk(provider: &Provider, browser_cookie: Option<String>) -> Desk {
    Desk { provider: provider.clone(), browser_cookie, ip: None, agent: None, language: Language::En }
}

/// A10: the portal is an application of the embedded provider like any other: whoever ends the session there, is
/// signed out here.
#[tokio::test]
async fn a10_the_end_of_the_session_at_the_embedded_provider_is_heard() {
    module(async |suite| {
        let provider = &suite.scene.parts.provider;
        provider.open_account("Bruno", "Test", "bruno@example.org", PASSWORD, Language::En).await.unwrap();
        let mut browser = suite.scene.browser();
        let asked = browser.post("/auth/start", "language=en").await;
        let to = asked.location().strip_prefix("http://localhost:3000").unwrap();
        let page = browser.get(to).await;
        let (_, handle) = page.location().split_once("?request=").unwrap();
        let form = SignInForm { email: "bruno@example.org".into(), password: PASSWORD.into() };
        let step = desk(provider, None).sign_in(handle, &form).await.unwrap();
        let answer = browser.get(step.to.strip_prefix("http://localhost:3000").unwrap()).await;
        assert_eq!(answer.location(), "/en/home", "{}", answer.body);
        assert!(!is_nobody(&mut browser).await);
        desk(provider, step.cookie).sign_out().await.unwrap();
        let herald = Herald::new(provider.clone(), parts::logouts(&suite.scene.parts.portal).unwrap());
        herald.round().await.unwrap();
        assert!(is_nobody(&mut browser).await);
    })
    .await;
}
