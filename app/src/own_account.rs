//! One's own account at the embedded provider (rules A8, A9): name, e-mail, password, second factors, sessions,
//! applications, activity; and the step of a sign-in that a second factor is.

pub mod api;
#[cfg(feature = "ssr")]
pub mod close;
#[cfg(feature = "ssr")]
pub mod factors;
#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod step;
