//! What is done at once for the lines ticked in the list (C13): each line a command of its own, so that one that
//! is refused stops no other.

use super::{find, state};
use crate::access::{Permit, active_profiles};
use crate::activity::Event;
use crate::entity::{contact, grant, invitation, session};
use crate::letters;
use crate::refusal::Refusal;
use domain::bulk::{Bulk, BulkAct, BulkForm, BulkLine};
use domain::contacts::{Consequences, ContactLine, InvitationStep};
use domain::permissions::{ManageContacts, SeeContacts};
use domain::{Act, ContactId, Field, FieldProblems, Problem};
use sea_orm::sea_query::{ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde_json::json;
use uuid::Uuid;

impl Permit<ManageContacts> {
    /// What would happen to each of those ticked, and why not; whoever is of another organization is nobody (G4).
    ///
    /// # Errors
    /// [`Problem::UnknownChoice`] for no act; [`Problem::NobodyTicked`].
    pub async fn plan_bulk(&self, form: &BulkForm) -> Result<Bulk, Refusal> {
        let (act, people) = self.ticked(form).await?;
        let mut lines: Vec<BulkLine> =
            people.iter().map(|person| line(person, act.refuses(person))).collect();
        let mut consequences = Consequences::default();
        if act == BulkAct::Deactivate {
            self.spare_the_last_administrator(&people, &mut lines).await?;
            let leaving = lines.iter().filter(|line| line.refused.is_none()).map(|line| line.contact.0);
            consequences = self.consequences_for_all(leaving.collect()).await?;
        }
        Ok(Bulk { act, lines, consequences })
    }

    /// Does it, line by line, with a result for each.
    ///
    /// # Errors
    /// [`Problem::UnknownChoice`] for no act; [`Problem::NobodyTicked`]; for invitations, what is wrong with their
    /// profiles or their message, and [`Problem::StepUpNeeded`] (A8).
    pub async fn do_in_bulk(&self, form: &BulkForm) -> Result<Bulk, Refusal> {
        let (act, people) = self.ticked(form).await?;
        if act != BulkAct::Deactivate {
            self.prove()?;
        }
        if act == BulkAct::Invite {
            self.check_invitation(form).await?;
        }
        let mut lines = Vec::new();
        for person in &people {
            let refused = match self.do_for(act, person, form).await {
                Ok(()) => None,
                Err(Refusal::Refused(problem)) => Some(problem),
                Err(Refusal::Invalid(faults)) => faults.0.into_iter().next().map(|at| at.problem),
                Err(Refusal::Broken(error)) => {
                    let reference: String = self.portal.random_token().chars().take(8).collect();
                    tracing::error!(%error, reference, "one of several ticked contacts broke");
                    Some(Problem::Broken { reference })
                }
            };
            lines.push(line(person, refused));
        }
        Ok(Bulk { act, lines, consequences: Consequences::default() })
    }

    async fn do_for(&self, act: BulkAct, person: &ContactLine, form: &BulkForm) -> Result<(), Refusal> {
        match (act, &person.step) {
            (BulkAct::Invite, _) => self.invite(person.id, &form.invitation()).await.map(|_| ()),
            (
                BulkAct::Resend,
                InvitationStep::Invited { invitation, .. } | InvitationStep::Expired { invitation, .. },
            ) => self.reissue(*invitation, person.email.as_str()).await.map(|_| ()),
            (BulkAct::Resend, _) => Err(act.refuses(person).unwrap_or(Problem::NothingToResend).into()),
            (BulkAct::Deactivate, _) => self.deactivate(person.id).await,
        }
    }

    /// Deactivates a contact of the list (C7, C9, C10).
    async fn deactivate(&self, id: ContactId) -> Result<(), Refusal> {
        let (work, _) = self.begin().await?;
        let row = find(&work.db, self.organization.id, id).await?;
        if !row.active {
            return Err(Problem::AlreadyInactive.into());
        }
        let held = active_profiles(&work.db, row.id, work.now.0).await?;
        work.deactivate(&row).await?;
        work.next_version(&row).await?;
        work.tell(&row, letters::DEACTIVATED, json!({})).await?;
        let details = json!({
            "before": { "active": true, "profiles": held },
            "after": { "active": false, "profiles": [] },
        });
        work.commit(Event::of(Act::ContactDeactivated, id).with(details)).await
    }

    /// The same profiles and message for everybody: what is wrong with them is told once, beside their fields.
    async fn check_invitation(&self, form: &BulkForm) -> Result<(), Refusal> {
        let new = form.invitation().parse()?;
        let eligible = self.eligible(self.portal.platform.store.read()).await?;
        let decided = self.portal.catalogue.decide(&new.profiles, &[], &self.actor.profiles, &eligible);
        decided.map_err(|problem| FieldProblems::one(Field::Profiles, problem).into())
    }

    async fn ticked(&self, form: &BulkForm) -> Result<(BulkAct, Vec<ContactLine>), Refusal> {
        let act = BulkAct::from_code(&form.act).ok_or(Problem::UnknownChoice)?;
        let sees: Permit<SeeContacts> = self.also()?;
        let rows = contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(self.organization.id))
            .filter(contact::Column::Id.is_in(form.ticked().iter().map(|id| id.0)))
            .order_by_desc(contact::Column::IsPrimary)
            .order_by_asc(contact::Column::SortKey)
            .order_by_asc(contact::Column::Id)
            .all(sees.db())
            .await?;
        let people = sees.lines(rows).await?;
        if people.is_empty() { Err(Problem::NobodyTicked.into()) } else { Ok((act, people)) }
    }

    /// C10: when all administrators are ticked, the last of them stays.
    async fn spare_the_last_administrator(
        &self,
        people: &[ContactLine],
        lines: &mut [BulkLine],
    ) -> Result<(), Refusal> {
        let leaving = people.iter().zip(lines.iter());
        let leaving =
            leaving.filter(|(person, line)| person.administrator && line.refused.is_none()).count() as u64;
        let db = self.portal.platform.store.read();
        let all = state::administrators(&self.portal, db, (self.organization.id, None), false).await?;
        if leaving == 0 || leaving < all {
            return Ok(());
        }
        let last =
            people.iter().zip(lines).rfind(|(person, line)| person.administrator && line.refused.is_none());
        if let Some((_, line)) = last {
            line.refused = Some(Problem::LastAdministrator);
        }
        Ok(())
    }

    /// The figures of C7 for several at once.
    async fn consequences_for_all(&self, leaving: Vec<Uuid>) -> Result<Consequences, Refusal> {
        let (db, now) = (self.portal.platform.store.read(), self.portal.now().0);
        let profiles = grant::Entity::find()
            .filter(grant::Column::ContactId.is_in(leaving.clone()))
            .filter(crate::access::working(now));
        let pending = |who: invitation::Column| {
            invitation::Entity::find()
                .filter(who.is_in(leaving.clone()))
                .filter(invitation::Column::State.eq("pending"))
                .filter(invitation::Column::ExpiresAt.gt(now))
        };
        Ok(Consequences {
            profiles: profiles.count(db).await?,
            sessions: self.sessions_of(&leaving).await?,
            invitations_to: pending(invitation::Column::ContactId).count(db).await?,
            invitations_by: pending(invitation::Column::IssuedBy).count(db).await?,
            last_administrator: false,
        })
    }

    /// The open sessions of accounts that are nobody's active contact but these.
    async fn sessions_of(&self, leaving: &[Uuid]) -> Result<u64, Refusal> {
        let accounts = |which: Condition| {
            Query::select()
                .column(contact::Column::AccountId)
                .from(contact::Entity)
                .cond_where(which.add(contact::Column::AccountId.is_not_null()))
                .to_owned()
        };
        let leaving = || contact::Column::Id.is_in(leaving.iter().copied());
        let theirs = accounts(Condition::all().add(leaving()));
        let stays = Condition::all()
            .add(contact::Column::AccountId.in_subquery(theirs.clone()))
            .add(contact::Column::Active.eq(true))
            .add(leaving().not());
        let sessions = session::Entity::find()
            .filter(session::Column::AccountId.in_subquery(theirs))
            .filter(session::Column::AccountId.not_in_subquery(accounts(stays)))
            .filter(session::Column::ExpiresAt.gt(self.portal.now().0));
        Ok(sessions.count(self.portal.platform.store.read()).await?)
    }
}

fn line(person: &ContactLine, refused: Option<Problem>) -> BulkLine {
    BulkLine {
        contact: person.id,
        name: domain::contacts::spoken_name(&person.last_name, &person.first_name),
        email: person.email.to_string(),
        refused,
    }
}
