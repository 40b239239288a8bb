//! One's own account (A9): name and language, e-mail, password, second factors, sessions, applications, activity.
//!
//! Its pages are an application like any other, which needs no token: whoever is not signed in, or signed in too long
//! ago for what the page does, signs in first and comes back. Every change is written down, and told by mail where
//! somebody else could have made it.

use crate::clients::Client;
use crate::consents;
use crate::entity::{account, consent, registration, session, token};
use crate::events::Happened;
use crate::letters;
use crate::refusal::{Broken, Refusal};
use crate::requests::with_query;
use crate::robots::MAILS;
use crate::throttle::Subject;
use crate::{Desk, Provider, Step};
use domain::accounts::own::{
    AccountCard, AccountEvent, AccountPage, ApplicationCard, EventCard, FRESH_MINUTES, OwnEmailForm,
    OwnNameForm, OwnPasswordForm, SessionCard,
};
use domain::{AccountSessionId, Bilingual, Email, Field, Instant, Language, Problem};
use platform::secrets;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::{Value, json};
use uuid::Uuid;

/// The pages of the account, as a client of the provider.
pub(crate) const CLIENT: &str = "accord-account";

/// These pages exchange no code for tokens, so that nobody knows what this is the hash of.
const NO_TOKEN: &str = "accord-account-exchanges-no-code-for-tokens";

/// How long the link to another address works, in seconds.
const NEW_EMAIL_LIFE: i64 = 2 * 3600;

