//! The access review (rules P5, L10): who starts it, who decides what, who attests, and what is kept.

use crate::stage::{DAY, NOON, Org, Person, Stage, fault, on_both, plain, races, refusal};
use backend::Permit;
use domain::contacts::ContactSearch;
use domain::permissions::ReviewAccess;
use domain::reviews::{
    Decision, DecisionForm, Outcome, Reach, ReviewFigures, ReviewedPerson, Shown, Standing, Who,
};
use domain::{ContactId, Field, Language, Problem, ReviewId};

async fn reviews(person: &Person) -> Permit<ReviewAccess> {
    person.asks(person.organization).await.unwrap()
}

fn form(decision: &str, version: i64) -> DecisionForm {
    DecisionForm { decision: decision.into(), note: String::new(), version }
}

/// Everybody whom a reviewer sees.
async fn people(reviewer: &Person, id: ReviewId) -> Vec<ReviewedPerson> {
    reviews(reviewer).await.whole(id).await.unwrap().1
}

async fn figures(reviewer: &Person, id: ReviewId) -> ReviewFigures {
    reviews(reviewer).await.whole(id).await.unwrap().0.figures
}

async fn decides(reviewer: &Person, id: ReviewId, about: ContactId, decision: &str) {
    let permit = reviews(reviewer).await;
    let (_, listed) = permit.reviewed(id, about).await.unwrap();
    permit.decide(id, about, &form(decision, listed.version)).await.unwrap();
}

async fn last_signed_in(stage: &Stage, person: &Person, days_ago: i64) {
    let at = stage.portal.now().plus_days(-days_ago).0;
    stage
        .run("UPDATE accounts SET last_sign_in_at = $2 WHERE id = $1", [person.account().0.into(), at.into()])
        .await;
}

/// Alice administers; Bruno, Chloé and Zoé have access too.
async fn four(stage: &Stage) -> (Org, [Person; 4]) {
    let org = stage.organization("Tide House / Maison des marées").await;
    let alice = stage.alice(&org).await;
    let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
    let chloe = stage.person(&org, "Chloé Comeau", &["funding.reader"]).await;
    let zoe = stage.person(&org, "Zoé Léger", &["funding.user"]).await;
    stage.contact(&org, "Nobody Yet").await;
    (org, [alice, bruno, chloe, zoe])
}

