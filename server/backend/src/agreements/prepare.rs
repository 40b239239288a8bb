//! Preparing: who may be asked to sign, a draft kept and changed, looked at before it is sent, discarded, prepared
//! again.
//!
//! A draft is a whole agreement that nobody but those who read agreements sees. Whoever saves it names the version
//! that was read (C6). What is uploaded is looked at before anything is kept.

use super::files::{AgreementFiles, CheckedFiles};
use super::{Row, documents_of, event, kept_state, order_of, signatories_of};
use crate::access::Permit;
use crate::contacts::spoken;
use crate::entity::{agreement, agreement_document, agreement_signatory, contact, organization};
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::agreements::{
    AgreementForm, AgreementPreview, AgreementState, DEADLINE_DAYS, DocumentKind, NewAgreement, NewDocument,
    Pdfs, SignatoryChoice, SignatoryState,
};
use domain::permissions::{PrepareAgreements, ReadAgreements};
use domain::{Act, AgreementId, ContactId, Email, Field, FieldProblems, Instant, Language, Problem, fold};
use platform::secrets::hash_bytes;
use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

impl Permit<PrepareAgreements> {
    /// Who may be asked to sign: the active contacts of the organization, then the operator's, each by last name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn signatories_to_choose(&self) -> Result<Vec<SignatoryChoice>, Refusal> {
        let db = self.portal.platform.store.read();
        let operator =
            organization::Entity::find().filter(organization::Column::Operator.eq(true)).one(db).await?;
        let mut choices = people_to_choose(db, &self.organization).await?;
        if let Some(operator) = operator.filter(|operator| operator.id != self.organization.id) {
            choices.extend(people_to_choose(db, &operator).await?);
        }
        Ok(choices)
    }

    /// Keeps a new agreement as a draft.
    ///
    /// # Errors
    /// What is wrong with the form or with a file.
    pub async fn prepare_agreement(
        &self,
        form: &AgreementForm,
        files: AgreementFiles,
    ) -> Result<AgreementId, Refusal> {
        let pdfs = files.pdfs();
        let files = files.check(&self.portal.turns).await;
        let (work, actor) = self.begin().await?;
        let Judged { new, deadline, people, files } = work.judge_agreement(form, pdfs, files).await?;
        let id = work.new_id();
        let row = agreement::ActiveModel {
            id: Set(id),
            organization_id: Set(work.organization.id),
            state: Set(AgreementState::Draft.code().to_owned()),
            edition: Set(1),
            version: Set(1),
            prepared_by: Set(actor.contact.0),
            prepared_by_support: Set(work.by_support()),
            created_at: Set(work.now.0),
            ..work.columns(&new, deadline, &people)
        };
        agreement::Entity::insert(row).exec_without_returning(&work.db).await?;
        let row = work.agreement(AgreementId(id)).await?;
        work.keep_agreement_documents(&row, &new, files).await?;
        work.keep_signatories(&row, &new.signatories).await?;
        work.commit(event(Act::AgreementPrepared, &row, None, told(&new, &people))).await?;
        Ok(AgreementId(id))
    }

    /// A draft as it would be typed, and its version.
    ///
    /// # Errors
    /// [`Problem::NotFound`]; [`Problem::AgreementPassed`] for one that is no draft.
    pub async fn agreement_form(&self, id: AgreementId) -> Result<(AgreementForm, u64), Refusal> {
        let db = self.portal.platform.store.read();
        let row = super::read::of_organization(db, self.organization.id, id).await?;
        if kept_state(&row) != AgreementState::Draft {
            return Err(Problem::AgreementPassed.into());
        }
        let mut texts = HashMap::new();
        for document in documents_of(db, row.id, row.edition).await? {
            if document.kind == DocumentKind::Written.code() {
                let bytes = self.portal.bytes_of(db, &document.sha256).await?;
                texts.insert(document.language, String::from_utf8(bytes).map_err(Refusal::broken)?);
            }
        }
        let signatories = signatories_of(db, row.id, row.edition).await?;
        let version = u64::try_from(row.version).unwrap_or_default();
        let form = AgreementForm {
            title_en: row.title_en.clone().unwrap_or_default(),
            title_fr: row.title_fr.clone().unwrap_or_default(),
            text_en: texts.remove("en").unwrap_or_default(),
            text_fr: texts.remove("fr").unwrap_or_default(),
            deadline: row.deadline_day.clone(),
            order: order_of(&row).code().to_owned(),
            message: row.message.clone().unwrap_or_default(),
            signatories: signatories.iter().map(|row| ContactId(row.contact_id).to_string()).collect(),
            ..AgreementForm::default()
        };
        Ok((form, version))
    }

    /// Saves a draft. A PDF stays as long as nothing takes its place and it is not ticked to go.
    ///
    /// # Errors
    /// What is wrong with the form or with a file; [`Problem::ChangedMeanwhile`] when somebody else saved it;
    /// [`Problem::AgreementPassed`] for one that is no draft.
    pub async fn change_agreement(
        &self,
        id: AgreementId,
        version: u64,
        form: &AgreementForm,
        files: AgreementFiles,
    ) -> Result<(), Refusal> {
        let uploaded = files.pdfs();
        let files = files.check(&self.portal.turns).await;
        let (work, _) = self.begin().await?;
        let row = work.draft(id, version).await?;
        let pdfs = work.kept_pdfs(&row, form, uploaded).await?;
        let Judged { new, deadline, people, files } = work.judge_agreement(form, pdfs, files).await?;
        let columns =
            agreement::ActiveModel { version: Set(row.version + 1), ..work.columns(&new, deadline, &people) };
        work.save_draft(&row, columns).await?;
        work.keep_agreement_documents(&row, &new, files).await?;
        work.forget_signatories(&row).await?;
        work.keep_signatories(&row, &new.signatories).await?;
        work.commit(event(Act::AgreementChanged, &row, None, told(&new, &people))).await
    }

    /// A draft before it is sent, with the exact mails that leave at once (I2).
    ///
    /// # Errors
    /// [`Problem::NotFound`]; [`Problem::AgreementPassed`] for one that is no draft.
    pub async fn preview_agreement(&self, id: AgreementId) -> Result<AgreementPreview, Refusal> {
        let db = self.portal.platform.store.read();
        let row = super::read::of_organization(db, self.organization.id, id).await?;
        if kept_state(&row) != AgreementState::Draft {
            return Err(Problem::AgreementPassed.into());
        }
        let mails = self.portal.preview_of_invitations(&row).await?;
        let agreement = self.also::<ReadAgreements>()?.agreement(id).await?;
        Ok(AgreementPreview { agreement, mails })
    }

    /// Removes a draft that was never sent.
    ///
    /// # Errors
    /// [`Problem::NotFound`]; [`Problem::AgreementPassed`] for one that was sent before, in whichever edition.
    pub async fn discard_agreement(&self, id: AgreementId) -> Result<(), Refusal> {
        let (work, _) = self.begin().await?;
        let row = work.agreement(id).await?;
        if kept_state(&row) != AgreementState::Draft || row.edition > 1 {
            return Err(Problem::AgreementPassed.into());
        }
        let said = event(Act::AgreementDiscarded, &row, None, json!({}));
        work.remove(&row).await?;
        work.commit(said).await
    }

    /// A copy, as a draft, of one that ended: its documents, its people, its words.
    ///
    /// # Errors
    /// [`Problem::NotFound`]; [`Problem::AgreementPassed`] for one that has not ended.
    pub async fn prepare_agreement_again(&self, id: AgreementId) -> Result<AgreementId, Refusal> {
        let (work, actor) = self.begin().await?;
        let row = work.agreement(id).await?;
        if !super::state_at(&row, work.now).ended() {
            return Err(Problem::AgreementPassed.into());
        }
        let copy = work.new_id();
        let columns = agreement::ActiveModel {
            id: Set(copy),
            organization_id: Set(row.organization_id),
            state: Set(AgreementState::Draft.code().to_owned()),
            edition: Set(1),
            version: Set(1),
            title_en: Set(row.title_en.clone()),
            title_fr: Set(row.title_fr.clone()),
            signing_order: Set(row.signing_order.clone()),
            deadline_day: Set(row.deadline_day.clone()),
            deadline_at: Set(row.deadline_at),
            message: Set(row.message.clone()),
            search: Set(row.search.clone()),
            prepared_by: Set(actor.contact.0),
            prepared_by_support: Set(work.by_support()),
            created_at: Set(work.now.0),
            updated_at: Set(work.now.0),
            ..agreement::ActiveModel::default()
        };
        agreement::Entity::insert(columns).exec_without_returning(&work.db).await?;
        let next = work.agreement(AgreementId(copy)).await?;
        work.copy_edition(&row, &next).await?;
        work.commit(event(Act::AgreementPrepared, &next, None, json!({}))).await?;
        Ok(AgreementId(copy))
    }
}

