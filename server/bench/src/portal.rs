//! The portal as it is shipped: a process of its own, on demonstration data of its own.
//!
//! Much data takes minutes to invent, so it is kept for the next time, below the folder of builds: with the secrets
//! that belong to it, at the address that its accounts know.

use crate::Failed;
use crate::browser::{Browser, connections};
use crate::meter::Meter;
use reqwest::Client;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database as Connections, DatabaseConnection, Statement};
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// The password of every demonstration account.
pub const PASSWORD: &str = "Try-Accord-2026";
/// Whoever may sign in there.
pub const PEOPLE: [&str; 4] = [
    "marie-eve.thibodeau@example.org",
    "ryan.maclellan@example.org",
    "amira.haddad@example.org",
    "gisele.arsenault@example.org",
];

/// Where the portal keeps its data.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file in its folder.
    Sqlite,
    /// A new database on this server.
    Postgres(String),
}

impl Database {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

/// How much is invented.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    pub organizations: u32,
    pub contacts: u32,
    /// Kept for the next time.
    pub kept: bool,
}

impl Scene {
    /// What `accord demo` invents when nothing is said.
    pub const USUAL: Self = Self { organizations: 12, contacts: 400, kept: false };
    /// One organization of ten thousand contacts, and hardly another.
    pub const SMALL: Self = Self { organizations: 3, contacts: 26_667, kept: false };
    /// Fifty organizations of ten thousand contacts, five thousand of a hundred.
    pub const LARGE: Self = Self { organizations: 5050, contacts: 1_000_000, kept: true };
}

