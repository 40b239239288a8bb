//! What stands around requests for access: an administrator vouches (R1), designated representatives hand codes over
//! (R7), whoever holds a reference number comes in without a request (R8).

pub mod api;
#[cfg(feature = "ssr")]
pub mod codes;
pub mod done;
#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
pub mod load;
#[cfg(feature = "ssr")]
pub mod number;
#[cfg(feature = "ssr")]
pub mod representatives;
#[cfg(feature = "ssr")]
pub mod vouch;
