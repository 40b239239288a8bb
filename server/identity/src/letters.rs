//! The provider's letters: the code, word of an account that is there already, help. They are written when they
//! leave, and void when they no longer make sense.

use crate::Provider;
use crate::entity::{account, registration};
use domain::accounts::own::AccountEvent;
use domain::{Email, Instant, Language};
use futures_core::future::BoxFuture;
use locales::{Locale, td_string};
use platform::courier::Writer;
use platform::outbox::Model;
use platform::{Letter, Parcel, Sheet};
use sea_orm::{DbErr, EntityTrait as _};
use serde_json::json;
use uuid::Uuid;

const CODE: &str = "accounts.code";
const EXISTS: &str = "accounts.exists";
const HELP: &str = "accounts.help";
const CHANGED: &str = "accounts.changed";
const NEW_EMAIL: &str = "accounts.new_email";

/// Those that anybody can have sent to an address that is not theirs: so many a day, and no more. What the portal
/// writes, or what tells of a change, neither takes their place nor shows in the answer that an address is known.
pub(crate) const ANYBODY_ASKS: [&str; 4] = [CODE, EXISTS, HELP, NEW_EMAIL];

/// Writes them for the courier.
#[derive(Clone, Debug)]
pub struct Letters(pub Provider);

/// The code and the link of a registration (A5).
pub(crate) fn code(registration: &registration::Model) -> Parcel {
    let payload = json!({ "registration": registration.id, "issue": registration.issue });
    parcel(CODE, payload, &registration.email, Language::from_code(&registration.language))
}

/// Somebody asked for an account with an e-mail that has one.
pub(crate) fn exists(registration: &registration::Model) -> Parcel {
    parcel(EXISTS, json!({}), &registration.email, Language::from_code(&registration.language))
}

/// Somebody cannot sign in (A6).
pub(crate) fn help(email: &Email, language: Language, at: Instant) -> Parcel {
    parcel(HELP, json!({ "at": at }), email.as_str(), Some(language))
}

/// Something happened to an account that its owner should know of, at the address it has (A9).
pub(crate) fn changed(
    account: &account::Model,
    what: AccountEvent,
    detail: Option<&str>,
    device: Option<String>,
) -> Parcel {
    let payload = json!({ "what": what.word(), "detail": detail, "device": device });
    parcel(CHANGED, payload, &account.email, account.language.as_deref().and_then(Language::from_code))
}

/// An account is to have that address: whoever reads there confirms it (A9).
pub(crate) fn new_email(account: &account::Model, to: &Email, language: Language, at: Instant) -> Parcel {
    parcel(NEW_EMAIL, json!({ "account": account.id, "at": at }), to.as_str(), Some(language))
}

/// The caller gives its identifier.
fn parcel(kind: &'static str, payload: serde_json::Value, to: &str, language: Option<Language>) -> Parcel {
    Parcel {
        id: Uuid::nil(),
        kind,
        payload,
        recipient: to.to_owned(),
        language,
        organization: None,
        about: None,
    }
}

impl Writer for Letters {
    fn writes(&self, kind: &str) -> bool {
        kind.starts_with("accounts.")
    }

    fn write<'a>(&'a self, row: &'a Model) -> BoxFuture<'a, Result<Option<Letter>, DbErr>> {
        Box::pin(async move {
            match row.kind.as_str() {
                CODE => self.write_code(row).await,
                EXISTS => Ok(Some(self.write_exists(row))),
                HELP => self.write_help(row).await.map(Some),
                CHANGED => self.write_changed(row),
                NEW_EMAIL => self.write_new_email(row).await,
                _ => Ok(None),
            }
        })
    }

    /// Nobody waits for word of it: the page says what to do when no mail comes.
    fn undeliverable<'a>(&'a self, _: &'a Model) -> BoxFuture<'a, Result<(), DbErr>> {
        Box::pin(async { Ok(()) })
    }
}

#[derive(serde::Deserialize)]
struct CodePayload {
    registration: Uuid,
    issue: i32,
}

#[derive(serde::Deserialize)]
struct ChangedPayload {
    what: String,
    detail: Option<String>,
    device: Option<String>,
}

#[derive(serde::Deserialize)]
struct NewEmailPayload {
    account: Uuid,
    at: Instant,
}

fn read<T: serde::de::DeserializeOwned>(row: &Model) -> Result<T, DbErr> {
    serde_json::from_str(&row.payload).map_err(|error| DbErr::Json(error.to_string()))
}

impl Letters {
    fn write_changed(&self, row: &Model) -> Result<Option<Letter>, DbErr> {
        let said: ChangedPayload = read(row)?;
        let what = AccountEvent::of_word(&said.what).ok();
        Ok(what.map(|what| self.letter(row, |language| self.changed_sheet(language, what, &said, row))))
    }

