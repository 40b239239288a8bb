//! `accord import`: a table of contacts, carried out at once by whoever runs the program.
//!
//! Each line has its verdict on standard output; when one was not added that should have been, the command fails.

use super::Failed;
use super::invite_staff::in_words;
use super::migrate::open_up_to_date;
use crate::parts;
use crate::settings::Settings;
use backend::{Upload, import_reasons, import_result};
use clap::Args;
use domain::imports::{EVERYBODY, ImportLine, InvitingForm};
use domain::{Language, OrganizationId};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Import {
    /// The organization, as its address has it.
    #[arg(long, value_name = "ID")]
    organization: OrganizationId,
    /// The table: CSV, its headings in English or in French, as `accord export` writes it.
    file: PathBuf,
    /// Only say what would happen.
    #[arg(long)]
    dry_run: bool,
    /// Invite everybody who is added with these security profiles: funding.user …
    #[arg(long, value_name = "PROFILE", num_args = 1..)]
    invite: Vec<String>,
}

impl Import {
    pub async fn run(self, settings: &Settings) -> Result<(), Failed> {
        let content = std::fs::read(&self.file)
            .map_err(|error| format!("{} cannot be read: {error}", self.file.display()))?;
        let store = open_up_to_date(settings).await?;
        let parts = parts::open(settings, store).await?;
        let who = if self.invite.is_empty() { "" } else { EVERYBODY };
        let inviting = InvitingForm { who: who.to_owned(), profiles: self.invite, message: String::new() };
        let upload = Upload { name: String::new(), content, inviting };
        let done = parts.portal.import_at_the_console(self.organization, &upload, self.dry_run, tell).await;
        parts.platform.store.close().await;
        let figures = done.map_err(|refusal| in_words(refusal.into()))?;
        let verb = if self.dry_run { "to add" } else { "added" };
        println!(
            "{} {verb}, {} of them invited; {} here already, {} inactive, {} faulty, {} refused.",
            figures.add, figures.invite, figures.here, figures.inactive, figures.faulty, figures.refused
        );
        match figures.faulty + figures.refused {
            0 => Ok(()),
            1 => Err("one line was not added".into()),
            lines => Err(format!("{lines} lines were not added").into()),
        }
    }
}

fn tell(line: &ImportLine) {
    let words = import_result(&line.outcome, Language::En);
    let reasons = import_reasons(&line.outcome, Language::En).join(" ");
    println!("line {}: {}: {words} {reasons}", line.entry.line, line.entry.contact.email);
}
