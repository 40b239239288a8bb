//! What whoever holds a link does: look, accept, decline, ask again (I6, I7, I8, I9).

use super::{proposed, read};
use crate::access::{SignedIn, Visitor, active_profiles, eligible, has_account};
use crate::activity::Event;
use crate::contacts::{self, spoken};
use crate::entity::{account, contact, invitation, organization};
use crate::letters;
use crate::organizations::name_of;
use crate::portal::Portal;
use crate::refusal::Refusal;
use crate::work::{Post, Work};
use domain::access_requests::COMMITMENT_VERSION;
use domain::invitations::{By, InvitationCard};
use domain::{AccountId, Act, Bilingual, ContactId, InvitationId, OrganizationId, Problem};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::json;

impl Visitor {
    /// What an invitation's link tells. Changes nothing, however often (I8).
    ///
    /// # Errors
    /// How it ended, or [`Problem::InvitationUnknown`]: nothing of the organization is told then.
    pub async fn invitation(&self, token: &str) -> Result<InvitationCard, Refusal> {
        let db = self.portal.platform.store.read();
        let row = self.portal.invitation_by_token(db, token).await?.ok_or(Problem::InvitationUnknown)?;
        let profiles = proposed(db, row.id).await?;
        let kept = read(&row, profiles);
        kept.open_at(self.portal.now())?;
        let organization = organization::Entity::find_by_id(row.organization_id).one(db).await?;
        let organization = organization.filter(|o| o.state == "open").ok_or(Problem::InvitationWithdrawn)?;
        let invitee = contacts::find(db, organization.id, kept.contact).await?;
        let (inviter, ask) = self.portal.whom_to_ask(&row).await?;
        Ok(InvitationCard {
            id: kept.id,
            organization: kept.organization,
            organization_name: name_of(&organization),
            invitee: spoken(&invitee),
            email: kept.email,
            language: kept.language,
            inviter: inviter.in_language(kept.language.unwrap_or_default()).to_owned(),
            ask,
            profiles: kept.profiles.iter().map(|key| self.portal.catalogue.name_of(key)).collect(),
            message: kept.message,
            until: self.portal.platform.calendar.last_day_before(kept.expires_at),
            needs_code: row.handover_id.is_some(),
        })
    }

    /// The invited person says no (I9); the inviter learns of it (I10).
    ///
    /// # Errors
    /// How it ended, if it did.
    pub async fn decline(&self, token: &str) -> Result<(), Refusal> {
        let (work, row) = self.portal.work_on(token).await?;
        read(&row, Vec::new()).decline(work.now)?;
        work.end_invitation(&row, "declined").await?;
        work.tell_inviter(&row, letters::DECLINED).await?;
        let details = json!({ "invitation": row.id });
        work.commit(Event::of(Act::InvitationDeclined, ContactId(row.contact_id)).with(details)).await
    }

    /// Asks for a new invitation with the link of one that no longer works (I8). The answer is the same whatever
    /// the link; the inviter hears of it at most once a day.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn ask_again(&self, token: &str) -> Result<(), Refusal> {
        let (work, row) = match self.portal.work_on(token).await {
            Ok(found) => found,
            Err(Refusal::Refused(_)) => return Ok(()),
            Err(broken) => return Err(broken),
        };
        let asked = row.asked_again_at.is_some_and(|at| at > work.now.plus_days(-1).0);
        let works = read(&row, Vec::new()).open_at(work.now).is_ok();
        if asked || works || row.state == "accepted" {
            return Ok(());
        }
        invitation::Entity::update_many()
            .set(invitation::ActiveModel {
                asked_again_at: Set(Some(work.now.0)),
                ..invitation::ActiveModel::default()
            })
            .filter(invitation::Column::Id.eq(row.id))
            .exec(&work.db)
            .await?;
        work.tell_somebody(&row, letters::ASKED_AGAIN).await?;
        work.commit(Event::of(Act::InvitationAskedAgain, ContactId(row.contact_id))).await
    }
}

