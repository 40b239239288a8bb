//! What a signatory sees: the link, the document, the signature, the refusal; and whoever checks a code (S2, S3).

use crate::scene::{Answer, Browser, Scene};
use backend::demo::DemoRole;
use http::StatusCode;

const LINK: &str = "the-end-of-the-link-that-the-reader-was-sent";
const PAGE: &str = "/en/agreement/the-end-of-the-link-that-the-reader-was-sent";

/// What a form sends without being asked: the value of a hidden field.
fn hidden<'a>(page: &'a Answer, name: &str) -> &'a str {
    let at = page.text.find(&format!("name=\"{name}\" value=\"")).expect("no such field");
    page.text[at..].split('"').nth(3).unwrap()
}

async fn signs(reader: &mut Browser, page: &Answer, more: &str) -> Answer {
    let (language, hash) = (hidden(page, "form[language]"), hidden(page, "form[sha256]"));
    let form = format!(
        "token={LINK}&form%5Blanguage%5D={language}&form%5Bsha256%5D={hash}&form%5Bname%5D=Amira+H.{more}"
    );
    reader.post("/api/signing/sign", &form, &format!("http://localhost{PAGE}")).await
}

#[tokio::test]
async fn s2_a_link_announces_the_way_in_and_leads_back_to_the_agreement() {
    let scene = Scene::filled().await;
    scene.agreement_out(LINK).await;
    let mut stranger = scene.browser();
    let page = stranger.get(PAGE).await;
    assert_eq!(page.status, StatusCode::OK);
    page.holds("asks you to sign an agreement</h1>");
    page.holds("Summer program");
    page.holds(&format!("name=\"return\" value=\"{PAGE}\""));
    page.holds("name=\"hint\" value=\"amira.haddad@example.org\"");
    page.holds(&format!("href=\"{}\"", PAGE.replace("/en/", "/fr/")));
    page.lacks("Eight weeks");
    let page = stranger.get(&PAGE.replace("/en/", "/fr/")).await;
    page.holds("vous demande de signer une entente</h1>");
    page.holds("Programme d’été");
}

#[tokio::test]
async fn s3_the_whole_document_stands_in_the_page_and_nothing_in_it_runs() {
    let scene = Scene::filled().await;
    scene.agreement_out(LINK).await;
    let mut amira = scene.signed_in(DemoRole::Reader).await;
    let page = amira.get(PAGE).await;
    page.holds("<h1>Read and sign: Summer program</h1>");
    page.holds("Purpose</h");
    page.holds("Eight weeks");
    page.lacks("<script>alert");
    let other = amira.get(&format!("{PAGE}?document=fr")).await;
    other.holds("Huit semaines.");
    assert_eq!(hidden(&other, "form[language]"), "fr");
    assert_ne!(hidden(&page, "form[sha256]"), hidden(&other, "form[sha256]"));
}

#[tokio::test]
async fn s3_what_was_not_read_is_not_signed_and_what_was_typed_stays() {
    let scene = Scene::filled().await;
    scene.agreement_out(LINK).await;
    let mut amira = scene.signed_in(DemoRole::Reader).await;
    let page = amira.get(PAGE).await;
    let refused = signs(&mut amira, &page, "").await;
    let again = amira.get(refused.location()).await;
    again.holds("Read the document, then tick the box to say so.");
    again.holds("value=\"Amira H.\"");
    let form = "token=the-end-of-the-link-that-the-reader-was-sent&form%5Blanguage%5D=en&form%5Bsha256%5D=00\
                &form%5Bname%5D=Amira&form%5Bread%5D=yes";
    let refused = amira.post("/api/signing/sign", form, &format!("http://localhost{PAGE}")).await;
    amira.get(refused.location()).await.holds("The document has changed since you read it.");
}

#[tokio::test]
async fn s3_who_signed_finds_the_agreement_by_the_account_and_the_link_is_dead() {
    let scene = Scene::filled().await;
    scene.agreement_out(LINK).await;
    let mut amira = scene.signed_in(DemoRole::Reader).await;
    let page = amira.get(PAGE).await;
    let signed = signs(&mut amira, &page, "&form%5Bread%5D=yes").await;
    assert!(signed.location().starts_with("/en/to-sign/"), "{}", signed.location());
    let page = amira.get(signed.location()).await;
    page.holds("<h1>You signed the agreement</h1>");
    page.holds("Amira H.");
    let dead = scene.browser().get(PAGE).await;
    assert_eq!(dead.status, StatusCode::GONE);
    dead.holds("This link was used to sign");
    dead.lacks("Summer program");
    // Nobody else finds it.
    let mut other = scene.signed_in(DemoRole::Administrator).await;
    assert_eq!(other.get(signed.location()).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn s3_nobody_declines_without_a_reason() {
    let scene = Scene::filled().await;
    scene.agreement_out(LINK).await;
    let mut amira = scene.signed_in(DemoRole::Reader).await;
    let from = format!("http://localhost{PAGE}/decline");
    amira.get(&format!("{PAGE}/decline")).await.holds("<h1>Decline to sign</h1>");
    let refused = amira.post("/api/signing/decline", &format!("token={LINK}&form%5Breason%5D="), &from).await;
    amira.get(refused.location()).await.holds("class=\"error-summary\"");
    let declined =
        amira.post("/api/signing/decline", &format!("token={LINK}&form%5Breason%5D=Too+short"), &from).await;
    amira.get(declined.location()).await.holds("<h1>You declined to sign</h1>");
    let dead = scene.browser().get(PAGE).await;
    assert_eq!(dead.status, StatusCode::GONE);
    dead.lacks("Too short");
}

#[tokio::test]
async fn i7_another_account_is_told_both_addresses_and_does_not_sign() {
    let scene = Scene::filled().await;
    scene.agreement_out(LINK).await;
    let mut other = scene.signed_in(DemoRole::Administrator).await;
    let page = other.get(PAGE).await;
    page.holds("These are two different addresses");
    page.holds("amira.haddad@example.org");
    page.holds("name=\"prompt\" value=\"login\"");
    let refused = signs(&mut other, &page, "&form%5Bread%5D=yes").await;
    other.get(refused.location()).await.holds("signs in here with another account");
}

#[tokio::test]
async fn s4_what_waits_for_a_signature_stands_on_the_home() {
    let scene = Scene::filled().await;
    scene.agreement_out(LINK).await;
    let mut amira = scene.signed_in(DemoRole::Reader).await;
    let (organization, _) = scene.contact_of(DemoRole::Reader).await;
    let home = amira.get(&format!("/en/organizations/{organization}")).await;
    home.holds(">To sign</h2>");
    let own = home.first("/en/to-sign/").to_owned();
    amira.get(&own).await.holds("<h1>Read and sign: ");
}

#[tokio::test]
async fn s3_a_code_that_nobody_made_confirms_nothing() {
    let scene = Scene::new().await;
    let mut anybody = scene.browser();
    let page = anybody.get("/en/verify-agreement").await;
    assert_eq!(page.status, StatusCode::OK);
    page.lacks("error-summary");
    let page = anybody.get("/fr/verify-agreement?code=AAAA-BBBB").await;
    page.holds("class=\"error-summary\"");
    page.holds("<h1>Vérifier une entente signée</h1>");
}

#[tokio::test]
async fn i8_a_link_that_nobody_was_sent_reveals_nothing() {
    let scene = Scene::new().await;
    let page = scene.browser().get("/en/agreement/nobody-was-sent-this").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.holds("This link does not work");
}
