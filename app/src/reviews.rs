//! The access review (P5): its pages and what they ask. No island: it works the same without script.

pub mod api;

#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
mod people;
