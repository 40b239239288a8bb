//! For tests: a database of its own for each, on the PostgreSQL that `ACCORD_TEST_POSTGRES` names; letters of others.
//!
//! A schema is built in seconds and copied in a fifth of one: the first test of a program builds it in a template, all
//! others copy that.

use migration::{Migrator, MigratorTrait as _};
use platform::{Chance, Clock, Parcel, Platform};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbErr, Statement};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// A new database with the schema of this version: its address; nothing where there is no server.
///
/// # Errors
/// When the server refuses.
pub async fn postgres() -> Result<Option<String>, DbErr> {
    let Some(server) = server() else { return Ok(None) };
    let template = template(&server).await?;
    new_database(&server, &format!("TEMPLATE {template} STRATEGY file_copy")).await.map(Some)
}

/// A new database without anything.
///
/// # Errors
/// When the server refuses.
pub async fn empty_postgres() -> Result<Option<String>, DbErr> {
    let Some(server) = server() else { return Ok(None) };
    new_database(&server, "").await.map(Some)
}

/// A letter of that kind for somebody, of whatever other part of the program; it leaves some other day.
///
/// # Errors
/// When the database refuses.
pub async fn post_letter(platform: &Platform, kind: &'static str, to: &str) -> Result<(), DbErr> {
    let now = platform.clock.now();
    let work = platform.store.begin().await?;
    let parcel = Parcel {
        id: platform.chance.id(now),
        kind,
        payload: Default::default(),
        recipient: to.to_owned(),
        language: None,
        organization: None,
        about: None,
    };
    platform.outbox.post_for(&work, parcel, now, now.plus_days(9)).await?;
    work.commit().await
}

/// Takes a database away that one of the others gave.
///
/// # Errors
/// When the server refuses.
pub async fn remove(address: &str) -> Result<(), DbErr> {
    let (_, name) = parts(address).0.rsplit_once('/').unwrap_or_default();
    let Some(server) = server() else { return Ok(()) };
    let on_server = connect(&server).await?;
    on_server.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await?;
    on_server.close().await
}

#[expect(
    clippy::disallowed_methods,
    reason = "where tests find a PostgreSQL is told by the environment alone"
)]
fn server() -> Option<String> {
    std::env::var("ACCORD_TEST_POSTGRES").ok()
}

async fn new_database(server: &str, how: &str) -> Result<String, DbErr> {
    let name = format!("trial_{}", Chance::System.id(Clock::System.now()).simple());
    let on_server = connect(server).await?;
    on_server.execute_unprepared(&format!("CREATE DATABASE {name} {how}")).await?;
    on_server.close().await?;
    Ok(named(server, &name))
}

/// The template of this program's tests; whoever comes first builds it, the others wait. Nobody connects to one that is
/// whole.
async fn template(server: &str) -> Result<String, DbErr> {
    let (name, number) = identity();
    let on_server = connect(server).await?;
    on_server.execute_unprepared(&format!("SELECT pg_advisory_lock({number})")).await?;
    let asked = format!("SELECT datallowconn FROM pg_database WHERE datname = '{name}'");
    let found =
        on_server.query_one_raw(Statement::from_string(on_server.get_database_backend(), asked)).await?;
    let open: Option<bool> = found.map(|row| row.try_get("", "datallowconn")).transpose()?;
    if open != Some(false) {
        on_server.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        on_server.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
        let within = connect(&named(server, &name)).await?;
        Migrator::up(&within, None).await?;
        within.close().await?;
        on_server.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await?;
    }
    // The lock goes with the connection.
    on_server.close().await?;
    Ok(name)
}

/// Another program, or the same one built anew, may have another schema.
fn identity() -> (String, i64) {
    let program = std::env::current_exe().ok();
    let built =
        program.as_deref().and_then(|program| program.metadata().ok()).and_then(|file| file.modified().ok());
    let mut hasher = DefaultHasher::new();
    (program, built).hash(&mut hasher);
    let number = hasher.finish();
    (format!("template_{number:x}"), number.cast_signed())
}

async fn connect(address: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(address);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

/// The address of a database on the same server.
fn named(server: &str, name: &str) -> String {
    let (address, query) = parts(server);
    let (host, _) = address.rsplit_once('/').unwrap_or((address, ""));
    format!("{host}/{name}?{query}")
}

fn parts(address: &str) -> (&str, &str) {
    address.split_once('?').unwrap_or((address, ""))
}
