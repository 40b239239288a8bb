//! Identifiers: one type per kind of thing, so that none is taken for another.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.simple().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

id!(
    /// An organization: a public body, an organization it funds, or the operator itself.
    OrganizationId
);
id!(
    /// A person as one organization knows them.
    ContactId
);
id!(
    /// One invitation; a resent one is another invitation.
    InvitationId
);
id!(
    /// A profile asked of Support.
    ProfileRequestId
);
id!(
    /// An access review.
    ReviewId
);
id!(
    /// Somebody who signs in, as the portal knows them.
    AccountId
);
id!(
    /// A department of the operator.
    DepartmentId
);
id!(
    /// An account about to be linked anew (G7).
    RelinkId
);
id!(
    /// Support looking as a contact, once (G7).
    ViewingId
);
id!(
    /// A notice to everybody (G8).
    AnnouncementId
);
id!(
    /// A table of contacts that somebody imports (G6).
    ImportId
);

id!(
    /// A second factor of an account at the embedded provider (A8).
    FactorId
);

id!(
    /// Somebody signed in at the embedded provider, in one browser (A9).
    AccountSessionId
);

id!(
    /// A request for access (R2).
    AccessRequestId
);

id!(
    /// A code that one person hands to another, so that an invitation can be accepted (R6).
    HandoverId
);

id!(
    /// An agreement to sign (S1).
    AgreementId
);

id!(
    /// Somebody who signs one edition of an agreement.
    SignatoryId
);
