//! Online services: which client applications somebody entered in a session and what they were told there, the
//! logout tokens that wait to be handed to them, and an index that finds the profiles that are held.
//!
//! A visit goes with its session. What a visit stands on is written down, so that a change in one organization finds
//! the visits that it concerns.

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE identity_visits (
        session_id {UUID} NOT NULL REFERENCES identity_sessions (id) ON DELETE CASCADE,
        client_id text NOT NULL,
        account_id {UUID} NOT NULL REFERENCES identity_accounts (id),
        entered_at bigint NOT NULL,
        PRIMARY KEY (session_id, client_id)
    )",
    "CREATE TABLE identity_visit_organizations (
        session_id {UUID} NOT NULL,
        client_id text NOT NULL,
        organization_id {UUID} NOT NULL,
        profiles text NOT NULL,
        ends_at bigint,
        PRIMARY KEY (session_id, client_id, organization_id),
        FOREIGN KEY (session_id, client_id) REFERENCES identity_visits (session_id, client_id) ON DELETE CASCADE
    )",
    "CREATE INDEX identity_visits_of_organization ON identity_visit_organizations (organization_id)",
    "CREATE INDEX identity_visits_by_end ON identity_visit_organizations (ends_at) WHERE ends_at IS NOT NULL",
    "CREATE TABLE identity_logouts (
        id {UUID} PRIMARY KEY,
        client_id text NOT NULL,
        account_id {UUID} NOT NULL,
        session_id {UUID} NOT NULL,
        state text NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'void')),
        attempts integer NOT NULL,
        due_at bigint NOT NULL,
        leased_until bigint NOT NULL,
        leased_by {UUID},
        created_at bigint NOT NULL,
        sent_at bigint,
        answer text
    )",
    "CREATE INDEX identity_logouts_due ON identity_logouts (due_at) WHERE state = 'queued'",
    "CREATE INDEX identity_logouts_by_age ON identity_logouts (created_at)",
    "CREATE INDEX grants_by_profile ON grants (profile) WHERE state IN ('active', 'suspended')",
];

const DOWN: &[&str] = &[
    "DROP INDEX grants_by_profile",
    "DROP TABLE identity_logouts",
    "DROP TABLE identity_visit_organizations",
    "DROP TABLE identity_visits",
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
