//! What has ended is forgotten: requests and unconfirmed registrations after a day, sessions, codes and tokens
//! when nothing can come of them, what waits for a second factor when it is over, failures after two days, what happened
//! to an account after some thirteen months, logouts that are settled after a week; retired keys when no living token is signed with them.

use crate::Provider;
use crate::entity::{
    assertion, ceremony, code, event, half_sign_in, logout, proof, request, session, throttle, token,
};
use crate::refusal::Broken;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};

/// For how many days an account's owner reads what happened to it.
const EVENTS: i64 = 400;

impl Provider {
    /// Forgets what has ended. To be called now and then, by any server.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn sweep(&self) -> Result<(), Broken> {
        let db = self.platform().store.write();
        let (now, day_ago) = (self.now(), self.now().plus_days(-1));
        code::Entity::delete_many().filter(code::Column::ExpiresAt.lt(day_ago.0)).exec(db).await?;
        token::Entity::delete_many().filter(token::Column::ExpiresAt.lt(day_ago.0)).exec(db).await?;
        // A session stays while an application may go on in its name.
        let offline = Query::select()
            .column(token::Column::SessionId)
            .from(token::Entity)
            .and_where(Expr::cust("kind = 'refresh' AND offline = TRUE AND revoked_at IS NULL"))
            .and_where(token::Column::ExpiresAt.gt(now.0))
            .take();
        session::Entity::delete_many()
            .filter(session::Column::EndsAt.lt(day_ago.0))
            .filter(session::Column::Id.not_in_subquery(offline))
            .exec(db)
            .await?;
        assertion::Entity::delete_many().filter(assertion::Column::ExpiresAt.lt(now.0)).exec(db).await?;
        proof::Entity::delete_many().filter(proof::Column::ExpiresAt.lt(now.0)).exec(db).await?;
        let old = logout::Column::CreatedAt.lt(now.plus_days(-7).0);
        logout::Entity::delete_many().filter(old).filter(logout::Column::State.ne("queued")).exec(db).await?;
        self.change_places().await?;
        self.forget_old_keys().await?;
        // A registration goes with the request that it was made in.
        request::Entity::delete_many().filter(request::Column::ExpiresAt.lt(day_ago.0)).exec(db).await?;
        let half = half_sign_in::Column::ExpiresAt.lt(now.0);
        half_sign_in::Entity::delete_many().filter(half).exec(db).await?;
        ceremony::Entity::delete_many().filter(ceremony::Column::ExpiresAt.lt(now.0)).exec(db).await?;
        let old = event::Column::At.lt(now.plus_days(-EVENTS).0);
        event::Entity::delete_many().filter(old).exec(db).await?;
        let old = throttle::Column::LastAt.lt(now.plus_days(-2).0);
        throttle::Entity::delete_many().filter(old).exec(db).await?;
        Ok(())
    }
}
