//! `make bench`: how fast the portal is, told as ratios to what the machine itself allows in the same run; and, for
//! `make faults`, what it loses when it is killed.
//!
//! What is tried is the release as it is shipped, a process of its own on demonstration data, on SQLite and on
//! PostgreSQL; what its speed is measured against (a floor) runs here, on the same machine, a moment before. Figures of
//! a machine mean little elsewhere; a ratio does. Nothing fails for being slow: a person reads the table.

mod browser;
mod floor;
mod floors;
mod invitations;
mod kills;
mod lists;
mod load;
mod mailbox;
mod meter;
mod people;
mod portal;
mod process;
mod restarts;
mod sign_ins;
mod table;

use clap::{Parser, Subcommand};
use mailbox::Mailbox;
use portal::{Database, Portal, Scene};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use table::Table;

/// What a measurement ends with when it cannot be made.
type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Tries the portal as it is shipped: how fast it is, and what it loses when it is killed.
#[derive(Debug, Parser)]
struct Bench {
    /// The program to try.
    #[arg(
        long,
        global = true,
        env = "ACCORD_BIN",
        value_name = "PROGRAM",
        default_value = "target/release/accord"
    )]
    program: PathBuf,
    /// A PostgreSQL server on which databases may be made; without it only SQLite is tried.
    #[arg(long, global = true, env = "ACCORD_TEST_POSTGRES", value_name = "URL")]
    postgres: Option<String>,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// How fast it is, beside what the machine allows.
    Speed {
        /// How long each figure is measured, in seconds.
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
        seconds: u64,
        /// Writes the figures to this file too, as JSON.
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
    /// What is lost when the process is killed at any moment; fails when anything is.
    Kills {
        /// How often it is killed, on each database.
        #[arg(long, default_value_t = 100)]
        times: u32,
    },
    /// What is felt of a rolling restart of three servers behind nginx; fails when anything is.
    Restarts {
        /// How often each server is restarted.
        #[arg(long, default_value_t = 10)]
        times: u32,
    },
    /// Serves the floors of the contact list: a process of its own, so that its costs can be told.
    #[command(hide = true)]
    Floor {
        /// A page as the portal makes it.
        sample: PathBuf,
        #[arg(long, env = "ACCORD_DATABASE_URL")]
        database: String,
    },
}

/// Limits that stop one person who does the work of many.
const UNLIMITED: [(&str, &str); 2] =
    [("ACCORD_INVITATIONS_PER_DAY", "65000"), ("ACCORD_STEP_UP_MINUTES", "0")];

#[tokio::main]
async fn main() -> ExitCode {
    match Bench::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

impl Bench {
    async fn run(self) -> Result<(), Failed> {
        match &self.what {
            What::Speed { seconds, json } => self.speed(Duration::from_secs(*seconds), json.as_deref()).await,
            What::Kills { times } => {
                for database in self.databases() {
                    kills::try_them(&self.program, database, *times).await?;
                }
                Ok(())
            }
            What::Restarts { times } => {
                let server = self.postgres.clone().ok_or("ACCORD_TEST_POSTGRES names no server")?;
                restarts::try_them(&self.program, server, *times).await
            }
            What::Floor { sample, database } => floor::serve(database, sample).await,
        }
    }

    fn databases(&self) -> impl Iterator<Item = Database> + use<> {
        [Some(Database::Sqlite), self.postgres.clone().map(Database::Postgres)].into_iter().flatten()
    }

    async fn speed(&self, time: Duration, json: Option<&Path>) -> Result<(), Failed> {
        let mut table = Table::default();
        for database in self.databases() {
            let column = table.of(database.name());
            let mailbox = Mailbox::open().await?;
            let settings = [UNLIMITED.as_slice(), &[("ACCORD_MAIL", &*mailbox.url)]].concat();
            let usual = Portal::start(&self.program, &database, Scene::USUAL, &settings).await?;
            sign_ins::measure(&usual, time, column).await?;
            invitations::measure(&usual, &mailbox, column).await?;
            process::measure_memory(&usual, column).await?;
            drop(usual);
            let small = Portal::start(&self.program, &database, Scene::SMALL, &[]).await?;
            let mut large = Portal::start(&self.program, &database, Scene::LARGE, &[]).await?;
            lists::measure(&large, &small, time, column).await?;
            process::measure_start(&mut large, column).await?;
        }
        println!("{table}");
        if let Some(file) = json {
            std::fs::write(file, serde_json::to_vec_pretty(&table)?)?;
        }
        Ok(())
    }
}
