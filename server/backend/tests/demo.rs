//! The demonstration: people who do not exist, in every situation, on both databases.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use backend::demo::{self, DemoAccount, DemoRole, DemoSize};
use backend::{Portal, PortalSettings, SignedIn, catalogue};
use domain::access_requests::QueueFilter;
use domain::catalogue::{Catalogue, Eligible};
use domain::contacts::{ContactPage, ContactSearch};
use domain::permissions::{AllOrganizations, ManageContacts, SeeContacts, SeeOrganization};
use domain::{AccountId, Email, Instant, Language, OrganizationId, fold};
use migration::MigratorTrait as _;
use platform::calendar::{ATLANTIC, Calendar};
use platform::{Chance, Clock, Outbox, Platform, Secrets, Store};
use sea_orm::{ConnectionTrait as _, QueryResult, Statement};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::Notify;
use uuid::Uuid;

/// 22 November 2026, about noon.
const NOON: Instant = Instant(1_795_363_200_000);

/// One empty database.
struct Place {
    platform: Platform,
    _folder: TempDir,
}

impl Place {
    async fn at(url: &str, folder: TempDir) -> Self {
        let store = Store::open(url).await.unwrap();
        migration::Migrator::up(store.write(), None).await.unwrap();
        let platform = Platform {
            store,
            clock: Clock::held(NOON),
            chance: Chance::seeded(1),
            calendar: Calendar::of(ATLANTIC).unwrap(),
            secrets: Arc::new(Secrets::new([7; 32])),
            outbox: Outbox::default(),
            base_url: "http://localhost:3000".into(),
        };
        Self { platform, _folder: folder }
    }

    async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("accord.sqlite").display());
        Self::at(&url, folder).await
    }

    /// A database of its own on the server of the tests, when there is one.
    async fn postgres() -> Option<Self> {
        let url = trial::postgres().await.unwrap()?;
        Some(Self::at(&url, tempfile::tempdir().unwrap()).await)
    }

    /// Both, or SQLite alone.
    async fn all() -> Vec<Self> {
        [Some(Self::sqlite().await), Self::postgres().await].into_iter().flatten().collect()
    }

    async fn fill(&self, organizations: u64, contacts: u64) {
        let size = DemoSize { organizations, contacts };
        demo::fill(&self.platform, &read_catalogue(), size, &accounts(), |_| ()).await.unwrap();
    }

    async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let db = self.platform.store.read();
        db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap()
    }

    async fn number(&self, sql: &str) -> i64 {
        self.rows(sql).await[0].try_get_by_index(0).unwrap()
    }

    fn portal(&self) -> Portal {
        Portal::new(self.platform.clone(), read_catalogue(), PortalSettings::default(), Vec::new())
    }

    /// The account of somebody of the demonstration, as if they had signed in.
    async fn signed_in(&self, role: DemoRole) -> SignedIn {
        let sql = format!("SELECT account_id FROM logins WHERE subject = '{role:?}'");
        let account: Uuid = self.rows(&sql).await[0].try_get_by_index(0).unwrap();
        self.portal().signed_in(AccountId(account)).await.unwrap()
    }
}

fn read_catalogue() -> Catalogue {
    catalogue::read(catalogue::DEFAULT).unwrap()
}

/// Accounts as a provider would have made them.
fn accounts() -> Vec<DemoAccount> {
    let account = |person: &demo::DemoPerson| DemoAccount {
        issuer: "http://localhost:3000".to_owned(),
        subject: format!("{:?}", person.role),
        name: format!("{} {}", person.first_name, person.last_name),
        email: person.email.to_owned(),
        role: person.role,
    };
    demo::people().iter().map(account).collect()
}

fn text(row: &QueryResult, column: &str) -> String {
    row.try_get("", column).unwrap()
}

fn id(row: &QueryResult, column: &str) -> Uuid {
    row.try_get("", column).unwrap()
}

fn search(words: &str) -> ContactSearch {
    ContactSearch { words: words.to_owned(), ..ContactSearch::default() }
}

fn names(page: &ContactPage) -> Vec<String> {
    page.lines.iter().map(|line| line.listed_name()).collect()
}

