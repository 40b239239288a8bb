//! Writes the play: who enters where, and what each is to the organization.

mod founded;
mod invited;
mod linked;

use super::dice::Dice;
use super::names::{self, Named};
use super::places;
use super::rows::Rows;
use super::stage::{Stage, Standing};
use super::{DemoAccount, DemoPerson, DemoRole, FEWEST, PEOPLE, jobs};
use crate::activity::chain::End;
use crate::activity::{Event, Line};
use crate::contacts::columns;
use crate::entity::{contact, contact_phone, organization_module};
use domain::catalogue::Catalogue;
use domain::contacts::{ContactFacts, Phone};
use domain::invitations::By;
use domain::{Act, ContactId, Email, Instant, Language, OrganizationId};
use platform::Platform;
use sea_orm::ActiveValue::Set;
use std::collections::HashMap;
use std::ops::Range;
use uuid::Uuid;

pub(super) struct Author<'a> {
    pub(super) rows: Rows,
    platform: &'a Platform,
    catalogue: &'a Catalogue,
    accounts: &'a [DemoAccount],
    dice: Dice,
    now: Instant,
    /// Identifiers made so far.
    made: i64,
    /// Where the chain of the activity ends that is being written.
    end: End,
    /// The operator's primary contact: grants what only Support grants.
    supervisor: Option<Uuid>,
    /// The accounts of the people who are in several organizations.
    known: HashMap<DemoRole, Uuid>,
    /// The operator's departments (O2).
    departments: Vec<Uuid>,
    /// Another person of Support than the supervisor.
    agent: Option<Uuid>,
}

/// A contact about to be written.
struct Entrance {
    id: Uuid,
    role: Option<DemoRole>,
    standing: Standing,
    facts: ContactFacts,
    since: Instant,
}

/// Who enters an organization first, so that each shows every situation.
const FIRST: [Standing; FEWEST as usize] = [
    Standing::Primary,
    Standing::Administrator,
    Standing::Access,
    Standing::Never,
    Standing::Invited,
    Standing::Inactive,
    Standing::Expired,
    Standing::Declined,
];

/// Which of [`PEOPLE`] enters that organization at that moment, and as what.
fn player(organization: u64, entrance: usize) -> Option<(&'static DemoPerson, Standing)> {
    let (role, standing) = match (organization, entrance) {
        (0, 0) => (DemoRole::SupportSupervisor, Standing::Primary),
        (1, 0) => (DemoRole::PrimaryContact, Standing::Primary),
        (1, 1) => (DemoRole::Administrator, Standing::Administrator),
        (1, 2) => (DemoRole::Reader, Standing::Reader),
        (2, 0) => (DemoRole::Administrator, Standing::Primary),
        (2, 2) => (DemoRole::PrimaryContact, Standing::User),
        _ => return None,
    };
    PEOPLE.iter().find(|person| person.role == role).map(|person| (person, standing))
}

impl<'a> Author<'a> {
    /// Begins with the line that tells invented data from real.
    pub(super) fn new(platform: &'a Platform, catalogue: &'a Catalogue, accounts: &'a [DemoAccount]) -> Self {
        let mut author = Self {
            rows: Rows::default(),
            platform,
            catalogue,
            accounts,
            dice: Dice::new(),
            now: platform.clock.now(),
            made: 0,
            end: End::start(Uuid::nil()),
            supervisor: None,
            known: HashMap::new(),
            departments: Vec::new(),
            agent: None,
        };
        author.note(None, None, Event::of(Act::DemonstrationBegun, None), author.now);
        author
    }

    /// Opens the organization of that number.
    pub(super) fn open(&mut self, number: u64) -> Stage {
        let (place, language) = match number {
            0 => (places::operator(), Language::Fr),
            1 => (places::main(), Language::Fr),
            other => {
                (places::other(other as usize - 2), if other % 2 == 0 { Language::En } else { Language::Fr })
            }
        };
        let ids = [self.id(), self.id(), self.id()];
        let mut stage = Stage::new(number, place, language, self.days_ago(400..2400), ids);
        if stage.is_operator() {
            self.supervisor = Some(stage.primary);
            self.agent = Some(stage.second);
        }
        stage.offer(self.catalogue, self.supervisor);
        for module in stage.eligible(self.catalogue).modules {
            let row =
                organization_module::ActiveModel { organization_id: Set(stage.id), module: Set(module) };
            self.rows.modules.push(row);
        }
        self.end = End::start(stage.id);
        self.note(Some(&stage), None, Event::of(Act::OrganizationOpened, None), stage.opened);
        self.found(&stage);
        stage
    }

    /// Lets the next person enter.
    pub(super) fn enter(&mut self, stage: &mut Stage, entrance: u64) {
        let entrance = entrance as usize;
        let player = player(stage.number, entrance);
        let standing = match player {
            Some((_, standing)) => standing,
            None => FIRST.get(entrance).copied().unwrap_or_else(|| self.standing()),
        };
        let (named, email) = match player {
            Some((person, _)) => played(person),
            None => self.invented(stage, entrance),
        };
        let entered = Entrance {
            id: match entrance {
                0 => stage.primary,
                1 => stage.second,
                _ => self.id(),
            },
            role: player.map(|(person, _)| person.role),
            standing,
            facts: self.facts(stage, standing, named, email),
            since: self.between(stage.opened, self.now.plus_days(-130)),
        };
        self.write(stage, &entered);
    }

