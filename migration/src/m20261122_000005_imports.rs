//! Imports: a table of contacts that waits for its confirmation, then a state for each of its lines (G6).
//!
//! An upload belongs to the account that sent it, and leaves the database when it expires, its lines with it. What
//! an import invites does not count among the invitations of a day (I12), so each invitation says whether it was.

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE imports (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        account_id {UUID} NOT NULL REFERENCES accounts (id),
        name text NOT NULL,
        upload text NOT NULL,
        inviting text NOT NULL,
        state text NOT NULL CHECK (state IN ('preview', 'running', 'done')),
        created_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        leased_until bigint NOT NULL,
        leased_by {UUID},
        CHECK (state = 'preview' OR upload = '')
    )",
    "CREATE INDEX imports_running ON imports (leased_until) WHERE state = 'running'",
    "CREATE INDEX imports_by_end ON imports (expires_at)",
    "CREATE TABLE import_lines (
        import_id {UUID} NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        line bigint NOT NULL,
        state text NOT NULL
            CHECK (state IN ('waiting', 'added', 'invited', 'here', 'inactive', 'faulty', 'refused')),
        entry text NOT NULL,
        profiles text NOT NULL,
        reasons text,
        contact_id {UUID} REFERENCES contacts (id),
        PRIMARY KEY (import_id, line),
        CHECK (contact_id IS NOT NULL OR state NOT IN ('added', 'invited', 'here')),
        CHECK (reasons IS NOT NULL OR state NOT IN ('faulty', 'refused'))
    )",
    "CREATE INDEX import_lines_by_state ON import_lines (import_id, state, line)",
    "ALTER TABLE invitations ADD COLUMN imported boolean NOT NULL DEFAULT FALSE",
];

const DOWN: &[&str] =
    &["ALTER TABLE invitations DROP COLUMN imported", "DROP TABLE import_lines", "DROP TABLE imports"];

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
