//! What the server mounts: one handler for pages, one for server functions, and those of files.
//!
//! A page is written whole before its first byte leaves, so that its status and its cookies are right. The
//! scripts that wake islands stand in every page between two marks; a page without an island loses them here.

use crate::App;
use crate::failure::Failure;
use crate::own_account;
use crate::request::{Means, Memo, broken, encoded};
use crate::reviews;
use crate::shell::{ALIVE, ALIVE_END, shell};
use crate::{access_requests, access_ways, activity, agreements, contacts, signing};
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, Query, Request};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, on};
use axum::{RequestExt as _, Router};
use backend::Pieces;
use domain::Problem;
use futures::future::BoxFuture;
use futures::stream::{BoxStream, StreamExt as _, TryStreamExt as _, once, try_unfold};
use http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderValue, Method, StatusCode};
use leptos::config::LeptosOptions;
use leptos::nonce::Nonce;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos_axum::{
    ResponseOptions, generate_route_list, handle_response_inner, handle_server_fns_with_context,
};
use std::collections::HashMap;
use std::str::FromStr;
use std::sync::PoisonError;

/// The pages and functions of one server.
#[derive(Clone, Debug)]
pub struct Site {
    means: Means,
    options: LeptosOptions,
    addresses: Vec<String>,
}

impl Site {
    /// Must be called on tokio: Leptos takes its executor here.
    #[must_use]
    pub fn new(means: Means, options: LeptosOptions) -> Self {
        let addresses = generate_route_list(App).iter().map(|page| page.path().to_owned()).collect();
        Self { means, options, addresses }
    }

    /// The address of every page, with its parameters in braces.
    #[must_use]
    pub fn addresses(&self) -> &[String] {
        &self.addresses
    }

    /// Answers every address that is nothing else: the fallback of the router.
    pub fn pages(
        &self,
    ) -> impl Fn(Request) -> BoxFuture<'static, Response> + Clone + Send + Sync + 'static + use<> {
        let (means, options) = (self.means.clone(), self.options.clone());
        move |request: Request| {
            if request.method() != Method::GET && request.method() != Method::HEAD {
                return Box::pin(async { StatusCode::METHOD_NOT_ALLOWED.into_response() });
            }
            let nonce = request.extensions().get::<Nonce>().cloned();
            let (means, options) = (means.clone(), options.clone());
            let contexts = move || provide(&means, nonce.clone());
            handle_response_inner(contexts, move || shell(&options), request, whole_page)
        }
    }

    /// Answers `/api/{*function}`.
    pub fn functions(
        &self,
    ) -> impl Fn(Request) -> BoxFuture<'static, Response> + Clone + Send + Sync + 'static + use<> {
        let means = self.means.clone();
        move |request: Request| {
            let means = means.clone();
            Box::pin(async move {
                let contexts = move || provide(&means, None);
                handle_server_fns_with_context(contexts, request).await.into_response()
            })
        }
    }
}

/// A file that is downloaded or sent: neither a page nor a server function.
type File = fn(Asked) -> BoxFuture<'static, Result<Response, Failure>>;

/// All of them; whoever adds one adds a door, and the test of doors tries it.
const DOWNLOADS: &[(&str, File)] = &[
    ("/{lang}/agreement/{token}/document/{language}", signing::files::document_by_link),
    ("/{lang}/agreement/{token}/document/{language}/page/{number}", signing::files::page_by_link),
    ("/{lang}/desk/access-requests/{access_request}/scans/{part}", access_requests::desk::files::scan),
    ("/{lang}/identity/account/data.json", own_account::files::data),
    ("/{lang}/organizations/{organization}/activity/export.csv", activity::files::export),
    ("/{lang}/organizations/{organization}/agreements/export.csv", agreements::files::export),
    (
        "/{lang}/organizations/{organization}/agreements/{agreement}/document/{language}",
        agreements::files::document,
    ),
    (
        "/{lang}/organizations/{organization}/agreements/{agreement}/document/{language}/page/{number}",
        agreements::files::page,
    ),
    (
        "/{lang}/organizations/{organization}/agreements/{agreement}/sealed/{language}",
        agreements::files::sealed,
    ),
    ("/{lang}/organizations/{organization}/contacts/export.csv", contacts::files::export),
    ("/{lang}/organizations/{organization}/contacts/import/{import}/results.csv", contacts::files::results),
    ("/{lang}/organizations/{organization}/me/data.json", contacts::files::own_data),
    ("/{lang}/organizations/{organization}/reviews/{review}/export.csv", reviews::files::export),
    ("/{lang}/to-sign/{signatory}/document/{language}", signing::files::own_document),
    ("/{lang}/to-sign/{signatory}/document/{language}/page/{number}", signing::files::own_page),
    ("/{lang}/to-sign/{signatory}/sealed/{language}", signing::files::sealed),
];

