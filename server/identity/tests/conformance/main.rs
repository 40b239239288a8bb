//! The test modules of the OpenID Foundation's certification suite, as our own tests: one each, by its name, with
//! underscores for hyphens, on SQLite and on PostgreSQL. Static registration, `response_type=code`,
//! `response_mode=default`, as the plans say:
//!
//! - `oidcc-basic-certification-test-plan`: [`basic_op`]
//! - `oidcc-config-certification-test-plan`: [`config_op`]
//! - `oidcc-rp-initiated-logout-certification-test-plan`: [`rp_logout`]
//! - `oidcc-backchannel-rp-initiated-logout-certification-test-plan`: [`backchannel`]
//!
//! What a module asks is retold here in our words and is no certificate; every request carries PKCE, which this
//! provider demands. Not played, since nothing here could answer: the modules of dynamic registration (applications
//! are registered by whoever runs the provider), of front-channel logout and session management (they need cookies of
//! third parties, which browsers no longer send), of the implicit and hybrid flows and of `form_post`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a module that cannot go on has failed")]

mod backchannel;
mod basic_op;
mod config_op;
#[path = "../accounts/relying.rs"]
#[expect(dead_code, reason = "shared with the stories of accounts, which use more of it")]
mod relying;
mod rp_logout;
#[path = "../accounts/stage.rs"]
#[expect(dead_code, reason = "shared with the stories of accounts, which use more of it")]
mod stage;
mod suite;
