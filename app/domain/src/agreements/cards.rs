//! What travels to the pages.

use super::{AgreementState, DocumentKind, Order, SignatoryState};
use crate::desk::NamedOrganization;
use crate::email::Email;
use crate::ids::{AgreementId, ContactId, OrganizationId, SignatoryId};
use crate::instant::Date;
use crate::invitations::Preview;
use crate::language::{Bilingual, Language};
use serde::{Deserialize, Serialize};

/// An agreement in a list. A title that is missing in one language is the other's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementLine {
    pub id: AgreementId,
    pub organization: NamedOrganization,
    pub title: Bilingual,
    pub state: AgreementState,
    /// The last day to sign.
    pub deadline: Date,
    pub signed_count: u32,
    pub signatory_count: u32,
    /// The names of those whose turn it is.
    pub waiting_for: Vec<String>,
}

/// One page of a list, ten to a page, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementsPage {
    pub lines: Vec<AgreementLine>,
    pub page: u64,
    pub pages: u64,
    pub found: u64,
}

/// The document in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentCard {
    pub language: Language,
    pub kind: DocumentKind,
    /// Of the exact bytes, in hexadecimal.
    pub sha256: String,
    /// Of a PDF; 0 for a written text.
    pub pages: u32,
    pub bytes: u64,
}

/// One signatory, as those see it who may read the agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatoryCard {
    pub id: SignatoryId,
    pub contact: ContactId,
    pub name: String,
    pub organization_name: Bilingual,
    /// Where the invitation went, or will go.
    pub email: Email,
    pub state: SignatoryState,
    /// From 1.
    pub position: u32,
    pub invited_on: Option<Date>,
    pub signed_on: Option<Date>,
    pub name_as_signed: Option<String>,
    /// In which language it was read and signed.
    pub language: Option<Language>,
    /// Why it was declined.
    pub reason: Option<String>,
    /// The mail server refused the last invitation.
    pub bounced: bool,
    /// Who signs in their place.
    pub replaced_by: Option<String>,
}

/// What whoever looks may do with an agreement now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementMay {
    pub change: bool,
    pub send: bool,
    pub discard: bool,
    pub withdraw: bool,
    pub revise: bool,
    pub replace: bool,
    pub resend: bool,
    /// Prepare a copy of one that ended.
    pub again: bool,
}

/// How and when an agreement ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub on: Date,
    /// Who declined or withdrew; nobody when time did it, or when all have signed.
    pub by: Option<Bilingual>,
    pub reason: Option<String>,
}

/// The sealed PDF of an agreement that everybody signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedCard {
    /// What is typed on the verification page.
    pub code: String,
    pub languages: Vec<Language>,
}

/// What became of an edition before this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierEdition {
    pub edition: u32,
    /// Who had signed it; those signatures no longer count.
    pub signatures: Vec<(String, Date)>,
    pub documents: Vec<DocumentCard>,
}

/// An agreement, as those see it who may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementCard {
    pub id: AgreementId,
    pub organization: NamedOrganization,
    /// From 1; a change after it was sent makes another.
    pub edition: u32,
    /// What a change or a sending names, so that nobody overwrites what they did not see.
    pub version: u64,
    pub titles: Bilingual,
    pub state: AgreementState,
    pub order: Order,
    pub deadline: Date,
    pub message: Option<String>,
    pub prepared_by: Bilingual,
    pub sent_on: Option<Date>,
    pub documents: Vec<DocumentCard>,
    pub signatories: Vec<SignatoryCard>,
    pub may: AgreementMay,
    pub ended: Option<Ended>,
    /// Nothing while it is still being made.
    pub sealed: Option<SealedCard>,
    /// The newest first.
    pub earlier: Vec<EarlierEdition>,
}

/// An agreement before it is sent, and the exact mail that each first signatory will get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementPreview {
    pub agreement: AgreementCard,
    /// To whom it goes at once, and in which words.
    pub mails: Vec<Preview>,
}