    /// Void when another address was asked for since, or none; word that the address is taken when it is.
    async fn write_new_email(&self, row: &Model) -> Result<Option<Letter>, DbErr> {
        let said: NewEmailPayload = read(row)?;
        let broken = |error: crate::Broken| DbErr::Custom(error.to_string());
        let found = self.0.active_account(said.account).await.map_err(broken)?;
        let asked = |account: &account::Model| {
            account.new_email.as_deref() == Some(row.recipient.as_str())
                && account.new_email_at == Some(said.at.0)
        };
        let Some(account) = found.filter(asked) else { return Ok(None) };
        let taken = self.0.account_of(&Email::known(row.recipient.clone())).await.map_err(broken)?;
        if taken.is_some() {
            return Ok(Some(self.letter(row, |language| self.exists_sheet(language))));
        }
        let token = self.0.new_email_token(&account).unwrap_or_default();
        Ok(Some(self.letter(row, |language| self.new_email_sheet(language, &account, &token))))
    }

    async fn write_code(&self, row: &Model) -> Result<Option<Letter>, DbErr> {
        let payload: CodePayload = read(row)?;
        let found = registration::Entity::find_by_id(payload.registration)
            .one(self.0.platform().store.read())
            .await?;
        // Asked for again, confirmed, or too old: this code is nobody's any more.
        let waiting = found.filter(|registration| {
            registration.issue == payload.issue
                && registration.password_hash.is_some()
                && !self.0.code_expired(registration)
        });
        Ok(waiting.map(|registration| {
            let code = self.0.code_of(&registration);
            self.letter(row, |language| self.code_sheet(language, &registration, &code))
        }))
    }

    fn write_exists(&self, row: &Model) -> Letter {
        self.letter(row, |language| self.exists_sheet(language))
    }

    async fn write_help(&self, row: &Model) -> Result<Letter, DbErr> {
        let email = Email::known(row.recipient.clone());
        let asked_at = serde_json::from_str::<serde_json::Value>(&row.payload)
            .ok()
            .and_then(|payload| payload["at"].as_i64())
            .map_or(Instant(row.created_at), Instant);
        let found = self.0.account_of(&email).await.map_err(|error| DbErr::Custom(error.to_string()))?;
        if let Some(account) = found {
            if account.state != "active" {
                return Ok(self.letter(row, |language| self.disabled_sheet(language)));
            }
            let token = self.0.reset_token(&account, asked_at);
            return Ok(self.letter(row, |language| self.reset_sheet(language, &token)));
        }
        if let Some(registration) = self.0.waiting_renewed(&email).await? {
            return Ok(self.letter(row, |language| self.activation_sheet(language, &registration)));
        }
        if let Some(provider) = self.elsewhere(&email).await? {
            return Ok(self.letter(row, |language| self.elsewhere_sheet(language, &provider)));
        }
        Ok(self.letter(row, |language| self.nobody_sheet(language)))
    }

    /// The provider of others through which somebody with that e-mail signs in (A7).
    async fn elsewhere(&self, email: &Email) -> Result<Option<String>, DbErr> {
        match &self.0.settings().access {
            Some(access) => access.elsewhere(email.as_str()).await,
            None => Ok(None),
        }
    }

    fn letter(&self, row: &Model, sheet: impl Fn(Language) -> Sheet) -> Letter {
        let language = row.language.as_deref().and_then(Language::from_code);
        self.0.settings().letterhead().letter(&row.recipient, language, sheet)
    }

    fn address(&self, language: Language, path: &str) -> String {
        format!("{}/{}/identity/{path}", self.0.platform().base_url, language.code())
    }

    fn home(&self, language: Language) -> String {
        let home = self.0.settings().portal().map(|portal| portal.home.in_language(language).to_owned());
        home.unwrap_or_else(|| self.0.platform().base_url.to_string())
    }

    fn portal(&self, language: Language) -> String {
        self.0
            .settings()
            .portal()
            .map(|portal| portal.name.in_language(language).to_owned())
            .unwrap_or_default()
    }

    fn ask(&self, language: Language) -> String {
        self.0.settings().ask.in_language(language).to_owned()
    }
}

macro_rules! text {
    ($language:expr, $($rest:tt)*) => {
        td_string!(Locale::from($language), accounts.mail.$($rest)*).to_string()
    };
}

impl Letters {
    fn code_sheet(&self, language: Language, registration: &registration::Model, code: &str) -> Sheet {
        let link = self.address(language, &format!("verify/{}", self.0.link_of(registration)));
        let portal = self.portal(language);
        Sheet::new(language, text!(language, code_subject, portal = portal.clone()))
            .heading(text!(language, code_heading))
            .paragraph(text!(language, code_intro, portal = portal))
            .code(code)
            .paragraph(text!(language, code_life))
            .paragraph(text!(language, code_elsewhere))
            .button(text!(language, code_button), link)
            .footer(text!(language, code_unexpected))
            .footer(text!(language, ask, ask = self.ask(language)))
    }

