//! The activity becomes a chain: each line is numbered and sealed with a hash over the line before it (G3).
//!
//! There is one chain for each organization, and one, named by the identifier that is all zeros, for lines of none.
//! A line's hash covers a salted digest of its details, not the details: they can be anonymized one day, the salt
//! with them, and the chain still verifies (G10). The lines that are there already are numbered in order of time
//! and sealed here; from then on the database itself refuses to change or remove a line, and an end of a chain only
//! moves forward.

use crate::statements::{own, run};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::Uuid;
use sea_orm_migration::sea_orm::{QueryResult, Statement};
use sha2::{Digest as _, Sha256};

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const BEGIN: &[&str] = &[
    "ALTER TABLE activity RENAME TO activity_unchained",
    "DROP INDEX activity_of_organization",
    "CREATE TABLE activity (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} REFERENCES organizations (id),
        at bigint NOT NULL,
        actor_id {UUID},
        actor_kind text NOT NULL CHECK (actor_kind IN ('contact', 'support', 'account', 'system')),
        event text NOT NULL,
        contact_id {UUID},
        details text NOT NULL,
        chain {UUID} NOT NULL,
        number bigint NOT NULL CHECK (number > 0),
        salt {BYTES} NOT NULL,
        digest {BYTES} NOT NULL,
        hash {BYTES} NOT NULL,
        CHECK (chain = organization_id OR organization_id IS NULL AND chain = {NOBODY})
    )",
    "INSERT INTO activity SELECT id, organization_id, at, actor_id, actor_kind, event, contact_id, details,
        coalesce(organization_id, {NOBODY}),
        row_number() OVER (PARTITION BY organization_id ORDER BY at, id), {SALT}, {SALT}, {SALT}
        FROM activity_unchained",
    "DROP TABLE activity_unchained",
    "CREATE UNIQUE INDEX activity_of_chain ON activity (chain, number)",
    "CREATE TABLE activity_chains (
        chain {UUID} PRIMARY KEY,
        number bigint NOT NULL,
        hash {BYTES} NOT NULL
    )",
];

const END: &[&str] = &[
    "INSERT INTO activity_chains (chain, number, hash) SELECT chain, number, hash FROM activity AS line
        WHERE number = (SELECT max(number) FROM activity WHERE chain = line.chain)",
    "CREATE INDEX activity_in_order ON activity (organization_id, at, number)",
    "CREATE INDEX activity_about ON activity (contact_id, at, number) WHERE contact_id IS NOT NULL",
    "CREATE INDEX activity_by ON activity (actor_id, at, number) WHERE actor_id IS NOT NULL",
    "CREATE INDEX activity_of_all ON activity (at, id)",
];

const KEPT_BY_SQLITE: &[&str] = &[
    "CREATE TRIGGER activity_never_changed BEFORE UPDATE ON activity
        BEGIN SELECT RAISE(ABORT, 'a line of the activity is never changed'); END",
    "CREATE TRIGGER activity_never_removed BEFORE DELETE ON activity
        BEGIN SELECT RAISE(ABORT, 'a line of the activity is never removed'); END",
    "CREATE TRIGGER activity_chains_forward BEFORE UPDATE ON activity_chains
        WHEN NEW.chain <> OLD.chain OR NEW.number <= OLD.number
        BEGIN SELECT RAISE(ABORT, 'the end of a chain only moves forward'); END",
    "CREATE TRIGGER activity_chains_never_removed BEFORE DELETE ON activity_chains
        BEGIN SELECT RAISE(ABORT, 'a chain is never removed'); END",
];

const KEPT_BY_POSTGRES: &[&str] = &[
    "CREATE FUNCTION activity_is_kept() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'a line of the activity is never changed, nor removed'; END $$",
    "CREATE TRIGGER activity_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON activity
        FOR EACH STATEMENT EXECUTE FUNCTION activity_is_kept()",
    "CREATE TRIGGER activity_chains_never_removed BEFORE DELETE OR TRUNCATE ON activity_chains
        FOR EACH STATEMENT EXECUTE FUNCTION activity_is_kept()",
    "CREATE TRIGGER activity_chains_forward BEFORE UPDATE ON activity_chains FOR EACH ROW
        WHEN (NEW.chain <> OLD.chain OR NEW.number <= OLD.number) EXECUTE FUNCTION activity_is_kept()",
];

