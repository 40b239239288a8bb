//! The provider's own tables.

pub mod account;
pub mod code;
pub mod key;
pub mod logout;
pub mod registration;
pub mod request;
pub mod session;
pub mod throttle;
pub mod token;
pub mod visit;
pub mod visit_organization;
