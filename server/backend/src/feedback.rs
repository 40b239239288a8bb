//! "Was this page useful?" (R12): what is said is kept with the page, the language and the day, and nothing of who said
//! it; Support reads it.

use crate::access::{Permit, Visitor};
use crate::entity::feedback;
use crate::refusal::Refusal;
use crate::throttle::Subject;
use domain::feedback::{FeedbackComment, FeedbackForm, FeedbackLine};
use domain::permissions::AllOrganizations;
use domain::{Instant, Language};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

/// How many comments are shown, the newest first.
const COMMENTS: u64 = 100;
/// How many pages are counted, those that most was said of.
const PAGES: u64 = 200;
/// What was said in so many days is counted.
const DAYS: i64 = 365;

impl Visitor {
    /// Keeps what somebody says of a page.
    ///
    /// # Errors
    /// No answer, a comment that is too long; [`domain::Problem::TooManyTries`].
    pub async fn say_of_page(&self, form: &FeedbackForm, language: Language) -> Result<(), Refusal> {
        let said = form.parse()?;
        self.portal.count_at(self.address, Subject::Feedback, 1).await?;
        let platform = &self.portal.platform;
        let row = feedback::ActiveModel {
            // No time in it: an identifier in order of time would tell the minute.
            id: Set(uuid::Builder::from_random_bytes(platform.chance.bytes()).into_uuid()),
            page: Set(said.page),
            language: Set(language.code().to_owned()),
            useful: Set(said.useful),
            comment: Set(said.comment),
            on_day: Set(platform.calendar.start_of_day(self.portal.now()).0),
        };
        feedback::Entity::insert(row).exec_without_returning(self.portal.write()?).await?;
        Ok(())
    }
}

impl Permit<AllOrganizations> {
    /// How many found each page useful within a year, the most spoken of first; and the last comments.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn feedback(&self) -> Result<(Vec<FeedbackLine>, Vec<FeedbackComment>), Refusal> {
        let db = self.portal.platform.store.read();
        let useful = Expr::case(feedback::Column::Useful.eq(true), feedback::Column::Id.into_expr());
        let counts: Vec<(String, i64, i64)> = feedback::Entity::find()
            .select_only()
            .column(feedback::Column::Page)
            .expr_as(Expr::expr(useful).count(), "useful")
            .expr_as(Expr::col(feedback::Column::Id).count(), "said")
            .filter(feedback::Column::OnDay.gt(self.portal.now().plus_days(-DAYS).0))
            .group_by(feedback::Column::Page)
            .order_by_desc(Expr::col(feedback::Column::Id).count())
            .order_by_asc(feedback::Column::Page)
            .limit(PAGES)
            .into_tuple()
            .all(db)
            .await?;
        let many = |count: i64| u64::try_from(count).unwrap_or_default();
        let line =
            |(page, useful, said)| FeedbackLine { page, useful: many(useful), useless: many(said - useful) };
        let lines = counts.into_iter().map(line).collect();
        let comments = feedback::Entity::find()
            .filter(feedback::Column::Comment.is_not_null())
            .order_by_desc(feedback::Column::OnDay)
            .order_by_asc(feedback::Column::Id)
            .limit(COMMENTS)
            .all(db)
            .await?;
        let comment = |row: feedback::Model| {
            Some(FeedbackComment {
                page: row.page,
                language: Language::from_code(&row.language).unwrap_or_default(),
                useful: row.useful,
                comment: row.comment?,
                on: self.portal.platform.calendar.date(Instant(row.on_day)),
            })
        };
        Ok((lines, comments.into_iter().filter_map(comment).collect()))
    }
}
