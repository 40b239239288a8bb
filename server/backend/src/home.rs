//! The home of an organization, and of an account that has several: what waits, most urgent first (L1, P5, R10).
//!
//! However many people and organizations there are, it takes a fixed number of questions.

use crate::access::{Permit, SignedIn, working};
use crate::contacts::{people, spoken};
use crate::entity::{contact, grant, invitation, organization, review, review_person, review_profile};
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::access_requests::ServiceAccess;
use domain::catalogue::{Module, Service};
use domain::contacts::Waiting;
use domain::organizations::{
    ModuleCard, OrganizationHome, OrganizationTile, OwnProfile, ReviewWait, ServiceCard, Waits, WhomToAsk,
};
use domain::permissions::{ManageContacts, Permission, ReviewAccess, SeeOrganization};
use domain::reviews::Who;
use domain::{Bilingual, Instant, ReviewId};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _, Select,
};
use std::collections::HashMap;
use uuid::Uuid;

/// So many administrators of a module are named; the others are counted.
const NAMED: usize = 5;
/// So many administrators are read at most.
const ADMINISTRATORS: u64 = 500;

impl Permit<SeeOrganization> {
    /// What waits, the figures, the modules, and the services that the person may open.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn home(&self) -> Result<OrganizationHome, Refusal> {
        let db = self.portal.platform.store.read();
        let primary = people::primary_of(db, self.organization.id).await?;
        Ok(OrganizationHome {
            contacts_active: people::active_in(self.organization.id).count(db).await?,
            contacts_with_access: self.with_access().count(db).await?,
            invitations_pending: self.pending().count(db).await?,
            waits: self.waits().await?,
            modules: self.modules().await?,
            own: self.own().await?,
            replacement: self.replacement(primary.as_ref()).await?,
            primary: primary.as_ref().map(spoken),
            services: self.services(),
            ask: self.whom_to_ask(primary.as_ref()),
            asked: self.asked_to_vouch().await?,
            codes: self.codes_held().await?,
        })
    }

    /// Somebody asks somebody else (R10).
    fn whom_to_ask(&self, primary: Option<&contact::Model>) -> WhomToAsk {
        match primary.filter(|primary| primary.id != self.actor.contact.0) {
            Some(primary) => WhomToAsk { name: Some(spoken(primary)), email: primary.email.clone() },
            None => WhomToAsk { name: None, email: self.portal.settings.operator.email.clone() },
        }
    }

    fn pending(&self) -> Select<invitation::Entity> {
        invitation::Entity::find()
            .filter(invitation::Column::OrganizationId.eq(self.organization.id))
            .filter(invitation::Column::State.eq("pending"))
            .filter(invitation::Column::ExpiresAt.gt(self.portal.now().0))
    }

    fn with_access(&self) -> Select<contact::Entity> {
        people::with_access(self.organization.id, self.portal.now().0)
    }

    async fn waits(&self) -> Result<Waits, Refusal> {
        let (manages, reviews) = (self.actor.may::<ManageContacts>(), self.actor.may::<ReviewAccess>());
        let asked = Asked { row: &self.organization, manages, reviews };
        let waits = self.portal.waiting(std::slice::from_ref(&asked)).await?;
        Ok(waits.into_values().next().unwrap_or_default())
    }

    /// The modules offered here, with who administers each and how many have access to it.
    async fn modules(&self) -> Result<Vec<ModuleCard>, Refusal> {
        let db = self.portal.platform.store.read();
        let eligible = self.eligible(db).await?;
        let offered: Vec<&Module> =
            self.portal.catalogue.modules.iter().filter(|module| eligible.offers(module)).collect();
        let people = self.people_by_module(&offered).await?;
        let administrators = self.administrators().await?;
        let cards = offered.into_iter().map(|module| {
            let of_module = |(key, name): &(String, String)| {
                module.profiles.iter().any(|profile| &profile.key == key).then(|| name.clone())
            };
            let mut names: Vec<String> = administrators.iter().filter_map(of_module).collect();
            let count = names.len() as u64;
            names.truncate(NAMED);
            ModuleCard {
                name: module.name.clone(),
                administrators: count,
                named: names,
                people: people.get(&module.key).copied().unwrap_or_default(),
            }
        });
        Ok(cards.collect())
    }

    /// How many people with access hold a profile of each module.
    async fn people_by_module(&self, modules: &[&Module]) -> Result<HashMap<String, u64>, DbErr> {
        let mut cases = Expr::case(Expr::val(1).eq(0), Expr::val(""));
        for module in modules {
            let keys = module.profiles.iter().map(|profile| profile.key.clone());
            cases = cases.case(grant::Column::Profile.is_in(keys), Expr::val(module.key.clone()));
        }
        let holders = self.with_access().select_only().column(contact::Column::Id).into_query();
        let counts: Vec<(String, i64)> = grant::Entity::find()
            .select_only()
            .expr_as(Expr::Case(Box::new(cases.finally(""))), "module")
            .expr_as(Expr::col(grant::Column::ContactId).count_distinct(), "people")
            .filter(grant::Column::OrganizationId.eq(self.organization.id))
            .filter(working(self.portal.now().0))
            .filter(grant::Column::ContactId.in_subquery(holders))
            .group_by(Expr::cust("module"))
            .into_tuple()
            .all(self.portal.platform.store.read())
            .await?;
        Ok(counts.into_iter().map(|(key, many)| (key, u64::try_from(many).unwrap_or_default())).collect())
    }

    /// The administrator profiles that work here, each with the name of who holds it.
    async fn administrators(&self) -> Result<Vec<(String, String)>, DbErr> {
        let db = self.portal.platform.store.read();
        let keys = self.portal.catalogue.administrator_keys();
        let held = grant::Entity::find()
            .filter(grant::Column::OrganizationId.eq(self.organization.id))
            .filter(grant::Column::Profile.is_in(keys))
            .filter(working(self.portal.now().0))
            .limit(ADMINISTRATORS)
            .all(db)
            .await?;
        let ids = held.iter().map(|row| row.contact_id);
        let holders = self.with_access().filter(contact::Column::Id.is_in(ids));
        let holders =
            holders.order_by_desc(contact::Column::IsPrimary).order_by_asc(contact::Column::SortKey);
        let mut named = Vec::new();
        for row in holders.all(db).await? {
            let theirs = held.iter().filter(|grant| grant.contact_id == row.id);
            named.extend(theirs.map(|grant| (grant.profile.clone(), spoken(&row))));
        }
        Ok(named)
    }

    /// C12: one's own profiles, who granted them and until when.
    async fn own(&self) -> Result<Vec<OwnProfile>, Refusal> {
        if self.actor.support {
            return Ok(Vec::new());
        }
        let db = self.portal.platform.store.read();
        let rows = grant::Entity::find()
            .filter(grant::Column::ContactId.eq(self.actor.contact.0))
            .filter(working(self.portal.now().0))
            .order_by_asc(grant::Column::Profile)
            .all(db)
            .await?;
        let granters = rows.iter().filter_map(|row| row.granted_by);
        let names = people::names_in(db, self.organization.id, granters).await?;
        let calendar = &self.portal.platform.calendar;
        Ok(rows
            .into_iter()
            .map(|row| OwnProfile {
                name: self.portal.catalogue.name_of(&row.profile),
                granted_by: match row.granted_by {
                    None => Who::Unknown,
                    Some(id) => names.get(&id).cloned().map_or(Who::Support, Who::Named),
                },
                granted_at: calendar.date(Instant(row.granted_at)),
                ends_at: row.ends_at.map(|at| calendar.last_day_before(Instant(at))),
            })
            .collect())
    }

    /// The online services that this person's profiles open (R10).
    fn services(&self) -> Vec<ServiceCard> {
        self.portal.services_opened_by(&self.actor.profiles)
    }
}

