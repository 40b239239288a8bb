//! What every request passes before anything else, and every answer after it.
//!
//! From the outside in: a reference for the log, the limiter per address, the headers that protect an answer,
//! compression, a time limit, a net under panics, the check that a request which changes something was sent from one
//! of our own pages (Sec-Fetch-Site and Origin), and a limit of size. What is turned away here is told
//! in the person's language. The log holds the matched route, never an address with a token or a search in it.

use crate::limiter::{Limiter, client};
use crate::metrics::Metrics;
use crate::page::Bare;
use crate::router::Served;
use crate::settings::Settings;
use app::request::ClientAddress;
use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::header::{self, HeaderName};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use identity::Provider;
use leptos::nonce::Nonce;
use platform::{Chance, Clock};
use std::any::Any;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument as _;

/// No form is larger.
const LARGEST: usize = 1024 * 1024;
/// No form that carries files is larger: an agreement has one in each language. What is too large for its subject is
/// told by the subject.
const LARGEST_WITH_FILE: usize = 24 * 1024 * 1024;
/// Nothing takes longer.
const LONGEST: Duration = Duration::from_secs(30);
/// Brotli's fourth level: a tenth larger than the eleventh, and a hundred times less work.
const EFFORT: CompressionLevel = CompressionLevel::Precise(4);
/// Where browsers report what the content security policy stopped.
pub const REPORTS: &str = "/csp-report";

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The gate of one server.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Means>);

#[derive(Debug)]
struct Means {
    limiter: Option<Limiter>,
    proxies: u8,
    bare: Bare,
    https: bool,
    origin: String,
    /// Knows where the forms of its pages lead in the end: applications may be registered while this server runs.
    provider: Provider,
    metrics: Metrics,
    leaving: CancellationToken,
    clock: Clock,
    chance: Chance,
}

impl Gate {
    #[must_use]
    pub fn new(settings: &Settings, served: &Served, bare: Bare) -> Self {
        Self(Arc::new(Means {
            limiter: Limiter::new(settings.limits),
            proxies: settings.limits.proxies,
            bare,
            https: settings.base_url.is_https(),
            origin: settings.base_url.as_str().to_owned(),
            provider: served.provider.clone(),
            metrics: served.metrics.clone(),
            leaving: served.leaving.clone(),
            clock: served.platform.clock.clone(),
            chance: served.platform.chance.clone(),
        }))
    }

    /// Puts the gate before all routes; those of `uploads` take more than a form. `machines` says which paths programs post to, from anywhere; each of
    /// them proves by itself who asks.
    ///
    /// # Errors
    /// When the base URL is no origin.
    pub fn before(
        self,
        router: Router,
        uploads: Router,
        machines: fn(&str) -> bool,
    ) -> Result<Router, tower_http::csrf::ConfigError> {
        let from_anywhere = move |_: &Method, uri: &Uri| uri.path() == REPORTS || machines(uri.path());
        let forgery =
            CsrfLayer::new().add_trusted_origin(&self.0.origin)?.with_insecure_bypass(from_anywhere);
        let inner = ServiceBuilder::new()
            .layer(CompressionLayer::new().quality(EFFORT))
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST))
            .layer(CatchPanicLayer::custom(broken))
            .layer(forgery);
        let router = router.layer(RequestBodyLimitLayer::new(LARGEST));
        let router = router.merge(uploads.layer(RequestBodyLimitLayer::new(LARGEST_WITH_FILE)));
        Ok(router.layer(inner).layer(from_fn_with_state(self, pass)))
    }
}

fn broken(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a request broke; the panic's own message stands above");
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

async fn pass(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let means = &gate.0;
    let id = means.chance.id(means.clock.now()).simple().to_string();
    let asked = Asked::of(&request);
    let nonce = Nonce::from_value(means.chance.token());
    request.extensions_mut().insert(nonce.clone());
    means.forget_elsewhere(request.headers_mut());
    let lets_in = means.lets_in(&mut request);
    let span = tracing::info_span!("request", id, method = %asked.method, route = asked.route);
    let began = means.clock.now();
    let answer = async {
        let answer = if lets_in { next.run(request).await } else { too_many() };
        let milliseconds = means.clock.now().0 - began.0;
        write_down(&answer, milliseconds);
        means.metrics.answered(asked.method.as_str(), &asked.route, answer.status(), milliseconds);
        answer
    };
    let answer = answer.instrument(span).await;
    let mut answer = means.explain(answer, &asked.headers, &id);
    let leads_to = if asked.of_provider { means.applications().await } else { String::new() };
    means.protect(answer.headers_mut(), &content_security_policy(&nonce, &leads_to), &id);
    if means.leaving.is_cancelled() {
        // A balancer that keeps connections asks another server next time, before this one hears nobody any more.
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    answer
}

/// What is remembered of a request while it is answered.
struct Asked {
    method: Method,
    route: String,
    /// A page of the provider: what is sent from it may end at an application.
    of_provider: bool,
    headers: HeaderMap,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
        let kept = [header::ACCEPT, header::ACCEPT_LANGUAGE];
        let headers =
            kept.into_iter().filter_map(|name| Some((name.clone(), request.headers().get(name)?.clone())));
        let mut path = request.uri().path().split('/').skip(2);
        let of_provider = path.next() == Some("identity");
        Self { method: request.method().clone(), route, of_provider, headers: headers.collect() }
    }
}

fn too_many() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    response
}

