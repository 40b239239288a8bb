//! `accord invite-staff`: the first person of Support. Whoever runs the program invites; all others are invited
//! in the portal.

use super::Failed;
use super::migrate::open_up_to_date;
use crate::parts;
use crate::settings::Settings;
use app::failure::Failure;
use clap::Args;
use domain::Language;
use domain::contacts::ContactForm;

#[derive(Debug, Args)]
pub struct InviteStaff {
    /// Left out for a person who has one name only.
    #[arg(long)]
    first_name: Option<String>,
    #[arg(long)]
    last_name: String,
    /// Where the invitation goes.
    #[arg(long)]
    email: String,
    /// The language of the invitation: en or fr.
    #[arg(long, default_value = "en", value_parser = ["en", "fr"])]
    language: String,
}

impl InviteStaff {
    pub async fn run(self, settings: &Settings) -> Result<(), Failed> {
        let store = open_up_to_date(settings).await?;
        let parts = parts::open(settings, store).await?;
        let form = ContactForm {
            one_name: self.first_name.is_none().to_string(),
            first_name: self.first_name.unwrap_or_default(),
            last_name: self.last_name,
            email: self.email.clone(),
            language: self.language,
            ..ContactForm::default()
        };
        let address = parts.portal.invite_staff(&form).await.map_err(|refusal| in_words(refusal.into()))?;
        parts.platform.store.close().await;
        println!("{} is invited. `accord serve` sends the mail; the invitation's address is", self.email);
        println!("  {address}");
        println!("Whoever has it can become Support: pass it to that person alone.");
        Ok(())
    }
}

pub(super) fn in_words(failure: Failure) -> Failed {
    let sentences = failure.problems().0;
    if sentences.is_empty() {
        return failure.sentence(Language::En).into();
    }
    let sentences = sentences.iter().map(|at| locales::sentence(&at.problem, Some(at.field), Language::En));
    sentences.collect::<Vec<_>>().join(" ").into()
}
