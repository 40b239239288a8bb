//! Demonstration data: organizations and people who do not exist, in French and in English.
//!
//! Only an empty database is filled, so that nobody invented ever stands beside somebody real. The same size gives
//! the same people each time. Addresses end in `example.org` or `example.com`, phones in 555-01xx: no mail and no
//! call reaches anybody. Every organization shows each situation that a contact can be in, and whatever was kept
//! when the work was interrupted is whole: a contact comes with its phones, grants and invitation.

mod agreed;
mod author;
mod dice;
mod jobs;
mod names;
mod places;
mod requested;
mod reviewed;
mod rows;
mod stage;

use crate::entity::{account, activity, organization};
use crate::portal::Operator;
use author::Author;
use domain::catalogue::Catalogue;
use domain::{Act, Language};
use platform::{Platform, Store};
use sea_orm::{ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QuerySelect as _};

/// How much to invent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoSize {
    /// All organizations, the operator's among them; three at least.
    pub organizations: u64,
    /// All contacts; eight for each organization at least, one in each situation.
    pub contacts: u64,
}

impl Default for DemoSize {
    fn default() -> Self {
        Self { organizations: 12, contacts: 400 }
    }
}

/// Who somebody of the demonstration is, which decides what there is to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DemoRole {
    /// Primary contact and administrator of the main organization; a user of the second one.
    PrimaryContact,
    /// Administrator of the main organization; primary contact of the second one.
    Administrator,
    /// Looks at everything in the main organization, changes nothing.
    Reader,
    /// Supervisor of Support, at the operator's.
    SupportSupervisor,
}

/// Somebody whom a newcomer may sign in as, once the caller has made an account for them.
#[derive(Clone, Copy, Debug)]
pub struct DemoPerson {
    pub role: DemoRole,
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub email: &'static str,
    pub language: Language,
}

/// An account that exists at a provider, for one of [`people`].
#[derive(Clone, Debug)]
pub struct DemoAccount {
    pub issuer: String,
    pub subject: String,
    pub name: String,
    pub email: String,
    pub role: DemoRole,
}

const PEOPLE: [DemoPerson; 4] = [
    DemoPerson {
        role: DemoRole::PrimaryContact,
        first_name: "Marie-Ève",
        last_name: "Thibodeau",
        email: "marie-eve.thibodeau@example.org",
        language: Language::Fr,
    },
    DemoPerson {
        role: DemoRole::Administrator,
        first_name: "Ryan",
        last_name: "MacLellan",
        email: "ryan.maclellan@example.org",
        language: Language::En,
    },
    DemoPerson {
        role: DemoRole::Reader,
        first_name: "Amira",
        last_name: "Haddad",
        email: "amira.haddad@example.org",
        language: Language::En,
    },
    DemoPerson {
        role: DemoRole::SupportSupervisor,
        first_name: "Gisèle",
        last_name: "Arsenault",
        email: "gisele.arsenault@example.org",
        language: Language::Fr,
    },
];

/// The people to make accounts for, in the order in which they are worth trying.
#[must_use]
pub const fn people() -> &'static [DemoPerson] {
    &PEOPLE
}

/// The operator of the demonstration (G9).
#[must_use]
pub fn operator() -> Operator {
    let place = places::operator();
    Operator {
        name: place.name,
        email: format!("soutien-support@{}", place.domain),
        phone: "506-555-0100".to_owned(),
    }
}

/// Whether nobody and nothing is there yet.
///
/// # Errors
/// When the database refuses.
pub async fn is_empty(store: &Store) -> Result<bool, DbErr> {
    let organization = organization::Entity::find().limit(1).one(store.read()).await?;
    let account = account::Entity::find().limit(1).one(store.read()).await?;
    Ok(organization.is_none() && account.is_none())
}

/// Whether the database holds invented data: a line of the activity tells.
///
/// # Errors
/// When the database refuses.
pub async fn is_demonstration(store: &Store) -> Result<bool, DbErr> {
    let mark = activity::Entity::find()
        .filter(activity::Column::OrganizationId.is_null())
        .filter(activity::Column::Event.eq(Act::DemonstrationBegun.code()))
        .limit(1);
    Ok(mark.one(store.read()).await?.is_some())
}

/// Contacts written in one transaction: enough to be fast, few enough to hold nothing up.
const TRANSACTION: usize = 2_000;

