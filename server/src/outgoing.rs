//! Calls to other machines: the applications that hear of logouts. No redirect is followed, and nobody is waited for
//! longer than a few seconds.

use crate::commands::Failed;
use crate::in_process::HttpCall;
use std::sync::Arc;
use std::time::Duration;

/// A call ends after so long, whatever happens.
const PATIENCE: Duration = Duration::from_secs(5);

/// Calls over the network. Of an answer, only its head is kept.
///
/// # Errors
/// When the machine gives no means for it.
pub fn calls() -> Result<HttpCall, Failed> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .no_proxy()
        .user_agent(concat!("Accord/", env!("CARGO_PKG_VERSION")))
        .build()?;
    Ok(Arc::new(move |request| {
        let client = client.clone();
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(|error| error.to_string())?;
            let answer = client.execute(request).await.map_err(|error| error.to_string())?;
            let mut head = http::Response::new(Vec::new());
            *head.status_mut() = answer.status();
            Ok(head)
        })
    }))
}
