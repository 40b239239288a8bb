//! A provider as a deployment configures it, and what was learnt of it.
//!
//! Discovery is lazy and kept. However many people come at once, a provider is asked once and nobody waits in a
//! queue: they all wait for the one answer, for a second at most, and it is taken in when it comes later. That it did
//! not answer is remembered for a moment, so that whoever comes next is told at once; what was known of it before goes
//! on being used.

use crate::portal::Portal;
use domain::{Bilingual, Instant, Problem};
use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::url::Url;
use openidconnect::{
    AdditionalProviderMetadata, EndSessionUrl, HttpRequest, HttpResponse, IssuerUrl, ProviderMetadata,
};
use platform::Causes;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How a provider is reached: over the network, or in this very process for our own issuer.
pub type HttpCall =
    Arc<dyn Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, String>> + Send + Sync>;

/// A provider as a deployment configures it (A7).
#[derive(Clone)]
pub struct ProviderSettings {
    /// Its name in addresses: the person comes back to `/auth/callback/KEY`, which is of no other provider.
    pub key: String,
    pub name: Bilingual,
    /// The issuer of its subjects; of a provider without OpenID Connect, its key.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<String>,
    pub protocol: Protocol,
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

/// What a provider speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// OpenID Connect, discovered at its issuer.
    OpenId,
    /// OAuth 2.0 alone: nothing is signed, the person is whom its userinfo address names.
    OAuth(Box<OAuth>),
}

/// A provider without OpenID Connect (A7). Fields of its userinfo are named by a path of names: `id`, `data.id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuth {
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub userinfo_endpoint: String,
    pub scopes: Vec<String>,
    /// What its answers carry as `iss` (RFC 9207), when they do; then they must.
    pub iss: Option<String>,
    /// What never changes of a person there and is given to nobody else: a number, never an address.
    pub subject: String,
    pub email: Option<String>,
    /// The field that says whether the address is verified; without it no address ever is.
    pub email_verified: Option<String>,
    pub name: Option<String>,
}

/// What providers say of themselves beyond OpenID Connect Discovery.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Beyond {
    /// OpenID Connect RP-Initiated Logout 1.0
    pub end_session_endpoint: Option<EndSessionUrl>,
    /// RFC 9207: every answer carries `iss`.
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Beyond {}

pub(super) type Metadata = ProviderMetadata<
    Beyond,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// A provider, and what was learnt of it.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(super) settings: ProviderSettings,
    learnt: Arc<Mutex<Learnt>>,
}

#[derive(Default)]
struct Learnt {
    known: Option<(Arc<Metadata>, Instant)>,
    failed_at: Option<Instant>,
    /// When it was last asked because of an unknown key.
    renewed_at: Option<Instant>,
    /// Somebody asks; whoever comes meanwhile waits for the same answer.
    asking: Option<Asking>,
}

impl Learnt {
    /// What it said last, however long ago.
    fn metadata(&self) -> Option<Arc<Metadata>> {
        self.known.as_ref().map(|(metadata, _)| Arc::clone(metadata))
    }
}

impl fmt::Debug for Learnt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Learnt").field("failed_at", &self.failed_at).finish_non_exhaustive()
    }
}

type Asking = Shared<BoxFuture<'static, Option<Arc<Metadata>>>>;

#[derive(Clone, Debug, thiserror::Error)]
#[error("the provider cannot be reached: {0}")]
pub(super) struct Unreachable(String);

/// One step of a sign-in takes no longer, whatever the provider does.
const STEP: Duration = Duration::from_secs(5);
/// How long a provider may take to say what it is.
const DISCOVERY: Duration = Duration::from_secs(4);
/// How long a person waits for that: whoever tries again may find it known.
const PATIENCE: Duration = Duration::from_millis(900);
/// Metadata and keys are asked for again after so many seconds.
const FRESH: i64 = 3600;
/// For an unknown key they are asked for at once, but not more often than this, in seconds: anybody may post a logout
/// with a key that is nowhere.
const AT_MOST_EVERY: i64 = 5;
/// Whoever comes so many seconds after a failure is told without asking again.
const FAILED_LATELY: i64 = 5;

impl Provider {
    pub(crate) fn new(settings: ProviderSettings) -> Self {
        Self { settings, learnt: Arc::default() }
    }

    /// How its endpoints are called. What it cannot serve now is as if it were not there.
    pub(super) fn http(&self) -> impl Fn(HttpRequest) -> Calling + Send + Sync + use<> {
        let call = Arc::clone(&self.settings.http);
        move |request| {
            let answer = call(request);
            Box::pin(async move {
                let answer = answer.await.map_err(Unreachable)?;
                let status = answer.status();
                if status.is_server_error() {
                    return Err(Unreachable(format!("it answered {status}")));
                }
                Ok(answer)
            })
        }
    }