impl Desk {
    /// Where somebody signs in before that page of their account; nothing when they may enter.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sign_in_for(&self, page: AccountPage) -> Result<Option<String>, Refusal> {
        let provider = &self.provider;
        let email = match self.owner(page.needs_fresh()).await {
            Ok(_) => return Ok(None),
            Err(Refusal::Refused(Problem::SignInAgain)) => {
                let session = provider.session_of(self.browser_cookie.as_deref()).await?;
                match session {
                    Some(session) => provider.active_account(session.account_id).await?,
                    None => None,
                }
                .map(|account| account.email)
            }
            Err(Refusal::Refused(Problem::SignInNeeded)) => None,
            Err(other) => return Err(other),
        };
        let max_age = i64::from(FRESH_MINUTES) * 60;
        let (back, age) = (provider.address_of(page, self.language), max_age.to_string());
        let mut asked = vec![
            ("client_id", CLIENT),
            ("redirect_uri", &back),
            ("response_type", "code"),
            ("scope", "openid"),
            ("code_challenge", NO_TOKEN),
            ("code_challenge_method", "S256"),
            ("ui_locales", self.language.code()),
        ];
        asked.extend(page.needs_fresh().then_some(("max_age", age.as_str())));
        asked.extend(email.as_deref().map(|email| ("login_hint", email)));
        let address = with_query(&format!("{}/authorize", provider.issuer()), &asked);
        let path = address.strip_prefix(&*provider.platform().base_url).unwrap_or(&address);
        Ok(Some(path.to_owned()))
    }

    /// Who is signed in here; with `fresh`, within the last [`FRESH_MINUTES`].
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`]; [`Problem::SignInAgain`] when it was too long ago, or without the second factor that
    /// the account has.
    pub(crate) async fn owner(&self, fresh: bool) -> Result<(session::Model, account::Model), Refusal> {
        let provider = &self.provider;
        let session = provider.session_of(self.browser_cookie.as_deref()).await?;
        let session = session.ok_or(Problem::SignInNeeded)?;
        let account = provider.active_account(session.account_id).await?.ok_or(Problem::SignInNeeded)?;
        let until = Instant(session.authenticated_at).plus_seconds(i64::from(FRESH_MINUTES) * 60);
        if fresh && provider.now() > until {
            return Err(Problem::SignInAgain.into());
        }
        let half = !session.has_two_factors()
            && provider.factors(provider.platform().store.read(), account.id).await?.any();
        if half {
            return Err(Problem::SignInAgain.into());
        }
        Ok((session, account))
    }

    /// The account, as its owner sees it.
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`], [`Problem::SignInAgain`].
    pub async fn own_account(&self) -> Result<AccountCard, Refusal> {
        let (session, account) = self.owner(false).await?;
        let provider = &self.provider;
        let calendar = &provider.platform().calendar;
        Ok(AccountCard {
            new_email: provider.pending_email(&account).map(str::to_owned),
            language: account.language.as_deref().and_then(Language::from_code),
            password_set: calendar.date(Instant(account.password_set_at)),
            factors: provider.factor_cards(&account).await?,
            passkeys: provider.inner.passkeys.is_some(),
            recovery_left: provider.recovery_left(&account).await?,
            needs_factor: provider.needs_factor(&account).await?,
            sessions: provider.session_cards(&session).await?,
            applications: provider.application_cards(account.id).await?,
            first_name: account.first_name,
            last_name: account.last_name,
            email: account.email,
        })
    }

    /// What happened to the account, the newest first.
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`], [`Problem::SignInAgain`].
    pub async fn own_activity(&self) -> Result<Vec<EventCard>, Refusal> {
        let (_, account) = self.owner(false).await?;
        self.provider.events_of(&account).await
    }

    /// Everything that the provider keeps of the account, to be taken along (A9, G10). No secret is in it.
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`], [`Problem::SignInAgain`].
    pub async fn own_data(&self) -> Result<Value, Refusal> {
        let (_, account) = self.owner(true).await?;
        let card = self.own_account().await?;
        let activity = self.provider.events_of(&account).await?;
        Ok(json!({
            "account": card,
            "created_at": account.created_at,
            "email_verified_at": account.email_verified_at,
            "terms": { "version": account.terms_version, "accepted_at": account.terms_accepted_at },
            "activity": activity,
        }))
    }

    /// Keeps name and language.
    ///
    /// # Errors
    /// What is wrong with them; [`Problem::SignInNeeded`].
    pub async fn save_own_name(&self, form: &OwnNameForm) -> Result<(), Refusal> {
        let (_, account) = self.owner(false).await?;
        let (first_name, last_name, language) = form.parse()?;
        let work = self.provider.platform().store.begin().await?;
        let now = self.provider.now().0;
        let same = account.first_name == first_name && account.last_name == last_name;
        account::Entity::update_many()
            .set(account::ActiveModel {
                first_name: Set(first_name),
                last_name: Set(last_name),
                language: Set(Some(language.code().to_owned())),
                updated_at: Set(now),
                ..account::ActiveModel::default()
            })
            .filter(account::Column::Id.eq(account.id))
            .exec(&work)
            .await?;
        if !same {
            self.note(&work, &account, Happened::just(AccountEvent::NameChanged)).await?;
        }
        work.commit().await?;
        Ok(())
    }

    /// Asks that the account have another address: a link goes there, and word of it to the address in force. What is
    /// answered here is the same whether or not the other address has an account.
    ///
    /// # Errors
    /// What is wrong with the address; [`Problem::TooManyMails`], [`Problem::SignInAgain`].
    pub async fn ask_new_email(&self, form: &OwnEmailForm) -> Result<(), Refusal> {
        let (_, account) = self.owner(true).await?;
        let email = form.parse()?;
        if email.as_str() == account.email {
            return Err(Refusal::at(Field::Email, Problem::SameEmail));
        }
        let provider = &self.provider;
        let now = provider.now();
        let work = provider.platform().store.begin().await?;
        provider.mail_limit(&work, email.as_str(), MAILS).await?;
        provider.set_new_email(&work, account.id, Some((email.to_string(), now.0))).await?;
        provider.post_now(&work, letters::new_email(&account, &email, self.language, now)).await?;
        let happened = Happened { what: AccountEvent::EmailAsked, detail: Some(email.as_str()) };
        self.note(&work, &account, happened).await?;
        work.commit().await?;
        provider.platform().outbox.ring();
        Ok(())
    }

    /// Takes back what [`Desk::ask_new_email`] asked.
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`], [`Problem::SignInAgain`].
    pub async fn keep_email(&self) -> Result<(), Refusal> {
        let (_, account) = self.owner(false).await?;
        let work = self.provider.platform().store.begin().await?;
        self.provider.set_new_email(&work, account.id, None).await?;
        work.commit().await?;
        Ok(())
    }

    /// The address in force and the one that the link confirms. Opening it changes nothing (I8).
    ///
    /// # Errors
    /// [`Problem::CodeExpired`]
    pub async fn new_email_link(&self, token: &str) -> Result<(String, String), Refusal> {
        let account = self.provider.account_of_new_email(token).await?;
        let new = account.new_email.unwrap_or_default();
        Ok((account.email, new))
    }

    /// The account has the other address from now on. Whoever waited to create an account there waits for nothing.
    ///
    /// # Errors
    /// [`Problem::CodeExpired`]; [`Problem::EmailHasAccount`] when somebody took it meanwhile.
    pub async fn confirm_new_email(&self, token: &str) -> Result<Step, Refusal> {
        let provider = &self.provider;
        let found = provider.account_of_new_email(token).await?;
        let work = provider.platform().store.begin().await?;
        let account = provider.lock_account(&work, found.id).await?;
        let asked = (account.new_email.clone(), account.new_email_at);
        let Some(new) = asked.0.clone().filter(|_| asked == (found.new_email, found.new_email_at)) else {
            return Err(Problem::CodeExpired.into());
        };
        let email = Email::known(new);
        let taken = account::Entity::find().filter(account::Column::EmailKey.eq(email.key()));
        if taken.one(&work).await?.is_some_and(|other| other.id != account.id) {
            return Err(Problem::EmailHasAccount.into());
        }
        let now = provider.now().0;
        account::Entity::update_many()
            .set(account::ActiveModel {
                email: Set(email.to_string()),
                email_key: Set(email.key()),
                email_verified_at: Set(now),
                updated_at: Set(now),
                new_email: Set(None),
                new_email_at: Set(None),
                ..account::ActiveModel::default()
            })
            .filter(account::Column::Id.eq(account.id))
            .exec(&work)
            .await?;
        registration::Entity::update_many()
            .col_expr(registration::Column::PasswordHash, Expr::value(Option::<String>::None))
            .filter(registration::Column::EmailKey.eq(email.key()))
            .exec(&work)
            .await?;
        // The letter goes to the address that was in force.
        let happened = Happened { what: AccountEvent::EmailChanged, detail: Some(email.as_str()) };
        self.note(&work, &account, happened).await?;
        work.commit().await?;
        provider.platform().outbox.ring();
        Ok(Step::to(self.page("email-changed", None)))
    }

    /// Another password, for whoever knows the one in force: every other session ends.
    ///
    /// # Errors
    /// [`Problem::WrongPassword`], [`Problem::TooManyTries`], what is wrong with the new one, [`Problem::SignInAgain`].
    pub async fn change_password(&self, form: &OwnPasswordForm) -> Result<(), Refusal> {
        let (session, account) = self.owner(true).await?;
        let provider = &self.provider;
        let mut about = provider.settings().known_words();
        about.extend([account.first_name.as_str(), &account.last_name, &account.email]);
        let (current, new) = form.parse(provider.settings().passwords, &about)?;
        let subject = Subject::Account(account.email_key.clone());
        provider.count_try(&subject).await?;
        if !provider.inner.passwords.verify(current, Some(account.password_hash.clone())).await? {
            return Err(Refusal::at(Field::CurrentPassword, Problem::WrongPassword));
        }
        provider.forgive(provider.platform().store.write(), &[subject]).await?;
        let hash = provider.inner.passwords.hash(new).await?;
        let work = provider.platform().store.begin().await?;
        let now = provider.now().0;
        account::Entity::update_many()
            .set(account::ActiveModel {
                password_hash: Set(hash),
                password_set_at: Set(now),
                updated_at: Set(now),
                new_email: Set(None),
                new_email_at: Set(None),
                ..account::ActiveModel::default()
            })
            .filter(account::Column::Id.eq(account.id))
            .exec(&work)
            .await?;
        provider.end_other_sessions(&work, &session).await?;
        self.note(&work, &account, Happened::just(AccountEvent::PasswordChanged)).await?;
        work.commit().await?;
        provider.platform().outbox.ring();
        provider.ring();
        Ok(())
    }

    /// Ends another session of the account.
    ///
    /// # Errors
    /// [`Problem::NotFound`], [`Problem::SignInNeeded`].
    pub async fn end_own_session(&self, id: AccountSessionId) -> Result<(), Refusal> {
        let (_, account) = self.owner(false).await?;
        let provider = &self.provider;
        let work = provider.platform().store.begin().await?;
        let found = session::Entity::find_by_id(id.0).one(&work).await?;
        let gone = found.filter(|row| row.account_id == account.id).ok_or(Problem::NotFound)?;
        provider.end_one_session(&work, gone.id).await?;
        let happened = Happened { what: AccountEvent::SessionEnded, detail: gone.device.as_deref() };
        self.note(&work, &account, happened).await?;
        work.commit().await?;
        provider.ring();
        Ok(())
    }

    /// Ends every session of the account but this one.
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`]
    pub async fn end_other_own_sessions(&self) -> Result<(), Refusal> {
        let (session, account) = self.owner(false).await?;
        let provider = &self.provider;
        let work = provider.platform().store.begin().await?;
        provider.end_other_sessions(&work, &session).await?;
        self.note(&work, &account, Happened::just(AccountEvent::OtherSessionsEnded)).await?;
        work.commit().await?;
        provider.ring();
        Ok(())
    }

    /// Takes back what an application of others may know; its tokens end, and it hears that the person is gone.
    ///
    /// # Errors
    /// [`Problem::NotFound`], [`Problem::SignInNeeded`].
    pub async fn withdraw_application(&self, client: &str) -> Result<(), Refusal> {
        let (_, account) = self.owner(false).await?;
        let provider = &self.provider;
        let work = provider.platform().store.begin().await?;
        let gone = consent::Entity::delete_by_id((account.id, client.to_owned())).exec(&work).await?;
        if gone.rows_affected == 0 {
            return Err(Problem::NotFound.into());
        }
        token::Entity::update_many()
            .set(token::ActiveModel {
                revoked_at: Set(Some(provider.now().0)),
                ..token::ActiveModel::default()
            })
            .filter(token::Column::AccountId.eq(account.id))
            .filter(token::Column::ClientId.eq(client))
            .filter(token::Column::RevokedAt.is_null())
            .exec(&work)
            .await?;
        provider.leave_application(&work, account.id, client).await?;
        let name = provider.client(client).await?.map(|client| client.name);
        let name = name.map(|name| name.in_language(self.language).to_owned());
        let happened = Happened { what: AccountEvent::ApplicationWithdrawn, detail: name.as_deref() };
        self.note(&work, &account, happened).await?;
        work.commit().await?;
        provider.ring();
        Ok(())
    }
}

