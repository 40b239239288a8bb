//! Agreements to sign (S1 to S4): prepared by administrators and Support, signed by whoever they name, sealed.
//!
//! The policy: signing needs no profile and gives no access; the account is kept with the signature alone. Whoever
//! holds a mailed link holds the part of one signatory in one edition, until they answer, somebody takes their place
//! or the agreement ends; from then on it is reached through the account that answered, or the contact's. Looking
//! changes nothing (I8). What is signed are exact bytes, named by their SHA-256, which are kept once and checked at
//! each reading (S3). Each step is one update that also asks where the agreement is, which edition it has and what
//! the clock says, so that of a hundred tries one wins; an ended agreement never changes. A change after it was sent
//! is another edition, a draft until it is sent: signatures of the one before stay as they were, and count no more
//! (S4). Only a token's hash is kept.

mod bounced;
mod documents;
mod files;
mod landing;
mod life;
mod minding;
mod own;
mod prepare;
mod read;
mod reading;
mod sealing;
mod sign;
mod turns;
mod verify;

pub use documents::Documents;
pub use files::{AgreementFiles, PDF_MEGABYTES};
pub use own::Document;
pub use reading::Reading;
pub use sign::SignedFrom;

pub(crate) use turns::Turns;

use crate::activity::Event;
use crate::contacts::spoken;
use crate::entity::{
    agreement, agreement_document, agreement_seal, agreement_signatory, contact, organization,
};
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::agreements::{AgreementState, DocumentCard, DocumentKind, Order, SignatoryState, Step, turns};
use domain::{Act, AgreementId, Bilingual, ContactId, Instant, Language, Problem};
use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

pub(crate) use agreement::Model as Row;
pub(crate) use agreement_signatory::Model as Signatory;

/// What people can read out: no letter that is taken for another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// So many letters and digits have a verification code: 100 bits.
const CODE: usize = 20;
/// They stand in groups of so many.
const GROUP: usize = 5;

/// The state that is kept; an agreement past its deadline reads as out here.
pub(crate) fn kept_state(row: &Row) -> AgreementState {
    AgreementState::from_code(&row.state).unwrap_or(AgreementState::Withdrawn)
}

/// The state at that moment.
pub(crate) fn state_at(row: &Row, now: Instant) -> AgreementState {
    kept_state(row).at(now, Instant(row.deadline_at))
}

pub(crate) fn order_of(row: &Row) -> Order {
    Order::from_code(&row.signing_order).unwrap_or_default()
}

pub(crate) fn signatory_state(row: &Signatory) -> SignatoryState {
    SignatoryState::from_code(&row.state).unwrap_or(SignatoryState::Ended)
}

/// The title in each language; where there is none, the other one.
pub(crate) fn titles_of(row: &Row) -> Bilingual {
    let either = |one: &Option<String>, other: &Option<String>| {
        one.clone().or_else(|| other.clone()).unwrap_or_default()
    };
    Bilingual::new(either(&row.title_en, &row.title_fr), either(&row.title_fr, &row.title_en))
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    crate::access_requests::hexadecimal(bytes)
}

pub(crate) fn language_of(code: &str) -> Language {
    Language::from_code(code).unwrap_or_default()
}

fn count(many: i64) -> u64 {
    u64::try_from(many).unwrap_or_default()
}

fn small(many: i32) -> u32 {
    u32::try_from(many).unwrap_or_default()
}

/// The documents of an edition, English first.
pub(crate) async fn documents_of(
    db: &impl ConnectionTrait,
    agreement: Uuid,
    edition: i32,
) -> Result<Vec<agreement_document::Model>, DbErr> {
    agreement_document::Entity::find()
        .filter(agreement_document::Column::AgreementId.eq(agreement))
        .filter(agreement_document::Column::Edition.eq(edition))
        .order_by_asc(agreement_document::Column::Language)
        .all(db)
        .await
}

