//! The demonstration's mailbox.

use crate::scene::Scene;
use http::StatusCode;
use std::fs;

const LETTER: &str = "From: Accord <no-reply@accord.example>\r\nTo: bruno@example.org\r\nSubject: =?utf-8?q?Invitation_=C3=A0_Accord?=\r\n\
    Date: Sun, 22 Nov 2026 12:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n\
    --x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nOpen http://localhost:3000/en/invitation/abc <now>\r\n\
    --x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head></head><body><script>alert(1)</script><a href=\"http://localhost:3000\">Open</a></body></html>\r\n--x--\r\n";
const ID: &str = "0197a000-0000-7000-8000-000000000001";

async fn with_a_letter() -> Scene {
    let scene = Scene::set(&[]).await;
    let folder = scene.folder.path().join("data/mail");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{ID}.eml")), LETTER).unwrap();
    scene
}

#[tokio::test]
async fn a_newcomer_reads_the_invitation_and_follows_its_link() {
    let scene = with_a_letter().await;
    let list = scene.browser().get("/mailbox?lang=fr").await;
    assert!(
        list.body.contains("Boîte aux lettres") && list.body.contains("Invitation à Accord"),
        "{}",
        list.body
    );
    assert!(list.body.contains(&format!("/mailbox/{ID}")));
    let shown = scene.browser().get(&format!("/mailbox/{ID}")).await;
    assert!(shown.body.contains("<a href=\"http://localhost:3000/en/invitation/abc\""), "{}", shown.body);
    assert!(shown.body.contains("&lt;now&gt;"));
}

#[tokio::test]
async fn the_letter_itself_runs_nothing() {
    let scene = with_a_letter().await;
    let letter = scene.browser().get(&format!("/mailbox/{ID}/letter")).await;
    let policy = letter.header("content-security-policy");
    assert!(
        policy.contains("sandbox") && policy.contains("default-src 'none'") && !policy.contains("script"),
        "{policy}"
    );
}

#[tokio::test]
async fn an_empty_mailbox_says_what_to_do() {
    let scene = Scene::set(&[]).await;
    assert!(scene.browser().get("/mailbox").await.body.contains("Invite somebody"));
}

#[tokio::test]
async fn it_is_nobody_else_s() {
    let scene = with_a_letter().await;
    let elsewhere = scene.browser().with("host", "evil.example").get("/mailbox").await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "a name made to point to this machine");
    for id in ["..%2f..%2fsecret", "unknown", "%00"] {
        assert_eq!(
            scene.browser().get(&format!("/mailbox/{id}")).await.status,
            StatusCode::NOT_FOUND,
            "{id}"
        );
    }
    let closed = Scene::set(&[("ACCORD_MAILBOX", "false")]).await;
    assert_eq!(closed.browser().get("/mailbox").await.status, StatusCode::NOT_FOUND);
    let smtp = Scene::set(&[("ACCORD_MAIL", "smtp://localhost:2525")]).await;
    assert_eq!(smtp.browser().get("/mailbox").await.status, StatusCode::NOT_FOUND);
}
