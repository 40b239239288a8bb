//! Primary contacts whom Support replaces after a notice and a delay (C9).

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE primary_replacements (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        primary_id {UUID} NOT NULL REFERENCES contacts (id),
        heir_id {UUID} NOT NULL REFERENCES contacts (id),
        reason text NOT NULL,
        state text NOT NULL CHECK (state IN ('planned', 'done', 'stopped')),
        planned_by {UUID} NOT NULL REFERENCES contacts (id),
        planned_at bigint NOT NULL,
        due_at bigint NOT NULL,
        ended_at bigint,
        CHECK (primary_id <> heir_id),
        CHECK ((state = 'planned') = (ended_at IS NULL))
    )",
    "CREATE UNIQUE INDEX primary_replacements_once ON primary_replacements (organization_id) WHERE state = 'planned'",
    "CREATE INDEX primary_replacements_due ON primary_replacements (due_at) WHERE state = 'planned'",
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
        run(manager, &["DROP TABLE primary_replacements"]).await
    }
}
