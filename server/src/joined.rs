//! Where the portal and the embedded provider meet beside the protocol, and nowhere else (P9): the provider asks the
//! portal what an application is told, the portal tells the provider what changed.

use backend::services::{AccessWatch, Entrances};
use backend::{Portal, Refusal};
use domain::accounts::own::ClosingCard;
use domain::{OrganizationId, Problem};
use futures::future::BoxFuture;
use identity::{Access, Membership, Provider};
use platform::Transaction;
use sea_orm::{DatabaseExecutor, DbErr};

/// The portal, as the provider knows it.
#[derive(Debug)]
pub struct Told {
    pub entrances: Entrances,
    /// Without the watch: the provider itself tells the applications of an account that closes.
    pub portal: Portal,
}

impl Access for Told {
    fn is_service(&self, client: &str) -> bool {
        self.entrances.is_service(client)
    }

    fn memberships<'a>(
        &'a self,
        db: DatabaseExecutor<'a>,
        client: &'a str,
        subjects: Vec<String>,
    ) -> BoxFuture<'a, Result<Vec<Membership>, DbErr>> {
        Box::pin(async move {
            let entrances = self.entrances.of(&db, client, subjects).await?;
            let membership = |of: backend::services::Entrance| Membership {
                subject: of.subject,
                organization: of.organization,
                name: of.name,
                profiles: of.profiles,
                ends_at: of.ends_at,
            };
            Ok(entrances.into_iter().map(membership).collect())
        })
    }

    fn administers<'a>(&'a self, subject: String) -> BoxFuture<'a, Result<bool, DbErr>> {
        Box::pin(async move { self.entrances.administers(subject).await })
    }

    fn elsewhere<'a>(&'a self, email: &'a str) -> BoxFuture<'a, Result<Option<String>, DbErr>> {
        Box::pin(self.entrances.elsewhere(email))
    }

    fn closing<'a>(&'a self, subject: String) -> BoxFuture<'a, Result<ClosingCard, DbErr>> {
        Box::pin(async move { self.portal.closing(self.entrances.issuer(), &subject).await.map_err(broken) })
    }

    fn close<'a>(&'a self, subject: String) -> BoxFuture<'a, Result<Result<(), Problem>, DbErr>> {
        Box::pin(async move {
            match self.portal.close_account(self.entrances.issuer(), &subject).await {
                Ok(()) => Ok(Ok(())),
                Err(Refusal::Refused(problem)) => Ok(Err(problem)),
                Err(other) => Err(broken(other)),
            }
        })
    }

    fn hold<'a>(&'a self, work: &'a Transaction, subject: String) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(async move { self.entrances.hold(work, &subject).await })
    }
}

fn broken(refusal: Refusal) -> DbErr {
    DbErr::Custom(match refusal {
        Refusal::Broken(cause) => cause.to_string(),
        other => format!("{other:?}"),
    })
}

/// The provider, as the portal knows it.
#[derive(Debug)]
pub struct Watching(pub Provider);

impl AccessWatch for Watching {
    fn changed<'a>(
        &'a self,
        work: &'a Transaction,
        organizations: &'a [OrganizationId],
    ) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(self.0.access_changed(work, organizations))
    }

    fn committed(&self) {
        self.0.ring();
    }
}
