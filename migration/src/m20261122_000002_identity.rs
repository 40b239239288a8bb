//! The embedded OpenID provider: signing keys, accounts, registrations, sessions, requests, codes, tokens,
//! throttles.
//!
//! Moments are milliseconds since 1970 as integers. Of every secret only a hash is here; a signing key is
//! sealed with a key that is not in the database.

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE identity_keys (
        id {UUID} PRIMARY KEY,
        algorithm text NOT NULL,
        state text NOT NULL CHECK (state IN ('next', 'current', 'retired')),
        public_key text NOT NULL,
        sealed {BYTES} NOT NULL,
        created_at bigint NOT NULL,
        current_since bigint,
        retired_at bigint
    )",
    "CREATE UNIQUE INDEX identity_keys_one_current ON identity_keys (algorithm) WHERE state = 'current'",
    "CREATE TABLE identity_accounts (
        id {UUID} PRIMARY KEY,
        email text NOT NULL,
        email_key text NOT NULL,
        first_name text NOT NULL,
        last_name text NOT NULL,
        language text,
        password_hash text NOT NULL,
        password_set_at bigint NOT NULL,
        state text NOT NULL CHECK (state IN ('active', 'locked', 'disabled')),
        terms_version text NOT NULL,
        terms_accepted_at bigint NOT NULL,
        email_verified_at bigint NOT NULL,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL
    )",
    "CREATE UNIQUE INDEX identity_accounts_by_email ON identity_accounts (email_key)",
    "CREATE TABLE identity_requests (
        id {UUID} PRIMARY KEY,
        handle_hash {BYTES} NOT NULL,
        client_id text NOT NULL,
        redirect_uri text NOT NULL,
        scope text NOT NULL,
        state text,
        nonce text,
        code_challenge text NOT NULL,
        login_hint text,
        fresh boolean NOT NULL,
        max_age bigint,
        confirm boolean NOT NULL,
        created_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        answered_at bigint
    )",
    "CREATE UNIQUE INDEX identity_requests_by_handle ON identity_requests (handle_hash)",
    "CREATE INDEX identity_requests_by_end ON identity_requests (expires_at)",
    "CREATE TABLE identity_registrations (
        id {UUID} PRIMARY KEY,
        request_id {UUID} NOT NULL REFERENCES identity_requests (id) ON DELETE CASCADE,
        browser_hash {BYTES} NOT NULL,
        email text NOT NULL,
        email_key text NOT NULL,
        first_name text NOT NULL,
        last_name text NOT NULL,
        language text NOT NULL,
        password_hash text,
        terms_version text NOT NULL,
        terms_accepted_at bigint NOT NULL,
        issue integer NOT NULL,
        issued_at bigint NOT NULL,
        tries integer NOT NULL,
        account_id {UUID} REFERENCES identity_accounts (id),
        created_at bigint NOT NULL
    )",
    "CREATE INDEX identity_registrations_of_request ON identity_registrations (request_id, browser_hash, created_at)",
    "CREATE INDEX identity_registrations_by_email ON identity_registrations (email_key)",
    "CREATE TABLE identity_sessions (
        id {UUID} PRIMARY KEY,
        account_id {UUID} NOT NULL REFERENCES identity_accounts (id),
        token_hash {BYTES} NOT NULL,
        authenticated_at bigint NOT NULL,
        means text NOT NULL,
        created_at bigint NOT NULL,
        seen_at bigint NOT NULL,
        ends_at bigint NOT NULL,
        ended_at bigint
    )",
    "CREATE UNIQUE INDEX identity_sessions_by_token ON identity_sessions (token_hash)",
    "CREATE INDEX identity_sessions_of_account ON identity_sessions (account_id)",
    "CREATE INDEX identity_sessions_by_end ON identity_sessions (ends_at)",
    "CREATE TABLE identity_codes (
        code_hash {BYTES} PRIMARY KEY,
        client_id text NOT NULL,
        redirect_uri text NOT NULL,
        account_id {UUID} NOT NULL REFERENCES identity_accounts (id),
        session_id {UUID} NOT NULL REFERENCES identity_sessions (id) ON DELETE CASCADE,
        scope text NOT NULL,
        nonce text,
        code_challenge text NOT NULL,
        expires_at bigint NOT NULL,
        used_at bigint
    )",
    "CREATE INDEX identity_codes_by_end ON identity_codes (expires_at)",
    "CREATE INDEX identity_codes_of_session ON identity_codes (session_id)",
    "CREATE TABLE identity_tokens (
        token_hash {BYTES} PRIMARY KEY,
        kind text NOT NULL CHECK (kind IN ('access', 'refresh')),
        code_hash {BYTES} NOT NULL,
        client_id text NOT NULL,
        account_id {UUID} NOT NULL REFERENCES identity_accounts (id),
        session_id {UUID} NOT NULL REFERENCES identity_sessions (id) ON DELETE CASCADE,
        scope text NOT NULL,
        created_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        revoked_at bigint
    )",
    "CREATE INDEX identity_tokens_of_code ON identity_tokens (code_hash)",
    "CREATE INDEX identity_tokens_of_session ON identity_tokens (session_id)",
    "CREATE INDEX identity_tokens_by_end ON identity_tokens (expires_at)",
    "CREATE TABLE identity_throttles (
        subject_hash {BYTES} PRIMARY KEY,
        failures integer NOT NULL,
        last_at bigint NOT NULL,
        open_at bigint NOT NULL
    )",
    "CREATE INDEX identity_throttles_by_age ON identity_throttles (last_at)",
];

const TABLES: &[&str] = &[
    "identity_throttles",
    "identity_tokens",
    "identity_codes",
    "identity_sessions",
    "identity_registrations",
    "identity_requests",
    "identity_accounts",
    "identity_keys",
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
        let statements: Vec<String> = TABLES.iter().map(|table| format!("DROP TABLE {table}")).collect();
        run(manager, &statements).await
    }
}
