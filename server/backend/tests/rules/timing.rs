//! What an invitation's link shows, and how soon, is the same whether its address has an account or not (I8, A6). By day
//! a few looks see that the same is shown; `make faults` takes `ACCORD_SAMPLES` of each and compares the medians.

use crate::stage::on_both;
use domain::invitations::InvitationForm;
use std::time::{Duration, Instant};

/// So far apart may two medians be.
const APART: Duration = Duration::from_millis(2);

#[test]
fn a6_i8_an_invitation_s_link_takes_as_long_whether_its_address_has_an_account_or_not() {
    #[expect(clippy::disallowed_methods, reason = "a long measurement is asked for from outside")]
    let asked = std::env::var("ACCORD_SAMPLES").ok().and_then(|text| text.parse::<usize>().ok());
    on_both(async |stage| {
        let org = stage.organization("Tern Bay House").await;
        let alice = stage.alice(&org).await;
        let mut links = Vec::new();
        for name in ["Bruno Boudreau", "Denis Doucet"] {
            let person = stage.contact(&org, name).await;
            let form = InvitationForm { profiles: vec!["funding.user".into()], message: String::new() };
            alice.manages().await.invite(person.contact, &form).await.unwrap();
            links.push(stage.link_to(&person.email).await);
        }
        // Bruno has an account, with the address that he was invited at.
        let account = stage.account("Bruno Boudreau").await;
        let known =
            "UPDATE accounts SET email = 'bruno.boudreau@example.org', email_verified = TRUE WHERE id = $1";
        assert_eq!(stage.run(known, [account.0.into()]).await, 1);
        let many = asked.unwrap_or(3);
        let mut times = [Vec::new(), Vec::new()];
        for n in 0..many {
            for which in [n % 2, 1 - n % 2] {
                let began = Instant::now();
                let card = stage.portal.visitor().invitation(&links[which]).await.unwrap();
                times[which].push(began.elapsed());
                assert_eq!(card.profiles.len(), 1);
            }
        }
        let [known, unknown] = times.map(|mut times| {
            times.sort_unstable();
            times[times.len() / 2]
        });
        let apart = known.abs_diff(unknown);
        println!("invitation: {many} each; with an account {known:?}, without {unknown:?}, {apart:?} apart");
        assert!(asked.is_none() || apart < APART, "{known:?} and {unknown:?}");
    });
}
