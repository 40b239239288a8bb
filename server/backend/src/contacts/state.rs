//! Leaving and coming back (C7, C8), and the last administrator (C10).

use super::spoken;
use crate::access::{active_profiles, working};
use crate::activity::Event;
use crate::entity::{contact, grant, invitation, session};
use crate::letters;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::catalogue::Grantable;
use domain::{Actor, ContactId, Problem};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _,
};
use serde_json::json;
use uuid::Uuid;

/// How many administrators an organization has, one contact left out: active, linked, the profile working.
pub(crate) async fn administrators(
    portal: &Portal,
    db: &impl ConnectionTrait,
    organization: Uuid,
    but: Option<Uuid>,
) -> Result<u64, DbErr> {
    let holders = sea_orm::sea_query::Query::select()
        .column(grant::Column::ContactId)
        .from(grant::Entity)
        .cond_where(working(portal.now().0))
        .and_where(grant::Column::OrganizationId.eq(organization))
        .and_where(grant::Column::Profile.is_in(portal.catalogue.administrator_keys()))
        .to_owned();
    let mut count = contact::Entity::find()
        .filter(contact::Column::OrganizationId.eq(organization))
        .filter(contact::Column::Active.eq(true))
        .filter(contact::Column::AccountId.is_not_null())
        .filter(contact::Column::Id.in_subquery(holders));
    if let Some(but) = but {
        count = count.filter(contact::Column::Id.ne(but));
    }
    count.count(db).await
}

impl Work {
    /// Deactivates a contact (C7): profiles suspended, sessions ended, invitations to it withdrawn, those it sent
    /// handed to an administrator who may grant them.
    pub(crate) async fn deactivate(&self, row: &contact::Model) -> Result<(), Refusal> {
        if row.is_primary {
            return Err(Problem::PrimaryStays.into());
        }
        let held = active_profiles(&self.db, row.id, self.now.0).await?;
        let administers = row.account_id.is_some() && self.portal.catalogue.any_administrator(&held);
        if administers && administrators(&self.portal, &self.db, self.organization.id, Some(row.id)).await? == 0 {
            return Err(Problem::LastAdministrator.into());
        }
        self.set_active(row, false).await?;
        self.move_grants(row.id, "active", "suspended", None).await?;
        self.withdraw_invitations_to(row).await?;
        self.hand_over_invitations_by(row).await?;
        self.end_sessions_without_organization(row).await
    }

    /// Brings a contact back (C8): only the profiles ticked, and only those the actor may grant; those beyond
    /// reach stay suspended, the others within reach are revoked.
    pub(crate) async fn reactivate(
        &self,
        row: &contact::Model,
        ticked: &[String],
        actor: &Actor,
    ) -> Result<(), Refusal> {
        self.set_active(row, true).await?;
        let suspended = grant::Entity::find()
            .filter(grant::Column::ContactId.eq(row.id))
            .filter(grant::Column::State.eq("suspended"))
            .all(&self.db)
            .await?;
        for kept in suspended {
            let known = self.portal.catalogue.find(&kept.profile);
            let reach = known.is_some_and(|(_, profile)| {
                self.portal.catalogue.grantable(profile, &actor.profiles) == Grantable::Yes
            });
            if reach {
                let state = if ticked.contains(&kept.profile) { "active" } else { "revoked" };
                self.move_grants(row.id, "suspended", state, Some(&kept.profile)).await?;
            }
        }
        Ok(())
    }