/// A portal that runs, or may be started again.
#[derive(Debug)]
pub struct Portal {
    program: PathBuf,
    settings: Vec<(&'static str, String)>,
    process: Child,
    pub base: String,
    pub client: Client,
    database_url: String,
    /// Gone with the portal, unless it is kept.
    _folder: Option<TempDir>,
}

impl Portal {
    /// Serves this scene with these settings over the defaults; it is invented first, unless it was kept.
    pub async fn start(
        program: &Path,
        database: &Database,
        scene: Scene,
        settings: &[(&'static str, &str)],
    ) -> Result<Self, Failed> {
        let place = Place::of(database, scene)?;
        let (folder, address) = (place.folder(), place.address);
        let base = format!("http://localhost:{}", address.port());
        let mut all = vec![
            ("ACCORD_DATA", folder.join("data").display().to_string()),
            ("ACCORD_LISTEN", address.to_string()),
            ("ACCORD_BASE_URL", base.clone()),
            ("ACCORD_MAIL", format!("folder:{}", folder.join("mail").display())),
            ("ACCORD_LOG", "error".to_owned()),
        ];
        let (database_url, there) = match database {
            Database::Sqlite => {
                let file = folder.join("data/accord.sqlite");
                (format!("sqlite:{}", file.display()), file.exists())
            }
            Database::Postgres(server) => own_database(server, &place.name(), scene.kept).await?,
        };
        if matches!(database, Database::Postgres(_)) {
            all.push(("ACCORD_DATABASE_URL", database_url.clone()));
        }
        all.extend(settings.iter().map(|(name, value)| (*name, (*value).to_owned())));
        if !(there && place.is_whole()) {
            let (organizations, contacts) = (scene.organizations.to_string(), scene.contacts.to_string());
            let mut demo = asked(program, &all, "demo");
            demo.args(["--organizations", &organizations, "--contacts", &contacts]);
            let filled = demo.status().await?;
            if !filled.success() {
                return Err(format!("the demonstration ended with {filled}").into());
            }
            place.mark_whole()?;
        }
        let process = asked(program, &all, "serve").spawn()?;
        let client = connections()?;
        let program = program.to_owned();
        let portal =
            Self { program, settings: all, process, base, client, database_url, _folder: place.temporary };
        portal.ready().await?;
        Ok(portal)
    }

    /// How a program of its own reaches the same database.
    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    /// A connection to its database.
    pub async fn connect(&self) -> Result<DatabaseConnection, Failed> {
        let mut options = ConnectOptions::new(&self.database_url);
        options.sqlx_logging(false);
        Ok(Connections::connect(options).await?)
    }

    /// What it costs from now on.
    pub async fn meter(&self) -> Result<Meter, Failed> {
        Ok(Meter::new(self.process.id().ok_or("the portal has ended")?, self.connect().await?))
    }

    async fn ready(&self) -> Result<(), Failed> {
        self.browser().until_answered("/readyz").await
    }

    /// Ends the process by SIGKILL, at whatever it is.
    pub async fn kill(&mut self) -> Result<(), Failed> {
        Ok(self.process.kill().await?)
    }

    /// Starts it on what the process before left; how long it took until it was ready.
    pub async fn start_again(&mut self) -> Result<Duration, Failed> {
        let began = Instant::now();
        self.process = asked(&self.program, &self.settings, "serve").spawn()?;
        self.ready().await?;
        Ok(began.elapsed())
    }

    /// One more server on the same data, listening at this address.
    pub fn another(&self, address: SocketAddr) -> Result<Child, Failed> {
        let mut command = asked(&self.program, &self.settings, "serve");
        Ok(command.env("ACCORD_LISTEN", address.to_string()).spawn()?)
    }

    /// What `accord check` finds wrong; nothing when all is well.
    pub async fn faults(&self) -> Result<Option<String>, Failed> {
        let found = asked(&self.program, &self.settings, "check").stdout(Stdio::piped()).output().await?;
        Ok((!found.status.success()).then(|| String::from_utf8_lossy(&found.stdout).into_owned()))
    }

    /// Somebody's browser in front of it.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.client, &self.base)
    }
}

fn asked(program: &Path, settings: &[(&'static str, String)], act: &str) -> Command {
    let mut command = Command::new(program);
    command.arg(act).envs(settings.iter().map(|(name, value)| (*name, value)));
    command.stdout(Stdio::null()).kill_on_drop(true);
    command
}

/// Where a scene lies, and the address that its accounts know.
#[derive(Debug)]
struct Place {
    /// Of a scene that is not kept.
    temporary: Option<TempDir>,
    kept: PathBuf,
    address: SocketAddr,
}

/// A scene that was invented to its end says so, with its address.
const WHOLE: &str = "whole";

impl Place {
    fn of(database: &Database, scene: Scene) -> Result<Self, Failed> {
        if !scene.kept {
            return Ok(Self {
                temporary: Some(TempDir::new()?),
                kept: PathBuf::new(),
                address: free_address()?,
            });
        }
        let name = format!("{}-{}", database.name().to_lowercase(), scene.contacts);
        let kept = Path::new("target/bench").join(name);
        let address = match fs::read_to_string(kept.join(WHOLE)) {
            Ok(address) => address.parse()?,
            Err(_) => {
                if kept.exists() {
                    fs::remove_dir_all(&kept)?;
                }
                fs::create_dir_all(&kept)?;
                free_address()?
            }
        };
        Ok(Self { temporary: None, kept: kept.canonicalize()?, address })
    }

    fn folder(&self) -> &Path {
        self.temporary.as_ref().map_or(&self.kept, TempDir::path)
    }

    fn is_whole(&self) -> bool {
        self.folder().join(WHOLE).exists()
    }

    fn mark_whole(&self) -> Result<(), Failed> {
        Ok(fs::write(self.folder().join(WHOLE), self.address.to_string())?)
    }

    fn name(&self) -> String {
        format!("bench_{}", self.address.port())
    }
}

/// Where nobody listens yet.
pub fn free_address() -> Result<SocketAddr, Failed> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// A database of this name on the server, and whether it was there; one that need not be kept is made anew.
async fn own_database(server: &str, name: &str, kept: bool) -> Result<(String, bool), Failed> {
    let connection = Connections::connect(server).await?;
    let named = Statement::from_sql_and_values(
        connection.get_database_backend(),
        "SELECT 1 FROM pg_database WHERE datname = $1",
        [name.into()],
    );
    let there = kept && connection.query_one_raw(named).await?.is_some();
    if !there {
        connection.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        connection.execute_unprepared(&format!("CREATE DATABASE {name}")).await?;
    }
    connection.close().await?;
    let (address, query) = server.split_once('?').unwrap_or((server, ""));
    let (host, _) = address.rsplit_once('/').ok_or("a PostgreSQL server's address names a database")?;
    Ok((format!("{host}/{name}?{query}"), there))
}
