//! The embedded OpenID provider: accounts, sign-in, and the protocol in front of them (rules A).
//!
//! The portal is its first client application and knows it only through OpenID Connect. Everything is a method
//! of [`Provider`] (for machines) or of [`Desk`] (the provider as one browser sees it); there is no other way
//! to its tables.
//!
//! What is never done here: match anybody by e-mail, sign in an unverified account, tell by text, status or time
//! whether an e-mail has an account, keep a password, token or code that can be read.

mod access;
mod accounts;
mod clients;
mod closing;
mod consents;
mod desk;
mod entity;
mod events;
mod factors;
mod help;
mod keys;
mod letters;
mod logouts;
mod own;
mod passkeys;
mod passwords;
mod protocol;
mod refusal;
mod requests;
mod robots;
mod sessions;
mod settings;
mod sweep;
mod terms;
mod throttle;
mod visits;

pub use access::{Access, Membership};
pub use accounts::Welcome;
pub use clients::{Client, ClientKeys, ClientSecret};
pub use desk::{Desk, Step};
pub use keys::{Algorithm, KeyCard, KeyStage};
pub use letters::Letters;
pub use logouts::{Herald, HttpCall};
pub use protocol::{MachineAnswer, Parameters, SignedOut};
pub use refusal::{Broken, Refusal};
pub use robots::Proofs;
pub use settings::{ProviderSettings, SecondFactor, client_secret};

use platform::Platform;
use std::fmt;
use std::sync::Arc;
use tokio::sync::Notify;

/// The provider of one server. Cheap to clone.
#[derive(Clone)]
pub struct Provider {
    inner: Arc<Inner>,
}

struct Inner {
    platform: Platform,
    settings: ProviderSettings,
    issuer: String,
    passwords: passwords::Passwords,
    passkeys: Option<webauthn_rs::Webauthn>,
    /// Rung when a logout may be waiting.
    bell: Notify,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.inner.issuer).finish_non_exhaustive()
    }
}

/// The issuer identifier of the provider on that platform.
#[must_use]
pub fn issuer(platform: &Platform) -> String {
    format!("{}/identity", platform.base_url)
}

impl Provider {
    /// Opens the provider on a migrated database; makes its signing keys at the first start.
    ///
    /// # Errors
    /// When the settings contradict themselves, the database does not answer, or its signing key was sealed
    /// with another secret.
    pub async fn open(platform: Platform, settings: ProviderSettings) -> Result<Self, Broken> {
        settings.check()?;
        let issuer = issuer(&platform);
        let passwords = passwords::Passwords::new().map_err(|_| Broken::Secrecy("no thread to hash with"))?;
        let name = settings.portal().map(|portal| portal.name.en.clone()).unwrap_or_default();
        let passkeys = passkeys::passkeys(&platform.base_url, &name);
        let inner = Inner { platform, settings, issuer, passwords, passkeys, bell: Notify::new() };
        let provider = Self { inner: Arc::new(inner) };
        provider.make_first_keys().await?;
        Ok(provider)
    }

    /// The issuer identifier, exactly as tokens carry it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.inner.issuer
    }

    fn platform(&self) -> &Platform {
        &self.inner.platform
    }

    fn settings(&self) -> &ProviderSettings {
        &self.inner.settings
    }

    fn now(&self) -> domain::Instant {
        self.inner.platform.clock.now()
    }
}
