//! Reading a review: what was copied at its start, beside what is true now.
//!
//! However many people there are, it takes a fixed number of questions. An attested review is read from its copies
//! alone.

use super::{listed, who};
use crate::access::working;
use crate::contacts::people;
use crate::entity::{account, contact, grant, review, review_person, review_profile};
use crate::portal::Portal;
use domain::permissions::Permission;
use domain::reviews::{Decided, Item, Outcome, Reach, ReviewedPerson, ReviewedProfile, Who};
use domain::{Actor, ContactId, Instant};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _, Select,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Who reads, where.
pub(super) struct Reader<'a, C> {
    pub portal: &'a Portal,
    pub db: &'a C,
    pub organization: Uuid,
    pub actor: &'a Actor,
}

/// Somebody with access now.
pub(super) struct Holder {
    pub row: contact::Model,
    pub grants: Vec<grant::Model>,
    pub last_sign_in: Option<Instant>,
}

/// Who has access now, and what one must know to judge it.
pub(super) struct Present {
    pub holders: Vec<Holder>,
    /// The names of the organization's own people who granted; anybody else is Support.
    pub granters: HashMap<Uuid, String>,
    /// The profiles that work for somebody here who may review.
    reviewers: BTreeSet<String>,
}

/// Somebody as a review copied them.
struct Copied {
    row: review_person::Model,
    profiles: BTreeMap<String, review_profile::Model>,
}

/// One profile of one person, from both sides.
struct Sides<'a> {
    copied: Option<&'a review_profile::Model>,
    grant: Option<&'a grant::Model>,
}

