//! The ways in of one's account (A7).

#[cfg(feature = "ssr")]
pub mod again;
pub mod api;
#[cfg(feature = "ssr")]
pub mod page;
