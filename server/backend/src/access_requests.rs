//! Requests for access (R1 to R13): asked for by anybody, signed by two people, decided by Support.
//!
//! The policy: a request is kept by the operator until it is decided, since whoever asks is nobody's contact yet; an
//! organization that is here already learns of it through its administrator alone, and the applicant never learns
//! whether it is (R1). Whoever holds a mailed link holds one part of one request; opening a link changes nothing. The
//! text that is signed is frozen when the request is sent: a change is another edition, whose links replace the earlier
//! ones, and both sign anew (R3). Where a request goes next is decided by the one update that also asks where it is, so
//! that of a hundred decisions one wins. Neither signatory decides (R5). What an approval gives is activated with the
//! user's link and the authorizing person's code together (R6); neither stands in a table.

mod approve;
mod bearer;
mod bounced;
mod desk;
mod figures;
mod handover;
mod judge;
mod minding;
mod paper;
mod representatives;
mod send;

pub use approve::Approved;
pub use paper::{SCAN_MEGABYTES, Scan};

use crate::activity::Event;
use crate::entity::{access_request, access_request_signature, access_request_step, contact};
use crate::letters;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::access_requests::{
    COMMITMENT_VERSION, Document, NewRequest, Part, Passage, RequestForm, RequestState, SignatureLine,
    StepLine, Vouch, canonical,
};
use domain::{AccessRequestId, Act, Bilingual, ContactId, Instant, Language, Problem};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

pub(crate) use access_request::Model as Row;

/// How many days an administrator who was asked about a request has to answer (R1).
pub(crate) const VOUCH_DAYS: i64 = 5;

/// The part of whoever holds the link of that hash.
pub(crate) fn part_of(row: &Row, hash: &[u8]) -> Option<Part> {
    let is = |kept: &Option<Vec<u8>>| kept.as_deref() == Some(hash);
    let parts = [
        (Part::Sender, &row.sender_hash),
        (Part::User, &row.user_hash),
        (Part::Authorizer, &row.authorizer_hash),
    ];
    parts.into_iter().find(|(_, kept)| is(kept)).map(|(part, _)| part)
}

pub(crate) fn state_of(row: &Row) -> RequestState {
    RequestState::from_code(&row.state).unwrap_or(RequestState::Withdrawn)
}

pub(crate) fn vouch_of(row: &Row) -> Vouch {
    Vouch::from_code(&row.vouch).unwrap_or_default()
}

/// What was understood when it was sent.
pub(crate) fn facts_of(row: &Row) -> Result<NewRequest, Refusal> {
    let facts = row.facts.as_deref().ok_or(Problem::RequestPassed)?;
    serde_json::from_str(facts).map_err(Refusal::broken)
}

/// What was typed.
pub(crate) fn form_of(row: &Row) -> RequestForm {
    serde_json::from_str(&row.form).unwrap_or_default()
}