#[test]
fn p5_a_small_organization_reviews_its_people_and_attests() {
    on_both(async |stage| {
        let (org, [alice, bruno, chloe, zoe]) = four(stage).await;
        assert_eq!(refusal(bruno.asks::<ReviewAccess>(org.id).await), Problem::Forbidden);
        last_signed_in(stage, &zoe, 200).await;
        let permit = reviews(&alice).await;
        let id = permit.start().await.unwrap();
        let listed = people(&alice, id).await;
        let names: Vec<&str> = listed.iter().map(|person| person.name.as_str()).collect();
        assert_eq!(names, ["Aucoin, Alice", "Boudreau, Bruno", "Comeau, Chloé", "Léger, Zoé"]);
        assert!(listed[0].you && listed[0].primary && listed[0].administrator);
        assert_eq!(listed[3].unused_days, Some(200));
        assert_eq!(listed[1].unused_days, None);
        assert_eq!(listed[1].profiles[0].name.en, "Funding agreement – User");

        // In a list, then one by one; it can be left and taken up again.
        assert_eq!(refusal(permit.attest(id).await), Problem::ReviewUndecided { left: 4 });
        let kept = permit.keep_several(id, &[(alice.contact, 0), (bruno.contact, 0)]).await.unwrap();
        assert_eq!((kept.kept, kept.refused), (2, vec![]));
        stage.wait(3 * DAY);
        let change = DecisionForm { note: "Needs less".into(), ..form("change", 0) };
        reviews(&alice).await.decide(id, chloe.contact, &change).await.unwrap();
        assert_eq!(figures(&alice, id).await.left(), 1);
        let waiting = reviews(&alice).await.review(id, Shown::Waiting, 7).await.unwrap();
        assert_eq!((waiting.found, waiting.people[0].name.as_str()), (1, "Léger, Zoé"));
        decides(&alice, id, zoe.contact, "deactivate").await;
        assert!(zoe.signs_in().await.unwrap().organizations().await.unwrap().is_empty());

        let figures = reviews(&alice).await.attest(id).await.unwrap();
        assert_eq!((figures.kept, figures.changed, figures.deactivated), (2, 1, 1));
        let all = reviews(&alice).await.reviews().await.unwrap();
        assert!(all.open.is_none() && !all.is_due);
        assert_eq!(all.due.machine, "2027-11-25");
        let attested = all.past[0].attested.clone().unwrap();
        assert_eq!(attested.by, Who::Named("Alice Aucoin".into()));
        assert_eq!(attested.at.text.fr, "25 novembre 2026");
        assert!(attested.statement.fr.starts_with("J’ai examiné"), "{attested:?}");
        assert!(attested.statement.en.starts_with("I have looked"), "{attested:?}");
        assert_eq!(all.past[0].figures.kept, 2);
        // What happens at the same moment has no order.
        let mut acts: Vec<String> = stage.activity().await.into_iter().map(|line| line.event).collect();
        acts.sort();
        let expected = [
            "contact.deactivated",
            "review.attested",
            "review.decided",
            "review.decided",
            "review.decided",
            "review.decided",
            "review.started",
        ];
        assert_eq!(acts, expected);
    });
}

#[test]
fn p5_an_attested_review_never_changes() {
    on_both(async |stage| {
        let (org, [alice, bruno, chloe, zoe]) = four(stage).await;
        let id = reviews(&alice).await.start().await.unwrap();
        for person in [&alice, &bruno, &chloe, &zoe] {
            decides(&alice, id, person.contact, "keep").await;
        }
        reviews(&alice).await.attest(id).await.unwrap();
        let before = people(&alice, id).await;
        assert_eq!(refusal(reviews(&alice).await.attest(id).await), Problem::ReviewClosed);
        let again = reviews(&alice).await.decide(id, bruno.contact, &form("change", 1)).await;
        assert_eq!(refusal(again), Problem::ReviewClosed);
        // What happens later is not in it.
        stage.take_away(bruno.contact, "funding.user").await;
        stage.person(&org, "Late Comer", &["funding.user"]).await;
        assert_eq!(people(&alice, id).await, before);
        // The database itself refuses.
        for sql in [
            "UPDATE review_profiles SET decision = 'change'",
            "UPDATE reviews SET attested_at = 1",
            "UPDATE reviews SET state = 'open'",
        ] {
            assert!(stage.try_run(sql).await.is_err(), "{sql}");
        }
        assert_eq!(people(&alice, id).await, before);
    });
}

#[test]
fn p5_one_review_is_open_at_a_time_and_only_here() {
    on_both(async |stage| {
        let (_, [alice, bruno, ..]) = four(stage).await;
        let id = reviews(&alice).await.start().await.unwrap();
        assert_eq!(refusal(reviews(&alice).await.start().await), Problem::ReviewOpen);
        let twice = "INSERT INTO reviews (id, organization_id, state, started_by, started_by_support, started_at, \
                     attested_by_support, people, kept, changed, deactivated, left_to_support) \
                     SELECT contact_id, organization_id, 'open', contact_id, FALSE, 1, FALSE, 0, 0, 0, 0, 0 \
                     FROM review_people LIMIT 1";
        assert!(stage.try_run(twice).await.is_err());
        // G4
        let elsewhere = stage.organization("Dune House").await;
        let dora = stage.person(&elsewhere, "Dora Doucet", &["funding.administrator"]).await;
        let before = stage.dump().await;
        let permit = reviews(&dora).await;
        assert_eq!(refusal(permit.whole(id).await), Problem::NotFound);
        assert_eq!(refusal(permit.attest(id).await), Problem::NotFound);
        assert_eq!(refusal(permit.decide(id, bruno.contact, &form("keep", 0)).await), Problem::NotFound);
        assert_eq!(refusal(permit.export(id, Language::En).await), Problem::NotFound);
        stage.unchanged_since(&before).await;
        let own = permit.start().await.unwrap();
        assert_eq!(refusal(permit.reviewed(own, bruno.contact).await), Problem::NotFound);
    });
}

