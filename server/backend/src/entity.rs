//! The tables, one file each.

pub mod account;
pub mod activity;
pub mod activity_chain;
pub mod contact;
pub mod contact_phone;
pub mod grant;
pub mod invitation;
pub mod invitation_profile;
pub mod login;
pub mod organization;
pub mod organization_module;
pub mod session;
