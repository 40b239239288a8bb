//! Giving and taking security profiles on a contact's page (P3, P7, C8).

use crate::catalogue::{Catalogue, Eligible, Grantable};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// What was ticked and typed about profiles on a contact's page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GrantsForm {
    /// "true" when the page showed what the person holds: then a profile that is not ticked is taken away. Otherwise
    /// what is ticked only comes back (C8).
    pub shown: String,
    /// The keys of the profiles ticked.
    pub ticked: Vec<String>,
    /// The last day of each profile held, as typed: `2027-03-31`, or nothing.
    pub ends: Vec<EndForm>,
    /// The last day of the profiles that are given now.
    pub added_until: String,
}

/// The last day typed for one profile that is held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EndForm {
    pub profile: String,
    pub until: String,
}

/// What somebody holds before a save: keys of profiles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    pub active: Vec<String>,
    pub suspended: Vec<String>,
}

/// What a save does to the profiles of one person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Regrant {
    pub given: Vec<String>,
    /// Suspended ones that work again.
    pub resumed: Vec<String>,
    pub taken: Vec<String>,
}

impl Regrant {
    /// Decides what the ticks mean (P3): within the granter's reach what is ticked is held afterwards and nothing else;
    /// beyond it nothing moves.
    ///
    /// # Errors
    /// The first reason that refuses: a profile beyond reach, not offered here, or one that needs another.
    pub fn decide(
        form: &GrantsForm,
        held: &Holding,
        granter: &[String],
        (catalogue, eligible): (&Catalogue, &Eligible),
    ) -> Result<Self, Problem> {
        let gives = |key: &&String| {
            catalogue.find(key).is_some_and(|(_, p)| catalogue.grantable(p, granter) == Grantable::Yes)
        };
        let takes = |key: &&String| catalogue.find(key).is_some_and(|(_, p)| catalogue.may_take(p, granter));
        let ticked = |key: &&String| form.ticked.contains(key);
        let resumed: Vec<String> = held.suspended.iter().filter(gives).filter(ticked).cloned().collect();
        let (mut given, mut taken) = (Vec::new(), Vec::new());
        if form.shown == "true" {
            let known = |key: &&String| held.active.contains(key) || held.suspended.contains(key);
            given = form.ticked.iter().filter(|key| !known(key)).cloned().collect();
            taken = held.active.iter().filter(takes).filter(|key| !ticked(key)).cloned().collect();
        }
        let kept: Vec<String> = held.active.iter().filter(|key| !taken.contains(key)).cloned().collect();
        let wanted: Vec<String> = given.iter().chain(&resumed).cloned().collect();
        // What comes back was given once, by whatever way it is given (P8).
        let already: Vec<String> = kept.iter().chain(&resumed).cloned().collect();
        catalogue.decide(&wanted, &already, granter, eligible)?;
        if !taken.is_empty() {
            let after: Vec<String> = kept.into_iter().chain(wanted).collect();
            catalogue.lean_on_each_other(&after)?;
        }
        Ok(Self { given, resumed, taken })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Module, Profile};
    use crate::language::Bilingual;

    fn profile(key: &str, granted_by: &[&str], needs_module: Option<&str>) -> Profile {
        Profile {
            key: key.into(),
            name: Bilingual::default(),
            description: Bilingual::default(),
            administrator: false,
            permissions: [].into(),
            granted_by: granted_by.iter().map(ToString::to_string).collect(),
            by_two: key == "loans.board",
            needs_module: needs_module.map(Into::into),
            usually_with_another: false,
        }
    }

    fn catalogue() -> Catalogue {
        let module = |key: &str, profiles| Module {
            key: key.into(),
            name: Bilingual::default(),
            for_everyone: true,
            operator: false,
            profiles,
        };
        Catalogue {
            services: vec![],
            modules: vec![
                module(
                    "loans",
                    vec![
                        profile("loans.chief", &["loans.chief"], None),
                        profile("loans.clerk", &["loans.chief"], None),
                        profile("loans.board", &["loans.chief"], None),
                    ],
                ),
                module(
                    "vault",
                    vec![
                        profile("vault.key", &["vault.owner"], None),
                        profile("vault.door", &["loans.chief"], Some("loans")),
                    ],
                ),
            ],
        }
    }

    fn decided(
        shown: &str,
        ticked: &[&str],
        active: &[&str],
        suspended: &[&str],
    ) -> Result<Regrant, Problem> {
        let keys = |all: &[&str]| all.iter().map(ToString::to_string).collect::<Vec<String>>();
        let form = GrantsForm { shown: shown.into(), ticked: keys(ticked), ..GrantsForm::default() };
        let held = Holding { active: keys(active), suspended: keys(suspended) };
        let eligible = Eligible { modules: vec![], operator: false };
        Regrant::decide(&form, &held, &keys(&["loans.chief"]), (&catalogue(), &eligible))
    }

    #[test]
    fn p3_what_is_beyond_reach_is_untouched() {
        let regrant = decided("true", &["loans.clerk"], &["loans.chief", "vault.key"], &[]).unwrap();
        assert_eq!(regrant.given, ["loans.clerk"]);
        assert_eq!(regrant.taken, ["loans.chief"]);
        assert!(matches!(decided("true", &["vault.key"], &[], &[]), Err(Problem::NotYoursToGrant { .. })));
    }

    #[test]
    fn p3_what_takes_two_is_taken_by_one_and_given_by_nobody_alone() {
        let given = decided("true", &["loans.board"], &[], &[]);
        assert!(matches!(given, Err(Problem::GrantedByTwo { .. })));
        assert_eq!(decided("true", &["loans.board"], &["loans.board"], &[]), Ok(Regrant::default()));
        assert_eq!(decided("true", &[], &["loans.board"], &[]).unwrap().taken, ["loans.board"]);
        assert_eq!(decided("", &["loans.board"], &[], &["loans.board"]), Ok(Regrant::default()));
    }

    #[test]
    fn p3_a_page_that_showed_nothing_takes_nothing() {
        assert_eq!(decided("", &[], &["loans.clerk"], &[]), Ok(Regrant::default()));
    }

    #[test]
    fn c8_ticked_ones_come_back_and_only_those_within_reach() {
        let regrant = decided("", &["loans.clerk", "vault.key"], &[], &["loans.clerk", "vault.key"]).unwrap();
        assert_eq!((regrant.resumed, regrant.given), (vec!["loans.clerk".to_owned()], vec![]));
    }

    #[test]
    fn p3_what_another_profile_needs_is_not_taken_from_under_it() {
        let taken = decided("true", &["vault.door"], &["loans.clerk", "vault.door"], &[]);
        assert!(matches!(taken, Err(Problem::NeedsProfileOf { .. })));
        assert_eq!(decided("true", &[], &["loans.clerk", "vault.door"], &[]).unwrap().taken.len(), 2);
    }
}
