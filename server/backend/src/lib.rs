//! What only a server can do with organizations, contacts, profiles and invitations.
//!
//! There is no connection and no free function to call: only methods on [`Visitor`], [`SignedIn`] and
//! [`Permit`], values that `access.rs` alone can build. Who holds none can do nothing.

pub mod access;
mod access_requests;
mod activity;
mod agreements;
pub mod catalogue;
mod closing;
mod commitments;
mod contacts;
mod csv;
pub mod demo;
mod desk;
mod endings;
mod entity;
mod feedback;
mod figures;
mod home;
mod invitations;
mod letters;
mod organizations;
mod portal;
mod profile_requests;
mod reference_numbers;
pub mod refusal;
mod retention;
mod reviews;
pub mod services;
pub mod sessions;
pub mod sign_in;
mod staff;
mod throttle;
mod viewings;
mod work;

pub use access::{AccountCard, Bearer, Permit, SignedIn, Visitor};
pub use access_requests::{Approved, SCAN_MEGABYTES, Scan};
pub use activity::ActivityExport;
pub use activity::verify::{ActivityReport, Break, BrokenChain, BrokenLine};
pub use agreements::{AgreementFiles, Document, Documents, PDF_MEGABYTES, Reading, SignedFrom};
pub use contacts::{
    ContactSave, Export, ExportWish, Saved, Upload, column_heading, import_reasons, import_result,
};
pub use csv::Pieces;
pub use figures::Figures;
pub use invitations::Sent;
pub use organizations::DetailsSave;
pub use portal::{Looks, Operator, Portal, PortalSettings};
pub use refusal::Refusal;
pub use retention::Retention;
pub use viewings::{End, Ended};
