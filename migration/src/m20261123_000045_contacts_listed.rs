//! The contact list reads its pages, and counts, from an index that holds all it asks (L2, L3, L5): without, it sorts
//! every contact of the organization for each page. SQLite keeps the searched text in it too, so that a search reads no
//! contact but those it shows; an entry of PostgreSQL's indexes may be too short for that text.

use crate::statements::{own, run};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const LISTED: &str = "organization_id, active, is_primary DESC, sort_key, id";

#[expect(elided_lifetimes_in_paths, reason = "the trait elides it, and async_trait wants the same words")]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sqlite = format!("CREATE INDEX contacts_listed ON contacts ({LISTED}, search)");
        let postgres = format!("CREATE INDEX contacts_listed ON contacts ({LISTED})");
        run(manager, own(manager, &[&sqlite], &[&postgres])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, &["DROP INDEX contacts_listed"]).await
    }
}
