//! What can be wrong with a catalogue: every fault at once, each with its line (P6).
//!
//! Beside slips of the pen, it refuses what could never work or would reach too far: a module that nobody
//! administers, a profile that no chain of grants from the operator ever reaches, a profile outside the operator's
//! module that reaches other organizations, a plain way into what must be asked for.

use super::{File, FileModule, FileProfile, FileService, Words, permission};
use domain::Permission;
use domain::catalogue::WayIn;
use openidconnect::url::Url;
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;

/// One fault of a catalogue, and the line where it stands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Fault {
    pub line: usize,
    pub what: String,
}

impl Fault {
    fn at(text: &str, span: &Range<usize>, what: impl Into<String>) -> Self {
        let before = text.get(..span.start).unwrap_or_default();
        Self { line: before.matches('\n').count() + 1, what: what.into() }
    }

    /// What is not TOML, or not the shape of a catalogue.
    pub(super) fn unreadable(text: &str, error: &toml::de::Error) -> Self {
        Self::at(text, &error.span().unwrap_or_default(), error.message())
    }
}

/// Every fault of a catalogue, in the order of its lines.
pub(super) fn of(text: &str, file: &File) -> Vec<Fault> {
    let mut check = Check { text, file, keys: BTreeSet::new(), faults: Vec::new() };
    for module in &file.module {
        check.module(module);
    }
    check.operator();
    check.reachable();
    for service in &file.service {
        check.service(service);
    }
    check.clients();
    check.faults.sort_by_key(|fault| fault.line);
    check.faults
}

struct Check<'a> {
    text: &'a str,
    file: &'a File,
    keys: BTreeSet<&'a str>,
    faults: Vec<Fault>,
}

impl<'a> Check<'a> {
    fn fault(&mut self, span: &Range<usize>, what: impl Into<String>) {
        self.faults.push(Fault::at(self.text, span, what));
    }

    fn profiles(&self) -> impl Iterator<Item = &'a FileProfile> + use<'a> {
        let file = self.file;
        file.module.iter().flat_map(|module| &module.profile)
    }

    fn is_profile(&self, key: &str) -> bool {
        self.profiles().any(|profile| profile.key.get_ref() == key)
    }

    fn is_module(&self, key: &str) -> bool {
        self.file.module.iter().any(|module| module.key.get_ref() == key)
    }

    fn module(&mut self, module: &'a FileModule) {
        self.key(&module.key);
        self.words(&module.name);
        if module.operator && module.for_everyone {
            self.fault(&module.key.span(), "the operator’s module is for the operator, not for everyone");
        }
        if !module.profile.iter().any(|profile| profile.administrator) {
            let what = format!("no profile of “{}” makes an administrator", module.key.get_ref());
            self.fault(&module.key.span(), what);
        }
        for profile in &module.profile {
            self.profile(module, profile);
        }
    }

    fn profile(&mut self, module: &FileModule, profile: &'a FileProfile) {
        self.key(&profile.key);
        self.words(&profile.name);
        self.words(&profile.description);
        let permits = |wanted: Permission| profile.permissions.iter().any(|p| p.get_ref() == wanted.code());
        if profile.administrator && !permits(Permission::ManageContacts) {
            self.fault(&profile.key.span(), "an administrator who may not manage contacts");
        }
        let reaches_others = permits(Permission::AllOrganizations) || permits(Permission::ViewAs);
        if !module.operator && reaches_others {
            let what = "only the operator’s module may reach all organizations";
            self.fault(&profile.key.span(), what);
        }
        for code in profile.permissions.iter().filter(|code| permission(code.get_ref()).is_none()) {
            self.fault(&code.span(), format!("there is no permission “{}”", code.get_ref()));
        }
        self.granters(module, profile);
        if let Some(needed) = profile.needs_module.as_ref().filter(|needed| !self.is_module(needed.get_ref()))
        {
            self.fault(&needed.span(), format!("there is no module “{}”", needed.get_ref()));
        }
    }

    fn granters(&mut self, module: &FileModule, profile: &FileProfile) {
        if profile.granted_by.is_empty() {
            self.fault(&profile.key.span(), "nobody may grant this profile");
        }
        for granter in &profile.granted_by {
            if !self.is_profile(granter.get_ref()) {
                self.fault(&granter.span(), format!("there is no profile “{}”", granter.get_ref()));
            } else if module.operator
                && !module.profile.iter().any(|own| own.key.get_ref() == granter.get_ref())
            {
                self.fault(
                    &granter.span(),
                    "only the operator’s own profiles may grant a profile of its module",
                );
            }
        }
    }

