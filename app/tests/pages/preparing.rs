//! What those see who prepare an agreement, and those who only read it (S1, S3, S4).

use crate::scene::{Answer, Browser, Scene};
use backend::demo::DemoRole;
use http::StatusCode;

const LINK: &str = "the-end-of-the-link-that-the-reader-was-sent";

/// The main organization's agreements, and the reader, whom everybody here asks to sign.
async fn place(scene: &Scene) -> (String, String) {
    let (organization, reader) = scene.contact_of(DemoRole::Reader).await;
    (format!("/en/organizations/{organization}/agreements"), reader)
}

/// Sends the form of a draft from its own page; an address with a draft gives the page that follows.
async fn sends(
    who: &mut Browser,
    page: &str,
    typed: &[(&str, &str)],
    files: &[(&str, &str, &[u8])],
) -> (String, Answer) {
    let path = page.split('?').next().unwrap();
    let from = format!("http://localhost{page}");
    let answer = who.upload(&format!("{path}/upload"), typed, files, &from).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let next = answer.location().split('#').next().unwrap().to_owned();
    let shown = who.get(&next).await;
    (next, shown)
}

/// All that a draft needs.
fn whole(reader: &str, day: &str) -> Vec<(&'static str, String)> {
    vec![
        ("act", "save".into()),
        ("form[title_en]", "Lease of the hall".into()),
        ("form[text_en]", "# Lease\n\nEvery **Tuesday** <script>alert(1)</script>.".into()),
        ("form[deadline]", day.into()),
        ("form[order]", "together".into()),
        ("form[message]", "Before Tuesday, please.".into()),
        ("form[signatories][]", reader.into()),
    ]
}

fn borrowed<'a>(typed: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    typed.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// What a form sends without being asked: the value of a hidden field.
fn hidden<'a>(page: &'a Answer, name: &str) -> &'a str {
    let at = page.text.find(&format!("name=\"{name}\" value=\"")).expect("no such field");
    page.text[at..].split('"').nth(3).unwrap()
}

#[tokio::test]
async fn s4_signatories_are_chosen_without_script_and_nothing_typed_is_lost() {
    let scene = Scene::filled().await;
    let (list, reader) = place(&scene).await;
    let mut ryan = scene.signed_in(DemoRole::Administrator).await;
    let new = format!("{list}/new");
    ryan.get(&list).await.holds(&format!("href=\"{new}\""));
    ryan.get(&new).await.holds("Nobody is chosen yet.");
    let looked = [("act", "enter"), ("find", "HADDAD"), ("found", ""), ("form[title_en]", "A & B")];
    let (next, page) = sends(&mut ryan, &new, &looked, &[]).await;
    page.holds("value=\"A &amp; B\"");
    page.holds(&format!("value=\"add-{}\"", uuid(&reader)));
    page.lacks("error-summary");
    let add = format!("add-{}", uuid(&reader));
    let added = [("act", add.as_str()), ("form[title_en]", "A & B")];
    let (next, page) = sends(&mut ryan, &next, &added, &[]).await;
    page.holds(&format!("name=\"form[signatories][]\" value=\"{}\"", uuid(&reader)));
    let remove = format!("remove-{}", uuid(&reader));
    let id = uuid(&reader);
    let removed = [("act", remove.as_str()), ("form[signatories][]", id.as_str())];
    let (_, page) = sends(&mut ryan, &next, &removed, &[]).await;
    page.holds("Nobody is chosen yet.");
}

/// As the page writes it.
fn uuid(id: &str) -> String {
    id.parse::<domain::ContactId>().unwrap().to_string()
}

#[tokio::test]
async fn s3_faults_stand_beside_their_fields_and_a_file_is_named_to_be_chosen_again() {
    let scene = Scene::filled().await;
    let (list, reader) = place(&scene).await;
    let mut ryan = scene.signed_in(DemoRole::Administrator).await;
    let new = format!("{list}/new");
    let mut typed = whole(&reader, &scene.day_in(20));
    typed.retain(|(name, _)| !["form[text_en]", "form[deadline]"].contains(name));
    for (file, content) in [("lease.exe", b"%PDF-1.7".as_slice()), ("lease.pdf", b"<html>")] {
        let (_, page) = sends(&mut ryan, &new, &borrowed(&typed), &[("pdf_en", file, content)]).await;
        page.holds("id=\"pdf_en-error\"");
        page.holds("This file is not a PDF.");
        page.holds(&format!("Choose “{file}” again"));
        page.holds("value=\"Lease of the hall\"");
    }
    let (_, page) = sends(&mut ryan, &new, &borrowed(&typed), &[]).await;
    page.holds("id=\"deadline-error\"");
    page.holds("Before Tuesday, please.");
    page.holds("Haddad, Amira");
}

