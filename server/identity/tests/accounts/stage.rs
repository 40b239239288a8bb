//! The stage: a provider on an empty database, a clock that is held, a mailbox, browsers, and the portal as an
//! OpenID Connect client that knows nothing but the protocol.

use altcha::{Challenge, Payload, SolveChallengeOptions, solve_challenge};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::accounts::own::ClosingCard;
use domain::accounts::{AccountForm, CodeForm, HelpForm, PasswordPolicy, SignInForm};
use domain::{Bilingual, FieldProblems, Instant, Language, Problem};
use futures::future::BoxFuture;
use identity::{
    Access, Client, ClientSecret, Desk, Letters, Membership, Parameters, Proofs, Provider, ProviderSettings,
    Refusal, SecondFactor, Step, client_secret,
};
use migration::{Migrator, MigratorTrait as _};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreProviderMetadata, CoreTokenResponse,
    CoreUserInfoClaims,
};
use openidconnect::http::{Response, StatusCode};
use openidconnect::url::Url;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use platform::courier::Courier;
use platform::{
    Calendar, Chance, Clock, Letter, Mail, Outbox, Platform, Secrets, Sender, Store, Transaction,
};
use sea_orm::{DatabaseExecutor, DbErr};
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::TempDir;

pub const BASE: &str = "https://portal.example";
pub const CALLBACK: &str = "https://portal.example/sign-in/callback";
pub const PASSWORD: &str = "Brume-salée d’octobre 7";
pub const OTHER_PASSWORD: &str = "Trois goélands & 2 phares";
pub const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
pub const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                          Version/18.0 Mobile/15E148 Safari/604.1";
/// 22 November 2026, noon in Greenwich.
const NOON: Instant = Instant(1_795_348_800_000);

pub struct Stage {
    pub platform: Platform,
    pub provider: Provider,
    pub register: Register,
    mailbox: Arc<Mutex<Vec<Letter>>>,
    courier: Courier,
    /// The database goes with it.
    pub folder: TempDir,
}

/// Tells a story on each database that there is.
pub async fn everywhere(story: impl AsyncFn(Stage)) {
    let folder = TempDir::new().unwrap();
    let file = format!("sqlite:{}", folder.path().join("accord.sqlite").display());
    story(Stage::on(&file, folder).await).await;
    if let Some(url) = trial::postgres().await.unwrap() {
        story(Stage::on(&url, TempDir::new().unwrap()).await).await;
    }
}

impl Stage {
    async fn on(url: &str, folder: TempDir) -> Self {
        let store = Store::open(url).await.unwrap();
        Migrator::up(store.write(), None).await.unwrap();
        let platform = Platform {
            store,
            clock: Clock::held(NOON),
            chance: Chance::System,
            calendar: Calendar::of("America/Halifax").unwrap(),
            secrets: Arc::new(Secrets::new([7; 32])),
            outbox: Outbox::default(),
            base_url: BASE.into(),
        };
        let register = Register::default();
        let provider = Provider::open(
            platform.clone(),
            ProviderSettings { access: Some(Arc::new(register.clone())), ..settings(&platform) },
        )
        .await
        .unwrap();
        let mailbox = Arc::new(Mutex::new(Vec::new()));
        let sender =
            Sender { name: "Accord".into(), address: "accord@portal.example".into(), reply_to: None };
        let writer = Arc::new(Letters(provider.clone()));
        let mail = Mail::Memory(Arc::clone(&mailbox));
        let courier = Courier::new(platform.clone(), mail, sender, vec![writer]);
        Self { platform, provider, register, mailbox, courier, folder }
    }

    pub fn wait(&self, seconds: i64) {
        self.platform.clock.advance(seconds);
    }

