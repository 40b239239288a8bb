//! A stage: a fresh database, a clock that stands still, a mailbox, and people to put there.
//!
//! [`on_both`] plays a story on SQLite and, where `ACCORD_TEST_POSTGRES` names a server, once more on a fresh
//! database of it. A story that ends with letters nobody read fails: a mail is something that people see.

mod people;
mod place;
mod post;
mod smtp;

pub use people::{Org, Person, typed};
pub use post::{link_in, plain};
pub use smtp::Smtp;

use backend::{Operator, Portal, PortalSettings, Refusal, SignedIn, catalogue};
use domain::catalogue::Catalogue;
use domain::{AccountId, Bilingual, Field, Instant, Problem};
use place::Place;
use platform::calendar::{ATLANTIC, Calendar};
use platform::courier::Courier;
use platform::{Chance, Clock, Letter, Mail, Outbox, Platform, Secrets, Sender};
use sea_orm::{ConnectionTrait as _, QueryResult, Statement, Value};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// 22 November 2026, noon in Halifax.
pub const NOON: Instant = Instant(1_795_363_200_000);
pub const MINUTE: i64 = 60;
pub const DAY: i64 = 24 * 60 * MINUTE;

/// Where links lead, whatever a request says.
pub const BASE_URL: &str = "https://accord.example";

/// A portal on a database of its own.
pub struct Stage {
    pub portal: Portal,
    pub platform: Platform,
    letters: Arc<Mutex<Vec<Letter>>>,
}

/// Plays a story on each database.
pub fn on_both(story: impl AsyncFn(&Stage)) {
    played(usize::MAX, &default_catalogue(), story);
}

/// The same, with the modules, profiles and services of another catalogue.
pub fn on_both_with(catalogue: &Catalogue, story: impl AsyncFn(&Stage)) {
    played(usize::MAX, catalogue, story);
}

/// The same on databases that have taken so many steps only; the story brings them up to date.
pub fn on_both_older(steps: usize, story: impl AsyncFn(&Stage)) {
    played(steps, &default_catalogue(), story);
}

fn played(steps: usize, catalogue: &Catalogue, story: impl AsyncFn(&Stage)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    for place in
        [Some(Place::sqlite()), runtime.block_on(Place::postgres(steps == usize::MAX))].into_iter().flatten()
    {
        let stage = runtime.block_on(Stage::on(&place, steps, catalogue.clone()));
        let told = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(async {
                story(&stage).await;
                stage.nothing_unread().await;
            });
        }));
        runtime.block_on(async {
            stage.platform.store.close().await;
            place.clear().await;
        });
        if let Err(panic) = told {
            eprintln!("(the story was played on {})", place.name());
            resume_unwind(panic);
        }
    }
}

/// How often a race is run: `ACCORD_RACES`, or a short version.
pub fn races(short: u32) -> u32 {
    #[expect(clippy::disallowed_methods, reason = "a long night of races is asked for from outside")]
    std::env::var("ACCORD_RACES").ok().and_then(|text| text.parse().ok()).unwrap_or(short)
}

pub fn default_catalogue() -> Catalogue {
    catalogue::read(catalogue::DEFAULT).unwrap()
}

impl Stage {
    async fn on(place: &Place, steps: usize, catalogue: Catalogue) -> Self {
        let platform = Platform {
            store: place.open(steps).await,
            clock: Clock::held(NOON),
            chance: Chance::System,
            calendar: Calendar::of(ATLANTIC).unwrap(),
            secrets: Arc::new(Secrets::new([7; 32])),
            outbox: Outbox::default(),
            base_url: BASE_URL.into(),
        };
        let operator = Operator {
            name: Bilingual::new("Program Office", "Bureau des programmes"),
            email: "support@accord.example".to_owned(),
            phone: "506-555-0100".to_owned(),
        };
        let settings = PortalSettings { operator, ..PortalSettings::default() };
        let portal = Portal::new(platform.clone(), catalogue, settings, Vec::new());
        Self { portal, platform, letters: Arc::default() }
    }

    /// An older database takes the steps that are missing.
    pub async fn bring_up_to_date(&self) {
        place::migrate(&self.platform.store, usize::MAX).await;
    }

