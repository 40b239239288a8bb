//! A lost account, linked anew (G7): one person of Support opens it on evidence, another one confirms it.
//!
//! The confirmation takes the link to the lost account away, and invites at the new address; both addresses are
//! told. Whoever opened it never confirms it; after seven days it is too old. The profiles wait in the invitation,
//! so that nobody acts with them meanwhile. The last administrator may be relinked, too: nobody could sign in with
//! a lost account anyway, and the desk shows the organization as orphaned until the invitation is accepted (C10).

use crate::access::{Permit, active_profiles};
use crate::activity::Event;
use crate::contacts::people;
use crate::contacts::{self, spoken};
use crate::entity::{contact, organization, relink};
use crate::letters;
use crate::organizations::name_of;
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::desk::{RelinkCard, RelinkForm, RelinkLine};
use domain::invitations::NewInvitation;
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{Act, Actor, ContactId, Email, Instant, Language, OrganizationId, Problem, RelinkId};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde_json::json;
use uuid::Uuid;

/// For how many days it can be confirmed.
const DAYS: i64 = 7;
/// How many are shown as waiting; Support never lets so many wait.
const MOST: u64 = 100;

impl Permit<AllOrganizations> {
    /// What waits for a second person, the oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn relinks(&self) -> Result<Vec<RelinkLine>, Refusal> {
        let db = self.portal.platform.store.read();
        let rows = relink::Entity::find()
            // As it stands in the index of those that wait.
            .filter(sea_orm::sea_query::Expr::cust("relinks.state = 'pending'"))
            .filter(relink::Column::ExpiresAt.gt(self.portal.now().0))
            .order_by_asc(relink::Column::ExpiresAt)
            .limit(MOST)
            .all(db)
            .await?;
        Ok(self.relink_lines(db, rows).await?)
    }

    /// One that waits, whole.
    ///
    /// # Errors
    /// [`Problem::NotFound`], or [`Problem::RelinkEnded`] when it was decided or is too old.
    pub async fn relink(&self, id: RelinkId) -> Result<RelinkCard, Refusal> {
        let db = self.portal.platform.store.read();
        let row = relink::Entity::find_by_id(id.0).one(db).await?.ok_or(Problem::NotFound)?;
        if row.state != "pending" || row.expires_at <= self.portal.now().0 {
            return Err(Problem::RelinkEnded.into());
        }
        let person = contact::Entity::find_by_id(row.contact_id).one(db).await?.ok_or(Problem::NotFound)?;
        let (reason, evidence, email) = (row.reason.clone(), row.evidence.clone(), row.email.clone());
        let mine = row.opened_by == self.actor.contact.0;
        let line = self.relink_lines(db, vec![row]).await?.pop().ok_or(Problem::NotFound)?;
        Ok(RelinkCard { line, reason, evidence, email, old_email: person.email, mine })
    }

    async fn relink_lines(
        &self,
        db: &impl ConnectionTrait,
        rows: Vec<relink::Model>,
    ) -> Result<Vec<RelinkLine>, DbErr> {
        let people = rows.iter().flat_map(|row| [row.contact_id, row.opened_by]);
        let names = people::names(db, people).await?;
        let houses = organization::Entity::find()
            .filter(organization::Column::Id.is_in(rows.iter().map(|row| row.organization_id)))
            .all(db)
            .await?;
        let name = |id: Uuid| names.get(&id).cloned().unwrap_or_default();
        let house = |id: Uuid| houses.iter().find(|house| house.id == id).map(name_of).unwrap_or_default();
        let line = |row: relink::Model| RelinkLine {
            id: RelinkId(row.id),
            organization: OrganizationId(row.organization_id),
            organization_name: house(row.organization_id),
            contact: ContactId(row.contact_id),
            name: name(row.contact_id),
            opened_by: name(row.opened_by),
            until: self.portal.platform.calendar.date(Instant(row.expires_at)),
        };
        Ok(rows.into_iter().map(line).collect())
    }
}

impl Permit<KeepOrganizations> {
    /// Opens a new link for a contact of the organization; nothing changes before somebody else confirms it.
    ///
    /// # Errors
    /// What is wrong with the form; [`Problem::NoAccountLinked`]; [`Problem::ContactInactive`];
    /// [`Problem::RelinkUnderWay`]; [`Problem::StepUpNeeded`] (A8).
    pub async fn open_relink(&self, id: ContactId, form: &RelinkForm) -> Result<String, Refusal> {
        let new = form.parse()?;
        self.prove()?;
        let (work, actor) = self.begin_as_support().await?;
        let person = contacts::find(&work.db, work.organization.id, id).await?;
        if !person.active {
            return Err(Problem::ContactInactive.into());
        }
        if person.account_id.is_none() {
            return Err(Problem::NoAccountLinked.into());
        }
        work.no_relink_waits(&person).await?;
        let row = relink::ActiveModel {
            id: Set(work.new_id()),
            organization_id: Set(work.organization.id),
            contact_id: Set(person.id),
            reason: Set(new.reason.clone()),
            evidence: Set(new.evidence.clone()),
            email: Set(new.email.to_string()),
            state: Set("pending".to_owned()),
            opened_by: Set(actor.contact.0),
            opened_at: Set(work.now.0),
            expires_at: Set(work.now.plus_days(DAYS).0),
            decided_by: Set(None),
            decided_at: Set(None),
        };
        relink::Entity::insert(row).exec_without_returning(&work.db).await?;
        let said = json!({ "reason": new.reason, "evidence": new.evidence, "email": new.email });
        work.commit(Event::of(Act::RelinkOpened, id).with(said)).await?;
        Ok(spoken(&person))
    }

