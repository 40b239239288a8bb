//! Invitations: a contact is asked by e-mail to link an account (rules I).
//!
//! The policy: at most one invitation is pending per contact, and none to an inactive one (I9). What may be
//! proposed is what the inviter may grant, asked when it is issued, when it is resent and when it is accepted
//! (P3). An invitation is accepted by the one update that also asks the clock, so that of a hundred acceptances
//! one wins; an ended one never changes. Looking at a link changes nothing (I8). Only the token's hash is kept.

mod issue;
mod landing;
mod minding;

pub use issue::Sent;
pub(crate) use issue::shown;

use crate::access::eligible;
use crate::contacts;
use crate::entity::{contact, invitation, invitation_profile};
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::invitations::{By, Invitation, InvitationState};
use domain::{
    AccountId, ContactId, Email, Field, FieldProblems, Instant, InvitationId, Language, OrganizationId,
    Problem,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::json;
use uuid::Uuid;

/// An invitation as it was kept.
pub(crate) fn read(row: &invitation::Model, profiles: Vec<String>) -> Invitation {
    let by = row.issued_by.map(ContactId);
    Invitation {
        id: InvitationId(row.id),
        organization: OrganizationId(row.organization_id),
        contact: ContactId(row.contact_id),
        email: Email::known(row.email.clone()),
        language: row.language.as_deref().and_then(Language::from_code),
        message: row.message.clone(),
        profiles,
        issued_by: by.map_or(By::System, if row.issued_by_support { By::Support } else { By::Contact }),
        issued_at: Instant(row.issued_at),
        expires_at: Instant(row.expires_at),
        state: InvitationState::from_code(&row.state).unwrap_or(InvitationState::Withdrawn),
        ended_at: row.ended_at.map(Instant),
        accepted_by: row.accepted_by.map(AccountId),
    }
}

/// The profiles that an invitation proposes.
pub(crate) async fn proposed(db: &impl ConnectionTrait, id: Uuid) -> Result<Vec<String>, DbErr> {
    let rows = invitation_profile::Entity::find()
        .filter(invitation_profile::Column::InvitationId.eq(id))
        .order_by_asc(invitation_profile::Column::Profile)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.profile).collect())
}

impl Work {
    pub(crate) async fn proposed(&self, id: Uuid) -> Result<Vec<String>, DbErr> {
        proposed(&self.db, id).await
    }

    /// Keeps a new invitation and posts its letter; with a handover, it is accepted with that code only (R6).
    pub(crate) async fn keep_invitation(
        &self,
        new: &Invitation,
        handover: Option<Uuid>,
    ) -> Result<(), Refusal> {
        self.proven()?;
        let token = self.portal.invitation_token(new.id);
        let row = invitation::ActiveModel {
            id: Set(new.id.0),
            organization_id: Set(new.organization.0),
            contact_id: Set(new.contact.0),
            email: Set(new.email.to_string()),
            language: Set(new.language.map(|language| language.code().to_owned())),
            message: Set(new.message.clone()),
            token_hash: Set(platform::secrets::hash(&token)),
            state: Set(new.state.code().to_owned()),
            issued_by: Set(new.issued_by.contact().map(|id| id.0)),
            issued_by_support: Set(matches!(new.issued_by, By::Support(_))),
            issued_at: Set(new.issued_at.0),
            expires_at: Set(new.expires_at.0),
            ended_at: Set(None),
            accepted_by: Set(None),
            reminded_at: Set(None),
            expiry_told_at: Set(None),
            asked_again_at: Set(None),
            imported: Set(self.imported),
            handover_id: Set(handover),
        };
        invitation::Entity::insert(row).exec_without_returning(&self.db).await?;
        let profiles = new.profiles.iter().map(|profile| invitation_profile::ActiveModel {
            invitation_id: Set(new.id.0),
            profile: Set(profile.clone()),
        });
        invitation_profile::Entity::insert_many(profiles).exec_without_returning(&self.db).await?;
        self.post(Post {
            kind: crate::letters::INVITE,
            to: new.email.as_str(),
            language: new.language,
            about: Some(new.id.0),
            payload: json!({ "invitation": new.id }),
        })
        .await
    }