impl Portal {
    fn services_opened_by(&self, profiles: &[String]) -> Vec<ServiceCard> {
        let catalogue = &self.catalogue;
        let held = |service: &Service| -> Vec<Bilingual> {
            let opening = catalogue.profiles().filter(|profile| service.profiles.contains(&profile.key));
            opening.filter(|p| profiles.contains(&p.key)).map(|p| p.name.clone()).collect()
        };
        let module = |service: &Service| {
            let module = catalogue.modules.iter().find(|module| module.key == service.module);
            module.map(|module| module.name.clone()).unwrap_or_default()
        };
        let cards = catalogue.services.iter().map(|service| ServiceCard {
            name: service.name.clone(),
            module: module(service),
            address: service.address.clone(),
            instructions: service.instructions.clone(),
            profiles: held(service),
        });
        cards.filter(|card| !card.profiles.is_empty()).collect()
    }
}

impl SignedIn {
    /// Every online service that the account has access to, in every organization: what it may do there, and whom to
    /// ask (R10).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn services(&self) -> Result<Vec<ServiceAccess>, Refusal> {
        let choices = self.organizations().await?;
        let db = self.portal.platform.store.read();
        let ids: Vec<Uuid> = choices.iter().map(|choice| choice.id.0).collect();
        let own = contact::Entity::find()
            .select_only()
            .column(contact::Column::Id)
            .filter(contact::Column::AccountId.eq(self.eyes().0))
            .filter(contact::Column::Active.eq(true))
            .into_query();
        let grants = grant::Entity::find()
            .filter(grant::Column::ContactId.in_subquery(own))
            .filter(working(self.portal.now().0))
            .all(db)
            .await?;
        let primaries = contact::Entity::find()
            .filter(contact::Column::OrganizationId.is_in(ids))
            .filter(contact::Column::IsPrimary.eq(true))
            .all(db)
            .await?;
        let operator = &self.portal.settings.operator;
        let mut services = Vec::new();
        for choice in choices {
            let here = grants.iter().filter(|grant| grant.organization_id == choice.id.0);
            let profiles: Vec<String> = here.map(|grant| grant.profile.clone()).collect();
            let primary = primaries.iter().find(|row| row.organization_id == choice.id.0);
            // Somebody asks somebody else.
            let primary = primary.filter(|row| row.account_id != Some(self.eyes().0));
            for service in self.portal.services_opened_by(&profiles) {
                services.push(ServiceAccess {
                    organization: choice.id,
                    organization_name: choice.name.clone(),
                    service,
                    ask: primary.map(spoken),
                    ask_email: primary.map_or_else(|| operator.email.clone(), |row| row.email.clone()),
                });
            }
        }
        Ok(services)
    }

    /// The organizations of the account, and what waits in each for whoever manages contacts or reviews access.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn homes(&self) -> Result<Vec<OrganizationTile>, Refusal> {
        let choices = self.organizations().await?;
        let db = self.portal.platform.store.read();
        let ids: Vec<Uuid> = choices.iter().map(|choice| choice.id.0).collect();
        let contacts = contact::Entity::find()
            .select_only()
            .column(contact::Column::Id)
            .filter(contact::Column::AccountId.eq(self.eyes().0))
            .filter(contact::Column::Active.eq(true))
            .into_query();
        let grants = grant::Entity::find()
            .filter(grant::Column::ContactId.in_subquery(contacts))
            .filter(working(self.portal.now().0))
            .all(db)
            .await?;
        let rows = organization::Entity::find().filter(organization::Column::Id.is_in(ids)).all(db).await?;
        let asked: Vec<Asked<'_>> = rows
            .iter()
            .map(|row| {
                let keys = grants.iter().filter(|grant| grant.organization_id == row.id).map(|g| &g.profile);
                let may = self.portal.catalogue.permissions(keys);
                let holds = |permission| may.contains(&permission);
                let (manages, reviews) = (holds(Permission::ManageContacts), holds(Permission::ReviewAccess));
                Asked { row, manages, reviews }
            })
            .collect();
        let mut waits = self.portal.waiting(&asked).await?;
        let tile = |choice: domain::organizations::OrganizationChoice| OrganizationTile {
            waits: waits.remove(&choice.id.0).unwrap_or_default(),
            choice,
        };
        Ok(choices.into_iter().map(tile).collect())
    }
}

