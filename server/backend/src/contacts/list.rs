//! Looking at contacts: the list, searched and paged, and one contact whole (rules L).

use super::people::{grants_in, names_in};
use super::{facts, find, language, phone, phones_of};
use crate::access::{Permit, active_profiles};
use crate::entity::{account, contact, contact_phone, grant, invitation, session};
use crate::refusal::Refusal;
use domain::contacts::{
    AccessFilter, Consequences, ContactCard, ContactLine, ContactPage, ContactSearch, HeldProfile,
    InvitationStep, MailState, PAGE, Phone,
};
use domain::permissions::{ManageContacts, SeeContacts};
use domain::{Bilingual, ContactId, Email, InvitationId, fold};
use platform::outbox;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait as _, Condition, DatabaseConnection, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, QueryTrait as _, Select,
};
use std::collections::HashMap;
use uuid::Uuid;

/// More words than any name and two addresses hold find nobody, and each costs the database a condition.
const WORDS: usize = 50;

/// No name holds it, and PostgreSQL takes no text that does.
fn holds_nul(text: &str) -> bool {
    text.contains('\0')
}

/// The primary contact, then by name (L2, L3).
fn in_order(contacts: Select<contact::Entity>) -> Select<contact::Entity> {
    contacts
        .order_by_desc(contact::Column::IsPrimary)
        .order_by_asc(contact::Column::SortKey)
        .order_by_asc(contact::Column::Id)
}

