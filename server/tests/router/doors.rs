//! Who gets through which door: every registered server function and every page, tried as nobody, as a stranger
//! of another organization, as the holder of each profile, and as Support looking as one of them (G7).
//!
//! Functions and pages find their own way into the list. Nobody has to remember to add them; somebody has to
//! review what changes in the snapshots. What is open to everybody stands in a snapshot of its own, which should
//! only ever become shorter.

use crate::cast::{Cast, House, LINK, VIEWER};
use crate::scene::{Answer, Browser, Scene};
use http::{Method, StatusCode};
use sea_orm::ConnectionTrait as _;
use sea_orm::prelude::Uuid;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What to say for an argument of that name; for any other, a word that means nothing.
fn argument(house: &House, name: &str) -> Option<String> {
    Some(match name {
        "organization" => house.organization.to_string(),
        "contact" => house.contact.to_string(),
        "invitation" => house.invitation.to_string(),
        "profile_request" => house.profile_request.to_string(),
        "access_request" => house.access_request.to_string(),
        "agreement" => house.agreement.to_string(),
        "signatory" => house.signatory.to_string(),
        "number" => "1".into(),
        "part" => "user".into(),
        "edition" => "1".into(),
        "import" => Uuid::from_u128(9).to_string(),
        "review" => house.review.to_string(),
        "handover" | "relink" | "announcement" | "department" | "factor" | "session" => {
            house.invitation.to_string()
        }
        "module" => "cases".into(),
        "lang" | "language" => "en".into(),
        "token" | "handle" | "request" | "application" => "unknown".into(),
        "email" => "somebody@example.org".into(),
        _ => return None,
    })
}

/// A form is sent without what it asks for: doors are tried, nothing is done.
const FORMS: [&str; 2] = ["form", "search"];

/// The one thing that whoever looks as somebody else may do.
const STOP: &str = "/api/viewings/stop";

/// What a form insists on, though it does not matter here.
fn inside(name: &str) -> &'static str {
    match name {
        "active_only" => "true",
        "access" => "any",
        "page" | "version" => "1",
        _ => "",
    }
}

/// One server function, with arguments that it understands.
struct Function {
    path: &'static str,
    method: Method,
    arguments: Vec<String>,
}

impl Function {
    /// Learns, from what the function says it misses, how to call it. Whoever is nobody changes nothing by it.
    async fn learnt(path: &'static str, method: Method, house: &House, mut nobody: Browser) -> Self {
        let mut function = Self { path, method, arguments: Vec::new() };
        for _ in 0..12 {
            let answer = function.called(&mut nobody, &function.arguments).await;
            let Some((_, rest)) = answer.body.split_once("missing field `") else {
                assert!(
                    !answer.body.contains("error deserializing"),
                    "{path} is not understood: {}",
                    answer.body
                );
                return function;
            };
            function.say(rest.split('`').next().unwrap(), house);
        }
        panic!("{path} is never satisfied");
    }

    /// Says one more argument, or one more field of the form that was said last.
    fn say(&mut self, name: &str, house: &House) {
        let form =
            self.arguments.iter().filter_map(|said| said.split_once('[')).map(|(form, _)| form).next_back();
        let said = match (argument(house, name), form) {
            (Some(value), _) => format!("{name}={value}"),
            _ if FORMS.contains(&name) => format!("{name}[_]="),
            (None, Some(form)) => format!("{form}[{name}]={}", inside(name)),
            (None, None) => format!("{name}=unknown"),
        };
        self.arguments.push(said);
    }

    async fn called(&self, browser: &mut Browser, arguments: &[String]) -> Answer {
        let encoded = encoded(arguments);
        let mut island = browser.clone().with("accept", "application/json");
        if self.method == Method::GET {
            island.get(&format!("{}?{encoded}", self.path)).await
        } else {
            island.ask(self.method.clone(), self.path, &encoded).await
        }
    }

    fn is_of_an_organization(&self) -> bool {
        self.arguments.iter().any(|argument| argument.starts_with("organization="))
    }

