//! Where a stage stands: a file of SQLite, or a database on the tests' PostgreSQL.

use migration::MigratorTrait as _;
use platform::Store;
use sea_orm::{ConnectionTrait as _, QueryResult, Statement};
use tempfile::TempDir;

pub enum Place {
    Sqlite(TempDir),
    Postgres { url: String },
}

impl Place {
    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().unwrap())
    }

    /// A database of its own, when the tests have a server; it has the schema of this version, or none.
    pub async fn postgres(of_this_version: bool) -> Option<Self> {
        let url = if of_this_version { trial::postgres().await } else { trial::empty_postgres().await };
        Some(Self::Postgres { url: url.unwrap()? })
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        }
    }

    pub async fn open(&self, steps: usize) -> Store {
        let url = match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("accord.sqlite").display()),
            Self::Postgres { url } => url.clone(),
        };
        let store = Store::open(&url).await.unwrap();
        migrate(&store, steps).await;
        store
    }

    pub async fn clear(&self) {
        if let Self::Postgres { url } = self {
            trial::remove(url).await.unwrap();
        }
    }
}

/// Takes so many steps, those taken already among them.
pub async fn migrate(store: &Store, steps: usize) {
    let steps = u32::try_from(steps).ok();
    migration::Migrator::up(store.write(), steps).await.unwrap();
}

/// Every row of every table as text.
pub async fn dump(store: &Store) -> Vec<String> {
    let tables = if store.is_sqlite() {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    } else {
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    };
    let mut rows = Vec::new();
    for table in texts(store, tables).await {
        let row =
            if store.is_sqlite() { quoted_row(store, &table).await } else { format!("\"{table}\"::text") };
        let found = texts(store, &format!("SELECT {row} FROM \"{table}\" ORDER BY 1")).await;
        rows.extend(found.into_iter().map(|row| format!("{table}: {row}")));
    }
    rows
}

/// SQLite writes a row as text when it is asked to quote each column.
async fn quoted_row(store: &Store, table: &str) -> String {
    let columns = texts(store, &format!("SELECT name FROM pragma_table_info('{table}')")).await;
    let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
    quoted.join(" || ',' || ")
}

async fn texts(store: &Store, sql: &str) -> Vec<String> {
    let db = store.read();
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row: &QueryResult| row.try_get_by_index(0).unwrap()).collect()
}
