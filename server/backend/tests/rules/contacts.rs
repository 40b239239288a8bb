//! The contact list (rules L) and the life of a contact (rules C).

use crate::stage::{DAY, MINUTE, Person, Stage, fault, on_both, plain, races, refusal, typed};
use backend::{ContactSave, Saved, sessions};
use domain::contacts::{
    AccessFilter, ContactForm, ContactPage, ContactSearch, InvitationStep, MailState, PhoneForm,
};
use domain::grants::GrantsForm;
use domain::invitations::InvitationForm;
use domain::permissions::{ManageContacts, SeeContacts, SeeOrganization};
use domain::{ContactId, Field, InvitationId, OrganizationId, Problem};
use std::collections::HashMap;
use time::OffsetDateTime;
use tower_sessions::SessionStore as _;
use tower_sessions::session::{Id, Record};
use uuid::Uuid;

fn everybody() -> ContactSearch {
    ContactSearch { active_only: false, ..ContactSearch::default() }
}

fn words(words: &str) -> ContactSearch {
    ContactSearch { words: words.to_owned(), ..ContactSearch::default() }
}

fn names(page: &ContactPage) -> Vec<String> {
    page.lines.iter().map(domain::contacts::ContactLine::listed_name).collect()
}

async fn found(who: &Person, search: &ContactSearch) -> Vec<String> {
    names(&who.sees().await.list(search).await.unwrap())
}

fn asking(profiles: &[&str]) -> InvitationForm {
    InvitationForm {
        profiles: profiles.iter().map(|key| (*key).to_owned()).collect(),
        message: String::new(),
    }
}

/// The page of a contact as it was drawn, about to be saved.
async fn page_of(who: &Person, contact: ContactId) -> ContactSave {
    let card = who.sees().await.card(contact).await.unwrap();
    ContactSave {
        form: (&card.facts).into(),
        version: card.version,
        active: card.line.active,
        grants: GrantsForm::default(),
    }
}

async fn deactivate(who: &Person, contact: ContactId) -> Result<Saved, backend::Refusal> {
    let page = page_of(who, contact).await;
    who.manages().await.save(contact, &ContactSave { active: false, ..page }).await
}

async fn reactivate(who: &Person, contact: ContactId, ticked: &[&str]) -> Result<Saved, backend::Refusal> {
    let page = page_of(who, contact).await;
    let ticked = ticked.iter().map(|key| (*key).to_owned()).collect();
    let grants = GrantsForm { ticked, ..GrantsForm::default() };
    who.manages().await.save(contact, &ContactSave { active: true, grants, ..page }).await
}

/// A session of that person, open in some browser.
pub async fn session_of(stage: &Stage, person: &Person) -> Record {
    let account = serde_json::json!(person.account().0.to_string());
    let data = HashMap::from([(sessions::ACCOUNT.to_owned(), account)]);
    let end = stage.portal.now().0 / 1000 + DAY;
    let expiry_date = OffsetDateTime::from_unix_timestamp(end).unwrap();
    let mut record = Record { id: Id::default(), data, expiry_date };
    stage.portal.sessions().create(&mut record).await.unwrap();
    record
}

pub async fn is_open(stage: &Stage, session: &Record) -> bool {
    stage.portal.sessions().load(&session.id).await.unwrap().is_some()
}

#[test]
fn l2_ten_on_a_page_and_l9_a_page_past_the_end_is_the_last() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        for n in 1..=21 {
            stage.contact(&org, &format!("Sam Surette{n:02}")).await;
        }
        let page = |page| ContactSearch { page, ..ContactSearch::default() };
        let sees = alice.sees().await;
        let first = sees.list(&page(1)).await.unwrap();
        assert_eq!((first.lines.len(), first.found, first.page, first.pages), (10, 22, 1, 3));
        assert_eq!(names(&first)[..2], ["Aucoin, Alice", "Surette01, Sam"]);
        let third = sees.list(&page(3)).await.unwrap();
        assert_eq!(names(&third), ["Surette20, Sam", "Surette21, Sam"]);
        assert_eq!(sees.list(&page(99)).await.unwrap(), third);
        assert_eq!(sees.list(&page(u64::MAX)).await.unwrap(), third);
        assert_eq!(sees.list(&page(0)).await.unwrap(), first);
        let nobody = sees.list(&words("nobody")).await.unwrap();
        assert_eq!((nobody.found, nobody.page, nobody.pages), (0, 1, 1));
    });
}

#[test]
fn l3_the_primary_first_then_by_last_name_as_french_sorts() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let zoe = stage.person(&org, "Zoé Zwicker", &["funding.administrator"]).await;
        stage
            .run("UPDATE contacts SET is_primary = $2 WHERE id = $1", [zoe.contact.0.into(), true.into()])
            .await;
        for name in [
            "Anne Étienne",
            "Bob Eaton",
            "Luc Ezra",
            "Marie Côté",
            "Adèle Côté",
            "Jean Cote",
            "Ana Øster",
            "Ng",
        ] {
            stage.contact(&org, name).await;
        }
        let expected = [
            "Zwicker, Zoé",
            "Côté, Adèle",
            "Cote, Jean",
            "Côté, Marie",
            "Eaton, Bob",
            "Étienne, Anne",
            "Ezra, Luc",
            "Ng",
            "Øster, Ana",
        ];
        assert_eq!(found(&zoe, &everybody()).await, expected);
    });
}

#[test]
fn l3_active_and_inactive_are_interleaved_and_l5_active_only_is_the_default() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        for name in ["Bruno Boudreau", "Carla Comeau", "Denis Doucet"] {
            stage.contact(&org, name).await;
        }
        let carla = found(&alice, &words("comeau")).await;
        assert_eq!(carla, ["Comeau, Carla"]);
        let id = alice.sees().await.list(&words("comeau")).await.unwrap().lines[0].id;
        deactivate(&alice, id).await.unwrap();
        assert_eq!(
            found(&alice, &ContactSearch::default()).await,
            ["Aucoin, Alice", "Boudreau, Bruno", "Doucet, Denis"]
        );
        let all = alice.sees().await.list(&everybody()).await.unwrap();
        assert_eq!(names(&all), ["Aucoin, Alice", "Boudreau, Bruno", "Comeau, Carla", "Doucet, Denis"]);
        let active: Vec<bool> = all.lines.iter().map(|line| line.active).collect();
        assert_eq!(active, [true, true, false, true]);
    });
}

