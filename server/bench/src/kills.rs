//! Killed at any moment: what was acknowledged is there, nothing is there by half, every letter leaves.
//!
//! Administrators add people with access, two at a time, while the process is killed; then it is started again on what
//! was left.

use crate::mailbox::Mailbox;
use crate::people::{Acknowledged, Found};
use crate::portal::{Database, Portal, Scene};
use crate::sign_ins::Reader;
use crate::{Failed, UNLIMITED};
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How many add people at once.
const AT_ONCE: usize = 2;
/// The longest life of a process, in milliseconds.
const LIVES: u64 = 250;

/// Kills a portal so many times, and says what became of what it had acknowledged.
pub async fn try_them(program: &Path, database: Database, times: u32) -> Result<(), Failed> {
    let name = database.name();
    let mailbox = Mailbox::open().await?;
    let settings = [UNLIMITED.as_slice(), &[("ACCORD_MAIL", &*mailbox.url)]].concat();
    let mut portal = Portal::start(program, &database, Scene::USUAL, &settings).await?;
    let reader = Reader::signed_in(&portal).await?;
    let acknowledged = Acknowledged::default();
    let mut slowest = Duration::ZERO;
    for _ in 0..times {
        let mut people = JoinSet::new();
        for _ in 0..AT_ONCE {
            people.spawn(add_people(reader.clone(), acknowledged.clone()));
        }
        sleep(by_chance()).await;
        portal.kill().await?;
        while people.join_next().await.is_some() {}
        slowest = slowest.max(portal.start_again().await?);
    }
    let found = Found::in_portal(&portal, &mailbox, reader, acknowledged.all()).await?;
    println!("{name}: killed {times} times, ready again within {} ms; {found}", slowest.as_millis());
    if found.is_well() { Ok(()) } else { Err(format!("{name} lost something: {found:?}").into()) }
}

/// Until the process is gone.
async fn add_people(reader: Reader, acknowledged: Acknowledged) {
    let Reader { mut browser, organization, .. } = reader;
    while acknowledged.add(&mut browser, &organization).await.is_ok() {}
}

/// A moment of a process's life.
fn by_chance() -> Duration {
    Duration::from_millis(RandomState::new().hash_one(Instant::now().elapsed()) % LIVES)
}
