//! Asking for access, by a browser without script: what is said when something is missing, taken or gone (R1, R2, R4).

use crate::scene::{Answer, Browser, Scene};
use http::StatusCode;

const ASK: &str = "/en/access-requests";
const FORM: &str = "/en/access-requests?situation=organization&service=funding-online";
const GONE: &str = "What you typed is no longer here";

/// The form of one person, in the words that are sent.
fn typed(last_name: &str, email: &str) -> String {
    [
        ("situation", "organization"),
        ("service", "funding-online"),
        ("organization_is", "new"),
        ("organization[name_en]", "Harbour Library"),
        ("organization[name_fr]", "Bibliothèque du Havre"),
        ("user[last_name]", last_name),
        ("user[first_name]", "Ursule"),
        ("user[email]", email),
        ("authorizer[last_name]", "Arsenault"),
        ("authorizer[first_name]", "Adèle"),
        ("authorizer[email]", "adele.arsenault@exemple.ca"),
    ]
    .map(|(name, value)| match name.split_once('[') {
        Some((outer, inner)) => format!("form%5B{outer}%5D%5B{}={value}", inner.replace(']', "%5D")),
        None => format!("form%5B{name}%5D={value}"),
    })
    .join("&")
}

/// Looks at a request: the address of the page that shows it.
async fn looks(browser: &mut Browser, last_name: &str, email: &str) -> String {
    let form = typed(last_name, email);
    let answer = browser.post("/api/access_requests/review", &form, &format!("http://localhost{FORM}")).await;
    let review = answer.location().to_owned();
    assert!(review.starts_with("/en/access-requests/review?draft="), "{} {}", answer.status, answer.text);
    browser.get(&review).await.holds(last_name);
    review
}

async fn sends(browser: &mut Browser, review: &str) -> Answer {
    let draft = review.split("draft=").nth(1).unwrap();
    let from = format!("http://localhost{review}");
    browser.post("/api/access_requests/send", &format!("draft={draft}"), &from).await
}

#[tokio::test]
async fn r2_nothing_chosen_is_said_beside_the_choice() {
    let scene = Scene::filled().await;
    let mut browser = scene.browser();
    browser.get(ASK).await.lacks("error-summary");
    let page = browser.get(&format!("{ASK}?asked=situation")).await;
    page.holds("class=\"error-summary\"");
    page.holds("<a href=\"#situation\">Choose who asks.</a>");
    let page = browser.get(&format!("{ASK}?situation=organization&asked=situation")).await;
    page.lacks("error-summary");
    page.holds("name=\"asked\" value=\"service\"");
    let page = browser.get(&format!("{ASK}?situation=organization&asked=service")).await;
    page.holds("<a href=\"#service\">Choose the online service.</a>");
}

#[tokio::test]
async fn r2_each_tab_has_its_own_person() {
    let scene = Scene::filled().await;
    let mut browser = scene.browser();
    let one = looks(&mut browser, "Zwicker", "ursule.zwicker@exemple.ca").await;
    let other = looks(&mut browser, "Savoie", "ursule.savoie@exemple.ca").await;
    let sent = sends(&mut browser, &other).await;
    assert!(sent.location().starts_with("/en/access-requests/done?what=sent"), "{}", sent.location());
    // What was sent is gone, and the page that needs it says so; the other tab's stays.
    browser.get(&other).await.holds(GONE);
    browser.get(&one).await.holds("Zwicker");
    let again = sends(&mut browser, &other).await;
    browser.get(again.location()).await.holds(GONE);
    let gone = browser.get(&format!("{FORM}&draft=nothing")).await;
    gone.holds(GONE);
    gone.holds("href=\"/en/access-requests?situation=organization&amp;service=funding-online\"");
    let sent = sends(&mut browser, &one).await;
    assert!(sent.location().starts_with("/en/access-requests/done?what=sent"), "{}", sent.location());
}

#[tokio::test]
async fn r4_an_address_that_is_taken_meanwhile_leads_back_to_its_field() {
    let scene = Scene::filled().await;
    let mut browser = scene.browser();
    let other = looks(&mut browser, "Savoie", "ursule.zwicker@exemple.ca").await;
    // Meanwhile another Ursule signs from it.
    scene.on_paper(false).await;
    let refused = sends(&mut browser, &other).await;
    assert!(refused.location().contains("/review?draft="), "{}", refused.location());
    let review = browser.get(refused.location()).await;
    assert!(review.location().starts_with(&format!("{FORM}&draft=")), "{}", review.location());
    let form = browser.get(review.location()).await;
    form.holds("<a href=\"#user_email\">");
    form.holds("value=\"Savoie\"");
}

#[tokio::test]
async fn r3_a_dead_link_says_what_helps() {
    let scene = Scene::filled().await;
    let page = scene.browser().get("/en/access-request/replaced").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.holds("This link leads to no request</h1>");
    page.holds("href=\"/en/access-requests\"");
    page.holds("href=\"/en/support\"");
}
