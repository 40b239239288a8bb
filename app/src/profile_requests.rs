//! Profiles that an administrator may not grant, asked of Support (P3).

pub mod api;
#[cfg(feature = "ssr")]
pub mod page;
