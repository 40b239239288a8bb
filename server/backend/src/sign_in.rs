//! The portal as a client of OpenID Connect providers: authorization code, PKCE, nonce, state, `iss` (RFC 9207).
//!
//! Several providers may stand side by side; the embedded one is only the default, and goes through the same
//! door. Discovery is lazy and kept; when a signature's key is unknown it is made anew, at most once a minute.
//! An account is an issuer and a subject: an e-mail address never identifies anybody.

use crate::access::Visitor;
use crate::contacts;
use crate::entity::{account, contact, login};
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::{AccountId, Bilingual, Instant, Language, Problem};
use futures_core::future::BoxFuture;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreJwsSigningAlgorithm};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, LanguageTag, LoginHint, LogoutRequest, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, Scope, TokenResponse as _,
};
use platform::Transaction;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use uuid::Uuid;

/// How a provider is reached: over the network, or in this very process for our own issuer.
pub type HttpCall =
    Arc<dyn Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, String>> + Send + Sync>;

/// A provider as a deployment configures it.
#[derive(Clone)]
pub struct ProviderSettings {
    /// Its name in addresses.
    pub key: String,
    pub name: Bilingual,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<String>,
    pub http: HttpCall,
}

impl fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderSettings")
            .field("key", &self.key)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// A provider, and what was learnt of it.
#[derive(Debug)]
pub(crate) struct Provider {
    settings: ProviderSettings,
    known: Mutex<Option<(Arc<ProviderMetadataWithLogout>, Instant)>>,
}

/// A sign-in under way; the session holds it until the provider sends the person back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PendingSignIn {
    provider: String,
    state: String,
    nonce: String,
    verifier: String,
    pub return_to: String,
    pub language: Language,
    begun_at: Instant,
}

/// Somebody came back signed in.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub account: AccountId,
    /// For the provider's end of session.
    pub id_token: String,
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
}

#[derive(Debug, thiserror::Error)]
#[error("the provider cannot be reached: {0}")]
struct Unreachable(String);

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// How long a provider may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a person may stay at the provider: an account may be created there meanwhile (A5).
const STAY: i64 = 3 * 3600;
/// Metadata and keys are asked for again after so many seconds, or at once for an unknown key.
const FRESH: i64 = 3600;
const AT_MOST_EVERY: i64 = 60;

impl Provider {
    pub(crate) fn new(settings: ProviderSettings) -> Self {
        Self { settings, known: Mutex::new(None) }
    }

    /// How its endpoints are called: with patience, but not too much of it.
    fn http(
        &self,
    ) -> impl Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, Unreachable>> + Send + Sync + use<>
    {
        let call = Arc::clone(&self.settings.http);
        move |request| {
            let answer = call(request);
            Box::pin(async move {
                match tokio::time::timeout(PATIENCE, answer).await {
                    Ok(answer) => answer.map_err(Unreachable),
                    Err(_) => Err(Unreachable("no answer in time".into())),
                }
            })
        }
    }

    /// The provider's metadata and keys, not older than so many seconds.
    async fn metadata(&self, now: Instant, at_most: i64) -> Result<Arc<ProviderMetadataWithLogout>, Refusal> {
        let mut known = self.known.lock().await;
        if let Some((metadata, learnt)) = known.as_ref()
            && now < learnt.plus_seconds(at_most)
        {
            return Ok(Arc::clone(metadata));
        }
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(Refusal::broken)?;
        let http = self.http();
        match ProviderMetadataWithLogout::discover_async(issuer, &http).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *known = Some((Arc::clone(&metadata), now));
                Ok(metadata)
            }
            Err(error) => {
                tracing::warn!(provider = self.settings.key, %error, "the provider cannot be discovered");
                Err(Problem::ProviderUnavailable.into())
            }
        }
    }

    fn client(&self, metadata: &ProviderMetadataWithLogout, base_url: &str) -> Result<Client, Refusal> {
        let redirect = RedirectUrl::new(format!("{base_url}/auth/callback")).map_err(Refusal::broken)?;
        Ok(CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.settings.client_id.clone()),
            self.settings.client_secret.clone().map(ClientSecret::new),
        )
        .set_redirect_uri(redirect))
    }
}

impl Portal {
    fn provider(&self, key: Option<&str>) -> Option<&Provider> {
        match key {
            Some(key) => self.providers.iter().find(|provider| provider.settings.key == key),
            None => self.providers.first(),
        }
    }

