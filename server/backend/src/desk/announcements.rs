//! A notice that Support sets for everybody, from a moment to another (G8): an outage, a holiday.

use crate::access::{Permit, Visitor};
use crate::activity::Event;
use crate::entity::announcement;
use crate::refusal::Refusal;
use domain::desk::{AnnouncementForm, AnnouncementLine};
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{Act, AnnouncementId, Bilingual, Instant, Problem};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::json;

/// How many are shown at once; more would be no notice.
const MOST: u64 = 20;

impl Visitor {
    /// What everybody is to be told now.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn announcements(&self) -> Result<Vec<Bilingual>, Refusal> {
        let now = self.portal.now().0;
        let rows = announcement::Entity::find()
            .filter(announcement::Column::EndsAt.gt(now))
            .filter(announcement::Column::StartsAt.lte(now))
            .order_by_asc(announcement::Column::EndsAt)
            .limit(MOST)
            .all(self.portal.platform.store.read())
            .await?;
        Ok(rows.into_iter().map(|row| Bilingual::new(row.text_en, row.text_fr)).collect())
    }
}

impl Permit<AllOrganizations> {
    /// The notices of now and of later.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn announcements_to_come(&self) -> Result<Vec<AnnouncementLine>, Refusal> {
        let now = self.portal.now().0;
        let rows = announcement::Entity::find()
            .filter(announcement::Column::EndsAt.gt(now))
            .order_by_asc(announcement::Column::StartsAt)
            .limit(MOST)
            .all(self.portal.platform.store.read())
            .await?;
        let calendar = &self.portal.platform.calendar;
        let line = |row: announcement::Model| AnnouncementLine {
            id: AnnouncementId(row.id),
            text: Bilingual::new(row.text_en, row.text_fr),
            from: calendar.date_and_time(Instant(row.starts_at)),
            until: calendar.date_and_time(Instant(row.ends_at)),
            shown: row.starts_at <= now,
        };
        Ok(rows.into_iter().map(line).collect())
    }
}

impl Permit<KeepOrganizations> {
    /// Sets a notice.
    ///
    /// # Errors
    /// What is wrong with the form.
    pub async fn announce(&self, form: &AnnouncementForm) -> Result<(), Refusal> {
        let calendar = &self.portal.platform.calendar;
        let new = form.parse(self.portal.now(), |text| calendar.moment(text))?;
        let (work, actor) = self.begin_as_support().await?;
        let row = announcement::ActiveModel {
            id: Set(work.new_id()),
            text_en: Set(new.text.en.clone()),
            text_fr: Set(new.text.fr.clone()),
            starts_at: Set(new.from.0),
            ends_at: Set(new.until.0),
            set_by: Set(actor.contact.0),
            set_at: Set(work.now.0),
        };
        announcement::Entity::insert(row).exec_without_returning(&work.db).await?;
        let said = json!({ "after": new.text, "from": new.from, "until": new.until });
        work.commit(Event::of(Act::AnnouncementSet, None).with(said)).await
    }

    /// Ends a notice now; one that is over stays as it was.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for one that is not there, or is over.
    pub async fn end_announcement(&self, id: AnnouncementId) -> Result<(), Refusal> {
        let (work, _) = self.begin_as_support().await?;
        let row = announcement::Entity::find_by_id(id.0).one(&work.db).await?;
        let row = row.filter(|row| row.ends_at > work.now.0).ok_or(Problem::NotFound)?;
        // One that has not begun was never shown: it ends where it would begin.
        let (starts, ends) = match row.starts_at < work.now.0 {
            true => (row.starts_at, work.now.0),
            false => (work.now.0 - 1, work.now.0),
        };
        announcement::Entity::update_many()
            .set(announcement::ActiveModel {
                starts_at: Set(starts),
                ends_at: Set(ends),
                ..announcement::ActiveModel::default()
            })
            .filter(announcement::Column::Id.eq(row.id))
            .exec(&work.db)
            .await?;
        let said = json!({ "before": { "en": row.text_en, "fr": row.text_fr } });
        work.commit(Event::of(Act::AnnouncementEnded, None).with(said)).await
    }
}
