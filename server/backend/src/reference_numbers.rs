//! Reference numbers that a professional order issued (R8): whoever holds one receives its services without a request.
//!
//! Support loads them for an organization, in which their holders become contacts. A number is kept as a keyed hash,
//! since there are too few of them for a plain one; it is used once, by the very update that asks whether it was, until
//! its last day, under the name as registered. What is wrong is told in one way whatever it is, and tries are counted.

use crate::access::{Permit, SignedIn};
use crate::activity::Event;
use crate::contacts;
use crate::csv::read;
use crate::entity::{contact, reference_number};
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::throttle::Subject;
use crate::work::Work;
use domain::access_requests::{
    NewNumber, NumberFigures, NumberForm, NumberLine, NumberLoadForm, NumberService, NumbersLoaded,
    number_key, read_numbers,
};
use domain::catalogue::{Service, WayIn};
use domain::contacts::ContactFacts;
use domain::imports::MEGABYTES;
use domain::invitations::By;
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{Act, ContactId, Email, Field, FieldProblems, Instant, OrganizationId, Problem, fold};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Numbers that are asked for, or kept, in one statement.
const AT_ONCE: usize = 200;

impl Portal {
    /// Whether an online service is entered with a reference number.
    #[must_use]
    pub fn takes_numbers(&self) -> bool {
        self.catalogue.services.iter().any(|service| service.ways_in.contains(&WayIn::ReferenceNumber))
    }

    fn number_hash(&self, number: &str) -> Vec<u8> {
        self.platform.secrets.derive("reference number", number_key(number).as_bytes()).to_vec()
    }
}

/// A name as it is compared: the letters of its parts, in order.
fn name_key(last_name: &str, first_name: &str) -> String {
    let letters = |text: &str| fold::fold(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    format!("{} {}", letters(last_name), letters(first_name))
}

/// A contact, if it is of that name.
fn named(person: contact::Model, typed: &NewNumber) -> Result<contact::Model, Refusal> {
    let registered = name_key(&typed.last_name, &typed.first_name);
    if name_key(&person.last_name, &person.first_name) == registered {
        Ok(person)
    } else {
        Err(Problem::NumberUnknown.into())
    }
}

impl Permit<KeepOrganizations> {
    /// Loads a table of numbers for this organization; each line is judged by itself.
    ///
    /// # Errors
    /// What is wrong with the form; a table that cannot be read; profiles that open another service, or that this
    /// person may not grant (P3); [`Problem::StepUpNeeded`] (A8).
    pub async fn load_numbers(&self, table: &[u8], form: &NumberLoadForm) -> Result<NumbersLoaded, Refusal> {
        let lines = self.lines_of(table, form);
        let mut faults = FieldProblems::none();
        let lines = faults.note(Field::Table, lines);
        let service = self.portal.catalogue.services.iter().find(|service| service.key == form.service);
        let service = service.filter(|service| service.ways_in.contains(&WayIn::ReferenceNumber));
        let service = faults.note(Field::Service, service.ok_or(Problem::UnknownChoice));
        if form.profiles.is_empty() {
            faults.add(Field::Profiles, Problem::NoProfile);
        } else if service
            .is_some_and(|service| form.profiles.iter().any(|key| !service.profiles.contains(key)))
        {
            faults.add(Field::Profiles, Problem::UnknownChoice);
        }
        let day = self.portal.platform.calendar.day(form.until.trim()).map(|day| day.end);
        let until = day.ok_or(Problem::NotADate);
        let until =
            until.and_then(|end| if end <= self.portal.now() { Err(Problem::DateInPast) } else { Ok(end) });
        let until = faults.note(Field::Until, until);
        let (Some(lines), Some(until), true) = (lines, until, faults.is_empty()) else {
            return Err(faults.into());
        };
        let (work, actor) = self.begin_as_support().await?;
        // A number gives profiles to whoever holds it (A8).
        work.proven()?;
        let granter = work.portal.catalogue.of_operator(&actor.profiles);
        work.decide_in_form(&form.profiles, &form.profiles, &granter).await?;
        let loaded = work.keep_numbers(lines, form, (actor.contact, until)).await?;
        let figures = json!({ "loaded": loaded.loaded, "here": loaded.here, "faulty": loaded.faulty.len() });
        let said = json!({ "service": form.service, "profiles": form.profiles, "figures": figures });
        work.commit(Event::of(Act::NumbersLoaded, None).with(said)).await?;
        Ok(loaded)
    }

    fn lines_of(
        &self,
        table: &[u8],
        form: &NumberLoadForm,
    ) -> Result<Vec<Result<NewNumber, NumberLine>>, Problem> {
        let content = if table.is_empty() { form.table.as_bytes() } else { table };
        if content.iter().all(u8::is_ascii_whitespace) {
            return Err(Problem::Missing);
        }
        if content.len() > usize::from(MEGABYTES) * 1024 * 1024 {
            return Err(Problem::ImportTooLarge { megabytes: MEGABYTES });
        }
        read_numbers(&read::records(&read::decoded(content)?))
    }
}

impl Permit<AllOrganizations> {
    /// The online services that are entered with a reference number, each with the profiles that numbers may give.
    #[must_use]
    pub fn services_by_number(&self) -> Vec<NumberService> {
        let catalogue = &self.portal.catalogue;
        let by_number = catalogue.services.iter().filter(|s| s.ways_in.contains(&WayIn::ReferenceNumber));
        let line = |service: &Service| {
            let profiles = catalogue.profiles().filter(|profile| service.profiles.contains(&profile.key));
            let profiles = profiles.map(|profile| (profile.key.clone(), profile.name.clone())).collect();
            NumberService { service: (service.key.clone(), service.name.clone()), profiles }
        };
        by_number.map(line).collect()
    }

    /// How many numbers of each service are left here, by their last day.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn numbers(&self) -> Result<Vec<NumberFigures>, Refusal> {
        let rows: Vec<(String, i64, i64, i64)> = reference_number::Entity::find()
            .select_only()
            .column(reference_number::Column::Service)
            .column(reference_number::Column::ExpiresAt)
            .expr_as(Expr::col(reference_number::Column::Id).count(), "loaded")
            .expr_as(Expr::col(reference_number::Column::UsedAt).count(), "used")
            .filter(reference_number::Column::OrganizationId.eq(self.organization.id))
            .group_by(reference_number::Column::Service)
            .group_by(reference_number::Column::ExpiresAt)
            .order_by_asc(reference_number::Column::Service)
            .order_by_asc(reference_number::Column::ExpiresAt)
            .into_tuple()
            .all(self.portal.platform.store.read())
            .await?;
        let line = |(service, until, loaded, used): (String, i64, i64, i64)| NumberFigures {
            service: self.portal.service_name(&service),
            unused: u64::try_from(loaded - used).unwrap_or_default(),
            used: u64::try_from(used).unwrap_or_default(),
            until: self.portal.platform.calendar.last_day_before(Instant(until)),
        };
        Ok(rows.into_iter().map(line).collect())
    }
}

