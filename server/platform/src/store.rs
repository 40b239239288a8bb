//! The database: SQLite beside the program, or PostgreSQL for many servers.
//!
//! SQLite has one writer and many readers; every transaction that writes begins IMMEDIATE, so that a lock is
//! waited for at its start and never lost in the middle.

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use std::time::Duration;

/// A transaction that may write.
pub type Transaction = DatabaseTransaction;

/// The database of one server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
}

impl Store {
    /// Opens `sqlite:PATH` (made when it is not there) or `postgres://…`.
    ///
    /// # Errors
    /// When the address is neither, or the database does not answer.
    pub async fn open(url: &str) -> Result<Self, DbErr> {
        if url.starts_with("sqlite:") {
            return Self::open_sqlite(url).await;
        }
        let pool = Database::connect(postgres(url)).await?;
        Ok(Self { writer: pool.clone(), reader: pool })
    }

    async fn open_sqlite(url: &str) -> Result<Self, DbErr> {
        let writer = Database::connect(sqlite(url, 1)).await?;
        let reader = Database::connect(sqlite(url, 4)).await?;
        Ok(Self { writer, reader })
    }

    /// For reading outside a transaction.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// For one statement that writes by itself.
    #[must_use]
    pub fn write(&self) -> &DatabaseConnection {
        &self.writer
    }

    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Sqlite
    }

    /// Begins a transaction that may write: the only beginning there is.
    ///
    /// # Errors
    /// When the database cannot be reached, or stays locked too long.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        let mode = self.is_sqlite().then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() };
        self.writer.begin_with_options(options).await
    }

    /// Closes all connections, the write-ahead log folded in.
    pub async fn close(self) {
        let _ = self.reader.close().await;
        let _ = self.writer.close().await;
    }
}

fn sqlite(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(8))
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .create_if_missing(true)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .pragma("foreign_keys", "ON")
                .pragma("busy_timeout", "5000")
                .pragma("cache_size", "-16000")
        });
    options
}

fn postgres(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(8))
        .connect_timeout(Duration::from_secs(5))
        .statement_timeout(Duration::from_secs(20))
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    options
}
