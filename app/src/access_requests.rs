//! Requests for access, as whoever asks, as whoever holds a mailed link of one, and as Support sees them (R1 to R13).

pub mod api;
#[cfg(feature = "ssr")]
pub mod ask;
#[cfg(feature = "ssr")]
pub mod change;
pub mod desk;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod several;
