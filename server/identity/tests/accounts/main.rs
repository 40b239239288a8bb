//! Stories of people at the provider, told on SQLite, and on PostgreSQL when `ACCORD_TEST_POSTGRES` names one.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on has failed")]

mod applications;
mod consents;
mod create;
mod factors;
mod help;
mod hijacking;
mod keys;
mod medians;

mod own;
mod protocol;
mod relying;
mod robots;
mod secrets;
mod services;
mod sign_in;
mod sign_out;
mod stage;
mod terms;
mod timing;
mod tokens;
