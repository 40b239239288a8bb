//! The portal as a client of OpenID Connect providers: authorization code, PKCE, nonce, state, `iss` (RFC 9207).
//!
//! Several providers may stand side by side, some of OAuth 2.0 alone (A7); the embedded one is only the default, and
//! goes through the same door. An account has one or several ways in, each an issuer and a subject: an e-mail address
//! never identifies anybody. Against mix-up, an answer must come back to the address of its own provider, with the
//! state of a sign-in that was begun there, and with its `iss` when it says that it sends one.

mod logout;
mod oauth;
mod openid;
mod provider;
mod ways;

pub(crate) use provider::Provider;
pub use provider::{HttpCall, OAuth, Protocol, ProviderSettings};
pub use ways::{Added, WayIn};
pub(crate) use ways::{way, ways_of};

use crate::access::Visitor;
use crate::contacts;
use crate::entity::{account, contact, login};
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::{AccountId, Instant, Language, Problem};
use openidconnect::{ErrorResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError};
use platform::{Causes, Transaction};
use provider::{Unreachable, in_time};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// A sign-in under way; the session holds it until the provider sends the person back.
#[derive(Clone, Serialize, Deserialize)]
pub struct PendingSignIn {
    provider: String,
    state: String,
    nonce: String,
    verifier: String,
    pub return_to: String,
    pub language: Language,
    begun_at: Instant,
    /// The account that gets a second way in by it, of whoever is signed in here already.
    #[serde(default)]
    adds_to: Option<AccountId>,
    /// What was asked: a sign-in there of the last so many seconds.
    #[serde(default)]
    max_age: Option<i64>,
}

impl fmt::Debug for PendingSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingSignIn").field("provider", &self.provider).finish_non_exhaustive()
    }
}

impl PendingSignIn {
    /// The key of the provider where the person is.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// Whether it adds a way in, and signs nobody in.
    #[must_use]
    pub fn adds_a_way(&self) -> bool {
        self.adds_to.is_some()
    }

    /// Whether whoever is signed in signs in once more, for what asks for it (A8).
    #[must_use]
    pub fn is_anew(&self) -> bool {
        self.max_age.is_some()
    }

    /// What the provider sends back with its answer.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }
}

/// The way in that a session was begun with.
#[derive(Clone, Serialize, Deserialize)]
pub struct Login {
    /// The provider's key.
    pub provider: String,
    pub issuer: String,
    pub subject: String,
    /// The session at the provider, when it tells.
    pub sid: Option<String>,
    /// For the end of that session.
    pub id_token: Option<String>,
    /// When the person said there who they are; absent when the provider does not tell.
    #[serde(default)]
    pub authenticated_at: Option<Instant>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// Somebody came back signed in.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub account: AccountId,
    pub login: Login,
    pub return_to: String,
}

/// What a sign-in asks for.
#[derive(Clone, Debug, Default)]
pub struct SignInWish<'a> {
    /// The provider's key; the first one when absent.
    pub provider: Option<&'a str>,
    pub return_to: &'a str,
    /// The invited address, for the provider to fill in (A2).
    pub login_hint: Option<&'a str>,
    pub language: Language,
    /// Asks for another account than the one that is signed in at the provider (I7).
    pub another_account: bool,
    /// Asks for a sign-in of a short while ago: whoever is signed in there for longer says anew who they are (A8).
    pub anew: bool,
}

/// What a provider sends back with the person.
#[derive(Clone, Copy, Debug)]
pub struct Callback<'a> {
    /// The key of the provider to whose address the person came back.
    pub provider: &'a str,
    pub code: &'a str,
    pub state: &'a str,
    pub iss: Option<&'a str>,
}

/// How long a person may stay at the provider: an account may be created there meanwhile (A5).
const STAY: i64 = 3 * 3600;

/// What a person is sent to a provider with.
struct Sent<'a> {
    wish: &'a SignInWish<'a>,
    state: &'a str,
    nonce: &'a str,
    verifier: &'a PkceCodeVerifier,
    max_age: Option<i64>,
    now: Instant,
}

/// Who came, by the word of a provider.
#[derive(Clone, Debug)]
struct Person {
    subject: String,
    name: Option<String>,
    email: Option<String>,
    email_verified: bool,
    language: Option<Language>,
    sid: Option<String>,
    id_token: Option<String>,
    authenticated_at: Option<Instant>,
}

