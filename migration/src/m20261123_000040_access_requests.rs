//! Requests for access, signed by two people, and what an approval hands over (R1 to R13).
//!
//! A request is kept by the operator's organization until it is decided: whoever asks is nobody's contact yet. What it
//! is signed with, what happened to it and the scans of paper stand below it. A handover is the second half of an
//! invitation: its code is derived, so that no table holds it, and its tries are counted here.

use crate::statements::run;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName, Debug)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE handovers (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        contact_id {UUID} NOT NULL REFERENCES contacts (id),
        holder_id {UUID} REFERENCES contacts (id),
        holder_name text NOT NULL,
        holder_email text NOT NULL,
        holder_language text,
        issue integer NOT NULL,
        tries integer NOT NULL,
        made_at bigint NOT NULL,
        issued_at bigint NOT NULL,
        used_at bigint
    )",
    "CREATE INDEX handovers_of_contact ON handovers (contact_id)",
    "CREATE INDEX handovers_of_holder ON handovers (holder_id) WHERE used_at IS NULL",
    "ALTER TABLE invitations ADD COLUMN handover_id {UUID} REFERENCES handovers (id)",
    "CREATE TABLE access_requests (
        id {UUID} PRIMARY KEY,
        organization_id {UUID} NOT NULL REFERENCES organizations (id),
        reference text NOT NULL UNIQUE,
        state text NOT NULL CHECK (state IN ('draft', 'waiting', 'submitted', 'on_hold', 'approved', 'refused',
            'declined', 'lapsed', 'withdrawn', 'activated')),
        edition integer NOT NULL,
        form text NOT NULL,
        facts text,
        document text,
        document_hash {BYTES},
        service text NOT NULL,
        situation text NOT NULL,
        user_name text NOT NULL,
        user_key text NOT NULL,
        user_language text,
        authorizer_name text,
        authorizer_key text,
        authorizer_language text,
        organization_en text NOT NULL,
        organization_fr text NOT NULL,
        search text NOT NULL,
        sent_by text,
        language text,
        sender_hash {BYTES},
        user_hash {BYTES},
        authorizer_hash {BYTES},
        target_id {UUID} REFERENCES organizations (id),
        vouch text NOT NULL CHECK (vouch IN ('none', 'asked', 'vouched', 'objected')),
        vouch_at bigint,
        taken_by {UUID} REFERENCES contacts (id),
        taken_at bigint,
        created_at bigint NOT NULL,
        sent_at bigint,
        submitted_at bigint,
        decided_at bigint,
        decided_by {UUID} REFERENCES contacts (id),
        ended_at bigint,
        due_at bigint,
        reminded_at bigint,
        contact_id {UUID} REFERENCES contacts (id),
        handover_id {UUID} REFERENCES handovers (id),
        CHECK (state = 'draft' OR document_hash IS NOT NULL OR ended_at IS NOT NULL)
    )",
    "CREATE UNIQUE INDEX access_requests_by_sender ON access_requests (sender_hash) WHERE sender_hash IS NOT NULL",
    "CREATE UNIQUE INDEX access_requests_by_user ON access_requests (user_hash) WHERE user_hash IS NOT NULL",
    "CREATE UNIQUE INDEX access_requests_by_authorizer ON access_requests (authorizer_hash)
        WHERE authorizer_hash IS NOT NULL",
    "CREATE INDEX access_requests_queue ON access_requests (state, submitted_at, id)",
    "CREATE INDEX access_requests_of_user ON access_requests (user_key)",
    "CREATE INDEX access_requests_of_authorizer ON access_requests (authorizer_key)",
    "CREATE INDEX access_requests_of_target ON access_requests (target_id)",
    "CREATE INDEX access_requests_of_handover ON access_requests (handover_id)",
    "CREATE INDEX access_requests_due ON access_requests (due_at) WHERE due_at IS NOT NULL",
    "CREATE TABLE access_request_signatures (
        request_id {UUID} NOT NULL REFERENCES access_requests (id),
        part text NOT NULL CHECK (part IN ('user', 'authorizer')),
        edition integer NOT NULL,
        name text NOT NULL,
        document_hash {BYTES} NOT NULL,
        commitment text NOT NULL,
        language text,
        way text NOT NULL CHECK (way IN ('link', 'paper', 'support')),
        contact_id {UUID} REFERENCES contacts (id),
        evidence text,
        signed_at bigint NOT NULL,
        PRIMARY KEY (request_id, part, edition)
    )",
    "CREATE TABLE access_request_steps (
        id {UUID} PRIMARY KEY,
        request_id {UUID} NOT NULL REFERENCES access_requests (id),
        at bigint NOT NULL,
        step text NOT NULL,
        part text,
        contact_id {UUID} REFERENCES contacts (id),
        words text
    )",
    "CREATE INDEX access_request_steps_of ON access_request_steps (request_id, at)",
    "CREATE TABLE access_request_scans (
        request_id {UUID} NOT NULL REFERENCES access_requests (id),
        part text NOT NULL CHECK (part IN ('user', 'authorizer')),
        media text NOT NULL,
        content {BYTES} NOT NULL,
        hash {BYTES} NOT NULL,
        kept_at bigint NOT NULL,
        PRIMARY KEY (request_id, part)
    )",
    "CREATE TABLE allowed_addresses (
        email_key text PRIMARY KEY,
        reason text NOT NULL,
        allowed_by {UUID} NOT NULL REFERENCES contacts (id),
        allowed_at bigint NOT NULL
    )",
    "CREATE TABLE portal_throttles (
        subject_hash {BYTES} PRIMARY KEY,
        tries integer NOT NULL,
        since bigint NOT NULL
    )",
    "CREATE INDEX portal_throttles_by_age ON portal_throttles (since)",
];

const DOWN: &[&str] = &[
    "DROP TABLE portal_throttles",
    "DROP TABLE allowed_addresses",
    "DROP TABLE access_request_scans",
    "DROP TABLE access_request_steps",
    "DROP TABLE access_request_signatures",
    "DROP TABLE access_requests",
    "ALTER TABLE invitations DROP COLUMN handover_id",
    "DROP TABLE handovers",
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
