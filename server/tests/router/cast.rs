//! The cast: one person for each profile, in one organization, and a stranger of another.

use crate::scene::{Browser, Scene};
use backend::catalogue;
use backend::sessions::{ACCOUNT, LOGIN};
use backend::sign_in::Login;
use domain::access_requests::{PersonForm, RequestForm};
use domain::catalogue::Catalogue;
use domain::organizations::DetailsForm;
use domain::{AccountId, Instant, Language};
use platform::Chance;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Query};
use sea_orm::{ConnectionTrait as _, Value};
use std::collections::HashMap;
use tower_sessions::SessionStore as _;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};

/// Where everything happens.
pub struct House {
    pub organization: Uuid,
    /// A contact without access, and one with a pending invitation.
    pub contact: Uuid,
    pub invitation: Uuid,
    pub profile_request: Uuid,
    /// A request for access with a scan, about which the administrators are asked (R1).
    pub access_request: Uuid,
    /// An access review under way, which lists the contact.
    pub review: Uuid,
    /// An agreement that is out, and the contact's part in it, to which the link leads.
    pub agreement: Uuid,
    pub signatory: Uuid,
    other: Uuid,
    operator: Uuid,
}

/// The end of the invitation's link.
pub const LINK: &str = "somebody-s-link";

/// Somebody of Support who looks as the first administrator (G7).
pub const VIEWER: &str = "Support viewing";

/// Everybody, by what is said of them, in an order that stays.
pub struct Cast {
    pub house: House,
    pub people: Vec<(String, Browser)>,
    administrator: String,
}

impl Cast {
    pub async fn of(scene: &Scene) -> Self {
        let house = House::built(scene).await;
        let catalogue: Catalogue = catalogue::read(catalogue::DEFAULT).unwrap();
        let mut people = vec![("nobody".to_owned(), scene.browser())];
        let administrator = catalogue
            .modules
            .iter()
            .flat_map(|module| &module.profiles)
            .find(|profile| profile.administrator);
        let administrator = administrator.unwrap().key.clone();
        people.push(("stranger".to_owned(), person(scene, house.other, &administrator).await));
        for module in &catalogue.modules {
            let home = if module.operator { house.operator } else { house.organization };
            for profile in &module.profiles {
                people.push((profile.key.clone(), person(scene, home, &profile.key).await));
            }
        }
        people.push((VIEWER.to_owned(), viewer(scene, &house, &administrator).await));
        Self { house, people, administrator }
    }

    /// As whom Support looks.
    pub fn viewed(&self) -> Browser {
        self.named(&self.administrator)
    }

    pub fn named(&self, name: &str) -> Browser {
        self.people.iter().find(|(of, _)| of == name).unwrap().1.clone()
    }
}

impl House {
    async fn built(scene: &Scene) -> Self {
        let organization = open(scene, "House", false).await;
        let (other, operator) = (open(scene, "Other", false).await, open(scene, "Operator", true).await);
        let contact = contact(scene, organization, "Contact", None).await;
        let invited = contact_invited(scene, organization).await;
        let profile_request = asked(scene, organization, contact).await;
        let review = review_open(scene, organization, contact).await;
        let access_request = access_asked(scene, organization).await;
        let (agreement, signatory) = agreement_out(scene, organization, contact).await;
        Self {
            organization,
            contact,
            invitation: invited,
            profile_request,
            review,
            access_request,
            agreement,
            signatory,
            other,
            operator,
        }
    }
}

/// A profile asked of Support for a contact.
async fn asked(scene: &Scene, organization: Uuid, contact: Uuid) -> Uuid {
    let id = id(scene);
    let row = vec![
        ("id", id.into()),
        ("organization_id", organization.into()),
        ("contact_id", contact.into()),
        ("profile", "cases.manager".into()),
        ("reason", "Needed".into()),
        ("asked_by", contact.into()),
        ("asked_at", scene.now().0.into()),
        ("state", "waiting".into()),
    ];
    insert(scene, "profile_requests", row).await;
    id
}