    /// All letters that have come since the last look, oldest first.
    pub async fn letters(&self) -> Vec<Letter> {
        while self.courier.round().await.unwrap() > 0 {}
        std::mem::take(&mut *self.mailbox.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The one letter that has come.
    pub async fn letter(&self) -> Letter {
        let mut letters = self.letters().await;
        assert_eq!(letters.len(), 1, "one letter was expected: {letters:?}");
        letters.remove(0)
    }

    /// The portal, which has read the provider's own description of itself.
    pub async fn portal(&self) -> Portal {
        let issuer = IssuerUrl::new(format!("{BASE}/identity")).unwrap();
        let http = |request| self.http(request);
        let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.unwrap();
        Portal { metadata, secret: client_secret(&self.platform.secrets, "accord") }
    }

    /// What the server's routes do, without HTTP.
    pub async fn http(&self, request: HttpRequest) -> Result<HttpResponse, Infallible> {
        let header = request.headers().get("authorization").map(|value| value.to_str().unwrap());
        let body = Parameters::read(std::str::from_utf8(request.body()).unwrap());
        let (status, json) = match request.uri().path() {
            "/identity/.well-known/openid-configuration" => (200, self.provider.discovery()),
            "/identity/jwks" => (200, self.provider.jwks().await.unwrap()),
            "/identity/token" => {
                let answer = self.provider.token(header, &body).await.unwrap();
                (answer.status, answer.body)
            }
            "/identity/revoke" => {
                let answer = self.provider.revoke(header, &body).await.unwrap();
                (answer.status, answer.body)
            }
            "/identity/userinfo" => {
                let answer = self.provider.userinfo(header, &body).await.unwrap();
                (answer.status, answer.body)
            }
            other => panic!("nothing stands at {other}"),
        };
        let answer = Response::builder()
            .status(StatusCode::from_u16(status).unwrap())
            .header("content-type", "application/json");
        Ok(answer.body(serde_json::to_vec(&json).unwrap()).unwrap())
    }
}

pub fn settings(platform: &Platform) -> ProviderSettings {
    ProviderSettings {
        clients: vec![
            Client {
                secret: Some(ClientSecret::of(&client_secret(&platform.secrets, "accord"))),
                post_logout_redirect_uris: vec![format!("{BASE}/en"), format!("{BASE}/fr")],
                home: Bilingual::new(format!("{BASE}/en"), format!("{BASE}/fr")),
                first_party: true,
                ..Client::at("accord", Bilingual::new("Accord", "Accord"), CALLBACK)
            },
            Client::at(
                "library",
                Bilingual::new("The library", "La bibliothèque"),
                "https://library.example/back?from=accord",
            ),
            Client {
                secret: Some(ClientSecret::of("the secret of parcels")),
                backchannel_logout_uri: Some("https://parcels.example/logout".into()),
                first_party: true,
                ..Client::at(
                    "parcels",
                    Bilingual::new("Books by parcel", "Livres par colis"),
                    "https://parcels.example/back",
                )
            },
        ],
        operator: Bilingual::new("Program Office", "Bureau des programmes"),
        colour: None,
        ask: Bilingual::new("help@portal.example", "aide@portal.example"),
        passwords: PasswordPolicy::Composed,
        proofs: Proofs { cost: 1, wait: 60 },
        terms_version: "2026-11".into(),
        second_factor: SecondFactor::Nobody,
        access: None,
    }
}

/// Who may enter “parcels”, and the subjects that administer, in place of the portal.
#[derive(Clone, Debug, Default)]
pub struct Register(pub Arc<Mutex<Vec<Membership>>>, pub Arc<Mutex<Vec<String>>>);

impl Access for Register {
    fn is_service(&self, client: &str) -> bool {
        client == "parcels"
    }

    fn memberships<'a>(
        &'a self,
        _: DatabaseExecutor<'a>,
        client: &'a str,
        subjects: Vec<String>,
    ) -> BoxFuture<'a, Result<Vec<Membership>, DbErr>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        known.retain(|of| self.is_service(client) && subjects.contains(&of.subject));
        Box::pin(async move { Ok(known) })
    }

    fn administers<'a>(&'a self, subject: String) -> BoxFuture<'a, Result<bool, DbErr>> {
        let administrators = self.1.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(async move { Ok(administrators.contains(&subject)) })
    }

    fn elsewhere<'a>(&'a self, email: &'a str) -> BoxFuture<'a, Result<Option<String>, DbErr>> {
        let comes = email.ends_with("@college.example");
        Box::pin(async move { Ok(comes.then(|| "login.college.example".to_owned())) })
    }

    fn closing<'a>(&'a self, _: String) -> BoxFuture<'a, Result<ClosingCard, DbErr>> {
        Box::pin(async { Ok(ClosingCard::default()) })
    }

    /// Whoever administers is needed.
    fn close<'a>(&'a self, subject: String) -> BoxFuture<'a, Result<Result<(), Problem>, DbErr>> {
        Box::pin(async move {
            let needed = self.administers(subject).await?;
            Ok(if needed { Err(Problem::AccountStillNeeded) } else { Ok(()) })
        })
    }

    fn hold<'a>(&'a self, _: &'a Transaction, _: String) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(async { Ok(()) })
    }
}

