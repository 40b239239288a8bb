//! Support's desk: all organizations, found, opened, steered, closed, recovered (rules O2 to O4, P2, C10, G7, G8).
//!
//! Whoever holds a profile of Support comes to the desk and reads; what is done there needs the right to keep
//! organizations besides, asked again inside each transaction. A right that a catalogue gave to a profile of an
//! ordinary organization opens nothing here: only those who reach all organizations act as Support.

mod announcements;
mod card;
mod departments;
mod letters;
mod modules;
mod open;
mod relinks;
mod search;
mod states;
mod steer;
mod unlink;

use crate::access::Permit;
use crate::organizations::name_of;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::catalogue::Module;
use domain::desk::ModuleLine;
use domain::permissions::{AllOrganizations, KeepOrganizations, Right};
use domain::{Actor, Bilingual, Problem};

impl Permit<AllOrganizations> {
    /// The modules that the desk's list may be narrowed to.
    #[must_use]
    pub fn modules_to_filter(&self) -> Vec<(String, Bilingual)> {
        let modules = self.portal.catalogue.modules.iter().filter(|module| !module.operator);
        modules.map(|module| (module.key.clone(), module.name.clone())).collect()
    }
}

impl<P: Right> Permit<P> {
    /// What the organization is called.
    #[must_use]
    pub fn name(&self) -> Bilingual {
        name_of(&self.organization)
    }
}

impl Permit<KeepOrganizations> {
    /// The modules of a new organization: what is open to everybody, and what may be switched on.
    #[must_use]
    pub fn modules_to_offer(&self) -> Vec<ModuleLine> {
        let modules = self.portal.catalogue.modules.iter().filter(|module| !module.operator);
        let line = |module: &Module| ModuleLine {
            key: module.key.clone(),
            name: module.name.clone(),
            eligible: module.for_everyone,
            for_everyone: module.for_everyone,
        };
        modules.map(line).collect()
    }

    /// Begins a command of Support.
    pub(crate) async fn begin_as_support(&self) -> Result<(Work, Actor), Refusal> {
        let (work, actor) = self.begin().await?;
        if actor.may::<AllOrganizations>() { Ok((work, actor)) } else { Err(Problem::Forbidden.into()) }
    }
}
