//! Signing keys (rule A10), kept in the database so that every server signs with the same ones; the private half is
//! sealed with a key derived from the deployment's secret.
//!
//! For each algorithm one key is *current* and signs. `accord rotate-keys` makes a *next* one: it is published at
//! once and signs an hour later, when every application has had time to learn it; whichever server signs first then
//! lets them change places. A *retired* key stays published until the last token that it signed is past, as a proof
//! and as a hint. Keys are read anew for each token, so no server needs a restart.

mod sealed;
mod signing;

pub use signing::Algorithm;
pub(crate) use signing::SigningKey;

use crate::Provider;
use crate::entity::key;
use crate::protocol::TOKEN_LIFE;
use crate::refusal::Broken;
use crate::sessions;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::Instant;
use openidconnect::JsonWebKey as _;
use openidconnect::core::CoreJsonWebKey;
use platform::Transaction;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _,
    QueryOrder as _,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// How long a key is published before it signs, in seconds: the set of keys may be kept for five minutes, and many
/// applications ask for it once an hour.
const PUBLISHED_BEFORE: i64 = 3600;
/// How long a key that signs no more is published, in seconds: an ID token is a hint as long as its session lives.
const PUBLISHED_AFTER: i64 = sessions::LIFE + TOKEN_LIFE;

/// A signing key, as whoever runs the portal sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCard {
    /// Its `kid`.
    pub id: String,
    pub algorithm: Algorithm,
    pub stage: KeyStage,
}

/// What a key is for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStage {
    /// Published; signs from that moment.
    Next(Instant),
    /// Signs, since that moment.
    Current(Instant),
    /// Signs no more; published until that moment.
    Retired(Instant),
}

