//! Importing contacts (G6): a table is looked at first, confirmed, then carried out line by line.
//!
//! The policy: before the confirmation nothing is kept but the upload itself, for the account that sent it, for one
//! day. Each look judges it anew, so that a person added meanwhile is seen. The confirmation turns it into lines,
//! once; [`run`] carries them out. What an import invites is limited by the pace of the outbox alone (I12).

mod run;
pub mod tell;

use crate::access::{Permit, eligible};
use crate::activity::Event;
use crate::csv::read;
use crate::entity::{contact, import, import_line, organization};
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::imports::{
    Entry, Figures, ImportLine, ImportPage, ImportState, Inviting, InvitingForm, Judge, MEGABYTES, Outcome,
    PAGE, Table, Verdict,
};
use domain::permissions::ManageContacts;
use domain::{Act, ContactId, Field, FieldProblems, ImportId, OrganizationId, Problem};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// An upload waits for so many days.
const WAITS: i64 = 1;
/// Results stay for so many days.
const STAYS: i64 = 7;
/// How many rows or addresses go into one statement.
const AT_ONCE: usize = 400;
/// No name of a file needs more letters.
const NAME: usize = 100;

/// A table as it was sent.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// The name of the file; pasted text has none.
    pub name: String,
    pub content: Vec<u8>,
    pub inviting: InvitingForm,
}

impl Permit<ManageContacts> {
    /// Keeps a table to look at before anything happens.
    ///
    /// # Errors
    /// Beside [`Field::Table`] why it cannot be read; beside the others what is wrong with the invitations.
    pub async fn upload(&self, upload: &Upload) -> Result<ImportId, Refusal> {
        let mut faults = FieldProblems::none();
        let text = faults.note(Field::Table, readable(&upload.content));
        let inviting = match upload.inviting.parse() {
            Ok(inviting) => inviting,
            Err(wrong) => {
                faults.0.extend(wrong.0);
                Inviting::default()
            }
        };
        let db = self.portal.platform.store.read();
        let eligible = self.eligible(db).await?;
        let granter = &self.actor.profiles;
        faults
            .note(Field::Profiles, self.portal.catalogue.decide(&inviting.profiles, &[], granter, &eligible));
        let (Some(text), true) = (text, faults.is_empty()) else { return Err(faults.into()) };
        self.keep_upload(upload, text, &inviting).await
    }

    async fn keep_upload(
        &self,
        upload: &Upload,
        text: String,
        inviting: &Inviting,
    ) -> Result<ImportId, Refusal> {
        let now = self.portal.now();
        let id = self.portal.platform.chance.id(now);
        let row = import::ActiveModel {
            id: Set(id),
            organization_id: Set(self.organization.id),
            account_id: Set(self.actor.account.0),
            name: Set(upload.name.chars().filter(|letter| !letter.is_control()).take(NAME).collect()),
            upload: Set(text),
            inviting: Set(written(inviting)?),
            state: Set("preview".to_owned()),
            created_at: Set(now.0),
            expires_at: Set(now.plus_days(WAITS).0),
            leased_until: Set(0),
            leased_by: Set(None),
        };
        import::Entity::insert(row).exec_without_returning(self.portal.write()?).await?;
        Ok(ImportId(id))
    }

    /// One page of an import: before it, what would be done, the lines to correct first; then how far it is, and
    /// what became of each line.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for whoever did not send it, and once it has expired.
    pub async fn import(&self, id: ImportId, page: u64) -> Result<ImportPage, Refusal> {
        let db = self.portal.platform.store.read();
        let row = self.sent_by_actor(db, id).await?;
        if row.state == "preview" {
            self.judged_page(db, &row, page).await
        } else {
            results(db, &row, page).await
        }
    }

    /// Carries out what was looked at: a second time changes nothing.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for whoever did not send it, and once it has expired; [`Problem::StepUpNeeded`] (A8).
    pub async fn begin_import(&self, id: ImportId) -> Result<(), Refusal> {
        self.prove()?;
        let (work, actor) = self.begin().await?;
        let row = self.sent_by_actor(&work.db, id).await?;
        if row.state != "preview" {
            return Ok(());
        }
        let (table, verdicts) =
            self.portal.judged(&work.db, &work.organization, &row, &actor.profiles).await?;
        let lines =
            table.entries.iter().zip(&verdicts).map(|(entry, verdict)| new_line(&row, entry, verdict));
        let lines: Vec<_> = lines.collect::<Result<_, _>>()?;
        for some in lines.chunks(AT_ONCE) {
            import_line::Entity::insert_many(some.to_vec()).exec_without_returning(&work.db).await?;
        }
        let begun = import::ActiveModel {
            state: Set("running".to_owned()),
            upload: Set(String::new()),
            expires_at: Set(work.now.plus_days(STAYS).0),
            ..import::ActiveModel::default()
        };
        import::Entity::update_many().set(begun).filter(import::Column::Id.eq(row.id)).exec(&work.db).await?;
        let details = json!({ "import": id, "file": row.name, "figures": Figures::of(&verdicts) });
        work.commit(Event::of(Act::ImportBegun, None).with(details)).await?;
        self.portal.importer.notify_one();
        Ok(())
    }

