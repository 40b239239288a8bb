//! An organization as Support sees it.

use super::search::administered_among;
use crate::access::Permit;
use crate::contacts::people;
use crate::contacts::spoken;
use crate::entity::{contact, invitation, organization, organization_state};
use crate::organizations::{departments_of, name_of, state_of};
use crate::refusal::Refusal;
use domain::desk::{ClosingFigures, ModuleLine, NamedOrganization, StateLine, SteeringFacts, SupportCard};
use domain::organizations::OrganizationState;
use domain::permissions::AllOrganizations;
use domain::{Bilingual, ContactId, Instant, Language, OrganizationId};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _,
};

fn named(row: &organization::Model) -> NamedOrganization {
    NamedOrganization { id: OrganizationId(row.id), name: name_of(row) }
}

impl Permit<AllOrganizations> {
    /// All that Support needs to know of the organization.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn support_card(&self) -> Result<SupportCard, Refusal> {
        let db = self.portal.platform.store.read();
        let row = &self.organization;
        let into = match row.merged_into {
            Some(id) => organization::Entity::find_by_id(id).one(db).await?,
            None => None,
        };
        let from = organization::Entity::find()
            .filter(organization::Column::MergedInto.eq(row.id))
            .order_by_asc(organization::Column::SortKey)
            .all(db)
            .await?;
        let representative = match row.representative_id {
            Some(id) => contact::Entity::find_by_id(id).one(db).await?,
            None => None,
        };
        let departments = departments_of(db, row.id).await?;
        let administered = administered_among(&self.portal, db, &[row.id]).await?;
        let state = state_of(row);
        Ok(SupportCard {
            id: self.organization_id(),
            name: name_of(row),
            state,
            operator: row.operator,
            orphaned: state == OrganizationState::Open && administered.is_empty(),
            merged_into: into.as_ref().map(named),
            merged_from: from.iter().map(named).collect(),
            states: self.states(db).await?,
            facts: SteeringFacts {
                tracks_clients: row.tracks_clients,
                registered_college: row.registered_college,
                learning_organization: row.learning_organization,
                representative: row.representative_id.map(ContactId),
                departments: departments.iter().map(|department| department.id).collect(),
            },
            representative: representative.as_ref().map(spoken),
            departments,
            modules: self.modules(db).await?,
            closing: self.closing(db).await?,
        })
    }

    /// Every state it came into, the newest first (O3).
    async fn states(&self, db: &DatabaseConnection) -> Result<Vec<StateLine>, DbErr> {
        let rows = organization_state::Entity::find()
            .filter(organization_state::Column::OrganizationId.eq(self.organization.id))
            .order_by_desc(organization_state::Column::At)
            .order_by_desc(organization_state::Column::Id)
            .all(db)
            .await?;
        let names = people::names(db, rows.iter().filter_map(|row| row.changed_by)).await?;
        let line = |row: organization_state::Model| StateLine {
            state: OrganizationState::from_code(&row.state).unwrap_or_default(),
            at: self.portal.platform.calendar.date(Instant(row.at)),
            by: row.changed_by.and_then(|id| names.get(&id).cloned()),
            reason: row.reason,
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// The modules that organizations may have; the operator's own is no matter of eligibility.
    pub(super) async fn modules(&self, db: &DatabaseConnection) -> Result<Vec<ModuleLine>, DbErr> {
        let eligible = self.eligible(db).await?;
        let modules = self.portal.catalogue.modules.iter().filter(|module| !module.operator);
        let line = |module: &domain::catalogue::Module| ModuleLine {
            key: module.key.clone(),
            name: module.name.clone(),
            eligible: eligible.offers(module),
            for_everyone: module.for_everyone,
        };
        Ok(modules.map(line).collect())
    }

    async fn closing(&self, db: &DatabaseConnection) -> Result<ClosingFigures, DbErr> {
        let now = self.portal.now().0;
        let invitations = invitation::Entity::find()
            .filter(invitation::Column::OrganizationId.eq(self.organization.id))
            .filter(invitation::Column::State.eq("pending"))
            .filter(invitation::Column::ExpiresAt.gt(now));
        Ok(ClosingFigures {
            contacts: people::active_in(self.organization.id).count(db).await?,
            with_access: people::with_access(self.organization.id, now).count(db).await?,
            sessions: super::states::sessions_that_end(db, self.organization.id).await?,
            invitations: invitations.count(db).await?,
        })
    }

    /// The organizations of that name that another one may be merged into; nobody when no word was typed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn to_merge_into(
        &self,
        words: &str,
        language: Language,
    ) -> Result<Vec<NamedOrganization>, Refusal> {
        if words.trim().is_empty() {
            return Ok(Vec::new());
        }
        let search = domain::desk::DeskSearch {
            words: words.to_owned(),
            state: Some(OrganizationState::Open),
            ..domain::desk::DeskSearch::default()
        };
        let found = self.desk(&search, language).await?;
        let others = found.lines.into_iter().filter(|line| line.id != self.organization_id());
        let named = |name: Bilingual, id| NamedOrganization { id, name };
        Ok(others.map(|line| named(line.name, line.id)).collect())
    }
}
