//! "Not a robot": rule A4.

use crate::stage::{Browser, PASSWORD, Stage, code_in, everywhere, form, solved, told};
use altcha::{Challenge, Payload};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::Problem;
use domain::accounts::{AccountForm, HelpForm};
use futures::future::join_all;
use identity::Refusal;

const BRUNO: &str = "bruno.hache@emploi-nord.example";

fn challenge(browser: &Browser, stage: &Stage) -> Challenge {
    serde_json::from_str(&browser.desk(stage).challenge().unwrap()).unwrap()
}

fn with(proof: &str) -> AccountForm {
    AccountForm { proof: proof.into(), ..form(BRUNO, PASSWORD) }
}

/// Seconds until the mail leaves that this proof brings.
async fn wait_with(stage: &Stage, proof: &str) -> u32 {
    let portal = stage.portal().await;
    let mut browser = Browser::new();
    let (_, handle) = browser.arrive(stage, &portal).await;
    browser.create_with(stage, &handle, &with(proof)).await.unwrap();
    let wait = browser.desk(stage).waiting(&handle).await.unwrap().leaves_in;
    let came = stage.letters().await.len();
    assert_eq!(came, usize::from(wait == 0), "a mail that waits has not left");
    stage.wait(61);
    assert_eq!(stage.letters().await.len(), 1 - came);
    wait
}

#[tokio::test]
async fn a4_a_proof_counts_once_and_only_as_it_was_signed() {
    everywhere(async |stage| {
        let browser = Browser::new();
        let right = challenge(&browser, &stage);
        let proof = solved(&right);
        assert_eq!(wait_with(&stage, &proof).await, 0);
        assert_eq!(wait_with(&stage, &proof).await, 60, "used before");
        stage.wait(86_400);
        let mut easier = challenge(&browser, &stage);
        easier.parameters.key_prefix = String::new();
        let mut longer = challenge(&browser, &stage);
        longer.parameters.data.as_mut().unwrap().insert("until".into(), i64::MAX.into());
        for forged in [solved(&easier), solved(&longer)] {
            assert_eq!(wait_with(&stage, &forged).await, 60, "not as it was signed");
        }
        stage.wait(86_400);
        let unsolved = challenge(&browser, &stage);
        let mut payload: Payload =
            serde_json::from_slice(&BASE64_STANDARD.decode(solved(&unsolved)).unwrap()).unwrap();
        payload.solution.counter += 1;
        let guessed = BASE64_STANDARD.encode(serde_json::to_vec(&payload).unwrap());
        for wrong in [guessed.as_str(), "not a proof"] {
            assert_eq!(wait_with(&stage, wrong).await, 60);
        }
    })
    .await;
}

#[tokio::test]
async fn a4_a_challenge_works_two_hours_and_is_then_forgotten() {
    everywhere(async |stage| {
        let old = solved(&challenge(&Browser::new(), &stage));
        let used = solved(&challenge(&Browser::new(), &stage));
        assert_eq!(wait_with(&stage, &used).await, 0);
        stage.wait(2 * 3600);
        assert_eq!(wait_with(&stage, &old).await, 60);
        stage.provider.sweep().await.unwrap();
        assert_eq!(wait_with(&stage, &used).await, 60, "forgotten, and too old");
    })
    .await;
}

#[tokio::test]
async fn a4_of_several_forms_sent_at_once_with_one_proof_one_is_proved() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let proof = Browser::new().proof(&stage);
        let tries = (0..4).map(|n| {
            let (stage, portal, proof) = (&stage, &portal, proof.clone());
            async move {
                let mut browser = Browser::new();
                let (_, handle) = browser.arrive(stage, portal).await;
                let form = AccountForm { proof, ..form(&format!("bruno{n}@exemple.ca"), PASSWORD) };
                browser.create_with(stage, &handle, &form).await.unwrap();
                browser.desk(stage).waiting(&handle).await.unwrap().leaves_in
            }
        });
        let waits = join_all(tries).await;
        assert_eq!(waits.iter().filter(|wait| **wait == 0).count(), 1, "{waits:?}");
        stage.wait(61);
        assert_eq!(stage.letters().await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn a4_without_script_the_account_is_created_all_the_same_a_minute_later() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        let mut bruno = Browser::new();
        let (_, handle) = bruno.arrive(&stage, &portal).await;
        bruno.create_with(&stage, &handle, &with("")).await.unwrap();
        assert_eq!(stage.letters().await.len(), 0);
        stage.wait(61);
        let code = code_in(&stage.letter().await);
        bruno.type_code(&stage, &handle, &code).await.unwrap();
    })
    .await;
}

async fn help(stage: &Stage, browser: &Browser, email: &str) -> Result<(), Refusal> {
    browser.desk(stage).ask_help(&HelpForm { email: email.into(), proof: String::new() }).await
}

#[tokio::test]
async fn a4_without_a_proof_an_address_takes_half_as_many_mails_a_day() {
    everywhere(async |stage| {
        for ip in ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"] {
            help(&stage, &Browser::at(ip), BRUNO).await.unwrap();
        }
        let sixth = help(&stage, &Browser::new(), BRUNO).await;
        assert_eq!(told(sixth), Problem::TooManyMails { most: 5 });
        Browser::new().ask_help(&stage, BRUNO).await.unwrap();
        stage.wait(61);
        assert_eq!(stage.letters().await.len(), 6);
    })
    .await;
}

/// The portal writes to whom it knows: that a limit is reached would tell so, and keep them from their account.
#[tokio::test]
async fn a6_what_the_portal_writes_keeps_nobody_from_help() {
    everywhere(async |stage| {
        for _ in 0..10 {
            trial::post_letter(&stage.platform, "agreements.sign", BRUNO).await.unwrap();
        }
        help(&stage, &Browser::new(), BRUNO).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a4_without_a_proof_a_network_waits_after_five_tries_and_with_one_it_does_not() {
    everywhere(async |stage| {
        for email in ["a@exemple.ca", "b@exemple.ca", "c@exemple.ca", "d@exemple.ca", "e@exemple.ca"] {
            help(&stage, &Browser::new(), email).await.unwrap();
        }
        // Whatever it asks next.
        let sixth = help(&stage, &Browser::new(), "f@exemple.ca").await;
        assert!(matches!(told(sixth), Problem::TooManyTries { .. }));
        let portal = stage.portal().await;
        let mut same = Browser::new();
        let (_, handle) = same.arrive(&stage, &portal).await;
        let created = same.create_with(&stage, &handle, &with("")).await;
        assert!(matches!(told(created), Problem::TooManyTries { .. }));
        help(&stage, &Browser::at("198.51.100.9"), "g@exemple.ca").await.unwrap();
        same.create(&stage, &handle, &form(BRUNO, PASSWORD)).await.unwrap();
        stage.wait(61);
        assert_eq!(stage.letters().await.len(), 7);
    })
    .await;
}
