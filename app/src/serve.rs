//! What the server mounts: one handler for pages, one for server functions.
//!
//! A page is written whole before its first byte leaves, so that its status and its cookies are right. The
//! scripts that wake islands stand in every page between two marks; a page without an island loses them here.

use crate::App;
use crate::request::{Means, Memo};
use crate::shell::{ALIVE, ALIVE_END, shell};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use futures::future::BoxFuture;
use futures::stream::{BoxStream, StreamExt as _, once};
use http::{Method, StatusCode};
use leptos::config::LeptosOptions;
use leptos::nonce::Nonce;
use leptos::prelude::*;
use leptos_axum::{generate_route_list, handle_response_inner, handle_server_fns_with_context};

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