    /// Every line of an import with its result, in the order of the file.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for whoever did not send it, before it is carried out, and once it has expired.
    pub async fn import_results(&self, id: ImportId) -> Result<Vec<ImportLine>, Refusal> {
        let db = self.portal.platform.store.read();
        let row = self.sent_by_actor(db, id).await?;
        if row.state == "preview" {
            return Err(Problem::NotFound.into());
        }
        let lines = import_line::Entity::find()
            .filter(import_line::Column::ImportId.eq(row.id))
            .order_by_asc(import_line::Column::Line);
        told(db, lines.all(db).await?).await
    }

    async fn sent_by_actor(&self, db: &impl ConnectionTrait, id: ImportId) -> Result<import::Model, Refusal> {
        let row = import::Entity::find_by_id(id.0)
            .filter(import::Column::OrganizationId.eq(self.organization.id))
            .filter(import::Column::AccountId.eq(self.actor.account.0))
            .filter(import::Column::ExpiresAt.gt(self.portal.now().0))
            .one(db)
            .await?;
        Ok(row.ok_or(Problem::NotFound)?)
    }

    async fn judged_page(
        &self,
        db: &impl ConnectionTrait,
        row: &import::Model,
        page: u64,
    ) -> Result<ImportPage, Refusal> {
        let (table, verdicts) = self.portal.judged(db, &self.organization, row, &self.actor.profiles).await?;
        let figures = Figures::of(&verdicts);
        let mut lines: Vec<(Entry, Verdict)> = table.entries.into_iter().zip(verdicts).collect();
        // What must be corrected comes first, then what surprises, then what simply will be done.
        lines.sort_by_key(|(_, verdict)| match verdict {
            Verdict::Faulty(_) => 0,
            Verdict::Here { .. } | Verdict::Inactive => 1,
            Verdict::Add { .. } => 2,
        });
        let pages = (lines.len() as u64).div_ceil(PAGE).max(1);
        let page = page.clamp(1, pages);
        let from = usize::try_from((page - 1) * PAGE).unwrap_or(usize::MAX);
        let some = lines.into_iter().skip(from).take(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let lines =
            some.map(|(entry, verdict)| ImportLine { entry, outcome: Outcome::Judged(verdict) }).collect();
        Ok(ImportPage { figures, left_out: table.left_out, lines, page, pages, ..page_of(row)? })
    }
}

impl Portal {
    /// Judges an upload against who is here now.
    async fn judged(
        &self,
        db: &impl ConnectionTrait,
        organization: &organization::Model,
        row: &import::Model,
        granter: &[String],
    ) -> Result<(Table, Vec<Verdict>), Refusal> {
        let table = Table::of(read::records(&row.upload)).map_err(at_the_table)?;
        let inviting: Inviting = kept(&row.inviting)?;
        let verdicts = self.verdicts(db, organization, &table.entries, (&inviting, granter)).await?;
        Ok((table, verdicts))
    }

    async fn verdicts(
        &self,
        db: &impl ConnectionTrait,
        organization: &organization::Model,
        entries: &[Entry],
        (inviting, granter): (&Inviting, &[String]),
    ) -> Result<Vec<Verdict>, Refusal> {
        let judge = Judge {
            catalogue: &self.catalogue,
            eligible: &eligible(db, organization).await?,
            granter,
            inviting,
            tracks_clients: organization.tracks_clients,
            here: &here(db, OrganizationId(organization.id), entries).await?,
        };
        Ok(judge.verdicts(entries))
    }
}

/// The text of a file, if it is a table that can be judged.
fn readable(content: &[u8]) -> Result<String, Problem> {
    if content.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::Missing);
    }
    if content.len() > usize::from(MEGABYTES) * 1024 * 1024 {
        return Err(Problem::ImportTooLarge { megabytes: MEGABYTES });
    }
    let text = read::decoded(content)?;
    Table::of(read::records(&text)).map(|_| text)
}

fn at_the_table(problem: Problem) -> FieldProblems {
    FieldProblems::one(Field::Table, problem)
}

/// Who of these is in the organization already, by the key of the address.
async fn here(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
    entries: &[Entry],
) -> Result<HashMap<String, (ContactId, String)>, DbErr> {
    let keys: HashSet<String> =
        entries.iter().map(|entry| entry.contact.email.trim().to_lowercase()).collect();
    let keys: Vec<String> = keys.into_iter().filter(|key| !key.contains('\0')).collect();
    let mut here = HashMap::new();
    for some in keys.chunks(AT_ONCE) {
        let rows = contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(organization.0))
            .filter(contact::Column::EmailKey.is_in(some))
            .all(db)
            .await?;
        here.extend(rows.into_iter().map(|row| {
            let person = (ContactId(row.id), super::spoken(&row));
            (row.email_key, person)
        }));
    }
    Ok(here)
}

