//! Whatever people do, in whatever order: random commands on both databases, beside a model of a few lines.
//!
//! After each command the model and the portal agree on what was refused and on how everybody stands, and what must
//! always hold holds: one primary contact, active; one pending invitation each; an administrator left (C10);
//! nothing granted to whoever is inactive (C7); each change a line, and the chain whole (G3).

use crate::stage::{Org, Person, Stage, on_both, races, typed};
use backend::{ContactSave, Refusal};
use domain::contacts::ContactForm;
use domain::contacts::TransferForm;
use domain::grants::GrantsForm;
use domain::invitations::InvitationForm;
use domain::permissions::{ManageContacts, SeeContacts};
use domain::{ContactId, InvitationId};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use std::collections::{BTreeMap, BTreeSet};

/// Alice and Carla administer from the beginning; the others may come.
const PEOPLE: usize = 6;
const NAMES: [&str; PEOPLE] =
    ["Alice Aucoin", "Carla Comeau", "Bruno Boudreau", "Denis Doucet", "Edna Eaton", "Fay Forest"];
const ADMINISTRATOR: &str = "funding.administrator";
const PROFILES: [&str; 3] = [ADMINISTRATOR, "funding.user", "funding.reader"];
/// Few enough mails a day, and no invitation expires before the story ends.
const PAUSE: i64 = 8 * 3600;
const LONGEST: usize = 60;

/// Somebody does something to somebody.
#[derive(Clone, Debug)]
struct Step {
    who: usize,
    whom: usize,
    act: Act,
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Add,
    Invite(&'static str),
    Resend,
    Withdraw,
    Accept,
    Decline,
    Change,
    ChangeAddress,
    SaveAnOldPage,
    Deactivate,
    Reactivate { ticked: bool },
    HandOver,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let act = prop_oneof![
        3 => Just(Act::Add),
        6 => select(&PROFILES[..]).prop_map(Act::Invite),
        1 => Just(Act::Resend),
        1 => Just(Act::Withdraw),
        6 => Just(Act::Accept),
        1 => Just(Act::Decline),
        1 => Just(Act::Change),
        1 => Just(Act::ChangeAddress),
        1 => Just(Act::SaveAnOldPage),
        4 => Just(Act::Deactivate),
        2 => Just(Act::HandOver),
        3 => any::<bool>().prop_map(|ticked| Act::Reactivate { ticked }),
    ];
    // Administrators act more often than others, and upon everybody.
    let who = prop_oneof![4 => 0..2_usize, 1 => 0..PEOPLE];
    let step = (who, 0..PEOPLE, act).prop_map(|(who, whom, act)| Step { who, whom, act });
    prop::collection::vec(step, 1..LONGEST)
}

/// How somebody stands, as the model knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Standing {
    there: bool,
    active: bool,
    linked: bool,
    granted: BTreeSet<&'static str>,
    suspended: BTreeSet<&'static str>,
    pending: Option<&'static str>,
}

impl Standing {
    fn with(profile: &'static str) -> Self {
        Self { there: true, active: true, linked: true, granted: [profile].into(), ..Self::default() }
    }

    fn has_access(&self) -> bool {
        self.active && self.linked && !self.granted.is_empty()
    }

    fn manages(&self) -> bool {
        self.has_access() && self.granted.contains(ADMINISTRATOR)
    }
}

/// How everybody stands, and who is primary.
struct Model([Standing; PEOPLE], usize);

/// What became of a command.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Refused,
    Nothing,
    Done,
}

impl Model {
    fn new() -> Self {
        let mut all: [Standing; PEOPLE] = Default::default();
        all[0] = Standing::with(ADMINISTRATOR);
        all[1] = Standing::with(ADMINISTRATOR);
        Self(all, 0)
    }

    /// What must become of it; the model moves along.
    fn step(&mut self, step: &Step) -> Outcome {
        if let Act::HandOver = step.act {
            return self.hand_over(step);
        }
        let needs_right = !matches!(step.act, Act::Accept | Act::Decline);
        if needs_right && !self.0[step.who].manages() {
            return Outcome::Refused;
        }
        let last = self.0[step.whom].manages()
            && !(0..PEOPLE).any(|other| other != step.whom && self.0[other].manages());
        let primary = self.1;
        let whom = &mut self.0[step.whom];
        if let Act::Add = step.act {
            return if whom.there { Outcome::Refused } else { whom.comes() };
        }
        if !whom.there {
            return Outcome::Refused;
        }
        match step.act {
            Act::Invite(_) if !whom.active || whom.has_access() || whom.pending.is_some() => Outcome::Refused,
            Act::Invite(profile) => whom.now(|whom| whom.pending = Some(profile)),
            Act::Resend | Act::Withdraw | Act::Accept | Act::Decline if whom.pending.is_none() => {
                Outcome::Refused
            }
            Act::Resend | Act::Change => Outcome::Done,
            Act::Withdraw | Act::Decline | Act::ChangeAddress => whom.now(|whom| whom.pending = None),
            Act::Accept => whom.now(|whom| {
                whom.linked = true;
                whom.granted.extend(whom.pending.take());
            }),
            Act::SaveAnOldPage => Outcome::Refused,
            Act::Deactivate if !whom.active => Outcome::Nothing,
            Act::Deactivate if step.whom == primary || last => Outcome::Refused,
            Act::Deactivate => whom.now(|whom| {
                (whom.active, whom.pending) = (false, None);
                whom.suspended.append(&mut whom.granted);
            }),
            Act::Reactivate { .. } if whom.active => Outcome::Nothing,
            Act::Reactivate { ticked } => whom.now(|whom| {
                whom.active = true;
                let suspended = std::mem::take(&mut whom.suspended);
                if ticked {
                    whom.granted = suspended;
                }
            }),
            Act::Add | Act::HandOver => Outcome::Refused,
        }
    }