    async fn set_active(&self, row: &contact::Model, active: bool) -> Result<(), Refusal> {
        contact::Entity::update_many()
            .set(contact::ActiveModel { active: Set(active), ..contact::ActiveModel::default() })
            .filter(contact::Column::Id.eq(row.id))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    async fn move_grants(&self, contact: Uuid, from: &str, to: &str, profile: Option<&str>) -> Result<(), Refusal> {
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

    async fn withdraw_invitations_to(&self, row: &contact::Model) -> Result<(), Refusal> {
        let pending = self.pending(invitation::Column::ContactId, row.id).await?;
        for sent in pending {
            self.end_invitation(&sent, "withdrawn").await?;
            self.tell_inviter(&sent, letters::WITHDRAWN).await?;
        }
        Ok(())
    }

    /// C7: what somebody who left had sent passes to an administrator who may grant all of it; else it is
    /// withdrawn, and both sides are told.
    async fn hand_over_invitations_by(&self, row: &contact::Model) -> Result<(), Refusal> {
        for sent in self.pending(invitation::Column::IssuedBy, row.id).await? {
            let profiles = self.proposed(sent.id).await?;
            if let Some(heir) = self.who_may_grant(&profiles, row.id).await? {
                invitation::Entity::update_many()
                    .set(invitation::ActiveModel { issued_by: Set(Some(heir.id)), ..invitation::ActiveModel::default() })
                    .filter(invitation::Column::Id.eq(sent.id))
                    .exec(&self.db)
                    .await?;
                let to = json!({ "to": spoken(&heir) });
                self.note(Event::of("invitation.handed_over", ContactId(sent.contact_id)).with(to)).await?;
                self.post(Post {
                    kind: letters::HANDED_OVER,
                    to: &heir.email,
                    language: super::language(&heir),
                    about: Some(sent.id),
                    payload: json!({ "invitation": sent.id, "inviter": heir.id }),
                })
                .await?;
            } else {
                self.end_invitation(&sent, "withdrawn").await?;
                self.note(Event::of("invitation.withdrawn", ContactId(sent.contact_id))).await?;
                self.tell_invitee(&sent, letters::NO_LONGER).await?;
            }
        }
        Ok(())
    }

    /// An administrator, other than one contact, whose profiles may grant all of these: the primary first.
    async fn who_may_grant(&self, profiles: &[String], but: Uuid) -> Result<Option<contact::Model>, Refusal> {
        let candidates = contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(self.organization.id))
            .filter(contact::Column::Active.eq(true))
            .filter(contact::Column::AccountId.is_not_null())
            .filter(contact::Column::Id.ne(but))
            .filter(contact::Column::Id.in_subquery(crate::access::active_grants(self.now.0)))
            .order_by_desc(contact::Column::IsPrimary)
            .order_by_asc(contact::Column::SortKey)
            .all(&self.db)
            .await?;
        let catalogue = &self.portal.catalogue;
        for candidate in candidates {
            let held = active_profiles(&self.db, candidate.id, self.now.0).await?;
            let may = profiles.iter().all(|key| {
                catalogue.find(key).is_some_and(|(_, profile)| catalogue.grantable(profile, &held) == Grantable::Yes)
            });
            if may {
                return Ok(Some(candidate));
            }
        }
        Ok(None)
    }

    async fn pending(&self, column: invitation::Column, contact: Uuid) -> Result<Vec<invitation::Model>, DbErr> {
        invitation::Entity::find()
            .filter(invitation::Column::OrganizationId.eq(self.organization.id))
            .filter(column.eq(contact))
            .filter(invitation::Column::State.eq("pending"))
            .all(&self.db)
            .await
    }

    /// An account that is nobody's active contact any more is signed out everywhere (C7).
    async fn end_sessions_without_organization(&self, row: &contact::Model) -> Result<(), Refusal> {
        let Some(account) = row.account_id else { return Ok(()) };
        let elsewhere = contact::Entity::find()
            .filter(contact::Column::AccountId.eq(account))
            .filter(contact::Column::Active.eq(true))
            .filter(contact::Column::Id.ne(row.id))
            .count(&self.db)
            .await?;
        if elsewhere == 0 {
            session::Entity::delete_many()
                .filter(session::Column::AccountId.eq(account))
                .exec(&self.db)
                .await?;
        }
        Ok(())
    }
}
