//! The command line.

mod backup;
mod check;
mod client;
mod demo;
mod export;
mod import;
mod invite_staff;
mod migrate;
mod rotate_keys;
mod serve;

pub use migrate::{bring_up_to_date, is_up_to_date};

use crate::settings::{Faults, LogFormat, Settings, Source, known};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::runtime::{Builder, Runtime};
use tracing_subscriber::EnvFilter;

/// What a command ends with when it does not succeed: a sentence for whoever typed it.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A portal, in French and in English, through which organizations manage their contacts and their access.
#[derive(Debug, Parser)]
#[command(name = "accord", version, about)]
#[command(after_help = "To try it: `accord demo`, then `accord serve`, then open http://localhost:3000.\n\
    `accord --help` also lists every setting.")]
struct CommandLine {
    /// The configuration file; `accord.toml` in the current folder when it is there.
    #[arg(long, global = true, env = "ACCORD_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the portal, carry its mail and mind its deadlines, until told to stop.
    Serve(serve::Serve),
    /// Bring the database to this version. Servers that start together take turns.
    Migrate,
    /// Check the configuration, the database and that nobody touched the activity; fails when something is wrong.
    Check,
    /// Copy everything that is kept into a folder, while servers go on (SQLite; PostgreSQL has `pg_dump`).
    Backup(backup::Backup),
    /// Fill an empty database with organizations and people who do not exist.
    Demo(demo::Demo),
    /// Invite the first person of Support; everybody else is invited in the portal.
    InviteStaff(invite_staff::InviteStaff),
    /// Add contacts from a table, with a verdict for each line; fails when one could not be added.
    Import(import::Import),
    /// Write the contacts of an organization as a table.
    Export(export::Export),
    /// Publish the next signing keys of the embedded provider; they sign an hour later, without a restart.
    RotateKeys(rotate_keys::RotateKeys),
    /// Register, list and remove client applications of the embedded provider.
    #[command(subcommand)]
    Client(client::ClientCommand),
}

/// Does what the command line asks.
#[must_use]
pub fn run() -> ExitCode {
    let command_line = match asked() {
        Ok(command_line) => command_line,
        Err(error) => error.exit(),
    };
    match obey(command_line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("accord: {error}");
            ExitCode::FAILURE
        }
    }
}

fn asked() -> Result<CommandLine, clap::Error> {
    let command = CommandLine::command().after_long_help(format!(
        "To try it: `accord demo`, then `accord serve`, then open http://localhost:3000.\n\n{}",
        known::listed()
    ));
    CommandLine::from_arg_matches(&command.get_matches())
}

fn obey(CommandLine { config, command }: CommandLine) -> Result<(), Failed> {
    let source = Source::read(config.as_deref(), std::env::vars_os().filter_map(as_text)).map_err(refused)?;
    let strangers = source.strangers().to_vec();
    let settings = Settings::judge(source).map_err(refused)?;
    keep_log(&settings);
    for name in strangers {
        tracing::warn!("{name} is set, and is no setting of Accord; `accord --help` lists them");
    }
    // Two kinds of cryptography may be compiled in; one is chosen before anything asks for it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    runtime()?.block_on(async {
        match command {
            Command::Serve(serve) => serve.run(settings).await,
            Command::Migrate => migrate::run(&settings).await,
            Command::Check => check::run(&settings).await,
            Command::Backup(backup) => backup.run(&settings).await,
            Command::Demo(demo) => demo.run(&settings).await,
            Command::InviteStaff(invite) => invite.run(&settings).await,
            Command::Import(import) => import.run(&settings).await,
            Command::Export(export) => export.run(&settings).await,
            Command::RotateKeys(rotate) => rotate.run(&settings).await,
            Command::Client(client) => client.run(&settings).await,
        }
    })
}

fn as_text((name, text): (std::ffi::OsString, std::ffi::OsString)) -> Option<(String, String)> {
    Some((name.into_string().ok()?, text.into_string().ok()?))
}

fn refused(faults: Faults) -> Failed {
    let lines: Vec<_> = faults.0.iter().map(|fault| format!("\n  - {fault}")).collect();
    format!("the configuration cannot be used:{}", lines.concat()).into()
}

fn keep_log(settings: &Settings) {
    let filter = EnvFilter::new(&settings.log.filter);
    let in_colour = std::io::stderr().is_terminal();
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(in_colour);
    match settings.log.format {
        LogFormat::Text => log.with_target(false).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
}

/// Pages wait for one another while they are rendered: fewer than four workers could stand still.
fn runtime() -> std::io::Result<Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Builder::new_multi_thread().worker_threads(cores.max(4)).enable_all().build()
}
