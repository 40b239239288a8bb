//! Second factors (A8): an authenticator app, recovery codes, a deployment that wants them.

use crate::stage::*;
use domain::Problem;
use domain::accounts::CodeForm;
use domain::accounts::own::{AccountPage, NewAppForm};
use identity::{Provider, ProviderSettings, SecondFactor};
use std::sync::{Arc, PoisonError};
use totp_rs::{Builder, Secret};

const BRUNO: &str = "bruno.hache@emploi-nord.example";

/// An authenticator app on somebody's phone.
pub struct App(String);

impl App {
    pub fn shows(&self, stage: &Stage) -> String {
        let secret = Secret::try_from_base32(self.0.replace(' ', "")).unwrap();
        let seconds = u64::try_from(stage.platform.clock.now().0 / 1000).unwrap();
        Builder::new().with_secret(secret).build().unwrap().generate(seconds).to_string()
    }
}

/// Somebody scans the picture and types the code.
pub async fn set_up(stage: &Stage, browser: &Browser) -> App {
    let desk = browser.desk(stage);
    let new = desk.new_app().await.unwrap();
    assert!(new.picture.starts_with("<svg") && new.address.starts_with("otpauth://totp/"), "{}", new.address);
    let app = App(new.secret);
    let form = NewAppForm { ticket: new.ticket, code: app.shows(stage), name: "mon téléphone".into() };
    assert!(desk.add_app(&form).await.unwrap(), "it is the first one");
    app
}

pub async fn types(
    browser: &mut Browser,
    stage: &Stage,
    handle: &str,
    code: &str,
) -> Result<String, Problem> {
    match browser.desk(stage).prove_code(handle, &CodeForm { code: code.into() }).await {
        Ok(step) => Ok(browser.take(step)),
        refused => Err(told(refused)),
    }
}

#[tokio::test]
async fn a8_with_an_app_the_password_alone_opens_nothing() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let app = set_up(&stage, &bruno).await;
        assert!(stage.letter().await.text.contains("mon téléphone"), "its owner is told by mail");
        stage.wait(60);

        let mut elsewhere = Browser::at("198.51.100.9");
        let (begun, handle) = elsewhere.arrive(&stage, &portal).await;
        let page = elsewhere.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
        assert!(page.starts_with("/fr/identity/second-step?"), "{page}");
        assert_eq!(told(elsewhere.desk(&stage).own_account().await), Problem::SignInNeeded);
        let card = elsewhere.desk(&stage).second_step(&handle).await.unwrap();
        assert_eq!((card.email.as_str(), card.app, card.passkey, card.recovery), (BRUNO, true, false, true));

        let stranger = Browser::at("203.0.113.5");
        assert_eq!(told(stranger.desk(&stage).second_step(&handle).await), Problem::SignInExpired);
        assert_eq!(types(&mut elsewhere, &stage, &handle, "000000").await, Err(Problem::WrongAppCode));

        let code = app.shows(&stage);
        let to = types(&mut elsewhere, &stage, &handle, &code).await.unwrap();
        let tokens = portal.exchange(&stage, &parameter(&to, "code").unwrap(), begun.verifier).await.unwrap();
        let claims = portal.verified(&tokens, &begun.nonce, stage.platform.clock.now());
        assert_eq!(claims.auth_context_ref().unwrap().as_str(), "urn:accord:acr:two-factors");
        let means: Vec<_> = claims.auth_method_refs().unwrap().iter().map(|word| word.to_string()).collect();
        assert_eq!(means, ["pwd", "otp", "mfa"]);

        // The same code once more, while it is still shown: it was used.
        let mut thief = Browser::at("203.0.113.5");
        let (_, handle) = thief.arrive(&stage, &portal).await;
        thief.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
        assert_eq!(types(&mut thief, &stage, &handle, &code).await, Err(Problem::WrongAppCode));
    })
    .await;
}

#[tokio::test]
async fn a8_ten_sign_ins_with_one_code_at_once_let_one_in() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let app = set_up(&stage, &bruno).await;
        stage.letters().await;
        stage.wait(60);
        let code = CodeForm { code: app.shows(&stage) };
        let mut waiting = Vec::new();
        for _ in 0..4 {
            let mut browser = Browser::new();
            let (_, handle) = browser.arrive(&stage, &portal).await;
            browser.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
            waiting.push((browser.desk(&stage), handle));
        }
        let tries = waiting.iter().map(|(desk, handle)| desk.prove_code(handle, &code));
        let done = futures::future::join_all(tries).await;
        assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 1, "{done:?}");
    })
    .await;
}

