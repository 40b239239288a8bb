//! How long what is known of people is kept (G10): what is past its period is anonymized, never deleted.
//!
//! Rows stay, so that figures, histories and the chain of the activity stay whole; what tells who it was goes.
//! Periods are counted in whole months up to the beginning of today, so that one organization has at most one line
//! about it each day. Nothing is forgotten of who is active, primary or invited.
//!
//! Where names, addresses and what people wrote are kept, and for how long:
//!
//! | table | what is in it | period |
//! |---|---|---|
//! | `contacts`, `contact_phones` | the person | `contacts` months inactive and unchanged; with it goes all that is kept of the person below |
//! | `accounts`, `logins` | name and addresses of a sign-in | with the last contact it is linked to; linked to nobody, `contacts` months after the last sign-in |
//! | `invitations` | address, message | `invitations` months after their end |
//! | `outbox` | address, identifiers, the mail server's answer | `letters` months after it was posted; what waits to leave stays |
//! | `activity` | before and after, in the details | `activity` months; who, what, when and the seal stay |
//! | `profile_requests`, `relinks`, `primary_replacements`, `viewings` | reason, evidence, address | `requests` months after the decision or the end |
//! | `access_requests` and what stands below them | the two people, what was typed and signed, scans | `requests` months after the end; what was decided and not activated, after the decision; a draft that nobody went on with is removed |
//! | `handovers`, `reference_numbers` | who holds a code; a name as registered | `requests` months after the code was used or issued last, the number used or its last day |
//! | `allowed_addresses` | an address | removed `requests` months after it was allowed |
//! | `feedback` | what was said of a page | for ever: of nobody |
//! | `reviews`, `review_people`, `review_profiles` | names and addresses as they were, notes | `reviews` months after the attestation |
//! | `agreements`, `agreement_signatories` | titles, messages, reasons; who signed, with which account, from where | `agreements` months after the end; a signature is proof, and stays as long as what was signed |
//! | `documents`, `agreement_documents`, `agreement_seals` | what was signed, and the sealed PDF | removed with the agreement; of a folder the operator removes the files |
//! | `seal_keys` | the keys that seal agreements | kept for ever: nobody's, and what they sealed is verified with them |
//! | `imports`, `import_lines` | a table of contacts | removed days after it was sent (`contacts/import.rs`) |
//! | `sessions` | what was typed and refused | removed when they end (`portal.rs`) |
//! | `organizations`, `organization_names`, `organization_states` | the organization's own names, address and history | for ever: of no person, and a merge keeps every history (O3) |
//! | `announcements`, `departments` | what the operator tells everybody | for ever: of no person |
//! | `identity_*` | accounts at the embedded provider | the person's own as long as they keep it; what is not finished is swept by that crate |
//!
//! The remaining tables hold identifiers and keys alone.

mod account;
mod file;
mod person;
mod request;

pub(crate) use account::forget;

use crate::activity::Event;
use crate::entity::contact;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::{Act, OrganizationId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Statement, Value,
};
use serde_json::Map;
use std::collections::BTreeSet;
use uuid::Uuid;

/// For how many months each kind of record is kept; 0 is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Contacts who are inactive, since the last change to them.
    pub contacts: i32,
    /// Addresses and messages of invitations that ended.
    pub invitations: i32,
    /// Letters that left.
    pub letters: i32,
    /// Details of the activity.
    pub activity: i32,
    /// Reasons and evidence of what Support decided.
    pub requests: i32,
    /// Names in access reviews that are attested.
    pub reviews: i32,
    /// Agreements that ended.
    pub agreements: i32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            contacts: 84,
            invitations: 24,
            letters: 12,
            activity: 84,
            requests: 24,
            reviews: 84,
            agreements: 0,
        }
    }
}

/// Rows of one kind that are anonymized at once in one organization; the rest follows in the next round.
const AT_ONCE: u64 = 2_000;
/// Contacts that are anonymized at once: each takes with it all that is kept of it.
const PEOPLE_AT_ONCE: u64 = 100;
/// Organizations looked at in one round.
const ROUND: u64 = 200;
/// Rounds in a row; what is left then waits an hour.
const ROUNDS: usize = 20;