async fn people_to_choose(
    db: &impl ConnectionTrait,
    organization: &organization::Model,
) -> Result<Vec<SignatoryChoice>, Refusal> {
    let rows = crate::contacts::people::active_in(organization.id)
        .order_by_asc(contact::Column::SortKey)
        .order_by_asc(contact::Column::Id)
        .all(db)
        .await?;
    let choice = |row: contact::Model| SignatoryChoice {
        contact: ContactId(row.id),
        name: domain::contacts::listed_name(&row.last_name, &row.first_name),
        email: Email::known(row.email),
        title: row.title,
        organization_name: name_of(organization),
        operator: organization.operator,
        linked: row.account_id.is_some(),
    };
    Ok(rows.into_iter().map(choice).collect())
}

/// What the activity tells of a draft.
fn told(new: &NewAgreement, people: &[contact::Model]) -> serde_json::Value {
    let names: Vec<String> = people.iter().map(spoken).collect();
    json!({ "until": new.deadline, "signatories": names })
}

impl Portal {
    /// The day, as a moment: the first one after it, in the deployment's time zone.
    fn end_of(&self, day: &str) -> Option<Instant> {
        self.platform.calendar.day(day).map(|day| day.end)
    }
}

/// What somebody typed and uploaded, as understood.
struct Judged {
    new: NewAgreement,
    deadline: Instant,
    people: Vec<contact::Model>,
    files: CheckedFiles,
}

