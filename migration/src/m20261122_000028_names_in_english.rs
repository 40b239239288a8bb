//! Organizations in the order of their English names, too: a page in English lists them by it (G1).
//!
//! What is there gets a plain key, which orders nearly everything as it should be; each save writes the real one.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

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
        let db = manager.get_connection();
        let order = if manager.get_database_backend() == DbBackend::Sqlite { "" } else { "COLLATE \"C\"" };
        for statement in UP {
            db.execute_unprepared(&statement.replace("{BYTE_ORDER}", order)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in DOWN {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
