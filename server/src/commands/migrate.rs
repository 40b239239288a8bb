//! The schema, brought to this version.
//!
//! SeaORM's migrator takes no lock. On PostgreSQL several servers may start at once, so one connection holds an
//! advisory lock and migrates; the others wait for it, then find nothing to do.

use super::Failed;
use crate::parts;
use crate::settings::Settings;
use migration::{Migrator, MigratorTrait as _};
use platform::Store;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbErr};
use std::collections::BTreeSet;

/// "accord" in digits: the key of the lock that servers take turns by.
const LOCK: i64 = 0x6163_636f_7264;

pub async fn run(settings: &Settings) -> Result<(), Failed> {
    let store = parts::open_store(settings).await?;
    let steps = bring_up_to_date(&store, settings.database_url.reveal()).await?;
    store.close().await;
    match steps {
        0 => println!("The database is up to date."),
        1 => println!("The database is up to date; one step was taken."),
        steps => println!("The database is up to date; {steps} steps were taken."),
    }
    Ok(())
}

/// Takes the steps that are missing, and says how many those were. A database that a newer version has brought
/// further is left alone: a rolling upgrade runs both versions on it.
///
/// # Errors
/// When a step fails; it leaves nothing behind.
pub async fn bring_up_to_date(store: &Store, url: &str) -> Result<usize, DbErr> {
    if store.is_sqlite() {
        return take_steps(store.write()).await;
    }
    // A connection of its own: the lock belongs to it, and a step may take longer than a page may wait.
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let alone = Database::connect(options).await?;
    alone.execute_unprepared(&format!("SELECT pg_advisory_lock({LOCK})")).await?;
    let steps = take_steps(&alone).await;
    alone.close().await?;
    steps
}

async fn take_steps(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let missing = missing(db).await?;
    if missing > 0 {
        Migrator::up(db, None).await?;
    }
    Ok(missing)
}

/// Whether every step of this version has been taken.
///
/// # Errors
/// When the database does not answer.
pub async fn is_up_to_date(store: &Store) -> Result<bool, DbErr> {
    missing(store.write()).await.map(|missing| missing == 0)
}

/// Refuses a database of an older version.
///
/// # Errors
/// When it is one, or does not answer.
pub(super) async fn refuse_older(store: &Store) -> Result<(), Failed> {
    if is_up_to_date(store).await? {
        return Ok(());
    }
    Err("the database is older than this version; run `accord migrate`".into())
}

/// The database of these settings, of this version.
///
/// # Errors
/// When it is older, or does not answer.
pub(super) async fn open_up_to_date(settings: &Settings) -> Result<Store, Failed> {
    let store = parts::open_store(settings).await?;
    refuse_older(&store).await?;
    Ok(store)
}

async fn missing(db: &DatabaseConnection) -> Result<usize, DbErr> {
    let taken = Migrator::get_migration_models(db).await?;
    let taken: BTreeSet<_> = taken.into_iter().map(|step| step.version).collect();
    Ok(Migrator::get_migration_files().iter().filter(|step| !taken.contains(step.name())).count())
}