    /// Exactly one module is the operator's, and one of its profiles may be given first: it grants itself.
    fn operator(&mut self) {
        let file = self.file;
        let mut operators = file.module.iter().filter(|module| module.operator);
        let Some(first) = operators.next() else {
            return self.fault(&(0..0), "no module is the operator’s own (operator = true)");
        };
        for other in operators {
            self.fault(&other.key.span(), "a second module is the operator’s own");
        }
        if !first.profile.iter().any(grants_itself) {
            let what = "no profile of the operator’s module grants itself, so nobody could be the first";
            self.fault(&first.key.span(), what);
        }
    }

    /// From the operator's first person, grant by grant, somebody comes to hold each profile.
    fn reachable(&mut self) {
        let operators = self.file.module.iter().filter(|module| module.operator);
        let first = operators.flat_map(|module| &module.profile).filter(|profile| grants_itself(profile));
        let mut held: BTreeSet<&str> = first.map(|profile| profile.key.get_ref().as_str()).collect();
        if held.is_empty() {
            return;
        }
        loop {
            let granted = |profile: &&FileProfile| {
                profile.granted_by.iter().any(|granter| held.contains(granter.get_ref().as_str()))
            };
            let next: Vec<_> = self.profiles().filter(granted).map(|p| p.key.get_ref().as_str()).collect();
            let before = held.len();
            held.extend(next);
            if held.len() == before {
                break;
            }
        }
        for profile in self.profiles() {
            let named = profile.granted_by.iter().any(|granter| self.is_profile(granter.get_ref()));
            if named && !held.contains(profile.key.get_ref().as_str()) {
                let what =
                    "nobody could ever receive this profile: no chain of grants begins at the operator";
                self.fault(&profile.key.span(), what);
            }
        }
    }

    fn service(&mut self, service: &'a FileService) {
        self.key(&service.key);
        self.words(&service.name);
        if let Some(instructions) = &service.instructions {
            self.words(instructions);
        }
        self.opened_by(service);
        if let Some(address) = &service.address
            && let Err(why) = leads_somewhere(address.get_ref())
        {
            self.fault(&address.span(), format!("the address “{}” {why}", address.get_ref()));
        }
        self.ways_in(service);
        self.applicants(service);
    }

    fn opened_by(&mut self, service: &FileService) {
        if !self.is_module(service.module.get_ref()) {
            let what = format!("there is no module “{}”", service.module.get_ref());
            self.fault(&service.module.span(), what);
        }
        if service.profiles.is_empty() {
            self.fault(&service.key.span(), "no profile opens this service");
        }
        for profile in &service.profiles {
            if !self.is_profile(profile.get_ref()) {
                self.fault(&profile.span(), format!("there is no profile “{}”", profile.get_ref()));
            }
        }
    }

    fn ways_in(&mut self, service: &FileService) {
        if service.ways_in.get_ref().is_empty() {
            self.fault(&service.ways_in.span(), "there is no way into this service");
        }
        for way in service.ways_in.get_ref() {
            if WayIn::from_code(way.get_ref()).is_none() {
                let known: Vec<_> = WayIn::ALL.iter().map(|way| way.code()).collect();
                let what = format!("there is no way in “{}”; there are {}", way.get_ref(), known.join(", "));
                self.fault(&way.span(), what);
            }
        }
    }

    fn applicants(&mut self, service: &FileService) {
        let mut seen = BTreeSet::new();
        for applicant in &service.applicants {
            self.words(&applicant.name);
            self.well_written(&applicant.key);
            if !seen.insert(applicant.key.get_ref()) {
                self.fault(&applicant.key.span(), format!("“{}” stands twice", applicant.key.get_ref()));
            }
        }
    }

    /// An application is told of one service alone (P9).
    fn clients(&mut self) {
        let mut seen = BTreeSet::new();
        let file = self.file;
        for client in file.service.iter().filter_map(|service| service.client.as_ref()) {
            if client.get_ref().trim().is_empty() {
                self.fault(&client.span(), "a client application without a name");
            } else if !seen.insert(client.get_ref()) {
                let what = format!("the client “{}” is another service’s already", client.get_ref());
                self.fault(&client.span(), what);
            }
        }
    }

