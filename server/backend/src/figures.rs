//! What an operator watches: how much waits, and for how long. Figures alone, none of them about anybody.

use crate::entity::{access_request, invitation, session};
use crate::portal::Portal;
use domain::access_requests::RequestState;
use platform::outbox;
use sea_orm::{
    ColumnTrait as _, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QuerySelect as _,
};

/// The figures of one moment, the same whichever server is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Letters that should have left.
    pub letters_due: u64,
    /// For how many seconds the oldest of them has been due.
    pub oldest_letter: i64,
    /// Invitations that may still be accepted.
    pub invitations_pending: u64,
    /// Requests for access that wait for Support.
    pub requests_with_support: u64,
    /// Sessions that have not ended.
    pub sessions: u64,
}

impl Portal {
    /// Every figure is counted through an index of just those rows, so that watching costs the same however much is
    /// kept.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn figures(&self) -> Result<Figures, DbErr> {
        let (db, now) = (self.platform.store.read(), self.now());
        let due = outbox::Entity::find()
            .filter(outbox::Column::State.eq("queued"))
            .filter(outbox::Column::DueAt.lte(now.0));
        let oldest: Option<Option<i64>> = due
            .clone()
            .select_only()
            .column_as(outbox::Column::DueAt.min(), "oldest")
            .into_tuple()
            .one(db)
            .await?;
        let pending = invitation::Entity::find()
            .filter(invitation::Column::State.eq("pending"))
            .filter(invitation::Column::ExpiresAt.gt(now.0));
        let with_support = RequestState::ALL.into_iter().filter(|state| state.is_with_support());
        let requests = access_request::Entity::find()
            .filter(access_request::Column::State.is_in(with_support.map(RequestState::code)));
        Ok(Figures {
            letters_due: due.count(db).await?,
            oldest_letter: oldest.flatten().map_or(0, |at| (now.0 - at) / 1000),
            invitations_pending: pending.count(db).await?,
            requests_with_support: requests.count(db).await?,
            sessions: session::Entity::find().filter(session::Column::ExpiresAt.gt(now.0)).count(db).await?,
        })
    }
}
