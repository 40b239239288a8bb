//! Closing an account (A9), on the portal's side: its owner leaves every organization, as far as each can do without
//! them (C9, C10), and the portal forgets who it was. Whoever has another way in goes on with that one (A7).

use crate::contacts::{find, last_administrator};
use crate::entity::{account, contact, login, organization};
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::retention::forget;
use crate::sessions::{end_of_login, login_hash};
use crate::sign_in::{way, ways_of};
use domain::accounts::own::{ClosingCard, NeededFor};
use domain::invitations::By;
use domain::{ContactId, OrganizationId, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

impl Portal {
    /// What closing the account of that issuer and subject would do.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn closing(&self, issuer: &str, subject: &str) -> Result<ClosingCard, Refusal> {
        match self.account_of(issuer, subject).await? {
            Some(account) => self.closing_of(account).await,
            None => Ok(ClosingCard::default()),
        }
    }

    /// Closes it: all organizations are left, or none as far as can be told beforehand.
    ///
    /// # Errors
    /// [`Problem::AccountStillNeeded`]
    pub async fn close_account(&self, issuer: &str, subject: &str) -> Result<(), Refusal> {
        let Some(account) = self.account_of(issuer, subject).await? else { return Ok(()) };
        let card = self.closing_of(account).await?;
        if !card.needed_by.is_empty() {
            return Err(Problem::AccountStillNeeded.into());
        }
        if !card.another_way {
            for row in self.contacts_of(account).await? {
                self.leave_for_good(account, &row).await?;
            }
        }
        self.forget_way(account, (issuer, subject)).await
    }

    async fn closing_of(&self, account: Uuid) -> Result<ClosingCard, Refusal> {
        let mut card = ClosingCard::default();
        let db = self.platform.store.read();
        if ways_of(account).count(db).await? > 1 {
            return Ok(ClosingCard { another_way: true, ..card });
        }
        for row in self.contacts_of(account).await?.into_iter().filter(|row| row.active) {
            let organization = organization::Entity::find_by_id(row.organization_id).one(db).await?;
            let organization = organization.ok_or(Problem::NotFound)?;
            if organization.state != "open" {
                // It gives nobody access, and needs nobody (O3).
                continue;
            }
            let name = name_of(&organization);
            let needed = match row.is_primary {
                true => Some(NeededFor::PrimaryContact),
                false if last_administrator(self, db, &row).await? => Some(NeededFor::Administration),
                false => None,
            };
            match needed {
                Some(needed) => card.needed_by.push((name, needed)),
                None => card.leaves.push(name),
            }
        }
        Ok(card)
    }

    async fn account_of(&self, issuer: &str, subject: &str) -> Result<Option<Uuid>, Refusal> {
        let known = way(issuer, subject).one(self.platform.store.read()).await?;
        Ok(known.map(|known| known.account_id))
    }

    async fn contacts_of(&self, account: Uuid) -> Result<Vec<contact::Model>, Refusal> {
        let linked = contact::Entity::find().filter(contact::Column::AccountId.eq(account));
        Ok(linked.order_by_asc(contact::Column::Id).all(self.platform.store.read()).await?)
    }

    /// One organization is left; what changed meanwhile counts.
    async fn leave_for_good(&self, account: Uuid, row: &contact::Model) -> Result<(), Refusal> {
        let organization = OrganizationId(row.organization_id);
        let mut work = self.begin(organization).await?;
        let row = find(&work.db, row.organization_id, ContactId(row.id)).await?;
        if row.account_id != Some(account) {
            return Ok(());
        }
        work.by = By::Contact(ContactId(row.id));
        match work.leave(&row).await {
            Err(Refusal::Refused(Problem::PrimaryStays | Problem::LastAdministrator)) => {
                Err(Problem::AccountStillNeeded.into())
            }
            done => done,
        }
    }

    /// The way in goes, and the account with its last one.
    async fn forget_way(&self, account: Uuid, (issuer, subject): (&str, &str)) -> Result<(), Refusal> {
        let db = self.platform.store.begin().await?;
        login::Entity::delete_by_id((issuer.to_owned(), subject.to_owned())).exec(&db).await?;
        if ways_of(account).count(&db).await? == 0 {
            forget(&db, &[account]).await?;
            account::Entity::update_many()
                .col_expr(account::Column::DisabledAt, Expr::value(self.now().0))
                .filter(account::Column::Id.eq(account))
                .exec(&db)
                .await?;
        } else {
            end_of_login(&db, login_hash(issuer, subject)).await?;
        }
        Ok(db.commit().await?)
    }
}
