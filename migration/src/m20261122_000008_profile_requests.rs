//! Profiles asked of Support (P3).

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

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
        let db = manager.get_connection();
        let uuid = if manager.get_database_backend() == DbBackend::Sqlite { "blob" } else { "uuid" };
        for statement in UP {
            db.execute_unprepared(&statement.replace("{UUID}", uuid)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("DROP TABLE profile_requests").await.map(|_| ())
    }
}
