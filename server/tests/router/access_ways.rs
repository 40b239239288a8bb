//! Around requests for access, by browsers without script: an administrator vouches (R1), a representative finds codes
//! (R7), a number opens its services (R8), and what is said of a page (R12).

use crate::cast::{Cast, VIEWER, id, insert, newcomer};
use crate::scene::{Answer, Browser, Scene};
use http::{Method, StatusCode};
use sea_orm::ConnectionTrait as _;

/// The house's page of that name.
fn page_of(cast: &Cast, page: &str) -> String {
    format!("/en/organizations/{}/{page}", cast.house.organization.simple())
}

/// Sends a form from that page, as a browser without script.
async fn sends(browser: &mut Browser, page: &str, function: &str, form: &str) -> Answer {
    let referer = format!("http://localhost:3000{page}");
    let mut sender = browser.clone().with("referer", &referer).with("sec-fetch-site", "same-origin");
    let answer = sender.post(function, &form.replace('[', "%5B").replace(']', "%5D")).await;
    browser.cookie = sender.cookie;
    answer
}

#[track_caller]
fn holds(answer: &Answer, words: &str) {
    assert!(answer.body.contains(words), "no {words:?} in {} {}", answer.status, answer.body);
}

#[track_caller]
fn lacks(answer: &Answer, words: &str) {
    assert!(!answer.body.contains(words), "{words:?} in {}", answer.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r1_an_administrator_says_whether_the_applicant_works_there() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let request = cast.house.access_request.simple();
    let page = page_of(&cast, &format!("access-requests/{request}"));
    let mut alice = cast.named("funding.administrator");
    let asked = alice.get(&page).await;
    for words in [
        "Do you know Alex Asks?",
        "Funding agreements online",
        "Support decides, but reads your answer first",
    ] {
        holds(&asked, words);
    }
    // Support reads the answer, and gives none.
    let as_support = cast.named("support.supervisor").get(&page).await;
    holds(&as_support, "Only an administrator of the organization answers");
    lacks(&as_support, "Send the answer");
    let form = format!("organization={}&access_request={request}&edition=1", cast.house.organization);
    let nothing = sends(&mut alice, &page, "/api/access_ways/vouch", &form).await;
    assert!(nothing.location().starts_with(&format!("{page}?draft=")), "{}", nothing.location());
    holds(&alice.get(nothing.location()).await, "class=\"error-summary\"");
    let answered = sends(&mut alice, &page, "/api/access_ways/vouch", &format!("{form}&answer=known")).await;
    assert_eq!((answered.status, answered.location()), (StatusCode::SEE_OTHER, page.as_str()));
    let told = alice.get(&page).await;
    holds(&told, "Thank you: your answer was passed on to Support");
    holds(&told, "Your organization answered that Alex Asks works here");
    lacks(&told, "Send the answer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r7_the_primary_contact_names_a_representative_who_finds_the_codes() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let primary = "UPDATE contacts SET is_primary = TRUE WHERE id = \
        (SELECT min(id) FROM contacts WHERE last_name = 'funding.administrator' AND organization_id = \
        (SELECT organization_id FROM contacts WHERE last_name = 'funding.user'))";
    scene.parts.platform.store.write().execute_unprepared(primary).await.unwrap();
    let (page, codes) = (page_of(&cast, "representatives"), page_of(&cast, "codes"));
    let (mut alice, mut rita) = (cast.named("funding.administrator"), cast.named("cases.viewer"));
    assert_eq!(rita.get(&codes).await.status, StatusCode::NOT_FOUND);
    // Whoever may name nobody reads who they are.
    let read = cast.named("funding.reader").get(&page).await;
    holds(&read, "Nobody is named yet.");
    lacks(&read, "/api/access_ways/name_representative");
    let found = alice.get(&page).await;
    let (_, rest) = found.body.split_once("Alex cases.viewer").unwrap();
    let (_, rest) = rest.split_once("name=\"contact\" value=\"").unwrap();
    let contact = rest.split('"').next().unwrap();
    let form = format!("organization={}&contact={contact}", cast.house.organization);
    let named = sends(&mut alice, &page, "/api/access_ways/name_representative", &form).await;
    assert_eq!(named.location(), page);
    let list = alice.get(&page).await;
    holds(&list, "Alex cases.viewer is now a designated representative");
    holds(&list, "/api/access_ways/end_representative");
    holds(&rita.get(&codes).await, "Nobody waits for a code");
    let handover = waits(&scene, &cast, contact).await;
    holds(&rita.get(page_of(&cast, "").trim_end_matches('/')).await, "One person waits for a code from you");
    let hidden = rita.get(&codes).await;
    holds(&hidden, "Show the code");
    lacks(&hidden, "class=\"reference\"");
    let shown = |answer: &Answer| {
        let (_, rest) = answer.body.split_once("class=\"reference\"><code>").unwrap();
        rest.split('<').next().unwrap().to_owned()
    };
    let asked = format!("{codes}?show={handover}");
    let code = shown(&rita.get(&asked).await);
    assert_eq!(code.len(), 14, "{code}");
    // The primary contact holds none, and asks for none.
    assert_eq!(alice.get(&asked).await.status, StatusCode::NOT_FOUND);
    let form = format!("organization={}&handover={handover}", cast.house.organization);
    let renewed = sends(&mut rita, &codes, "/api/access_ways/renew_code_held", &form).await;
    assert_eq!(renewed.location(), codes);
    let again = rita.get(&asked).await;
    holds(&again, "A new code takes the place of the one before");
    assert_ne!(shown(&again), code);
    let form = format!("organization={}&contact={contact}", cast.house.organization);
    sends(&mut alice, &page, "/api/access_ways/end_representative", &form).await;
    holds(&alice.get(&page).await, "Nobody is named yet.");
    assert_eq!(rita.get(&codes).await.status, StatusCode::NOT_FOUND);
}

/// Somebody was let in, and that contact holds the code.
async fn waits(scene: &Scene, cast: &Cast, holder: &str) -> String {
    let handover = id(scene);
    let row = vec![
        ("id", handover.into()),
        ("organization_id", cast.house.organization.into()),
        ("contact_id", cast.house.contact.into()),
        ("holder_id", holder.parse::<sea_orm::prelude::Uuid>().unwrap().into()),
        ("holder_name", "Rita".into()),
        ("holder_email", "rita@example.org".into()),
        ("issue", 1.into()),
        ("tries", 0.into()),
        ("made_at", scene.now().0.into()),
        ("issued_at", scene.now().0.into()),
    ];
    insert(scene, "handovers", row).await;
    handover.simple().to_string()
}

const NUMBERS: &str = "Number,Last name,First name\nAB-1234,Côté,Ursule\nx,Roy,Rita\n";

fn with_file(file: &str) -> String {
    let part = |name: &str, content: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
    };
    let fields = [
        part("form[service]", "learners-online"),
        part("form[profiles][]", "learners.reader"),
        part("form[until]", "2199-12-31"),
    ];
    format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"numbers.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n{file}\r\n{}--edge--\r\n",
        fields.concat()
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r8_support_loads_numbers_and_their_holders_come_in() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let house = cast.house.organization;
    let row = vec![("organization_id", house.into()), ("module", "learners".into())];
    insert(&scene, "organization_modules", row).await;
    let page = format!("/en/desk/organizations/{}/reference-numbers", house.simple());
    let mut sophie = cast.named("support.supervisor");
    holds(&sophie.get(&format!("/en/desk/organizations/{}", house.simple())).await, &page);
    lacks(&cast.named("support.auditor").get(&page).await, "Load the numbers");
    let mut sender = sophie
        .clone()
        .with("content-type", "multipart/form-data; boundary=edge")
        .with("referer", &format!("http://localhost:3000{page}"))
        .with("sec-fetch-site", "same-origin");
    let upload = format!("{page}/upload");
    // A table without its headings comes back with the reason.
    let faulty = sender.ask(Method::POST, &upload, &with_file("a;b\n1;2\n")).await;
    let back = sophie.get(faulty.location()).await;
    holds(&back, "class=\"error-summary\"");
    holds(&back, "value=\"2199-12-31\"");
    let loaded = sender.ask(Method::POST, &upload, &with_file(NUMBERS)).await;
    assert_eq!((loaded.status, loaded.location()), (StatusCode::SEE_OTHER, page.as_str()), "{}", loaded.body);
    let told = sophie.get(&page).await;
    for words in [
        "One number was loaded",
        "Line 3",
        "A reference number has at least four letters",
        "Learner management online",
    ] {
        holds(&told, words);
    }
    // Whoever asks for access is told, and finds the way without an account.
    holds(
        &scene.browser().get("/en/access-requests?situation=community").await,
        "href=\"/en/reference-number\"",
    );
    let first = scene.browser().get("/fr/reference-number").await;
    assert_eq!(first.status, StatusCode::OK);
    holds(&first, "name=\"return\" value=\"/fr/reference-number\"");
    holds(&first, "Se connecter ou créer un compte");
    let mut ursule = newcomer(&scene, "ursule@example.org").await;
    holds(&ursule.get("/en/home").await, "href=\"/en/reference-number\"");
    holds(&ursule.get("/en/reference-number").await, "ursule@example.org");
    let form = "form[number]=ab 1234&form[last_name]=Côté&form[first_name]=Ursule";
    let without = sends(&mut ursule, "/en/reference-number", "/api/access_ways/use_number", form).await;
    let back = ursule.get(without.location()).await;
    holds(&back, "class=\"error-summary\"");
    holds(&back, "value=\"ab 1234\"");
    let form = format!("{form}&form[commitments]=true");
    let used = sends(&mut ursule, "/en/reference-number", "/api/access_ways/use_number", &form).await;
    assert_eq!(used.location(), format!("/en/organizations/{}", house.simple()), "{}", used.body);
    let home = ursule.get(used.location()).await;
    holds(&home, "Your services are open");
    holds(&home, "Learner management online");
}

/// A table of requests, with what they have in common.
fn with_table(authorizer: &str, table: &str) -> String {
    let part = |(name, content): (&str, &str)| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{content}\r\n")
    };
    let fields = [
        ("form[situation]", "organization"),
        ("form[service]", "funding-online"),
        ("form[organization_is]", "existing"),
        ("form[organization][name_en]", "Harbour Library"),
        ("form[authorizer][last_name]", "Arsenault"),
        ("form[authorizer][first_name]", "Adèle"),
        ("form[authorizer][email]", authorizer),
        ("pasted", table),
    ];
    format!("{}--edge--\r\n", fields.map(part).concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r9_a_table_that_is_wrong_in_common_comes_back_and_wrong_lines_are_corrected_alone() {
    let scene = Scene::set(&[]).await;
    Cast::of(&scene).await;
    let page = "/en/access-requests/several?situation=organization&service=funding-online";
    let mut browser = scene.browser();
    holds(&browser.get(page).await, "Send the requests");
    let mut sender = browser
        .clone()
        .with("content-type", "multipart/form-data; boundary=edge")
        .with("referer", &format!("http://localhost:3000{page}"))
        .with("sec-fetch-site", "same-origin");
    let upload = "/en/access-requests/several/upload";
    let table = "Last name,First name,E-mail\r\nRoy,Rita,rita@exemple.ca\r\nFraser,Callum,info@exemple.ca";
    // The common part is at fault: told once, beside its field, and all that was typed is there.
    let refused = sender.ask(Method::POST, upload, &with_table("info@exemple.ca", table)).await;
    assert!(refused.location().starts_with(&format!("{page}&draft=")), "{} {}", refused.status, refused.body);
    let back = sender.get(refused.location()).await;
    holds(&back, "<a href=\"#authorizer_email\">");
    holds(&back, "value=\"info@exemple.ca\"");
    // One line goes, the other comes back alone.
    let sent = sender.ask(Method::POST, upload, &with_table("adele@exemple.ca", table)).await;
    let results = sender.get(sent.location()).await;
    holds(&results, "One request was sent");
    holds(&results, "E-mail: ");
    let at = results.body.find(&page.replace('&', "&amp;")).unwrap();
    let address = results.body[at..].split('"').next().unwrap().replace("&amp;", "&");
    let again = sender.get(&address).await;
    holds(&again, "Fraser,Callum,info@exemple.ca</textarea>");
    holds(&again, "value=\"adele@exemple.ca\"");
    lacks(&again, "Rita");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn r12_what_is_said_of_a_page_leads_back_to_it() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let mut nobody = scene.browser();
    let asked = nobody.get("/fr/terms?a=1").await;
    holds(&asked, "Cette page vous a-t-elle été utile?");
    holds(&asked, "name=\"form[page]\" value=\"/fr/terms?a=1\"");
    let say = "/api/feedback/say";
    let yes =
        sends(&mut nobody, "/fr/terms", say, "form[page]=/fr/terms?a=1&form[useful]=yes&form[comment]=")
            .await;
    assert_eq!((yes.status, yes.location()), (StatusCode::SEE_OTHER, "/fr/terms?a=1"));
    holds(&nobody.get(yes.location()).await, "Merci de nous l’avoir dit");
    // Nobody is led out of the portal.
    let out = "form[page]=//evil.example/a&form[useful]=no&form[comment]=";
    assert_eq!(sends(&mut nobody, "/en/terms", say, out).await.location(), "/");
    // What is too long comes back, open, with all that was typed.
    let long = format!("form[page]=/en/terms&form[useful]=no&form[comment]={}", "x".repeat(501));
    let refused = sends(&mut nobody, "/en/terms", say, &long).await;
    let back = nobody.get(refused.location()).await;
    holds(&back, "<details open class=\"details feedback\"");
    holds(&back, "href=\"#comment\"");
    let contacts = page_of(&cast, "contacts");
    let mut alice = cast.named("funding.administrator");
    let no = format!("form[page]={contacts}&form[useful]=no&form[comment]=Too long.");
    assert_eq!(sends(&mut alice, &contacts, say, &no).await.location(), contacts);
    let read = cast.named("support.auditor").get("/en/desk/feedback").await;
    for words in ["<code>/organizations/*/contacts</code>", "<code>/terms</code>", "Too long."] {
        holds(&read, words);
    }
    lacks(&read, &cast.house.organization.simple().to_string());
    // Whoever looks as somebody else says nothing in their place (G7).
    lacks(&cast.named(VIEWER).get(&contacts).await, "Was this page useful?");
}