/// A kind of record, in the words of both databases; `$1` is the moment before which it is past its period.
struct Kind {
    /// What the activity counts it among.
    counted: &'static str,
    months: fn(&Retention) -> i32,
    table: &'static str,
    past: &'static str,
    emptied: &'static str,
}

const KINDS: &[Kind] = &[
    Kind {
        counted: "invitations",
        months: |kept| kept.invitations,
        table: "invitations",
        past: "email <> '' AND coalesce(ended_at, expires_at) <= $1",
        emptied: "email = '', message = NULL",
    },
    Kind {
        counted: "letters",
        months: |kept| kept.letters,
        table: "outbox",
        past: "recipient <> '' AND state <> 'queued' AND created_at <= $1",
        emptied: "recipient = '', payload = '{}', answer = NULL",
    },
    Kind {
        counted: "lines",
        months: |kept| kept.activity,
        table: "activity",
        // What was anonymized is itself told in lines; emptied in their turn, they would cause new ones for ever.
        past: "details <> '' AND event <> 'retention.anonymized' AND at <= $1",
        emptied: "details = '', salt = {NO_BYTES}",
    },
    Kind {
        counted: "requests",
        months: |kept| kept.requests,
        table: "profile_requests",
        past: "reason <> '' AND decided_at <= $1",
        emptied: "reason = '', answer = NULL",
    },
    Kind {
        counted: "requests",
        months: |kept| kept.requests,
        table: "relinks",
        past: "email <> '' AND coalesce(decided_at, expires_at) <= $1",
        emptied: "reason = '', evidence = '', email = ''",
    },
    Kind {
        counted: "requests",
        months: |kept| kept.requests,
        table: "primary_replacements",
        past: "reason <> '' AND ended_at <= $1",
        emptied: "reason = ''",
    },
    Kind {
        counted: "requests",
        months: |kept| kept.requests,
        table: "viewings",
        past: "reason <> '' AND coalesce(ended_at, ends_at) <= $1",
        emptied: "reason = ''",
    },
    Kind {
        counted: "requests",
        months: |kept| kept.requests,
        table: "access_requests",
        past: "form <> '{}' AND coalesce(ended_at, decided_at) <= $1",
        emptied: "form = '{}', facts = NULL, document = NULL, user_name = '', user_key = '', \
            authorizer_name = NULL, authorizer_key = NULL, organization_en = '', organization_fr = '', \
            search = '', sent_by = NULL, sender_hash = NULL, user_hash = NULL, authorizer_hash = NULL",
    },
    Kind {
        counted: "requests",
        months: |kept| kept.requests,
        table: "handovers",
        past: "holder_email <> '' AND coalesce(used_at, issued_at) <= $1",
        emptied: "holder_name = '', holder_email = ''",
    },
    Kind {
        counted: "requests",
        months: |kept| kept.requests,
        table: "reference_numbers",
        past: "name_key <> '' AND coalesce(used_at, expires_at) <= $1",
        emptied: "name_key = ''",
    },
    Kind {
        counted: "reviews",
        months: |kept| kept.reviews,
        table: "reviews",
        past: "NOT anonymized AND attested_at <= $1",
        emptied: "anonymized = TRUE, \
            started_name = CASE WHEN started_name IS NULL THEN NULL ELSE '' END, \
            attested_name = CASE WHEN attested_name IS NULL THEN NULL ELSE '' END",
    },
    Kind {
        counted: "agreements",
        months: |kept| kept.agreements,
        table: "agreements",
        past: "search <> '' AND (ended_at <= $1 OR (state = 'out' AND deadline_at <= $1))",
        emptied: "title_en = '', title_fr = '', message = NULL, reason = NULL, search = ''",
    },
];

/// What stands below emptied agreements; `$1` is the organization. Bytes go once nothing names them.
const OF_AGREEMENTS: [&str; 4] = [
    "UPDATE agreement_signatories SET email = NULL, account_email = NULL, network_address = NULL, \
        name_as_signed = CASE WHEN name_as_signed IS NULL THEN NULL ELSE '' END, \
        reason = CASE WHEN reason IS NULL THEN NULL ELSE '' END, issuer = NULL, subject = NULL, token_hash = NULL \
     WHERE organization_id = $1 AND agreement_id IN \
        (SELECT id FROM agreements WHERE search = '' AND organization_id = $1)",
    "DELETE FROM agreement_seals WHERE agreement_id IN \
        (SELECT id FROM agreements WHERE search = '' AND organization_id = $1)",
    "DELETE FROM agreement_documents WHERE agreement_id IN \
        (SELECT id FROM agreements WHERE search = '' AND organization_id = $1)",
    "DELETE FROM documents WHERE NOT EXISTS (SELECT 1 FROM agreement_documents d WHERE d.sha256 = documents.sha256) \
     AND NOT EXISTS (SELECT 1 FROM agreement_seals s WHERE s.sha256 = documents.sha256) \
     AND EXISTS (SELECT 1 FROM organizations WHERE id = $1)",
];

