//! A browser without script: cookies, forms and the addresses it is sent to.

use crate::Failed;
use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// One person's browser. Connections are shared with the others, as behind a proxy.
#[derive(Clone, Debug)]
pub struct Browser {
    client: Client,
    base: String,
    cookies: BTreeMap<String, String>,
}

/// Whatever starts answers within.
const STARTS_WITHIN: Duration = Duration::from_secs(30);

/// Between the parts of a form.
const EDGE: &str = "----accord-bench";

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: String,
}

/// Connections for many browsers.
pub fn connections() -> Result<Client, Failed> {
    Ok(Client::builder().redirect(Policy::none()).build()?)
}

impl Browser {
    pub fn new(client: &Client, base: &str) -> Self {
        Self { client: client.clone(), base: base.to_owned(), cookies: BTreeMap::new() }
    }

    /// Opens an address, whole or of this site.
    pub async fn open(&mut self, address: &str) -> Result<Answer, Failed> {
        let address = self.whole(address);
        self.send(self.client.get(address)).await
    }

    /// Asks at this address until it is answered well.
    pub async fn until_answered(&mut self, address: &str) -> Result<(), Failed> {
        let until = Instant::now() + STARTS_WITHIN;
        while Instant::now() < until {
            if self.open(address).await.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            sleep(Duration::from_millis(5)).await;
        }
        Err(format!("{}{address} was not answered well", self.base).into())
    }

    /// Sends a form.
    pub async fn submit(&mut self, address: &str, form: &[(&str, &str)]) -> Result<Answer, Failed> {
        let form: Vec<String> =
            form.iter().map(|(name, typed)| format!("{name}={}", encoded(typed))).collect();
        let request = self.client.post(self.whole(address)).body(form.join("&"));
        let kind = "application/x-www-form-urlencoded";
        self.send(request.header(CONTENT_TYPE, kind).header(ORIGIN, &self.base)).await
    }

    /// Sends a form that may hold files, here without any.
    pub async fn submit_parts(&mut self, address: &str, form: &[(&str, &str)]) -> Result<Answer, Failed> {
        let part = |(name, typed): &(&str, &str)| {
            format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{typed}\r\n")
        };
        let form: String = form.iter().map(part).collect();
        let request = self.client.post(self.whole(address)).body(format!("{form}--{EDGE}--\r\n"));
        let kind = format!("multipart/form-data; boundary={EDGE}");
        self.send(request.header(CONTENT_TYPE, kind).header(ORIGIN, &self.base)).await
    }

    async fn send(&mut self, request: RequestBuilder) -> Result<Answer, Failed> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, kept)| format!("{name}={kept}")).collect();
        let request = request.header(ACCEPT, "text/html").header(COOKIE, cookies.join("; "));
        let answer = request.send().await?;
        for line in answer.headers().get_all(SET_COOKIE) {
            let pair = line.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, kept)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), kept.to_owned());
            }
        }
        let location = answer.headers().get(LOCATION).map(|line| line.to_str()).transpose()?;
        let (status, location) = (answer.status().as_u16(), location.unwrap_or_default().to_owned());
        Ok(Answer { status, location, body: answer.text().await? })
    }

    fn whole(&self, address: &str) -> String {
        if address.starts_with('/') { format!("{}{address}", self.base) } else { address.to_owned() }
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
