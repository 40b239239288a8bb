//! The authorization endpoint: whoever is signed in goes on, everybody else waits on a page.
//!
//! A client that is unknown, or an address that it did not register, is never redirected to: the person is told
//! on a page of ours. Every other fault goes back to the client.

use super::{Parameters, SCOPES};
use crate::access;
use crate::entity::request;
use crate::entity::session;
use crate::refusal::{Broken, Refusal};
use crate::requests::{WAIT, with_query};
use crate::settings::Client;
use crate::{Desk, Provider};
use domain::Language;
use platform::secrets;

/// What the client asks to be shown.
#[derive(Clone, Copy, Debug, Default)]
struct Prompt {
    none: bool,
    login: bool,
    confirm: bool,
    create: bool,
}

/// A request that was understood.
struct Asked<'a> {
    request: request::Model,
    prompt: Prompt,
    hint: Option<&'a str>,
}

impl Desk {
    /// Answers an authorization request: the address where the browser goes now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn authorize(&self, parameters: &Parameters) -> Result<String, Refusal> {
        let desk = self.in_wanted_language(parameters);
        let client = match desk.provider.redirectable(parameters) {
            Ok(client) => client,
            Err(fault) => return Ok(format!("{}?code={fault}", desk.page("error", None))),
        };
        match desk.provider.understand(client, parameters) {
            Ok(asked) => desk.lead(client, asked).await,
            Err(fault) => Ok(desk.provider.turn_away(parameters, fault)),
        }
    }

    /// `ui_locales`, the first that is ours; else what the browser prefers.
    fn in_wanted_language(&self, parameters: &Parameters) -> Self {
        let wanted = parameters.one("ui_locales").unwrap_or_default();
        let ours = |tag: &str| Language::from_code(&tag.split('-').next().unwrap_or_default().to_lowercase());
        let language = wanted.split(' ').find_map(ours).unwrap_or(self.language);
        Self { language, ..self.clone() }
    }

    async fn lead(&self, client: &Client, asked: Asked<'_>) -> Result<String, Refusal> {
        let Asked { mut request, prompt, hint } = asked;
        let session = self.session_for(&request, hint).await?;
        request.confirm |= !client.first_party;
        if prompt.none {
            return self.lead_silently(&request, session).await;
        }
        self.provider.keep_request(&request).await?;
        let handle = self.provider.handle(request.id);
        match session {
            Some(_) if request.confirm => Ok(self.page("continue", Some(&handle))),
            Some(session) if !prompt.create => self.provider.answer(&request, &session).await,
            _ if prompt.create => Ok(self.page("create-account", Some(&handle))),
            _ => Ok(self.page("sign-in", Some(&handle))),
        }
    }

    /// `prompt=none`: no page is shown, whatever is missing.
    async fn lead_silently(
        &self,
        request: &request::Model,
        session: Option<session::Model>,
    ) -> Result<String, Refusal> {
        let fault = match session {
            None => "login_required",
            Some(_) if request.confirm => "interaction_required",
            Some(session) => {
                self.provider.keep_request(request).await?;
                return self.provider.answer(request, &session).await;
            }
        };
        Ok(self.provider.refuse(&request.redirect_uri, request.state.as_deref(), fault))
    }

    /// The session of this browser, if it does for the request and is whose the client thinks.
    async fn session_for(
        &self,
        request: &request::Model,
        hint: Option<&str>,
    ) -> Result<Option<session::Model>, Broken> {
        let session = self.provider.session_of(self.browser_cookie.as_deref()).await?;
        let session = session.filter(|session| self.provider.fresh_enough(request, session));
        let Some(hint) = hint else {
            return Ok(session);
        };
        let hinted = self.provider.hinted(hint).await?.unwrap_or_default();
        Ok(session.filter(|session| hinted["sub"] == session.account_id.to_string()))
    }
}

