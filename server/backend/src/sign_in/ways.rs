//! The ways in of an account (A7): one is added only while the person is signed in here with one and at its provider
//! with the other, and never taken from somebody else; one always stays. The person is told of each by mail.

use super::{Callback, Login, PendingSignIn, SignInWish};
use crate::access::SignedIn;
use crate::entity::{account, login};
use crate::letters::{WAY_ADDED, WAY_REMOVED};
use crate::refusal::Refusal;
use crate::sessions::login_hash;
use domain::{AccountId, Bilingual, Language, Problem};
use platform::{Parcel, Transaction};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
};
use serde_json::json;
use uuid::Uuid;

/// The way in of that issuer and subject.
pub(crate) fn way(issuer: &str, subject: &str) -> Select<login::Entity> {
    login::Entity::find_by_id((issuer.to_owned(), subject.to_owned()))
}

/// The ways in of an account, the first one first.
pub(crate) fn ways_of(account: Uuid) -> Select<login::Entity> {
    login::Entity::find()
        .filter(login::Column::AccountId.eq(account))
        .order_by_asc(login::Column::CreatedAt)
        .order_by_asc(login::Column::Issuer)
}

/// A way in, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayIn {
    /// Names it in a form; says nothing of it.
    pub key: String,
    /// The provider's name.
    pub provider: Bilingual,
    /// The address that the provider told, verified or not.
    pub email: Option<String>,
    /// This session was begun with it.
    pub in_use: bool,
}

/// What became of adding a way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    pub provider: Bilingual,
    /// It was one already.
    pub before: bool,
    pub return_to: String,
}

impl SignedIn {
    /// The ways in, the first one first.
    ///
    /// # Errors
    /// [`Problem::Viewing`]: they are nobody else's business.
    pub async fn ways_in(&self, used: Option<&Login>) -> Result<Vec<WayIn>, Refusal> {
        if self.viewing.is_some() {
            return Err(Problem::Viewing.into());
        }
        let rows = ways_of(self.account().id.0).all(self.portal.platform.store.read()).await?;
        let way = |row: login::Model| WayIn {
            key: name_of(&row),
            provider: self.portal.name_of_issuer(&row.issuer),
            in_use: used.is_some_and(|used| is(&row, used)),
            email: row.email,
        };
        Ok(rows.into_iter().map(way).collect())
    }

    /// Begins to add a way in: where to send the person, who says once more there who they are.
    ///
    /// # Errors
    /// [`Problem::Viewing`], [`Problem::StepUpNeeded`] (A8), [`Problem::ProviderUnavailable`].
    pub async fn begin_to_add_way(&self, wish: SignInWish<'_>) -> Result<(String, PendingSignIn), Refusal> {
        self.portal.write()?;
        self.prove()?;
        let wish = SignInWish { another_account: true, ..wish };
        let (url, pending) = self.visitor().begin_sign_in(wish).await?;
        Ok((url, PendingSignIn { adds_to: Some(self.account().id), ..pending }))
    }

    /// Adds the way in with which the person came back.
    ///
    /// # Errors
    /// [`Problem::WayOfAnother`] when it gets somebody else in; [`Problem::SignInFailed`] when it was begun by
    /// another account; what finishing a sign-in is refused.
    pub async fn add_way(&self, pending: PendingSignIn, callback: Callback<'_>) -> Result<Added, Refusal> {
        self.portal.write()?;
        let me = self.account().id;
        if pending.adds_to != Some(me) {
            return Err(Problem::SignInFailed.into());
        }
        let (issuer, person) = self.portal.who_came(&pending, callback).await?;
        let db = self.portal.platform.store.begin().await?;
        let mine = self.lock_account(&db, me).await?;
        let known = way(&issuer, &person.subject).one(&db).await?;
        let provider = self.portal.name_of_issuer(&issuer);
        let before = match known {
            Some(known) if known.account_id != me.0 => return Err(Problem::WayOfAnother.into()),
            Some(_) => true,
            None => {
                let row = login::ActiveModel {
                    issuer: Set(issuer.clone()),
                    subject: Set(person.subject),
                    account_id: Set(me.0),
                    email: Set(person.email),
                    created_at: Set(self.portal.now().0),
                };
                login::Entity::insert(row).exec_without_returning(&db).await?;
                self.tell(&db, &mine, WAY_ADDED, &issuer).await?;
                false
            }
        };
        db.commit().await?;
        self.portal.platform.outbox.ring();
        Ok(Added { provider, before, return_to: pending.return_to })
    }

