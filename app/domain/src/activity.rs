//! What can happen in an organization, for the activity (G3): each act has a name, and its sentence in both
//! languages.

use serde::{Deserialize, Serialize};

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
    /// A person changed their own record (C12).
    OwnRecordChanged = "contact.own_record_changed",
    /// A person left: the account is no longer linked (C12).
    ContactLeft = "contact.left",
    ContactDeactivated = "contact.deactivated",
    ContactReactivated = "contact.reactivated",
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
}

impl Act {
    /// The act of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.code() == code)
    }
}
