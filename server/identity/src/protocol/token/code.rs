//! A code is exchanged once, and what it gives is written in the same transaction: a code used twice takes back what
//! it gave (RFC 6749, 4.1.2), however close the two are.

use super::issue::Granted;
use crate::Provider;
use crate::clients::Client;
use crate::entity::{code, session};
use crate::protocol::{MachineAnswer, OFFLINE, Parameters, has_scope};
use crate::refusal::Broken;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use platform::{Transaction, secrets};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use sha2::{Digest as _, Sha256};

/// However often it is renewed, a family of refresh tokens that outlives its session ends after so many days.
const OFFLINE_DAYS: i64 = 90;

impl Provider {
    pub(super) async fn exchange_code(
        &self,
        client: &Client,
        form: &Parameters,
    ) -> Result<MachineAnswer, Broken> {
        let Some(typed) = form.one("code") else {
            return Ok(MachineAnswer::error(400, "invalid_request"));
        };
        // Before the transaction: finding a key may need one of its own, and SQLite has one writer.
        let key = self.signing_key(client.algorithm).await?;
        let work = self.platform().store.begin().await?;
        let answer = match self.redeem(&work, client, typed, form).await? {
            Some(granted) => self.issue(&work, &key, client, granted).await?,
            None => MachineAnswer::error(400, "invalid_grant"),
        };
        work.commit().await?;
        Ok(answer)
    }

    /// Uses the code up, whatever comes of it.
    async fn redeem(
        &self,
        work: &Transaction,
        client: &Client,
        typed: &str,
        form: &Parameters,
    ) -> Result<Option<Granted>, Broken> {
        let hash = secrets::hash(typed);
        let used = code::Entity::update_many()
            .col_expr(code::Column::UsedAt, Expr::value(Some(self.now().0)))
            .filter(code::Column::CodeHash.eq(hash.clone()))
            .filter(code::Column::UsedAt.is_null())
            .exec(work)
            .await?;
        if used.rows_affected == 0 {
            self.revoke_family(work, &hash).await?;
            return Ok(None);
        }
        let found = code::Entity::find_by_id(hash).one(work).await?;
        match found.filter(|code| self.good(code, client, form)) {
            Some(code) => self.granted_by(work, client, code).await,
            None => Ok(None),
        }
    }

    /// What a good code grants, if its session lives and its account may sign in.
    async fn granted_by(
        &self,
        work: &Transaction,
        client: &Client,
        code: code::Model,
    ) -> Result<Option<Granted>, Broken> {
        let session = session::Entity::find_by_id(code.session_id).one(work).await?;
        let account = self.active_account(code.account_id).await?;
        let living = session.filter(|session| self.alive(session)).zip(account);
        let offline = has_scope(&code.scope, OFFLINE);
        Ok(living.map(|(session, account)| {
            let ends = if offline { self.now().plus_days(OFFLINE_DAYS).0 } else { session.ends_at };
            Granted {
                family: code.code_hash,
                told: code.scope.clone(),
                scope: code.scope,
                nonce: code.nonce,
                authenticated_at: session.authenticated_at,
                offline,
                family_ends_at: (offline || client.refresh_tokens).then_some(ends),
                session,
                account,
            }
        }))
    }

    fn good(&self, code: &code::Model, client: &Client, form: &Parameters) -> bool {
        let verifier = form.one("code_verifier").unwrap_or_default();
        code.client_id == client.id
            && form.one("redirect_uri") == Some(code.redirect_uri.as_str())
            && self.now().0 < code.expires_at
            && (43..=128).contains(&verifier.len())
            && secrets::same(&BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)), &code.code_challenge)
    }
}
