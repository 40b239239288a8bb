//! Accounts, and the profiles of those who are linked to one.

use super::{Author, Entrance};
use crate::demo::stage::{Stage, Standing};
use crate::entity::{account, grant, login};
use domain::Email;
use domain::contacts::spoken_name;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

/// Nobody can sign in there: the host is kept for stories.
const NOWHERE: &str = "https://id.example.org/";

/// The account that a contact is linked to.
pub(super) struct Linked {
    pub(super) account: Uuid,
    pub(super) email: String,
}

impl Author<'_> {
    /// Links the contact to an account, if its situation has one.
    pub(super) fn link(&mut self, entered: &Entrance) -> Option<Linked> {
        match entered.standing {
            Standing::Never
            | Standing::Invited
            | Standing::Bounced
            | Standing::Expired
            | Standing::Declined => None,
            Standing::Inactive if self.dice.percent(40) => None,
            _ => Some(self.account(entered)),
        }
    }

    fn account(&mut self, entered: &Entrance) -> Linked {
        let facts = &entered.facts;
        let theirs = facts.email.to_string();
        let Some(role) = entered.role else {
            // L7: now and then the account has another address.
            let email = if self.dice.percent(12) { elsewhere(&facts.email) } else { theirs };
            let account = self.new_account(entered, None, &email);
            self.new_login(account, (NOWHERE.to_owned(), account.simple().to_string()));
            return Linked { account, email };
        };
        let made = self.accounts.iter().find(|account| account.role == role);
        let email = made.map_or(theirs, |made| made.email.clone());
        if let Some(known) = self.known.get(&role) {
            return Linked { account: *known, email };
        }
        let account = self.new_account(entered, made.map(|made| made.name.clone()), &email);
        self.known.insert(role, account);
        let nobody = || (NOWHERE.to_owned(), account.simple().to_string());
        self.new_login(account, made.map_or_else(nobody, |made| (made.issuer.clone(), made.subject.clone())));
        Linked { account, email }
    }

    fn new_account(&mut self, entered: &Entrance, name: Option<String>, email: &str) -> Uuid {
        let (id, facts) = (self.id(), &entered.facts);
        let recently = if self.dice.percent(80) { self.days_ago(0..30) } else { self.days_ago(30..230) };
        self.rows.accounts.push(account::ActiveModel {
            id: Set(id),
            name: Set(name.unwrap_or_else(|| spoken_name(&facts.last_name, &facts.first_name))),
            email: Set(Some(email.to_owned())),
            email_verified: Set(true),
            language: Set(facts.language.map(|language| language.code().to_owned())),
            created_at: Set(entered.since.0),
            last_sign_in_at: Set(recently.0),
            disabled_at: Set(None),
        });
        id
    }

    fn new_login(&mut self, account: Uuid, (issuer, subject): (String, String)) {
        self.rows.logins.push(login::ActiveModel {
            issuer: Set(issuer),
            subject: Set(subject),
            account_id: Set(account),
            email: Set(None),
            created_at: Set(self.now.0),
        });
    }

    /// Grants what the contact holds, and says what that is.
    pub(super) fn grant(&mut self, stage: &Stage, entered: &Entrance) -> Vec<String> {
        let state = match entered.standing {
            Standing::Inactive => "suspended",
            Standing::Revoked => "revoked",
            _ => "active",
        };
        let held = stage.offers.held(entered.standing, &self.dice);
        for offer in &held {
            // Whoever administered it is gone.
            let lost = stage.is_orphaned() && self.catalogue.any_administrator([&offer.profile]);
            let state = if lost { "ended" } else { state };
            // P4: Support gives the first profiles.
            let by = if entered.standing == Standing::Primary { self.supervisor } else { offer.granted_by };
            // P7: a few end.
            let ends = entered.standing == Standing::Access && self.dice.percent(3);
            let row = grant::ActiveModel {
                id: Set(self.id()),
                organization_id: Set(stage.id),
                contact_id: Set(entered.id),
                profile: Set(offer.profile.clone()),
                state: Set(state.to_owned()),
                granted_by: Set(by.filter(|granter| *granter != entered.id)),
                granted_at: Set(entered.since.0),
                changed_at: Set(entered.since.0),
                ends_at: Set(ends.then(|| self.now.plus_days(self.dice.within(60..400)).0)),
            };
            self.rows.grants.push(row);
        }
        held.into_iter().map(|offer| offer.profile).collect()
    }
}

/// The same person's private address.
fn elsewhere(email: &Email) -> String {
    let mailbox = email.as_str().split('@').next().unwrap_or_default();
    format!("{mailbox}@example.com")
}
