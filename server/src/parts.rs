//! The parts of one running server, put together from its settings.

use crate::commands::Failed;
use crate::in_process::{HttpCall, calls_to};
use crate::joined::{Told, Watching};
use crate::settings::Settings;
use crate::{clients, outgoing, providers, sign_in};
use backend::services::Entrances;
use backend::sign_in::{Protocol, ProviderSettings};
use backend::{Portal, catalogue};
use domain::catalogue::Catalogue;
use domain::{Bilingual, Language};
use identity::ClientSecret;
use platform::{Chance, Clock, Mail, Outbox, Platform, Secrets, Store};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Opens the database, and says in plain words when it cannot.
///
/// # Errors
/// When the folder cannot be made, or the database does not answer.
pub async fn open_store(settings: &Settings) -> Result<Store, Failed> {
    prepare_folder(&settings.data)?;
    if let Some(file) = settings.sqlite_file().filter(|file| !file.exists()) {
        // SQLite takes an empty file for a new database, and gives its companions the same mode.
        let made = platform::secrets::write_private(&file, &[]);
        made.map_err(|error| format!("the database {} cannot be made: {error}", file.display()))?;
    }
    Store::open(settings.database_url.reveal()).await.map_err(|error| {
        let kind = settings.database_url.reveal().split(':').next().unwrap_or_default();
        format!("the {kind} database cannot be opened: {error}").into()
    })
}

/// The parts, on a database that is up to date.
#[derive(Clone, Debug)]
pub struct Parts {
    pub platform: Platform,
    pub portal: Portal,
    pub provider: identity::Provider,
}

/// Puts the parts together.
///
/// # Errors
/// When the secret, the catalogue or the provider cannot be opened.
pub async fn open(settings: &Settings, store: Store) -> Result<Parts, Failed> {
    let platform = open_platform(settings, store)?;
    let catalogue = read_catalogue(settings)?;
    let registered = provider_settings(settings, &platform, &catalogue)?;
    let provider = identity::Provider::open(platform.clone(), registered).await?;
    let embedded = ProviderSettings {
        key: PROVIDER.to_owned(),
        name: Bilingual::new("Accord", "Accord"),
        issuer: provider.issuer().to_owned(),
        client_id: CLIENT.to_owned(),
        client_secret: Some(identity::client_secret(&platform.secrets, CLIENT)),
        protocol: Protocol::OpenId,
        http: calls_to(crate::provider::routes(provider.clone())),
    };
    let others = match &settings.providers {
        Some(file) => providers::read(file, &outgoing::calls()?)?,
        None => Vec::new(),
    };
    let all = [embedded].into_iter().chain(others).collect();
    let portal = Portal::new(platform.clone(), catalogue, settings.portal.clone(), all)
        .watched_by(Arc::new(Watching(provider.clone())));
    Ok(Parts { platform, portal, provider })
}

/// The embedded provider's name in addresses.
pub const PROVIDER: &str = "accord";
/// The portal's name at the embedded provider, whose first client it is.
pub const CLIENT: &str = "portal";

fn provider_settings(
    settings: &Settings,
    platform: &Platform,
    catalogue: &Catalogue,
) -> Result<identity::ProviderSettings, Failed> {
    let base_url = &settings.base_url;
    let in_both = |path: &str| Language::ALL.map(|language| format!("{base_url}/{}{path}", language.code()));
    let [home_en, home_fr] = in_both("/home");
    let callback = format!("{base_url}/auth/callback/{PROVIDER}");
    let portal = identity::Client {
        secret: Some(ClientSecret::of(&identity::client_secret(&platform.secrets, CLIENT))),
        post_logout_redirect_uris: in_both("").into(),
        home: Bilingual::new(home_en, home_fr),
        backchannel_logout_uri: Some(format!("{base_url}{}{PROVIDER}", sign_in::LOGOUTS)),
        first_party: true,
        ..identity::Client::at(CLIENT, Bilingual::new("Accord", "Accord"), &callback)
    };
    let operator = &settings.portal.operator;
    let told = Told {
        entrances: Entrances::new(platform.clone(), catalogue.clone(), identity::issuer(platform)),
        portal: Portal::new(platform.clone(), catalogue.clone(), settings.portal.clone(), Vec::new()),
    };
    Ok(identity::ProviderSettings {
        clients: [portal].into_iter().chain(read_clients(settings)?).collect(),
        operator: operator.name.clone(),
        colour: settings.portal.looks.colour.clone(),
        ask: Bilingual::new(operator.email.clone(), operator.email.clone()),
        passwords: settings.passwords,
        proofs: settings.proofs,
        terms_version: settings.terms_version.clone(),
        second_factor: settings.second_factor,
        access: Some(Arc::new(told)),
    })
}

