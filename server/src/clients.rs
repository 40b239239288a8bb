//! The client applications that a deployment registers at its embedded provider: a file of `[[client]]` tables, named
//! in `ACCORD_CLIENTS`. What is wrong with it is said with file and line.

use crate::commands::Failed;
use crate::listed::{Fault, Listed};
use domain::Bilingual;
use domain::catalogue::Catalogue;
use identity::{Algorithm, Client, ClientKeys, ClientSecret};
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    client: Vec<FileClient>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileClient {
    id: Spanned<String>,
    name: Bilingual,
    /// Where a person starts again; the first redirect address's origin when it is not said.
    home: Option<Bilingual>,
    /// A file that holds the secret.
    secret_file: Option<Spanned<PathBuf>>,
    /// The SHA-256 of the secret, 64 digits in hexadecimal. Neither, and no keys: a public client, which PKCE alone
    /// protects.
    secret_sha256: Option<Spanned<String>>,
    redirect_uris: Vec<String>,
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    backchannel_logout_uri: Option<String>,
    /// A file that holds its public keys, as a JSON Web Key Set: it signs assertions instead of knowing a secret.
    keys_file: Option<Spanned<PathBuf>>,
    /// The operator's own: nobody is asked whether it may know name and e-mail.
    #[serde(default)]
    first_party: bool,
    /// It gets refresh tokens that live as long as the session.
    #[serde(default)]
    refresh_tokens: bool,
    /// How its ID tokens are signed: ES256, unless it understands RS256 alone.
    id_token_signed_response_alg: Option<Spanned<String>>,
}

/// Reads the registered clients.
///
/// # Errors
/// When the file, or a secret that it names, cannot be read or makes no sense: with file and line.
pub fn read(file: &Path) -> Result<Vec<Client>, Failed> {
    let listed = Listed::read("clients", file)?;
    let read: File = listed.parsed()?;
    let registered = |client: FileClient| client.registered(&listed).map_err(|fault| listed.at(fault));
    read.client.into_iter().map(registered).collect()
}

/// A sentence for each service whose application is not registered.
#[must_use]
pub fn missing(catalogue: &Catalogue, clients: &[Client]) -> Vec<String> {
    let named =
        catalogue.services.iter().filter_map(|service| Some((&service.key, service.client.as_ref()?)));
    let missing = named.filter(|(_, client)| !clients.iter().any(|kept| kept.id == **client));
    let sentence = |(service, client): (&String, &String)| {
        format!(
            "the service “{service}” names the client “{client}”, which is registered neither in ACCORD_CLIENTS nor by `accord client add`"
        )
    };
    missing.map(sentence).collect()
}

impl FileClient {
    fn registered(self, listed: &Listed<'_>) -> Result<Client, Fault> {
        let (secret, keys, algorithm) =
            (self.secret(listed)?, self.keys(listed.folder())?, self.algorithm()?);
        if let (Some(_), Some(file)) = (&secret, &self.keys_file) {
            return Err((file.span(), "a client proves itself by a secret or by keys_file; keep one".into()));
        }
        let wrong = |what: &str| (self.id.span(), format!("the client “{}” {what}", self.id.get_ref()));
        let first = self.redirect_uris.first().ok_or_else(|| wrong("has no redirect address"))?;
        if self.id.get_ref() == super::parts::CLIENT {
            return Err(wrong("is the portal itself"));
        }
        let [en, fr] = [&self.name.en, &self.name.fr];
        if en.trim().is_empty() || fr.trim().is_empty() {
            return Err(wrong("misses its name in French or English"));
        }
        let plain = Client::at(self.id.get_ref(), self.name.clone(), first);
        Ok(Client {
            secret,
            keys,
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            backchannel_logout_uri: self.backchannel_logout_uri,
            home: self.home.unwrap_or(plain.home),
            first_party: self.first_party,
            refresh_tokens: self.refresh_tokens,
            algorithm,
            ..plain
        })
    }

    fn keys(&self, beside: &Path) -> Result<Option<ClientKeys>, Fault> {
        let Some(file) = &self.keys_file else { return Ok(None) };
        read_keys(&beside.join(file.get_ref())).map(Some).map_err(|what| (file.span(), what))
    }