impl Visitor {
    /// Begins a sign-in: where to send the person, and what to remember meanwhile.
    ///
    /// # Errors
    /// [`Problem::ProviderUnavailable`].
    pub async fn begin_sign_in(&self, wish: SignInWish<'_>) -> Result<(String, PendingSignIn), Refusal> {
        let provider = self.portal.provider(wish.provider).ok_or(Problem::ProviderUnavailable)?;
        let now = self.portal.now();
        let (_, verifier) = PkceCodeChallenge::new_random_sha256();
        let (state, nonce) = (self.portal.random_token(), self.portal.random_token());
        let redirect = self.portal.redirect(provider)?;
        // Half of the time that it is good for is left to do what it was asked for.
        let max_age = self.portal.step_up_seconds().filter(|_| wish.anew).map(|seconds| seconds / 2);
        let sent = Sent { wish: &wish, state: &state, nonce: &nonce, verifier: &verifier, max_age, now };
        let url = match &provider.settings.protocol {
            Protocol::OpenId => {
                in_time(&provider.settings.key, openid::address(provider, redirect, &sent)).await?
            }
            Protocol::OAuth(oauth) => oauth::address(provider, oauth, redirect, &sent)?,
        };
        let pending = PendingSignIn {
            provider: provider.settings.key.clone(),
            verifier: verifier.secret().clone(),
            return_to: wish.return_to.to_owned(),
            language: wish.language,
            begun_at: now,
            adds_to: None,
            max_age,
            state,
            nonce,
        };
        Ok((url, pending))
    }

    /// Finishes a sign-in with what the provider sent back.
    ///
    /// # Errors
    /// [`Problem::SignInExpired`], [`Problem::SignInFailed`] or [`Problem::ProviderUnavailable`].
    pub async fn finish_sign_in(
        &self,
        pending: PendingSignIn,
        callback: Callback<'_>,
    ) -> Result<Arrival, Refusal> {
        if pending.adds_a_way() {
            return Err(Problem::SignInFailed.into());
        }
        let (issuer, person) = self.portal.who_came(&pending, callback).await?;
        let login = Login {
            provider: pending.provider,
            subject: person.subject.clone(),
            sid: person.sid.clone(),
            id_token: person.id_token.clone(),
            authenticated_at: person.authenticated_at,
            issuer,
        };
        let account = self.portal.arrive(&login, person).await?;
        Ok(Arrival { account, login, return_to: pending.return_to })
    }
}

impl Portal {
    /// Where that provider sends people back: to no other's address, so that one provider's answer is never taken
    /// for another's.
    fn redirect(&self, provider: &Provider) -> Result<RedirectUrl, Refusal> {
        let address = format!("{}/auth/callback/{}", self.platform.base_url, provider.settings.key);
        RedirectUrl::new(address).map_err(Refusal::broken)
    }

    /// Who came back, by the word of the provider where they were sent: its issuer, and the person.
    async fn who_came(
        &self,
        pending: &PendingSignIn,
        callback: Callback<'_>,
    ) -> Result<(String, Person), Refusal> {
        let provider = self.provider(Some(&pending.provider)).ok_or(Problem::SignInFailed)?;
        let (key, issuer, now) = (&provider.settings.key, &provider.settings.issuer, self.now());
        if now > pending.begun_at.plus_seconds(STAY) {
            return Err(Problem::SignInExpired.into());
        }
        // RFC 9207: an answer of another provider is not for this sign-in.
        let is_its = match &provider.settings.protocol {
            Protocol::OpenId => callback.iss.is_none_or(|iss| iss == issuer),
            Protocol::OAuth(oauth) => oauth.iss.as_deref().is_none_or(|its| callback.iss == Some(its)),
        };
        let ours = callback.provider == key && is_its;
        if !platform::secrets::same(&pending.state, callback.state) || !ours {
            return Err(refused(key, "the answer is not for this sign-in"));
        }
        let redirect = self.redirect(provider)?;
        let back = openid::Back {
            code: callback.code,
            iss: callback.iss,
            verifier: &pending.verifier,
            nonce: &pending.nonce,
            max_age: pending.max_age,
            now,
        };
        let person = match &provider.settings.protocol {
            Protocol::OpenId => in_time(key, openid::person(provider, redirect, back)).await?,
            Protocol::OAuth(oauth) => in_time(key, oauth::person(provider, oauth, redirect, back)).await?,
        };
        Ok((issuer.clone(), person))
    }
}

