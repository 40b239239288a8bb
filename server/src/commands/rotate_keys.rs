//! `accord rotate-keys`: the next signing keys of the embedded provider are published. Servers that run take them by
//! themselves when their time comes.

use super::Failed;
use super::migrate::open_up_to_date;
use crate::parts;
use crate::settings::Settings;
use clap::Args;
use domain::Instant;
use identity::{KeyCard, KeyStage};
use platform::Calendar;

#[derive(Debug, Args)]
pub struct RotateKeys {
    /// Somebody may know a key: replace all of them now and publish the old ones no more. Applications learn the new
    /// ones at the next sign-in.
    #[arg(long)]
    at_once: bool,
}

impl RotateKeys {
    pub async fn run(self, settings: &Settings) -> Result<(), Failed> {
        let store = open_up_to_date(settings).await?;
        let parts = parts::open(settings, store).await?;
        let keys = if self.at_once {
            parts.provider.replace_keys().await?
        } else {
            parts.provider.rotate_keys().await?
        };
        for key in &keys {
            println!("{}", line(key, &parts.platform.calendar));
        }
        parts.platform.store.close().await;
        Ok(())
    }
}

fn line(key: &KeyCard, calendar: &Calendar) -> String {
    let at = |moment: Instant| calendar.date_and_time(moment).machine;
    let stage = match key.stage {
        KeyStage::Next(from) => format!("published, signs from {}", at(from)),
        KeyStage::Current(since) => format!("signs since {}", at(since)),
        KeyStage::Retired(until) => format!("signs no more, published until {}", at(until)),
    };
    format!("{}  {}  {stage}", key.algorithm.name(), key.id)
}