#[test]
fn p5_each_decides_what_they_may_grant_and_the_rest_is_support_s() {
    on_both(async |stage| {
        let org = stage.organization("Tide House / Maison des marées").await;
        stage.offer(&org, "cases").await;
        let alice = stage.alice(&org).await;
        let carl = stage.person(&org, "Carl Cyr", &["cases.administrator"]).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user", "cases.viewer"]).await;
        let id = reviews(&alice).await.start().await.unwrap();
        let seen = people(&alice, id).await;
        let reach = |person: usize| -> Vec<Reach> { seen[person].profiles.iter().map(|p| p.reach).collect() };
        assert_eq!(reach(0), [Reach::Yours]);
        assert_eq!(reach(1), [Reach::Yours, Reach::Colleague]);
        assert_eq!(reach(2), [Reach::Support]);
        let refused = reviews(&alice).await.decide(id, carl.contact, &form("keep", 0)).await;
        assert_eq!(refusal(refused), Problem::NotYoursToDecide);

        decides(&alice, id, alice.contact, "keep").await;
        decides(&alice, id, bruno.contact, "keep").await;
        let figures = figures(&alice, id).await;
        assert_eq!((figures.waiting_for_you, figures.waiting_for_others, figures.left_to_support), (0, 1, 1));
        assert_eq!(refusal(reviews(&alice).await.attest(id).await), Problem::ReviewUndecided { left: 1 });
        decides(&carl, id, bruno.contact, "change").await;
        let bruno_now = &people(&carl, id).await[1];
        let outcomes: Vec<_> = bruno_now.profiles.iter().map(|p| p.decided.clone().unwrap()).collect();
        assert_eq!(outcomes[0].by, Who::Named("Alice Aucoin".into()));
        assert_eq!(outcomes[1].outcome, Outcome::Decided(Decision::Change));
        assert_eq!(outcomes[1].by, Who::Named("Carl Cyr".into()));

        reviews(&carl).await.attest(id).await.unwrap();
        let carl_now = &people(&alice, id).await[2];
        assert_eq!(carl_now.profiles[0].standing, Standing::Waits(Reach::Support));
        let letter = stage.letter_to("support@accord.example").await;
        let text = plain(&letter.text);
        assert!(
            text.contains("L’accès d’une personne relève uniquement du soutien aux opérations"),
            "{text}"
        );
        assert!(text.contains("The access of one person is for Support alone to decide"), "{text}");
        assert!(text.contains(&format!("/en/organizations/{}/reviews/{id}", org.id)), "{text}");
    });
}

#[test]
fn p5_support_decides_what_nobody_else_may() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let operator = stage.operator().await;
        let gisele = stage.person(&operator, "Gisèle Arsenault", &["support.supervisor"]).await;
        stage.offer(&org, "cases").await;
        let carl = stage.person(&org, "Carl Cyr", &["cases.administrator"]).await;
        let id = reviews(&carl).await.start().await.unwrap();
        let permit = gisele.asks::<ReviewAccess>(org.id).await.unwrap();
        permit.decide(id, carl.contact, &form("keep", 0)).await.unwrap();
        let decided = people(&carl, id).await[0].profiles[0].decided.clone().unwrap();
        assert_eq!(decided.by, Who::Support);
        reviews(&carl).await.attest(id).await.unwrap();
        assert_eq!(reviews(&carl).await.reviews().await.unwrap().past[0].figures.left_to_support, 0);
    });
}