#[tokio::test]
async fn a8_guessing_codes_slows_down() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let app = set_up(&stage, &bruno).await;
        stage.letters().await;
        let mut thief = Browser::at("203.0.113.5");
        let (_, handle) = thief.arrive(&stage, &portal).await;
        thief.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
        for _ in 0..5 {
            assert_eq!(types(&mut thief, &stage, &handle, "000000").await, Err(Problem::WrongAppCode));
        }
        let slowed = types(&mut thief, &stage, &handle, "000000").await;
        assert!(matches!(slowed, Err(Problem::TooManyTries { .. })), "{slowed:?}");
        stage.wait(31);
        let code = app.shows(&stage);
        assert!(types(&mut thief, &stage, &handle, &code).await.is_ok(), "nobody is locked out for good");
    })
    .await;
}

#[tokio::test]
async fn a8_a_recovery_code_works_once_and_its_owner_is_told() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        set_up(&stage, &bruno).await;
        stage.letters().await;
        let codes = bruno.desk(&stage).recovery_codes().await.unwrap();
        assert_eq!(codes.len(), 10);
        assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), 10);
        let code = codes[3].0.to_uppercase();

        let mut away = Browser::at("198.51.100.9");
        let (_, handle) = away.arrive(&stage, &portal).await;
        away.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
        types(&mut away, &stage, &handle, &code).await.unwrap();
        assert!(stage.letter().await.text.contains("code de secours"));
        assert_eq!(away.desk(&stage).own_account().await.unwrap().recovery_left, 9);

        let mut again = Browser::at("198.51.100.10");
        let (_, handle) = again.arrive(&stage, &portal).await;
        again.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
        assert_eq!(types(&mut again, &stage, &handle, &code).await, Err(Problem::WrongAppCode));

        bruno.desk(&stage).renew_recovery_codes().await.unwrap();
        stage.letters().await;
        let old = codes[4].0.clone();
        assert_eq!(types(&mut again, &stage, &handle, &old).await, Err(Problem::WrongAppCode));
        let new = bruno.desk(&stage).recovery_codes().await.unwrap()[4].0.clone();
        assert!(types(&mut again, &stage, &handle, &new).await.is_ok());
        stage.letters().await;
    })
    .await;
}

#[tokio::test]
async fn a8_the_first_factor_ends_every_other_session() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let mut other = Browser::at("198.51.100.9");
        let (_, handle) = other.arrive(&stage, &portal).await;
        other.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
        set_up(&stage, &bruno).await;
        stage.letters().await;
        assert_eq!(told(other.desk(&stage).own_account().await), Problem::SignInNeeded);
        let card = bruno.desk(&stage).own_account().await.unwrap();
        assert_eq!(card.sessions.len(), 1);
        assert!(card.sessions[0].here && card.sessions[0].device.as_deref() == Some("Firefox, Linux"));
    })
    .await;
}

#[tokio::test]
async fn a8_a_wrong_code_adds_nothing_and_the_same_picture_goes_on() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        let desk = bruno.desk(&stage);
        let new = desk.new_app().await.unwrap();
        let wrong = NewAppForm { ticket: new.ticket.clone(), code: "123".into(), name: String::new() };
        assert_eq!(told(desk.add_app(&wrong).await), Problem::WrongAppCode);
        assert_eq!(desk.same_app(&new.ticket).await.unwrap().secret, new.secret);
        assert!(desk.own_account().await.unwrap().factors.is_empty());

        // The ticket of one session is nothing in another.
        let carla = Browser::with_account(&stage, &portal, "carla@exemple.ca").await;
        assert_eq!(told(carla.desk(&stage).same_app(&new.ticket).await), Problem::CodeExpired);
        stage.wait(3601);
        let late = NewAppForm { code: App(new.secret).shows(&stage), ..wrong };
        assert_eq!(told(desk.add_app(&late).await), Problem::SignInAgain);
    })
    .await;
}

/// The same provider, where the deployment wants second factors of administrators.
async fn strict(stage: &Stage) -> Provider {
    let register = stage.register.clone();
    let settings = ProviderSettings {
        access: Some(Arc::new(register)),
        second_factor: SecondFactor::Administrators,
        ..settings(&stage.platform)
    };
    Provider::open(stage.platform.clone(), settings).await.unwrap()
}