    /// The providers offered side by side: key and name (A7).
    #[must_use]
    pub fn sign_in_choices(&self) -> Vec<(String, Bilingual)> {
        self.providers.iter().map(|p| (p.settings.key.clone(), p.settings.name.clone())).collect()
    }
}

impl Visitor {
    /// Begins a sign-in: where to send the person, and what to remember meanwhile.
    ///
    /// # Errors
    /// [`Problem::ProviderUnavailable`].
    pub async fn begin_sign_in(&self, wish: SignInWish<'_>) -> Result<(String, PendingSignIn), Refusal> {
        let provider = self.portal.provider(wish.provider).ok_or(Problem::ProviderUnavailable)?;
        let now = self.portal.now();
        let metadata = provider.metadata(now, FRESH).await?;
        let client = provider.client(&metadata, &self.portal.platform.base_url)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (state, nonce) = (self.portal.random_token(), self.portal.random_token());
        let (state_out, nonce_out) = (state.clone(), nonce.clone());
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state_out),
                move || Nonce::new(nonce_out),
            )
            .add_scope(Scope::new("email".into()))
            .add_scope(Scope::new("profile".into()))
            .add_ui_locale(LanguageTag::new(wish.language.code().into()))
            .set_pkce_challenge(challenge);
        if let Some(hint) = wish.login_hint {
            request = request.set_login_hint(LoginHint::new(hint.into()));
        }
        if wish.another_account {
            request = request.add_prompt(openidconnect::core::CoreAuthPrompt::Login);
        }
        let (url, _, _) = request.url();
        let pending = PendingSignIn {
            provider: provider.settings.key.clone(),
            state,
            nonce,
            verifier: verifier.secret().clone(),
            return_to: wish.return_to.to_owned(),
            language: wish.language,
            begun_at: now,
        };
        Ok((url.into(), pending))
    }

    /// Finishes a sign-in with what the provider sent back.
    ///
    /// # Errors
    /// [`Problem::SignInExpired`], [`Problem::SignInFailed`] or [`Problem::ProviderUnavailable`].
    pub async fn finish_sign_in(
        &self,
        pending: PendingSignIn,
        code: &str,
        state: &str,
        iss: Option<&str>,
    ) -> Result<Arrival, Refusal> {
        let provider = self.portal.provider(Some(&pending.provider)).ok_or(Problem::SignInFailed)?;
        let now = self.portal.now();
        if now > pending.begun_at.plus_seconds(STAY) {
            return Err(Problem::SignInExpired.into());
        }
        // RFC 9207: an answer of another provider is not for this sign-in.
        let ours = iss.is_none_or(|iss| iss == provider.settings.issuer);
        if !platform::secrets::same(&pending.state, state) || !ours {
            return Err(Problem::SignInFailed.into());
        }
        let metadata = provider.metadata(now, FRESH).await?;
        let client = provider.client(&metadata, &self.portal.platform.base_url)?;
        let http = provider.http();
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(Refusal::broken)?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.clone()))
            .request_async(&http)
            .await
            .map_err(|error| refused(&provider.settings.key, &error))?;
        let token = answer.id_token().ok_or(Problem::SignInFailed)?;
        let person = match verified(&client, token, answer.access_token(), &pending.nonce) {
            Ok(person) => person,
            // Perhaps the provider's keys changed since they were learnt.
            Err(_) => {
                let metadata = provider.metadata(now, AT_MOST_EVERY).await?;
                let client = provider.client(&metadata, &self.portal.platform.base_url)?;
                verified(&client, token, answer.access_token(), &pending.nonce)
                    .map_err(|why| refused(&provider.settings.key, &why))?
            }
        };
        let account = self.portal.arrive(&provider.settings.issuer, person).await?;
        Ok(Arrival { account, id_token: token.to_string(), return_to: pending.return_to })
    }

    /// Where the provider ends its own session, when it can; the person comes back to the portal's first page.
    ///
    /// # Errors
    /// [`Problem::ProviderUnavailable`].
    pub async fn end_session_url(
        &self,
        id_token: Option<&str>,
        language: Language,
    ) -> Result<Option<String>, Refusal> {
        let provider = self.portal.provider(None).ok_or(Problem::ProviderUnavailable)?;
        let metadata = provider.metadata(self.portal.now(), FRESH).await?;
        let Some(endpoint) = metadata.additional_metadata().end_session_endpoint.clone() else {
            return Ok(None);
        };
        let back = format!("{}/{}", self.portal.platform.base_url, language.code());
        let mut request = LogoutRequest::from(endpoint)
            .set_client_id(ClientId::new(provider.settings.client_id.clone()))
            .set_post_logout_redirect_uri(PostLogoutRedirectUrl::new(back).map_err(Refusal::broken)?);
        if let Some(hint) = id_token.and_then(|token| token.parse::<CoreIdToken>().ok()) {
            request = request.set_id_token_hint(&hint);
        }
        Ok(Some(request.http_get_url().into()))
    }
}

