//! Organizations, contacts, accounts, grants, invitations, activity, sessions, outbox.
//!
//! Moments are milliseconds since 1970 as integers; whatever an organization owns carries its identifier.

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE organizations (
        id {UUID} PRIMARY KEY,
        name_en text NOT NULL,
        name_fr text NOT NULL,
        search text NOT NULL,
        sort_key text {BYTE_ORDER} NOT NULL,
        language text,
        email text,
        phone text,
        address text,
        state text NOT NULL CHECK (state IN ('requested', 'open', 'closed', 'merged')),
        tracks_clients boolean NOT NULL,
        operator boolean NOT NULL,
        created_at bigint NOT NULL
    )",
    "CREATE INDEX organizations_by_name ON organizations (sort_key, id)",
    "CREATE UNIQUE INDEX organizations_one_operator ON organizations (operator) WHERE operator",
    "CREATE TABLE organization_modules (
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        module text NOT NULL,
        PRIMARY KEY (organization_id, module)
    )",
    "CREATE TABLE accounts (
        id {UUID} PRIMARY KEY,
        name text NOT NULL,
        email text,
        email_verified boolean NOT NULL,
        language text,
        created_at bigint NOT NULL,
        last_sign_in_at bigint NOT NULL,
        disabled_at bigint
    )",
    "CREATE TABLE logins (
        issuer text NOT NULL,
        subject text NOT NULL,
        account_id {UUID} NOT NULL REFERENCES accounts (id),
        created_at bigint NOT NULL,
        PRIMARY KEY (issuer, subject)
    )",
    "CREATE INDEX logins_of_account ON logins (account_id)",
    "CREATE TABLE contacts (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        last_name text NOT NULL,
        first_name text NOT NULL,
        email text NOT NULL,
        email_key text {BYTE_ORDER} NOT NULL,
        title text,
        language text,
        office_location text,
        position_type text,
        full_time_equivalent integer,
        active boolean NOT NULL,
        is_primary boolean NOT NULL,
        account_id {UUID} REFERENCES accounts (id),
        search text NOT NULL,
        sort_key text {BYTE_ORDER} NOT NULL,
        version bigint NOT NULL,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL,
        CHECK (active OR NOT is_primary)
    )",
    "CREATE INDEX contacts_in_order ON contacts (organization_id, sort_key, id)",
    "CREATE INDEX contacts_by_email ON contacts (organization_id, email_key)",
    "CREATE UNIQUE INDEX contacts_one_primary ON contacts (organization_id) WHERE is_primary",
    "CREATE UNIQUE INDEX contacts_one_account ON contacts (organization_id, account_id) WHERE account_id IS NOT NULL",
    "CREATE INDEX contacts_of_account ON contacts (account_id) WHERE account_id IS NOT NULL",
    "CREATE TABLE contact_phones (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        contact_id {UUID} NOT NULL REFERENCES contacts (id),
        place integer NOT NULL,
        kind text NOT NULL,
        number text NOT NULL,
        extension text
    )",
    "CREATE INDEX contact_phones_of_contact ON contact_phones (contact_id, place)",
    "CREATE TABLE grants (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        contact_id {UUID} NOT NULL REFERENCES contacts (id),
        profile text NOT NULL,
        state text NOT NULL CHECK (state IN ('active', 'suspended', 'revoked', 'ended')),
        granted_by {UUID} REFERENCES contacts (id),
        granted_at bigint NOT NULL,
        changed_at bigint NOT NULL,
        ends_at bigint
    )",
    "CREATE UNIQUE INDEX grants_once ON grants (contact_id, profile) WHERE state IN ('active', 'suspended')",
    "CREATE INDEX grants_of_organization ON grants (organization_id, profile) WHERE state = 'active'",
    "CREATE TABLE invitations (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        contact_id {UUID} NOT NULL REFERENCES contacts (id),
        email text NOT NULL,
        language text,
        message text,
        token_hash {BYTES} NOT NULL,
        state text NOT NULL CHECK (state IN ('pending', 'accepted', 'declined', 'withdrawn', 'superseded')),
        issued_by {UUID} REFERENCES contacts (id),
        issued_by_support boolean NOT NULL,
        issued_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        ended_at bigint,
        accepted_by {UUID} REFERENCES accounts (id),
        reminded_at bigint,
        expiry_told_at bigint,
        asked_again_at bigint
    )",
    "CREATE UNIQUE INDEX invitations_by_token ON invitations (token_hash)",
    "CREATE UNIQUE INDEX invitations_one_pending ON invitations (contact_id) WHERE state = 'pending'",
    "CREATE INDEX invitations_of_contact ON invitations (contact_id, issued_at)",
    "CREATE INDEX invitations_of_inviter ON invitations (issued_by, issued_at)",
    "CREATE INDEX invitations_open ON invitations (expires_at) WHERE state = 'pending'",
    "CREATE TABLE invitation_profiles (
        invitation_id {UUID} NOT NULL REFERENCES invitations (id),
        profile text NOT NULL,
        PRIMARY KEY (invitation_id, profile)
    )",
    "CREATE TABLE activity (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} REFERENCES organizations (id),
        at bigint NOT NULL,
        actor_id {UUID},
        actor_kind text NOT NULL CHECK (actor_kind IN ('contact', 'support', 'account', 'system')),
        event text NOT NULL,
        contact_id {UUID},
        details text NOT NULL
    )",
    "CREATE INDEX activity_of_organization ON activity (organization_id, at, id)",
    "CREATE TABLE sessions (
        id_hash {BYTES} PRIMARY KEY,
        account_id {UUID},
        data {BYTES} NOT NULL,
        created_at bigint NOT NULL,
        expires_at bigint NOT NULL
    )",
    "CREATE INDEX sessions_of_account ON sessions (account_id) WHERE account_id IS NOT NULL",
    "CREATE INDEX sessions_by_end ON sessions (expires_at)",
    "CREATE TABLE outbox (
        id {UUID} PRIMARY KEY,
        kind text NOT NULL,
        payload text NOT NULL,
        recipient text NOT NULL,
        language text,
        organization_id {UUID},
        about {UUID},
        state text NOT NULL CHECK (state IN ('queued', 'sent', 'bounced', 'failed', 'void')),
        attempts integer NOT NULL,
        due_at bigint NOT NULL,
        leased_until bigint NOT NULL,
        leased_by {UUID},
        created_at bigint NOT NULL,
        sent_at bigint,
        answer text
    )",
    "CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'queued'",
    "CREATE INDEX outbox_to ON outbox (recipient, created_at)",
    "CREATE INDEX outbox_about ON outbox (about) WHERE about IS NOT NULL",
];

const TABLES: &[&str] = &[
    "outbox",
    "sessions",
    "activity",
    "invitation_profiles",
    "invitations",
    "grants",
    "contact_phones",
    "contacts",
    "logins",
    "accounts",
    "organization_modules",
    "organizations",
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