pub(crate) fn organization_of(row: &Row) -> Bilingual {
    Bilingual::new(row.organization_en.clone(), row.organization_fr.clone())
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn in_language(code: Option<&str>) -> Option<Language> {
    code.and_then(Language::from_code)
}

/// Who signs: everybody the request names.
pub(crate) fn signatories(row: &Row) -> Vec<Part> {
    let authorizer = row.authorizer_key.as_ref().map(|_| Part::Authorizer);
    [Some(Part::User), authorizer].into_iter().flatten().collect()
}

/// The address of a part, and its language.
pub(crate) fn address_of(row: &Row, part: Part) -> Option<(String, Option<Language>)> {
    match part {
        Part::Sender => row.sent_by.clone().map(|email| (email, in_language(row.language.as_deref()))),
        Part::User => Some((row.user_key.clone(), in_language(row.user_language.as_deref()))),
        Part::Authorizer => {
            row.authorizer_key.clone().map(|email| (email, in_language(row.authorizer_language.as_deref())))
        }
    }
}

/// The signatures under the edition that is valid now.
pub(crate) async fn signatures_of(
    db: &impl ConnectionTrait,
    row: &Row,
) -> Result<Vec<access_request_signature::Model>, DbErr> {
    access_request_signature::Entity::find()
        .filter(access_request_signature::Column::RequestId.eq(row.id))
        .filter(access_request_signature::Column::Edition.eq(row.edition))
        .order_by_asc(access_request_signature::Column::SignedAt)
        .order_by_asc(access_request_signature::Column::Part)
        .all(db)
        .await
}

/// An event about a request, in the activity of whoever keeps it.
pub(crate) fn event(act: Act, row: &Row, mut details: Value) -> Event {
    if let Value::Object(details) = &mut details {
        details.insert("request".to_owned(), json!(row.id));
        details.insert("reference".to_owned(), json!(row.reference));
    }
    Event::of(act, None).with(details)
}

impl Portal {
    /// The token in a link: derived when the letter is written, kept nowhere. A new edition has new ones.
    pub(crate) fn request_token(&self, id: Uuid, part: Part, edition: i32) -> String {
        // The sender's stays: a draft is found again however often it changes.
        let edition = if part == Part::Sender { 0 } else { edition };
        let thing = [id.as_bytes().as_slice(), part.code().as_bytes(), &edition.to_be_bytes()].concat();
        self.platform.secrets.token("access request", &thing)
    }

    pub(crate) fn request_hash(&self, id: Uuid, part: Part, edition: i32) -> Vec<u8> {
        platform::secrets::hash(&self.request_token(id, part, edition))
    }

    /// The name of a service.
    pub(crate) fn service_name(&self, key: &str) -> Bilingual {
        let found = self.catalogue.services.iter().find(|service| service.key == key);
        found.map_or_else(|| Bilingual::new(key, key), |service| service.name.clone())
    }

    /// The name of a profession or kind of establishment.
    pub(crate) fn situation_name(&self, key: &str) -> Bilingual {
        let mut kinds = self.catalogue.services.iter().flat_map(|service| &service.applicants);
        kinds.find(|kind| kind.key == key).map_or_else(|| Bilingual::new(key, key), |kind| kind.name.clone())
    }

    /// The text that is signed (R3).
    pub(crate) fn document(&self, reference: &str, edition: i32, request: &NewRequest) -> String {
        canonical(&Document {
            reference,
            edition,
            request,
            service: &self.service_name(&request.service),
            situation: &self.situation_name(&request.situation),
            commitments: &crate::commitments::all(),
        })
    }

    pub(crate) async fn signature_lines(&self, row: &Row) -> Result<Vec<SignatureLine>, Refusal> {
        let rows = signatures_of(self.platform.store.read(), row).await?;
        let line = |signature: access_request_signature::Model| SignatureLine {
            part: Part::from_code(&signature.part).unwrap_or(Part::User),
            name: signature.name,
            at: self.platform.calendar.date_and_time(Instant(signature.signed_at)),
            commitment: signature.commitment,
            on_paper: signature.way == "paper",
            by_support: signature.way == "support",
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// What happened to a request, the oldest first; who of Support it was, told to Support alone.
    pub(crate) async fn step_lines(&self, row: &Row, to_support: bool) -> Result<Vec<StepLine>, Refusal> {
        let db = self.platform.store.read();
        let rows = access_request_step::Entity::find()
            .filter(access_request_step::Column::RequestId.eq(row.id))
            .order_by_asc(access_request_step::Column::At)
            .order_by_asc(access_request_step::Column::Id)
            .all(db)
            .await?;
        let ids: Vec<Uuid> =
            if to_support { rows.iter().filter_map(|step| step.contact_id).collect() } else { Vec::new() };
        let names: HashMap<Uuid, String> =
            if ids.is_empty() { HashMap::new() } else { crate::contacts::people::names(db, ids).await? };
        // Who vouches, and who has it in hand, is nobody's business but Support's.
        let told = |step: &str| {
            to_support || !matches!(step, "taken" | "released" | "vouched" | "objected" | "asked")
        };
        let line = |step: access_request_step::Model| StepLine {
            at: self.platform.calendar.date_and_time(Instant(step.at)),
            part: step.part.as_deref().and_then(Part::from_code),
            by: step.contact_id.and_then(|id| names.get(&id).cloned()),
            text: step.words,
            step: step.step,
        };
        Ok(rows.into_iter().filter(|step| told(&step.step)).map(line).collect())
    }

    /// The question that waits for an answer.
    pub(crate) async fn question_of(&self, row: &Row) -> Result<Option<String>, Refusal> {
        if state_of(row) != RequestState::OnHold {
            return Ok(None);
        }
        let asked = access_request_step::Entity::find()
            .filter(access_request_step::Column::RequestId.eq(row.id))
            .filter(access_request_step::Column::Step.eq("held"))
            .order_by_desc(access_request_step::Column::At)
            .order_by_desc(access_request_step::Column::Id)
            .one(self.platform.store.read())
            .await?;
        Ok(asked.and_then(|step| step.words))
    }
}

impl Work {
    /// A request as this transaction sees it.
    pub(crate) async fn request(&self, id: Uuid) -> Result<Row, Refusal> {
        Ok(access_request::Entity::find_by_id(id).one(&self.db).await?.ok_or(Problem::NotFound)?)
    }

    /// The very update that decides: from where that passage is open, of that edition, once.
    ///
    /// # Errors
    /// [`Problem::RequestPassed`] when something else came first.
    pub(crate) async fn pass(
        &self,
        row: &Row,
        passage: Passage,
        changes: access_request::ActiveModel,
    ) -> Result<(), Refusal> {
        let next = state_of(row).after(passage)?;
        let ends = next.ended();
        let mut columns = access_request::ActiveModel { state: Set(next.code().to_owned()), ..changes };
        if ends {
            (columns.ended_at, columns.due_at) = (Set(Some(self.now.0)), Set(None));
        }
        let before = RequestState::before(passage).into_iter().map(RequestState::code);
        let done = access_request::Entity::update_many()
            .set(columns)
            .filter(access_request::Column::Id.eq(row.id))
            .filter(access_request::Column::State.is_in(before))
            .filter(access_request::Column::Edition.eq(row.edition))
            .exec(&self.db)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Problem::RequestPassed.into()) }
    }

    /// Notes what happened, for whoever looks at the request.
    pub(crate) async fn step(
        &self,
        row: &Row,
        step: &str,
        part: Option<Part>,
        words: Option<&str>,
    ) -> Result<(), Refusal> {
        let line = access_request_step::ActiveModel {
            id: Set(self.new_id()),
            request_id: Set(row.id),
            at: Set(self.now.0),
            step: Set(step.to_owned()),
            part: Set(part.map(|part| part.code().to_owned())),
            contact_id: Set(self.actor_id()),
            words: Set(words.map(ToOwned::to_owned)),
        };
        access_request_step::Entity::insert(line).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// Keeps a signature under the edition that is valid now.
    pub(crate) async fn keep_signature(
        &self,
        row: &Row,
        (part, name): (Part, &str),
        (way, evidence): (&str, Option<&str>),
        language: Option<Language>,
    ) -> Result<(), Refusal> {
        let signature = access_request_signature::ActiveModel {
            request_id: Set(row.id),
            part: Set(part.code().to_owned()),
            edition: Set(row.edition),
            name: Set(name.to_owned()),
            document_hash: Set(row.document_hash.clone().unwrap_or_default()),
            commitment: Set(COMMITMENT_VERSION.to_owned()),
            language: Set(language.map(|language| language.code().to_owned())),
            way: Set(way.to_owned()),
            contact_id: Set(self.actor_id()),
            evidence: Set(evidence.map(ToOwned::to_owned)),
            signed_at: Set(self.now.0),
        };
        access_request_signature::Entity::insert(signature).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// A letter about a request to one of its parts, when there is one.
    pub(crate) async fn tell_part(&self, row: &Row, part: Part, kind: &'static str) -> Result<(), Refusal> {
        let Some((to, language)) = address_of(row, part) else { return Ok(()) };
        let payload = json!({ "request": row.id, "edition": row.edition, "part": part.code() });
        self.post(Post { kind, to: &to, language, about: Some(row.id), payload }).await
    }

    /// The same to everybody it names, each address once.
    pub(crate) async fn tell_parts(
        &self,
        row: &Row,
        but: Option<Part>,
        kind: &'static str,
    ) -> Result<(), Refusal> {
        let mut told: Vec<String> =
            but.and_then(|part| address_of(row, part)).map(|(to, _)| to).into_iter().collect();
        for part in [Part::User, Part::Authorizer, Part::Sender] {
            let Some((to, _)) = address_of(row, part) else { continue };
            if told.iter().any(|known| known.eq_ignore_ascii_case(&to)) {
                continue;
            }
            self.tell_part(row, part, kind).await?;
            told.push(to);
        }
        Ok(())
    }

    /// A letter to Support about a request: to whoever has it in hand, or to the operator's address.
    pub(crate) async fn tell_desk(&self, row: &Row, kind: &'static str) -> Result<(), Refusal> {
        let keeper = match row.taken_by {
            Some(id) => contact::Entity::find_by_id(id).one(&self.db).await?.filter(|who| who.active),
            None => None,
        };
        let (to, language) = match &keeper {
            Some(person) => (person.email.clone(), crate::contacts::language(person)),
            None => (self.portal.settings.operator.email.clone(), None),
        };
        let payload = json!({ "request": row.id, "edition": row.edition });
        self.post(Post { kind, to: &to, language, about: Some(row.id), payload }).await
    }

    /// The second signature is there: the request is with Support; an administrator of the organization is asked what
    /// is known of the person, where there is one (R1).
    pub(crate) async fn hand_to_support(&self, row: &Row) -> Result<(), Refusal> {
        let (target, vouch, asked) = self.whom_to_ask_first(row).await?;
        let changes = access_request::ActiveModel {
            submitted_at: Set(Some(self.now.0)),
            due_at: Set(None),
            target_id: Set(target),
            vouch: Set(vouch.code().to_owned()),
            vouch_at: Set((vouch != Vouch::None).then_some(self.now.0)),
            ..access_request::ActiveModel::default()
        };
        self.pass(row, Passage::SignLast, changes).await?;
        self.step(row, "submitted", None, None).await?;
        if let Some(target) = target {
            self.ask_to_vouch(row, target, &asked).await?;
        }
        self.tell_parts(row, None, letters::RECEIVED).await?;
        self.tell_desk(row, letters::ARRIVED).await
    }
}

impl Work {
    /// Asks administrators of an organization what is known of the person (R1).
    pub(crate) async fn ask_to_vouch(
        &self,
        row: &Row,
        organization: Uuid,
        people: &[contact::Model],
    ) -> Result<(), Refusal> {
        for person in people {
            let payload = json!({ "request": row.id, "edition": row.edition, "organization": organization, "contact": person.id });
            let (to, language) = (person.email.as_str(), crate::contacts::language(person));
            self.post(Post { kind: letters::VOUCH, to, language, about: Some(row.id), payload }).await?;
        }
        Ok(())
    }
}

/// The identifier of a request as the pages know it.
pub(crate) fn id_of(row: &Row) -> AccessRequestId {
    AccessRequestId(row.id)
}

/// Who of Support, as a contact.
pub(crate) fn keeper_of(row: &Row) -> Option<ContactId> {
    row.taken_by.map(ContactId)
}