#[test]
fn p5_the_primary_and_the_last_administrator_cannot_be_deactivated_in_a_review() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let carla = stage.carla(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["funding.user"]).await;
        let id = reviews(&carla).await.start().await.unwrap();
        let permit = reviews(&carla).await;
        let primary = permit.decide(id, alice.contact, &form("deactivate", 0)).await;
        assert_eq!(refusal(primary), Problem::PrimaryStays);
        stage.take_away(alice.contact, "funding.administrator").await;
        let last = permit.decide(id, carla.contact, &form("deactivate", 0)).await;
        assert_eq!(refusal(last), Problem::LastAdministrator);
        // Nothing of it was kept.
        assert!(people(&carla, id).await.iter().all(|person| person.version == 0));
        assert_eq!(
            fault(permit.decide(id, bruno.contact, &form("", 0)).await, Field::AccessDecision),
            Problem::Missing
        );
    });
}

#[test]
fn p5_what_changed_since_the_start_is_shown() {
    on_both(async |stage| {
        let (org, [alice, bruno, chloe, zoe]) = four(stage).await;
        let id = reviews(&alice).await.start().await.unwrap();
        let late = stage.person(&org, "Abel Arseneau", &["funding.reader"]).await;
        stage.take_away(bruno.contact, "funding.user").await;
        stage.hold(&org, chloe.contact, "funding.user").await;
        decides(&alice, id, zoe.contact, "deactivate").await;
        let seen = people(&alice, id).await;
        let by_name = |name: &str| seen.iter().find(|person| person.name.starts_with(name)).unwrap();
        assert!(!by_name("Arseneau").profiles[0].at_start);
        assert!(by_name("Arseneau").waits_for_you());
        assert_eq!(by_name("Boudreau").profiles[0].standing, Standing::Ended);
        assert!(!by_name("Boudreau").waits());
        let since: Vec<bool> = by_name("Comeau").profiles.iter().map(|profile| profile.at_start).collect();
        assert_eq!(since, [false, true]);

        // Zoé comes back: her access waits for a decision again.
        let permit = alice.manages().await;
        let card = alice.sees().await.card(zoe.contact).await.unwrap();
        let save = backend::ContactSave {
            form: domain::contacts::ContactForm::from(&card.facts),
            version: card.version,
            active: true,
            grants: domain::grants::GrantsForm { ticked: vec!["funding.user".into()], ..Default::default() },
        };
        permit.save(zoe.contact, &save).await.unwrap();
        assert_eq!(stage.letters_to(&zoe.email).await.len(), 1);
        assert!(people(&alice, id).await.iter().any(|person| person.name == "Léger, Zoé" && person.waits()));
        for person in [&alice, &chloe, &zoe, &late] {
            decides(&alice, id, person.contact, "keep").await;
        }
        reviews(&alice).await.attest(id).await.unwrap();
        let kept = people(&alice, id).await;
        assert_eq!(kept.len(), 5);
        let bruno = kept.iter().find(|person| person.name.starts_with("Boudreau")).unwrap();
        assert_eq!(bruno.profiles[0].decided.as_ref().unwrap().outcome, Outcome::Ended);
    });
}

#[test]
fn p5_of_two_reviewers_neither_overwrites_the_other() {
    on_both(async |stage| {
        let (org, [alice, bruno, chloe, _]) = four(stage).await;
        let carla = stage.carla(&org).await;
        let id = reviews(&alice).await.start().await.unwrap();
        reviews(&alice).await.decide(id, bruno.contact, &form("keep", 0)).await.unwrap();
        let second = reviews(&carla).await.decide(id, bruno.contact, &form("change", 0)).await;
        assert_eq!(refusal(second), Problem::ChangedMeanwhile);
        let kept =
            reviews(&carla).await.keep_several(id, &[(bruno.contact, 0), (chloe.contact, 0)]).await.unwrap();
        assert_eq!(kept.kept, 1);
        assert_eq!(kept.refused, [("Boudreau, Bruno".to_owned(), Problem::ChangedMeanwhile)]);
        // Having seen it, Carla may decide otherwise.
        reviews(&carla).await.decide(id, bruno.contact, &form("change", 1)).await.unwrap();
    });
}

