//! Second factors (A8): authenticator apps (RFC 6238) and recovery codes. Passkeys are in [`crate::passkeys`].
//!
//! Secrets at rest are sealed with a key of the deployment. Recovery codes are kept nowhere: they are derived from the
//! account, its issue and their number, and the database knows which of them were used. So they can be looked at again
//! after a fresh sign-in, and whoever reads the database alone learns none.

use crate::entity::{account, factor, half_sign_in, recovery, request, session};
use crate::events::Happened;
use crate::refusal::{Broken, Refusal};
use crate::sessions::Means;
use crate::settings::SecondFactor;
use crate::throttle::Subject;
use crate::{Desk, Provider, Step};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::accounts::CodeForm;
use domain::accounts::own::{
    AccountEvent, FactorCard, FactorKind, NewApp, NewAppForm, RECOVERY_CODES, StepCard, factor_name,
};
use domain::{FactorId, Field, Instant, Problem};
use platform::{Transaction, secrets};
use qrcode::QrCode;
use qrcode::render::svg;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;

/// How long somebody may take between the password and the second factor, in seconds.
const HALF_LIFE: i64 = 15 * 60;
/// How long an app may take to be set up, in seconds.
const SET_UP: i64 = 3600;
/// Letters of a recovery code, none of which looks like another: 50 bits in ten of them.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// How many second factors an account may have.
const MOST: u64 = 10;

/// Which kinds of factors an account has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Factors {
    pub(crate) app: bool,
    pub(crate) passkey: bool,
}

impl Factors {
    pub(crate) const fn any(self) -> bool {
        self.app || self.passkey
    }
}

impl Desk {
    /// What the page between the password and the application shows.
    ///
    /// # Errors
    /// [`Problem::SignInExpired`] when nobody proved a password in this browser for that request.
    pub async fn second_step(&self, handle: &str) -> Result<StepCard, Refusal> {
        let (request, client) = self.provider.request_of(handle).await?;
        let account = self.half_signed_in(&request).await?;
        let db = self.provider.platform().store.read();
        let factors = self.provider.factors(db, account.id).await?;
        Ok(StepCard {
            destination: client.name,
            app: factors.app,
            passkey: factors.passkey && self.provider.inner.passkeys.is_some(),
            recovery: self.provider.recovery_left(&account).await? > 0,
            email: account.email,
        })
    }

    /// Takes the code of an authenticator app, or a recovery code: signed in, and on to the application.
    ///
    /// # Errors
    /// [`Problem::WrongAppCode`], [`Problem::TooManyTries`], [`Problem::SignInExpired`].
    pub async fn prove_code(&self, handle: &str, form: &CodeForm) -> Result<Step, Refusal> {
        let typed = form.parse()?;
        let (request, client) = self.provider.request_of(handle).await?;
        let account = self.half_signed_in(&request).await?;
        let provider = &self.provider;
        let subject = Subject::SecondFactor(account.id);
        provider.count_try(&subject).await?;
        let work = provider.platform().store.begin().await?;
        let right = if typed.bytes().all(|letter| letter.is_ascii_digit()) {
            provider.take_app_code(&work, &account, &typed).await?
        } else {
            self.take_recovery_code(&work, &account, &typed).await?
        };
        if !right {
            return Err(Refusal::at(Field::Code, Problem::WrongAppCode));
        }
        let opened = self.open_session(&work, &account, Means::PASSWORD_AND_CODE).await?;
        provider.forgive(&work, &[subject]).await?;
        work.commit().await?;
        provider.platform().outbox.ring();
        Ok(self.lead_on(handle, &request, &client, &opened.session).await?.with_cookie(opened.token))
    }

    /// The password is proved, and something else is asked for: remembered for this browser and request alone.
    pub(crate) async fn wait_for_second_factor(
        &self,
        handle: &str,
        request: &request::Model,
        account: &account::Model,
    ) -> Result<Step, Refusal> {
        let provider = &self.provider;
        let cookie = self.browser_cookie.clone().unwrap_or_else(|| provider.platform().chance.token());
        let row = half_sign_in::ActiveModel {
            request_id: Set(request.id),
            browser_hash: Set(secrets::hash(&cookie)),
            account_id: Set(account.id),
            expires_at: Set(provider.now().plus_seconds(HALF_LIFE).0),
        };
        let again = OnConflict::columns([half_sign_in::Column::RequestId, half_sign_in::Column::BrowserHash])
            .update_columns([half_sign_in::Column::AccountId, half_sign_in::Column::ExpiresAt])
            .to_owned();
        let db = provider.platform().store.write();
        half_sign_in::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
        Ok(Step::to(self.page("second-step", Some(handle))).with_cookie(cookie))
    }

