//! Support's desk: all organizations, found, opened, steered, closed, recovered (rules O2 to O4, P2, C10, G7, G8).
//!
//! To add a queue to the desk: a module here, an entry in [`crate::shell::AtDesk`], a route in the app.

#[cfg(feature = "ssr")]
pub mod announcements;
#[cfg(feature = "ssr")]
pub mod anonymizing;
pub mod api;
#[cfg(feature = "ssr")]
pub mod departments;
#[cfg(feature = "ssr")]
pub mod modules;
#[cfg(feature = "ssr")]
pub mod opening;
#[cfg(feature = "ssr")]
pub mod organization;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod recovery;
#[cfg(feature = "ssr")]
pub mod relinks;
#[cfg(feature = "ssr")]
pub mod states;
#[cfg(feature = "ssr")]
pub mod steering;
#[cfg(feature = "ssr")]
pub mod unlinking;
