//! Designated representatives of a workplace (R7): named by Support or by the primary contact; they authorize the
//! requests for services that say so, and hand the codes over.

use crate::access::{Permit, active_profiles};
use crate::activity::Event;
use crate::contacts::people::primary_of;
use crate::contacts::{self, spoken};
use crate::entity::{contact, representative as named};
use crate::refusal::Refusal;
use crate::work::Work;
use domain::access_requests::RepresentativeLine;
use domain::permissions::{KeepOrganizations, SeeContacts};
use domain::{Act, Actor, ContactId, Email, Instant, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
};
use uuid::Uuid;

/// Whether a contact is a designated representative now.
pub(crate) async fn representative(
    db: &impl ConnectionTrait,
    contact: ContactId,
) -> Result<Option<named::Model>, DbErr> {
    named::Entity::find()
        .filter(named::Column::ContactId.eq(contact.0))
        .filter(named::Column::EndedAt.is_null())
        .one(db)
        .await
}

/// The designated representative of an organization who reads that address.
pub(super) async fn representative_at(
    db: &impl ConnectionTrait,
    organization: Uuid,
    key: &str,
) -> Result<Option<contact::Model>, DbErr> {
    let person = contact::Entity::find()
        .filter(contact::Column::OrganizationId.eq(organization))
        .filter(contact::Column::EmailKey.eq(key))
        .filter(contact::Column::Active.eq(true))
        .one(db)
        .await?;
    let Some(person) = person else { return Ok(None) };
    Ok(representative(db, ContactId(person.id)).await?.map(|_| person))
}

impl Permit<SeeContacts> {
    /// The designated representatives here, by name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn representatives(&self) -> Result<Vec<RepresentativeLine>, Refusal> {
        let db = self.portal.platform.store.read();
        let rows = named::Entity::find()
            .filter(named::Column::OrganizationId.eq(self.organization.id))
            .filter(named::Column::EndedAt.is_null())
            .all(db)
            .await?;
        let people = contact::Entity::find()
            .filter(contact::Column::Id.is_in(rows.iter().map(|row| row.contact_id)))
            .filter(contact::Column::Active.eq(true))
            .all(db)
            .await?;
        let calendar = &self.portal.platform.calendar;
        let mut lines: Vec<(String, RepresentativeLine)> = people
            .into_iter()
            .filter_map(|person| {
                let row = rows.iter().find(|row| row.contact_id == person.id)?;
                let line = RepresentativeLine {
                    contact: ContactId(person.id),
                    name: spoken(&person),
                    email: Email::known(person.email.clone()),
                    since: calendar.date(Instant(row.named_at)),
                };
                Some((person.sort_key, line))
            })
            .collect();
        lines.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(lines.into_iter().map(|(_, line)| line).collect())
    }

    /// Whether whoever looks may name representatives, and end them: Support, and the primary contact.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn names_representatives(&self) -> Result<bool, Refusal> {
        self.may_name(self.portal.platform.store.read(), &self.actor).await
    }

    /// Names a designated representative: an active contact with access. Support may, and the primary contact.
    ///
    /// # Errors
    /// [`Problem::Forbidden`]; [`Problem::NotFound`] (G4); [`Problem::PrimaryNeedsAccess`] for who has no access.
    pub async fn name_representative(&self, id: ContactId) -> Result<(), Refusal> {
        let (work, actor) = self.begin().await?;
        if !self.may_name(&work.db, &actor).await? {
            return Err(Problem::Forbidden.into());
        }
        let person = contacts::find(&work.db, self.organization.id, id).await?;
        if !person.active {
            return Err(Problem::ContactInactive.into());
        }
        if person.account_id.is_none() || active_profiles(&work.db, person.id, work.now.0).await?.is_empty() {
            return Err(Problem::PrimaryNeedsAccess.into());
        }
        if representative(&work.db, id).await?.is_some() {
            return Ok(());
        }
        let row = named::ActiveModel {
            id: Set(work.new_id()),
            organization_id: Set(self.organization.id),
            contact_id: Set(person.id),
            named_by: Set(work.actor_id()),
            named_at: Set(work.now.0),
            ended_at: Set(None),
        };
        named::Entity::insert(row).exec_without_returning(&work.db).await?;
        work.commit(Event::of(Act::RepresentativeNamed, id)).await
    }

    /// Ends it. The codes that the person holds stay with Support, who issues others.
    ///
    /// # Errors
    /// [`Problem::Forbidden`]; [`Problem::NotFound`] for who is none here.
    pub async fn end_representative(&self, id: ContactId) -> Result<(), Refusal> {
        let (work, actor) = self.begin().await?;
        if !self.may_name(&work.db, &actor).await? {
            return Err(Problem::Forbidden.into());
        }
        contacts::find(&work.db, self.organization.id, id).await?;
        let row = representative(&work.db, id).await?.ok_or(Problem::NotFound)?;
        work.end_role(row.id).await?;
        work.commit(Event::of(Act::RepresentativeEnded, id)).await
    }

    async fn may_name(&self, db: &impl ConnectionTrait, actor: &Actor) -> Result<bool, Refusal> {
        if actor.support && actor.may::<KeepOrganizations>() {
            return Ok(true);
        }
        let primary = primary_of(db, self.organization.id).await?;
        Ok(primary.is_some_and(|primary| primary.id == actor.contact.0))
    }
}

impl Work {
    /// R7: whoever is deactivated, or no longer linked to an account, represents nobody; coming back does not bring the
    /// role back.
    pub(crate) async fn represents_no_more(&self, person: &contact::Model) -> Result<(), Refusal> {
        let Some(row) = representative(&self.db, ContactId(person.id)).await? else { return Ok(()) };
        self.end_role(row.id).await?;
        self.note(Event::of(Act::RepresentativeEnded, ContactId(person.id))).await
    }

    async fn end_role(&self, id: Uuid) -> Result<(), DbErr> {
        named::Entity::update_many()
            .col_expr(named::Column::EndedAt, Expr::value(self.now.0))
            .filter(named::Column::Id.eq(id))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}
