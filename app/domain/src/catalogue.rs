//! Modules, security profiles, who may grant them, and the online services that they open (rules P): shapes and
//! decisions.
//!
//! The data is a file that the server reads and validates at start; nothing here knows a module, a profile or a
//! service by name.

use crate::language::Bilingual;
use crate::permissions::Permission;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Every module with its profiles, and every online service, in the order in which they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    pub modules: Vec<Module>,
    pub services: Vec<Service>,
}

/// A family of online services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    pub key: String,
    pub name: Bilingual,
    /// P2: offered to every organization without Support switching it on.
    pub for_everyone: bool,
    /// The operator's own module, which only the operator's contacts may hold.
    pub operator: bool,
    pub profiles: Vec<Profile>,
}

/// One profile of a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Unique in the whole catalogue: `funding.administrator`.
    pub key: String,
    pub name: Bilingual,
    pub description: Bilingual,
    /// Holders count as administrators (C10) and are marked so in the list (L6).
    pub administrator: bool,
    pub permissions: BTreeSet<Permission>,
    /// P3: holders of any of these may grant, change and remove it.
    pub granted_by: BTreeSet<String>,
    /// One who may grant it asks, another one confirms: nobody grants it alone.
    pub by_two: bool,
    /// Only to people who hold, or receive in the same act, a profile of this module.
    pub needs_module: Option<String>,
    /// Alone it is of little use; the page says so.
    pub usually_with_another: bool,
}

/// An online service (P8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    pub key: String,
    /// The module it belongs to.
    pub module: String,
    pub name: Bilingual,
    /// The profiles that open it.
    pub profiles: BTreeSet<String>,
    /// Where it stands.
    pub address: Option<String>,
    /// What somebody should know before opening it.
    pub instructions: Option<Bilingual>,
    /// The professions or kinds of establishments that ask for it (R2).
    pub applicants: Vec<Applicant>,
    pub ways_in: BTreeSet<WayIn>,
    /// The name of its application at the embedded provider (P9).
    pub client: Option<String>,
}

/// A profession or a kind of establishment that asks for a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applicant {
    pub key: String,
    pub name: Bilingual,
}

/// How one comes to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WayIn {
    Invitation,
    Request,
    /// Through the workplace's designated representative (R7).
    Representative,
    /// With a number that a professional order issued (R8).
    ReferenceNumber,
}

impl WayIn {
    pub const ALL: [Self; 4] = [Self::Invitation, Self::Request, Self::Representative, Self::ReferenceNumber];

    /// Its name in the catalogue's file.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Request => "request",
            Self::Representative => "representative",
            Self::ReferenceNumber => "reference_number",
        }
    }

    /// The way of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

impl Service {
    /// A plain invitation never opens it (P8).
    #[must_use]
    pub fn by_request_only(&self) -> bool {
        !self.ways_in.contains(&WayIn::Invitation)
    }
}

/// Whether somebody may grant a profile to somebody, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grantable {
    Yes,
    /// Only Support grants it.
    OnlySupport,
    /// Only administrators of its module, or Support, grant it.
    OnlyItsAdministrators,
    /// One asks for it, and somebody else who may grant it confirms.
    ByTwo,
}

/// A profile as a choice in a form (P3): disabled ones are listed with their reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileChoice {
    pub key: String,
    pub name: Bilingual,
    pub description: Bilingual,
    pub grantable: Grantable,
    pub by_two: bool,
    /// P8: it opens nothing but services that are asked for; no invitation proposes it.
    pub by_request_only: bool,
    pub usually_with_another: bool,
    pub needs_module: Option<Bilingual>,
}

impl ProfileChoice {
    /// Whether it is asked for: what one may not grant, and what takes two, by one of those who may (P3).
    #[must_use]
    pub fn asked_for(&self) -> bool {
        asked_for(self.grantable, self.by_two)
    }
}

fn asked_for(grantable: Grantable, by_two: bool) -> bool {
    if by_two { grantable == Grantable::ByTwo } else { grantable != Grantable::Yes }
}

