//! What a signatory reads, signed in: the agreement of a link, those of one's own account, their documents (S2, S3).
//!
//! A link is its holder's as long as it works. What one has answered, and what waits for a contact that is linked to
//! one's account, is one's own without any link. Everything else is not found.

use super::{
    Row, Signatory, document_card, documents_of, hexadecimal, language_of, order_of, organization_row,
    people_of, seals_of, signatories_of, signatory_state, state_at, titles_of,
};
use crate::access::SignedIn;
use crate::contacts::spoken;
use crate::entity::{agreement, agreement_signatory, contact, organization};
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::agreements::{
    AgreementState, DeadLink, DocumentKind, Order, OtherSignatory, SignatoryState, SignedLine, SigningCard,
    SigningState, ToSign,
};
use domain::{Email, Instant, Language, OrganizationId, Problem, SignatoryId};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use std::collections::HashMap;
use uuid::Uuid;

/// How somebody comes to an agreement.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holding<'a> {
    Link(&'a str),
    Own(SignatoryId),
}

/// The bytes of a document, or of a sealed PDF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// For a file, without its end.
    pub name: String,
    /// A PDF, also of what was written on the portal.
    pub bytes: Vec<u8>,
    /// What is signed: the text as it was written, or the PDF itself.
    pub kind: DocumentKind,
    /// Of what is signed, in hexadecimal.
    pub sha256: String,
}

impl SignedIn {
    /// The agreement of a mailed link. Looking binds nothing (I8).
    ///
    /// # Errors
    /// [`Problem::AgreementLinkUnknown`]; [`Problem::Viewing`] for who looks as somebody else.
    pub async fn agreement_by_link(&self, token: &str) -> Result<SigningCard, Refusal> {
        let signatory = self.held(&Holding::Link(token)).await?;
        self.signing_card(&signatory).await
    }

    /// An agreement that one signed or declined, or that waits for a contact linked to this account.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for somebody else's.
    pub async fn own_agreement(&self, id: SignatoryId) -> Result<SigningCard, Refusal> {
        let signatory = self.held(&Holding::Own(id)).await?;
        self.signing_card(&signatory).await
    }