    fn key(&mut self, key: &'a Spanned<String>) {
        self.well_written(key);
        if !self.keys.insert(key.get_ref().as_str()) {
            self.fault(&key.span(), format!("“{}” stands twice", key.get_ref()));
        }
    }

    /// Keys stand in addresses, forms and tokens.
    fn well_written(&mut self, key: &Spanned<String>) {
        let plain =
            |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || b"._-".contains(&letter);
        let text = key.get_ref();
        if text.is_empty() || text.len() > 64 || !text.bytes().all(plain) {
            let what =
                format!("the key “{text}” should be small letters, digits, dots and hyphens, 64 at most");
            self.fault(&key.span(), what);
        }
    }

    fn words(&mut self, words: &Spanned<Words>) {
        let Words { en, fr } = words.get_ref();
        if en.trim().is_empty() || fr.trim().is_empty() {
            self.fault(&words.span(), "French or English is missing");
        }
    }
}

fn grants_itself(profile: &FileProfile) -> bool {
    profile.granted_by.iter().any(|granter| granter.get_ref() == profile.key.get_ref())
}

/// Over https, or on this machine, and without a password in it.
fn leads_somewhere(address: &str) -> Result<(), &'static str> {
    let url = Url::parse(address).map_err(|_| "is no address")?;
    let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a name or a password");
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if loopback => Ok(()),
        _ => Err("is neither https nor on this machine"),
    }
}

#[cfg(test)]
mod tests {
    use crate::catalogue::{DEFAULT, read};

    /// The faults of the default catalogue with one thing changed, each with the text of its line.
    fn faults(from: &str, to: &str) -> Vec<(String, String)> {
        assert!(DEFAULT.contains(from), "{from}");
        let broken = DEFAULT.replacen(from, to, 1);
        let line = |at: usize| broken.lines().nth(at - 1).unwrap_or_default().to_owned();
        read(&broken).unwrap_err().into_iter().map(|fault| (fault.what, line(fault.line))).collect()
    }

    fn fault(from: &str, to: &str) -> (String, String) {
        let mut faults = faults(from, to);
        assert_eq!(faults.len(), 1, "{faults:#?}");
        faults.remove(0)
    }

    #[test]
    fn p1_the_default_catalogue_has_20_profiles_in_5_modules_beside_support_s() {
        let catalogue = read(DEFAULT).unwrap();
        let (support, others): (Vec<_>, Vec<_>) =
            catalogue.modules.iter().partition(|module| module.operator);
        assert_eq!(support.len(), 1);
        assert_eq!(others.len(), 5);
        assert_eq!(others.iter().map(|module| module.profiles.len()).sum::<usize>(), 20);
        assert_eq!(catalogue.services.len(), 5);
    }

    #[test]
    fn p6_every_fault_is_told_with_its_line() {
        let broken = DEFAULT
            .replacen("\"see_organization\"", "\"see_everything\"", 1)
            .replacen("needs_module = \"funding\"", "needs_module = \"fundings\"", 1)
            .replacen("fr = \"Utilisation\"", "fr = \" \"", 1);
        let faults = read(&broken).unwrap_err();
        let lines: Vec<_> = faults.iter().map(|f| broken.lines().nth(f.line - 1).unwrap()).collect();
        assert_eq!(faults.len(), 3, "{faults:#?}");
        assert_eq!(faults[0].what, "there is no permission “see_everything”");
        assert!(lines[0].contains("see_everything"));
        assert_eq!(faults[1].what, "French or English is missing");
        assert!(lines[1].contains("en = \"User\""));
        assert!(lines[2].contains("fundings"));
    }

    #[test]
    fn p6_a_language_that_is_not_there_at_all_is_missing() {
        let (what, line) = fault(
            "name = { en = \"Funding agreement\", fr = \"Entente de financement\" }",
            "name = { en = \"Funding agreement\" }",
        );
        assert_eq!(what, "French or English is missing");
        assert!(line.contains("Funding agreement"));
    }

    #[test]
    fn p6_a_key_stands_once_and_is_plainly_written() {
        let (what, line) = fault("key = \"learners-online\"", "key = \"colleges-online\"");
        assert_eq!(what, "“colleges-online” stands twice");
        assert!(line.contains("colleges-online"));
        let (what, _) = fault("key = \"learners-online\"", "key = \"Learners online\"");
        assert!(what.contains("small letters"), "{what}");
    }