    /// Its metadata and keys.
    ///
    /// # Errors
    /// [`Problem::ProviderUnavailable`].
    pub(super) async fn metadata(&self, now: Instant) -> Result<Arc<Metadata>, Problem> {
        self.not_older_than(FRESH, now).await
    }

    /// The same, asked for again because a key is unknown: it may have changed its keys meanwhile.
    pub(super) async fn metadata_anew(&self, now: Instant) -> Result<Arc<Metadata>, Problem> {
        {
            let mut learnt = lock(&self.learnt);
            if learnt.renewed_at.is_some_and(|at| now < at.plus_seconds(AT_MOST_EVERY)) {
                return learnt.metadata().ok_or(Problem::ProviderUnavailable);
            }
            learnt.renewed_at = Some(now);
        }
        self.not_older_than(0, now).await
    }

    async fn not_older_than(&self, seconds: i64, now: Instant) -> Result<Arc<Metadata>, Problem> {
        let asking = {
            let mut learnt = lock(&self.learnt);
            if let Some((metadata, since)) = &learnt.known
                && now < since.plus_seconds(seconds)
            {
                return Ok(Arc::clone(metadata));
            }
            if learnt.failed_at.is_some_and(|at| now < at.plus_seconds(FAILED_LATELY)) {
                return learnt.metadata().ok_or(Problem::ProviderUnavailable);
            }
            learnt.asking.get_or_insert_with(|| self.ask(now)).clone()
        };
        let answer = match tokio::time::timeout(PATIENCE, asking).await {
            Ok(answer) => answer,
            Err(_) => lock(&self.learnt).metadata(),
        };
        answer.ok_or(Problem::ProviderUnavailable)
    }

    /// Asks the provider what it is, and keeps what it says; what was known of it when it does not answer.
    fn ask(&self, now: Instant) -> Asking {
        let (learnt, http) = (Arc::clone(&self.learnt), self.http());
        let (key, issuer) = (self.settings.key.clone(), self.settings.issuer.clone());
        let asking = async move {
            let answer = tokio::time::timeout(DISCOVERY, discovered(&issuer, &http)).await;
            let answer = answer.unwrap_or_else(|_| Err("no answer in time".into()));
            let mut learnt = lock(&learnt);
            learnt.asking = None;
            match answer {
                Ok(metadata) => {
                    learnt.failed_at = None;
                    learnt.known = Some((Arc::new(metadata), now));
                }
                Err(error) => {
                    tracing::warn!(provider = key, error, "a provider cannot be discovered");
                    learnt.failed_at = Some(now);
                }
            }
            learnt.metadata()
        };
        let asking = asking.boxed().shared();
        // It goes on when everybody who waited has gone.
        tokio::spawn(asking.clone());
        asking
    }
}

/// An answer of the provider that is under way.
pub(super) type Calling = BoxFuture<'static, Result<HttpResponse, Unreachable>>;

fn lock(learnt: &Mutex<Learnt>) -> std::sync::MutexGuard<'_, Learnt> {
    learnt.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A step of a sign-in, within its time.
pub(super) async fn in_time<T, E: From<Problem>>(
    provider: &str,
    step: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    match tokio::time::timeout(STEP, step).await {
        Ok(done) => done,
        Err(_) => {
            tracing::warn!(provider, "a provider did not answer in time");
            Err(Problem::ProviderUnavailable.into())
        }
    }
}

async fn discovered<C>(issuer: &str, http: &C) -> Result<Metadata, String>
where
    C: Fn(HttpRequest) -> Calling + Send + Sync,
{
    let url = IssuerUrl::new(issuer.to_owned()).map_err(|error| error.to_string())?;
    let metadata = Metadata::discover_async(url, http).await;
    let metadata = metadata.map_err(|error| Causes(&error).to_string())?;
    let secure = |url: &Url| url.scheme() == "https";
    let endpoints = [
        Some(metadata.authorization_endpoint().url()),
        metadata.token_endpoint().map(|url| url.url()),
        metadata.userinfo_endpoint().map(|url| url.url()),
        Some(metadata.jwks_uri().url()),
    ];
    // Whoever listens on the way must not choose the keys.
    if issuer.starts_with("https://") && !endpoints.into_iter().flatten().all(secure) {
        return Err("it names an address that is not https".into());
    }
    Ok(metadata)
}

impl Portal {
    pub(super) fn provider(&self, key: Option<&str>) -> Option<&Provider> {
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