pub(crate) fn document_card(row: &agreement_document::Model) -> DocumentCard {
    DocumentCard {
        language: language_of(&row.language),
        kind: DocumentKind::from_code(&row.kind).unwrap_or(DocumentKind::Pdf),
        sha256: hexadecimal(&row.sha256),
        pages: small(row.pages),
        bytes: count(row.size),
    }
}

/// The signatories of an edition in their order; who was replaced stands before who took the place.
pub(crate) async fn signatories_of(
    db: &impl ConnectionTrait,
    agreement: Uuid,
    edition: i32,
) -> Result<Vec<Signatory>, DbErr> {
    let mut rows = agreement_signatory::Entity::find()
        .filter(agreement_signatory::Column::AgreementId.eq(agreement))
        .filter(agreement_signatory::Column::Edition.eq(edition))
        .order_by_asc(agreement_signatory::Column::Position)
        .order_by_asc(agreement_signatory::Column::Id)
        .all(db)
        .await?;
    rows.sort_by_key(|row| (row.position, signatory_state(row) != SignatoryState::Replaced));
    Ok(rows)
}

/// The people of these signatories, by contact.
pub(crate) async fn people_of(
    db: &impl ConnectionTrait,
    signatories: &[Signatory],
) -> Result<HashMap<Uuid, contact::Model>, DbErr> {
    let ids = signatories.iter().map(|row| row.contact_id);
    let rows = contact::Entity::find().filter(contact::Column::Id.is_in(ids)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The seals of an edition, English first; none until they are made.
pub(crate) async fn seals_of(
    db: &impl ConnectionTrait,
    agreement: Uuid,
    edition: i32,
) -> Result<Vec<agreement_seal::Model>, DbErr> {
    agreement_seal::Entity::find()
        .filter(agreement_seal::Column::AgreementId.eq(agreement))
        .filter(agreement_seal::Column::Edition.eq(edition))
        .order_by_asc(agreement_seal::Column::Language)
        .all(db)
        .await
}

/// An event about an agreement, in the activity of its organization.
pub(crate) fn event(act: Act, row: &Row, whom: Option<Uuid>, mut details: Value) -> Event {
    if let Value::Object(details) = &mut details {
        details.insert("agreement".to_owned(), json!(row.id));
        details.insert("agreement_title".to_owned(), json!(titles_of(row)));
        details.insert("edition".to_owned(), json!(row.edition));
    }
    Event::of(act, whom.map(ContactId)).with(details)
}

impl Portal {
    /// The token in a signatory's link: derived when the letter is written, kept nowhere. A link that is sent again
    /// is another.
    pub(crate) fn signing_token(&self, signatory: Uuid, link: i32) -> String {
        let thing = [signatory.as_bytes().as_slice(), &link.to_be_bytes()].concat();
        self.platform.secrets.token("agreement", &thing)
    }

    pub(crate) fn signing_hash(&self, signatory: Uuid, link: i32) -> Vec<u8> {
        platform::secrets::hash(&self.signing_token(signatory, link))
    }

    /// What is typed on the verification page, for one edition: only this deployment can make it, and people can read
    /// it out.
    pub(crate) fn verification_code(&self, agreement: AgreementId, edition: i32) -> String {
        let thing = [agreement.0.as_bytes().as_slice(), &edition.to_be_bytes()].concat();
        let bytes = self.platform.secrets.derive("agreement verification", &thing);
        let letters = bytes.iter().take(CODE).map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
        let letters: Vec<char> = letters.collect();
        let groups: Vec<String> = letters.chunks(GROUP).map(|group| group.iter().collect()).collect();
        groups.join("-")
    }

    /// Whoever prepared an agreement, as people read it, and whom to ask: their own address, or Support's.
    pub(crate) async fn preparer_of(
        &self,
        db: &impl ConnectionTrait,
        row: &Row,
    ) -> Result<(Bilingual, String), DbErr> {
        let person = match row.prepared_by_support {
            true => None,
            false => contact::Entity::find_by_id(row.prepared_by).one(db).await?,
        };
        let operator = &self.settings.operator;
        Ok(match person {
            None => (operator.name.clone(), operator.email.clone()),
            Some(person) => {
                let name = Bilingual::new(spoken(&person), spoken(&person));
                let ask = if person.active { person.email } else { operator.email.clone() };
                (name, ask)
            }
        })
    }
}

/// An organization by its identifier.
pub(crate) async fn organization_row(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<organization::Model, Refusal> {
    Ok(organization::Entity::find_by_id(id).one(db).await?.ok_or(Problem::NotFound)?)
}

impl Work {
    /// An agreement of this organization, as this transaction sees it (G4).
    pub(crate) async fn agreement(&self, id: AgreementId) -> Result<Row, Refusal> {
        let row = agreement::Entity::find_by_id(id.0)
            .filter(agreement::Column::OrganizationId.eq(self.organization.id))
            .one(&self.db)
            .await?;
        Ok(row.ok_or(Problem::NotFound)?)
    }

    /// The very update that decides: from where that step is open, of that edition and version, once; for what only
    /// works before the deadline, asked of the clock.
    ///
    /// # Errors
    /// [`Problem::AgreementExpired`]; [`Problem::AgreementPassed`] when something else came first.
    pub(crate) async fn step_on(
        &self,
        row: &Row,
        step: Step,
        changes: agreement::ActiveModel,
    ) -> Result<(), Refusal> {
        let state = state_at(row, self.now);
        let timely = matches!(step, Step::Sign | Step::SignLast | Step::Decline | Step::Adjust);
        if timely && state == AgreementState::Expired {
            return Err(Problem::AgreementExpired.into());
        }
        let next = state.after(step)?;
        let mut columns = agreement::ActiveModel {
            state: Set(next.code().to_owned()),
            version: Set(row.version + 1),
            updated_at: Set(self.now.0),
            ..changes
        };
        if next.ended() {
            columns.ended_at = Set(Some(self.now.0));
        }
        let mut update = agreement::Entity::update_many()
            .set(columns)
            .filter(agreement::Column::Id.eq(row.id))
            .filter(agreement::Column::State.eq(row.state.as_str()))
            .filter(agreement::Column::Edition.eq(row.edition))
            .filter(agreement::Column::Version.eq(row.version));
        if timely {
            update = update.filter(agreement::Column::DeadlineAt.gt(self.now.0));
        }
        let done = update.exec(&self.db).await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Problem::AgreementPassed.into()) }
    }

    /// The very update that answers for a signatory: invited still, and the agreement out, in that edition, before
    /// its deadline.
    pub(crate) async fn answer(
        &self,
        row: &Row,
        signatory: &Signatory,
        columns: agreement_signatory::ActiveModel,
    ) -> Result<(), Refusal> {
        let open = Query::select()
            .column(agreement::Column::Id)
            .from(agreement::Entity)
            .and_where(agreement::Column::Id.eq(row.id))
            .and_where(agreement::Column::State.eq(AgreementState::Out.code()))
            .and_where(agreement::Column::Edition.eq(signatory.edition))
            .and_where(agreement::Column::DeadlineAt.gt(self.now.0))
            .to_owned();
        let done = agreement_signatory::Entity::update_many()
            .set(columns)
            .filter(agreement_signatory::Column::Id.eq(signatory.id))
            .filter(agreement_signatory::Column::State.eq(SignatoryState::Invited.code()))
            .filter(agreement_signatory::Column::Link.eq(signatory.link))
            .filter(agreement_signatory::Column::AgreementId.in_subquery(open))
            .exec(&self.db)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Problem::AgreementPassed.into()) }
    }

    /// Invites those whose turn it is now (S4).
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn invite_next(&self, row: &Row, kind: &'static str) -> Result<(), Refusal> {
        let signatories = signatories_of(&self.db, row.id, row.edition).await?;
        let states: Vec<SignatoryState> = signatories.iter().map(signatory_state).collect();
        for place in turns(order_of(row), &states) {
            if let Some(signatory) = signatories.get(place) {
                self.invite_to_sign(row, signatory, kind).await?;
            }
        }
        Ok(())
    }

    /// Mails a signatory the link of now: to the contact's address of now, in the contact's language.
    pub(crate) async fn invite_to_sign(
        &self,
        row: &Row,
        signatory: &Signatory,
        kind: &'static str,
    ) -> Result<(), Refusal> {
        let person = contact::Entity::find_by_id(signatory.contact_id).one(&self.db).await?;
        let person = person.ok_or(Problem::NotFound)?;
        let link = signatory.link + 1;
        let columns = agreement_signatory::ActiveModel {
            state: Set(SignatoryState::Invited.code().to_owned()),
            email: Set(Some(person.email.clone())),
            language: Set(person.language.clone()),
            link: Set(link),
            token_hash: Set(Some(self.portal.signing_hash(signatory.id, link))),
            invited_at: Set(Some(self.now.0)),
            bounced_at: Set(None),
            ..agreement_signatory::ActiveModel::default()
        };
        agreement_signatory::Entity::update_many()
            .set(columns)
            .filter(agreement_signatory::Column::Id.eq(signatory.id))
            .exec(&self.db)
            .await?;
        let payload =
            json!({ "agreement": row.id, "edition": row.edition, "signatory": signatory.id, "link": link });
        let (to, language) = (person.email.as_str(), crate::contacts::language(&person));
        self.post(Post { kind, to, language, about: Some(row.id), payload }).await
    }

    /// Ends what is still awaited of an edition.
    pub(crate) async fn end_awaited(&self, row: &Row) -> Result<(), Refusal> {
        let awaited = [SignatoryState::Waiting, SignatoryState::Invited].map(SignatoryState::code);
        agreement_signatory::Entity::update_many()
            .set(agreement_signatory::ActiveModel {
                state: Set(SignatoryState::Ended.code().to_owned()),
                ..agreement_signatory::ActiveModel::default()
            })
            .filter(agreement_signatory::Column::AgreementId.eq(row.id))
            .filter(agreement_signatory::Column::Edition.eq(row.edition))
            .filter(agreement_signatory::Column::State.is_in(awaited))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// A letter to one signatory who was written to before: at that address, in the contact's language.
    pub(crate) async fn tell_signatory(
        &self,
        row: &Row,
        signatory: &Signatory,
        kind: &'static str,
    ) -> Result<(), Refusal> {
        let Some(to) = signatory.email.as_deref().filter(|to| !to.is_empty()) else { return Ok(()) };
        let language = signatory.language.as_deref().and_then(Language::from_code);
        let payload = json!({ "agreement": row.id, "edition": row.edition, "signatory": signatory.id,
            "link": signatory.link });
        self.post(Post { kind, to, language, about: Some(row.id), payload }).await
    }

    /// The same to everybody who was asked to sign that edition, but who was replaced and `but`.
    pub(crate) async fn tell_signatories(
        &self,
        row: &Row,
        but: Option<Uuid>,
        kind: &'static str,
    ) -> Result<(), Refusal> {
        for signatory in signatories_of(&self.db, row.id, row.edition).await? {
            let asked = signatory.invited_at.is_some() && Some(signatory.id) != but;
            if asked && signatory_state(&signatory) != SignatoryState::Replaced {
                self.tell_signatory(row, &signatory, kind).await?;
            }
        }
        Ok(())
    }

    /// A letter to whoever prepared it; to the primary contact when that person left.
    pub(crate) async fn tell_preparer(
        &self,
        row: &Row,
        signatory: Option<&Signatory>,
        kind: &'static str,
    ) -> Result<(), Refusal> {
        let Some(person) = self.still_here_or_primary(Some(row.prepared_by)).await? else { return Ok(()) };
        let payload = json!({ "agreement": row.id, "edition": row.edition, "preparer": person.id,
            "signatory": signatory.map(|signatory| signatory.id) });
        let (to, language) = (person.email.as_str(), crate::contacts::language(&person));
        self.post(Post { kind, to, language, about: Some(row.id), payload }).await
    }
}