/// What stands below an anonymized review; `$1` is the organization.
const OF_REVIEWS: [&str; 2] = [
    "UPDATE review_people SET last_name = '', first_name = '', email = '', sort_key = '{LAST}' \
     WHERE organization_id = $1 AND last_name <> '' \
     AND review_id IN (SELECT id FROM reviews WHERE anonymized AND organization_id = $1)",
    "UPDATE review_profiles SET note = NULL, \
        granted_name = CASE WHEN granted_name IS NULL THEN NULL ELSE '' END, \
        decided_name = CASE WHEN decided_name IS NULL THEN NULL ELSE '' END \
     WHERE organization_id = $1 AND (note IS NOT NULL OR granted_name <> '' OR decided_name <> '') \
     AND review_id IN (SELECT id FROM reviews WHERE anonymized AND organization_id = $1)",
];

/// What stands below emptied requests for access; `$1` is the organization.
const OF_REQUESTS: [&str; 3] = [
    "UPDATE access_request_signatures SET name = '', evidence = NULL WHERE name <> '' \
     AND request_id IN (SELECT id FROM access_requests WHERE form = '{}' AND organization_id = $1)",
    "UPDATE access_request_steps SET words = NULL WHERE words IS NOT NULL \
     AND request_id IN (SELECT id FROM access_requests WHERE form = '{}' AND organization_id = $1)",
    "DELETE FROM access_request_scans \
     WHERE request_id IN (SELECT id FROM access_requests WHERE form = '{}' AND organization_id = $1)",
];

/// Sorts after every name (L3): the last letter there is.
const LAST: &str = "\u{10fffd}";

impl Portal {
    /// Anonymizes what is past its period. Several servers may do it at once: each organization is locked, and what
    /// one has anonymized the other finds no more.
    pub(crate) async fn anonymize_what_is_past(&self) -> Result<(), Refusal> {
        for _ in 0..ROUNDS {
            let organizations = self.with_something_past().await?;
            for id in &organizations {
                self.anonymize_in(OrganizationId(*id)).await?;
            }
            if organizations.is_empty() {
                break;
            }
        }
        self.anonymize_letters_of_no_organization().await?;
        self.anonymize_unused_accounts().await
    }

    /// The moment before which something is past a period of so many months; nothing when it is kept for ever.
    fn before(&self, months: i32) -> Option<i64> {
        let calendar = &self.platform.calendar;
        let today = calendar.start_of_day(self.now());
        (months > 0).then(|| calendar.months_after(today, -months).0)
    }

