//! What a deployment decides about its provider: the client applications, the operator's name, the terms.

use crate::refusal::Broken;
use domain::Bilingual;
use openidconnect::url::Url;
use platform::{Letterhead, Secrets};
use std::fmt;

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
}

/// A registered client application.
#[derive(Clone)]
pub struct Client {
    pub id: String,
    /// None: a public client, which PKCE alone protects.
    pub secret: Option<String>,
    /// Compared letter by letter (RFC 9700, 2.1).
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    /// The destination, as buttons name it.
    pub name: Bilingual,
    /// Where a person starts again when a request has expired.
    pub home: Bilingual,
    /// The operator's own: the person is not asked again whether it may know name and e-mail.
    pub first_party: bool,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("id", &self.id).finish_non_exhaustive()
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
            for uri in client.redirect_uris.iter().chain(&client.post_logout_redirect_uris) {
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
