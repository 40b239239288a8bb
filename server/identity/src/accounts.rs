//! Creating an account, confirming its e-mail, signing in (rules A2, A5, A6).
//!
//! What was asked for is a registration; it becomes an account when its e-mail is proved, by the code typed in
//! the browser that asked, or on another device by the mailed link *and* the password chosen. So nobody can
//! prepare an account for somebody else's e-mail and wait: neither the code nor the link is worth anything to
//! whoever did not choose the password, and the password of the registration that is proved is the only one
//! that lives (the pre-hijacking attacks of USENIX Security 2022).
//!
//! An e-mail that already has an account is answered the same way on screen, as fast; its mail alone differs.

use crate::entity::{account, registration, request};
use crate::events::Happened;
use crate::letters;
use crate::protocol::encoded;
use crate::refusal::{Broken, Refusal};
use crate::requests::Missing;
use crate::robots::{MAILS, Pace};
use crate::sessions::{Means, Opened};
use crate::throttle::Subject;
use crate::{Desk, Provider, Step};
use domain::accounts::own::AccountEvent;
use domain::accounts::{
    AccountForm, CODE_TRIES, CodeForm, ConfirmForm, LinkCard, NewAccount, Password, SignInForm, WaitingCard,
};
use domain::{Bilingual, Email, Field, Instant, Language, Problem};
use platform::{Transaction, secrets};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

/// How long a code works, in seconds: mail may take an hour (A5).
const CODE_LIFE: i64 = 2 * 3600;
/// How many codes one registration may ask for.
const CODES: i32 = 5;
/// The least time between two codes, in seconds.
const BETWEEN_CODES: i64 = 60;
/// What the page after the activation shows (A5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// Who is signed in.
    pub email: String,
    /// The application that waits, as the button names it.
    pub destination: Bilingual,
    /// Where that is, when no request waits in this browser.
    pub home: Option<Bilingual>,
}

impl Desk {
    /// Asks for an account (A2): a code leaves by mail, or word that there is an account already.
    ///
    /// # Errors
    /// What is wrong with the form; too many tries from here, or mails to there; [`Problem::SignInExpired`].
    pub async fn create_account(&self, handle: &str, form: &AccountForm) -> Result<Step, Refusal> {
        let (request, _) = self.provider.request_of(handle).await?;
        let new = form.parse(self.password_policy(), &self.provider.settings().known_words())?;
        let pace = self.provider.pace_of(&form.proof).await?;
        if let Some(ip) = self.ip {
            self.provider.count_try(&pace.subject(ip, Subject::Creation)).await?;
        }
        let hash = self.provider.inner.passwords.hash(new.password.clone()).await?;
        let cookie = self.browser_cookie.clone().unwrap_or_else(|| self.provider.platform().chance.token());
        let asked = Asked {
            new,
            hash,
            pace,
            request: request.id,
            browser: secrets::hash(&cookie),
            language: self.language,
        };
        self.provider.register(asked).await?;
        Ok(Step::to(self.page("verify", Some(handle))).with_cookie(cookie))
    }

    /// What the page of the code shows.
    ///
    /// # Errors
    /// [`Problem::SignInExpired`] when this browser asked for no account in that request.
    pub async fn waiting(&self, handle: &str) -> Result<WaitingCard, Refusal> {
        let registration = self.registration(handle).await?;
        let tries = i32::from(CODE_TRIES) - registration.tries;
        let leaves_in = (registration.issued_at - self.provider.now().0).max(0) / 1000;
        Ok(WaitingCard {
            leaves_in: u32::try_from(leaves_in).unwrap_or_default(),
            tries_left: u8::try_from(tries).unwrap_or_default(),
            expired: self.provider.code_expired(&registration),
            may_ask_again: registration.issue < CODES,
            email: registration.email,
        })
    }

    /// Asks for another code; the one before dies.
    ///
    /// # Errors
    /// [`Problem::TooManyTries`] when asked too soon, [`Problem::TooManyMails`] when asked too often.
    pub async fn send_again(&self, handle: &str) -> Result<(), Refusal> {
        let found = self.registration(handle).await?;
        let provider = &self.provider;
        let work = provider.platform().store.begin().await?;
        let registration = provider.locked(&work, &found).await?;
        let now = provider.now();
        if now < Instant(registration.issued_at).plus_seconds(BETWEEN_CODES) {
            return Err(Problem::TooManyTries { minutes: 1 }.into());
        }
        if registration.issue >= CODES {
            return Err(Problem::TooManyMails { most: MAILS }.into());
        }
        provider.mail_limit(&work, &registration.email, MAILS).await?;
        let next =
            registration::Model { issue: registration.issue + 1, issued_at: now.0, tries: 0, ..registration };
        let row: registration::ActiveModel = next.clone().into();
        row.reset_all().update(&work).await?;
        provider.post_code(&work, &next).await?;
        work.commit().await?;
        provider.platform().outbox.ring();
        Ok(())
    }

