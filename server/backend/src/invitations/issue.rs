//! What administrators do: invite, resend, withdraw.

use super::{proposed, read};
use crate::access::{Permit, active_profiles};
use crate::activity::Event;
use crate::contacts::{self, spoken};
use crate::entity::{contact, handover, invitation};
use crate::refusal::Refusal;
use crate::work::Work;
use domain::contacts::ContactForm;
use domain::invitations::{
    Invitation, InvitationForm, InvitationSummary, Invitee, NewInvitation, Preview, PreviewForm,
};
use domain::permissions::ManageContacts;
use domain::{Act, Actor, ContactId, Date, Email, Field, FieldProblems, InvitationId, Problem};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use uuid::Uuid;

/// An invitation that was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    pub invitation: InvitationId,
    pub name: String,
    pub email: Email,
    pub until: Date,
}

impl Permit<ManageContacts> {
    /// Adds a contact and invites it, in one act (C4).
    ///
    /// # Errors
    /// Every fault of both parts of the form at once; what [`Permit::invite`] refuses.
    pub async fn add_and_invite(
        &self,
        form: &ContactForm,
        invitation: &InvitationForm,
    ) -> Result<Sent, Refusal> {
        let facts = form.parse(self.organization.tracks_clients);
        let (facts, new) = match (facts, invitation.parse()) {
            (Ok(facts), Ok(new)) => (facts, new),
            (facts, new) => {
                let faults = facts.err().into_iter().chain(new.err()).flat_map(|faults| faults.0);
                return Err(FieldProblems(faults.collect()).into());
            }
        };
        let (work, actor) = self.begin().await?;
        let row = work.insert_contact(&facts).await?;
        let after = json!({ "after": contacts::shown(&facts) });
        work.note(Event::of(Act::ContactAdded, ContactId(row.id)).with(after)).await?;
        let profiles = new.profiles.clone();
        let sent = work.issue(&row, new, &actor).await?;
        let details = shown(&sent, &profiles);
        work.commit(Event::of(Act::InvitationIssued, ContactId(row.id)).with(details)).await?;
        Ok(sent)
    }

    /// Invites a contact who has no access (C5, I1, I3).
    ///
    /// # Errors
    /// Profiles beyond the inviter's reach or the organization's (P2, P3), an inactive contact or one that is
    /// invited already (I9), the limits (I12).
    pub async fn invite(&self, id: ContactId, form: &InvitationForm) -> Result<Sent, Refusal> {
        let new = form.parse()?;
        let (work, actor) = self.begin().await?;
        let row = contacts::find(&work.db, self.organization.id, id).await?;
        let profiles = new.profiles.clone();
        let sent = work.issue(&row, new, &actor).await?;
        let details = shown(&sent, &profiles);
        work.commit(Event::of(Act::InvitationIssued, id).with(details)).await?;
        Ok(sent)
    }

    /// Resends an invitation: a new link, its days anew, the old link dead; the address may be corrected (I5).
    ///
    /// # Errors
    /// What [`Permit::invite`] refuses; how it ended, if it did; [`Problem::AddressOfRequest`].
    pub async fn reissue(&self, id: InvitationId, address: &str) -> Result<Sent, Refusal> {
        let email = Email::parse(address).map_err(|problem| FieldProblems::one(Field::Email, problem))?;
        let (work, actor) = self.begin().await?;
        let row = work.invitation(id).await?;
        let person = contacts::find(&work.db, self.organization.id, ContactId(row.contact_id)).await?;
        if !person.active {
            return Err(Problem::ContactInactive.into());
        }
        let profiles = proposed(&work.db, row.id).await?;
        let held = active_profiles(&work.db, person.id, work.now.0).await?;
        // By which way they are given was decided when they were first proposed.
        let already: Vec<String> = held.into_iter().chain(profiles.clone()).collect();
        work.decide(&profiles, &already, &actor.profiles).await?;
        if email.key() != row.email.to_lowercase() {
            work.may_readdress(&row, &email, &actor).await?;
        }
        work.within_limits(&email).await?;
        let (_, next) = read(&row, profiles).reissue(
            (email.clone(), contacts::language(&person)),
            work.stamp(InvitationId),
            work.expiry(),
        )?;
        work.end_pending(&row, "superseded", None).await?;
        work.correct_address(&person, &email).await?;
        // R6: resent, it still needs the code.
        work.keep_invitation(&next, row.handover_id).await?;
        let sent = work.sent(&next, &person);
        let details = json!({
            "before": { "invitation": row.id, "email": row.email },
            "after": shown(&sent, &next.profiles),
        });
        work.commit(Event::of(Act::InvitationReissued, ContactId(person.id)).with(details)).await?;
        Ok(sent)
    }

