//! OpenID Connect in front of accounts (rule A10): the authorization code flow with PKCE and nothing older.
//!
//! RFC 9700 is the measure: exact redirect addresses, S256 only, `iss` in every answer (RFC 9207), codes that
//! work once and within a minute, refresh tokens that work once, and whatever is used twice takes back what it gave.

mod authorize;
mod discovery;
mod end_session;
mod proof;
mod token;
mod userinfo;

pub use end_session::SignedOut;
pub(crate) use end_session::encoded;

use crate::access;
use openidconnect::url::form_urlencoded;
use serde_json::{Value, json};

/// The scopes that are understood; others are ignored (OpenID Connect Core, 3.1.2.1).
const SCOPES: [&str; 5] = ["openid", "profile", "email", OFFLINE, access::SCOPE];
/// The scope of applications that go on while the person is away (OpenID Connect Core, 11).
pub(crate) const OFFLINE: &str = "offline_access";
/// How long an access token and an ID token live, in seconds: long enough to be read once.
pub(crate) const TOKEN_LIFE: i64 = 600;
/// How a person proved who they are: a password.
const ACR_PASSWORD: &str = "urn:accord:acr:password";
/// How a person proved who they are: two factors, or a passkey, which is both.
const ACR_TWO_FACTORS: &str = "urn:accord:acr:two-factors";

/// The parameters of a request, as they came.
#[derive(Clone, Debug, Default)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query, or the body of a form.
    #[must_use]
    pub fn read(encoded: &str) -> Self {
        Self(form_urlencoded::parse(encoded.as_bytes()).into_owned().collect())
    }

    /// The parameter of that name, unless it is empty.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        found.filter(|value| !value.is_empty())
    }

    /// Whether a parameter stands there twice, which none may (RFC 6749, 3.1).
    fn repeats(&self) -> bool {
        self.0.iter().enumerate().any(|(at, (key, _))| self.0[..at].iter().any(|(before, _)| before == key))
    }
}

/// An answer to a machine: JSON, never to be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct MachineAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The `WWW-Authenticate` header.
    pub authenticate: Option<&'static str>,
    pub body: Value,
}

impl MachineAnswer {
    fn ok(body: Value) -> Self {
        Self { status: 200, authenticate: None, body }
    }

    fn error(status: u16, error: &str) -> Self {
        Self { status, authenticate: None, body: json!({ "error": error }) }
    }

    fn asking(self, authenticate: &'static str) -> Self {
        Self { authenticate: Some(authenticate), ..self }
    }
}

/// Whether a list of scopes holds that one.
pub(crate) fn has_scope(granted: &str, name: &str) -> bool {
    granted.split(' ').any(|scope| scope == name)
}
