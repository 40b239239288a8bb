//! The scene: the whole program on a database of its own, and browsers in front of it.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use domain::Instant;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use server::commands::bring_up_to_date;
use server::metrics::Metrics;
use server::parts::{self, Parts};
use server::router::Served;
use server::settings::Settings;
use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

pub struct Scene {
    pub parts: Parts,
    pub router: Router,
    pub folder: TempDir,
    pub metrics: Metrics,
    /// Told to stop, as by SIGTERM.
    pub leaving: CancellationToken,
}

/// Plays a scene on each database that there is.
pub async fn everywhere(play: impl AsyncFn(Scene)) {
    play(Scene::set(&[]).await).await;
    if let Some(url) = trial::postgres().await.unwrap() {
        play(Scene::set(&[("ACCORD_DATABASE_URL", &url)]).await).await;
    }
}

impl Scene {
    /// The program with these settings over those of a demonstration.
    pub async fn set(settings: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let site = folder.path().join("site");
        build_site(&site);
        let (data, site) = (folder.path().join("data").display().to_string(), site.display().to_string());
        let environment = [("ACCORD_DATA", data.as_str()), ("ACCORD_SITE", &site)];
        let environment =
            environment.iter().chain(settings).map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        let nothing = folder.path().join("accord.toml");
        fs::write(&nothing, "").unwrap();
        let settings = Settings::read(Some(&nothing), environment).unwrap();
        let store = parts::open_store(&settings).await.unwrap();
        bring_up_to_date(&store, settings.database_url.reveal()).await.unwrap();
        let parts = parts::open(&settings, store).await.unwrap();
        let Parts { platform, portal, provider } = parts.clone();
        let metrics = Metrics::default();
        let leaving = CancellationToken::new();
        let served =
            Served { platform, portal, provider, metrics: metrics.clone(), leaving: leaving.clone() };
        let router = served.router(&settings).unwrap();
        Self { parts, router, folder, metrics, leaving }
    }

    pub fn now(&self) -> Instant {
        self.parts.platform.clock.now()
    }

    /// Somebody's browser, which knows nothing yet.
    pub fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookie: None, headers: HeaderMap::new(), address: None }
    }
}

/// What the build would have made.
fn build_site(folder: &Path) {
    fs::create_dir_all(folder.join("pkg")).unwrap();
    for (name, content) in [
        (
            "hash.txt",
            "js: 0123456789abcdefghijkl\nwasm: 0123456789abcdefghijkl\ncss: 0123456789abcdefghijkl\n",
        ),
        ("favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("enhance.js", "'use strict'"),
        (
            "pkg/accord.0123456789abcdefghijkl.css",
            "body { margin: 0 } /* as it was written, at some length */",
        ),
        ("pkg/accord.0123456789abcdefghijkl.css.br", "as brotli"),
        ("pkg/accord.txt", "without a hash"),
    ] {
        fs::write(folder.join(name), content).unwrap();
    }
}

/// A browser: it keeps its cookies and asks for pages.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookie: Option<String>,
    headers: HeaderMap,
    address: Option<SocketAddr>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }
}

impl Browser {
    /// From now on it sends this header, too.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().unwrap());
        self
    }

    /// It stands at that address of the network.
    #[must_use]
    pub fn from(mut self, address: &str) -> Self {
        self.address = Some((address.parse::<IpAddr>().unwrap(), 40_000).into());
        self
    }

    pub async fn get(&mut self, address: &str) -> Answer {
        self.ask(Method::GET, address, "").await
    }

    pub async fn post(&mut self, address: &str, form: &str) -> Answer {
        self.ask(Method::POST, address, form).await
    }

    pub async fn ask(&mut self, method: Method, address: &str, form: &str) -> Answer {
        let mut request = Request::builder().method(&method).uri(address);
        let headers = request.headers_mut().unwrap();
        headers.insert(HOST, "localhost:3000".parse().unwrap());
        headers.insert(ACCEPT, "text/html,application/xhtml+xml".parse().unwrap());
        if method != Method::GET && method != Method::HEAD {
            headers.insert(CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        }
        if let Some(cookie) = &self.cookie {
            headers.insert(COOKIE, cookie.parse().unwrap());
        }
        headers.extend(self.headers.clone());
        let mut request = request.body(Body::from(form.to_owned())).unwrap();
        if let Some(address) = self.address {
            request.extensions_mut().insert(ConnectInfo(address));
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        self.keep_cookies(response.headers());
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: head.status,
            headers: head.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, _) = pair.split_once('=').unwrap();
            let kept = self.cookie.take().unwrap_or_default();
            let others =
                kept.split("; ").filter(|kept| !kept.is_empty() && !kept.starts_with(&format!("{name}=")));
            self.cookie = Some(others.chain([pair]).collect::<Vec<_>>().join("; "));
        }
    }
}
