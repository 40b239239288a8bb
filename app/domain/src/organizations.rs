//! Organizations: what is kept of one, its states, and what pages see of it (rules O).

mod details;
mod state;

pub use details::{DetailsForm, OrganizationDetails};
pub use state::{OrganizationState, StateForm};

use crate::contacts::{Replacement, Waiting};
use crate::fold;
use crate::ids::{AccessRequestId, DepartmentId, OrganizationId, ReviewId};
use crate::instant::Date;
use crate::language::{Bilingual, Language};
use crate::permissions::Actor;
use crate::reviews::Who;
use serde::{Deserialize, Serialize};

/// One organization in the switcher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationChoice {
    pub id: OrganizationId,
    pub name: Bilingual,
    /// The operator's own: its staff may come to Support's desk.
    pub operator: bool,
}

impl OrganizationChoice {
    /// Where it stands in a list in that language: by its name there (G1). An account has few organizations.
    #[must_use]
    pub fn place_in_list(&self, language: Language) -> (String, OrganizationId) {
        (fold::sort_key(self.name.in_language(language), ""), self.id)
    }
}

/// What the frame of every page of an organization needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationFrame {
    pub id: OrganizationId,
    pub name: Bilingual,
    pub actor: Actor,
    /// O4: asks for office location, position type and FTE (C3).
    pub tracks_clients: bool,
    /// Closed or merged, only Support still looks at it (O3).
    pub state: OrganizationState,
}

/// An online service that somebody may open (R10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCard {
    pub name: Bilingual,
    pub module: Bilingual,
    /// Where it stands; nothing when it is reached by other means.
    pub address: Option<String>,
    pub instructions: Option<Bilingual>,
    /// What the person's profiles permit there, one name per profile.
    pub profiles: Vec<Bilingual>,
}

/// The home page of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationHome {
    pub contacts_active: u64,
    pub contacts_with_access: u64,
    pub invitations_pending: u64,
    pub waits: Waits,
    pub modules: Vec<ModuleCard>,
    pub own: Vec<OwnProfile>,
    pub primary: Option<String>,
    /// Told to those who manage contacts, and to who is primary (C9).
    pub replacement: Option<Replacement>,
    pub services: Vec<ServiceCard>,
    /// Whom to ask about these services (R10).
    pub ask: WhomToAsk,
    /// Requests for access about which the administrators are asked, and by whom each is (R1); for those who answer.
    pub asked: Vec<(AccessRequestId, String)>,
    /// How many people wait for a code of whoever looks; nothing for who is no designated representative here (R7).
    pub codes: Option<u64>,
}

/// The primary contact of an organization, or Support for the primary contact and where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhomToAsk {
    /// Nothing is Support.
    pub name: Option<String>,
    pub email: String,
}

/// What waits in an organization for whoever looks, the most urgent first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// For how many contacts; never none.
    pub counts: Vec<(Waiting, u64)>,
    pub review: Option<ReviewWait>,
}

impl Waits {
    /// How many things wait in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|(_, many)| many).sum::<u64>() + u64::from(self.review.is_some())
    }
}

/// An access review that waits (P5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewWait {
    Due {
        since: Date,
    },
    /// Under way: about so many people of those listed at the start something was decided.
    Open {
        review: ReviewId,
        started_at: Date,
        decided: u64,
        people: u64,
    },
}

/// A module offered to an organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleCard {
    pub name: Bilingual,
    pub administrators: u64,
    /// The first of them by name.
    pub named: Vec<String>,
    /// How many people with access hold a profile of it.
    pub people: u64,
}

/// A profile of the one who looks (C12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnProfile {
    pub name: Bilingual,
    pub granted_by: Who,
    pub granted_at: Date,
    pub ends_at: Option<Date>,
}

/// One organization of an account, and what waits there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationTile {
    pub choice: OrganizationChoice,
    pub waits: Waits,
}

/// A department of the operator (O2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    pub id: DepartmentId,
    pub name: Bilingual,
}

/// A name that an organization had; a search still finds it (O3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierName {
    pub name: Bilingual,
    pub until: Date,
}

/// Everything about an organization that all who have access to it may read (O1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetailsCard {
    pub details: OrganizationDetails,
    /// Grows by one at each change; a save names the one it started from (C6).
    pub version: i64,
    pub primary: Option<String>,
    /// Those that administer its agreements, and so read all this (O2).
    pub departments: Vec<Department>,
    /// The modules that it is eligible for (P2).
    pub modules: Vec<Bilingual>,
    pub earlier_names: Vec<EarlierName>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr as _;

    #[test]
    fn g1_the_organizations_of_an_account_stand_by_their_names_in_the_language_of_the_page() {
        let choice = |n: u8, en: &str, fr: &str| OrganizationChoice {
            id: OrganizationId::from_str(&format!("01935aa0-0000-7000-8000-00000000000{n}")).unwrap(),
            name: Bilingual::new(en, fr),
            operator: false,
        };
        let mut all = [
            choice(1, "Wave House", "Abri des vagues"),
            choice(2, "Employment Office", "Bureau de l’emploi"),
            choice(3, "Écluse Centre", "Écluse"),
        ];
        let mut named = |language| {
            all.sort_by_cached_key(|one| one.place_in_list(language));
            all.iter().map(|one| one.name.en.clone()).collect::<Vec<_>>()
        };
        assert_eq!(named(Language::Fr), ["Wave House", "Employment Office", "Écluse Centre"]);
        assert_eq!(named(Language::En), ["Écluse Centre", "Employment Office", "Wave House"]);
    }
}