    /// Takes the code typed (A5): the account is active, and signed in here.
    ///
    /// # Errors
    /// [`Problem::WrongCode`] with the tries left, [`Problem::CodeExpired`], [`Problem::SignInExpired`].
    pub async fn verify(&self, handle: &str, form: &CodeForm) -> Result<Step, Refusal> {
        let typed = form.parse()?;
        let found = self.registration(handle).await?;
        let provider = &self.provider;
        let work = provider.platform().store.begin().await?;
        let registration = provider.locked(&work, &found).await?;
        if provider.code_expired(&registration) {
            return Err(Refusal::at(Field::Code, Problem::CodeExpired));
        }
        if registration.tries >= i32::from(CODE_TRIES) {
            return Err(Refusal::at(Field::Code, Problem::WrongCode { left: 0 }));
        }
        let works = registration.password_hash.is_some() || registration.account_id.is_some();
        if !secrets::same(&typed, &provider.code_of(&registration)) || !works {
            let tries = registration.tries + 1;
            let row = registration::ActiveModel { tries: Set(tries), ..registration.into() };
            row.update(&work).await?;
            work.commit().await?;
            let left = u8::try_from(i32::from(CODE_TRIES) - tries).unwrap_or_default();
            return Err(Refusal::at(Field::Code, Problem::WrongCode { left }));
        }
        let opened = self.activate_here(&work, registration).await?;
        work.commit().await?;
        Ok(Step::to(self.page("welcome", Some(handle))).with_cookie(opened.token))
    }

    /// What the page behind a mailed link shows. Nothing changes by opening it (I8).
    ///
    /// # Errors
    /// [`Problem::CodeExpired`] for a link that does not, or no longer, work.
    pub async fn link(&self, token: &str) -> Result<LinkCard, Refusal> {
        let registration = self.provider.registration_of_link(token).await?;
        let asks_password = !self.asked(&registration);
        let name = format!("{} {}", registration.first_name, registration.last_name);
        Ok(LinkCard { email: registration.email, name: name.trim().to_owned(), asks_password })
    }

    /// The button on that page: the account is active, and signed in here.
    ///
    /// # Errors
    /// [`Problem::WrongCredentials`] on another device without the password, [`Problem::CodeExpired`].
    pub async fn confirm_link(&self, token: &str, form: &ConfirmForm) -> Result<Step, Refusal> {
        let provider = &self.provider;
        let found = provider.registration_of_link(token).await?;
        let here = self.asked(&found);
        if !here {
            let subject = Subject::Registration(found.id);
            let password = form.parse()?;
            provider.count_try(&subject).await?;
            if !provider.inner.passwords.verify(password, found.password_hash.clone()).await? {
                return Err(Refusal::at(Field::Password, Problem::WrongCredentials));
            }
            provider.forgive(provider.platform().store.write(), &[subject]).await?;
        }
        let work = provider.platform().store.begin().await?;
        let registration = provider.locked(&work, &found).await?;
        if registration.password_hash.is_none() || registration.issue != found.issue {
            return Err(Problem::CodeExpired.into());
        }
        let request = registration.request_id;
        let opened = self.activate_here(&work, registration).await?;
        work.commit().await?;
        let to = if here {
            self.page("welcome", Some(&provider.handle(request)))
        } else {
            let client = provider.client_of_request(request).await?;
            format!("{}?client_id={}", self.page("welcome", None), encoded(&client))
        };
        Ok(Step::to(to).with_cookie(opened.token))
    }

