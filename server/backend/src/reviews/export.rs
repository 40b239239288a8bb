//! A review as a file: a line for each profile of each person, its headings in the language of the page.

use crate::access::Permit;
use crate::csv;
use crate::letters::locale;
use crate::refusal::Refusal;
use domain::permissions::ReviewAccess;
use domain::reviews::{Decided, Decision, ReviewedPerson, ReviewedProfile, Standing, Who};
use domain::{Date, Language, ReviewId};
use locales::{Locale, td_string};

impl Permit<ReviewAccess> {
    /// The file's name, without its end, and its text.
    ///
    /// # Errors
    /// [`domain::Problem::NotFound`] for a review of another organization (G4).
    pub async fn export(&self, id: ReviewId, language: Language) -> Result<(String, String), Refusal> {
        let (card, people) = self.whole(id).await?;
        let l = locale(language);
        let mut text = csv::BOM.to_owned() + &csv::line(language, headings(l));
        for person in &people {
            for profile in &person.profiles {
                text += &csv::line(language, line(l, language, person, profile));
            }
        }
        Ok((format!("{}-{}", td_string!(l, reviews.csv.file), card.started_at.machine), text))
    }
}

fn headings(l: Locale) -> [&'static str; 14] {
    [
        td_string!(l, reviews.csv.name),
        td_string!(l, reviews.csv.email),
        td_string!(l, reviews.csv.primary),
        td_string!(l, reviews.csv.profile),
        td_string!(l, reviews.csv.granted_by),
        td_string!(l, reviews.csv.granted_at),
        td_string!(l, reviews.csv.ends_at),
        td_string!(l, reviews.csv.last_sign_in),
        td_string!(l, reviews.csv.unused),
        td_string!(l, reviews.csv.since),
        td_string!(l, reviews.csv.decision),
        td_string!(l, reviews.csv.decided_by),
        td_string!(l, reviews.csv.decided_at),
        td_string!(l, reviews.csv.note),
    ]
}

fn line(l: Locale, language: Language, person: &ReviewedPerson, profile: &ReviewedProfile) -> Vec<String> {
    let day = |date: Option<&Date>| date.map(|date| date.machine.clone()).unwrap_or_default();
    let said = |yes: bool| if yes { td_string!(l, reviews.csv.yes) } else { td_string!(l, reviews.csv.no) };
    let decided = profile.decided.as_ref();
    vec![
        locales::person(&person.name, language),
        person.email.clone(),
        said(person.primary).to_owned(),
        profile.name.in_language(language).to_owned(),
        named(language, &profile.granted_by),
        profile.granted_at.machine.clone(),
        day(profile.ends_at.as_ref()),
        day(person.last_sign_in.as_ref()),
        person.unused_days.map(|days| days.to_string()).unwrap_or_default(),
        said(!profile.at_start).to_owned(),
        outcome(l, profile.standing).to_owned(),
        decided.map(|decided| named(language, &decided.by)).unwrap_or_default(),
        day(decided.map(|decided| &decided.at)),
        note(decided),
    ]
}

fn note(decided: Option<&Decided>) -> String {
    decided.and_then(|decided| decided.note.clone()).unwrap_or_default()
}

fn named(language: Language, who: &Who) -> String {
    let l = Locale::from(language);
    match who {
        Who::Named(name) => locales::person(name, language),
        Who::Support => td_string!(l, reviews.by_support).to_owned(),
        Who::Unknown => String::new(),
    }
}

fn outcome(l: Locale, standing: Standing) -> &'static str {
    match standing {
        Standing::Decided(Decision::Keep) => td_string!(l, reviews.outcome.keep),
        Standing::Decided(Decision::Change) => td_string!(l, reviews.outcome.change),
        Standing::Decided(Decision::Deactivate) => td_string!(l, reviews.outcome.deactivate),
        Standing::Waits(domain::reviews::Reach::Support) => td_string!(l, reviews.outcome.support),
        Standing::Waits(_) => td_string!(l, reviews.outcome.waits),
        Standing::Ended => td_string!(l, reviews.outcome.ended),
    }
}