    async fn half_signed_in(&self, request: &request::Model) -> Result<account::Model, Refusal> {
        let browser = self.browser_hash().ok_or(Problem::SignInExpired)?;
        let found = half_sign_in::Entity::find_by_id((request.id, browser));
        let half = found.one(self.provider.platform().store.read()).await?;
        let half =
            half.filter(|half| self.provider.now().0 < half.expires_at).ok_or(Problem::SignInExpired)?;
        Ok(self.provider.active_account(half.account_id).await?.ok_or(Problem::SignInExpired)?)
    }

    /// A recovery code works once; its use is told by mail.
    async fn take_recovery_code(
        &self,
        work: &Transaction,
        account: &account::Model,
        typed: &str,
    ) -> Result<bool, Refusal> {
        let typed = typed.to_lowercase();
        let codes = self.provider.recovery_codes(account);
        let Some(number) = codes.iter().position(|code| secrets::same(&code.replace('-', ""), &typed)) else {
            return Ok(false);
        };
        let row = recovery::ActiveModel {
            account_id: Set(account.id),
            issue: Set(account.recovery_issue),
            number: Set(i32::try_from(number).unwrap_or_default()),
            used_at: Set(self.provider.now().0),
        };
        let once = OnConflict::new().do_nothing().to_owned();
        let used = recovery::Entity::insert(row).on_conflict(once).exec_without_returning(work).await?;
        if used == 0 {
            return Ok(false);
        }
        self.note(work, account, Happened::just(AccountEvent::RecoveryUsed)).await?;
        Ok(true)
    }