/// The client applications of the configuration, beside the portal.
///
/// # Errors
/// When their file cannot be read or makes no sense: with file and line.
fn read_clients(settings: &Settings) -> Result<Vec<identity::Client>, Failed> {
    settings.clients.as_deref().map_or(Ok(Vec::new()), clients::read)
}

/// The client applications beside the portal that the provider knows, wherever they are registered.
///
/// # Errors
/// When the database does not answer.
pub async fn applications(provider: &identity::Provider) -> Result<Vec<identity::Client>, Failed> {
    let mut clients = provider.clients().await?;
    clients.retain(|client| client.id != CLIENT);
    Ok(clients)
}

fn open_platform(settings: &Settings, store: Store) -> Result<Platform, Failed> {
    let chance = Chance::System;
    let secrets = open_secrets(settings, &chance)?;
    Ok(Platform {
        store,
        clock: Clock::System,
        calendar: settings.calendar.clone(),
        secrets: Arc::new(secrets),
        outbox: Outbox::default(),
        base_url: settings.base_url.as_str().into(),
        chance,
    })
}

/// How logouts are told: to the portal itself in this very process, to all others over the network.
///
/// # Errors
/// When the machine gives no means for it.
pub fn logouts(portal: &Portal) -> Result<HttpCall, Failed> {
    let (outside, here) = (outgoing::calls()?, calls_to(sign_in::logouts(portal.clone())));
    let ours = format!("{}{}", portal.base_url(), sign_in::LOGOUTS);
    Ok(Arc::new(
        move |request| {
            if request.uri().to_string().starts_with(&ours) { here(request) } else { outside(request) }
        },
    ))
}

/// The way mail leaves.
///
/// # Errors
/// When none was chosen.
pub fn open_mail(settings: &Settings) -> Result<Mail, Failed> {
    let url = settings.mail_url.as_ref().ok_or(
        "ACCORD_MAIL is not set: invitations would never leave. Set it to smtp://HOST:PORT or smtps://USER:PASSWORD@HOST.",
    )?;
    Mail::from_url(url.reveal()).map_err(|why| format!("ACCORD_MAIL cannot be used: {why}").into())
}

/// The catalogue of modules, profiles and services.
///
/// # Errors
/// When it cannot be read, or contradicts itself: with file and line.
pub fn read_catalogue(settings: &Settings) -> Result<Catalogue, Failed> {
    let Some(file) = &settings.catalogue else {
        return catalogue::read(catalogue::DEFAULT).map_err(|faults| in_lines("built in", &faults));
    };
    let shown = file.display().to_string();
    let text =
        fs::read_to_string(file).map_err(|error| format!("the catalogue {shown} cannot be read: {error}"))?;
    catalogue::read(&text).map_err(|faults| in_lines(&shown, &faults))
}

fn in_lines(file: &str, faults: &[catalogue::Fault]) -> Failed {
    let lines: Vec<_> = faults.iter().map(|fault| format!("\n  - {fault}")).collect();
    format!("the catalogue {file} cannot be used:{}", lines.concat()).into()
}

fn open_secrets(settings: &Settings, chance: &Chance) -> Result<Secrets, Failed> {
    let file = &settings.secret_file;
    let shown = file.display();
    refuse_if_others_can_read(file)?;
    Secrets::kept_in(file, chance.bytes())
        .map_err(|error| format!("the secret in {shown} cannot be read or made: {error}").into())
}

/// Makes the folder of data, for its owner alone.
fn prepare_folder(folder: &Path) -> Result<(), Failed> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let shown = folder.display();
    builder.create(folder).map_err(|error| format!("the folder {shown} cannot be made: {error}").into())
}

#[cfg(unix)]
fn refuse_if_others_can_read(file: &Path) -> Result<(), Failed> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = match fs::metadata(file) {
        Ok(metadata) => metadata.permissions().mode(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(format!("the secret in {} cannot be read: {error}", file.display()).into()),
    };
    if mode & 0o007 == 0 {
        return Ok(());
    }
    Err(format!("everybody on this machine can read the secret in {0}; run: chmod 600 {0}", file.display())
        .into())
}

#[cfg(not(unix))]
fn refuse_if_others_can_read(_: &Path) -> Result<(), Failed> {
    Ok(())
}
