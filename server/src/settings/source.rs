//! Where the configuration is written: a file, and the environment over it.

use super::{Faults, known};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file that is read when none is named.
pub const USUAL_FILE: &str = "accord.toml";

const PREFIX: &str = "ACCORD_";

/// What was written, by the name of the setting.
#[derive(Clone, Default)]
pub struct Source {
    words: BTreeMap<String, Word>,
    /// The site that the build's tools name.
    build_site: Option<PathBuf>,
    strangers: Vec<String>,
}

#[derive(Clone)]
struct Word {
    text: String,
    file: Option<PathBuf>,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.words.keys()).finish()
    }
}

impl Source {
    /// Reads the file (the one named, or `accord.toml` when it is here), then the environment over it.
    ///
    /// # Errors
    /// What cannot be read, or names a setting that does not exist.
    pub fn read(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Faults> {
        let usual = Path::new(USUAL_FILE);
        let mut source = Self::default();
        let mut faults = Faults::default();
        if let Some(file) = file.or_else(|| usual.is_file().then_some(usual)) {
            source.add_file(file, &mut faults);
        }
        source.add_environment(environment);
        source.add_secret_files(&mut faults);
        if faults.0.is_empty() { Ok(source) } else { Err(faults) }
    }

    fn add_file(&mut self, file: &Path, faults: &mut Faults) {
        let shown = file.display();
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                return faults.add(format!("The configuration file {shown} cannot be read: {error}."));
            }
        };
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(error) => return faults.add(format!("The configuration file {shown} is not TOML: {error}")),
        };
        for (name, value) in table {
            if !known::is_setting(&name) {
                faults.add(format!(
                    "{shown} sets “{name}”, which Accord does not know; `accord --help` lists what it knows."
                ));
                continue;
            }
            match plain(&value) {
                Some(text) => {
                    self.words.insert(name, Word { text, file: Some(file.to_owned()) });
                }
                None => {
                    faults.add(format!("{shown} sets “{name}” to a list or a table; it should be one value."))
                }
            }
        }
    }

    fn add_environment(&mut self, environment: impl IntoIterator<Item = (String, String)>) {
        for (variable, text) in environment {
            match variable.as_str() {
                "LEPTOS_SITE_ROOT" if !text.is_empty() => self.build_site = Some(text.into()),
                "RUST_LOG" if !text.is_empty() => {
                    self.words.entry("log".into()).or_insert(Word { text, file: None });
                }
                _ => self.add_variable(&variable, text),
            }
        }
    }

    fn add_variable(&mut self, variable: &str, text: String) {
        let Some(name) = variable.strip_prefix(PREFIX).map(str::to_ascii_lowercase) else { return };
        if known::is_setting(&name) {
            // An empty variable is one that was not set: it hides neither the file nor the default.
            if !text.trim().is_empty() {
                self.words.insert(name, Word { text, file: None });
            }
        } else if !known::is_of_others(&name) {
            self.strangers.push(variable.to_owned());
        }
    }

    /// `…_FILE`: a secret that something else puts into a file.
    fn add_secret_files(&mut self, faults: &mut Faults) {
        for name in known::IN_FILES {
            let Some(file) = self.text(&format!("{name}_file")).map(PathBuf::from) else { continue };
            if self.words.contains_key(name) {
                faults.add(format!(
                    "{} and {} are both set; keep one.",
                    variable(name),
                    variable(&format!("{name}_file"))
                ));
            }
            match std::fs::read_to_string(&file) {
                Ok(text) => {
                    self.words.insert(name.into(), Word { text: text.trim().to_owned(), file: None });
                }
                Err(error) => faults.add(format!("{} cannot be read: {error}.", file.display())),
            }
        }
    }

    /// What was written for a setting.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.words.get(name).map(|word| word.text.trim())
    }

    /// The setting, as whoever wrote it will find it.
    #[must_use]
    pub fn name(&self, name: &str) -> String {
        match self.words.get(name).and_then(|word| word.file.as_ref()) {
            Some(file) => format!("“{name}” in {}", file.display()),
            None => variable(name),
        }
    }

    /// Variables that look like settings and are none: a slip of the pen, most often.
    #[must_use]
    pub fn strangers(&self) -> &[String] {
        &self.strangers
    }

    /// Where the build put the site: where its tools say, or beside the program.
    pub(super) fn likely_site(&self) -> Option<PathBuf> {
        let program = std::env::current_exe().ok();
        let folder = program.as_deref().and_then(Path::parent);
        let beside = folder.map(|folder| folder.join("site"));
        let above = folder.and_then(Path::parent).map(|folder| folder.join("site"));
        let here = Some(PathBuf::from("target/site"));
        [self.build_site.clone(), beside, above, here]
            .into_iter()
            .flatten()
            .find(|folder| folder.join("pkg").is_dir())
    }
}

fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_ascii_uppercase())
}

fn plain(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(yes) => Some(yes.to_string()),
        _ => None,
    }
}