impl<C: ConnectionTrait> Reader<'_, C> {
    /// Everybody in the review, the primary contact first, then by name.
    pub(super) async fn everybody(&self, row: &review::Model) -> Result<Vec<ReviewedPerson>, DbErr> {
        let present = if row.state == "open" { self.present(None).await? } else { Present::nobody() };
        self.people(row, None, &present).await
    }

    /// One person of the review.
    pub(super) async fn one(
        &self,
        row: &review::Model,
        person: ContactId,
    ) -> Result<Option<ReviewedPerson>, DbErr> {
        let open = row.state == "open";
        let present = if open { self.present(Some(person)).await? } else { Present::nobody() };
        Ok(self.people(row, Some(person), &present).await?.pop())
    }

    /// The people of a review, where who has access now was read already.
    pub(super) async fn people(
        &self,
        review: &review::Model,
        only: Option<ContactId>,
        present: &Present,
    ) -> Result<Vec<ReviewedPerson>, DbErr> {
        let mut copied = self.copied(review, only).await?;
        let mut people: Vec<((bool, String, Uuid), ReviewedPerson)> = Vec::new();
        for holder in &present.holders {
            let copy = copied.remove(&holder.row.id);
            let order = (!holder.row.is_primary, holder.row.sort_key.clone(), holder.row.id);
            people.push((order, self.person(review, copy.as_ref(), Some(holder), present)));
        }
        for (id, copy) in copied {
            let order = (!copy.row.is_primary, copy.row.sort_key.clone(), id);
            people.push((order, self.person(review, Some(&copy), None, present)));
        }
        people.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(people.into_iter().map(|(_, person)| person).collect())
    }

    async fn copied(
        &self,
        review: &review::Model,
        only: Option<ContactId>,
    ) -> Result<HashMap<Uuid, Copied>, DbErr> {
        let mut people = review_person::Entity::find().filter(review_person::Column::ReviewId.eq(review.id));
        let mut profiles =
            review_profile::Entity::find().filter(review_profile::Column::ReviewId.eq(review.id));
        if let Some(only) = only {
            people = people.filter(review_person::Column::ContactId.eq(only.0));
            profiles = profiles.filter(review_profile::Column::ContactId.eq(only.0));
        }
        let people = people.all(self.db).await?.into_iter();
        let mut copied: HashMap<Uuid, Copied> =
            people.map(|row| (row.contact_id, Copied { row, profiles: BTreeMap::new() })).collect();
        for row in profiles.all(self.db).await? {
            if let Some(person) = copied.get_mut(&row.contact_id) {
                person.profiles.insert(row.profile.clone(), row);
            }
        }
        Ok(copied)
    }

    /// Who has access now: everybody, or one.
    pub(super) async fn present(&self, only: Option<ContactId>) -> Result<Present, DbErr> {
        let mut contacts = self.with_access();
        let mut grants = grant::Entity::find()
            .filter(grant::Column::OrganizationId.eq(self.organization))
            .filter(working(self.portal.now().0))
            .order_by_asc(grant::Column::Profile);
        if let Some(only) = only {
            contacts = contacts.filter(contact::Column::Id.eq(only.0));
            grants = grants.filter(grant::Column::ContactId.eq(only.0));
        }
        let accounts = contacts.clone().select_only().column(contact::Column::AccountId).into_query();
        let accounts = account::Entity::find().filter(account::Column::Id.in_subquery(accounts));
        let seen: HashMap<Uuid, Instant> = accounts
            .all(self.db)
            .await?
            .into_iter()
            .map(|row| (row.id, Instant(row.last_sign_in_at)))
            .collect();
        let mut held: HashMap<Uuid, Vec<grant::Model>> = HashMap::new();
        for row in grants.all(self.db).await? {
            held.entry(row.contact_id).or_default().push(row);
        }
        let granters: BTreeSet<Uuid> = held.values().flatten().filter_map(|row| row.granted_by).collect();
        let holders = contacts.all(self.db).await?.into_iter().map(|row| Holder {
            grants: held.remove(&row.id).unwrap_or_default(),
            last_sign_in: row.account_id.and_then(|id| seen.get(&id).copied()),
            row,
        });
        Ok(Present {
            holders: holders.collect(),
            granters: people::names_in(self.db, self.organization, granters).await?,
            reviewers: self.reviewers().await?,
        })
    }

    /// The active contacts whose account may sign in and who hold a working grant.
    fn with_access(&self) -> Select<contact::Entity> {
        people::with_access(self.organization, self.portal.now().0)
    }

    async fn reviewers(&self) -> Result<BTreeSet<String>, DbErr> {
        let holders = self.with_access().select_only().column(contact::Column::Id).into_query();
        let keys: Vec<String> = grant::Entity::find()
            .select_only()
            .column(grant::Column::Profile)
            .distinct()
            .filter(grant::Column::OrganizationId.eq(self.organization))
            .filter(working(self.portal.now().0))
            .filter(grant::Column::ContactId.in_subquery(holders))
            .into_tuple()
            .all(self.db)
            .await?;
        let reviews =
            |key: &String| self.portal.catalogue.permissions([key]).contains(&Permission::ReviewAccess);
        Ok(keys.into_iter().filter(reviews).collect())
    }

    fn person(
        &self,
        review: &review::Model,
        copy: Option<&Copied>,
        holder: Option<&Holder>,
        present: &Present,
    ) -> ReviewedPerson {
        let calendar = &self.portal.platform.calendar;
        let row = copy.map(|copy| &copy.row);
        let seen = holder.map_or_else(
            || row.and_then(|row| row.last_sign_in_at).map(Instant),
            |holder| holder.last_sign_in,
        );
        let profiles = self.profiles(copy, holder, present);
        let keys: Vec<String> = profiles.iter().map(|profile| profile.key.clone()).collect();
        let known = holder.map(|holder| &holder.row);
        let contact = known.map(|row| row.id).or(row.map(|row| row.contact_id)).unwrap_or_default();
        ReviewedPerson {
            contact: ContactId(contact),
            name: known.map(listed).or(row.map(copied_name)).unwrap_or_default(),
            email: known.map(|row| &row.email).or(row.map(|row| &row.email)).cloned().unwrap_or_default(),
            primary: known.map_or_else(|| row.is_some_and(|row| row.is_primary), |row| row.is_primary),
            administrator: self.portal.catalogue.any_administrator(&keys),
            you: self.actor.contact.0 == contact,
            last_sign_in: seen.map(|at| calendar.date(at)),
            unused_days: seen.and_then(|at| self.unused(review, at)),
            profiles,
            version: row.map_or(0, |row| row.version),
        }
    }

    /// L10, as of now, or as of the start once all is attested.
    fn unused(&self, review: &review::Model, seen: Instant) -> Option<u32> {
        let asked = if review.state == "open" { self.portal.now() } else { Instant(review.started_at) };
        domain::contacts::unused_days(seen, asked, self.portal.settings.unused_days)
    }

    /// In the catalogue's order; what no catalogue names any more comes last.
    fn profiles(
        &self,
        copy: Option<&Copied>,
        holder: Option<&Holder>,
        present: &Present,
    ) -> Vec<ReviewedProfile> {
        let mut sides: BTreeMap<&str, Sides<'_>> = BTreeMap::new();
        for (key, row) in copy.iter().flat_map(|copy| &copy.profiles) {
            sides.insert(key, Sides { copied: Some(row), grant: None });
        }
        for row in holder.iter().flat_map(|holder| &holder.grants) {
            sides.entry(&row.profile).or_insert(Sides { copied: None, grant: None }).grant = Some(row);
        }
        let place = |key: &str| {
            let all = self.portal.catalogue.modules.iter().flat_map(|module| &module.profiles);
            all.into_iter().position(|profile| profile.key == key).unwrap_or(usize::MAX)
        };
        let mut ordered: Vec<_> = sides.into_iter().collect();
        ordered.sort_by_key(|(key, _)| place(key));
        ordered.into_iter().map(|(key, sides)| self.profile(key, &sides, present)).collect()
    }

    fn profile(&self, key: &str, sides: &Sides<'_>, present: &Present) -> ReviewedProfile {
        let calendar = &self.portal.platform.calendar;
        let outcome = sides.copied.and_then(|row| row.decision.as_deref()).and_then(Outcome::from_code);
        // What is attested as Support's stays Support's, whoever may grant it by then.
        let attested = outcome == Some(Outcome::Support);
        let works = sides.grant.is_some() || attested;
        let reach = if attested { Reach::Support } else { self.reach(key, present) };
        let (granted_by, granted_at) = match (sides.grant, sides.copied) {
            (Some(row), _) => (granter(row, &present.granters), row.granted_at),
            (None, Some(row)) => (who(row.granted_by_support, row.granted_name.as_deref()), row.granted_at),
            (None, None) => (Who::Unknown, 0),
        };
        let ends = sides.grant.map_or_else(|| sides.copied.and_then(|row| row.ends_at), |row| row.ends_at);
        ReviewedProfile {
            key: key.to_owned(),
            name: self.portal.catalogue.name_of(key),
            granted_by,
            granted_at: calendar.date(Instant(granted_at)),
            ends_at: ends.map(|at| calendar.last_day_before(Instant(at))),
            at_start: sides.copied.is_some_and(|row| row.at_start),
            works,
            reach,
            decided: sides.copied.and_then(|row| self.decided(row)),
            standing: Item { outcome, works, reach }.standing(),
        }
    }

    fn decided(&self, row: &review_profile::Model) -> Option<Decided> {
        Some(Decided {
            outcome: Outcome::from_code(row.decision.as_deref()?)?,
            by: who(row.decided_by_support, row.decided_name.as_deref()),
            at: self.portal.platform.calendar.date(Instant(row.decided_at?)),
            note: row.note.clone(),
        })
    }

    /// What one may grant, one may decide (P3).
    fn reach(&self, key: &str, present: &Present) -> Reach {
        let catalogue = &self.portal.catalogue;
        let Some((_, profile)) = catalogue.find(key) else { return Reach::Support };
        if catalogue.may_take(profile, &self.actor.profiles) {
            return Reach::Yours;
        }
        match profile.granted_by.iter().any(|key| present.reviewers.contains(key)) {
            true => Reach::Colleague,
            false => Reach::Support,
        }
    }
}

impl Present {
    fn nobody() -> Self {
        Self { holders: Vec::new(), granters: HashMap::new(), reviewers: BTreeSet::new() }
    }
}

/// Who granted, as of a grant's own row.
pub(super) fn granter(row: &grant::Model, names: &HashMap<Uuid, String>) -> Who {
    match row.granted_by {
        None => Who::Unknown,
        Some(id) => names.get(&id).cloned().map_or(Who::Support, Who::Named),
    }
}

fn copied_name(row: &review_person::Model) -> String {
    domain::contacts::listed_name(&row.last_name, &row.first_name)
}
