//! What work costs: the processor time of the process that serves and, on PostgreSQL, of the database's processes.

use crate::Failed;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
use std::fs;
use std::time::Duration;

/// Linux counts a process's time in hundredths of a second, whatever its kernel's own clock is.
const TICK: Duration = Duration::from_millis(10);

/// Watches a process, and a database if it is served by processes of its own.
#[derive(Debug)]
pub struct Meter {
    process: u32,
    db: Option<DatabaseConnection>,
}

/// Processor time since the process began.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    pub server: Duration,
    pub database: Duration,
}

impl Meter {
    /// `db` is any connection to the database that this process uses.
    pub fn new(process: u32, db: DatabaseConnection) -> Self {
        let db = (db.get_database_backend() == DbBackend::Postgres).then_some(db);
        Self { process, db }
    }

    pub async fn read(&self) -> Result<Spent, Failed> {
        let mut spent = Spent { server: time_of(self.process)?, database: Duration::ZERO };
        if let Some(db) = &self.db {
            let others = "SELECT pid FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
            for row in db.query_all_raw(Statement::from_string(DbBackend::Postgres, others)).await? {
                let pid = u32::try_from(row.try_get::<i32>("", "pid")?)?;
                // One that has just ended has nothing more to say.
                spent.database += time_of(pid).unwrap_or_default();
            }
        }
        Ok(spent)
    }

    /// What the process holds in memory, in megabytes.
    pub fn memory(&self) -> Result<f64, Failed> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process))?;
        let held = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let held =
            held.and_then(|line| line.split_whitespace().next()).ok_or("the kernel tells no memory")?;
        Ok(held.parse::<f64>()? / 1024.0)
    }
}

impl Spent {
    /// What was spent since then on each of so many pieces of work, in milliseconds: by the server, by the database.
    pub fn each_since(self, before: Self, pieces: usize) -> (f64, f64) {
        let each = |now: Duration, then: Duration| {
            now.saturating_sub(then).as_secs_f64() * 1000.0
                / u32::try_from(pieces).map_or(f64::NAN, f64::from)
        };
        (each(self.server, before.server), each(self.database, before.database))
    }
}

/// User and system time of a process with all its threads (proc(5), the fields after its name).
fn time_of(process: u32) -> Result<Duration, Failed> {
    let told = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = told.rsplit_once(')').ok_or("the kernel tells no times")?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u32>).sum::<Result<u32, _>>()?;
    Ok(TICK * ticks)
}