fn refused(provider: &str, why: impl fmt::Display) -> Refusal {
    tracing::warn!(provider, %why, "a sign-in was refused");
    Problem::SignInFailed.into()
}

/// A code was not exchanged: the provider could not be reached, or said no.
fn broken_off<T>(provider: &str, error: &RequestTokenError<Unreachable, T>) -> Refusal
where
    T: ErrorResponse + 'static,
{
    match error {
        RequestTokenError::Request(error) => openid::unreachable(provider, error),
        // What it sent instead of an answer may hold tokens.
        RequestTokenError::Parse(error, _) => refused(provider, error),
        other => refused(provider, Causes(other)),
    }
}

impl Portal {
    /// The account of an issuer and a subject, made at its first coming, refreshed at each.
    async fn arrive(&self, way: &Login, person: Person) -> Result<AccountId, Refusal> {
        let db = self.platform.store.begin().await?;
        let now = self.now();
        let known = self::way(&way.issuer, &way.subject).one(&db).await?;
        let id = match known {
            Some(known) => {
                refresh(&db, &known, person, now).await?;
                known.account_id
            }
            None => {
                let id = self.platform.chance.id(now);
                let row = account::ActiveModel {
                    id: Set(id),
                    language: Set(person.language.map(|language| language.code().to_owned())),
                    created_at: Set(now.0),
                    disabled_at: Set(None),
                    ..facts(&person, now)
                };
                account::Entity::insert(row).exec_without_returning(&db).await?;
                let way_in = login::ActiveModel {
                    issuer: Set(way.issuer.clone()),
                    subject: Set(way.subject.clone()),
                    account_id: Set(id),
                    email: Set(person.email),
                    created_at: Set(now.0),
                };
                login::Entity::insert(way_in).exec_without_returning(&db).await?;
                id
            }
        };
        db.commit().await?;
        Ok(AccountId(id))
    }
}

/// What an account is known by.
fn facts(person: &Person, now: Instant) -> account::ActiveModel {
    account::ActiveModel {
        name: Set(person.name.clone().or_else(|| person.email.clone()).unwrap_or_default()),
        email: Set(person.email.clone()),
        email_verified: Set(person.email_verified),
        last_sign_in_at: Set(now.0),
        ..account::ActiveModel::default()
    }
}

/// Somebody known came back. Name and address of the account are those of its first way in: one that is added later
/// gets people in, and changes nothing of whom others see.
async fn refresh(db: &Transaction, known: &login::Model, person: Person, now: Instant) -> Result<(), DbErr> {
    login::Entity::update_many()
        .col_expr(login::Column::Email, Expr::value(person.email.clone()))
        .filter(login::Column::Issuer.eq(known.issuer.as_str()))
        .filter(login::Column::Subject.eq(known.subject.as_str()))
        .exec(db)
        .await?;
    let first = ways_of(known.account_id).one(db).await?;
    let is_first = first.is_some_and(|first| first.issuer == known.issuer && first.subject == known.subject);
    let seen = if is_first {
        find_by_address(db, known.account_id, person.email.as_deref().filter(|_| person.email_verified))
            .await?;
        facts(&person, now)
    } else {
        account::ActiveModel { last_sign_in_at: Set(now.0), ..account::ActiveModel::default() }
    };
    account::Entity::update_many()
        .set(seen)
        .filter(account::Column::Id.eq(known.account_id))
        .exec(db)
        .await?;
    Ok(())
}

/// The list finds a contact by the address of its account too (L4): a new one is written where the search looks.
async fn find_by_address(db: &Transaction, account: Uuid, address: Option<&str>) -> Result<(), DbErr> {
    let rows = contact::Entity::find().filter(contact::Column::AccountId.eq(account)).all(db).await?;
    for row in rows {
        let search = contacts::searchable(&contacts::facts(&row, Vec::new()), address);
        if search == row.search {
            continue;
        }
        contact::Entity::update_many()
            .col_expr(contact::Column::Search, Expr::value(search))
            .filter(contact::Column::Id.eq(row.id))
            .exec(db)
            .await?;
    }
    Ok(())
}
