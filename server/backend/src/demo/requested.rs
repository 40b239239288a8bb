//! Requests for access in each state (R1 to R7), a designated representative, reference numbers (R8), and what people
//! say of pages (R12), done as people do it.
//!
//! Days that have passed are written afterwards, since nobody signs in the past.

use super::PEOPLE;
use crate::access::{Permit, SignedIn};
use crate::entity::{
    access_request, access_request_signature, access_request_step, contact, invitation, organization,
    organization_module,
};
use crate::portal::{Portal, PortalSettings};
use crate::refusal::Refusal;
use domain::access_requests::{
    ApprovalForm, HoldForm, NewLine, NumberLoadForm, Part, PersonForm, RequestForm, SentRequest, SignForm,
};
use domain::catalogue::{Catalogue, Service, WayIn};
use domain::feedback::FeedbackForm;
use domain::organizations::DetailsForm;
use domain::permissions::{KeepOrganizations, SeeContacts};
use domain::{AccountId, ContactId, Language, OrganizationId, Problem, fold};
use platform::{Platform, outbox};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _,
};

/// A day, in milliseconds.
const DAY: i64 = 24 * 3600 * 1000;

/// Whoever asks: organization in English and French, the user, who authorizes.
const ASKING: [(&str, &str, &str, &str); 4] = [
    ("Lighthouse Skills Centre", "Centre de formation du Phare", "Noémie Hébert", "Yvon Savoie"),
    ("Riverbend Co-operative", "Coopérative du Coude", "Dana Fraser", "Colin Murray"),
    ("Old Mill Library", "Bibliothèque du Vieux-Moulin", "Sylvain Mazerolle", "Odette Roussel"),
    ("Tern Island Youth House", "Maison des jeunes de l’Île-aux-Sternes", "Priya Nair", "Mark Steeves"),
];

/// Number, last name, first name, as an order would send them.
const NUMBERS: &str = "Number,Last name,First name\n\
    DEMO-1001,Cormier,Jeanne\nDEMO-1002,Walsh,Peter\nDEMO-1003,Doiron,Luc\nDEMO-1004,Singh,Asha\n";

/// What somebody says of a page.
const SAID: [(&str, bool, &str, Language); 6] = [
    ("/en/access-requests", true, "", Language::En),
    ("/fr/access-requests", true, "J’ai tout fait en dix minutes.", Language::Fr),
    ("/en/access-requests", false, "I was not sure which service to choose.", Language::En),
    ("/fr/home", true, "", Language::Fr),
    ("/en/organizations/0/contacts", true, "The search finds everybody.", Language::En),
    ("/fr/identity/sign-in", false, "Je ne savais plus quelle adresse j’avais donnée.", Language::Fr),
];

/// Of a catalogue that lets nobody ask for anything, there is nothing to show.
pub(super) async fn fill(platform: &Platform, catalogue: &Catalogue) -> Result<(), DbErr> {
    let portal = Portal::new(platform.clone(), catalogue.clone(), PortalSettings::default(), Vec::new());
    let played = Play { portal: &portal }.all().await;
    played.map_err(|refusal| DbErr::Custom(format!("the requests of the demonstration: {refusal:?}")))
}

/// Who plays it, and where.
pub(super) struct Play<'a> {
    pub portal: &'a Portal,
}