impl Provider {
    /// The pages of the account, as a client: the person's own, so that nothing is asked.
    pub(crate) fn own_pages(&self) -> Client {
        let pages = AccountPage::ALL
            .iter()
            .flat_map(|page| [Language::En, Language::Fr].map(|language| self.address_of(*page, language)));
        let home = |language| self.address_of(AccountPage::Overview, language);
        Client {
            redirect_uris: pages.collect(),
            home: Bilingual::new(home(Language::En), home(Language::Fr)),
            first_party: true,
            ..Client::at(CLIENT, Bilingual::new("your account", "votre compte"), &home(Language::En))
        }
    }

    fn address_of(&self, page: AccountPage, language: Language) -> String {
        format!("{}/{}/identity/{}", self.platform().base_url, language.code(), page.path())
    }

    /// The address that was asked for and can still be confirmed.
    fn pending_email<'a>(&self, account: &'a account::Model) -> Option<&'a str> {
        let asked = account.new_email_at.map(Instant)?;
        account.new_email.as_deref().filter(|_| self.now() < asked.plus_seconds(NEW_EMAIL_LIFE))
    }

    async fn set_new_email(
        &self,
        work: &platform::Transaction,
        account: Uuid,
        asked: Option<(String, i64)>,
    ) -> Result<(), Broken> {
        let (email, at) = asked.unzip();
        account::Entity::update_many()
            .col_expr(account::Column::NewEmail, Expr::value(email))
            .col_expr(account::Column::NewEmailAt, Expr::value(at))
            .filter(account::Column::Id.eq(account))
            .exec(work)
            .await?;
        Ok(())
    }

    /// The token of the link to the address that was asked for: derived, so that no table holds it.
    pub(crate) fn new_email_token(&self, account: &account::Model) -> Option<String> {
        let (new, at) = (account.new_email.as_deref()?, account.new_email_at?);
        let thing = [
            account.id.as_bytes().as_slice(),
            &at.to_be_bytes(),
            new.as_bytes(),
            account.email_key.as_bytes(),
        ]
        .concat();
        let proof = self.platform().secrets.token("identity.new_email", &thing);
        Some(format!("{}.{proof}", account.id.simple()))
    }

    async fn account_of_new_email(&self, token: &str) -> Result<account::Model, Refusal> {
        let id = token.split_once('.').and_then(|(id, _)| Uuid::parse_str(id).ok());
        let account = match id {
            Some(id) => self.active_account(id).await?,
            None => None,
        };
        let works = |account: &account::Model| {
            self.pending_email(account).is_some()
                && self.new_email_token(account).is_some_and(|right| secrets::same(token, &right))
        };
        Ok(account.filter(works).ok_or(Problem::CodeExpired)?)
    }

    async fn session_cards(&self, here: &session::Model) -> Result<Vec<SessionCard>, Broken> {
        let rows = session::Entity::find()
            .filter(session::Column::AccountId.eq(here.account_id))
            .filter(session::Column::EndedAt.is_null())
            .order_by_desc(session::Column::SeenAt)
            .all(self.platform().store.read())
            .await?;
        let calendar = &self.platform().calendar;
        let card = |row: session::Model| SessionCard {
            id: AccountSessionId(row.id),
            here: row.id == here.id,
            device: row.device,
            address: row.address,
            began: calendar.date_and_time(Instant(row.created_at)),
            seen: calendar.date_and_time(Instant(row.seen_at)),
        };
        Ok(rows.into_iter().filter(|row| self.alive(row)).map(card).collect())
    }

    async fn application_cards(&self, account: Uuid) -> Result<Vec<ApplicationCard>, Broken> {
        let rows = consent::Entity::find()
            .filter(consent::Column::AccountId.eq(account))
            .order_by_asc(consent::Column::GivenAt)
            .all(self.platform().store.read())
            .await?;
        let mut cards = Vec::new();
        for row in rows {
            let Some(client) = self.client(&row.client_id).await? else { continue };
            cards.push(ApplicationCard {
                id: row.client_id,
                name: client.name,
                shares: consents::shared(&row.scope),
                since: self.platform().calendar.date(Instant(row.given_at)),
            });
        }
        Ok(cards)
    }
}
