//! The rules, told by people, each on SQLite and on PostgreSQL.
//!
//! One program for all of them, so that they are linked once. A test's name begins with the rule it proves.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot go on fails"
)]

mod access_requests;
mod activity;
mod agreements;
mod catalogue;
mod contacts;
mod desk;
mod endings;
mod grants;
mod home;
mod imports;
mod invitations;
#[path = "../../../identity/tests/accounts/medians.rs"]
mod medians;
mod organizations;
mod own;
mod primary;
mod profile_requests;
mod profiles;
mod retention;
mod reviews;
mod secrets;
mod sequences;
mod stage;
mod step_up;
mod timing;
mod viewings;
