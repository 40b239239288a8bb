//! Organizations in the order of their English names, too: a page in English lists them by it (G1).
//!
//! What is there gets a plain key, which orders nearly everything as it should be; each save writes the real one.

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "ALTER TABLE organizations ADD COLUMN sort_key_en text {BYTE_ORDER} NOT NULL DEFAULT ''",
    "UPDATE organizations SET sort_key_en = lower(name_en)",
    "CREATE INDEX organizations_by_name_en ON organizations (sort_key_en, id)",
];

const DOWN: &[&str] =
    &["DROP INDEX organizations_by_name_en", "ALTER TABLE organizations DROP COLUMN sort_key_en"];

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
        run(manager, DOWN).await
    }
}
