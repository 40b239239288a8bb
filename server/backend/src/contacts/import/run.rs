//! Carrying out an import: each line a transaction of its own, so that a bad one stops no other.
//!
//! Several servers share the work by leases, as the courier does. Whether a line is done stands in the transaction
//! that does it: a server that dies in the middle leaves nothing half, and whoever goes on adds nobody twice.

use super::{STAYS, Upload, figures, kept, written};
use crate::access::Permit;
use crate::activity::Event;
use crate::contacts;
use crate::csv::read;
use crate::entity::{contact, import, import_line, organization};
use crate::invitations;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::contacts::ContactFacts;
use domain::imports::{Entry, Figures, ImportLine, Outcome, Table, Verdict};
use domain::invitations::NewInvitation;
use domain::permissions::ManageContacts;
use domain::{AccountId, Act, ContactId, Field, FieldProblems, OrganizationId, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;
use uuid::Uuid;

/// How long a lease lasts, in seconds; it is renewed with every batch.
const LEASE: i64 = 30;
/// How many lines are carried out between two renewals.
const BATCH: u64 = 50;
/// How often a line is tried that something broke, before it is told as refused.
const TRIES: u8 = 3;

/// An import that this server carries out for now.
struct Leased {
    row: import::Model,
    by: Uuid,
}

impl Portal {
    /// Carries out what was confirmed, until nothing is left; says how many lines that were.
    ///
    /// # Errors
    /// When the database refuses: what is not done is tried again once its lease has ended.
    pub async fn carry_imports(&self) -> Result<u64, Refusal> {
        let mut carried = 0;
        while let Some(leased) = self.lease_import().await? {
            carried += self.carry_import(&leased).await?;
        }
        Ok(carried)
    }

    /// Waits until something is confirmed on this server.
    pub async fn import_asked(&self) {
        self.importer.notified().await;
    }

    /// Uploads and results that have expired leave, their lines with them.
    pub(crate) async fn forget_imports(&self) -> Result<(), Refusal> {
        import::Entity::delete_many()
            .filter(import::Column::ExpiresAt.lte(self.now().0))
            .exec(self.platform.store.write())
            .await?;
        Ok(())
    }

    async fn lease_import(&self) -> Result<Option<Leased>, Refusal> {
        let store = &self.platform.store;
        let due = import::Entity::find()
            .filter(import::Column::State.eq("running"))
            .filter(import::Column::LeasedUntil.lte(self.now().0))
            .order_by_asc(import::Column::LeasedUntil)
            .limit(10)
            .all(store.read())
            .await?;
        for row in due {
            let leased = Leased { by: self.platform.chance.id(self.now()), row };
            let free = import::Column::LeasedUntil.lte(self.now().0);
            if self.keep_lease(&leased, free).await? {
                return Ok(Some(leased));
            }
        }
        Ok(None)
    }

    /// Takes or renews a lease; of several servers one wins.
    async fn keep_lease(&self, leased: &Leased, condition: Expr) -> Result<bool, Refusal> {
        let now = self.now();
        let kept = import::Entity::update_many()
            .col_expr(import::Column::LeasedUntil, Expr::value(now.plus_seconds(LEASE).0))
            .col_expr(import::Column::LeasedBy, Expr::value(leased.by))
            .filter(import::Column::Id.eq(leased.row.id))
            .filter(import::Column::State.eq("running"))
            .filter(condition)
            .exec(self.platform.store.write())
            .await?;
        Ok(kept.rows_affected == 1)
    }

    async fn carry_import(&self, leased: &Leased) -> Result<u64, Refusal> {
        let mut carried = 0;
        loop {
            let lines = self.waiting_lines(&leased.row).await?;
            if lines.is_empty() {
                self.finish_import(&leased.row).await?;
                return Ok(carried);
            }
            let permit = self.permit_of(&leased.row).await;
            for line in &lines {
                self.carry_line(&permit, line).await?;
                carried += 1;
            }
            if !self.keep_lease(leased, import::Column::LeasedBy.eq(leased.by)).await? {
                return Ok(carried);
            }
        }
    }

    async fn waiting_lines(&self, row: &import::Model) -> Result<Vec<import_line::Model>, Refusal> {
        let waiting = import_line::Entity::find()
            .filter(import_line::Column::ImportId.eq(row.id))
            .filter(import_line::Column::State.eq("waiting"))
            .order_by_asc(import_line::Column::Line)
            .limit(BATCH);
        Ok(waiting.all(self.platform.store.read()).await?)
    }

    /// Whoever confirmed acts, with the rights held now; that they had signed in lately was asked when they did.
    async fn permit_of(&self, row: &import::Model) -> Result<Permit<ManageContacts>, Refusal> {
        let whoever = self.signed_in(AccountId(row.account_id)).await?.since(Some(self.now()));
        whoever.permit(OrganizationId(row.organization_id)).await
    }

    async fn carry_line(
        &self,
        permit: &Result<Permit<ManageContacts>, Refusal>,
        line: &import_line::Model,
    ) -> Result<(), Refusal> {
        let mut tries = 0;
        loop {
            let result = match permit {
                Ok(permit) => permit.add_line(line).await,
                Err(Refusal::Refused(problem)) => Err(problem.clone().into()),
                Err(other) => return Err(Refusal::broken(format!("an import cannot go on: {other:?}"))),
            };
            tries += 1;
            let faults = match result {
                Ok(()) => return Ok(()),
                Err(Refusal::Refused(problem)) => FieldProblems::one(Field::Form, problem),
                Err(Refusal::Invalid(faults)) => faults,
                Err(Refusal::Broken(error)) if tries < TRIES => {
                    tracing::warn!(%error, tries, "a line of an import broke; trying it again");
                    continue;
                }
                Err(Refusal::Broken(error)) => {
                    let reference: String = self.random_token().chars().take(8).collect();
                    tracing::error!(%error, reference, "a line of an import broke");
                    FieldProblems::one(Field::Form, Problem::Broken { reference })
                }
            };
            return self.leave_out(line, &faults).await;
        }
    }

    /// A line that was refused keeps its reason; somebody who came meanwhile is simply here.
    async fn leave_out(&self, line: &import_line::Model, faults: &FieldProblems) -> Result<(), Refusal> {
        let settled = match faults.of(Field::Email) {
            Some(Problem::EmailOfContact { contact, .. }) => settled("here", Some(contact.0)),
            _ => {
                import_line::ActiveModel { reasons: Set(Some(written(faults)?)), ..settled("refused", None) }
            }
        };
        import_line::Entity::update_many()
            .set(settled)
            .filter(import_line::Column::ImportId.eq(line.import_id))
            .filter(import_line::Column::Line.eq(line.line))
            .filter(import_line::Column::State.eq("waiting"))
            .exec(self.platform.store.write())
            .await?;
        Ok(())
    }

    /// Of several servers the one whose update ends the import tells the activity.
    async fn finish_import(&self, row: &import::Model) -> Result<(), Refusal> {
        let work = self.begin(OrganizationId(row.organization_id)).await?;
        let done = import::ActiveModel {
            state: Set("done".to_owned()),
            expires_at: Set(work.now.plus_days(STAYS).0),
            ..import::ActiveModel::default()
        };
        let ended = import::Entity::update_many()
            .set(done)
            .filter(import::Column::Id.eq(row.id))
            .filter(import::Column::State.eq("running"))
            .exec(&work.db)
            .await?;
        if ended.rows_affected == 0 {
            return Ok(());
        }
        let details = json!({ "import": row.id, "file": row.name, "figures": figures(&work.db, row).await? });
        work.commit(Event::of(Act::ImportFinished, None).with(details)).await
    }
}

fn settled(state: &str, contact: Option<Uuid>) -> import_line::ActiveModel {
    import_line::ActiveModel {
        state: Set(state.to_owned()),
        contact_id: Set(contact),
        ..import_line::ActiveModel::default()
    }
}

impl Permit<ManageContacts> {
    /// Adds the person of a line, and invites them if the import says so: both, or nothing.
    async fn add_line(&self, line: &import_line::Model) -> Result<(), Refusal> {
        let (mut work, actor) = self.begin().await?;
        work.imported = true;
        let still = import_line::Entity::find()
            .filter(import_line::Column::ImportId.eq(line.import_id))
            .filter(import_line::Column::Line.eq(line.line))
            .filter(import_line::Column::State.eq("waiting"))
            .one(&work.db)
            .await?;
        let Some(line) = still else { return Ok(()) };
        let import =
            import::Entity::find_by_id(line.import_id).one(&work.db).await?.ok_or(Problem::NotFound)?;
        let entry: Entry = kept(&line.entry)?;
        let profiles: Vec<String> = kept(&line.profiles)?;
        let inviting: domain::imports::Inviting = kept(&import.inviting)?;
        let facts = entry.contact.parse(work.organization.tracks_clients)?;
        let new = (!profiles.is_empty()).then_some(NewInvitation { profiles, message: inviting.message });
        let state = if new.is_some() { "invited" } else { "added" };
        let (person, event) = work.add_person(&facts, new, &actor.profiles).await?;
        import_line::Entity::update_many()
            .set(settled(state, Some(person.id)))
            .filter(import_line::Column::ImportId.eq(line.import_id))
            .filter(import_line::Column::Line.eq(line.line))
            .exec(&work.db)
            .await?;
        work.commit(event).await
    }
}

impl Work {
    /// Adds a person and, with profiles, invites them; gives what is left to tell.
    async fn add_person(
        &self,
        facts: &ContactFacts,
        new: Option<NewInvitation>,
        granter: &[String],
    ) -> Result<(contact::Model, Event), Refusal> {
        let person = self.insert_contact(facts).await?;
        let id = ContactId(person.id);
        let added = Event::of(Act::ContactAdded, id).with(json!({ "after": contacts::shown(facts) }));
        let Some(new) = new else { return Ok((person, added)) };
        self.note(added).await?;
        let profiles = new.profiles.clone();
        let sent = self.issue_as(&person, new, (granter, &[])).await?;
        let issued = Event::of(Act::InvitationIssued, id).with(invitations::shown(&sent, &profiles));
        Ok((person, issued))
    }
}

impl Portal {
    /// Imports a table at the command line: whoever runs the program grants as Support does. Tells each line as it
    /// is done; a dry run only judges.
    ///
    /// # Errors
    /// When the table cannot be read; [`Problem::NotFound`] without such an organization.
    pub async fn import_at_the_console(
        &self,
        organization: OrganizationId,
        upload: &Upload,
        dry_run: bool,
        mut tell: impl FnMut(&ImportLine),
    ) -> Result<Figures, Refusal> {
        let text = super::readable(&upload.content).map_err(super::at_the_table)?;
        let table = Table::of(read::records(&text)).map_err(super::at_the_table)?;
        let inviting = upload.inviting.parse()?;
        let granter = self.granted_by_the_program();
        let db = self.platform.store.read();
        let found =
            organization::Entity::find_by_id(organization.0).one(db).await?.ok_or(Problem::NotFound)?;
        let verdicts = self.verdicts(db, &found, &table.entries, (&inviting, &granter)).await?;
        let mut figures = Figures::of(&verdicts);
        for (entry, verdict) in table.entries.into_iter().zip(verdicts) {
            let outcome = match verdict {
                Verdict::Add { profiles } if !dry_run => {
                    let new = NewInvitation { profiles, message: inviting.message.clone() };
                    self.add_at_the_console(organization, &entry, new, &granter).await?
                }
                verdict => Outcome::Judged(verdict),
            };
            if matches!(outcome, Outcome::Refused(_)) {
                figures.refused += 1;
                figures.add -= 1;
            }
            tell(&ImportLine { entry, outcome });
        }
        Ok(figures)
    }

    async fn add_at_the_console(
        &self,
        organization: OrganizationId,
        entry: &Entry,
        new: NewInvitation,
        granter: &[String],
    ) -> Result<Outcome, Refusal> {
        let invited = !new.profiles.is_empty();
        let mut work = self.begin(organization).await?;
        work.imported = true;
        let facts = entry.contact.parse(work.organization.tracks_clients)?;
        match work.add_person(&facts, Some(new).filter(|_| invited), granter).await {
            Ok((person, event)) => {
                work.commit(event).await?;
                Ok(Outcome::Added { contact: ContactId(person.id), invited })
            }
            Err(Refusal::Refused(problem)) => Ok(Outcome::Refused(FieldProblems::one(Field::Form, problem))),
            Err(Refusal::Invalid(faults)) => Ok(Outcome::Refused(faults)),
            Err(broken) => Err(broken),
        }
    }

    /// What the program itself grants: all that Support may.
    fn granted_by_the_program(&self) -> Vec<String> {
        let all =
            self.catalogue.modules.iter().flat_map(|module| &module.profiles).map(|profile| &profile.key);
        self.catalogue.of_operator(all)
    }
}
