//! The program's routes, as browsers and machines meet them, on SQLite, and on PostgreSQL when
//! `ACCORD_TEST_POSTGRES` names a server.

mod cast;
mod cross_site;
mod doors;
mod headers;
mod mailbox;
mod probes;
mod scene;
mod sign_in;
