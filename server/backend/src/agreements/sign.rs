//! What a signatory does: sign, decline (S3). Nothing but these two changes anything, and both are buttons of somebody
//! who signed in.
//!
//! The account is whoever sent the button: the page names both addresses when they differ (I7). A contact that is
//! linked signs with that account alone; an account signs for one signatory of an agreement, and never for a colleague
//! of the contact it is linked to. Access is neither needed nor given.

use super::own::Holding;
use super::{
    Row, Signatory, documents_of, event, hexadecimal, language_of, signatories_of, signatory_state, state_at,
};
use crate::access::SignedIn;
use crate::contacts::spoken;
use crate::entity::{account, agreement, agreement_signatory, contact};
use crate::letters;
use crate::refusal::Refusal;
use crate::sign_in::{Login, ways_of};
use crate::throttle::Subject;
use crate::work::Work;
use domain::agreements::{AgreementState, DeclineForm, SignForm, SignatoryState, Signing, Step};
use domain::invitations::By;
use domain::{AccountId, Act, ContactId, OrganizationId, Problem, SignatoryId};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::json;
use std::net::IpAddr;

/// From where, and how signed in, somebody signs.
#[derive(Clone, Debug, Default)]
pub struct SignedFrom {
    /// The address in the network, when it is known.
    pub address: Option<IpAddr>,
    /// The way in with which the session was begun; the account's first one when the session does not say.
    pub login: Option<Login>,
}

impl SignedIn {
    /// Signs with a mailed link. Says for which signatory: from now on the agreement is reached by it.
    ///
    /// # Errors
    /// What is wrong with the form; [`Problem::DocumentChanged`] when what was read is not what is there;
    /// [`Problem::NotYourTurn`]; [`Problem::SignsWithAnotherAccount`]; [`Problem::AccountOfAnotherContact`];
    /// [`Problem::SignedForAnother`]; [`Problem::AgreementExpired`]; how it ended otherwise.
    pub async fn sign_by_link(
        &self,
        token: &str,
        form: &SignForm,
        from: SignedFrom,
    ) -> Result<SignatoryId, Refusal> {
        self.portal.count_try(Subject::Signings(self.account().id)).await?;
        self.sign(Holding::Link(token), form, from).await
    }

    /// Signs as a contact that is linked to this account.
    ///
    /// # Errors
    /// The same; [`Problem::NotFound`] for somebody else's.
    pub async fn sign_own(&self, id: SignatoryId, form: &SignForm, from: SignedFrom) -> Result<(), Refusal> {
        self.sign(Holding::Own(id), form, from).await.map(|_| ())
    }

    /// Will not sign, for a reason that everybody is told: the agreement ends.
    ///
    /// # Errors
    /// A missing reason; who may sign may decline, and nobody else.
    pub async fn decline_by_link(
        &self,
        token: &str,
        form: &DeclineForm,
        from: SignedFrom,
    ) -> Result<SignatoryId, Refusal> {
        self.portal.count_try(Subject::Signings(self.account().id)).await?;
        self.decline_agreement(Holding::Link(token), form, from).await
    }

    /// The same, as a contact that is linked to this account.
    ///
    /// # Errors
    /// The same; [`Problem::NotFound`] for somebody else's.
    pub async fn decline_own(
        &self,
        id: SignatoryId,
        form: &DeclineForm,
        from: SignedFrom,
    ) -> Result<(), Refusal> {
        self.decline_agreement(Holding::Own(id), form, from).await.map(|_| ())
    }

