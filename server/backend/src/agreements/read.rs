//! What those read who may read agreements (S4): the list, searched and paged, one agreement whole, its documents, the
//! list as a table; and Support's list of all organizations.

use super::own::{Document, sealed_languages};
use super::verify::organizations_of;
use super::{
    Row, Signatory, document_card, documents_of, kept_state, life, order_of, people_of, seals_of,
    signatories_of, signatory_state, small, state_at, titles_of,
};
use crate::access::Permit;
use crate::contacts::spoken;
use crate::csv;
use crate::entity::{agreement, agreement_signatory, contact, organization};
use crate::letters::locale;
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::agreements::{
    AgreementCard, AgreementFilter, AgreementLine, AgreementMay, AgreementState, AgreementsPage,
    EarlierEdition, Ended, PAGE, SealedCard, SignatoryCard, SignatoryState, Step,
};
use domain::desk::NamedOrganization;
use domain::permissions::{AllOrganizations, PrepareAgreements, ReadAgreements};
use domain::{
    AgreementId, Bilingual, ContactId, Email, Instant, Language, OrganizationId, Problem, SignatoryId, fold,
};
use locales::td_string;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select,
};
use std::collections::HashMap;
use uuid::Uuid;

/// More words than any title and names hold find nothing.
const WORDS: usize = 20;
/// So many lines of a table at most.
const EXPORTED: u64 = 10_000;

/// An agreement of that organization, or nothing (G4).
pub(super) async fn of_organization(
    db: &impl ConnectionTrait,
    organization: Uuid,
    id: AgreementId,
) -> Result<Row, Refusal> {
    let row = agreement::Entity::find_by_id(id.0)
        .filter(agreement::Column::OrganizationId.eq(organization))
        .one(db)
        .await?;
    Ok(row.ok_or(Problem::NotFound)?)
}