/// Fills an empty database, telling how many contacts are kept so far.
///
/// People without an account in `accounts` are linked to accounts that nobody can sign in to.
///
/// # Errors
/// When the database is not empty, or refuses.
pub async fn fill(
    platform: &Platform,
    catalogue: &Catalogue,
    size: DemoSize,
    accounts: &[DemoAccount],
    mut progress: impl FnMut(u64) + Send,
) -> Result<(), DbErr> {
    if !is_empty(&platform.store).await? {
        return Err(DbErr::Custom("demonstration data goes into an empty database only".to_owned()));
    }
    let mut author = Author::new(platform, catalogue, accounts);
    let mut kept = 0;
    for (number, contacts) in (0..).zip(size.shares()) {
        let mut stage = author.open(number);
        for entrance in 0..contacts {
            author.enter(&mut stage, entrance);
            if author.rows.contacts() >= TRANSACTION {
                kept += author.rows.keep(&platform.store).await?;
                progress(kept);
            }
        }
    }
    kept += author.rows.keep(&platform.store).await?;
    progress(kept);
    reviewed::fill(platform).await?;
    agreed::fill(platform, catalogue).await?;
    requested::fill(platform, catalogue).await
}

/// The fewest contacts of an organization: one in each situation.
const FEWEST: u64 = 8;

/// From so many organizations on, one in so many is large, and the large ones have half of the contacts.
const MANY: u64 = 101;

/// How the contacts beyond [`FEWEST`] are shared by the operator and the others after the main organization.
const WEIGHTS: [u64; 11] = [0, 32, 26, 22, 20, 18, 16, 12, 10, 6, 0];

impl DemoSize {
    /// This size, or the smallest that shows everything: what [`fill`] makes of it.
    #[must_use]
    pub fn at_least(self) -> Self {
        let organizations = self.organizations.max(3);
        Self { organizations, contacts: self.contacts.max(organizations * FEWEST) }
    }

    /// How many contacts each organization has: the operator's, the main one, the second one, the others.
    fn shares(self) -> Vec<u64> {
        let Self { organizations, contacts } = self.at_least();
        if organizations < MANY { few(organizations, contacts) } else { many(organizations, contacts) }
    }
}

/// The main organization has three contacts in eight.
fn few(organizations: u64, contacts: u64) -> Vec<u64> {
    let others = organizations - 1;
    let main = (contacts * 3 / 8).min(contacts - others * FEWEST).max(FEWEST);
    let spare = contacts - main - others * FEWEST;
    let weights: Vec<u64> = WEIGHTS.into_iter().cycle().zip(0..others).map(|(weight, _)| weight).collect();
    let all: u64 = weights.iter().sum();
    let mut shares: Vec<u64> = weights.iter().map(|weight| FEWEST + spare * weight / all).collect();
    let left = contacts - main - shares.iter().sum::<u64>();
    if let Some(second) = shares.get_mut(1) {
        *second += left;
    }
    shares.insert(1, main);
    shares
}

/// Half of the contacts in a hundredth of the organizations: 50 of 10,000 and 5,000 of 100.
fn many(organizations: u64, contacts: u64) -> Vec<u64> {
    let large = organizations / MANY;
    let small = (contacts / 2 / (organizations - large)).max(FEWEST);
    let rest = contacts - small * (organizations - large);
    let share = |place: u64| match place {
        0 => small,
        place if place <= large => rest / large + u64::from(place <= rest % large),
        _ => small,
    };
    (0..organizations).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_is_shared_to_the_last_contact() {
        for (organizations, contacts) in
            [(12, 400), (3, 24), (4, 1000), (100, 800), (101, 900), (333, 5003), (5050, 1_000_000)]
        {
            let shares = DemoSize { organizations, contacts }.shares();
            assert_eq!(shares.len() as u64, organizations);
            assert_eq!(shares.iter().sum::<u64>(), contacts, "{organizations} {contacts}");
            assert!(shares.iter().all(|share| *share >= FEWEST), "{organizations} {contacts}");
        }
        assert_eq!(DemoSize { organizations: 0, contacts: 0 }.shares(), [8, 8, 8]);
        assert_eq!(DemoSize::default().shares()[..3], [8, 150, 40]);
    }

    #[test]
    fn the_large_scene_has_50_organizations_of_10_000_and_5_000_of_100() {
        let shares = DemoSize { organizations: 5050, contacts: 1_000_000 }.shares();
        assert_eq!(shares.iter().filter(|share| **share == 10_000).count(), 50);
        assert_eq!(shares.iter().filter(|share| **share == 100).count(), 5000);
    }
}
