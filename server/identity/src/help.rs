//! "Can't sign in?" (rule A6): one question, one answer on screen whatever is true, and a mail that fits: to
//! choose another password, to activate the account that waits, to turn to the provider through which one signs in, or
//! to say that there is no account. Which of them is true is looked up when the mail is written, not while the person
//! waits: so nothing can be told from the time either.
//!
//! The link to another password holds its own proof: who, when, at which address, and which password it replaces. So it works for
//! two hours, once, and no table keeps it.

use crate::entity::{account, registration};
use crate::events::Happened;
use crate::letters;
use crate::refusal::Refusal;
use crate::throttle::Subject;
use crate::{Desk, Provider, Step};
use domain::accounts::own::AccountEvent;
use domain::accounts::{HelpForm, NewPasswordForm};
use domain::{Email, Instant, Problem};
use platform::secrets;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

/// How long the link to another password works, in seconds.
const RESET_LIFE: i64 = 2 * 3600;

impl Desk {
    /// Posts the mail that fits. Whoever asks learns nothing.
    ///
    /// # Errors
    /// An address that is none; too many from here, or to there.
    pub async fn ask_help(&self, form: &HelpForm) -> Result<(), Refusal> {
        let email = form.parse()?;
        let provider = &self.provider;
        let pace = provider.pace_of(&form.proof).await?;
        if let Some(ip) = self.ip {
            provider.count_try(&pace.subject(ip, Subject::Help)).await?;
        }
        let work = provider.platform().store.begin().await?;
        provider.mail_limit(&work, email.as_str(), pace.mails()).await?;
        let (now, due) = (provider.now(), pace.leaves_at(provider.now()));
        let parcel = letters::help(&email, self.language, due);
        let parcel = platform::Parcel { id: provider.platform().chance.id(now), ..parcel };
        provider.platform().outbox.post_for(&work, parcel, now, due).await?;
        work.commit().await?;
        provider.platform().outbox.ring();
        Ok(())
    }

    /// The e-mail of the account whose password the link would replace. Nothing changes by opening it (I8).
    ///
    /// # Errors
    /// [`Problem::CodeExpired`]
    pub async fn reset_link(&self, token: &str) -> Result<String, Refusal> {
        Ok(self.provider.account_of_reset(token).await?.email)
    }

    /// Replaces the password; every session of the account ends, and every token. The person is told by mail.
    ///
    /// # Errors
    /// What is wrong with the new one, [`Problem::CodeExpired`].
    pub async fn reset_password(&self, token: &str, form: &NewPasswordForm) -> Result<Step, Refusal> {
        let provider = &self.provider;
        let account = provider.account_of_reset(token).await?;
        let mut about = provider.settings().known_words();
        about.extend([account.first_name.as_str(), &account.last_name, &account.email]);
        let hash = provider.inner.passwords.hash(form.parse(self.password_policy(), &about)?).await?;
        let work = provider.platform().store.begin().await?;
        let now = provider.now().0;
        let replaced = account::Entity::update_many()
            .col_expr(account::Column::PasswordHash, Expr::value(hash))
            .col_expr(account::Column::PasswordSetAt, Expr::value(now))
            .col_expr(account::Column::UpdatedAt, Expr::value(now))
            // Another address that somebody asked for meanwhile is asked for anew.
            .col_expr(account::Column::NewEmail, Expr::value(Option::<String>::None))
            .filter(account::Column::Id.eq(account.id))
            .filter(account::Column::PasswordHash.eq(account.password_hash.clone()))
            .exec(&work)
            .await?;
        if replaced.rows_affected == 0 {
            return Err(Problem::CodeExpired.into());
        }
        provider.end_sessions_of(&work, account.id).await?;
        self.note(&work, &account, Happened::just(AccountEvent::PasswordReset)).await?;
        provider.forgive(&work, &[Subject::Account(account.email_key.clone())]).await?;
        work.commit().await?;
        provider.platform().outbox.ring();
        Ok(Step::to(self.page("password-changed", None)))
    }
}

impl Provider {
    /// The registration of that e-mail that still could become an account. One whose code is too old gets another, so
    /// that the link in the mail works.
    pub(crate) async fn waiting_renewed(&self, email: &Email) -> Result<Option<registration::Model>, DbErr> {
        let work = self.platform().store.begin().await?;
        let Some(waiting) = waiting_registration(&work, email).await? else { return Ok(None) };
        if !self.code_expired(&waiting) {
            return Ok(Some(waiting));
        }
        let issue = waiting.issue + 1;
        let next = registration::Model { issue, issued_at: self.now().0, tries: 0, ..waiting };
        // Nothing else of the row: it may have become an account meanwhile, and its password with it.
        registration::Entity::update_many()
            .col_expr(registration::Column::Issue, Expr::value(next.issue))
            .col_expr(registration::Column::IssuedAt, Expr::value(next.issued_at))
            .col_expr(registration::Column::Tries, Expr::value(next.tries))
            .filter(registration::Column::Id.eq(next.id))
            .filter(registration::Column::PasswordHash.is_not_null())
            .exec(&work)
            .await?;
        work.commit().await?;
        Ok(Some(next))
    }

    /// The token of a link to another password.
    pub(crate) fn reset_token(&self, account: &account::Model, issued_at: Instant) -> String {
        let proof = self.platform().secrets.token("identity.reset", &reset_of(account, issued_at));
        format!("{}.{}.{proof}", account.id.simple(), issued_at.0)
    }

    async fn account_of_reset(&self, token: &str) -> Result<account::Model, Refusal> {
        let mut pieces = token.split('.');
        let id = pieces.next().and_then(|id| Uuid::parse_str(id).ok()).ok_or(Problem::CodeExpired)?;
        let at = pieces.next().and_then(|at| at.parse().ok()).map(Instant).ok_or(Problem::CodeExpired)?;
        let account = self.active_account(id).await?.ok_or(Problem::CodeExpired)?;
        let works =
            secrets::same(token, &self.reset_token(&account, at)) && self.now() < at.plus_seconds(RESET_LIFE);
        if works { Ok(account) } else { Err(Problem::CodeExpired.into()) }
    }
}

fn reset_of(account: &account::Model, issued_at: Instant) -> Vec<u8> {
    let (hash, address) = (account.password_hash.as_bytes(), account.email_key.as_bytes());
    [account.id.as_bytes().as_slice(), &issued_at.0.to_be_bytes(), hash, address].concat()
}

/// The last registration of an e-mail that could still become an account.
async fn waiting_registration(
    db: &impl sea_orm::ConnectionTrait,
    email: &Email,
) -> Result<Option<registration::Model>, DbErr> {
    registration::Entity::find()
        .filter(registration::Column::EmailKey.eq(email.key()))
        .filter(registration::Column::PasswordHash.is_not_null())
        .order_by_desc(registration::Column::CreatedAt)
        .one(db)
        .await
}
