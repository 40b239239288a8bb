//! Support's figures: what waits, by state and age; how long decisions take.

use crate::access::Permit;
use crate::entity::access_request;
use crate::refusal::Refusal;
use domain::access_requests::{AgeBand, QueueFigures, RequestState, StateAge};
use domain::permissions::AllOrganizations;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};

/// Decisions of so many days are counted.
const DAYS: i64 = 90;
/// So many decisions are looked at, the latest.
const MOST: u64 = 10_000;

/// The states in which a request waits for somebody.
const WAITING: [RequestState; 4] =
    [RequestState::Waiting, RequestState::Submitted, RequestState::OnHold, RequestState::Approved];

/// The state of a request; when it was decided, submitted, sent.
type Course = (String, Option<i64>, Option<i64>, Option<i64>);

impl Permit<AllOrganizations> {
    /// Requests by state and age, and the median time to a decision.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn request_figures(&self) -> Result<QueueFigures, Refusal> {
        let db = self.portal.platform.store.read();
        let now = self.portal.now();
        let open = WAITING.map(RequestState::code);
        let rows: Vec<Course> = access_request::Entity::find()
            .select_only()
            .column(access_request::Column::State)
            .column(access_request::Column::DecidedAt)
            .column(access_request::Column::SubmittedAt)
            .column(access_request::Column::SentAt)
            .filter(access_request::Column::State.is_in(open))
            .into_tuple()
            .all(db)
            .await?;
        let mut waiting: Vec<StateAge> = WAITING.map(|state| StateAge { state, bands: [0; 4] }).to_vec();
        for (state, decided, submitted, sent) in rows {
            let since = decided.or(submitted).or(sent).unwrap_or(now.0);
            let band = AgeBand::of(u32::try_from((now.0 - since) / 86_400_000).unwrap_or_default());
            let place = AgeBand::ALL.iter().position(|known| *known == band).unwrap_or_default();
            if let Some(line) = waiting.iter_mut().find(|line| line.state.code() == state)
                && let Some(count) = line.bands.get_mut(place)
            {
                *count += 1;
            }
        }
        let decided: Vec<Course> = access_request::Entity::find()
            .select_only()
            .column(access_request::Column::State)
            .column(access_request::Column::DecidedAt)
            .column(access_request::Column::SubmittedAt)
            .column(access_request::Column::SentAt)
            .filter(access_request::Column::DecidedAt.gt(now.plus_days(-DAYS).0))
            .order_by_desc(access_request::Column::DecidedAt)
            .limit(MOST)
            .into_tuple()
            .all(db)
            .await?;
        let refused = RequestState::Refused.code();
        let refused = decided.iter().filter(|(state, ..)| state == refused).count() as u64;
        let mut hours: Vec<i64> = decided
            .iter()
            .filter_map(|(_, decided, submitted, _)| Some(((*decided)? - (*submitted)?) / 3_600_000))
            .collect();
        hours.sort_unstable();
        let median =
            hours.get(hours.len().saturating_sub(1) / 2).and_then(|hours| u64::try_from(*hours).ok());
        Ok(QueueFigures { waiting, approved: decided.len() as u64 - refused, refused, median_hours: median })
    }
}
