//! `accord backup`, as an operator runs it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// What the program says, with its data in that folder.
fn accord(data: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_accord"));
    command.args(arguments).env("ACCORD_DATA", data).current_dir(data.parent().unwrap());
    command.env("ACCORD_DOCUMENTS", format!("folder:{}", data.join("documents").display()));
    command.env_remove("ACCORD_DATABASE_URL").output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_backup_is_the_whole_portal_again_and_is_never_written_over() {
    let folder = TempDir::new().unwrap();
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy"));
    let filled = accord(&data, &["demo", "--organizations", "3", "--contacts", "24"]);
    assert!(filled.status.success(), "{}", said(&filled));

    let asked = ["backup", copy.to_str().unwrap()];
    let made = accord(&data, &asked);
    assert!(made.status.success(), "{}", said(&made));
    assert!(!copy.join("secret").exists(), "the secret is kept elsewhere");

    let again = accord(&data, &asked);
    assert!(!again.status.success());
    assert!(said(&again).contains("is there already"), "{}", said(&again));

    fs::copy(data.join("secret"), copy.join("secret")).unwrap();
    let checked = accord(&copy, &["check"]);
    assert!(checked.status.success(), "{}", said(&checked));
    let checks = |output: &Output| {
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let read = said.lines().filter(|line| line.starts_with("activity") || line.starts_with("documents"));
        read.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(checks(&checked).len(), 2, "{}", said(&checked));
    assert_eq!(
        checks(&checked),
        checks(&accord(&data, &["check"])),
        "every line and every document is there"
    );
}