/// Forms that carry a file, or whose answer is one: to prepare it is noted, and looking changes nothing.
const UPLOADS: &[(&str, File)] = &[
    ("/{lang}/access-requests/several/upload", access_requests::several::upload),
    ("/{lang}/desk/organizations/{organization}/reference-numbers/upload", access_ways::files::upload),
    ("/{lang}/desk/access-requests/paper/upload", access_requests::desk::files::upload),
    ("/{lang}/organizations/{organization}/agreements/new/upload", agreements::files::upload_new),
    (
        "/{lang}/organizations/{organization}/agreements/{agreement}/edit/upload",
        agreements::files::upload_change,
    ),
    ("/{lang}/organizations/{organization}/contacts/import/upload", contacts::files::upload),
    ("/{lang}/organizations/{organization}/contacts/{contact}/data.json", contacts::files::data_of),
    ("/{lang}/verify-agreement/copy", signing::verify::check_copy),
];

impl Site {
    /// The addresses of files that are downloaded.
    pub fn downloads() -> impl Iterator<Item = &'static str> {
        DOWNLOADS.iter().map(|(path, _)| *path)
    }

    /// The addresses to which files are sent.
    pub fn uploads() -> impl Iterator<Item = &'static str> {
        UPLOADS.iter().map(|(path, _)| *path)
    }

    /// Answers the addresses to which files are sent; how much they take is for the server to say.
    pub fn receiving(&self) -> Router {
        let router = UPLOADS.iter().fold(Router::new(), |router, (path, file)| {
            router.route(path, on(MethodFilter::POST, self.answering(*file)))
        });
        router.layer(DefaultBodyLimit::disable())
    }

    /// Answers the addresses of files.
    pub fn files(&self) -> Router {
        DOWNLOADS.iter().fold(Router::new(), |router, (path, file)| {
            router.route(path, on(MethodFilter::GET, self.answering(*file)))
        })
    }

    fn answering(
        &self,
        file: File,
    ) -> impl Fn(Request) -> BoxFuture<'static, Response> + Clone + Send + Sync + 'static + use<> {
        let means = self.means.clone();
        move |request: Request| {
            let means = means.clone();
            Box::pin(async move {
                let owner = Owner::new();
                owner.with(|| ScopedFuture::new(answered(means, file, request))).await
            })
        }
    }
}

/// What doors need to know of a request stands around it, as around a server function.
async fn answered(means: Means, file: File, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let options = ResponseOptions::default();
    provide_context(parts.clone());
    provide_context(options.clone());
    provide(&means, None);
    let mut request = Request::from_parts(parts, body);
    let path = request.extract_parts::<Path<HashMap<String, String>>>().await;
    let asked = Asked { path: path.map(|Path(parts)| parts).unwrap_or_default(), request };
    let mut response = match file(asked).await {
        Ok(response) => response,
        Err(failure) => StatusCode::from_u16(failure.status())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response(),
    };
    let kept = options.0.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(status) = kept.status {
        *response.status_mut() = status;
    }
    response.headers_mut().extend(kept.headers.clone());
    response
}

/// A request for a file, or with one.
#[derive(Debug)]
pub struct Asked {
    path: HashMap<String, String>,
    pub request: Request,
}

impl Asked {
    /// One part of the address, such as `organization`, understood.
    ///
    /// # Errors
    /// [`Problem::NotFound`] when it cannot be read.
    pub fn parameter<T: FromStr>(&self, name: &str) -> Result<T, Failure> {
        self.path.get(name).and_then(|text| text.parse().ok()).ok_or_else(|| Problem::NotFound.into())
    }

    /// The first parameter of that name after the question mark.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        self.queries(name).into_iter().next()
    }

    /// Every parameter of that name after the question mark.
    #[must_use]
    pub fn queries(&self, name: &str) -> Vec<String> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(self.request.uri());
        let pairs = pairs.map(|Query(pairs)| pairs).unwrap_or_default();
        pairs.into_iter().filter(|(key, _)| key == name).map(|(_, value)| value).collect()
    }
}

/// A table to keep as a file of that name.
pub fn attachment(name: &str, body: Body) -> Response {
    file(&format!("{name}.csv"), "text/csv; charset=utf-8", body)
}

/// What is kept of a person, to keep as a file of that name.
pub fn json_attachment(name: &str, json: String) -> Response {
    file(&format!("{name}.json"), "application/json", Body::from(json))
}

/// A PDF to keep under that name, which may be anything that people call a document. Should a browser show it all the
/// same, nothing in it runs.
pub fn pdf(name: &str, bytes: Vec<u8>) -> Response {
    alone(file(&format!("{}.pdf", file_name(name)), "application/pdf", Body::from(bytes)))
}

/// A picture that stands in a page of ours.
pub fn picture(bytes: Vec<u8>) -> Response {
    let mut response = Body::from(bytes).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("image/png"));
    alone(response)
}

/// What came from people is no page of ours, whoever opens it.
fn alone(mut response: Response) -> Response {
    let policy = HeaderValue::from_static("default-src 'none'; sandbox");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}

/// What every system takes as the name of a file, as near to what people wrote as can be.
fn file_name(name: &str) -> String {
    let kept = |letter: char| !letter.is_control() && !"/\\:*?\"<>|;%".contains(letter);
    let name: String = name.chars().map(|letter| if kept(letter) { letter } else { ' ' }).collect();
    let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
    let name = name.trim_matches(['.', ' ']);
    if name.is_empty() { "document".into() } else { name.into() }
}

