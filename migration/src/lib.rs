//! The schema, one small step per file. A step that has been published is never edited.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m20261122_000001_portal;
mod m20261122_000002_identity;
mod m20261122_000003_activity_chain;
mod m20261122_000004_organizations;
mod m20261122_000005_imports;
mod m20261122_000006_reviews;
mod m20261122_000007_services;
mod m20261122_000008_profile_requests;
mod m20261122_000024_grants_of_contact;
mod m20261122_000025_viewings;
mod m20261122_000026_provider;
mod m20261122_000027_departments_of_people;
mod m20261122_000028_names_in_english;
mod m20261122_000029_retention;
mod m20261122_000031_primary_replacements;
mod m20261122_000032_ways_in;
mod m20261122_000033_proofs;
mod m20261123_000034_second_factor;
mod m20261123_000040_access_requests;
mod m20261123_000041_ways_in;
mod m20261123_000043_agreements;
mod m20261123_000044_seal_keys;
mod m20261123_000045_contacts_listed;
mod statements;

/// All steps, in order.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_portal::Migration),
            Box::new(m20261122_000002_identity::Migration),
            Box::new(m20261122_000003_activity_chain::Migration),
            Box::new(m20261122_000004_organizations::Migration),
            Box::new(m20261122_000005_imports::Migration),
            Box::new(m20261122_000006_reviews::Migration),
            Box::new(m20261122_000007_services::Migration),
            Box::new(m20261122_000008_profile_requests::Migration),
            Box::new(m20261122_000024_grants_of_contact::Migration),
            Box::new(m20261122_000025_viewings::Migration),
            Box::new(m20261122_000026_provider::Migration),
            Box::new(m20261122_000027_departments_of_people::Migration),
            Box::new(m20261122_000028_names_in_english::Migration),
            Box::new(m20261122_000029_retention::Migration),
            Box::new(m20261122_000031_primary_replacements::Migration),
            Box::new(m20261122_000032_ways_in::Migration),
            Box::new(m20261122_000033_proofs::Migration),
            Box::new(m20261123_000034_second_factor::Migration),
            Box::new(m20261123_000040_access_requests::Migration),
            Box::new(m20261123_000041_ways_in::Migration),
            Box::new(m20261123_000043_agreements::Migration),
            Box::new(m20261123_000044_seal_keys::Migration),
            Box::new(m20261123_000045_contacts_listed::Migration),
        ]
    }
}