impl Provider {
    /// The keys that there are, by algorithm, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keys(&self) -> Result<Vec<KeyCard>, Broken> {
        let sorted = key::Entity::find()
            .order_by_asc(key::Column::Algorithm)
            .order_by_asc(key::Column::CreatedAt)
            .order_by_asc(key::Column::Id);
        let rows = sorted.all(self.platform().store.read()).await?;
        Ok(rows.iter().filter_map(card).collect())
    }

    /// Publishes a next key for each algorithm in use; one that is waiting already stays the next one.
    ///
    /// # Errors
    /// When the database does not answer, or no key can be made.
    pub async fn rotate_keys(&self) -> Result<Vec<KeyCard>, Broken> {
        self.change_places().await?;
        for algorithm in Algorithm::ALL {
            if self.working_keys(algorithm).await?.current.is_some() {
                let row = self.new_key(algorithm).await?;
                self.add_unless_there(row).await?;
            }
        }
        self.keys().await
    }

    /// Replaces every key now and publishes the old ones no more: whoever may know a private half signs nothing any
    /// longer, and tokens that were signed before are not recognized.
    ///
    /// # Errors
    /// When the database does not answer, or no key can be made.
    pub async fn replace_keys(&self) -> Result<Vec<KeyCard>, Broken> {
        for algorithm in Algorithm::ALL {
            if self.working_keys(algorithm).await?.current.is_none() {
                continue;
            }
            let row = self.new_key(algorithm).await?;
            let work = self.platform().store.begin().await?;
            key::Entity::delete_many()
                .filter(key::Column::Algorithm.eq(algorithm.name()))
                .exec(&work)
                .await?;
            as_current(row, self.now()).insert(&work).await?;
            work.commit().await?;
        }
        self.keys().await
    }

    /// Makes the keys that the registered applications need, at the first start.
    pub(crate) async fn make_first_keys(&self) -> Result<(), Broken> {
        let asked = self.settings().clients.iter().map(|client| client.algorithm);
        for algorithm in [Algorithm::default()].into_iter().chain(asked) {
            self.signing_key(algorithm).await?;
        }
        Ok(())
    }

    /// The key to sign with now.
    pub(crate) async fn signing_key(&self, algorithm: Algorithm) -> Result<SigningKey, Broken> {
        let keys = self.working_keys(algorithm).await?;
        if keys.next.as_ref().is_some_and(|next| self.is_due(next)) {
            self.change_places().await?;
        } else if keys.current.is_none() {
            // Two servers that start at once both try; the index lets one key be current.
            self.add_unless_there(as_current(self.new_key(algorithm).await?, self.now())).await?;
        } else if let Some(row) = keys.current {
            return self.read_key(algorithm, &row);
        }
        let row = self.working_keys(algorithm).await?.current;
        self.read_key(algorithm, &row.ok_or(Broken::Secrecy("there is no signing key"))?)
    }

    fn read_key(&self, algorithm: Algorithm, row: &key::Model) -> Result<SigningKey, Broken> {
        let document = sealed::unseal(&self.platform().secrets, row.id, &row.sealed)?;
        SigningKey::read(algorithm, row.id, &document)
    }

    async fn new_key(&self, algorithm: Algorithm) -> Result<key::ActiveModel, Broken> {
        const FAILED: Broken = Broken::Secrecy("no key could be generated");
        let (id, now) = (self.random_id(), self.now());
        let made = tokio::task::spawn_blocking(move || signing::generate(algorithm)).await;
        let document = made.map_err(|_| FAILED)??;
        let public = SigningKey::read(algorithm, id, &document)?;
        let public = serde_json::to_string(public.public()).map_err(|_| FAILED)?;
        let sealed = sealed::seal(&self.platform().secrets, id, self.platform().chance.bytes(), &document)?;
        Ok(key::ActiveModel {
            id: Set(id),
            algorithm: Set(algorithm.name().into()),
            state: Set("next".into()),
            public_key: Set(public),
            sealed: Set(sealed),
            created_at: Set(now.0),
            signs_from: Set(Some(now.plus_seconds(PUBLISHED_BEFORE).0)),
            current_since: Set(None),
            retired_at: Set(None),
        })
    }

    async fn add_unless_there(&self, row: key::ActiveModel) -> Result<(), Broken> {
        key::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(self.platform().store.write())
            .await?;
        Ok(())
    }

    async fn working_keys(&self, algorithm: Algorithm) -> Result<WorkingKeys, Broken> {
        let working = key::Entity::find()
            .filter(key::Column::Algorithm.eq(algorithm.name()))
            .filter(key::Column::State.is_in(["next", "current"]));
        let mut keys = WorkingKeys::default();
        for row in working.all(self.platform().store.read()).await? {
            let place = if row.state == "next" { &mut keys.next } else { &mut keys.current };
            *place = Some(row);
        }
        Ok(keys)
    }

    fn is_due(&self, next: &key::Model) -> bool {
        next.signs_from.is_none_or(|from| from <= self.now().0)
    }

    /// Each next key whose time has come signs from now on. Servers that do it at once agree.
    pub(crate) async fn change_places(&self) -> Result<(), Broken> {
        for algorithm in Algorithm::ALL {
            let keys = self.working_keys(algorithm).await?;
            let Some(next) = keys.next.filter(|next| self.is_due(next)) else { continue };
            let work = self.platform().store.begin().await?;
            if let Some(current) = keys.current {
                self.step(&work, current.id, ["current", "retired"], key::Column::RetiredAt).await?;
            }
            self.step(&work, next.id, ["next", "current"], key::Column::CurrentSince).await?;
            work.commit().await?;
        }
        Ok(())
    }

    async fn step(
        &self,
        work: &Transaction,
        id: Uuid,
        [from, to]: [&str; 2],
        at: key::Column,
    ) -> Result<(), Broken> {
        key::Entity::update_many()
            .col_expr(key::Column::State, Expr::value(to))
            .col_expr(at, Expr::value(Some(self.now().0)))
            .filter(key::Column::Id.eq(id))
            .filter(key::Column::State.eq(from))
            .exec(work)
            .await?;
        Ok(())
    }

    /// Retired keys whose tokens are all past are published no more.
    pub(crate) async fn forget_old_keys(&self) -> Result<(), Broken> {
        let past = self.now().plus_seconds(-PUBLISHED_AFTER);
        key::Entity::delete_many()
            .filter(key::Column::State.eq("retired"))
            .filter(key::Column::RetiredAt.lt(past.0))
            .exec(self.platform().store.write())
            .await?;
        Ok(())
    }

    /// The JSON Web Key Set: the keys with which a living token is, or soon will be, signed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn jwks(&self) -> Result<Value, Broken> {
        let rows = key::Entity::find().order_by_asc(key::Column::CreatedAt);
        let rows = rows.all(self.platform().store.read()).await?;
        let published = |row: &key::Model| {
            let mut key: Value = serde_json::from_str(&row.public_key).ok()?;
            key["alg"] = row.algorithm.as_str().into();
            Some(key)
        };
        Ok(json!({ "keys": rows.iter().filter_map(published).collect::<Vec<_>>() }))
    }

    /// The claims of a token that this provider signed, whatever its age: a hint, never a proof of presence.
    pub(crate) async fn hinted(&self, token: &str) -> Result<Option<Value>, Broken> {
        let rows = key::Entity::find().all(self.platform().store.read()).await?;
        let claims = rows.iter().find_map(|row| {
            let key: CoreJsonWebKey = serde_json::from_str(&row.public_key).ok()?;
            claims_signed_by(&key, Algorithm::of(&row.algorithm)?, token)
        });
        Ok(claims.filter(|claims| claims["iss"] == self.issuer()))
    }

    /// An identifier with nothing in it but chance (UUID version 4): a `sub` tells nobody's age.
    pub(crate) fn random_id(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.platform().chance.bytes()).into_uuid()
    }
}

/// The keys of one algorithm that sign or will.
#[derive(Default)]
struct WorkingKeys {
    current: Option<key::Model>,
    next: Option<key::Model>,
}

fn as_current(row: key::ActiveModel, now: Instant) -> key::ActiveModel {
    let since = Set(Some(now.0));
    key::ActiveModel { state: Set("current".into()), signs_from: since.clone(), current_since: since, ..row }
}

fn card(row: &key::Model) -> Option<KeyCard> {
    let stage = match row.state.as_str() {
        "next" => KeyStage::Next(Instant(row.signs_from.unwrap_or(row.created_at))),
        "current" => KeyStage::Current(Instant(row.current_since.unwrap_or(row.created_at))),
        _ => KeyStage::Retired(Instant(row.retired_at?).plus_seconds(PUBLISHED_AFTER)),
    };
    let id = row.id.simple().to_string();
    Some(KeyCard { id, algorithm: Algorithm::of(&row.algorithm)?, stage })
}

fn claims_signed_by(key: &CoreJsonWebKey, algorithm: Algorithm, token: &str) -> Option<Value> {
    let (signed, signature) = token.rsplit_once('.')?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
    key.verify_signature(&algorithm.jws(), signed.as_bytes(), &signature).ok()?;
    let (_, claims) = signed.split_once('.')?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}
