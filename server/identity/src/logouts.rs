//! Back-channel logout (OpenID Connect Back-Channel Logout 1.0): tells client applications that a session is over.
//!
//! A logout waits in the database from the transaction that caused it. A herald leases it, so that several servers
//! share the work, signs a token and posts it; an application that does not take it is asked again, at first soon,
//! then at most five minutes apart, for a day: sessions live no longer.

use crate::Provider;
use crate::entity::logout;
use crate::keys::Algorithm;
use crate::refusal::Broken;
use domain::Instant;
use futures_core::future::BoxFuture;
use openidconnect::http::header::{ACCEPT, CONTENT_TYPE};
use openidconnect::http::{Method, Request};
use openidconnect::url::form_urlencoded;
use openidconnect::{HttpRequest, HttpResponse};
use sea_orm::sea_query::{Expr, LockBehavior, LockType, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait as _, DbErr, EntityTrait as _, QueryFilter as _,
};
use serde_json::json;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How an application is reached.
pub type HttpCall =
    Arc<dyn Fn(HttpRequest) -> BoxFuture<'static, Result<HttpResponse, String>> + Send + Sync>;

/// The event that a logout token is about.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How long a token may be taken, in seconds.
const TOKEN_LIFE: i64 = 120;
/// How long an application may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many are leased at once.
const BATCH: u64 = 32;
/// How long a lease lasts, in seconds: longer than an answer may take.
const LEASE: i64 = 60;
/// A logout is given up after so many days.
const GIVE_UP: i64 = 1;

/// Carries logouts to applications until told to stop.
#[derive(Clone)]
pub struct Herald {
    provider: Provider,
    http: HttpCall,
    id: Uuid,
}

impl fmt::Debug for Herald {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Herald").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Herald {
    #[must_use]
    pub fn new(provider: Provider, http: HttpCall) -> Self {
        let id = provider.platform().chance.id(provider.now());
        Self { provider, http, id }
    }

    /// Carries logouts until `stop`; a round that is under way is finished.
    pub async fn run(self, stop: CancellationToken) {
        loop {
            match self.round().await {
                Ok(carried) if carried >= BATCH => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the logouts cannot be read; trying again"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.provider.inner.bell.notified() => {}
                () = tokio::time::sleep(Duration::from_secs(2)) => {}
            }
        }
    }