const DOWN: &[&str] = &[
    "DROP TABLE activity_chains",
    "ALTER TABLE activity RENAME TO activity_chained",
    "CREATE TABLE activity (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} REFERENCES organizations (id),
        at bigint NOT NULL,
        actor_id {UUID},
        actor_kind text NOT NULL CHECK (actor_kind IN ('contact', 'support', 'account', 'system')),
        event text NOT NULL,
        contact_id {UUID},
        details text NOT NULL
    )",
    "INSERT INTO activity SELECT id, organization_id, at, actor_id, actor_kind, event, contact_id, details
        FROM activity_chained",
    "DROP TABLE activity_chained",
    "CREATE INDEX activity_of_organization ON activity (organization_id, at, id)",
];

/// Lines sealed at a time.
const PAGE: i64 = 1_000;

/// How far the sealing has come: the chain, its last number, its last hash.
struct End {
    chain: Uuid,
    number: i64,
    hash: Vec<u8>,
}

/// Seals the lines that are there, chain by chain.
async fn seal(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let backend = manager.get_database_backend();
    let mut end = End { chain: Uuid::nil(), number: 0, hash: start_of(Uuid::nil()) };
    loop {
        let page = "SELECT * FROM activity WHERE chain > $1 OR chain = $1 AND number > $2
            ORDER BY chain, number LIMIT $3";
        let values = [end.chain.into(), end.number.into(), PAGE.into()];
        let lines = db.query_all_raw(Statement::from_sql_and_values(backend, page, values)).await?;
        if lines.is_empty() {
            return Ok(());
        }
        for line in lines {
            let digest = seal_one(&mut end, &line)?;
            let keep = "UPDATE activity SET digest = $2, hash = $3 WHERE id = $1";
            let values = [line.try_get::<Uuid>("", "id")?.into(), digest.into(), end.hash.clone().into()];
            db.execute_raw(Statement::from_sql_and_values(backend, keep, values)).await?;
        }
    }
}

/// Moves the end over one more line; gives the digest of its details.
fn seal_one(end: &mut End, line: &QueryResult) -> Result<Vec<u8>, DbErr> {
    let chain: Uuid = line.try_get("", "chain")?;
    if chain != end.chain {
        *end = End { chain, number: 0, hash: start_of(chain) };
    }
    let salt: Vec<u8> = line.try_get("", "salt")?;
    let details: String = line.try_get("", "details")?;
    let digest = Sha256::new().chain_update(salt).chain_update(details).finalize();
    end.number = line.try_get("", "number")?;
    let actor: Option<Uuid> = line.try_get("", "actor_id")?;
    let contact: Option<Uuid> = line.try_get("", "contact_id")?;
    let (kind, event): (String, String) = (line.try_get("", "actor_kind")?, line.try_get("", "event")?);
    let hash = Sha256::new()
        .chain_update(&end.hash)
        .chain_update(end.number.to_be_bytes())
        .chain_update(line.try_get::<Uuid>("", "id")?.as_bytes())
        .chain_update(line.try_get::<i64>("", "at")?.to_be_bytes())
        .chain_update(actor.unwrap_or_default().as_bytes())
        .chain_update(contact.unwrap_or_default().as_bytes())
        .chain_update((kind.len() as u64).to_be_bytes())
        .chain_update(kind)
        .chain_update((event.len() as u64).to_be_bytes())
        .chain_update(event)
        .chain_update(digest);
    end.hash = hash.finalize().to_vec();
    Ok(digest.to_vec())
}

/// What the first line of a chain follows.
fn start_of(chain: Uuid) -> Vec<u8> {
    Sha256::new().chain_update("accord activity").chain_update(chain.as_bytes()).finalize().to_vec()
}

#[expect(elided_lifetimes_in_paths, reason = "the trait elides it, and async_trait wants the same words")]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing, on both databases.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, BEGIN).await?;
        seal(manager).await?;
        run(manager, END).await?;
        run(manager, own(manager, KEPT_BY_SQLITE, KEPT_BY_POSTGRES)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DOWN).await?;
        run(manager, own(manager, &[], &["DROP FUNCTION activity_is_kept()"])).await
    }
}