#[tokio::test]
async fn an_empty_database_is_filled_once_and_to_the_last_contact() {
    for place in Place::all().await {
        let store = &place.platform.store;
        assert!(demo::is_empty(store).await.unwrap());
        assert!(!demo::is_demonstration(store).await.unwrap());
        let (catalogue, accounts) = (read_catalogue(), accounts());
        let mut told = Vec::new();
        demo::fill(&place.platform, &catalogue, DemoSize::default(), &accounts, |kept| told.push(kept))
            .await
            .unwrap();
        assert_eq!(told, [400]);
        assert!(!demo::is_empty(store).await.unwrap());
        assert!(demo::is_demonstration(store).await.unwrap());
        let again = demo::fill(&place.platform, &catalogue, DemoSize::default(), &accounts, |_| ()).await;
        assert!(again.is_err());
        assert_eq!(place.number("SELECT count(*) FROM organizations").await, 12);
        assert_eq!(place.number("SELECT count(*) FROM contacts").await, 400);
    }
}

#[tokio::test]
async fn real_organizations_are_no_demonstration_and_are_left_alone() {
    for place in Place::all().await {
        let portal = place.portal();
        let form = domain::contacts::ContactForm {
            last_name: "Roy".into(),
            first_name: "Alice".into(),
            email: "alice@example.org".into(),
            ..domain::contacts::ContactForm::default()
        };
        portal.invite_staff(&form).await.unwrap();
        assert!(!demo::is_empty(&place.platform.store).await.unwrap());
        assert!(!demo::is_demonstration(&place.platform.store).await.unwrap());
        let size = DemoSize::default();
        let refused = demo::fill(&place.platform, &read_catalogue(), size, &accounts(), |_| ()).await;
        assert!(refused.is_err());
        assert_eq!(place.number("SELECT count(*) FROM contacts").await, 1);
    }
}

#[tokio::test]
async fn marie_eve_finds_cote_in_the_main_organization_and_is_a_user_of_another() {
    for place in Place::all().await {
        place.fill(12, 400).await;
        let marie_eve = place.signed_in(DemoRole::PrimaryContact).await;
        let organizations = marie_eve.organizations().await.unwrap();
        let en: Vec<_> = organizations.iter().map(|choice| choice.name.en.as_str()).collect();
        assert_eq!(en, ["Tern Bay Employment and Training Hub", "Osprey Point Literacy Council"]);
        let main = marie_eve.permit::<ManageContacts>(organizations[0].id).await.unwrap();
        let choices = main.choices().await.unwrap();
        let keys: Vec<_> = choices.iter().map(|module| module.key.as_str()).collect();
        assert_eq!(keys, ["funding", "registration", "learners"]);
        let see = marie_eve.permit::<SeeContacts>(organizations[0].id).await.unwrap();
        let first = see.list(&search("")).await.unwrap();
        assert!(first.pages >= 13, "{}", first.pages);
        assert_eq!(names(&first)[0], "Thibodeau, Marie-Ève");
        assert!(first.lines[0].primary && first.lines[0].administrator);
        let found = see.list(&search("cote")).await.unwrap();
        assert!(names(&found).contains(&"Côté, Gabriel".to_owned()));
        let initials: HashSet<_> =
            found.lines.iter().filter_map(|line| line.last_name.chars().next()).collect();
        assert!(initials.contains(&'C'));
        for (words, name) in [
            ("ng", "Ng, Ka-Ho"),
            ("ô", "Ô, Anh"),
            ("suharti", "Suharti"),
            ("eloise ethier", "Éthier, Éloïse"),
        ] {
            let mut wide = search(words);
            wide.active_only = false;
            let page = see.list(&wide).await.unwrap();
            let pages = page.pages;
            let mut all = names(&page);
            for number in 2..=pages {
                all.extend(names(&see.list(&ContactSearch { page: number, ..wide.clone() }).await.unwrap()));
            }
            assert!(all.contains(&name.to_owned()), "{words}: {all:?}");
        }
        let second = organizations[1].id;
        assert!(marie_eve.permit::<ManageContacts>(second).await.is_err());
        assert!(marie_eve.permit::<SeeContacts>(second).await.is_ok());
    }
}