    /// Begins to add an authenticator app: nothing is kept until a code proves that the app has the secret.
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`], [`Problem::SignInAgain`].
    pub async fn new_app(&self) -> Result<NewApp, Refusal> {
        let (session, account) = self.owner(true).await?;
        let secret: [u8; 20] = self.provider.platform().chance.bytes();
        let ticket = self.provider.sealed_ticket(&session, &secret);
        self.provider.shown(&account, &ticket, &secret)
    }

    /// The same app once more, after a code that was wrong: the picture was taken already.
    ///
    /// # Errors
    /// [`Problem::SignInNeeded`], [`Problem::SignInAgain`], [`Problem::CodeExpired`].
    pub async fn same_app(&self, ticket: &str) -> Result<NewApp, Refusal> {
        let (session, account) = self.owner(true).await?;
        let secret = self.provider.open_ticket(&session, ticket).ok_or(Problem::CodeExpired)?;
        self.provider.shown(&account, ticket, &secret)
    }

    /// Adds the app once its code is right; gives whether it is the account's first factor.
    ///
    /// # Errors
    /// [`Problem::WrongAppCode`], [`Problem::CodeExpired`] when it took over an hour, [`Problem::SignInAgain`].
    pub async fn add_app(&self, form: &NewAppForm) -> Result<bool, Refusal> {
        let (session, account) = self.owner(true).await?;
        let name = factor_name(&form.name)?;
        let typed = CodeForm { code: form.code.clone() }.parse()?;
        let provider = &self.provider;
        let secret = provider.open_ticket(&session, &form.ticket).ok_or(Problem::CodeExpired)?;
        let subject = Subject::SecondFactor(account.id);
        provider.count_try(&subject).await?;
        let step = totp(&secret, None)?.check(&typed, provider.seconds());
        let step = step.ok_or_else(|| Refusal::at(Field::Code, Problem::WrongAppCode))?;
        let work = provider.platform().store.begin().await?;
        let (id, called) = (provider.random_id(), name.as_deref().unwrap_or_default());
        let row = factor::ActiveModel {
            id: Set(id),
            account_id: Set(account.id),
            kind: Set("app".into()),
            name: Set(called.to_owned()),
            secret: Set(provider.seal_factor(id, &secret)),
            credential: Set(None),
            last_step: Set(i64::try_from(step).unwrap_or_default()),
            created_at: Set(provider.now().0),
            used_at: Set(None),
        };
        let first = self.add_factor(&work, &session, &account, row, Means::PASSWORD_AND_CODE).await?;
        let happened = Happened { what: AccountEvent::AppAdded, detail: name.as_deref() };
        self.note(&work, &account, happened).await?;
        provider.forgive(&work, &[subject]).await?;
        work.commit().await?;
        provider.platform().outbox.ring();
        Ok(first)
    }

    /// Keeps a factor. With the first one come recovery codes, and every other session ends: none of them proved it.
    pub(crate) async fn add_factor(
        &self,
        work: &Transaction,
        session: &session::Model,
        account: &account::Model,
        row: factor::ActiveModel,
        means: Means,
    ) -> Result<bool, Refusal> {
        let provider = &self.provider;
        provider.lock_account(work, account.id).await?;
        let count = factor::Entity::find().filter(factor::Column::AccountId.eq(account.id)).all(work).await?;
        if count.len() as u64 >= MOST {
            return Err(Problem::TooManyFactors { most: 10 }.into());
        }
        factor::Entity::insert(row).exec_without_returning(work).await?;
        let first = count.is_empty();
        if first {
            provider.renew_recovery(work, account).await?;
            provider.end_other_sessions(work, session).await?;
        }
        if !session.has_two_factors() {
            session::Entity::update_many()
                .col_expr(session::Column::Means, Expr::value(means.words()))
                .filter(session::Column::Id.eq(session.id))
                .exec(work)
                .await?;
        }
        Ok(first)
    }

    /// Takes a factor away. The last one stays where the deployment wants one.
    ///
    /// # Errors
    /// [`Problem::NotFound`], [`Problem::FactorNeeded`], [`Problem::SignInAgain`].
    pub async fn remove_factor(&self, id: FactorId) -> Result<(), Refusal> {
        let (_, account) = self.owner(true).await?;
        let provider = &self.provider;
        let needed = provider.needs_factor(&account).await?;
        let work = provider.platform().store.begin().await?;
        provider.lock_account(&work, account.id).await?;
        let all = factor::Entity::find().filter(factor::Column::AccountId.eq(account.id)).all(&work).await?;
        let gone = all.iter().find(|row| row.id == id.0).ok_or(Problem::NotFound)?;
        if all.len() == 1 && needed {
            return Err(Problem::FactorNeeded.into());
        }
        factor::Entity::delete_by_id(id.0).exec(&work).await?;
        if all.len() == 1 {
            provider.set_recovery_issue(&work, account.id, 0).await?;
        }
        let detail = Some(gone.name.as_str()).filter(|name| !name.is_empty());
        self.note(&work, &account, Happened { what: AccountEvent::FactorRemoved, detail }).await?;
        work.commit().await?;
        provider.platform().outbox.ring();
        Ok(())
    }

    /// The recovery codes, and whether each was used.
    ///
    /// # Errors
    /// [`Problem::NotFound`] without a second factor, [`Problem::SignInAgain`].
    pub async fn recovery_codes(&self) -> Result<Vec<(String, bool)>, Refusal> {
        let (_, account) = self.owner(true).await?;
        if account.recovery_issue == 0 {
            return Err(Problem::NotFound.into());
        }
        let used = self.provider.used_recoveries(&account).await?;
        let codes = self.provider.recovery_codes(&account).into_iter().enumerate();
        Ok(codes
            .map(|(at, code)| (code, used.iter().any(|number| usize::try_from(*number) == Ok(at))))
            .collect())
    }

    /// Ten other recovery codes; those before work no longer.
    ///
    /// # Errors
    /// [`Problem::NotFound`] without a second factor, [`Problem::SignInAgain`].
    pub async fn renew_recovery_codes(&self) -> Result<(), Refusal> {
        let (_, account) = self.owner(true).await?;
        if account.recovery_issue == 0 {
            return Err(Problem::NotFound.into());
        }
        let work = self.provider.platform().store.begin().await?;
        self.provider.renew_recovery(&work, &account).await?;
        self.note(&work, &account, Happened::just(AccountEvent::RecoveryRenewed)).await?;
        work.commit().await?;
        self.provider.platform().outbox.ring();
        Ok(())
    }
}

impl Provider {
    pub(crate) async fn factors(&self, db: &impl ConnectionTrait, account: Uuid) -> Result<Factors, Broken> {
        let rows = factor::Entity::find().filter(factor::Column::AccountId.eq(account)).all(db).await?;
        let has = |kind: &str| rows.iter().any(|row| row.kind == kind);
        Ok(Factors { app: has("app"), passkey: has("passkey") })
    }

    pub(crate) async fn factor_cards(&self, account: &account::Model) -> Result<Vec<FactorCard>, Broken> {
        let rows = factor::Entity::find()
            .filter(factor::Column::AccountId.eq(account.id))
            .order_by_asc(factor::Column::CreatedAt)
            .order_by_asc(factor::Column::Id)
            .all(self.platform().store.read())
            .await?;
        let calendar = &self.platform().calendar;
        let card = |row: factor::Model| FactorCard {
            id: FactorId(row.id),
            kind: if row.kind == "app" { FactorKind::App } else { FactorKind::Passkey },
            name: row.name,
            added: calendar.date(Instant(row.created_at)),
            used: row.used_at.map(|at| calendar.date(Instant(at))),
        };
        Ok(rows.into_iter().map(card).collect())
    }

    /// Whether the deployment wants a second factor of that person (A8).
    pub(crate) async fn needs_factor(&self, account: &account::Model) -> Result<bool, Broken> {
        match (self.settings().second_factor, &self.settings().access) {
            (SecondFactor::Everybody, _) => Ok(true),
            (SecondFactor::Administrators, Some(access)) => {
                Ok(access.administers(account.id.to_string()).await?)
            }
            _ => Ok(false),
        }
    }

    /// Two changes of the same account come in turn.
    pub(crate) async fn lock_account(&self, work: &Transaction, id: Uuid) -> Result<account::Model, Refusal> {
        let found = account::Entity::find_by_id(id).lock_exclusive().one(work).await?;
        Ok(found.filter(|account| account.state == "active").ok_or(Problem::SignInNeeded)?)
    }

    async fn take_app_code(
        &self,
        work: &Transaction,
        account: &account::Model,
        typed: &str,
    ) -> Result<bool, Refusal> {
        let apps = factor::Entity::find()
            .filter(factor::Column::AccountId.eq(account.id))
            .filter(factor::Column::Kind.eq("app"))
            .all(work)
            .await?;
        for app in apps {
            let secret = self.unseal_factor(app.id, &app.secret)?;
            let Some(step) = totp(&secret, None)?.check(typed, self.seconds()) else { continue };
            let step = i64::try_from(step).unwrap_or_default();
            // Whoever comes second with the same code, even at the same moment, comes too late.
            let taken = factor::Entity::update_many()
                .col_expr(factor::Column::LastStep, Expr::value(step))
                .col_expr(factor::Column::UsedAt, Expr::value(Some(self.now().0)))
                .filter(factor::Column::Id.eq(app.id))
                .filter(factor::Column::LastStep.lt(step))
                .exec(work)
                .await?;
            return Ok(taken.rows_affected == 1);
        }
        Ok(false)
    }

    /// The ten codes in force, in groups of five letters.
    fn recovery_codes(&self, account: &account::Model) -> Vec<String> {
        if account.recovery_issue == 0 {
            return Vec::new();
        }
        let code = |number: u8| {
            let thing = [
                account.id.as_bytes().as_slice(),
                &account.recovery_issue.to_be_bytes(),
                &number.to_be_bytes(),
            ]
            .concat();
            let bytes = self.platform().secrets.derive("identity.recovery", &thing);
            let letters = bytes.iter().take(10).map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
            let text: String = letters.collect();
            format!("{}-{}", &text[..5], &text[5..])
        };
        (0..RECOVERY_CODES).map(code).collect()
    }

    async fn used_recoveries(&self, account: &account::Model) -> Result<Vec<i32>, Broken> {
        let used = recovery::Entity::find()
            .filter(recovery::Column::AccountId.eq(account.id))
            .filter(recovery::Column::Issue.eq(account.recovery_issue))
            .all(self.platform().store.read())
            .await?;
        Ok(used.into_iter().map(|row| row.number).collect())
    }

    pub(crate) async fn recovery_left(&self, account: &account::Model) -> Result<u8, Broken> {
        if account.recovery_issue == 0 {
            return Ok(0);
        }
        let used = u8::try_from(self.used_recoveries(account).await?.len()).unwrap_or(RECOVERY_CODES);
        Ok(RECOVERY_CODES.saturating_sub(used))
    }

    async fn renew_recovery(&self, work: &Transaction, account: &account::Model) -> Result<(), Broken> {
        // The moment, so that no issue ever comes back after the factors were gone for a while.
        let issue = i32::try_from(self.now().0 / 1000).unwrap_or(i32::MAX);
        let issue = if issue <= account.recovery_issue { account.recovery_issue + 1 } else { issue };
        self.set_recovery_issue(work, account.id, issue).await
    }

    async fn set_recovery_issue(&self, work: &Transaction, account: Uuid, issue: i32) -> Result<(), Broken> {
        account::Entity::update_many()
            .col_expr(account::Column::RecoveryIssue, Expr::value(issue))
            .filter(account::Column::Id.eq(account))
            .exec(work)
            .await?;
        Ok(())
    }

    fn seconds(&self) -> u64 {
        u64::try_from(self.now().0 / 1000).unwrap_or_default()
    }

    /// The secret of an app that is being set up, sealed for this session: until a code proves it, no table keeps it.
    fn sealed_ticket(&self, session: &session::Model, secret: &[u8]) -> String {
        let until = self.now().plus_seconds(SET_UP).0.to_be_bytes();
        let text = [until.as_slice(), secret].concat();
        let sealed = secrets::seal(self.ticket_key(session), self.platform().chance.bytes(), &text);
        BASE64_URL_SAFE_NO_PAD.encode(sealed)
    }

    fn open_ticket(&self, session: &session::Model, ticket: &str) -> Option<Vec<u8>> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(ticket).ok()?;
        let text = secrets::unseal(self.ticket_key(session), &sealed)?;
        let (until, secret) = text.split_first_chunk::<8>()?;
        (self.now().0 < i64::from_be_bytes(*until)).then(|| secret.to_vec())
    }

    fn ticket_key(&self, session: &session::Model) -> [u8; 32] {
        self.platform().secrets.derive("identity.app", session.id.as_bytes())
    }

    /// Sealed for that factor alone: in another row it opens nothing.
    pub(crate) fn seal_factor(&self, id: Uuid, secret: &[u8]) -> Vec<u8> {
        let key = self.platform().secrets.derive("identity.factor", id.as_bytes());
        secrets::seal(key, self.platform().chance.bytes(), secret)
    }

    pub(crate) fn unseal_factor(&self, id: Uuid, sealed: &[u8]) -> Result<Vec<u8>, Broken> {
        let key = self.platform().secrets.derive("identity.factor", id.as_bytes());
        secrets::unseal(key, sealed).ok_or(Broken::Secrecy("a second factor was sealed with another secret"))
    }

    fn shown(&self, account: &account::Model, ticket: &str, secret: &[u8]) -> Result<NewApp, Refusal> {
        let portal = self.settings().portal().map(|portal| portal.name.en.clone());
        let totp = totp(secret, Some((portal.unwrap_or_default(), account.email.clone())))?;
        let address = totp.to_url().map_err(|_| Broken::Secrecy("the address of an authenticator app"))?;
        let picture =
            QrCode::new(&address).map_err(|_| Broken::Secrecy("the picture of an authenticator app"))?;
        let picture = picture.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
        let letters = totp.secret().to_base32();
        let groups: Vec<&str> =
            letters.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
        // The XML declaration has no place inside a page.
        let picture = picture.split_once("?>").map_or(picture.as_str(), |(_, svg)| svg).to_owned();
        Ok(NewApp { ticket: ticket.to_owned(), secret: groups.join(" "), address, picture })
    }
}

/// Codes as every app reads them: SHA-1, six digits, thirty seconds, one step of drift each way.
fn totp(secret: &[u8], named: Option<(String, String)>) -> Result<Totp, Broken> {
    let mut builder = Builder::new().with_secret(Secret::from(secret.to_vec())).with_skew(1);
    if let Some((issuer, account)) = named {
        builder = builder.with_issuer(Some(issuer)).with_account_name(account);
    }
    builder.build().map_err(|_| Broken::Secrecy("the secret of an authenticator app"))
}
