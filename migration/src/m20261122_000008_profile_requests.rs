//! Profiles asked of Support (P3).

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE profile_requests (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        contact_id {UUID} NOT NULL REFERENCES contacts (id),
        profile text NOT NULL,
        reason text NOT NULL,
        asked_by {UUID} NOT NULL REFERENCES contacts (id),
        asked_at bigint NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'granted', 'refused')),
        answer text,
        decided_by {UUID} REFERENCES contacts (id),
        decided_at bigint,
        CHECK ((state = 'waiting') = (decided_at IS NULL))
    )",
    "CREATE UNIQUE INDEX profile_requests_once ON profile_requests (contact_id, profile) WHERE state = 'waiting'",
    "CREATE INDEX profile_requests_of_organization ON profile_requests (organization_id, asked_at)",
    "CREATE INDEX profile_requests_waiting ON profile_requests (asked_at) WHERE state = 'waiting'",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait elides it, and async_trait wants the same words")]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP TABLE profile_requests"]).await
    }
}
