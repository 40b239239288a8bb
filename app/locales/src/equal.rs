//! French and English say the same things, each as it is written (rule G1).

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Every text of a language, by the path of its key.
fn texts(language: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(language);
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let subject = entry.path().file_stem().unwrap().to_string_lossy().into_owned();
        let content = serde_json::from_str(&std::fs::read_to_string(entry.path()).unwrap()).unwrap();
        gather(&subject, &content, &mut all);
    }
    all
}

fn gather(path: &str, value: &Value, all: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(entries) => {
            entries.iter().for_each(|(key, value)| gather(&format!("{path}.{key}"), value, all))
        }
        Value::String(text) => {
            all.insert(path.to_owned(), text.clone());
        }
        other => panic!("{path} is no text: {other}"),
    }
}

/// The variables and tags of a text, in order of name.
fn marks(text: &str) -> Vec<&str> {
    let variables = text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()).map(str::trim);
    let tags = text.split('<').skip(1).filter_map(|rest| rest.split('>').next());
    let mut marks: Vec<_> = variables.chain(tags).collect();
    marks.sort_unstable();
    marks.dedup();
    marks
}

#[test]
fn g1_both_languages_have_the_same_texts_with_the_same_variables() {
    let (english, french) = (texts("en"), texts("fr"));
    let alone: Vec<_> = english.keys().filter(|key| !french.contains_key(*key)).collect();
    assert_eq!(alone, [""; 0], "only in English");
    let alone: Vec<_> = french.keys().filter(|key| !english.contains_key(*key)).collect();
    assert_eq!(alone, [""; 0], "only in French");
    for (key, text) in &english {
        assert_eq!(marks(text), marks(&french[key]), "{key}");
        assert!(!text.trim().is_empty() && !french[key].trim().is_empty(), "{key} is empty");
    }
}

#[test]
fn g1_french_is_spaced_as_in_canada() {
    for (key, text) in texts("fr") {
        let bare = without_variables(&text);
        for wrong in [" :", " ;", "\u{a0};", " ?", "\u{a0}?", " !", "\u{a0}!", "« ", " »", "'"] {
            assert!(!bare.contains(wrong), "{key}: {wrong:?} in {text:?}");
        }
        let spaced =
            bare.match_indices(':').all(|(at, _)| bare[..at].ends_with('\u{a0}') || is_address(&bare, at));
        assert!(spaced, "{key}: no no-break space before a colon in {text:?}");
    }
}

fn without_variables(text: &str) -> String {
    let mut pieces = text.split("{{");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| text + "x" + piece.split_once("}}").map_or("", |(_, rest)| rest))
}

/// `mailto:`, `https:` and hours.
fn is_address(text: &str, colon: usize) -> bool {
    let after = text[colon + 1..].chars().next();
    after.is_some_and(|letter| letter == '/' || letter.is_ascii_digit())
}

#[test]
fn words_of_the_house_are_kept() {
    for (key, text) in texts("fr") {
        let lower = without_variables(&text).to_lowercase();
        for never in ["extraire", "sauvegarder", "e-mail", "email", "cliquez ici"] {
            assert!(!lower.contains(never), "{key}: {never:?} in {text:?}");
        }
    }
    for (key, text) in texts("en") {
        let lower = without_variables(&text).to_lowercase();
        for never in ["organisation", "programme", "click here"] {
            assert!(!lower.contains(never), "{key}: {never:?} in {text:?}");
        }
    }
}
