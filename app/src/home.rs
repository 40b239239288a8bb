//! The first pages: before signing in, after it, and of an organization; and those that anybody may read.

mod account;
mod organization;
mod public;

pub use account::AccountHome;
pub use organization::OrganizationHome;
pub use public::{FirstVisit, Landing, NotFound, Privacy, Support, Terms, other_ways};
