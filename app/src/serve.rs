//! What the server mounts: one handler for pages, one for server functions, and those of files.
//!
//! A page is written whole before its first byte leaves, so that its status and its cookies are right. The
//! scripts that wake islands stand in every page between two marks; a page without an island loses them here.

use crate::App;
use crate::failure::Failure;
use crate::own_account;
use crate::request::{Means, Memo, broken};
use crate::reviews;
use crate::shell::{ALIVE, ALIVE_END, shell};
use crate::{access_requests, access_ways, activity, contacts};
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, Query, Request};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, on};
use axum::{RequestExt as _, Router};
use backend::Pieces;
use domain::Problem;
use futures::future::BoxFuture;
use futures::stream::{BoxStream, StreamExt as _, TryStreamExt as _, once, try_unfold};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
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
}

impl Site {
    /// Must be called on tokio: Leptos takes its executor here.
    #[must_use]
    pub fn new(means: Means, options: LeptosOptions) -> Self {
        let _ = Self::addresses();
        Self { means, options }
    }

    /// The address of every page, with its parameters in braces.
    #[must_use]
    pub fn addresses() -> Vec<String> {
        generate_route_list(App).iter().map(|page| page.path().to_owned()).collect()
    }

    /// Answers every address that is nothing else: the fallback of the router.
    pub fn pages(
        &self,
    ) -> impl Fn(Request) -> BoxFuture<'static, Response> + Clone + Send + Sync + 'static + use<> {
        let Self { means, options } = self.clone();
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
    ("/{lang}/desk/access-requests/{access_request}/scans/{part}", access_requests::desk::files::scan),
    ("/{lang}/identity/account/data.json", own_account::files::data),
    ("/{lang}/organizations/{organization}/activity/export.csv", activity::files::export),
    ("/{lang}/organizations/{organization}/contacts/export.csv", contacts::files::export),
    ("/{lang}/organizations/{organization}/contacts/import/{import}/results.csv", contacts::files::results),
    ("/{lang}/organizations/{organization}/me/data.json", contacts::files::own_data),
    ("/{lang}/organizations/{organization}/reviews/{review}/export.csv", reviews::files::export),
];

/// Forms that carry a file, or whose answer is one: to prepare it is noted, and looking changes nothing.
const UPLOADS: &[(&str, File)] = &[
    ("/{lang}/access-requests/several/upload", access_requests::several::upload),
    ("/{lang}/desk/organizations/{organization}/reference-numbers/upload", access_ways::files::upload),
    ("/{lang}/desk/access-requests/paper/upload", access_requests::desk::files::upload),
    ("/{lang}/organizations/{organization}/contacts/import/upload", contacts::files::upload),
    ("/{lang}/organizations/{organization}/contacts/{contact}/data.json", contacts::files::data_of),
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

/// A file of that name and kind, to keep: no browser shows it as a page of ours.
pub(crate) fn file(name: &str, kind: &'static str, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
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
        let page = if html.contains("<leptos-island") {
            let data: String = data().collect().await;
            html.replacen("</body>", &format!("{data}</body>"), 1)
        } else {
            without_scripts(html)
        };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_an_island_loads_no_webassembly() {
        let page = format!("<head>{ALIVE}<script>wake()</script>{ALIVE_END}</head><body></body>");
        assert_eq!(without_scripts(page), "<head></head><body></body>");
    }
}
