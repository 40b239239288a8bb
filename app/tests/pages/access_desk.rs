//! Support's desk for requests for access: what is seen, what is asked for, what is refused (rules R4, R5, R13).

use crate::scene::{Browser, Scene};
use backend::demo::DemoRole;
use http::StatusCode;

const QUEUE: &str = "/en/desk/access-requests";

/// Sends an act from the page that asks for it, and gives the page that follows.
async fn acts(who: &mut Browser, page: &str, act: &str, form: &str) -> (String, String) {
    let id = page.split('/').nth(4).unwrap();
    let form = format!("access_request={id}&edition=1&{form}");
    let address = format!("/api/access_requests/{act}");
    let answer = who.post(&address, &form, &format!("http://localhost{page}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let next = answer.location().to_owned();
    let text = who.get(&next).await.text;
    (next, text)
}

#[tokio::test]
async fn r5_support_takes_a_request_refuses_nothing_unsaid_and_approves() {
    let scene = Scene::filled().await;
    let id = scene.on_paper(false).await;
    let card = format!("{QUEUE}/{id}");
    let mut gisele = scene.signed_in(DemoRole::SupportSupervisor).await;
    gisele.get(QUEUE).await.holds(&format!("href=\"{card}\""));
    gisele.get(&format!("{QUEUE}?q=zwicker&free=true")).await.holds("Ursule Zwicker");
    gisele.get(&format!("{QUEUE}?q=nobody")).await.holds("No request here");
    gisele.get("/fr/desk/access-requests").await.holds("Pas encore prise en charge");
    let seen = gisele.get(&card).await;
    seen.holds(&format!("href=\"{card}/scans/user\""));
    seen.holds("Signed as Ursule Arsenault");
    seen.holds("Courriel / Email: u.arsenault@exemple.ca");

    let (_, taken) = acts(&mut gisele, &card, "take", "").await;
    assert!(
        taken.contains("The request is in your hands") && taken.contains("Leave it to others"),
        "{taken}"
    );
    let refuse = format!("{card}/refuse");
    let (back, refused) = acts(&mut gisele, &refuse, "refuse", "form%5Btext%5D=+").await;
    assert!(back.starts_with(&format!("{refuse}?draft=")), "{back}");
    assert!(refused.contains("Give the reason.") && refused.contains("aria-invalid=\"true\""), "{refused}");

    // Which organization is meant is said, never guessed; what was ticked stays.
    let approve = format!("{card}/approve");
    let ticked = "form%5Bprofiles%5D%5B%5D=funding.user";
    let (_, unsaid) = acts(&mut gisele, &approve, "approve", ticked).await;
    assert!(unsaid.contains("Fill in this field."), "{unsaid}");
    assert!(unsaid.contains("value=\"funding.user\" checked"), "{unsaid}");
    let said = format!("form%5Borganization%5D=new&{ticked}");
    let (next, approved) = acts(&mut gisele, &approve, "approve", &said).await;
    assert_eq!(next, card);
    assert!(approved.contains("The access of Ursule Zwicker is approved"), "{approved}");
    assert!(approved.contains("Issue another code"), "{approved}");
    gisele.get(&approve).await.lacks("<form method=\"post\" action=\"/api/access_requests/approve\"");
    let (_, renewed) = acts(&mut gisele, &card, "reissue_code", "").await;
    assert!(renewed.contains("Another code is on its way"), "{renewed}");

    let organization = gisele.get(&card).await.first("/en/desk/organizations/").to_owned();
    let history = gisele.get(&organization).await;
    let history = history.first("/en/desk/access-requests?").replace("&amp;", "&");
    gisele.get(&history).await.holds(&format!("href=\"{card}\""));
    let figures = gisele.get(&format!("{QUEUE}/figures")).await;
    figures.holds("Approved, not activated");
    figures.holds("<rect width=\"100\"");
}

#[tokio::test]
async fn r4_the_authorizing_part_is_taken_on_evidence_and_a_colleague_decides() {
    let scene = Scene::filled().await;
    let card = format!("{QUEUE}/{}", scene.on_paper(true).await);
    let mut gisele = scene.signed_in(DemoRole::SupportSupervisor).await;
    gisele.get(&card).await.lacks(&format!("{card}/approve\""));
    gisele.get(&format!("{card}/approve")).await.holds("takes the authorizing part first");
    let page = format!("{card}/authorize");
    let (_, missing) = acts(&mut gisele, &page, "authorize", "form%5Btext%5D=").await;
    assert!(missing.contains("id=\"evidence-error\""), "{missing}");
    let (_, done) = acts(&mut gisele, &page, "authorize", "form%5Btext%5D=Licence+4711").await;
    assert!(done.contains("Licence 4711"), "{done}");
    assert!(done.contains("You signed this request, so a colleague has to decide."), "{done}");
    assert!(!done.contains(&format!("{card}/approve\"")), "{done}");
}

#[tokio::test]
async fn a8_an_approval_asks_for_a_sign_in_of_a_short_while_ago_and_loses_nothing() {
    let scene = Scene::filled().await;
    let card = format!("{QUEUE}/{}", scene.on_paper(false).await);
    let mut gisele = scene.signed_in_since(DemoRole::SupportSupervisor, 3 * 3600).await;
    let page = format!("{card}/approve");
    let id = card.rsplit('/').next().unwrap();
    let form = format!(
        "access_request={id}&edition=1&form%5Borganization%5D=new&form%5Bprofiles%5D%5B%5D=funding.reader"
    );
    let answer = gisele.post("/api/access_requests/approve", &form, &format!("http://localhost{page}")).await;
    assert!(answer.location().starts_with("/en/home/sign-in-again?return="), "{}", answer.location());
    let back = answer.location().split_once("return=").unwrap().1;
    let back = back.replace("%3F", "?").replace("%3D", "=").replace("%2F", "/");
    let again = gisele.get(&back).await;
    again.holds("value=\"funding.reader\" checked");
    again.lacks("class=\"error-summary\"");
}