    /// Confirms one that somebody else opened: the link to the lost account goes, an invitation leaves to the new
    /// address, both addresses are told. Gives the person's name.
    ///
    /// # Errors
    /// [`Problem::NeedsSomebodyElse`]; [`Problem::RelinkEnded`]; what inviting refuses.
    pub async fn confirm_relink(&self, id: RelinkId) -> Result<String, Refusal> {
        let (work, actor) = self.begin_as_support().await?;
        let row = work.waiting_relink(id).await?;
        if row.opened_by == actor.contact.0 {
            return Err(Problem::NeedsSomebodyElse.into());
        }
        work.decide_relink(&row, "confirmed", &actor).await?;
        let person = contacts::find(&work.db, work.organization.id, ContactId(row.contact_id)).await?;
        let profiles = active_profiles(&work.db, person.id, work.now.0).await?;
        let old = (person.email.clone(), contacts::language(&person));
        work.unlink(&person).await?;
        let email = Email::known(row.email.clone());
        let person = contacts::find(&work.db, work.organization.id, ContactId(person.id)).await?;
        work.correct_address(&person, &email).await?;
        let person = contacts::find(&work.db, work.organization.id, ContactId(person.id)).await?;
        let invitation = match profiles.is_empty() {
            true => None,
            false => {
                let new = NewInvitation { profiles: profiles.clone(), message: None };
                // Two people decided it.
                Some(work.issue_as(&person, new, (&actor.profiles, &profiles)).await?.invitation)
            }
        };
        work.tell_of_relink(&row, &old.0, old.1).await?;
        if email.key() != Email::known(old.0.clone()).key() {
            work.tell_of_relink(&row, &row.email, contacts::language(&person)).await?;
        }
        let said = json!({ "opened_by": row.opened_by, "email": row.email, "profiles": profiles, "invitation": invitation });
        work.commit(Event::of(Act::RelinkConfirmed, ContactId(person.id)).with(said)).await?;
        Ok(spoken(&person))
    }

    /// Refuses one, or takes back one's own.
    ///
    /// # Errors
    /// [`Problem::RelinkEnded`].
    pub async fn refuse_relink(&self, id: RelinkId) -> Result<(), Refusal> {
        let (work, actor) = self.begin_as_support().await?;
        let row = work.waiting_relink(id).await?;
        work.decide_relink(&row, "refused", &actor).await?;
        work.commit(Event::of(Act::RelinkRefused, ContactId(row.contact_id))).await
    }
}

impl Work {
    /// The account is unlinked already: a new link that waits has nothing left to do (C13).
    pub(super) async fn drop_relink_of(&self, person: &contact::Model, actor: &Actor) -> Result<(), Refusal> {
        let Some(row) = self.pending_relink_of(person).await? else { return Ok(()) };
        self.decide_relink(&row, "refused", actor).await?;
        self.note(Event::of(Act::RelinkRefused, ContactId(person.id))).await
    }

    async fn pending_relink_of(&self, person: &contact::Model) -> Result<Option<relink::Model>, DbErr> {
        relink::Entity::find()
            .filter(relink::Column::ContactId.eq(person.id))
            .filter(relink::Column::State.eq("pending"))
            .one(&self.db)
            .await
    }

    /// One that is too old makes room for the next.
    async fn no_relink_waits(&self, person: &contact::Model) -> Result<(), Refusal> {
        match self.pending_relink_of(person).await? {
            None => Ok(()),
            Some(row) if row.expires_at > self.now.0 => Err(Problem::RelinkUnderWay.into()),
            Some(row) => self.end_relink(&row, "refused", row.opened_by).await,
        }
    }

    async fn waiting_relink(&self, id: RelinkId) -> Result<relink::Model, Refusal> {
        let row = relink::Entity::find_by_id(id.0)
            .filter(relink::Column::OrganizationId.eq(self.organization.id))
            .one(&self.db)
            .await?
            .ok_or(Problem::NotFound)?;
        if row.state != "pending" || row.expires_at <= self.now.0 {
            return Err(Problem::RelinkEnded.into());
        }
        Ok(row)
    }

    async fn decide_relink(&self, row: &relink::Model, state: &str, actor: &Actor) -> Result<(), Refusal> {
        self.end_relink(row, state, actor.contact.0).await
    }

    async fn end_relink(&self, row: &relink::Model, state: &str, by: Uuid) -> Result<(), Refusal> {
        relink::Entity::update_many()
            .set(relink::ActiveModel {
                state: Set(state.to_owned()),
                decided_by: Set(Some(by)),
                decided_at: Set(Some(self.now.0)),
                ..relink::ActiveModel::default()
            })
            .filter(relink::Column::Id.eq(row.id))
            .exec(&self.db)
            .await?;
        Ok(())
    }

    async fn tell_of_relink(
        &self,
        row: &relink::Model,
        to: &str,
        language: Option<Language>,
    ) -> Result<(), Refusal> {
        self.post(Post {
            kind: letters::RELINKED,
            to,
            language,
            about: Some(row.id),
            payload: json!({ "relink": row.id }),
        })
        .await
    }
}