#[test]
fn l4_every_word_is_found_somewhere_whatever_its_accents_case_and_length() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        for name in ["Marie Côté", "Lœuvre Ng", "Li", "Ô", "Siobhán O’Brien"] {
            stage.contact(&org, name).await;
        }
        for (typed, who) in [
            ("cote", "Côté, Marie"),
            ("CÔTÉ marie", "Côté, Marie"),
            ("arie ôt", "Côté, Marie"),
            ("marie.cote@", "Côté, Marie"),
            ("loeuv", "Ng, Lœuvre"),
            ("ng", "Ng, Lœuvre"),
            ("o'b", "O’Brien, Siobhán"),
        ] {
            assert_eq!(found(&alice, &words(typed)).await, [who], "{typed}");
        }
        assert!(found(&alice, &words("li")).await.contains(&"Li".to_owned()));
        assert!(found(&alice, &words("Ô")).await.contains(&"Ô".to_owned()));
        assert_eq!(found(&alice, &words("marie ng")).await, [""; 0]);
        // A word is within one line: the end of a name and the beginning of an address make no word.
        assert_eq!(found(&alice, &words("cotemarie")).await, [""; 0]);
    });
}

#[test]
fn l4_any_character_is_literal() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        for name in [
            "Percy 50%Off",
            "Una Under_Score",
            "Bo Back\\slash",
            "Nell O'Neil",
            "Quin \"Quote\"",
            "Star A*b?c",
        ] {
            stage.contact(&org, name).await;
        }
        for (typed, who) in [
            ("%", "50%Off, Percy"),
            ("0%o", "50%Off, Percy"),
            ("r_s", "Under_Score, Una"),
            ("\\", "Back\\slash, Bo"),
            ("'", "O'Neil, Nell"),
            ("\"quote\"", "\"Quote\", Quin"),
            ("*b?", "A*b?c, Star"),
        ] {
            assert_eq!(found(&alice, &words(typed)).await, [who], "{typed}");
        }
        for nothing in
            ["%%", "_____", "''", "; DROP TABLE contacts --", "\0", "a\0", "🦀", &"word ".repeat(5000)]
        {
            assert_eq!(found(&alice, &words(nothing)).await, [""; 0], "{nothing:.20}");
        }
        let many: String = (0..5000).map(|n| format!("word{n} ")).collect();
        assert_eq!(found(&alice, &words(&many)).await, [""; 0]);
        let odd = ContactSearch { profile: "\0".to_owned(), ..ContactSearch::default() };
        assert_eq!(found(&alice, &odd).await, [""; 0]);
    });
}

#[test]
fn l7_two_different_addresses_are_shown_and_l4_both_are_searched() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        alice.manages().await.invite(bruno.contact, &asking(&["funding.user"])).await.unwrap();
        let link = stage.link_to(&bruno.email).await;
        let account = stage.account("B B at home").await;
        stage.signed_in(account).await.accept(&link).await.unwrap();
        stage.letter_to(&alice.email).await;

        let line = |page: ContactPage| page.lines.into_iter().next().unwrap();
        let shown = line(alice.sees().await.list(&words("b.b.at.home@")).await.unwrap());
        assert_eq!(shown.id, bruno.contact);
        assert_eq!(shown.account_email.as_deref(), Some("b.b.at.home@example.org"));
        assert_eq!(found(&alice, &words("bruno.boudreau@ at.home")).await, ["Boudreau, Bruno"]);

        // After an edit both are still found.
        let page = page_of(&alice, bruno.contact).await;
        let form = ContactForm { title: "Trésorier".to_owned(), ..page.form.clone() };
        alice.manages().await.save(bruno.contact, &ContactSave { form, ..page }).await.unwrap();
        assert_eq!(found(&alice, &words("at.home")).await, ["Boudreau, Bruno"]);

        // The same address in other letters is one address; one that nobody verified is not shown, nor found.
        let change = "UPDATE accounts SET email = $2, email_verified = $3 WHERE id = $1";
        stage.run(change, [account.0.into(), "Bruno.Boudreau@Example.ORG".into(), true.into()]).await;
        assert_eq!(line(alice.sees().await.list(&words("bruno")).await.unwrap()).account_email, None);
        stage.run(change, [account.0.into(), "claimed@example.org".into(), false.into()]).await;
        let page = page_of(&alice, bruno.contact).await;
        let form = ContactForm { title: String::new(), ..page.form.clone() };
        alice.manages().await.save(bruno.contact, &ContactSave { form, ..page }).await.unwrap();
        assert_eq!(line(alice.sees().await.list(&words("bruno")).await.unwrap()).account_email, None);
        assert_eq!(found(&alice, &words("claimed")).await, [""; 0]);
    });
}

#[test]
fn l4_by_profile_and_by_access_each_person_once() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        stage.person(&org, "Bruno Boudreau", &["funding.user", "funding.reader"]).await;
        stage.person(&org, "Denis Doucet", &["funding.user"]).await;
        stage.person(&org, "Eva Eaton", &[]).await;
        stage.contact(&org, "Fay Forest").await;
        let of = |profile: &str| ContactSearch { profile: profile.to_owned(), ..ContactSearch::default() };
        let access = |access| ContactSearch { access, ..ContactSearch::default() };
        assert_eq!(found(&alice, &of("funding.user")).await, ["Boudreau, Bruno", "Doucet, Denis"]);
        assert_eq!(found(&alice, &of("funding.reader")).await, ["Boudreau, Bruno"]);
        assert_eq!(found(&alice, &of("no.such")).await, [""; 0]);
        assert_eq!(
            found(&alice, &access(AccessFilter::With)).await,
            ["Aucoin, Alice", "Boudreau, Bruno", "Doucet, Denis"]
        );
        assert_eq!(found(&alice, &access(AccessFilter::Without)).await, ["Eaton, Eva", "Forest, Fay"]);
        let both =
            ContactSearch { words: "doucet".to_owned(), access: AccessFilter::With, ..of("funding.user") };
        assert_eq!(found(&alice, &both).await, ["Doucet, Denis"]);
        // Nobody of another organization is ever among them.
        let other = stage.organization("Dune House").await;
        stage.person(&other, "Gus Gallant", &["funding.user"]).await;
        assert_eq!(found(&alice, &words("gallant")).await, [""; 0]);
        assert_eq!(found(&alice, &of("funding.user")).await.len(), 2);
    });
}