impl SignedIn {
    /// Takes an invitation: the account is linked, the profiles proposed become active (I3, I7).
    ///
    /// Only profiles that the inviter may still grant are given; a contact keeps the account it had.
    ///
    /// # Errors
    /// How the invitation ended; [`Problem::AccountOfAnotherContact`]; [`Problem::LinkedToAnotherAccount`];
    /// [`Problem::NothingLeftToGrant`]; [`Problem::CodeNeeded`] for one that also needs a code (R6).
    pub async fn accept(&self, token: &str) -> Result<OrganizationId, Refusal> {
        self.take(token, None).await
    }

    /// The same, with the code that was compared before.
    pub(crate) async fn take(
        &self,
        token: &str,
        code: Option<(uuid::Uuid, i32)>,
    ) -> Result<OrganizationId, Refusal> {
        let account = self.account().id;
        let (mut work, row) = self.portal.work_on(token).await?;
        let invitation = read(&row, work.proposed(row.id).await?).accept(account, work.now)?;
        let person = contacts::find(&work.db, row.organization_id, invitation.contact).await?;
        work.may_link(&person, account).await?;
        let profiles = work.still_grantable(&row, &invitation.profiles, &person).await?;
        work.end_pending(&row, "accepted", Some(account)).await?;
        let handover = work.use_code(&row, code).await?;
        if let Some(handover) = &handover {
            work.activated(handover).await?;
        }
        // From here on the invited person is who acts.
        work.by = By::Contact(invitation.contact);
        work.link(&person, account).await?;
        work.grant(&person, &profiles, (row.issued_by, None)).await?;
        let way = if handover.is_some() { "request" } else { "invitation" };
        work.keep_commitment(invitation.contact, account, way).await?;
        // R6: of a request, who authorized it is told instead.
        if handover.is_none() {
            work.tell_inviter(&row, letters::ACCEPTED).await?;
        }
        let organization = work.organization_id();
        let details = json!({ "invitation": InvitationId(row.id), "profiles": profiles, "commitment": COMMITMENT_VERSION });
        work.commit(Event::of(Act::InvitationAccepted, invitation.contact).with(details)).await?;
        Ok(organization)
    }
}

impl Portal {
    /// Begins work on the invitation of a link.
    async fn work_on(&self, token: &str) -> Result<(Work, invitation::Model), Refusal> {
        let found = self.invitation_by_token(self.platform.store.read(), token).await?;
        let found = found.ok_or(Problem::InvitationUnknown)?;
        let work = self.begin(OrganizationId(found.organization_id)).await?;
        if work.organization.state != "open" {
            return Err(Problem::InvitationWithdrawn.into());
        }
        // Read again under the lock.
        let row = invitation::Entity::find_by_id(found.id)
            .one(&work.db)
            .await?
            .ok_or(Problem::InvitationUnknown)?;
        Ok((work, row))
    }

    /// Who invites, and the address to ask: the inviter's own, or Support's.
    pub(crate) async fn whom_to_ask(&self, row: &invitation::Model) -> Result<(Bilingual, String), Refusal> {
        let db = self.platform.store.read();
        let inviter = match row.issued_by.filter(|_| !row.issued_by_support) {
            Some(id) => contact::Entity::find_by_id(id).one(db).await?.filter(|inviter| inviter.active),
            None => None,
        };
        let operator = &self.settings.operator;
        Ok(inviter.map_or_else(
            || (operator.name.clone(), operator.email.clone()),
            |inviter| (Bilingual::new(spoken(&inviter), spoken(&inviter)), inviter.email),
        ))
    }
}

