//! Killed at any moment: what was acknowledged is there, nothing is there by half, every letter leaves.
//!
//! Administrators add people with access, two at a time, while the process is killed; then it is started again on what
//! was left. What the browser heard of is compared with the export at the end, the letters with both. A letter that had
//! just left may leave once more: then with the same Message-ID, so that a mailbox shows it once.

use crate::browser::Browser;
use crate::mailbox::Mailbox;
use crate::portal::{Database, Portal, Scene};
use crate::sign_ins::Reader;
use crate::{Failed, UNLIMITED};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How many add people at once.
const AT_ONCE: usize = 2;
/// The longest life of a process, in milliseconds.
const LIVES: u64 = 250;
/// Letters have so long to leave at the end.
const DELIVERED_WITHIN: Duration = Duration::from_secs(120);
/// The people whom an answer said to be added.
#[derive(Clone, Debug, Default)]
struct Acknowledged {
    numbers: Arc<AtomicU32>,
    emails: Arc<Mutex<BTreeSet<String>>>,
}

impl Acknowledged {
    fn of(&self, email: String) {
        self.emails.lock().unwrap_or_else(PoisonError::into_inner).insert(email);
    }

    fn all(&self) -> BTreeSet<String> {
        self.emails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

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
    println!(
        "{name}: killed {times} times; {} people acknowledged, {} lost, {} without their letter, {} letters twice, {} of \
         them with another Message-ID; ready again within {} ms; {}",
        found.acknowledged,
        found.lost.len(),
        found.unwritten.len(),
        found.twice,
        found.doubled,
        slowest.as_millis(),
        found.faults.as_deref().unwrap_or("accord check finds nothing wrong"),
    );
    if found.is_well() { Ok(()) } else { Err(format!("{name} lost something: {found:?}").into()) }
}

/// Until the process is gone.
async fn add_people(reader: Reader, acknowledged: Acknowledged) {
    let Reader { mut browser, organization, .. } = reader;
    loop {
        let number = acknowledged.numbers.fetch_add(1, Ordering::Relaxed);
        let email = format!("person.{number}@example.com");
        match add(&mut browser, &organization, number, &email).await {
            Ok(()) => acknowledged.of(email),
            Err(_) => return,
        }
    }
}

async fn add(browser: &mut Browser, organization: &str, number: u32, email: &str) -> Result<(), Failed> {
    let last_name = format!("Person{number}");
    let form = [
        ("organization", organization),
        ("form[contact][last_name]", &last_name),
        ("form[contact][first_name]", "Robin"),
        ("form[contact][email]", email),
        ("form[invitation][profiles][]", "funding.user"),
        ("form[invitation][message]", ""),
    ];
    let answer = browser.submit("/api/invitations/add_and_invite", &form).await?;
    if answer.location.ends_with("/contacts") { Ok(()) } else { Err("it was refused".into()) }
}

/// A moment of a process's life.
fn by_chance() -> Duration {
    Duration::from_millis(RandomState::new().hash_one(Instant::now().elapsed()) % LIVES)
}

/// What there is in the end.
#[derive(Debug)]
struct Found {
    acknowledged: usize,
    /// Acknowledged, and not there.
    lost: Vec<String>,
    /// There, and nothing was written to them.
    unwritten: Vec<String>,
    /// Letters that left more than once.
    twice: usize,
    /// Those of them whose mailbox would show them twice.
    doubled: usize,
    faults: Option<String>,
}

impl Found {
    async fn in_portal(
        portal: &Portal,
        mailbox: &Mailbox,
        mut reader: Reader,
        acknowledged: BTreeSet<String>,
    ) -> Result<Self, Failed> {
        let export = reader.browser.open(&format!("{}/export.csv?active=false", reader.list)).await?;
        let there: BTreeSet<String> = people_in(&export.body);
        let letters = letters_to(mailbox, &there).await?;
        let twice = letters.values().filter(|ids| ids.len() > 1);
        Ok(Self {
            acknowledged: acknowledged.len(),
            lost: acknowledged.difference(&there).cloned().collect(),
            unwritten: there.iter().filter(|email| !letters.contains_key(*email)).cloned().collect(),
            twice: twice.clone().count(),
            doubled: twice.filter(|ids| ids.iter().collect::<BTreeSet<_>>().len() > 1).count(),
            faults: portal.faults().await?,
        })
    }

    fn is_well(&self) -> bool {
        self.lost.is_empty() && self.unwritten.is_empty() && self.doubled == 0 && self.faults.is_none()
    }
}

/// The people that these kills added, by address.
fn people_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || "@.".contains(letter)));
    words
        .filter(|word| word.starts_with("person.") && word.ends_with("@example.com"))
        .map(str::to_owned)
        .collect()
}

/// The Message-IDs of the letters that left, by recipient, once everybody has one or the time is over.
async fn letters_to(
    mailbox: &Mailbox,
    people: &BTreeSet<String>,
) -> Result<BTreeMap<String, Vec<String>>, Failed> {
    let until = Instant::now() + DELIVERED_WITHIN;
    loop {
        let mut letters: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for letter in mailbox.letters()? {
            let header = |name: &str| letter.lines().find_map(|line| line.strip_prefix(name));
            let (Some(to), Some(id)) = (header("To: "), header("Message-ID: ")) else { continue };
            for email in people_in(to) {
                letters.entry(email).or_default().push(id.trim().to_owned());
            }
        }
        if people.iter().all(|email| letters.contains_key(email)) || Instant::now() > until {
            return Ok(letters);
        }
        sleep(Duration::from_millis(200)).await;
    }
}
