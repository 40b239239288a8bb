//! Online services: who may enter which, as their applications are told (P9), and who watches over it.
//!
//! An application learns, of its own service alone, in which open organizations the account is an active contact,
//! and with which working profiles. Unlinked, inactive, disabled, suspended or ended: nothing. Whatever a command
//! changes, [`crate::work`] tells the watch in the same transaction, before it commits.

use crate::access::working;
use crate::entity::{account, contact, grant, login, organization};
use domain::catalogue::Catalogue;
use domain::{Bilingual, Instant, OrganizationId};
use futures_core::future::BoxFuture;
use platform::{Platform, Transaction};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, LockType, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use uuid::Uuid;

/// Who is told, in the transaction of a change, that access may have changed.
pub trait AccessWatch: fmt::Debug + Send + Sync {
    /// Something changed in these organizations; it is not committed yet.
    fn changed<'a>(
        &'a self,
        work: &'a Transaction,
        organizations: &'a [OrganizationId],
    ) -> BoxFuture<'a, Result<(), DbErr>>;

    /// It is committed.
    fn committed(&self);
}

/// Somebody may enter a service, for one organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entrance {
    /// The account's subject at the provider that asks.
    pub subject: String,
    pub organization: OrganizationId,
    pub name: Bilingual,
    /// Those that open the service.
    pub profiles: BTreeSet<String>,
    /// When the first of them ends by itself (P7).
    pub ends_at: Option<Instant>,
}

/// Who may enter which service: what one OpenID provider is told about the accounts that come through it.
#[derive(Clone, Debug)]
pub struct Entrances {
    platform: Platform,
    catalogue: Arc<Catalogue>,
    issuer: String,
}

/// What people know an issuer by: its host.
fn host(issuer: &str) -> &str {
    let after = issuer.split_once("://").map_or(issuer, |(_, after)| after);
    after.split('/').next().unwrap_or(after)
}

#[derive(FromQueryResult)]
struct Row {
    subject: String,
    organization_id: Uuid,
    name_en: String,
    name_fr: String,
    profile: String,
    ends_at: Option<i64>,
}

impl Entrances {
    #[must_use]
    pub fn new(platform: Platform, catalogue: Catalogue, issuer: String) -> Self {
        Self { platform, catalogue: Arc::new(catalogue), issuer }
    }

    /// The issuer whose accounts it is asked about.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Whether that client application is a service's.
    #[must_use]
    pub fn is_service(&self, client: &str) -> bool {
        self.catalogue.service_of_client(client).is_some()
    }

