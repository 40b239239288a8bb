//! What happened to an account, as a sentence (A9): an event without its sentence does not compile.

use crate::{Locale, td_string};
use domain::Language;
use domain::accounts::own::AccountEvent;

/// "An authenticator app was added: my phone"
#[must_use]
pub fn account_event(what: AccountEvent, detail: Option<&str>, language: Language) -> String {
    let l = Locale::from(language);
    let about = detail.unwrap_or_default();
    match (what, detail) {
        (AccountEvent::Created, _) => td_string!(l, own_account.event.created).into(),
        (AccountEvent::SignedIn, _) => td_string!(l, own_account.event.signed_in).into(),
        (AccountEvent::NameChanged, _) => td_string!(l, own_account.event.name_changed).into(),
        (AccountEvent::EmailAsked, _) => td_string!(l, own_account.event.email_asked, detail = about),
        (AccountEvent::EmailChanged, _) => td_string!(l, own_account.event.email_changed, detail = about),
        (AccountEvent::PasswordChanged, _) => td_string!(l, own_account.event.password_changed).into(),
        (AccountEvent::PasswordReset, _) => td_string!(l, own_account.event.password_reset).into(),
        (AccountEvent::AppAdded, None) => td_string!(l, own_account.event.app_added).into(),
        (AccountEvent::AppAdded, Some(_)) => {
            td_string!(l, own_account.event.app_added_named, detail = about)
        }
        (AccountEvent::PasskeyAdded, None) => td_string!(l, own_account.event.passkey_added).into(),
        (AccountEvent::PasskeyAdded, Some(_)) => {
            td_string!(l, own_account.event.passkey_added_named, detail = about)
        }
        (AccountEvent::FactorRemoved, None) => td_string!(l, own_account.event.factor_removed).into(),
        (AccountEvent::FactorRemoved, Some(_)) => {
            td_string!(l, own_account.event.factor_removed_named, detail = about)
        }
        (AccountEvent::RecoveryRenewed, _) => td_string!(l, own_account.event.recovery_renewed).into(),
        (AccountEvent::RecoveryUsed, _) => td_string!(l, own_account.event.recovery_used).into(),
        (AccountEvent::SessionEnded, None) => td_string!(l, own_account.event.session_ended).into(),
        (AccountEvent::SessionEnded, Some(_)) => {
            td_string!(l, own_account.event.session_ended_named, detail = about)
        }
        (AccountEvent::OtherSessionsEnded, _) => td_string!(l, own_account.event.other_sessions_ended).into(),
        (AccountEvent::Closed, _) => td_string!(l, own_account.event.closed).into(),
        (AccountEvent::ApplicationWithdrawn, None) => {
            td_string!(l, own_account.event.application_withdrawn).into()
        }
        (AccountEvent::ApplicationWithdrawn, Some(_)) => {
            td_string!(l, own_account.event.application_withdrawn_named, detail = about)
        }
    }
}
