//! The accounts of the demonstration: real ones at the embedded provider, with a password that everybody knows.

use crate::commands::Failed;
use backend::demo::{self, DemoAccount, DemoRole};
use identity::Provider;
use std::fmt::Write as _;

/// The password of every demonstration account.
pub const PASSWORD: &str = "Try-Accord-2026";

/// Makes the accounts that a newcomer may sign in with.
///
/// # Errors
/// When the provider refuses.
pub async fn open_accounts(provider: &Provider) -> Result<Vec<DemoAccount>, Failed> {
    let mut accounts = Vec::new();
    for person in demo::people() {
        let name = format!("{} {}", person.first_name, person.last_name);
        let subject = provider
            .open_account(person.first_name, person.last_name, person.email, PASSWORD, person.language)
            .await?;
        accounts.push(DemoAccount {
            issuer: provider.issuer().to_owned(),
            subject,
            name,
            email: person.email.to_owned(),
            role: person.role,
        });
    }
    Ok(accounts)
}

/// Who there is to be, as it is printed.
#[must_use]
pub fn accounts() -> String {
    let mut text = format!("  demonstration accounts (password {PASSWORD}):\n");
    for person in demo::people() {
        let _ = writeln!(text, "    {:<36} {}", person.email, role(person.role));
    }
    text
}

const fn role(role: DemoRole) -> &'static str {
    match role {
        DemoRole::PrimaryContact => "primary contact and administrator, in French",
        DemoRole::Administrator => "administrator, in English",
        DemoRole::Reader => "looks at everything, changes nothing",
        DemoRole::SupportSupervisor => "Support, reaches all organizations",
    }
}
