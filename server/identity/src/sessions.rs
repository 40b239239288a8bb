//! Sessions at the provider: two hours without use or twelve in all, ended by signing out.

use crate::entity::{account, session, token};
use crate::events::Happened;
use crate::refusal::{Broken, Refusal};
use crate::{Desk, Provider};
use domain::Instant;
use domain::accounts::own::AccountEvent;
use platform::{Transaction, secrets};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _,
    QueryFilter as _,
};
use uuid::Uuid;

/// How long a session lasts without use, in seconds.
const IDLE: i64 = 2 * 3600;
/// How long a session lasts at most, in seconds.
pub(crate) const LIFE: i64 = 12 * 3600;
/// Use is noted once a minute, not at each request.
const NOTED_EVERY: i64 = 60;

/// How somebody proved who they are, in words of RFC 8176.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Means(&'static str);

impl Means {
    pub(crate) const PASSWORD: Self = Self("pwd");
    /// An app's code, or a recovery code: both work once.
    pub(crate) const PASSWORD_AND_CODE: Self = Self("pwd otp mfa");
    /// A device that asked for a finger, a face or a code of its own.
    pub(crate) const PASSKEY: Self = Self("pop mfa");

    pub(crate) const fn words(self) -> &'static str {
        self.0
    }
}

impl session::Model {
    /// Whether two factors were proved in it.
    pub(crate) fn has_two_factors(&self) -> bool {
        self.means.split(' ').any(|word| word == "mfa")
    }
}

/// A session just opened: the token goes into the browser's cookie and nowhere else.
pub(crate) struct Opened {
    pub(crate) session: session::Model,
    pub(crate) token: String,
}

impl Desk {
    /// Opens a session for somebody who has just proved who they are. What the browser had before ends.
    pub(crate) async fn open_session(
        &self,
        work: &Transaction,
        account: &account::Model,
        means: Means,
    ) -> Result<Opened, Refusal> {
        let opened = self.new_session(account, means);
        self.keep_session(work, account, &opened.session).await?;
        Ok(opened)
    }

    /// A session that nothing keeps yet.
    pub(crate) fn new_session(&self, account: &account::Model, means: Means) -> Opened {
        let provider = &self.provider;
        let now = provider.now();
        let token = provider.platform().chance.token();
        let session = session::Model {
            id: provider.random_id(),
            account_id: account.id,
            token_hash: secrets::hash(&token),
            authenticated_at: now.0,
            means: means.words().to_owned(),
            created_at: now.0,
            seen_at: now.0,
            ends_at: now.plus_seconds(LIFE).0,
            ended_at: None,
            device: self.device(),
            address: self.ip.map(|ip| ip.to_string()),
        };
        Opened { session, token }
    }

    /// Keeps a new session, in the place of the one that this browser had, and notes the sign-in.
    pub(crate) async fn keep_session(
        &self,
        work: &Transaction,
        account: &account::Model,
        session: &session::Model,
    ) -> Result<(), Refusal> {
        let row: session::ActiveModel = session.clone().into();
        session::Entity::insert(row.reset_all()).exec_without_returning(work).await?;
        if let Some(before) = &self.browser_cookie {
            self.provider.replace(work, before, session).await?;
        }
        Ok(self.note(work, account, Happened::just(AccountEvent::SignedIn)).await?)
    }
}

impl Provider {
    /// The living session of that cookie, of an account that may sign in.
    pub(crate) async fn session_of(&self, cookie: Option<&str>) -> Result<Option<session::Model>, Broken> {
        let Some(cookie) = cookie else {
            return Ok(None);
        };
        let db = self.platform().store.read();
        let kept = session::Entity::find().filter(session::Column::TokenHash.eq(secrets::hash(cookie)));
        let Some(session) = kept.one(db).await? else {
            return Ok(None);
        };
        if !self.alive(&session) || self.active_account(session.account_id).await?.is_none() {
            return Ok(None);
        }
        self.note_use(&session).await?;
        Ok(Some(session))
    }

    pub(crate) fn alive(&self, session: &session::Model) -> bool {
        let now = self.now();
        session.ended_at.is_none()
            && now.0 < session.ends_at
            && now < Instant(session.seen_at).plus_seconds(IDLE)
    }