/// Somebody who may be asked to sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatoryChoice {
    pub contact: ContactId,
    pub name: String,
    pub email: Email,
    pub title: Option<String>,
    pub organization_name: Bilingual,
    /// A contact of the operator.
    pub operator: bool,
    /// Whether an account is linked; who has none creates one on the way (S1).
    pub linked: bool,
}

/// Why a link opens nothing any more. Nothing of the agreement is told with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadLink {
    /// There is no such link.
    Unknown,
    /// Whoever holds it has signed.
    Signed,
    /// Somebody declined.
    Declined,
    Withdrawn,
    Expired,
    /// Somebody else signs in their place, or a newer mail has the link that works.
    Replaced,
    /// It is being changed: a new mail follows.
    Revised,
    /// The contact is inactive, or the organization closed.
    Closed,
}

/// What a link that works tells before anybody signs in (S2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenLanding {
    pub organization_name: Bilingual,
    pub titles: Bilingual,
    pub invitee: String,
    /// The address that was invited: the hint for who creates an account.
    pub email: Email,
    /// Who prepared it; Support by the operator's name.
    pub invited_by: Bilingual,
    pub deadline: Date,
    /// The language of the person, when it is known.
    pub language: Option<Language>,
    /// The languages of the documents.
    pub languages: Vec<Language>,
}

/// The landing page of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landing {
    pub state: Result<OpenLanding, DeadLink>,
    /// An address: who prepared it, or Support.
    pub whom_to_ask: String,
}

/// Somebody else who signs the same agreement, as signatories see each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherSignatory {
    pub name: String,
    pub organization_name: Bilingual,
    pub state: SignatoryState,
}

/// Where a signatory stands with an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningState {
    MayRead,
    /// Others sign first; reading is open already.
    NotYourTurn,
    Signed {
        on: Date,
        name: String,
        /// The languages of the sealed PDF; none while others still have to sign or it is being made.
        sealed: Vec<Language>,
    },
    /// One's own refusal.
    Declined {
        on: Date,
    },
    /// It ended without one's signature.
    Ended(DeadLink),
}

/// An agreement, as one of its signatories sees it, signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningCard {
    pub signatory: SignatoryId,
    pub organization: OrganizationId,
    pub organization_name: Bilingual,
    pub titles: Bilingual,
    /// The name of who signs, as the contact is called.
    pub name: String,
    pub prepared_by: Bilingual,
    pub whom_to_ask: String,
    pub message: Option<String>,
    pub deadline: Date,
    pub documents: Vec<DocumentCard>,
    pub others: Vec<OtherSignatory>,
    pub state: SigningState,
    pub address_invited: Email,
    pub account_email: Option<String>,
    /// I7: the two addresses differ; the page names both.
    pub needs_confirmation: bool,
}

/// An agreement that waits for one's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToSign {
    pub signatory: SignatoryId,
    pub organization_name: Bilingual,
    pub titles: Bilingual,
    pub deadline: Date,
    /// The deadline is near: as near as the reminder.
    pub late_soon: bool,
}

/// An agreement that one signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedLine {
    pub signatory: SignatoryId,
    pub organization_name: Bilingual,
    pub titles: Bilingual,
    pub signed_on: Date,
    pub state: AgreementState,
    /// The languages of the sealed PDF.
    pub sealed: Vec<Language>,
}

/// Who signed, as the public verification page tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifiedParty {
    /// As it was signed.
    pub name: String,
    pub organization_name: Bilingual,
    pub signed_on: Date,
    pub language: Language,
}

/// One document of it, and its sealed PDF.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifiedDocument {
    pub language: Language,
    /// Of what was signed, in hexadecimal.
    pub sha256: String,
    /// Of the sealed PDF, in hexadecimal.
    pub sealed_sha256: String,
}

/// What a verification code tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    pub code: String,
    pub organization_name: Bilingual,
    pub titles: Bilingual,
    pub signed_on: Date,
    pub parties: Vec<VerifiedParty>,
    pub documents: Vec<VerifiedDocument>,
}

/// Whether a copy is the sealed PDF.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Byte for byte, in that language.
    Same {
        language: Language,
    },
    Different,
}
