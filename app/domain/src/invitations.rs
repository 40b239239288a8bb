//! Invitations: a contact is asked to link an account (rules I).
//!
//! An invitation ends once and never changes again. Expiry is no state: it is the clock, asked again in the
//! very update that accepts.

use crate::email::Email;
use crate::fields::{Field, FieldProblems, optional_text};
use crate::ids::{AccountId, ContactId, InvitationId, OrganizationId};
use crate::instant::{Date, Instant};
use crate::language::{Bilingual, Language};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// The longest additional message, in characters (I2).
pub const MESSAGE: u16 = 1000;

/// The strings typed for an invitation (I2, I3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InvitationForm {
    /// The keys of the profiles ticked.
    pub profiles: Vec<String>,
    pub message: String,
}

/// An invitation as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvitation {
    pub profiles: Vec<String>,
    pub message: Option<String>,
}

impl InvitationForm {
    /// # Errors
    /// All that is wrong, field by field. Whether the profiles may be granted is another question (P3).
    pub fn parse(&self) -> Result<NewInvitation, FieldProblems> {
        let mut faults = FieldProblems::none();
        let mut profiles: Vec<String> = self.profiles.iter().filter(|key| !key.is_empty()).cloned().collect();
        profiles.sort();
        profiles.dedup();
        if profiles.is_empty() {
            faults.add(Field::Profiles, Problem::NoProfile);
        }
        let message = faults.note(Field::Message, optional_text(&self.message, MESSAGE));
        match message {
            Some(message) if faults.is_empty() => Ok(NewInvitation { profiles, message }),
            _ => Err(faults),
        }
    }
}

/// How an invitation ended, or that it has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    Pending,
    Accepted,
    Declined,
    Withdrawn,
    /// Resent: another invitation took its place (I5).
    Superseded,
}

impl InvitationState {
    pub const ALL: [Self; 5] =
        [Self::Pending, Self::Accepted, Self::Declined, Self::Withdrawn, Self::Superseded];

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Superseded => "superseded",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Who did it: somebody of the organization, Support, or the program itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Contact(ContactId),
    Support(ContactId),
    System,
}

impl By {
    /// The contact who acted, of whichever organization.
    #[must_use]
    pub const fn contact(self) -> Option<ContactId> {
        match self {
            Self::Contact(id) | Self::Support(id) => Some(id),
            Self::System => None,
        }
    }
}

/// What a new thing is stamped with: its identifier, who made it, when.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<Id> {
    pub id: Id,
    pub by: By,
    pub at: Instant,
}

/// What the rules need to know of a contact before inviting.
#[derive(Clone, Copy, Debug)]
pub struct Invitee {
    pub contact: ContactId,
    pub organization: OrganizationId,
    pub active: bool,
    pub access: bool,
    /// An invitation that is pending and not expired.
    pub pending: Option<InvitationId>,
}

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub organization: OrganizationId,
    pub contact: ContactId,
    pub email: Email,
    pub language: Option<Language>,
    pub message: Option<String>,
    pub profiles: Vec<String>,
    pub issued_by: By,
    pub issued_at: Instant,
    /// The first moment at which it no longer works: the end of the thirtieth day, local time (I12).
    pub expires_at: Instant,
    pub state: InvitationState,
    pub ended_at: Option<Instant>,
    pub accepted_by: Option<AccountId>,
}

impl Invitation {
    /// Issues an invitation (I1, I9).
    ///
    /// # Errors
    /// [`Problem::ContactInactive`], [`Problem::AlreadyHasAccess`] or [`Problem::AlreadyInvited`].
    pub fn issue(
        new: NewInvitation,
        to: (Email, Option<Language>),
        invitee: &Invitee,
        stamp: Stamp<InvitationId>,
        expires_at: Instant,
    ) -> Result<Self, Problem> {
        if !invitee.active {
            return Err(Problem::ContactInactive);
        }
        if invitee.access {
            return Err(Problem::AlreadyHasAccess);
        }
        if invitee.pending.is_some() {
            return Err(Problem::AlreadyInvited);
        }
        Ok(Self {
            id: stamp.id,
            organization: invitee.organization,
            contact: invitee.contact,
            email: to.0,
            language: to.1,
            message: new.message,
            profiles: new.profiles,
            issued_by: stamp.by,
            issued_at: stamp.at,
            expires_at,
            state: InvitationState::Pending,
            ended_at: None,
            accepted_by: None,
        })
    }

