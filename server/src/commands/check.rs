//! `accord check`: whether what the portal stands on is as it should be. Nothing is changed.
//!
//! Each check says in figures what it looked at, and names what is wrong. To add one: a variant of [`Check`].

use super::Failed;
use super::migrate::open_up_to_date;
use crate::clients;
use crate::parts::{self, Parts};
use crate::settings::Settings;
use backend::{Break, BrokenChain};
use platform::Store;
use sea_orm::ConnectionTrait as _;

/// What can be checked, in the order in which it is.
#[derive(Clone, Copy, Debug)]
enum Check {
    Configuration,
    Database,
    Catalogue,
    Activity,
    Documents,
}

/// What a check looked at, in figures, what it found wrong, and what somebody should know.
#[derive(Debug, Default)]
struct Findings {
    looked_at: String,
    faults: Vec<String>,
    notes: Vec<String>,
}

impl Findings {
    fn all_well(looked_at: String) -> Self {
        Self { looked_at, ..Self::default() }
    }
}

/// Makes every check, and fails when one found something.
///
/// # Errors
/// When something is wrong, or cannot be looked at.
pub async fn run(settings: &Settings) -> Result<(), Failed> {
    let store = open_up_to_date(settings).await?;
    let parts = parts::open(settings, store).await?;
    let mut faults = 0;
    for check in Check::ALL {
        let findings = check.make(settings, &parts).await?;
        println!("{:<14} {}", check.name(), findings.looked_at);
        for fault in &findings.faults {
            println!("{:<14} WRONG: {fault}", "");
        }
        for note in &findings.notes {
            println!("{:<14} note: {note}", "");
        }
        faults += findings.faults.len();
    }
    parts.platform.store.close().await;
    match faults {
        0 => Ok(()),
        1 => Err("one thing is wrong".into()),
        faults => Err(format!("{faults} things are wrong").into()),
    }
}

impl Check {
    const ALL: [Self; 5] =
        [Self::Configuration, Self::Database, Self::Catalogue, Self::Activity, Self::Documents];

    const fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Database => "database",
            Self::Catalogue => "catalogue",
            Self::Activity => "activity",
            Self::Documents => "documents",
        }
    }

    async fn make(self, settings: &Settings, parts: &Parts) -> Result<Findings, Failed> {
        match self {
            Self::Configuration => configuration(settings),
            Self::Database => database(parts).await,
            Self::Catalogue => catalogue(settings, parts).await,
            Self::Activity => activity(parts).await,
            Self::Documents => documents(parts).await,
        }
    }
}

/// The settings were judged before anything else began; what they warn of is told here, and the way of mail tried.
fn configuration(settings: &Settings) -> Result<Findings, Failed> {
    let catalogue = parts::read_catalogue(settings)?;
    let profiles: usize = catalogue.modules.iter().map(|module| module.profiles.len()).sum();
    let looked_at = format!("{} modules and {profiles} profiles", catalogue.modules.len());
    let faults = parts::open_mail(settings).err().map(|fault| fault.to_string()).into_iter().collect();
    Ok(Findings { looked_at, faults, notes: settings.warnings() })
}

/// SQLite's file may be damaged by a disk; PostgreSQL looks after its own.
async fn database(parts: &Parts) -> Result<Findings, Failed> {
    let store = &parts.platform.store;
    if !store.is_sqlite() {
        return Ok(Findings::all_well("PostgreSQL, up to date".to_owned()));
    }
    let faults = damages(store).await?;
    Ok(Findings {
        looked_at: "SQLite, up to date, its file read whole".to_owned(),
        faults,
        notes: Vec::new(),
    })
}

/// What is damaged in a file of SQLite, read whole: the first twenty places.
///
/// # Errors
/// When it cannot be read.
pub(super) async fn damages(store: &Store) -> Result<Vec<String>, Failed> {
    let db = store.read();
    let statement = sea_orm::Statement::from_string(db.get_database_backend(), "PRAGMA quick_check(20)");
    let mut faults = Vec::new();
    for row in db.query_all_raw(statement).await? {
        let said: String = row.try_get_by_index(0)?;
        faults.extend((said != "ok").then_some(said));
    }
    Ok(faults)
}

/// What the catalogue would change for whoever holds something already (P10).
async fn catalogue(settings: &Settings, parts: &Parts) -> Result<Findings, Failed> {
    let catalogue = parts::read_catalogue(settings)?;
    let clients = parts::applications(&parts.provider).await?;
    let changes = parts.portal.live_changes().await?;
    let refused = !changes.profiles.is_empty() && !settings.keep_unknown_profiles;
    let (faults, mut notes) =
        if refused { (changes.sentences(), Vec::new()) } else { (Vec::new(), changes.sentences()) };
    notes.extend(clients::missing(&catalogue, &clients));
    let applications = clients.len();
    let services = catalogue.services.len();
    let looked_at =
        format!("services: {services}, client applications: {applications}; held against what people hold");
    Ok(Findings { looked_at, faults, notes })
}

/// Every chain of the activity, line by line (G3).
async fn activity(parts: &Parts) -> Result<Findings, Failed> {
    let report = parts.portal.verify_activity().await?;
    let looked_at = format!("{} lines in {} chains", report.lines, report.chains);
    let faults = report.broken.iter().map(|broken| in_words(broken, parts)).collect();
    Ok(Findings { looked_at, faults, notes: Vec::new() })
}

/// Everything that was signed or waits to be, byte for byte (S3).
async fn documents(parts: &Parts) -> Result<Findings, Failed> {
    let (right, faults) = parts.portal.verify_documents().await?;
    Ok(Findings { looked_at: format!("{right} read whole, as signed"), faults, notes: Vec::new() })
}

fn in_words(broken: &BrokenChain, parts: &Parts) -> String {
    let whose = broken.organization.as_ref().map_or("lines of no organization", |name| &name.en);
    let number = broken.number;
    let what = match broken.how {
        Break::Altered => "was altered",
        Break::Removed => "was removed",
        Break::Inserted => "was inserted",
    };
    let line = broken.line.as_ref().map(|line| {
        let at = parts.platform.calendar.date_and_time(line.at).machine;
        format!(" ({at}, {})", line.event)
    });
    format!("{whose}: line {number}{} {what}", line.unwrap_or_default())
}
