//! One's own account (A9).

use crate::stage::*;
use domain::accounts::NewPasswordForm;
use domain::accounts::own::{
    AccountEvent, AccountPage, CloseForm, OwnEmailForm, OwnNameForm, OwnPasswordForm,
};
use domain::{Language, Problem};
use sea_orm::{ConnectionTrait as _, Statement};

const BRUNO: &str = "bruno.hache@emploi-nord.example";
const NEW: &str = "bruno@maison.example";

fn address(email: &str) -> OwnEmailForm {
    OwnEmailForm { email: email.into() }
}

/// Comes to a page of the account without being signed in well enough: where that leads.
async fn enters(browser: &Browser, stage: &Stage, page: AccountPage) -> String {
    let first = browser.desk(stage).sign_in_for(page).await.unwrap().unwrap();
    browser.follow(stage, &openidconnect::url::Url::parse(BASE).unwrap().join(&first).unwrap()).await
}

#[tokio::test]
async fn a9_whoever_is_not_signed_in_signs_in_and_comes_back_to_the_page() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        Browser::with_account(&stage, &portal, BRUNO).await;
        let mut visitor = Browser::at("198.51.100.9");
        let page = enters(&visitor, &stage, AccountPage::Email).await;
        let handle = handle_in(&page);
        assert!(page.starts_with("/fr/identity/sign-in?"), "{page}");
        let card = visitor.desk(&stage).request(&handle).await.unwrap();
        assert_eq!(card.destination.in_language(Language::Fr), "votre compte");
        let to = visitor.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
        assert_eq!(to, format!("{BASE}/fr/identity/account/email"), "no code goes anywhere");
        assert_eq!(visitor.desk(&stage).sign_in_for(AccountPage::Email).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a9_what_opens_the_account_wants_a_fresh_sign_in() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let mut bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        stage.wait(15 * 60 + 1);
        for page in AccountPage::ALL {
            let first = bruno.desk(&stage).sign_in_for(page).await.unwrap();
            assert_eq!(first.is_some(), page.needs_fresh(), "{page:?}");
        }
        assert_eq!(told(bruno.desk(&stage).ask_new_email(&address(NEW)).await), Problem::SignInAgain);
        assert_eq!(told(bruno.desk(&stage).new_app().await), Problem::SignInAgain);
        assert_eq!(told(bruno.desk(&stage).own_data().await), Problem::SignInAgain);

        let page = enters(&bruno, &stage, AccountPage::Password).await;
        let handle = handle_in(&page);
        let card = bruno.desk(&stage).request(&handle).await.unwrap();
        assert_eq!(card.login_hint.as_deref(), Some(BRUNO));
        let to = bruno.desk(&stage).proceed(&handle).await.unwrap().to;
        assert!(to.contains("/identity/sign-in"), "the old session is not enough: {to}");
        bruno.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
        assert_eq!(bruno.desk(&stage).sign_in_for(AccountPage::Password).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a9_another_address_is_confirmed_there_and_told_to_the_one_before() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let desk = bruno.desk(&stage);
        assert_eq!(told(desk.ask_new_email(&address(BRUNO)).await), Problem::SameEmail);
        desk.ask_new_email(&address(NEW)).await.unwrap();
        let letters = stage.letters().await;
        let to = |who: &str| letters.iter().find(|letter| letter.to == who).unwrap();
        assert!(to(BRUNO).text.contains(NEW), "the address in force is told");
        let token = token_in(to(NEW), "/identity/new-email/");
        assert_eq!(desk.own_account().await.unwrap().new_email.as_deref(), Some(NEW));

        // Another device opens it: looking changes nothing.
        let phone = Browser::at("198.51.100.9");
        let both = phone.desk(&stage).new_email_link(&token).await.unwrap();
        assert_eq!(both, (BRUNO.to_owned(), NEW.to_owned()));
        assert_eq!(desk.own_account().await.unwrap().email, BRUNO);
        phone.desk(&stage).confirm_new_email(&token).await.unwrap();
        assert_eq!(stage.letter().await.to, BRUNO, "and told once it is done");
        assert_eq!(told(phone.desk(&stage).confirm_new_email(&token).await), Problem::CodeExpired);

        let mut again = Browser::new();
        let (_, handle) = again.arrive(&stage, &portal).await;
        assert_eq!(told(again.sign_in(&stage, &handle, BRUNO, PASSWORD).await), Problem::WrongCredentials);
        assert!(again.sign_in(&stage, &handle, NEW, PASSWORD).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a9_an_address_that_was_asked_for_dies_with_a_new_password_another_wish_and_two_hours() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let mut bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let ask = async |bruno: &Browser, email: &str| {
            bruno.desk(&stage).ask_new_email(&address(email)).await.unwrap();
            let letters = stage.letters().await;
            token_in(letters.iter().find(|letter| letter.to == email).unwrap(), "/identity/new-email/")
        };
        let dead = async |token: &str| {
            told(Browser::new().desk(&stage).confirm_new_email(token).await) == Problem::CodeExpired
        };
        let first = ask(&bruno, NEW).await;
        let second = ask(&bruno, "bruno@chalet.example").await;
        assert!(dead(&first).await);
        bruno.desk(&stage).keep_email().await.unwrap();
        assert!(dead(&second).await);

        // Somebody who was in asked for an address of theirs; then the owner takes a new password by mail.
        let third = ask(&bruno, "voleur@exemple.ca").await;
        let help = domain::accounts::HelpForm { email: BRUNO.into(), ..Default::default() };
        bruno.desk(&stage).ask_help(&help).await.unwrap();
        stage.wait(60);
        let reset = token_in(&stage.letter().await, "/identity/reset/");
        let other =
            NewPasswordForm { password: OTHER_PASSWORD.into(), password_again: OTHER_PASSWORD.into() };
        bruno.desk(&stage).reset_password(&reset, &other).await.unwrap();
        stage.letters().await;
        assert!(dead(&third).await);

        let (_, handle) = bruno.arrive(&stage, &portal).await;
        bruno.sign_in(&stage, &handle, BRUNO, OTHER_PASSWORD).await.unwrap();
        let fourth = ask(&bruno, "voleur@exemple.ca").await;
        let another = OwnPasswordForm {
            current: OTHER_PASSWORD.into(),
            password: PASSWORD.into(),
            password_again: PASSWORD.into(),
        };
        bruno.desk(&stage).change_password(&another).await.unwrap();
        stage.letters().await;
        assert!(dead(&fourth).await);

        let fifth = ask(&bruno, NEW).await;
        stage.wait(2 * 3600);
        assert!(dead(&fifth).await);
    })
    .await;
}

