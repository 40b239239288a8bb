//! The rules and shapes of Accord: pure, the same on the server and in the browser.
//!
//! Nothing here reads a clock, a database or the network; what a rule needs is given to it.

pub mod access_requests;
pub mod accounts;
pub mod activity;
pub mod agreements;
pub mod bulk;
pub mod catalogue;
pub mod contacts;
pub mod desk;
pub mod email;
pub mod feedback;
pub mod fields;
pub mod fold;
pub mod grants;
pub mod ids;
pub mod imports;
pub mod instant;
pub mod invitations;
pub mod language;
pub mod organizations;
pub mod permissions;
pub mod problem;
pub mod profile_requests;
pub mod reviews;
pub mod viewings;

pub use activity::Act;
pub use email::Email;
pub use fields::{Field, FieldProblem, FieldProblems};
pub use ids::{
    AccessRequestId, AccountId, AccountSessionId, AgreementId, AnnouncementId, ContactId, DepartmentId,
    FactorId, HandoverId, ImportId, InvitationId, OrganizationId, ProfileRequestId, RelinkId, ReviewId,
    SignatoryId, ViewingId,
};
pub use instant::{Date, Instant};
pub use language::{Bilingual, Language};
pub use permissions::{Actor, Permission};
pub use problem::Problem;
