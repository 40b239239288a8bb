//! "Was this page useful?" (R12): at the foot of every page; read by Support.

pub mod api;
#[cfg(feature = "ssr")]
pub mod foot;
#[cfg(feature = "ssr")]
pub mod page;
