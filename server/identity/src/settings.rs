//! What a deployment decides about its provider: the client applications, the operator's name, the terms.

use crate::access::Access;
use crate::keys::Algorithm;
use crate::refusal::Broken;
use domain::Bilingual;
use openidconnect::url::Url;
use platform::{Letterhead, Secrets};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// The settings of the provider.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// The registered client applications; the first is the portal, where people without a request are led.
    pub clients: Vec<Client>,
    /// The operator, as letters are signed and as no password may be called.
    pub operator: Bilingual,
    /// Whom to ask: an e-mail address or a phone number.
    pub ask: Bilingual,
    /// The version of the terms and privacy policy that an account consents to (A2).
    pub terms_version: String,
    /// Who knows what an account may do at an application (P9); without, no application is told anything.
    pub access: Option<Arc<dyn Access>>,
}

/// A registered client application.
#[derive(Clone)]
pub struct Client {
    pub id: String,
    /// None: a public client, which PKCE alone protects.
    pub secret: Option<ClientSecret>,
    /// Compared letter by letter (RFC 9700, 2.1).
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    /// Where a logout token is posted when a session that entered here is over (A10).
    pub backchannel_logout_uri: Option<String>,
    /// The destination, as buttons name it.
    pub name: Bilingual,
    /// Where a person starts again when a request has expired.
    pub home: Bilingual,
    /// The operator's own: the person is not asked again whether it may know name and e-mail.
    pub first_party: bool,
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

/// The secret of one of the deployment's own clients: derived, so that every server knows it and none keeps it.
#[must_use]
pub fn client_secret(secrets: &Secrets, client_id: &str) -> String {
    secrets.token("identity.client", client_id.as_bytes())
}

impl ProviderSettings {
    pub(crate) fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    /// Where forms of ours may lead, beside ourselves: the origins of the registered addresses.
    pub(crate) fn origins(&self) -> BTreeSet<String> {
        let uris = self.clients.iter().flat_map(|client| {
            client
                .redirect_uris
                .iter()
                .chain(&client.post_logout_redirect_uris)
                .chain([&client.home.en, &client.home.fr])
        });
        uris.filter_map(|uri| Url::parse(uri).ok()).map(|url| url.origin().ascii_serialization()).collect()
    }

    pub(crate) fn portal(&self) -> Option<&Client> {
        self.clients.first()
    }

    pub(crate) fn letterhead(&self) -> Letterhead {
        Letterhead { operator: self.operator.clone() }
    }

    /// Words of the operator and of the portal, on which no password may live (A3).
    pub(crate) fn known_words(&self) -> Vec<&str> {
        let names = self.clients.iter().map(|client| &client.name).chain([&self.operator]);
        names.flat_map(|name| [name.en.as_str(), name.fr.as_str()]).collect()
    }

    pub(crate) fn check(&self) -> Result<(), Broken> {
        if self.clients.is_empty() {
            return Err(Broken::Settings("no client application is registered".into()));
        }
        for client in &self.clients {
            if self.clients.iter().filter(|other| other.id == client.id).count() > 1 {
                return Err(Broken::Settings(format!("the client `{}` is registered twice", client.id)));
            }
            let led = client.redirect_uris.iter().chain(&client.post_logout_redirect_uris);
            for uri in led.chain(&client.backchannel_logout_uri) {
                check_redirect(&client.id, uri)?;
            }
        }
        Ok(())
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