/// The portal, as far as the protocol goes.
pub struct Portal {
    metadata: CoreProviderMetadata,
    pub secret: String,
}

/// What the portal remembers of a sign-in that it began.
pub struct Begun {
    pub url: Url,
    pub state: CsrfToken,
    pub nonce: Nonce,
    pub verifier: PkceCodeVerifier,
}

macro_rules! client {
    ($portal:expr) => {
        CoreClient::from_provider_metadata(
            $portal.metadata.clone(),
            ClientId::new("accord".into()),
            Some(openidconnect::ClientSecret::new($portal.secret.clone())),
        )
        .set_redirect_uri(RedirectUrl::new(CALLBACK.into()).unwrap())
    };
}

impl Portal {
    /// Begins a sign-in, with more parameters when the story needs them.
    pub fn begin(&self, more: &[(&str, &str)]) -> Begun {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = client!(self);
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("profile".into()))
            .add_scope(Scope::new("email".into()))
            .set_pkce_challenge(challenge);
        for (name, value) in more {
            request = request.add_extra_param((*name).to_owned(), (*value).to_owned());
        }
        let (url, state, nonce) = request.url();
        Begun { url, state, nonce, verifier }
    }

    /// Exchanges the code, as the library does: with the client's secret and the verifier.
    pub async fn exchange(
        &self,
        stage: &Stage,
        code: &str,
        verifier: PkceCodeVerifier,
    ) -> Option<CoreTokenResponse> {
        let http = |request| stage.http(request);
        let client = client!(self);
        let request = client.exchange_code(AuthorizationCode::new(code.to_owned())).unwrap();
        request.set_pkce_verifier(verifier).request_async(&http).await.ok()
    }

    /// The claims of the ID token, every check of the library made: signature, issuer, audience, nonce, at_hash.
    pub fn verified(&self, tokens: &CoreTokenResponse, nonce: &Nonce, now: Instant) -> CoreIdTokenClaims {
        let client = client!(self);
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_millis(u64::try_from(now.0).unwrap());
        let verifier = client.id_token_verifier().set_time_fn(move || time.into());
        let id_token = tokens.id_token().unwrap();
        let claims = id_token.claims(&verifier, nonce).unwrap();
        let key = id_token.signing_key(&verifier).unwrap();
        let hash =
            AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg().unwrap(), key).unwrap();
        assert_eq!(claims.access_token_hash(), Some(&hash));
        claims.clone()
    }

    pub async fn userinfo(&self, stage: &Stage, tokens: &CoreTokenResponse) -> Option<CoreUserInfoClaims> {
        let http = |request| stage.http(request);
        client!(self).user_info(tokens.access_token().clone(), None).unwrap().request_async(&http).await.ok()
    }
}

/// A browser, with the provider's cookie.
#[derive(Clone)]
pub struct Browser {
    pub cookie: Option<String>,
    pub ip: &'static str,
    pub agent: &'static str,
    pub language: Language,
}

impl Browser {
    pub fn new() -> Self {
        Self { cookie: None, ip: "192.0.2.7", agent: FIREFOX, language: Language::Fr }
    }

    pub fn at(ip: &'static str) -> Self {
        Self { ip, ..Self::new() }
    }

    pub fn desk(&self, stage: &Stage) -> Desk {
        Desk {
            provider: stage.provider.clone(),
            browser_cookie: self.cookie.clone(),
            ip: Some(self.ip.parse().unwrap()),
            agent: Some(self.agent.to_owned()),
            language: self.language,
        }
    }

    /// Follows the portal to the provider; says where that leads.
    pub async fn follow(&self, stage: &Stage, url: &Url) -> String {
        self.desk(stage).authorize(&Parameters::read(url.query().unwrap_or_default())).await.unwrap()
    }

