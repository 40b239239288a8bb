//! Support's people belong to departments (O2); the desk finds the organizations of a department by it.

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE contact_departments (
        contact_id {UUID} NOT NULL REFERENCES contacts (id),
        department_id {UUID} NOT NULL REFERENCES departments (id),
        PRIMARY KEY (contact_id, department_id)
    )",
    "CREATE INDEX contact_departments_of ON contact_departments (department_id, contact_id)",
    "CREATE INDEX organization_departments_of ON organization_departments (department_id, organization_id)",
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
        run(manager, &["DROP INDEX organization_departments_of", "DROP TABLE contact_departments"]).await
    }
}