    /// Time passes.
    pub fn wait(&self, seconds: i64) {
        self.platform.clock.advance(seconds);
    }

    /// Time passes until that moment.
    pub fn wait_until(&self, moment: Instant) {
        let Clock::Held(at) = &self.platform.clock else { return };
        at.store(moment.0, std::sync::atomic::Ordering::SeqCst);
    }

    /// A new request of that account.
    pub async fn signed_in(&self, account: AccountId) -> SignedIn {
        self.portal.signed_in(account).await.unwrap().since(Some(self.portal.now()))
    }

    /// Runs a statement, its values written `$1`, `$2` …
    pub async fn run(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> u64 {
        let db = self.platform.store.write();
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        db.execute_raw(statement).await.unwrap().rows_affected()
    }

    /// Runs a statement that the database may refuse.
    pub async fn try_run(&self, sql: &str) -> Result<(), sea_orm::DbErr> {
        self.platform.store.write().execute_unprepared(sql).await.map(|_| ())
    }

    pub async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let db = self.platform.store.read();
        db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap()
    }

    /// The one number that a question answers.
    pub async fn number(&self, sql: &str) -> i64 {
        self.rows(sql).await[0].try_get_by_index(0).unwrap()
    }

    /// The texts of a column, in the order asked for.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        self.rows(sql).await.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// What the activity says happened since so many lines, newest last: event and details.
    pub async fn activity(&self) -> Vec<Line> {
        let rows = self
            .rows("SELECT event, actor_kind, actor_id, contact_id, details FROM activity ORDER BY at, number")
            .await;
        let read = |row: &QueryResult| Line {
            event: row.try_get_by_index(0).unwrap(),
            kind: row.try_get_by_index(1).unwrap(),
            actor: row.try_get_by_index(2).unwrap(),
            contact: row.try_get_by_index(3).unwrap(),
            details: serde_json::from_str(&row.try_get_by_index::<String>(4).unwrap()).unwrap(),
        };
        rows.iter().map(read).collect()
    }

    /// The same as they are kept, emptied ones included: event and details.
    pub async fn activity_kept(&self) -> Vec<(String, String)> {
        let rows = self.rows("SELECT event, details FROM activity ORDER BY at, number").await;
        rows.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())).collect()
    }

    /// The whole database, every row as text, blobs in hexadecimal.
    pub async fn dump(&self) -> Vec<String> {
        place::dump(&self.platform.store).await
    }

    /// Nothing at all was written since that dump.
    pub async fn unchanged_since(&self, before: &[String]) {
        let after = self.dump().await;
        let gone: Vec<_> = before.iter().filter(|row| !after.contains(row)).collect();
        let new: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
        assert!(gone.is_empty() && new.is_empty(), "gone: {gone:#?}\nnew: {new:#?}");
    }

    fn courier(&self, mail: Mail) -> Courier {
        let sender =
            Sender { name: "Accord".to_owned(), address: "accord@accord.example".to_owned(), reply_to: None };
        Courier::new(self.platform.clone(), mail, sender, vec![self.portal.letters()])
    }
}

/// A line of the activity.
#[derive(Debug)]
pub struct Line {
    pub event: String,
    pub kind: String,
    pub actor: Option<Uuid>,
    pub contact: Option<Uuid>,
    pub details: serde_json::Value,
}

/// Why it was refused.
#[track_caller]
pub fn refusal<T>(result: Result<T, Refusal>) -> Problem {
    match result {
        Err(Refusal::Refused(problem)) => problem,
        Err(other) => panic!("refused otherwise: {other:?}"),
        Ok(_) => panic!("it was granted"),
    }
}

/// What is wrong with that field.
#[track_caller]
pub fn fault<T>(result: Result<T, Refusal>, field: Field) -> Problem {
    match result {
        Err(Refusal::Invalid(problems)) => {
            problems.of(field).cloned().unwrap_or_else(|| panic!("{problems:?}"))
        }
        Err(other) => panic!("refused otherwise: {other:?}"),
        Ok(_) => panic!("it was granted"),
    }
}
