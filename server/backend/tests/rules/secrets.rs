//! What the database holds of secrets: hashes, and what is sealed.

use crate::stage::{DAY, MINUTE, link_in, on_both, refusal};
use backend::sessions;
use domain::Problem;
use domain::invitations::InvitationForm;
use platform::secrets::in_address;
use std::collections::HashMap;
use time::OffsetDateTime;
use tower_sessions::SessionStore as _;
use tower_sessions::session::{Id, Record};

fn record(now: i64, about: &[(&str, &str)]) -> Record {
    let data: HashMap<_, _> = about.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
    Record {
        id: Id::default(),
        data,
        expiry_date: OffsetDateTime::from_unix_timestamp(now / 1000 + DAY).unwrap(),
    }
}

fn in_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How a secret might stand in a table: as it is, its letters as bytes, or the bytes it is written from.
fn faces(secret: &str) -> Vec<String> {
    vec![secret.to_lowercase(), in_hex(secret.as_bytes())]
}

#[test]
fn the_database_holds_no_link_no_session_and_no_secret_in_clear() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let form = InvitationForm { profiles: vec!["funding.user".into()], message: String::new() };
        let mut secrets = Vec::new();

        // Bruno is invited, invited again, looks, declines, is invited once more and accepts.
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        let sent = alice.manages().await.invite(bruno.contact, &form).await.unwrap();
        secrets.push(stage.link_to(&bruno.email).await);
        stage.wait(MINUTE);
        alice.manages().await.reissue(sent.invitation, &bruno.email).await.unwrap();
        let second = stage.link_to(&bruno.email).await;
        stage.portal.visitor().decline(&second).await.unwrap();
        stage.portal.visitor().ask_again(&second).await.unwrap();
        secrets.push(second);
        stage.wait(MINUTE);
        alice.manages().await.invite(bruno.contact, &form).await.unwrap();
        stage.wait(24 * DAY);
        stage.portal.mind().await.unwrap();
        let mut letters = stage.letters_to(&bruno.email).await;
        let third = link_in(&letters.pop().unwrap());
        assert_eq!(third, link_in(&letters.pop().unwrap()), "the reminder's link is the invitation's");
        let account = stage.account("Bruno Boudreau").await;

        // Sessions: before signing in, and after it under a new identifier, with what a sign-in leaves there.
        let now = stage.portal.now().0;
        let mut before =
            record(now, &[("return_to", "/en/invitation/whence"), ("verifier", "pkce-verifier-in-clear")]);
        stage.portal.sessions().create(&mut before).await.unwrap();
        let id = account.0.to_string();
        let mut after = record(now, &[(sessions::ACCOUNT, &id), ("id_token", "eyJ-an-id-token-in-clear")]);
        stage.portal.sessions().create(&mut after).await.unwrap();
        after.data.insert("draft".to_owned(), "draft-in-clear".into());
        stage.portal.sessions().save(&after).await.unwrap();
        stage.signed_in(account).await.accept(&third).await.unwrap();
        secrets.push(third);
        stage.read_all().await;

        for kept in [&before, &after] {
            secrets.push(kept.id.to_string());
            secrets.push(kept.id.0.to_string());
            secrets.push(in_hex(&kept.id.0.to_be_bytes()));
            secrets.push(in_hex(&kept.id.0.to_le_bytes()));
        }
        secrets.extend(
            ["whence", "pkce-verifier-in-clear", "eyJ-an-id-token-in-clear", "draft-in-clear"]
                .map(str::to_owned),
        );
        let root = [7_u8; 32];
        secrets.extend([in_address(&root), in_hex(&root)]);
        for sent in stage.rows("SELECT id FROM invitations").await {
            let id: uuid::Uuid = sent.try_get_by_index(0).unwrap();
            secrets.push(in_hex(&stage.platform.secrets.derive("invitation", id.as_bytes())));
        }

        let rows: Vec<String> = stage.dump().await.iter().map(|row| row.to_lowercase()).collect();
        assert!(
            rows.iter().any(|row| row.contains(&in_hex(account.0.as_bytes())) || row.contains(&id)),
            "the dump is read"
        );
        for face in secrets.iter().flat_map(|secret| faces(secret)) {
            let found: Vec<&String> = rows.iter().filter(|row| row.contains(&face)).collect();
            assert!(found.is_empty(), "{face} stands in {found:#?}");
        }

        // And what is sealed opens with its own identifier alone.
        let store = stage.portal.sessions();
        let opened = store.load(&after.id).await.unwrap().unwrap();
        assert_eq!(opened.data, after.data);
        stage
            .run(
                "UPDATE sessions SET data = (SELECT data FROM sessions WHERE account_id = $1)",
                [account.0.into()],
            )
            .await;
        assert!(store.load(&before.id).await.unwrap().is_none());
    });
}

#[test]
fn sessions_end_with_their_time_and_are_removed_by_mind() {
    on_both(async |stage| {
        let now = stage.portal.now().0;
        let mut kept = record(now, &[("a", "b")]);
        let store = stage.portal.sessions();
        store.create(&mut kept).await.unwrap();
        stage.wait(DAY - 1);
        assert!(store.load(&kept.id).await.unwrap().is_some());
        stage.wait(1);
        assert!(store.load(&kept.id).await.unwrap().is_none());
        stage.wait(1);
        stage.portal.mind().await.unwrap();
        assert_eq!(stage.number("SELECT COUNT(*) FROM sessions").await, 0);
        let mut other = record(stage.portal.now().0, &[]);
        store.create(&mut other).await.unwrap();
        store.delete(&other.id).await.unwrap();
        assert!(store.load(&other.id).await.unwrap().is_none());
    });
}

#[test]
fn a_token_of_another_purpose_or_deployment_opens_no_invitation() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        let form = InvitationForm { profiles: vec!["funding.user".into()], message: String::new() };
        let sent = alice.manages().await.invite(bruno.contact, &form).await.unwrap().invitation;
        let link = stage.link_to(&bruno.email).await;
        let (secrets, id) = (&stage.platform.secrets, sent.0);
        let other = platform::Secrets::new([8; 32]);
        let guesses = [
            secrets.token("session", id.as_bytes()),
            secrets.token("invitation", id.simple().to_string().as_bytes()),
            other.token("invitation", id.as_bytes()),
            id.to_string(),
            in_hex(&platform::secrets::hash(&link)),
            in_address(&platform::secrets::hash(&link)),
            link.to_lowercase(),
            format!("{link} "),
            link[..42].to_owned(),
        ];
        for guess in guesses {
            assert_eq!(
                refusal(stage.portal.visitor().invitation(&guess).await),
                Problem::InvitationUnknown,
                "{guess}"
            );
        }
    });
}
