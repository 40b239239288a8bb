//! What machines ask: does it live, is it ready, which version is it; and what browsers report.

use crate::commands::is_up_to_date;
use crate::gate::REPORTS;
use axum::body::Bytes;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use backend::Portal;
use http::StatusCode;
use platform::Store;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio_util::sync::CancellationToken;

#[derive(Clone, Debug)]
struct Watched {
    portal: Portal,
    store: Store,
    /// Steps are only ever added: once they are all taken, they stay so.
    up_to_date: Arc<AtomicBool>,
    reports: Arc<AtomicU64>,
    leaving: CancellationToken,
}

/// The routes for machines.
pub fn routes(portal: Portal, store: Store, leaving: CancellationToken) -> Router {
    let watched = Watched { portal, store, up_to_date: Arc::default(), reports: Arc::default(), leaving };
    Router::new()
        .route("/livez", get(async || "live\n"))
        .route("/readyz", get(ready))
        .route("/version", get(version))
        .route(REPORTS, post(reported))
        .with_state(watched)
}

async fn ready(State(watched): State<Watched>) -> (StatusCode, &'static str) {
    if watched.leaving.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match watched.is_ready().await {
        Ok(true) => (StatusCode::OK, "ready\n"),
        Ok(false) => (StatusCode::SERVICE_UNAVAILABLE, "the database waits for `accord migrate`\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

impl Watched {
    async fn is_ready(&self) -> Result<bool, sea_orm::DbErr> {
        self.portal.ready().await?;
        if !self.up_to_date.load(Ordering::Relaxed) && is_up_to_date(&self.store).await? {
            self.up_to_date.store(true, Ordering::Relaxed);
        }
        Ok(self.up_to_date.load(Ordering::Relaxed))
    }
}

async fn version() -> Json<Value> {
    Json(
        json!({ "name": "accord", "version": env!("CARGO_PKG_VERSION"), "revision": option_env!("ACCORD_REVISION") }),
    )
}

/// A report holds addresses of pages, so that only its directive and the count are kept.
async fn reported(State(watched): State<Watched>, body: Bytes) -> StatusCode {
    let count = watched.reports.fetch_add(1, Ordering::Relaxed) + 1;
    let report: Value = serde_json::from_slice(&body).unwrap_or_default();
    let directive =
        report.pointer("/csp-report/effective-directive").and_then(Value::as_str).unwrap_or_default();
    let directive: String =
        directive.chars().filter(|letter| letter.is_ascii_lowercase() || *letter == '-').take(40).collect();
    tracing::warn!(count, directive, "a page tried what the content security policy forbids");
    StatusCode::NO_CONTENT
}