    /// Withdraws an invitation; its link says so from then on (I5). Gives the name of the person.
    ///
    /// # Errors
    /// How it ended, if it did.
    pub async fn withdraw(&self, id: InvitationId) -> Result<String, Refusal> {
        let (work, _) = self.begin().await?;
        let row = work.invitation(id).await?;
        let person = contacts::find(&work.db, self.organization.id, ContactId(row.contact_id)).await?;
        read(&row, Vec::new()).withdraw(work.now)?;
        work.end_invitation(&row, "withdrawn").await?;
        work.commit(
            Event::of(Act::InvitationWithdrawn, ContactId(person.id)).with(json!({ "invitation": row.id })),
        )
        .await?;
        Ok(spoken(&person))
    }

    /// What the pages that resend and withdraw show.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for an invitation of another organization (G4); how it ended, if it did.
    pub async fn invitation(&self, id: InvitationId) -> Result<InvitationSummary, Refusal> {
        let db = self.portal.platform.store.read();
        let row = invitation::Entity::find_by_id(id.0)
            .filter(invitation::Column::OrganizationId.eq(self.organization.id))
            .one(db)
            .await?
            .ok_or(Problem::NotFound)?;
        let person = contacts::find(db, self.organization.id, ContactId(row.contact_id)).await?;
        let profiles = proposed(db, row.id).await?;
        let kept = read(&row, profiles);
        let expired = match kept.open_at(self.portal.now()) {
            Ok(()) => false,
            Err(Problem::InvitationExpired { .. }) => true,
            Err(problem) => return Err(problem.into()),
        };
        Ok(InvitationSummary {
            id,
            contact: kept.contact,
            invitee: spoken(&person),
            email: kept.email,
            profiles: kept.profiles.iter().map(|key| self.portal.catalogue.name_of(key)).collect(),
            until: self.portal.platform.calendar.last_day_before(kept.expires_at),
            expired,
        })
    }

    /// The exact letter that an invitation would be, for the live preview (I2).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn preview(&self, form: &PreviewForm) -> Result<Preview, Refusal> {
        self.portal.preview(&self.organization, &self.actor, form).await
    }
}

/// An invitation as an activity line keeps it.
pub(crate) fn shown(sent: &Sent, profiles: &[String]) -> Value {
    json!({
        "invitation": sent.invitation,
        "email": sent.email,
        "profiles": profiles,
        "until": sent.until.machine,
    })
}

impl Work {
    /// R6: the two halves of an invitation that a request made stay in two mailboxes, whoever resends it.
    async fn may_readdress(
        &self,
        row: &invitation::Model,
        email: &Email,
        actor: &Actor,
    ) -> Result<(), Refusal> {
        let Some(handover) = row.handover_id else { return Ok(()) };
        let holder = handover::Entity::find_by_id(handover).one(&self.db).await?;
        let to_holder = holder.is_some_and(|holder| holder.holder_email.to_lowercase() == email.key());
        if actor.support && !to_holder {
            return Ok(());
        }
        Err(FieldProblems::one(Field::Email, Problem::AddressOfRequest).into())
    }

    /// Issues an invitation to a contact, within the rules and the limits.
    pub(crate) async fn issue(
        &self,
        row: &contact::Model,
        new: NewInvitation,
        actor: &Actor,
    ) -> Result<Sent, Refusal> {
        self.issue_as(row, new, (&actor.profiles, &[])).await
    }

    /// The same with the profiles by which it is granted, and those that were decided by another way: asked for and
    /// approved (P8), or by two (P3).
    pub(crate) async fn issue_as(
        &self,
        row: &contact::Model,
        new: NewInvitation,
        decided: (&[String], &[String]),
    ) -> Result<Sent, Refusal> {
        self.issue_with(row, new, decided, None).await
    }