    /// Ends an invitation that is pending, and the request that it came from (R6); whoever came first wins, and this
    /// says so.
    ///
    /// # Errors
    /// How it ended meanwhile.
    pub(crate) async fn end_invitation(&self, row: &invitation::Model, state: &str) -> Result<(), Refusal> {
        self.end_pending(row, state, None).await?;
        match row.handover_id {
            Some(handover) => self.turned_down(handover).await,
            None => Ok(()),
        }
    }

    /// The very update that decides: pending still, and for an acceptance not expired.
    pub(crate) async fn end_pending(
        &self,
        row: &invitation::Model,
        state: &str,
        accepted_by: Option<AccountId>,
    ) -> Result<(), Refusal> {
        let mut update = invitation::Entity::update_many()
            .set(invitation::ActiveModel {
                state: Set(state.to_owned()),
                ended_at: Set(Some(self.now.0)),
                accepted_by: Set(accepted_by.map(|id| id.0)),
                ..invitation::ActiveModel::default()
            })
            .filter(invitation::Column::Id.eq(row.id))
            .filter(invitation::Column::State.eq("pending"));
        if accepted_by.is_some() {
            update = update.filter(invitation::Column::ExpiresAt.gt(self.now.0));
        }
        if update.exec(&self.db).await?.rows_affected == 1 {
            return Ok(());
        }
        let row =
            invitation::Entity::find_by_id(row.id).one(&self.db).await?.ok_or(Problem::InvitationUnknown)?;
        read(&row, Vec::new()).open_at(self.now)?;
        Err(Problem::InvitationUsed.into())
    }

    /// Whatever was pending for a contact makes room for the next.
    pub(crate) async fn supersede_pending(&self, contact: ContactId) -> Result<(), Refusal> {
        invitation::Entity::update_many()
            .set(invitation::ActiveModel {
                state: Set("superseded".to_owned()),
                ended_at: Set(Some(self.now.0)),
                ..invitation::ActiveModel::default()
            })
            .filter(invitation::Column::ContactId.eq(contact.0))
            .filter(invitation::Column::State.eq("pending"))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// Tells who sent an invitation what became of it (I10); somebody who left is not told.
    pub(crate) async fn tell_inviter(
        &self,
        row: &invitation::Model,
        kind: &'static str,
    ) -> Result<(), Refusal> {
        let Some(inviter) = self.inviter(row).await?.filter(|inviter| inviter.active) else { return Ok(()) };
        self.post(Post {
            kind,
            to: &inviter.email,
            language: contacts::language(&inviter),
            about: Some(row.id),
            payload: json!({ "invitation": row.id, "inviter": inviter.id }),
        })
        .await
    }

    /// Tells the invited person, at the address that was invited.
    pub(crate) async fn tell_invitee(
        &self,
        row: &invitation::Model,
        kind: &'static str,
    ) -> Result<(), Refusal> {
        self.post(Post {
            kind,
            to: &row.email,
            language: row.language.as_deref().and_then(Language::from_code),
            about: Some(row.id),
            payload: json!({ "invitation": row.id }),
        })
        .await
    }

    async fn inviter(&self, row: &invitation::Model) -> Result<Option<contact::Model>, DbErr> {
        match row.issued_by {
            Some(id) => contact::Entity::find_by_id(id).one(&self.db).await,
            None => Ok(None),
        }
    }

    /// Whether these profiles may be granted by that granter to somebody who holds `already` (P2, P3).
    pub(crate) async fn decide(
        &self,
        wanted: &[String],
        already: &[String],
        granter: &[String],
    ) -> Result<(), Refusal> {
        let eligible = eligible(&self.db, &self.organization).await?;
        Ok(self.portal.catalogue.decide(wanted, already, granter, &eligible)?)
    }

    /// The same for a form: what refuses stands beside its profiles.
    pub(crate) async fn decide_in_form(
        &self,
        wanted: &[String],
        already: &[String],
        granter: &[String],
    ) -> Result<(), Refusal> {
        self.decide(wanted, already, granter).await.map_err(|refusal| match refusal {
            Refusal::Refused(problem) => FieldProblems::one(Field::Profiles, problem).into(),
            other => other,
        })
    }
}