/// An organization, and what the person may do there.
struct Asked<'a> {
    row: &'a organization::Model,
    manages: bool,
    reviews: bool,
}

impl Portal {
    async fn waiting(&self, asked: &[Asked<'_>]) -> Result<HashMap<Uuid, Waits>, Refusal> {
        let db = self.platform.store.read();
        let managed: Vec<Uuid> = asked.iter().filter(|one| one.manages).map(|one| one.row.id).collect();
        let mut counts: HashMap<Uuid, Vec<(Waiting, u64)>> = HashMap::new();
        if !managed.is_empty() {
            counts = self.count_waiting(db, &managed).await?;
        }
        let reviewed: Vec<&organization::Model> =
            asked.iter().filter(|one| one.reviews).map(|one| one.row).collect();
        let mut reviews = self.reviews_waiting(db, &reviewed).await?;
        let waits = |one: &Asked<'_>| {
            let id = one.row.id;
            let counts = counts.remove(&id).unwrap_or_default();
            (id, Waits { counts, review: reviews.remove(&id) })
        };
        Ok(asked.iter().map(waits).collect())
    }

    /// The review that is open, or due, in each of these organizations.
    async fn reviews_waiting(
        &self,
        db: &impl ConnectionTrait,
        organizations: &[&organization::Model],
    ) -> Result<HashMap<Uuid, ReviewWait>, DbErr> {
        let ids: Vec<Uuid> = organizations.iter().map(|row| row.id).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let open = review::Entity::find()
            .filter(review::Column::OrganizationId.is_in(ids.clone()))
            .filter(review::Column::State.eq("open"))
            .all(db)
            .await?;
        let mut waits = HashMap::new();
        let progress = self.progress(db, open.iter().map(|row| row.id).collect()).await?;
        for row in &open {
            let (decided, people) = progress.get(&row.id).copied().unwrap_or_default();
            let started_at = self.platform.calendar.date(Instant(row.started_at));
            let wait = ReviewWait::Open { review: ReviewId(row.id), started_at, decided, people };
            waits.insert(row.organization_id, wait);
        }
        let last = self.last_attested(db, ids).await?;
        for row in organizations {
            let since = last.get(&row.id).copied().unwrap_or(row.created_at);
            let due = self.review_due(Instant(since));
            if due <= self.now() {
                let since = self.platform.calendar.date(due);
                waits.entry(row.id).or_insert(ReviewWait::Due { since });
            }
        }
        Ok(waits)
    }

