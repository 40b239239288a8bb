//! A command's transaction: load, decide, keep, post, commit.
//!
//! The only beginning and the only commit of the backend are here. On PostgreSQL the organization's row is
//! locked first, so that the commands of one organization follow one another; SQLite has one writer anyway.
//! The actor is read once more inside the transaction: a right that was lost meanwhile is lost (C7). What a command
//! did to access, the watch learns before the commit, whichever command it was (P9). Whoever looks as somebody else
//! holds a portal with which nothing begins (G7). What gives access, makes somebody primary or changes where a person
//! is written to asks [`Work::proven`], wherever it is called from: whoever signed in long ago signs in again first
//! (A8).

use crate::access::Permit;
use crate::activity::{Event, Line, chain};
use crate::entity::organization;
use crate::letters::SUBJECTS;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::invitations::{By, Stamp};
use domain::permissions::Right;
use domain::{Actor, Instant, Language, OrganizationId, Problem};
use platform::{Parcel, Transaction};
use sea_orm::sea_query::LockType;
use sea_orm::{DatabaseConnection, EntityTrait as _, QuerySelect as _};
use serde_json::Value;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// A transaction in one organization.
pub(crate) struct Work {
    pub portal: Portal,
    pub db: Transaction,
    pub organization: organization::Model,
    pub now: Instant,
    pub by: By,
    /// What is issued here is one of many (I12).
    pub imported: bool,
    /// Whoever acts signed in a short while ago, or the program carries out what was decided before.
    proven: bool,
    /// What happened so far: written when it is committed, after everything else that locks.
    lines: Mutex<Vec<Line>>,
}

/// A letter to post, in the words of the backend.
pub(crate) struct Post<'a> {
    pub kind: &'static str,
    pub to: &'a str,
    pub language: Option<Language>,
    pub about: Option<Uuid>,
    pub payload: Value,
}

impl<P: Right> Permit<P> {
    /// Begins a command of this permit; the actor it returns is as the transaction sees it.
    pub(crate) async fn begin(&self) -> Result<(Work, Actor), Refusal> {
        let mut work = self.portal.begin(self.organization_id()).await?;
        let actor = self.portal.actor(&work.db, self.actor.account, &work.organization).await?;
        let actor = actor.ok_or(Problem::NotFound)?;
        if !actor.may::<P>() {
            return Err(Problem::Forbidden.into());
        }
        work.proven = self.proven;
        work.by = if actor.support { By::Support(actor.contact) } else { By::Contact(actor.contact) };
        Ok((work, actor))
    }
}

impl Portal {
    /// For one statement that writes by itself, on behalf of a person.
    pub(crate) fn write(&self) -> Result<&DatabaseConnection, Problem> {
        if self.looks_only { Err(Problem::Viewing) } else { Ok(self.platform.store.write()) }
    }

    /// Begins work in an organization, on behalf of the program until somebody is named. Whoever looks as somebody
    /// else begins nothing (G7).
    pub(crate) async fn begin(&self, id: OrganizationId) -> Result<Work, Refusal> {
        if self.looks_only {
            return Err(Problem::Viewing.into());
        }
        let db = self.platform.store.begin().await?;
        let mut select = organization::Entity::find_by_id(id.0);
        if !self.platform.store.is_sqlite() {
            // Not the lock that keeps out the references of lines written here from elsewhere.
            select = select.lock(LockType::NoKeyUpdate);
        }
        let organization = select.one(&db).await?.ok_or(Problem::NotFound)?;
        let lines = Mutex::default();
        Ok(Work {
            portal: self.clone(),
            db,
            organization,
            now: self.now(),
            by: By::System,
            imported: false,
            proven: true,
            lines,
        })
    }
}

impl Work {
    /// # Errors
    /// [`Problem::StepUpNeeded`] when whoever acts signed in too long ago for what this does (A8).
    pub(crate) fn proven(&self) -> Result<(), Problem> {
        if self.proven { Ok(()) } else { Err(Problem::StepUpNeeded) }
    }

    pub(crate) fn organization_id(&self) -> OrganizationId {
        OrganizationId(self.organization.id)
    }

    pub(crate) fn new_id(&self) -> Uuid {
        self.portal.platform.chance.id(self.now)
    }

    pub(crate) fn stamp<Id>(&self, id: impl Fn(Uuid) -> Id) -> Stamp<Id> {
        Stamp { id: id(self.new_id()), by: self.by, at: self.now }
    }

    /// Posts a letter that leaves if, and only if, this is committed (I11).
    pub(crate) async fn post(&self, letter: Post<'_>) -> Result<(), Refusal> {
        let parcel = Parcel {
            id: self.new_id(),
            kind: letter.kind,
            payload: letter.payload,
            recipient: letter.to.to_owned(),
            language: letter.language,
            organization: Some(self.organization_id()),
            about: letter.about,
        };
        Ok(self.portal.platform.outbox.post(&self.db, parcel, self.now).await?)
    }

    /// So many mails of the portal an address a day, whoever causes them (I12). Those of accounts are counted there.
    ///
    /// # Errors
    /// [`Problem::TooManyMails`].
    pub(crate) async fn few_mails_a_day_to(&self, to: &str) -> Result<(), Refusal> {
        let most = self.portal.settings.mails_per_address_per_day;
        let outbox = &self.portal.platform.outbox;
        let mails = outbox.posted_to(&self.db, &SUBJECTS, to, self.now.plus_days(-1)).await?;
        if mails < u64::from(most) { Ok(()) } else { Err(Problem::TooManyMails { most }.into()) }
    }

    /// Notes something that happened beside the act itself.
    pub(crate) async fn note(&self, event: Event) -> Result<(), Refusal> {
        self.note_in(self.organization_id(), event).await
    }

    /// Notes what this did in another organization: what Support sent there is handed over from here.
    pub(crate) async fn note_in(&self, organization: OrganizationId, event: Event) -> Result<(), Refusal> {
        let line = Line {
            id: self.new_id(),
            organization: Some(organization),
            by: self.by,
            at: self.now,
            salt: self.portal.platform.chance.bytes(),
            event,
        };
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        Ok(())
    }

    /// Commits, with the line that says what happened. There is no other way to commit.
    pub(crate) async fn commit(self, event: Event) -> Result<(), Refusal> {
        self.note(event).await?;
        let lines = self.lines.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(watch) = &self.portal.watch {
            watch.changed(&self.db, &[OrganizationId(self.organization.id)]).await?;
        }
        chain::append(&self.db, lines).await?;
        self.db.commit().await?;
        self.portal.platform.outbox.ring();
        if let Some(watch) = &self.portal.watch {
            watch.committed();
        }
        Ok(())
    }
}