#[test]
fn l6_profiles_or_none_and_l10_last_sign_in_for_administrators_alone() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let reader = stage.person(&org, "Rosa Roy", &["funding.user", "funding.reader"]).await;
        stage.contact(&org, "Fay Forest").await;
        let lines = alice.sees().await.list(&ContactSearch::default()).await.unwrap().lines;
        let told: Vec<_> = lines
            .iter()
            .map(|line| {
                let profiles: Vec<&str> = line.profiles.iter().map(|name| name.en.as_str()).collect();
                (line.primary, line.administrator, line.access, profiles.join(", "))
            })
            .collect();
        let expected = [
            (true, true, true, "Funding agreement – Administrator".to_owned()),
            (false, false, false, String::new()),
            (false, false, true, "Funding agreement – User, Funding agreement – Read only".to_owned()),
        ];
        assert_eq!(told, expected);
        assert!(lines[0].last_sign_in.is_some() && lines[1].last_sign_in.is_none());
        let seen = reader.sees().await.list(&ContactSearch::default()).await.unwrap().lines;
        assert!(seen.iter().all(|line| line.last_sign_in.is_none()));
        // C1: who reads does not manage.
        assert_eq!(refusal(reader.asks::<ManageContacts>(org.id).await), Problem::Forbidden);
    });
}

#[test]
fn l8_the_step_of_the_invitation() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        let step = async || alice.sees().await.card(bruno.contact).await.unwrap().line.step;
        assert_eq!(step().await, InvitationStep::Invite);

        let sent = alice.manages().await.invite(bruno.contact, &asking(&["funding.user"])).await.unwrap();
        let InvitationStep::Invited { invitation, until, mail } = step().await else { panic!("not invited") };
        assert_eq!(
            (invitation, until.machine.as_str(), mail),
            (sent.invitation, "2026-12-22", MailState::Queued)
        );
        let link = stage.link_to(&bruno.email).await;
        assert!(matches!(step().await, InvitationStep::Invited { mail: MailState::Sent, .. }));

        stage.portal.visitor().decline(&link).await.unwrap();
        stage.letter_to(&alice.email).await;
        assert!(matches!(step().await, InvitationStep::Declined { .. }));

        stage.wait(MINUTE);
        alice.manages().await.invite(bruno.contact, &asking(&["funding.user"])).await.unwrap();
        stage.letter_to(&bruno.email).await;
        stage.wait(31 * DAY);
        assert!(matches!(step().await, InvitationStep::Expired { at, .. } if at.machine == "2026-12-22"));

        alice.manages().await.invite(bruno.contact, &asking(&["funding.user"])).await.unwrap();
        let link = stage.link_to(&bruno.email).await;
        stage.signed_in(stage.account("Bruno Boudreau").await).await.accept(&link).await.unwrap();
        stage.letter_to(&alice.email).await;
        assert_eq!(step().await, InvitationStep::Nothing);
    });
}

#[test]
fn c2_alice_adds_bruno_without_access() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let faults = match alice.manages().await.add(&ContactForm::default()).await {
            Err(backend::Refusal::Invalid(faults)) => faults,
            other => panic!("{other:?}"),
        };
        let fields: Vec<Field> = faults.0.iter().map(|at| at.field).collect();
        assert_eq!(fields, [Field::LastName, Field::FirstName, Field::Email]);

        let phone =
            PhoneForm { kind: "mobile".into(), number: "902 555-0134".into(), extension: String::new() };
        let form = ContactForm {
            title: "Trésorier".into(),
            language: "fr".into(),
            phones: vec![phone.clone(), PhoneForm { kind: "fax".into(), ..phone }],
            ..typed("Bruno Boudreau")
        };
        let id = alice.manages().await.add(&form).await.unwrap();
        let card = alice.sees().await.card(id).await.unwrap();
        assert_eq!(ContactForm::from(&card.facts).title, "Trésorier");
        assert_eq!((card.facts.phones.len(), card.line.phones.len(), card.version), (2, 2, 1));
        assert_eq!(
            (card.line.active, card.line.access, card.line.step),
            (true, false, InvitationStep::Invite)
        );
        assert_eq!(card.held, []);
        // One name is a name, in any script.
        let alone = ContactForm { email: "ng@example.org".into(), ..typed("吴") };
        alice.manages().await.add(&alone).await.unwrap();
        assert_eq!(found(&alice, &words("吴")).await, ["吴"]);
    });
}

#[test]
fn c1_administrators_and_support_change_contacts_everybody_else_with_access_looks() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let operator = stage.operator().await;
        let catalogue = crate::stage::default_catalogue();
        for module in catalogue.modules.iter().filter(|module| !module.for_everyone && !module.operator) {
            stage.offer(&org, &module.key).await;
        }
        for profile in catalogue.profiles() {
            let (module, _) = catalogue.find(&profile.key).unwrap();
            let house = if module.operator { &operator } else { &org };
            let name = format!("Holder {}", profile.key.replace('.', " "));
            let holder = stage.person(house, &name, &[&profile.key]).await;
            holder.asks::<SeeContacts>(org.id).await.unwrap().list(&ContactSearch::default()).await.unwrap();
            let manages = holder.asks::<ManageContacts>(org.id).await;
            let administers = profile.administrator || profile.key == "support.agent";
            assert_eq!(manages.is_ok(), administers, "{}", profile.key);
        }
        let stranger = stage
            .person(&stage.organization("Dune House").await, "Emma Elsewhere", &["funding.administrator"])
            .await;
        assert_eq!(refusal(stranger.asks::<SeeContacts>(org.id).await), Problem::NotFound);
    });
}

#[test]
fn c3_office_position_and_fte_where_clients_are_tracked() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        stage
            .run("UPDATE organizations SET tracks_clients = $2 WHERE id = $1", [org.id.0.into(), true.into()])
            .await;
        let without = alice.manages().await.add(&typed("Bruno Boudreau")).await;
        assert_eq!(fault(without, Field::FullTimeEquivalent), Problem::Missing);
        let form = ContactForm {
            office_location: "Halifax".into(),
            position_type: "Counsellor".into(),
            full_time_equivalent: "0,5".into(),
            ..typed("Bruno Boudreau")
        };
        let id = alice.manages().await.add(&form).await.unwrap();
        assert_eq!(alice.sees().await.card(id).await.unwrap().facts.full_time_equivalent, Some(50));
    });
}

