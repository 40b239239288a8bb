//! A portal on a database of its own, and browsers without script.

use app::request::Means;
use app::serve::Site;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::routing::any;
use backend::demo::{self, DemoAccount, DemoRole, DemoSize};
use backend::sessions::{ACCOUNT, LOGIN};
use backend::sign_in::{Login, Protocol, ProviderSettings};
use backend::{AgreementFiles, Portal, PortalSettings, catalogue};
use domain::access_requests::{PaperForm, PersonForm, RequestForm};
use domain::agreements::AgreementForm;
use domain::organizations::DetailsForm;
use domain::permissions::{KeepOrganizations, PrepareAgreements};
use domain::{AccessRequestId, AccountId, AgreementId, Bilingual, OrganizationId};
use http::{HeaderMap, StatusCode, header};
use leptos::config::LeptosOptions;
use leptos::nonce::Nonce;
use migration::MigratorTrait as _;
use platform::calendar::{ATLANTIC, Calendar};
use platform::{Chance, Clock, Outbox, Platform, Secrets, Store};
use sea_orm::{ConnectionTrait as _, Statement};
use std::collections::BTreeMap;
use std::sync::Arc;
use tempfile::TempDir;
use tower::ServiceExt as _;
use tower_sessions::{Session, SessionManagerLayer};
use uuid::Uuid;

pub struct Scene {
    platform: Platform,
    router: Router,
    portal: Portal,
    _folder: TempDir,
}

