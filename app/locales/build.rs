//! Compiles the texts of `en/` and `fr/` into typed keys, one namespace per file.

use leptos_i18n_build::options::CodegenOptions;
use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};
use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    for watched in ["en", "fr", "build.rs"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    let options = ParseOptions::new().interpolate_display(true);
    let config = Config::new("en")?.add_locale("fr")?.add_namespaces(subjects("en")?)?.locales_path("./");
    let texts = TranslationsInfos::parse(config.parse_options(options))?;
    texts.emit_diagnostics();
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    texts.generate_i18n_module_with_options(out.join("i18n"), CodegenOptions::new().gen_docs(false))?;
    break_lines(&out.join("i18n/mod.rs"))?;
    Ok(())
}

/// What is generated is one line of five megabytes, and whoever asks where something stands in it, as each lint does,
/// counts from its beginning: lints of this crate took minutes.
fn break_lines(file: &Path) -> Result<(), std::io::Error> {
    let mut code = std::fs::read_to_string(file)?;
    for (together, apart) in [("} # [", "}\n# ["), ("} impl ", "}\nimpl "), ("} pub ", "}\npub ")] {
        code = code.replace(together, apart);
    }
    std::fs::write(file, code)
}

/// The names of the files of a language: a new subject is a new file, nothing else.
fn subjects(language: &str) -> Result<BTreeSet<String>, std::io::Error> {
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(language)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|stem| stem.to_str());
        if let (Some("json"), Some(name)) = (path.extension().and_then(|end| end.to_str()), name) {
            names.insert(name.to_owned());
        }
    }
    Ok(names)
}