#[test]
fn c6_the_second_of_two_saves_is_refused_and_changes_nothing() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let (alice, carla) = (stage.alice(&org).await, stage.carla(&org).await);
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        let drawn = page_of(&alice, bruno.contact).await;
        let titled = |title: &str| ContactSave {
            form: ContactForm { title: title.to_owned(), ..drawn.form.clone() },
            ..drawn.clone()
        };
        let saved = alice.manages().await.save(bruno.contact, &titled("Treasurer")).await.unwrap();
        assert_eq!(
            (saved.name.as_str(), saved.changed.as_slice()),
            ("Bruno Boudreau", [Field::Title].as_slice())
        );

        let before = stage.dump().await;
        let second = carla.manages().await.save(bruno.contact, &titled("Secretary")).await;
        assert_eq!(refusal(second), Problem::ChangedMeanwhile);
        let leaving = ContactSave { active: false, ..drawn.clone() };
        assert_eq!(
            refusal(carla.manages().await.save(bruno.contact, &leaving).await),
            Problem::ChangedMeanwhile
        );
        stage.unchanged_since(&before).await;

        // A save that changes nothing writes nothing.
        let page = page_of(&carla, bruno.contact).await;
        let saved = carla.manages().await.save(bruno.contact, &page).await.unwrap();
        assert_eq!(saved, Saved { name: "Bruno Boudreau".to_owned(), ..Saved::default() });
        stage.unchanged_since(&before).await;
    });
}

#[test]
fn c6_a_hundred_saves_of_one_page_at_once_keep_one() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        let (page, permit) = (page_of(&alice, bruno.contact).await, alice.manages().await);
        let saves = (0..100).map(|n| {
            let form = ContactForm { title: format!("Title {n}"), ..page.form.clone() };
            let (save, permit) = (ContactSave { form, ..page.clone() }, permit.clone());
            tokio::spawn(async move { permit.save(bruno.contact, &save).await })
        });
        let mut kept = 0;
        for save in saves.collect::<Vec<_>>() {
            match save.await.unwrap() {
                Ok(_) => kept += 1,
                refused => assert_eq!(refusal(refused), Problem::ChangedMeanwhile),
            }
        }
        assert_eq!(kept, 1);
        assert_eq!(alice.sees().await.card(bruno.contact).await.unwrap().version, 2);
    });
}

#[test]
fn c6_two_people_save_the_same_page_at_once_and_exactly_one_wins() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let (alice, carla) = (stage.alice(&org).await, stage.carla(&org).await);
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        for n in 0..races(50) {
            let page = page_of(&alice, bruno.contact).await;
            let saving = [(&alice, "Alice"), (&carla, "Carla")].map(|(who, by)| {
                let form = ContactForm { title: format!("By {by} {n}"), ..page.form.clone() };
                (who.clone(), ContactSave { form, ..page.clone() })
            });
            let saves = saving.map(|(who, save)| {
                tokio::spawn(async move { who.manages().await.save(bruno.contact, &save).await })
            });
            let [by_alice, by_carla] = saves;
            let (by_alice, by_carla) = (by_alice.await.unwrap(), by_carla.await.unwrap());
            let title = page_of(&alice, bruno.contact).await.form.title;
            let lost = if by_alice.is_ok() {
                assert_eq!(title, format!("By Alice {n}"));
                by_carla
            } else {
                assert_eq!(title, format!("By Carla {n}"));
                assert!(by_carla.is_ok(), "{by_carla:?}");
                by_alice
            };
            assert_eq!(refusal(lost), Problem::ChangedMeanwhile);
        }
        let versions = stage.number("SELECT version FROM contacts WHERE last_name = 'Boudreau'").await;
        assert_eq!(versions, i64::from(races(50)) + 1);
    });
}

#[test]
fn c7_profiles_stop_on_the_next_request_and_sessions_end() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user", "funding.reader"]).await;
        let (session, of_alice) = (session_of(stage, &bruno).await, session_of(stage, &alice).await);
        assert!(is_open(stage, &session).await);
        let told = alice.sees().await.card(bruno.contact).await.unwrap().consequences;
        assert_eq!((told.profiles, told.sessions, told.last_administrator), (2, 1, false));

        assert!(deactivate(&alice, bruno.contact).await.unwrap().deactivated);
        assert_eq!(refusal(bruno.asks::<SeeOrganization>(org.id).await), Problem::NotFound);
        assert_eq!(bruno.signs_in().await.unwrap().organizations().await.unwrap(), []);
        assert!(!is_open(stage, &session).await);
        assert!(is_open(stage, &of_alice).await);
        // A request that was under way when it happened does not bring the session back.
        stage.portal.sessions().save(&session).await.unwrap();
        assert!(!is_open(stage, &session).await);
        let told = stage.letter_to("bruno.boudreau@example.org").await;
        assert!(told.subject.contains("no longer an active contact"), "{}", told.subject);
    });
}

#[test]
fn c7_a_permit_obtained_before_does_nothing_after() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let (alice, carla) = (stage.alice(&org).await, stage.carla(&org).await);
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        let held = carla.manages().await;
        stage
            .run("UPDATE grants SET profile = 'funding.user' WHERE contact_id = $1", [carla.contact.0.into()])
            .await;
        let before = stage.dump().await;
        assert_eq!(refusal(held.add(&typed("Denis Doucet")).await), Problem::Forbidden);
        assert_eq!(refusal(held.invite(bruno.contact, &asking(&["funding.user"])).await), Problem::Forbidden);
        stage.unchanged_since(&before).await;
        deactivate(&alice, carla.contact).await.unwrap();
        assert_eq!(refusal(held.add(&typed("Denis Doucet")).await), Problem::NotFound);
        stage.read_all().await;
    });
}

