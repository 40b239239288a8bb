//! Support looks at an organization exactly as one of its contacts sees it, to help them on the telephone (G7).
//!
//! Who may: staff with the right. As whom: an active contact with access of an open organization, never a colleague,
//! which would be a way round rights. It belongs to one session of the person who looks; the session holds its
//! identifier, the database until when, so that every server knows it. Each request asks anew whether it still goes
//! on: it is over when its time is, or when either side lost what it needs. Its start and its end are lines of the
//! organization's activity; the end is written once, by the request or the server that noticed it first.

use crate::access::{Permit, SignedIn, Viewing};
use crate::activity::Event;
use crate::contacts::{self, spoken};
use crate::entity::{contact, organization, viewing};
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::invitations::By;
use domain::permissions::ViewAs;
use domain::viewings::{MINUTES, ViewingCard, ViewingForm};
use domain::{AccountId, Act, ContactId, Instant, OrganizationId, Problem, ViewingId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};
use serde_json::json;

/// How many whose time is over are ended at once.
const AT_ONCE: u64 = 100;

/// Why a viewing ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Stopped,
    SignedOut,
    TimeOver,
    /// One of the two lost what it needs: the right, the access, the organization.
    NoLongerAllowed,
}

impl End {
    const fn why(self) -> Option<&'static str> {
        match self {
            Self::Stopped => None,
            Self::SignedOut => Some("signed out"),
            Self::TimeOver => Some("time over"),
            Self::NoLongerAllowed => Some("no longer allowed"),
        }
    }
}

/// A viewing that is over: as whom it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    pub organization: OrganizationId,
    pub contact: ContactId,
}

impl Permit<ViewAs> {
    /// Whether one may look as that contact, by name.
    ///
    /// # Errors
    /// [`Problem::NotToViewAs`].
    pub async fn to_view_as(&self, id: ContactId) -> Result<String, Refusal> {
        let db = self.portal.platform.store.read();
        let person = contacts::find(db, self.organization.id, id).await?;
        self.portal.seen_as(db, &self.organization, &person).await?;
        Ok(spoken(&person))
    }

    /// Begins to look as that contact; the session is told the identifier.
    ///
    /// # Errors
    /// A missing reason; [`Problem::NotToViewAs`].
    pub async fn view_as(&self, id: ContactId, form: &ViewingForm) -> Result<ViewingId, Refusal> {
        let reason = form.parse()?;
        let (work, actor) = self.begin().await?;
        let person = contacts::find(&work.db, work.organization.id, id).await?;
        work.portal.seen_as(&work.db, &work.organization, &person).await?;
        if !actor.support {
            return Err(Problem::Forbidden.into());
        }
        let viewing = ViewingId(work.new_id());
        let row = viewing::ActiveModel {
            id: Set(viewing.0),
            organization_id: Set(work.organization.id),
            contact_id: Set(person.id),
            account_id: Set(actor.account.0),
            staff_id: Set(actor.contact.0),
            reason: Set(reason.clone()),
            started_at: Set(work.now.0),
            ends_at: Set(work.now.plus_seconds(i64::from(MINUTES) * 60).0),
            ended_at: Set(None),
        };
        viewing::Entity::insert(row).exec_without_returning(&work.db).await?;
        let details = json!({ "reason": reason });
        work.commit(Event::of(Act::ViewingStarted, id).with(details)).await?;
        Ok(viewing)
    }
}

