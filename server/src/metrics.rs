//! What Prometheus reads, at an address of its own (`ACCORD_METRICS`) that only the operator's network reaches.
//!
//! Requests are counted by route, method and status, and timed by route; a route is a pattern, so that neither a name
//! nor a token ever stands in a label. What the database tells is the same at every server.

use crate::commands::Failed;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use backend::Portal;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Where one answer ends and the next begins, in seconds.
const TIMES: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels = Vec<(&'static str, String)>;

/// What one server has counted since its start. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Counted>);

#[derive(Debug)]
struct Counted {
    answers: Family<Labels, Counter>,
    times: Family<Labels, Histogram>,
}

impl Default for Counted {
    fn default() -> Self {
        Self { answers: Family::default(), times: Family::new_with_constructor(|| Histogram::new(TIMES)) }
    }
}

impl Metrics {
    /// Counts an answer.
    pub fn answered(&self, method: &str, route: &str, status: StatusCode, milliseconds: i64) {
        let route = ("route", route.to_owned());
        let status = ("status", status.as_str().to_owned());
        self.0.answers.get_or_create(&vec![("method", method.to_owned()), route.clone(), status]).inc();
        let seconds = std::time::Duration::from_millis(milliseconds.unsigned_abs()).as_secs_f64();
        self.0.times.get_or_create(&vec![route]).observe(seconds);
    }

    /// Serves them at that address until told to stop.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn serve(
        self,
        address: SocketAddr,
        portal: Portal,
        stop: CancellationToken,
    ) -> Result<impl Future<Output = ()> + Send + 'static, Failed> {
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| format!("{address} cannot be listened on for metrics: {error}"))?;
        let router = Router::new().route("/metrics", get(told)).with_state((self, portal));
        Ok(async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
            if let Err(error) = served.await {
                tracing::warn!(%error, "metrics are served no more");
            }
        })
    }

    /// All of it as text.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn text(&self, portal: &Portal) -> Result<String, Failed> {
        let mut registry = Registry::with_prefix("accord");
        registry.register("answers", "Answers, by method, route and status", self.0.answers.clone());
        let times = self.0.times.clone();
        registry.register_with_unit("answer", "From a request to its answer, by route", Unit::Seconds, times);
        let figures = portal.figures().await?;
        for (name, help, value) in [
            ("letters_due", "Letters that should have left", count(figures.letters_due)),
            ("letters_oldest_due_seconds", "How long the oldest of them has been due", figures.oldest_letter),
            ("invitations_pending", "Invitations that may be accepted", count(figures.invitations_pending)),
            ("requests_with_support", "Requests that wait for Support", count(figures.requests_with_support)),
            ("sessions", "Sessions that have not ended", count(figures.sessions)),
        ] {
            let gauge: Gauge = Gauge::default();
            gauge.set(value);
            registry.register(name, help, gauge);
        }
        let mut text = String::new();
        encode(&mut text, &registry)?;
        Ok(text)
    }
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

async fn told(State((metrics, portal)): State<(Metrics, Portal)>) -> Response {
    match metrics.text(&portal).await {
        Ok(text) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            tracing::warn!(%error, "metrics cannot be told");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
