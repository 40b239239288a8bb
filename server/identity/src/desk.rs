//! The provider as one browser sees it: who is signed in there, which page comes next, which cookie to keep.
//!
//! One cookie holds one token: of a session once somebody is signed in, of nobody before. The database knows
//! its hash. A new token is given at each sign-in, so that a token planted before is worth nothing after.

use crate::Provider;
use crate::refusal::Refusal;
use domain::Language;
use domain::accounts::PasswordPolicy;
use platform::secrets;
use std::net::IpAddr;

/// The provider, seen by one browser in one request.
#[derive(Clone, Debug)]
pub struct Desk {
    pub provider: Provider,
    /// The value of the provider's cookie, as the browser sent it.
    pub browser_cookie: Option<String>,
    /// The browser's address, as far as the deployment can know it.
    pub ip: Option<IpAddr>,
    /// What the browser says it is (`User-Agent`).
    pub agent: Option<String>,
    /// The language of the page, or the one that the browser prefers.
    pub language: Language,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The address to go to: a path of this deployment, or a client application's redirect address.
    pub to: String,
    /// The new value of the provider's cookie, when it changes.
    pub cookie: Option<String>,
}

impl Step {
    pub(crate) fn to(to: String) -> Self {
        Self { to, cookie: None }
    }

    pub(crate) fn with_cookie(self, cookie: String) -> Self {
        Self { cookie: Some(cookie), ..self }
    }
}

impl Desk {
    /// The path of one of the provider's pages, in the page's language.
    pub(crate) fn page(&self, name: &str, request: Option<&str>) -> String {
        let query = request.map(|handle| format!("?request={handle}")).unwrap_or_default();
        format!("/{}/identity/{name}{query}", self.language.code())
    }

    /// What is asked of a new password (A3).
    #[must_use]
    pub fn password_policy(&self) -> PasswordPolicy {
        self.provider.settings().passwords
    }

    /// The hash that this browser is known by, if it has a cookie.
    pub(crate) fn browser_hash(&self) -> Option<Vec<u8>> {
        self.browser_cookie.as_deref().map(secrets::hash)
    }

    /// Signs out of the provider: the session ends, and with it the tokens of every client application. The
    /// caller clears the cookie.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sign_out(&self) -> Result<(), Refusal> {
        if let Some(session) = self.provider.session_of(self.browser_cookie.as_deref()).await? {
            self.provider.end_session_row(session.id).await?;
        }
        Ok(())
    }
}