/// An access asked for by somebody whom nobody knows yet; the administrators of the organization are asked.
async fn access_asked(scene: &Scene, organization: Uuid) -> Uuid {
    let person = |last_name: &str, email: &str| PersonForm {
        last_name: last_name.into(),
        first_name: "Alex".into(),
        email: email.into(),
        ..PersonForm::default()
    };
    let form = RequestForm {
        situation: "organization".into(),
        service: "funding-online".into(),
        organization_is: "new".into(),
        organization: DetailsForm {
            name_en: "Harbour".into(),
            name_fr: "Havre".into(),
            ..DetailsForm::default()
        },
        user: person("Asks", "alex.asks@example.org"),
        authorizer: person("Authorizes", "alex.authorizes@example.org"),
        ..RequestForm::default()
    };
    let sent = scene.parts.portal.visitor().send_request(&form, Language::En).await.unwrap();
    let row = vec![
        ("request_id", sent.id.0.into()),
        ("part", "user".into()),
        ("media", "application/pdf".into()),
        ("content", b"%PDF-1.7".to_vec().into()),
        ("hash", vec![0_u8; 32].into()),
        ("kept_at", scene.now().0.into()),
    ];
    insert(scene, "access_request_scans", row).await;
    let signed = Query::update()
        .table(Alias::new("access_requests"))
        .value(Alias::new("state"), "submitted")
        .value(Alias::new("submitted_at"), scene.now().0)
        .value(Alias::new("target_id"), organization)
        .value(Alias::new("vouch"), "asked")
        .and_where(Expr::col(Alias::new("id")).eq(sent.id.0))
        .to_owned();
    scene.parts.platform.store.write().execute(&signed).await.unwrap();
    sent.id.0
}

/// An agreement of one page in English, which the contact is asked to sign.
async fn agreement_out(scene: &Scene, organization: Uuid, contact: Uuid) -> (Uuid, Uuid) {
    let (agreement, signatory, now) = (id(scene), id(scene), scene.now());
    let (text, hash) = ("# Purpose", platform::secrets::hash("# Purpose"));
    let size = i64::try_from(text.len()).unwrap();
    let row = vec![
        ("sha256", hash.clone().into()),
        ("content", text.as_bytes().to_vec().into()),
        ("size", size.into()),
        ("kept_at", now.0.into()),
    ];
    insert(scene, "documents", row).await;
    let row = vec![
        ("id", agreement.into()),
        ("organization_id", organization.into()),
        ("state", "out".into()),
        ("edition", 1_i32.into()),
        ("version", 1_i64.into()),
        ("title_en", "Agreement".into()),
        ("signing_order", "together".into()),
        ("deadline_day", "2999-12-31".into()),
        ("deadline_at", now.plus_days(20).0.into()),
        ("search", "agreement".into()),
        ("prepared_by", contact.into()),
        ("prepared_by_support", false.into()),
        ("created_at", now.0.into()),
        ("updated_at", now.0.into()),
        ("sent_at", now.0.into()),
    ];
    insert(scene, "agreements", row).await;
    let row = vec![
        ("agreement_id", agreement.into()),
        ("edition", 1_i32.into()),
        ("language", "en".into()),
        ("kind", "written".into()),
        ("sha256", hash.into()),
        ("pages", 0_i32.into()),
        ("size", size.into()),
    ];
    insert(scene, "agreement_documents", row).await;
    let row = vec![
        ("id", signatory.into()),
        ("agreement_id", agreement.into()),
        ("organization_id", organization.into()),
        ("edition", 1_i32.into()),
        ("contact_id", contact.into()),
        ("position", 1_i32.into()),
        ("state", "invited".into()),
        ("email", "contact@example.org".into()),
        ("link", 1_i32.into()),
        ("token_hash", platform::secrets::hash(LINK).into()),
        ("invited_at", now.0.into()),
    ];
    insert(scene, "agreement_signatories", row).await;
    (agreement, signatory)
}