impl SignedIn {
    /// Comes in with a reference number and the name as registered; accepts the commitments (R8, R11).
    ///
    /// # Errors
    /// What is missing; [`Problem::NumberUnknown`] whatever is wrong with the number; [`Problem::TooManyTries`];
    /// [`Problem::SignInNeeded`] for an account without a verified address; what linking or granting refuses.
    pub async fn use_number(&self, form: &NumberForm) -> Result<OrganizationId, Refusal> {
        let typed = form.parse()?;
        let account = self.account().id;
        let email = self.account().email.clone().ok_or(Problem::SignInNeeded)?;
        self.portal.count_try(Subject::Numbers(account)).await?;
        self.portal.count_at(self.address, Subject::NumbersFrom, 1).await?;
        let hash = self.portal.number_hash(&typed.number);
        let found = reference_number::Entity::find()
            .filter(reference_number::Column::NumberHash.eq(hash))
            .one(self.portal.platform.store.read())
            .await?
            .ok_or(Problem::NumberUnknown)?;
        let name = name_key(&typed.last_name, &typed.first_name);
        let works =
            found.name_key == name && found.used_at.is_none() && found.expires_at > self.portal.now().0;
        if !works {
            return Err(Problem::NumberUnknown.into());
        }
        let mut work = self.portal.begin(OrganizationId(found.organization_id)).await?;
        if work.organization.state != "open" {
            return Err(Problem::NumberUnknown.into());
        }
        let person = work.holder_of_number(self, &typed, &email).await?;
        work.may_link(&person, account).await?;
        work.use_once(&found, ContactId(person.id)).await?;
        let profiles = work.profiles_of_number(&found, &person).await?;
        work.by = By::Contact(ContactId(person.id));
        work.link_only(&person, account).await?;
        work.grant(&person, &profiles, (Some(found.loaded_by), None)).await?;
        work.keep_commitment(ContactId(person.id), account, "number").await?;
        let organization = work.organization_id();
        let said = json!({ "number": found.id, "profiles": profiles });
        work.commit(Event::of(Act::NumberUsed, ContactId(person.id)).with(said)).await?;
        Ok(organization)
    }
}

