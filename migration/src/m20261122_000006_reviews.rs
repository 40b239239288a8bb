//! Access reviews (P5), and the reminders that each go out once (P5, P7).
//!
//! What a review lists is copied when it starts, so that it still says later what was looked at. Once attested it
//! never changes, and the database itself refuses to change what was decided.

use crate::statements::{own, run};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE reviews (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        state text NOT NULL CHECK (state IN ('open', 'attested')),
        started_by {UUID} NOT NULL REFERENCES contacts (id),
        started_by_support boolean NOT NULL,
        started_name text,
        started_at bigint NOT NULL,
        attested_by {UUID} REFERENCES contacts (id),
        attested_by_support boolean NOT NULL,
        attested_name text,
        attested_at bigint,
        statement_version integer,
        statement_en text,
        statement_fr text,
        people bigint NOT NULL,
        kept bigint NOT NULL,
        changed bigint NOT NULL,
        deactivated bigint NOT NULL,
        left_to_support bigint NOT NULL,
        CHECK ((state = 'attested') = (attested_at IS NOT NULL)),
        CHECK ((state = 'attested') = (attested_by IS NOT NULL)),
        CHECK ((state = 'attested') = (statement_version IS NOT NULL AND statement_en IS NOT NULL AND statement_fr IS NOT NULL))
    )",
    "CREATE UNIQUE INDEX reviews_one_open ON reviews (organization_id) WHERE state = 'open'",
    "CREATE INDEX reviews_of_organization ON reviews (organization_id, attested_at)",
    "CREATE TABLE review_people (
        review_id {UUID} NOT NULL REFERENCES reviews (id),
        contact_id {UUID} NOT NULL REFERENCES contacts (id),
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        last_name text NOT NULL,
        first_name text NOT NULL,
        email text NOT NULL,
        sort_key text {BYTE_ORDER} NOT NULL,
        is_primary boolean NOT NULL,
        last_sign_in_at bigint,
        listed_at bigint NOT NULL,
        version bigint NOT NULL,
        PRIMARY KEY (review_id, contact_id)
    )",
    "CREATE TABLE review_profiles (
        review_id {UUID} NOT NULL,
        contact_id {UUID} NOT NULL,
        profile text NOT NULL,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        at_start boolean NOT NULL,
        granted_by_support boolean NOT NULL,
        granted_name text,
        granted_at bigint NOT NULL,
        ends_at bigint,
        decision text CHECK (decision IN ('keep', 'change', 'deactivate', 'support', 'ended')),
        note text,
        decided_by {UUID} REFERENCES contacts (id),
        decided_by_support boolean NOT NULL,
        decided_name text,
        decided_at bigint,
        PRIMARY KEY (review_id, contact_id, profile),
        FOREIGN KEY (review_id, contact_id) REFERENCES review_people (review_id, contact_id),
        CHECK ((decision IS NULL) = (decided_at IS NULL)),
        CHECK (decision IS NULL OR decision IN ('support', 'ended') OR decided_by IS NOT NULL)
    )",
    "CREATE TABLE review_reminders (
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        since bigint NOT NULL,
        step integer NOT NULL CHECK (step IN (1, 2)),
        sent_at bigint NOT NULL,
        PRIMARY KEY (organization_id, since, step)
    )",
    "CREATE TABLE grant_reminders (
        grant_id {UUID} NOT NULL REFERENCES grants (id),
        ends_at bigint NOT NULL,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        sent_at bigint NOT NULL,
        PRIMARY KEY (grant_id, ends_at)
    )",
    "CREATE INDEX grants_ending ON grants (ends_at) WHERE ends_at IS NOT NULL",
    "CREATE INDEX grants_in_organization ON grants (organization_id, contact_id)",
    "CREATE INDEX invitations_in_organization ON invitations (organization_id, state)",
];

/// SQLite's triggers: what was attested stays.
const CLOSED_SQLITE: &[&str] = &[
    "CREATE TRIGGER reviews_closed BEFORE UPDATE OF state, attested_at, statement_version, statement_en, statement_fr ON reviews
        WHEN OLD.state = 'attested'
        BEGIN SELECT RAISE(ABORT, 'an attested review never changes'); END",
    "CREATE TRIGGER review_profiles_closed BEFORE UPDATE OF decision, decided_at ON review_profiles
        WHEN (SELECT state FROM reviews WHERE id = OLD.review_id) = 'attested'
        BEGIN SELECT RAISE(ABORT, 'an attested review never changes'); END",
    "CREATE TRIGGER review_profiles_complete BEFORE INSERT ON review_profiles
        WHEN (SELECT state FROM reviews WHERE id = NEW.review_id) = 'attested'
        BEGIN SELECT RAISE(ABORT, 'an attested review never changes'); END",
];

/// The same for PostgreSQL.
const CLOSED_POSTGRES: &[&str] = &[
    "CREATE FUNCTION review_closed() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'an attested review never changes'; END $$",
    "CREATE FUNCTION review_profile_closed() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
            IF (SELECT state FROM reviews WHERE id = NEW.review_id) = 'attested' THEN
                RAISE EXCEPTION 'an attested review never changes';
            END IF;
            RETURN NEW;
        END $$",
    "CREATE TRIGGER reviews_closed BEFORE UPDATE OF state, attested_at, statement_version, statement_en, statement_fr ON reviews
        FOR EACH ROW WHEN (OLD.state = 'attested') EXECUTE FUNCTION review_closed()",
    "CREATE TRIGGER review_profiles_closed BEFORE UPDATE OF decision, decided_at ON review_profiles
        FOR EACH ROW EXECUTE FUNCTION review_profile_closed()",
    "CREATE TRIGGER review_profiles_complete BEFORE INSERT ON review_profiles
        FOR EACH ROW EXECUTE FUNCTION review_profile_closed()",
];

const DOWN: &[&str] = &[
    "DROP INDEX invitations_in_organization",
    "DROP INDEX grants_in_organization",
    "DROP INDEX grants_ending",
    "DROP TABLE grant_reminders",
    "DROP TABLE review_reminders",
    "DROP TABLE review_profiles",
    "DROP TABLE review_people",
    "DROP TABLE reviews",
];

const DOWN_POSTGRES: &[&str] = &["DROP FUNCTION review_profile_closed", "DROP FUNCTION review_closed"];

#[expect(elided_lifetimes_in_paths, reason = "the trait elides it, and async_trait wants the same words")]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        run(manager, own(manager, CLOSED_SQLITE, CLOSED_POSTGRES)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await?;
        run(manager, own(manager, &[], DOWN_POSTGRES)).await
    }
}
