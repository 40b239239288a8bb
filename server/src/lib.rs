//! The program `accord`: settings, routes, layers, workers and the command line. No query and no rule is here.

pub mod clients;
pub mod commands;
pub mod demonstration;
pub mod gate;
pub mod in_process;
pub mod joined;
pub mod limiter;
mod listed;
pub mod mailbox;
pub mod metrics;
pub mod outgoing;
pub mod page;
pub mod parts;
pub mod probes;
pub mod provider;
pub mod providers;
pub mod router;
pub mod settings;
pub mod sign_in;
pub mod site;