    /// Resends it: this one is superseded and another takes its place, whole days to come (I5).
    ///
    /// The message goes with it only when whoever wrote it resends it: words are signed with the sender's name.
    ///
    /// # Errors
    /// When it ended otherwise than by expiry.
    pub fn reissue(
        self,
        to: (Email, Option<Language>),
        stamp: Stamp<InvitationId>,
        expires_at: Instant,
    ) -> Result<(Self, Self), Problem> {
        self.still_pending()?;
        let next = Self {
            id: stamp.id,
            email: to.0,
            language: to.1,
            message: self.message.clone().filter(|_| self.issued_by == stamp.by),
            issued_by: stamp.by,
            issued_at: stamp.at,
            expires_at,
            ..self.clone()
        };
        Ok((self.ended(InvitationState::Superseded, stamp.at), next))
    }

    /// Withdraws it (I5); an expired one may be withdrawn too, and then reads as withdrawn.
    ///
    /// # Errors
    /// When it has ended already.
    pub fn withdraw(self, at: Instant) -> Result<Self, Problem> {
        self.still_pending()?;
        Ok(self.ended(InvitationState::Withdrawn, at))
    }

    /// The invited person says no (I9).
    ///
    /// # Errors
    /// When it has ended or expired.
    pub fn decline(self, at: Instant) -> Result<Self, Problem> {
        self.open_at(at)?;
        Ok(self.ended(InvitationState::Declined, at))
    }

    /// The account that signed in takes it (I7).
    ///
    /// # Errors
    /// When it has ended or expired.
    pub fn accept(self, account: AccountId, at: Instant) -> Result<Self, Problem> {
        self.open_at(at)?;
        Ok(Self { accepted_by: Some(account), ..self.ended(InvitationState::Accepted, at) })
    }

    /// Whether its link works at that moment, and why not.
    ///
    /// # Errors
    /// How it ended, or that it expired.
    pub fn open_at(&self, now: Instant) -> Result<(), Problem> {
        self.still_pending()?;
        if now >= self.expires_at {
            return Err(Problem::InvitationExpired { at: self.expires_at });
        }
        Ok(())
    }

    fn still_pending(&self) -> Result<(), Problem> {
        match self.state {
            InvitationState::Pending => Ok(()),
            InvitationState::Accepted => Err(Problem::InvitationUsed),
            InvitationState::Declined => Err(Problem::InvitationDeclined),
            InvitationState::Withdrawn => Err(Problem::InvitationWithdrawn),
            InvitationState::Superseded => Err(Problem::InvitationReplaced),
        }
    }

    fn ended(self, state: InvitationState, at: Instant) -> Self {
        Self { state, ended_at: Some(at), ..self }
    }
}

/// What the landing page tells whoever holds the link (I6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationCard {
    pub id: InvitationId,
    pub organization: OrganizationId,
    pub organization_name: Bilingual,
    pub invitee: String,
    /// The address that was invited.
    pub email: Email,
    pub language: Option<Language>,
    pub inviter: String,
    /// Whom to ask: the inviter's address, or Support's.
    pub ask: String,
    pub profiles: Vec<Bilingual>,
    pub message: Option<String>,
    pub until: Date,
    /// R6: it is accepted with a code that somebody else hands over.
    pub needs_code: bool,
}

/// What a preview of the letter is made from, as far as it is typed (I2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PreviewForm {
    pub last_name: String,
    pub first_name: String,
    pub email: String,
    pub language: String,
    pub message: String,
    pub profiles: Vec<String>,
}

/// The exact letter that an invitation would be, in one language or in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub to: String,
    pub sheets: Vec<PreviewSheet>,
}

/// A letter in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewSheet {
    pub language: Language,
    pub subject: String,
    pub pieces: Vec<PreviewPiece>,
}

/// One piece of a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreviewPiece {
    Heading(String),
    Paragraph(String),
    Button(String),
    Quote { attribution: String, text: String },
    Facts(Vec<(String, String)>),
    Footer(String),
}

