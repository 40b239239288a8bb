//! People, as rows: what they did before the story begins is not the story.

use super::Stage;
use backend::{Permit, Refusal, SignedIn};
use domain::contacts::ContactForm;
use domain::permissions::{ManageContacts, Right, SeeContacts, SeeOrganization};
use domain::{AccountId, ContactId, OrganizationId, fold};
use sea_orm::Value;
use uuid::Uuid;

/// An organization of the story.
#[derive(Clone, Debug)]
pub struct Org {
    pub id: OrganizationId,
}

/// A contact of an organization, and the account when it has one.
#[derive(Clone, Debug)]
pub struct Person {
    pub contact: ContactId,
    pub email: String,
    pub organization: OrganizationId,
    account: Option<AccountId>,
    portal: backend::Portal,
}

impl Person {
    #[track_caller]
    pub fn account(&self) -> AccountId {
        self.account.expect("no account")
    }

    /// A new request of this person.
    pub async fn signs_in(&self) -> Result<SignedIn, Refusal> {
        Ok(self.portal.signed_in(self.account()).await?.since(Some(self.portal.now())))
    }

    /// A new request of this person, for a right in an organization.
    pub async fn asks<P: Right>(&self, organization: OrganizationId) -> Result<Permit<P>, Refusal> {
        self.signs_in().await?.permit::<P>(organization).await
    }

    pub async fn manages(&self) -> Permit<ManageContacts> {
        self.asks(self.organization).await.unwrap()
    }

    pub async fn sees(&self) -> Permit<SeeContacts> {
        self.asks(self.organization).await.unwrap()
    }

    pub async fn home(&self) -> Permit<SeeOrganization> {
        self.asks(self.organization).await.unwrap()
    }
}

/// What somebody types for a contact.
pub fn typed(name: &str) -> ContactForm {
    let (first, last) = name.split_once(' ').unwrap_or(("", name));
    ContactForm {
        last_name: last.to_owned(),
        first_name: first.to_owned(),
        one_name: if first.is_empty() { "true".to_owned() } else { String::new() },
        email: address(name),
        ..ContactForm::default()
    }
}

/// "Alice Aucoin" reads her mail at alice.aucoin@example.org.
fn address(name: &str) -> String {
    let name: String =
        fold::fold(name).chars().map(|letter| if letter.is_alphanumeric() { letter } else { '.' }).collect();
    format!("{name}@example.org")
}

impl Stage {
    fn new_id(&self) -> Uuid {
        self.platform.chance.id(self.platform.clock.now())
    }

    /// An organization; "Tide House / Maison des marées" when its names differ.
    pub async fn organization(&self, name: &str) -> Org {
        self.found(name, false).await
    }

    /// The operator's own organization.
    pub async fn operator(&self) -> Org {
        self.found("Program Office / Bureau des programmes", true).await
    }

    async fn found(&self, name: &str, operator: bool) -> Org {
        let (en, fr) = name.split_once(" / ").unwrap_or((name, name));
        let id = self.new_id();
        let sql = "INSERT INTO organizations (id, name_en, name_fr, search, sort_key, state, tracks_clients, \
                   operator, created_at) VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8)";
        let keys = (fold::fold(&format!("{en}\n{fr}")), fold::sort_key(fr, ""));
        let now = self.platform.clock.now().0;
        let values: [Value; 8] = [
            id.into(),
            en.into(),
            fr.into(),
            keys.0.into(),
            keys.1.into(),
            false.into(),
            operator.into(),
            now.into(),
        ];
        self.run(sql, values).await;
        Org { id: OrganizationId(id) }
    }

    /// Support switches a module on for an organization.
    pub async fn offer(&self, org: &Org, module: &str) {
        let sql = "INSERT INTO organization_modules (organization_id, module) VALUES ($1, $2)";
        self.run(sql, [org.id.0.into(), module.into()]).await;
    }

    /// Alice Aucoin, funding administrator and primary contact.
    pub async fn alice(&self, org: &Org) -> Person {
        let alice = self.person(org, "Alice Aucoin", &["funding.administrator"]).await;
        self.run("UPDATE contacts SET is_primary = $2 WHERE id = $1", [alice.contact.0.into(), true.into()])
            .await;
        alice
    }