    /// Where these accounts may enter the service of that application now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn of(
        &self,
        db: &impl ConnectionTrait,
        client: &str,
        subjects: Vec<String>,
    ) -> Result<Vec<Entrance>, DbErr> {
        let Some(service) = self.catalogue.service_of_client(client) else { return Ok(Vec::new()) };
        let rows = db.query_all(&self.question(service.profiles.iter().cloned(), subjects)).await?;
        let rows = rows.iter().map(|row| Row::from_query_result(row, ""));
        Ok(gathered(rows.collect::<Result<_, _>>()?))
    }

    /// Whether that account administers contacts in an open organization, or holds a profile of Support (A8).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn administers(&self, subject: String) -> Result<bool, DbErr> {
        let support = self.catalogue.operator_module().into_iter().flat_map(|module| &module.profiles);
        let profiles = support.map(|profile| profile.key.clone());
        let profiles = profiles.chain(self.catalogue.administrator_keys());
        let mut question = self.question(profiles, vec![subject]);
        Ok(self.platform.store.read().query_one(question.limit(1)).await?.is_some())
    }

    /// Who holds one of these profiles where, working.
    fn question(&self, profiles: impl IntoIterator<Item = String>, subjects: Vec<String>) -> SelectStatement {
        let on = |one: Expr, other: Expr| one.eq(other);
        let mut select = Query::select();
        select
            .column((login::Entity, login::Column::Subject))
            .column((contact::Entity, contact::Column::OrganizationId))
            .column((organization::Entity, organization::Column::NameEn))
            .column((organization::Entity, organization::Column::NameFr))
            .column((grant::Entity, grant::Column::Profile))
            .column((grant::Entity, grant::Column::EndsAt))
            .from(login::Entity)
            .inner_join(
                account::Entity,
                on(
                    Expr::col((account::Entity, account::Column::Id)),
                    Expr::col((login::Entity, login::Column::AccountId)),
                ),
            )
            .inner_join(
                contact::Entity,
                on(
                    Expr::col((contact::Entity, contact::Column::AccountId)),
                    Expr::col((account::Entity, account::Column::Id)),
                ),
            )
            .inner_join(
                organization::Entity,
                on(
                    Expr::col((organization::Entity, organization::Column::Id)),
                    Expr::col((contact::Entity, contact::Column::OrganizationId)),
                ),
            )
            .inner_join(
                grant::Entity,
                on(
                    Expr::col((grant::Entity, grant::Column::ContactId)),
                    Expr::col((contact::Entity, contact::Column::Id)),
                ),
            )
            .and_where(Expr::col((login::Entity, login::Column::Issuer)).eq(self.issuer.as_str()))
            .and_where(Expr::col((login::Entity, login::Column::Subject)).is_in(subjects))
            .and_where(Expr::col((account::Entity, account::Column::DisabledAt)).is_null())
            .and_where(Expr::col((contact::Entity, contact::Column::Active)).eq(true))
            .and_where(Expr::col((organization::Entity, organization::Column::State)).eq("open"))
            .and_where(Expr::col((grant::Entity, grant::Column::Profile)).is_in(profiles))
            .cond_where(working(self.platform.clock.now().0))
            .order_by((organization::Entity, organization::Column::SortKey), sea_orm::Order::Asc)
            .order_by((organization::Entity, organization::Column::Id), sea_orm::Order::Asc);
        select
    }

    /// The host of the other provider through which somebody with that e-mail, verified there, came last (A6, A7);
    /// nothing for whoever also comes through this one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn elsewhere(&self, email: &str) -> Result<Option<String>, DbErr> {
        let mut ways = Query::select();
        ways.column((login::Entity, login::Column::Issuer))
            .from(login::Entity)
            .inner_join(
                account::Entity,
                Expr::col((account::Entity, account::Column::Id))
                    .eq(Expr::col((login::Entity, login::Column::AccountId))),
            )
            .and_where(
                Expr::expr(Func::lower(Expr::col((account::Entity, account::Column::Email))))
                    .eq(email.to_lowercase()),
            )
            .and_where(Expr::col((account::Entity, account::Column::EmailVerified)).eq(true))
            .order_by((account::Entity, account::Column::LastSignInAt), sea_orm::Order::Desc);
        let rows = self.platform.store.read().query_all(&ways).await?;
        let issuers = rows.iter().map(|row| row.try_get("", "issuer"));
        let issuers: Vec<String> = issuers.collect::<Result<_, _>>()?;
        if issuers.contains(&self.issuer) {
            return Ok(None);
        }
        Ok(issuers.first().map(|issuer| host(issuer).to_owned()))
    }

    /// Lets nothing change in the organizations of an account until this transaction ends: their rows are what every
    /// command locks first. SQLite has one writer anyway.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn hold(&self, work: &Transaction, subject: &str) -> Result<(), DbErr> {
        if self.platform.store.is_sqlite() {
            return Ok(());
        }
        let accounts = Query::select()
            .column(login::Column::AccountId)
            .from(login::Entity)
            .and_where(Expr::col(login::Column::Issuer).eq(self.issuer.as_str()))
            .and_where(Expr::col(login::Column::Subject).eq(subject))
            .to_owned();
        let organizations = Query::select()
            .column(contact::Column::OrganizationId)
            .from(contact::Entity)
            .and_where(Expr::col(contact::Column::AccountId).in_subquery(accounts))
            .to_owned();
        let rows = Query::select()
            .column(organization::Column::Id)
            .from(organization::Entity)
            .and_where(Expr::col(organization::Column::Id).in_subquery(organizations))
            .order_by(organization::Column::Id, sea_orm::Order::Asc)
            .lock(LockType::Share)
            .to_owned();
        work.query_all(&rows).await.map(|_| ())
    }
}

/// One entrance for each account and organization, in the order of the rows.
fn gathered(rows: Vec<Row>) -> Vec<Entrance> {
    let mut places: BTreeMap<(String, Uuid), usize> = BTreeMap::new();
    let mut entrances: Vec<Entrance> = Vec::new();
    for row in rows {
        let place = *places.entry((row.subject.clone(), row.organization_id)).or_insert_with(|| {
            entrances.push(Entrance {
                subject: row.subject,
                organization: OrganizationId(row.organization_id),
                name: Bilingual::new(row.name_en, row.name_fr),
                profiles: BTreeSet::new(),
                ends_at: None,
            });
            entrances.len() - 1
        });
        if let Some(entrance) = entrances.get_mut(place) {
            entrance.profiles.insert(row.profile);
            entrance.ends_at = entrance.ends_at.into_iter().chain(row.ends_at.map(Instant)).min();
        }
    }
    entrances
}
