//! Requests for access, signed by two people (rules R1 to R13).

mod activation;
mod decisions;
mod guards;
mod ways_in;

use crate::stage::{DAY, Person, Stage, fault, on_both, races, refusal};
use backend::{Bearer, Permit, Refusal};
use domain::access_requests::{
    HoldForm, Part, PersonForm, QueueFilter, RequestForm, RequestState, SentRequest, SignForm,
};
use domain::organizations::DetailsForm;
use domain::permissions::{AllOrganizations, KeepOrganizations};
use domain::{Field, FieldProblems, Language, Problem};
use platform::Letter;

pub const URSULE: &str = "ursule.cote@exemple.ca";
pub const ADELE: &str = "adele.arsenault@exemple.ca";
pub const DESK: &str = "support@accord.example";

fn person(name: &str, email: &str) -> PersonForm {
    let (first, last) = name.split_once(' ').unwrap_or(("", name));
    PersonForm {
        last_name: last.into(),
        first_name: first.into(),
        email: email.into(),
        ..PersonForm::default()
    }
}

/// Ursule Côté asks for the funding service of Harbour Library; Adèle Arsenault authorizes it.
pub fn form() -> RequestForm {
    RequestForm {
        situation: "organization".into(),
        service: "funding-online".into(),
        organization_is: "new".into(),
        organization: DetailsForm {
            name_en: "Harbour Library".into(),
            name_fr: "Bibliothèque du Havre".into(),
            ..DetailsForm::default()
        },
        user: person("Ursule Côté", URSULE),
        authorizer: person("Adèle Arsenault", ADELE),
        ..RequestForm::default()
    }
}

/// The same for a person of that name.
pub fn form_of(name: &str) -> RequestForm {
    let email = format!("{}@exemple.ca", name.to_lowercase().replace(' ', "."));
    RequestForm { user: person(name, &email), ..form() }
}

/// The token of a request's link in a letter.
#[track_caller]
pub fn link_in(letter: &Letter) -> String {
    let (_, rest) =
        letter.text.split_once("/access-request/").unwrap_or_else(|| panic!("no link in {letter:#?}"));
    rest.split_whitespace().next().unwrap_or_default().to_owned()
}

pub async fn bearer(stage: &Stage, token: &str) -> Bearer {
    stage.portal.visitor().bearer(token).await.unwrap()
}

pub async fn send(stage: &Stage, form: &RequestForm) -> Result<SentRequest, Refusal> {
    stage.portal.visitor().send_request(form, Language::Fr).await
}

/// Reads what there is to sign, and signs it.
pub async fn sign(stage: &Stage, token: &str) -> Result<(), Refusal> {
    let bearer = bearer(stage, token).await;
    let signing = bearer.card().await?.signing.ok_or(Problem::RequestPassed)?;
    let form = SignForm { name: signing.name, commitments: "true".into(), hash: signing.hash };
    bearer.sign(&form, Language::Fr).await
}

/// A request that both have signed, and the links of both.
pub async fn signed(stage: &Stage, form: &RequestForm) -> (SentRequest, String, String) {
    let sent = send(stage, form).await.unwrap();
    let user = link_in(&stage.letter_to(&form.user.email).await);
    let authorizer = link_in(&stage.letter_to(&form.authorizer.email).await);
    sign(stage, &user).await.unwrap();
    sign(stage, &authorizer).await.unwrap();
    stage.letter_to(&form.user.email).await;
    stage.letter_to(&form.authorizer.email).await;
    stage.letter_to(DESK).await;
    (sent, user, authorizer)
}

/// The operator's, Sophie the supervisor and Alain the agent.
pub async fn support(stage: &Stage) -> (Person, Person) {
    let operator = stage.operator().await;
    let sophie = stage.person(&operator, "Sophie Savoie", &["support.supervisor"]).await;
    let alain = stage.person(&operator, "Alain Allard", &["support.agent"]).await;
    (sophie, alain)
}

pub async fn keeps(who: &Person) -> Permit<KeepOrganizations> {
    who.signs_in().await.unwrap().staff().await.unwrap()
}

pub async fn reads(who: &Person) -> Permit<AllOrganizations> {
    who.signs_in().await.unwrap().staff().await.unwrap()
}

pub fn says(text: &str) -> HoldForm {
    HoldForm { text: text.into() }
}

pub async fn states(stage: &Stage) -> Vec<String> {
    stage.texts("SELECT state FROM access_requests ORDER BY created_at, id").await
}

