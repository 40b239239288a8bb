//! Organizations: the frame of their pages, and their details (rules O1, L1).

mod details;

pub use details::DetailsSave;
pub(crate) use details::{columns, department_of, departments_of, details, searchable, shown};

use crate::access::Permit;
use crate::entity::organization;
use domain::Bilingual;
use domain::organizations::{OrganizationFrame, OrganizationState};
use domain::permissions::SeeOrganization;

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
}
