//! Support looks as a contact: the way there, the banner, the way back (rule G7).

use crate::scene::{Answer, Browser, Scene};
use backend::demo::DemoRole;
use http::StatusCode;

const BANNER: &str = "class=\"announcement viewing\"";

/// Gisèle, supervisor of Support, and the page of Amira, who may only look.
async fn gisele_and_amira(scene: &Scene) -> (Browser, String, String) {
    let (organization, contact) = scene.contact_of(DemoRole::Reader).await;
    let home = format!("/en/organizations/{organization}");
    let page = format!("{home}/contacts/{contact}");
    (scene.signed_in(DemoRole::SupportSupervisor).await, home, page)
}

async fn begins(gisele: &mut Browser, page: &str, reason: &str) -> Answer {
    let ids: Vec<_> = page.split('/').collect();
    let form = format!("organization={}&contact={}&form%5Breason%5D={reason}", ids[3], ids[5]);
    gisele.post("/api/viewings/start", &form, &format!("http://localhost{page}/view-as")).await
}

#[tokio::test]
async fn g7_support_looks_as_a_contact_and_comes_back() {
    let scene = Scene::filled().await;
    let (mut gisele, home, page) = gisele_and_amira(&scene).await;
    gisele.get(&page).await.holds(&format!("{page}/view-as\""));
    let asks = gisele.get(&format!("{page}/view-as")).await;
    assert_eq!(asks.status, StatusCode::OK);
    asks.holds("<h1>View the portal as Amira Haddad?</h1>");
    asks.lacks(BANNER);
    let refused = begins(&mut gisele, &page, "").await;
    gisele.get(refused.location()).await.holds("Give the reason.");
    begins(&mut gisele, &page, "Call+1204").await.leads_to(&home);

    let seen = gisele.get(&home).await;
    seen.holds("You are viewing as Amira Haddad, ");
    seen.holds("role=\"region\" aria-label=\"Viewing as another person\"");
    assert!(seen.text.find(BANNER) < seen.text.find("<header"), "it is on top of the page");
    seen.lacks("href=\"/en/desk");
    seen.holds(&format!("{home}/me\""));
    gisele.get(&home.replace("/en/", "/fr/")).await.holds("Vous voyez le portail comme Amira Haddad, ");
    let desk = gisele.get("/en/desk").await;
    assert_eq!(desk.status, StatusCode::NOT_FOUND);
    desk.holds(BANNER);

    let organization = home.rsplit('/').next().unwrap();
    let save = format!("organization={organization}&form%5Bversion%5D=1&form%5Bown%5D%5Btitle%5D=Queen");
    let me = format!("http://localhost{home}/me");
    let back = gisele.post("/api/contacts/save_own", &save, &me).await;
    let refused = gisele.get(back.location()).await;
    refused.holds("You are viewing as somebody else; nothing can be changed.");
    refused.holds("class=\"error-summary\"");

    gisele.post("/api/viewings/stop", "", &format!("http://localhost{home}")).await.leads_to(&page);
    let again = gisele.get(&page).await;
    again.holds("Viewing has ended");
    again.lacks(BANNER);
    again.holds("Gisèle Arsenault (Support) started to view the portal as Amira Haddad sees it");
    again.holds("Call 1204");
    assert_eq!(gisele.get("/en/desk").await.status, StatusCode::OK);
}

#[tokio::test]
async fn g7_when_time_is_over_nothing_typed_as_somebody_is_done_as_oneself() {
    let scene = Scene::filled().await;
    let (mut gisele, home, page) = gisele_and_amira(&scene).await;
    begins(&mut gisele, &page, "Call+1204").await;
    let mut other_window = gisele.clone();
    scene.viewings_are_over().await;
    let organization = home.rsplit('/').next().unwrap();
    // A form that Support may send in its own name, had it been typed so.
    let form = format!(
        "organization={organization}&form%5Blast_name%5D=Roy&form%5Bfirst_name%5D=Ana&form%5Bemail%5D=ana.roy%40example.org"
    );
    let from = format!("http://localhost{home}/contacts/add");
    let answer = gisele.post("/api/contacts/add", &form, &from).await;
    answer.leads_to(&page);
    let told = gisele.get(&page).await;
    told.holds("Viewing has ended");
    told.lacks(BANNER);
    gisele.get(&format!("{home}/contacts?q=ana.roy")).await.lacks("Roy, Ana");
    // The other window finds nobody but Gisèle.
    assert_eq!(other_window.get("/en/desk").await.status, StatusCode::OK);

    begins(&mut gisele, &page, "Call+1205").await;
    scene.viewings_are_over().await;
    gisele.get(&home).await.leads_to(&page);
    gisele.get(&page).await.holds("Viewing has ended");
}

#[tokio::test]
async fn g7_nobody_looks_as_a_colleague() {
    let scene = Scene::filled().await;
    let mut gisele = scene.signed_in(DemoRole::SupportSupervisor).await;
    let (organization, contact) = scene.contact_of(DemoRole::SupportSupervisor).await;
    let page = format!("/en/organizations/{organization}/contacts/{contact}");
    gisele.get(&page).await.lacks("view-as");
    let refused = gisele.get(&format!("{page}/view-as")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.holds("This person cannot be viewed as");
}