/// A file of that name and kind, to keep: no browser shows it as a page of ours. A name with letters that a header
/// cannot hold is told as RFC 6266 says, after one that it can.
pub(crate) fn file(name: &str, kind: &'static str, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = if name.is_ascii() {
        format!("attachment; filename=\"{name}\"")
    } else {
        let plain: String = name.chars().map(|letter| if letter.is_ascii() { letter } else { '_' }).collect();
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", encoded(name).replace('/', "%2F"))
    };
    let disposition = HeaderValue::from_str(&disposition);
    headers.insert(CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    response
}

/// What is written piece by piece while it is sent.
pub fn streamed(file: impl Pieces) -> Body {
    let pieces = try_unfold(file, |mut file| async move {
        let piece = file.next().await.map_err(Failure::from)?;
        Ok::<_, Failure>(piece.map(|piece| (piece, file)))
    });
    Body::from_stream(pieces.map_err(|failure| {
        // What is on its way cannot be taken back: the browser says that the file is not whole.
        let cut = std::io::Error::other(format!("a file could not be finished: {failure:?}"));
        let _ = broken(&cut);
        cut
    }))
}

fn provide(means: &Means, nonce: Option<Nonce>) {
    provide_context(means.clone());
    provide_context(Memo::default());
    if let Some(nonce) = nonce {
        provide_context(nonce);
    }
}

type Chunks = Box<dyn FnOnce() -> BoxStream<'static, String> + Send>;

fn whole_page<V: IntoView + 'static>(
    app: V,
    data: Chunks,
    _: bool,
) -> BoxFuture<'static, BoxStream<'static, String>> {
    Box::pin(async move {
        let html: String = app.to_html_stream_in_order().collect().await;
        let page = if html.contains(ISLAND) {
            let data: String = data().collect().await;
            html.replacen("</body>", &format!("{data}</body>"), 1)
        } else {
            without_scripts(html)
        };
        let page = without_markers(&page);
        once(async move { page }).boxed()
    })
}

fn without_scripts(mut html: String) -> String {
    if let (Some(start), Some(end)) = (html.find(ALIVE), html.find(ALIVE_END))
        && start < end
    {
        html.replace_range(start..end + ALIVE_END.len(), "");
    }
    html
}

/// Where an island begins and ends.
const ISLAND: &str = "<leptos-island";
const ISLAND_END: &str = "</leptos-island>";

/// By these marks an island that wakes finds its places; what stands around islands never wakes. No text holds one:
/// its brackets are escaped.
const MARKER: &str = "<!>";

fn without_markers(page: &str) -> String {
    let mut kept = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(start) = rest.find(ISLAND) {
        kept.push_str(&rest[..start].replace(MARKER, ""));
        let end = end_of_island(&rest[start..]);
        kept.push_str(&rest[start..start + end]);
        rest = &rest[start + end..];
    }
    kept.push_str(&rest.replace(MARKER, ""));
    kept
}

/// How far the island reaches with which this text begins: islands may stand in islands.
fn end_of_island(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while let Some(end) = text[at..].find(ISLAND_END).map(|end| at + end + ISLAND_END.len()) {
        depth += text[at..end].matches(ISLAND).count();
        depth -= 1;
        at = end;
        if depth == 0 {
            break;
        }
    }
    if at == 0 { text.len() } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stay_in_islands_alone() {
        let island = "<leptos-island a><i>b<!></i><leptos-island c><!></leptos-island><!></leptos-island>";
        let page = format!("<p>a<!></p><!>{island}<p><!>d</p><!>{island}</html><!>");
        assert_eq!(without_markers(&page), format!("<p>a</p>{island}<p>d</p>{island}</html>"));
        assert_eq!(without_markers("<p><!></p><leptos-island a><!>"), "<p></p><leptos-island a><!>");
    }

    #[test]
    fn a_page_without_an_island_loads_no_webassembly() {
        let page = format!("<head>{ALIVE}<script>wake()</script>{ALIVE_END}</head><body></body>");
        assert_eq!(without_scripts(page), "<head></head><body></body>");
    }

    #[test]
    fn a_file_has_a_name_that_every_system_takes() {
        let told = |name: &str| {
            let response = pdf(name, Vec::new());
            response.headers()[CONTENT_DISPOSITION].to_str().unwrap().to_owned()
        };
        assert_eq!(told("Funding 2027"), "attachment; filename=\"Funding 2027.pdf\"");
        assert_eq!(
            told("Entente d’été"),
            "attachment; filename=\"Entente d__t_.pdf\"; filename*=UTF-8''Entente%20d%E2%80%99%C3%A9t%C3%A9.pdf"
        );
        assert_eq!(told("../a\r\nSet-Cookie: \"b\""), "attachment; filename=\"a Set-Cookie b.pdf\"");
        assert_eq!(told("…"), "attachment; filename=\"_.pdf\"; filename*=UTF-8''%E2%80%A6.pdf");
        assert_eq!(told(" .. "), "attachment; filename=\"document.pdf\"");
    }
}
