//! Agreements to sign (rules S1 to S4): prepared, sent to people who sign in order or at once, and sealed.
//!
//! What is signed are the exact bytes of one document in one language, named by their SHA-256 (S3). An agreement
//! ends once and never changes again; a document that changes is another edition, which everybody signs anew (S4).
//! Expiry is no state that is kept: it is the clock, asked again in the very update that signs. Where an agreement
//! goes next is [`AgreementState::after`] and nothing else; whose turn it is, [`turns`].

mod cards;
mod form;
mod life;

pub use cards::{
    AgreementCard, AgreementLine, AgreementMay, AgreementPreview, AgreementsPage, DeadLink, DocumentCard,
    EarlierEdition, Ended, Landing, OpenLanding, OtherSignatory, SealedCard, SignatoryCard, SignatoryChoice,
    SignedLine, SigningCard, SigningState, ToSign, Verdict, Verified, VerifiedDocument, VerifiedParty,
};
pub use form::{
    AgreementFilter, AgreementForm, DEADLINE_DAYS, DeclineForm, DocumentKind, MESSAGE, NewAgreement,
    NewDocument, Pdfs, REASON, ReasonForm, ReplaceForm, SIGNATORIES, SignForm, Signing, TEXT, TITLE,
};
pub use life::{AgreementState, Order, SignatoryState, Step, turns};

/// How many agreements a page of a list shows.
pub const PAGE: u64 = 10;
