//! Whether an account exists is not told by time either (A6): medians of many tries. By day a few tries see that the
//! same is answered; `make faults` takes `ACCORD_SAMPLES` of each and holds the medians against each other.

use crate::stage::*;
use domain::Problem;
use sea_orm::ConnectionTrait as _;
use std::time::{Duration, Instant};

const BRUNO: &str = "bruno.hache@emploi-nord.example";
const NOBODY: &str = "nobody.there@emploi-nord.example";
/// So far apart may two medians be.
const APART: Duration = Duration::from_millis(2);

/// How many tries of each kind, and whether their times are judged.
fn samples() -> (usize, bool) {
    #[expect(clippy::disallowed_methods, reason = "a long measurement is asked for from outside")]
    let asked = std::env::var("ACCORD_SAMPLES").ok().and_then(|text| text.parse().ok());
    asked.map_or((3, false), |many| (many, true))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Tries both in turn, the one that begins changing, so that what slows the machine slows both.
async fn compared(stage: &Stage, what: &str, attempt: impl AsyncFn(&'static str)) {
    let (many, judged) = samples();
    let mut times = [Vec::new(), Vec::new()];
    for n in 0..many {
        for which in [n % 2, 1 - n % 2] {
            let db = stage.platform.store.write();
            for table in ["identity_throttles", "outbox"] {
                db.execute_unprepared(&format!("DELETE FROM {table}")).await.unwrap();
            }
            let began = Instant::now();
            attempt([BRUNO, NOBODY][which]).await;
            times[which].push(began.elapsed());
        }
    }
    let [known, unknown] = times.map(median);
    let apart = known.abs_diff(unknown);
    println!("{what}: {many} each; known {known:?}, unknown {unknown:?}, {apart:?} apart");
    assert!(!judged || apart < APART, "{what}: {known:?} and {unknown:?}");
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
