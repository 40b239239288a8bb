//! The tables, one file each.

pub mod account;
pub mod activity;
pub mod activity_chain;
pub mod announcement;
pub mod contact;
pub mod contact_phone;
pub mod department;
pub mod grant;
pub mod grant_reminder;
pub mod invitation;
pub mod invitation_profile;
pub mod login;
pub mod module_suspension;
pub mod organization;
pub mod organization_department;
pub mod organization_module;
pub mod organization_name;
pub mod organization_state;
pub mod profile_request;
pub mod relink;
pub mod review;
pub mod review_person;
pub mod review_profile;
pub mod review_reminder;
pub mod session;
