//! People who are added with access while something goes wrong: what the browser heard of is compared with the export at
//! the end, the letters with both.
//!
//! A letter that had just left may leave once more: then with the same Message-ID, so that a mailbox shows it once.

use crate::Failed;
use crate::browser::Browser;
use crate::mailbox::Mailbox;
use crate::portal::Portal;
use crate::sign_ins::Reader;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Letters have so long to leave at the end.
const DELIVERED_WITHIN: Duration = Duration::from_secs(120);

/// The people whom an answer said to be added.
#[derive(Clone, Debug, Default)]
pub struct Acknowledged {
    numbers: Arc<AtomicU32>,
    emails: Arc<Mutex<BTreeSet<String>>>,
}

impl Acknowledged {
    /// Adds somebody new, who is acknowledged unless that fails.
    pub async fn add(&self, browser: &mut Browser, organization: &str) -> Result<(), Failed> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let email = format!("person.{number}@example.com");
        add(browser, organization, number, &email).await?;
        self.emails.lock().unwrap_or_else(PoisonError::into_inner).insert(email);
        Ok(())
    }

    pub fn all(&self) -> BTreeSet<String> {
        self.emails.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
    if answer.location.ends_with("/contacts") {
        Ok(())
    } else {
        Err(format!("answered {} {}", answer.status, answer.location).into())
    }
}

/// What there is in the end.
#[derive(Debug)]
pub struct Found {
    acknowledged: usize,
    /// Acknowledged, and not there.
    lost: Vec<String>,
    /// There, and nothing was written to them.
    unwritten: Vec<String>,
    /// Letters that left more than once.
    pub twice: usize,
    /// Those of them whose mailbox would show them twice.
    doubled: usize,
    faults: Option<String>,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} people acknowledged, {} lost, {} without their letter, {} letters twice, {} of them with another \
             Message-ID; {}",
            self.acknowledged,
            self.lost.len(),
            self.unwritten.len(),
            self.twice,
            self.doubled,
            self.faults.as_deref().unwrap_or("accord check finds nothing wrong"),
        )
    }
}

impl Found {
    pub async fn in_portal(
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

    pub fn is_well(&self) -> bool {
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