impl Permit<SeeContacts> {
    /// One page of the contacts that match (L2 to L5, L9).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list(&self, search: &ContactSearch) -> Result<ContactPage, Refusal> {
        let db = self.db();
        let matching = self.matching(search);
        let found = matching.clone().count(db).await?;
        let pages = found.div_ceil(PAGE).max(1);
        let page = search.page.clamp(1, pages);
        // Whom the page shows is read from the index alone; only they are read whole.
        let shown = in_order(matching).select_only().column(contact::Column::Id);
        let shown = shown.limit(PAGE).offset((page - 1) * PAGE).into_query();
        let rows = contact::Entity::find().filter(contact::Column::Id.in_subquery(shown));
        let rows = in_order(rows).all(db).await?;
        Ok(ContactPage { lines: self.lines(rows).await?, found, page, pages })
    }

    /// One contact, whole, with what deactivating would do.
    ///
    /// # Errors
    /// [`domain::Problem::NotFound`] for a contact of another organization (G4).
    pub async fn card(&self, id: ContactId) -> Result<ContactCard, Refusal> {
        let db = self.db();
        let row = find(db, self.organization.id, id).await?;
        let facts = facts(&row, phones_of(db, row.id).await?);
        let version = row.version;
        let at = row.anonymized_at.map(domain::Instant);
        let anonymized = at.map(|at| self.portal.platform.calendar.date(at));
        let consequences = self.consequences(&row).await?;
        let held = self.held_by(&row).await?;
        let (linked, primary) = (row.account_id.is_some(), self.primary_step(&row).await?);
        let mut lines = self.lines(vec![row]).await?;
        let line = lines.pop().ok_or(domain::Problem::NotFound)?;
        Ok(ContactCard { line, facts, held, version, consequences, linked, primary, anonymized })
    }

    /// The profiles that the list may be narrowed to: those offered here, by full name (L4).
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn profiles_to_filter(&self) -> Result<Vec<(String, Bilingual)>, Refusal> {
        let eligible = self.eligible(self.db()).await?;
        let catalogue = &self.portal.catalogue;
        let offered = catalogue.modules.iter().filter(|module| eligible.offers(module));
        let profiles = offered.flat_map(|module| &module.profiles);
        Ok(profiles.map(|profile| (profile.key.clone(), catalogue.name_of(&profile.key))).collect())
    }

    pub(super) fn db(&self) -> &DatabaseConnection {
        self.portal.platform.store.read()
    }

    pub(super) fn matching(&self, search: &ContactSearch) -> Select<contact::Entity> {
        let now = self.portal.now().0;
        let mut select =
            contact::Entity::find().filter(contact::Column::OrganizationId.eq(self.organization.id));
        if search.active_only {
            select = select.filter(contact::Column::Active.eq(true));
        }
        let words = fold::words(&search.words);
        if words.len() > WORDS || holds_nul(&search.words) || holds_nul(&search.profile) {
            return select.filter(Expr::cust("1 = 0"));
        }
        for word in words {
            select = select.filter(self.holds(word));
        }
        if !search.profile.is_empty() {
            let holders = Query::select()
                .column(grant::Column::ContactId)
                .from(grant::Entity)
                .and_where(grant::Column::OrganizationId.eq(self.organization.id))
                .and_where(grant::Column::Profile.eq(search.profile.as_str()))
                .and_where(grant::Column::State.is_in(["active", "suspended"]))
                .to_owned();
            select = select.filter(contact::Column::Id.in_subquery(holders));
        }
        let access = Condition::all()
            .add(contact::Column::Active.eq(true))
            .add(contact::Column::AccountId.is_not_null())
            .add(contact::Column::Id.in_subquery(grants_in(self.organization.id, now)));
        if let Some(waiting) = search.waiting {
            select = select.filter(self.portal.waits(&[self.organization.id], waiting));
        }
        match search.access {
            AccessFilter::Any => select,
            AccessFilter::With => select.filter(access),
            AccessFilter::Without => select.filter(access.not()),
        }
    }

    /// A literal word somewhere in the searched fields: any character stands for itself (L4).
    fn holds(&self, word: String) -> Expr {
        if self.portal.platform.store.is_sqlite() {
            Expr::cust_with_values("instr(contacts.search, ?) > 0", [word])
        } else {
            Expr::cust_with_values("strpos(contacts.search, $1) > 0", [word])
        }
    }

    async fn consequences(&self, row: &contact::Model) -> Result<Consequences, Refusal> {
        let db = self.db();
        let now = self.portal.now().0;
        let profiles = active_profiles(db, row.id, now).await?;
        let pending = |column: invitation::Column| {
            invitation::Entity::find()
                .filter(column.eq(row.id))
                .filter(invitation::Column::State.eq("pending"))
                .filter(invitation::Column::ExpiresAt.gt(now))
        };
        // An account that stays somebody elsewhere stays signed in.
        let sessions = match row.account_id {
            None => 0,
            Some(_) if super::active_elsewhere(db, row).await? => 0,
            Some(account) => {
                session::Entity::find()
                    .filter(session::Column::AccountId.eq(account))
                    .filter(session::Column::ExpiresAt.gt(now))
                    .count(db)
                    .await?
            }
        };
        Ok(Consequences {
            profiles: profiles.len() as u64,
            sessions,
            invitations_to: pending(invitation::Column::ContactId).count(db).await?,
            invitations_by: pending(invitation::Column::IssuedBy).count(db).await?,
            last_administrator: super::last_administrator(&self.portal, db, row).await?,
        })
    }

    /// The lines of these contacts, everything about them read at once.
    pub(super) async fn lines(&self, rows: Vec<contact::Model>) -> Result<Vec<ContactLine>, Refusal> {
        let about = self.about(&rows).await?;
        Ok(rows.into_iter().map(|row| self.line(row, &about)).collect())
    }

    async fn about(&self, rows: &[contact::Model]) -> Result<About, Refusal> {
        let db = self.db();
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut about = About::default();
        let phones = contact_phone::Entity::find()
            .filter(contact_phone::Column::ContactId.is_in(ids.clone()))
            .order_by_asc(contact_phone::Column::Place);
        for row in phones.all(db).await? {
            about.phones.entry(row.contact_id).or_default().push(phone(row));
        }
        let grants = grant::Entity::find()
            .filter(grant::Column::ContactId.is_in(ids.clone()))
            .filter(crate::access::working(self.portal.now().0));
        for row in grants.all(db).await? {
            about.profiles.entry(row.contact_id).or_default().push(row.profile);
        }
        // The newest comes last and stays.
        let invitations = invitation::Entity::find()
            .filter(invitation::Column::ContactId.is_in(ids))
            .order_by_asc(invitation::Column::IssuedAt)
            .order_by_asc(invitation::Column::Id);
        for row in invitations.all(db).await? {
            about.invitations.insert(row.contact_id, row);
        }
        let accounts: Vec<Uuid> = rows.iter().filter_map(|row| row.account_id).collect();
        for row in account::Entity::find().filter(account::Column::Id.is_in(accounts)).all(db).await? {
            about.accounts.insert(row.id, row);
        }
        let pending = about.invitations.values().filter(|row| row.state == "pending").map(|row| row.id);
        let mails = outbox::Entity::find()
            .filter(outbox::Column::About.is_in(pending))
            .filter(outbox::Column::Kind.eq(crate::letters::INVITE));
        for row in mails.all(db).await? {
            if let Some(id) = row.about {
                about.mails.insert(id, mail_state(&row.state));
            }
        }
        Ok(about)
    }

    fn line(&self, row: contact::Model, about: &About) -> ContactLine {
        let catalogue = &self.portal.catalogue;
        let keys = about.profiles.get(&row.id).cloned().unwrap_or_default();
        let access = row.active && row.account_id.is_some() && !keys.is_empty();
        let account = row.account_id.and_then(|id| about.accounts.get(&id));
        let account_email = account
            .filter(|account| account.email_verified)
            .and_then(|account| account.email.clone())
            .filter(|email| email.to_lowercase() != row.email_key);
        let signed_in = account
            .filter(|_| self.actor.may::<ManageContacts>())
            .map(|account| domain::Instant(account.last_sign_in_at));
        // Profiles are shown in the catalogue's order; what it does not know comes last, by key (P10).
        let known = catalogue.profiles().map(|profile| &profile.key).filter(|key| keys.contains(key));
        let unknown = keys.iter().filter(|key| catalogue.find(key).is_none());
        let shown = known.chain(unknown).map(|key| catalogue.name_of(key));
        ContactLine {
            id: ContactId(row.id),
            step: self.step(&row, access, about),
            primary: row.is_primary,
            administrator: access && catalogue.any_administrator(&keys),
            profiles: if access { shown.collect() } else { Vec::new() },
            title: row.title.clone(),
            email: Email::known(row.email.clone()),
            account_email,
            phones: about.phones.get(&row.id).cloned().unwrap_or_default(),
            language: language(&row),
            active: row.active,
            access,
            last_sign_in: signed_in.map(|at| self.portal.platform.calendar.date(at)),
            unused_days: signed_in.filter(|_| access).and_then(|at| self.portal.unused(at)),
            last_name: row.last_name,
            first_name: row.first_name,
        }
    }

    fn step(&self, row: &contact::Model, access: bool, about: &About) -> InvitationStep {
        if access || !row.active {
            return InvitationStep::Nothing;
        }
        let Some(latest) = about.invitations.get(&row.id) else { return InvitationStep::Invite };
        let calendar = &self.portal.platform.calendar;
        let day = calendar.last_day_before(domain::Instant(latest.expires_at));
        let invitation = InvitationId(latest.id);
        match latest.state.as_str() {
            "pending" if latest.expires_at > self.portal.now().0 => InvitationStep::Invited {
                invitation,
                until: day,
                mail: about.mails.get(&latest.id).copied().unwrap_or(MailState::Queued),
            },
            "pending" => InvitationStep::Expired { invitation, at: day },
            "declined" => InvitationStep::Declined {
                at: calendar.date(domain::Instant(latest.ended_at.unwrap_or(latest.issued_at))),
            },
            _ => InvitationStep::Invite,
        }
    }
}

