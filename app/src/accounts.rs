//! The pages of the embedded provider: sign in, create an account, confirm it, get help (rules A).
//!
//! They are the portal's in look only: what they know comes from the provider, by its own cookie. No island and
//! no script is needed; where it runs, `enhance.js` shows passwords and ticks their rules, and `proof.js` shows that no
//! robot fills in the form.

pub mod api;
#[cfg(feature = "ssr")]
pub mod create;
#[cfg(feature = "ssr")]
pub mod help;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
mod robots;
#[cfg(feature = "ssr")]
pub mod terms;