impl Work {
    /// Everything that is wrong with a form and its files, told at once.
    async fn judge_agreement(
        &self,
        form: &AgreementForm,
        pdfs: Pdfs,
        files: Result<CheckedFiles, FieldProblems>,
    ) -> Result<Judged, Refusal> {
        let mut faults = FieldProblems::none();
        let new = form.parse(pdfs).map_err(|wrong| faults.0.extend(wrong.0)).ok();
        let (mut deadline, mut people) = (None, None);
        if let Some(new) = &new {
            deadline = self.deadline(&new.deadline).map_err(|wrong| faults.0.extend(wrong.0)).ok();
            people = match self.may_sign(&new.signatories).await {
                Ok(people) => Some(people),
                Err(Refusal::Invalid(wrong)) => {
                    faults.0.extend(wrong.0);
                    None
                }
                Err(other) => return Err(other),
            };
        }
        let files = files.map_err(|wrong| faults.0.extend(wrong.0)).ok();
        match (new, deadline, people, files) {
            (Some(new), Some(deadline), Some(people), Some(files)) => {
                Ok(Judged { new, deadline, people, files })
            }
            _ => Err(faults.into()),
        }
    }

    /// The end of the last day to sign: tomorrow or later, and not too far.
    pub(super) fn deadline(&self, day: &str) -> Result<Instant, FieldProblems> {
        let wrong = |problem| FieldProblems::one(Field::Deadline, problem);
        let end = self.portal.end_of(day).ok_or_else(|| wrong(Problem::NotADate))?;
        let calendar = &self.portal.platform.calendar;
        if end <= calendar.end_of_day_after(self.now, 0) {
            return Err(wrong(Problem::DateInPast));
        }
        if end > calendar.end_of_day_after(self.now, i64::from(DEADLINE_DAYS)) {
            return Err(wrong(Problem::DeadlineTooFar { days: DEADLINE_DAYS }));
        }
        Ok(end)
    }

