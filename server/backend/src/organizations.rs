//! Organizations: the frame of their pages, their home and their details (rules O1, L1, R10).

mod details;

pub use details::DetailsSave;
pub(crate) use details::{columns, department_of, departments_of, searchable, shown};

use crate::access::{Permit, active_grants};
use crate::contacts::spoken;
use crate::entity::{contact, invitation, organization};
use crate::refusal::Refusal;
use domain::Bilingual;
use domain::catalogue::Service;
use domain::organizations::{OrganizationFrame, OrganizationHome, OrganizationState, ServiceCard};
use domain::permissions::SeeOrganization;
use platform::outbox;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};

pub(crate) fn name_of(row: &organization::Model) -> Bilingual {
    Bilingual::new(row.name_en.clone(), row.name_fr.clone())
}

pub(crate) fn state_of(row: &organization::Model) -> OrganizationState {
    OrganizationState::from_code(&row.state).unwrap_or(OrganizationState::Closed)
}

impl Permit<SeeOrganization> {
    /// What the frame of every page of the organization needs.
    #[must_use]
    pub fn frame(&self) -> OrganizationFrame {
        OrganizationFrame {
            id: self.organization_id(),
            name: name_of(&self.organization),
            actor: self.actor.clone(),
            tracks_clients: self.organization.tracks_clients,
            state: state_of(&self.organization),
        }
    }

    /// What waits, the facts, and the services that the person may open.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn home(&self) -> Result<OrganizationHome, Refusal> {
        let db = self.portal.platform.store.read();
        let now = self.portal.now().0;
        let active = contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(self.organization.id))
            .filter(contact::Column::Active.eq(true));
        let with_access = active
            .clone()
            .filter(contact::Column::AccountId.is_not_null())
            .filter(contact::Column::Id.in_subquery(active_grants(now)));
        let pending = invitation::Entity::find()
            .filter(invitation::Column::OrganizationId.eq(self.organization.id))
            .filter(invitation::Column::State.eq("pending"));
        let bounced = Query::select()
            .column(outbox::Column::About)
            .from(outbox::Entity)
            .and_where(outbox::Column::OrganizationId.eq(self.organization.id))
            .and_where(outbox::Column::Kind.eq(crate::letters::INVITE))
            .and_where(outbox::Column::State.eq("bounced"))
            .to_owned();
        let primary = contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(self.organization.id))
            .filter(contact::Column::IsPrimary.eq(true))
            .one(db)
            .await?;
        Ok(OrganizationHome {
            contacts_active: active.count(db).await?,
            contacts_with_access: with_access.count(db).await?,
            invitations_pending: pending
                .clone()
                .filter(invitation::Column::ExpiresAt.gt(now))
                .count(db)
                .await?,
            invitations_expired: pending
                .clone()
                .filter(invitation::Column::ExpiresAt.lte(now))
                .count(db)
                .await?,
            invitations_bounced: pending
                .filter(invitation::Column::Id.in_subquery(bounced))
                .count(db)
                .await?,
            primary: primary.as_ref().map(spoken),
            services: self.services(),
        })
    }

    /// The online services that this person's profiles open (R10).
    fn services(&self) -> Vec<ServiceCard> {
        let catalogue = &self.portal.catalogue;
        let held = |service: &Service| -> Vec<Bilingual> {
            let opening = catalogue.profiles().filter(|profile| service.profiles.contains(&profile.key));
            opening.filter(|p| self.actor.profiles.contains(&p.key)).map(|p| p.name.clone()).collect()
        };
        let module = |service: &Service| {
            let module = catalogue.modules.iter().find(|module| module.key == service.module);
            module.map(|module| module.name.clone()).unwrap_or_default()
        };
        let cards = catalogue.services.iter().map(|service| ServiceCard {
            name: service.name.clone(),
            module: module(service),
            address: service.address.clone(),
            instructions: service.instructions.clone(),
            profiles: held(service),
        });
        cards.filter(|card| !card.profiles.is_empty()).collect()
    }
}