    /// What waits for one's signature, the nearest deadline first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn agreements_to_sign(&self) -> Result<Vec<ToSign>, Refusal> {
        if self.viewing().is_some() {
            return Ok(Vec::new());
        }
        let (portal, db, now) = (&self.portal, self.portal.platform.store.read(), self.portal.now());
        let mine = contact::Entity::find()
            .filter(contact::Column::AccountId.eq(self.account().id.0))
            .filter(contact::Column::Active.eq(true))
            .all(db)
            .await?;
        let invited = agreement_signatory::Entity::find()
            .filter(agreement_signatory::Column::ContactId.is_in(mine.iter().map(|row| row.id)))
            .filter(agreement_signatory::Column::State.eq(SignatoryState::Invited.code()))
            .all(db)
            .await?;
        let (rows, organizations) = portal.of_signatories(&invited).await?;
        let soon = now.plus_days(portal.settings.agreement_reminder_days);
        let mut waiting = Vec::new();
        for signatory in invited {
            let Some(row) = rows.get(&signatory.agreement_id) else { continue };
            let Some(organization) = organizations.get(&row.organization_id) else { continue };
            let open = organization.state == "open" && signatory.edition == row.edition;
            if open && state_at(row, now) == AgreementState::Out {
                waiting.push((
                    row.deadline_at,
                    ToSign {
                        signatory: SignatoryId(signatory.id),
                        organization_name: name_of(organization),
                        titles: titles_of(row),
                        deadline: portal.platform.calendar.last_day_before(Instant(row.deadline_at)),
                        late_soon: Instant(row.deadline_at) <= soon,
                    },
                ));
            }
        }
        waiting.sort_by_key(|(deadline, _)| *deadline);
        Ok(waiting.into_iter().map(|(_, line)| line).collect())
    }

    /// What one signed, the newest first; editions that were changed afterwards are left out.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn agreements_signed(&self) -> Result<Vec<SignedLine>, Refusal> {
        if self.viewing().is_some() {
            return Ok(Vec::new());
        }
        let (portal, db) = (&self.portal, self.portal.platform.store.read());
        let signed = agreement_signatory::Entity::find()
            .filter(agreement_signatory::Column::AccountId.eq(self.account().id.0))
            .filter(agreement_signatory::Column::State.eq(SignatoryState::Signed.code()))
            .order_by_desc(agreement_signatory::Column::AnsweredAt)
            .order_by_asc(agreement_signatory::Column::Id)
            .all(db)
            .await?;
        let (rows, organizations) = portal.of_signatories(&signed).await?;
        let mut lines = Vec::new();
        for signatory in signed {
            let Some(row) = rows.get(&signatory.agreement_id) else { continue };
            let Some(organization) = organizations.get(&row.organization_id) else { continue };
            if signatory.edition != row.edition {
                continue;
            }
            lines.push(SignedLine {
                signatory: SignatoryId(signatory.id),
                organization_name: name_of(organization),
                titles: titles_of(row),
                signed_on: portal.platform.calendar.date(Instant(signatory.answered_at.unwrap_or_default())),
                state: state_at(row, portal.now()),
                sealed: sealed_languages(db, row).await?,
            });
        }
        Ok(lines)
    }

    /// The document in that language, with a link that works.
    ///
    /// # Errors
    /// [`Problem::AgreementLinkUnknown`]; [`Problem::NotFound`] for a language without a document.
    pub async fn document_by_link(&self, token: &str, language: Language) -> Result<Document, Refusal> {
        let signatory = self.held(&Holding::Link(token)).await?;
        self.document_of(&signatory, language).await
    }

    /// The document in that language, of one's own agreement: in the edition that one had to do with.
    ///
    /// # Errors
    /// [`Problem::NotFound`].
    pub async fn own_document(&self, id: SignatoryId, language: Language) -> Result<Document, Refusal> {
        let signatory = self.held(&Holding::Own(id)).await?;
        self.document_of(&signatory, language).await
    }

    /// The sealed PDF in that language, of an agreement that one signed.
    ///
    /// # Errors
    /// [`Problem::NotFound`]; [`Problem::NotSealedYet`] while it is being made.
    pub async fn own_sealed(&self, id: SignatoryId, language: Language) -> Result<Document, Refusal> {
        let signatory = self.held(&Holding::Own(id)).await?;
        if signatory_state(&signatory) != SignatoryState::Signed {
            return Err(Problem::NotFound.into());
        }
        let row = self.portal.agreement_of(&signatory).await?;
        if row.edition != signatory.edition {
            return Err(Problem::NotFound.into());
        }
        self.portal.sealed(&row, language).await
    }

    /// The signatory that somebody comes for, as the database has it now.
    pub(super) async fn held(&self, holding: &Holding<'_>) -> Result<Signatory, Refusal> {
        if self.viewing().is_some() {
            return Err(Problem::Viewing.into());
        }
        match holding {
            Holding::Link(token) => self.held_by_link(token).await,
            Holding::Own(id) => self.held_as_own(*id).await,
        }
    }

    async fn held_by_link(&self, token: &str) -> Result<Signatory, Refusal> {
        let db = self.portal.platform.store.read();
        let signatory = self.portal.signatory_by_token(db, token).await?;
        let signatory = signatory.ok_or(Problem::AgreementLinkUnknown)?;
        // A link that was answered is its own account's still, and nobody else's.
        let answered = signatory.account_id.is_some();
        let mine = signatory.account_id == Some(self.account().id.0);
        let row = self.portal.agreement_of(&signatory).await?;
        let dead = self.portal.dead_link(db, &row, &signatory).await?;
        match dead {
            None => Ok(signatory),
            Some(_) if answered && mine => Ok(signatory),
            Some(DeadLink::Signed) => Err(Problem::AgreementSignedAlready.into()),
            Some(DeadLink::Expired) => Err(Problem::AgreementExpired.into()),
            Some(DeadLink::Unknown | DeadLink::Replaced) => Err(Problem::AgreementLinkUnknown.into()),
            Some(_) => Err(Problem::AgreementPassed.into()),
        }
    }

    async fn held_as_own(&self, id: SignatoryId) -> Result<Signatory, Refusal> {
        let db = self.portal.platform.store.read();
        let signatory = agreement_signatory::Entity::find_by_id(id.0).one(db).await?;
        let signatory = signatory.ok_or(Problem::NotFound)?;
        let me = self.account().id.0;
        if signatory.account_id == Some(me) {
            return Ok(signatory);
        }
        let person = contact::Entity::find_by_id(signatory.contact_id).one(db).await?;
        let linked = person.is_some_and(|person| person.active && person.account_id == Some(me));
        let asked = signatory.invited_at.is_some() || signatory_state(&signatory) == SignatoryState::Waiting;
        let row = self.portal.agreement_of(&signatory).await?;
        // A draft is nobody's to read yet, and what somebody else answered is theirs.
        let sent = row.sent_at.is_some() && signatory.edition <= row.edition;
        let draft =
            state_at(&row, self.portal.now()) == AgreementState::Draft && signatory.edition == row.edition;
        if linked && asked && sent && !draft && signatory.account_id.is_none() {
            Ok(signatory)
        } else {
            Err(Problem::NotFound.into())
        }
    }

    async fn document_of(&self, signatory: &Signatory, language: Language) -> Result<Document, Refusal> {
        let row = self.portal.agreement_of(signatory).await?;
        self.portal.file_of(&row, signatory.edition, language).await
    }

    async fn signing_card(&self, signatory: &Signatory) -> Result<SigningCard, Refusal> {
        let (portal, db) = (&self.portal, self.portal.platform.store.read());
        let row = portal.agreement_of(signatory).await?;
        let organization = organization_row(db, row.organization_id).await?;
        let signatories = signatories_of(db, row.id, signatory.edition).await?;
        let people = people_of(db, &signatories).await?;
        let (prepared_by, whom_to_ask) = portal.preparer_of(db, &row).await?;
        let documents = documents_of(db, row.id, signatory.edition).await?;
        let address = Email::known(signatory.email.clone().unwrap_or_else(|| {
            people.get(&signatory.contact_id).map(|person| person.email.clone()).unwrap_or_default()
        }));
        let account_email = self.account().email.clone();
        let same =
            account_email.as_ref().is_some_and(|email| Email::known(email.clone()).key() == address.key());
        Ok(SigningCard {
            signatory: SignatoryId(signatory.id),
            organization: OrganizationId(row.organization_id),
            organization_name: name_of(&organization),
            titles: titles_of(&row),
            name: people.get(&signatory.contact_id).map(spoken).unwrap_or_default(),
            prepared_by,
            whom_to_ask,
            message: row.message.clone(),
            deadline: portal.platform.calendar.last_day_before(Instant(row.deadline_at)),
            documents: documents.iter().map(document_card).collect(),
            others: portal.others(db, signatory, &signatories, &people).await?,
            state: portal.signing_state(&row, signatory, &organization).await?,
            needs_confirmation: !same,
            address_invited: address,
            account_email,
        })
    }
}

