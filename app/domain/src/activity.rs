//! What can happen in an organization, for the activity (G3): each act has a name, and its sentence in both
//! languages. What is asked of the activity, and what is read of it, stand below.

use crate::contacts::percent;
use crate::ids::{ContactId, OrganizationId};
use crate::instant::{Date, Instant};
use crate::language::Bilingual;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)?) => {
        /// Something that happened; its code is what is kept.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Act { $($(#[$doc])* #[serde(rename = $code)] $name),+ }

        impl Act {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word that the database keeps for it.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }
        }
    };
}

acts! {
    /// Tells invented data from real.
    DemonstrationBegun = "demonstration.begun",
    OrganizationOpened = "organization.opened",
    OrganizationChanged = "organization.changed",
    /// Support's facts about it (O4).
    OrganizationSteered = "organization.steered",
    OrganizationClosed = "organization.closed",
    OrganizationReopened = "organization.reopened",
    OrganizationMerged = "organization.merged",
    /// Another organization was merged into this one.
    OrganizationJoined = "organization.joined",
    ModuleSwitchedOn = "module.switched_on",
    ModuleSwitchedOff = "module.switched_off",
    /// An orphaned organization gets an administrator again (C10).
    AdministratorRecovered = "administrator.recovered",
    RelinkOpened = "relink.opened",
    RelinkConfirmed = "relink.confirmed",
    RelinkRefused = "relink.refused",
    DepartmentAdded = "department.added",
    /// Who of Support belongs to it (O2).
    DepartmentStaffed = "department.staffed",
    AnnouncementSet = "announcement.set",
    AnnouncementEnded = "announcement.ended",
    ContactAdded = "contact.added",
    ContactChanged = "contact.changed",
    /// Security profiles given, taken, or their last day moved (P3, P7).
    ProfilesChanged = "contact.profiles_changed",
    /// A profile was asked of Support (P3).
    ProfileAsked = "profile_request.asked",
    ProfileRequestGranted = "profile_request.granted",
    ProfileRequestRefused = "profile_request.refused",
    PrimaryTransferred = "contact.primary_transferred",
    /// Support replaces a primary contact who is gone, once some days have passed (C9).
    PrimaryReplacementPlanned = "contact.primary_replacement_planned",
    PrimaryReplacementStopped = "contact.primary_replacement_stopped",
    /// A person changed their own record (C12).
    OwnRecordChanged = "contact.own_record_changed",
    /// A person left: the account is no longer linked (C12).
    ContactLeft = "contact.left",
    /// Support unlinked the account of a contact (C13).
    AccountUnlinked = "contact.unlinked",
    ContactDeactivated = "contact.deactivated",
    ContactReactivated = "contact.reactivated",
    /// Support anonymized a person who asked for it (G10).
    ContactAnonymized = "contact.anonymized",
    /// What is kept of a person was prepared for that person (G10).
    DataGiven = "contact.data_given",
    /// What is past its period was anonymized (G10).
    Anonymized = "retention.anonymized",
    /// A table of contacts is being carried out (G6).
    ImportBegun = "import.begun",
    ImportFinished = "import.finished",
    InvitationIssued = "invitation.issued",
    InvitationReissued = "invitation.reissued",
    InvitationWithdrawn = "invitation.withdrawn",
    InvitationAccepted = "invitation.accepted",
    InvitationDeclined = "invitation.declined",
    /// Its sender left; a colleague answers for it now (C7).
    InvitationHandedOver = "invitation.handed_over",
    InvitationBounced = "invitation.bounced",
    /// A reminder or a notice of expiry went out (I10).
    InvitationTold = "invitation.told",
    InvitationAskedAgain = "invitation.asked_again",
    ReviewStarted = "review.started",
    ReviewDecided = "review.decided",
    ReviewAttested = "review.attested",
    /// A reminder that the access review is due went out (P5).
    ReviewReminded = "review.reminded",
    /// A reminder that a profile ends soon went out (P7).
    GrantReminded = "grant.reminded",
    /// A profile came to its end (P7).
    GrantEnded = "grant.ended",
    /// Support looks as a contact (G7).
    ViewingStarted = "viewing.started",
    ViewingEnded = "viewing.ended",
    /// A form for access was saved, to be gone on with later: nothing was sent.
    RequestSaved = "access_request.saved",
    /// A request for access was sent, by whoever it was (R2).
    RequestSent = "access_request.sent",
    RequestChanged = "access_request.changed",
    RequestSigned = "access_request.signed",
    RequestDeclined = "access_request.declined",
    RequestLapsed = "access_request.lapsed",
    RequestWithdrawn = "access_request.withdrawn",
    /// R5
    RequestTaken = "access_request.taken",
    RequestReleased = "access_request.released",
    RequestHeld = "access_request.held",
    RequestAnswered = "access_request.answered",
    RequestApproved = "access_request.approved",
    RequestRefused = "access_request.refused",
    RequestActivated = "access_request.activated",
    /// R1: the administrators of an organization that Support chose are asked what is known of the person.
    RequestAsked = "access_request.asked",
    /// R1: an administrator of the organization said what is known of the person.
    RequestVouched = "access_request.vouched",
    /// R4: Support took the authorizing part, on evidence.
    RequestAuthorized = "access_request.authorized",
    /// R13
    RequestEntered = "access_request.entered",
    /// A reminder to sign or to answer went out.
    RequestReminded = "access_request.reminded",
    /// I10: a letter about it could not be delivered.
    RequestBounced = "access_request.bounced",
    /// R4: an address that looks shared is taken.
    AddressAllowed = "access_request.address_allowed",
    /// R6: a new code takes the place of the one before.
    CodeRenewed = "access_request.code_renewed",
    /// R7
    RepresentativeNamed = "representative.named",
    RepresentativeEnded = "representative.ended",
    /// R8
    NumbersLoaded = "reference_number.loaded",
    NumberUsed = "reference_number.used",
    /// S1 to S4
    AgreementPrepared = "agreement.prepared",
    AgreementChanged = "agreement.changed",
    AgreementDiscarded = "agreement.discarded",
    AgreementSent = "agreement.sent",
    AgreementRevised = "agreement.revised",
    AgreementSigned = "agreement.signed",
    AgreementDeclined = "agreement.declined",
    AgreementWithdrawn = "agreement.withdrawn",
    /// Time was over before everybody had signed, and they were told.
    AgreementExpired = "agreement.expired",
    AgreementReplaced = "agreement.replaced",
    AgreementResent = "agreement.resent",
    AgreementReminded = "agreement.reminded",
    AgreementSealed = "agreement.sealed",
    AgreementBounced = "agreement.bounced",
}

