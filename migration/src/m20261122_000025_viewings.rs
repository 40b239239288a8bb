//! Support looks as a contact: as whom, why, from when to when (G7).

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE viewings (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        contact_id {UUID} NOT NULL REFERENCES contacts (id),
        account_id {UUID} NOT NULL REFERENCES accounts (id),
        staff_id {UUID} NOT NULL REFERENCES contacts (id),
        reason text NOT NULL,
        started_at bigint NOT NULL,
        ends_at bigint NOT NULL,
        ended_at bigint
    )",
    "CREATE INDEX viewings_of_organization ON viewings (organization_id, started_at)",
    "CREATE INDEX viewings_under_way ON viewings (ends_at) WHERE ended_at IS NULL",
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
        run(manager, &["DROP TABLE viewings"]).await
    }
}