    /// What the page after the activation shows.
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`] when nobody is signed in here.
    pub async fn welcome(&self, handle: Option<&str>) -> Result<Welcome, Refusal> {
        let waiting = match handle {
            Some(handle) => self.provider.request_of(handle).await.ok(),
            None => None,
        };
        match waiting {
            Some((_, client)) => {
                let email = self.signed_in_email().await?;
                Ok(Welcome { email, destination: client.name, home: None })
            }
            None => self.welcome_elsewhere(None).await,
        }
    }

    /// The same on another device than the one where it began: the way to what the person came for begins anew, at
    /// that application's own page.
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`] when nobody is signed in here.
    pub async fn welcome_elsewhere(&self, client: Option<&str>) -> Result<Welcome, Refusal> {
        let email = self.signed_in_email().await?;
        let (destination, home) = self.begin_again(client).await?;
        Ok(Welcome { email, destination, home: Some(home) })
    }

    async fn signed_in_email(&self) -> Result<String, Refusal> {
        let session = self.provider.session_of(self.browser_cookie.as_deref()).await?;
        let session = session.ok_or(Problem::SignInNeeded)?;
        let account = self.provider.active_account(session.account_id).await?;
        Ok(account.ok_or(Problem::SignInNeeded)?.email)
    }

    /// Signs in with e-mail and password (A6), and goes on to the client application.
    ///
    /// # Errors
    /// [`Problem::WrongCredentials`], whatever of the two is wrong; [`Problem::TooManyTries`];
    /// [`Problem::SignInExpired`].
    pub async fn sign_in(&self, handle: &str, form: &SignInForm) -> Result<Step, Refusal> {
        let (email, password) = form.parse()?;
        let (request, client) = self.provider.request_of(handle).await?;
        let provider = &self.provider;
        let subjects = self.sign_in_subjects(&email);
        provider.count_tries(&subjects).await?;
        let account = provider.account_of(&email).await?.filter(|account| account.state == "active");
        let hash = account.as_ref().map(|account| account.password_hash.clone());
        let right = provider.inner.passwords.verify(password, hash).await?;
        let Some(account) = account.filter(|_| right) else {
            return Err(Problem::WrongCredentials.into());
        };
        let opened = self.new_session(&account, Means::PASSWORD);
        let missing = provider.missing_of(&request, &client, &opened.session, &account).await?;
        // One commit, because each waits for the disk: many people sign in at nine.
        let work = provider.platform().store.begin().await?;
        provider.forgive(&work, &subjects).await?;
        if matches!(missing, Some(Missing::SecondStep)) {
            work.commit().await?;
            return self.wait_for_second_factor(handle, &request, &account).await;
        }
        self.keep_session(&work, &account, &opened.session).await?;
        let to = match missing {
            Some(page) => self.page(page.name(), Some(handle)),
            None => provider.answer_in(&work, &request, &opened.session).await?,
        };
        work.commit().await?;
        Ok(Step::to(to).with_cookie(opened.token))
    }

    /// The account of a registration whose e-mail is proved is active, and signed in here: unless it became one before
    /// and has a second factor since, which a code of before does not stand for.
    async fn activate_here(
        &self,
        work: &Transaction,
        registration: registration::Model,
    ) -> Result<Opened, Refusal> {
        let fresh = registration.account_id.is_none();
        let account = self.provider.activate(work, registration).await?;
        if fresh {
            self.note(work, &account, Happened::just(AccountEvent::Created)).await?;
        } else if account.state != "active" || self.provider.factors(work, account.id).await?.any() {
            return Err(Problem::CodeExpired.into());
        }
        self.open_session(work, &account, Means::PASSWORD).await
    }

    fn sign_in_subjects(&self, email: &Email) -> Vec<Subject> {
        let account = Subject::Account(email.key());
        self.ip.map(Subject::Address).into_iter().chain([account]).collect()
    }

    /// Whether this browser asked for that account.
    fn asked(&self, registration: &registration::Model) -> bool {
        self.browser_hash().is_some_and(|hash| hash == registration.browser_hash)
    }

    /// The last registration of this browser in that request.
    async fn registration(&self, handle: &str) -> Result<registration::Model, Refusal> {
        let (request, _) = self.provider.request_of(handle).await?;
        let browser = self.browser_hash().ok_or(Problem::SignInExpired)?;
        let last = registration::Entity::find()
            .filter(registration::Column::RequestId.eq(request.id))
            .filter(registration::Column::BrowserHash.eq(browser))
            .order_by_desc(registration::Column::CreatedAt)
            .order_by_desc(registration::Column::Id);
        let found = last.one(self.provider.platform().store.read()).await?;
        Ok(found.ok_or(Problem::SignInExpired)?)
    }
}

/// An account asked for, understood and hashed.
struct Asked {
    new: NewAccount,
    hash: String,
    pace: Pace,
    request: Uuid,
    browser: Vec<u8>,
    language: Language,
}