impl Act {
    /// The act of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.code() == code)
    }
}

impl Act {
    /// What it is about: the first word of its code.
    #[must_use]
    pub fn subject(self) -> &'static str {
        self.code().split('.').next().unwrap_or_default()
    }

    /// Every subject, in the order of the acts.
    #[must_use]
    pub fn subjects() -> Vec<&'static str> {
        let mut subjects: Vec<_> = Self::ALL.iter().map(|act| act.subject()).collect();
        let mut seen = Vec::new();
        subjects.retain(|subject| {
            !seen.contains(subject) && {
                seen.push(*subject);
                true
            }
        });
        subjects
    }
}

/// A place between two lines: that of a line, by moment and number. In an address: `1795363200000-12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub at: Instant,
    pub number: i64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.at.0, self.number)
    }
}

/// What is no place in the activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the activity")]
pub struct NoPlace;

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let (at, number) = text.split_once('-').ok_or(NoPlace)?;
        let whole = |text: &str| text.parse::<i64>().map_err(|_| NoPlace);
        Ok(Self { at: Instant(whole(at)?), number: whole(number)? })
    }
}

/// Which lines are wanted, all of it in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivitySearch {
    /// Names or addresses of who acted, or of whom it happened to.
    pub person: String,
    /// The code of an act, or of a subject.
    pub kind: String,
    /// Days as `2026-11-22`, both included.
    pub from: String,
    pub to: String,
    /// Only lines older than this place.
    pub before: Option<Place>,
    /// Only lines newer than this place.
    pub after: Option<Place>,
}

