//! An organization, and the profiles that its people may hold.

use super::dice::Dice;
use super::places::Place;
use crate::entity::organization;
use crate::organizations::searchable;
use domain::catalogue::{Catalogue, Eligible, Profile};
use domain::{Bilingual, Instant, Language, fold};
use sea_orm::ActiveValue::Set;
use std::collections::HashMap;
use uuid::Uuid;

/// An organization while its people enter.
pub(super) struct Stage {
    pub(super) id: Uuid,
    /// 0 the operator's, 1 the main one, 2 the second one.
    pub(super) number: u64,
    pub(super) place: Place,
    pub(super) language: Language,
    pub(super) opened: Instant,
    pub(super) primary: Uuid,
    /// The administrator who also holds what Support alone grants.
    pub(super) second: Uuid,
    pub(super) offers: Offers,
    /// How often each mailbox was given.
    mailboxes: HashMap<String, u32>,
}

/// The profiles of an organization, by who may grant them (P3).
#[derive(Default)]
pub(super) struct Offers {
    /// Administrators pass them on.
    passed_on: Vec<Offer>,
    /// Support alone makes these administrators.
    reserved: Vec<Offer>,
    ordinary: Vec<Offer>,
}

/// A profile to hold, and who granted it.
#[derive(Clone)]
pub(super) struct Offer {
    pub(super) profile: String,
    pub(super) granted_by: Option<Uuid>,
    module: String,
    needs: Option<String>,
    permissions: usize,
}

/// What a contact is to its organization.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Primary contact and administrator.
    Primary,
    /// Administrator, also of what Support alone grants.
    Administrator,
    Access,
    /// With the profile of the first module that permits least, or most.
    Reader,
    User,
    /// Without access, never invited.
    Never,
    Invited,
    Bounced,
    Expired,
    Declined,
    Inactive,
    /// An account, and no profile any more.
    Revoked,
}

impl Stage {
    pub(super) fn new(
        number: u64,
        place: Place,
        language: Language,
        opened: Instant,
        ids: [Uuid; 3],
    ) -> Self {
        let [id, primary, second] = ids;
        let (offers, mailboxes) = (Offers::default(), HashMap::new());
        Self { id, number, place, language, opened, primary, second, offers, mailboxes }
    }

    pub(super) fn is_operator(&self) -> bool {
        self.number == 0
    }

    /// An address of its own for somebody here: namesakes are numbered (C11).
    pub(super) fn address(&mut self, mailbox: &str) -> String {
        let given = self.mailboxes.entry(mailbox.to_owned()).or_default();
        *given += 1;
        let number = if *given > 1 { given.to_string() } else { String::new() };
        format!("{mailbox}{number}@{}", self.place.domain)
    }

    /// What the place is eligible for (P2); of a catalogue with other modules, all.
    pub(super) fn eligible(&self, catalogue: &Catalogue) -> Eligible {
        let switched = || catalogue.modules.iter().filter(|module| !module.operator && !module.for_everyone);
        let named = |key: &String| self.place.kind.modules.contains(&key.as_str());
        let mut modules: Vec<String> = switched().map(|module| module.key.clone()).filter(named).collect();
        if modules.is_empty() && !catalogue.modules.iter().any(|module| module.for_everyone) {
            modules = switched().map(|module| module.key.clone()).collect();
        }
        Eligible { modules, operator: self.is_operator() }
    }

    /// Sorts the profiles that may be held here by who may grant them; Support's first contact is `supervisor`.
    pub(super) fn offer(&mut self, catalogue: &Catalogue, supervisor: Option<Uuid>) {
        let eligible = self.eligible(catalogue);
        let here = |operator: bool| eligible.operator == operator;
        let modules =
            catalogue.modules.iter().filter(|module| eligible.offers(module) && here(module.operator));
        let all: Vec<_> =
            modules.flat_map(|module| module.profiles.iter().map(move |p| (module, p))).collect();
        let keys = |which: fn(&Profile) -> bool| -> Vec<String> {
            all.iter().filter(|(_, profile)| which(profile)).map(|(_, profile)| profile.key.clone()).collect()
        };
        let (primary, second) = (keys(passes_on), keys(|profile| profile.administrator));
        for (module, profile) in &all {
            let may = |held: &[String]| catalogue.may_take(profile, held);
            let granted_by = match () {
                () if may(&primary) => Some(self.primary),
                () if may(&second) => Some(self.second),
                () => supervisor,
            };
            self.offers.add(profile, granted_by, &module.key);
        }
    }

