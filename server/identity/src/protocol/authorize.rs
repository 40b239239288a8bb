//! The authorization endpoint: whoever is signed in goes on, everybody else waits on a page.
//!
//! A client that is unknown, or an address that it did not register, is never redirected to: the person is told
//! on a page of ours. Every other fault goes back to the client.

use super::{Parameters, SCOPES};
use crate::access;
use crate::clients::Client;
use crate::entity::request;
use crate::entity::session;
use crate::refusal::{Broken, Refusal};
use crate::requests::{WAIT, with_query};
use crate::{Desk, Provider};
use domain::Language;
use platform::secrets;
use serde_json::Value;
use uuid::Uuid;

/// What the client asks to be shown.
#[derive(Clone, Copy, Debug, Default)]
struct Prompt {
    none: bool,
    login: bool,
    consent: bool,
    choose: bool,
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
        let client = match desk.provider.redirectable(parameters).await? {
            Ok(client) => client,
            Err(fault) => return Ok(format!("{}?code={fault}", desk.page("error", None))),
        };
        match desk.provider.understand(&client, parameters) {
            Ok(asked) => desk.lead(&client, asked).await,
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
        let hinted = match hint {
            Some(hint) => Hinted::of(self.provider.hinted(hint).await?),
            None => Hinted::Nobody,
        };
        request.expected_account = hinted.account();
        let session = self.session_that_does(&request).await?.filter(|session| hinted.may_be(session));
        if prompt.none {
            return self.lead_silently(client, &request, session).await;
        }
        self.provider.keep_request(&request).await?;
        let handle = self.provider.handle(request.id);
        match session {
            _ if prompt.create => Ok(self.page("create-account", Some(&handle))),
            None => Ok(self.page("sign-in", Some(&handle))),
            Some(_) if request.confirm => Ok(self.page("continue", Some(&handle))),
            Some(session) => Ok(self.lead_on(&handle, &request, client, &session).await?.to),
        }
    }

    /// `prompt=none`: no page is shown, whatever is missing.
    async fn lead_silently(
        &self,
        client: &Client,
        request: &request::Model,
        session: Option<session::Model>,
    ) -> Result<String, Refusal> {
        let Some(session) = session else {
            return Ok(self.provider.refuse(request, "login_required"));
        };
        if self.provider.needs_terms(&session).await? {
            return Ok(self.provider.refuse(request, "interaction_required"));
        }
        if self.provider.needs_consent(request, client, &session).await? {
            return Ok(self.provider.refuse(request, "consent_required"));
        }
        self.provider.keep_request(request).await?;
        self.provider.answer(request, &session).await
    }
}

/// Whom the client thinks of.
enum Hinted {
    Nobody,
    Account(Uuid),
    /// The hint is not ours, or so old that nothing tells any more whether it was: whoever it is signs in anew.
    Unreadable,
}

impl Hinted {
    fn of(claims: Option<Value>) -> Self {
        let subject = claims.as_ref().and_then(|claims| claims["sub"].as_str());
        subject.and_then(|sub| Uuid::parse_str(sub).ok()).map_or(Self::Unreadable, Self::Account)
    }

    const fn account(&self) -> Option<Uuid> {
        if let Self::Account(account) = self { Some(*account) } else { None }
    }

    fn may_be(&self, session: &session::Model) -> bool {
        match self {
            Self::Nobody => true,
            Self::Account(account) => *account == session.account_id,
            Self::Unreadable => false,
        }
    }
}

impl Provider {
    /// The client, if it is known and registered that very address.
    async fn redirectable(&self, parameters: &Parameters) -> Result<Result<Client, &'static str>, Broken> {
        let client = match parameters.one("client_id") {
            Some(id) => self.client(id).await?,
            None => None,
        };
        let Some(client) = client else { return Ok(Err("unknown_client")) };
        let uri = parameters.one("redirect_uri");
        let is_registered = client.redirect_uris.iter().any(|registered| uri == Some(registered));
        Ok(if is_registered { Ok(client) } else { Err("unknown_address") })
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
            confirm: prompt.choose,
            consent: prompt.consent,
            expected_account: None,
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
        let uri = parameters.one("redirect_uri").unwrap_or_default();
        self.refusal(uri, parameters.one("state"), fault)
    }

    /// The same for a request that was understood.
    pub(crate) fn refuse(&self, request: &request::Model, fault: &str) -> String {
        self.refusal(&request.redirect_uri, request.state.as_deref(), fault)
    }

    fn refusal(&self, redirect_uri: &str, state: Option<&str>, fault: &str) -> String {
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
                "consent" => prompt.consent = true,
                "select_account" => prompt.choose = true,
                "create" => prompt.create = true,
                _ => return Err("invalid_request"),
            }
        }
        if prompt.none && (prompt.login || prompt.consent || prompt.choose || prompt.create) {
            return Err("invalid_request");
        }
        Ok(prompt)
    }
}