    async fn sign(
        &self,
        holding: Holding<'_>,
        form: &SignForm,
        from: SignedFrom,
    ) -> Result<SignatoryId, Refusal> {
        let signing = form.parse()?;
        let (mut work, row, signatory) = self.begin_to_answer(holding).await?;
        let sha256 = work.read_document(&row, &signing).await?;
        let answered = self.answered(&work, SignatoryState::Signed, from).await?;
        let columns = agreement_signatory::ActiveModel {
            name_as_signed: Set(Some(signing.name.clone())),
            document_language: Set(Some(signing.language.code().to_owned())),
            document_sha256: Set(Some(sha256)),
            ..answered
        };
        work.answer(&row, &signatory, columns).await?;
        let all = work.all_have_signed(&row).await?;
        let step = if all { Step::SignLast } else { Step::Sign };
        work.step_on(&row, step, agreement::ActiveModel::default()).await?;
        if !all {
            work.invite_next(
                &row,
                if row.edition > 1 { letters::AGREEMENT_ANEW } else { letters::AGREEMENT_SIGN },
            )
            .await?;
        }
        work.tell_preparer(&row, Some(&signatory), letters::AGREEMENT_SIGNED_BY).await?;
        work.by = work.acting(&signatory).await?;
        let said = json!({ "hash": signing.sha256, "language": signing.language.code() });
        let id = SignatoryId(signatory.id);
        work.commit(event(Act::AgreementSigned, &row, Some(signatory.contact_id), said)).await?;
        self.portal.sealer.notify_one();
        Ok(id)
    }

    async fn decline_agreement(
        &self,
        holding: Holding<'_>,
        form: &DeclineForm,
        from: SignedFrom,
    ) -> Result<SignatoryId, Refusal> {
        let reason = form.parse()?;
        let (mut work, row, signatory) = self.begin_to_answer(holding).await?;
        let answered = self.answered(&work, SignatoryState::Declined, from).await?;
        let columns = agreement_signatory::ActiveModel { reason: Set(Some(reason.clone())), ..answered };
        work.answer(&row, &signatory, columns).await?;
        let ended = agreement::ActiveModel {
            ended_by: Set(Some(signatory.contact_id)),
            reason: Set(Some(reason.clone())),
            ..agreement::ActiveModel::default()
        };
        work.step_on(&row, Step::Decline, ended).await?;
        work.end_awaited(&row).await?;
        work.tell_signatories(&row, Some(signatory.id), letters::AGREEMENT_DECLINED).await?;
        work.tell_preparer(&row, Some(&signatory), letters::AGREEMENT_DECLINED).await?;
        work.by = work.acting(&signatory).await?;
        let id = SignatoryId(signatory.id);
        work.commit(event(
            Act::AgreementDeclined,
            &row,
            Some(signatory.contact_id),
            json!({ "reason": reason }),
        ))
        .await?;
        Ok(id)
    }

    /// Begins work for a signatory, everything asked once more under the lock.
    async fn begin_to_answer(&self, holding: Holding<'_>) -> Result<(Work, Row, Signatory), Refusal> {
        let found = self.held(&holding).await?;
        let work = self.portal.begin(OrganizationId(found.organization_id)).await?;
        let signatory = agreement_signatory::Entity::find_by_id(found.id).one(&work.db).await?;
        let signatory = signatory.ok_or(Problem::AgreementLinkUnknown)?;
        if let Holding::Link(token) = holding
            && signatory.token_hash != Some(platform::secrets::hash(token))
        {
            return Err(Problem::AgreementLinkUnknown.into());
        }
        let row = agreement::Entity::find_by_id(signatory.agreement_id).one(&work.db).await?;
        let row = row.ok_or(Problem::AgreementLinkUnknown)?;
        work.may_answer(&row, &signatory)?;
        work.answers_with(&row, &signatory, self.account().id).await?;
        Ok((work, row, signatory))
    }

