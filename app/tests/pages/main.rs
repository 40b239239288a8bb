//! Pages as a browser without script gets them: document, frame, languages, failures, refused forms.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail")]

mod access_desk;
mod access_requests;
mod preparing;
mod scene;
mod signing;
mod viewings;

use app::failure::Failure;
use app::request::{as_visitor, notice, redirect, submit};
use app::ui::notice::Notice;
use backend::Refusal;
use backend::demo::DemoRole;
use domain::{Field, FieldProblems, Problem};
use http::StatusCode;
use leptos::prelude::*;
use scene::Scene;

/// A form of the tests: it is refused when nothing is typed.
#[server(endpoint = "test/greet")]
pub async fn greet(name: String) -> Result<(), Failure> {
    let typed = name.clone();
    let work = as_visitor(|_| async move {
        match name.as_str() {
            "" => Err(Refusal::Invalid(FieldProblems::one(Field::LastName, Problem::Missing))),
            "broken" => Err(Refusal::broken("the cable")),
            _ => Ok(()),
        }
    });
    submit("greeting", &typed, work).await?;
    notice(Notice::ContactAdded { name: typed }).await;
    redirect("/en/support");
    Ok(())
}

/// A button of the tests that is always refused.
#[server(endpoint = "test/press")]
pub async fn press() -> Result<(), Failure> {
    as_visitor(|_| async { Err(Problem::AlreadyInvited.into()) }).await
}

#[tokio::test]
async fn g1_the_first_address_leads_to_the_browser_s_language() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    browser.prefers("fr-CA,fr;q=0.9,en;q=0.5");
    let answer = browser.get("/").await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/fr"));
}

#[tokio::test]
async fn a_public_page_is_whole_without_script() {
    let scene = Scene::new().await;
    let page = scene.browser().get("/en").await;
    assert_eq!(page.status, StatusCode::OK);
    page.holds("<!DOCTYPE html><html lang=\"en\">");
    page.holds("<title>One place for your organization, its people and what they may do – Accord</title>");
    page.holds("<script src=\"/enhance.js\" defer nonce=\"test-nonce\"></script>");
    page.holds("action=\"/auth/start\"");
    page.holds("href=\"/fr\" lang=\"fr\" hreflang=\"fr\"");
    assert_eq!(page.text.matches("<h1").count(), 1);
    assert_eq!(page.text.matches("<script").count(), 1, "{}", page.text);
    page.lacks(".wasm");
    page.lacks("<!--alive");
}

#[tokio::test]
async fn a_page_with_an_island_loads_its_scripts_with_the_nonce() {
    let scene = Scene::filled().await;
    let mut browser = scene.signed_in(DemoRole::Administrator).await;
    let home = browser.get("/en/home").await;
    let page = browser.get(&format!("{}/contacts", home.first("/en/organizations/"))).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    page.holds("<leptos-island");
    page.holds("<link rel=\"modulepreload\" href=\"/pkg/accord.js\">");
    page.holds("<script type=\"module\" nonce=\"test-nonce\">import * as accord from \"/pkg/accord.js\"");
    page.holds("__RESOLVED_RESOURCES");
    assert_eq!(page.text.matches("<script").count(), page.text.matches("nonce=\"test-nonce\"").count());
    assert!(page.text.trim_end().ends_with("</html>"), "nothing comes after the document");
}

#[tokio::test]
async fn g5_what_is_not_there_says_so_in_the_person_s_language() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    let page = browser.get("/fr/rien").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.holds("<html lang=\"fr\">");
    page.holds("<h1>Page introuvable</h1>");
    page.holds("href=\"/en/rien\" lang=\"en\"");
    browser.prefers("fr");
    for address in ["/xx", "/xx/home", "/nothing.php"] {
        let page = browser.get(address).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{address}");
        page.holds("Page introuvable");
        page.holds("href=\"/en\" lang=\"en\"");
    }
}

#[tokio::test]
async fn who_is_not_signed_in_is_asked_to_and_comes_back_to_the_same_address() {
    let scene = Scene::new().await;
    let page = scene.browser().get("/en/home?a=1&b=%C3%A9").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    page.holds("<h1>Sign in to continue</h1>");
    page.holds("name=\"return\" value=\"/en/home?a=1&amp;b=%C3%A9\"");
    page.holds("href=\"/fr/home?a=1&amp;b=%C3%A9\" lang=\"fr\"");
}