#[test]
fn p5_of_two_who_attest_at_once_one_wins() {
    on_both(async |stage| {
        for round in 0..races(8) {
            let org = stage.organization(&format!("House {round}")).await;
            let alice = stage.alice(&org).await;
            let carla = stage.carla(&org).await;
            let id = reviews(&alice).await.start().await.unwrap();
            let (one, other) = (reviews(&alice).await, reviews(&carla).await);
            let people = [(alice.contact, 0), (carla.contact, 0)];
            let (first, second) =
                tokio::join!(one.keep_several(id, &people), other.keep_several(id, &people));
            assert_eq!(first.unwrap().kept + second.unwrap().kept, 2);
            let (first, second) = tokio::join!(one.attest(id), other.attest(id));
            let lost = match (first, second) {
                (Ok(_), Err(lost)) | (Err(lost), Ok(_)) => lost,
                other => panic!("{other:?}"),
            };
            assert_eq!(refusal::<()>(Err(lost)), Problem::ReviewClosed);
        }
        let attested = stage.number("SELECT COUNT(*) FROM activity WHERE event = 'review.attested'").await;
        assert_eq!(attested, i64::from(races(8)));
    });
}

#[test]
fn p5_of_two_who_start_at_once_one_wins() {
    on_both(async |stage| {
        let (org, [alice, ..]) = four(stage).await;
        let carla = stage.carla(&org).await;
        let (one, other) = (reviews(&alice).await, reviews(&carla).await);
        let (first, second) = tokio::join!(one.start(), other.start());
        assert_eq!(u8::from(first.is_ok()) + u8::from(second.is_ok()), 1);
        assert_eq!(stage.number("SELECT COUNT(*) FROM reviews").await, 1);
    });
}

#[test]
fn p5_the_review_is_taken_away_as_a_file_in_both_languages() {
    on_both(async |stage| {
        let (_, [alice, bruno, ..]) = four(stage).await;
        let id = reviews(&alice).await.start().await.unwrap();
        let note = DecisionForm { note: "=HYPERLINK(\"x\")".into(), ..form("keep", 0) };
        reviews(&alice).await.decide(id, bruno.contact, &note).await.unwrap();
        let (name, text) = reviews(&alice).await.export(id, Language::En).await.unwrap();
        assert_eq!(name, "access-review-2026-11-22");
        assert!(text.contains("Name,E-mail,Primary contact,Security profile"), "{text}");
        assert!(text.contains("\"Boudreau, Bruno\",bruno.boudreau@example.org,no,Funding agreement – User"));
        assert!(text.contains("Keep,Alice Aucoin,2026-11-22,\"'=HYPERLINK(\"\"x\"\")\""), "{text}");
        assert_eq!(text.lines().count(), 5);
        let (name, text) = reviews(&alice).await.export(id, Language::Fr).await.unwrap();
        assert_eq!(name, "revision-des-acces-2026-11-22");
        assert!(text.starts_with("\u{feff}Nom;Courriel;Personne-ressource principale"), "{text}");
        assert!(text.contains("À décider"), "{text}");
    });
}

