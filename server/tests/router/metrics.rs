//! What Prometheus reads.

use crate::scene::everywhere;

#[tokio::test]
async fn figures_tell_routes_and_what_waits_and_never_who_asked_for_what() {
    everywhere(async |scene| {
        let token = "a-token-that-nobody-should-read";
        scene.browser().get(&format!("/en/invitation/{token}")).await;
        scene.browser().get("/fr/nowhere-at-all").await;
        let text = scene.metrics.text(&scene.parts.portal).await.unwrap();
        let counted = |line: &str| text.lines().any(|told| told.starts_with(line));
        assert!(
            counted(r#"accord_answers_total{method="GET",route="/{lang}/invitation/{token}",status="#),
            "{text}"
        );
        assert!(counted(r#"accord_answers_total{method="GET",route="none",status="404"} 1"#), "{text}");
        assert!(counted(r#"accord_answer_seconds_count{route="/{lang}/invitation/{token}"} 1"#), "{text}");
        for waits in
            ["letters_due", "letters_oldest_due_seconds", "invitations_pending", "requests_with_support"]
        {
            assert!(counted(&format!("accord_{waits} 0")), "{waits}: {text}");
        }
        assert!(!text.contains(token) && !text.contains("nowhere"), "{text}");
    })
    .await;
}