    /// Carla Comeau, a second funding administrator.
    pub async fn carla(&self, org: &Org) -> Person {
        self.person(org, "Carla Comeau", &["funding.administrator"]).await
    }

    /// An active contact with an account and these profiles.
    pub async fn person(&self, org: &Org, name: &str, profiles: &[&str]) -> Person {
        let account = self.account(name).await;
        let contact = self.insert_contact(org, name, Some(account)).await;
        for profile in profiles {
            self.hold(org, contact, profile).await;
        }
        Person { account: Some(account), ..self.known(org, contact, name) }
    }

    /// A contact without access.
    pub async fn contact(&self, org: &Org, name: &str) -> Person {
        let contact = self.insert_contact(org, name, None).await;
        self.known(org, contact, name)
    }

    /// The same account, as a contact of another organization.
    pub async fn also(&self, person: &Person, org: &Org, name: &str, profiles: &[&str]) -> Person {
        let contact = self.insert_contact(org, name, person.account).await;
        for profile in profiles {
            self.hold(org, contact, profile).await;
        }
        Person { account: person.account, ..self.known(org, contact, name) }
    }

    /// Somebody accepted with that account.
    pub fn linked(&self, person: &Person, account: AccountId) -> Person {
        Person { account: Some(account), ..person.clone() }
    }

    fn known(&self, org: &Org, contact: ContactId, name: &str) -> Person {
        Person {
            contact,
            email: address(name),
            organization: org.id,
            account: None,
            portal: self.portal.clone(),
        }
    }

    /// An account at a provider, its address verified.
    pub async fn account(&self, name: &str) -> AccountId {
        let (id, now) = (self.new_id(), self.platform.clock.now().0);
        let sql = "INSERT INTO accounts (id, name, email, email_verified, language, created_at, last_sign_in_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $6)";
        let values: [Value; 6] =
            [id.into(), name.into(), address(name).into(), true.into(), Value::String(None), now.into()];
        self.run(sql, values).await;
        let sql = "INSERT INTO logins (issuer, subject, account_id, created_at) VALUES ($1, $2, $3, $4)";
        let subject = id.simple().to_string();
        self.run(sql, [super::BASE_URL.into(), subject.into(), id.into(), now.into()]).await;
        AccountId(id)
    }

    async fn insert_contact(&self, org: &Org, name: &str, account: Option<AccountId>) -> ContactId {
        let form = typed(name);
        let (id, now) = (self.new_id(), self.platform.clock.now().0);
        let search = fold::fold(&format!("{} {}\n{}\n", form.first_name, form.last_name, form.email));
        let sql = "INSERT INTO contacts (id, organization_id, last_name, first_name, email, email_key, active, \
                   is_primary, account_id, search, sort_key, version, created_at, updated_at) \
                   VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, 1, $11, $11)";
        let sort_key = fold::sort_key(&form.last_name, &form.first_name);
        let values: [Value; 11] = [
            id.into(),
            org.id.0.into(),
            form.last_name.into(),
            form.first_name.into(),
            form.email.into(),
            true.into(),
            false.into(),
            Value::Uuid(account.map(|id| id.0)),
            search.into(),
            sort_key.into(),
            now.into(),
        ];
        self.run(sql, values).await;
        ContactId(id)
    }

    pub async fn hold(&self, org: &Org, contact: ContactId, profile: &str) {
        let now = self.platform.clock.now().0;
        let sql = "INSERT INTO grants (id, organization_id, contact_id, profile, state, granted_at, changed_at) \
                   VALUES ($1, $2, $3, $4, 'active', $5, $5)";
        let values: [Value; 5] =
            [self.new_id().into(), org.id.0.into(), contact.0.into(), profile.into(), now.into()];
        self.run(sql, values).await;
    }

    /// Somebody entitled takes these profiles away.
    pub async fn take_away(&self, contact: ContactId, profile: &str) {
        let sql = "UPDATE grants SET state = 'revoked' WHERE contact_id = $1 AND profile = $2";
        assert_eq!(self.run(sql, [contact.0.into(), profile.into()]).await, 1);
    }
}