#[test]
fn r3_both_sign_from_their_own_mailbox_in_any_order_what_is_frozen() {
    on_both(async |stage| {
        support(stage).await;
        let sent = send(stage, &form()).await.unwrap();
        assert_eq!(sent.told.iter().map(|email| email.as_str()).collect::<Vec<_>>(), [URSULE, ADELE]);
        let letter = stage.letter_to(URSULE).await;
        assert!(
            letter.subject.contains(&sent.reference) && letter.text.contains("Funding agreements online")
        );
        assert!(
            letter.text.contains("Votre signature est demandée")
                && letter.text.contains("Your signature is needed")
        );
        let (user, authorizer) = (link_in(&letter), link_in(&stage.letter_to(ADELE).await));
        assert_ne!(user, authorizer);
        // Opening a link, as often as a scanner likes, writes nothing (I8).
        let before = stage.dump().await;
        for _ in 0..3 {
            let card = bearer(stage, &authorizer).await.card().await.unwrap();
            assert_eq!((card.part, card.state), (Part::Authorizer, RequestState::Waiting));
        }
        stage.unchanged_since(&before).await;
        let card = bearer(stage, &authorizer).await.card().await.unwrap();
        let signing = card.signing.unwrap();
        assert_eq!(signing.name, "Adèle Arsenault");
        assert!(signing.text.contains("Courriel / Email: ursule.cote@exemple.ca\n"));
        assert!(signing.commitments.iter().any(|words| words.fr.contains("code secret")));
        // By name, with the commitments, and what was read.
        let bad = |change: fn(&mut SignForm)| {
            let mut form = SignForm {
                name: "adele arsenault".into(),
                commitments: "true".into(),
                hash: signing.hash.clone(),
            };
            change(&mut form);
            form
        };
        let adele = bearer(stage, &authorizer).await;
        let foreign = adele.sign(&bad(|form| form.name = "Ursule Côté".into()), Language::Fr).await;
        assert_eq!(
            fault(foreign, Field::Signature),
            Problem::NotTheNameAsked { name: "Adèle Arsenault".into() }
        );
        let without = adele.sign(&bad(|form| form.commitments.clear()), Language::Fr).await;
        assert_eq!(fault(without, Field::Commitments), Problem::CommitmentNeeded);
        let other = adele.sign(&bad(|form| form.hash = "00".into()), Language::Fr).await;
        assert_eq!(refusal(other), Problem::TextChanged);
        adele.sign(&bad(|_| {}), Language::Fr).await.unwrap();
        assert_eq!(refusal(adele.sign(&bad(|_| {}), Language::Fr).await), Problem::SignedAlready);
        assert_eq!(states(stage).await, ["waiting"]);
        sign(stage, &user).await.unwrap();
        assert_eq!(states(stage).await, ["submitted"]);
        // Both are told, and so is Support.
        assert!(stage.letter_to(URSULE).await.text.contains("is with Support"));
        stage.letter_to(ADELE).await;
        assert!(stage.letter_to(DESK).await.text.contains("/desk/access-requests/"));
        let kept = stage.rows("SELECT document_hash FROM access_request_signatures").await;
        let hash: Vec<u8> = kept[0].try_get_by_index(0).unwrap();
        assert_eq!(hash, platform::secrets::hash(&signing.text));
        let versions = stage.texts("SELECT DISTINCT commitment FROM access_request_signatures").await;
        assert_eq!(versions, ["2026-11"]);
    });
}

#[test]
fn r3_a_change_starts_signing_again_and_tells_both() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        send(stage, &form()).await.unwrap();
        let user = link_in(&stage.letter_to(URSULE).await);
        let authorizer = link_in(&stage.letter_to(ADELE).await);
        sign(stage, &authorizer).await.unwrap();
        let read = bearer(stage, &user).await.card().await.unwrap();
        let mut changed = read.form.clone();
        changed.user.title = "Directrice".into();
        bearer(stage, &user).await.send(&changed, Language::Fr).await.unwrap();
        // Earlier links lead nowhere, and what was read before can no longer be signed.
        assert_eq!(refusal(stage.portal.visitor().bearer(&authorizer).await), Problem::RequestLinkUnknown);
        let [one, other] = [stage.letter_to(URSULE).await, stage.letter_to(ADELE).await];
        assert!(one.text.contains("was changed") && other.text.contains("a été modifiée"));
        let (user, authorizer) = (link_in(&one), link_in(&other));
        let old = read.signing.unwrap();
        let form = SignForm { name: old.name, commitments: "true".into(), hash: old.hash };
        assert_eq!(refusal(bearer(stage, &user).await.sign(&form, Language::Fr).await), Problem::TextChanged);
        let card = bearer(stage, &user).await.card().await.unwrap();
        assert_eq!((card.edition, card.signatures.len()), (2, 0));
        sign(stage, &user).await.unwrap();
        sign(stage, &authorizer).await.unwrap();
        stage.read_all().await;
        // Even what is with Support already is signed anew when it changes.
        let mut again = changed.clone();
        again.user.title = "Directrice générale".into();
        bearer(stage, &authorizer).await.send(&again, Language::En).await.unwrap();
        assert_eq!(states(stage).await, ["waiting"]);
        assert_eq!(reads(&sophie).await.request_queue(&QueueFilter::default()).await.unwrap().found, 0);
        assert_eq!(stage.number("SELECT count(*) FROM access_request_signatures").await, 3);
        stage.read_all().await;
    });
}

