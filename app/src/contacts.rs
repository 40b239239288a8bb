//! Contacts: the list, adding, one contact's page (rules L and C).

pub mod api;
pub mod fields;
#[cfg(feature = "ssr")]
pub mod files;
pub mod island;
#[cfg(feature = "ssr")]
pub mod page;
