//! Creating an account: rules A2, A5, I6, I8, and the pre-hijacking attacks.

use crate::stage::{
    BASE, Browser, OTHER_PASSWORD, PASSWORD, Stage, code_in, everywhere, form, handle_in, parameter,
    token_in, told,
};
use domain::accounts::{AccountForm, ConfirmForm};
use domain::{Field, Language, Problem};
use futures::future::join_all;
use identity::{Parameters, Refusal};

const BRUNO: &str = "bruno.hache@emploi-nord.example";

async fn asked(stage: &Stage, email: &str) -> (Browser, String) {
    let portal = stage.portal().await;
    let mut browser = Browser::new();
    let (_, handle) = browser.arrive(stage, &portal).await;
    let page = browser.create(stage, &handle, &form(email, PASSWORD)).await.unwrap();
    assert_eq!(page, format!("/fr/identity/verify?request={handle}"));
    (browser, handle)
}

#[tokio::test]
async fn a2_the_invited_address_is_suggested_and_every_fault_is_told() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let mut bruno = Browser::new();
        let begun = portal.begin(&[("login_hint", BRUNO), ("prompt", "create"), ("ui_locales", "en-CA fr")]);
        let page = bruno.follow(&stage, &begun.url).await;
        assert!(page.starts_with("/en/identity/create-account?request="), "{page}");
        let handle = handle_in(&page);
        let card = bruno.desk(&stage).request(&handle).await.unwrap();
        assert_eq!(card.login_hint.as_deref(), Some(BRUNO));
        assert_eq!(card.destination.en, "Accord");
        let empty = bruno.create(&stage, &handle, &AccountForm::default()).await;
        let Err(Refusal::Invalid(faults)) = empty else { panic!("{empty:?}") };
        assert!(faults.of(Field::LastName).is_some() && faults.of(Field::Consent).is_some());
        assert_eq!(
            told(bruno.create(&stage, &handle, &form(BRUNO, "Bureau-Programmes-2026!")).await),
            Problem::PasswordTooCommon
        );
        assert!(stage.letters().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a5_the_code_in_the_mail_opens_the_account_and_names_the_destination() {
    everywhere(async |stage| {
        let (mut bruno, handle) = asked(&stage, BRUNO).await;
        let letter = stage.letter().await;
        assert_eq!(letter.to, BRUNO);
        assert!(letter.text.contains("Bureau des programmes") && !letter.text.contains("Program Office"));
        assert_eq!(bruno.desk(&stage).waiting(&handle).await.unwrap().email, BRUNO);
        let before = bruno.cookie.clone();
        let page = bruno.type_code(&stage, &handle, &format!(" {} ", code_in(&letter))).await.unwrap();
        assert_eq!(page, format!("/fr/identity/welcome?request={handle}"));
        assert_ne!(bruno.cookie, before, "who signs in gets another token");
        let welcome = bruno.desk(&stage).welcome(Some(&handle)).await.unwrap();
        assert_eq!(
            (welcome.email.as_str(), welcome.destination.fr.as_str(), welcome.home),
            (BRUNO, "Accord", None)
        );
        let step = bruno.desk(&stage).proceed(&handle).await.unwrap();
        assert!(step.to.starts_with("https://portal.example/sign-in/callback?code="), "{}", step.to);
        assert_eq!(parameter(&step.to, "iss").as_deref(), Some("https://portal.example/identity"));
        assert_eq!(told(bruno.desk(&stage).proceed(&handle).await), Problem::SignInExpired, "answered once");
    })
    .await;
}

#[tokio::test]
async fn a5_five_wrong_codes_then_another_must_be_asked_for_and_the_old_one_is_dead() {
    everywhere(async |stage| {
        let (mut bruno, handle) = asked(&stage, BRUNO).await;
        let old = code_in(&stage.letter().await);
        let wrong = if old == "000000" { "000001" } else { "000000" };
        for left in [4, 3, 2, 1, 0] {
            assert_eq!(told(bruno.type_code(&stage, &handle, wrong).await), Problem::WrongCode { left });
        }
        assert_eq!(told(bruno.type_code(&stage, &handle, &old).await), Problem::WrongCode { left: 0 });
        assert_eq!(told(bruno.desk(&stage).send_again(&handle).await), Problem::TooManyTries { minutes: 1 });
        stage.wait(61);
        bruno.desk(&stage).send_again(&handle).await.unwrap();
        let new = code_in(&stage.letter().await);
        assert_ne!(new, old);
        assert_eq!(told(bruno.type_code(&stage, &handle, &old).await), Problem::WrongCode { left: 4 });
        bruno.type_code(&stage, &handle, &new).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a5_codes_are_asked_for_five_times_at_most() {
    everywhere(async |stage| {
        let (bruno, handle) = asked(&stage, BRUNO).await;
        for _ in 0..4 {
            stage.wait(61);
            bruno.desk(&stage).send_again(&handle).await.unwrap();
        }
        stage.wait(61);
        assert!(!bruno.desk(&stage).waiting(&handle).await.unwrap().may_ask_again);
        assert!(matches!(told(bruno.desk(&stage).send_again(&handle).await), Problem::TooManyMails { .. }));
        assert_eq!(stage.letters().await.len(), 1, "codes that were replaced before they left are void");
    })
    .await;
}

#[tokio::test]
async fn a5_a_code_works_two_hours_and_not_a_moment_longer() {
    everywhere(async |stage| {
        let (mut bruno, handle) = asked(&stage, BRUNO).await;
        let code = code_in(&stage.letter().await);
        stage.wait(2 * 3600);
        assert!(bruno.desk(&stage).waiting(&handle).await.unwrap().expired);
        assert_eq!(told(bruno.type_code(&stage, &handle, &code).await), Problem::CodeExpired);
        bruno.desk(&stage).send_again(&handle).await.unwrap();
        let code = code_in(&stage.letter().await);
        bruno.type_code(&stage, &handle, &code).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a5_a_code_is_for_the_browser_that_asked() {
    everywhere(async |stage| {
        let (_, handle) = asked(&stage, BRUNO).await;
        let code = code_in(&stage.letter().await);
        let mut without_cookie = Browser::new();
        assert_eq!(told(without_cookie.type_code(&stage, &handle, &code).await), Problem::SignInExpired);
        let mut another = Browser { cookie: Some("another".into()), ..Browser::new() };
        assert_eq!(told(another.type_code(&stage, &handle, &code).await), Problem::SignInExpired);
    })
    .await;
}

#[tokio::test]
async fn a5_the_link_confirms_on_another_device_with_the_password_and_opening_it_changes_nothing() {
    everywhere(async |stage| {
        let (mut computer, handle) = asked(&stage, BRUNO).await;
        let letter = stage.letter().await;
        let token = token_in(&letter, "/fr/identity/verify/");
        let mut phone = Browser::at("198.51.100.4");
        for _ in 0..100 {
            assert!(phone.desk(&stage).link(&token).await.unwrap().asks_password);
        }
        let confirm = |password: &str| ConfirmForm { password: password.into() };
        assert_eq!(told(phone.desk(&stage).confirm_link(&token, &confirm("")).await), Problem::Missing);
        let wrong = phone.desk(&stage).confirm_link(&token, &confirm(OTHER_PASSWORD)).await;
        assert_eq!(told(wrong), Problem::WrongCredentials);
        let step = phone.desk(&stage).confirm_link(&token, &confirm(PASSWORD)).await.unwrap();
        assert_eq!(phone.take(step), "/fr/identity/welcome?client_id=accord");
        let welcome = phone.desk(&stage).welcome_elsewhere(Some("accord")).await.unwrap();
        assert_eq!(welcome.home.unwrap().fr, format!("{BASE}/fr"));
        assert_eq!(told(phone.desk(&stage).link(&token).await), Problem::CodeExpired, "a link works once");
        // The computer, where it began, goes on with the code.
        computer.type_code(&stage, &handle, &code_in(&letter)).await.unwrap();
        assert!(computer.desk(&stage).proceed(&handle).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a5_where_it_began_the_link_needs_only_the_button() {
    everywhere(async |stage| {
        let (mut bruno, handle) = asked(&stage, BRUNO).await;
        let token = token_in(&stage.letter().await, "/fr/identity/verify/");
        let card = bruno.desk(&stage).link(&token).await.unwrap();
        assert_eq!(
            (card.email.as_str(), card.name.as_str(), card.asks_password),
            (BRUNO, "Bruno Haché", false)
        );
        let step = bruno.desk(&stage).confirm_link(&token, &ConfirmForm::default()).await.unwrap();
        assert_eq!(bruno.take(step), format!("/fr/identity/welcome?request={handle}"));
    })
    .await;
}

#[tokio::test]
async fn a5_on_another_device_the_link_leads_to_the_application_that_the_person_came_for() {
    everywhere(async |stage| {
        let begun = Parameters::read(
            "response_type=code&client_id=library&redirect_uri=https%3A%2F%2Flibrary.example%2Fback%3Ffrom%3Daccord\
             &scope=openid&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
        );
        let mut computer = Browser::new();
        let handle = handle_in(&computer.desk(&stage).authorize(&begun).await.unwrap());
        computer.create(&stage, &handle, &form(BRUNO, PASSWORD)).await.unwrap();
        let token = token_in(&stage.letter().await, "/fr/identity/verify/");
        let mut phone = Browser::at("198.51.100.4");
        let confirm = ConfirmForm { password: PASSWORD.into() };
        let step = phone.desk(&stage).confirm_link(&token, &confirm).await.unwrap();
        assert_eq!(phone.take(step), "/fr/identity/welcome?client_id=library");
        let welcome = phone.desk(&stage).welcome_elsewhere(Some("library")).await.unwrap();
        assert_eq!(
            (welcome.destination.fr.as_str(), welcome.home.unwrap().fr.as_str()),
            ("La bibliothèque", "https://library.example")
        );
        let forged = phone.desk(&stage).welcome_elsewhere(Some("evil")).await.unwrap();
        assert_eq!(forged.home.unwrap().fr, format!("{BASE}/fr"), "an application that is none leads to the portal");
    })
    .await;
}

#[tokio::test]
async fn a5_a_forged_or_replaced_link_does_nothing() {
    everywhere(async |stage| {
        let (bruno, handle) = asked(&stage, BRUNO).await;
        let token = token_in(&stage.letter().await, "/fr/identity/verify/");
        stage.wait(61);
        bruno.desk(&stage).send_again(&handle).await.unwrap();
        for dead in [token.as_str(), "", "x", "x.y", "00000000000000000000000000000000.AAAA"] {
            assert_eq!(told(bruno.desk(&stage).link(dead).await), Problem::CodeExpired, "{dead}");
            let confirmed = bruno.desk(&stage).confirm_link(dead, &ConfirmForm::default()).await;
            assert_eq!(told(confirmed), Problem::CodeExpired, "{dead}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_address_with_an_account_is_answered_the_same_and_only_its_mail_differs() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        Browser::with_account(&stage, &portal, BRUNO).await;
        let (mut curious, handle) = asked(&stage, "Bruno.Hache@Emploi-Nord.example").await;
        let letter = stage.letter().await;
        assert!(letter.subject.contains("Vous avez déjà un compte"), "{}", letter.subject);
        assert!(letter.text.contains(&format!("{BASE}/fr\n")));
        let waiting = curious.desk(&stage).waiting(&handle).await.unwrap();
        assert_eq!((waiting.tries_left, waiting.expired, waiting.may_ask_again), (5, false, true));
        assert_eq!(told(curious.type_code(&stage, &handle, "123456").await), Problem::WrongCode { left: 4 });
        stage.wait(61);
        curious.desk(&stage).send_again(&handle).await.unwrap();
        assert!(stage.letter().await.subject.contains("déjà"));
    })
    .await;
}

#[tokio::test]
async fn asking_anew_in_the_same_browser_replaces_what_was_asked_before() {
    everywhere(async |stage| {
        let (mut bruno, handle) = asked(&stage, "bruno@wrong.example").await;
        let wrong = code_in(&stage.letter().await);
        bruno.create(&stage, &handle, &form(BRUNO, PASSWORD)).await.unwrap();
        let right = code_in(&stage.letter().await);
        assert_eq!(bruno.desk(&stage).waiting(&handle).await.unwrap().email, BRUNO);
        if wrong != right {
            assert!(bruno.type_code(&stage, &handle, &wrong).await.is_err());
        }
        bruno.type_code(&stage, &handle, &right).await.unwrap();
        assert_eq!(bruno.desk(&stage).welcome(None).await.unwrap().email, BRUNO);
    })
    .await;
}

#[tokio::test]
async fn an_account_is_made_once_however_often_the_code_is_sent_at_once() {
    everywhere(async |stage| {
        let (bruno, handle) = asked(&stage, BRUNO).await;
        let code = code_in(&stage.letter().await);
        let tries = (0..20).map(|_| {
            let (mut tab, stage, handle, code) = (bruno.clone(), &stage, &handle, &code);
            async move { tab.type_code(stage, handle, code).await }
        });
        let done = join_all(tries).await;
        assert!(done.iter().all(Result::is_ok), "{done:?}");
        let portal = stage.portal().await;
        let (_, handle) = Browser::new().arrive(&stage, &portal).await;
        assert!(Browser::new().sign_in(&stage, &handle, BRUNO, PASSWORD).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn an_address_takes_ten_mails_a_day_from_whomever() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        for _ in 0..10 {
            let mut browser = Browser::new();
            let (_, handle) = browser.arrive(&stage, &portal).await;
            browser.create(&stage, &handle, &form(BRUNO, PASSWORD)).await.unwrap();
        }
        let mut browser = Browser::new();
        let (_, handle) = browser.arrive(&stage, &portal).await;
        let eleventh = browser.create(&stage, &handle, &form(BRUNO, PASSWORD)).await;
        assert_eq!(told(eleventh), Problem::TooManyMails { most: 10 });
        stage.letters().await;
    })
    .await;
}

#[tokio::test]
async fn g1_the_letter_speaks_the_language_of_the_page() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let mut anne = Browser { language: Language::En, ..Browser::new() };
        let (_, handle) = anne.arrive(&stage, &portal).await;
        anne.create(&stage, &handle, &form("anne@exemple.ca", PASSWORD)).await.unwrap();
        let letter = stage.letter().await;
        assert!(letter.subject.starts_with("Your code") && letter.html.contains("lang=\"en\""));
        token_in(&letter, &format!("{BASE}/en/identity/verify/"));
    })
    .await;
}

#[tokio::test]
async fn a_request_that_waits_too_long_leads_back_and_is_forgotten_with_what_was_asked_in_it() {
    everywhere(async |stage| {
        let (mut bruno, handle) = asked(&stage, BRUNO).await;
        let code = code_in(&stage.letter().await);
        stage.wait(3 * 3600);
        assert_eq!(told(bruno.desk(&stage).request(&handle).await), Problem::SignInExpired);
        assert_eq!(told(bruno.type_code(&stage, &handle, &code).await), Problem::SignInExpired);
        stage.wait(2 * 86_400);
        stage.provider.sweep().await.unwrap();
        assert_eq!(told(bruno.desk(&stage).request(&handle).await), Problem::SignInExpired);
    })
    .await;
}