#[tokio::test]
async fn ryan_administers_amira_reads_and_gisele_reaches_every_organization() {
    for place in Place::all().await {
        place.fill(12, 400).await;
        let main = place.signed_in(DemoRole::PrimaryContact).await.organizations().await.unwrap()[0].id;
        let ryan = place.signed_in(DemoRole::Administrator).await;
        assert_eq!(ryan.account().language, Some(Language::En));
        assert_eq!(ryan.organizations().await.unwrap().len(), 2);
        assert!(ryan.permit::<ManageContacts>(main).await.is_ok());
        let amira = place.signed_in(DemoRole::Reader).await;
        assert!(amira.permit::<ManageContacts>(main).await.is_err());
        let list = amira.permit::<SeeContacts>(main).await.unwrap().list(&search("")).await.unwrap();
        assert_eq!(list.lines.len(), 10);
        let gisele = place.signed_in(DemoRole::SupportSupervisor).await;
        assert_eq!(gisele.organizations().await.unwrap()[0].name, demo::operator().name);
        for row in place.rows("SELECT id FROM organizations").await {
            assert!(gisele.permit::<ManageContacts>(OrganizationId(id(&row, "id"))).await.is_ok());
        }
    }
}

#[tokio::test]
async fn requests_stand_in_each_state_ryan_has_a_code_and_a_number_opens_a_service() {
    for place in Place::all().await {
        place.fill(12, 400).await;
        let states = place.rows("SELECT state FROM access_requests ORDER BY state").await;
        let states: Vec<String> = states.iter().map(|row| text(row, "state")).collect();
        assert_eq!(states, ["approved", "on_hold", "submitted", "submitted", "waiting", "waiting"]);
        let asked = "SELECT count(*) FROM access_requests WHERE vouch = 'asked' AND target_id IS NOT NULL";
        assert_eq!(place.number(asked).await, 1);
        let gisele = place.signed_in(DemoRole::SupportSupervisor).await;
        let desk = gisele.staff::<AllOrganizations>().await.unwrap();
        let queue = desk.request_queue(&QueueFilter::default()).await.unwrap();
        assert_eq!(queue.lines.iter().map(|line| line.days).collect::<Vec<_>>(), [3, 0]);
        let (pages, comments) = desk.feedback().await.unwrap();
        assert_eq!((pages[0].page.as_str(), comments.len()), ("/access-requests", 4));
        let ryan = place.signed_in(DemoRole::Administrator).await;
        let marie_eve = place.signed_in(DemoRole::PrimaryContact).await;
        let main = marie_eve.organizations().await.unwrap()[0].id;
        let home = ryan.permit::<SeeOrganization>(main).await.unwrap();
        let waiting = home.codes_waiting().await.unwrap();
        assert_eq!((waiting.len(), waiting[0].until.is_some()), (1, true));
        // The number that the README names, and three more.
        let numbers = "SELECT count(*) FROM reference_numbers WHERE used_at IS NULL";
        assert_eq!(place.number(numbers).await, 4);
        assert!(place.portal().takes_numbers());
        assert_eq!(place.portal().verify_activity().await.unwrap().broken, []);
    }
}

#[tokio::test]
async fn every_contact_is_found_by_its_own_name_and_has_an_address_of_its_own() {
    for place in Place::all().await {
        place.fill(12, 3000).await;
        let mut seen = HashSet::new();
        let rows = place
            .rows("SELECT organization_id, last_name, first_name, email, email_key, search, sort_key FROM contacts")
            .await;
        assert_eq!(rows.len(), 3000);
        for row in rows {
            let (last, first, email) =
                (text(&row, "last_name"), text(&row, "first_name"), text(&row, "email"));
            let stored = text(&row, "search");
            assert!(fold::words(&last).iter().all(|word| stored.contains(word)), "{last}");
            assert!(fold::words(&first).iter().all(|word| stored.contains(word)), "{first}");
            assert_eq!(text(&row, "sort_key"), fold::sort_key(&last, &first));
            assert!(Email::parse(&email).is_ok(), "{email}");
            assert!(email.ends_with(".example.org") || email.ends_with("@example.org"), "{email}");
            assert!(
                seen.insert((id(&row, "organization_id"), text(&row, "email_key"))),
                "C11: {email} twice"
            );
        }
        let logins = "SELECT count(*) FROM logins WHERE issuer <> 'https://id.example.org/'";
        assert_eq!(place.number(logins).await, 4);
    }
}