impl Provider {
    /// Opens an account whose e-mail somebody vouches for: demonstration data. Says its `sub`; an e-mail that has
    /// an account keeps it, password and all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_account(
        &self,
        first_name: &str,
        last_name: &str,
        email: &str,
        password: &str,
        language: Language,
    ) -> Result<String, Broken> {
        let email = Email::known(email.to_owned());
        if let Some(account) = self.account_of(&email).await? {
            return Ok(account.id.to_string());
        }
        let now = self.now().0;
        let account = account::Model {
            id: self.random_id(),
            email_key: email.key(),
            email: email.to_string(),
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            language: Some(language.code().to_owned()),
            password_hash: self.inner.passwords.hash(Password::typed(password)).await?,
            password_set_at: now,
            state: "active".into(),
            terms_version: self.settings().terms_version.clone(),
            terms_accepted_at: now,
            email_verified_at: now,
            recovery_issue: 0,
            new_email: None,
            new_email_at: None,
            created_at: now,
            updated_at: now,
        };
        let (sub, row) = (account.id.to_string(), account::ActiveModel::from(account));
        account::Entity::insert(row.reset_all())
            .exec_without_returning(self.platform().store.write())
            .await?;
        Ok(sub)
    }

    pub(crate) async fn account_of(&self, email: &Email) -> Result<Option<account::Model>, Broken> {
        let found = account::Entity::find().filter(account::Column::EmailKey.eq(email.key()));
        Ok(found.one(self.platform().store.read()).await?)
    }

    async fn register(&self, asked: Asked) -> Result<(), Refusal> {
        let work = self.platform().store.begin().await?;
        self.mail_limit(&work, asked.new.email.as_str(), asked.pace.mails()).await?;
        let exists = account::Entity::find()
            .filter(account::Column::EmailKey.eq(asked.new.email.key()))
            .one(&work)
            .await?
            .is_some();
        // What this browser asked for before, in the same request, goes with the asking anew.
        registration::Entity::delete_many()
            .filter(registration::Column::RequestId.eq(asked.request))
            .filter(registration::Column::BrowserHash.eq(asked.browser.clone()))
            .filter(registration::Column::AccountId.is_null())
            .exec(&work)
            .await?;
        let registration = self.registration_from(asked, exists);
        let row: registration::ActiveModel = registration.clone().into();
        registration::Entity::insert(row.reset_all()).exec_without_returning(&work).await?;
        self.post_code(&work, &registration).await?;
        work.commit().await?;
        self.platform().outbox.ring();
        Ok(())
    }

    fn registration_from(&self, asked: Asked, exists: bool) -> registration::Model {
        let now = self.now();
        registration::Model {
            id: self.platform().chance.id(now),
            request_id: asked.request,
            browser_hash: asked.browser,
            email_key: asked.new.email.key(),
            email: asked.new.email.to_string(),
            first_name: asked.new.first_name,
            last_name: asked.new.last_name,
            language: asked.language.code().to_owned(),
            password_hash: (!exists).then_some(asked.hash),
            terms_version: self.settings().terms_version.clone(),
            terms_accepted_at: now.0,
            issue: 1,
            issued_at: asked.pace.leaves_at(now).0,
            tries: 0,
            account_id: None,
            created_at: now.0,
        }
    }

    /// Posts the code, or word that there is an account already.
    async fn post_code(&self, work: &Transaction, registration: &registration::Model) -> Result<(), Refusal> {
        let alive = registration.password_hash.is_some();
        let parcel = if alive { letters::code(registration) } else { letters::exists(registration) };
        let now = self.now();
        let id = self.platform().chance.id(now);
        let (parcel, due) = (platform::Parcel { id, ..parcel }, Instant(registration.issued_at));
        self.platform().outbox.post_for(work, parcel, now, due).await?;
        Ok(())
    }

    /// Posts a letter that leaves as soon as this is committed.
    pub(crate) async fn post_now(&self, work: &Transaction, parcel: platform::Parcel) -> Result<(), DbErr> {
        let now = self.now();
        let id = self.platform().chance.id(now);
        self.platform().outbox.post(work, platform::Parcel { id, ..parcel }, now).await
    }

    /// # Errors
    /// [`Problem::TooManyMails`]: the same whether or not the address has an account.
    pub(crate) async fn mail_limit(&self, work: &Transaction, email: &str, most: u16) -> Result<(), Refusal> {
        let day_ago = self.now().plus_days(-1);
        if self.platform().outbox.posted_to(work, &letters::ANYBODY_ASKS, email, day_ago).await?
            >= u64::from(most)
        {
            return Err(Problem::TooManyMails { most }.into());
        }
        Ok(())
    }

    /// The registration, read again with all others of its e-mail locked: two proofs of one e-mail come in turn.
    async fn locked(
        &self,
        work: &Transaction,
        found: &registration::Model,
    ) -> Result<registration::Model, Refusal> {
        let all = registration::Entity::find()
            .filter(registration::Column::EmailKey.eq(found.email_key.clone()))
            .order_by_asc(registration::Column::Id)
            .lock_exclusive()
            .all(work)
            .await?;
        Ok(all.into_iter().find(|row| row.id == found.id).ok_or(Problem::SignInExpired)?)
    }

    pub(crate) fn code_expired(&self, registration: &registration::Model) -> bool {
        self.now() >= Instant(registration.issued_at).plus_seconds(CODE_LIFE)
    }

    /// Makes the account of a registration whose e-mail is proved, or finds the one it became.
    async fn activate(
        &self,
        work: &Transaction,
        proved: registration::Model,
    ) -> Result<account::Model, Refusal> {
        if let Some(account) = proved.account_id {
            let found = account::Entity::find_by_id(account).one(work).await?;
            return Ok(found.ok_or(Problem::CodeExpired)?);
        }
        let now = self.now().0;
        let account = account::Model {
            id: self.random_id(),
            email: proved.email.clone(),
            email_key: proved.email_key.clone(),
            first_name: proved.first_name.clone(),
            last_name: proved.last_name.clone(),
            language: Some(proved.language.clone()),
            password_hash: proved.password_hash.clone().ok_or(Problem::CodeExpired)?,
            password_set_at: now,
            state: "active".into(),
            terms_version: proved.terms_version.clone(),
            terms_accepted_at: proved.terms_accepted_at,
            email_verified_at: now,
            recovery_issue: 0,
            new_email: None,
            new_email_at: None,
            created_at: now,
            updated_at: now,
        };
        let row: account::ActiveModel = account.clone().into();
        account::Entity::insert(row.reset_all()).exec_without_returning(work).await?;
        // Every other password that somebody chose for this e-mail dies, and this copy too.
        registration::Entity::update_many()
            .col_expr(registration::Column::PasswordHash, Expr::value(Option::<String>::None))
            .filter(registration::Column::EmailKey.eq(proved.email_key.clone()))
            .exec(work)
            .await?;
        registration::Entity::update_many()
            .col_expr(registration::Column::AccountId, Expr::value(Some(account.id)))
            .filter(registration::Column::Id.eq(proved.id))
            .exec(work)
            .await?;
        Ok(account)
    }

    /// The six digits of a registration's present code: derived, so that no table holds them.
    pub(crate) fn code_of(&self, registration: &registration::Model) -> String {
        self.platform().secrets.code("identity.code", &issue_of(registration))
    }

    /// The token of a registration's present link: its identifier, and what only this deployment can add to it.
    pub(crate) fn link_of(&self, registration: &registration::Model) -> String {
        let proof = self.platform().secrets.token("identity.link", &issue_of(registration));
        format!("{}.{proof}", registration.id.simple())
    }

    /// The application that a request came from, answered or not.
    async fn client_of_request(&self, request: Uuid) -> Result<String, Broken> {
        let found = request::Entity::find_by_id(request).one(self.platform().store.read()).await?;
        Ok(found.map(|request| request.client_id).unwrap_or_default())
    }

    async fn registration_of_link(&self, token: &str) -> Result<registration::Model, Refusal> {
        let id =
            token.split_once('.').and_then(|(id, _)| Uuid::parse_str(id).ok()).ok_or(Problem::CodeExpired)?;
        let found = registration::Entity::find_by_id(id).one(self.platform().store.read()).await?;
        let registration = found.ok_or(Problem::CodeExpired)?;
        let works = secrets::same(token, &self.link_of(&registration))
            && registration.password_hash.is_some()
            && !self.code_expired(&registration);
        if works { Ok(registration) } else { Err(Problem::CodeExpired.into()) }
    }
}

fn issue_of(registration: &registration::Model) -> Vec<u8> {
    [registration.id.as_bytes().as_slice(), &registration.issue.to_be_bytes()].concat()
}
