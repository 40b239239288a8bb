//! Answers that must not tell by their time which of two cases it is: medians of many tries. By day a few tries see that
//! the same is answered; `make faults` takes `ACCORD_SAMPLES` of each and holds the medians against each other.

use std::time::Duration;

/// So far apart may two medians be.
const APART: Duration = Duration::from_millis(2);

/// Tries both cases in turn, the one that begins changing, so that what slows the machine slows both; `attempt` gives
/// how long the case of that number took.
pub async fn compared(what: &str, attempt: impl AsyncFn(usize) -> Duration) {
    #[expect(clippy::disallowed_methods, reason = "a long measurement is asked for from outside")]
    let asked = std::env::var("ACCORD_SAMPLES").ok().and_then(|text| text.parse::<usize>().ok());
    let many = asked.unwrap_or(3);
    let mut times = [Vec::new(), Vec::new()];
    for n in 0..many {
        for which in [n % 2, 1 - n % 2] {
            times[which].push(attempt(which).await);
        }
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    });
    let apart = known.abs_diff(unknown);
    println!("{what}: {many} each; known {known:?}, unknown {unknown:?}, {apart:?} apart");
    assert!(asked.is_none() || apart < APART, "{what}: {known:?} and {unknown:?}");
}
