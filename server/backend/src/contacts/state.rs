//! Leaving and coming back (C7, C8), and the last administrator (C10).

use super::grants::Ends;
use super::people::{active_in, holders, holding};
use super::spoken;
use crate::access::{active_profiles, has_account};
use crate::activity::Event;
use crate::entity::{contact, grant, invitation, session};
use crate::letters;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::catalogue::Grantable;
use domain::grants::GrantsForm;
use domain::{Act, Actor, ContactId, OrganizationId, Problem};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _,
};
use serde_json::json;
use uuid::Uuid;

/// How many administrators an organization has, one contact perhaps left out: active, linked to an account that is
/// not disabled, the profile working; and when asked for, without an end (P7).
pub(super) async fn administrators(
    portal: &Portal,
    db: &impl ConnectionTrait,
    (organization, but): (Uuid, Option<Uuid>),
    lasting: bool,
) -> Result<u64, DbErr> {
    let mut holders = holders(organization, portal.catalogue.administrator_keys(), portal.now().0);
    if lasting {
        holders.and_where(grant::Column::EndsAt.is_null());
    }
    let mut count =
        active_in(organization).filter(has_account()).filter(contact::Column::Id.in_subquery(holders));
    if let Some(but) = but {
        count = count.filter(contact::Column::Id.ne(but));
    }
    count.count(db).await
}

