//! Whether an account exists is not told by time either (A6).

use crate::medians;
use crate::stage::*;
use domain::Problem;
use sea_orm::ConnectionTrait as _;
use std::time::Instant;

const BRUNO: &str = "bruno.hache@emploi-nord.example";
const NOBODY: &str = "nobody.there@emploi-nord.example";

/// Tries with an address that has an account, and with one that has none; no limit is ever reached.
async fn compared(stage: &Stage, what: &str, attempt: impl AsyncFn(&'static str)) {
    medians::compared(what, async |which| {
        let db = stage.platform.store.write();
        for table in ["identity_throttles", "outbox"] {
            db.execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
        }
        let began = Instant::now();
        attempt([BRUNO, NOBODY][which]).await;
        began.elapsed()
    })
    .await;
}

#[tokio::test]
async fn a6_a_sign_in_takes_as_long_whether_the_address_has_an_account_or_not() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        Browser::with_account(&stage, &portal, BRUNO).await;
        let (_, handle) = Browser::new().arrive(&stage, &portal).await;
        compared(&stage, "sign-in", async |email| {
            let answer = Browser::new().sign_in(&stage, &handle, email, OTHER_PASSWORD).await;
            assert_eq!(told(answer), Problem::WrongCredentials);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a6_asking_for_help_takes_as_long_whether_the_address_has_an_account_or_not() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        Browser::with_account(&stage, &portal, BRUNO).await;
        compared(&stage, "help", async |email| {
            let form = domain::accounts::HelpForm { email: email.into(), proof: String::new() };
            Browser::new().desk(&stage).ask_help(&form).await.unwrap();
        })
        .await;
    })
    .await;
}
