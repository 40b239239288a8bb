//! Client applications (rule A10): those that the configuration names, and those that `accord client add` registers
//! in the database, where every server finds them without a restart. The configuration wins.
//!
//! An application proves itself by a secret, of which only the SHA-256 is kept, or by signing an assertion with a key
//! whose public half is registered; one with neither is public, and PKCE alone protects it.

use crate::entity::{client, consent, token, visit};
use crate::keys::Algorithm;
use crate::refusal::Broken;
use crate::{Provider, own};
use domain::Bilingual;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeyType};
use openidconnect::url::Url;
use openidconnect::{JsonWebKey as _, JsonWebKeySet};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use subtle::ConstantTimeEq as _;

/// A registered client application.
#[derive(Clone)]
pub struct Client {
    pub id: String,
    /// With neither secret nor keys it is a public client, which PKCE alone protects.
    pub secret: Option<ClientSecret>,
    /// The public keys with which it signs its assertions (`private_key_jwt`).
    pub keys: Option<ClientKeys>,
    /// Compared letter by letter (RFC 9700, 2.1).
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    /// Where a logout token is posted when a session that entered here is over (A10).
    pub backchannel_logout_uri: Option<String>,
    /// The destination, as buttons name it.
    pub name: Bilingual,
    /// Where a person starts again when a request has expired.
    pub home: Bilingual,
    /// The operator's own: the person is not asked whether it may know name and e-mail.
    pub first_party: bool,
    /// It gets refresh tokens that live as long as the session, without asking for the scope `offline_access`.
    pub refresh_tokens: bool,
    /// How its ID tokens and logout tokens are signed.
    pub algorithm: Algorithm,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What is kept of an application's secret: its SHA-256. Secrets have 256 bits of chance, so no salt is needed.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(Vec<u8>);

impl ClientSecret {
    /// Of the secret itself.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(platform::secrets::hash(secret))
    }

    /// Of its SHA-256.
    #[must_use]
    pub fn hashed(hash: [u8; 32]) -> Self {
        Self(hash.to_vec())
    }

