//! Signing out at a client application's request (OpenID Connect RP-Initiated Logout 1.0).
//!
//! An ID token of ours, of the session at hand, proves that the application asks for the person. Without it the
//! person is asked, so that a link cannot sign anybody out. The way back is an address that the application
//! registered, letter by letter, or else a page of ours that says what happened.

use super::Parameters;
use crate::clients::Client;
use crate::entity::session;
use crate::refusal::{Broken, Refusal};
use crate::requests::with_query;
use crate::{Desk, Provider};
use domain::Bilingual;
use openidconnect::url::form_urlencoded;
use sea_orm::EntityTrait as _;
use serde_json::Value;
use uuid::Uuid;

/// What became of a request to sign out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedOut {
    /// Done: the cookie is cleared, and the browser goes there.
    To(String),
    /// The person is asked first, on that page.
    AskAt(String),
}

/// A request to sign out, as far as it can be believed.
struct Wish {
    client: Option<Client>,
    /// The session that an ID token of ours names.
    hinted: Option<Uuid>,
    /// Where the client wants the person back, if it registered that.
    back: Option<String>,
    /// It contradicts itself, or wants the person where nobody registered: nothing is done without asking.
    dubious: bool,
}

impl Desk {
    /// Answers an application that signs somebody out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn end_session(&self, parameters: &Parameters) -> Result<SignedOut, Refusal> {
        let wish = self.provider.wish(parameters).await?;
        let here = self.provider.session_of(self.browser_cookie.as_deref()).await?;
        let proved = here.as_ref().is_none_or(|here| wish.hinted == Some(here.id));
        if wish.dubious || !proved {
            return Ok(SignedOut::AskAt(self.asking(&wish, parameters)));
        }
        if let Some(hinted) = wish.hinted {
            self.provider.end_session_if_there(hinted).await?;
        }
        Ok(SignedOut::To(self.way_back(wish)))
    }

    /// The person said yes on our page: the session of this browser ends. Says where to go.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sign_out_to(&self, query: &str) -> Result<String, Refusal> {
        let wish = self.provider.wish(&Parameters::read(query)).await?;
        self.sign_out().await?;
        Ok(self.way_back(wish))
    }

    /// Where somebody who signed out may go on: the application of that identifier, or the portal.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin_again(&self, client: Option<&str>) -> Result<(Bilingual, Bilingual), Refusal> {
        let named = match client {
            Some(id) => self.provider.client(id).await?,
            None => None,
        };
        let client = named.or_else(|| self.provider.settings().portal().cloned());
        let nowhere = || (Bilingual::new("/", "/"), Bilingual::new("/", "/"));
        Ok(client.map_or_else(nowhere, |client| (client.name, client.home)))
    }

    fn way_back(&self, wish: Wish) -> String {
        match (wish.back, wish.client) {
            (Some(back), _) => back,
            (None, Some(client)) => {
                format!("{}?client_id={}", self.page("signed-out", None), encoded(&client.id))
            }
            (None, None) => self.page("signed-out", None),
        }
    }

    fn asking(&self, wish: &Wish, parameters: &Parameters) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(wish.client.as_ref().map(|client| ("client_id", &client.id)));
        for name in ["post_logout_redirect_uri", "state"] {
            query.extend_pairs(parameters.one(name).map(|value| (name, value)));
        }
        format!("{}?{}", self.page("sign-out", None), query.finish())
    }
}

impl Provider {
    async fn wish(&self, parameters: &Parameters) -> Result<Wish, Broken> {
        let hint = match parameters.one("id_token_hint") {
            Some(token) => self.hinted(token).await?,
            None => None,
        };
        let audience =
            hint.as_ref().and_then(|hint| hint["aud"][0].as_str().or_else(|| hint["aud"].as_str()));
        let named = parameters.one("client_id");
        let client = match audience.or(named) {
            Some(id) => self.client(id).await?,
            None => None,
        };
        let uri = parameters.one("post_logout_redirect_uri");
        let back = client.as_ref().zip(uri).and_then(|(client, uri)| back_to(client, uri, parameters));
        let contradicts = audience.is_some() && named.is_some() && audience != named;
        let dubious = contradicts || (uri.is_some() && back.is_none()) || parameters.repeats();
        Ok(Wish { hinted: hint.as_ref().and_then(sid), client, back, dubious })
    }

    async fn end_session_if_there(&self, id: Uuid) -> Result<(), Broken> {
        let found = session::Entity::find_by_id(id).one(self.platform().store.read()).await?;
        if found.is_some() {
            self.end_session_row(id).await?;
        }
        Ok(())
    }
}

fn sid(claims: &Value) -> Option<Uuid> {
    Uuid::parse_str(claims["sid"].as_str()?).ok()
}

/// The registered address, with the state that the application gave.
fn back_to(client: &Client, uri: &str, parameters: &Parameters) -> Option<String> {
    let registered = client.post_logout_redirect_uris.iter().find(|kept| *kept == uri)?;
    Some(match parameters.one("state") {
        Some(state) => with_query(registered, &[("state", state)]),
        None => registered.clone(),
    })
}

pub(crate) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
