//! Authorization requests that wait while somebody signs in, or creates an account: they live in the database
//! under a handle that stands in the address, long enough for a verification mail that takes its time.
//!
//! The handle is derived from the request's identifier, so that the page after a mailed link can name it again;
//! the database knows its hash. A request is answered once.

use crate::clients::Client;
use crate::consents;
use crate::entity::{account, code, request, session};
use crate::own;
use crate::refusal::{Broken, Refusal};
use crate::{Desk, Provider, Step};
use domain::accounts::RequestCard;
use domain::{Instant, Problem};
use openidconnect::url::Url;
use platform::{Transaction, secrets};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _,
};
use uuid::Uuid;

/// How long a request waits, in seconds: as long as a code is valid (A5), and the time to type it.
pub(crate) const WAIT: i64 = 2 * 3600 + 900;
/// How long an authorization code lives, in seconds.
const CODE_LIFE: i64 = 60;

/// What stands between a session and the application, and the page where it is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The deployment wants a second factor of this person, who has none yet (A8).
    Factor,
    /// It was not proved in this session.
    SecondStep,
    /// The terms and the privacy notice have changed since they were consented to (A2).
    Terms,
    /// The application asks what it may know (A10).
    Consent,
}

impl Missing {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Factor => "set-up",
            Self::SecondStep => "sign-in",
            Self::Terms => "terms",
            Self::Consent => "continue",
        }
    }

    /// What a client is told that wants no page shown (OpenID Connect Core, 3.1.2.6).
    pub(crate) const fn error(self) -> &'static str {
        match self {
            Self::Factor | Self::Terms => "interaction_required",
            Self::SecondStep => "login_required",
            Self::Consent => "consent_required",
        }
    }
}

impl Provider {
    /// The first thing that is still to be settled before that session may answer the request.
    pub(crate) async fn missing(
        &self,
        request: &request::Model,
        client: &Client,
        session: &session::Model,
    ) -> Result<Option<Missing>, Broken> {
        match self.active_account(session.account_id).await? {
            Some(account) => self.missing_of(request, client, session, &account).await,
            None => Ok(Some(Missing::SecondStep)),
        }
    }

    /// The same for an active account that is known already.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn missing_of(
        &self,
        request: &request::Model,
        client: &Client,
        session: &session::Model,
        account: &account::Model,
    ) -> Result<Option<Missing>, Broken> {
        if !session.has_two_factors() {
            if self.factors(self.platform().store.read(), account.id).await?.any() {
                return Ok(Some(Missing::SecondStep));
            }
            // Not where it is added.
            if request.client_id != own::CLIENT && self.needs_factor(account).await? {
                return Ok(Some(Missing::Factor));
            }
        }
        if account.terms_version != self.settings().terms_version {
            return Ok(Some(Missing::Terms));
        }
        Ok(self.needs_consent(request, client, session).await?.then_some(Missing::Consent))
    }

    /// The name of a request in addresses.
    pub(crate) fn handle(&self, request: Uuid) -> String {
        self.platform().secrets.token("identity.request", request.as_bytes())
    }

    /// The waiting request of that handle, with the client that made it.
    ///
    /// # Errors
    /// [`Problem::SignInExpired`] when there is none, or it was answered or is too old.
    pub(crate) async fn request_of(&self, handle: &str) -> Result<(request::Model, Client), Refusal> {
        let kept = request::Entity::find().filter(request::Column::HandleHash.eq(secrets::hash(handle)));
        let found = kept.one(self.platform().store.read()).await?;
        let waiting =
            found.filter(|request| request.answered_at.is_none() && self.now().0 < request.expires_at);
        let request = waiting.ok_or(Problem::SignInExpired)?;
        let client = self.client(&request.client_id).await?.ok_or(Problem::SignInExpired)?;
        Ok((request, client))
    }

    /// Keeps a request; says its handle.
    pub(crate) async fn keep_request(&self, request: &request::Model) -> Result<(), Broken> {
        let row: request::ActiveModel = request.clone().into();
        let db = self.platform().store.write();
        request::Entity::insert(row.reset_all()).exec_without_returning(db).await?;
        Ok(())
    }

    /// Answers a request with a code for that session; says where the browser goes with it. When the client named
    /// somebody else by `id_token_hint`, it learns that they did not come, and nothing of who did.
    ///
    /// # Errors
    /// [`Problem::SignInExpired`] when it was answered already.
    pub(crate) async fn answer(
        &self,
        request: &request::Model,
        session: &session::Model,
    ) -> Result<String, Refusal> {
        let work = self.platform().store.begin().await?;
        let to = self.answer_in(&work, request, session).await?;
        work.commit().await?;
        Ok(to)
    }

    /// The same with whatever else becomes true at once.
    ///
    /// # Errors
    /// The same; then nothing of it is.
    pub(crate) async fn answer_in(
        &self,
        work: &Transaction,
        request: &request::Model,
        session: &session::Model,
    ) -> Result<String, Refusal> {
        let now = self.now();
        let answered = request::Entity::update_many()
            .col_expr(request::Column::AnsweredAt, Expr::value(now.0))
            .filter(request::Column::Id.eq(request.id))
            .filter(request::Column::AnsweredAt.is_null())
            .exec(work)
            .await?;
        if answered.rows_affected == 0 {
            return Err(Problem::SignInExpired.into());
        }
        if request.expected_account.is_some_and(|expected| expected != session.account_id) {
            return Ok(self.refuse(request, "login_required"));
        }
        if request.client_id == own::CLIENT {
            return Ok(request.redirect_uri.clone());
        }
        let code = self.platform().chance.token();
        code::Entity::insert(new_code(request, session, &code, now)).exec_without_returning(work).await?;
        let mut answer = vec![("code", code.as_str())];
        answer.extend(request.state.as_deref().map(|state| ("state", state)));
        answer.push(("iss", self.issuer()));
        Ok(with_query(&request.redirect_uri, &answer))
    }

    /// Whether a session does for a request: `prompt=login` and `max_age` ask for a fresh one.
    pub(crate) fn fresh_enough(&self, request: &request::Model, session: &session::Model) -> bool {
        let since = session.authenticated_at;
        let oldest = request.max_age.map(|age| Instant(request.created_at).plus_seconds(-age).0);
        (!request.fresh || since >= request.created_at) && oldest.is_none_or(|oldest| since >= oldest)
    }
}