#[test]
fn c7_who_belongs_elsewhere_stays_signed_in() {
    on_both(async |stage| {
        let (org, other) = (stage.organization("Tide House").await, stage.organization("Dune House").await);
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
        stage.also(&bruno, &other, "Bruno Boudreau", &["funding.reader"]).await;
        let session = session_of(stage, &bruno).await;
        assert_eq!(alice.sees().await.card(bruno.contact).await.unwrap().consequences.sessions, 0);
        deactivate(&alice, bruno.contact).await.unwrap();
        assert!(is_open(stage, &session).await);
        let left: Vec<_> = bruno.signs_in().await.unwrap().organizations().await.unwrap();
        assert_eq!(left.iter().map(|choice| choice.id).collect::<Vec<_>>(), [other.id]);
        bruno.asks::<SeeContacts>(other.id).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn c7_invitations_to_the_person_are_withdrawn_and_the_inviter_is_told() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let (alice, carla) = (stage.alice(&org).await, stage.carla(&org).await);
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        carla.manages().await.invite(bruno.contact, &asking(&["funding.user"])).await.unwrap();
        let link = stage.link_to(&bruno.email).await;
        assert_eq!(alice.sees().await.card(bruno.contact).await.unwrap().consequences.invitations_to, 1);
        deactivate(&alice, bruno.contact).await.unwrap();
        assert_eq!(refusal(stage.portal.visitor().invitation(&link).await), Problem::InvitationWithdrawn);
        assert!(plain(&stage.letter_to(&carla.email).await.subject).contains("Bruno Boudreau"));
        let mut events: Vec<String> = stage.activity().await.into_iter().map(|line| line.event).collect();
        events.sort();
        assert_eq!(events, ["contact.deactivated", "invitation.issued", "invitation.withdrawn"]);
    });
}

#[test]
fn c7_invitations_by_the_person_pass_to_who_may_grant_them() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        // Carla invites; Edna may not grant what she proposed, Alice may.
        let carla = stage.carla(&org).await;
        stage.person(&org, "Edna Aalto", &["learners.administrator"]).await;
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        let form = InvitationForm { message: "Come and help Carla!".into(), ..asking(&["funding.user"]) };
        carla.manages().await.invite(bruno.contact, &form).await.unwrap();
        let link = stage.link_to(&bruno.email).await;
        assert_eq!(alice.sees().await.card(carla.contact).await.unwrap().consequences.invitations_by, 1);
        stage.wait(MINUTE);
        deactivate(&alice, carla.contact).await.unwrap();
        let told = stage.letter_to(&alice.email).await;
        assert!(plain(&told.subject).contains("Bruno Boudreau"), "{told:?}");
        let card = stage.portal.visitor().invitation(&link).await.unwrap();
        assert_eq!((card.inviter.as_str(), card.ask.as_str()), ("Alice Aucoin", alice.email.as_str()));
        // Carla's words are not put in Alice's mouth.
        assert_eq!(card.message, None);
        stage.signed_in(stage.account("Bruno Boudreau").await).await.accept(&link).await.unwrap();
        assert!(plain(&stage.letter_to(&alice.email).await.subject).contains("Bruno Boudreau"));
        stage.read_all().await;
    });
}

#[test]
fn c7_invitations_that_nobody_left_may_grant_are_withdrawn_and_the_invited_told() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        stage.offer(&org, "colleges").await;
        let alice = stage.alice(&org).await;
        let carla = stage.person(&org, "Carla Comeau", &["colleges.administrator"]).await;
        // A colleague whose account is disabled inherits nothing.
        let dora = stage.person(&org, "Dora Dugas", &["colleges.administrator"]).await;
        stage.run("UPDATE accounts SET disabled_at = 1 WHERE id = $1", [dora.account().0.into()]).await;
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        carla.manages().await.invite(bruno.contact, &asking(&["colleges.programs"])).await.unwrap();
        let link = stage.link_to(&bruno.email).await;
        // One that expired long ago is nobody's news.
        let fay = stage.contact(&org, "Fay Forest").await;
        carla.manages().await.invite(fay.contact, &asking(&["colleges.programs"])).await.unwrap();
        stage.letter_to(&fay.email).await;
        stage
            .run("UPDATE invitations SET expires_at = 5 WHERE contact_id = $1", [fay.contact.0.into()])
            .await;
        deactivate(&alice, carla.contact).await.unwrap();
        assert_eq!(refusal(stage.portal.visitor().invitation(&link).await), Problem::InvitationWithdrawn);
        stage.letter_to(&bruno.email).await;
        stage.read_all().await;
    });
}

#[test]
fn c7_what_a_leaving_agent_of_support_sent_passes_to_a_colleague() {
    on_both(async |stage| {
        let (operator, org) = (stage.operator().await, stage.organization("Tide House").await);
        let gisele = stage.person(&operator, "Gisèle Arsenault", &["support.supervisor"]).await;
        let hugo = stage.person(&operator, "Hugo Hébert", &["support.agent"]).await;
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        let manages = hugo.asks::<ManageContacts>(org.id).await.unwrap();
        manages.invite(bruno.contact, &asking(&["funding.administrator"])).await.unwrap();
        let link = stage.link_to(&bruno.email).await;
        deactivate(&gisele, hugo.contact).await.unwrap();
        assert!(plain(&stage.letter_to(&gisele.email).await.subject).contains("Bruno Boudreau"));
        let handed =
            stage.activity().await.into_iter().find(|line| line.event == "invitation.handed_over").unwrap();
        assert_eq!((handed.contact, handed.kind.as_str()), (Some(bruno.contact.0), "contact"));
        stage.signed_in(stage.account("Bruno Boudreau").await).await.accept(&link).await.unwrap();
        stage.letter_to(&gisele.email).await;
        // The last one of Support who may grant it leaves no invitation behind.
        let edna = stage.contact(&org, "Edna Eaton").await;
        let manages = gisele.asks::<ManageContacts>(org.id).await.unwrap();
        manages.invite(edna.contact, &asking(&["funding.user"])).await.unwrap();
        let link = stage.link_to(&edna.email).await;
        let ivan = stage.person(&operator, "Ivan Isnor", &["funding.administrator"]).await;
        deactivate(&ivan, gisele.contact).await.unwrap();
        assert_eq!(refusal(stage.portal.visitor().invitation(&link).await), Problem::InvitationWithdrawn);
        stage.letter_to(&edna.email).await;
        stage.read_all().await;
    });
}

