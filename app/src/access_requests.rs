//! Requests for access, as whoever holds a mailed link of one sees them (R3, R5, R6).

pub mod api;
#[cfg(feature = "ssr")]
pub mod ask;
#[cfg(feature = "ssr")]
pub mod page;