impl Provider {
    /// The client, if it is known and registered that very address.
    fn redirectable(&self, parameters: &Parameters) -> Result<&Client, &'static str> {
        let client =
            parameters.one("client_id").and_then(|id| self.settings().client(id)).ok_or("unknown_client")?;
        let uri = parameters.one("redirect_uri").ok_or("unknown_address")?;
        if client.redirect_uris.iter().any(|registered| registered == uri) {
            Ok(client)
        } else {
            Err("unknown_address")
        }
    }

    fn understand<'a>(&self, client: &Client, parameters: &'a Parameters) -> Result<Asked<'a>, &'static str> {
        check_form(parameters)?;
        let prompt = Prompt::parse(parameters.one("prompt").unwrap_or_default())?;
        let id = self.platform().chance.id(self.now());
        let request = request::Model {
            id,
            handle_hash: secrets::hash(&self.handle(id)),
            client_id: client.id.clone(),
            redirect_uri: parameters.one("redirect_uri").unwrap_or_default().to_owned(),
            scope: self.understood_scopes(client, parameters.one("scope").unwrap_or_default())?,
            state: parameters.one("state").map(str::to_owned),
            nonce: parameters.one("nonce").map(str::to_owned),
            code_challenge: challenge(parameters)?,
            login_hint: parameters.one("login_hint").filter(|hint| hint.len() <= 254).map(str::to_owned),
            fresh: prompt.login || prompt.create,
            max_age: max_age(parameters)?,
            confirm: prompt.confirm,
            created_at: self.now().0,
            expires_at: self.now().plus_seconds(WAIT).0,
            answered_at: None,
        };
        Ok(Asked { request, prompt, hint: parameters.one("id_token_hint") })
    }

    /// Only a service's application may ask where somebody belongs (P9).
    fn understood_scopes(&self, client: &Client, wanted: &str) -> Result<String, &'static str> {
        let wanted: Vec<&str> = wanted.split(' ').collect();
        if !wanted.contains(&"openid") {
            return Err("invalid_scope");
        }
        let access = self.settings().access.as_ref();
        let is_service = access.is_some_and(|access| access.is_service(&client.id));
        let understood = |scope: &&str| wanted.contains(scope) && (*scope != access::SCOPE || is_service);
        let understood: Vec<&str> = SCOPES.into_iter().filter(understood).collect();
        Ok(understood.join(" "))
    }

    /// The fault goes back to the client, whose address is known to be its own.
    fn turn_away(&self, parameters: &Parameters, fault: &str) -> String {
        self.refuse(parameters.one("redirect_uri").unwrap_or_default(), parameters.one("state"), fault)
    }

    fn refuse(&self, redirect_uri: &str, state: Option<&str>, fault: &str) -> String {
        let mut answer = vec![("error", fault)];
        answer.extend(state.map(|state| ("state", state)));
        answer.push(("iss", self.issuer()));
        with_query(redirect_uri, &answer)
    }
}

fn check_form(parameters: &Parameters) -> Result<(), &'static str> {
    if parameters.repeats() {
        return Err("invalid_request");
    }
    if parameters.one("request").is_some() {
        return Err("request_not_supported");
    }
    if parameters.one("request_uri").is_some() {
        return Err("request_uri_not_supported");
    }
    if parameters.one("response_mode").is_some_and(|mode| mode != "query") {
        return Err("invalid_request");
    }
    match parameters.one("response_type") {
        Some("code") => Ok(()),
        Some(_) => Err("unsupported_response_type"),
        None => Err("invalid_request"),
    }
}

/// PKCE is not a choice, and `plain` protects nothing.
fn challenge(parameters: &Parameters) -> Result<String, &'static str> {
    let challenge = parameters.one("code_challenge").ok_or("invalid_request")?;
    let is_sha256 = challenge.len() == 43
        && challenge.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_sha256 && parameters.one("code_challenge_method") == Some("S256") {
        Ok(challenge.to_owned())
    } else {
        Err("invalid_request")
    }
}

fn max_age(parameters: &Parameters) -> Result<Option<i64>, &'static str> {
    let Some(text) = parameters.one("max_age") else {
        return Ok(None);
    };
    let seconds: u32 = text.parse().map_err(|_| "invalid_request")?;
    Ok(Some(i64::from(seconds)))
}

impl Prompt {
    fn parse(text: &str) -> Result<Self, &'static str> {
        let mut prompt = Self::default();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            match word {
                "none" => prompt.none = true,
                "login" => prompt.login = true,
                "consent" | "select_account" => prompt.confirm = true,
                "create" => prompt.create = true,
                _ => return Err("invalid_request"),
            }
        }
        if prompt.none && (prompt.login || prompt.confirm || prompt.create) {
            return Err("invalid_request");
        }
        Ok(prompt)
    }
}
