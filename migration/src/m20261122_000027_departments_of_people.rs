//! Support's people belong to departments (O2); the desk finds the organizations of a department by it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

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
        let db = manager.get_connection();
        let uuid = if manager.get_database_backend() == DbBackend::Sqlite { "blob" } else { "uuid" };
        for statement in UP {
            db.execute_unprepared(&statement.replace("{UUID}", uuid)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        for statement in ["DROP INDEX organization_departments_of", "DROP TABLE contact_departments"] {
            db.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
