//! Ways in: the address that each told, and which sessions were begun with it, so that its provider can end them (A7).

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "ALTER TABLE logins ADD COLUMN email text",
    "ALTER TABLE sessions ADD COLUMN login_hash {BYTES}",
    "ALTER TABLE sessions ADD COLUMN sid_hash {BYTES}",
    "CREATE INDEX sessions_of_login ON sessions (login_hash) WHERE login_hash IS NOT NULL",
    "CREATE INDEX sessions_of_sid ON sessions (sid_hash) WHERE sid_hash IS NOT NULL",
];

const DOWN: &[&str] = &[
    "DROP INDEX sessions_of_sid",
    "DROP INDEX sessions_of_login",
    "ALTER TABLE sessions DROP COLUMN sid_hash",
    "ALTER TABLE sessions DROP COLUMN login_hash",
    "ALTER TABLE logins DROP COLUMN email",
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
        run(manager, DOWN).await
    }
}
