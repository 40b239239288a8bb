//! The portal's own address.

use http::Uri;
use std::fmt;
use std::net::IpAddr;

/// Scheme, host and port, as a browser writes an origin: no path, no slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    origin: String,
    host: String,
    https: bool,
}

impl BaseUrl {
    /// The portal on this machine.
    #[must_use]
    pub fn of_this_machine(port: u16) -> Self {
        let origin = if port == 80 { "http://localhost".into() } else { format!("http://localhost:{port}") };
        Self { origin, host: "localhost".into(), https: false }
    }

    /// Reads an address.
    ///
    /// # Errors
    /// The rest of a sentence that begins with the address.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if !text.is_ascii() {
            return Err("write its host as a browser sends it, in letters without accents (xn--…)".into());
        }
        if text.contains('#') {
            return Err("remove what follows the host".into());
        }
        let uri: Uri =
            text.parse().map_err(|_| "it should look like https://accord.example.org".to_owned())?;
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err("it should begin with https:// or http://".into()),
        };
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err("remove the user name and the password".into());
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(format!("Accord answers at the root of a host, so remove “{}”", after_host(&uri)));
        }
        let host = uri.host().unwrap_or_default().to_ascii_lowercase();
        let usual = if https { 443 } else { 80 };
        let port =
            uri.port_u16().filter(|port| *port != usual).map(|port| format!(":{port}")).unwrap_or_default();
        let scheme = if https { "https" } else { "http" };
        Ok(Self { origin: format!("{scheme}://{host}{port}"), host, https })
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.origin
    }

    /// Host and port, as a `Host` header says them.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, authority)| authority)
    }

    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Whether only this machine can reach it under that name.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost"
            || host.ends_with(".localhost")
            || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// Whether this looks like somebody trying Accord on their own machine.
    #[must_use]
    pub fn is_demonstration(&self) -> bool {
        self.is_loopback() && !self.https
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

fn after_host(uri: &Uri) -> &str {
    uri.path_and_query().map_or("", |rest| rest.as_str())
}
