//! Signing out, here and from an application: rule A10.

use crate::stage::{BASE, Browser, PASSWORD, Portal, Stage, everywhere, parameter, told};
use domain::Problem;
use identity::{Parameters, SignedOut};
use openidconnect::TokenResponse as _;
use openidconnect::core::CoreTokenResponse;

const ALICE: &str = "alice.roy@exemple.ca";

async fn signed_in(stage: &Stage, portal: &Portal) -> (Browser, CoreTokenResponse) {
    let mut alice = Browser::new();
    let (begun, handle) = alice.arrive(stage, portal).await;
    let to = alice.sign_in(stage, &handle, ALICE, PASSWORD).await.unwrap();
    let tokens = portal.exchange(stage, &parameter(&to, "code").unwrap(), begun.verifier).await.unwrap();
    (alice, tokens)
}

#[tokio::test]
async fn a10_the_portal_signs_out_and_its_tokens_die() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        Browser::with_account(&stage, &portal, ALICE).await;
        let (alice, tokens) = signed_in(&stage, &portal).await;
        assert!(portal.userinfo(&stage, &tokens).await.is_some());
        stage.wait(3600); // The hint may be older than its own life.
        let query = format!(
            "id_token_hint={}&post_logout_redirect_uri={BASE}/fr&state=a%26b",
            tokens.id_token().unwrap()
        );
        let done = alice.desk(&stage).end_session(&Parameters::read(&query)).await.unwrap();
        assert_eq!(done, SignedOut::To(format!("{BASE}/fr?state=a%26b")));
        assert_eq!(told(alice.desk(&stage).welcome(None).await), Problem::SignInNeeded);
        assert!(portal.userinfo(&stage, &tokens).await.is_none());
        // Once more does no harm.
        let again = alice.desk(&stage).end_session(&Parameters::read(&query)).await.unwrap();
        assert_eq!(again, SignedOut::To(format!("{BASE}/fr?state=a%26b")));
    })
    .await;
}

#[tokio::test]
async fn a10_a_link_without_proof_signs_nobody_out_and_leads_nowhere_else() {
    everywhere(async |stage| {
        let portal = stage.portal().await;
        Browser::with_account(&stage, &portal, ALICE).await;
        let (alice, _) = signed_in(&stage, &portal).await;
        let (_, of_another) = signed_in(&stage, &portal).await;
        let hint = format!("id_token_hint={}", of_another.id_token().unwrap());
        for query in ["", "client_id=accord", "id_token_hint=forged", hint.as_str()] {
            let answer = alice.desk(&stage).end_session(&Parameters::read(query)).await.unwrap();
            assert!(
                matches!(&answer, SignedOut::AskAt(page) if page.starts_with("/fr/identity/sign-out?")),
                "{answer:?}"
            );
        }
        assert!(alice.desk(&stage).welcome(None).await.is_ok());
        let to = alice
            .desk(&stage)
            .sign_out_to("client_id=accord&post_logout_redirect_uri=https://evil.example")
            .await;
        assert_eq!(to.unwrap(), "/fr/identity/signed-out?client_id=accord");
        assert_eq!(told(alice.desk(&stage).welcome(None).await), Problem::SignInNeeded);
    })
    .await;
}
