//! Reads a catalogue of modules, profiles and services from its file, and refuses one that makes no sense (P6).

mod faults;
mod live;

pub use faults::Fault;
pub use live::LiveChanges;

use domain::catalogue::{Applicant, Catalogue, Module, Profile, Service, WayIn};
use domain::{Bilingual, Permission};
use serde::Deserialize;
use toml::Spanned;

/// The catalogue that is compiled in.
pub const DEFAULT: &str = include_str!("catalogue.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    module: Vec<FileModule>,
    #[serde(default)]
    service: Vec<FileService>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileModule {
    key: Spanned<String>,
    name: Spanned<Words>,
    #[serde(default)]
    for_everyone: bool,
    #[serde(default)]
    operator: bool,
    profile: Vec<FileProfile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileProfile {
    key: Spanned<String>,
    name: Spanned<Words>,
    description: Spanned<Words>,
    #[serde(default)]
    administrator: bool,
    #[serde(default)]
    usually_with_another: bool,
    needs_module: Option<Spanned<String>>,
    permissions: Vec<Spanned<String>>,
    granted_by: Vec<Spanned<String>>,
    #[serde(default)]
    by_two: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileService {
    key: Spanned<String>,
    module: Spanned<String>,
    name: Spanned<Words>,
    profiles: Vec<Spanned<String>>,
    address: Option<Spanned<String>>,
    instructions: Option<Spanned<Words>>,
    #[serde(default)]
    applicants: Vec<FileApplicant>,
    ways_in: Spanned<Vec<Spanned<String>>>,
    client: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileApplicant {
    key: Spanned<String>,
    name: Spanned<Words>,
}

/// A text in both languages, perhaps with one missing: that is a fault like others, told with its line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    #[serde(default)]
    en: String,
    #[serde(default)]
    fr: String,
}

/// Reads and validates a catalogue.
///
/// # Errors
/// Every fault with its line: unknown permission, missing French or English, a rule that names nothing.
pub fn read(text: &str) -> Result<Catalogue, Vec<Fault>> {
    let file: File = toml::from_str(text).map_err(|error| vec![Fault::unreadable(text, &error)])?;
    let faults = faults::of(text, &file);
    if faults.is_empty() { Ok(catalogue(file)) } else { Err(faults) }
}

fn permission(code: &str) -> Option<Permission> {
    Permission::ALL.iter().copied().find(|permission| permission.code() == code)
}

fn catalogue(file: File) -> Catalogue {
    Catalogue {
        modules: file.module.into_iter().map(module).collect(),
        services: file.service.into_iter().map(service).collect(),
    }
}

fn module(file: FileModule) -> Module {
    Module {
        key: file.key.into_inner(),
        name: both(file.name),
        for_everyone: file.for_everyone,
        operator: file.operator,
        profiles: file.profile.into_iter().map(profile).collect(),
    }
}

fn profile(file: FileProfile) -> Profile {
    Profile {
        key: file.key.into_inner(),
        name: both(file.name),
        description: both(file.description),
        administrator: file.administrator,
        permissions: file.permissions.iter().filter_map(|code| permission(code.get_ref())).collect(),
        granted_by: file.granted_by.into_iter().map(Spanned::into_inner).collect(),
        by_two: file.by_two,
        needs_module: file.needs_module.map(Spanned::into_inner),
        usually_with_another: file.usually_with_another,
    }
}

fn service(file: FileService) -> Service {
    let applicant = |of: FileApplicant| Applicant { key: of.key.into_inner(), name: both(of.name) };
    Service {
        key: file.key.into_inner(),
        module: file.module.into_inner(),
        name: both(file.name),
        profiles: file.profiles.into_iter().map(Spanned::into_inner).collect(),
        address: file.address.map(Spanned::into_inner),
        instructions: file.instructions.map(both),
        applicants: file.applicants.into_iter().map(applicant).collect(),
        ways_in: file.ways_in.get_ref().iter().filter_map(|way| WayIn::from_code(way.get_ref())).collect(),
        client: file.client.map(Spanned::into_inner),
    }
}

fn both(words: Spanned<Words>) -> Bilingual {
    let Words { en, fr } = words.into_inner();
    Bilingual { en, fr }
}