impl Work {
    async fn keep_numbers(
        &self,
        lines: Vec<Result<NewNumber, NumberLine>>,
        form: &NumberLoadForm,
        (by, until): (ContactId, Instant),
    ) -> Result<NumbersLoaded, Refusal> {
        let mut loaded = NumbersLoaded::default();
        let mut new: BTreeMap<Vec<u8>, NewNumber> = BTreeMap::new();
        for line in lines {
            match line {
                Err(faulty) => loaded.faulty.push(faulty),
                Ok(number) => {
                    let hash = self.portal.number_hash(&number.number);
                    match new.entry(hash) {
                        Entry::Vacant(place) => {
                            place.insert(number);
                        }
                        Entry::Occupied(_) => {
                            let faults = FieldProblems::one(Field::Number, Problem::NumberTwice);
                            loaded.faulty.push(NumberLine { line: number.line, faults });
                        }
                    }
                }
            }
        }
        let profiles = serde_json::to_string(&form.profiles).map_err(Refusal::broken)?;
        let hashes: Vec<Vec<u8>> = new.keys().cloned().collect();
        for some in hashes.chunks(AT_ONCE) {
            self.make_room_for_numbers(some).await?;
            let here: Vec<Vec<u8>> = reference_number::Entity::find()
                .filter(reference_number::Column::NumberHash.is_in(some.to_vec()))
                .all(&self.db)
                .await?
                .into_iter()
                .map(|row| row.number_hash)
                .collect();
            loaded.here += here.len() as u64;
            let rows: Vec<reference_number::ActiveModel> = some
                .iter()
                .filter(|hash| !here.contains(hash))
                .filter_map(|hash| new.get(hash).map(|number| (hash, number)))
                .map(|(hash, number)| reference_number::ActiveModel {
                    id: Set(self.new_id()),
                    organization_id: Set(self.organization.id),
                    number_hash: Set(hash.clone()),
                    name_key: Set(name_key(&number.last_name, &number.first_name)),
                    service: Set(form.service.clone()),
                    profiles: Set(profiles.clone()),
                    loaded_by: Set(by.0),
                    loaded_at: Set(self.now.0),
                    expires_at: Set(until.0),
                    used_at: Set(None),
                    contact_id: Set(None),
                })
                .collect();
            loaded.loaded += rows.len() as u64;
            if !rows.is_empty() {
                reference_number::Entity::insert_many(rows).exec_without_returning(&self.db).await?;
            }
        }
        Ok(loaded)
    }

    /// Numbers that nobody used yet are loaded anew: with the profiles, the name and the last day of the new table.
    async fn make_room_for_numbers(&self, hashes: &[Vec<u8>]) -> Result<(), Refusal> {
        reference_number::Entity::delete_many()
            .filter(reference_number::Column::OrganizationId.eq(self.organization.id))
            .filter(reference_number::Column::NumberHash.is_in(hashes.to_vec()))
            .filter(reference_number::Column::UsedAt.is_null())
            .exec(&self.db)
            .await?;
        Ok(())
    }

    /// The contact of that account here, or of that address, under the name as registered; or a new one. An address is
    /// nobody's proof, nor is somebody else's number an account's: a number under the same name is.
    async fn holder_of_number(
        &self,
        who: &SignedIn,
        typed: &NewNumber,
        email: &str,
    ) -> Result<contact::Model, Refusal> {
        let here =
            || contact::Entity::find().filter(contact::Column::OrganizationId.eq(self.organization.id));
        let linked = here().filter(contact::Column::AccountId.eq(who.account().id.0)).one(&self.db).await?;
        if let Some(person) = linked {
            return named(person, typed);
        }
        let facts = ContactFacts {
            last_name: typed.last_name.clone(),
            first_name: typed.first_name.clone(),
            email: Email::known(email.to_owned()),
            title: None,
            phones: Vec::new(),
            language: who.account().language,
            office_location: None,
            position_type: None,
            full_time_equivalent: None,
        };
        let known = here().filter(contact::Column::EmailKey.eq(facts.email.key())).one(&self.db).await?;
        match known {
            Some(person) => named(person, typed),
            None => {
                let person = self.insert_contact(&facts).await?;
                let after = json!({ "after": contacts::shown(&facts) });
                self.note(Event::of(Act::ContactAdded, ContactId(person.id)).with(after)).await?;
                Ok(person)
            }
        }
    }

    async fn use_once(&self, row: &reference_number::Model, by: ContactId) -> Result<(), Refusal> {
        let done = reference_number::Entity::update_many()
            .col_expr(reference_number::Column::UsedAt, Expr::value(self.now.0))
            .col_expr(reference_number::Column::ContactId, Expr::value(by.0))
            .filter(reference_number::Column::Id.eq(row.id))
            .filter(reference_number::Column::UsedAt.is_null())
            .filter(reference_number::Column::ExpiresAt.gt(self.now.0))
            .exec(&self.db)
            .await?;
        if done.rows_affected == 1 { Ok(()) } else { Err(Problem::NumberUnknown.into()) }
    }

    /// What the number gives and the person does not hold yet, as far as it may still be given here (P2).
    async fn profiles_of_number(
        &self,
        row: &reference_number::Model,
        person: &contact::Model,
    ) -> Result<Vec<String>, Refusal> {
        let mut profiles: Vec<String> = serde_json::from_str(&row.profiles).map_err(Refusal::broken)?;
        let held = crate::access::active_profiles(&self.db, person.id, self.now.0).await?;
        profiles.retain(|key| !held.contains(key));
        let catalogue = &self.portal.catalogue;
        let support = catalogue.operator_module().into_iter().flat_map(|module| &module.profiles);
        let granter: Vec<String> = support.map(|profile| profile.key.clone()).collect();
        let decided: Vec<String> = held.into_iter().chain(profiles.clone()).collect();
        self.decide(&profiles, &decided, &granter).await?;
        Ok(profiles)
    }
}