impl Work {
    /// A contact has one account, and an account is one contact of an organization.
    pub(crate) async fn may_link(&self, person: &contact::Model, account: AccountId) -> Result<(), Refusal> {
        if !person.active {
            return Err(Problem::ContactInactive.into());
        }
        if person.account_id.is_some_and(|linked| linked != account.0) {
            return Err(Problem::LinkedToAnotherAccount.into());
        }
        let others = contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(self.organization.id))
            .filter(contact::Column::AccountId.eq(account.0))
            .filter(contact::Column::Id.ne(person.id))
            .count(&self.db)
            .await?;
        if others > 0 { Err(Problem::AccountOfAnotherContact.into()) } else { Ok(()) }
    }

    /// What of the proposed may be granted now, by who proposed it (I3).
    async fn still_grantable(
        &self,
        row: &invitation::Model,
        profiles: &[String],
        person: &contact::Model,
    ) -> Result<Vec<String>, Refusal> {
        let granter = self.granter_profiles(row).await?;
        let already = active_profiles(&self.db, person.id, self.now.0).await?;
        let eligible = eligible(&self.db, &self.organization).await?;
        let catalogue = &self.portal.catalogue;
        let mut given = profiles.to_vec();
        // A profile that falls may take along one that needs it, whatever their order.
        loop {
            let had: Vec<String> = already.iter().chain(&given).cloned().collect();
            let may =
                |key: &String| catalogue.decide(std::slice::from_ref(key), &had, &granter, &eligible).is_ok();
            let (kept, fallen): (Vec<String>, Vec<String>) = given.into_iter().partition(may);
            given = kept;
            if fallen.is_empty() {
                break;
            }
        }
        if given.is_empty() { Err(Problem::NothingLeftToGrant.into()) } else { Ok(given) }
    }

    /// The profiles by which an invitation's sender grants: all of Support's when the program itself invited.
    async fn granter_profiles(&self, row: &invitation::Model) -> Result<Vec<String>, Refusal> {
        let catalogue = &self.portal.catalogue;
        let Some(id) = row.issued_by else {
            let all =
                catalogue.modules.iter().flat_map(|module| &module.profiles).map(|profile| &profile.key);
            return Ok(catalogue.of_operator(all));
        };
        let inviter = contact::Entity::find_by_id(id)
            .filter(contact::Column::Active.eq(true))
            .filter(has_account())
            .one(&self.db)
            .await?;
        let Some(inviter) = inviter else { return Ok(Vec::new()) };
        let held = active_profiles(&self.db, inviter.id, self.now.0).await?;
        Ok(if row.issued_by_support { catalogue.of_operator(&held) } else { held })
    }

    /// Links an account. C9: an organization that has no primary contact yet has its first person with access as
    /// primary.
    pub(crate) async fn link(&self, person: &contact::Model, account: AccountId) -> Result<(), Refusal> {
        if contacts::people::primary_of(&self.db, self.organization.id).await?.is_none() {
            let first = contact::ActiveModel { is_primary: Set(true), ..contact::ActiveModel::default() };
            let update = contact::Entity::update_many().set(first);
            update.filter(contact::Column::Id.eq(person.id)).exec(&self.db).await?;
        }
        self.link_only(person, account).await
    }

    /// Links an account, and makes nobody primary: a reference number says who somebody is, not that they answer for
    /// the organization (R8).
    pub(crate) async fn link_only(&self, person: &contact::Model, account: AccountId) -> Result<(), Refusal> {
        let kept = account::Entity::find_by_id(account.0).one(&self.db).await?;
        let kept = kept.filter(|kept| kept.disabled_at.is_none()).ok_or(Problem::SignInNeeded)?;
        let facts = contacts::facts(person, Vec::new());
        let email = kept.email.filter(|_| kept.email_verified);
        contact::Entity::update_many()
            .set(contact::ActiveModel {
                account_id: Set(Some(account.0)),
                search: Set(contacts::searchable(&facts, email.as_deref())),
                ..contact::ActiveModel::default()
            })
            .filter(contact::Column::Id.eq(person.id))
            .exec(&self.db)
            .await?;
        self.next_version(person).await
    }

    /// Tells the inviter or, when there is none any more, the primary contact.
    async fn tell_somebody(&self, row: &invitation::Model, kind: &'static str) -> Result<(), Refusal> {
        let somebody = self.still_here_or_primary(row.issued_by).await?;
        let Some(somebody) = somebody else { return Ok(()) };
        self.post(Post {
            kind,
            to: &somebody.email,
            language: contacts::language(&somebody),
            about: Some(row.id),
            payload: json!({ "invitation": row.id, "inviter": somebody.id }),
        })
        .await
    }
}