/// What resending and withdrawing pages show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationSummary {
    pub id: InvitationId,
    pub contact: ContactId,
    pub invitee: String,
    pub email: Email,
    pub profiles: Vec<Bilingual>,
    pub until: Date,
    pub expired: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn invitee() -> Invitee {
        Invitee {
            contact: ContactId(Uuid::from_u128(2)),
            organization: OrganizationId(Uuid::from_u128(1)),
            active: true,
            access: false,
            pending: None,
        }
    }

    fn stamp(n: u128, at: i64) -> Stamp<InvitationId> {
        Stamp { id: InvitationId(Uuid::from_u128(n)), by: By::System, at: Instant(at) }
    }

    fn to() -> (Email, Option<Language>) {
        (Email::known("bruno@exemple.ca".into()), Some(Language::Fr))
    }

    fn invitation() -> Invitation {
        let new = NewInvitation { profiles: vec!["funding.user".into()], message: None };
        Invitation::issue(new, to(), &invitee(), stamp(3, 0), Instant(1000)).unwrap()
    }

    #[test]
    fn i9_one_pending_invitation_and_none_to_an_inactive_contact() {
        let issue = |invitee: Invitee| {
            let new = NewInvitation { profiles: vec!["funding.user".into()], message: None };
            Invitation::issue(new, to(), &invitee, stamp(3, 0), Instant(1000)).map(|_| ())
        };
        let pending = Some(InvitationId(Uuid::from_u128(9)));
        assert_eq!(issue(Invitee { pending, ..invitee() }), Err(Problem::AlreadyInvited));
        assert_eq!(issue(Invitee { active: false, ..invitee() }), Err(Problem::ContactInactive));
        assert_eq!(issue(Invitee { access: true, ..invitee() }), Err(Problem::AlreadyHasAccess));
    }

    #[test]
    fn i4_it_works_until_the_very_moment_and_not_at_it() {
        let account = AccountId(Uuid::from_u128(7));
        assert!(invitation().accept(account, Instant(999)).is_ok());
        assert_eq!(
            invitation().accept(account, Instant(1000)).unwrap_err(),
            Problem::InvitationExpired { at: Instant(1000) }
        );
    }

    #[test]
    fn i5_resent_the_old_one_is_dead_and_the_new_one_has_its_days() {
        let (old, new) = invitation().reissue(to(), stamp(4, 2000), Instant(5000)).unwrap();
        assert_eq!(old.open_at(Instant(10)), Err(Problem::InvitationReplaced));
        assert_eq!(new.open_at(Instant(4999)), Ok(()));
        assert_eq!(new.profiles, ["funding.user"]);
    }

    #[test]
    fn i2_a_message_is_plain_text_of_some_length() {
        let form = |message: &str| InvitationForm { profiles: vec!["a".into()], message: message.into() };
        assert_eq!(form(" a\r\nb ").parse().unwrap().message.as_deref(), Some("a\nb"));
        assert_eq!(form("").parse().unwrap().message, None);
        assert!(form(&"x".repeat(1001)).parse().is_err());
        assert!(form("bell\u{7}").parse().is_err());
    }

    proptest! {
        /// End states never change, whatever is tried in whatever order.
        #[test]
        fn an_ended_invitation_never_changes(acts in proptest::collection::vec(0..4_u8, 1..12), at in 0..2000_i64) {
            let account = AccountId(Uuid::from_u128(7));
            let mut current = invitation();
            let mut end: Option<InvitationState> = None;
            for act in acts {
                let tried = match act {
                    0 => current.clone().accept(account, Instant(at)),
                    1 => current.clone().decline(Instant(at)),
                    2 => current.clone().withdraw(Instant(at)),
                    _ => current.clone().reissue(to(), stamp(5, at), Instant(at + 1)).map(|(old, _)| old),
                };
                if let Ok(next) = tried {
                    prop_assert!(end.is_none());
                    end = Some(next.state);
                    current = next;
                }
            }
            if let Some(end) = end {
                prop_assert_eq!(current.state, end);
                prop_assert!(current.ended_at.is_some());
            }
        }
    }
}