    /// Begins a sign-in at the portal and comes to the provider's page: the handle of the request.
    pub async fn arrive(&self, stage: &Stage, portal: &Portal) -> (Begun, String) {
        let begun = portal.begin(&[]);
        let page = self.follow(stage, &begun.url).await;
        (begun, handle_in(&page))
    }

    /// Takes the step: keeps the cookie, says where to go.
    pub fn take(&mut self, step: Step) -> String {
        if let Some(cookie) = step.cookie {
            self.cookie = Some(cookie);
        }
        step.to
    }

    pub async fn sign_in(
        &mut self,
        stage: &Stage,
        handle: &str,
        email: &str,
        password: &str,
    ) -> Result<String, Refusal> {
        let form = SignInForm { email: email.into(), password: password.into() };
        let step = self.desk(stage).sign_in(handle, &form).await?;
        Ok(self.take(step))
    }

    pub async fn create(
        &mut self,
        stage: &Stage,
        handle: &str,
        form: &AccountForm,
    ) -> Result<String, Refusal> {
        let proof = self.proof(stage);
        self.create_with(stage, handle, &AccountForm { proof, ..form.clone() }).await
    }

    /// The same, with the proof that the form holds, or none.
    pub async fn create_with(
        &mut self,
        stage: &Stage,
        handle: &str,
        form: &AccountForm,
    ) -> Result<String, Refusal> {
        let step = self.desk(stage).create_account(handle, form).await?;
        Ok(self.take(step))
    }

    /// What the script of a page does while one types (A4).
    pub fn proof(&self, stage: &Stage) -> String {
        solved(&serde_json::from_str(&self.desk(stage).challenge().unwrap()).unwrap())
    }

    /// Asks for help, as a page with script does.
    pub async fn ask_help(&self, stage: &Stage, email: &str) -> Result<(), Refusal> {
        let form = HelpForm { email: email.into(), proof: self.proof(stage) };
        self.desk(stage).ask_help(&form).await
    }

    pub async fn type_code(&mut self, stage: &Stage, handle: &str, code: &str) -> Result<String, Refusal> {
        let step = self.desk(stage).verify(handle, &CodeForm { code: code.into() }).await?;
        Ok(self.take(step))
    }

    /// Somebody who has an account from before, made here.
    pub async fn with_account(stage: &Stage, portal: &Portal, email: &str) -> Self {
        let mut browser = Self::new();
        let (_, handle) = browser.arrive(stage, portal).await;
        browser.create(stage, &handle, &form(email, PASSWORD)).await.unwrap();
        let code = code_in(&stage.letter().await);
        browser.type_code(stage, &handle, &code).await.unwrap();
        browser
    }
}

/// A proof as it is sent, from ALTCHA's own solver.
pub fn solved(challenge: &Challenge) -> String {
    let solution = solve_challenge(SolveChallengeOptions::new(challenge)).unwrap().unwrap();
    let payload = Payload { challenge: challenge.clone(), solution };
    BASE64_STANDARD.encode(serde_json::to_vec(&payload).unwrap())
}

pub fn form(email: &str, password: &str) -> AccountForm {
    AccountForm {
        first_name: "Bruno".into(),
        last_name: "Haché".into(),
        email: email.into(),
        password: password.into(),
        password_again: password.into(),
        consent: "true".into(),
        proof: String::new(),
    }
}

pub fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(BASE).unwrap().join(url).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

pub fn handle_in(page: &str) -> String {
    parameter(page, "request").unwrap_or_else(|| panic!("{page} names no request"))
}

pub fn code_in(letter: &Letter) -> String {
    let line = letter
        .text
        .lines()
        .map(str::trim)
        .find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()));
    line.unwrap_or_else(|| panic!("no code in {}", letter.text)).to_owned()
}

/// The last piece of the address that stands in a letter after that path.
pub fn token_in(letter: &Letter, path: &str) -> String {
    let (_, rest) = letter.text.split_once(path).unwrap_or_else(|| panic!("no {path} in {}", letter.text));
    rest.lines().next().unwrap().to_owned()
}

/// What a person is told when something is refused.
pub fn told<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Problem {
    match result.unwrap_err() {
        Refusal::Refused(problem) => problem,
        Refusal::Invalid(FieldProblems(mut all)) => all.remove(0).problem,
        Refusal::Broken(error) => panic!("broken: {error}"),
    }
}
