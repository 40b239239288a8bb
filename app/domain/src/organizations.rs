//! Organizations, as pages see them.

use crate::ids::OrganizationId;
use crate::language::Bilingual;
use crate::permissions::Actor;
use serde::{Deserialize, Serialize};

/// One organization in the switcher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationChoice {
    pub id: OrganizationId,
    pub name: Bilingual,
}

/// What the frame of every page of an organization needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationFrame {
    pub id: OrganizationId,
    pub name: Bilingual,
    pub actor: Actor,
    /// O4: asks for office location, position type and FTE (C3).
    pub tracks_clients: bool,
}

/// An online service that somebody may open (R10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCard {
    pub name: Bilingual,
    pub module: Bilingual,
    /// What the person's profiles permit there, one name per profile.
    pub profiles: Vec<Bilingual>,
}

/// The home page of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationHome {
    pub contacts_active: u64,
    pub contacts_with_access: u64,
    pub invitations_pending: u64,
    pub invitations_expired: u64,
    pub invitations_bounced: u64,
    pub primary: Option<String>,
    pub services: Vec<ServiceCard>,
}