    /// The same, accepted with that code only (R6): Support approved it, so it is beyond the limits of a day.
    pub(crate) async fn issue_with(
        &self,
        row: &contact::Model,
        new: NewInvitation,
        (granter, approved): (&[String], &[String]),
        handover: Option<Uuid>,
    ) -> Result<Sent, Refusal> {
        let already = active_profiles(&self.db, row.id, self.now.0).await?;
        let decided: Vec<String> = already.iter().chain(approved).cloned().collect();
        self.decide_in_form(&new.profiles, &decided, granter).await?;
        let email = Email::known(row.email.clone());
        let pending = self.replace_expired(row).await?;
        let invitee = Invitee {
            contact: ContactId(row.id),
            organization: self.organization_id(),
            active: row.active,
            access: row.active && row.account_id.is_some() && !already.is_empty(),
            pending,
        };
        let to = (email.clone(), contacts::language(row));
        let invitation = Invitation::issue(new, to, &invitee, self.stamp(InvitationId), self.expiry())?;
        if handover.is_none() {
            self.within_limits(&email).await?;
        }
        self.keep_invitation(&invitation, handover).await?;
        Ok(self.sent(&invitation, row))
    }

    fn sent(&self, invitation: &Invitation, row: &contact::Model) -> Sent {
        Sent {
            invitation: invitation.id,
            name: spoken(row),
            email: invitation.email.clone(),
            until: self.portal.platform.calendar.last_day_before(invitation.expires_at),
        }
    }

    fn expiry(&self) -> domain::Instant {
        self.portal.platform.calendar.end_of_day_after(self.now, self.portal.settings.invitation_days)
    }

    async fn invitation(&self, id: InvitationId) -> Result<invitation::Model, Refusal> {
        let row = invitation::Entity::find_by_id(id.0)
            .filter(invitation::Column::OrganizationId.eq(self.organization.id))
            .one(&self.db)
            .await?;
        Ok(row.ok_or(Problem::NotFound)?)
    }

    /// An expired invitation makes room for the next; one that works is named.
    async fn replace_expired(&self, row: &contact::Model) -> Result<Option<InvitationId>, Refusal> {
        let pending = invitation::Entity::find()
            .filter(invitation::Column::ContactId.eq(row.id))
            .filter(invitation::Column::State.eq("pending"))
            .one(&self.db)
            .await?;
        match pending {
            Some(old) if old.expires_at <= self.now.0 => {
                self.end_invitation(&old, "superseded").await?;
                Ok(None)
            }
            other => Ok(other.map(|row| InvitationId(row.id))),
        }
    }

    /// A corrected address is the contact's from then on, unless it is somebody else's here (C11).
    pub(crate) async fn correct_address(
        &self,
        person: &contact::Model,
        email: &Email,
    ) -> Result<(), Refusal> {
        if email.key() == person.email_key {
            return Ok(());
        }
        self.proven()?;
        let before = contacts::facts(person, contacts::phones_of(&self.db, person.id).await?);
        let after = domain::contacts::ContactFacts { email: email.clone(), ..before };
        self.unused_email(&after, Some(ContactId(person.id))).await?;
        contact::Entity::update_many()
            .set(contacts::columns(&after, self.account_email(person).await?.as_deref()))
            .filter(contact::Column::Id.eq(person.id))
            .exec(&self.db)
            .await?;
        self.next_version(person).await
    }

    /// I12: so many invitations per inviter and so many mails per address in a day; Support and imports are
    /// not limited by the first.
    pub(crate) async fn within_limits(&self, to: &Email) -> Result<(), Refusal> {
        let settings = &self.portal.settings;
        let day = self.now.plus_days(-1);
        let sent = invitation::Entity::find()
            .filter(invitation::Column::IssuedBy.eq(self.actor_id()))
            .filter(invitation::Column::IssuedAt.gt(day.0))
            .filter(invitation::Column::Imported.eq(false))
            .count(&self.db)
            .await?;
        if !self.by_support() && !self.imported && sent >= u64::from(settings.invitations_per_day) {
            return Err(Problem::TooManyInvitations { most: settings.invitations_per_day }.into());
        }
        self.few_mails_a_day_to(to.as_str()).await
    }
}
