//! The life of an agreement that was prepared (S4): sent, taken back to be changed, withdrawn; somebody replaced, an
//! invitation sent again.

use super::{Row, Signatory, event, kept_state, signatories_of, signatory_state, state_at};
use crate::access::Permit;
use crate::contacts::spoken;
use crate::entity::{agreement, agreement_signatory, contact};
use crate::letters;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::agreements::{AgreementState, ReasonForm, ReplaceForm, SignatoryState, Step};
use domain::permissions::PrepareAgreements;
use domain::{Act, AgreementId, ContactId, Email, Field, FieldProblems, Instant, Problem, SignatoryId};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

impl Permit<PrepareAgreements> {
    /// Sends a draft: whose turn it is gets a mail with a link (S1).
    ///
    /// # Errors
    /// [`Problem::ChangedMeanwhile`] for another version; a deadline that has passed; somebody inactive;
    /// [`Problem::TooManyMails`] (I12); [`Problem::AgreementPassed`] for one that is no draft.
    pub async fn send_agreement(&self, id: AgreementId, version: u64) -> Result<(), Refusal> {
        let (work, _) = self.begin().await?;
        let row = work.draft(id, version).await?;
        if Instant(row.deadline_at) <= work.now {
            return Err(FieldProblems::one(Field::Deadline, Problem::DateInPast).into());
        }
        let signatories = signatories_of(&work.db, row.id, row.edition).await?;
        let chosen: Vec<ContactId> = signatories.iter().map(|row| ContactId(row.contact_id)).collect();
        let people = work.may_sign(&chosen).await?;
        for person in &people {
            work.few_mails_to(&Email::known(person.email.clone()), Field::Signatories).await?;
        }
        let columns = agreement::ActiveModel {
            sent_at: Set(Some(work.now.0)),
            reminded_at: Set(None),
            expiry_told_at: Set(None),
            ..agreement::ActiveModel::default()
        };
        work.step_on(&row, Step::Send, columns).await?;
        let anew = row.edition > 1;
        work.invite_next(&row, if anew { letters::AGREEMENT_ANEW } else { letters::AGREEMENT_SIGN }).await?;
        if anew {
            work.tell_left_out(&row, &chosen).await?;
        }
        let names: Vec<String> = people.iter().map(spoken).collect();
        let said = json!({ "until": row.deadline_day, "signatories": names });
        work.commit(event(Act::AgreementSent, &row, None, said)).await
    }

    /// Takes an agreement back to change it: another edition, a draft. Its links are dead, and whoever signed signs
    /// the new one; what they signed is kept with its edition.
    ///
    /// # Errors
    /// [`Problem::NotFound`]; [`Problem::AgreementPassed`] for one that is not out.
    pub async fn revise_agreement(&self, id: AgreementId) -> Result<(), Refusal> {
        let (work, _) = self.begin().await?;
        let row = work.agreement(id).await?;
        let edition = row.edition + 1;
        let columns = agreement::ActiveModel { edition: Set(edition), ..agreement::ActiveModel::default() };
        work.step_on(&row, Step::Revise, columns).await?;
        work.end_awaited(&row).await?;
        let next = work.agreement(id).await?;
        work.copy_edition(&row, &next).await?;
        work.tell_signatories(&row, None, letters::AGREEMENT_REVISED).await?;
        work.commit(event(Act::AgreementRevised, &next, None, json!({}))).await
    }

    /// Withdraws an agreement, for a reason that everybody is told who was asked to sign.
    ///
    /// # Errors
    /// A missing reason; [`Problem::NotFound`]; [`Problem::AgreementPassed`] for one that ended, or was never sent.
    pub async fn withdraw_agreement(&self, id: AgreementId, form: &ReasonForm) -> Result<(), Refusal> {
        let reason = form.parse()?;
        let (work, actor) = self.begin().await?;
        let row = work.agreement(id).await?;
        if !may_withdraw(&row, work.now) {
            return Err(Problem::AgreementPassed.into());
        }
        let columns = agreement::ActiveModel {
            ended_by: Set(Some(actor.contact.0)),
            reason: Set(Some(reason.clone())),
            ..agreement::ActiveModel::default()
        };
        work.step_on(&row, Step::Withdraw, columns).await?;
        work.end_awaited(&row).await?;
        work.tell_signatories(&row, None, letters::AGREEMENT_WITHDRAWN).await?;
        work.commit(event(Act::AgreementWithdrawn, &row, None, json!({ "reason": reason }))).await
    }