    /// Removes a way in, and ends the sessions that were begun with it. Says whose it was.
    ///
    /// # Errors
    /// [`Problem::NotFound`], [`Problem::WayInUse`] for the one of this session, [`Problem::LastWay`],
    /// [`Problem::StepUpNeeded`] (A8).
    pub async fn remove_way(&self, key: &str, used: Option<&Login>) -> Result<Bilingual, Refusal> {
        self.portal.write()?;
        self.prove()?;
        let db = self.portal.platform.store.begin().await?;
        let me = self.account().id;
        let mine = self.lock_account(&db, me).await?;
        let ways = ways_of(me.0).all(&db).await?;
        let way = ways.iter().find(|row| name_of(row) == key).ok_or(Problem::NotFound)?;
        if ways.len() < 2 {
            return Err(Problem::LastWay.into());
        }
        if used.is_none_or(|used| is(way, used)) {
            return Err(Problem::WayInUse.into());
        }
        login::Entity::delete_by_id((way.issuer.clone(), way.subject.clone())).exec(&db).await?;
        crate::sessions::end_of_login(&db, login_hash(&way.issuer, &way.subject)).await?;
        self.tell(&db, &mine, WAY_REMOVED, &way.issuer).await?;
        db.commit().await?;
        self.portal.platform.outbox.ring();
        Ok(self.portal.name_of_issuer(&way.issuer))
    }

    /// Changes of one account's ways in follow one another; SQLite has one writer anyway.
    async fn lock_account(&self, db: &Transaction, id: AccountId) -> Result<account::Model, Refusal> {
        let mut select = account::Entity::find_by_id(id.0);
        if !self.portal.platform.store.is_sqlite() {
            select = select.lock(LockType::NoKeyUpdate);
        }
        Ok(select.one(db).await?.ok_or(Problem::SignInNeeded)?)
    }

    /// Writes to the account's address, if a provider verified one.
    async fn tell(
        &self,
        db: &Transaction,
        mine: &account::Model,
        kind: &'static str,
        issuer: &str,
    ) -> Result<(), Refusal> {
        let Some(email) = mine.email.clone().filter(|_| mine.email_verified) else { return Ok(()) };
        let now = self.portal.now();
        let parcel = Parcel {
            id: self.portal.platform.chance.id(now),
            kind,
            payload: json!({ "issuer": issuer }),
            recipient: email,
            language: mine.language.as_deref().and_then(Language::from_code),
            organization: None,
            about: None,
        };
        Ok(self.portal.platform.outbox.post(db, parcel, now).await?)
    }
}

impl crate::portal::Portal {
    /// The name of the provider of that issuer; the issuer itself when it is configured no more.
    pub(crate) fn name_of_issuer(&self, issuer: &str) -> Bilingual {
        let known = self.providers.iter().find(|provider| provider.settings.issuer == issuer);
        known.map_or_else(|| Bilingual::new(issuer, issuer), |provider| provider.settings.name.clone())
    }
}

fn name_of(row: &login::Model) -> String {
    platform::secrets::in_address(&login_hash(&row.issuer, &row.subject))
}

fn is(row: &login::Model, used: &Login) -> bool {
    row.issuer == used.issuer && row.subject == used.subject
}
