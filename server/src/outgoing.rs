//! Calls to other machines: outside providers, and applications that hear of logouts. No redirect is followed, nobody
//! is waited for longer than a few seconds, and no answer is read that is larger than any should be.

use crate::commands::Failed;
use crate::in_process::HttpCall;
use platform::Causes;
use std::sync::Arc;
use std::time::Duration;

/// A call ends after so long, whatever happens.
const PATIENCE: Duration = Duration::from_secs(5);
/// Whoever is there takes a connection sooner.
const KNOCKING: Duration = Duration::from_secs(3);
/// What a provider publishes, or tells of a person, is never larger.
const LARGEST: usize = 256 * 1024;

/// Calls over the network.
///
/// # Errors
/// When the machine gives no means for it.
pub fn calls() -> Result<HttpCall, Failed> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .connect_timeout(KNOCKING)
        .no_proxy()
        .user_agent(concat!("Accord/", env!("CARGO_PKG_VERSION")))
        .build()?;
    Ok(Arc::new(move |request| {
        // "Connection refused" stands behind two other sentences.
        let causes = |error: reqwest::Error| Causes(&error).to_string();
        let client = client.clone();
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(causes)?;
            let mut answer = client.execute(request).await.map_err(causes)?;
            let mut body = Vec::new();
            while let Some(piece) = answer.chunk().await.map_err(causes)? {
                if body.len() + piece.len() > LARGEST {
                    return Err(format!("it answers with more than {LARGEST} bytes"));
                }
                body.extend_from_slice(&piece);
            }
            let mut whole = http::Response::new(body);
            *whole.status_mut() = answer.status();
            *whole.headers_mut() = std::mem::take(answer.headers_mut());
            Ok(whole)
        })
    }))
}
