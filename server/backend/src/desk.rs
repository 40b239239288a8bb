//! Support's desk: all organizations, found, opened, steered, closed, recovered (rules O2 to O4, P2, C10, G7, G8).
//!
//! Whoever holds a profile of Support comes to the desk and reads; what is done there needs the right to keep
//! organizations besides, asked again inside each transaction. A right that a catalogue gave to a profile of an
//! ordinary organization opens nothing here: only those who reach all organizations act as Support.

mod announcements;
mod card;
mod letters;
mod modules;
mod open;
mod relinks;
mod search;
mod states;
mod steer;

use crate::access::Permit;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{Actor, Problem};

impl Permit<KeepOrganizations> {
    /// Begins a command of Support.
    async fn begin_as_support(&self) -> Result<(Work, Actor), Refusal> {
        let (work, actor) = self.begin().await?;
        if actor.may::<AllOrganizations>() { Ok((work, actor)) } else { Err(Problem::Forbidden.into()) }
    }
}
