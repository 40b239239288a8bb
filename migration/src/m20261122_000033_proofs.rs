//! Proofs of work that were used (A4); whoever comes through another provider is found by address (A6).

use crate::statements::run;
use sea_orm_migration::prelude::*;

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
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX accounts_by_address", "DROP TABLE identity_proofs"]).await
    }
}
