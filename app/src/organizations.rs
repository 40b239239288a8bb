//! Organizations: their details, read by everyone who has access, edited by administrators (rules O1 to O3).

pub mod api;
#[cfg(feature = "ssr")]
pub mod fields;
#[cfg(feature = "ssr")]
pub mod page;
