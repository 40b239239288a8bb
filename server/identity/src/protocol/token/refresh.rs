//! Refresh tokens (rule A10; RFC 9700, 4.14): each is exchanged once, for the next of its family. One that comes a
//! second time was stolen, or its successor was: the whole family is taken back.
//!
//! A family lives as long as the session that it began in, or, when the application asked for `offline_access`, for 90
//! days at most and 30 without use. Signing out, another password and a disabled account end both kinds.

use super::issue::Granted;
use crate::Provider;
use crate::clients::Client;
use crate::entity::{session, token};
use crate::protocol::{MachineAnswer, Parameters, has_scope};
use crate::refusal::Broken;
use platform::{Transaction, secrets};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};

/// What a refresh token is exchanged for, or why it is not.
enum Renewal {
    Granted(Box<Granted>),
    Refused,
    /// More was asked for than was granted; the token is not used up.
    TooMuch,
}

impl Provider {
    pub(super) async fn exchange_refresh_token(
        &self,
        client: &Client,
        form: &Parameters,
    ) -> Result<MachineAnswer, Broken> {
        let Some(typed) = form.one("refresh_token") else {
            return Ok(MachineAnswer::error(400, "invalid_request"));
        };
        let key = self.signing_key(client.algorithm).await?;
        let work = self.platform().store.begin().await?;
        let answer = match self.renew(&work, client, typed, form.one("scope")).await? {
            Renewal::Granted(granted) => self.issue(&work, &key, client, *granted).await?,
            Renewal::Refused => MachineAnswer::error(400, "invalid_grant"),
            Renewal::TooMuch => return Ok(MachineAnswer::error(400, "invalid_scope")),
        };
        work.commit().await?;
        Ok(answer)
    }

    async fn renew(
        &self,
        work: &Transaction,
        client: &Client,
        typed: &str,
        wanted: Option<&str>,
    ) -> Result<Renewal, Broken> {
        let Some(token) = self.use_up(work, client, typed).await? else {
            return Ok(Renewal::Refused);
        };
        let told = wanted.unwrap_or(&token.scope).to_owned();
        if !told.split(' ').all(|scope| has_scope(&token.scope, scope)) {
            return Ok(Renewal::TooMuch);
        }
        let session = session::Entity::find_by_id(token.session_id).one(work).await?;
        let account = self.active_account(token.account_id).await?;
        let Some((session, account)) = session.filter(|session| self.upholds(session, &token)).zip(account)
        else {
            return Ok(Renewal::Refused);
        };
        if !token.offline {
            self.note_use_in(work, &session).await?;
        }
        Ok(Renewal::Granted(Box::new(Granted {
            family: token.code_hash,
            scope: token.scope,
            told,
            nonce: None,
            authenticated_at: token.authenticated_at.unwrap_or(session.authenticated_at),
            offline: token.offline,
            family_ends_at: token.family_ends_at,
            session,
            account,
        })))
    }

    /// The refresh token, now used; nothing when it is none, is another's, is past, or was used before.
    async fn use_up(
        &self,
        work: &Transaction,
        client: &Client,
        typed: &str,
    ) -> Result<Option<token::Model>, Broken> {
        let hash = secrets::hash(typed);
        self.one_after_the_other(work, &hash).await?;
        let now = self.now().0;
        let used = token::Entity::update_many()
            .col_expr(token::Column::UsedAt, Expr::value(Some(now)))
            .filter(token::Column::TokenHash.eq(hash.clone()))
            .filter(token::Column::Kind.eq("refresh"))
            .filter(token::Column::ClientId.eq(client.id.clone()))
            .filter(token::Column::ExpiresAt.gt(now))
            .filter(token::Column::RevokedAt.is_null())
            .filter(token::Column::UsedAt.is_null())
            .exec(work)
            .await?;
        let found = token::Entity::find_by_id(hash).one(work).await?;
        if used.rows_affected == 1 {
            return Ok(found);
        }
        let again = found.filter(|token| token.client_id == client.id && token.used_at.is_some());
        if let Some(token) = again {
            tracing::warn!(client = client.id, "a refresh token was used twice; its family is taken back");
            self.revoke_family(work, &token.code_hash).await?;
        }
        Ok(None)
    }

    /// Exchanges of one session wait for each other: a family that is taken back while another of its tokens is used
    /// would lock its rows in another order. SQLite has one writer anyway.
    async fn one_after_the_other(&self, work: &Transaction, hash: &[u8]) -> Result<(), Broken> {
        if self.platform().store.is_sqlite() {
            return Ok(());
        }
        let Some(token) = token::Entity::find_by_id(hash.to_vec()).one(work).await? else { return Ok(()) };
        let locked = session::Entity::find_by_id(token.session_id).lock(LockType::NoKeyUpdate);
        locked.one(work).await?;
        Ok(())
    }

    /// Whether a session still stands behind a token: one for use while the person is away needs only that nobody
    /// signed out.
    pub(crate) fn upholds(&self, session: &session::Model, token: &token::Model) -> bool {
        if token.offline { session.ended_at.is_none() } else { self.alive(session) }
    }
}