impl Permit<ReadAgreements> {
    /// One page of the organization's agreements, the newest first. Drafts are seen by those who prepare.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn agreements(&self, filter: &AgreementFilter) -> Result<AgreementsPage, Refusal> {
        self.portal.agreements_page(self.listed(filter), filter.page).await
    }

    /// One agreement, whole.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for one of another organization (G4), and for a draft that one does not prepare.
    pub async fn agreement(&self, id: AgreementId) -> Result<AgreementCard, Refusal> {
        let row = self.readable(id).await?;
        let (portal, db) = (&self.portal, self.portal.platform.store.read());
        let documents = documents_of(db, row.id, row.edition).await?;
        let signatories = signatories_of(db, row.id, row.edition).await?;
        let calendar = &portal.platform.calendar;
        Ok(AgreementCard {
            id,
            organization: NamedOrganization { id: self.organization_id(), name: name_of(&self.organization) },
            edition: small(row.edition),
            version: super::count(row.version),
            titles: titles_of(&row),
            state: state_at(&row, portal.now()),
            order: order_of(&row),
            deadline: calendar.last_day_before(Instant(row.deadline_at)),
            message: row.message.clone(),
            prepared_by: portal.preparer_of(db, &row).await?.0,
            sent_on: row.sent_at.map(|at| calendar.date(Instant(at))),
            documents: documents.iter().map(document_card).collect(),
            signatories: portal.signatory_cards(&row, &signatories).await?,
            may: self.may(&row),
            ended: self.ended(&row).await?,
            sealed: portal.sealed_card(&row).await?,
            earlier: portal.earlier_editions(&row).await?,
        })
    }

    /// The document in that language; of an earlier edition when one is named.
    ///
    /// # Errors
    /// [`Problem::NotFound`].
    pub async fn agreement_document(
        &self,
        id: AgreementId,
        language: Language,
        edition: Option<u32>,
    ) -> Result<Document, Refusal> {
        let row = self.readable(id).await?;
        let edition = edition.and_then(|edition| i32::try_from(edition).ok()).unwrap_or(row.edition);
        self.portal.file_of(&row, edition, language).await
    }

    /// The sealed PDF in that language.
    ///
    /// # Errors
    /// [`Problem::NotFound`]; [`Problem::NotSealedYet`].
    pub async fn sealed_agreement(&self, id: AgreementId, language: Language) -> Result<Document, Refusal> {
        let row = self.readable(id).await?;
        self.portal.sealed(&row, language).await
    }

    /// The list as a table (G6): the file's name, without its end, and its text.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn export_agreements(
        &self,
        filter: &AgreementFilter,
        language: Language,
    ) -> Result<(String, String), Refusal> {
        self.portal.exported(self.listed(filter), language).await
    }

    fn listed(&self, filter: &AgreementFilter) -> Select<agreement::Entity> {
        let rows = self.portal.matching_agreements(filter);
        let rows = rows.filter(agreement::Column::OrganizationId.eq(self.organization.id));
        if self.actor.may::<PrepareAgreements>() {
            rows
        } else {
            rows.filter(agreement::Column::SentAt.is_not_null())
        }
    }

    pub(super) async fn readable(&self, id: AgreementId) -> Result<Row, Refusal> {
        let row = of_organization(self.portal.platform.store.read(), self.organization.id, id).await?;
        if row.sent_at.is_none() && !self.actor.may::<PrepareAgreements>() {
            return Err(Problem::NotFound.into());
        }
        Ok(row)
    }

    fn may(&self, row: &Row) -> AgreementMay {
        if !self.actor.may::<PrepareAgreements>() {
            return AgreementMay::default();
        }
        let now = self.portal.now();
        let state = state_at(row, now);
        let open = |step| state.after(step).is_ok();
        let draft = state == AgreementState::Draft;
        AgreementMay {
            change: draft,
            send: draft,
            discard: draft && row.edition == 1,
            withdraw: life::may_withdraw(row, now),
            revise: open(Step::Revise),
            replace: open(Step::Adjust),
            resend: open(Step::Adjust),
            again: state.ended(),
        }
    }

    async fn ended(&self, row: &Row) -> Result<Option<Ended>, Refusal> {
        let db = self.portal.platform.store.read();
        let state = state_at(row, self.portal.now());
        if !state.ended() {
            return Ok(None);
        }
        let at = row.ended_at.unwrap_or(row.deadline_at);
        let by = match row.ended_by {
            Some(id) => contact::Entity::find_by_id(id).one(db).await?,
            None => None,
        };
        // What Support's people did here is Support's; who declined is named, since they were asked by name.
        let support = state == AgreementState::Withdrawn
            && by.as_ref().is_some_and(|person| person.organization_id != row.organization_id);
        let by = by.map(|person| match support {
            true => self.portal.settings.operator.name.clone(),
            false => Bilingual::new(spoken(&person), spoken(&person)),
        });
        let on = self.portal.platform.calendar.date(Instant(at));
        Ok(Some(Ended { on, by, reason: row.reason.clone() }))
    }
}

impl Permit<AllOrganizations> {
    /// One page of the agreements of all organizations, the newest first (G7).
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for who does not read agreements.
    pub async fn every_agreement(&self, filter: &AgreementFilter) -> Result<AgreementsPage, Refusal> {
        self.portal.agreements_page(self.everywhere(filter)?, filter.page).await
    }

    /// The same as a table.
    ///
    /// # Errors
    /// The same.
    pub async fn export_every_agreement(
        &self,
        filter: &AgreementFilter,
        language: Language,
    ) -> Result<(String, String), Refusal> {
        self.portal.exported(self.everywhere(filter)?, language).await
    }

    fn everywhere(&self, filter: &AgreementFilter) -> Result<Select<agreement::Entity>, Refusal> {
        if !self.actor.may::<ReadAgreements>() {
            return Err(Problem::Forbidden.into());
        }
        let rows = self.portal.matching_agreements(filter);
        Ok(if self.actor.may::<PrepareAgreements>() {
            rows
        } else {
            rows.filter(agreement::Column::SentAt.is_not_null())
        })
    }
}