    /// Every kind that has a period, with the moment before which it is past.
    fn periods(&self) -> impl Iterator<Item = (&'static Kind, i64)> + '_ {
        let kept = &self.settings.retention;
        KINDS.iter().filter_map(|kind| Some((kind, self.before((kind.months)(kept))?)))
    }

    async fn with_something_past(&self) -> Result<BTreeSet<Uuid>, DbErr> {
        let mut found = BTreeSet::new();
        for (kind, before) in self.periods() {
            let (table, past) = (kind.table, kind.past);
            let sql = format!(
                "SELECT DISTINCT organization_id FROM {table} WHERE {past} AND organization_id IS NOT NULL LIMIT {ROUND}"
            );
            let db = self.platform.store.read();
            let asked = Statement::from_sql_and_values(db.get_database_backend(), sql, [before.into()]);
            for row in db.query_all_raw(asked).await? {
                found.insert(row.try_get_by_index::<Uuid>(0)?);
            }
        }
        if let Some(past) = self.contacts_past() {
            let people = contact::Entity::find().select_only().column(contact::Column::OrganizationId);
            let people = people.distinct().filter(past).limit(ROUND).into_tuple::<Uuid>();
            found.extend(people.all(self.platform.store.read()).await?);
        }
        Ok(found)
    }

    /// Contacts who are past their period: inactive, not primary, not invited.
    fn contacts_past(&self) -> Option<Expr> {
        let before = self.before(self.settings.retention.contacts)?;
        let now = self.now().0;
        Some(Expr::cust(format!(
            "NOT contacts.active AND contacts.anonymized_at IS NULL AND contacts.updated_at <= {before} \
             AND NOT contacts.is_primary AND NOT EXISTS (SELECT 1 FROM invitations i \
             WHERE i.contact_id = contacts.id AND i.state = 'pending' AND i.expires_at > {now})"
        )))
    }

    /// Anonymizes what is past its period in one organization, with one line that says how much it was.
    async fn anonymize_in(&self, id: OrganizationId) -> Result<(), Refusal> {
        let work = self.begin(id).await?;
        let mut figures = Map::new();
        let mut count = |what: &str, many: u64| {
            let before = figures.get(what).and_then(serde_json::Value::as_u64).unwrap_or_default();
            if many > 0 {
                figures.insert(what.to_owned(), (before + many).into());
            }
        };
        count("contacts", work.anonymize_people().await?);
        for (kind, before) in self.periods() {
            count(kind.counted, work.empty(kind, before).await?);
        }
        if figures.is_empty() {
            return Ok(());
        }
        for sql in OF_REQUESTS {
            work.run(sql, [work.organization.id.into()]).await?;
        }
        if figures.contains_key("agreements") {
            for sql in OF_AGREEMENTS {
                work.run(sql, [work.organization.id.into()]).await?;
            }
        }
        for sql in OF_REVIEWS {
            work.run(&sql.replace("{LAST}", LAST), [work.organization.id.into()]).await?;
        }
        work.commit(Event::of(Act::Anonymized, None).with(figures.into())).await
    }

    /// Codes and resets of the embedded provider belong to no organization, so no activity tells of them; nor do
    /// addresses that Support allowed.
    async fn anonymize_letters_of_no_organization(&self) -> Result<(), Refusal> {
        let letters = self.periods().find(|(kind, _)| kind.table == "outbox");
        let Some((Kind { table, past, emptied, .. }, before)) = letters else { return Ok(()) };
        let sql = format!("UPDATE {table} SET {emptied} WHERE {past} AND organization_id IS NULL");
        let db = self.platform.store.write();
        let done = Statement::from_sql_and_values(db.get_database_backend(), sql, [before.into()]);
        db.execute_raw(done).await?;
        let Some(before) = self.before(self.settings.retention.requests) else { return Ok(()) };
        let sql = "DELETE FROM allowed_addresses WHERE allowed_at <= $1";
        let done = Statement::from_sql_and_values(db.get_database_backend(), sql, [before.into()]);
        Ok(db.execute_raw(done).await.map(|_| ())?)
    }
}

impl Work {
    async fn anonymize_people(&self) -> Result<u64, Refusal> {
        let Some(past) = self.portal.contacts_past() else { return Ok(0) };
        let people = contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(self.organization.id))
            .filter(past)
            .order_by_asc(contact::Column::Id)
            .limit(PEOPLE_AT_ONCE)
            .all(&self.db)
            .await?;
        for person in &people {
            self.anonymize(person).await?;
        }
        Ok(people.len() as u64)
    }

    /// Empties what is past its period among one kind of record; says how many rows that were.
    async fn empty(&self, kind: &Kind, before: i64) -> Result<u64, DbErr> {
        let Kind { table, past, emptied, .. } = kind;
        let sql = format!(
            "UPDATE {table} SET {emptied} WHERE id IN \
             (SELECT id FROM {table} WHERE {past} AND organization_id = $2 LIMIT {AT_ONCE})"
        );
        self.run(&sql, [before.into(), self.organization.id.into()]).await
    }

    /// Runs a statement, its values written `$1`, `$2` …; says how many rows it changed.
    async fn run(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<u64, DbErr> {
        let backend = self.db.get_database_backend();
        let sql = sql
            .replace("{NO_BYTES}", if self.portal.platform.store.is_sqlite() { "x''" } else { "''::bytea" });
        let done = self.db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        Ok(done.rows_affected())
    }
}