    fn exists_sheet(&self, language: Language) -> Sheet {
        let portal = self.portal(language);
        Sheet::new(language, text!(language, exists_subject, portal = portal.clone()))
            .heading(text!(language, exists_heading))
            .paragraph(text!(language, exists_intro, portal = portal))
            .paragraph(text!(language, exists_what_to_do))
            .button(text!(language, exists_button), self.home(language))
            .paragraph(text!(language, exists_forgotten))
            .button(text!(language, exists_help_button), self.address(language, "cannot-sign-in"))
            .footer(text!(language, exists_unexpected))
            .footer(text!(language, ask, ask = self.ask(language)))
    }

    fn reset_sheet(&self, language: Language, token: &str) -> Sheet {
        Sheet::new(language, text!(language, reset_subject, portal = self.portal(language)))
            .heading(text!(language, reset_heading))
            .paragraph(text!(language, reset_intro, portal = self.portal(language)))
            .button(text!(language, reset_button), self.address(language, &format!("reset/{token}")))
            .paragraph(text!(language, reset_life))
            .footer(text!(language, reset_unexpected))
            .footer(text!(language, ask, ask = self.ask(language)))
    }

    fn activation_sheet(&self, language: Language, registration: &registration::Model) -> Sheet {
        let link = self.address(language, &format!("verify/{}", self.0.link_of(registration)));
        Sheet::new(language, text!(language, activation_subject, portal = self.portal(language)))
            .heading(text!(language, activation_heading))
            .paragraph(text!(language, activation_intro, portal = self.portal(language)))
            .button(text!(language, activation_button), link)
            .paragraph(text!(language, activation_life))
            .footer(text!(language, code_unexpected))
            .footer(text!(language, ask, ask = self.ask(language)))
    }

    fn new_email_sheet(&self, language: Language, account: &account::Model, token: &str) -> Sheet {
        let portal = self.portal(language);
        Sheet::new(language, text!(language, new_email_subject, portal = portal.clone()))
            .heading(text!(language, new_email_heading))
            .paragraph(text!(language, new_email_intro, portal = portal, email = account.email.clone()))
            .button(text!(language, new_email_button), self.address(language, &format!("new-email/{token}")))
            .paragraph(text!(language, new_email_life))
            .footer(text!(language, new_email_unexpected))
            .footer(text!(language, ask, ask = self.ask(language)))
    }

    fn changed_sheet(
        &self,
        language: Language,
        what: AccountEvent,
        said: &ChangedPayload,
        row: &Model,
    ) -> Sheet {
        let portal = self.portal(language);
        if what == AccountEvent::Closed {
            return Sheet::new(language, text!(language, closed_subject, portal = portal.clone()))
                .heading(text!(language, closed_subject, portal = portal))
                .paragraph(text!(language, closed_intro))
                .paragraph(text!(language, closed_again))
                .footer(text!(language, closed_not_you, ask = self.ask(language)));
        }
        let done = locales::account_event(what, said.detail.as_deref(), language);
        let at = self.0.platform().calendar.date_and_time(Instant(row.created_at));
        let at = at.text.in_language(language).to_owned();
        let when = match &said.device {
            Some(device) => text!(language, changed_when_where, time = at, device = device.clone()),
            None => text!(language, changed_when, time = at),
        };
        Sheet::new(language, text!(language, changed_subject, portal = portal.clone()))
            .heading(done)
            .paragraph(text!(language, changed_intro, portal = portal))
            .paragraph(when)
            .paragraph(text!(language, changed_not_you))
            .button(text!(language, changed_button), self.address(language, "account"))
            .footer(text!(language, ask, ask = self.ask(language)))
    }

    fn disabled_sheet(&self, language: Language) -> Sheet {
        Sheet::new(language, text!(language, disabled_subject, portal = self.portal(language)))
            .heading(text!(language, disabled_heading))
            .paragraph(text!(language, disabled_intro, portal = self.portal(language)))
            .paragraph(text!(language, disabled_what_to_do, ask = self.ask(language)))
            .footer(text!(language, nobody_unexpected))
    }

    fn elsewhere_sheet(&self, language: Language, provider: &str) -> Sheet {
        Sheet::new(language, text!(language, elsewhere_subject, portal = self.portal(language)))
            .heading(text!(language, elsewhere_heading))
            .paragraph(text!(
                language,
                elsewhere_intro,
                portal = self.portal(language),
                provider = provider.to_owned()
            ))
            .paragraph(text!(language, elsewhere_what_to_do))
            .button(text!(language, nobody_button, portal = self.portal(language)), self.home(language))
            .footer(text!(language, nobody_unexpected))
            .footer(text!(language, ask, ask = self.ask(language)))
    }

    fn nobody_sheet(&self, language: Language) -> Sheet {
        Sheet::new(language, text!(language, nobody_subject, portal = self.portal(language)))
            .heading(text!(language, nobody_heading))
            .paragraph(text!(language, nobody_intro, portal = self.portal(language)))
            .paragraph(text!(language, nobody_what_to_do))
            .button(text!(language, nobody_button, portal = self.portal(language)), self.home(language))
            .footer(text!(language, nobody_unexpected))
            .footer(text!(language, ask, ask = self.ask(language)))
    }
}
