//! The program's routes, as browsers and machines meet them, on SQLite, and on PostgreSQL when
//! `ACCORD_TEST_POSTGRES` names a server.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a scene that cannot go on has failed")]

mod access_ways;
mod accounts;
mod activity;
mod backup;
mod cast;
mod catalogue;
mod check;
mod cross_site;
mod doors;
mod headers;
mod imports;
mod limits;
mod mailbox;
mod metrics;
mod probes;
mod provider;
mod scene;
mod services;
mod sign_in;
mod start;
