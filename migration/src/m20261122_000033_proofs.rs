//! Proofs of work that were used (A4); whoever comes through another provider is found by address (A6).

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE identity_proofs (
        challenge_hash {BYTES} PRIMARY KEY,
        expires_at bigint NOT NULL
    )",
    "CREATE INDEX identity_proofs_by_end ON identity_proofs (expires_at)",
    "CREATE INDEX accounts_by_address ON accounts (lower(email))",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait elides it, and async_trait wants the same words")]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let bytes = if manager.get_database_backend() == DbBackend::Sqlite { "blob" } else { "bytea" };
        for statement in UP {
            db.execute_unprepared(&statement.replace("{BYTES}", bytes)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("DROP INDEX accounts_by_address").await?;
        db.execute_unprepared("DROP TABLE identity_proofs").await.map(|_| ())
    }
}