impl<P> Permit<P> {
    /// What a contact holds, who gave it, when, and until when (P7).
    pub(super) async fn held_by(&self, row: &contact::Model) -> Result<Vec<HeldProfile>, Refusal> {
        let db = self.portal.platform.store.read();
        let rows = grant::Entity::find()
            .filter(grant::Column::ContactId.eq(row.id))
            .filter(grant::Column::State.is_in(["active", "suspended"]))
            .order_by_asc(grant::Column::Profile)
            .all(db)
            .await?;
        let granters = rows.iter().filter_map(|row| row.granted_by);
        let names = names_in(db, self.organization.id, granters).await?;
        let calendar = &self.portal.platform.calendar;
        Ok(rows
            .into_iter()
            .map(|row| HeldProfile {
                name: self.portal.catalogue.name_of(&row.profile),
                suspended: row.state == "suspended",
                granted_by: row.granted_by.and_then(|id| names.get(&id).cloned()),
                granted_at: calendar.date(domain::Instant(row.granted_at)),
                until: row.ends_at.map(|end| calendar.last_day_before(domain::Instant(end))),
                key: row.profile,
            })
            .collect())
    }
}

/// What is known about the contacts of one page.
#[derive(Default)]
struct About {
    phones: HashMap<Uuid, Vec<Phone>>,
    profiles: HashMap<Uuid, Vec<String>>,
    invitations: HashMap<Uuid, invitation::Model>,
    accounts: HashMap<Uuid, account::Model>,
    mails: HashMap<Uuid, MailState>,
}

fn mail_state(state: &str) -> MailState {
    match state {
        "sent" => MailState::Sent,
        "bounced" => MailState::Bounced,
        "failed" | "void" => MailState::Failed,
        _ => MailState::Queued,
    }
}
