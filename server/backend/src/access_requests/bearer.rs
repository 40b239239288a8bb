//! What whoever holds a request's mailed link does: look, sign, decline, change, answer, withdraw (R3, R5).

use super::handover::renew;
use super::{
    Row, address_of, event, facts_of, form_of, hexadecimal, part_of, signatories, signatures_of, state_of,
};
use crate::access::Bearer;
use crate::entity::access_request;
use crate::letters;
use crate::refusal::Refusal;
use crate::throttle::Subject;
use crate::work::Work;
use domain::access_requests::{
    COMMITMENT_VERSION, HoldForm, Part, Passage, RequestCard, RequestForm, RequestState, SignForm,
    SigningCard, Vouch,
};
use domain::{Act, Field, Instant, Language, Problem};
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use serde_json::json;

impl Bearer {
    /// Which part the link is for.
    #[must_use]
    pub fn part(&self) -> Part {
        self.part
    }

    /// The request, as this part sees it. Looking changes nothing (I8).
    ///
    /// # Errors
    /// [`Problem::RequestLinkUnknown`] when the link was replaced meanwhile.
    pub async fn card(&self) -> Result<RequestCard, Refusal> {
        let db = self.portal.platform.store.read();
        let row = access_request::Entity::find_by_id(self.request).one(db).await?;
        let row = row.filter(|row| self.still_opens(row)).ok_or(Problem::RequestLinkUnknown)?;
        let state = state_of(&row);
        let signed =
            signatures_of(db, &row).await?.iter().any(|signature| signature.part == self.part.code());
        let signs = state == RequestState::Waiting && !signed && self.part != Part::Sender;
        let open = |passage| state.after(passage).is_ok();
        let calendar = &self.portal.platform.calendar;
        Ok(RequestCard {
            reference: row.reference.clone(),
            part: self.part,
            state,
            edition: row.edition,
            form: form_of(&row),
            situation: self.portal.situation_name(&row.situation),
            service: self.portal.service_name(&row.service),
            signatures: self.portal.signature_lines(&row).await?,
            steps: self.portal.step_lines(&row, false).await?,
            question: self.portal.question_of(&row).await?,
            until: row.due_at.map(|due| calendar.last_day_before(Instant(due))),
            signing: if signs { self.signing(&row)? } else { None },
            may_change: open(Passage::Change) || state == RequestState::Draft,
            may_decline: signs,
            may_withdraw: open(Passage::Withdraw),
            may_renew_code: state == RequestState::Approved && self.part == Part::Authorizer,
        })
    }

    fn signing(&self, row: &Row) -> Result<Option<SigningCard>, Refusal> {
        let request = facts_of(row)?;
        let person = match self.part {
            Part::User => Some(&request.user),
            Part::Authorizer => request.authorizer.as_ref(),
            Part::Sender => None,
        };
        Ok(person.map(|person| SigningCard {
            name: person.name(),
            text: row.document.clone().unwrap_or_default(),
            hash: hexadecimal(row.document_hash.as_deref().unwrap_or_default()),
            commitments: self.portal.commitments(self.part),
            version: COMMITMENT_VERSION.to_owned(),
        }))
    }

    /// Signs the text that was read, by name, with the commitments (R3, R11).
    ///
    /// # Errors
    /// [`Problem::RequestPassed`]; [`Problem::TextChanged`] when it is another text by now;
    /// [`Problem::SignedAlready`]; a foreign name; commitments that are not accepted.
    pub async fn sign(&self, form: &SignForm, language: Language) -> Result<(), Refusal> {
        let (work, row) = self.begin().await?;
        if state_of(&row) != RequestState::Waiting {
            return Err(Problem::RequestPassed.into());
        }
        let request = facts_of(&row)?;
        let person = match self.part {
            Part::User => &request.user,
            Part::Authorizer => request.authorizer.as_ref().ok_or(Problem::RequestPassed)?,
            Part::Sender => return Err(Problem::Forbidden.into()),
        };
        let name = form.parse(person)?;
        let read = hexadecimal(row.document_hash.as_deref().unwrap_or_default());
        if form.hash != read {
            return Err(Problem::TextChanged.into());
        }
        let signed = signatures_of(&work.db, &row).await?;
        if signed.iter().any(|signature| signature.part == self.part.code()) {
            return Err(Problem::SignedAlready.into());
        }
        work.keep_signature(&row, (self.part, &name), ("link", None), Some(language)).await?;
        work.step(&row, "signed", Some(self.part), None).await?;
        if signed.len() + 1 == signatories(&row).len() {
            work.hand_to_support(&row).await?;
        }
        let said = json!({ "part": self.part.code(), "edition": row.edition, "hash": read, "commitment": COMMITMENT_VERSION });
        work.commit(event(Act::RequestSigned, &row, said)).await
    }