    /// Its row; `representative` is the agent of Support whom it may ask (P3).
    pub(super) fn row(&self, dice: &Dice, representative: Option<Uuid>) -> organization::ActiveModel {
        let Bilingual { en, fr } = self.place.name.clone();
        let door = dice.within(1..900);
        let Bilingual { en: town, fr: ville } = &self.place.town;
        let (street, address) = match self.language {
            Language::En => (
                format!("{door} Wharf Road\n{town}, New Brunswick  E0Z 0Z0"),
                format!("P.O. Box {}\n{town}, New Brunswick  E0Z 0Z0", self.number + 10),
            ),
            Language::Fr => (
                format!("{door}, chemin du Quai\n{ville} (Nouveau-Brunswick)  E0Z 0Z0"),
                format!("Case postale {}\n{ville} (Nouveau-Brunswick)  E0Z 0Z0", self.number + 10),
            ),
        };
        let has = |module: &str| self.place.kind.modules.contains(&module);
        // Some changed their name, and are still found by the one before.
        let search = match self.earlier_name() {
            Some(earlier) => searchable([&self.place.name, &earlier]),
            None => searchable([&self.place.name]),
        };
        organization::ActiveModel {
            id: Set(self.id),
            search: Set(search),
            sort_key: Set(fold::sort_key(&fr, "")),
            sort_key_en: Set(fold::sort_key(&en, "")),
            name_en: Set(en),
            name_fr: Set(fr),
            language: Set(Some(self.language.code().to_owned())),
            email: Set(Some(format!("info@{}", self.place.domain))),
            phone: Set(Some(format!("506-555-01{:02}", dice.below(100)))),
            // Where the mail goes is where the door is, but for a few.
            civic_address: Set(self.number.is_multiple_of(3).then_some(street.clone())),
            address: Set(Some(if self.number.is_multiple_of(3) { address } else { street })),
            state: Set(if self.is_closed() { "closed" } else { "open" }.to_owned()),
            tracks_clients: Set(self.place.kind.tracks_clients),
            operator: Set(self.is_operator()),
            created_at: Set(self.opened.0),
            other_phone: Set(self.number.is_multiple_of(2).then(|| "506-555-0199".to_owned())),
            business_number: Set(Some(format!(
                "{:09}RC0001",
                700_000_000 + self.number * 7_919 % 99_999_999
            ))),
            registry_number: Set(Some(format!("NB-{:06}", 600_000 + self.number * 37))),
            registered_college: Set(has("colleges")),
            learning_organization: Set(has("learners")),
            representative_id: Set(representative),
            merged_into: Set(None),
            version: Set(1),
            updated_at: Set(self.opened.0),
        }
    }

    /// One of the small ones is closed (O3).
    pub(super) fn is_closed(&self) -> bool {
        self.number == 10
    }

    /// One has lost its last administrator (C10).
    pub(super) fn is_orphaned(&self) -> bool {
        self.number == 11
    }

    /// What one in five was called before.
    pub(super) fn earlier_name(&self) -> Option<Bilingual> {
        let renamed = self.number % 5 == 2;
        renamed.then(|| {
            let Bilingual { en, fr } = &self.place.town;
            Bilingual::new(format!("{en} Learning Society"), format!("Société d’apprentissage de {fr}"))
        })
    }
}

/// Whoever holds it may grant it.
fn passes_on(profile: &Profile) -> bool {
    profile.administrator && profile.granted_by.contains(&profile.key)
}

impl Offers {
    fn add(&mut self, profile: &Profile, granted_by: Option<Uuid>, module: &str) {
        let offer = Offer {
            profile: profile.key.clone(),
            granted_by,
            module: module.to_owned(),
            needs: profile.needs_module.clone(),
            permissions: profile.permissions.len(),
        };
        match profile.administrator {
            true if passes_on(profile) => self.passed_on.push(offer),
            true => self.reserved.push(offer),
            false => self.ordinary.push(offer),
        }
    }

    /// The profile that makes an administrator; of the first module that has one.
    fn first(&self) -> Option<&Offer> {
        self.passed_on.first().or(self.reserved.first())
    }

    /// The profiles that somebody holds, or held before leaving.
    pub(super) fn held(&self, standing: Standing, dice: &Dice) -> Vec<Offer> {
        let common = || {
            self.ordinary
                .iter()
                .filter(|offer| self.first().is_some_and(|first| first.module == offer.module))
        };
        let one = |offer: Option<&Offer>| offer.or(self.first()).cloned().into_iter().collect();
        match standing {
            Standing::Primary if self.passed_on.is_empty() => one(None),
            Standing::Primary => self.passed_on.clone(),
            Standing::Administrator => self.passed_on.iter().take(1).chain(&self.reserved).cloned().collect(),
            Standing::Reader => one(common().min_by_key(|offer| offer.permissions)),
            Standing::User => one(common().max_by_key(|offer| offer.permissions)),
            _ if self.ordinary.is_empty() => one(None),
            _ => self.some_ordinary(dice),
        }
    }

    /// One or two ordinary profiles, with what they need.
    fn some_ordinary(&self, dice: &Dice) -> Vec<Offer> {
        let mut held = vec![dice.one(&self.ordinary).clone()];
        if dice.percent(25) {
            held.push(dice.one(&self.ordinary).clone());
        }
        let needed: Vec<String> = held.iter().filter_map(|offer| offer.needs.clone()).collect();
        for module in needed {
            if !held.iter().any(|offer| offer.module == module) {
                held.extend(self.ordinary.iter().find(|offer| offer.module == module).cloned());
            }
        }
        held.sort_by(|one, other| one.profile.cmp(&other.profile));
        held.dedup_by(|one, other| one.profile == other.profile);
        held
    }

    /// What that contact may propose to somebody who holds nothing (P3).
    pub(super) fn proposed_by(&self, contact: Uuid, dice: &Dice) -> Option<&Offer> {
        let within_reach = |offer: &&Offer| offer.granted_by == Some(contact) && offer.needs.is_none();
        let all: Vec<&Offer> = self.ordinary.iter().filter(within_reach).collect();
        if all.is_empty() { self.first() } else { Some(*dice.one(&all)) }
    }
}
