//! Whether the activity is as it was written: every chain, line by line, a page in memory at a time (G3).

use super::chain::{self, End};
use crate::entity::{activity, activity_chain, organization};
use crate::organizations::name_of;
use crate::portal::Portal;
use domain::{Bilingual, Instant};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

/// Lines read at a time.
const PAGE: u64 = 2_000;

/// What was verified, and the first broken line of each broken chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityReport {
    pub chains: u64,
    /// Lines that are as they were written; what follows a broken line is not counted.
    pub lines: u64,
    pub broken: Vec<BrokenChain>,
}

/// A chain that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenChain {
    pub organization: Option<Bilingual>,
    /// The number of the first broken line.
    pub number: i64,
    /// What that line says of itself, when it is there.
    pub line: Option<BrokenLine>,
    pub how: Break,
}

/// A line that cannot be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenLine {
    pub at: Instant,
    pub event: String,
}

/// How a chain is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// The line does not say what it said when it was written.
    Altered,
    /// The line that had this number is gone.
    Removed,
    /// The line was not written by the portal.
    Inserted,
}

impl Portal {
    /// Verifies every chain of the activity.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn verify_activity(&self) -> Result<ActivityReport, DbErr> {
        let db = self.platform.store.read();
        let mut report = ActivityReport::default();
        let mut last = None;
        while let Some(chain) = next(db, last).await? {
            let mut walk = Walk::from(chain);
            let broken = walk.through(db).await?;
            report.chains += 1;
            report.lines += walk.good;
            if let Some((number, line, how)) = broken {
                let line = line.map(|row| BrokenLine { at: Instant(row.at), event: row.event });
                report.broken.push(BrokenChain { organization: name(db, chain).await?, number, line, how });
            }
            last = Some(chain);
        }
        Ok(report)
    }
}

/// The chain that comes after this one: with lines, or with an end alone when all its lines are gone.
async fn next(db: &DatabaseConnection, last: Option<Uuid>) -> Result<Option<Uuid>, DbErr> {
    let mut lines = activity::Entity::find().select_only().column(activity::Column::Chain);
    let mut ends = activity_chain::Entity::find().select_only().column(activity_chain::Column::Chain);
    if let Some(last) = last {
        lines = lines.filter(activity::Column::Chain.gt(last));
        ends = ends.filter(activity_chain::Column::Chain.gt(last));
    }
    let line: Option<Uuid> = lines.order_by_asc(activity::Column::Chain).into_tuple().one(db).await?;
    let end: Option<Uuid> = ends.order_by_asc(activity_chain::Column::Chain).into_tuple().one(db).await?;
    Ok(line.into_iter().chain(end).min())
}

async fn name(db: &DatabaseConnection, chain: Uuid) -> Result<Option<Bilingual>, DbErr> {
    let found = organization::Entity::find_by_id(chain).one(db).await?;
    Ok(found.map(|row| name_of(&row)))
}

type Broken = (i64, Option<activity::Model>, Break);

/// A walk along one chain.
struct Walk {
    end: End,
    /// The last good line, and where the chain ended before it.
    before: Option<(End, activity::Model)>,
    good: u64,
}

impl Walk {
    fn from(chain: Uuid) -> Self {
        Self { end: End::start(chain), before: None, good: 0 }
    }

    async fn through(&mut self, db: &DatabaseConnection) -> Result<Option<Broken>, DbErr> {
        loop {
            let page = self.page(db, self.end.number).await?;
            for row in &page {
                if let Some(broken) = self.step(db, row).await? {
                    return Ok(Some(broken));
                }
            }
            if !page.is_empty() {
                continue;
            }
            let kept = self.kept(db).await?;
            if kept < self.end.number {
                // Written behind the end that the portal knows: the first of those is the one after it.
                let row = self.line(db, kept + 1).await?;
                return Ok(Some((kept + 1, row, Break::Inserted)));
            }
            // Somebody may have written a line since the page was read.
            if kept == self.end.number || self.page(db, self.end.number).await?.is_empty() {
                let gone = (self.end.number + 1, None, Break::Removed);
                return Ok((kept > self.end.number).then_some(gone));
            }
        }
    }

    /// One line further, or how the chain is broken there.
    async fn step(
        &mut self,
        db: &DatabaseConnection,
        row: &activity::Model,
    ) -> Result<Option<Broken>, DbErr> {
        let due = self.end.number + 1;
        if row.number != due {
            return Ok(Some((due, None, Break::Removed)));
        }
        if follows(&self.end, row) {
            let before = self.end.clone();
            self.end.follow(row);
            self.before = Some((before, row.clone()));
            self.good += 1;
            return Ok(None);
        }
        // When this line follows the one before the last, the last was put between them.
        if let Some((before, last)) = self.before.take()
            && follows(&before, &activity::Model { number: last.number, ..row.clone() })
        {
            self.good -= 1;
            return Ok(Some((last.number, Some(last), Break::Inserted)));
        }
        // When the next line follows the last one, this one was put between them.
        let next = self.line(db, due + 1).await?;
        let follows_next =
            next.is_some_and(|next| follows(&self.end, &activity::Model { number: due, ..next }));
        let inserted = follows_next || self.kept(db).await? < due;
        let how = if inserted { Break::Inserted } else { Break::Altered };
        Ok(Some((due, Some(row.clone()), how)))
    }

    /// The number of the last line, as the portal knows it.
    async fn kept(&self, db: &DatabaseConnection) -> Result<i64, DbErr> {
        let kept = activity_chain::Entity::find_by_id(self.end.chain).one(db).await?;
        Ok(kept.map_or(0, |row| row.number))
    }

    async fn page(&self, db: &DatabaseConnection, after: i64) -> Result<Vec<activity::Model>, DbErr> {
        activity::Entity::find()
            .filter(activity::Column::Chain.eq(self.end.chain))
            .filter(activity::Column::Number.gt(after))
            .order_by_asc(activity::Column::Number)
            .limit(PAGE)
            .all(db)
            .await
    }

    async fn line(&self, db: &DatabaseConnection, number: i64) -> Result<Option<activity::Model>, DbErr> {
        activity::Entity::find()
            .filter(activity::Column::Chain.eq(self.end.chain))
            .filter(activity::Column::Number.eq(number))
            .one(db)
            .await
    }
}

/// Whether a line is whole, its details as they were or anonymized, and was written after the line where the chain
/// ended.
fn follows(end: &End, row: &activity::Model) -> bool {
    let told = chain::is_anonymized(row) || chain::digest(row) == row.digest;
    told && chain::hash(&end.hash, row) == row.hash
}