    /// Has somebody else sign in somebody's place: the link of the one is dead, the other is written to when it is
    /// their turn.
    ///
    /// # Errors
    /// [`Problem::NotFound`]; [`Problem::AgreementSignedAlready`] for who has signed; beside the contact, somebody
    /// inactive, unknown or named already; [`Problem::TooManyMails`]; [`Problem::AgreementPassed`].
    pub async fn replace_signatory(
        &self,
        id: AgreementId,
        signatory: SignatoryId,
        form: &ReplaceForm,
    ) -> Result<(), Refusal> {
        let by = form.parse()?;
        let (work, _) = self.begin().await?;
        let (row, gone) = work.awaited(id, signatory).await?;
        let beside = |problem| FieldProblems::one(Field::Contact, problem);
        let person = work.may_sign(&[by]).await.map_err(|refusal| match refusal {
            Refusal::Invalid(faults) => {
                let problem = faults.of(Field::Signatories).cloned().unwrap_or(Problem::UnknownChoice);
                beside(problem).into()
            }
            other => other,
        })?;
        let named = signatories_of(&work.db, row.id, row.edition).await?;
        if named.iter().any(|row| row.contact_id == by.0) {
            return Err(beside(Problem::SignatoryTwice).into());
        }
        let Some(person) = person.first() else { return Err(Problem::NotFound.into()) };
        work.few_mails_to(&Email::known(person.email.clone()), Field::Contact).await?;
        work.step_on(&row, Step::Adjust, agreement::ActiveModel::default()).await?;
        work.put_in_place(&row, &gone, by).await?;
        work.invite_next(&row, letters::AGREEMENT_SIGN).await?;
        if gone.invited_at.is_some() {
            work.tell_signatory(&row, &gone, letters::AGREEMENT_REPLACED).await?;
        }
        let said = json!({ "to": spoken(person) });
        work.commit(event(Act::AgreementReplaced, &row, Some(gone.contact_id), said)).await
    }

    /// Sends the invitation to sign again, to the contact's address of now: a new link, the one before is dead.
    ///
    /// # Errors
    /// [`Problem::NotFound`]; [`Problem::NotYourTurn`] for who was not invited yet; [`Problem::SignatoryInactive`];
    /// [`Problem::TooManyMails`]; [`Problem::AgreementPassed`].
    pub async fn resend_agreement(&self, id: AgreementId, signatory: SignatoryId) -> Result<(), Refusal> {
        let (work, _) = self.begin().await?;
        let (row, signatory) = work.awaited(id, signatory).await?;
        if signatory_state(&signatory) != SignatoryState::Invited {
            return Err(Problem::NotYourTurn.into());
        }
        let person = contact::Entity::find_by_id(signatory.contact_id).one(&work.db).await?;
        let person = person.ok_or(Problem::NotFound)?;
        if !person.active {
            return Err(Problem::SignatoryInactive { name: spoken(&person) }.into());
        }
        work.few_mails_to(&Email::known(person.email.clone()), Field::Form).await?;
        work.step_on(&row, Step::Adjust, agreement::ActiveModel::default()).await?;
        let kind = if row.edition > 1 { letters::AGREEMENT_ANEW } else { letters::AGREEMENT_SIGN };
        work.invite_to_sign(&row, &signatory, kind).await?;
        let said = json!({ "email": person.email });
        work.commit(event(Act::AgreementResent, &row, Some(signatory.contact_id), said)).await
    }
}

impl Work {
    /// A signatory of the edition that is out, whose signature is still to come.
    async fn awaited(&self, id: AgreementId, signatory: SignatoryId) -> Result<(Row, Signatory), Refusal> {
        let row = self.agreement(id).await?;
        let found = agreement_signatory::Entity::find_by_id(signatory.0)
            .filter(agreement_signatory::Column::AgreementId.eq(row.id))
            .filter(agreement_signatory::Column::Edition.eq(row.edition))
            .one(&self.db)
            .await?;
        let found = found.ok_or(Problem::NotFound)?;
        match state_at(&row, self.now) {
            AgreementState::Out => {}
            AgreementState::Expired => return Err(Problem::AgreementExpired.into()),
            _ => return Err(Problem::AgreementPassed.into()),
        }
        match signatory_state(&found) {
            SignatoryState::Signed => Err(Problem::AgreementSignedAlready.into()),
            state if state.is_awaited() => Ok((row, found)),
            _ => Err(Problem::AgreementPassed.into()),
        }
    }

    async fn put_in_place(&self, row: &Row, gone: &Signatory, by: ContactId) -> Result<(), Refusal> {
        let awaited = [SignatoryState::Waiting, SignatoryState::Invited].map(SignatoryState::code);
        let done = agreement_signatory::Entity::update_many()
            .set(agreement_signatory::ActiveModel {
                state: Set(SignatoryState::Replaced.code().to_owned()),
                replaced_by: Set(Some(by.0)),
                ..agreement_signatory::ActiveModel::default()
            })
            .filter(agreement_signatory::Column::Id.eq(gone.id))
            .filter(agreement_signatory::Column::State.is_in(awaited))
            .exec(&self.db)
            .await?;
        if done.rows_affected == 0 {
            return Err(Problem::AgreementPassed.into());
        }
        let next = self.signatory(row, by, gone.position);
        agreement_signatory::Entity::insert(next).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// Whoever was asked to sign the edition before and is not asked any more learns of it.
    async fn tell_left_out(&self, row: &Row, chosen: &[ContactId]) -> Result<(), Refusal> {
        let before = signatories_of(&self.db, row.id, row.edition - 1).await?;
        let left_out = |signatory: &&Signatory| {
            signatory.invited_at.is_some()
                && signatory_state(signatory) != SignatoryState::Replaced
                && !chosen.contains(&ContactId(signatory.contact_id))
        };
        let left_out: Vec<&Signatory> = before.iter().filter(left_out).collect();
        for signatory in left_out {
            self.tell_signatory(row, signatory, letters::AGREEMENT_REPLACED).await?;
        }
        Ok(())
    }
}

/// A draft that was never sent is discarded instead; a later edition is withdrawn, since people wait for it.
pub(super) fn may_withdraw(row: &Row, now: Instant) -> bool {
    let never_sent = kept_state(row) == AgreementState::Draft && row.edition == 1;
    !never_sent && state_at(row, now).after(Step::Withdraw).is_ok()
}