    fn title(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

fn encoded(arguments: &[String]) -> String {
    arguments.join("&").replace('[', "%5B").replace(']', "%5D")
}

async fn functions(scene: &Scene, house: &House) -> Vec<Function> {
    let mut all = Vec::new();
    for (path, method) in server_fn::axum::server_fn_paths() {
        all.push(Function::learnt(path, method, house, scene.browser()).await);
    }
    // Whoever stops looking as somebody else is somebody else from there on: that comes last.
    all.sort_by_key(|function| (function.path == STOP, function.path));
    all
}

/// Every page, with its parameters said.
fn pages(house: &House) -> Vec<(String, String)> {
    let listings = leptos_axum::generate_route_list(app::App);
    said(listings.iter().map(|listing| listing.path().to_owned()), house)
}

/// Every file to download, with its parameters said.
fn files(house: &House) -> Vec<(String, String)> {
    said(app::serve::Site::downloads().map(ToOwned::to_owned), house)
}

fn said(paths: impl Iterator<Item = String>, house: &House) -> Vec<(String, String)> {
    let mut pages: Vec<_> = paths
        .map(|path| {
            let said = path.split('/').map(|piece| {
                match piece.strip_prefix('{').and_then(|piece| piece.strip_suffix('}')) {
                    Some("token") => LINK.to_owned(),
                    Some(name) => argument(house, name)
                        .unwrap_or_else(|| panic!("{path} takes `{name}`: teach `argument` what to say")),
                    None => piece.to_owned(),
                }
            });
            let said = said.collect::<Vec<_>>().join("/");
            (path.clone(), if said.is_empty() { "/".into() } else { said })
        })
        .collect();
    pages.sort();
    pages.dedup();
    pages
}

/// Refused because one looks as somebody else, and for nothing else.
fn only_looks(answer: &Answer) -> bool {
    answer.body == r#"{"refused":"viewing"}"#
        || answer.body.contains("nothing can be changed. To act in your own name")
}

/// What became of a try.
fn verdict(answer: &Answer) -> &'static str {
    match answer.status {
        StatusCode::FORBIDDEN if only_looks(answer) => "changes nothing",
        StatusCode::UNAUTHORIZED => "must sign in",
        StatusCode::FORBIDDEN => "is refused",
        StatusCode::NOT_FOUND => "finds nothing",
        status if status.is_server_error() => "BROKEN",
        _ => "gets in",
    }
}

/// For each door, who came to which verdict.
#[derive(Default)]
struct Matrix {
    doors: BTreeMap<String, Vec<(&'static str, Vec<String>)>>,
    people: usize,
}

impl Matrix {
    fn of(cast: &Cast) -> Self {
        // Whoever looks as somebody else is named beside everybody: they never are somebody of their own.
        Self { people: cast.people.len() - 1, ..Self::default() }
    }

    fn note(&mut self, door: &str, name: &str, verdict: &'static str) {
        let verdicts = self.doors.entry(door.to_owned()).or_default();
        match verdicts.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, names)) => names.push(name.to_owned()),
            None => verdicts.push((verdict, vec![name.to_owned()])),
        }
    }

    /// The doors where nobody has to say who they are.
    fn open_to_all(&self) -> String {
        let closed = |names: &[String]| names.iter().any(|name| name == "nobody");
        let open = self.doors.iter().filter(|(_, verdicts)| {
            !verdicts.iter().any(|(verdict, names)| *verdict == "must sign in" && closed(names))
        });
        open.map(|(door, _)| format!("{door}\n")).collect()
    }
}

