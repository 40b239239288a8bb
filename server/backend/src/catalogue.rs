//! Reads a catalogue of modules and profiles from its file, and refuses one that makes no sense (P6).

use domain::catalogue::{Catalogue, Module, Profile};
use domain::{Bilingual, Permission};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;

/// The catalogue that is compiled in.
pub const DEFAULT: &str = include_str!("catalogue.toml");

/// One fault of a catalogue, and the line where it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Fault {
    pub line: usize,
    pub what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    module: Vec<FileModule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileModule {
    key: Spanned<String>,
    name: Spanned<Bilingual>,
    service: Spanned<Bilingual>,
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
    name: Spanned<Bilingual>,
    description: Spanned<Bilingual>,
    #[serde(default)]
    administrator: bool,
    #[serde(default = "yes")]
    opens_service: bool,
    #[serde(default)]
    usually_with_another: bool,
    needs_module: Option<Spanned<String>>,
    permissions: Vec<Spanned<String>>,
    granted_by: Vec<Spanned<String>>,
}

fn yes() -> bool {
    true
}

/// Reads and validates a catalogue.
///
/// # Errors
/// Every fault with its line: unknown permission, missing French or English, a rule that names nothing.
pub fn read(text: &str) -> Result<Catalogue, Vec<Fault>> {
    let file: File = toml::from_str(text)
        .map_err(|error| vec![fault(text, &error.span().unwrap_or_default(), error.message().to_owned())])?;
    let mut faults = Vec::new();
    let profiles: BTreeSet<&str> =
        file.module.iter().flat_map(|m| &m.profile).map(|p| p.key.get_ref().as_str()).collect();
    let modules: BTreeSet<&str> = file.module.iter().map(|m| m.key.get_ref().as_str()).collect();
    let mut seen = BTreeSet::new();
    for module in &file.module {
        check_words(text, [&module.name, &module.service], &mut faults);
        once(text, &module.key, &mut seen, &mut faults);
        for profile in &module.profile {
            once(text, &profile.key, &mut seen, &mut faults);
            check_words(text, [&profile.name, &profile.description], &mut faults);
            if profile.granted_by.is_empty() {
                faults.push(fault(text, &profile.key.span(), "nobody may grant this profile".into()));
            }
            for granter in profile.granted_by.iter().filter(|g| !profiles.contains(g.get_ref().as_str())) {
                let what = format!("there is no profile “{}”", granter.get_ref());
                faults.push(fault(text, &granter.span(), what));
            }
            for permission in profile.permissions.iter().filter(|p| permission(p.get_ref()).is_none()) {
                let what = format!("there is no permission “{}”", permission.get_ref());
                faults.push(fault(text, &permission.span(), what));
            }
            for module in profile.needs_module.iter().filter(|m| !modules.contains(m.get_ref().as_str())) {
                faults.push(fault(
                    text,
                    &module.span(),
                    format!("there is no module “{}”", module.get_ref()),
                ));
            }
        }
    }
    if faults.is_empty() {
        Ok(Catalogue { modules: file.module.into_iter().map(module).collect() })
    } else {
        Err(faults)
    }
}

fn permission(code: &str) -> Option<Permission> {
    Permission::ALL.iter().copied().find(|permission| permission.code() == code)
}

fn once<'a>(text: &str, key: &'a Spanned<String>, seen: &mut BTreeSet<&'a str>, faults: &mut Vec<Fault>) {
    if !seen.insert(key.get_ref().as_str()) {
        faults.push(fault(text, &key.span(), format!("“{}” stands twice", key.get_ref())));
    }
}

fn check_words<const N: usize>(text: &str, all: [&Spanned<Bilingual>; N], faults: &mut Vec<Fault>) {
    for words in all {
        let Bilingual { en, fr } = words.get_ref();
        if en.trim().is_empty() || fr.trim().is_empty() {
            faults.push(fault(text, &words.span(), "French or English is missing".into()));
        }
    }
}

fn fault(text: &str, span: &Range<usize>, what: String) -> Fault {
    let before = text.get(..span.start).unwrap_or_default();
    Fault { line: before.matches('\n').count() + 1, what }
}

fn module(file: FileModule) -> Module {
    Module {
        key: file.key.into_inner(),
        name: file.name.into_inner(),
        service: file.service.into_inner(),
        for_everyone: file.for_everyone,
        operator: file.operator,
        profiles: file.profile.into_iter().map(profile).collect(),
    }
}

fn profile(file: FileProfile) -> Profile {
    Profile {
        key: file.key.into_inner(),
        name: file.name.into_inner(),
        description: file.description.into_inner(),
        administrator: file.administrator,
        opens_service: file.opens_service,
        permissions: file.permissions.iter().filter_map(|code| permission(code.get_ref())).collect(),
        granted_by: file.granted_by.into_iter().map(Spanned::into_inner).collect(),
        needs_module: file.needs_module.map(Spanned::into_inner),
        usually_with_another: file.usually_with_another,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p1_the_default_catalogue_has_20_profiles_in_5_modules_beside_support_s() {
        let catalogue = read(DEFAULT).unwrap();
        let (support, others): (Vec<_>, Vec<_>) =
            catalogue.modules.iter().partition(|module| module.operator);
        assert_eq!(support.len(), 1);
        assert_eq!(others.len(), 5);
        assert_eq!(others.iter().map(|module| module.profiles.len()).sum::<usize>(), 20);
    }

    #[test]
    fn p6_a_faulty_catalogue_is_refused_with_its_lines() {
        let broken = DEFAULT.replacen("\"see_organization\"", "\"see_everything\"", 1).replacen(
            "needs_module = \"funding\"",
            "needs_module = \"fundings\"",
            1,
        );
        let faults = read(&broken).unwrap_err();
        assert_eq!(faults.len(), 2);
        assert_eq!(faults[0].what, "there is no permission “see_everything”");
        assert!(broken.lines().nth(faults[0].line - 1).unwrap().contains("see_everything"));
        assert!(broken.lines().nth(faults[1].line - 1).unwrap().contains("fundings"));
        let speechless = DEFAULT.replacen("fr = \"Entente de financement\"", "fr = \"\"", 1);
        assert_eq!(read(&speechless).unwrap_err()[0].what, "French or English is missing");
    }
}
