//! Second factors, what waits between a password and them, and what people see of their account (A8, A9).

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "ALTER TABLE identity_accounts ADD COLUMN recovery_issue integer NOT NULL DEFAULT 0",
    "ALTER TABLE identity_accounts ADD COLUMN new_email text",
    "ALTER TABLE identity_accounts ADD COLUMN new_email_at bigint",
    "ALTER TABLE identity_sessions ADD COLUMN device text",
    "ALTER TABLE identity_sessions ADD COLUMN address text",
    "CREATE INDEX identity_sessions_of ON identity_sessions (account_id, ended_at)",
    "CREATE TABLE identity_factors (
        id {UUID} PRIMARY KEY,
        account_id {UUID} NOT NULL REFERENCES identity_accounts (id),
        kind text NOT NULL CHECK (kind IN ('app', 'passkey')),
        name text NOT NULL,
        secret {BYTES} NOT NULL,
        credential {BYTES} UNIQUE,
        last_step bigint NOT NULL DEFAULT 0,
        created_at bigint NOT NULL,
        used_at bigint,
        CHECK ((kind = 'passkey') = (credential IS NOT NULL))
    )",
    "CREATE INDEX identity_factors_of ON identity_factors (account_id)",
    "CREATE TABLE identity_recoveries (
        account_id {UUID} NOT NULL REFERENCES identity_accounts (id),
        issue integer NOT NULL,
        number integer NOT NULL,
        used_at bigint NOT NULL,
        PRIMARY KEY (account_id, issue, number)
    )",
    "CREATE TABLE identity_half_sign_ins (
        request_id {UUID} NOT NULL,
        browser_hash {BYTES} NOT NULL,
        account_id {UUID} NOT NULL REFERENCES identity_accounts (id),
        expires_at bigint NOT NULL,
        PRIMARY KEY (request_id, browser_hash)
    )",
    "CREATE TABLE identity_ceremonies (
        ticket_hash {BYTES} PRIMARY KEY,
        account_id {UUID} REFERENCES identity_accounts (id),
        state text NOT NULL,
        expires_at bigint NOT NULL
    )",
    "CREATE TABLE identity_events (
        id {UUID} PRIMARY KEY,
        account_id {UUID} NOT NULL REFERENCES identity_accounts (id),
        at bigint NOT NULL,
        kind text NOT NULL,
        detail text,
        device text
    )",
    "CREATE INDEX identity_events_of ON identity_events (account_id, id)",
];

const DOWN: &[&str] = &[
    "DROP TABLE identity_events",
    "DROP TABLE identity_ceremonies",
    "DROP TABLE identity_half_sign_ins",
    "DROP TABLE identity_recoveries",
    "DROP TABLE identity_factors",
    "DROP INDEX identity_sessions_of",
    "ALTER TABLE identity_sessions DROP COLUMN address",
    "ALTER TABLE identity_sessions DROP COLUMN device",
    "ALTER TABLE identity_accounts DROP COLUMN new_email_at",
    "ALTER TABLE identity_accounts DROP COLUMN new_email",
    "ALTER TABLE identity_accounts DROP COLUMN recovery_issue",
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
