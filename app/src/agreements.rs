//! Agreements, for those who prepare and read them: the list, the draft, its preview, its life (S1, S3, S4).
//!
//! Nothing leaves before it was seen as the signatories will see it: a draft is saved, then previewed, then sent. An
//! act that takes something from somebody stands on a page of its own and says its consequences in figures. No
//! island: it works the same without script.

pub mod api;
pub mod done;

#[cfg(feature = "ssr")]
pub mod acts;
#[cfg(feature = "ssr")]
pub mod card;
#[cfg(feature = "ssr")]
pub mod desk;
#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
pub mod form;
#[cfg(feature = "ssr")]
pub mod list;
#[cfg(feature = "ssr")]
mod people;
#[cfg(feature = "ssr")]
pub mod preview;