#[tokio::test]
async fn c9_every_organization_has_one_primary_contact_with_access_and_every_situation() {
    for place in Place::all().await {
        place.fill(130, 2000).await;
        all_is_whole(&place).await;
        let situations = [
            "active = FALSE",
            "active AND account_id IS NULL",
            "EXISTS (SELECT 1 FROM invitations i WHERE i.contact_id = c.id AND state = 'pending' AND expires_at > 1795363200000)",
            "EXISTS (SELECT 1 FROM invitations i WHERE i.contact_id = c.id AND state = 'pending' AND expires_at <= 1795363200000)",
            "EXISTS (SELECT 1 FROM invitations i WHERE i.contact_id = c.id AND state = 'declined')",
        ];
        for situation in situations {
            let sql = format!("SELECT count(DISTINCT organization_id) FROM contacts c WHERE {situation}");
            assert_eq!(place.number(&sql).await, 130, "{situation}");
        }
        let opened =
            "SELECT count(DISTINCT organization_id) FROM activity WHERE event = 'organization.opened'";
        assert_eq!(place.number(opened).await, 130);
    }
}

/// Whatever is there keeps the rules: C9, C10, I9, P2, P3, and every line of the activity is sealed (G3).
async fn all_is_whole(place: &Place) {
    let portal = Portal::new(place.platform.clone(), read_catalogue(), PortalSettings::default(), Vec::new());
    let activity = portal.verify_activity().await.unwrap();
    assert_eq!(activity.lines, place.number("SELECT count(*) FROM activity").await as u64);
    assert_eq!(activity.broken, []);
    let organizations = place.number("SELECT count(*) FROM organizations").await;
    let primaries = "SELECT count(DISTINCT c.organization_id) FROM contacts c JOIN grants g ON g.contact_id = c.id \
        WHERE c.is_primary AND c.active AND c.account_id IS NOT NULL AND g.state = 'active'";
    // C10: of twelve organizations and more, one has lost its last administrator.
    let orphaned = i64::from(organizations >= 12);
    assert_eq!(place.number(primaries).await, organizations - orphaned);
    assert_eq!(place.number("SELECT count(*) FROM contacts WHERE is_primary").await, organizations);
    for (rule, wrong) in [
        (
            "I9",
            "SELECT count(*) FROM invitations i JOIN contacts c ON c.id = i.contact_id WHERE i.state = 'pending' AND (NOT c.active OR c.account_id IS NOT NULL)",
        ),
        (
            "I9",
            "SELECT count(*) FROM invitations i WHERE NOT EXISTS (SELECT 1 FROM invitation_profiles p WHERE p.invitation_id = i.id)",
        ),
        (
            "C7",
            "SELECT count(*) FROM grants g JOIN contacts c ON c.id = g.contact_id WHERE g.state = 'active' AND (NOT c.active OR c.account_id IS NULL)",
        ),
        (
            "accounts",
            "SELECT count(*) FROM accounts a WHERE NOT EXISTS (SELECT 1 FROM logins l WHERE l.account_id = a.id)",
        ),
        (
            "accounts",
            "SELECT count(*) FROM accounts a WHERE NOT EXISTS (SELECT 1 FROM contacts c WHERE c.account_id = a.id)",
        ),
        (
            "C3",
            "SELECT count(*) FROM contacts c JOIN organizations o ON o.id = c.organization_id WHERE o.tracks_clients AND (office_location IS NULL OR position_type IS NULL OR full_time_equivalent IS NULL)",
        ),
    ] {
        assert_eq!(place.number(wrong).await, 0, "{rule}: {wrong}");
    }
    grants_keep_the_catalogue(place).await;
}