fn new_line(
    row: &import::Model,
    entry: &Entry,
    verdict: &Verdict,
) -> Result<import_line::ActiveModel, Refusal> {
    let (state, profiles, reasons, contact) = match verdict {
        Verdict::Add { profiles } => ("waiting", profiles.as_slice(), None, None),
        Verdict::Here { contact, .. } => ("here", [].as_slice(), None, Some(contact.0)),
        Verdict::Inactive => ("inactive", [].as_slice(), None, None),
        Verdict::Faulty(faults) => ("faulty", [].as_slice(), Some(written(faults)?), None),
    };
    Ok(import_line::ActiveModel {
        import_id: Set(row.id),
        line: Set(i64::try_from(entry.line).unwrap_or(i64::MAX)),
        organization_id: Set(row.organization_id),
        state: Set(state.to_owned()),
        entry: Set(written(entry)?),
        profiles: Set(written(profiles)?),
        reasons: Set(reasons),
        contact_id: Set(contact),
    })
}

fn written<T: Serialize + ?Sized>(value: &T) -> Result<String, Refusal> {
    serde_json::to_string(value).map_err(Refusal::broken)
}

fn kept<T: DeserializeOwned>(text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(Refusal::broken)
}

/// A page that says nothing yet of its lines.
fn page_of(row: &import::Model) -> Result<ImportPage, Refusal> {
    Ok(ImportPage {
        id: ImportId(row.id),
        state: match row.state.as_str() {
            "preview" => ImportState::Preview,
            "running" => ImportState::Running,
            _ => ImportState::Done,
        },
        name: row.name.clone(),
        inviting: kept(&row.inviting)?,
        figures: Figures::default(),
        left_out: Vec::new(),
        lines: Vec::new(),
        page: 1,
        pages: 1,
    })
}

/// One page of results, those to correct first.
async fn results(db: &impl ConnectionTrait, row: &import::Model, page: u64) -> Result<ImportPage, Refusal> {
    let figures = figures(db, row).await?;
    let wrong = import_line::Column::State.is_in(["faulty", "refused"]);
    let lines = import_line::Entity::find().filter(import_line::Column::ImportId.eq(row.id));
    let pages = figures.all().div_ceil(PAGE).max(1);
    let page = page.clamp(1, pages);
    let some = lines
        .order_by_desc(wrong)
        .order_by_asc(import_line::Column::Line)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
        .all(db)
        .await?;
    Ok(ImportPage { figures, lines: told(db, some).await?, page, pages, ..page_of(row)? })
}

async fn figures(db: &impl ConnectionTrait, row: &import::Model) -> Result<Figures, Refusal> {
    let counted: Vec<(String, i64)> = import_line::Entity::find()
        .filter(import_line::Column::ImportId.eq(row.id))
        .select_only()
        .column(import_line::Column::State)
        .column_as(import_line::Column::Line.count(), "lines")
        .group_by(import_line::Column::State)
        .into_tuple()
        .all(db)
        .await?;
    let mut figures = Figures::default();
    for (state, count) in counted {
        let count = u64::try_from(count).unwrap_or_default();
        match state.as_str() {
            "added" => figures.add += count,
            "invited" => {
                figures.add += count;
                figures.invite += count;
            }
            "here" => figures.here += count,
            "inactive" => figures.inactive += count,
            "faulty" => figures.faulty += count,
            "refused" => figures.refused += count,
            _ => figures.waiting += count,
        }
    }
    Ok(figures)
}

/// Lines as they are shown; the names of those who were here already are read at once.
async fn told(db: &impl ConnectionTrait, rows: Vec<import_line::Model>) -> Result<Vec<ImportLine>, Refusal> {
    let here: Vec<_> =
        rows.iter().filter(|row| row.state == "here").filter_map(|row| row.contact_id).collect();
    let mut names = HashMap::new();
    for some in here.chunks(AT_ONCE) {
        let people = contact::Entity::find().filter(contact::Column::Id.is_in(some.to_vec())).all(db).await?;
        names.extend(people.iter().map(|person| (person.id, super::spoken(person))));
    }
    let line = |row: import_line::Model| {
        let contact = row.contact_id.map(ContactId);
        let reasons = row.reasons.as_deref().map(kept::<FieldProblems>).transpose()?.unwrap_or_default();
        let outcome = match (row.state.as_str(), contact) {
            ("added" | "invited", Some(contact)) => {
                Outcome::Added { contact, invited: row.state == "invited" }
            }
            ("here", Some(contact)) => {
                let name = names.get(&contact.0).cloned().unwrap_or_default();
                Outcome::Judged(Verdict::Here { contact, name })
            }
            ("inactive", _) => Outcome::Judged(Verdict::Inactive),
            ("faulty", _) => Outcome::Judged(Verdict::Faulty(reasons)),
            ("refused", _) => Outcome::Refused(reasons),
            _ => Outcome::Waiting,
        };
        Ok(ImportLine { entry: kept(&row.entry)?, outcome })
    };
    rows.into_iter().map(line).collect()
}
