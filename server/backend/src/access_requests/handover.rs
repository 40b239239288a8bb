//! The second half of an invitation (R6): a code that somebody else holds and hands over. It derives from the
//! handover and the number of its issue, so that no table holds it; a new issue kills the one before. So many wrong
//! codes, and a new one is needed: each try is counted before it is made.

use super::representatives::representative;
use super::send::LETTERS;
use super::{event, state_of};
use crate::access::{Permit, SignedIn};
use crate::activity::Event;
use crate::contacts::people::names;
use crate::entity::{access_request, contact, handover, invitation};
use crate::letters;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::access_requests::{CodeWaiting, Part, Passage, RequestState};
use domain::permissions::{KeepOrganizations, SeeOrganization};
use domain::{
    AccessRequestId, Act, ContactId, Email, Field, FieldProblems, HandoverId, Instant, OrganizationId,
    Problem,
};
use platform::secrets;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;
use uuid::Uuid;

/// Wrong codes that may be typed before a new one is needed.
pub(crate) const TRIES: i32 = 5;

/// Who holds a code.
pub(crate) struct Holder<'a> {
    pub contact: Option<Uuid>,
    pub name: &'a str,
    pub email: &'a str,
    pub language: Option<domain::Language>,
}

/// A code as it is compared: case does not count, nor what stands between the letters, nor letters taken for digits.
fn compared(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase());
    letters
        .map(|letter| match letter {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

impl Portal {
    /// The code of a handover, for its letter and for its holder's page: `7K3M-9QPT-AB`.
    pub(crate) fn handover_code(&self, id: Uuid, issue: i32) -> String {
        let thing = [id.as_bytes().as_slice(), &issue.to_be_bytes()].concat();
        let bytes = self.platform.secrets.derive("handover", &thing);
        let letters: Vec<char> =
            bytes.iter().take(12).map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        letters.chunks(4).map(|some| some.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    }

    /// Counts a try, then compares. Gives the issue that was typed rightly.
    async fn right_code(&self, id: Uuid, typed: &str) -> Result<i32, Refusal> {
        if typed.trim().is_empty() {
            return Err(FieldProblems::one(Field::Code, Problem::CodeNeeded).into());
        }
        let db = self.write()?;
        let counted = handover::Entity::update_many()
            .col_expr(handover::Column::Tries, Expr::col(handover::Column::Tries).add(1))
            .filter(handover::Column::Id.eq(id))
            .filter(handover::Column::Tries.lt(TRIES))
            .filter(handover::Column::UsedAt.is_null())
            .exec(db)
            .await?;
        if counted.rows_affected == 0 {
            return Err(FieldProblems::one(Field::Code, Problem::CodeSpent).into());
        }
        let row = handover::Entity::find_by_id(id).one(db).await?.ok_or(Problem::CodeSpent)?;
        let right = compared(&self.handover_code(row.id, row.issue));
        if !secrets::same(&compared(typed), &right) {
            let left = u8::try_from(TRIES - row.tries).unwrap_or_default();
            let problem = if left == 0 { Problem::CodeSpent } else { Problem::WrongCode { left } };
            return Err(FieldProblems::one(Field::Code, problem).into());
        }
        // Whoever has the code is no guesser.
        handover::Entity::update_many()
            .col_expr(handover::Column::Tries, Expr::value(0))
            .filter(handover::Column::Id.eq(id))
            .filter(handover::Column::Issue.eq(row.issue))
            .exec(db)
            .await?;
        Ok(row.issue)
    }
}

impl SignedIn {
    /// Activates an access that was asked for: the link of the user's mailbox and the code of the other one, together
    /// (R6).
    ///
    /// # Errors
    /// [`Problem::CodeNeeded`], [`Problem::WrongCode`], [`Problem::CodeSpent`]; what [`SignedIn::accept`] refuses.
    pub async fn activate(&self, token: &str, code: &str) -> Result<OrganizationId, Refusal> {
        let found = self.portal.invitation_by_token(self.portal.platform.store.read(), token).await?;
        let found = found.ok_or(Problem::InvitationUnknown)?;
        // A link that no longer works costs no try, and tells nothing of the code.
        crate::invitations::read(&found, Vec::new()).open_at(self.portal.now())?;
        let Some(handover) = found.handover_id else { return self.accept(token).await };
        let issue = self.portal.right_code(handover, code).await?;
        self.take(token, Some((handover, issue))).await
    }
}

impl Work {
    /// The handover of an invitation that is accepted now, with the code that was compared before.
    ///
    /// # Errors
    /// [`Problem::CodeNeeded`] without it, or when another was issued meanwhile.
    pub(crate) async fn use_code(
        &self,
        row: &invitation::Model,
        known: Option<(Uuid, i32)>,
    ) -> Result<Option<handover::Model>, Refusal> {
        let Some(id) = row.handover_id else { return Ok(None) };
        let (known, issue) = known.filter(|(known, _)| *known == id).ok_or(Problem::CodeNeeded)?;
        let done = handover::Entity::update_many()
            .col_expr(handover::Column::UsedAt, Expr::value(self.now.0))
            .filter(handover::Column::Id.eq(known))
            .filter(handover::Column::Issue.eq(issue))
            .filter(handover::Column::UsedAt.is_null())
            .exec(&self.db)
            .await?;
        if done.rows_affected != 1 {
            return Err(Problem::CodeNeeded.into());
        }
        Ok(handover::Entity::find_by_id(id).one(&self.db).await?)
    }

    /// The requests behind an invitation that was accepted are done; who handed the code over is told.
    pub(crate) async fn activated(&self, handover: &handover::Model) -> Result<(), Refusal> {
        for row in self.approved_with(handover.id).await? {
            self.pass(&row, Passage::Activate, access_request::ActiveModel::default()).await?;
            self.step(&row, "activated", None, None).await?;
            self.post(Post {
                kind: letters::REQUEST_ACTIVATED,
                to: &handover.holder_email,
                language: super::in_language(handover.holder_language.as_deref()),
                about: Some(row.id),
                payload: json!({ "request": row.id }),
            })
            .await?;
            let line = event(Act::RequestActivated, &row, json!({}));
            self.note_in(OrganizationId(row.organization_id), line).await?;
        }
        Ok(())
    }

    /// The requests behind an invitation that was declined or withdrawn end, and so does its code; who holds it is told
    /// that nobody will come for it.
    pub(crate) async fn turned_down(&self, handover: Uuid) -> Result<(), Refusal> {
        handover::Entity::update_many()
            .col_expr(handover::Column::UsedAt, Expr::value(self.now.0))
            .filter(handover::Column::Id.eq(handover))
            .filter(handover::Column::UsedAt.is_null())
            .exec(&self.db)
            .await?;
        for row in self.approved_with(handover).await? {
            self.pass(&row, Passage::TurnDown, access_request::ActiveModel::default()).await?;
            self.step(&row, "withdrawn", None, None).await?;
            self.tell_part(&row, Part::Authorizer, letters::REQUEST_WITHDRAWN).await?;
            let line = event(Act::RequestWithdrawn, &row, json!({}));
            self.note_in(OrganizationId(row.organization_id), line).await?;
        }
        Ok(())
    }

    async fn approved_with(&self, handover: Uuid) -> Result<Vec<super::Row>, DbErr> {
        access_request::Entity::find()
            .filter(access_request::Column::HandoverId.eq(handover))
            .filter(access_request::Column::State.eq(RequestState::Approved.code()))
            .order_by_asc(access_request::Column::Id)
            .all(&self.db)
            .await
    }

    /// An invitation of that person that waits for a code of that holder, and the code's handover: a second approval
    /// goes into it, so that one link and one code open all that was approved.
    pub(crate) async fn waiting_for_code(
        &self,
        contact: Uuid,
        holder: &Holder<'_>,
    ) -> Result<Option<(invitation::Model, Uuid)>, DbErr> {
        let pending = invitation::Entity::find()
            .filter(invitation::Column::ContactId.eq(contact))
            .filter(invitation::Column::State.eq("pending"))
            .one(&self.db)
            .await?;
        let Some((sent, id)) = pending.and_then(|sent| sent.handover_id.map(|id| (sent, id))) else {
            return Ok(None);
        };
        let kept = handover::Entity::find_by_id(id).one(&self.db).await?;
        let same = kept.is_some_and(|kept| kept.holder_email.eq_ignore_ascii_case(holder.email));
        Ok(same.then_some((sent, id)))
    }

    /// Makes the second half of an invitation, and mails its code to the holder.
    pub(crate) async fn make_handover(&self, contact: Uuid, holder: &Holder<'_>) -> Result<Uuid, Refusal> {
        let id = self.new_id();
        let row = handover::ActiveModel {
            id: Set(id),
            organization_id: Set(self.organization.id),
            contact_id: Set(contact),
            holder_id: Set(holder.contact),
            holder_name: Set(holder.name.to_owned()),
            holder_email: Set(holder.email.to_owned()),
            holder_language: Set(holder.language.map(|language| language.code().to_owned())),
            issue: Set(1),
            tries: Set(0),
            made_at: Set(self.now.0),
            issued_at: Set(self.now.0),
            used_at: Set(None),
        };
        handover::Entity::insert(row).exec_without_returning(&self.db).await?;
        Ok(id)
    }

    pub(crate) async fn mail_code(&self, id: Uuid) -> Result<(), Refusal> {
        let row = handover::Entity::find_by_id(id).one(&self.db).await?.ok_or(Problem::NotFound)?;
        self.post(Post {
            kind: letters::CODE,
            to: &row.holder_email,
            language: super::in_language(row.holder_language.as_deref()),
            about: Some(row.id),
            payload: json!({ "handover": row.id, "issue": row.issue }),
        })
        .await
    }
}

/// Another code takes the place of the one before, and is mailed to its holder.
pub(super) async fn renew(work: &Work, id: Uuid) -> Result<(), Refusal> {
    let done = handover::Entity::update_many()
        .col_expr(handover::Column::Issue, Expr::col(handover::Column::Issue).add(1))
        .col_expr(handover::Column::Tries, Expr::value(0))
        .col_expr(handover::Column::IssuedAt, Expr::value(work.now.0))
        .filter(handover::Column::Id.eq(id))
        .filter(handover::Column::UsedAt.is_null())
        .exec(&work.db)
        .await?;
    if done.rows_affected != 1 {
        return Err(Problem::RequestPassed.into());
    }
    work.mail_code(id).await
}

impl Permit<KeepOrganizations> {
    /// Support issues another code for an approved request; it goes to who holds it, never to the user (R6).
    ///
    /// # Errors
    /// [`Problem::NotFound`]; [`Problem::RequestPassed`] unless it waits for the code.
    pub async fn renew_code(&self, id: AccessRequestId) -> Result<(), Refusal> {
        let (work, _) = self.begin_on_requests().await?;
        let row = work.kept_request(id).await?;
        let handover = row.handover_id.filter(|_| state_of(&row) == RequestState::Approved);
        renew(&work, handover.ok_or(Problem::RequestPassed)?).await?;
        work.step(&row, "code_renewed", None, None).await?;
        work.commit(event(Act::CodeRenewed, &row, json!({}))).await
    }
}

impl Permit<SeeOrganization> {
    /// R7: the people who wait for a code that this designated representative holds.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for who is no designated representative here.
    pub async fn codes_waiting(&self) -> Result<Vec<CodeWaiting>, Refusal> {
        self.represents().await?;
        let db = self.portal.platform.store.read();
        let rows = handover::Entity::find()
            .filter(handover::Column::OrganizationId.eq(self.organization.id))
            .filter(handover::Column::HolderId.eq(self.actor.contact.0))
            .filter(handover::Column::UsedAt.is_null())
            .order_by_asc(handover::Column::MadeAt)
            .all(db)
            .await?;
        let people = names(db, rows.iter().map(|row| row.contact_id)).await?;
        let pending = invitation::Entity::find()
            .filter(invitation::Column::HandoverId.is_in(rows.iter().map(|row| row.id)))
            .filter(invitation::Column::State.eq("pending"))
            .all(db)
            .await?;
        let calendar = &self.portal.platform.calendar;
        let emails = contact::Entity::find()
            .filter(contact::Column::Id.is_in(rows.iter().map(|row| row.contact_id)))
            .all(db)
            .await?;
        let line = |row: handover::Model| {
            let works = pending.iter().find(|invitation| invitation.handover_id == Some(row.id));
            let works = works.filter(|invitation| invitation.expires_at > self.portal.now().0);
            let email = emails.iter().find(|person| person.id == row.contact_id);
            CodeWaiting {
                id: HandoverId(row.id),
                name: people.get(&row.contact_id).cloned().unwrap_or_default(),
                email: Email::known(email.map(|person| person.email.clone()).unwrap_or_default()),
                since: calendar.date(Instant(row.made_at)),
                until: works.map(|invitation| calendar.last_day_before(Instant(invitation.expires_at))),
                tries_left: u8::try_from(TRIES - row.tries).unwrap_or_default(),
            }
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// R7: the code to hand over, for its holder alone.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a code of somebody else, and once it is used.
    pub async fn code_to_hand_over(&self, id: HandoverId) -> Result<String, Refusal> {
        self.represents().await?;
        if self.portal.looks_only {
            return Err(Problem::Viewing.into());
        }
        let row = handover::Entity::find_by_id(id.0)
            .filter(handover::Column::OrganizationId.eq(self.organization.id))
            .filter(handover::Column::HolderId.eq(self.actor.contact.0))
            .filter(handover::Column::UsedAt.is_null())
            .one(self.portal.platform.store.read())
            .await?
            .ok_or(Problem::NotFound)?;
        Ok(self.portal.handover_code(row.id, row.issue))
    }

    /// R7: another code takes the place of the one before.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a code of somebody else.
    pub async fn renew_code_held(&self, id: HandoverId) -> Result<(), Refusal> {
        let (work, actor) = self.begin().await?;
        let mine = handover::Entity::find_by_id(id.0)
            .filter(handover::Column::OrganizationId.eq(self.organization.id))
            .filter(handover::Column::HolderId.eq(actor.contact.0))
            .one(&work.db)
            .await?
            .ok_or(Problem::NotFound)?;
        representative(&work.db, actor.contact).await?.ok_or(Problem::NotFound)?;
        renew(&work, mine.id).await?;
        work.commit(Event::of(Act::CodeRenewed, ContactId(mine.contact_id))).await
    }

    /// R7: how many people wait for a code of whoever looks; nothing for who is no designated representative here.
    pub(crate) async fn codes_held(&self) -> Result<Option<u64>, Refusal> {
        if !self.is_representative().await? {
            return Ok(None);
        }
        let held = handover::Entity::find()
            .filter(handover::Column::OrganizationId.eq(self.organization.id))
            .filter(handover::Column::HolderId.eq(self.actor.contact.0))
            .filter(handover::Column::UsedAt.is_null());
        Ok(Some(held.count(self.portal.platform.store.read()).await?))
    }

    async fn represents(&self) -> Result<(), Refusal> {
        if self.is_representative().await? { Ok(()) } else { Err(Problem::NotFound.into()) }
    }

    async fn is_representative(&self) -> Result<bool, Refusal> {
        let found = representative(self.portal.platform.store.read(), self.actor.contact).await?;
        Ok(found.is_some_and(|row| row.organization_id == self.organization.id) && !self.actor.support)
    }
}

#[cfg(test)]
mod tests {
    use super::compared;

    #[test]
    fn r6_a_code_is_read_as_it_is_told_on_the_telephone() {
        assert_eq!(compared(" 7k3m 9qpo-ilab "), "7K3M9QP011AB");
    }
}
