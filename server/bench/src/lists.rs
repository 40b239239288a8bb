//! The contact list and the searches, on many contacts: what a page costs, beside what the machine allows.
//!
//! Fifty sessions of one administrator read fifty organizations in turn, any page: nothing is asked twice in a row.
//! What the program that measures spends does not count.

use crate::Failed;
use crate::browser::Browser;
use crate::floor::Floor;
use crate::load::{self, Cost};
use crate::meter::Meter;
use crate::portal::{PEOPLE, Portal};
use crate::sign_ins::come_in;
use crate::table::Column;
use rand::Rng as _;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use std::time::Duration;
use uuid::Uuid;

/// As many organizations are read in turn, each by a session of its own.
const ORGANIZATIONS: usize = 50;
/// How many requests are under way at once: enough that two cores never wait for the one who asks.
const AT_ONCE: usize = 4;
/// Contacts on a page of the list.
const PAGE: u64 = 25;
/// What people type, letter by letter: names in both languages, a part of an address, nobody.
const TYPED: [&str; 10] = ["c", "co", "cot", "cote", "leb", "leblanc", "macd", "marie", "o%27br", "zzzz"];

/// Somebody who reads the list of an organization of ten thousand contacts.
#[derive(Clone, Debug)]
struct Reader {
    browser: Browser,
    organization: Uuid,
    pages: u64,
}

/// The portal with its readers.
#[derive(Debug)]
struct Readers {
    readers: Vec<Reader>,
    meter: Meter,
    time: Duration,
}

/// Adds these figures to the table: `large` has many organizations, the largest of ten thousand contacts; `small` has
/// one of that size and hardly another.
pub async fn measure(
    large: &Portal,
    small: &Portal,
    time: Duration,
    column: &mut Column,
) -> Result<(), Failed> {
    let many = Readers::of(large, time).await?;
    let any = many.read(AT_ONCE, any_page).await?;
    column.figure("contact list, any page of 1,000,000 contacts", any.times.rate(), "/s");
    column.times("contact list, any page", &any.times);
    column.figure("contact list, CPU of the server", any.server, "ms");
    column.figure("contact list, CPU of the database", any.database, "ms");

    let first = many.readers.first().ok_or("there is no organization of that size")?;
    let sample = first.browser.clone().open(&first.list(1)).await?.body;
    let floor = Floor::start(large.database_url(), &large.client, &sample).await?;
    let by_hand = |what: &str| -> Vec<String> {
        let turns = (0..1000).zip(many.readers.iter().cycle());
        turns.map(|(_, one)| format!("/{what}/{}/{}", one.organization, any_page(one))).collect()
    };
    let bare = floor.cost(AT_ONCE, time, &["/bare".to_owned()]).await?;
    column.figure("the same bytes from a bare handler, CPU", bare.all(), "ms");
    let statements = floor.cost(AT_ONCE, time, &by_hand("statements")).await?;
    column.figure("COUNT and OFFSET alone, CPU", statements.all(), "ms");
    let page = floor.cost(AT_ONCE, time, &by_hand("page")).await?;
    column.figure("a page by hand, of COUNT and OFFSET, CPU", page.all(), "ms");
    column.ratio("contact list to the page by hand, CPU", any.all() / page.all());

    let (first, last) = (many.read(1, |_| 1).await?, many.read(1, |one| one.pages).await?);
    column.figure("contact list, first page, CPU", first.all(), "ms");
    column.ratio("last page to first page, CPU", last.all() / first.all());
    let few = Readers::of(small, time).await?.read(1, any_page).await?;
    let as_many = many.read(1, any_page).await?;
    column.ratio("1,000,000 contacts to one organization alone, CPU", as_many.all() / few.all());

    let typed = many.search().await?;
    column.times("search in an organization of 10,000", &typed.times);
    column.figure("search in an organization of 10,000, CPU", typed.all(), "ms");
    let scans = many.readers.iter().cycle().zip(TYPED.iter().cycle()).take(1000);
    let scans: Vec<String> =
        scans.map(|(one, word)| format!("/scan/{}?word={word}", one.organization)).collect();
    let scan = floor.cost(1, time, &scans).await?;
    column.figure("a literal scan by hand, CPU", scan.all(), "ms");
    column.ratio("search to the literal scan, CPU", typed.all() / scan.all());

    let everywhere = many.search_everywhere(come_in(large.browser(), PEOPLE[3]).await?).await?;
    column.times("search in all organizations", &everywhere.times);
    column.figure("search in all organizations, CPU", everywhere.all(), "ms");
    Ok(())
}