pub fn id(scene: &Scene) -> Uuid {
    Chance::System.id(scene.now())
}

pub async fn insert(scene: &Scene, table: &str, row: Vec<(&str, Value)>) {
    let (columns, values): (Vec<_>, Vec<_>) =
        row.into_iter().map(|(name, value)| (Alias::new(name), Expr::value(value))).unzip();
    let insert =
        Query::insert().into_table(Alias::new(table)).columns(columns).values_panic(values).to_owned();
    scene.parts.platform.store.write().execute(&insert).await.unwrap();
}

pub async fn open(scene: &Scene, name: &str, operator: bool) -> Uuid {
    let id = id(scene);
    let row = vec![
        ("id", id.into()),
        ("name_en", name.into()),
        ("name_fr", name.into()),
        ("search", name.to_lowercase().into()),
        ("sort_key", name.to_lowercase().into()),
        ("state", "open".into()),
        ("tracks_clients", false.into()),
        ("operator", operator.into()),
        ("created_at", scene.now().0.into()),
    ];
    insert(scene, "organizations", row).await;
    id
}

pub async fn contact(scene: &Scene, organization: Uuid, name: &str, account: Option<Uuid>) -> Uuid {
    let id = id(scene);
    let email = format!("{}@example.org", id.simple());
    let row = vec![
        ("id", id.into()),
        ("organization_id", organization.into()),
        ("last_name", name.into()),
        ("first_name", "Alex".into()),
        ("email", email.clone().into()),
        ("email_key", email.clone().into()),
        ("active", true.into()),
        ("is_primary", false.into()),
        ("account_id", account.into()),
        ("search", email.into()),
        ("sort_key", name.to_lowercase().into()),
        ("version", 1_i64.into()),
        ("created_at", scene.now().0.into()),
        ("updated_at", scene.now().0.into()),
    ];
    insert(scene, "contacts", row).await;
    id
}

async fn review_open(scene: &Scene, organization: Uuid, contact: Uuid) -> Uuid {
    let id = id(scene);
    let row = vec![
        ("id", id.into()),
        ("organization_id", organization.into()),
        ("state", "open".into()),
        ("started_by", contact.into()),
        ("started_by_support", false.into()),
        ("started_at", scene.now().0.into()),
        ("attested_by_support", false.into()),
        ("people", 0_i64.into()),
        ("kept", 0_i64.into()),
        ("changed", 0_i64.into()),
        ("deactivated", 0_i64.into()),
        ("left_to_support", 0_i64.into()),
    ];
    insert(scene, "reviews", row).await;
    let row = vec![
        ("review_id", id.into()),
        ("contact_id", contact.into()),
        ("organization_id", organization.into()),
        ("last_name", "Contact".into()),
        ("first_name", "Alex".into()),
        ("email", "contact@example.org".into()),
        ("sort_key", "contact".into()),
        ("is_primary", false.into()),
        ("listed_at", scene.now().0.into()),
        ("version", 0_i64.into()),
    ];
    insert(scene, "review_people", row).await;
    id
}

async fn contact_invited(scene: &Scene, organization: Uuid) -> Uuid {
    let (id, contact) = (id(scene), contact(scene, organization, "Invited", None).await);
    let row = vec![
        ("id", id.into()),
        ("organization_id", organization.into()),
        ("contact_id", contact.into()),
        ("email", "invited@example.org".into()),
        ("token_hash", platform::secrets::hash(LINK).into()),
        ("state", "pending".into()),
        ("issued_by_support", false.into()),
        ("issued_at", scene.now().0.into()),
        ("expires_at", scene.now().plus_days(30).0.into()),
    ];
    insert(scene, "invitations", row).await;
    insert(
        scene,
        "invitation_profiles",
        vec![("invitation_id", id.into()), ("profile", "funding.reader".into())],
    )
    .await;
    id
}

