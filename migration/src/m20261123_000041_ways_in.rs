//! The other ways in: designated representatives (R7), reference numbers (R8); commitments that were accepted (R11),
//! and what people say of pages, without who they are (R12).

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE representatives (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        contact_id {UUID} NOT NULL REFERENCES contacts (id),
        named_by {UUID} REFERENCES contacts (id),
        named_at bigint NOT NULL,
        ended_at bigint
    )",
    "CREATE UNIQUE INDEX representatives_once ON representatives (contact_id) WHERE ended_at IS NULL",
    "CREATE INDEX representatives_of ON representatives (organization_id) WHERE ended_at IS NULL",
    "CREATE TABLE reference_numbers (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        number_hash {BYTES} NOT NULL UNIQUE,
        name_key text NOT NULL,
        service text NOT NULL,
        profiles text NOT NULL,
        loaded_by {UUID} NOT NULL REFERENCES contacts (id),
        loaded_at bigint NOT NULL,
        expires_at bigint NOT NULL,
        used_at bigint,
        contact_id {UUID} REFERENCES contacts (id),
        CHECK ((used_at IS NULL) = (contact_id IS NULL))
    )",
    "CREATE INDEX reference_numbers_of ON reference_numbers (organization_id, service)",
    "CREATE TABLE commitments (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        contact_id {UUID} NOT NULL REFERENCES contacts (id),
        account_id {UUID} NOT NULL REFERENCES accounts (id),
        version text NOT NULL,
        way text NOT NULL CHECK (way IN ('invitation', 'request', 'number')),
        accepted_at bigint NOT NULL
    )",
    "CREATE INDEX commitments_of_contact ON commitments (contact_id, accepted_at)",
    "CREATE TABLE feedback (
        id {UUID} PRIMARY KEY,
        page text NOT NULL,
        language text NOT NULL,
        useful boolean NOT NULL,
        comment text,
        on_day bigint NOT NULL
    )",
    "CREATE INDEX feedback_by_page ON feedback (page, useful)",
    "CREATE INDEX feedback_with_comment ON feedback (on_day, id) WHERE comment IS NOT NULL",
];

const DOWN: &[&str] = &[
    "DROP TABLE feedback",
    "DROP TABLE commitments",
    "DROP TABLE reference_numbers",
    "DROP TABLE representatives",
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