#[tokio::test]
async fn who_belongs_to_one_organization_is_brought_there() {
    let scene = Scene::filled().await;
    let mut browser = scene.signed_in(DemoRole::Reader).await;
    browser.get("/en").await.leads_to("/en/home");
    let home = browser.get("/en/home").await;
    assert_eq!(home.status, StatusCode::SEE_OTHER);
    let page = browser.get(home.location()).await;
    assert_eq!(page.status, StatusCode::OK);
    page.holds("Amira Haddad");
    page.holds("action=\"/auth/sign-out\"");
    page.holds("aria-current=\"page\">Home</a>");
    page.holds("Organization contacts");
    page.lacks("<leptos-island");
    page.lacks("__RESOLVED_RESOURCES");
}

#[tokio::test]
async fn who_belongs_to_several_chooses_and_may_change() {
    let scene = Scene::filled().await;
    let mut browser = scene.signed_in(DemoRole::Administrator).await;
    let home = browser.get("/fr/home").await;
    home.holds("<h1>Vos organismes</h1>");
    assert_eq!(home.text.matches("class=\"tile\"").count(), 2, "{}", home.text);
    let page = browser.get(home.first("/fr/organizations/")).await;
    assert_eq!(page.status, StatusCode::OK);
    page.holds("aria-current=\"true\"");
    page.holds("En attente de votre part");
}

#[tokio::test]
async fn r10_the_home_of_an_account_lists_its_services_by_organization_and_whom_to_ask() {
    let scene = Scene::filled().await;
    let mut browser = scene.signed_in(DemoRole::Administrator).await;
    let home = browser.get("/en/home").await;
    home.holds("<h2 id=\"services\">Your online services</h2>");
    home.holds("What you may do: Administrator");
    // R1, R7: what waits of Ryan in the main organization.
    let (main, _) = scene.contact_of(DemoRole::Reader).await;
    let main = browser.get(&format!("/en/organizations/{main}")).await;
    main.holds("Do you know Camille Vautour?");
    main.holds("One person waits for a code from you");
    // Primary contact of one of the two, Ryan asks Support there, and Marie-Ève in the other.
    home.holds("Ask Marie-Ève Thibodeau, primary contact:");
    home.holds("Ask Support:");
    home.holds("href=\"/en/reference-number\"");
    let mut reader = scene.signed_in(DemoRole::Reader).await;
    let only = reader.get("/en/home").await.location().to_owned();
    reader.get(&only).await.holds("Ask Marie-Ève Thibodeau, primary contact:");
}

#[tokio::test]
async fn g4_an_organization_of_others_is_as_if_it_were_not() {
    let scene = Scene::filled().await;
    let mut browser = scene.signed_in(DemoRole::Reader).await;
    let home = browser.get("/en/home").await.location().to_owned();
    assert!(home.starts_with("/en/organizations/"));
    let strange = browser.get(&scene.another_organization(&home).await).await;
    let absent = browser.get("/en/organizations/00000000000000000000000000000000").await;
    let unreadable = browser.get("/en/organizations/what").await;
    assert_eq!(strange.status, StatusCode::NOT_FOUND);
    assert_eq!(absent.status, StatusCode::NOT_FOUND);
    assert_eq!(unreadable.status, StatusCode::NOT_FOUND);
    let without_address = |text: &str, address: &str| text.replace(address.trim_start_matches("/en"), "…");
    let (of_strange, of_absent) =
        (scene.another_organization(&home).await, "/en/organizations/00000000000000000000000000000000");
    assert_eq!(without_address(&strange.text, &of_strange), without_address(&absent.text, of_absent));
}

#[tokio::test]
async fn g5_a_refused_form_comes_back_with_all_that_was_typed() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    let answer =
        browser.post("/api/test/greet", "name=", "http://localhost/en/support?about=%2Fen&__err=x").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let back = answer.location().to_owned();
    assert!(back.starts_with("/en/support?about=%2Fen&draft="), "{back}");
    assert!(!back.contains("__err") && !back.contains("__path"));
    let answer = browser.post("/api/test/greet", "name=Zo%C3%A9", "http://localhost/en/support").await;
    answer.leads_to("/en/support");
    let page = browser.get("/en/support").await;
    page.holds("Zoé was added");
    page.holds("role=\"status\"");
    browser.get("/en/support").await.lacks("Zoé was added");
}

