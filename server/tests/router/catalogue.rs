//! A catalogue of one's own, as whoever runs the program meets it (rules P6, P10).

use crate::cast::{contact, id, insert, open};
use crate::scene::Scene;
use std::fs;
use std::process::{Command, Output};

/// Runs the program on the scene's data; whether it went well, and what it said.
fn accord(scene: &Scene, command: &str, settings: &[(&str, &str)]) -> (bool, String) {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_accord"))
        .arg(command)
        .current_dir(scene.folder.path())
        .env("ACCORD_DATA", scene.folder.path().join("data"))
        .env("ACCORD_LISTEN", "127.0.0.1:0")
        .envs(settings.iter().copied())
        .output()
        .unwrap();
    let said = [stdout, stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    (status.success(), said.concat())
}

#[tokio::test]
async fn p10_what_people_hold_and_the_catalogue_does_not_know_stops_the_start() {
    let scene = Scene::set(&[]).await;
    let house = open(&scene, "House", false).await;
    let somebody = contact(&scene, house, "Somebody", None).await;
    let row = vec![
        ("id", id(&scene).into()),
        ("organization_id", house.into()),
        ("contact_id", somebody.into()),
        ("profile", "lending.coordinator".into()),
        ("state", "active".into()),
        ("granted_at", scene.now().0.into()),
        ("changed_at", scene.now().0.into()),
    ];
    insert(&scene, "grants", row).await;
    let said = "1 person holds the profile “lending.coordinator”, which the catalogue does not know";
    let (well, check) = accord(&scene, "check", &[]);
    assert!(!well && check.contains(&format!("WRONG: {said}")), "{check}");
    let (well, serve) = accord(&scene, "serve", &[]);
    assert!(!well && serve.contains(said) && serve.contains("ACCORD_KEEP_UNKNOWN_PROFILES=true"), "{serve}");
    // Whoever says so keeps them, and is told each time.
    let (well, check) = accord(&scene, "check", &[("ACCORD_KEEP_UNKNOWN_PROFILES", "true")]);
    assert!(well && check.contains(&format!("note: {said}")), "{check}");
    // With the catalogue that knows them, there is nothing to say; that their applications are not registered, is.
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/catalogue-libraries.toml");
    let (well, check) = accord(&scene, "check", &[("ACCORD_CATALOGUE", example)]);
    assert!(well && !check.contains(said), "{check}");
    assert!(check.contains("names the client “parcels”, which is registered neither"), "{check}");
}

#[tokio::test]
async fn p6_a_faulty_catalogue_is_refused_with_file_and_line() {
    let scene = Scene::set(&[]).await;
    let file = scene.folder.path().join("mine.toml");
    let default = backend::catalogue::DEFAULT;
    let line = default.lines().position(|line| line.contains("fr = \"Utilisation\"")).unwrap() + 1;
    fs::write(&file, default.replacen("fr = \"Utilisation\"", "fr = \"\"", 1)).unwrap();
    let shown = file.display().to_string();
    for command in ["check", "serve", "demo"] {
        let (well, said) = accord(&scene, command, &[("ACCORD_CATALOGUE", &shown)]);
        assert!(!well, "{command}: {said}");
        if command != "demo" {
            assert!(said.contains(&format!("the catalogue {shown} cannot be used")), "{said}");
            assert!(said.contains(&format!("line {line}: French or English is missing")), "{said}");
        }
    }
}