#[test]
fn c8_back_with_the_profiles_ticked_and_those_beyond_reach_wait() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        stage.offer(&org, "colleges").await;
        let alice = stage.alice(&org).await;
        let carla = stage.person(&org, "Carla Comeau", &["colleges.administrator"]).await;
        let held = ["funding.user", "funding.reader", "colleges.programs", "colleges.instructors"];
        let bruno = stage.person(&org, "Bruno Boudreau", &held).await;
        deactivate(&alice, bruno.contact).await.unwrap();

        // Carla may only speak for the college: she ticks one of its profiles, and the funding ones in vain.
        let saved =
            reactivate(&carla, bruno.contact, &["colleges.programs", "funding.user", "cases.manager"])
                .await
                .unwrap();
        assert!(saved.reactivated);
        let may = bruno.home().await.frame().actor.profiles;
        assert_eq!(may, ["colleges.programs"]);
        let card = alice.sees().await.card(bruno.contact).await.unwrap();
        let suspended: Vec<_> = card.held.iter().map(|held| (held.key.as_str(), held.suspended)).collect();
        let expected = [("colleges.programs", false), ("funding.reader", true), ("funding.user", true)];
        assert_eq!(suspended, expected);

        // Alice, entitled, decides about the rest later.
        stage.wait(MINUTE);
        reactivate(&alice, bruno.contact, &["funding.user"]).await.unwrap();
        assert_eq!(bruno.home().await.frame().actor.profiles, ["colleges.programs", "funding.user"]);
        let line = stage.activity().await.pop().unwrap();
        assert_eq!(line.event, "contact.profiles_changed");
        assert_eq!(line.details["before"]["profiles"], serde_json::json!(["colleges.programs"]));
        assert_eq!(
            line.details["after"]["profiles"],
            serde_json::json!(["colleges.programs", "funding.user"])
        );
        stage.read_all().await;
    });
}

#[test]
fn c8_nothing_ticked_nothing_comes_back_and_never_without_acceptance() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
        deactivate(&alice, bruno.contact).await.unwrap();
        reactivate(&alice, bruno.contact, &[]).await.unwrap();
        stage.letter_to(&bruno.email).await;
        assert_eq!(refusal(bruno.asks::<SeeOrganization>(org.id).await), Problem::NotFound);
        // Invited anew, the same account comes back; another one does not.
        alice.manages().await.invite(bruno.contact, &asking(&["funding.reader"])).await.unwrap();
        let link = stage.link_to(&bruno.email).await;
        let other = stage.signed_in(stage.account("Somebody Else").await).await;
        assert_eq!(refusal(other.accept(&link).await), Problem::LinkedToAnotherAccount);
        bruno.signs_in().await.unwrap().accept(&link).await.unwrap();
        stage.letter_to(&alice.email).await;
        assert_eq!(bruno.home().await.frame().actor.profiles, ["funding.reader"]);

        // Invited, deactivated before accepting, reactivated: no access, and the old link is dead.
        let denis = stage.contact(&org, "Denis Doucet").await;
        alice.manages().await.invite(denis.contact, &asking(&["funding.user"])).await.unwrap();
        let link = stage.link_to(&denis.email).await;
        deactivate(&alice, denis.contact).await.unwrap();
        stage.letter_to(&alice.email).await;
        reactivate(&alice, denis.contact, &["funding.user"]).await.unwrap();
        let line = alice.sees().await.card(denis.contact).await.unwrap().line;
        assert_eq!((line.active, line.access, line.step), (true, false, InvitationStep::Invite));
        let account = stage.signed_in(stage.account("Denis Doucet").await).await;
        assert_eq!(refusal(account.accept(&link).await), Problem::InvitationWithdrawn);
        stage.read_all().await;
    });
}

#[test]
fn c8_what_the_organization_may_no_longer_have_does_not_come_back() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        stage.offer(&org, "registration").await;
        let alice = stage.alice(&org).await;
        let carla = stage.person(&org, "Carla Comeau", &["registration.administrator"]).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user", "registration.user"]).await;
        deactivate(&alice, bruno.contact).await.unwrap();
        // Only to people who hold a funding profile, which is not Carla's to give.
        let alone = reactivate(&carla, bruno.contact, &["registration.user"]).await;
        assert!(matches!(fault(alone, Field::Profiles), Problem::NeedsProfileOf { .. }));
        reactivate(&alice, bruno.contact, &["funding.user"]).await.unwrap();
        stage.run("DELETE FROM organization_modules WHERE organization_id = $1", [org.id.0.into()]).await;
        let gone = reactivate(&carla, bruno.contact, &["registration.user"]).await;
        assert!(matches!(fault(gone, Field::Profiles), Problem::NotEligible { .. }));
        stage.offer(&org, "registration").await;
        reactivate(&carla, bruno.contact, &["registration.user"]).await.unwrap();
        assert_eq!(bruno.home().await.frame().actor.profiles, ["funding.user", "registration.user"]);
        stage.read_all().await;
    });
}

#[test]
fn c9_the_primary_contact_stays() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let (alice, carla) = (stage.alice(&org).await, stage.carla(&org).await);
        let before = stage.dump().await;
        assert_eq!(refusal(deactivate(&carla, alice.contact).await), Problem::PrimaryStays);
        stage.unchanged_since(&before).await;
    });
}

