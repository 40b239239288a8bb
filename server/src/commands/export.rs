//! `accord export`: the contacts of an organization as CSV, on standard output.

use super::Failed;
use super::invite_staff::in_words;
use super::migrate::open_up_to_date;
use crate::parts;
use crate::settings::Settings;
use backend::Pieces as _;
use backend::{ExportWish, Refusal};
use clap::Args;
use domain::contacts::ContactSearch;
use domain::{Language, OrganizationId};
use std::io::Write as _;

#[derive(Debug, Args)]
pub struct Export {
    /// The organization, as its address has it.
    #[arg(long, value_name = "ID")]
    organization: OrganizationId,
    /// The language of the headings: en or fr.
    #[arg(long, default_value = "en", value_parser = ["en", "fr"])]
    language: String,
    /// Leave out who is inactive.
    #[arg(long)]
    active_only: bool,
}

impl Export {
    pub async fn run(self, settings: &Settings) -> Result<(), Failed> {
        let store = open_up_to_date(settings).await?;
        let parts = parts::open(settings, store).await?;
        let wish = ExportWish {
            search: ContactSearch { active_only: self.active_only, ..ContactSearch::default() },
            only: Vec::new(),
            language: Language::from_code(&self.language).unwrap_or_default(),
        };
        let in_words = |refusal: Refusal| in_words(refusal.into());
        let export = parts.portal.export_at_the_console(self.organization, wish).await;
        let mut export = export.map_err(in_words)?;
        let mut out = std::io::stdout().lock();
        while let Some(piece) = export.next().await.map_err(in_words)? {
            out.write_all(piece.as_bytes())?;
        }
        out.flush()?;
        parts.platform.store.close().await;
        Ok(())
    }
}