    fn standing(&self) -> Standing {
        match self.dice.below(100) {
            0..3 => Standing::Administrator,
            3..58 => Standing::Access,
            58..80 => Standing::Never,
            80..84 => Standing::Invited,
            84 => Standing::Bounced,
            85..87 => Standing::Expired,
            87 => Standing::Declined,
            88..97 => Standing::Inactive,
            _ => Standing::Revoked,
        }
    }

    fn invented(&self, stage: &mut Stage, entrance: usize) -> (Named, Email) {
        // The main organization has some people worth finding.
        let featured = entrance.checked_sub(3).filter(|_| stage.number == 1).and_then(names::featured);
        let named = featured.unwrap_or_else(|| names::anybody(&self.dice, stage.language));
        let address = stage.address(&named.mailbox);
        (named, Email::known(address))
    }

    fn facts(&self, stage: &Stage, standing: Standing, named: Named, email: Email) -> ContactFacts {
        let dice = &self.dice;
        let speaks = named.language.unwrap_or(stage.language);
        // C3: where clients are tracked, and now and then elsewhere.
        let employed = stage.place.kind.tracks_clients || dice.percent(8);
        ContactFacts {
            first_name: named.first,
            last_name: named.last,
            email,
            title: match standing {
                Standing::Primary => Some(jobs::first_title(speaks)),
                _ => dice.percent(88).then(|| jobs::title(dice, speaks)),
            },
            phones: jobs::phones(dice),
            language: (named.language.is_some() || dice.percent(70)).then_some(speaks),
            office_location: employed.then(|| jobs::office(dice, stage.language)),
            position_type: employed.then(|| jobs::position(dice, stage.language)),
            full_time_equivalent: employed.then(|| jobs::equivalent(dice)),
        }
    }

    fn write(&mut self, stage: &Stage, entered: &Entrance) {
        let linked = self.link(entered);
        self.rows.contacts.push(contact::ActiveModel {
            id: Set(entered.id),
            organization_id: Set(stage.id),
            active: Set(entered.standing != Standing::Inactive),
            is_primary: Set(entered.standing == Standing::Primary),
            account_id: Set(linked.as_ref().map(|linked| linked.account)),
            version: Set(1),
            created_at: Set(entered.since.0),
            updated_at: Set(entered.since.0),
            ..columns(&entered.facts, linked.as_ref().map(|linked| linked.email.as_str()))
        });
        for (place, phone) in (0..).zip(&entered.facts.phones) {
            self.phone(stage, entered.id, place, phone);
        }
        if entered.id == stage.second {
            self.tell_of_the_desk(stage, entered);
        }
        let held = if linked.is_some() { self.grant(stage, entered) } else { Vec::new() };
        self.invite(stage, entered, linked.map(|linked| linked.account), held);
        if entered.standing == Standing::Inactive {
            let (left, event) =
                (self.days_ago(1..31), Event::of(Act::ContactDeactivated, ContactId(entered.id)));
            self.note(Some(stage), Some(stage.primary), event, left);
        }
    }

    fn phone(&mut self, stage: &Stage, contact: Uuid, place: i32, phone: &Phone) {
        let row = contact_phone::ActiveModel {
            id: Set(self.id()),
            organization_id: Set(stage.id),
            contact_id: Set(contact),
            place: Set(place),
            kind: Set(phone.kind.code().to_owned()),
            number: Set(phone.number.clone()),
            extension: Set(phone.extension.clone()),
        };
        self.rows.phones.push(row);
    }

    /// A line of the activity; when no contact acted, the program did.
    fn note(&mut self, stage: Option<&Stage>, actor: Option<Uuid>, event: Event, at: Instant) {
        let id = self.id();
        let line = Line {
            id,
            organization: stage.map(|stage| OrganizationId(stage.id)),
            by: actor.map_or(By::System, |actor| By::Contact(ContactId(actor))),
            at,
            // Nothing here is worth hiding.
            salt: *id.as_bytes(),
            event,
        };
        let row = self.end.seal(line);
        self.rows.ends.insert(self.end.chain, self.end.clone());
        self.rows.activity.push(row);
    }

    /// A new identifier, after all others, so that the tables grow at their end.
    fn id(&mut self) -> Uuid {
        self.made += 1;
        self.dice.id(Instant(self.now.plus_days(-1).0 + self.made))
    }

    fn days_ago(&self, days: Range<i64>) -> Instant {
        self.between(self.now.plus_days(-days.end), self.now.plus_days(-days.start))
    }

    fn between(&self, start: Instant, end: Instant) -> Instant {
        Instant(self.dice.within(start.0..end.0))
    }
}

fn played(person: &DemoPerson) -> (Named, Email) {
    let (first, last) = (person.first_name.to_owned(), person.last_name.to_owned());
    let named = Named { first, last, mailbox: String::new(), language: Some(person.language) };
    (named, Email::known(person.email.to_owned()))
}