#[tokio::test]
async fn s1_a_draft_is_looked_at_as_its_signatories_will_before_it_is_sent() {
    let scene = Scene::filled().await;
    let (list, reader) = place(&scene).await;
    let mut ryan = scene.signed_in(DemoRole::Administrator).await;
    let typed = whole(&reader, &scene.day_in(20));
    let (preview, page) = sends(&mut ryan, &format!("{list}/new"), &borrowed(&typed), &[]).await;
    assert!(preview.ends_with("/preview"), "{preview}");
    page.holds("The draft is saved");
    page.holds("<strong>Tuesday</strong>");
    page.lacks("<script>alert");
    page.holds("amira.haddad@example.org");
    page.holds("to 1 person.");
    let (organization, agreement, version) =
        (hidden(&page, "organization"), hidden(&page, "agreement"), hidden(&page, "version"));
    let from = format!("http://localhost{preview}");
    let stale = format!("organization={organization}&agreement={agreement}&version=0");
    let refused = ryan.post("/api/agreements/send", &stale, &from).await;
    ryan.get(refused.location()).await.holds("error-summary");
    let form = format!("organization={organization}&agreement={agreement}&version={version}");
    let sent = ryan.post("/api/agreements/send", &form, &from).await;
    let card = ryan.get(sent.location()).await;
    card.holds("The agreement is out for signature");
    card.holds("Asked to sign");
    card.holds("/withdraw\"");
    ryan.get(&format!("{list}?q=hall+haddad&state=out")).await.holds("Lease of the hall");
    ryan.get(&format!("{list}?q=hall&state=draft")).await.lacks("Lease of the hall");
}

#[tokio::test]
async fn c6_two_people_at_the_same_draft_see_what_differs() {
    let scene = Scene::filled().await;
    let (list, reader) = place(&scene).await;
    let mut ryan = scene.signed_in(DemoRole::Administrator).await;
    let mut typed = whole(&reader, &scene.day_in(20));
    let (preview, _) = sends(&mut ryan, &format!("{list}/new"), &borrowed(&typed), &[]).await;
    let edit = preview.replace("/preview", "/edit");
    let version = hidden(&ryan.get(&edit).await, "version").to_owned();
    typed.push(("version", version));
    typed[5].1 = "The first.".into();
    sends(&mut ryan, &edit, &borrowed(&typed), &[]).await;
    typed[5].1 = "The second.".into();
    let (back, page) = sends(&mut ryan, &edit, &borrowed(&typed), &[]).await;
    page.holds("Somebody else changed this draft meanwhile");
    page.holds("The first.");
    page.holds("The second.");
    // Saved again, now that it was seen.
    typed[7].1 = hidden(&page, "version").to_owned();
    let (next, _) = sends(&mut ryan, &back, &borrowed(&typed), &[]).await;
    assert!(next.ends_with("/preview"), "{next}");
    ryan.get(&edit).await.holds("The second.");
}

#[tokio::test]
async fn s4_withdrawing_says_its_consequences_and_asks_for_a_reason() {
    let scene = Scene::filled().await;
    let agreement = scene.agreement_out(LINK).await;
    let (list, _) = place(&scene).await;
    let organization = list.split('/').nth(3).unwrap();
    let mut ryan = scene.signed_in(DemoRole::Administrator).await;
    let page = format!("{list}/{agreement}/withdraw");
    ryan.get(&page).await.holds("<dt>Links that stop working</dt><dd>1</dd>");
    let from = format!("http://localhost{page}");
    let form = format!("organization={organization}&agreement={agreement}&form%5Breason%5D=");
    let refused = ryan.post("/api/agreements/withdraw", &form, &from).await;
    ryan.get(refused.location()).await.holds("id=\"reason-error\"");
    let withdrawn = ryan.post("/api/agreements/withdraw", &format!("{form}No+money"), &from).await;
    let card = ryan.get(withdrawn.location()).await;
    card.holds("The agreement is withdrawn");
    card.holds("No money");
    card.lacks("/withdraw\"");
    card.holds("Prepare it again");
}

#[tokio::test]
async fn s4_who_only_reads_changes_nothing_and_a_stranger_finds_nothing() {
    let scene = Scene::filled().await;
    let agreement = scene.agreement_out(LINK).await;
    let (list, _) = place(&scene).await;
    let mut amira = scene.signed_in(DemoRole::Reader).await;
    let page = amira.get(&list).await;
    page.holds("Summer program");
    page.lacks(&format!("{list}/new"));
    let card = amira.get(&format!("{list}/{agreement}")).await;
    card.holds("Asked to sign");
    card.lacks("<h2 id=\"acts\">");
    card.lacks("/replace/");
    amira.get(&format!("{list}/{agreement}/read?language=fr")).await.holds("Huit semaines.");
    for closed in ["new", &format!("{agreement}/edit"), &format!("{agreement}/withdraw")] {
        assert_eq!(amira.get(&format!("{list}/{closed}")).await.status, StatusCode::FORBIDDEN, "{closed}");
    }
    let absent = format!("{list}/00000000000000000000000000000001");
    assert_eq!(amira.get(&absent).await.status, StatusCode::NOT_FOUND);
    let elsewhere = scene.another_organization(list.trim_end_matches("/agreements")).await;
    assert_eq!(amira.get(&format!("{elsewhere}/agreements/{agreement}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn g7_support_finds_the_agreements_of_every_organization() {
    let scene = Scene::filled().await;
    let agreement = scene.agreement_out(LINK).await;
    let (list, _) = place(&scene).await;
    let mut gisele = scene.signed_in(DemoRole::SupportSupervisor).await;
    let page = gisele.get("/en/desk/agreements?q=summer").await;
    page.holds(&format!("href=\"{list}/{agreement}\""));
    page.holds("agreement found.");
    gisele.get("/fr/desk/agreements?q=introuvable").await.holds("Aucune entente ne correspond");
}