impl Scene {
    /// An empty portal.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("accord.sqlite").display());
        let store = Store::open(&url).await.unwrap();
        migration::Migrator::up(store.write(), None).await.unwrap();
        let platform = Platform {
            store,
            clock: Clock::System,
            chance: Chance::System,
            calendar: Calendar::of(ATLANTIC).unwrap(),
            secrets: Arc::new(Secrets::new([7; 32])),
            outbox: Outbox::default(),
            base_url: "http://localhost".into(),
        };
        let settings = PortalSettings { operator: demo::operator(), ..PortalSettings::default() };
        let catalogue = catalogue::read(catalogue::DEFAULT).unwrap();
        let portal = Portal::new(platform.clone(), catalogue, settings, vec![provider()]);
        let router = router(&portal);
        Self { platform, router, portal, _folder: folder }
    }

    /// The same with the people of the demonstration.
    pub async fn filled() -> Self {
        let scene = Self::new().await;
        let account = |person: &demo::DemoPerson| DemoAccount {
            issuer: "test".to_owned(),
            subject: format!("{:?}", person.role),
            name: format!("{} {}", person.first_name, person.last_name),
            email: person.email.to_owned(),
            role: person.role,
        };
        let accounts: Vec<_> = demo::people().iter().map(account).collect();
        let catalogue = catalogue::read(catalogue::DEFAULT).unwrap();
        demo::fill(&scene.platform, &catalogue, DemoSize::default(), &accounts, |_| ()).await.unwrap();
        scene
    }

    pub fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: BTreeMap::new(), headers: HeaderMap::new() }
    }

    /// Somebody of the demonstration, signed in.
    pub async fn signed_in(&self, role: DemoRole) -> Browser {
        self.signed_in_since(role, 0).await
    }

    /// The same, who told the provider who they are so many seconds ago.
    pub async fn signed_in_since(&self, role: DemoRole, seconds: i64) -> Browser {
        let sql = format!("SELECT account_id FROM logins WHERE subject = '{role:?}'");
        let account: Uuid = self.one(&sql).await;
        let session = Session::new(None, Arc::new(self.portal.sessions()), None);
        session.insert(ACCOUNT, account).await.unwrap();
        session.insert("signed_in_at", self.portal.now()).await.unwrap();
        let login = Login {
            provider: "test".into(),
            issuer: "test".into(),
            subject: format!("{role:?}"),
            sid: None,
            id_token: None,
            authenticated_at: Some(self.portal.now().plus_seconds(-seconds)),
        };
        session.insert(LOGIN, login).await.unwrap();
        session.save().await.unwrap();
        let mut browser = self.browser();
        browser.cookies.insert("accord".into(), session.id().unwrap().to_string());
        browser
    }

    /// The address of an organization that is not the one of `home`.
    pub async fn another_organization(&self, home: &str) -> String {
        let own: Uuid = home.rsplit('/').next().unwrap().parse().unwrap();
        let sql = format!("SELECT id FROM organizations WHERE id <> x'{}' LIMIT 1", own.simple());
        let other: Uuid = self.one(&sql).await;
        format!("/en/organizations/{}", other.simple())
    }

    /// The organization and the contact, as addresses write them, of somebody who belongs to one organization.
    pub async fn contact_of(&self, role: DemoRole) -> (String, String) {
        let of = format!(
            "FROM contacts WHERE account_id = (SELECT account_id FROM logins WHERE subject = '{role:?}') LIMIT 1"
        );
        let organization = self.one(&format!("SELECT organization_id {of}")).await;
        let contact = self.one(&format!("SELECT id {of}")).await;
        (organization.simple().to_string(), contact.simple().to_string())
    }

    /// A request for access on paper, signed by both, as whoever supervises Support entered it (R13).
    pub async fn on_paper(&self, alone: bool) -> AccessRequestId {
        let sql =
            format!("SELECT account_id FROM logins WHERE subject = '{:?}'", DemoRole::SupportSupervisor);
        let account = AccountId(self.one(&sql).await);
        let permit =
            self.portal.signed_in(account).await.unwrap().staff::<KeepOrganizations>().await.unwrap();
        let person = |last_name: &str, email: &str| PersonForm {
            last_name: last_name.into(),
            first_name: "Ursule".into(),
            email: email.into(),
            ..PersonForm::default()
        };
        let request = RequestForm {
            situation: "organization".into(),
            service: "funding-online".into(),
            organization_is: "new".into(),
            organization: DetailsForm {
                name_en: "Harbour Library".into(),
                name_fr: "Bibliothèque du Havre".into(),
                ..DetailsForm::default()
            },
            user: person("Zwicker", "ursule.zwicker@exemple.ca"),
            authorizer: if alone {
                PersonForm::default()
            } else {
                person("Arsenault", "u.arsenault@exemple.ca")
            },
            alone: if alone { "true".into() } else { String::new() },
            ..RequestForm::default()
        };
        let form = PaperForm {
            request,
            user_signed: "Ursule Zwicker".into(),
            authorizer_signed: "Ursule Arsenault".into(),
            override_reason: String::new(),
        };
        let scan = || b"%PDF-1.7".to_vec();
        permit.enter_request(&form, [scan(), scan()]).await.unwrap().id
    }

    /// An agreement in both languages, prepared by the administrator and sent to the reader, whose link has this end.
    pub async fn agreement_out(&self, token: &str) -> AgreementId {
        let (organization, contact) = self.contact_of(DemoRole::Reader).await;
        let organization: OrganizationId = organization.parse().unwrap();
        let sql = format!("SELECT account_id FROM logins WHERE subject = '{:?}'", DemoRole::Administrator);
        let account = AccountId(self.one(&sql).await);
        let signed_in = self.portal.signed_in(account).await.unwrap();
        let permit = signed_in.permit::<PrepareAgreements>(organization).await.unwrap();
        let form = AgreementForm {
            title_en: "Summer program".into(),
            title_fr: "Programme d’été".into(),
            text_en: "# Purpose\n\nEight weeks <script>alert(1)</script>.".into(),
            text_fr: "# Objet\n\nHuit semaines.".into(),
            deadline: self.platform.calendar.date(self.portal.now().plus_days(20)).machine,
            order: "together".into(),
            signatories: vec![contact],
            ..AgreementForm::default()
        };
        let id = permit.prepare_agreement(&form, AgreementFiles::default()).await.unwrap();
        let (_, version) = permit.agreement_form(id).await.unwrap();
        permit.send_agreement(id, version).await.unwrap();
        let hash: String = platform::secrets::hash(token).iter().map(|byte| format!("{byte:02x}")).collect();
        let link = format!(
            "UPDATE agreement_signatories SET token_hash = x'{hash}' WHERE agreement_id = x'{}'",
            id.0.simple()
        );
        self.platform.store.write().execute_unprepared(&link).await.unwrap();
        id
    }

    /// A day so many days from now, where the portal is.
    pub fn day_in(&self, days: i64) -> String {
        self.platform.calendar.date(self.portal.now().plus_days(days)).machine
    }

    /// Time is over for whoever looks as somebody else.
    pub async fn viewings_are_over(&self) {
        self.platform.store.write().execute_unprepared("UPDATE viewings SET ends_at = 0").await.unwrap();
    }

    async fn one(&self, sql: &str) -> Uuid {
        let db = self.platform.store.read();
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        row.unwrap().try_get_by_index(0).unwrap()
    }
}