impl Portal {
    fn matching_agreements(&self, filter: &AgreementFilter) -> Select<agreement::Entity> {
        let now = self.now().0;
        let mut rows = agreement::Entity::find();
        rows = match filter.state {
            None => rows,
            Some(AgreementState::Expired) => rows
                .filter(agreement::Column::State.eq(AgreementState::Out.code()))
                .filter(agreement::Column::DeadlineAt.lte(now)),
            Some(AgreementState::Out) => rows
                .filter(agreement::Column::State.eq(AgreementState::Out.code()))
                .filter(agreement::Column::DeadlineAt.gt(now)),
            Some(state) => rows.filter(agreement::Column::State.eq(state.code())),
        };
        let words = fold::words(&filter.q.replace('\0', " "));
        if words.len() > WORDS {
            return rows.filter(Expr::cust("1 = 0"));
        }
        words.into_iter().fold(rows, |rows, word| rows.filter(self.agreement_holds(word)))
    }

    /// A literal word somewhere in the titles and names (L4).
    fn agreement_holds(&self, word: String) -> Expr {
        if self.platform.store.is_sqlite() {
            Expr::cust_with_values("instr(agreements.search, ?) > 0", [word])
        } else {
            Expr::cust_with_values("strpos(agreements.search, $1) > 0", [word])
        }
    }

    async fn agreements_page(
        &self,
        matching: Select<agreement::Entity>,
        page: u64,
    ) -> Result<AgreementsPage, Refusal> {
        let db = self.platform.store.read();
        let found = matching.clone().count(db).await?;
        let pages = found.div_ceil(PAGE).max(1);
        let page = page.clamp(1, pages);
        let rows = newest_first(matching).limit(PAGE).offset((page - 1) * PAGE).all(db).await?;
        Ok(AgreementsPage { lines: self.agreement_lines(&rows).await?, page, pages, found })
    }

    async fn agreement_lines(&self, rows: &[Row]) -> Result<Vec<AgreementLine>, Refusal> {
        let db = self.platform.store.read();
        let ids = rows.iter().map(|row| row.organization_id);
        let organizations =
            organization::Entity::find().filter(organization::Column::Id.is_in(ids)).all(db).await?;
        let names: HashMap<Uuid, Bilingual> =
            organizations.iter().map(|row| (row.id, name_of(row))).collect();
        let signatories = agreement_signatory::Entity::find()
            .filter(agreement_signatory::Column::AgreementId.is_in(rows.iter().map(|row| row.id)))
            .filter(agreement_signatory::Column::State.ne(SignatoryState::Replaced.code()))
            .order_by_asc(agreement_signatory::Column::Position)
            .all(db)
            .await?;
        let people = people_of(db, &signatories).await?;
        let line = |row: &Row| {
            let its: Vec<&Signatory> = signatories
                .iter()
                .filter(|signatory| signatory.agreement_id == row.id && signatory.edition == row.edition)
                .collect();
            let in_state = |state| its.iter().filter(move |row| signatory_state(row) == state);
            let count = |many: usize| u32::try_from(many).unwrap_or_default();
            AgreementLine {
                id: AgreementId(row.id),
                organization: NamedOrganization {
                    id: OrganizationId(row.organization_id),
                    name: names.get(&row.organization_id).cloned().unwrap_or_default(),
                },
                title: titles_of(row),
                state: state_at(row, self.now()),
                deadline: self.platform.calendar.last_day_before(Instant(row.deadline_at)),
                signed_count: count(in_state(SignatoryState::Signed).count()),
                signatory_count: count(its.len()),
                waiting_for: in_state(SignatoryState::Invited)
                    .filter_map(|signatory| people.get(&signatory.contact_id).map(spoken))
                    .collect(),
            }
        };
        Ok(rows.iter().map(line).collect())
    }

