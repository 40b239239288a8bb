//! Which address leads where.

use crate::commands::Failed;
use crate::gate::Gate;
use crate::mailbox::Mailbox;
use crate::metrics::Metrics;
use crate::page::Bare;
use crate::settings::Settings;
use crate::site::Site;
use crate::{probes, provider, sign_in};
use app::request::Means;
use axum::Router;
use axum::routing::{MethodFilter, on};
use backend::Portal;
use backend::sessions::Sessions;
use platform::Platform;
use tokio_util::sync::CancellationToken;
use tower_sessions::cookie::SameSite;
use tower_sessions::cookie::time::Duration;
use tower_sessions::{Expiry, SessionManagerLayer};

/// What one server serves.
#[derive(Clone, Debug)]
pub struct Served {
    pub platform: Platform,
    pub portal: Portal,
    pub provider: identity::Provider,
    pub metrics: Metrics,
    /// Cancelled when this server was told to stop, and still answers.
    pub leaving: CancellationToken,
}

/// A session that nobody uses ends after so many hours.
const IDLE_HOURS: i64 = 2;

impl Served {
    /// All routes, behind the gate.
    ///
    /// # Errors
    /// When the settings cannot be used.
    pub fn router(self, settings: &Settings) -> Result<Router, Failed> {
        let site = Site::of(settings);
        let bare = Bare::new(&site.stylesheet());
        let gate = Gate::new(settings, &self, bare.clone());
        let https = settings.base_url.is_https();
        let means = Means { portal: self.portal.clone(), provider: Some(self.provider.clone()), https };
        let pages = app::serve::Site::new(means, site.leptos_options());
        let uploads = pages.receiving().layer(sessions(self.portal.sessions(), https));
        let mut router = self
            .pages(&pages, &bare, https)?
            .merge(site.routes())
            .merge(crate::site::colours(self.portal.looks()))
            .merge(provider::routes(self.provider.clone()))
            .merge(sign_in::logouts(self.portal.clone()))
            .merge(probes::routes(self.portal.clone(), self.platform.store.clone(), self.leaving.clone()));
        if let Some(folder) = settings.mailbox_folder() {
            router = router.merge(Mailbox::new(folder, self.platform.calendar.clone(), bare).routes());
        }
        Ok(gate.before(router, uploads, is_for_machines)?)
    }

    /// Whatever knows who somebody is: pages, server functions, signing in and out.
    fn pages(&self, pages: &app::serve::Site, bare: &Bare, https: bool) -> Result<Router, Failed> {
        let mut router = sign_in::routes(self.portal.clone(), bare.clone());
        for (path, method) in server_fn::axum::server_fn_paths() {
            router = router.route(path, on(MethodFilter::try_from(method)?, pages.functions()));
        }
        // Each by its own pattern, so that the log and the figures tell them apart without an address; whatever else is
        // asked for is a page that says so.
        for path in pages.addresses() {
            router = router.route(path, on(MethodFilter::GET, pages.pages()));
        }
        router = router.merge(pages.files());
        Ok(router.fallback(pages.pages()).layer(sessions(self.portal.sessions(), https)))
    }
}

/// Paths that programs post to, from anywhere.
fn is_for_machines(path: &str) -> bool {
    provider::is_for_machines(path) || sign_in::is_for_machines(path)
}

fn sessions(store: Sessions, https: bool) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(store)
        .with_name(if https { "__Host-accord" } else { "accord" })
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(Duration::hours(IDLE_HOURS)))
}
