//! Which modules an organization may have (O4, P2).
//!
//! Switched off, the profiles of the module wait: they are suspended, and remembered as such, so that switching it
//! on again can let exactly those work again. An organization that has an administrator keeps one (C10).

use crate::access::{Permit, working};
use crate::activity::Event;
use crate::entity::{contact, grant, module_suspension, organization_module};
use crate::refusal::Refusal;
use crate::work::Work;
use domain::catalogue::Module;
use domain::desk::ModuleFigures;
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{Act, Problem};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::json;
use std::collections::HashSet;
use uuid::Uuid;

/// The grants that wait since the module was switched off, of contacts who are active, as a subquery.
fn waiting(organization: Uuid, module: &str) -> SelectStatement {
    Query::select()
        .column(module_suspension::Column::GrantId)
        .from(module_suspension::Entity)
        .and_where(module_suspension::Column::OrganizationId.eq(organization))
        .and_where(module_suspension::Column::Module.eq(module))
        .to_owned()
}

fn of_active_contacts(organization: Uuid) -> SelectStatement {
    Query::select()
        .column(contact::Column::Id)
        .from(contact::Entity)
        .and_where(contact::Column::OrganizationId.eq(organization))
        .and_where(contact::Column::Active.eq(true))
        .to_owned()
}

fn keys(module: &Module) -> Vec<String> {
    module.profiles.iter().map(|profile| profile.key.clone()).collect()
}

impl Permit<AllOrganizations> {
    /// What switching that module does, in figures.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a module that is not switched.
    pub async fn module_figures(&self, key: &str) -> Result<ModuleFigures, Refusal> {
        let db = self.portal.platform.store.read();
        let module = self.portal.switchable(key)?;
        let line = self.modules(db).await?.into_iter().find(|line| line.key == key);
        let here = self.organization.id;
        let working = grant::Entity::find()
            .filter(grant::Column::OrganizationId.eq(here))
            .filter(grant::Column::Profile.is_in(keys(module)))
            .filter(working(self.portal.now().0))
            .all(db)
            .await?;
        let people: HashSet<Uuid> = working.iter().map(|grant| grant.contact_id).collect();
        let waiting = grant::Entity::find()
            .filter(grant::Column::Id.in_subquery(waiting(here, key)))
            .filter(grant::Column::State.eq("suspended"))
            .filter(grant::Column::ContactId.in_subquery(of_active_contacts(here)))
            .count(db)
            .await?;
        Ok(ModuleFigures {
            module: line.ok_or(Problem::NotFound)?,
            working: working.len() as u64,
            people: people.len() as u64,
            waiting,
        })
    }
}

impl Permit<KeepOrganizations> {
    /// Makes the organization eligible for a module; with `restore`, what waited since it was switched off works
    /// again. Gives how many profiles do.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a module that is not switched; [`Problem::ChangedMeanwhile`] when it is on.
    pub async fn switch_on(&self, key: &str, restore: bool) -> Result<u64, Refusal> {
        let module = self.portal.switchable(key)?;
        let (work, _) = self.begin_as_support().await?;
        if work.is_on(key).await? {
            return Err(Problem::ChangedMeanwhile.into());
        }
        work.switch_on(key).await?;
        let restored = if restore { work.restore(key).await? } else { 0 };
        work.forget_waiting(key).await?;
        let said = json!({ "module": module.key, "restored": restored });
        work.commit(Event::of(Act::ModuleSwitchedOn, None).with(said)).await?;
        Ok(restored)
    }

    /// Takes a module away: its profiles wait. Gives how many do.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a module that is not switched; [`Problem::ChangedMeanwhile`] when it is off;
    /// [`Problem::LastAdministrator`] when nobody would administer the organization any more (C10).
    pub async fn switch_off(&self, key: &str) -> Result<u64, Refusal> {
        let module = self.portal.switchable(key)?;
        let (work, _) = self.begin_as_support().await?;
        if !work.is_on(key).await? {
            return Err(Problem::ChangedMeanwhile.into());
        }
        let here = work.organization.id;
        let administrators = work.administrators().await?;
        organization_module::Entity::delete_by_id((here, key.to_owned())).exec(&work.db).await?;
        let suspended = work.let_wait(key, keys(module)).await?;
        work.keeps_administrator(administrators).await?;
        let said = json!({ "module": module.key, "suspended": suspended });
        work.commit(Event::of(Act::ModuleSwitchedOff, None).with(said)).await?;
        Ok(suspended)
    }
}

impl crate::portal::Portal {
    /// A module that Support switches on and off: not everybody's, not the operator's own.
    fn switchable(&self, key: &str) -> Result<&Module, Problem> {
        let module = self.catalogue.modules.iter().find(|module| module.key == key);
        module.filter(|module| !module.for_everyone && !module.operator).ok_or(Problem::NotFound)
    }
}

impl Work {
    pub(crate) async fn is_on(&self, key: &str) -> Result<bool, Refusal> {
        let here = (self.organization.id, key.to_owned());
        Ok(organization_module::Entity::find_by_id(here).one(&self.db).await?.is_some())
    }

    pub(crate) async fn switch_on(&self, key: &str) -> Result<(), Refusal> {
        let row = organization_module::ActiveModel {
            organization_id: Set(self.organization.id),
            module: Set(key.to_owned()),
        };
        organization_module::Entity::insert(row).exec_without_returning(&self.db).await?;
        Ok(())
    }

    /// Suspends the working grants of a module, and remembers which they were.
    async fn let_wait(&self, key: &str, profiles: Vec<String>) -> Result<u64, Refusal> {
        let grants = grant::Entity::find()
            .filter(grant::Column::OrganizationId.eq(self.organization.id))
            .filter(grant::Column::Profile.is_in(profiles))
            .filter(grant::Column::State.eq("active"))
            .all(&self.db)
            .await?;
        for some in grants.chunks(100) {
            let ids: Vec<Uuid> = some.iter().map(|grant| grant.id).collect();
            grant::Entity::update_many()
                .set(grant::ActiveModel {
                    state: Set("suspended".to_owned()),
                    changed_at: Set(self.now.0),
                    ..grant::ActiveModel::default()
                })
                .filter(grant::Column::Id.is_in(ids))
                .exec(&self.db)
                .await?;
            let rows = some.iter().map(|grant| module_suspension::ActiveModel {
                grant_id: Set(grant.id),
                organization_id: Set(self.organization.id),
                module: Set(key.to_owned()),
                at: Set(self.now.0),
            });
            module_suspension::Entity::insert_many(rows).exec_without_returning(&self.db).await?;
        }
        Ok(grants.len() as u64)
    }

    /// What waited works again, for contacts who are active; what was decided otherwise meanwhile stays so.
    async fn restore(&self, key: &str) -> Result<u64, Refusal> {
        let here = self.organization.id;
        let done = grant::Entity::update_many()
            .set(grant::ActiveModel {
                state: Set("active".to_owned()),
                changed_at: Set(self.now.0),
                ..grant::ActiveModel::default()
            })
            .filter(grant::Column::Id.in_subquery(waiting(here, key)))
            .filter(grant::Column::State.eq("suspended"))
            .filter(grant::Column::ContactId.in_subquery(of_active_contacts(here)))
            .exec(&self.db)
            .await?;
        Ok(done.rows_affected)
    }

    async fn forget_waiting(&self, key: &str) -> Result<(), Refusal> {
        module_suspension::Entity::delete_many()
            .filter(module_suspension::Column::OrganizationId.eq(self.organization.id))
            .filter(module_suspension::Column::Module.eq(key))
            .exec(&self.db)
            .await?;
        Ok(())
    }
}
