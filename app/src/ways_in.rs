//! The ways in of one's account (A7).

pub mod api;
#[cfg(feature = "ssr")]
pub mod page;