    /// Will not sign, for a reason that the others are told (R3). The request ends.
    ///
    /// # Errors
    /// A missing reason; [`Problem::RequestPassed`]; [`Problem::SignedAlready`].
    pub async fn decline(&self, form: &HoldForm) -> Result<(), Refusal> {
        let reason = form.parse(Field::Reason)?;
        if self.part == Part::Sender {
            return Err(Problem::Forbidden.into());
        }
        let (work, row) = self.begin().await?;
        if signatures_of(&work.db, &row).await?.iter().any(|signature| signature.part == self.part.code()) {
            return Err(Problem::SignedAlready.into());
        }
        work.pass(&row, Passage::Decline, access_request::ActiveModel::default()).await?;
        work.step(&row, "declined", Some(self.part), Some(&reason)).await?;
        work.tell_parts(&row, Some(self.part), letters::REQUEST_DECLINED).await?;
        work.commit(event(Act::RequestDeclined, &row, json!({ "part": self.part.code() }))).await
    }

    /// Takes the request back. Whoever it names is told, but who does it.
    ///
    /// # Errors
    /// [`Problem::RequestPassed`] once it is decided, or ended.
    pub async fn withdraw(&self) -> Result<(), Refusal> {
        let (work, row) = self.begin().await?;
        let sent = state_of(&row) != RequestState::Draft;
        work.pass(&row, Passage::Withdraw, access_request::ActiveModel::default()).await?;
        work.step(&row, "withdrawn", Some(self.part), None).await?;
        if sent {
            work.tell_parts(&row, Some(self.part), letters::REQUEST_WITHDRAWN).await?;
        }
        work.commit(event(Act::RequestWithdrawn, &row, json!({ "part": self.part.code() }))).await
    }

    /// Answers Support's question (R5).
    ///
    /// # Errors
    /// A missing answer; [`Problem::RequestPassed`] when nothing is asked.
    pub async fn answer(&self, form: &HoldForm) -> Result<(), Refusal> {
        let answer = form.parse(Field::Answer)?;
        let (work, row) = self.begin().await?;
        let changes =
            access_request::ActiveModel { due_at: Set(None), ..access_request::ActiveModel::default() };
        work.pass(&row, Passage::Answer, changes).await?;
        work.step(&row, "answered", Some(self.part), Some(&answer)).await?;
        work.tell_desk(&row, letters::REQUEST_ANSWERED).await?;
        work.commit(event(Act::RequestAnswered, &row, json!({ "part": self.part.code() }))).await
    }

    /// Saves a draft as far as it is typed.
    ///
    /// # Errors
    /// What is too long; [`Problem::RequestPassed`] when it was sent meanwhile; [`Problem::TooManyTries`].
    pub async fn save(&self, form: &RequestForm) -> Result<(), Refusal> {
        form.within_bounds()?;
        self.portal.count_at(self.address, Subject::Requests, 1).await?;
        let (work, row) = self.begin().await?;
        if state_of(&row) != RequestState::Draft {
            return Err(Problem::RequestPassed.into());
        }
        // Where the link goes was said once; whoever holds it does not send it elsewhere.
        let form = RequestForm { sent_by: row.sent_by.clone().unwrap_or_default(), ..form.clone() };
        let columns =
            access_request::ActiveModel { due_at: Set(Some(work.request_due())), ..work.typed(&form)? };
        work.update_request(&row, columns).await?;
        work.commit(event(Act::RequestChanged, &row, json!({}))).await
    }

    /// Looks at what was changed before it is sent; keeps nothing.
    ///
    /// # Errors
    /// What is wrong with the form; [`Problem::RequestPassed`] once it is decided, or ended.
    pub async fn look_at(&self, form: &RequestForm) -> Result<(), Refusal> {
        let db = self.portal.platform.store.read();
        let row = access_request::Entity::find_by_id(self.request).one(db).await?;
        let row = row.filter(|row| self.still_opens(row)).ok_or(Problem::RequestLinkUnknown)?;
        if state_of(&row) != RequestState::Draft {
            state_of(&row).after(Passage::Change)?;
        }
        self.portal.count_at(self.address, Subject::Looks, 1).await?;
        self.portal.judge(db, form, (Some(row.id), false)).await?;
        Ok(())
    }

