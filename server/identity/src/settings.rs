//! What a deployment decides about its provider: the client applications, the operator's name, the terms.

use crate::access::Access;
use crate::clients::Client;
use crate::refusal::Broken;
use crate::robots::Proofs;
use domain::Bilingual;
use domain::accounts::PasswordPolicy;
use platform::{Letterhead, Secrets};
use std::sync::Arc;

/// Who has to have a second factor (A8); everybody may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SecondFactor {
    #[default]
    Nobody,
    /// Whoever administers contacts somewhere, and Support.
    Administrators,
    Everybody,
}

/// The settings of the provider.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// The registered client applications; the first is the portal, where people without a request are led.
    pub clients: Vec<Client>,
    /// The operator, as letters are signed and as no password may be called.
    pub operator: Bilingual,
    /// The operator's own colour in letters, as `#0b5c6b` (G9).
    pub colour: Option<String>,
    /// Whom to ask: an e-mail address or a phone number.
    pub ask: Bilingual,
    /// What is asked of a new password (A3).
    pub passwords: PasswordPolicy,
    /// How much work "not a robot" is (A4).
    pub proofs: Proofs,
    /// The version of the terms and privacy policy that an account consents to (A2).
    pub terms_version: String,
    /// Who has to have a second factor.
    pub second_factor: SecondFactor,
    /// Who knows what an account may do at an application (P9); without, no application is told anything.
    pub access: Option<Arc<dyn Access>>,
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
        Letterhead { operator: self.operator.clone(), colour: self.colour.clone() }
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
            client.check()?;
        }
        Ok(())
    }
}