    /// The people chosen, in their order: active contacts of the organization or of the operator, and of nobody else
    /// (G4).
    pub(super) async fn may_sign(&self, chosen: &[ContactId]) -> Result<Vec<contact::Model>, Refusal> {
        let wrong = |problem| Refusal::from(FieldProblems::one(Field::Signatories, problem));
        let operator = Query::select()
            .column(organization::Column::Id)
            .from(organization::Entity)
            .and_where(organization::Column::Operator.eq(true))
            .to_owned();
        let here = Condition::any()
            .add(contact::Column::OrganizationId.eq(self.organization.id))
            .add(contact::Column::OrganizationId.in_subquery(operator));
        let found = contact::Entity::find()
            .filter(contact::Column::Id.is_in(chosen.iter().map(|id| id.0)))
            .filter(here)
            .all(&self.db)
            .await?;
        let mut by_id: HashMap<Uuid, contact::Model> = found.into_iter().map(|row| (row.id, row)).collect();
        let mut people = Vec::new();
        for id in chosen {
            let person = by_id.remove(&id.0).ok_or_else(|| wrong(Problem::UnknownChoice))?;
            if !person.active {
                return Err(wrong(Problem::SignatoryInactive { name: spoken(&person) }));
            }
            people.push(person);
        }
        Ok(people)
    }

    /// A draft of that version, under the lock.
    pub(super) async fn draft(&self, id: AgreementId, version: u64) -> Result<Row, Refusal> {
        let row = self.agreement(id).await?;
        if kept_state(&row) != AgreementState::Draft {
            return Err(Problem::AgreementPassed.into());
        }
        if u64::try_from(row.version) != Ok(version) {
            return Err(Problem::ChangedMeanwhile.into());
        }
        Ok(row)
    }

    fn columns(
        &self,
        new: &NewAgreement,
        deadline: Instant,
        people: &[contact::Model],
    ) -> agreement::ActiveModel {
        let organization = name_of(&self.organization);
        let names = people.iter().map(spoken);
        let titles = [new.title_en.clone(), new.title_fr.clone()].into_iter().flatten();
        let words: Vec<String> = titles.chain([organization.en, organization.fr]).chain(names).collect();
        agreement::ActiveModel {
            title_en: Set(new.title_en.clone()),
            title_fr: Set(new.title_fr.clone()),
            signing_order: Set(new.order.code().to_owned()),
            deadline_day: Set(new.deadline.clone()),
            deadline_at: Set(deadline.0),
            message: Set(new.message.clone()),
            search: Set(fold::fold(&words.join("\n"))),
            updated_at: Set(self.now.0),
            ..agreement::ActiveModel::default()
        }
    }

