//! Agreements: who signs which exact bytes, and the sealed PDF of what everybody signed (S1 to S4).
//!
//! Bytes are kept once, under their SHA-256, here or in a folder: then the column is empty. An agreement keeps its
//! editions: documents and signatories of an earlier one stay as they were. What must never be is refused here too:
//! two people at one place, one contact twice, one account for two signatories, a signature without what was signed.

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE documents (
        sha256 {BYTES} PRIMARY KEY,
        content {BYTES},
        size bigint NOT NULL,
        kept_at bigint NOT NULL
    )",
    "CREATE TABLE agreements (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        state text NOT NULL CHECK (state IN ('draft', 'out', 'signed', 'declined', 'withdrawn')),
        edition integer NOT NULL CHECK (edition > 0),
        version bigint NOT NULL,
        title_en text,
        title_fr text,
        signing_order text NOT NULL CHECK (signing_order IN ('together', 'in_turn')),
        deadline_day text NOT NULL,
        deadline_at bigint NOT NULL,
        message text,
        search text NOT NULL,
        prepared_by {UUID} NOT NULL REFERENCES contacts (id),
        prepared_by_support boolean NOT NULL,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL,
        sent_at bigint,
        ended_at bigint,
        ended_by {UUID} REFERENCES contacts (id),
        reason text,
        reminded_at bigint,
        expiry_told_at bigint,
        CHECK (title_en IS NOT NULL OR title_fr IS NOT NULL),
        CHECK ((state IN ('draft', 'out')) = (ended_at IS NULL)),
        CHECK (state = 'draft' OR sent_at IS NOT NULL)
    )",
    "CREATE INDEX agreements_of ON agreements (organization_id, created_at, id)",
    "CREATE INDEX agreements_by_age ON agreements (created_at, id)",
    "CREATE INDEX agreements_out ON agreements (deadline_at) WHERE state = 'out'",
    "CREATE INDEX agreements_ended ON agreements (ended_at) WHERE ended_at IS NOT NULL",
    "CREATE TABLE agreement_documents (
        agreement_id {UUID} NOT NULL REFERENCES agreements (id),
        edition integer NOT NULL,
        language text NOT NULL CHECK (language IN ('en', 'fr')),
        kind text NOT NULL CHECK (kind IN ('written', 'pdf')),
        sha256 {BYTES} NOT NULL REFERENCES documents (sha256),
        pages integer NOT NULL,
        size bigint NOT NULL,
        PRIMARY KEY (agreement_id, edition, language)
    )",
    "CREATE INDEX agreement_documents_of_bytes ON agreement_documents (sha256)",
    "CREATE TABLE agreement_signatories (
        id {UUID} PRIMARY KEY,
        agreement_id {UUID} NOT NULL REFERENCES agreements (id),
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        edition integer NOT NULL,
        contact_id {UUID} NOT NULL REFERENCES contacts (id),
        position integer NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'invited', 'signed', 'declined', 'replaced', 'ended')),
        email text,
        language text,
        link integer NOT NULL,
        token_hash {BYTES},
        invited_at bigint,
        bounced_at bigint,
        answered_at bigint,
        account_id {UUID} REFERENCES accounts (id),
        issuer text,
        subject text,
        account_email text,
        network_address text,
        name_as_signed text,
        document_language text CHECK (document_language IN ('en', 'fr')),
        document_sha256 {BYTES},
        reason text,
        replaced_by {UUID} REFERENCES contacts (id),
        UNIQUE (agreement_id, edition, contact_id),
        CHECK (state <> 'signed' OR (answered_at IS NOT NULL AND account_id IS NOT NULL AND name_as_signed IS NOT NULL
            AND document_language IS NOT NULL AND document_sha256 IS NOT NULL)),
        CHECK (state <> 'declined' OR (answered_at IS NOT NULL AND reason IS NOT NULL))
    )",
    "CREATE UNIQUE INDEX agreement_signatories_at ON agreement_signatories (agreement_id, edition, position)
        WHERE state <> 'replaced'",
    "CREATE UNIQUE INDEX agreement_signatories_account ON agreement_signatories (agreement_id, edition, account_id)
        WHERE account_id IS NOT NULL",
    "CREATE UNIQUE INDEX agreement_signatories_link ON agreement_signatories (token_hash)
        WHERE token_hash IS NOT NULL",
    "CREATE INDEX agreement_signatories_contact ON agreement_signatories (contact_id)",
    "CREATE INDEX agreement_signatories_by_account ON agreement_signatories (account_id)
        WHERE account_id IS NOT NULL",
    "CREATE TABLE agreement_seals (
        agreement_id {UUID} NOT NULL REFERENCES agreements (id),
        edition integer NOT NULL,
        language text NOT NULL CHECK (language IN ('en', 'fr')),
        sha256 {BYTES} NOT NULL REFERENCES documents (sha256),
        code text NOT NULL,
        sealed_at bigint NOT NULL,
        PRIMARY KEY (agreement_id, edition, language),
        UNIQUE (code, language)
    )",
    "CREATE INDEX agreement_seals_of_bytes ON agreement_seals (sha256)",
];

const DOWN: &[&str] = &[
    "DROP TABLE agreement_seals",
    "DROP TABLE agreement_signatories",
    "DROP TABLE agreement_documents",
    "DROP TABLE agreements",
    "DROP TABLE documents",
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