#[tokio::test]
async fn a8_where_the_deployment_says_so_an_administrator_sets_one_up_before_going_on() {
    everywhere(async |mut stage| {
        let portal = stage.portal().await;
        Browser::with_account(&stage, &portal, BRUNO).await;
        let mut bruno = Browser::new();
        let (begun, handle) = bruno.arrive(&stage, &portal).await;
        let to = bruno.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
        let tokens = portal.exchange(&stage, &parameter(&to, "code").unwrap(), begun.verifier).await.unwrap();
        let now = stage.platform.clock.now();
        let subject = portal.verified(&tokens, &begun.nonce, now).subject().to_string();

        stage.provider = strict(&stage).await;
        let to = bruno.follow(&stage, &portal.begin(&[]).url).await;
        assert!(parameter(&to, "code").is_some(), "who administers nothing goes on: {to}");

        stage.register.1.lock().unwrap_or_else(PoisonError::into_inner).push(subject);
        let page = bruno.follow(&stage, &portal.begin(&[]).url).await;
        let handle = handle_in(&page);
        assert!(page.starts_with("/fr/identity/set-up?"), "{page}");
        for step in [bruno.desk(&stage).proceed(&handle).await, bruno.desk(&stage).agree(&handle).await] {
            assert!(step.unwrap().to.starts_with("/fr/identity/set-up?"), "there is no way around");
        }
        let silent = portal.begin(&[("prompt", "none")]);
        let to = bruno.follow(&stage, &silent.url).await;
        assert_eq!(parameter(&to, "error").as_deref(), Some("interaction_required"));
        assert_eq!(bruno.desk(&stage).sign_in_for(AccountPage::App).await.unwrap(), None);

        set_up(&stage, &bruno).await;
        stage.letters().await;
        let to = bruno.desk(&stage).proceed(&handle).await.unwrap().to;
        assert!(parameter(&to, "code").is_some(), "{to}");

        let card = bruno.desk(&stage).own_account().await.unwrap();
        assert!(card.needs_factor);
        let kept = bruno.desk(&stage).remove_factor(card.factors[0].id).await;
        assert_eq!(told(kept), Problem::FactorNeeded);
    })
    .await;
}

#[tokio::test]
async fn a8_a_factor_is_removed_by_its_owner_alone() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let bruno = Browser::with_account(&stage, &portal, BRUNO).await;
        set_up(&stage, &bruno).await;
        stage.letters().await;
        let factor = bruno.desk(&stage).own_account().await.unwrap().factors[0].id;
        let carla = Browser::with_account(&stage, &portal, "carla@exemple.ca").await;
        assert_eq!(told(carla.desk(&stage).remove_factor(factor).await), Problem::NotFound);
        bruno.desk(&stage).remove_factor(factor).await.unwrap();
        assert!(stage.letter().await.text.contains("mon téléphone"));
        assert_eq!(told(bruno.desk(&stage).recovery_codes().await), Problem::NotFound);
        let mut again = Browser::new();
        let (_, handle) = again.arrive(&stage, &portal).await;
        let to = again.sign_in(&stage, &handle, BRUNO, PASSWORD).await.unwrap();
        assert!(parameter(&to, "code").is_some());
    })
    .await;
}

#[tokio::test]
async fn a8_a_passkey_that_is_none_signs_nobody_in() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        Browser::with_account(&stage, &portal, BRUNO).await;
        let bruno = Browser::new();
        let (_, handle) = bruno.arrive(&stage, &portal).await;
        let ticket = bruno.desk(&stage).ask_passkey(&handle).await.unwrap();
        let asked = bruno.desk(&stage).passkey_question(&ticket).await.unwrap().unwrap();
        assert!(asked.options.contains("\"rpId\":\"portal.example\""), "{}", asked.options);
        let form = |answer: &str| domain::accounts::own::PasskeyForm {
            ticket: asked.ticket.clone(),
            answer: answer.into(),
            name: String::new(),
        };
        let answer =
            async |answer: &str| told(bruno.desk(&stage).sign_in_with_passkey(&handle, &form(answer)).await);
        assert_eq!(answer("").await, Problem::PasskeyNeedsScript);
        assert_eq!(answer("{}").await, Problem::PasskeyFailed);
    })
    .await;
}