    /// C9: by the primary contact alone, to somebody with access.
    fn hand_over(&mut self, step: &Step) -> Outcome {
        if !self.0[step.who].has_access() || !self.0[step.whom].there {
            return Outcome::Refused;
        }
        match step {
            Step { whom, .. } if *whom == self.1 => Outcome::Nothing,
            Step { who, whom, .. } if *who == self.1 && self.0[*whom].has_access() => {
                self.1 = *whom;
                Outcome::Done
            }
            _ => Outcome::Refused,
        }
    }
}

impl Standing {
    fn comes(&mut self) -> Outcome {
        *self = Self { there: true, active: true, ..Self::default() };
        Outcome::Done
    }

    fn now(&mut self, change: impl FnOnce(&mut Self)) -> Outcome {
        change(self);
        Outcome::Done
    }
}

/// The same people in the portal.
struct Cast<'a> {
    stage: &'a Stage,
    org: Org,
    /// Accounts, and contacts as far as they are known.
    people: Vec<Person>,
    contacts: BTreeMap<usize, ContactId>,
    invitations: BTreeMap<usize, InvitationId>,
    changes: u32,
}

impl<'a> Cast<'a> {
    async fn on(stage: &'a Stage) -> Self {
        let org = stage.organization("Tide House").await;
        let mut people = vec![stage.alice(&org).await, stage.carla(&org).await];
        let contacts = [(0, people[0].contact), (1, people[1].contact)].into();
        for name in &NAMES[2..] {
            let account = stage.account(name).await;
            people.push(stage.linked(&people[0], account));
        }
        Self { stage, org, people, contacts, invitations: BTreeMap::new(), changes: 0 }
    }

    /// Does it, as far as it can be tried at all.
    async fn step(&mut self, step: &Step) -> Result<bool, Refusal> {
        let before = self.lines().await;
        self.act(step).await?;
        Ok(self.lines().await > before)
    }

    async fn lines(&self) -> i64 {
        self.stage.number("SELECT count(*) FROM activity").await
    }

    async fn act(&mut self, step: &Step) -> Result<(), Refusal> {
        let contact = self.contacts.get(&step.whom).copied();
        let unknown = || Refusal::Refused(domain::Problem::NotFound);
        match step.act {
            Act::Accept => {
                let account = self.stage.signed_in(self.people[step.whom].account()).await;
                account.accept(&self.link(step.whom)).await.map(|_| ())
            }
            Act::Decline => self.stage.portal.visitor().decline(&self.link(step.whom)).await,
            Act::Add => {
                let manages = self.people[step.who].asks::<ManageContacts>(self.org.id).await?;
                let mut form = typed(NAMES[step.whom]);
                if let Some(id) = contact {
                    let sql = format!("SELECT email FROM contacts WHERE id = {}", self.sql(id));
                    form.email = self.stage.texts(&sql).await.remove(0);
                }
                let id = manages.add(&form).await?;
                self.contacts.insert(step.whom, id);
                Ok(())
            }
            Act::HandOver => {
                let sees = self.people[step.who].asks::<SeeContacts>(self.org.id).await?;
                sees.transfer_primary(contact.ok_or_else(unknown)?, &TransferForm::default())
                    .await
                    .map(|_| ())
            }
            _ => self.manage(step, contact.ok_or_else(unknown)?).await,
        }
    }

    /// The link of the last invitation, whatever became of it.
    fn link(&self, whom: usize) -> String {
        let last = self.invitations.get(&whom).map_or(uuid::Uuid::nil(), |id| id.0);
        self.stage.platform.secrets.token("invitation", last.as_bytes())
    }

