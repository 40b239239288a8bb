//! Modules, security profiles and who may grant them (rules P): shapes and decisions.
//!
//! The data is a file that the server reads and validates at start; nothing here knows a profile by name.

use crate::language::Bilingual;
use crate::permissions::Permission;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Every module with its profiles, in the order in which they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    pub modules: Vec<Module>,
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
    pub service: Bilingual,
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
    /// It opens the online service of its module.
    pub opens_service: bool,
    pub permissions: BTreeSet<Permission>,
    /// P3: holders of any of these may grant, change and remove it.
    pub granted_by: BTreeSet<String>,
    /// Only to people who hold, or receive in the same act, a profile of this module.
    pub needs_module: Option<String>,
    /// Alone it is of little use; the page says so.
    pub usually_with_another: bool,
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
}

/// A profile as a choice in a form (P3): disabled ones are listed with their reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileChoice {
    pub key: String,
    pub name: Bilingual,
    pub description: Bilingual,
    pub grantable: Grantable,
    pub usually_with_another: bool,
    pub needs_module: Option<Bilingual>,
}

/// The choices of one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleChoices {
    pub key: String,
    pub name: Bilingual,
    pub profiles: Vec<ProfileChoice>,
}

/// The operator's own module: its key is the only one that code knows, since it reaches all organizations.
pub const SUPPORT_MODULE: &str = "support";

impl Catalogue {
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
            return Grantable::Yes;
        }
        let only_support =
            profile.granted_by.iter().all(|key| self.find(key).is_none_or(|(module, _)| module.operator));
        if only_support { Grantable::OnlySupport } else { Grantable::OnlyItsAdministrators }
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
            usually_with_another: profile.usually_with_another,
            needs_module: profile
                .needs_module
                .as_ref()
                .and_then(|key| self.modules.iter().find(|module| &module.key == key))
                .map(|module| module.name.clone()),
        }
    }

    /// Decides whether `granter` may give `wanted` to somebody who already holds `already` (P2, P3).
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
            if self.grantable(profile, granter) != Grantable::Yes {
                return Err(Problem::NotYoursToGrant { profile: self.name_of(key) });
            }
            if let Some(needed) = &profile.needs_module {
                let has = |keys: &[String]| {
                    keys.iter().any(|k| self.find(k).is_some_and(|(module, _)| &module.key == needed))
                };
                if !has(wanted) && !has(already) {
                    let module = self.modules.iter().find(|module| &module.key == needed);
                    return Err(Problem::NeedsProfileOf {
                        module: module.map(|m| m.name.clone()).unwrap_or_default(),
                    });
                }
            }
        }
        Ok(())
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
        let profiles = self.modules.iter().flat_map(|module| &module.profiles);
        profiles.filter(|profile| profile.administrator).map(|profile| profile.key.clone()).collect()
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
