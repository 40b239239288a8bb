//! Support looks as a contact (G7).

pub mod api;
#[cfg(feature = "ssr")]
pub mod page;