#[tokio::test]
async fn a9_an_address_that_has_an_account_is_answered_the_same_and_never_taken() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        Browser::with_account(&stage, &portal, NEW).await;
        bruno.desk(&stage).ask_new_email(&address(NEW)).await.unwrap();
        let letters = stage.letters().await;
        let there = letters.iter().find(|letter| letter.to == NEW).unwrap();
        assert!(!there.text.contains("/identity/new-email/"), "{}", there.text);
        assert_eq!(bruno.desk(&stage).own_account().await.unwrap().new_email.as_deref(), Some(NEW));
    })
    .await;
}

#[tokio::test]
async fn a9_an_account_that_waits_at_the_new_address_waits_for_nothing() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let mut other = Browser::at("198.51.100.9");
        let (_, handle) = other.arrive(&stage, &portal).await;
        other.create(&stage, &handle, &form(NEW, OTHER_PASSWORD)).await.unwrap();
        let code = code_in(&stage.letter().await);
        bruno.desk(&stage).ask_new_email(&address(NEW)).await.unwrap();
        let letters = stage.letters().await;
        let there = letters.iter().find(|letter| letter.to == NEW).unwrap();
        let token = token_in(there, "/identity/new-email/");
        bruno.desk(&stage).confirm_new_email(&token).await.unwrap();
        stage.letters().await;
        assert_eq!(told(other.type_code(&stage, &handle, &code).await), Problem::WrongCode { left: 4 });
    })
    .await;
}

#[tokio::test]
async fn a9_another_password_ends_the_other_sessions_and_is_told() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let mut phone = Browser { agent: IPHONE, ..Browser::at("198.51.100.9") };
        let (_, handle) = phone.arrive(&stage, &portal).await;
        phone.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
        let form = |current: &str| OwnPasswordForm {
            current: current.into(),
            password: OTHER_PASSWORD.into(),
            password_again: OTHER_PASSWORD.into(),
        };
        let wrong = bruno.desk(&stage).change_password(&form("not this one")).await;
        assert_eq!(told(wrong), Problem::WrongPassword);
        assert!(phone.desk(&stage).own_account().await.is_ok());
        bruno.desk(&stage).change_password(&form(PASSWORD)).await.unwrap();
        assert!(stage.letter().await.text.contains("Firefox, Linux"));
        assert_eq!(told(phone.desk(&stage).own_account().await), Problem::SignInNeeded);
        assert!(bruno.desk(&stage).own_account().await.is_ok());
        assert_eq!(
            told(phone.sign_in(&stage, &handle, BRUNO, PASSWORD).await),
            Problem::SignInExpired,
            "that request was answered"
        );
    })
    .await;
}