/// The languages of the sealed PDF, once it is made.
pub(super) async fn sealed_languages(db: &impl ConnectionTrait, row: &Row) -> Result<Vec<Language>, Refusal> {
    if row.state != AgreementState::Signed.code() {
        return Ok(Vec::new());
    }
    let seals = seals_of(db, row.id, row.edition).await?;
    Ok(seals.iter().map(|seal| language_of(&seal.language)).collect())
}

/// A name for a file: the letters and digits of the title, and the language.
pub(super) fn file_name(row: &Row, language: Language) -> String {
    let plain: String = domain::fold::fold(titles_of(row).in_language(language))
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' })
        .collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let name: String = words.join("-").chars().take(60).collect();
    let name = if name.is_empty() { "agreement" } else { &name };
    format!("{name}-{}", language.code())
}

impl Portal {
    /// Who a token is for. Any hash that is kept finds its signatory, also when the link is dead.
    pub(super) async fn signatory_by_token(
        &self,
        db: &impl ConnectionTrait,
        token: &str,
    ) -> Result<Option<Signatory>, Refusal> {
        let hash = platform::secrets::hash(token);
        Ok(agreement_signatory::Entity::find()
            .filter(agreement_signatory::Column::TokenHash.eq(hash))
            .one(db)
            .await?)
    }

    pub(super) async fn agreement_of(&self, signatory: &Signatory) -> Result<Row, Refusal> {
        let db = self.platform.store.read();
        let row = agreement::Entity::find_by_id(signatory.agreement_id).one(db).await?;
        Ok(row.ok_or(Problem::NotFound)?)
    }