/// Every profile was within reach of who granted it, and its module open to the organization.
async fn grants_keep_the_catalogue(place: &Place) {
    let catalogue = read_catalogue();
    let mut eligible: HashMap<Uuid, Eligible> = HashMap::new();
    for row in place.rows("SELECT id, operator FROM organizations").await {
        let operator = row.try_get("", "operator").unwrap();
        eligible.insert(id(&row, "id"), Eligible { modules: Vec::new(), operator });
    }
    for row in place.rows("SELECT organization_id, module FROM organization_modules").await {
        eligible.get_mut(&id(&row, "organization_id")).unwrap().modules.push(text(&row, "module"));
    }
    let mut held: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    let grants = place.rows("SELECT organization_id, contact_id, profile, granted_by FROM grants").await;
    for row in &grants {
        held.entry(id(row, "contact_id")).or_default().push(text(row, "profile"));
    }
    let supervisor = vec!["support.supervisor".to_owned()];
    for row in &grants {
        let granter: Option<Uuid> = row.try_get("", "granted_by").unwrap();
        let by = granter.and_then(|granter| held.get(&granter)).unwrap_or(&supervisor);
        let wanted = [text(row, "profile")];
        let decided = catalogue.decide(
            &wanted,
            &held[&id(row, "contact_id")],
            by,
            &eligible[&id(row, "organization_id")],
        );
        assert_eq!(decided, Ok(()), "{wanted:?} by {by:?}");
    }
}

#[tokio::test]
async fn the_same_size_gives_the_same_people() {
    let (one, other) = (Place::sqlite().await, Place::sqlite().await);
    one.fill(5, 100).await;
    other.fill(5, 100).await;
    let sql = "SELECT id, search FROM contacts ORDER BY id";
    let people = |rows: Vec<QueryResult>| {
        rows.iter().map(|row| (id(row, "id"), text(row, "search"))).collect::<Vec<_>>()
    };
    assert_eq!(people(one.rows(sql).await), people(other.rows(sql).await));
}

#[tokio::test]
async fn what_is_kept_when_the_work_is_interrupted_is_whole() {
    for place in Place::all().await {
        let (catalogue, accounts) = (read_catalogue(), accounts());
        let size = DemoSize { organizations: 4, contacts: 20_000 };
        let told = Arc::new(Notify::new());
        let tell = told.clone();
        let work = demo::fill(&place.platform, &catalogue, size, &accounts, move |_| tell.notify_one());
        tokio::select! {
            biased;
            () = told.notified() => {}
            done = work => panic!("not interrupted: {done:?}"),
        }
        let contacts = place.number("SELECT count(*) FROM contacts").await;
        assert!((1..20_000).contains(&contacts), "{contacts}");
        assert!(demo::is_demonstration(&place.platform.store).await.unwrap());
        all_is_whole(&place).await;
    }
}

#[tokio::test]
async fn without_accounts_the_people_are_there_and_nobody_can_sign_in_as_them() {
    let place = Place::sqlite().await;
    let work = {
        let platform = place.platform.clone();
        async move { demo::fill(&platform, &read_catalogue(), DemoSize::default(), &[], |_| ()).await }
    };
    tokio::spawn(work).await.unwrap().unwrap();
    all_is_whole(&place).await;
    let elsewhere = "SELECT count(*) FROM logins WHERE issuer <> 'https://id.example.org/'";
    assert_eq!(place.number(elsewhere).await, 0);
    let with = "SELECT count(*) FROM contacts WHERE last_name = 'Thibodeau' AND first_name = 'Marie-Ève' AND account_id IS NOT NULL";
    assert!(place.number(with).await >= 2);
}

#[tokio::test]
async fn agreements_wait_are_signed_and_are_being_prepared() {
    for place in Place::all().await {
        place.fill(12, 400).await;
        let rows = place.rows("SELECT state FROM agreements ORDER BY state").await;
        let states: Vec<String> = rows.iter().map(|row| text(row, "state")).collect();
        assert_eq!(states, ["draft", "out", "signed"]);
        let waiting = "SELECT count(*) FROM agreement_signatories WHERE state = 'invited'";
        assert_eq!(place.number(waiting).await, 2);
    }
}