    /// The account of that identifier, if it may sign in.
    pub(crate) async fn active_account(&self, id: Uuid) -> Result<Option<account::Model>, Broken> {
        let found = account::Entity::find_by_id(id).one(self.platform().store.read()).await?;
        Ok(found.filter(|account| account.state == "active"))
    }

    async fn note_use(&self, session: &session::Model) -> Result<(), DbErr> {
        self.note_use_in(self.platform().store.write(), session).await
    }

    /// The same, in a transaction: whoever uses an application uses the session.
    pub(crate) async fn note_use_in(
        &self,
        db: &impl ConnectionTrait,
        session: &session::Model,
    ) -> Result<(), DbErr> {
        let now = self.now();
        if now < Instant(session.seen_at).plus_seconds(NOTED_EVERY) {
            return Ok(());
        }
        session::Entity::update_many()
            .col_expr(session::Column::SeenAt, Expr::value(now.0))
            .filter(session::Column::Id.eq(session.id))
            .exec(db)
            .await
            .map(|_| ())
    }

    /// The session that the browser had before ends. What the same person let go on while away goes on with the new
    /// one, so that signing out ends it.
    async fn replace(
        &self,
        work: &Transaction,
        before: &str,
        session: &session::Model,
    ) -> Result<(), Refusal> {
        let before = session::Column::TokenHash.eq(secrets::hash(before));
        for ended in self.living(work, before).await? {
            token::Entity::update_many()
                .col_expr(token::Column::SessionId, Expr::value(session.id))
                .filter(token::Column::SessionId.eq(ended))
                .filter(token::Column::AccountId.eq(session.account_id))
                .filter(Expr::cust("offline = TRUE"))
                .exec(work)
                .await?;
            session::Entity::update_many()
                .col_expr(session::Column::EndedAt, Expr::value(self.now().0))
                .filter(session::Column::Id.eq(ended))
                .exec(work)
                .await?;
            self.leave(work, &[ended]).await?;
        }
        Ok(())
    }

    /// Ends a session, and with it every token that was given in it.
    pub(crate) async fn end_session_row(&self, id: Uuid) -> Result<(), Broken> {
        let work = self.platform().store.begin().await?;
        self.end_one_session(&work, id).await?;
        work.commit().await?;
        self.ring();
        Ok(())
    }

    /// Ends all sessions of an account: its password has changed.
    pub(crate) async fn end_sessions_of(&self, work: &Transaction, account: Uuid) -> Result<(), Broken> {
        let of_account = session::Column::AccountId.eq(account);
        self.end_sessions(work, of_account, token::Column::AccountId.eq(account)).await
    }

    /// Ends the other sessions of an account: whoever is in one of them proves anew who they are.
    pub(crate) async fn end_other_sessions(
        &self,
        work: &Transaction,
        session: &session::Model,
    ) -> Result<(), Broken> {
        let others =
            session::Column::AccountId.eq(session.account_id).and(session::Column::Id.ne(session.id));
        let tokens =
            token::Column::AccountId.eq(session.account_id).and(token::Column::SessionId.ne(session.id));
        self.end_sessions(work, others, tokens).await
    }

    /// Ends one session, in a transaction.
    pub(crate) async fn end_one_session(&self, work: &Transaction, id: Uuid) -> Result<(), Broken> {
        self.end_sessions(work, session::Column::Id.eq(id), token::Column::SessionId.eq(id)).await
    }

    /// The sessions of that kind that were not ended.
    async fn living(&self, work: &Transaction, which: Expr) -> Result<Vec<Uuid>, DbErr> {
        let living = session::Entity::find().filter(which).filter(session::Column::EndedAt.is_null());
        Ok(living.all(work).await?.into_iter().map(|session| session.id).collect())
    }

    async fn end_sessions(&self, work: &Transaction, sessions: Expr, tokens: Expr) -> Result<(), Broken> {
        let now = self.now().0;
        let ended = self.living(work, sessions.clone()).await?;
        self.leave(work, &ended).await?;
        session::Entity::update_many()
            .set(session::ActiveModel { ended_at: Set(Some(now)), ..Default::default() })
            .filter(sessions)
            .filter(session::Column::EndedAt.is_null())
            .exec(work)
            .await?;
        token::Entity::update_many()
            .set(token::ActiveModel { revoked_at: Set(Some(now)), ..Default::default() })
            .filter(tokens)
            .filter(token::Column::RevokedAt.is_null())
            .exec(work)
            .await?;
        Ok(())
    }
}