#[tokio::test]
async fn g5_a_refused_button_says_why_above_its_page() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    let answer = browser.post("/api/test/press", "", "http://localhost/en/terms").await;
    let page = browser.get(answer.location()).await;
    page.holds("<title>Error: Terms of use – Accord</title>");
    page.holds("class=\"error-summary\"");
    page.holds("This contact already has an invitation. Resend it or withdraw it.");
    let page = browser.get(&answer.location().replace("/en/", "/fr/")).await;
    page.holds("Cette personne-ressource a déjà une invitation.");
    scene.browser().get(answer.location()).await.lacks("error-summary");
}

#[tokio::test]
async fn an_island_is_answered_with_a_status_and_what_is_wrong() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    let answer = browser.call("/api/test/greet", "name=").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.text, r#"{"invalid":[{"field":"last_name","problem":"missing"}]}"#);
    let answer = browser.call("/api/test/greet", "name=Ana").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.location(), "/en/support");
}

#[tokio::test]
async fn g5_what_broke_is_a_reference_and_nothing_internal() {
    let scene = Scene::new().await;
    let answer = scene.browser().call("/api/test/greet", "name=broken").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    answer.lacks("cable");
    answer.holds("\"reference\":\"");
}

#[tokio::test]
async fn g1_the_toggle_is_remembered() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    browser.get("/en/terms").await.sets_no("lang");
    browser.comes_from("http://localhost/en/terms");
    let page = browser.get("/fr/terms").await;
    assert_eq!(page.cookie("lang").as_deref(), Some("lang=fr; Path=/; Max-Age=31536000; SameSite=Lax"));
    browser.comes_from("http://elsewhere.example/");
    browser.prefers("en");
    browser.get("/").await.leads_to("/fr");
}

#[tokio::test]
async fn nothing_but_reading_reaches_a_page() {
    let scene = Scene::new().await;
    let answer = scene.browser().post("/en", "", "http://localhost/en").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}

/// A8, G5: who signed in long ago is asked to sign in again before inviting, and finds all that was typed.
#[tokio::test]
async fn a8_what_was_typed_waits_for_whoever_signs_in_again() {
    let scene = Scene::filled().await;
    let mut browser = scene.signed_in_since(DemoRole::Administrator, 2 * 3600).await;
    let home = browser.get("/fr/home").await.first("/fr/organizations/").to_owned();
    let organization = home.rsplit('/').next().unwrap().to_owned();
    let form = format!(
        "organization={organization}&form%5Bcontact%5D%5Blast_name%5D=%C3%89lie&form%5Bcontact%5D%5Bfirst_name%5D=%C3%89tienne&\
         form%5Bcontact%5D%5Bemail%5D=etienne%40example.org&form%5Bcontact%5D%5Blanguage%5D=fr&\
         form%5Binvitation%5D%5Bprofiles%5D%5B%5D=funding.user&form%5Binvitation%5D%5Bmessage%5D=Bienvenue"
    );
    let from = format!("http://localhost{home}/contacts/add-with-access");
    let answer = browser.post("/api/invitations/add_and_invite", &form, &from).await;
    let asked = answer.location().to_owned();
    let (path, back) = asked.split_once("?return=").expect("asked to sign in again");
    assert_eq!(path, "/fr/home/sign-in-again");
    let back = back.replace("%3F", "?").replace("%3D", "=").replace("%26", "&");
    let page = browser.get(&asked).await;
    page.holds("<h1>Connectez-vous de nouveau pour continuer</h1>");
    page.holds(&format!("name=\"return\" value=\"{back}\""));
    page.holds("name=\"anew\" value=\"true\"");
    let page = browser.get(&back).await;
    page.lacks("error-summary");
    for typed in ["value=\"Élie\"", "value=\"Étienne\"", "value=\"etienne@example.org\"", "Bienvenue"] {
        page.holds(typed);
    }
}