#[test]
fn p5_administrators_are_reminded_once_when_due_and_once_thirty_days_later() {
    on_both(async |stage| {
        let (org, [alice, bruno, ..]) = four(stage).await;
        let carla = stage.carla(&org).await;
        speaks(stage, &alice, "fr").await;
        speaks(stage, &carla, "en").await;
        stage.wait_until(NOON.plus_days(364));
        stage.portal.mind().await.unwrap();
        assert!(!reviews(&alice).await.reviews().await.unwrap().is_due);
        stage.nobody_was_written_to().await;
        // Two servers mind the same deadlines.
        stage.wait_until(NOON.plus_days(366));
        let (one, other) = tokio::join!(stage.portal.mind(), stage.portal.mind());
        one.unwrap();
        other.unwrap();
        stage.portal.mind().await.unwrap();
        assert!(reviews(&alice).await.reviews().await.unwrap().is_due);
        let french = stage.letter_to(&alice.email).await;
        assert_eq!(plain(&french.subject), "La révision des accès est à faire\u{a0}: Maison des marées");
        assert!(french.text.contains(&format!("/fr/organizations/{}/reviews", org.id)), "{}", french.text);
        let english = stage.letter_to(&carla.email).await;
        assert_eq!(plain(&english.subject), "The access review of Tide House is due");
        assert!(stage.letters_to(&bruno.email).await.is_empty());

        // Started, but not attested: the second one comes, and says since when it waits.
        reviews(&alice).await.start().await.unwrap();
        stage.wait(29 * DAY);
        stage.portal.mind().await.unwrap();
        stage.nobody_was_written_to().await;
        stage.wait(2 * DAY);
        stage.portal.mind().await.unwrap();
        stage.portal.mind().await.unwrap();
        let again = stage.letter_to(&carla.email).await;
        assert_eq!(plain(&again.subject), "The access review of Tide House is still waiting");
        assert!(again.text.contains("was due on November 22, 2027"), "{}", again.text);
        let encore = stage.letter_to(&alice.email).await;
        assert!(encore.text.contains("à faire pour le 22 novembre 2027"), "{}", encore.text);
        stage.wait(300 * DAY);
        stage.portal.mind().await.unwrap();
        stage.nobody_was_written_to().await;
        let reminded = stage.number("SELECT COUNT(*) FROM activity WHERE event = 'review.reminded'").await;
        assert_eq!(reminded, 2);
    });
}

#[test]
fn p5_a_reminder_that_comes_too_late_is_not_sent() {
    on_both(async |stage| {
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        stage.wait_until(NOON.plus_days(366));
        stage.portal.mind().await.unwrap();
        let id = reviews(&alice).await.start().await.unwrap();
        decides(&alice, id, alice.contact, "keep").await;
        reviews(&alice).await.attest(id).await.unwrap();
        stage.nobody_was_written_to().await;
        // The next period begins with the attestation.
        stage.wait(366 * DAY);
        stage.portal.mind().await.unwrap();
        assert!(stage.letter_to(&alice.email).await.subject.contains("is due"));
    });
}

#[test]
fn l10_unused_access_is_flagged_to_administrators() {
    on_both(async |stage| {
        let (_, [alice, bruno, _, zoe]) = four(stage).await;
        last_signed_in(stage, &zoe, 200).await;
        last_signed_in(stage, &bruno, 179).await;
        let search = ContactSearch { words: "Zoé".into(), ..ContactSearch::default() };
        let line = alice.sees().await.list(&search).await.unwrap().lines.remove(0);
        assert_eq!(line.unused_days, Some(200));
        assert_eq!(line.last_sign_in.unwrap().machine, "2026-05-06");
        // Who only looks learns nothing of it.
        let line = bruno.sees().await.list(&search).await.unwrap().lines.remove(0);
        assert_eq!((line.unused_days, line.last_sign_in), (None, None));
        let search = ContactSearch { words: "Bruno".into(), ..ContactSearch::default() };
        assert_eq!(alice.sees().await.list(&search).await.unwrap().lines[0].unused_days, None);
    });
}

async fn speaks(stage: &Stage, person: &Person, language: &str) {
    let sql = "UPDATE contacts SET language = $2 WHERE id = $1";
    stage.run(sql, [person.contact.0.into(), language.into()]).await;
}