    #[test]
    fn p6_a_grant_rule_names_a_profile_and_begins_at_the_operator() {
        let (what, _) =
            fault("granted_by = [\"support.supervisor\"]", "granted_by = [\"support.supervisor\", \"boss\"]");
        assert_eq!(what, "there is no profile “boss”");
        let alone = faults(
            "granted_by = [\"funding.administrator\", \"support.supervisor\", \"support.agent\"]",
            "granted_by = [\"funding.administrator\"]",
        );
        assert_eq!(alone.len(), 1);
        assert!(alone[0].0.starts_with("nobody could ever receive this profile"));
        let granted = "granted_by = [\"learners.administrator\", \"support.supervisor\", \"support.agent\"]";
        let (what, _) = fault(granted, "granted_by = []");
        assert_eq!(what, "nobody may grant this profile");
    }

    #[test]
    fn p6_the_operator_s_module_is_one_and_nobody_else_s() {
        let none = faults("operator = true\n", "");
        assert!(none.iter().any(|(what, _)| what.starts_with("no module is the operator’s own")));
        let two = faults("key = \"learners\"\n", "key = \"learners\"\noperator = true\n");
        assert!(two.iter().any(|(what, line)| what.starts_with("a second") && line.contains("support")));
        let (what, _) = fault(
            "granted_by = [\"support.supervisor\"]",
            "granted_by = [\"support.supervisor\", \"funding.administrator\"]",
        );
        assert!(what.starts_with("only the operator’s own profiles"), "{what}");
        let (what, _) = fault("[\"see_organization\"", "[\"all_organizations\", \"see_organization\"");
        assert_eq!(what, "only the operator’s module may reach all organizations");
        let first = faults(
            "granted_by = [\"support.supervisor\"]\nby_two = true",
            "granted_by = [\"support.agent\"]",
        );
        assert!(first.iter().any(|(what, _)| what.contains("nobody could be the first")));
    }

    #[test]
    fn p6_a_module_has_an_administrator_who_manages_contacts() {
        let (what, line) = fault(
            "administrator = true\npermissions = [\"see_organization\", \"see_contacts\", \"manage_contacts\"",
            "permissions = [\"see_organization\", \"see_contacts\", \"manage_contacts\"",
        );
        assert!(what.ends_with("makes an administrator"), "{what}");
        assert!(line.starts_with("key = "));
        let (what, _) = fault("\"see_contacts\", \"manage_contacts\", ", "\"see_contacts\", ");
        assert_eq!(what, "an administrator who may not manage contacts");
    }

    #[test]
    fn p8_a_service_names_what_there_is_and_leads_somewhere() {
        let service = "ways_in = [\"invitation\", \"request\"]";
        for (added, wrong) in [
            ("address = \"http://example.org\"", "is neither https nor on this machine"),
            ("address = \"https://me:secret@example.org\"", "holds a name or a password"),
            ("address = \"over there\"", "is no address"),
            ("client = \" \"", "a client application without a name"),
        ] {
            let what = fault(service, &format!("{service}\n{added}")).0;
            assert!(what.ends_with(wrong), "{what}");
        }
        let (what, _) = fault("en = \"Organization\", fr = \"Organisme\"", "en = \"Organization\"");
        assert_eq!(what, "French or English is missing");
        assert_eq!(fault(service, "ways_in = []").0, "there is no way into this service");
        assert!(fault(service, "ways_in = [\"back_door\"]").0.starts_with("there is no way in “back_door”"));
        let (what, _) = fault("module = \"cases\"", "module = \"case\"");
        assert_eq!(what, "there is no module “case”");
        let twice = DEFAULT.replace(service, &format!("{service}\nclient = \"same\""));
        let faults = read(&twice).unwrap_err();
        assert!(faults.iter().all(|fault| fault.what == "the client “same” is another service’s already"));
        let local = DEFAULT.replacen(service, &format!("{service}\naddress = \"http://localhost:4000/\""), 1);
        assert!(read(&local).is_ok());
    }

    #[test]
    fn p6_what_is_not_a_catalogue_is_told_with_its_line_too() {
        let (what, line) = fault("operator = true", "operator = perhaps");
        assert!(!what.is_empty());
        assert!(line.contains("perhaps"));
        let (what, line) = fault("operator = true", "colour = \"blue\"");
        assert!(what.contains("colour"), "{what}");
        assert!(line.contains("colour"));
    }
}
