//! The process itself: how soon it answers, and what it holds in memory.

use crate::Failed;
use crate::portal::Portal;
use crate::table::Column;

/// As many visitors have begun to sign in.
const SESSIONS: u32 = 10_000;
/// As often is it started.
const STARTS: u32 = 5;

/// Adds the memory with this many sessions to the table.
pub async fn measure_memory(portal: &Portal, column: &mut Column) -> Result<(), Failed> {
    let meter = portal.meter().await?;
    column.figure("memory, at first", meter.memory()?, "MB");
    for _ in 0..SESSIONS {
        let begun =
            portal.browser().submit("/auth/start", &[("language", "en"), ("return", "/en/home")]).await?;
        if begun.status != 303 {
            return Err(format!("a session was refused: {}", begun.status).into());
        }
    }
    column.figure("memory, after 10,000 sessions", meter.memory()?, "MB");
    Ok(())
}

/// Adds the time from the start of the process to its first answer.
pub async fn measure_start(portal: &mut Portal, column: &mut Column) -> Result<(), Failed> {
    let mut slowest = 0.0_f64;
    for _ in 0..STARTS {
        portal.kill().await?;
        slowest = slowest.max(portal.start_again().await?.as_secs_f64() * 1000.0);
    }
    column.figure("start to first answer, existing database, slowest of five", slowest, "ms");
    Ok(())
}
