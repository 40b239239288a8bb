//! The providers that stand beside the embedded one (A7): a file of `[[provider]]` tables, named in `ACCORD_PROVIDERS`.
//! What is wrong with it is said with file and line.

use crate::commands::Failed;
use crate::in_process::HttpCall;
use crate::listed::{Fault, Listed};
use crate::parts::PROVIDER;
use crate::settings::BaseUrl;
use backend::sign_in::{OAuth, Protocol, ProviderSettings};
use domain::Bilingual;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    provider: Vec<FileProvider>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileProvider {
    /// Its name in addresses.
    key: Spanned<String>,
    name: Bilingual,
    /// OpenID Connect: everything else is discovered there.
    issuer: Option<Spanned<String>>,
    /// OAuth 2.0 alone.
    oauth: Option<FileOAuth>,
    client_id: String,
    /// A file that holds the secret; without it the client is public, and PKCE alone protects it.
    secret_file: Option<Spanned<PathBuf>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileOAuth {
    authorization_endpoint: Spanned<String>,
    token_endpoint: Spanned<String>,
    userinfo_endpoint: Spanned<String>,
    #[serde(default)]
    scopes: Vec<String>,
    /// What its answers carry as `iss` (RFC 9207).
    iss: Option<String>,
    /// Fields of userinfo, each a path of names such as `id` or `data.id`.
    subject: String,
    email: Option<String>,
    email_verified: Option<String>,
    name: Option<String>,
}

/// Reads the providers; each is reached by these calls.
///
/// # Errors
/// When the file, or a secret that it names, cannot be read or makes no sense: with file and line.
pub fn read(file: &Path, http: &HttpCall) -> Result<Vec<ProviderSettings>, Failed> {
    let listed = Listed::read("providers", file)?;
    let read: File = listed.parsed()?;
    // Two of one key would share an address, two of one issuer their people.
    let mut taken = BTreeSet::from([PROVIDER.to_owned()]);
    let mut providers = Vec::new();
    for provider in read.provider {
        let span = provider.key.span();
        let settings = provider.settings(&listed, http).map_err(|fault| listed.at(fault))?;
        let mut names = vec![settings.key.clone()];
        names.extend(Some(settings.issuer.clone()).filter(|issuer| *issuer != settings.key));
        if let Some(twice) = names.into_iter().find(|name| !taken.insert(name.clone())) {
            return Err(listed.at((span, format!("“{twice}” is taken by another provider"))));
        }
        providers.push(settings);
    }
    Ok(providers)
}

impl FileProvider {
    fn settings(self, listed: &Listed<'_>, http: &HttpCall) -> Result<ProviderSettings, Fault> {
        let (key, span) = (self.key.get_ref().clone(), self.key.span());
        let wrong = |what: &str| (span.clone(), format!("the provider “{key}” {what}"));
        let plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
        if key.is_empty() || key.len() > 40 || !key.bytes().all(plain) {
            return Err(wrong("should have a key of small letters, digits and hyphens"));
        }
        if self.name.en.trim().is_empty() || self.name.fr.trim().is_empty() {
            return Err(wrong("misses its name in French or English"));
        }
        let client_secret = self.secret_file.as_ref().map(|file| listed.secret(file)).transpose()?;
        let (issuer, protocol) = match (self.issuer, self.oauth) {
            (Some(issuer), None) => (secure(&issuer)?, Protocol::OpenId),
            (None, Some(oauth)) => (key.clone(), Protocol::OAuth(Box::new(oauth.settings()?))),
            _ => return Err(wrong("has either an issuer or a table [provider.oauth]")),
        };
        let http = http.clone();
        Ok(ProviderSettings {
            key,
            name: self.name,
            issuer,
            client_id: self.client_id,
            client_secret,
            protocol,
            http,
        })
    }
}

impl FileOAuth {
    fn settings(self) -> Result<OAuth, Fault> {
        Ok(OAuth {
            authorization_endpoint: secure(&self.authorization_endpoint)?,
            token_endpoint: secure(&self.token_endpoint)?,
            userinfo_endpoint: secure(&self.userinfo_endpoint)?,
            scopes: self.scopes,
            iss: self.iss,
            subject: self.subject,
            email: self.email,
            email_verified: self.email_verified,
            name: self.name,
        })
    }
}

/// An address that nobody on the way can answer for: https, or this very machine.
fn secure(address: &Spanned<String>) -> Result<String, Fault> {
    let text = address.get_ref();
    let origin = text.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    match BaseUrl::parse(&origin) {
        Ok(url) if url.is_https() || url.is_loopback() => Ok(text.clone()),
        Ok(_) => Err((address.span(), format!("“{text}” should begin with https://"))),
        Err(why) => Err((address.span(), format!("“{text}” is no address: {why}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outgoing;
    use std::fs;

    const COLLEGE: &str = "[[provider]]\nkey = \"college\"\nname = { en = \"College\", fr = \"Collège\" }\n\
        client_id = \"accord\"\nissuer = \"https://login.college.example\"\n";
    const SOCIAL: &str = "[[provider]]\nkey = \"social\"\nname = { en = \"Social\", fr = \"Social\" }\n\
        client_id = \"accord\"\nsecret_file = \"secret\"\n[provider.oauth]\n\
        authorization_endpoint = \"https://social.example/authorize\"\n\
        token_endpoint = \"https://social.example/token\"\n\
        userinfo_endpoint = \"https://api.social.example/user\"\nsubject = \"id\"\nscopes = [\"user\"]\n";

    fn reading(text: &str) -> Result<Vec<ProviderSettings>, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret"), "a secret\n").unwrap();
        let file = folder.path().join("providers.toml");
        fs::write(&file, text).unwrap();
        read(&file, &outgoing::calls().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn a7_providers_of_both_kinds_stand_side_by_side_in_one_file() {
        let read = reading(&format!("{COLLEGE}{SOCIAL}")).unwrap();
        let [college, social] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!(
            (college.issuer.as_str(), &college.protocol),
            ("https://login.college.example", &Protocol::OpenId)
        );
        assert_eq!(college.client_secret, None);
        assert_eq!(social.issuer, "social", "its issuer is the configured name");
        assert_eq!(social.client_secret.as_deref(), Some("a secret"));
        let Protocol::OAuth(oauth) = &social.protocol else { panic!("{social:?}") };
        assert_eq!((oauth.subject.as_str(), oauth.email_verified.as_deref()), ("id", None));
        assert!(reading("").unwrap().is_empty());
    }

    #[test]
    fn a7_what_is_wrong_with_a_provider_is_said_with_its_line() {
        let line = |text: &str, said: &str| {
            let fault = reading(text).unwrap_err();
            assert!(fault.contains(said), "{fault}");
        };
        line(&COLLEGE.replace("\"college\"", "\"accord\""), "line 2: “accord” is taken");
        line(&COLLEGE.replace("\"college\"", "\"a/b\""), "line 2: the provider “a/b” should have a key");
        line(&COLLEGE.replace("\"Collège\"", "\"\""), "misses its name");
        line(&COLLEGE.replace("https:", "http:"), "line 5: “http://login.college.example” should begin");
        line(&COLLEGE.replace("https://login", "login"), "line 5: “login.college.example” is no address");
        line(&COLLEGE.replace("issuer", "isuer"), "line 5");
        line(
            &format!("{COLLEGE}{}", COLLEGE.replace("\"college\"", "\"other\"")),
            "line 7: “https://login.college",
        );
        line(&SOCIAL.replace("https://api", "http://api"), "line 9: “http://api.social");
        line(&SOCIAL.replace("\"secret\"", "\"nowhere\""), "line 5: the secret in");
        let both = SOCIAL.replace("secret_file = \"secret\"", "issuer = \"https://social.example\"");
        line(&both, "either an issuer or");
    }
}