impl std::fmt::Display for Matrix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (door, verdicts) in &self.doors {
            writeln!(f, "{door}")?;
            for (verdict, names) in verdicts {
                let looks = names.iter().any(|name| name == VIEWER);
                let names: Vec<String> = names.iter().filter(|name| *name != VIEWER).cloned().collect();
                let all_signed_in = names.len() == self.people - 1 && !names.contains(&"nobody".to_owned());
                let names = match names.len() {
                    count if count == self.people => "everybody".to_owned(),
                    _ if all_signed_in => "whoever signed in".to_owned(),
                    _ => names.join(", "),
                };
                let viewer = [looks.then_some(VIEWER), (!names.is_empty()).then_some(names.as_str())];
                let viewer: Vec<&str> = viewer.into_iter().rev().flatten().collect();
                writeln!(f, "  {verdict}: {}", viewer.join(", "))?;
            }
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_may_call_which_function() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let mut matrix = Matrix::of(&cast);
    for function in functions(&scene, &cast.house).await {
        for (name, browser) in &cast.people {
            let answer = function.called(&mut browser.clone(), &function.arguments).await;
            let verdict = verdict(&answer);
            assert_ne!(verdict, "BROKEN", "{} as {name}: {}", function.path, answer.body);
            matrix.note(&function.title(), name, verdict);
        }
    }
    insta::assert_snapshot!("functions", matrix);
    insta::assert_snapshot!("functions_open_to_all", matrix.open_to_all());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_may_have_which_file() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let mut matrix = Matrix::of(&cast);
    let sent = said(app::serve::Site::uploads().map(ToOwned::to_owned), &cast.house);
    let sent = sent.into_iter().map(|(path, address)| (Method::POST, path, address));
    let had = files(&cast.house).into_iter().map(|(path, address)| (Method::GET, path, address));
    for (method, path, address) in had.chain(sent) {
        for (name, browser) in &cast.people {
            let mut island = browser.clone().with("accept", "application/json");
            let answer = island.ask(method.clone(), &address, "").await;
            let verdict = verdict(&answer);
            assert_ne!(verdict, "BROKEN", "{address} as {name}: {}", answer.body);
            matrix.note(&format!("{method} {path}"), name, verdict);
        }
    }
    insta::assert_snapshot!("files", matrix);
    // R9: whoever asks for access has no account yet; S3: anybody checks a copy.
    let open = "POST /{lang}/access-requests/several/upload\nPOST /{lang}/verify-agreement/copy\n";
    assert_eq!(matrix.open_to_all(), open);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_may_see_which_page() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let mut matrix = Matrix::of(&cast);
    for (path, address) in pages(&cast.house) {
        for (name, browser) in &cast.people {
            let answer = browser.clone().get(&address).await;
            let verdict = verdict(&answer);
            assert_ne!(verdict, "BROKEN", "{address} as {name}: {}", answer.body);
            matrix.note(&path, name, verdict);
        }
    }
    insta::assert_snapshot!("pages", matrix);
    insta::assert_snapshot!("pages_open_to_all", matrix.open_to_all());
}

/// G7: all that is open to whoever looks as somebody else is what this person reads, and the way to stop.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn support_viewing_as_somebody_reads_what_they_read_and_changes_nothing() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let (viewer, mut viewed) = (cast.named(VIEWER), cast.viewed());
    let before = content(&scene).await;
    let functions = functions(&scene, &cast.house).await;
    for function in functions.iter().filter(|function| function.path != STOP) {
        let answer = function.called(&mut viewer.clone(), &function.arguments).await;
        if function.method == Method::GET {
            let own = function.called(&mut viewed, &function.arguments).await;
            assert_eq!((answer.status, answer.body), (own.status, own.body), "{}", function.path);
            continue;
        }
        assert!(only_looks(&answer), "{}: {} {}", function.path, answer.status, answer.body);
        // As a form without script sends it: back to its own page, with the reason.
        let mut plain = viewer.clone().with("referer", "http://localhost:3000/en/terms");
        let back = plain.post(function.path, &encoded(&function.arguments)).await;
        assert!(back.location().starts_with("/en/terms?draft="), "{}: {}", function.path, back.location());
    }
    assert_eq!(before, content(&scene).await);
}

