//! Signing out at a client application's request (OpenID Connect RP-Initiated Logout 1.0).
//!
//! An ID token of ours, of the session at hand, proves that the application asks for the person. Without it the
//! person is asked, so that a link cannot sign anybody out.

use super::Parameters;
use crate::entity::session;
use crate::refusal::Refusal;
use crate::requests::with_query;
use crate::settings::Client;
use crate::{Desk, Provider};
use openidconnect::url::form_urlencoded;
use sea_orm::EntityTrait as _;
use uuid::Uuid;

/// What became of a request to sign out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedOut {
    /// Done: the cookie is cleared, and the browser goes there.
    To(String),
    /// The person is asked first, on that page.
    AskAt(String),
}

impl Desk {
    /// Answers an application that signs somebody out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_session(&self, parameters: &Parameters) -> Result<SignedOut, Refusal> {
        let hint = match parameters.one("id_token_hint") {
            Some(token) => self.provider.hinted(token).await?,
            None => None,
        };
        let text = |name: &str| hint.as_ref().and_then(|claims| claims[name].as_str());
        let audience = hint.as_ref().and_then(|claims| claims["aud"][0].as_str()).or_else(|| text("aud"));
        let client = audience.or_else(|| parameters.one("client_id"));
        let back = self.way_back(client, parameters);
        let here = self.provider.session_of(self.browser_cookie.as_deref()).await?;
        let hinted = text("sid").and_then(|sid| Uuid::parse_str(sid).ok());
        match (here, hinted) {
            (Some(here), hinted) if hinted != Some(here.id) => {
                Ok(SignedOut::AskAt(self.asking(client, parameters)))
            }
            (_, Some(hinted)) => {
                if session::Entity::find_by_id(hinted)
                    .one(self.provider.platform().store.read())
                    .await?
                    .is_some()
                {
                    self.provider.end_session_row(hinted).await?;
                }
                Ok(SignedOut::To(back))
            }
            (_, None) => Ok(SignedOut::To(back)),
        }
    }

    /// The person said yes on our page: the session of this browser ends. Says where to go.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sign_out_to(&self, query: &str) -> Result<String, Refusal> {
        let parameters = Parameters::read(query);
        self.sign_out().await?;
        Ok(self.way_back(parameters.one("client_id"), &parameters))
    }

    /// The address that the client registered for it, or its home, or the portal's.
    fn way_back(&self, client: Option<&str>, parameters: &Parameters) -> String {
        let client = client.and_then(|id| self.provider.settings().client(id));
        let wanted = parameters.one("post_logout_redirect_uri");
        let registered =
            |client: &Client, uri: &str| client.post_logout_redirect_uris.iter().any(|kept| kept == uri);
        match (client, wanted) {
            (Some(client), Some(uri)) if registered(client, uri) => {
                let state: Vec<(&str, &str)> =
                    parameters.one("state").map(|state| ("state", state)).into_iter().collect();
                if state.is_empty() { uri.to_owned() } else { with_query(uri, &state) }
            }
            (client, _) => self.provider.home(client, self.language),
        }
    }

    fn asking(&self, client: Option<&str>, parameters: &Parameters) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(client.map(|id| ("client_id", id)));
        for name in ["post_logout_redirect_uri", "state"] {
            query.extend_pairs(parameters.one(name).map(|value| (name, value)));
        }
        format!("{}?{}", self.page("sign-out", None), query.finish())
    }
}

impl Provider {
    fn home(&self, client: Option<&Client>, language: domain::Language) -> String {
        let client = client.or(self.settings().portal());
        client.map_or_else(|| "/".to_owned(), |client| client.home.in_language(language).to_owned())
    }
}
