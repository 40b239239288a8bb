//! Everything that a person may be told when something is refused.
//!
//! `locales::sentence` turns each into a French and an English sentence; one without its sentence does not
//! compile.

use crate::ids::ContactId;
use crate::instant::Instant;
use crate::language::Bilingual;
use serde::{Deserialize, Serialize};

/// Why something was refused, without anything internal in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    // Beside a field
    Missing,
    TooLong {
        most: u16,
    },
    UnreadableText,
    NotAnEmail,
    NotAPhone,
    NotAFullTimeEquivalent,
    NotABusinessNumber,
    /// Not a day and an hour.
    NotAMoment,
    /// It would end before it begins.
    EndsBeforeItBegins,
    UnknownChoice,
    /// C11: somebody of this organization has that address already.
    EmailOfContact {
        contact: ContactId,
        name: String,
    },
    /// C4: access without a profile is no access.
    NoProfile,
    /// P3: beyond the reach of the one who grants.
    NotYoursToGrant {
        profile: Bilingual,
    },
    /// P2: the organization is not eligible for the module.
    NotEligible {
        profile: Bilingual,
    },
    /// P table: somebody else who may grant it confirms.
    GrantedByTwo {
        profile: Bilingual,
    },
    /// P8: it opens a service that is asked for, never given by an invitation.
    ByRequestOnly {
        profile: Bilingual,
    },
    /// P table: only to people who hold, or receive in the same act, a profile of that module.
    NeedsProfileOf {
        module: Bilingual,
    },

    // A table of contacts (G6)
    /// No text that could be read: a workbook, perhaps.
    ImportUnreadable,
    ImportEmpty,
    ImportTooLarge {
        megabytes: u16,
    },
    ImportTooLong {
        most: u16,
    },
    /// Names or addresses have no column.
    ImportHeadings,
    /// R9: the same, of a table of requests.
    RequestHeadings,
    /// R8: the same, of a table of reference numbers.
    NumberHeadings,
    ImportHeadingTwice {
        heading: String,
    },
    /// The same address stands further up in the same table.
    EmailTwice {
        line: u64,
    },
    UnknownProfile {
        name: String,
    },
    /// C13, P5: nobody was ticked.
    NobodyTicked,
    /// P7: not a day that the calendar has.
    NotADate,
    /// P7: an end that has passed already.
    DateInPast,
    NothingToResend,
    AlreadyInactive,

    // About access and links
    NotFound,
    Forbidden,
    SignInNeeded,
    /// C6: changed by somebody else in the meantime.
    ChangedMeanwhile,
    ContactInactive,
    /// G10: only who is inactive is anonymized.
    ContactActive,
    /// G10: nobody can tell any more who it was, so it stays as it is.
    ContactAnonymized,
    /// P3: the same profile was asked of Support for the same person, who waits for the answer.
    AskedAlready,
    /// Somebody else of Support decided meanwhile.
    DecidedAlready,
    AlreadyInvited,
    AlreadyHasAccess,
    /// C9
    PrimaryStays,
    /// C9: only who is the primary contact, or Support, makes somebody else primary.
    NotYoursToTransfer,
    /// C9: the primary contact is an active contact with access.
    PrimaryNeedsAccess,
    /// C10
    LastAdministrator,
    InvitationUsed,
    InvitationWithdrawn,
    InvitationReplaced,
    InvitationExpired {
        at: Instant,
    },
    InvitationDeclined,
    InvitationUnknown,
    /// I3: nothing of what was proposed may still be granted.
    NothingLeftToGrant,
    /// The account that signed in is already another contact of the organization.
    AccountOfAnotherContact,
    /// The contact already has an account, and it is another one; Support relinks a lost account (G7).
    LinkedToAnotherAccount,
    /// P5: one access review is open already.
    ReviewOpen,
    /// P5: attested, and never changed.
    ReviewClosed,
    /// P5: people about whom somebody in the organization still has to decide.
    ReviewUndecided {
        left: u64,
    },
    /// P5: none of the person’s profiles is this reviewer’s to decide.
    NotYoursToDecide,

    // Organizations and Support's desk
    /// O3: that is not possible in the state in which the organization is.
    StateForbids,
    /// O3: another organization, and an open one.
    NotToMergeInto,
    /// Two organizations, or departments, of the same name.
    NameTaken,
    /// C10: there is an administrator, so nothing to recover.
    HasAdministrator,
    /// G7: whoever opened it cannot confirm it.
    NeedsSomebodyElse,
    /// C9: the primary contact is to be replaced already.
    ReplacementPlanned,
    /// G7: decided already, or too old.
    RelinkEnded,
    RelinkUnderWay,
    /// G7: no account is linked; an invitation is enough.
    NoAccountLinked,
    /// G7: looking as somebody else; nothing can be changed.
    Viewing,
    /// G7: the viewing ended before this was asked, and whoever asks is themselves again.
    ViewingEnded,
    /// G7: only an active contact with access, of an open organization that is not the operator's.
    NotToViewAs,

    // Requests for access (R)
    /// R4: an address that several people read, or that somebody else uses.
    SharedMailbox,
    /// R4: the two people have the same address.
    SameMailbox,
    /// No request has such a link, or a newer letter took its place.
    RequestLinkUnknown,
    /// The request has gone on, or ended: this is not possible any more.
    RequestPassed,
    /// R6: an invitation that a request made goes to the address that was signed for.
    AddressOfRequest,
    SignedAlready,
    /// R3: the text was changed since it was read.
    TextChanged,
    /// R3: one signs with the name that the request says.
    NotTheNameAsked {
        name: String,
    },
    /// R11
    CommitmentNeeded,
    /// R5: neither signatory decides.
    SignedByYou,
    /// R5: a colleague has it in hand.
    InHand {
        name: String,
    },
    /// R7: the person who authorizes is no designated representative there.
    NotTheRepresentative,
    /// R1: an administrator there was asked, and has time to answer.
    AdministratorAskedFirst,
    /// R13: neither a PDF nor a picture, or too large.
    NotAScan {
        megabytes: u16,
    },
    /// R6: the code that the authorizing person holds.
    CodeNeeded,
    /// R6: too many wrong codes; a new one is needed.
    CodeSpent,
    /// R8: no such number for that name, or used, or too old.
    NumberUnknown,
    NumberTooShort,
    /// It stands in its table a second time.
    NumberTwice,

    // Agreements (S1 to S4)
    /// There is no such link, or it opens nothing any more.
    AgreementLinkUnknown,
    /// It ended, changed or went on meanwhile.
    AgreementPassed,
    /// S4: its deadline is over.
    AgreementExpired,
    AgreementSignedAlready,
    /// S4: others sign first.
    NotYourTurn,
    /// S3: what was read is not what is there now.
    DocumentChanged,
    /// S3
    ReadFirst,
    /// I7: the contact is linked to an account, and it is another one.
    SignsWithAnotherAccount,
    /// One account signs for one signatory of an agreement.
    SignedForAnother,
    /// The contact is inactive by now.
    SignatoryInactive {
        name: String,
    },
    OrganizationNotOpen,
    /// A document in one language at least.
    DocumentNeeded,
    TextOrPdf,
    /// S4: between tomorrow and so many days from now.
    DeadlineTooFar {
        days: u16,
    },
    SignatoryNeeded,
    SignatoryTwice,
    TooManySignatories {
        most: u16,
    },
    /// What is uploaded is no PDF, whatever its name says.
    NotAPdf,
    PdfBroken,
    PdfEncrypted,
    /// It runs something, or opens something.
    PdfActive,
    PdfTooLarge {
        megabytes: u16,
    },
    PdfTooManyPages {
        most: u16,
    },
    /// It unfolds into far more than it says.
    PdfTooHeavy,
    /// No agreement has that verification code.
    VerificationUnknown,
    /// Its sealed PDF is being made.
    NotSealedYet,

    // Limits
    TooManyInvitations {
        most: u16,
    },
    TooManyMails {
        most: u16,
    },
    TooManyTries {
        minutes: u16,
    },

    // Accounts at the embedded provider
    WrongCredentials,
    WrongCode {
        left: u8,
    },
    CodeExpired,
    PasswordTooShort {
        least: u8,
    },
    PasswordTooLong {
        most: u16,
    },
    PasswordNeedsSpecial,
    PasswordNeedsDigit,
    PasswordNeedsUpperAndLower,
    PasswordTooCommon,
    PasswordsDiffer,
    ConsentNeeded,

    /// A8, A9: the sign-in is too long ago for what is asked.
    SignInAgain,
    /// A8: the same, in the portal, where signing in again leads back to what was typed.
    StepUpNeeded,
    /// A9: an organization cannot do without the person whose account it is (C9, C10).
    AccountStillNeeded,
    /// A8: an app's code or a recovery code.
    WrongAppCode,
    PasskeyFailed,
    PasskeyNeedsScript,
    TooManyFactors {
        most: u8,
    },
    /// A8: the deployment wants a second factor of this person.
    FactorNeeded,
    WrongPassword,
    SameEmail,
    EmailHasAccount,

    // Sign-in of the portal at a provider
    SignInFailed,
    SignInExpired,
    ProviderUnavailable,
    /// A7: with it somebody else signs in already.
    WayOfAnother,
    /// A7: nobody could sign in any more.
    LastWay,
    /// A7: the session goes on with it.
    WayInUse,

    /// Something broke here; the reference finds it in the log (G5).
    Broken {
        reference: String,
    },
}
