//! Files that list something beside the settings, in TOML: what is wrong with one is said with file and line, and
//! a secret stands in a file of its own, beside it.

use crate::commands::Failed;
use serde::de::DeserializeOwned;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// Where in the file, and what is wrong there.
pub type Fault = (Range<usize>, String);

/// Such a file, as it was read.
#[derive(Debug)]
pub struct Listed<'a> {
    what: &'static str,
    file: &'a Path,
    text: String,
}

impl<'a> Listed<'a> {
    /// Reads it; `what` it lists, in the plural, is told with every fault.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(what: &'static str, file: &'a Path) -> Result<Self, Failed> {
        let text = fs::read_to_string(file)
            .map_err(|error| format!("the {what} in {} cannot be read: {error}", file.display()))?;
        Ok(Self { what, file, text })
    }

    /// What it lists.
    ///
    /// # Errors
    /// With file and line, when it makes no sense.
    pub fn parsed<T: DeserializeOwned>(&self) -> Result<T, Failed> {
        toml::from_str(&self.text)
            .map_err(|error| self.at((error.span().unwrap_or_default(), error.message().to_owned())))
    }

    /// A fault, with file and line.
    #[must_use]
    pub fn at(&self, (span, what): Fault) -> Failed {
        let line = self.text.get(..span.start).unwrap_or_default().matches('\n').count() + 1;
        format!("the {} in {} cannot be used: line {line}: {what}", self.what, self.file.display()).into()
    }

    /// The folder that its relative paths begin at.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("."))
    }

    /// The secret in a file that it names.
    ///
    /// # Errors
    /// When that cannot be read, or is empty.
    pub fn secret(&self, named: &Spanned<PathBuf>) -> Result<String, Fault> {
        let path = self.folder().join(named.get_ref());
        let text = fs::read_to_string(&path).map_err(|error| {
            (named.span(), format!("the secret in {} cannot be read: {error}", path.display()))
        })?;
        match text.trim() {
            "" => Err((named.span(), format!("the secret in {} is empty", path.display()))),
            secret => Ok(secret.to_owned()),
        }
    }
}
