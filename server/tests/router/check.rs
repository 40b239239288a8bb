//! `accord check`, as whoever runs the program sees it.

use crate::scene::Scene;
use sea_orm::ConnectionTrait as _;
use std::process::{Command, Output};

fn checked(scene: &Scene) -> (bool, String) {
    let data = scene.folder.path().join("data");
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_accord"))
        .arg("check")
        .current_dir(scene.folder.path())
        .env("ACCORD_DATA", &data)
        .output()
        .unwrap();
    let said = [stdout, stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
    (status.success(), said.concat())
}

#[tokio::test]
async fn g3_the_check_says_what_it_looked_at_and_fails_when_a_line_was_altered() {
    let scene = Scene::set(&[]).await;
    let form = domain::contacts::ContactForm {
        last_name: "Arsenault".into(),
        first_name: "Gisèle".into(),
        email: "gisele.arsenault@example.org".into(),
        ..Default::default()
    };
    scene.parts.portal.invite_staff(&form).await.unwrap();
    let (well, said) = checked(&scene);
    assert!(well && said.contains("2 lines in 1 chains"), "{said}");
    let db = scene.parts.platform.store.write();
    db.execute_unprepared("DROP TRIGGER activity_never_changed").await.unwrap();
    db.execute_unprepared("UPDATE activity SET event = 'contact.added' WHERE number = 2").await.unwrap();
    let (well, said) = checked(&scene);
    assert!(!well, "{said}");
    assert!(said.contains("line 2 (") && said.contains("was altered"), "{said}");
}
