//! What the machine allows for a page: a process beside the portal that answers the same bytes with nothing behind
//! them, or does by hand what a contact list must: one COUNT, one OFFSET, a page of HTML. It knows neither sessions nor
//! permissions.

use crate::Failed;
use crate::load::{self, Cost};
use crate::meter::Meter;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use axum::routing::get;
use axum::{Router, body::Bytes};
use reqwest::Client;
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database as Connections, DatabaseConnection, DbBackend, DbErr,
    QueryResult, Statement, Value,
};
use serde::Deserialize;
use std::fmt::Write as _;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tempfile::NamedTempFile;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use uuid::Uuid;

/// As many as the portal shows on a page.
const PAGE: u64 = 25;
/// As many connections as the portal keeps for reading.
const CONNECTIONS: u32 = 4;

/// A floor that runs.
#[derive(Debug)]
pub struct Floor {
    base: String,
    client: Client,
    meter: Meter,
    _process: Child,
    _sample: NamedTempFile,
}

impl Floor {
    /// `sample` is a page as the portal makes it.
    pub async fn start(database: &str, client: &Client, sample: &str) -> Result<Self, Failed> {
        let file = NamedTempFile::new()?;
        std::fs::write(file.path(), sample)?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("floor").arg(file.path()).env("ACCORD_DATABASE_URL", database);
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let said = process.stdout.take().ok_or("the floor says nothing")?;
        let port = BufReader::new(said).lines().next_line().await?.ok_or("the floor did not start")?;
        let meter = Meter::new(process.id().ok_or("the floor ended")?, Connections::connect(database).await?);
        let base = format!("http://127.0.0.1:{port}");
        Ok(Self { base, client: client.clone(), meter, _process: process, _sample: file })
    }

    /// Asks these addresses in turn; what an answer costs.
    pub async fn cost(&self, at_once: usize, time: Duration, addresses: &[String]) -> Result<Cost, Failed> {
        let mut turn = addresses.iter().cycle();
        load::cost(&self.meter, at_once, time, || {
            let request = self.client.get(format!("{}{}", self.base, turn.next()?));
            Some(async move {
                request.send().await?.error_for_status()?.bytes().await.map(drop).map_err(Into::into)
            })
        })
        .await
    }
}

/// Answers until it is killed.
pub async fn serve(database: &str, sample: &std::path::Path) -> Result<(), Failed> {
    let mut options = ConnectOptions::new(database);
    options.max_connections(CONNECTIONS).min_connections(CONNECTIONS).sqlx_logging(false);
    let page = Written::from(&std::fs::read_to_string(sample)?);
    let shared = Arc::new(Shared { db: Connections::connect(options).await?, page });
    let router = Router::new()
        .route("/bare", get(bare))
        .route("/page/{organization}/{page}", get(page_by_hand))
        .route("/statements/{organization}/{page}", get(statements))
        .route("/scan/{organization}", get(scan))
        .with_state(shared);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    Ok(axum::serve(listener, router).await?)
}

#[derive(Debug)]
struct Shared {
    db: DatabaseConnection,
    page: Written,
}

/// A page as somebody would write it by hand: what stands before the rows, after them, and around the values of a row.
#[derive(Debug)]
struct Written {
    whole: Bytes,
    before: String,
    row: String,
    after: String,
}

impl Written {
    fn from(sample: &str) -> Self {
        let whole = Bytes::from(sample.to_owned());
        let rows = sample.find("<tbody").and_then(|begin| sample[begin..].find("<tr").map(|row| begin + row));
        let end = sample.find("</tbody>");
        let (Some(begin), Some(end)) = (rows, end) else {
            return Self { whole, before: sample.to_owned(), row: String::new(), after: String::new() };
        };
        let row = sample[begin..end].split_inclusive("</tr>").next().unwrap_or_default();
        Self {
            whole,
            before: sample[..begin].to_owned(),
            row: row.to_owned(),
            after: sample[end..].to_owned(),
        }
    }
}

async fn bare(State(shared): State<Arc<Shared>>) -> Html<Bytes> {
    Html(shared.page.whole.clone())
}

async fn page_by_hand(
    State(shared): State<Arc<Shared>>,
    Path((organization, page)): Path<(Uuid, u64)>,
) -> Result<Html<String>, String> {
    let (count, rows) = shared.read(organization, page).await.map_err(|error| error.to_string())?;
    let Written { before, row, after, .. } = &shared.page;
    let mut html = String::with_capacity(shared.page.whole.len() + 4096);
    html.push_str(before);
    for contact in &rows {
        let text = |column: &str| contact.try_get::<String>("", column).unwrap_or_default();
        html.push_str(row);
        let _ = write!(html, "<!-- {} {} {} -->", text("last_name"), text("first_name"), text("email"));
    }
    html.push_str(after);
    let _ = write!(html, "<!-- {count} -->");
    Ok(Html(html))
}

async fn statements(
    State(shared): State<Arc<Shared>>,
    Path((organization, page)): Path<(Uuid, u64)>,
) -> Result<String, String> {
    let (count, rows) = shared.read(organization, page).await.map_err(|error| error.to_string())?;
    Ok(format!("{count} {}", rows.len()))
}

#[derive(Debug, Deserialize)]
struct Word {
    word: String,
}

async fn scan(
    State(shared): State<Arc<Shared>>,
    Path(organization): Path<Uuid>,
    Query(Word { word }): Query<Word>,
) -> Result<String, String> {
    let place = if shared.db.get_database_backend() == DbBackend::Sqlite { "instr" } else { "strpos" };
    let sql = format!(
        "SELECT COUNT(*) AS found FROM contacts WHERE organization_id = $1 AND active AND {place}(search, $2) > 0"
    );
    let rows =
        shared.ask(&sql, vec![organization.into(), word.into()]).await.map_err(|error| error.to_string())?;
    Ok(format!("{:?}", rows.first().and_then(|row| row.try_get::<i64>("", "found").ok())))
}

impl Shared {
    async fn read(&self, organization: Uuid, page: u64) -> Result<(i64, Vec<QueryResult>), DbErr> {
        let count = "SELECT COUNT(*) AS found FROM contacts WHERE organization_id = $1 AND active";
        let count = self.ask(count, vec![organization.into()]).await?;
        let rows = format!(
            "SELECT id, last_name, first_name, email, title, language, is_primary, account_id FROM contacts
             WHERE organization_id = $1 AND active ORDER BY sort_key, id LIMIT {PAGE} OFFSET {}",
            page.saturating_sub(1) * PAGE
        );
        let rows = self.ask(&rows, vec![organization.into()]).await?;
        let found = count.first().map_or(Ok(0), |row| row.try_get("", "found"))?;
        Ok((found, rows))
    }

    async fn ask(&self, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
        let backend = self.db.get_database_backend();
        self.db.query_all_raw(Statement::from_sql_and_values(backend, sql, values)).await
    }
}
