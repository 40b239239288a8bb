//! A service's application, registered by configuration: what it learns at the token endpoint, and the logout that
//! is posted to it over the network when access is taken away (rules P8, P9, A10).

use crate::cast::{contact, id, insert, open};
use crate::scene::Scene;
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use backend::{ContactSave, SignedIn, catalogue};
use domain::accounts::SignInForm;
use domain::accounts::own::{CloseForm, ClosingCard, NeededFor};
use domain::grants::GrantsForm;
use domain::organizations::StateForm;
use domain::permissions::{KeepOrganizations, ManageContacts, SeeContacts, SeeOrganization};
use domain::{AccountId, Bilingual, ContactId, Language, OrganizationId, Problem};
use http::StatusCode;
use identity::{Desk, Herald, Parameters};
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKey as _, PkceCodeChallenge};
use sea_orm::ConnectionTrait as _;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use serde_json::{Value, json};
use server::outgoing;
use std::fs;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::TempDir;
use tokio::net::TcpListener;

const PASSWORD: &str = "Brume-salée d’octobre 7";
const SECRET: &str = "a secret that only the application and the provider know";

/// The application: it listens on a port of this machine.
struct Application {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Application {
    async fn listening() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let routes = Router::new().route("/logout", post(hear)).with_state(Arc::clone(&heard));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { address, heard }
    }

