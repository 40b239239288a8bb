//! What people commit to before they have an access (R11). The words stand in the texts; their version is here, and
//! a test holds the two together.

use super::Part;
use serde::{Deserialize, Serialize};

/// The version of the words: it is kept with each acceptance, and changes with them.
pub const COMMITMENT_VERSION: &str = "2026-11";

/// One commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Commitment {
    /// One's own account, confidential.
    OwnAccount,
    /// Answerable for what is done with it.
    Answerable,
    /// All personal information is protected.
    ProtectInformation,
    /// Signing out before leaving the workstation.
    SignOut,
    /// The authorizing person answers for the need.
    Authorize,
    /// The code is handed to that person only.
    HandCode,
}

impl Commitment {
    pub const ALL: [Self; 6] = [
        Self::OwnAccount,
        Self::Answerable,
        Self::ProtectInformation,
        Self::SignOut,
        Self::Authorize,
        Self::HandCode,
    ];

    /// What somebody with that part commits to, in the order in which it is read.
    #[must_use]
    pub const fn of(part: Part) -> &'static [Self] {
        match part {
            Part::Sender => &[],
            Part::User => &[Self::OwnAccount, Self::Answerable, Self::ProtectInformation, Self::SignOut],
            Part::Authorizer => &[Self::Authorize, Self::HandCode, Self::ProtectInformation],
        }
    }

    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OwnAccount => "own_account",
            Self::Answerable => "answerable",
            Self::ProtectInformation => "protect_information",
            Self::SignOut => "sign_out",
            Self::Authorize => "authorize",
            Self::HandCode => "hand_code",
        }
    }
}