    /// The very update that saves: of the version that was read.
    async fn save_draft(&self, row: &Row, columns: agreement::ActiveModel) -> Result<(), Refusal> {
        let done = agreement::Entity::update_many()
            .set(columns)
            .filter(agreement::Column::Id.eq(row.id))
            .filter(agreement::Column::State.eq(AgreementState::Draft.code()))
            .filter(agreement::Column::Version.eq(row.version))
            .exec(&self.db)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Problem::ChangedMeanwhile.into()) }
    }

    /// In which languages there is a PDF after the save: uploaded, or kept from before.
    async fn kept_pdfs(&self, row: &Row, form: &AgreementForm, uploaded: Pdfs) -> Result<Pdfs, Refusal> {
        let mut pdfs = uploaded;
        for document in documents_of(&self.db, row.id, row.edition).await? {
            if document.kind != DocumentKind::Pdf.code() {
                continue;
            }
            match document.language.as_str() {
                "en" => pdfs.en |= form.without_pdf_en != "true",
                _ => pdfs.fr |= form.without_pdf_fr != "true",
            }
        }
        Ok(pdfs)
    }

    /// Keeps the document of each language, and forgets those whose place they take.
    async fn keep_agreement_documents(
        &self,
        row: &Row,
        new: &NewAgreement,
        files: CheckedFiles,
    ) -> Result<(), Refusal> {
        let before = documents_of(&self.db, row.id, row.edition).await?;
        for language in Language::ALL {
            let kept = before.iter().find(|document| document.language == language.code());
            let columns = match (new.document(language), files.of(language)) {
                (Some(NewDocument::Written(text)), _) => {
                    Some((text.clone().into_bytes(), 0, DocumentKind::Written))
                }
                (Some(NewDocument::Pdf), Some(pdf)) => {
                    Some((pdf.bytes.clone(), pdf.pages, DocumentKind::Pdf))
                }
                // The PDF from before stays.
                (Some(NewDocument::Pdf), None) => continue,
                (None, _) => None,
            };
            let same = columns
                .as_ref()
                .is_some_and(|(bytes, ..)| kept.is_some_and(|kept| kept.sha256 == hash_bytes(bytes)));
            if same {
                continue;
            }
            if let Some(kept) = kept {
                self.remove_document(kept).await?;
            }
            if let Some((bytes, pages, kind)) = columns {
                self.add_document(row, language, (bytes, pages, kind)).await?;
            }
        }
        Ok(())
    }

    async fn add_document(
        &self,
        row: &Row,
        language: Language,
        (bytes, pages, kind): (Vec<u8>, i32, DocumentKind),
    ) -> Result<(), Refusal> {
        let size = i64::try_from(bytes.len()).map_err(Refusal::broken)?;
        let sha256 = self.keep_document(bytes).await?;
        let document = agreement_document::ActiveModel {
            agreement_id: Set(row.id),
            edition: Set(row.edition),
            language: Set(language.code().to_owned()),
            kind: Set(kind.code().to_owned()),
            sha256: Set(sha256),
            pages: Set(pages),
            size: Set(size),
        };
        agreement_document::Entity::insert(document).exec_without_returning(&self.db).await?;
        Ok(())
    }

    async fn remove_document(&self, kept: &agreement_document::Model) -> Result<(), Refusal> {
        let key = (kept.agreement_id, kept.edition, kept.language.clone());
        agreement_document::Entity::delete_by_id(key).exec(&self.db).await?;
        self.forget_document(&kept.sha256).await
    }

    async fn keep_signatories(&self, row: &Row, chosen: &[ContactId]) -> Result<(), Refusal> {
        let rows = (1..).zip(chosen).map(|(position, contact)| self.signatory(row, *contact, position));
        let rows: Vec<_> = rows.collect();
        agreement_signatory::Entity::insert_many(rows).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// A signatory whose turn has not come.
    pub(super) fn signatory(
        &self,
        row: &Row,
        contact: ContactId,
        position: i32,
    ) -> agreement_signatory::ActiveModel {
        agreement_signatory::ActiveModel {
            id: Set(self.new_id()),
            agreement_id: Set(row.id),
            organization_id: Set(row.organization_id),
            edition: Set(row.edition),
            contact_id: Set(contact.0),
            position: Set(position),
            state: Set(SignatoryState::Waiting.code().to_owned()),
            email: Set(None),
            language: Set(None),
            link: Set(0),
            token_hash: Set(None),
            invited_at: Set(None),
            bounced_at: Set(None),
            answered_at: Set(None),
            account_id: Set(None),
            issuer: Set(None),
            subject: Set(None),
            account_email: Set(None),
            network_address: Set(None),
            name_as_signed: Set(None),
            document_language: Set(None),
            document_sha256: Set(None),
            reason: Set(None),
            replaced_by: Set(None),
        }
    }

    /// Only of a draft: nobody was written to.
    async fn forget_signatories(&self, row: &Row) -> Result<(), Refusal> {
        agreement_signatory::Entity::delete_many()
            .filter(agreement_signatory::Column::AgreementId.eq(row.id))
            .filter(agreement_signatory::Column::Edition.eq(row.edition))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    async fn remove(&self, row: &Row) -> Result<(), Refusal> {
        self.forget_signatories(row).await?;
        for document in documents_of(&self.db, row.id, row.edition).await? {
            self.remove_document(&document).await?;
        }
        let done = agreement::Entity::delete_many()
            .filter(agreement::Column::Id.eq(row.id))
            .filter(agreement::Column::State.eq(AgreementState::Draft.code()))
            .exec(&self.db)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Problem::AgreementPassed.into()) }
    }

    /// The documents and the people of one edition, in another one that begins: who was replaced stays behind.
    pub(super) async fn copy_edition(&self, from: &Row, to: &Row) -> Result<(), Refusal> {
        for document in documents_of(&self.db, from.id, from.edition).await? {
            let copy = agreement_document::ActiveModel {
                agreement_id: Set(to.id),
                edition: Set(to.edition),
                language: Set(document.language),
                kind: Set(document.kind),
                sha256: Set(document.sha256),
                pages: Set(document.pages),
                size: Set(document.size),
            };
            agreement_document::Entity::insert(copy).exec_without_returning(&self.db).await?;
        }
        let people = signatories_of(&self.db, from.id, from.edition).await?;
        let people: Vec<ContactId> = people
            .iter()
            .filter(|row| super::signatory_state(row) != SignatoryState::Replaced)
            .map(|row| ContactId(row.contact_id))
            .collect();
        self.keep_signatories(to, &people).await
    }
}