/// A provider that nobody reaches.
fn provider() -> ProviderSettings {
    ProviderSettings {
        key: "accord".into(),
        name: Bilingual::new("Accord", "Accord"),
        issuer: "http://localhost/identity".into(),
        client_id: "portal".into(),
        client_secret: None,
        protocol: Protocol::OpenId,
        http: Arc::new(|_| Box::pin(async { Err("nobody answers".into()) })),
    }
}

fn router(portal: &Portal) -> Router {
    let means = Means { portal: portal.clone(), provider: None, https: false };
    let options = LeptosOptions::builder().output_name("accord").site_pkg_dir("pkg").build();
    let site = Site::new(means, options);
    let sessions = SessionManagerLayer::new(portal.sessions()).with_name("accord").with_secure(false);
    Router::new()
        .route("/api/{*function}", any(site.functions()))
        .merge(site.receiving())
        .merge(site.files())
        .fallback(site.pages())
        .layer(sessions)
        .layer(from_fn(|mut request: Request, next: Next| async move {
            request.extensions_mut().insert(Nonce::from_value("test-nonce"));
            next.run(request).await
        }))
}

/// A browser without script: it keeps cookies.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    headers: HeaderMap,
}

impl Browser {
    pub fn prefers(&mut self, languages: &str) {
        self.headers.insert(header::ACCEPT_LANGUAGE, languages.parse().unwrap());
    }

    pub fn comes_from(&mut self, address: &str) {
        self.headers.insert(header::REFERER, address.parse().unwrap());
    }

    pub async fn get(&mut self, address: &str) -> Answer {
        let request = Request::get(address).header(header::ACCEPT, "text/html,*/*;q=0.8");
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form.
    pub async fn post(&mut self, address: &str, form: &str, from: &str) -> Answer {
        let request = Request::post(address)
            .header(header::ACCEPT, "text/html,*/*;q=0.8")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::REFERER, from);
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    /// Sends a form with files: the name of the field, of the file, and what is in it.
    pub async fn upload(
        &mut self,
        address: &str,
        typed: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
        from: &str,
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in typed {
            let part =
                format!("--parts\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        for (name, file, content) in files {
            let head = format!(
                "--parts\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 Content-Type: application/pdf\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--parts--\r\n");
        let request = Request::post(address)
            .header(header::ACCEPT, "text/html,*/*;q=0.8")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=parts")
            .header(header::REFERER, from);
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Calls a function as an island does.
    pub async fn call(&mut self, address: &str, form: &str) -> Answer {
        let request = Request::post(address)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    async fn send(&mut self, mut request: Request) -> Answer {
        for (name, value) in &self.headers {
            request.headers_mut().entry(name).or_insert(value.clone());
        }
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body, 4 << 20).await.unwrap();
        let answer = Answer {
            status: head.status,
            headers: head.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        };
        for cookie in answer.cookies() {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}

pub struct Answer {
    pub status: StatusCode,
    headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    #[track_caller]
    pub fn leads_to(&self, address: &str) {
        assert_eq!((self.status, self.location()), (StatusCode::SEE_OTHER, address));
    }

    /// The first address in the page that begins like that.
    #[track_caller]
    pub fn first(&self, beginning: &str) -> &str {
        let at = self.text.find(&format!("\"{beginning}")).expect("no such address");
        self.text[at + 1..].split('"').next().unwrap()
    }

    #[track_caller]
    pub fn holds(&self, text: &str) {
        assert!(self.text.contains(text), "no {text:?} in\n{}", self.text);
    }

    #[track_caller]
    pub fn lacks(&self, text: &str) {
        assert!(!self.text.contains(text), "{text:?} in\n{}", self.text);
    }

    fn cookies(&self) -> impl Iterator<Item = &str> {
        self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap())
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies().find(|cookie| cookie.starts_with(&format!("{name}="))).map(ToOwned::to_owned)
    }

    #[track_caller]
    pub fn sets_no(&self, name: &str) {
        assert_eq!(self.cookie(name), None);
    }
}
