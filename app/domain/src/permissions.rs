//! What a profile permits inside Accord. Profiles are data, permissions are code (rule P6).

use crate::ids::{AccountId, ContactId, OrganizationId};
use serde::{Deserialize, Serialize};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        /// One right inside Accord; its code is what a catalogue writes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Permission { $($(#[$doc])* #[serde(rename = $code)] $name),+ }

        impl Permission {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word that a catalogue uses for it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }
        }

        $($(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Right for $name {
            const PERMISSION: Permission = Permission::$name;
        })+
    };
}

/// A right as a type: what a permit is a permit for.
pub trait Right: Send + Sync + 'static {
    const PERMISSION: Permission;
}

permissions! {
    /// See the organization's details (O1).
    SeeOrganization = "see_organization",
    /// Edit the organization's details (O1).
    EditOrganization = "edit_organization",
    /// See the list of contacts.
    SeeContacts = "see_contacts",
    /// Add and change contacts, invite, deactivate (C1). What may be granted is another matter (P3).
    ManageContacts = "manage_contacts",
    /// Read agreements.
    ReadAgreements = "read_agreements",
    /// Prepare agreements.
    PrepareAgreements = "prepare_agreements",
    /// Prepare and send requests and reports.
    SendRequests = "send_requests",
    /// Do the access review (P5).
    ReviewAccess = "review_access",
    /// Read the organization's activity (G3).
    ReadActivity = "read_activity",
    /// Support: what its other rights permit reaches all organizations (G7).
    AllOrganizations = "all_organizations",
    /// Support: open, close and edit any organization, switch its eligibility (O4).
    KeepOrganizations = "keep_organizations",
    /// Support: look at an organization as one of its contacts sees it; change nothing (G7).
    ViewAs = "view_as",
}

/// Who acts, in which organization, with which rights; read anew on each request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    pub account: AccountId,
    /// The contact that acts: one of the organization, or one of the operator's when `support`.
    pub contact: ContactId,
    pub organization: OrganizationId,
    pub permissions: Vec<Permission>,
    /// The keys of the active profiles of the contact that acts.
    pub profiles: Vec<String>,
    /// Acting on somebody else's organization as Support.
    pub support: bool,
}

impl Actor {
    /// Whether this right is held. The page hides what the server would refuse.
    #[must_use]
    pub fn may<P: Right>(&self) -> bool {
        self.permissions.contains(&P::PERMISSION)
    }
}