    /// The columns of an answer: who, with which account and way in, from where, when.
    async fn answered(
        &self,
        work: &Work,
        state: SignatoryState,
        from: SignedFrom,
    ) -> Result<agreement_signatory::ActiveModel, Refusal> {
        let me = account::Entity::find_by_id(self.account().id.0).one(&work.db).await?;
        let me = me.filter(|me| me.disabled_at.is_none()).ok_or(Problem::SignInNeeded)?;
        let way = match from.login {
            Some(login) => Some((login.issuer, login.subject)),
            None => ways_of(me.id).one(&work.db).await?.map(|way| (way.issuer, way.subject)),
        };
        let (issuer, subject) = way.unzip();
        Ok(agreement_signatory::ActiveModel {
            state: Set(state.code().to_owned()),
            answered_at: Set(Some(work.now.0)),
            account_id: Set(Some(me.id)),
            issuer: Set(issuer),
            subject: Set(subject),
            account_email: Set(me.email.filter(|_| me.email_verified)),
            network_address: Set(from.address.map(|address| address.to_string())),
            ..agreement_signatory::ActiveModel::default()
        })
    }
}

impl Work {
    /// Whether a signatory may answer now, and why not.
    fn may_answer(&self, row: &Row, signatory: &Signatory) -> Result<(), Refusal> {
        if self.organization.state != "open" {
            return Err(Problem::OrganizationNotOpen.into());
        }
        if signatory.edition == row.edition && signatory_state(signatory) == SignatoryState::Signed {
            return Err(Problem::AgreementSignedAlready.into());
        }
        match state_at(row, self.now) {
            AgreementState::Out if signatory.edition == row.edition => {}
            AgreementState::Expired => return Err(Problem::AgreementExpired.into()),
            _ => return Err(Problem::AgreementPassed.into()),
        }
        match signatory_state(signatory) {
            SignatoryState::Invited => Ok(()),
            SignatoryState::Waiting => Err(Problem::NotYourTurn.into()),
            _ => Err(Problem::AgreementPassed.into()),
        }
    }

    /// Whether that account may answer for that signatory (I7).
    async fn answers_with(
        &self,
        row: &Row,
        signatory: &Signatory,
        account: AccountId,
    ) -> Result<(), Refusal> {
        let person = contact::Entity::find_by_id(signatory.contact_id).one(&self.db).await?;
        let person = person.ok_or(Problem::NotFound)?;
        if !person.active {
            return Err(Problem::SignatoryInactive { name: spoken(&person) }.into());
        }
        if person.account_id.is_some_and(|linked| linked != account.0) {
            return Err(Problem::SignsWithAnotherAccount.into());
        }
        let colleague = contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(person.organization_id))
            .filter(contact::Column::AccountId.eq(account.0))
            .filter(contact::Column::Id.ne(person.id))
            .count(&self.db)
            .await?;
        if colleague > 0 {
            return Err(Problem::AccountOfAnotherContact.into());
        }
        let signatories = signatories_of(&self.db, row.id, row.edition).await?;
        if signatories.iter().any(|other| other.id != signatory.id && other.account_id == Some(account.0)) {
            return Err(Problem::SignedForAnother.into());
        }
        Ok(())
    }

    /// The hash of what is there in the language that was read, when that is what was read (S3).
    async fn read_document(&self, row: &Row, signing: &Signing) -> Result<Vec<u8>, Refusal> {
        let documents = documents_of(&self.db, row.id, row.edition).await?;
        let read = documents.into_iter().find(|document| {
            language_of(&document.language) == signing.language
                && hexadecimal(&document.sha256) == signing.sha256
        });
        Ok(read.ok_or(Problem::DocumentChanged)?.sha256)
    }

    async fn all_have_signed(&self, row: &Row) -> Result<bool, Refusal> {
        let signatories = signatories_of(&self.db, row.id, row.edition).await?;
        let mut count = signatories.iter().filter(|row| signatory_state(row) != SignatoryState::Replaced);
        Ok(count.all(|row| signatory_state(row) == SignatoryState::Signed))
    }

    /// Who acts from here on: the contact; one of the operator's as Support.
    async fn acting(&self, signatory: &Signatory) -> Result<By, Refusal> {
        let person = contact::Entity::find_by_id(signatory.contact_id).one(&self.db).await?;
        let here = person.is_some_and(|person| person.organization_id == self.organization.id);
        let id = ContactId(signatory.contact_id);
        Ok(if here { By::Contact(id) } else { By::Support(id) })
    }
}