    /// Of each review, about how many people something was decided, and how many it listed at the start.
    async fn progress(
        &self,
        db: &impl ConnectionTrait,
        reviews: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, (u64, u64)>, DbErr> {
        if reviews.is_empty() {
            return Ok(HashMap::new());
        }
        let decided: Vec<(Uuid, i64)> = review_profile::Entity::find()
            .select_only()
            .column(review_profile::Column::ReviewId)
            .expr_as(Expr::col(review_profile::Column::ContactId).count_distinct(), "people")
            .filter(review_profile::Column::ReviewId.is_in(reviews.clone()))
            .filter(review_profile::Column::Decision.is_not_null())
            .group_by(review_profile::Column::ReviewId)
            .into_tuple()
            .all(db)
            .await?;
        let listed: Vec<(Uuid, i64)> = review_person::Entity::find()
            .select_only()
            .column(review_person::Column::ReviewId)
            .column_as(review_person::Column::ContactId.count(), "people")
            .filter(review_person::Column::ReviewId.is_in(reviews))
            .group_by(review_person::Column::ReviewId)
            .into_tuple()
            .all(db)
            .await?;
        let count = |many: i64| u64::try_from(many).unwrap_or_default();
        let mut progress: HashMap<Uuid, (u64, u64)> =
            listed.into_iter().map(|(review, people)| (review, (0, count(people)))).collect();
        for (review, people) in decided {
            progress.entry(review).or_default().0 = count(people);
        }
        Ok(progress)
    }

    /// When each of these organizations last attested a review.
    async fn last_attested(
        &self,
        db: &impl ConnectionTrait,
        organizations: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, i64>, DbErr> {
        let last: Vec<(Uuid, Option<i64>)> = review::Entity::find()
            .select_only()
            .column(review::Column::OrganizationId)
            .column_as(review::Column::AttestedAt.max(), "last")
            .filter(review::Column::OrganizationId.is_in(organizations))
            .filter(review::Column::AttestedAt.is_not_null())
            .group_by(review::Column::OrganizationId)
            .into_tuple()
            .all(db)
            .await?;
        Ok(last.into_iter().filter_map(|(organization, last)| Some((organization, last?))).collect())
    }
}
