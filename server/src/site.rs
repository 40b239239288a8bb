//! The files that the build made: scripts, WebAssembly, the stylesheet, images.
//!
//! They were compressed when they were built (`cargo leptos build --precompress`), so nothing is compressed
//! while people wait. Each file has its own route: an unknown address never becomes a look into a folder.
//! Names that carry a hash never change; images and the small script are asked about again after ten minutes;
//! what the build made without a hash, each time (ETag, 304).

use crate::settings::Settings;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use backend::Looks;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use leptos::config::{Env, LeptosOptions};
use std::fs;
use std::path::{Path, PathBuf};
use tower_http::services::{ServeDir, ServeFile};

const NAME: &str = "accord";
const PACKAGE: &str = "pkg";
const HASHES: &str = "hash.txt";

/// Where the files are, and under which names pages find them.
#[derive(Clone, Debug)]
pub struct Site {
    folder: Option<PathBuf>,
    hashes: Option<PathBuf>,
}

impl Site {
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let folder = settings.site.clone();
        let program = std::env::current_exe().ok();
        let beside = program.as_deref().and_then(Path::parent).map(|folder| folder.join(HASHES));
        let within = folder.as_deref().map(|folder| folder.join(HASHES));
        let hashes = [within, beside].into_iter().flatten().find(|file| file.is_file());
        Self { folder, hashes }
    }

    /// What Leptos wants to know.
    #[must_use]
    pub fn leptos_options(&self) -> LeptosOptions {
        let folder = self.folder.as_deref().map_or_else(|| "target/site".into(), Path::to_string_lossy);
        let hashes = self.hashes.as_deref().map_or_else(|| HASHES.into(), Path::to_string_lossy);
        LeptosOptions::builder()
            .output_name(NAME)
            .site_root(&*folder)
            .site_pkg_dir(PACKAGE)
            .env(Env::PROD)
            .hash_file(hashes.into())
            .hash_files(self.hashes.is_some())
            .build()
    }

    /// The stylesheet's address.
    #[must_use]
    pub fn stylesheet(&self) -> String {
        let hashes =
            self.hashes.as_deref().and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default();
        match hashes.lines().find_map(|line| line.trim().strip_prefix("css:")) {
            Some(hash) => format!("/{PACKAGE}/{NAME}.{}.css", hash.trim()),
            None => format!("/{PACKAGE}/{NAME}.css"),
        }
    }

    /// A route for each file.
    pub fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let Some(folder) = &self.folder else { return Router::new() };
        let package = ServeDir::new(folder.join(PACKAGE))
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip();
        let mut router = Router::new().nest_service(&format!("/{PACKAGE}"), package);
        for name in top_level(folder) {
            let file = ServeFile::new(folder.join(&name)).precompressed_br().precompressed_gzip();
            router = router.route_service(&format!("/{name}"), file);
        }
        let hashed = self.hashes.is_some();
        router.layer(from_fn(move |request, next| say_how_long(hashed, request, next)))
    }
}

/// The files of the folder itself, without their compressed twins.
fn top_level(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    files
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.ends_with(".br") && !name.ends_with(".gz") && name != HASHES)
        .filter(|name| name.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter)))
        .collect()
}

async fn say_how_long(hashed: bool, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let known = if hashed && has_hash(path) {
        "public, max-age=31536000, immutable"
    } else if is_of_package(path) {
        "no-cache"
    } else {
        "public, max-age=600, stale-while-revalidate=86400"
    };
    let mut response = next.run(request).await;
    let kept =
        matches!(response.status(), StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED);
    let words = if kept { known } else { "no-store" };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(words));
    response
}

fn is_of_package(path: &str) -> bool {
    path.strip_prefix('/')
        .and_then(|path| path.strip_prefix(PACKAGE))
        .is_some_and(|rest| rest.starts_with('/'))
}

/// `name.HASH.extension`: what the build makes of a file's content.
fn has_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let mut pieces = name.rsplit('.');
    let (_extension, hash) = (pieces.next(), pieces.next().unwrap_or_default());
    pieces.next().is_some()
        && hash.len() >= 16
        && hash.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
}

/// The deployment's own colours (G9). Their address changes with them.
pub fn colours<S: Clone + Send + Sync + 'static>(looks: &Looks) -> Router<S> {
    let Some(css) = looks.stylesheet() else { return Router::new() };
    let headers =
        [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Router::new().route("/colours.css", get(async move || (headers, css)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_with_a_hash_never_changes() {
        assert!(has_hash("/pkg/accord.wwXRwFnCcOIkzTPaHXVTbQ.wasm"));
        assert!(has_hash("/accord.wwXRwFnCcOIkzTPaHXVTbQ.css"));
        assert!(!has_hash("/pkg/accord.wasm"));
        assert!(!has_hash("/favicon.svg"));
        assert!(!has_hash("/pkg/wwXRwFnCcOIkzTPaHXVTbQ.css"));
    }
}