    /// What one round of the provider's herald brings over the network.
    async fn hears(&self, scene: &Scene) -> Vec<String> {
        let herald = Herald::new(scene.parts.provider.clone(), outgoing::calls().unwrap());
        herald.round().await.unwrap();
        std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn hear(State(heard): State<Arc<Mutex<Vec<String>>>>, body: String) -> StatusCode {
    let token = Parameters::read(&body).one("logout_token").unwrap().to_owned();
    heard.lock().unwrap_or_else(PoisonError::into_inner).push(token);
    StatusCode::NO_CONTENT
}

/// A scene in which the funding service has an application.
struct Play {
    scene: Scene,
    application: Application,
    organization: OrganizationId,
    operator: Uuid,
    bruno: Person,
    /// Administrator of the organization.
    alice: Person,
    _files: TempDir,
}

struct Person {
    contact: ContactId,
    account: AccountId,
    email: String,
    subject: String,
}

impl Play {
    async fn set(database: Option<String>) -> Self {
        let application = Application::listening().await;
        let files = TempDir::new().unwrap();
        let (catalogue, clients) = (files.path().join("catalogue.toml"), files.path().join("clients.toml"));
        let named =
            "key = \"funding-online\"\naddress = \"http://localhost:4999/\"\nclient = \"funding-app\"";
        fs::write(&catalogue, catalogue::DEFAULT.replace("key = \"funding-online\"", named)).unwrap();
        fs::write(files.path().join("secret"), SECRET).unwrap();
        let at = application.address;
        fs::write(
            &clients,
            format!(
                "[[client]]\nid = \"funding-app\"\nname = {{ en = \"Funding online\", fr = \"Financement en ligne\" }}\n\
                 secret_file = \"secret\"\nredirect_uris = [\"http://{at}/back\"]\nfirst_party = true\n\
                 backchannel_logout_uri = \"http://{at}/logout\"\n"
            ),
        )
        .unwrap();
        let (catalogue, clients) = (catalogue.display().to_string(), clients.display().to_string());
        let mut settings = vec![("ACCORD_CATALOGUE", catalogue.as_str()), ("ACCORD_CLIENTS", &clients)];
        settings.extend(database.as_deref().map(|url| ("ACCORD_DATABASE_URL", url)));
        let scene = Scene::set(&settings).await;
        let (house, operator) =
            (open(&scene, "Harbour House", false).await, open(&scene, "Operator", true).await);
        let bruno = person(&scene, house, "bruno", &["funding.user", "funding.reader"]).await;
        let alice = person(&scene, house, "alice", &["funding.administrator"]).await;
        let organization = OrganizationId(house);
        Self { scene, application, organization, operator, bruno, alice, _files: files }
    }

    /// Plays on each database that there is.
    async fn everywhere(play: impl AsyncFn(&Self)) {
        play(&Self::set(None).await).await;
        if let Some(url) = trial::postgres().await.unwrap() {
            play(&Self::set(Some(url)).await).await;
        }
    }

    async fn signed_in(&self, person: &Person) -> SignedIn {
        let portal = &self.scene.parts.portal;
        portal.signed_in(person.account).await.unwrap().since(Some(portal.now()))
    }

    /// Somebody's browser at the provider.
    fn desk(&self, browser_cookie: Option<String>) -> Desk {
        let provider = self.scene.parts.provider.clone();
        Desk { provider, browser_cookie, ip: None, agent: None, language: Language::En }
    }

    /// Somebody signs in at the provider and enters the application: the token's answer, and their browser.
    async fn enters_and_stays(&self, person: &Person) -> (Value, Desk) {
        let desk = self.desk(None);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let back = format!("http://{}/back", self.application.address);
        let asked = format!(
            "response_type=code&client_id=funding-app&redirect_uri={back}&scope=openid+organizations&\
             code_challenge={}&code_challenge_method=S256",
            challenge.as_str()
        );
        let page = desk.authorize(&Parameters::read(&asked)).await.unwrap();
        let (_, handle) = page.split_once("?request=").unwrap();
        let form = SignInForm { email: person.email.clone(), password: PASSWORD.into() };
        let step = desk.sign_in(handle, &form).await.unwrap();
        let (_, answer) = step.to.split_once('?').unwrap();
        let code = Parameters::read(answer).one("code").unwrap().to_owned();
        let form = format!(
            "grant_type=authorization_code&client_id=funding-app&client_secret={}&code={code}&\
             redirect_uri={back}&code_verifier={}",
            SECRET.replace(' ', "+"),
            verifier.secret()
        );
        let answer = self.scene.browser().post("/identity/token", &form).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        (serde_json::from_str(&answer.body).unwrap(), self.desk(step.cookie))
    }

    async fn enters(&self, person: &Person) -> Value {
        self.enters_and_stays(person).await.0
    }

    /// The claims of a token of ours, its signature checked against the published keys.
    async fn claims(&self, token: &str) -> Value {
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let header: Value = serde_json::from_slice(&decoded(header)).unwrap();
        let jwks = self.scene.browser().get("/identity/jwks").await.body;
        let jwks: Value = serde_json::from_str(&jwks).unwrap();
        let key = jwks["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]).unwrap();
        let key: CoreJsonWebKey = serde_json::from_value(key.clone()).unwrap();
        let algorithm = CoreJwsSigningAlgorithm::EcdsaP256Sha256;
        key.verify_signature(&algorithm, signed.as_bytes(), &decoded(signature)).unwrap();
        serde_json::from_slice(&decoded(claims)).unwrap()
    }

    async fn entered(&self, person: &Person) -> Value {
        let answer = self.enters(person).await;
        self.claims(answer["id_token"].as_str().unwrap()).await
    }

    /// The one logout that is heard, of that session.
    async fn hears_of(&self, entered: &Value) {
        let heard = self.application.hears(&self.scene).await;
        assert_eq!(heard.len(), 1);
        let claims = self.claims(&heard[0]).await;
        assert_eq!((&claims["sub"], &claims["sid"]), (&entered["sub"], &entered["sid"]));
        assert_eq!(claims["aud"], "funding-app");
    }

    /// Alice saves Bruno's page, active or not, with these profiles ticked.
    async fn alice_saves_bruno(&self, active: bool, ticked: &[&str]) {
        let alice = self.signed_in(&self.alice).await;
        let sees = alice.permit::<SeeContacts>(self.organization).await.unwrap();
        let card = sees.card(self.bruno.contact).await.unwrap();
        let ticked = ticked.iter().map(|key| (*key).to_owned()).collect();
        let shown = if active { "true" } else { "" };
        let grants = GrantsForm { shown: shown.into(), ticked, ..GrantsForm::default() };
        let save = ContactSave { form: (&card.facts).into(), version: card.version, active, grants };
        let manages = alice.permit::<ManageContacts>(self.organization).await.unwrap();
        manages.save(self.bruno.contact, &save).await.unwrap();
    }
}

fn decoded(part: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()
}

/// Somebody with an account at the provider, a contact of that organization.
async fn person(scene: &Scene, organization: Uuid, name: &str, profiles: &[&str]) -> Person {
    let email = format!("{name}@example.org");
    let provider = &scene.parts.provider;
    let subject = provider.open_account(name, "Test", &email, PASSWORD, Language::En).await.unwrap();
    let account = id(scene);
    let row = vec![
        ("id", account.into()),
        ("name", name.into()),
        ("email_verified", false.into()),
        ("created_at", scene.now().0.into()),
        ("last_sign_in_at", scene.now().0.into()),
    ];
    insert(scene, "accounts", row).await;
    let row = vec![
        ("issuer", provider.issuer().into()),
        ("subject", subject.clone().into()),
        ("account_id", account.into()),
        ("created_at", scene.now().0.into()),
    ];
    insert(scene, "logins", row).await;
    let contact = contact(scene, organization, name, Some(account)).await;
    for profile in profiles {
        hold(scene, organization, contact, profile).await;
    }
    Person { contact: ContactId(contact), account: AccountId(account), email, subject }
}

async fn hold(scene: &Scene, organization: Uuid, contact: Uuid, profile: &str) {
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
}

#[tokio::test]
async fn p9_a_contact_enters_a_service_and_is_out_when_she_is_deactivated() {
    Play::everywhere(async |play| {
        let home =
            play.signed_in(&play.bruno).await.permit::<SeeOrganization>(play.organization).await.unwrap();
        let tile = home.home().await.unwrap().services.remove(0);
        assert_eq!(tile.address.as_deref(), Some("http://localhost:4999/"));
        let entered = play.entered(&play.bruno).await;
        assert_eq!(entered["sub"], play.bruno.subject);
        let told = json!([{
            "id": play.organization,
            "name": { "en": "Harbour House", "fr": "Harbour House" },
            "profiles": ["funding.reader", "funding.user"],
        }]);
        assert_eq!(entered["accord_organizations"], told);
        // A save that changes nothing is not heard; a profile taken away is, and so is leaving.
        play.alice_saves_bruno(true, &["funding.reader", "funding.user"]).await;
        assert!(play.application.hears(&play.scene).await.is_empty());
        play.alice_saves_bruno(true, &["funding.user"]).await;
        play.hears_of(&entered).await;
        let entered = play.entered(&play.bruno).await;
        assert_eq!(entered["accord_organizations"][0]["profiles"], json!(["funding.user"]));
        play.alice_saves_bruno(false, &[]).await;
        play.hears_of(&entered).await;
        let again = play.entered(&play.bruno).await;
        assert!(again.get("accord_organizations").is_none());
        // Back with one profile, of which the application learns when he enters again.
        play.alice_saves_bruno(true, &["funding.user"]).await;
        assert!(play.application.hears(&play.scene).await.is_empty());
        let again = play.entered(&play.bruno).await;
        assert_eq!(again["accord_organizations"][0]["profiles"], json!(["funding.user"]));
    })
    .await;
}

#[tokio::test]
async fn p9_a_closed_organization_signs_everybody_out_of_its_services() {
    Play::everywhere(async |play| {
        let entered = play.entered(&play.bruno).await;
        let support = person(&play.scene, play.operator, "hugo", &["support.agent"]).await;
        let hugo =
            play.signed_in(&support).await.permit::<KeepOrganizations>(play.organization).await.unwrap();
        hugo.close(&StateForm { reason: "It moved away.".into() }).await.unwrap();
        play.hears_of(&entered).await;
        assert!(play.entered(&play.bruno).await.get("accord_organizations").is_none());
        hugo.reopen(&StateForm { reason: "It came back.".into() }).await.unwrap();
        assert!(play.entered(&play.bruno).await.get("accord_organizations").is_some());
    })
    .await;
}

#[tokio::test]
async fn a10_the_provider_s_pages_lead_to_registered_applications_and_no_other_page_does() {
    let play = Play::set(None).await;
    let origin = format!("http://{}", play.application.address);
    let page = play.scene.browser().get("/en/identity/sign-in?request=x").await;
    assert!(page.header("content-security-policy").contains(&origin));
    let page = play.scene.browser().get("/en").await;
    assert!(!page.header("content-security-policy").contains(&origin));
}

const SURE: &str = "true";

/// A9: whoever closes their account leaves their organizations and every application; the address is free again, and
/// whoever creates an account with it is somebody else.
#[tokio::test]
async fn a9_a_closed_account_leaves_everything_it_gave_access_to() {
    Play::everywhere(async |play| {
        let (answer, desk) = play.enters_and_stays(&play.bruno).await;
        let entered = play.claims(answer["id_token"].as_str().unwrap()).await;
        let card = desk.closing().await.unwrap();
        assert_eq!(card.leaves, [Bilingual::new("Harbour House", "Harbour House")]);
        assert!(card.needed_by.is_empty() && !card.another_way);
        let unsure = desk.close_account(&CloseForm::default()).await;
        assert!(matches!(unsure, Err(identity::Refusal::Invalid(_))), "{unsure:?}");
        let step = desk.close_account(&CloseForm { sure: SURE.into() }).await.unwrap();
        assert_eq!(step.to, "/en/identity/account-closed");
        play.hears_of(&entered).await;

        // Nobody is signed in any more, at the provider or here; Alice sees a contact without access.
        assert!(desk.closing().await.is_err());
        assert!(play.scene.parts.portal.signed_in(play.bruno.account).await.is_err());
        let alice = play.signed_in(&play.alice).await;
        let sees = alice.permit::<SeeContacts>(play.organization).await.unwrap();
        let card = sees.card(play.bruno.contact).await.unwrap();
        assert!(card.line.active && card.line.profiles.is_empty());

        // The address opens another account, which finds nothing of the first.
        let provider = &play.scene.parts.provider;
        let email = &play.bruno.email;
        let subject = provider.open_account("bruno", "Test", email, PASSWORD, Language::En).await.unwrap();
        assert_ne!(subject, play.bruno.subject);
        let again = play.entered(&play.bruno).await;
        assert_eq!(again["sub"], subject);
        assert!(again.get("accord_organizations").is_none());
    })
    .await;
}

/// A9, C9, C10: an organization that cannot do without somebody keeps their account open, and is named.
#[tokio::test]
async fn a9_c9_c10_an_account_that_an_organization_needs_stays_open() {
    Play::everywhere(async |play| {
        let sure = CloseForm { sure: SURE.into() };
        let house = Bilingual::new("Harbour House", "Harbour House");
        let still_needed = |closed: Result<identity::Step, identity::Refusal>| {
            assert!(
                matches!(closed, Err(identity::Refusal::Refused(Problem::AccountStillNeeded))),
                "{closed:?}"
            );
        };
        let (_, alice) = play.enters_and_stays(&play.alice).await;
        assert_eq!(alice.closing().await.unwrap().needed_by, [(house.clone(), NeededFor::Administration)]);
        still_needed(alice.close_account(&sure).await);
        let sees = play.signed_in(&play.alice).await.permit::<SeeContacts>(play.organization).await.unwrap();
        let primary = Query::update()
            .table("contacts")
            .value("is_primary", true)
            .and_where(Expr::col("id").eq(play.bruno.contact.0))
            .to_owned();
        play.scene.parts.platform.store.write().execute(&primary).await.unwrap();
        let (_, bruno) = play.enters_and_stays(&play.bruno).await;
        assert_eq!(bruno.closing().await.unwrap().needed_by, [(house, NeededFor::PrimaryContact)]);
        still_needed(bruno.close_account(&sure).await);
        // Nothing was left, and nobody signed out.
        let card = sees.card(play.bruno.contact).await.unwrap();
        assert!(!card.line.profiles.is_empty());
        assert!(bruno.closing().await.is_ok());

        // A closed organization needs nobody (O3).
        let support = person(&play.scene, play.operator, "hugo", &["support.agent"]).await;
        let hugo =
            play.signed_in(&support).await.permit::<KeepOrganizations>(play.organization).await.unwrap();
        hugo.close(&StateForm { reason: "It moved away.".into() }).await.unwrap();
        assert_eq!(bruno.closing().await.unwrap(), ClosingCard::default());
        bruno.close_account(&sure).await.unwrap();
    })
    .await;
}