fn new_code(
    request: &request::Model,
    session: &session::Model,
    code: &str,
    now: Instant,
) -> code::ActiveModel {
    code::ActiveModel {
        code_hash: Set(secrets::hash(code)),
        client_id: Set(request.client_id.clone()),
        redirect_uri: Set(request.redirect_uri.clone()),
        account_id: Set(session.account_id),
        session_id: Set(session.id),
        scope: Set(request.scope.clone()),
        nonce: Set(request.nonce.clone()),
        code_challenge: Set(request.code_challenge.clone()),
        expires_at: Set(now.plus_seconds(CODE_LIFE).0),
        used_at: Set(None),
    }
}

/// A registered address with parameters added to what it has.
pub(crate) fn with_query(address: &str, parameters: &[(&str, &str)]) -> String {
    match Url::parse(address) {
        Ok(mut url) => {
            url.query_pairs_mut().extend_pairs(parameters);
            url.into()
        }
        // Registered addresses were read at start.
        Err(_) => address.to_owned(),
    }
}

impl Desk {
    /// What the pages of a waiting request show.
    ///
    /// # Errors
    /// [`Problem::SignInExpired`]
    pub async fn request(&self, handle: &str) -> Result<RequestCard, Refusal> {
        let (request, client) = self.provider.request_of(handle).await?;
        let session = self.session_that_does(&request).await?;
        let mut asks = None;
        let mut signed_in_as = None;
        if let Some(session) = session {
            if self.provider.needs_consent(&request, &client, &session).await? {
                asks = Some(consents::shared(&request.scope));
            }
            let account = self.provider.active_account(session.account_id).await?;
            signed_in_as = account.map(|account| account.email);
        }
        let passkeys = self.provider.inner.passkeys.is_some();
        let login_hint = request.login_hint;
        Ok(RequestCard { destination: client.name, login_hint, signed_in_as, asks, passkeys })
    }

    /// The session of this browser, if it does for the request.
    pub(crate) async fn session_that_does(
        &self,
        request: &request::Model,
    ) -> Result<Option<session::Model>, Broken> {
        let session = self.provider.session_of(self.browser_cookie.as_deref()).await?;
        Ok(session.filter(|session| self.provider.fresh_enough(request, session)))
    }

    /// Goes on to the client application, as whoever is signed in here: the button that names the destination.
    ///
    /// # Errors
    /// [`Problem::SignInExpired`]; nobody signed in leads to the sign-in page, which is no error.
    pub async fn proceed(&self, handle: &str) -> Result<Step, Refusal> {
        let (request, client) = self.provider.request_of(handle).await?;
        match self.session_that_does(&request).await? {
            Some(session) => self.lead_on(handle, &request, &client, &session).await,
            None => Ok(Step::to(self.page("sign-in", Some(handle)))),
        }
    }

    /// What follows a sign-in, and a choice of account: straight on to the operator's own applications, and to others
    /// once the person agrees. Terms that changed come before either (A2).
    pub(crate) async fn lead_on(
        &self,
        handle: &str,
        request: &request::Model,
        client: &Client,
        session: &session::Model,
    ) -> Result<Step, Refusal> {
        if let Some(page) = self.provider.missing(request, client, session).await? {
            return Ok(Step::to(self.page(page.name(), Some(handle))));
        }
        Ok(Step::to(self.provider.answer(request, session).await?))
    }
}