    /// The agreements of signatories and their organizations, by their identifiers.
    async fn of_signatories(
        &self,
        signatories: &[Signatory],
    ) -> Result<(HashMap<Uuid, Row>, HashMap<Uuid, organization::Model>), Refusal> {
        let db = self.platform.store.read();
        let ids = signatories.iter().map(|row| row.agreement_id);
        let rows = agreement::Entity::find().filter(agreement::Column::Id.is_in(ids)).all(db).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.organization_id).collect();
        let organizations =
            organization::Entity::find().filter(organization::Column::Id.is_in(ids)).all(db).await?;
        Ok((
            rows.into_iter().map(|row| (row.id, row)).collect(),
            organizations.into_iter().map(|row| (row.id, row)).collect(),
        ))
    }

    /// Why a link opens nothing to a stranger any more; nothing while it works.
    pub(super) async fn dead_link(
        &self,
        db: &impl ConnectionTrait,
        row: &Row,
        signatory: &Signatory,
    ) -> Result<Option<DeadLink>, Refusal> {
        let state = state_at(row, self.now());
        let dead = match (signatory_state(signatory), state) {
            (SignatoryState::Replaced, _) => Some(DeadLink::Replaced),
            _ if signatory.edition != row.edition => Some(DeadLink::Revised),
            (SignatoryState::Signed, _) => Some(DeadLink::Signed),
            (SignatoryState::Declined, _) | (_, AgreementState::Declined) => Some(DeadLink::Declined),
            (_, AgreementState::Withdrawn) => Some(DeadLink::Withdrawn),
            (_, AgreementState::Expired) => Some(DeadLink::Expired),
            (SignatoryState::Invited | SignatoryState::Waiting, AgreementState::Out) => None,
            _ => Some(DeadLink::Unknown),
        };
        if dead.is_some() {
            return Ok(dead);
        }
        let person = contact::Entity::find_by_id(signatory.contact_id).one(db).await?;
        let open = organization_row(db, row.organization_id).await?.state == "open";
        Ok((!open || !person.is_some_and(|person| person.active)).then_some(DeadLink::Closed))
    }

    async fn signing_state(
        &self,
        row: &Row,
        signatory: &Signatory,
        organization: &organization::Model,
    ) -> Result<SigningState, Refusal> {
        let db = self.platform.store.read();
        let on = || self.platform.calendar.date_and_time(Instant(signatory.answered_at.unwrap_or_default()));
        let state = signatory_state(signatory);
        if state == SignatoryState::Signed && signatory.edition == row.edition {
            let name = signatory.name_as_signed.clone().unwrap_or_default();
            return Ok(SigningState::Signed { on: on(), name, sealed: sealed_languages(db, row).await? });
        }
        if state == SignatoryState::Declined {
            return Ok(SigningState::Declined { on: on() });
        }
        Ok(match self.dead_link(db, row, signatory).await? {
            Some(why) => SigningState::Ended(why),
            None if organization.state != "open" => SigningState::Ended(DeadLink::Closed),
            None if state == SignatoryState::Waiting && order_of(row) == Order::InTurn => {
                SigningState::NotYourTurn
            }
            None => SigningState::MayRead,
        })
    }

    /// The others who sign, as signatories see each other: by name and state.
    async fn others(
        &self,
        db: &impl ConnectionTrait,
        signatory: &Signatory,
        signatories: &[Signatory],
        people: &HashMap<Uuid, contact::Model>,
    ) -> Result<Vec<OtherSignatory>, Refusal> {
        let ids = people.values().map(|person| person.organization_id);
        let rows = organization::Entity::find().filter(organization::Column::Id.is_in(ids)).all(db).await?;
        let names: HashMap<Uuid, _> = rows.iter().map(|row| (row.id, name_of(row))).collect();
        let shown = signatories
            .iter()
            .filter(|other| other.id != signatory.id && signatory_state(other) != SignatoryState::Replaced);
        let other = |row: &Signatory| {
            let person = people.get(&row.contact_id)?;
            Some(OtherSignatory {
                name: spoken(person),
                organization_name: names.get(&person.organization_id).cloned().unwrap_or_default(),
                state: signatory_state(row),
            })
        };
        Ok(shown.filter_map(other).collect())
    }

    /// What is signed in an edition, its hash checked: the bytes themselves, text or PDF.
    pub(super) async fn document_in(
        &self,
        row: &Row,
        edition: i32,
        language: Language,
    ) -> Result<Document, Refusal> {
        let db = self.platform.store.read();
        let documents = documents_of(db, row.id, edition).await?;
        let found = documents.into_iter().find(|document| document.language == language.code());
        let found = found.ok_or(Problem::NotFound)?;
        Ok(Document {
            name: file_name(row, language),
            bytes: self.bytes_of(db, &found.sha256).await?,
            kind: DocumentKind::from_code(&found.kind).unwrap_or(DocumentKind::Pdf),
            sha256: hexadecimal(&found.sha256),
        })
    }

    /// The sealed PDF in that language, its hash checked.
    pub(super) async fn sealed(&self, row: &Row, language: Language) -> Result<Document, Refusal> {
        if row.state != AgreementState::Signed.code() {
            return Err(Problem::NotFound.into());
        }
        let db = self.platform.store.read();
        let seals = seals_of(db, row.id, row.edition).await?;
        if seals.is_empty() {
            return Err(Problem::NotSealedYet.into());
        }
        let seal =
            seals.into_iter().find(|seal| seal.language == language.code()).ok_or(Problem::NotFound)?;
        Ok(Document {
            name: format!("{}-{}", file_name(row, language), seal.code),
            bytes: self.bytes_of(db, &seal.sha256).await?,
            kind: DocumentKind::Pdf,
            sha256: hexadecimal(&seal.sha256),
        })
    }
}
