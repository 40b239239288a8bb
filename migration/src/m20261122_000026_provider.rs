//! The provider among others: keys that take turns, tokens that are renewed in families, consents that are
//! remembered, client applications registered from the command line, and assertions that were seen.
//!
//! Of a token, a secret or an assertion only a hash is here.

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "ALTER TABLE identity_keys ADD COLUMN signs_from bigint",
    "CREATE UNIQUE INDEX identity_keys_one_next ON identity_keys (algorithm) WHERE state = 'next'",
    "ALTER TABLE identity_tokens ADD COLUMN used_at bigint",
    "ALTER TABLE identity_tokens ADD COLUMN family_ends_at bigint",
    "ALTER TABLE identity_tokens ADD COLUMN authenticated_at bigint",
    "ALTER TABLE identity_tokens ADD COLUMN offline boolean NOT NULL DEFAULT false",
    "ALTER TABLE identity_requests ADD COLUMN consent boolean NOT NULL DEFAULT false",
    "ALTER TABLE identity_requests ADD COLUMN expected_account {UUID}",
    "CREATE TABLE identity_consents (
        account_id {UUID} NOT NULL REFERENCES identity_accounts (id) ON DELETE CASCADE,
        client_id text NOT NULL,
        scope text NOT NULL,
        given_at bigint NOT NULL,
        PRIMARY KEY (account_id, client_id)
    )",
    "CREATE TABLE identity_clients (
        id text PRIMARY KEY,
        registration text NOT NULL,
        secret_hash {BYTES},
        created_at bigint NOT NULL
    )",
    "CREATE TABLE identity_assertions (
        client_id text NOT NULL,
        jti_hash {BYTES} NOT NULL,
        expires_at bigint NOT NULL,
        PRIMARY KEY (client_id, jti_hash)
    )",
    "CREATE INDEX identity_assertions_by_end ON identity_assertions (expires_at)",
];

const DOWN: &[&str] = &[
    "DROP TABLE identity_assertions",
    "DROP TABLE identity_clients",
    "DROP TABLE identity_consents",
    "ALTER TABLE identity_requests DROP COLUMN expected_account",
    "ALTER TABLE identity_requests DROP COLUMN consent",
    "ALTER TABLE identity_tokens DROP COLUMN offline",
    "ALTER TABLE identity_tokens DROP COLUMN authenticated_at",
    "ALTER TABLE identity_tokens DROP COLUMN family_ends_at",
    "ALTER TABLE identity_tokens DROP COLUMN used_at",
    "DROP INDEX identity_keys_one_next",
    "ALTER TABLE identity_keys DROP COLUMN signs_from",
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
