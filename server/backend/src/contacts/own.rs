//! One's own record (C12): what everybody may look at and change of themselves, and leaving.

use super::{columns, facts, find, phones_of};
use crate::access::Permit;
use crate::activity::Event;
use crate::entity::{contact, grant};
use crate::letters;
use crate::refusal::Refusal;
use crate::work::Work;
use domain::contacts::{ContactFacts, OwnForm, OwnRecord};
use domain::permissions::SeeOrganization;
use domain::{Act, ContactId, Problem};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::json;

impl Permit<SeeOrganization> {
    /// The record of the person who looks.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for Support, who is no contact of the organization.
    pub async fn own_record(&self) -> Result<OwnRecord, Refusal> {
        let row = self.own_row(self.portal.platform.store.read()).await?;
        let db = self.portal.platform.store.read();
        Ok(OwnRecord {
            contact: ContactId(row.id),
            version: row.version,
            primary: row.is_primary,
            facts: facts(&row, phones_of(db, row.id).await?),
            held: self.held_by(&row).await?,
            last_administrator: super::last_administrator(&self.portal, db, &row).await?,
        })
    }

    /// Keeps title, phones and language of the person who acts (C12). Name and address are for administrators.
    ///
    /// # Errors
    /// What is wrong with the form; [`Problem::ChangedMeanwhile`].
    pub async fn save_own(&self, form: &OwnForm, version: i64) -> Result<(), Refusal> {
        let (title, phones, language) = form.parse()?;
        let (work, _) = self.begin().await?;
        let row = self.own_row(&work.db).await?;
        if row.version != version {
            return Err(Problem::ChangedMeanwhile.into());
        }
        let before = facts(&row, phones_of(&work.db, row.id).await?);
        let after = ContactFacts { title, phones, language, ..before.clone() };
        if before == after {
            return Ok(());
        }
        let account_email = work.account_email(&row).await?;
        contact::Entity::update_many()
            .set(columns(&after, account_email.as_deref()))
            .filter(contact::Column::Id.eq(row.id))
            .exec(&work.db)
            .await?;
        work.keep_phones(ContactId(row.id), &after.phones).await?;
        work.next_version(&row).await?;
        let details = json!({ "before": super::shown(&before), "after": super::shown(&after) });
        work.commit(Event::of(Act::OwnRecordChanged, ContactId(row.id)).with(details)).await
    }

    /// Leaves the organization: the profiles end, the account is no longer linked, the contact stays without access.
    ///
    /// # Errors
    /// [`Problem::PrimaryStays`] (C9); [`Problem::LastAdministrator`] (C10).
    pub async fn leave(&self) -> Result<(), Refusal> {
        let (work, _) = self.begin().await?;
        let row = self.own_row(&work.db).await?;
        work.leave(&row).await
    }

    pub(crate) async fn own_row(
        &self,
        db: &impl sea_orm::ConnectionTrait,
    ) -> Result<contact::Model, Refusal> {
        if self.actor.support {
            return Err(Problem::NotFound.into());
        }
        find(db, self.organization.id, self.actor.contact).await
    }
}

impl Work {
    /// Whoever acts leaves, and those who stay are told.
    pub(crate) async fn leave(self, row: &contact::Model) -> Result<(), Refusal> {
        let held = self.give_up_all(row).await?;
        self.tell_administrators(row, letters::LEFT).await?;
        let details = json!({ "before": { "profiles": held }, "after": { "profiles": [] } });
        self.commit(Event::of(Act::ContactLeft, ContactId(row.id)).with(details)).await
    }

    /// The contact goes back to "No access" where the organization can do without: not the primary contact (C9), nor
    /// the last administrator (C10), unless it is closed and signs in nobody anyway (O3). Gives the profiles that were
    /// held.
    pub(crate) async fn give_up_all(&self, row: &contact::Model) -> Result<Vec<String>, Refusal> {
        let open = self.organization.state == "open";
        if open && row.is_primary {
            return Err(Problem::PrimaryStays.into());
        }
        let administrators = self.administrators().await?;
        let held = self.working(row.id).await?.into_keys().collect();
        self.give_up_access(row).await?;
        if open {
            self.keeps_administrator(administrators).await?;
        }
        Ok(held)
    }

    /// The contact goes back to "No access": its profiles are revoked, what it had sent passes on, the account is no
    /// longer linked (C13).
    pub(crate) async fn give_up_access(&self, row: &contact::Model) -> Result<(), Refusal> {
        grant::Entity::update_many()
            .col_expr(grant::Column::State, Expr::value("revoked"))
            .col_expr(grant::Column::ChangedAt, Expr::value(self.now.0))
            .filter(grant::Column::ContactId.eq(row.id))
            .filter(grant::Column::State.is_in(["active", "suspended"]))
            .exec(&self.db)
            .await?;
        self.hand_over_invitations_by(row).await?;
        self.unlink(row).await
    }

    /// Takes the link to an account away: its sessions end if nothing else holds them, and the search forgets its
    /// address.
    pub(crate) async fn unlink(&self, person: &contact::Model) -> Result<(), Refusal> {
        self.end_sessions_without_organization(person).await?;
        self.represents_no_more(person).await?;
        let facts = facts(person, Vec::new());
        contact::Entity::update_many()
            .set(contact::ActiveModel {
                account_id: Set(None),
                search: Set(super::searchable(&facts, None)),
                ..contact::ActiveModel::default()
            })
            .filter(contact::Column::Id.eq(person.id))
            .exec(&self.db)
            .await?;
        self.next_version(person).await
    }
}