    /// Ends what time has ended, carries what is due now, and says how many that were.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn round(&self) -> Result<u64, DbErr> {
        self.provider.review_ended().await?;
        let rows = self.lease().await?;
        let count = rows.len() as u64;
        let mut carrying = JoinSet::new();
        for row in rows {
            let herald = self.clone();
            carrying.spawn(async move { herald.carry(row).await });
        }
        while let Some(done) = carrying.join_next().await {
            match done {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::warn!(%error, "a logout's fate could not be kept; its lease will end")
                }
                Err(error) => tracing::error!(%error, "a logout broke its herald; its lease will end"),
            }
        }
        Ok(count)
    }

    async fn lease(&self) -> Result<Vec<logout::Model>, DbErr> {
        let now = self.provider.now();
        let store = &self.provider.platform().store;
        let mut due = Query::select();
        due.column(logout::Column::Id)
            .from(logout::Entity)
            .and_where(Expr::cust("state = 'queued'"))
            .and_where(logout::Column::DueAt.lte(now.0))
            .and_where(logout::Column::LeasedUntil.lte(now.0))
            .order_by(logout::Column::DueAt, sea_orm::Order::Asc)
            .limit(BATCH);
        // Nearly always there is nothing, and looking needs no writer.
        if store.read().query_one(&due).await?.is_none() {
            return Ok(Vec::new());
        }
        if !store.is_sqlite() {
            due.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
        }
        let work = store.begin().await?;
        let rows = work.query_all(&due).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
        logout::Entity::update_many()
            .col_expr(logout::Column::LeasedUntil, Expr::value(now.plus_seconds(LEASE).0))
            .col_expr(logout::Column::LeasedBy, Expr::value(self.id))
            .filter(logout::Column::Id.is_in(ids.clone()))
            .exec(&work)
            .await?;
        let rows = logout::Entity::find().filter(logout::Column::Id.is_in(ids)).all(&work).await?;
        work.commit().await?;
        Ok(rows)
    }

    async fn carry(&self, row: logout::Model) -> Result<(), Broken> {
        let client = self.provider.client(&row.client_id).await?;
        let Some((algorithm, address)) =
            client.and_then(|client| Some((client.algorithm, client.backchannel_logout_uri?)))
        else {
            return self.settle(&row, "void", None).await;
        };
        let token = self.provider.logout_token(&row, algorithm).await?;
        match self.hand_over(&address, &token).await {
            Ok(()) => self.settle(&row, "sent", None).await,
            Err(why) if self.too_old(&row) => {
                tracing::error!(client = row.client_id, why, "an application never took a logout; given up");
                self.settle(&row, "failed", Some(why)).await
            }
            Err(why) => self.postpone(&row, why).await,
        }
    }

    async fn hand_over(&self, address: &str, token: &str) -> Result<(), String> {
        let body =
            form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", token).finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(address)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body(body.into_bytes())
            .map_err(|error| error.to_string())?;
        let answer = tokio::time::timeout(PATIENCE, (self.http)(request)).await;
        let answer = answer.map_err(|_| "no answer in time".to_owned())??;
        if answer.status().is_success() { Ok(()) } else { Err(format!("answered {}", answer.status())) }
    }

    fn too_old(&self, row: &logout::Model) -> bool {
        self.provider.now() > Instant(row.created_at).plus_days(GIVE_UP)
    }

    async fn settle(&self, row: &logout::Model, state: &str, answer: Option<String>) -> Result<(), Broken> {
        let kept = logout::ActiveModel {
            state: Set(state.to_owned()),
            attempts: Set(row.attempts + 1),
            sent_at: Set((state == "sent").then(|| self.provider.now().0)),
            answer: Set(answer),
            ..logout::ActiveModel::default()
        };
        self.keep(row, kept).await
    }

    async fn postpone(&self, row: &logout::Model, answer: String) -> Result<(), Broken> {
        // 2, 4, 8 … seconds, never more than five minutes.
        let wait = 2_i64.saturating_mul(1 << row.attempts.clamp(0, 10)).min(300);
        tracing::warn!(
            client = row.client_id,
            answer,
            wait,
            "an application did not take a logout; trying again"
        );
        let kept = logout::ActiveModel {
            attempts: Set(row.attempts + 1),
            due_at: Set(self.provider.now().plus_seconds(wait).0),
            leased_until: Set(0),
            answer: Set(Some(answer)),
            ..logout::ActiveModel::default()
        };
        self.keep(row, kept).await
    }

    /// Keeps what became of a logout, if the lease is still ours.
    async fn keep(&self, row: &logout::Model, kept: logout::ActiveModel) -> Result<(), Broken> {
        logout::Entity::update_many()
            .set(kept)
            .filter(logout::Column::Id.eq(row.id))
            .filter(logout::Column::LeasedBy.eq(self.id))
            .exec(self.provider.platform().store.write())
            .await?;
        Ok(())
    }
}

impl Provider {
    /// Tells the herald, after a commit, that there may be something to carry.
    pub fn ring(&self) {
        self.inner.bell.notify_one();
    }

    /// A token as the specification wants it: who, where, which event, never a nonce. Each try has a `jti` of its own.
    async fn logout_token(&self, row: &logout::Model, algorithm: Algorithm) -> Result<String, Broken> {
        let now = self.now();
        let seconds = now.0 / 1000;
        let claims = json!({
            "iss": self.issuer(),
            "aud": row.client_id,
            "iat": seconds,
            "exp": seconds + TOKEN_LIFE,
            "jti": format!("{}.{}", row.id.simple(), row.attempts),
            "sub": row.account_id.to_string(),
            "sid": row.session_id.to_string(),
            "events": { EVENT: {} },
        });
        self.signing_key(algorithm).await?.sign_claims("logout+jwt", &claims)
    }
}