impl Play<'_> {
    async fn all(&self) -> Result<(), Refusal> {
        for (page, useful, comment, language) in SAID {
            let useful = if useful { "yes" } else { "no" };
            let form = FeedbackForm { page: page.into(), useful: useful.into(), comment: comment.into() };
            self.portal.visitor().say_of_page(&form, language).await?;
        }
        let supervisor = self.supervisor().await?;
        self.numbers(&supervisor).await?;
        let lines = self.portal.visitor().services_to_ask_for();
        let asked = lines.into_iter().find(|line| !line.by_representative && !line.situations.is_empty());
        let Some(line) = asked else { return Ok(()) };
        let desk = supervisor.staff().await?;
        self.strangers(&line, &desk).await?;
        self.at_home(&line, &desk).await?;
        self.nobody_is_written_to().await
    }

    /// Its letters count as sent: people who do not exist wait for none.
    async fn nobody_is_written_to(&self) -> Result<(), Refusal> {
        outbox::Entity::update_many()
            .col_expr(outbox::Column::State, Expr::value("sent"))
            .col_expr(outbox::Column::SentAt, Expr::col(outbox::Column::CreatedAt))
            .col_expr(outbox::Column::Attempts, Expr::value(1))
            .filter(outbox::Column::State.eq("queued"))
            .exec(self.portal.platform.store.write())
            .await?;
        Ok(())
    }

    /// Of organizations that nobody knows: waiting for both, for one of the two, with Support, on hold.
    async fn strangers(&self, line: &NewLine, desk: &Permit<KeepOrganizations>) -> Result<(), Refusal> {
        let [waiting, half, submitted, held] = ASKING.map(|asking| unknown(line, asking));
        self.send(&waiting).await?;
        let sent = self.send(&half).await?;
        self.sign(&sent, Part::User).await?;
        self.passed(&sent, 1).await?;
        let sent = self.signed(&submitted).await?;
        self.passed(&sent, 3).await?;
        let sent = self.signed(&held).await?;
        let question = "Quel programme donnez-vous? – Which program do you offer?";
        desk.hold_request(sent.read(), &HoldForm { text: question.into() }).await?;
        self.passed(&sent, 8).await
    }

    /// Of the main organization: one about which its administrators are asked, and one that is approved, whose code its
    /// designated representative has.
    async fn at_home(&self, line: &NewLine, desk: &Permit<KeepOrganizations>) -> Result<(), Refusal> {
        let db = self.portal.platform.store.read();
        let Some(primary) = self.played(0).await? else { return Ok(()) };
        let here = OrganizationId(primary.organization_id);
        let Some(house) = organization::Entity::find_by_id(here.0).one(db).await? else { return Ok(()) };
        let service = self.portal.catalogue.services.iter().find(|one| one.key == line.service.0);
        let Some(service) = service.filter(|one| self.for_everyone(one)) else { return Ok(()) };
        let Some(representative) = self.second(&primary).await? else { return Ok(()) };
        let by_primary: Permit<SeeContacts> = self.as_contact(&primary).await?.permit(here).await?;
        by_primary.name_representative(ContactId(representative.id)).await?;
        let asking = RequestForm {
            organization_is: "existing".into(),
            organization: DetailsForm {
                name_en: house.name_en,
                name_fr: house.name_fr,
                ..DetailsForm::default()
            },
            user: person("Camille Vautour"),
            authorizer: person("Hélène Losier"),
            ..of(line)
        };
        self.signed(&asking).await?;
        let Some(user) = self.without_access(here).await? else { return Ok(()) };
        let asking = RequestForm { user: known(&user), authorizer: known(&representative), ..asking };
        let sent = self.signed(&asking).await?;
        let form = ApprovalForm {
            profiles: self.ordinary(service),
            organization: here.to_string(),
            ..ApprovalForm::default()
        };
        desk.approve_request(sent.read(), &form).await?;
        self.passed(&sent, 1).await
    }

    /// R8: in an organization to which the service is open.
    async fn numbers(&self, supervisor: &SignedIn) -> Result<(), Refusal> {
        let db = self.portal.platform.store.read();
        let by_number = |service: &&Service| service.ways_in.contains(&WayIn::ReferenceNumber);
        let Some(service) = self.portal.catalogue.services.iter().find(by_number) else { return Ok(()) };
        let eligible = organization_module::Entity::find()
            .filter(organization_module::Column::Module.eq(service.module.as_str()))
            .all(db)
            .await?;
        let open = organization::Entity::find()
            .filter(organization::Column::State.eq("open"))
            .filter(organization::Column::Id.is_in(eligible.into_iter().map(|row| row.organization_id)))
            .order_by_asc(organization::Column::Id)
            .one(db)
            .await?;
        let Some(house) = open else { return Ok(()) };
        let door: Permit<KeepOrganizations> = supervisor.permit(OrganizationId(house.id)).await?;
        let calendar = &self.portal.platform.calendar;
        let form = NumberLoadForm {
            service: service.key.clone(),
            profiles: self.ordinary(service),
            until: calendar.date(self.portal.now().plus_days(365)).machine,
            table: String::new(),
        };
        door.load_numbers(NUMBERS.as_bytes(), &form).await?;
        Ok(())
    }

    /// The first profile of a service that needs nothing else and administers nothing.
    fn ordinary(&self, service: &Service) -> Vec<String> {
        let mut profiles = self.portal.catalogue.profiles().filter(|one| service.profiles.contains(&one.key));
        let ordinary = profiles.find(|one| !one.administrator && one.needs_module.is_none());
        ordinary.map(|one| one.key.clone()).into_iter().collect()
    }

    fn for_everyone(&self, service: &Service) -> bool {
        let module = self.portal.catalogue.modules.iter().find(|module| module.key == service.module);
        module.is_some_and(|module| module.for_everyone) && !self.ordinary(service).is_empty()
    }

    async fn send(&self, form: &RequestForm) -> Result<SentRequest, Refusal> {
        self.portal.visitor().send_request(form, Language::Fr).await
    }

    /// What the holder of a mailed link does: reads, then signs.
    async fn sign(&self, sent: &SentRequest, part: Part) -> Result<(), Refusal> {
        let bearer = self.portal.visitor().bearer(&self.portal.request_token(sent.id.0, part, 1)).await?;
        let text = bearer.card().await?.signing.ok_or(Problem::RequestPassed)?;
        let form = SignForm { name: text.name, commitments: "true".into(), hash: text.hash };
        bearer.sign(&form, Language::Fr).await
    }

    async fn signed(&self, form: &RequestForm) -> Result<SentRequest, Refusal> {
        let sent = self.send(form).await?;
        self.sign(&sent, Part::User).await?;
        self.sign(&sent, Part::Authorizer).await?;
        Ok(sent)
    }

    /// All of it was so many days ago.
    async fn passed(&self, sent: &SentRequest, days: i64) -> Result<(), Refusal> {
        use access_request::Column as Kept;
        let db = self.portal.platform.store.write();
        let mut update = access_request::Entity::update_many().filter(Kept::Id.eq(sent.id.0));
        for column in [Kept::CreatedAt, Kept::SentAt, Kept::SubmittedAt, Kept::DecidedAt] {
            update = update.col_expr(column, Expr::col(column).sub(days * DAY));
        }
        update.exec(db).await?;
        access_request_signature::Entity::update_many()
            .col_expr(
                access_request_signature::Column::SignedAt,
                Expr::col(access_request_signature::Column::SignedAt).sub(days * DAY),
            )
            .filter(access_request_signature::Column::RequestId.eq(sent.id.0))
            .exec(db)
            .await?;
        access_request_step::Entity::update_many()
            .col_expr(
                access_request_step::Column::At,
                Expr::col(access_request_step::Column::At).sub(days * DAY),
            )
            .filter(access_request_step::Column::RequestId.eq(sent.id.0))
            .exec(db)
            .await?;
        Ok(())
    }

    /// The supervisor of Support, who signed in just now.
    async fn supervisor(&self) -> Result<SignedIn, Refusal> {
        let supervisor = self.played(3).await?.ok_or(Problem::NotFound)?;
        self.as_contact(&supervisor).await
    }

    pub(super) async fn as_contact(&self, contact: &contact::Model) -> Result<SignedIn, Refusal> {
        let account = contact.account_id.ok_or(Problem::NotFound)?;
        Ok(self.portal.signed_in(AccountId(account)).await?.since(Some(self.portal.now())))
    }

    /// That one of [`PEOPLE`], where this person is primary contact.
    pub(super) async fn played(&self, number: usize) -> Result<Option<contact::Model>, DbErr> {
        let person = &PEOPLE[number];
        contact::Entity::find()
            .filter(contact::Column::IsPrimary.eq(true))
            .filter(contact::Column::EmailKey.eq(person.email))
            .one(self.portal.platform.store.read())
            .await
    }

    /// The administrator beside that primary contact.
    pub(super) async fn second(&self, primary: &contact::Model) -> Result<Option<contact::Model>, DbErr> {
        contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(primary.organization_id))
            .filter(contact::Column::EmailKey.eq(PEOPLE[1].email))
            .one(self.portal.platform.store.read())
            .await
    }

    /// Somebody active who never had an access and was never invited.
    pub(super) async fn without_access(
        &self,
        organization: OrganizationId,
    ) -> Result<Option<contact::Model>, DbErr> {
        let invited = invitation::Entity::find()
            .select_only()
            .column(invitation::Column::ContactId)
            .filter(invitation::Column::OrganizationId.eq(organization.0))
            .into_query();
        contact::Entity::find()
            .filter(contact::Column::OrganizationId.eq(organization.0))
            .filter(contact::Column::Active.eq(true))
            .filter(contact::Column::AccountId.is_null())
            .filter(contact::Column::Id.not_in_subquery(invited))
            // Whoever looks at the first page of the list still finds somebody to invite there.
            .filter(contact::Column::SortKey.lt("s"))
            .order_by_desc(contact::Column::SortKey)
            .one(self.portal.platform.store.read())
            .await
    }
}

/// A request for that service.
fn of(line: &NewLine) -> RequestForm {
    let situation = line.situations.first().map(|(key, _)| key.clone()).unwrap_or_default();
    RequestForm { situation, service: line.service.0.clone(), ..RequestForm::default() }
}

fn unknown(line: &NewLine, (en, fr, user, authorizer): (&str, &str, &str, &str)) -> RequestForm {
    RequestForm {
        organization_is: "new".into(),
        organization: DetailsForm { name_en: en.into(), name_fr: fr.into(), ..DetailsForm::default() },
        user: person(user),
        authorizer: person(authorizer),
        ..of(line)
    }
}

/// Somebody who is nobody's contact.
fn person(name: &str) -> PersonForm {
    let (first, last) = name.split_once(' ').unwrap_or_default();
    PersonForm {
        last_name: last.into(),
        first_name: first.into(),
        email: format!("{}@example.org", fold::fold(name).replace(' ', ".")),
        ..PersonForm::default()
    }
}

fn known(contact: &contact::Model) -> PersonForm {
    PersonForm {
        last_name: contact.last_name.clone(),
        first_name: contact.first_name.clone(),
        email: contact.email.clone(),
        ..PersonForm::default()
    }
}