#[test]
fn c10_the_last_administrator_stays() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let rosa = stage.person(&org, "Rosa Roy", &["funding.reader"]).await;
        stage
            .run("UPDATE contacts SET is_primary = $2 WHERE id = $1", [rosa.contact.0.into(), true.into()])
            .await;
        let (carla, dora) =
            (stage.carla(&org).await, stage.person(&org, "Dora Dugas", &["funding.administrator"]).await);
        // One who is invited, one whose account is disabled, one inactive and one whose grant ended do not count.
        let edna = stage.contact(&org, "Edna Eaton").await;
        carla.manages().await.invite(edna.contact, &asking(&["funding.administrator"])).await.unwrap();
        stage.letter_to(&edna.email).await;
        let fay = stage.person(&org, "Fay Forest", &["funding.administrator"]).await;
        stage.run("UPDATE accounts SET disabled_at = 1 WHERE id = $1", [fay.account().0.into()]).await;
        let gus = stage.person(&org, "Gus Gallant", &["funding.administrator"]).await;
        stage.run("UPDATE grants SET ends_at = 1 WHERE contact_id = $1", [gus.contact.0.into()]).await;
        deactivate(&carla, dora.contact).await.unwrap();
        let told = carla.sees().await.card(carla.contact).await.unwrap().consequences;
        assert!(told.last_administrator);
        let before = stage.dump().await;
        assert_eq!(refusal(deactivate(&carla, carla.contact).await), Problem::LastAdministrator);
        stage.unchanged_since(&before).await;
        // Who is disabled is no administrator, and may be deactivated.
        assert!(!carla.sees().await.card(fay.contact).await.unwrap().consequences.last_administrator);
        deactivate(&carla, fay.contact).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn c10_two_administrators_deactivate_each_other_and_one_is_left() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let (carla, dora) =
            (stage.carla(&org).await, stage.person(&org, "Dora Dugas", &["funding.administrator"]).await);
        let again = |person: &Person| {
            let contact = person.contact.0;
            async move {
                stage
                    .run("UPDATE contacts SET active = $2 WHERE id = $1", [contact.into(), true.into()])
                    .await;
                stage.run("UPDATE grants SET state = 'active' WHERE contact_id = $1", [contact.into()]).await;
            }
        };
        for _ in 0..races(20) {
            let (one, two) = (carla.manages().await, dora.manages().await);
            let (page_one, page_two) =
                (page_of(&carla, dora.contact).await, page_of(&carla, carla.contact).await);
            let (dora_s, carla_s) = (dora.contact, carla.contact);
            let one =
                tokio::spawn(
                    async move { one.save(dora_s, &ContactSave { active: false, ..page_one }).await },
                );
            let two =
                tokio::spawn(
                    async move { two.save(carla_s, &ContactSave { active: false, ..page_two }).await },
                );
            let (one, two) = (one.await.unwrap(), two.await.unwrap());
            assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
            let lost = refusal(if one.is_ok() { two } else { one });
            assert_eq!(lost, Problem::NotFound);
            assert_eq!(stage.number("SELECT COUNT(*) FROM contacts WHERE active").await, 1);
            again(&carla).await;
            again(&dora).await;
        }
        stage.read_all().await;
    });
}

#[test]
fn c11_an_address_that_is_a_contact_s_already_offers_that_contact() {
    on_both(async |stage| {
        let (org, other) = (stage.organization("Tide House").await, stage.organization("Dune House").await);
        let alice = stage.alice(&org).await;
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        let offered = Problem::EmailOfContact { contact: bruno.contact, name: "Bruno Boudreau".to_owned() };
        let form = ContactForm { email: "BRUNO.Boudreau@example.org".into(), ..typed("Someone New") };
        assert_eq!(fault(alice.manages().await.add(&form).await, Field::Email), offered);
        let both = alice.manages().await.add_and_invite(&form, &asking(&["funding.user"])).await;
        assert_eq!(fault(both, Field::Email), offered);
        // An inactive one is offered too; the same address in another organization is another contact.
        deactivate(&alice, bruno.contact).await.unwrap();
        assert_eq!(fault(alice.manages().await.add(&form).await, Field::Email), offered);
        let page = page_of(&alice, alice.contact).await;
        let taken =
            ContactSave { form: ContactForm { email: bruno.email.clone(), ..page.form.clone() }, ..page };
        assert_eq!(fault(alice.manages().await.save(alice.contact, &taken).await, Field::Email), offered);
        let zoe = stage.person(&other, "Zoé Zwicker", &["funding.administrator"]).await;
        zoe.manages().await.add(&form).await.unwrap();
    });
}

#[test]
fn g4_what_is_another_organization_s_answers_like_what_is_not_there() {
    on_both(async |stage| {
        let (org, other) = (stage.organization("Tide House").await, stage.organization("Dune House").await);
        let alice = stage.alice(&org).await;
        let zoe = stage.person(&other, "Zoé Zwicker", &["funding.administrator"]).await;
        let bruno = stage.contact(&other, "Bruno Boudreau").await;
        let theirs =
            zoe.manages().await.invite(bruno.contact, &asking(&["funding.user"])).await.unwrap().invitation;
        stage.letter_to(&bruno.email).await;
        let before = stage.dump().await;
        let nowhere = Uuid::from_u128(5);

        let signed_in = alice.signs_in().await.unwrap();
        for id in [other.id, OrganizationId(nowhere)] {
            assert_eq!(refusal(signed_in.permit::<SeeOrganization>(id).await), Problem::NotFound);
            assert_eq!(refusal(signed_in.permit::<SeeContacts>(id).await), Problem::NotFound);
            assert_eq!(refusal(signed_in.permit::<ManageContacts>(id).await), Problem::NotFound);
        }
        let page = page_of(&alice, alice.contact).await;
        for id in [bruno.contact, ContactId(nowhere)] {
            assert_eq!(refusal(alice.sees().await.card(id).await), Problem::NotFound);
            assert_eq!(refusal(alice.manages().await.save(id, &page).await), Problem::NotFound);
            assert_eq!(
                refusal(alice.manages().await.invite(id, &asking(&["funding.user"])).await),
                Problem::NotFound
            );
        }
        for id in [theirs, InvitationId(nowhere)] {
            assert_eq!(refusal(alice.manages().await.invitation(id).await), Problem::NotFound);
            assert_eq!(refusal(alice.manages().await.withdraw(id).await), Problem::NotFound);
            assert_eq!(refusal(alice.manages().await.reissue(id, "x@example.org").await), Problem::NotFound);
        }
        stage.unchanged_since(&before).await;
    });
}

#[test]
fn g4_a_closed_organization_lets_nobody_of_its_own_in() {
    on_both(async |stage| {
        let (operator, org) = (stage.operator().await, stage.organization("Tide House").await);
        let alice = stage.alice(&org).await;
        let hugo = stage.person(&operator, "Hugo Hébert", &["support.agent"]).await;
        let held = alice.manages().await;
        stage.run("UPDATE organizations SET state = 'closed' WHERE id = $1", [org.id.0.into()]).await;
        assert_eq!(refusal(alice.asks::<SeeContacts>(org.id).await), Problem::NotFound);
        assert_eq!(refusal(held.add(&typed("Bruno Boudreau")).await), Problem::NotFound);
        assert_eq!(alice.signs_in().await.unwrap().organizations().await.unwrap(), []);
        hugo.asks::<SeeContacts>(org.id).await.unwrap();
    });
}