    fn algorithm(&self) -> Result<Algorithm, Fault> {
        let Some(name) = &self.id_token_signed_response_alg else { return Ok(Algorithm::default()) };
        Algorithm::of(name.get_ref()).ok_or_else(|| {
            let offered = Algorithm::ALL.map(Algorithm::name).join(" or ");
            (name.span(), format!("id_token_signed_response_alg should be {offered}"))
        })
    }

    fn secret(&self, listed: &Listed<'_>) -> Result<Option<ClientSecret>, Fault> {
        match (&self.secret_file, &self.secret_sha256) {
            (Some(file), Some(_)) => {
                Err((file.span(), "secret_file and secret_sha256 are both set; keep one".into()))
            }
            (Some(file), None) => Ok(Some(ClientSecret::of(&listed.secret(file)?))),
            (None, Some(hash)) => match bytes(hash.get_ref()) {
                Some(bytes) => Ok(Some(ClientSecret::hashed(bytes))),
                None => Err((hash.span(), "secret_sha256 should be 64 digits in hexadecimal".into())),
            },
            (None, None) => Ok(None),
        }
    }
}

/// Reads the public keys of an application.
///
/// # Errors
/// A sentence, when the file cannot be read or is no set of public keys.
pub fn read_keys(file: &Path) -> Result<ClientKeys, String> {
    let shown = file.display();
    let text =
        fs::read_to_string(file).map_err(|error| format!("the keys in {shown} cannot be read: {error}"))?;
    ClientKeys::parse(&text).map_err(|what| format!("the file {shown} {what}"))
}

/// 32 bytes written in hexadecimal.
fn bytes(text: &str) -> Option<[u8; 32]> {
    let text = text.trim();
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let pairs = (0..32).map(|n| u8::from_str_radix(text.get(2 * n..2 * n + 2)?, 16).ok());
    pairs.collect::<Option<Vec<_>>>()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: &str = "[[client]]\nid = \"parcels\"\nname = { en = \"Parcels\", fr = \"Colis\" }\n\
        redirect_uris = [\"https://parcels.example/back\"]\n";

    fn reading(text: &str) -> Result<Vec<Client>, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret"), "a secret of 43 letters or so\n").unwrap();
        let file = folder.path().join("clients.toml");
        fs::write(&file, text).unwrap();
        read(&file).map_err(|error| error.to_string())
    }

    #[test]
    fn a10_a_client_is_registered_by_its_file() {
        let clients = reading(&format!("{CLIENT}secret_file = \"secret\"\nfirst_party = true")).unwrap();
        assert_eq!(clients.len(), 1);
        assert_eq!(clients[0].secret, Some(ClientSecret::of("a secret of 43 letters or so")));
        assert_eq!(clients[0].home.fr, "https://parcels.example");
        assert!(clients[0].first_party);
        assert_eq!(clients[0].algorithm, Algorithm::Es256);
        let clients = reading(&format!("{CLIENT}id_token_signed_response_alg = \"RS256\"")).unwrap();
        assert_eq!(clients[0].algorithm, Algorithm::Rs256);
        let hash = "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9";
        let clients = reading(&format!("{CLIENT}secret_sha256 = \"{hash}\"")).unwrap();
        assert_eq!(clients[0].secret, Some(ClientSecret::of("hello world")));
        assert_eq!(reading(CLIENT).unwrap()[0].secret, None);
        assert!(reading("").unwrap().is_empty());
    }

    #[test]
    fn a10_what_is_wrong_with_a_client_is_said_with_its_line() {
        let line = |text: &str, said: &str| {
            let fault = reading(text).unwrap_err();
            assert!(fault.contains(said), "{fault}");
        };
        line(&format!("{CLIENT}secret_file = \"nowhere\""), "line 5: the secret in");
        line(&format!("{CLIENT}keys_file = \"secret\""), "line 5: the file");
        line(&format!("{CLIENT}secret_sha256 = \"abc\""), "line 5: secret_sha256");
        line(&format!("{CLIENT}secret_file = \"secret\"\nsecret_sha256 = \"abc\""), "both set");
        line(
            &format!("{CLIENT}id_token_signed_response_alg = \"none\""),
            "line 5: id_token_signed_response_alg",
        );
        line(&format!("{CLIENT}colour = \"blue\""), "line 5");
        line(&CLIENT.replace("\"Colis\"", "\"\""), "line 2: the client “parcels” misses its name");
        line(&CLIENT.replace("\"parcels\"", "\"portal\""), "is the portal itself");
        line(&CLIENT.replace("\"https://parcels.example/back\"", ""), "has no redirect address");
    }
}
