//! What happens at once (S4): `ACCORD_RACES` says how often.

use super::*;
use domain::Instant;

#[test]
fn s4_sign_against_withdraw_one_of_them_wins() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        let her = stage.signed_in(stage.account("Zoé Roy").await).await;
        for _ in 0..races(20) {
            stage.run("DELETE FROM portal_throttles", []).await;
            stage.run("UPDATE outbox SET created_at = 0", []).await;
            let id = sent(&alice, &org, &form(&[&zoe])).await;
            let token = link_in(&stage.letters_to(&zoe.email).await.pop().unwrap());
            let typed = signature(&her, &token).await.unwrap();
            let permit = prepares(&alice, &org).await;
            let reason = because("A mistake.");
            let (signed, withdrawn) = tokio::join!(
                her.sign_by_link(&token, &typed, SignedFrom::default()),
                permit.withdraw_agreement(id, &reason),
            );
            let state = state(&alice, &org, id).await;
            match (signed.is_ok(), withdrawn.is_ok()) {
                (true, false) => assert_eq!(state, AgreementState::Signed),
                (false, true) => assert_eq!(state, AgreementState::Withdrawn),
                both => panic!("{both:?}"),
            }
            stage.read_all().await;
        }
    });
}

#[test]
fn s4_two_signatures_at_once_both_count_and_the_last_one_ends_it() {
    on_both(async |stage| {
        let Cast { org, alice, bruno, zoe, .. } = cast(stage).await;
        let her = stage.signed_in(stage.account("Zoé Roy").await).await;
        for _ in 0..races(20) {
            stage.run("DELETE FROM portal_throttles", []).await;
            stage.run("UPDATE outbox SET created_at = 0", []).await;
            let id = sent(&alice, &org, &form(&[&bruno, &zoe])).await;
            let his = link_in(&stage.letters_to(&bruno.email).await.pop().unwrap());
            let hers = link_in(&stage.letters_to(&zoe.email).await.pop().unwrap());
            let him = bruno.signs_in().await.unwrap();
            let (one, other) = tokio::join!(sign(&him, &his), sign(&her, &hers));
            one.unwrap();
            other.unwrap();
            let card = reads(&alice, &org).await.agreement(id).await.unwrap();
            assert_eq!(card.state, AgreementState::Signed);
            stage.read_all().await;
        }
        // The same signature, sent many times at once, is one.
        let id = sent(&alice, &org, &form(&[&zoe])).await;
        let token = link_in(&stage.letters_to(&zoe.email).await.pop().unwrap());
        let typed = signature(&her, &token).await.unwrap();
        let many = futures_of(&her, &token, &typed).await;
        assert_eq!(many, 1);
        assert_eq!(state(&alice, &org, id).await, AgreementState::Signed);
        stage.read_all().await;
    });
}

/// How many of eight signatures at once were taken.
async fn futures_of(her: &SignedIn, token: &str, typed: &SignForm) -> usize {
    let sign = || her.sign_by_link(token, typed, SignedFrom::default());
    let (a, b, c, d) = tokio::join!(sign(), sign(), sign(), sign());
    let (e, f, g, h) = tokio::join!(sign(), sign(), sign(), sign());
    [a, b, c, d, e, f, g, h].iter().filter(|tried| tried.is_ok()).count()
}

#[test]
fn s4_sign_at_the_deadline_it_is_in_time_or_not() {
    on_both(async |stage| {
        let Cast { org, alice, zoe, .. } = cast(stage).await;
        let her = stage.signed_in(stage.account("Zoé Roy").await).await;
        // The first moment of the 16th of December in Halifax.
        let end = Instant(1_797_393_600_000);
        for late in [false, true] {
            let id = sent(&alice, &org, &form(&[&zoe])).await;
            let token = link_in(&stage.letters_to(&zoe.email).await.pop().unwrap());
            let typed = signature(&her, &token).await.unwrap();
            stage.wait_until(if late { end } else { Instant(end.0 - 1) });
            let signed = her.sign_by_link(&token, &typed, SignedFrom::default()).await;
            if late {
                assert_eq!(refusal(signed), Problem::AgreementExpired);
            } else {
                signed.unwrap();
            }
            let expected = if late { AgreementState::Expired } else { AgreementState::Signed };
            assert_eq!(state(&alice, &org, id).await, expected);
            stage.wait_until(crate::stage::NOON);
            stage.read_all().await;
        }
        for _ in 0..races(20) {
            stage.run("DELETE FROM portal_throttles", []).await;
            stage.run("UPDATE outbox SET created_at = 0", []).await;
            stage.wait_until(crate::stage::NOON);
            let id = sent(&alice, &org, &form(&[&zoe])).await;
            let token = link_in(&stage.letters_to(&zoe.email).await.pop().unwrap());
            let typed = signature(&her, &token).await.unwrap();
            stage.wait_until(Instant(end.0 - 1));
            let (signed, ()) = tokio::join!(her.sign_by_link(&token, &typed, SignedFrom::default()), async {
                stage.wait_until(end)
            },);
            // Whatever came first, what is kept and what was answered agree.
            let expected = if signed.is_ok() { AgreementState::Signed } else { AgreementState::Expired };
            assert_eq!(state(&alice, &org, id).await, expected);
            stage.read_all().await;
        }
    });
}
