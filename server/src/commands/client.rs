//! `accord client`: the applications of the embedded provider that are registered in the database. Servers that run
//! know them at once; those of `ACCORD_CLIENTS` are changed there.

use super::Failed;
use super::migrate::open_up_to_date;
use crate::clients;
use crate::parts::{self, Parts};
use crate::settings::Settings;
use clap::{Args, Subcommand};
use domain::Bilingual;
use identity::{Algorithm, Client, ClientKeys, ClientSecret};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// Register an application; prints its secret, once.
    Add(Box<Add>),
    /// List all applications, those of the configuration too.
    List,
    /// Remove an application, with its tokens and with what people agreed to.
    Remove(Remove),
}

#[derive(Debug, Args)]
pub struct Add {
    /// Its identifier (`client_id`).
    id: String,
    /// Its name in English, as pages and buttons show it.
    #[arg(long)]
    name_en: String,
    /// Its name in French.
    #[arg(long)]
    name_fr: String,
    /// An address to which people come back with a code; compared letter by letter. May be given several times.
    #[arg(long = "redirect-uri", value_name = "ADDRESS", required = true)]
    redirect_uris: Vec<String>,
    /// An address to which people may come back when they signed out.
    #[arg(long = "post-logout-redirect-uri", value_name = "ADDRESS")]
    post_logout_redirect_uris: Vec<String>,
    /// Where it hears that a session is over.
    #[arg(long, value_name = "ADDRESS")]
    backchannel_logout_uri: Option<String>,
    /// Where people start again; the origin of the first redirect address unless it is said.
    #[arg(long, value_name = "ADDRESS")]
    home: Option<String>,
    /// The operator's own: nobody is asked whether it may know who they are.
    #[arg(long)]
    first_party: bool,
    /// It gets refresh tokens that live as long as the session.
    #[arg(long)]
    refresh_tokens: bool,
    /// How its ID tokens are signed.
    #[arg(long, value_name = "ALGORITHM", default_value = "ES256", value_parser = ["ES256", "RS256"])]
    id_token_signed_response_alg: String,
    /// It cannot keep a secret: a browser or a phone. PKCE alone protects it.
    #[arg(long, conflicts_with = "keys_file")]
    public: bool,
    /// It signs assertions (`private_key_jwt`); this file holds its public keys, a JSON Web Key Set.
    #[arg(long, value_name = "FILE")]
    keys_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Remove {
    /// Its identifier.
    id: String,
}

impl ClientCommand {
    pub async fn run(self, settings: &Settings) -> Result<(), Failed> {
        let store = open_up_to_date(settings).await?;
        let parts = parts::open(settings, store).await?;
        let done = match self {
            Self::Add(add) => add.run(&parts).await,
            Self::List => list(&parts).await,
            Self::Remove(remove) => remove.run(&parts).await,
        };
        parts.platform.store.close().await;
        done
    }
}

impl Add {
    async fn run(self, parts: &Parts) -> Result<(), Failed> {
        let keys = self.keys_file.as_deref().map(clients::read_keys).transpose()?;
        let secret = (!self.public && keys.is_none()).then(|| parts.platform.chance.token());
        let id = self.id.clone();
        parts.provider.register_client(&self.registered(keys, secret.as_deref())?).await?;
        println!("{id} is registered at {}", parts.provider.issuer());
        match secret {
            Some(secret) => {
                println!("  secret: {secret}");
                println!("It is shown this once: only its hash is kept.");
            }
            None => println!("It has no secret."),
        }
        Ok(())
    }

    fn registered(self, keys: Option<ClientKeys>, secret: Option<&str>) -> Result<Client, Failed> {
        if self.id.trim().is_empty() || self.name_en.trim().is_empty() || self.name_fr.trim().is_empty() {
            return Err("an application has an identifier, and a name in English and in French".into());
        }
        let first = self.redirect_uris.first().map(String::as_str).unwrap_or_default();
        let plain = Client::at(&self.id, Bilingual::new(self.name_en, self.name_fr), first);
        let home = self.home.map(|home| Bilingual::new(home.clone(), home));
        Ok(Client {
            secret: secret.map(ClientSecret::of),
            keys,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            backchannel_logout_uri: self.backchannel_logout_uri,
            home: home.unwrap_or(plain.home),
            first_party: self.first_party,
            refresh_tokens: self.refresh_tokens,
            algorithm: Algorithm::of(&self.id_token_signed_response_alg).unwrap_or_default(),
            redirect_uris: self.redirect_uris,
            ..plain
        })
    }
}

impl Remove {
    async fn run(self, parts: &Parts) -> Result<(), Failed> {
        if parts.provider.remove_client(&self.id).await? {
            println!("{} is removed", self.id);
            return Ok(());
        }
        Err(format!("no client `{}` is registered in the database; `accord client list` lists them", self.id)
            .into())
    }
}

async fn list(parts: &Parts) -> Result<(), Failed> {
    for client in parts.provider.clients().await? {
        let proof = match (&client.secret, &client.keys) {
            (_, Some(_)) => "keys",
            (Some(_), None) => "secret",
            (None, None) => "public",
        };
        let led = client.redirect_uris.join(" ");
        println!("{}  {}  {proof}  {}  {led}", client.id, client.name.en, client.algorithm.name());
    }
    Ok(())
}
