//! The ways in of one's account (A7).

#[cfg(feature = "ssr")]
pub mod again;
pub mod api;
#[cfg(feature = "ssr")]
pub mod page;

/// The address of the page of one's ways in.
#[must_use]
pub fn address(language: domain::Language) -> String {
    format!("/{}/home/ways-in", language.code())
}
