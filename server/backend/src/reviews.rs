//! The access review (P5): everybody with access, looked at one by one, then attested.
//!
//! The policy: one review is open at a time. It lists everybody with access as it was at the start; whoever came to
//! access since is listed too. What one may decide is what one may grant (P3); what nobody in the organization may
//! grant is left to Support. Each decision names the version of the person that it started from, so that of two
//! reviewers neither overwrites the other. Once attested nothing of it changes, and the database holds that.

mod act;
mod export;
mod letters;
mod minding;
mod read;

pub(crate) use act::statement;
pub(crate) use letters::SUBJECT;

use crate::access::Permit;
use crate::entity::{contact, review};
use crate::refusal::Refusal;
use domain::permissions::ReviewAccess;
use domain::reviews::{
    Attested, PEOPLE, ReviewCard, ReviewFigures, ReviewPage, ReviewedPerson, Reviews, Shown, Who,
};
use domain::{Bilingual, ContactId, Instant, Problem, ReviewId};
use read::Reader;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

/// How many past reviews are listed.
const PAST: u64 = 100;

impl Permit<ReviewAccess> {
    /// The reviews of the organization, and when the next one is due.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn reviews(&self) -> Result<Reviews, Refusal> {
        let db = self.portal.platform.store.read();
        let past = review::Entity::find()
            .filter(review::Column::OrganizationId.eq(self.organization.id))
            .filter(review::Column::AttestedAt.is_not_null())
            .order_by_desc(review::Column::AttestedAt)
            .limit(PAST)
            .all(db)
            .await?;
        let since = past.first().and_then(|row| row.attested_at).unwrap_or(self.organization.created_at);
        let due = self.portal.review_due(Instant(since));
        let open = match open_review(db, self.organization.id).await? {
            Some(row) => Some(self.card(&row, ReviewFigures::of(&self.reader(db).everybody(&row).await?))),
            None => None,
        };
        Ok(Reviews {
            open,
            past: past.iter().map(|row| self.card(row, kept_figures(row))).collect(),
            due: self.portal.platform.calendar.date(due),
            is_due: due <= self.portal.now(),
        })
    }

    /// One page of a review's people, the primary contact first, then by name.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a review of another organization (G4).
    pub async fn review(&self, id: ReviewId, shown: Shown, page: u64) -> Result<ReviewPage, Refusal> {
        let (card, mut people) = self.whole(id).await?;
        match shown {
            Shown::All => {}
            Shown::Waiting => people.retain(ReviewedPerson::waits),
            Shown::Yours => people.retain(ReviewedPerson::waits_for_you),
        }
        let found = people.len() as u64;
        let pages = found.div_ceil(PEOPLE).max(1);
        let page = page.clamp(1, pages);
        let first = usize::try_from((page - 1) * PEOPLE).unwrap_or(usize::MAX);
        let people = people.into_iter().skip(first).take(PEOPLE as usize).collect();
        Ok(ReviewPage { card, people, found, page, pages })
    }

    /// All of a review, to print or to export.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a review of another organization (G4).
    pub async fn whole(&self, id: ReviewId) -> Result<(ReviewCard, Vec<ReviewedPerson>), Refusal> {
        let db = self.portal.platform.store.read();
        let row = find(db, self.organization.id, id).await?;
        let people = self.reader(db).everybody(&row).await?;
        Ok((self.card(&row, ReviewFigures::of(&people)), people))
    }

    /// One person of a review.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a review of another organization (G4), or somebody whom it does not list.
    pub async fn reviewed(
        &self,
        id: ReviewId,
        person: ContactId,
    ) -> Result<(ReviewCard, ReviewedPerson), Refusal> {
        let db = self.portal.platform.store.read();
        let row = find(db, self.organization.id, id).await?;
        let person = self.reader(db).one(&row, person).await?.ok_or(Problem::NotFound)?;
        Ok((self.card(&row, ReviewFigures::default()), person))
    }

    /// The review that is open, if one is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_review(&self) -> Result<Option<ReviewId>, Refusal> {
        let row = open_review(self.portal.platform.store.read(), self.organization.id).await?;
        Ok(row.map(|row| ReviewId(row.id)))
    }

    fn reader<'a>(&'a self, db: &'a DatabaseConnection) -> Reader<'a, DatabaseConnection> {
        Reader { portal: &self.portal, db, organization: self.organization.id, actor: &self.actor }
    }

    fn card(&self, row: &review::Model, figures: ReviewFigures) -> ReviewCard {
        let date = |at: i64| self.portal.platform.calendar.date(Instant(at));
        let attested = row.attested_at.map(|at| Attested {
            by: who(row.attested_by_support, row.attested_name.as_deref()),
            at: date(at),
            statement: Bilingual::new(
                row.statement_en.clone().unwrap_or_default(),
                row.statement_fr.clone().unwrap_or_default(),
            ),
        });
        ReviewCard {
            id: ReviewId(row.id),
            started_by: who(row.started_by_support, row.started_name.as_deref()),
            started_at: date(row.started_at),
            attested,
            figures,
        }
    }
}

/// What was counted when it was attested.
fn kept_figures(row: &review::Model) -> ReviewFigures {
    let count = |kept: i64| u64::try_from(kept).unwrap_or_default();
    ReviewFigures {
        people: count(row.people),
        done: count(row.people),
        kept: count(row.kept),
        changed: count(row.changed),
        deactivated: count(row.deactivated),
        left_to_support: count(row.left_to_support),
        ..ReviewFigures::default()
    }
}

/// The review of that identifier in that organization, or nothing (G4).
async fn find(db: &impl ConnectionTrait, organization: Uuid, id: ReviewId) -> Result<review::Model, Refusal> {
    let row = review::Entity::find_by_id(id.0)
        .filter(review::Column::OrganizationId.eq(organization))
        .one(db)
        .await?;
    Ok(row.ok_or(Problem::NotFound)?)
}

/// The one review that is open in an organization.
pub(crate) async fn open_review(
    db: &impl ConnectionTrait,
    organization: Uuid,
) -> Result<Option<review::Model>, DbErr> {
    review::Entity::find()
        .filter(review::Column::OrganizationId.eq(organization))
        .filter(review::Column::State.eq("open"))
        .one(db)
        .await
}

/// Staff appear as Support (G3).
fn who(support: bool, name: Option<&str>) -> Who {
    match name {
        _ if support => Who::Support,
        Some(name) => Who::Named(name.to_owned()),
        None => Who::Unknown,
    }
}

/// The name under which a contact is listed in reviews.
fn listed(row: &contact::Model) -> String {
    domain::contacts::listed_name(&row.last_name, &row.first_name)
}