    async fn manage(&mut self, step: &Step, contact: ContactId) -> Result<(), Refusal> {
        let manages = self.people[step.who].asks::<ManageContacts>(self.org.id).await?;
        let last = self.invitations.get(&step.whom).copied().unwrap_or(InvitationId(uuid::Uuid::nil()));
        let card = self.people[step.who].sees().await.card(contact).await?;
        let mut save = ContactSave {
            form: ContactForm::from(&card.facts),
            version: card.version,
            active: card.line.active,
            grants: GrantsForm::default(),
        };
        self.changes += 1;
        match step.act {
            Act::Invite(profile) => {
                let form = InvitationForm { profiles: vec![profile.to_owned()], ..InvitationForm::default() };
                let sent = manages.invite(contact, &form).await?;
                self.invitations.insert(step.whom, sent.invitation);
                return Ok(());
            }
            Act::Resend => {
                let sent = manages.reissue(last, card.facts.email.as_str()).await?;
                self.invitations.insert(step.whom, sent.invitation);
                return Ok(());
            }
            Act::Withdraw => return manages.withdraw(last).await.map(|_| ()),
            Act::ChangeAddress => save.form.email = format!("number{}@example.org", self.changes),
            Act::SaveAnOldPage => save.version -= 1,
            Act::Deactivate => save.active = false,
            Act::Reactivate { ticked } => {
                save.active = true;
                let held = card.held.iter().filter(|held| ticked && held.suspended);
                save.grants.ticked = held.map(|held| held.key.clone()).collect();
            }
            _ => save.form.title = format!("Title {}", self.changes),
        }
        manages.save(contact, &save).await.map(|_| ())
    }

    /// How everybody stands, as the database says.
    async fn standings(&self) -> [Standing; PEOPLE] {
        let mut all: [Standing; PEOPLE] = Default::default();
        for (n, standing) in all.iter_mut().enumerate() {
            let Some(id) = self.contacts.get(&n) else { continue };
            let grants = |state: &str| {
                format!(
                    "SELECT profile FROM grants WHERE state = '{state}' AND contact_id = {}",
                    self.sql(*id)
                )
            };
            let yes = async |condition: &str| {
                let sql =
                    format!("SELECT count(*) FROM contacts WHERE {condition} AND id = {}", self.sql(*id));
                self.stage.number(&sql).await == 1
            };
            let pending = format!(
                "SELECT profile FROM invitation_profiles p JOIN invitations i ON i.id = p.invitation_id \
                 WHERE i.state = 'pending' AND i.contact_id = {}",
                self.sql(*id)
            );
            *standing = Standing {
                there: true,
                active: yes("active").await,
                linked: yes("account_id IS NOT NULL").await,
                granted: known(self.stage.texts(&grants("active")).await),
                suspended: known(self.stage.texts(&grants("suspended")).await),
                pending: known(self.stage.texts(&pending).await).pop_first(),
            };
        }
        all
    }

    fn sql(&self, id: ContactId) -> String {
        if self.stage.platform.store.is_sqlite() { format!("x'{id}'") } else { format!("'{id}'") }
    }

    /// What holds whatever happens.
    async fn all_is_well(&self, step: &Step) {
        for (rule, wanted, sql) in [
            ("C9", 1, "SELECT count(*) FROM contacts WHERE is_primary AND active"),
            (
                "I9",
                0,
                "SELECT count(*) FROM (SELECT contact_id FROM invitations WHERE state = 'pending' GROUP BY contact_id HAVING count(*) > 1) AS twice",
            ),
            (
                "I9",
                0,
                "SELECT count(*) FROM invitations i JOIN contacts c ON c.id = i.contact_id WHERE i.state = 'pending' AND NOT c.active",
            ),
            (
                "C7",
                0,
                "SELECT count(*) FROM grants g JOIN contacts c ON c.id = g.contact_id WHERE g.state = 'active' AND (NOT c.active OR c.account_id IS NULL)",
            ),
            (
                "C7",
                0,
                "SELECT count(*) FROM invitations i JOIN contacts c ON c.id = i.issued_by WHERE i.state = 'pending' AND NOT c.active",
            ),
        ] {
            assert_eq!(self.stage.number(sql).await, wanted, "{rule} after {step:?}");
        }
        let administrators = "SELECT count(*) FROM grants g JOIN contacts c ON c.id = g.contact_id \
            WHERE g.state = 'active' AND g.profile = 'funding.administrator' AND c.active";
        assert!(self.stage.number(administrators).await > 0, "C10 after {step:?}");
        let chain = self.stage.portal.verify_activity().await.unwrap();
        assert!(chain.broken.is_empty(), "G3 after {step:?}: {chain:?}");
    }
}

fn known(keys: Vec<String>) -> BTreeSet<&'static str> {
    PROFILES.into_iter().filter(|profile| keys.iter().any(|key| key == profile)).collect()
}

async fn played(stage: &Stage, steps: &[Step]) {
    let (mut cast, mut model) = (Cast::on(stage).await, Model::new());
    for step in steps {
        stage.wait(PAUSE);
        let became = match cast.step(step).await {
            Ok(true) => Outcome::Done,
            Ok(false) => Outcome::Nothing,
            Err(Refusal::Broken(cause)) => panic!("{step:?} broke: {cause}"),
            Err(_) => Outcome::Refused,
        };
        assert_eq!(became, model.step(step), "{step:?}");
        assert_eq!(cast.standings().await, model.0, "{step:?}");
        cast.all_is_well(step).await;
    }
    stage.read_all().await;
}

#[test]
fn c7_c9_c10_i9_g3_hold_whatever_is_done_in_whatever_order() {
    let cases = races(10).min(1_000);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let told = runner.run(&steps(), |steps| {
        on_both(async |stage| played(stage, &steps).await);
        Ok(())
    });
    if let Err(failure) = told {
        panic!("{failure}");
    }
}