fn any_page(reader: &Reader) -> u64 {
    rand::rng().random_range(1..=reader.pages)
}

impl Reader {
    fn list(&self, page: u64) -> String {
        format!("/en/organizations/{}/contacts?page={page}", self.organization)
    }

    fn search(&self, word: &str) -> String {
        format!("/en/organizations/{}/contacts?q={word}", self.organization)
    }
}

impl Readers {
    async fn of(portal: &Portal, time: Duration) -> Result<Self, Failed> {
        let db = portal.connect().await?;
        let mut readers = Vec::new();
        for (organization, contacts) in largest(&db).await? {
            if !join(&db, organization).await? {
                continue;
            }
            let browser = come_in(portal.browser(), PEOPLE[1]).await?;
            readers.push(Reader { browser, organization, pages: contacts.div_ceil(PAGE).max(1) });
        }
        db.close().await?;
        Ok(Self { readers, meter: portal.meter().await?, time })
    }

    async fn read(&self, at_once: usize, page: impl Fn(&Reader) -> u64) -> Result<Cost, Failed> {
        let mut turn = self.readers.iter().cycle();
        load::cost(&self.meter, at_once, self.time, || {
            let reader = turn.next()?;
            Some(answered(reader.browser.clone(), reader.list(page(reader))))
        })
        .await
    }

    /// One after the other, as somebody types.
    async fn search(&self) -> Result<Cost, Failed> {
        let mut turn = self.readers.iter().cycle().zip(TYPED.iter().cycle());
        load::cost(&self.meter, 1, self.time, || {
            let (reader, word) = turn.next()?;
            Some(answered(reader.browser.clone(), reader.search(word)))
        })
        .await
    }

    async fn search_everywhere(&self, support: Browser) -> Result<Cost, Failed> {
        let mut turn = TYPED.iter().cycle();
        load::cost(&self.meter, 1, self.time, || {
            Some(answered(support.clone(), format!("/en/desk?q={}", turn.next()?)))
        })
        .await
    }
}

async fn answered(mut browser: Browser, address: String) -> Result<(), Failed> {
    let page = browser.open(&address).await?;
    if page.status == 200 { Ok(()) } else { Err(format!("{address} answered {}", page.status).into()) }
}

/// The organizations of ten thousand contacts, with how many of those are active.
async fn largest(db: &DatabaseConnection) -> Result<Vec<(Uuid, u64)>, Failed> {
    let sql = format!(
        "SELECT organization_id, SUM(CASE WHEN active THEN 1 ELSE 0 END) AS contacts FROM contacts
         WHERE organization_id IN (SELECT id FROM organizations WHERE state = 'open')
         GROUP BY organization_id HAVING COUNT(*) >= 9000 ORDER BY organization_id LIMIT {ORGANIZATIONS}"
    );
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    let read = |row: &sea_orm::QueryResult| -> Result<(Uuid, u64), Failed> {
        let contacts: i64 = row.try_get("", "contacts")?;
        Ok((row.try_get("", "organization_id")?, u64::try_from(contacts)?))
    };
    rows.iter().map(read).collect()
}

/// The administrator of the demonstration takes the place of somebody who administers this organization, unless they
/// have one already; says whether there is such a place.
async fn join(db: &DatabaseConnection, organization: Uuid) -> Result<bool, Failed> {
    let sql = "UPDATE contacts SET account_id = (SELECT id FROM accounts WHERE email = $2)
        WHERE id = (
            SELECT contacts.id FROM contacts JOIN grants ON grants.contact_id = contacts.id
            WHERE contacts.organization_id = $1 AND contacts.active AND contacts.account_id IS NOT NULL
                AND grants.profile = 'funding.administrator' AND grants.state = 'active' AND grants.ends_at IS NULL
            ORDER BY contacts.is_primary DESC, contacts.id LIMIT 1
        ) AND NOT EXISTS (
            SELECT 1 FROM contacts AS own JOIN accounts ON accounts.id = own.account_id
            WHERE own.organization_id = $1 AND accounts.email = $2
        )";
    let of = |sql: &str| {
        let values = [organization.into(), PEOPLE[1].into()];
        Statement::from_sql_and_values(db.get_database_backend(), sql, values)
    };
    db.execute_raw(of(sql)).await?;
    let place = "SELECT contacts.id FROM contacts JOIN accounts ON accounts.id = contacts.account_id
        WHERE contacts.organization_id = $1 AND accounts.email = $2";
    Ok(db.query_one_raw(of(place)).await?.is_some())
}