/// What the ID token says of the person.
struct Person {
    subject: String,
    name: String,
    email: Option<String>,
    email_verified: bool,
    language: Option<Language>,
}

fn refused(provider: &str, error: &dyn std::error::Error) -> Refusal {
    tracing::warn!(provider, error = %Chain(error), "a sign-in was refused");
    Problem::SignInFailed.into()
}

/// An error with its causes, for the log.
struct Chain<'a>(&'a dyn std::error::Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

fn verified(
    client: &Client,
    token: &CoreIdToken,
    access: &openidconnect::AccessToken,
    nonce: &str,
) -> Result<Person, openidconnect::ClaimsVerificationError> {
    let verifier = client.id_token_verifier().set_allowed_algs([
        CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        CoreJwsSigningAlgorithm::EcdsaP384Sha384,
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        CoreJwsSigningAlgorithm::RsaSsaPssSha256,
        CoreJwsSigningAlgorithm::EdDsa,
    ]);
    let claims = token.claims(&verifier, &Nonce::new(nonce.to_owned()))?;
    let wrong = |what: &str| openidconnect::ClaimsVerificationError::Other(what.to_owned());
    if let Some(expected) = claims.access_token_hash() {
        let key = token.signing_key(&verifier).map_err(|error| wrong(&error.to_string()))?;
        let algorithm = token.signing_alg().map_err(|error| wrong(&error.to_string()))?;
        let actual =
            AccessTokenHash::from_token(access, algorithm, key).map_err(|error| wrong(&error.to_string()))?;
        if actual != *expected {
            return Err(wrong("the access token is another"));
        }
    }
    let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
    let email = claims.email().map(|email| email.to_string());
    Ok(Person {
        subject: claims.subject().to_string(),
        name: name.or_else(|| email.clone()).unwrap_or_default(),
        email_verified: email.is_some() && claims.email_verified().unwrap_or(false),
        email,
        language: claims
            .locale()
            .and_then(|tag| Language::from_code(tag.as_ref().get(..2).unwrap_or_default())),
    })
}

impl Portal {
    /// The account of an issuer and a subject, made at its first coming, refreshed at each.
    async fn arrive(&self, issuer: &str, person: Person) -> Result<AccountId, Refusal> {
        let db = self.platform.store.begin().await?;
        let now = self.now();
        let known = login::Entity::find()
            .filter(login::Column::Issuer.eq(issuer))
            .filter(login::Column::Subject.eq(person.subject.as_str()))
            .one(&db)
            .await?;
        let facts = account::ActiveModel {
            name: Set(person.name),
            email: Set(person.email.clone()),
            email_verified: Set(person.email_verified),
            last_sign_in_at: Set(now.0),
            ..account::ActiveModel::default()
        };
        let id = match known {
            Some(known) => {
                let address = person.email.filter(|_| person.email_verified);
                find_by_address(&db, known.account_id, address.as_deref()).await?;
                account::Entity::update_many()
                    .set(facts)
                    .filter(account::Column::Id.eq(known.account_id))
                    .exec(&db)
                    .await?;
                known.account_id
            }
            None => {
                let id = self.platform.chance.id(now);
                let row = account::ActiveModel {
                    id: Set(id),
                    language: Set(person.language.map(|language| language.code().to_owned())),
                    created_at: Set(now.0),
                    disabled_at: Set(None),
                    ..facts
                };
                account::Entity::insert(row).exec_without_returning(&db).await?;
                let way_in = login::ActiveModel {
                    issuer: Set(issuer.to_owned()),
                    subject: Set(person.subject),
                    account_id: Set(id),
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
