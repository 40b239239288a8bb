//! What is kept of an organization (O1 to O4), its states, and what Support's desk needs: a search across all
//! contacts, accounts linked anew, announcements (G7, G8).
//!
//! The search across all contacts is an index of letters by three: FTS5 on SQLite, `pg_trgm` on PostgreSQL where
//! it may be installed; without it the same question is answered, slower. On SQLite triggers keep it: rows are
//! numbered by a table of their own, since a `VACUUM` may renumber those of `contacts`.

use crate::statements::{own, run};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "ALTER TABLE organizations ADD COLUMN other_phone text",
    "ALTER TABLE organizations ADD COLUMN civic_address text",
    "ALTER TABLE organizations ADD COLUMN business_number text",
    "ALTER TABLE organizations ADD COLUMN registry_number text",
    "ALTER TABLE organizations ADD COLUMN registered_college boolean NOT NULL DEFAULT FALSE",
    "ALTER TABLE organizations ADD COLUMN learning_organization boolean NOT NULL DEFAULT FALSE",
    "ALTER TABLE organizations ADD COLUMN representative_id {UUID}
        REFERENCES contacts (id) DEFERRABLE INITIALLY DEFERRED",
    "ALTER TABLE organizations ADD COLUMN merged_into {UUID} REFERENCES organizations (id)
        CHECK ((state = 'merged') = (merged_into IS NOT NULL) AND merged_into <> id)",
    "ALTER TABLE organizations ADD COLUMN version bigint NOT NULL DEFAULT 1",
    "ALTER TABLE organizations ADD COLUMN updated_at bigint NOT NULL DEFAULT 0",
    "CREATE INDEX organizations_merged ON organizations (merged_into) WHERE merged_into IS NOT NULL",
    "CREATE TABLE organization_names (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        name_en text NOT NULL,
        name_fr text NOT NULL,
        until bigint NOT NULL
    )",
    "CREATE INDEX organization_names_of ON organization_names (organization_id, until)",
    "CREATE TABLE organization_states (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        state text NOT NULL CHECK (state IN ('requested', 'open', 'closed', 'merged')),
        at bigint NOT NULL,
        changed_by {UUID} REFERENCES contacts (id),
        reason text
    )",
    "CREATE INDEX organization_states_of ON organization_states (organization_id, at)",
    "CREATE TABLE departments (
        id {UUID} PRIMARY KEY,
        name_en text NOT NULL UNIQUE,
        name_fr text NOT NULL UNIQUE,
        sort_key text {BYTE_ORDER} NOT NULL,
        created_at bigint NOT NULL
    )",
    "CREATE TABLE organization_departments (
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        department_id {UUID} NOT NULL REFERENCES departments (id),
        PRIMARY KEY (organization_id, department_id)
    )",
    "CREATE TABLE module_suspensions (
        grant_id {UUID} PRIMARY KEY REFERENCES grants (id),
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        module text NOT NULL,
        at bigint NOT NULL
    )",
    "CREATE INDEX module_suspensions_of ON module_suspensions (organization_id, module)",
    "CREATE TABLE relinks (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        contact_id {UUID} NOT NULL REFERENCES contacts (id),
        reason text NOT NULL,
        evidence text NOT NULL,
        email text NOT NULL,
        state text NOT NULL CHECK (state IN ('pending', 'confirmed', 'refused')),
        opened_by {UUID} NOT NULL REFERENCES contacts (id),
        opened_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        decided_by {UUID} REFERENCES contacts (id),
        decided_at bigint,
        CHECK ((state = 'pending') = (decided_by IS NULL)),
        CHECK (state <> 'confirmed' OR decided_by <> opened_by)
    )",
    "CREATE UNIQUE INDEX relinks_one_pending ON relinks (contact_id) WHERE state = 'pending'",
    "CREATE INDEX relinks_waiting ON relinks (expires_at) WHERE state = 'pending'",
    "CREATE TABLE announcements (
        id {UUID} PRIMARY KEY,
        text_en text NOT NULL,
        text_fr text NOT NULL,
        starts_at bigint NOT NULL,
        ends_at bigint NOT NULL,
        set_by {UUID} NOT NULL REFERENCES contacts (id),
        set_at bigint NOT NULL,
        CHECK (starts_at < ends_at)
    )",
    "CREATE INDEX announcements_by_end ON announcements (ends_at)",
    "CREATE INDEX contacts_by_name ON contacts (sort_key, id)",
];

/// SQLite numbers the contacts and keeps their letters by three.
const SQLITE: &[&str] = &[
    "CREATE TABLE contact_numbers (
        number integer PRIMARY KEY,
        contact_id blob NOT NULL UNIQUE REFERENCES contacts (id)
    )",
    "CREATE VIRTUAL TABLE contact_letters USING fts5(
        search, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1'
    )",
    "INSERT INTO contact_numbers (contact_id) SELECT id FROM contacts",
    "INSERT INTO contact_letters (rowid, search)
        SELECT number, search FROM contact_numbers JOIN contacts ON contacts.id = contact_id",
    "CREATE TRIGGER contact_letters_added AFTER INSERT ON contacts BEGIN
        INSERT INTO contact_numbers (contact_id) VALUES (new.id);
        INSERT INTO contact_letters (rowid, search)
            SELECT number, new.search FROM contact_numbers WHERE contact_id = new.id;
    END",
    "CREATE TRIGGER contact_letters_changed AFTER UPDATE OF search ON contacts
        WHEN old.search <> new.search BEGIN
        UPDATE contact_letters SET search = new.search
            WHERE rowid = (SELECT number FROM contact_numbers WHERE contact_id = new.id);
    END",
];

/// An extension that the server does not have, or that this user may not install, is done without.
const POSTGRES: &[&str] = &["DO $$ BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        CREATE INDEX contacts_letters ON contacts USING gin (search gin_trgm_ops);
    EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
        RAISE NOTICE 'pg_trgm is not there: the search across all organizations reads every contact';
    END $$"];

const TABLES: &[&str] = &[
    "announcements",
    "relinks",
    "module_suspensions",
    "organization_departments",
    "departments",
    "organization_states",
    "organization_names",
];

const COLUMNS: &[&str] = &[
    "updated_at",
    "version",
    "merged_into",
    "representative_id",
    "learning_organization",
    "registered_college",
    "registry_number",
    "business_number",
    "civic_address",
    "other_phone",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait elides it, and async_trait wants the same words")]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        run(manager, own(manager, SQLITE, POSTGRES)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut statements = vec!["DROP INDEX contacts_by_name".to_owned()];
        if manager.get_database_backend() == DbBackend::Sqlite {
            let gone = ["TRIGGER contact_letters_changed", "TRIGGER contact_letters_added"];
            statements.extend(gone.into_iter().map(|what| format!("DROP {what}")));
            statements
                .extend(["contact_letters", "contact_numbers"].map(|table| format!("DROP TABLE {table}")));
        } else {
            statements.push("DROP INDEX IF EXISTS contacts_letters".to_owned());
        }
        statements.extend(TABLES.iter().map(|table| format!("DROP TABLE {table}")));
        statements.push("DROP INDEX organizations_merged".to_owned());
        statements
            .extend(COLUMNS.iter().map(|column| format!("ALTER TABLE organizations DROP COLUMN {column}")));
        run(manager, &statements).await
    }
}