    /// Sends a draft; or changes what was sent already, and both sign anew: earlier signatures and links no longer
    /// count, and everybody is told (R3). Gives the request's reference.
    ///
    /// # Errors
    /// What is wrong with the form; [`Problem::RequestPassed`] once it is decided, or ended; [`Problem::TooManyMails`];
    /// [`Problem::TooManyTries`].
    pub async fn send(&self, form: &RequestForm, language: Language) -> Result<String, Refusal> {
        self.portal.count_at(self.address, Subject::Requests, 1).await?;
        let (work, row) = self.begin().await?;
        let draft = state_of(&row) == RequestState::Draft;
        let passage = if draft { Passage::Send } else { Passage::Change };
        state_of(&row).after(passage)?;
        let form = RequestForm { sent_by: row.sent_by.clone().unwrap_or_default(), ..form.clone() };
        let request = work.portal.judge(&work.db, &form, (Some(row.id), false)).await?;
        work.few_mails(&request).await?;
        let edition = if draft { row.edition } else { row.edition + 1 };
        let columns = access_request::ActiveModel {
            edition: Set(edition),
            language: Set(Some(language.code().to_owned())),
            sent_at: Set(Some(row.sent_at.unwrap_or(work.now.0))),
            submitted_at: Set(None),
            due_at: Set(Some(work.request_due())),
            reminded_at: Set(None),
            target_id: Set(None),
            vouch: Set(Vouch::None.code().to_owned()),
            vouch_at: Set(None),
            ..work.understood((row.id, &row.reference, edition), &form, &request)?
        };
        work.pass(&row, passage, columns).await?;
        let after = work.request(row.id).await?;
        if !draft {
            work.tell_replaced(&row, &after).await?;
        }
        work.step(&after, if draft { "sent" } else { "changed" }, Some(self.part), None).await?;
        let kind = if draft { letters::SIGN } else { letters::SIGN_ANEW };
        work.ask_signatures(&after, kind).await?;
        let act = if draft { Act::RequestSent } else { Act::RequestChanged };
        work.commit(event(act, &after, json!({ "part": self.part.code(), "edition": edition }))).await?;
        Ok(after.reference)
    }

    /// R6: a new secret code for the person, mailed to who authorized; the one before opens nothing any more.
    ///
    /// # Errors
    /// [`Problem::Forbidden`] for the other parts; [`Problem::RequestPassed`] unless it waits for the code;
    /// [`Problem::TooManyMails`].
    pub async fn renew_code(&self) -> Result<(), Refusal> {
        if self.part != Part::Authorizer {
            return Err(Problem::Forbidden.into());
        }
        let (work, row) = self.begin().await?;
        let handover = row.handover_id.filter(|_| state_of(&row) == RequestState::Approved);
        let handover = handover.ok_or(Problem::RequestPassed)?;
        if let Some((to, _)) = address_of(&row, Part::Authorizer) {
            work.few_mails_a_day_to(&to).await?;
        }
        renew(&work, handover).await?;
        work.commit(event(Act::CodeRenewed, &row, json!({ "part": self.part.code() }))).await
    }

    fn still_opens(&self, row: &Row) -> bool {
        part_of(row, &self.hash) == Some(self.part)
    }

    /// Begins work on the request, the link asked once more under the lock.
    async fn begin(&self) -> Result<(Work, Row), Refusal> {
        let work = self.portal.begin_request().await?;
        let row = work.request(self.request).await?;
        if self.still_opens(&row) { Ok((work, row)) } else { Err(Problem::RequestLinkUnknown.into()) }
    }
}

impl Work {
    /// Whoever the request no longer names was asked to sign: it is over for them.
    async fn tell_replaced(&self, before: &Row, after: &Row) -> Result<(), Refusal> {
        let now: Vec<String> = signatories(after)
            .into_iter()
            .filter_map(|part| address_of(after, part))
            .map(|(to, _)| to)
            .collect();
        for part in signatories(before) {
            let gone = address_of(before, part).is_some_and(|(to, _)| !now.contains(&to));
            if gone {
                self.tell_part(before, part, letters::REQUEST_WITHDRAWN).await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn update_request(
        &self,
        row: &Row,
        columns: access_request::ActiveModel,
    ) -> Result<(), Refusal> {
        use sea_orm::{ColumnTrait as _, QueryFilter as _};
        access_request::Entity::update_many()
            .set(columns)
            .filter(access_request::Column::Id.eq(row.id))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}
