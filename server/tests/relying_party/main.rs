//! The portal as a client of other providers, against one that really listens on a port and signs with real keys.
//!
//! The test modules of the OpenID Foundation's certification suite for relying parties stand here as our own tests:
//! one each, by its name, with underscores for hyphens, on SQLite and on PostgreSQL. Static registration,
//! `response_type=code`, `response_mode=default`, `client_secret_basic`, plain requests, as the plans say:
//!
//! - `oidcc-client-basic-certification-test-plan`: [`basic_rp`]
//! - `oidcc-client-config-certification-test-plan`: [`config_rp`]; `oidcc-client-test-idtoken-sig-none`, which both
//!   plans name, stands in the first
//! - `oidcc-client-rp-initiated-logout-rp-basic`: [`rp_logout`]
//! - `oidcc-client-back-channel-logout-rp-basic`: [`backchannel_rp`]
//!
//! and, of the comprehensive plan, what the code flow can meet besides: `-missing-aud`, `-invalid-sig-es256`. What a
//! module asks is retold here in our words and is no certificate. Not played, since the portal has nothing of them:
//! dynamic registration and WebFinger (providers are configured), request objects, the implicit and hybrid flows,
//! `form_post`, refresh tokens (the portal keeps none), aggregated and distributed claims, front-channel logout and
//! session management (they need cookies of third parties, which browsers no longer send).
//!
//! Beside them: [`faults`], whatever else a provider may do wrong; [`protections`], what an attacker may try, each
//! with the protection that stops it; [`plain`], providers of OAuth 2.0 alone; [`ways`], several ways in for one
//! person.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod backchannel_rp;
mod basic_rp;
mod config_rp;
mod faults;
mod op;
mod plain;
mod protections;
mod rp_logout;
#[path = "../router/scene.rs"]
#[expect(dead_code, reason = "shared with the stories of the routes, which use more of it")]
mod scene;
mod step_up;
mod suite;
mod ways;