#[test]
fn g7_what_staff_hold_beside_support_s_profiles_stays_at_the_operator_s() {
    on_both(async |stage| {
        let (operator, org) = (stage.operator().await, stage.organization("Tide House").await);
        let alice = stage.alice(&org).await;
        // Olga reads everything everywhere, and administers the operator's own funding.
        let olga =
            stage.person(&operator, "Olga Ouellet", &["support.auditor", "funding.administrator"]).await;
        olga.asks::<ManageContacts>(operator.id).await.unwrap();
        olga.asks::<SeeContacts>(org.id).await.unwrap();
        assert_eq!(refusal(olga.asks::<ManageContacts>(org.id).await), Problem::Forbidden);
        // Ivan administers the operator's funding and is nobody elsewhere.
        let ivan = stage.person(&operator, "Ivan Isnor", &["funding.administrator"]).await;
        assert_eq!(refusal(ivan.asks::<SeeOrganization>(org.id).await), Problem::NotFound);
        let agent =
            stage.person(&operator, "Hugo Hébert", &["support.agent", "colleges.administrator"]).await;
        let actor = agent.asks::<ManageContacts>(org.id).await.unwrap().actor().clone();
        assert_eq!((actor.support, actor.profiles), (true, vec!["support.agent".to_owned()]));
        // And nobody of an organization is somebody at the operator's.
        assert_eq!(refusal(alice.asks::<SeeOrganization>(operator.id).await), Problem::NotFound);
    });
}

#[test]
fn a_disabled_account_is_nobody() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let held = alice.manages().await;
        stage.run("UPDATE accounts SET disabled_at = 1 WHERE id = $1", [alice.account().0.into()]).await;
        assert_eq!(refusal(alice.signs_in().await), Problem::SignInNeeded);
        assert_eq!(refusal(held.add(&typed("Bruno Boudreau")).await), Problem::NotFound);
    });
}

#[test]
fn g3_every_change_writes_one_line_that_says_who_what_before_and_after() {
    on_both(async |stage| {
        let (operator, org) = (stage.operator().await, stage.organization("Tide House").await);
        let alice = stage.alice(&org).await;
        let hugo = stage.person(&operator, "Hugo Hébert", &["support.agent"]).await;
        let manages = alice.manages().await;
        let mut seen = 0;
        let mut last = async |main: &str| {
            stage.wait(MINUTE);
            let mut lines = stage.activity().await;
            let new = lines.split_off(seen);
            seen += new.len();
            assert_eq!(new.iter().filter(|line| line.event == main).count(), 1, "{main}: {new:#?}");
            new.into_iter().find(|line| line.event == main).unwrap()
        };

        let id = manages.add(&typed("Bruno Boudreau")).await.unwrap();
        let line = last("contact.added").await;
        assert_eq!(
            (line.kind.as_str(), line.actor, line.contact),
            ("contact", Some(alice.contact.0), Some(id.0))
        );
        assert_eq!(line.details["after"]["last_name"], "Boudreau");

        let page = page_of(&alice, id).await;
        let form = ContactForm { title: "Treasurer".into(), ..page.form.clone() };
        manages.save(id, &ContactSave { form, ..page }).await.unwrap();
        let line = last("contact.changed").await;
        assert_eq!(
            (&line.details["before"]["title"], &line.details["after"]["title"]),
            (&serde_json::Value::Null, &"Treasurer".into())
        );
        assert_eq!(line.details["fields"], serde_json::json!(["title"]));

        let sent = manages.invite(id, &asking(&["funding.user"])).await.unwrap();
        assert_eq!(last("invitation.issued").await.details["profiles"], serde_json::json!(["funding.user"]));
        let again = manages.reissue(sent.invitation, "bruno@elsewhere.example").await.unwrap();
        let line = last("invitation.reissued").await;
        assert_eq!(line.details["before"]["email"], "bruno.boudreau@example.org");
        assert_eq!(line.details["after"]["email"], "bruno@elsewhere.example");
        manages.withdraw(again.invitation).await.unwrap();
        last("invitation.withdrawn").await;

        // Support appears as such.
        let support = hugo.asks::<ManageContacts>(org.id).await.unwrap();
        support.invite(id, &asking(&["funding.user"])).await.unwrap();
        let line = last("invitation.issued").await;
        assert_eq!((line.kind.as_str(), line.actor), ("support", Some(hugo.contact.0)));

        let link = stage.link_to("bruno@elsewhere.example").await;
        stage.signed_in(stage.account("Bruno Boudreau").await).await.accept(&link).await.unwrap();
        let line = last("invitation.accepted").await;
        assert_eq!((line.kind.as_str(), line.actor), ("contact", Some(id.0)));
        assert_eq!(line.details["profiles"], serde_json::json!(["funding.user"]));
        stage.letter_to(&hugo.email).await;

        deactivate(&alice, id).await.unwrap();
        let line = last("contact.deactivated").await;
        assert_eq!(
            (&line.details["before"]["active"], &line.details["after"]["active"]),
            (&true.into(), &false.into())
        );
        assert_eq!(line.details["before"]["profiles"], serde_json::json!(["funding.user"]));
        reactivate(&alice, id, &["funding.user"]).await.unwrap();
        let line = last("contact.reactivated").await;
        assert_eq!(line.details["after"]["profiles"], serde_json::json!(["funding.user"]));

        // What is refused writes nothing.
        manages.add(&typed("Bruno")).await.unwrap();
        last("contact.added").await;
        let before = stage.dump().await;
        manages.add(&typed("Bruno")).await.unwrap_err();
        manages.invite(id, &asking(&["funding.user"])).await.unwrap_err();
        manages.invite(alice.contact, &asking(&["cases.manager"])).await.unwrap_err();
        manages.withdraw(sent.invitation).await.unwrap_err();
        manages.reissue(sent.invitation, "x@example.org").await.unwrap_err();
        deactivate(&alice, alice.contact).await.unwrap_err();
        stage.unchanged_since(&before).await;
        stage.read_all().await;
    });
}