/// Whether an organization that has an administrator would have none without this contact, or none that lasts
/// (C10).
pub(crate) async fn last_administrator(
    portal: &Portal,
    db: &impl ConnectionTrait,
    row: &contact::Model,
) -> Result<bool, DbErr> {
    for lasting in [false, true] {
        let others = administrators(portal, db, (row.organization_id, Some(row.id)), lasting).await?;
        if others == 0 && administrators(portal, db, (row.organization_id, None), lasting).await? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the account of this contact is an active contact of another organization.
pub(crate) async fn active_elsewhere(db: &impl ConnectionTrait, row: &contact::Model) -> Result<bool, DbErr> {
    let Some(account) = row.account_id else { return Ok(false) };
    let elsewhere = contact::Entity::find()
        .filter(contact::Column::AccountId.eq(account))
        .filter(contact::Column::Active.eq(true))
        .filter(contact::Column::Id.ne(row.id));
    Ok(elsewhere.count(db).await? > 0)
}

impl Work {
    /// Deactivates a contact (C7): profiles suspended, sessions ended, invitations to it withdrawn, those it sent
    /// handed to an administrator who may grant them.
    pub(crate) async fn deactivate(&self, row: &contact::Model) -> Result<(), Refusal> {
        if row.is_primary {
            return Err(Problem::PrimaryStays.into());
        }
        let administrators = self.administrators().await?;
        self.set_active(row, false).await?;
        self.move_grants(row.id, "active", "suspended", None).await?;
        self.withdraw_invitations_to(row, "contact deactivated").await?;
        self.hand_over_invitations_by(row).await?;
        self.end_sessions_without_organization(row).await?;
        self.represents_no_more(row).await?;
        self.keeps_administrator(administrators).await
    }

    /// Brings a contact back (C8): only the profiles ticked, and only those the actor may grant; those beyond
    /// reach stay suspended, the others within reach are revoked.
    pub(crate) async fn reactivate(
        &self,
        row: &contact::Model,
        (form, ends): (&GrantsForm, &Ends),
        actor: &Actor,
    ) -> Result<(), Refusal> {
        self.set_active(row, true).await?;
        for profile in self.suspended_within_reach(row, actor).await? {
            if !form.ticked.contains(&profile) {
                self.move_grants(row.id, "suspended", "revoked", Some(&profile)).await?;
            }
        }
        self.regrant(row, (form, ends), actor).await
    }

    async fn suspended_within_reach(
        &self,
        row: &contact::Model,
        actor: &Actor,
    ) -> Result<Vec<String>, DbErr> {
        let suspended = grant::Entity::find()
            .filter(grant::Column::ContactId.eq(row.id))
            .filter(grant::Column::State.eq("suspended"))
            .order_by_asc(grant::Column::Profile)
            .all(&self.db)
            .await?;
        let keys = suspended.into_iter().map(|grant| grant.profile);
        Ok(keys.filter(|key| self.within_reach(key, &actor.profiles)).collect())
    }

    pub(super) fn within_reach(&self, profile: &str, held: &[String]) -> bool {
        let catalogue = &self.portal.catalogue;
        catalogue
            .find(profile)
            .is_some_and(|(_, profile)| catalogue.grantable(profile, held) == Grantable::Yes)
    }

    async fn set_active(&self, row: &contact::Model, active: bool) -> Result<(), Refusal> {
        contact::Entity::update_many()
            .set(contact::ActiveModel { active: Set(active), ..contact::ActiveModel::default() })
            .filter(contact::Column::Id.eq(row.id))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    pub(super) async fn move_grants(
        &self,
        contact: Uuid,
        from: &str,
        to: &str,
        profile: Option<&str>,
    ) -> Result<(), Refusal> {
        let mut update = grant::Entity::update_many()
            .set(grant::ActiveModel {
                state: Set(to.to_owned()),
                changed_at: Set(self.now.0),
                ..grant::ActiveModel::default()
            })
            .filter(grant::Column::ContactId.eq(contact))
            .filter(grant::Column::State.eq(from));
        if let Some(profile) = profile {
            update = update.filter(grant::Column::Profile.eq(profile));
        }
        update.exec(&self.db).await?;
        Ok(())
    }

    pub(crate) async fn withdraw_invitations_to(
        &self,
        row: &contact::Model,
        why: &'static str,
    ) -> Result<(), Refusal> {
        for sent in self.pending(invitation::Column::ContactId.eq(row.id)).await? {
            self.end_invitation(&sent, "withdrawn").await?;
            let why = json!({ "invitation": sent.id, "why": why });
            self.note(Event::of(Act::InvitationWithdrawn, ContactId(row.id)).with(why)).await?;
            if sent.expires_at > self.now.0 {
                self.tell_inviter(&sent, letters::WITHDRAWN).await?;
            }
        }
        Ok(())
    }

    /// C7: what somebody who left had sent, and still works, passes to a colleague who may grant all of it; else
    /// it is withdrawn, and the invited person is told. Support's invitations stand in other organizations.
    pub(super) async fn hand_over_invitations_by(&self, row: &contact::Model) -> Result<(), Refusal> {
        let working =
            invitation::Column::IssuedBy.eq(row.id).and(invitation::Column::ExpiresAt.gt(self.now.0));
        for sent in self.pending(working).await? {
            match self.heir(&sent, row).await? {
                Some(heir) => self.hand_over(&sent, &heir).await?,
                None => self.withdraw_orphan(&sent).await?,
            }
        }
        Ok(())
    }

    /// The heir answers for the invitation, but did not write its message.
    async fn hand_over(&self, sent: &invitation::Model, heir: &contact::Model) -> Result<(), Refusal> {
        invitation::Entity::update_many()
            .set(invitation::ActiveModel {
                issued_by: Set(Some(heir.id)),
                message: Set(None),
                ..invitation::ActiveModel::default()
            })
            .filter(invitation::Column::Id.eq(sent.id))
            .exec(&self.db)
            .await?;
        let to = json!({ "invitation": sent.id, "to": spoken(heir) });
        let event = Event::of(Act::InvitationHandedOver, ContactId(sent.contact_id)).with(to);
        self.note_in(OrganizationId(sent.organization_id), event).await?;
        self.post(Post {
            kind: letters::HANDED_OVER,
            to: &heir.email,
            language: super::language(heir),
            about: Some(sent.id),
            payload: json!({ "invitation": sent.id, "inviter": heir.id }),
        })
        .await
    }

    async fn withdraw_orphan(&self, sent: &invitation::Model) -> Result<(), Refusal> {
        match self.end_invitation(sent, "withdrawn").await {
            // It ended meanwhile, in an organization that is not locked here.
            Err(Refusal::Refused(_)) => return Ok(()),
            ended => ended?,
        }
        let why = json!({ "invitation": sent.id, "why": "nobody left to grant it" });
        let event = Event::of(Act::InvitationWithdrawn, ContactId(sent.contact_id)).with(why);
        self.note_in(OrganizationId(sent.organization_id), event).await?;
        self.tell_invitee(sent, letters::NO_LONGER).await
    }

    /// A colleague of somebody who leaves, whose profiles may grant all that an invitation proposes: the primary
    /// contact first.
    async fn heir(
        &self,
        sent: &invitation::Model,
        leaving: &contact::Model,
    ) -> Result<Option<contact::Model>, Refusal> {
        let profiles = self.proposed(sent.id).await?;
        let catalogue = &self.portal.catalogue;
        let Some((_, first)) = profiles.first().and_then(|key| catalogue.find(key)) else { return Ok(None) };
        let granters = first.granted_by.iter().cloned();
        let candidates = holding(leaving.organization_id, granters, self.now.0)
            .filter(contact::Column::Id.ne(leaving.id))
            .order_by_desc(contact::Column::IsPrimary)
            .order_by_asc(contact::Column::SortKey)
            .all(&self.db)
            .await?;
        for candidate in candidates {
            let mut held = active_profiles(&self.db, candidate.id, self.now.0).await?;
            if sent.issued_by_support {
                held = catalogue.of_operator(&held);
            }
            let answers = |key: &String| {
                catalogue.find(key).is_some_and(|(_, profile)| catalogue.may_take(profile, &held))
            };
            if profiles.iter().all(answers) {
                return Ok(Some(candidate));
            }
        }
        Ok(None)
    }

    async fn pending(&self, which: Expr) -> Result<Vec<invitation::Model>, DbErr> {
        invitation::Entity::find()
            .filter(which)
            .filter(invitation::Column::State.eq("pending"))
            .order_by_asc(invitation::Column::Id)
            .all(&self.db)
            .await
    }

    /// An account that is nobody's active contact any more is signed out everywhere (C7).
    pub(crate) async fn end_sessions_without_organization(
        &self,
        row: &contact::Model,
    ) -> Result<(), Refusal> {
        let Some(account) = row.account_id else { return Ok(()) };
        if !active_elsewhere(&self.db, row).await? {
            session::Entity::delete_many()
                .filter(session::Column::AccountId.eq(account))
                .exec(&self.db)
                .await?;
        }
        Ok(())
    }
}
