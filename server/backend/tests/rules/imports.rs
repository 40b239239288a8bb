//! Contacts in bulk: exported (G6), imported (G6, I12), and the lines ticked (C13).

use crate::stage::{Person, Stage, on_both};
use backend::{Export, ExportWish};
use domain::contacts::ContactSearch;
use domain::permissions::ManageContacts;
use domain::{ContactId, Language, Problem};

async fn whole(mut export: Export) -> String {
    let mut text = String::new();
    while let Some(piece) = export.next().await.unwrap() {
        text.push_str(&piece);
    }
    text
}

async fn exported(who: &Person, wish: ExportWish) -> String {
    whole(who.manages().await.export(wish).unwrap()).await
}

/// The names in a file, in its order.
fn last_names(text: &str) -> Vec<&str> {
    text.lines().skip(1).map(|line| line.split([',', ';']).next().unwrap()).collect()
}

#[test]
fn g6_the_list_is_exported_as_filtered_in_the_language_of_the_reader() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        stage.person(&org, "Zoé Aubin", &["funding.user", "funding.reader"]).await;
        let gone = stage.contact(&org, "Paul Parti").await;
        stage
            .run("UPDATE contacts SET active = $2 WHERE id = $1", [gone.contact.0.into(), false.into()])
            .await;
        let other = stage.organization("Elsewhere").await;
        stage.contact(&other, "Not Ours").await;

        let text = exported(&alice, ExportWish::default()).await;
        assert!(text.starts_with("\u{feff}Last name,First name,One name only,E-mail,"), "{text}");
        assert_eq!(
            last_names(&text),
            ["Aucoin", "Aubin"],
            "the primary contact first, the inactive left out"
        );
        assert!(text.contains("Funding agreement – User | Funding agreement – Read only"), "{text}");

        let everybody = ContactSearch { active_only: false, words: "pa".into(), ..ContactSearch::default() };
        let wish = ExportWish { search: everybody, language: Language::Fr, ..ExportWish::default() };
        let text = exported(&alice, wish).await;
        assert!(text.starts_with("\u{feff}Nom de famille;Prénom;"), "{text}");
        assert_eq!(last_names(&text), ["Parti"]);

        let only = vec![gone.contact, alice.contact, ContactId(org.id.0)];
        let text = exported(&alice, ExportWish { only, ..ExportWish::default() }).await;
        assert_eq!(last_names(&text), ["Aucoin", "Parti"], "those ticked, active or not");
    });
}

#[test]
fn g6_every_contact_of_a_long_list_is_exported_once() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        many(stage, &org.id.0, 1203).await;
        let text = exported(&alice, ExportWish::default()).await;
        let mut names: Vec<&str> = text.lines().skip(2).collect();
        assert_eq!(names.len(), 1203);
        names.dedup();
        assert_eq!(names.len(), 1203);
    });
}

/// So many contacts, some of one name.
async fn many(stage: &Stage, organization: &uuid::Uuid, count: usize) {
    for from in (0..count).step_by(200) {
        let rows = (from..count.min(from + 200)).map(|n| {
            let (id, key) = (uuid::Uuid::from_u128(0x77 << 64 | n as u128), n / 3);
            let id = if stage.platform.store.is_sqlite() {
                format!("x'{}'", id.simple())
            } else {
                format!("'{id}'")
            };
            let org = if stage.platform.store.is_sqlite() {
                format!("x'{}'", organization.simple())
            } else {
                format!("'{organization}'")
            };
            format!(
                "({id}, {org}, 'N{n}', 'X', 'n{n}@example.org', 'n{n}@example.org', TRUE, FALSE, '', 'n{key:04}', 1, 0, 0)"
            )
        });
        let rows: Vec<String> = rows.collect();
        let sql = format!(
            "INSERT INTO contacts (id, organization_id, last_name, first_name, email, email_key, active, is_primary, \
             search, sort_key, version, created_at, updated_at) VALUES {}",
            rows.join(", ")
        );
        stage.run(&sql, []).await;
    }
}

#[test]
fn g6_who_only_looks_exports_nothing() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let reader = stage.person(&org, "Rita Roy", &["funding.reader"]).await;
        let refused = reader.asks::<ManageContacts>(org.id).await.unwrap_err();
        assert!(matches!(refused, backend::Refusal::Refused(Problem::Forbidden)));
    });
}
