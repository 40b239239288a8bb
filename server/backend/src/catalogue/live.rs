//! What a catalogue would change for grants that live (P10).
//!
//! Nothing is dropped silently: a profile that somebody holds and the catalogue does not know stays in the database,
//! is shown by its key and permits nothing; whoever runs the portal is told, with figures, before it serves.

use crate::entity::{grant, organization_module};
use crate::portal::Portal;
use domain::catalogue::Catalogue;
use platform::Store;
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{
    ColumnTrait as _, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QuerySelect as _,
};

/// What lives in the database and is unknown to the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveChanges {
    /// Profiles by key, each with how many people hold it, working or suspended.
    pub profiles: Vec<(String, u64)>,
    /// Modules by key, each with how many organizations are eligible for it.
    pub modules: Vec<(String, u64)>,
}

impl LiveChanges {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.profiles.is_empty() && self.modules.is_empty()
    }

    /// A sentence for each, for whoever runs the portal.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let people = |n: u64| if n == 1 { "1 person holds".to_owned() } else { format!("{n} people hold") };
        let homes = |n: u64| match n {
            1 => "1 organization is eligible".to_owned(),
            n => format!("{n} organizations are eligible"),
        };
        let profiles = self.profiles.iter().map(|(key, count)| {
            format!(
                "{} the profile “{key}”, which the catalogue does not know: it would permit nothing",
                people(*count)
            )
        });
        let modules = self.modules.iter().map(|(key, count)| {
            format!("{} for the module “{key}”, which the catalogue does not know", homes(*count))
        });
        profiles.chain(modules).collect()
    }

    async fn of(catalogue: &Catalogue, store: &Store) -> Result<Self, DbErr> {
        let mut changes = Self::default();
        for key in held_profiles(store).await? {
            if catalogue.find(&key).is_none() {
                let count = holders(store, &key).await?;
                changes.profiles.push((key, count));
            }
        }
        let modules: Vec<String> = organization_module::Entity::find()
            .select_only()
            .column(organization_module::Column::Module)
            .distinct()
            .into_tuple()
            .all(store.read())
            .await?;
        for key in modules {
            if !catalogue.modules.iter().any(|module| module.key == key) {
                let of_module = organization_module::Column::Module.eq(key.as_str());
                let count = organization_module::Entity::find().filter(of_module).count(store.read()).await?;
                changes.modules.push((key, count));
            }
        }
        changes.modules.sort();
        Ok(changes)
    }
}

impl Portal {
    /// What this portal's catalogue does not know and somebody lives with (P10).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn live_changes(&self) -> Result<LiveChanges, DbErr> {
        LiveChanges::of(&self.catalogue, &self.platform.store).await
    }
}

/// The keys that are held, one seek of the index each: the table may have a million rows.
async fn held_profiles(store: &Store) -> Result<Vec<String>, DbErr> {
    let mut keys: Vec<String> = Vec::new();
    loop {
        let mut next = grant::Entity::find()
            .select_only()
            .expr(Func::min(Expr::col(grant::Column::Profile)))
            .filter(Expr::cust("state IN ('active', 'suspended')"));
        if let Some(last) = keys.last() {
            next = next.filter(grant::Column::Profile.gt(last.as_str()));
        }
        let found: Option<Option<String>> = next.into_tuple().one(store.read()).await?;
        match found.flatten() {
            Some(key) => keys.push(key),
            None => return Ok(keys),
        }
    }
}

async fn holders(store: &Store, key: &str) -> Result<u64, DbErr> {
    grant::Entity::find()
        .filter(grant::Column::Profile.eq(key))
        .filter(Expr::cust("state IN ('active', 'suspended')"))
        .count(store.read())
        .await
}