#[tokio::test]
async fn a9_sessions_are_told_in_words_and_ended_one_by_one_or_all() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let mut others = Vec::new();
        for ip in ["198.51.100.9", "198.51.100.10"] {
            let mut phone = Browser { agent: IPHONE, ..Browser::at(ip) };
            let (_, handle) = phone.arrive(&stage, &portal).await;
            phone.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
            others.push(phone);
        }
        let desk = bruno.desk(&stage);
        let sessions = desk.own_account().await.unwrap().sessions;
        assert_eq!(sessions.len(), 3);
        let phone = sessions.iter().find(|one| one.address.as_deref() == Some("198.51.100.9")).unwrap();
        assert_eq!(phone.device.as_deref(), Some("Safari, iPhone"));
        assert!(!phone.here);
        desk.end_own_session(phone.id).await.unwrap();
        assert_eq!(told(others[0].desk(&stage).own_account().await), Problem::SignInNeeded);
        assert!(others[1].desk(&stage).own_account().await.is_ok());

        let carla = Browser::with_account(&stage, &portal, "carla@exemple.ca").await;
        let here = sessions.iter().find(|one| one.here).unwrap();
        assert_eq!(told(carla.desk(&stage).end_own_session(here.id).await), Problem::NotFound);
        desk.end_other_own_sessions().await.unwrap();
        assert_eq!(told(others[1].desk(&stage).own_account().await), Problem::SignInNeeded);
        assert!(desk.own_account().await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a9_name_language_activity_and_the_file_of_it_all() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let desk = bruno.desk(&stage);
        let form =
            OwnNameForm { first_name: String::new(), last_name: "Ogunleye".into(), language: "en".into() };
        desk.save_own_name(&form).await.unwrap();
        let card = desk.own_account().await.unwrap();
        assert_eq!((card.last_name.as_str(), card.language), ("Ogunleye", Some(Language::En)));
        let lines = desk.own_activity().await.unwrap();
        let what: Vec<_> = lines.iter().map(|line| line.what).collect();
        assert_eq!(what, [AccountEvent::NameChanged, AccountEvent::SignedIn, AccountEvent::Created]);
        let data = desk.own_data().await.unwrap().to_string();
        assert!(data.contains("Ogunleye") && data.contains(BRUNO));
        assert!(!data.contains("argon2"), "no secret is in it");
    })
    .await;
}

#[tokio::test]
async fn a9_a10_what_an_application_may_know_is_taken_back() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let begun = portal.begin(&[]);
        let asked: String =
            begun.url.query().unwrap().replace("client_id=accord", "client_id=library").replace(
                "redirect_uri=https%3A%2F%2Fportal.example%2Fsign-in%2Fcallback",
                "redirect_uri=https%3A%2F%2Flibrary.example%2Fback%3Ffrom%3Daccord",
            );
        let page = bruno.desk(&stage).authorize(&identity::Parameters::read(&asked)).await.unwrap();
        bruno.desk(&stage).agree(&handle_in(&page)).await.unwrap();
        let known = bruno.desk(&stage).own_account().await.unwrap().applications;
        assert_eq!(known.len(), 1);
        assert_eq!(known[0].name.in_language(Language::Fr), "La bibliothèque");
        bruno.desk(&stage).withdraw_application("library").await.unwrap();
        assert!(bruno.desk(&stage).own_account().await.unwrap().applications.is_empty());
        assert_eq!(told(bruno.desk(&stage).withdraw_application("library").await), Problem::NotFound);
        let page = bruno.desk(&stage).authorize(&identity::Parameters::read(&asked)).await.unwrap();
        assert!(page.contains("/identity/continue"), "it asks again: {page}");
    })
    .await;
}

/// A9: of a closed account nothing stays; its last letter says so, its address is free, its password opens nothing.
#[tokio::test]
async fn a9_a_closed_account_is_erased_and_its_address_is_free() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let desk = bruno.desk(&stage);
        desk.ask_new_email(&address(NEW)).await.unwrap();
        stage.letters().await;
        let unsure = desk.close_account(&CloseForm::default()).await;
        assert!(matches!(unsure, Err(identity::Refusal::Invalid(_))), "{unsure:?}");
        desk.close_account(&CloseForm { sure: "true".into() }).await.unwrap();
        let letter = stage.letter().await;
        assert_eq!(letter.to, BRUNO);
        assert!(letter.subject.contains("fermé"), "{}", letter.subject);
        assert_eq!(told(desk.own_account().await), Problem::SignInNeeded);
        assert_eq!(told(desk.close_account(&CloseForm { sure: "true".into() }).await), Problem::SignInNeeded);
        let mut again = Browser::new();
        let (_, handle) = again.arrive(&stage, &portal).await;
        assert_eq!(told(again.sign_in(&stage, &handle, BRUNO, PASSWORD).await), Problem::WrongCredentials);
        let db = stage.platform.store.read();
        let kept = |sql: &'static str| async move {
            let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
            rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect::<Vec<_>>()
        };
        let of_account = "SELECT email || first_name || last_name || password_hash || COALESCE(new_email, '') \
                          FROM identity_accounts";
        assert_eq!(kept(of_account).await, [""]);
        assert!(kept("SELECT kind FROM identity_events").await.is_empty());
        let sessions = "SELECT COALESCE(device, '') || COALESCE(address, '') FROM identity_sessions";
        assert!(kept(sessions).await.iter().all(String::is_empty));
        Browser::with_account(&stage, &portal, BRUNO).await;
    })
    .await;
}
