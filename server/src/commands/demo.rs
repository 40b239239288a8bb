//! `accord demo`: organizations and people who do not exist, in an empty database.

use super::{Failed, bring_up_to_date};
use crate::demonstration;
use crate::parts;
use crate::settings::Settings;
use backend::demo::{self, DemoSize};
use clap::Args;
use std::io::{IsTerminal as _, Write as _};

#[derive(Debug, Args)]
pub struct Demo {
    /// How many organizations; three at least.
    #[arg(long, value_name = "N", default_value_t = DemoSize::default().organizations)]
    organizations: u64,
    /// How many contacts they have together; eight each at least.
    #[arg(long, value_name = "N", default_value_t = DemoSize::default().contacts)]
    contacts: u64,
    /// Do nothing when the database holds something already.
    #[arg(long)]
    if_empty: bool,
}

impl Demo {
    pub async fn run(self, settings: &Settings) -> Result<(), Failed> {
        if !settings.base_url.is_loopback() {
            let url = &settings.base_url;
            return Err(
                format!("{url} is for real people; a demonstration needs a base URL on localhost").into()
            );
        }
        let store = parts::open_store(settings).await?;
        bring_up_to_date(&store, settings.database_url.reveal()).await?;
        if !demo::is_empty(&store).await? {
            store.close().await;
            return if self.if_empty { Ok(()) } else { Err(NOT_EMPTY.into()) };
        }
        let parts = parts::open(settings, store).await?;
        let accounts = demonstration::open_accounts(&parts.provider).await?;
        let catalogue = parts::read_catalogue(settings)?;
        let size = DemoSize { organizations: self.organizations, contacts: self.contacts };
        demo::fill(&parts.platform, &catalogue, size, &accounts, tell).await?;
        parts.platform.store.close().await;
        println!(
            "\rThe database holds {} organizations and {} contacts, all invented.",
            self.organizations, self.contacts
        );
        if let Some(file) = &settings.catalogue {
            println!("Its people hold profiles of {}, not of the catalogue built in.", file.display());
        }
        print!("{}", demonstration::accounts());
        Ok(())
    }
}

const NOT_EMPTY: &str = "the database is not empty, and nobody invented should stand beside somebody real; give ACCORD_DATA \
    or ACCORD_DATABASE_URL another place, or say --if-empty";

/// Progress, where somebody watches.
fn tell(kept: u64) {
    let mut out = std::io::stdout();
    if out.is_terminal() {
        let _ = write!(out, "\r{kept} contacts …");
        let _ = out.flush();
    }
}