impl ActivitySearch {
    /// Reads the address's parameters; anything that is not understood is as if it were not there.
    #[must_use]
    pub fn from_query(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name| parameter(name).map(|text| text.trim().to_owned()).unwrap_or_default();
        let place = |name| parameter(name).and_then(|text| text.parse().ok());
        Self {
            person: text("person"),
            kind: text("kind"),
            from: text("from"),
            to: text("to"),
            before: place("before"),
            after: place("after"),
        }
    }

    /// The address's query for the filters, at the newest lines.
    #[must_use]
    pub fn query(&self) -> String {
        let filters =
            [("person", &self.person), ("kind", &self.kind), ("from", &self.from), ("to", &self.to)];
        let mut parts: Vec<String> = filters
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", percent(value)))
            .collect();
        parts.extend(self.before.map(|place| format!("before={place}")));
        parts.extend(self.after.map(|place| format!("after={place}")));
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }

    /// The same filters, elsewhere.
    #[must_use]
    pub fn at(&self, before: Option<Place>, after: Option<Place>) -> Self {
        Self { before, after, ..self.clone() }
    }

    /// Whether anything is filtered.
    #[must_use]
    pub fn narrows(&self) -> bool {
        self.at(None, None) != Self::default()
    }
}

/// One thing that happened, as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityLine {
    pub at: Date,
    /// "Support", for somebody of Support, to an organization.
    pub who: Bilingual,
    /// To whom it happened.
    pub whom: Option<Whom>,
    pub kind: Bilingual,
    pub sentence: Bilingual,
    pub changes: Vec<Change>,
}

/// Somebody to whom something happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whom {
    pub organization: OrganizationId,
    pub contact: ContactId,
    pub name: String,
}

/// One field, before and after; without a before it is told as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub field: Bilingual,
    pub before: Option<Bilingual>,
    pub after: Bilingual,
}

/// One page of the activity, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityFound {
    pub lines: Vec<ActivityLine>,
    /// Where the next page of older lines begins.
    pub older: Option<Place>,
    /// Where the page of newer lines ends.
    pub newer: Option<Place>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g3_the_filters_stand_in_the_address() {
        let search = ActivitySearch {
            person: "Côté & fils".into(),
            kind: "contact.added".into(),
            from: "2026-11-01".into(),
            before: Some(Place { at: Instant(1_795_363_200_000), number: 12 }),
            ..ActivitySearch::default()
        };
        assert_eq!(
            search.query(),
            "?person=C%C3%B4t%C3%A9%20%26%20fils&kind=contact.added&from=2026-11-01&before=1795363200000-12"
        );
        let said = |name: &str| match name {
            "person" => Some(" Côté & fils ".to_owned()),
            "kind" => Some("contact.added".to_owned()),
            "from" => Some("2026-11-01".to_owned()),
            "before" => Some("1795363200000-12".to_owned()),
            "after" => Some("1; DROP TABLE".to_owned()),
            _ => None,
        };
        assert_eq!(ActivitySearch::from_query(said), search);
        assert_eq!(ActivitySearch::default().query(), "");
        assert!(search.narrows() && !search.at(search.before, None).at(None, None).eq(&search));
    }

    #[test]
    fn g3_acts_stand_together_by_subject() {
        assert_eq!(Act::ContactAdded.subject(), "contact");
        let subjects = Act::subjects();
        assert!(
            subjects.iter().all(|subject| subjects.iter().filter(|other| *other == subject).count() == 1)
        );
        assert!(Act::ALL.iter().all(|act| subjects.contains(&act.subject())));
    }
}