impl SignedIn {
    /// The same person, looking as whom that viewing says; or what it was, once it is over.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn through(self, id: ViewingId) -> Result<Result<Self, Option<Ended>>, Refusal> {
        let db = self.portal.platform.store.read();
        let row = viewing::Entity::find_by_id(id.0).one(db).await?;
        let Some(row) = row.filter(|row| row.account_id == self.account().id.0) else { return Ok(Err(None)) };
        let end = match self.goes_on(&row).await {
            Ok(viewing) => return Ok(Ok(self.looking(viewing))),
            Err(Refusal::Refused(Problem::ViewingEnded)) => End::TimeOver,
            Err(Refusal::Refused(_)) => End::NoLongerAllowed,
            Err(broken) => return Err(broken),
        };
        Ok(Err(self.portal.end_viewing(id, end).await?))
    }

    /// What a viewing shows, as long as it goes on.
    async fn goes_on(&self, row: &viewing::Model) -> Result<Viewing, Refusal> {
        let now = self.portal.now();
        if row.ended_at.is_some() || row.ends_at <= now.0 {
            return Err(Problem::ViewingEnded.into());
        }
        self.staff::<ViewAs>().await?;
        let db = self.portal.platform.store.read();
        let house = organization::Entity::find_by_id(row.organization_id).one(db).await?;
        let house = house.ok_or(Problem::NotToViewAs)?;
        let person = contacts::find(db, house.id, ContactId(row.contact_id)).await?;
        let account = self.portal.seen_as(db, &house, &person).await?;
        let card = ViewingCard {
            organization: OrganizationId(house.id),
            organization_name: name_of(&house),
            contact: ContactId(person.id),
            name: spoken(&person),
            until: self.portal.platform.calendar.hour(Instant(row.ends_at)),
        };
        Ok(Viewing { id: ViewingId(row.id), account, card })
    }

    /// Stops looking as somebody else: the one thing that changes meanwhile.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn stop_viewing(&self) -> Result<Option<Ended>, Refusal> {
        let Some(viewing) = &self.viewing else { return Ok(None) };
        let portal = Portal { looks_only: false, ..self.portal.clone() };
        portal.end_viewing(viewing.id, End::Stopped).await
    }
}

impl Portal {
    /// The account to look with as that contact.
    async fn seen_as(
        &self,
        db: &impl ConnectionTrait,
        organization: &organization::Model,
        person: &contact::Model,
    ) -> Result<AccountId, Refusal> {
        let account = person.account_id.filter(|_| !organization.operator).map(AccountId);
        let account = account.ok_or(Problem::NotToViewAs)?;
        let actor = self.contact(db, account, organization).await?;
        Ok(actor.filter(|actor| actor.contact.0 == person.id).ok_or(Problem::NotToViewAs)?.account)
    }

    /// Ends a viewing and writes it down, unless it was ended already.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_viewing(&self, id: ViewingId, end: End) -> Result<Option<Ended>, Refusal> {
        let row = viewing::Entity::find_by_id(id.0).one(self.platform.store.read()).await?;
        let Some(row) = row else { return Ok(None) };
        let (organization, contact) = (OrganizationId(row.organization_id), ContactId(row.contact_id));
        let mut work = self.begin(organization).await?;
        let done = viewing::Entity::update_many()
            .col_expr(viewing::Column::EndedAt, Expr::value(work.now.0))
            .filter(viewing::Column::Id.eq(id.0))
            .filter(viewing::Column::EndedAt.is_null())
            .exec(&work.db)
            .await?;
        if done.rows_affected == 1 {
            work.by = match end {
                End::Stopped | End::SignedOut => By::Support(ContactId(row.staff_id)),
                End::TimeOver | End::NoLongerAllowed => By::System,
            };
            let details = end.why().map_or_else(|| json!({}), |why| json!({ "why": why }));
            work.commit(Event::of(Act::ViewingEnded, contact).with(details)).await?;
        }
        Ok(Some(Ended { organization, contact }))
    }

    /// Ends those whose time is over and whose browser never came back.
    pub(crate) async fn end_viewings(&self) -> Result<(), Refusal> {
        let over = viewing::Entity::find()
            .filter(viewing::Column::EndedAt.is_null())
            .filter(viewing::Column::EndsAt.lte(self.now().0))
            .limit(AT_ONCE)
            .all(self.platform.store.read())
            .await?;
        for row in over {
            self.end_viewing(ViewingId(row.id), End::TimeOver).await?;
        }
        Ok(())
    }
}