fn write_down(answer: &Response, milliseconds: i64) {
    let status = answer.status().as_u16();
    if answer.status().is_server_error() {
        tracing::warn!(status, milliseconds, "answered");
    } else {
        tracing::debug!(status, milliseconds, "answered");
    }
}

impl Means {
    /// The origins of the provider's applications, as a policy lists them.
    async fn applications(&self) -> String {
        match self.provider.origins().await {
            Ok(origins) => origins.into_iter().collect::<Vec<_>>().join(" "),
            Err(error) => {
                tracing::error!(%error, "the registered applications cannot be read");
                String::new()
            }
        }
    }

    /// Finds the address that asks, for the limiter and for whoever counts tries.
    fn lets_in(&self, request: &mut Request) -> bool {
        let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else {
            return true;
        };
        let address = client(peer.ip(), request.headers(), self.proxies);
        request.extensions_mut().insert(ClientAddress(address));
        self.limiter.as_ref().is_none_or(|limiter| limiter.allows(address, self.clock.now()))
    }

    /// Leptos answers whoever opens a function like a page by the way back to where they come from, with what it
    /// refused in the address. That is a page of ours, or nobody's.
    fn forget_elsewhere(&self, headers: &mut HeaderMap) {
        let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let from: Option<Uri> = said(header::REFERER).and_then(|address| address.parse().ok());
        let ours =
            |host: &str| said(header::HOST) == Some(host) || self.origin.ends_with(&format!("//{host}"));
        if !from.as_ref().and_then(Uri::authority).is_some_and(|host| ours(host.as_str())) {
            headers.remove(header::REFERER);
        }
    }

    /// What the layers turned away without a word becomes a page.
    fn explain(&self, answer: Response, headers: &HeaderMap, id: &str) -> Response {
        let status = answer.status();
        let wordless = answer.body().size_hint().exact() == Some(0);
        let refused = status.is_client_error() || status.is_server_error();
        if status != StatusCode::PAYLOAD_TOO_LARGE && !(wordless && refused) {
            return answer;
        }
        let reference = if status.is_server_error() { id } else { "" };
        let mut page = self.bare.refusal(headers, status, reference);
        let kept = [header::ALLOW, header::RETRY_AFTER, header::SET_COOKIE, header::WWW_AUTHENTICATE];
        for name in kept {
            for value in answer.headers().get_all(&name) {
                page.headers_mut().append(&name, value.clone());
            }
        }
        page
    }

    fn protect(&self, headers: &mut HeaderMap, policy: &str, id: &str) {
        let mut set = |name: HeaderName, value: &'static str| {
            headers.entry(name).or_insert(HeaderValue::from_static(value));
        };
        set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(header::REFERRER_POLICY, "same-origin");
        set(header::CACHE_CONTROL, "no-store");
        set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
        set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
        set(HeaderName::from_static("permissions-policy"), FEATURES);
        if self.https {
            set(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000");
        }
        if let Ok(policy) = HeaderValue::from_str(policy) {
            headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
        }
        if let Ok(id) = HeaderValue::from_str(id) {
            headers.insert(REQUEST_ID, id);
        }
    }
}

/// What no page of ours needs.
const FEATURES: &str = "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// Only our own scripts, styles, images and answers; nothing inline but what carries the nonce. Nobody frames us.
/// A form's target counts with every redirect that follows, so a page of the provider names the applications.
fn content_security_policy(nonce: &Nonce, leads_to: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; manifest-src 'self'; frame-src 'self'; form-action 'self' {leads_to}; \
         frame-ancestors 'none'; base-uri 'none'; report-uri {REPORTS}"
    )
}
