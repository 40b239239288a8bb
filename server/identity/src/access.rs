//! What client applications are told about what a person may do there (rule P9): a port, and the shape of the claim.
//!
//! The provider knows accounts; who belongs to which organization with which profiles is known by somebody else, who
//! implements [`Access`]. Nothing is told to an application that is no service's, nor without the scope.

use domain::accounts::own::ClosingCard;
use domain::{Bilingual, Instant, OrganizationId, Problem};
use futures_core::future::BoxFuture;
use platform::Transaction;
use sea_orm::{DatabaseExecutor, DbErr};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fmt;

/// The scope that asks for it.
pub(crate) const SCOPE: &str = "organizations";
/// The claim, in the ID token and at userinfo.
pub(crate) const CLAIM: &str = "accord_organizations";

/// An account of ours in one organization, as far as one application is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The account's `sub`.
    pub subject: String,
    pub organization: OrganizationId,
    pub name: Bilingual,
    /// The keys of the profiles that open the application's service; never empty.
    pub profiles: BTreeSet<String>,
    /// When the first of them ends by itself.
    pub ends_at: Option<Instant>,
}

/// Who knows what an account may do at an application, and who comes through another provider.
pub trait Access: fmt::Debug + Send + Sync {
    /// Whether that client application is a service's.
    fn is_service(&self, client: &str) -> bool;

    /// Where these accounts may enter that application now, and with which profiles.
    fn memberships<'a>(
        &'a self,
        db: DatabaseExecutor<'a>,
        client: &'a str,
        subjects: Vec<String>,
    ) -> BoxFuture<'a, Result<Vec<Membership>, DbErr>>;

    /// Whether that account administers contacts anywhere, or is of Support: the deployment may want a second factor of
    /// it (A8).
    fn administers<'a>(&'a self, subject: String) -> BoxFuture<'a, Result<bool, DbErr>>;

    /// The provider of others through which somebody with that e-mail, verified there, signs in (A6, A7): its host.
    fn elsewhere<'a>(&'a self, email: &'a str) -> BoxFuture<'a, Result<Option<String>, DbErr>>;

    /// What closing that account would do to the access that it gives (A9).
    fn closing<'a>(&'a self, subject: String) -> BoxFuture<'a, Result<ClosingCard, DbErr>>;

    /// The account closes: the access that it gave ends. What still needs it says so instead (C9, C10).
    fn close<'a>(&'a self, subject: String) -> BoxFuture<'a, Result<Result<(), Problem>, DbErr>>;

    /// Lets nothing change in the organizations of an account until this transaction ends: what the application is
    /// told and what is noted of it are one.
    fn hold<'a>(&'a self, work: &'a Transaction, subject: String) -> BoxFuture<'a, Result<(), DbErr>>;
}

/// The claim about these organizations; nothing when there is none.
pub(crate) fn claim(memberships: &[Membership]) -> Map<String, Value> {
    if memberships.is_empty() {
        return Map::new();
    }
    let organization =
        |of: &Membership| json!({ "id": of.organization, "name": of.name, "profiles": of.profiles });
    let organizations = memberships.iter().map(organization).collect();
    Map::from_iter([(CLAIM.to_owned(), Value::Array(organizations))])
}
