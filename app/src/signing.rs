//! What a signatory sees: the link of the mail, the document, signing it or not, and the proof afterwards (S2, S3).
//!
//! Two ways lead to the same page: the mailed link, held by whoever may have no account yet, and one's own account once
//! it signed or belongs to the contact. Looking changes nothing on either (I8); what is signed is what was read.

pub mod api;
#[cfg(feature = "ssr")]
pub mod decline;
#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
pub mod landing;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod reading;
#[cfg(feature = "ssr")]
pub mod signed;
#[cfg(feature = "ssr")]
pub mod verify;
#[cfg(feature = "ssr")]
pub mod waiting;
#[cfg(feature = "ssr")]
pub mod way;