    async fn exported(
        &self,
        matching: Select<agreement::Entity>,
        language: Language,
    ) -> Result<(String, String), Refusal> {
        let db = self.platform.store.read();
        let l = locale(language);
        let headings = [
            td_string!(l, agreements_letters.csv.organization),
            td_string!(l, agreements_letters.csv.title),
            td_string!(l, agreements_letters.csv.state),
            td_string!(l, agreements_letters.csv.deadline),
            td_string!(l, agreements_letters.csv.signed),
            td_string!(l, agreements_letters.csv.signatories),
            td_string!(l, agreements_letters.csv.waiting_for),
        ];
        let mut text = csv::BOM.to_owned() + &csv::line(language, headings);
        let rows = newest_first(matching).limit(EXPORTED).all(db).await?;
        for some in rows.chunks(500) {
            for line in self.agreement_lines(some).await? {
                text += &csv::line(
                    language,
                    [
                        line.organization.name.in_language(language).to_owned(),
                        line.title.in_language(language).to_owned(),
                        locales::agreement_state(line.state, language).to_owned(),
                        line.deadline.machine,
                        line.signed_count.to_string(),
                        line.signatory_count.to_string(),
                        line.waiting_for.join(", "),
                    ],
                );
            }
        }
        let today = self.platform.calendar.date(self.now()).machine;
        Ok((format!("{}-{today}", td_string!(l, agreements_letters.csv.file)), text))
    }

    async fn signatory_cards(
        &self,
        row: &Row,
        signatories: &[Signatory],
    ) -> Result<Vec<SignatoryCard>, Refusal> {
        let db = self.platform.store.read();
        let people = people_of(db, signatories).await?;
        let names = organizations_of(db, &people).await?;
        let replacing = signatories.iter().filter_map(|signatory| signatory.replaced_by);
        let replacing = crate::contacts::people::names(db, replacing).await?;
        let day = |at: Option<i64>| at.map(|at| self.platform.calendar.date_and_time(Instant(at)));
        let draft = kept_state(row) == AgreementState::Draft;
        let card = |signatory: &Signatory| {
            let person = people.get(&signatory.contact_id)?;
            let state = signatory_state(signatory);
            let sent_to = signatory.email.clone().filter(|_| !draft);
            Some(SignatoryCard {
                id: SignatoryId(signatory.id),
                contact: ContactId(signatory.contact_id),
                name: spoken(person),
                organization_name: names.get(&person.organization_id).cloned().unwrap_or_default(),
                email: Email::known(sent_to.unwrap_or_else(|| person.email.clone())),
                state,
                position: small(signatory.position),
                invited_on: day(signatory.invited_at),
                signed_on: day(signatory.answered_at.filter(|_| state == SignatoryState::Signed)),
                name_as_signed: signatory.name_as_signed.clone(),
                language: signatory.document_language.as_deref().and_then(Language::from_code),
                reason: signatory.reason.clone(),
                bounced: signatory.bounced_at.is_some(),
                replaced_by: signatory.replaced_by.and_then(|id| replacing.get(&id).cloned()),
            })
        };
        Ok(signatories.iter().filter_map(card).collect())
    }

    async fn sealed_card(&self, row: &Row) -> Result<Option<SealedCard>, Refusal> {
        let db = self.platform.store.read();
        let languages = sealed_languages(db, row).await?;
        if languages.is_empty() {
            return Ok(None);
        }
        let code = seals_of(db, row.id, row.edition).await?.into_iter().next().map(|seal| seal.code);
        Ok(code.map(|code| SealedCard { code, languages }))
    }

    /// The editions before, the newest first, with who had signed them.
    async fn earlier_editions(&self, row: &Row) -> Result<Vec<EarlierEdition>, Refusal> {
        let db = self.platform.store.read();
        let mut earlier = Vec::new();
        for edition in (1..row.edition).rev() {
            let signatories = signatories_of(db, row.id, edition).await?;
            let signed = signatories.iter().filter(|row| signatory_state(row) == SignatoryState::Signed);
            let signature = |signatory: &Signatory| {
                let at = Instant(signatory.answered_at.unwrap_or_default());
                let name = signatory.name_as_signed.clone().unwrap_or_default();
                (name, self.platform.calendar.date_and_time(at))
            };
            let documents = documents_of(db, row.id, edition).await?;
            earlier.push(EarlierEdition {
                edition: small(edition),
                signatures: signed.map(signature).collect(),
                documents: documents.iter().map(document_card).collect(),
            });
        }
        Ok(earlier)
    }
}

fn newest_first(rows: Select<agreement::Entity>) -> Select<agreement::Entity> {
    rows.order_by_desc(agreement::Column::CreatedAt).order_by_desc(agreement::Column::Id)
}