#[test]
fn r3_either_may_decline_for_a_reason_and_the_other_is_told() {
    on_both(async |stage| {
        support(stage).await;
        send(stage, &form()).await.unwrap();
        let user = link_in(&stage.letter_to(URSULE).await);
        let authorizer = link_in(&stage.letter_to(ADELE).await);
        let adele = bearer(stage, &authorizer).await;
        assert_eq!(fault(adele.decline(&says(" ")).await, Field::Reason), Problem::Missing);
        adele.decline(&says("Ursule works elsewhere now.")).await.unwrap();
        let told = stage.letter_to(URSULE).await;
        assert!(told.text.contains("Ursule works elsewhere now.") && told.text.contains("Adèle Arsenault"));
        let card = bearer(stage, &user).await.card().await.unwrap();
        assert_eq!((card.state, card.signing), (RequestState::Declined, None));
        assert_eq!(refusal(sign(stage, &user).await), Problem::RequestPassed);
        assert_eq!(refusal(bearer(stage, &user).await.withdraw().await), Problem::RequestPassed);
        let changed = bearer(stage, &user).await.send(&form(), Language::Fr).await;
        assert_eq!(refusal(changed), Problem::RequestPassed);
    });
}

#[test]
fn r3_a_reminder_goes_to_who_has_not_signed_and_what_nobody_signs_lapses() {
    on_both(async |stage| {
        support(stage).await;
        send(stage, &form()).await.unwrap();
        let user = link_in(&stage.letter_to(URSULE).await);
        stage.letter_to(ADELE).await;
        sign(stage, &user).await.unwrap();
        stage.wait(20 * DAY);
        stage.portal.mind().await.unwrap();
        stage.nobody_was_written_to().await;
        stage.wait(4 * DAY);
        stage.portal.mind().await.unwrap();
        stage.portal.mind().await.unwrap();
        let reminder = stage.letter_to(ADELE).await;
        assert!(reminder.subject.contains("Rappel") && reminder.text.contains("/access-request/"));
        stage.nobody_was_written_to().await;
        stage.wait(7 * DAY);
        stage.portal.mind().await.unwrap();
        assert_eq!(states(stage).await, ["lapsed"]);
        assert!(stage.letter_to(URSULE).await.text.contains("has ended"));
        assert!(stage.letter_to(ADELE).await.text.contains("a pris fin"));
        let late = sign(stage, &link_in(&reminder)).await;
        assert_eq!(refusal(late), Problem::RequestPassed);
    });
}

#[test]
fn r2_a_draft_is_found_again_by_its_mailed_link_and_sent_from_there() {
    on_both(async |stage| {
        support(stage).await;
        let half = RequestForm { authorizer: PersonForm::default(), ..form() };
        let nowhere = stage.portal.visitor().save_request(&half, Language::En).await;
        assert_eq!(fault(nowhere, Field::SentBy), Problem::Missing);
        let half = RequestForm { sent_by: "clerk@exemple.ca".into(), ..half };
        stage.portal.visitor().save_request(&half, Language::En).await.unwrap();
        let token = link_in(&stage.letter_to("clerk@exemple.ca").await);
        // Nothing of the link stands in the database.
        assert!(!stage.dump().await.iter().any(|row| row.contains(&token)));
        let found = bearer(stage, &token).await.card().await.unwrap();
        assert_eq!((found.part, found.state, &found.form), (Part::Sender, RequestState::Draft, &half));
        let wrong = bearer(stage, &token).await.send(&found.form, Language::En).await;
        assert_eq!(fault(wrong, Field::AuthorizerEmail), Problem::Missing);
        // What is saved is no longer than what may be sent.
        let mut long = half.clone();
        long.authorizer.title = "x".repeat(101);
        let again = stage.portal.visitor().save_request(&long, Language::En).await;
        assert_eq!(fault(again, Field::AuthorizerTitle), Problem::TooLong { most: 100 });
        let again = bearer(stage, &token).await.save(&long).await;
        assert_eq!(fault(again, Field::AuthorizerTitle), Problem::TooLong { most: 100 });
        stage.wait(29 * DAY);
        bearer(stage, &token).await.save(&form()).await.unwrap();
        stage.wait(29 * DAY);
        stage.portal.mind().await.unwrap();
        bearer(stage, &token).await.send(&form(), Language::En).await.unwrap();
        stage.letter_to(URSULE).await;
        stage.letter_to(ADELE).await;
        // Who filled it in signs nothing, and may take it back.
        let clerk = bearer(stage, &token).await;
        assert_eq!(clerk.card().await.unwrap().signing, None);
        assert_eq!(refusal(clerk.sign(&SignForm::default(), Language::En).await), Problem::Forbidden);
        assert_eq!(refusal(clerk.decline(&says("no")).await), Problem::Forbidden);
        clerk.withdraw().await.unwrap();
        assert!(stage.letter_to(URSULE).await.text.contains("withdrawn"));
        stage.letter_to(ADELE).await;
    });
}

