//! A table of contacts, sent by a browser without script, looked at, confirmed, and its results downloaded (G6);
//! the lines ticked (C13).

use crate::cast::Cast;
use crate::scene::{Answer, Browser, Scene};
use http::{Method, StatusCode};

const TABLE: &str = "Last name,First name,E-mail\nCôté,Zoé,zoe@exemple.ca\n,Nobody,not an address\n";

/// A form with a file, as browsers send it.
fn with_file(file: &str) -> String {
    let part = |name: &str, content: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
    };
    let file = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"team.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n"
    );
    let fields =
        [part("pasted", ""), part("form[who]", "everybody"), part("form[profiles][]", "funding.user")];
    format!("{file}{}{}--edge--\r\n", fields.concat(), part("form[message]", "Welcome"))
}

async fn sends(browser: &mut Browser, contacts: &str, file: &str) -> Answer {
    let referer = format!("http://localhost:3000{contacts}/import");
    let mut browser = browser
        .clone()
        .with("content-type", "multipart/form-data; boundary=edge")
        .with("referer", &referer)
        .with("sec-fetch-site", "same-origin");
    browser.ask(Method::POST, &format!("{contacts}/import/upload"), &with_file(file)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn g6_a_table_is_sent_confirmed_and_its_results_downloaded() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let contacts = format!("/en/organizations/{}/contacts", cast.house.organization.simple());
    let mut alice = cast.named("funding.administrator");
    assert_eq!(alice.get(&format!("{contacts}/import")).await.status, StatusCode::OK);

    let sent = sends(&mut alice, &contacts, TABLE).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let page = sent.location().to_owned();
    let look = alice.get(&page).await;
    assert_eq!(look.status, StatusCode::OK);
    for words in ["team.csv", "Add 1 person and send the invitation", "line 3", "Enter the last name."] {
        assert!(look.body.contains(words), "{words}: {}", look.body);
    }
    let import = page.rsplit('/').next().unwrap();
    let form = format!("organization={}&import={import}", cast.house.organization);
    for _ in 0..2 {
        let mut browser = alice.clone().with("sec-fetch-site", "same-origin");
        let begun = browser.post("/api/imports/begin", &form).await;
        assert_eq!((begun.status, begun.location()), (StatusCode::SEE_OTHER, page.as_str()));
    }
    let running = alice.get(&page).await;
    assert_eq!(running.header("refresh"), "3");
    assert!(running.body.contains("<progress max=\"2\" value=\"1\""), "{}", running.body);
    assert_eq!(scene.parts.portal.carry_imports().await.unwrap(), 1);
    let done = alice.get(&page).await;
    assert_eq!((done.header("refresh"), done.status), ("", StatusCode::OK));
    let file = alice.get(&format!("{page}/results.csv")).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert!(file.header("content-disposition").contains("import-results.csv"));
    assert!(file.body.contains("added and invited"), "{}", file.body);
    let list = alice.get(&format!("{contacts}/export.csv?q=zoe")).await;
    assert!(list.body.contains("Côté,Zoé,"), "{}", list.body);
    assert_eq!(cast.named("cases.administrator").get(&page).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn g6_what_cannot_be_imported_comes_back_with_its_reason() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let contacts = format!("/fr/organizations/{}/contacts", cast.house.organization.simple());
    let mut alice = cast.named("funding.administrator");
    let too_large = "x".repeat(6 * 1024 * 1024);
    for (file, reason) in
        [("", "Choisissez un fichier"), ("a,b\n1,2\n", "en-têtes"), (too_large.as_str(), "5 Mo")]
    {
        let sent = sends(&mut alice, &contacts, file).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        assert!(sent.location().contains("/import?draft="), "{}", sent.location());
        let back = alice.get(sent.location()).await;
        assert!(back.body.contains(reason), "{reason}: {}", back.body);
        assert!(back.body.contains(">Welcome</textarea>"), "nothing typed is lost: {}", back.body);
    }
    let far_too_large = "x".repeat(17 * 1024 * 1024);
    let sent = sends(&mut alice, &contacts, &far_too_large).await;
    assert!(alice.get(sent.location()).await.body.contains("5 Mo"));
    let mut told = alice.clone().with("content-length", "26000000");
    assert_eq!(sends(&mut told, &contacts, "").await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut elsewhere = alice.clone().with("sec-fetch-site", "cross-site");
    let address = format!("{contacts}/import/upload");
    assert_eq!(elsewhere.ask(Method::POST, &address, &with_file(TABLE)).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn c13_those_ticked_are_asked_about_and_done_with_a_result_for_each() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let contacts = format!("/en/organizations/{}/contacts", cast.house.organization.simple());
    let mut alice = cast.named("funding.administrator");
    let list = alice.get(&contacts).await;
    assert!(list.body.contains("form=\"bulk\""), "{}", list.body);
    assert!(!cast.named("funding.reader").get(&contacts).await.body.contains("form=\"bulk\""));

    let nobody = alice.get(&format!("{contacts}/bulk?act=invite")).await;
    assert!(nobody.body.contains("Tick at least one contact"), "{}", nobody.body);
    let contact = cast.house.contact.simple();
    let asked = alice.get(&format!("{contacts}/bulk?act=invite&contact={contact}&contact=x")).await;
    assert!(asked.body.contains("Invite 1 contact"), "{}", asked.body);
    let form = format!(
        "organization={}&form[act]=invite&form[contacts][]={contact}&form[profiles][]=funding.user&form[message]=",
        cast.house.organization
    );
    let mut browser = alice.clone().with("sec-fetch-site", "same-origin");
    let done = browser.post("/api/contacts/bulk", &form.replace('[', "%5B").replace(']', "%5D")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let list = alice.get(&contacts).await;
    assert!(list.body.contains("1 contact invited"), "{}", list.body);
    assert!(list.body.contains("class=\"result done\""), "{}", list.body);
}
