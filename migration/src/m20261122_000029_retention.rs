//! What is past its period is anonymized (G10): a contact says when it was, a review whether it was, and the details
//! of a line of the activity may be emptied.
//!
//! That is the one change of a line that the database lets through: its details and their salt become empty, and
//! everything else stays as it was sealed. The digest stays, so the chain still verifies. The indexes hold what is
//! not anonymized yet, so that looking for what has come of age costs the same however much there is.

use crate::statements::{own, run};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "ALTER TABLE contacts ADD COLUMN anonymized_at bigint
        CHECK (anonymized_at IS NULL OR NOT active AND account_id IS NULL)",
    "ALTER TABLE reviews ADD COLUMN anonymized boolean NOT NULL DEFAULT FALSE",
    "CREATE INDEX contacts_of_age ON contacts (updated_at) WHERE NOT active AND anonymized_at IS NULL",
    "CREATE INDEX invitations_of_age ON invitations (coalesce(ended_at, expires_at)) WHERE email <> ''",
    "CREATE INDEX outbox_of_age ON outbox (created_at) WHERE recipient <> '' AND state <> 'queued'",
    "CREATE INDEX activity_of_age ON activity (at) WHERE details <> '' AND event <> 'retention.anonymized'",
    "CREATE INDEX accounts_of_age ON accounts (last_sign_in_at)",
];

/// A line is as it was, but for its details and their salt, which are empty.
const ONLY_EMPTIED: &str = "NEW.details = '' AND length(NEW.salt) = 0
    AND NEW.id IS NOT DISTINCT FROM OLD.id
    AND NEW.organization_id IS NOT DISTINCT FROM OLD.organization_id
    AND NEW.at IS NOT DISTINCT FROM OLD.at
    AND NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id
    AND NEW.actor_kind IS NOT DISTINCT FROM OLD.actor_kind
    AND NEW.event IS NOT DISTINCT FROM OLD.event
    AND NEW.contact_id IS NOT DISTINCT FROM OLD.contact_id
    AND NEW.chain IS NOT DISTINCT FROM OLD.chain
    AND NEW.number IS NOT DISTINCT FROM OLD.number
    AND NEW.digest IS NOT DISTINCT FROM OLD.digest
    AND NEW.hash IS NOT DISTINCT FROM OLD.hash";

const KEPT_BY_SQLITE: &[&str] = &[
    "DROP TRIGGER activity_never_changed",
    "CREATE TRIGGER activity_never_changed BEFORE UPDATE ON activity WHEN NOT ({ONLY_EMPTIED})
        BEGIN SELECT RAISE(ABORT, 'a line of the activity is never changed'); END",
];

const KEPT_BY_POSTGRES: &[&str] = &[
    "DROP TRIGGER activity_never_changed ON activity",
    "CREATE TRIGGER activity_never_removed BEFORE DELETE OR TRUNCATE ON activity
        FOR EACH STATEMENT EXECUTE FUNCTION activity_is_kept()",
    "CREATE TRIGGER activity_never_changed BEFORE UPDATE ON activity
        FOR EACH ROW WHEN (NOT ({ONLY_EMPTIED})) EXECUTE FUNCTION activity_is_kept()",
];

const DOWN: &[&str] = &[
    "DROP INDEX accounts_of_age",
    "DROP INDEX activity_of_age",
    "DROP INDEX outbox_of_age",
    "DROP INDEX invitations_of_age",
    "DROP INDEX contacts_of_age",
    "ALTER TABLE reviews DROP COLUMN anonymized",
    "ALTER TABLE contacts DROP COLUMN anonymized_at",
];

const DOWN_SQLITE: &[&str] = &[
    "DROP TRIGGER activity_never_changed",
    "CREATE TRIGGER activity_never_changed BEFORE UPDATE ON activity
        BEGIN SELECT RAISE(ABORT, 'a line of the activity is never changed'); END",
];

const DOWN_POSTGRES: &[&str] = &[
    "DROP TRIGGER activity_never_changed ON activity",
    "DROP TRIGGER activity_never_removed ON activity",
    "CREATE TRIGGER activity_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON activity
        FOR EACH STATEMENT EXECUTE FUNCTION activity_is_kept()",
];

#[expect(elided_lifetimes_in_paths, reason = "the trait elides it, and async_trait wants the same words")]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        let kept = own(manager, KEPT_BY_SQLITE, KEPT_BY_POSTGRES).iter();
        let kept: Vec<_> = kept.map(|said| said.replace("{ONLY_EMPTIED}", ONLY_EMPTIED)).collect();
        run(manager, &kept).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await?;
        run(manager, own(manager, DOWN_SQLITE, DOWN_POSTGRES)).await
    }
}
