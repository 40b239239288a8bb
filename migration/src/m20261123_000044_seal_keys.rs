//! The keys with which the deployment seals what everybody signed (S3); the private half is itself sealed.

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &["CREATE TABLE seal_keys (
        number integer PRIMARY KEY CHECK (number > 0),
        certificate {BYTES} NOT NULL,
        sealed {BYTES} NOT NULL,
        made_at bigint NOT NULL
    )"];

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
        run(manager, &["DROP TABLE seal_keys"]).await
    }
}
