//! What an invitation's link shows, and how soon, is the same whether its address has an account or not (I8, A6).

use crate::medians::compared;
use crate::stage::on_both;
use domain::invitations::InvitationForm;
use std::time::Instant;

#[test]
fn a6_i8_an_invitation_s_link_takes_as_long_whether_its_address_has_an_account_or_not() {
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
        compared("invitation", async |which| {
            let began = Instant::now();
            let card = stage.portal.visitor().invitation(&links[which]).await.unwrap();
            let took = began.elapsed();
            assert_eq!(card.profiles.len(), 1);
            took
        })
        .await;
    });
}
