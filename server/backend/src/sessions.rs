//! The portal's sessions, in the database.
//!
//! A row is found by the hash of the session's identifier, and its content is sealed with a key made from that
//! identifier: who reads the table learns neither who may come back in, nor what a session holds.

use crate::entity::session::{ActiveModel, Column, Entity};
use crate::sign_in::Login;
use async_trait::async_trait;
use domain::Instant;
use platform::Platform;
use platform::secrets::{hash, seal, unseal};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
};
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use uuid::Uuid;

/// The key under which a session holds the account that signed in.
pub const ACCOUNT: &str = "account";
/// The key under which it holds the way in, a [`Login`].
pub const LOGIN: &str = "login";

/// The sessions of the portal.
#[derive(Clone, Debug)]
pub struct Sessions {
    platform: Platform,
}

impl Sessions {
    pub(crate) fn new(platform: Platform) -> Self {
        Self { platform }
    }

    fn key(&self, id: &Id) -> [u8; 32] {
        self.platform.secrets.derive("session", id.to_string().as_bytes())
    }

    /// The columns that change while a session lasts.
    fn sealed(&self, record: &Record) -> Result<ActiveModel> {
        let text = serde_json::to_vec(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let account =
            record.data.get(ACCOUNT).and_then(|value| value.as_str()).and_then(|id| id.parse::<Uuid>().ok());
        let login =
            record.data.get(LOGIN).and_then(|value| serde_json::from_value::<Login>(value.clone()).ok());
        let session = login.as_ref().and_then(|login| Some(sid_hash(&login.issuer, login.sid.as_deref()?)));
        Ok(ActiveModel {
            account_id: Set(account),
            login_hash: Set(login.map(|login| login_hash(&login.issuer, &login.subject))),
            sid_hash: Set(session),
            data: Set(seal(self.key(&record.id), self.platform.chance.bytes(), &text)),
            expires_at: Set(record.expiry_date.unix_timestamp() * 1000),
            ..ActiveModel::default()
        })
    }
}

impl Sessions {
    /// Ends the sessions that were begun before that moment with that login, in that session at the provider, or
    /// both when both are said. Says how many.
    pub(crate) async fn end(
        &self,
        login: Option<Vec<u8>>,
        session: Option<Vec<u8>>,
        before: Instant,
    ) -> std::result::Result<u64, DbErr> {
        if login.is_none() && session.is_none() {
            return Ok(0);
        }
        let ended = Entity::delete_many()
            .filter(Column::CreatedAt.lte(before.0))
            .filter(Condition::all().add_option(login.map(|hash| Column::LoginHash.eq(hash))))
            .filter(Condition::all().add_option(session.map(|hash| Column::SidHash.eq(hash))))
            .exec(self.platform.store.write())
            .await?;
        Ok(ended.rows_affected)
    }
}

/// Ends all sessions of a way in, in that transaction.
pub(crate) async fn end_of_login(
    db: &impl ConnectionTrait,
    login: Vec<u8>,
) -> std::result::Result<(), DbErr> {
    Entity::delete_many().filter(Column::LoginHash.eq(login)).exec(db).await.map(|_| ())
}

/// How the sessions of a way in are found.
pub(crate) fn login_hash(issuer: &str, subject: &str) -> Vec<u8> {
    hash(&format!("login\n{issuer}\n{subject}"))
}

/// How the sessions of a session at the provider are found.
pub(crate) fn sid_hash(issuer: &str, sid: &str) -> Vec<u8> {
    hash(&format!("sid\n{issuer}\n{sid}"))
}

fn broken(error: DbErr) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let row = ActiveModel {
            id_hash: Set(hash(&record.id.to_string())),
            created_at: Set(self.platform.clock.now().0),
            ..self.sealed(record)?
        };
        let done = Entity::insert(row).exec_without_returning(self.platform.store.write()).await;
        done.map(|_| ()).map_err(broken)
    }

    /// Keeps what changed. A session that was ended meanwhile (C7) stays ended: a request that was under way
    /// does not bring it back.
    async fn save(&self, record: &Record) -> Result<()> {
        Entity::update_many()
            .set(self.sealed(record)?)
            .filter(Column::IdHash.eq(hash(&record.id.to_string())))
            .exec(self.platform.store.write())
            .await
            .map(|_| ())
            .map_err(broken)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row = Entity::find()
            .filter(Column::IdHash.eq(hash(&id.to_string())))
            .filter(Column::ExpiresAt.gt(self.platform.clock.now().0))
            .one(self.platform.store.read())
            .await
            .map_err(broken)?;
        let Some(row) = row else { return Ok(None) };
        let Some(text) = unseal(self.key(id), &row.data) else { return Ok(None) };
        let data = serde_json::from_slice(&text).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires_at / 1000)
            .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        Entity::delete_many()
            .filter(Column::IdHash.eq(hash(&id.to_string())))
            .exec(self.platform.store.write())
            .await
            .map(|_| ())
            .map_err(broken)
    }
}