#[test]
fn r4_shared_addresses_are_refused_with_the_reason_and_support_may_override() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let org = stage.organization("Tide House").await;
        stage.contact(&org, "Bruno Boudreau").await;
        let try_with = async |user: &str, authorizer: &str| {
            let mut form = form();
            (form.user.email, form.authorizer.email) = (user.into(), authorizer.into());
            send(stage, &form).await
        };
        assert_eq!(fault(try_with("info@exemple.ca", ADELE).await, Field::UserEmail), Problem::SharedMailbox);
        assert_eq!(
            fault(try_with(URSULE, "URSULE.cote@exemple.ca").await, Field::AuthorizerEmail),
            Problem::SameMailbox
        );
        // An address under which another person is known, here or in another request.
        let bruno = "bruno.boudreau@example.org";
        assert_eq!(fault(try_with(bruno, ADELE).await, Field::UserEmail), Problem::SharedMailbox);
        signed(stage, &form()).await;
        let mut other = form_of("Zoé Zwicker");
        (other.user.email, other.authorizer.email) = (ADELE.into(), "somebody@exemple.ca".into());
        assert_eq!(fault(send(stage, &other).await, Field::UserEmail), Problem::SharedMailbox);
        let blank = keeps(&sophie).await.allow_address("info@exemple.ca", " ").await;
        assert_eq!(fault(blank, Field::Reason), Problem::Missing);
        keeps(&sophie).await.allow_address("Info@exemple.ca", "A one-person office.").await.unwrap();
        try_with("info@exemple.ca", ADELE).await.unwrap();
        let line =
            stage.activity().await.into_iter().find(|line| line.event == "access_request.address_allowed");
        assert_eq!(line.unwrap().details["reason"], "A one-person office.");
        stage.read_all().await;
    });
}