/// Somebody who holds that profile there, signed in.
async fn person(scene: &Scene, organization: Uuid, profile: &str) -> Browser {
    let (account, _) = member(scene, organization, profile).await;
    signed_in(scene, account, None).await
}

/// A supervisor of Support, looking as somebody who holds that profile.
async fn viewer(scene: &Scene, house: &House, profile: &str) -> Browser {
    let (account, staff) = member(scene, house.operator, "support.supervisor").await;
    let (_, contact) = member(scene, house.organization, profile).await;
    let viewing = id(scene);
    let row = vec![
        ("id", viewing.into()),
        ("organization_id", house.organization.into()),
        ("contact_id", contact.into()),
        ("account_id", account.into()),
        ("staff_id", staff.into()),
        ("reason", "Call 1204".into()),
        ("started_at", scene.now().0.into()),
        ("ends_at", scene.now().plus_seconds(1800).0.into()),
    ];
    insert(scene, "viewings", row).await;
    signed_in(scene, account, Some(viewing)).await
}

/// Somebody with an account of that verified address, and nothing else.
pub async fn newcomer(scene: &Scene, email: &str) -> Browser {
    let account = id(scene);
    let row = vec![
        ("id", account.into()),
        ("name", email.into()),
        ("email", email.into()),
        ("email_verified", true.into()),
        ("created_at", scene.now().0.into()),
        ("last_sign_in_at", scene.now().0.into()),
    ];
    insert(scene, "accounts", row).await;
    signed_in(scene, account, None).await
}

async fn signed_in(scene: &Scene, account: Uuid, viewing: Option<Uuid>) -> Browser {
    let mut browser = scene.browser();
    browser.cookie = Some(session(scene, AccountId(account), viewing).await);
    browser
}

/// The account and the contact of somebody who holds that profile there.
async fn member(scene: &Scene, organization: Uuid, profile: &str) -> (Uuid, Uuid) {
    let account = id(scene);
    let row = vec![
        ("id", account.into()),
        ("name", profile.into()),
        ("email_verified", false.into()),
        ("created_at", scene.now().0.into()),
        ("last_sign_in_at", scene.now().0.into()),
    ];
    insert(scene, "accounts", row).await;
    let contact = contact(scene, organization, profile, Some(account)).await;
    let row = vec![
        ("id", id(scene).into()),
        ("organization_id", organization.into()),
        ("contact_id", contact.into()),
        ("profile", profile.into()),
        ("state", "active".into()),
        ("granted_at", scene.now().0.into()),
        ("changed_at", scene.now().0.into()),
    ];
    insert(scene, "grants", row).await;
    (account, contact)
}

/// The cookie of a session in which that account signed in just now, and perhaps looks as somebody else.
async fn session(scene: &Scene, account: AccountId, viewing: Option<Uuid>) -> String {
    let now: Instant = scene.now();
    let login = Login {
        provider: "accord".into(),
        issuer: "test".into(),
        subject: account.0.to_string(),
        sid: None,
        id_token: None,
        authenticated_at: Some(now),
    };
    let mut data = HashMap::from([
        (LOGIN.to_owned(), serde_json::to_value(login).unwrap()),
        (ACCOUNT.to_owned(), serde_json::to_value(account).unwrap()),
        ("signed_in_at".to_owned(), serde_json::to_value(now).unwrap()),
        ("seen_at".to_owned(), serde_json::to_value(now).unwrap()),
    ]);
    data.extend(viewing.map(|id| ("viewing".to_owned(), serde_json::to_value(id).unwrap())));
    let expiry_date = OffsetDateTime::from_unix_timestamp(now.0 / 1000 + 3600).unwrap();
    let mut record = Record { id: Id::default(), data, expiry_date };
    scene.parts.portal.sessions().create(&mut record).await.unwrap();
    format!("accord={}", record.id)
}