/// G7: what a page or a file is to the contact, it is to whoever looks as them; but accounts are one's own.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_page_is_to_support_viewing_what_it_is_to_the_person() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let before = content(&scene).await;
    let files = files(&cast.house);
    for (path, address) in pages(&cast.house).iter().chain(&files) {
        let seen = cast.named(VIEWER).get(address).await;
        let own = cast.viewed().get(address).await;
        // What one signs is one's own, as an account is.
        let is_own = ["/identity/", "/agreement/{token}", "/to-sign/"].iter().any(|own| path.contains(own));
        if only_looks(&seen) || is_own && seen.status == StatusCode::FORBIDDEN {
            assert!(is_own || path.ends_with("/ways-in"), "{address}");
        } else {
            assert_eq!((seen.status, seen.location()), (own.status, own.location()), "{address}");
        }
        // What no page of ours answers, the gate tells in a page of its own.
        let page = address != "/" && !files.iter().any(|(of, _)| of == path);
        assert_eq!(page, seen.body.contains("You are viewing as"), "{address}: {}", seen.status);
    }
    assert_eq!(before, content(&scene).await);
}

/// G4
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn another_organization_answers_like_one_that_does_not_exist() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let (mut stranger, nowhere) = (cast.named("stranger"), Uuid::from_u128(7));
    let house = cast.house.organization.to_string();
    for function in
        functions(&scene, &cast.house).await.iter().filter(|function| function.is_of_an_organization())
    {
        let elsewhere: Vec<_> = function
            .arguments
            .iter()
            .map(|argument| argument.replace(&house, &nowhere.to_string()))
            .collect();
        let real = function.called(&mut stranger, &function.arguments).await;
        let unreal = function.called(&mut stranger, &elsewhere).await;
        assert_eq!((real.status, real.body), (unreal.status, unreal.body), "{}", function.path);
    }
    let addresses = pages(&cast.house).into_iter().chain(files(&cast.house));
    for (_, address) in addresses.filter(|(path, _)| path.contains("{organization}")) {
        let address = &address;
        let real = stranger.get(address).await;
        let unreal = stranger.get(&address.replace(&house, &nowhere.to_string())).await;
        assert_eq!(real.status, unreal.status, "{address}");
        assert_eq!(plain(&real.body, &house), plain(&unreal.body, &nowhere.to_string()), "{address}");
    }
}

/// A page without what differs each time: the nonce, and the identifier that the address itself holds.
fn plain(body: &str, id: &str) -> String {
    let mut pieces = body.split("nonce=\"");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let _ = write!(plain, "{}", piece.split_once('"').map_or(piece, |(_, rest)| rest));
    }
    plain.replace(id, "ID")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn looking_changes_nothing() {
    let scene = Scene::set(&[]).await;
    let cast = Cast::of(&scene).await;
    let questions: Vec<_> = functions(&scene, &cast.house)
        .await
        .into_iter()
        .filter(|function| function.method == Method::GET)
        .collect();
    let before = content(&scene).await;
    for name in ["nobody", "stranger", "funding.administrator", "support.supervisor"] {
        let mut browser = cast.named(name);
        for (_, address) in pages(&cast.house).into_iter().chain(files(&cast.house)) {
            browser.get(&address).await;
            browser.ask(Method::HEAD, &address, "").await;
        }
        for function in &questions {
            function.called(&mut browser, &function.arguments).await;
        }
    }
    assert_eq!(before, content(&scene).await);
}

/// Every row of every table but the sessions, in which being there is written down.
async fn content(scene: &Scene) -> BTreeMap<String, Vec<String>> {
    let db = scene.parts.platform.store.read();
    let ask = async |sql: String| {
        let rows =
            db.query_all_raw(sea_orm::Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect::<Vec<_>>()
    };
    let mut content = BTreeMap::new();
    for table in
        ask("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sessions'".into()).await
    {
        let columns =
            ask(format!("SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}')")).await;
        let rows =
            ask(format!("SELECT {} AS line FROM \"{table}\" ORDER BY line", columns.join(" || ',' || ")))
                .await;
        content.insert(table, rows);
    }
    content
}
