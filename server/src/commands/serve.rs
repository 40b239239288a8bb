//! `accord serve`: the portal, its courier and its minder, until told to stop.

use super::migrate::refuse_older;
use super::{Failed, bring_up_to_date};
use crate::metrics::Metrics;
use crate::parts::{self, Parts};
use crate::router::Served;
use crate::settings::Settings;
use crate::{clients, demonstration};
use backend::Portal;
use clap::Args;
use identity::{Herald, Provider};
use platform::courier::Courier;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

#[derive(Debug, Args)]
pub struct Serve {
    /// Do not bring the database to this version; refuse to serve an older one.
    #[arg(long)]
    no_migrate: bool,
}

/// Requests and letters that are under way may take so long when it is time to stop.
const FAREWELL: Duration = Duration::from_secs(10);
/// Deadlines are minded so often.
const HOUR: Duration = Duration::from_secs(3600);
/// Imports that another server gave up are looked for so often.
const IMPORTS: Duration = Duration::from_secs(5);
/// How often agreements are looked for that were signed on another server.
const SEALS: Duration = Duration::from_secs(60);

impl Serve {
    pub async fn run(self, settings: Settings) -> Result<(), Failed> {
        for warning in settings.warnings() {
            tracing::warn!("{warning}");
        }
        let mail = parts::open_mail(&settings)?;
        let store = parts::open_store(&settings).await?;
        self.check_schema(&store, &settings).await?;
        let Parts { platform, portal, provider } = parts::open(&settings, store).await?;
        keep_what_lives(&portal, &provider, &settings).await?;

        let listener = TcpListener::bind(settings.listen)
            .await
            .map_err(|error| format!("{} cannot be listened on: {error}", settings.listen))?;
        let writers = vec![portal.letters(), Arc::new(identity::Letters(provider.clone()))];
        let courier = Courier::new(platform.clone(), mail, settings.sender.clone(), writers);
        let metrics = Metrics::default();
        let stop = CancellationToken::new();
        let served = Served {
            platform: platform.clone(),
            portal: portal.clone(),
            provider: provider.clone(),
            metrics: metrics.clone(),
            leaving: stop.clone(),
        };
        let router = served.router(&settings)?;

        let mut workers = JoinSet::new();
        if let Some(address) = settings.metrics {
            workers.spawn(metrics.serve(address, portal.clone(), stop.clone()).await?);
        }
        workers.spawn(courier.run(stop.clone()));
        workers.spawn(import(portal.clone(), stop.clone()));
        workers.spawn(seal(portal.clone(), stop.clone()));
        workers.spawn(Herald::new(provider.clone(), parts::logouts(&portal)?).run(stop.clone()));
        workers.spawn(mind(portal, provider, stop.clone()));
        workers.spawn(tell_when_asked_to_stop(stop.clone()));

        greet(&settings, &platform).await;
        let server = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>());
        let server = server.with_graceful_shutdown(after(stop.clone(), settings.drain));
        tokio::select! {
            ended = server => ended?,
            () = after(stop.clone(), settings.drain + FAREWELL) => tracing::warn!("some requests were still under way"),
        }
        stop.cancel();
        if tokio::time::timeout(FAREWELL, workers.join_all()).await.is_err() {
            tracing::warn!("the courier was still carrying; its letters wait for the next start");
        }
        platform.store.close().await;
        Ok(())
    }

    async fn check_schema(&self, store: &platform::Store, settings: &Settings) -> Result<(), Failed> {
        if !self.no_migrate {
            bring_up_to_date(store, settings.database_url.reveal())
                .await
                .map_err(|error| format!("the database cannot be brought to this version: {error}"))?;
            return Ok(());
        }
        refuse_older(store).await
    }
}

/// P10: a catalogue that does not know what people hold is served when whoever runs the portal says so.
async fn keep_what_lives(portal: &Portal, provider: &Provider, settings: &Settings) -> Result<(), Failed> {
    let changes = portal.live_changes().await?;
    if !changes.profiles.is_empty() && !settings.keep_unknown_profiles {
        let lines: Vec<_> = changes.sentences().iter().map(|line| format!("\n  - {line}")).collect();
        return Err(format!(
            "the catalogue would orphan live grants:{}\nGive ACCORD_CATALOGUE the file that knows them, or set \
             ACCORD_KEEP_UNKNOWN_PROFILES=true: they stay in the database, are shown by key and permit nothing.",
            lines.concat()
        )
        .into());
    }
    let unregistered =
        clients::missing(&parts::read_catalogue(settings)?, &parts::applications(provider).await?);
    for sentence in changes.sentences().into_iter().chain(unregistered) {
        tracing::warn!("{sentence}");
    }
    Ok(())
}

async fn greet(settings: &Settings, platform: &platform::Platform) {
    println!("Accord {} answers at {}", env!("CARGO_PKG_VERSION"), settings.base_url);
    if settings.base_url.authority() != settings.listen.to_string() {
        println!("  listening on {}", settings.listen);
    }
    if settings.mailbox {
        println!("  mailbox: {}{}", settings.base_url, crate::mailbox::ADDRESS);
    }
    if backend::demo::is_demonstration(&platform.store).await.unwrap_or(false) {
        print!("{}", demonstration::accounts());
    }
}

/// Carries out the imports that were confirmed, here or on another server.
async fn import(portal: Portal, stop: CancellationToken) {
    let carry = async {
        loop {
            if let Err(error) = portal.carry_imports().await {
                tracing::warn!(?error, "an import could not go on; trying again");
            }
            let _ = tokio::time::timeout(IMPORTS, portal.import_asked()).await;
        }
    };
    // A line that is under way when it is time to stop leaves nothing behind, and is done at the next start.
    tokio::select! {
        () = stop.cancelled() => {}
        () = carry => {}
    }
}

/// Seals the agreements that everybody signed, here or on another server.
async fn seal(portal: Portal, stop: CancellationToken) {
    let seal = async {
        loop {
            if let Err(error) = portal.seal_agreements().await {
                tracing::warn!(?error, "agreements could not be sealed; trying again");
            }
            let _ = tokio::time::timeout(SEALS, portal.sealing_asked()).await;
        }
    };
    // A seal that is being made when it is time to stop is kept nowhere, and made at the next start.
    tokio::select! {
        () = stop.cancelled() => {}
        () = seal => {}
    }
}

/// What time itself causes: reminders, notices of expiry, old sessions removed.
async fn mind(portal: Portal, provider: Provider, stop: CancellationToken) {
    loop {
        if let Err(error) = portal.mind().await {
            tracing::warn!(?error, "deadlines could not be minded; trying again in an hour");
        }
        if let Err(error) = provider.sweep().await {
            tracing::warn!(%error, "what has ended could not be removed; trying again in an hour");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(HOUR) => {}
        }
    }
}

async fn tell_when_asked_to_stop(stop: CancellationToken) {
    tokio::select! {
        () = asked_to_stop() => tracing::info!("stopping"),
        () = stop.cancelled() => {}
    }
    stop.cancel();
}

#[cfg(unix)]
async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}

/// So long after it was told to stop.
async fn after(stop: CancellationToken, time: Duration) {
    stop.cancelled().await;
    tokio::time::sleep(time).await;
}