#[test]
fn r9_twenty_people_by_csv_three_lines_wrong_are_seventeen_requests_and_three_explanations() {
    on_both(async |stage| {
        support(stage).await;
        let mut table = String::from("Nom;Prénom;Courriel;Langue\r\n");
        for n in 1..=20 {
            let email = match n {
                4 => "info@exemple.ca".to_owned(),
                9 => "nowhere".to_owned(),
                15 => "personne14@exemple.ca".to_owned(),
                n => format!("personne{n}@exemple.ca"),
            };
            let name = if n == 15 { "Personne 14" } else { "" };
            let name = if name.is_empty() { format!("Personne {n}") } else { name.to_owned() };
            table.push_str(&format!("{name};Alex;{email};français\r\n"));
        }
        let base = RequestForm { user: PersonForm::default(), ..form() };
        let lines =
            stage.portal.visitor().send_requests(table.as_bytes(), &base, Language::Fr).await.unwrap();
        assert_eq!(lines.len(), 20);
        let wrong: Vec<(u64, Problem)> = lines
            .iter()
            .filter_map(|line| Some((line.line, line.result.as_ref().err()?.of(Field::UserEmail)?.clone())))
            .collect();
        assert_eq!(
            wrong,
            [(5, Problem::SharedMailbox), (10, Problem::NotAnEmail), (16, Problem::EmailTwice { line: 15 })]
        );
        assert_eq!(lines.iter().filter(|line| line.result.is_ok()).count(), 17);
        assert_eq!(stage.number("SELECT count(*) FROM access_requests WHERE state = 'waiting'").await, 17);
        // One letter to who authorizes them all, with a link for each; one to each person, in French.
        let letter = stage.letter_to(ADELE).await;
        assert!(letter.subject.contains("17"), "{}", letter.subject);
        let links: std::collections::BTreeSet<&str> = letter
            .text
            .split("/access-request/")
            .skip(1)
            .filter_map(|rest| rest.split_whitespace().next())
            .collect();
        assert_eq!(links.len(), 17);
        for link in links {
            sign(stage, link).await.unwrap();
        }
        let user = stage.letter_to("personne1@exemple.ca").await;
        assert!(user.subject.starts_with("Votre signature"));
        sign(stage, &link_in(&user)).await.unwrap();
        assert_eq!(stage.number("SELECT count(*) FROM access_requests WHERE state = 'submitted'").await, 1);
        let empty = stage.portal.visitor().send_requests(b" ", &base, Language::Fr).await;
        assert_eq!(fault(empty, Field::Table), Problem::Missing);
        // What is wrong with all of them is wrong with what they have in common: told once, and nothing is sent.
        let nobody = RequestForm { authorizer: PersonForm::default(), ..base };
        let table = "Nom;Prénom;Courriel\r\nRoy;Rita;rita@exemple.ca\r\nRoy;René;rene@exemple.ca\r\n";
        let refused = stage.portal.visitor().send_requests(table.as_bytes(), &nobody, Language::Fr).await;
        assert_eq!(fault(refused, Field::AuthorizerEmail), Problem::Missing);
        assert_eq!(stage.number("SELECT count(*) FROM access_requests").await, 17);
        stage.read_all().await;
    });
}

#[test]
fn r3_who_asks_too_much_waits() {
    on_both(async |stage| {
        support(stage).await;
        let visitor = stage.portal.visitor().from_address(Some("192.0.2.7".parse().unwrap()));
        // Five mails an address a day.
        let nth = |n: u8| {
            let mut form = form();
            form.organization.name_en = format!("Harbour Library {n}");
            form
        };
        for n in 0..5 {
            visitor.send_request(&nth(n), Language::Fr).await.unwrap();
        }
        let sixth = visitor.send_request(&nth(6), Language::Fr).await;
        assert_eq!(fault(sixth, Field::UserEmail), Problem::TooManyMails { most: 5 });
        // A table counts line by line.
        let head = "Last name,First name,E-mail\n".to_owned();
        let table = (0..50).fold(head, |table, n| format!("{table}Roy,Rita,not an address {n}\n"));
        for _ in 0..2 {
            visitor.send_requests(table.as_bytes(), &form(), Language::Fr).await.unwrap();
        }
        for _ in 106..150 {
            let _ = visitor.send_request(&RequestForm::default(), Language::Fr).await;
        }
        let last = visitor.send_request(&form(), Language::Fr).await;
        assert_eq!(refusal(last), Problem::TooManyTries { minutes: 60 });
        let elsewhere = stage.portal.visitor().from_address(Some("192.0.2.8".parse().unwrap()));
        let fault = elsewhere.send_request(&RequestForm::default(), Language::Fr).await;
        assert!(matches!(fault, Err(Refusal::Invalid(FieldProblems(_)))));
        stage.wait(3601);
        let later = visitor.send_request(&RequestForm::default(), Language::Fr).await;
        assert!(matches!(later, Err(Refusal::Invalid(_))));
        stage.read_all().await;
    });
}

#[test]
fn r3_two_signatures_at_once_make_one_request_for_support() {
    on_both(async |stage| {
        support(stage).await;
        for n in 0..races(10) {
            // A day apart: mails are limited.
            stage.wait(2 * DAY);
            let form = form_of(&format!("Ursule N{n}"));
            let sent = send(stage, &form).await.unwrap();
            let user = link_in(&stage.letter_to(&form.user.email).await);
            let authorizer = link_in(&stage.letter_to(ADELE).await);
            let (one, two, again) =
                tokio::join!(sign(stage, &user), sign(stage, &authorizer), sign(stage, &user));
            assert!(two.is_ok() && (one.is_ok() != again.is_ok()), "{one:?} {two:?} {again:?}");
            let sql = format!(
                "SELECT count(*) FROM access_request_steps s JOIN access_requests r ON r.id = s.request_id \
                 WHERE r.reference = '{}' AND s.step = 'submitted'",
                sent.reference
            );
            assert_eq!(stage.number(&sql).await, 1);
            assert_eq!(stage.letters_to(DESK).await.len(), 1);
            stage.read_all().await;
        }
    });
}
