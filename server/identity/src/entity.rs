//! The provider's own tables.

pub mod account;
pub mod assertion;
pub mod ceremony;
pub mod client;
pub mod code;
pub mod consent;
pub mod event;
pub mod factor;
pub mod half_sign_in;
pub mod key;
pub mod logout;
pub mod proof;
pub mod recovery;
pub mod registration;
pub mod request;
pub mod session;
pub mod throttle;
pub mod token;
pub mod visit;
pub mod visit_organization;