/// The choices of one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleChoices {
    pub key: String,
    pub name: Bilingual,
    pub profiles: Vec<ProfileChoice>,
}

impl Catalogue {
    /// The operator's own module, which reaches all organizations.
    #[must_use]
    pub fn operator_module(&self) -> Option<&Module> {
        self.modules.iter().find(|module| module.operator)
    }

    /// All profiles, in the order in which they are shown.
    pub fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.modules.iter().flat_map(|module| &module.profiles)
    }

    /// The service of a registered client application (P9).
    #[must_use]
    pub fn service_of_client(&self, client: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.client.as_deref() == Some(client))
    }

    /// Whether all that a profile opens is asked for, never given by a plain invitation (P8).
    #[must_use]
    pub fn by_request_only(&self, profile: &str) -> bool {
        let mut opened = self.services.iter().filter(|service| service.profiles.contains(profile)).peekable();
        opened.peek().is_some() && opened.all(Service::by_request_only)
    }

    /// The profile of that key, with its module.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<(&Module, &Profile)> {
        self.modules
            .iter()
            .find_map(|module| module.profiles.iter().find(|p| p.key == key).map(|profile| (module, profile)))
    }

    /// The profile's full name: module, then profile.
    #[must_use]
    pub fn name_of(&self, key: &str) -> Bilingual {
        self.find(key).map_or_else(
            || Bilingual::new(key, key),
            |(module, profile)| {
                Bilingual::new(
                    format!("{} – {}", module.name.en, profile.name.en),
                    format!("{} – {}", module.name.fr, profile.name.fr),
                )
            },
        )
    }

    /// Whether the holder of `held` may grant `profile` (P3).
    #[must_use]
    pub fn grantable(&self, profile: &Profile, held: &[String]) -> Grantable {
        if held.iter().any(|key| profile.granted_by.contains(key)) {
            return if profile.by_two { Grantable::ByTwo } else { Grantable::Yes };
        }
        let only_support =
            profile.granted_by.iter().all(|key| self.find(key).is_none_or(|(module, _)| module.operator));
        if only_support { Grantable::OnlySupport } else { Grantable::OnlyItsAdministrators }
    }

    /// Whether the holder of `held` asks for `profile` in place of granting it (P3).
    #[must_use]
    pub fn asks(&self, profile: &Profile, held: &[String]) -> bool {
        asked_for(self.grantable(profile, held), profile.by_two)
    }

    /// Whether the holder of `held` may take `profile` away: alone, even where granting takes two.
    #[must_use]
    pub fn may_take(&self, profile: &Profile, held: &[String]) -> bool {
        matches!(self.grantable(profile, held), Grantable::Yes | Grantable::ByTwo)
    }

    /// What may be offered in an organization: eligible modules only (P2), each profile with its verdict.
    #[must_use]
    pub fn choices(&self, eligible: &Eligible, held: &[String]) -> Vec<ModuleChoices> {
        self.modules
            .iter()
            .filter(|module| eligible.offers(module))
            .map(|module| ModuleChoices {
                key: module.key.clone(),
                name: module.name.clone(),
                profiles: module.profiles.iter().map(|profile| self.choice(profile, held)).collect(),
            })
            .collect()
    }

    fn choice(&self, profile: &Profile, held: &[String]) -> ProfileChoice {
        ProfileChoice {
            key: profile.key.clone(),
            name: profile.name.clone(),
            description: profile.description.clone(),
            grantable: self.grantable(profile, held),
            by_two: profile.by_two,
            by_request_only: self.by_request_only(&profile.key),
            usually_with_another: profile.usually_with_another,
            needs_module: profile
                .needs_module
                .as_ref()
                .and_then(|key| self.modules.iter().find(|module| &module.key == key))
                .map(|module| module.name.clone()),
        }
    }

    /// Decides whether `granter` may give `wanted` to somebody who already holds `already`, or for whom that was
    /// decided by another way (P2, P3): what is asked for, or takes two, is given only so (P8).
    ///
    /// # Errors
    /// The first reason that refuses.
    pub fn decide(
        &self,
        wanted: &[String],
        already: &[String],
        granter: &[String],
        eligible: &Eligible,
    ) -> Result<(), Problem> {
        for key in wanted {
            let (module, profile) = self.find(key).ok_or(Problem::UnknownChoice)?;
            if !eligible.offers(module) {
                return Err(Problem::NotEligible { profile: self.name_of(key) });
            }
            match self.grantable(profile, granter) {
                Grantable::Yes => {}
                Grantable::ByTwo if already.contains(key) => {}
                Grantable::ByTwo => return Err(Problem::GrantedByTwo { profile: self.name_of(key) }),
                Grantable::OnlySupport | Grantable::OnlyItsAdministrators => {
                    return Err(Problem::NotYoursToGrant { profile: self.name_of(key) });
                }
            }
            if self.by_request_only(key) && !already.contains(key) {
                return Err(Problem::ByRequestOnly { profile: self.name_of(key) });
            }
            self.has_what_it_needs(profile, [wanted, already])?;
        }
        Ok(())
    }

    fn has_what_it_needs(&self, profile: &Profile, held: [&[String]; 2]) -> Result<(), Problem> {
        let Some(needed) = &profile.needs_module else { return Ok(()) };
        let mut keys = held.into_iter().flatten();
        if keys.any(|key| self.find(key).is_some_and(|(module, _)| &module.key == needed)) {
            return Ok(());
        }
        let module = self.modules.iter().find(|module| &module.key == needed);
        Err(Problem::NeedsProfileOf { module: module.map(|m| m.name.clone()).unwrap_or_default() })
    }

    /// Whether each of these profiles, all that somebody holds, has the other that it needs.
    ///
    /// # Errors
    /// [`Problem::NeedsProfileOf`] for the first that has not.
    pub fn lean_on_each_other(&self, held: &[String]) -> Result<(), Problem> {
        held.iter()
            .filter_map(|key| self.find(key))
            .try_for_each(|(_, p)| self.has_what_it_needs(p, [held, &[]]))
    }

    /// All that these profiles permit inside Accord.
    #[must_use]
    pub fn permissions<'a>(&self, held: impl IntoIterator<Item = &'a String>) -> Vec<Permission> {
        let mut all = BTreeSet::new();
        for key in held {
            if let Some((_, profile)) = self.find(key) {
                all.extend(profile.permissions.iter().copied());
            }
        }
        all.into_iter().collect()
    }

    /// Those of the operator's own module: all that Support may rely on in somebody else's organization. What
    /// else a person of the operator holds is for the operator's organization alone.
    #[must_use]
    pub fn of_operator<'a>(&self, held: impl IntoIterator<Item = &'a String>) -> Vec<String> {
        let operator = |key: &&String| self.find(key).is_some_and(|(module, _)| module.operator);
        held.into_iter().filter(operator).cloned().collect()
    }

    /// Whether one of these makes its holder an administrator.
    #[must_use]
    pub fn any_administrator<'a>(&self, held: impl IntoIterator<Item = &'a String>) -> bool {
        held.into_iter().any(|key| self.find(key).is_some_and(|(_, profile)| profile.administrator))
    }

    /// The keys of all administrator profiles.
    #[must_use]
    pub fn administrator_keys(&self) -> Vec<String> {
        self.profiles().filter(|profile| profile.administrator).map(|profile| profile.key.clone()).collect()
    }
}

/// The modules that an organization is eligible for (P2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Eligible {
    pub modules: Vec<String>,
    /// The organization is the operator.
    pub operator: bool,
}

impl Eligible {
    #[must_use]
    pub fn offers(&self, module: &Module) -> bool {
        if module.operator {
            return self.operator;
        }
        module.for_everyone || self.modules.contains(&module.key)
    }
}
