//! Accounts that lead nowhere any more: their names, addresses and ways in are forgotten. Whoever comes back with the
//! same sign-in is somebody new.

use crate::entity::{account, contact, login, session};
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::Work;
use platform::Transaction;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

/// How many are forgotten at once; the rest follows an hour later.
const AT_ONCE: u64 = 500;

impl Work {
    /// Forgets the account of somebody who was anonymized, unless it is linked to a contact elsewhere.
    pub(super) async fn forget_account(&self, id: Uuid) -> Result<(), Refusal> {
        let linked = contact::Entity::find().filter(contact::Column::AccountId.eq(id));
        if linked.count(&self.db).await? > 0 {
            return Ok(());
        }
        Ok(forget(&self.db, &[id]).await?)
    }
}

impl Portal {
    /// Forgets accounts that are linked to nobody, and did not sign in for as long as inactive contacts are kept.
    pub(super) async fn anonymize_unused_accounts(&self) -> Result<(), Refusal> {
        let Some(before) = self.before(self.settings.retention.contacts) else { return Ok(()) };
        let db = self.platform.store.begin().await?;
        let unused = account::Entity::find()
            .select_only()
            .column(account::Column::Id)
            .filter(account::Column::LastSignInAt.lte(before))
            .filter(Expr::cust("EXISTS (SELECT 1 FROM logins l WHERE l.account_id = accounts.id)"))
            .filter(Expr::cust("NOT EXISTS (SELECT 1 FROM contacts c WHERE c.account_id = accounts.id)"))
            .order_by_asc(account::Column::LastSignInAt)
            .limit(AT_ONCE)
            .into_tuple::<Uuid>()
            .all(&db)
            .await?;
        if unused.is_empty() {
            return Ok(db.rollback().await?);
        }
        forget(&db, &unused).await?;
        Ok(db.commit().await?)
    }
}

/// Their names, addresses, ways in and sessions go.
pub(crate) async fn forget(db: &Transaction, ids: &[Uuid]) -> Result<(), DbErr> {
    let nobody = account::ActiveModel {
        name: Set(String::new()),
        email: Set(None),
        email_verified: Set(false),
        language: Set(None),
        ..account::ActiveModel::default()
    };
    account::Entity::update_many()
        .set(nobody)
        .filter(account::Column::Id.is_in(ids.iter().copied()))
        .exec(db)
        .await?;
    login::Entity::delete_many().filter(login::Column::AccountId.is_in(ids.iter().copied())).exec(db).await?;
    session::Entity::delete_many()
        .filter(session::Column::AccountId.is_in(ids.iter().copied()))
        .exec(db)
        .await?;
    Ok(())
}
