//! Closing an account (A9), on the portal's side: its owner leaves every organization, as far as each can do without
//! them (C9, C10), and the portal forgets who it was. Whoever has another way in goes on with that one (A7).

use crate::contacts::{find, last_administrator};
use crate::entity::{account, contact, login, organization, session};
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::accounts::own::{ClosingCard, NeededFor};
use domain::invitations::By;
use domain::{ContactId, OrganizationId, Problem};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use uuid::Uuid;

impl Portal {
    /// What closing the account of that issuer and subject would do.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn closing(&self, issuer: &str, subject: &str) -> Result<ClosingCard, Refusal> {
        let mut card = ClosingCard::default();
        let Some(account) = self.account_of(issuer, subject).await? else { return Ok(card) };
        if self.comes_another_way(account).await? {
            return Ok(ClosingCard { another_way: true, ..card });
        }
        let db = self.platform.store.read();
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

    /// Closes it: all organizations are left, or none as far as can be told beforehand.
    ///
    /// # Errors
    /// [`Problem::AccountStillNeeded`]
    pub async fn close_account(&self, issuer: &str, subject: &str) -> Result<(), Refusal> {
        if !self.closing(issuer, subject).await?.needed_by.is_empty() {
            return Err(Problem::AccountStillNeeded.into());
        }
        let Some(account) = self.account_of(issuer, subject).await? else { return Ok(()) };
        if !self.comes_another_way(account).await? {
            for row in self.contacts_of(account).await? {
                self.leave_for_good(account, &row).await?;
            }
        }
        self.forget(account, (issuer, subject)).await
    }

    async fn account_of(&self, issuer: &str, subject: &str) -> Result<Option<Uuid>, Refusal> {
        let known = login::Entity::find_by_id((issuer.to_owned(), subject.to_owned()));
        let known = known.one(self.platform.store.read()).await?;
        Ok(known.map(|known| known.account_id))
    }

    async fn comes_another_way(&self, account: Uuid) -> Result<bool, Refusal> {
        let ways = login::Entity::find().filter(login::Column::AccountId.eq(account));
        Ok(ways.count(self.platform.store.read()).await? > 1)
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
    async fn forget(&self, account: Uuid, (issuer, subject): (&str, &str)) -> Result<(), Refusal> {
        let db = self.platform.store.begin().await?;
        login::Entity::delete_by_id((issuer.to_owned(), subject.to_owned())).exec(&db).await?;
        let left = login::Entity::find().filter(login::Column::AccountId.eq(account)).count(&db).await?;
        if left == 0 {
            session::Entity::delete_many().filter(session::Column::AccountId.eq(account)).exec(&db).await?;
            account::Entity::update_many()
                .set(account::ActiveModel {
                    name: Set(String::new()),
                    email: Set(None),
                    email_verified: Set(false),
                    language: Set(None),
                    disabled_at: Set(Some(self.now().0)),
                    ..account::ActiveModel::default()
                })
                .filter(account::Column::Id.eq(account))
                .exec(&db)
                .await?;
        } else {
            crate::sessions::end_of_login(&db, crate::sessions::login_hash(issuer, subject)).await?;
        }
        Ok(db.commit().await?)
    }
}