    /// Whether that is the secret, in constant time.
    pub(crate) fn is(&self, given: &str) -> bool {
        self.0.ct_eq(&platform::secrets::hash(given)).into()
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

/// The public keys of an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientKeys(JsonWebKeySet<CoreJsonWebKey>);

impl ClientKeys {
    /// Reads a JSON Web Key Set.
    ///
    /// # Errors
    /// A sentence, when it is none, or holds no key that is fit to verify a signature.
    pub fn parse(json: &str) -> Result<Self, String> {
        let set: JsonWebKeySet<CoreJsonWebKey> =
            serde_json::from_str(json).map_err(|error| format!("is no JSON Web Key Set: {error}"))?;
        if set.keys().is_empty() {
            return Err("holds no public key".to_owned());
        }
        if set.keys().iter().any(|key| *key.key_type() == CoreJsonWebKeyType::Symmetric) {
            return Err("holds a secret, where only public keys belong".to_owned());
        }
        Ok(Self(set))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &CoreJsonWebKey> {
        self.0.keys().iter()
    }
}

/// What the database keeps of an application, beside the hash of its secret.
#[derive(Serialize, Deserialize)]
struct Registration {
    name: Bilingual,
    home: Bilingual,
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    backchannel_logout_uri: Option<String>,
    keys: Option<ClientKeys>,
    first_party: bool,
    refresh_tokens: bool,
    algorithm: String,
}

impl Client {
    /// A public application that is led to that address and starts again at its origin, with nothing else decided.
    #[must_use]
    pub fn at(id: &str, name: Bilingual, redirect_uri: &str) -> Self {
        let origin = redirect_uri.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        Self {
            id: id.to_owned(),
            secret: None,
            keys: None,
            redirect_uris: vec![redirect_uri.to_owned()],
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            name,
            home: Bilingual::new(origin.clone(), origin),
            first_party: false,
            refresh_tokens: false,
            algorithm: Algorithm::default(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), Broken> {
        if self.redirect_uris.is_empty() {
            return Err(Broken::Settings(format!("the client `{}` has no redirect address", self.id)));
        }
        let led = self.redirect_uris.iter().chain(&self.post_logout_redirect_uris);
        led.chain(&self.backchannel_logout_uri).try_for_each(|uri| check_redirect(&self.id, uri))
    }

    /// Where forms of ours may lead on its behalf.
    fn origins(&self) -> impl Iterator<Item = String> + '_ {
        let uris = self.redirect_uris.iter().chain(&self.post_logout_redirect_uris);
        let uris = uris.chain([&self.home.en, &self.home.fr]);
        uris.filter_map(|uri| Url::parse(uri).ok()).map(|url| url.origin().ascii_serialization())
    }

    fn kept(&self) -> Registration {
        Registration {
            name: self.name.clone(),
            home: self.home.clone(),
            redirect_uris: self.redirect_uris.clone(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            backchannel_logout_uri: self.backchannel_logout_uri.clone(),
            keys: self.keys.clone(),
            first_party: self.first_party,
            refresh_tokens: self.refresh_tokens,
            algorithm: self.algorithm.name().to_owned(),
        }
    }

    fn read(row: client::Model) -> Result<Self, Broken> {
        let unreadable =
            || Broken::Settings(format!("the client `{}` in the database cannot be read", row.id));
        let kept: Registration = serde_json::from_str(&row.registration).map_err(|_| unreadable())?;
        let algorithm = Algorithm::of(&kept.algorithm).ok_or_else(unreadable)?;
        Ok(Self {
            id: row.id,
            secret: row.secret_hash.map(ClientSecret),
            keys: kept.keys,
            redirect_uris: kept.redirect_uris,
            post_logout_redirect_uris: kept.post_logout_redirect_uris,
            backchannel_logout_uri: kept.backchannel_logout_uri,
            name: kept.name,
            home: kept.home,
            first_party: kept.first_party,
            refresh_tokens: kept.refresh_tokens,
            algorithm,
        })
    }
}

impl Provider {
    /// The application of that identifier.
    pub(crate) async fn client(&self, id: &str) -> Result<Option<Client>, Broken> {
        if let Some(client) = self.settings().client(id) {
            return Ok(Some(client.clone()));
        }
        if id == own::CLIENT {
            return Ok(Some(self.own_pages()));
        }
        let found = client::Entity::find_by_id(id).one(self.platform().store.read()).await?;
        found.map(Client::read).transpose()
    }

    /// All applications: those of the configuration, then those of the database by identifier.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clients(&self) -> Result<Vec<Client>, Broken> {
        let mut clients = self.settings().clients.clone();
        let rows = client::Entity::find().order_by_asc(client::Column::Id);
        for row in rows.all(self.platform().store.read()).await? {
            if self.settings().client(&row.id).is_none() {
                clients.push(Client::read(row)?);
            }
        }
        Ok(clients)
    }

    /// Registers an application in the database: from now on, every server knows it.
    ///
    /// # Errors
    /// When its addresses cannot be used, its identifier is taken, or the database does not answer.
    pub async fn register_client(&self, client: &Client) -> Result<(), Broken> {
        client.check()?;
        let taken = || Broken::Settings(format!("the client `{}` is registered already", client.id));
        if self.settings().client(&client.id).is_some() {
            return Err(taken());
        }
        let registration = serde_json::to_string(&client.kept())
            .map_err(|error| Broken::Settings(format!("the client cannot be kept: {error}")))?;
        let row = client::ActiveModel {
            id: Set(client.id.clone()),
            registration: Set(registration),
            secret_hash: Set(client.secret.clone().map(|secret| secret.0)),
            created_at: Set(self.now().0),
        };
        let unless_there = OnConflict::new().do_nothing().to_owned();
        let db = self.platform().store.write();
        let added = client::Entity::insert(row).on_conflict(unless_there).exec_without_returning(db).await?;
        if added != 1 {
            return Err(taken());
        }
        // Its first token need not wait until a key is found.
        self.signing_key(client.algorithm).await.map(|_| ())
    }

    /// Removes an application from the database, with its tokens and with what people agreed to. False when there is
    /// none; those of the configuration are removed there.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_client(&self, id: &str) -> Result<bool, Broken> {
        let work = self.platform().store.begin().await?;
        let removed = client::Entity::delete_by_id(id).exec(&work).await?.rows_affected > 0;
        if removed && self.settings().client(id).is_none() {
            token::Entity::update_many()
                .col_expr(token::Column::RevokedAt, Expr::value(Some(self.now().0)))
                .filter(token::Column::ClientId.eq(id))
                .filter(token::Column::RevokedAt.is_null())
                .exec(&work)
                .await?;
            consent::Entity::delete_many().filter(consent::Column::ClientId.eq(id)).exec(&work).await?;
            visit::Entity::delete_many().filter(visit::Column::ClientId.eq(id)).exec(&work).await?;
        }
        work.commit().await?;
        Ok(removed)
    }

    /// The origins of the registered applications, to which forms of ours may lead.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn origins(&self) -> Result<BTreeSet<String>, Broken> {
        Ok(self.clients().await?.iter().flat_map(Client::origins).collect())
    }
}

/// Codes travel over https, or stay on the machine (RFC 8252, 7.3).
fn check_redirect(client: &str, uri: &str) -> Result<(), Broken> {
    let wrong = |why: &str| Broken::Settings(format!("the client `{client}` may not be led to {uri}: {why}"));
    let url = Url::parse(uri).map_err(|error| wrong(&error.to_string()))?;
    if url.fragment().is_some() {
        return Err(wrong("it has a fragment"));
    }
    let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match url.scheme() {
        "https" => Ok(()),
        "http" if loopback => Ok(()),
        _ => Err(wrong("it is neither https nor on this machine")),
    }
}
