//! The first Support person: invited by the program itself, since nobody is there yet to do it (G7).

use crate::access::active_profiles;
use crate::activity::{Event, Line, chain};
use crate::entity::{contact, organization};
use crate::portal::Portal;
use crate::refusal::Refusal;
use domain::contacts::ContactForm;
use domain::invitations::{By, Invitation, Invitee, NewInvitation};
use domain::{Act, Bilingual, ContactId, InvitationId, OrganizationId, Problem, fold};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

impl Portal {
    /// Invites a person of the operator with the first profile of the operator's module that grants itself; the operator's organization
    /// is made when it is not there yet, and the first person is its primary contact. Gives the invitation's
    /// address, for the operator's own eyes.
    ///
    /// # Errors
    /// What is wrong with the names or the address; [`Problem::AlreadyInvited`]; [`Problem::AlreadyHasAccess`].
    pub async fn invite_staff(&self, form: &ContactForm) -> Result<String, Refusal> {
        let facts = form.parse(false)?;
        let supervisor = self.supervisor_profile().ok_or(Problem::UnknownChoice)?;
        let operator = self.operator_organization().await?;
        let work = self.begin(operator).await?;
        let found = contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(operator.0))
            .filter(contact::Column::EmailKey.eq(facts.email.key()))
            .one(&work.db)
            .await?;
        let person = match found {
            Some(person) => person,
            None => work.insert_contact(&facts).await?,
        };
        let invitee = Invitee {
            contact: ContactId(person.id),
            organization: operator,
            active: person.active,
            access: person.account_id.is_some()
                && !active_profiles(&work.db, person.id, work.now.0).await?.is_empty(),
            pending: None,
        };
        let expiry = self.platform.calendar.end_of_day_after(work.now, self.settings.invitation_days);
        let new = NewInvitation { profiles: vec![supervisor], message: None };
        let to = (facts.email.clone(), facts.language);
        let invitation = Invitation::issue(new, to, &invitee, work.stamp(InvitationId), expiry)?;
        work.supersede_pending(ContactId(person.id)).await?;
        work.keep_invitation(&invitation, None).await?;
        let language = facts.language.unwrap_or_default().code();
        let address = format!(
            "{}/{language}/invitation/{}",
            self.platform.base_url,
            self.invitation_token(invitation.id)
        );
        let details = json!({ "invitation": invitation.id, "email": facts.email });
        work.commit(Event::of(Act::InvitationIssued, ContactId(person.id)).with(details)).await?;
        Ok(address)
    }

    /// The profile of Support that may grant itself: its first supervisor.
    fn supervisor_profile(&self) -> Option<String> {
        let module = self.catalogue.operator_module()?;
        let supervisor = module.profiles.iter().find(|profile| profile.granted_by.contains(&profile.key));
        supervisor.map(|profile| profile.key.clone())
    }

    /// The operator's own organization, made when it is not there yet.
    pub(crate) async fn operator_organization(&self) -> Result<OrganizationId, Refusal> {
        let db = self.platform.store.begin().await?;
        let found =
            organization::Entity::find().filter(organization::Column::Operator.eq(true)).one(&db).await?;
        if let Some(found) = found {
            return Ok(OrganizationId(found.id));
        }
        let Bilingual { en, fr } = self.settings.operator.name.clone();
        let id = self.platform.chance.id(self.now());
        let row = organization::ActiveModel {
            id: Set(id),
            search: Set(fold::fold(&format!("{en}\n{fr}"))),
            sort_key: Set(fold::sort_key(&fr, "")),
            sort_key_en: Set(fold::sort_key(&en, "")),
            name_en: Set(en),
            name_fr: Set(fr),
            language: Set(None),
            email: Set(Some(self.settings.operator.email.clone())),
            phone: Set(Some(self.settings.operator.phone.clone())),
            address: Set(None),
            state: Set("open".to_owned()),
            tracks_clients: Set(false),
            operator: Set(true),
            created_at: Set(self.now().0),
            version: Set(1),
            updated_at: Set(self.now().0),
            ..organization::ActiveModel::default()
        };
        organization::Entity::insert(row).exec_without_returning(&db).await?;
        let chance = &self.platform.chance;
        let opened = Line {
            id: chance.id(self.now()),
            organization: Some(OrganizationId(id)),
            by: By::System,
            at: self.now(),
            salt: chance.bytes(),
            event: Event::of(Act::OrganizationOpened, None),
        };
        chain::append(&db, vec![opened]).await?;
        db.commit().await?;
        Ok(OrganizationId(id))
    }
}
