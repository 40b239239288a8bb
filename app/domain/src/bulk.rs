//! What is done at once for the lines ticked in the list of contacts (C13).

use crate::contacts::{Consequences, ContactLine, InvitationStep};
use crate::ids::ContactId;
use crate::invitations::InvitationForm;
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// No more lines at once.
pub const LINES: usize = 100;

/// What is done for each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkAct {
    Invite,
    Resend,
    Deactivate,
}

impl BulkAct {
    pub const ALL: [Self; 3] = [Self::Invite, Self::Resend, Self::Deactivate];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invite => "invite",
            Self::Resend => "resend",
            Self::Deactivate => "deactivate",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }

    /// Why it cannot be done for a contact, as far as its line shows. Whether an administrator is the last one is
    /// another question (C10).
    #[must_use]
    pub fn refuses(self, line: &ContactLine) -> Option<Problem> {
        match self {
            Self::Invite if !line.active => Some(Problem::ContactInactive),
            Self::Invite | Self::Resend if line.access => Some(Problem::AlreadyHasAccess),
            Self::Invite if matches!(line.step, InvitationStep::Invited { .. }) => {
                Some(Problem::AlreadyInvited)
            }
            Self::Resend
                if !matches!(line.step, InvitationStep::Invited { .. } | InvitationStep::Expired { .. }) =>
            {
                Some(Problem::NothingToResend)
            }
            Self::Deactivate if !line.active => Some(Problem::AlreadyInactive),
            Self::Deactivate if line.primary => Some(Problem::PrimaryStays),
            _ => None,
        }
    }
}

/// What the page that asks sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BulkForm {
    pub act: String,
    /// The contacts ticked; what is no identifier is nobody.
    pub contacts: Vec<String>,
    /// For [`BulkAct::Invite`].
    pub profiles: Vec<String>,
    pub message: String,
}

impl BulkForm {
    /// Who is meant, each once, and not too many.
    #[must_use]
    pub fn ticked(&self) -> Vec<ContactId> {
        let mut ticked = Vec::new();
        for id in self.contacts.iter().filter_map(|id| id.parse().ok()) {
            if !ticked.contains(&id) && ticked.len() < LINES {
                ticked.push(id);
            }
        }
        ticked
    }

    #[must_use]
    pub fn invitation(&self) -> InvitationForm {
        InvitationForm { profiles: self.profiles.clone(), message: self.message.clone() }
    }
}

/// One line: before, whether it can be done; after, whether it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkLine {
    pub contact: ContactId,
    pub name: String,
    pub email: String,
    pub refused: Option<Problem>,
}

/// What will happen, or has happened, line by line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    pub act: BulkAct,
    pub lines: Vec<BulkLine>,
    /// What deactivating all of them would do, in figures.
    pub consequences: Consequences,
}

impl Bulk {
    /// For how many lines it can be done, or was.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.lines.iter().filter(|line| line.refused.is_none()).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::Email;
    use crate::ids::InvitationId;
    use crate::instant::Date;
    use crate::language::Bilingual;
    use uuid::Uuid;

    fn line(step: InvitationStep) -> ContactLine {
        ContactLine {
            id: ContactId(Uuid::nil()),
            last_name: "Côté".into(),
            first_name: "Zoé".into(),
            primary: false,
            administrator: false,
            profiles: Vec::new(),
            title: None,
            email: Email::known("zoe@exemple.ca".into()),
            account_email: None,
            phones: Vec::new(),
            language: None,
            active: true,
            access: false,
            step,
            last_sign_in: None,
            unused_days: None,
        }
    }

    fn invited() -> InvitationStep {
        let until = Date { machine: String::new(), text: Bilingual::default() };
        let mail = crate::contacts::MailState::Sent;
        InvitationStep::Invited { invitation: InvitationId(Uuid::nil()), until, mail }
    }

    #[test]
    fn c13_each_act_says_for_whom_it_cannot_be_done() {
        let fresh = line(InvitationStep::Invite);
        let access = ContactLine { access: true, ..line(InvitationStep::Nothing) };
        let gone = ContactLine { active: false, ..line(InvitationStep::Nothing) };
        let primary = ContactLine { primary: true, ..access.clone() };
        let all =
            |act: BulkAct| [&fresh, &line(invited()), &access, &gone, &primary].map(|line| act.refuses(line));
        use Problem::{
            AlreadyHasAccess, AlreadyInactive, AlreadyInvited, ContactInactive, NothingToResend, PrimaryStays,
        };
        assert_eq!(
            all(BulkAct::Invite),
            [
                None,
                Some(AlreadyInvited),
                Some(AlreadyHasAccess),
                Some(ContactInactive),
                Some(AlreadyHasAccess)
            ]
        );
        assert_eq!(
            all(BulkAct::Resend),
            [
                Some(NothingToResend),
                None,
                Some(AlreadyHasAccess),
                Some(NothingToResend),
                Some(AlreadyHasAccess)
            ]
        );
        assert_eq!(all(BulkAct::Deactivate), [None, None, None, Some(AlreadyInactive), Some(PrimaryStays)]);
    }

    #[test]
    fn c13_nobody_counts_twice_and_nonsense_is_nobody() {
        let id = "00000000000000000000000000000007";
        let form = BulkForm { contacts: vec![id.into(), "x".into(), id.into()], ..BulkForm::default() };
        assert_eq!(form.ticked(), [ContactId(Uuid::from_u128(7))]);
    }
}
