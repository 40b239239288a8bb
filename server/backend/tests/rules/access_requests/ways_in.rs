//! The other ways in: designated representatives (R7), reference numbers (R8); services on the account's home (R10),
//! what is said of pages (R12), Support's figures, and what is kept of it all (G10).

use super::activation::code_in;
use super::decisions::into;
use super::*;
use crate::stage::{Org, default_catalogue, link_in as invitation_in, on_both_with};
use backend::ContactSave;
use domain::access_requests::{AgeBand, NumberForm, NumberLoadForm};
use domain::catalogue::{Catalogue, WayIn};
use domain::contacts::ContactForm;
use domain::feedback::FeedbackForm;
use domain::grants::GrantsForm;
use domain::permissions::{ManageContacts, SeeContacts, SeeOrganization};

/// The default catalogue, the college's service by its designated representative, the funding one by number, too.
fn catalogue() -> Catalogue {
    let mut catalogue = default_catalogue();
    for service in &mut catalogue.services {
        match service.key.as_str() {
            "colleges-online" => service.ways_in = [WayIn::Representative].into(),
            "funding-online" => {
                service.ways_in.insert(WayIn::ReferenceNumber);
            }
            _ => {}
        }
    }
    catalogue
}

async fn college(stage: &Stage) -> (Org, Person, Person) {
    let org = stage.organization("Tide College").await;
    stage.offer(&org, "colleges").await;
    let alice = stage.alice(&org).await;
    let rita = stage.person(&org, "Rita Roy", &["colleges.programs"]).await;
    (org, alice, rita)
}

fn at_the_college() -> RequestForm {
    let mut form = form();
    (form.situation, form.service) = ("college".into(), "colleges-online".into());
    form.organization_is = "existing".into();
    form.organization = DetailsForm { name_en: "Tide College".into(), ..DetailsForm::default() };
    form
}

#[test]
fn r7_the_designated_representative_authorizes_and_hands_the_code_over() {
    on_both_with(&catalogue(), async |stage| {
        let (sophie, _) = support(stage).await;
        let (org, alice, rita) = college(stage).await;
        // Who is named by whom: the primary contact and Support, nobody else.
        assert_eq!(refusal(rita.sees().await.name_representative(rita.contact).await), Problem::Forbidden);
        let nobody = stage.contact(&org, "Nora Noël").await;
        assert_eq!(
            refusal(alice.sees().await.name_representative(nobody.contact).await),
            Problem::PrimaryNeedsAccess
        );
        let (sent, ..) = signed(stage, &at_the_college()).await;
        stage.read_all().await;
        let vouched = sent.read();
        alice.manages().await.vouch(vouched, true).await.unwrap();
        let into = into(org.id, &["colleges.programs"]);
        // Adèle is no representative there.
        assert_eq!(
            refusal(keeps(&sophie).await.approve_request(sent.read(), &into).await),
            Problem::NotTheRepresentative
        );
        assert!(alice.sees().await.names_representatives().await.unwrap());
        assert!(!rita.sees().await.names_representatives().await.unwrap());
        assert_eq!(rita.home().await.home().await.unwrap().codes, None);
        alice.sees().await.name_representative(rita.contact).await.unwrap();
        assert_eq!(rita.home().await.home().await.unwrap().codes, Some(0));
        let staff = sophie.asks::<SeeContacts>(org.id).await.unwrap();
        let named: Vec<String> =
            staff.representatives().await.unwrap().into_iter().map(|line| line.name).collect();
        assert_eq!(named, ["Rita Roy"]);
        let mut by_rita = at_the_college();
        by_rita.user = person("Ugo Ulric", "ugo.ulric@exemple.ca");
        by_rita.authorizer = person("Rita Roy", &rita.email);
        let (sent, ..) = signed(stage, &by_rita).await;
        stage.read_all().await;
        alice.manages().await.vouch(sent.read(), true).await.unwrap();
        keeps(&sophie).await.approve_request(sent.read(), &into).await.unwrap();
        let link = invitation_in(&stage.letter_to("ugo.ulric@exemple.ca").await);
        let code = code_in(&stage.letter_to(&rita.email).await);
        // Her page: who waits, and the code, for her alone.
        let waiting = rita.home().await.codes_waiting().await.unwrap();
        let [one] = &waiting[..] else { panic!("one waits: {waiting:?}") };
        assert_eq!((one.name.as_str(), one.tries_left, one.until.is_some()), ("Ugo Ulric", 5, true));
        assert_eq!(rita.home().await.code_to_hand_over(one.id).await.unwrap(), code);
        assert_eq!(rita.home().await.home().await.unwrap().codes, Some(1));
        assert_eq!(refusal(alice.home().await.codes_waiting().await), Problem::NotFound);
        assert_eq!(refusal(alice.home().await.code_to_hand_over(one.id).await), Problem::NotFound);
        let seen = sophie.asks::<SeeOrganization>(org.id).await.unwrap().code_to_hand_over(one.id).await;
        assert_eq!(refusal(seen), Problem::NotFound);
        rita.home().await.renew_code_held(one.id).await.unwrap();
        let new = code_in(&stage.letter_to(&rita.email).await);
        let ugo = stage.signed_in(stage.account("Ugo Ulric").await).await;
        assert_eq!(fault(ugo.activate(&link, &code).await, Field::Code), Problem::WrongCode { left: 4 });
        ugo.activate(&link, &new).await.unwrap();
        assert_eq!(rita.home().await.codes_waiting().await.unwrap(), []);
        sophie.asks::<SeeContacts>(org.id).await.unwrap().end_representative(rita.contact).await.unwrap();
        assert_eq!(refusal(rita.home().await.codes_waiting().await), Problem::NotFound);
        stage.read_all().await;
    });
}

fn number(number: &str, name: &str) -> NumberForm {
    let (first, last) = name.split_once(' ').unwrap_or(("", name));
    NumberForm {
        number: number.into(),
        last_name: last.into(),
        first_name: first.into(),
        commitments: "true".into(),
    }
}

fn load() -> NumberLoadForm {
    NumberLoadForm {
        service: "funding-online".into(),
        profiles: vec!["funding.user".into()],
        until: "2026-12-31".into(),
        table: String::new(),
    }
}

const NUMBERS: &[u8] = "Numéro de référence;Nom;Prénom\r\nAB-1234;Côté;Ursule\r\nAB-1235;Roy;Rita\r\nx;Roy;\r\nAB 1234;Autre;Nom\r\n".as_bytes();

#[test]
fn r8_a_number_of_one_s_order_opens_its_services_once_under_the_name_as_registered() {
    on_both_with(&catalogue(), async |stage| {
        let (sophie, _) = support(stage).await;
        let org = stage.organization("Order of Libraries").await;
        stage.alice(&org).await;
        let keeps = sophie.asks::<KeepOrganizations>(org.id).await.unwrap();
        let wrong =
            NumberLoadForm { profiles: vec!["cases.manager".into()], until: "2026-01-01".into(), ..load() };
        let by_number = sophie.asks::<AllOrganizations>(org.id).await.unwrap().services_by_number();
        let keys: Vec<&str> = by_number.iter().map(|one| one.service.0.as_str()).collect();
        assert!(stage.portal.takes_numbers() && keys.contains(&"funding-online"));
        assert!(by_number[0].profiles.iter().any(|(key, _)| key == "funding.user"));
        let refused = keeps.load_numbers(NUMBERS, &wrong).await;
        let Err(Refusal::Invalid(faults)) = refused else { panic!("{refused:?}") };
        assert_eq!(faults.of(Field::Profiles), Some(&Problem::UnknownChoice));
        assert_eq!(faults.of(Field::Until), Some(&Problem::DateInPast));
        let loaded = keeps.load_numbers(NUMBERS, &load()).await.unwrap();
        assert_eq!((loaded.loaded, loaded.here), (2, 0));
        assert_eq!(loaded.faulty.iter().map(|line| line.line).collect::<Vec<_>>(), [4, 5]);
        let again = keeps.load_numbers(NUMBERS, &load()).await.unwrap();
        assert_eq!((again.loaded, again.here), (2, 0));
        assert!(!stage.dump().await.iter().any(|row| row.contains("AB-1234") || row.contains("AB1234")));
        let account = stage.account("Ursule Côté").await;
        let ursule = stage.signed_in(account).await;
        let without = ursule
            .use_number(&NumberForm { commitments: String::new(), ..number("AB1234", "Ursule Côté") })
            .await;
        assert_eq!(fault(without, Field::Commitments), Problem::CommitmentNeeded);
        // Whatever is wrong is told in one way.
        for (typed, name) in [("AB-1299", "Ursule Côté"), ("AB-1235", "Ursule Côté")] {
            assert_eq!(refusal(ursule.use_number(&number(typed, name)).await), Problem::NumberUnknown);
        }
        assert_eq!(ursule.use_number(&number("ab 1234", "URSULE Cote")).await.unwrap(), org.id);
        let here = stage.signed_in(account).await.permit::<SeeOrganization>(org.id).await.unwrap();
        assert_eq!(here.actor().profiles, ["funding.user"]);
        assert_eq!(stage.texts("SELECT way FROM commitments").await, ["number"]);
        let other = stage.signed_in(stage.account("Ursule Côté").await).await;
        assert_eq!(
            refusal(other.use_number(&number("AB-1234", "Ursule Côté")).await),
            Problem::NumberUnknown
        );
        // Guesses are counted.
        for _ in 0..9 {
            assert_eq!(
                refusal(other.use_number(&number("AB-9999", "Ursule Côté")).await),
                Problem::NumberUnknown
            );
        }
        let eleventh = other.use_number(&number("AB-9999", "Ursule Côté")).await;
        assert_eq!(refusal(eleventh), Problem::TooManyTries { minutes: 60 });
        // And it is too late one day.
        stage.wait(60 * DAY);
        let rita = stage.signed_in(stage.account("Rita Roy").await).await;
        assert_eq!(refusal(rita.use_number(&number("AB-1235", "Rita Roy")).await), Problem::NumberUnknown);
        let figures = sophie.asks::<AllOrganizations>(org.id).await.unwrap().numbers().await.unwrap();
        assert_eq!((figures[0].unused, figures[0].used), (1, 1));
        assert_eq!(figures[0].until.machine, "2026-12-31");
    });
}

#[test]
fn r7_who_leaves_represents_nobody_any_more_nor_again_on_coming_back() {
    on_both_with(&catalogue(), async |stage| {
        let (sophie, _) = support(stage).await;
        let (org, alice, rita) = college(stage).await;
        let hugo = stage.person(&org, "Hugo Hébert", &["colleges.programs"]).await;
        for person in [&rita, &hugo] {
            alice.sees().await.name_representative(person.contact).await.unwrap();
        }
        let named = async || alice.sees().await.representatives().await.unwrap().len();
        assert_eq!(named().await, 2);
        let active = async |active: bool| {
            let card = alice.sees().await.card(rita.contact).await.unwrap();
            let save = ContactSave {
                form: ContactForm::from(&card.facts),
                version: card.version,
                active,
                grants: GrantsForm { ticked: vec!["colleges.programs".into()], ..GrantsForm::default() },
            };
            sophie.asks::<ManageContacts>(org.id).await.unwrap().save(rita.contact, &save).await.unwrap();
        };
        active(false).await;
        active(true).await;
        // Back with her profile, and without the role.
        assert_eq!(refusal(rita.home().await.codes_waiting().await), Problem::NotFound);
        assert_eq!(named().await, 1);
        // Hugo leaves: his account is no longer linked.
        hugo.home().await.leave().await.unwrap();
        assert_eq!(named().await, 0);
        assert_eq!(stage.number("SELECT count(*) FROM representatives WHERE ended_at IS NULL").await, 0);
        let told = "SELECT count(*) FROM activity WHERE event = 'representative.ended'";
        assert_eq!(stage.number(told).await, 2);
        stage.read_all().await;
    });
}

#[test]
fn r6_a_code_ends_with_its_invitation_and_nobody_waits_for_it_any_more() {
    on_both_with(&catalogue(), async |stage| {
        let (sophie, _) = support(stage).await;
        let (org, alice, rita) = college(stage).await;
        alice.sees().await.name_representative(rita.contact).await.unwrap();
        let mut by_rita = at_the_college();
        by_rita.authorizer = person("Rita Roy", &rita.email);
        let (sent, ..) = signed(stage, &by_rita).await;
        stage.read_all().await;
        alice.manages().await.vouch(sent.read(), true).await.unwrap();
        let into = into(org.id, &["colleges.programs"]);
        keeps(&sophie).await.approve_request(sent.read(), &into).await.unwrap();
        let link = invitation_in(&stage.letter_to(URSULE).await);
        let [one] = &rita.home().await.codes_waiting().await.unwrap()[..] else { panic!("one waits") };
        stage.portal.visitor().decline(&link).await.unwrap();
        assert_eq!(rita.home().await.codes_waiting().await.unwrap(), []);
        assert_eq!(rita.home().await.home().await.unwrap().codes, Some(0));
        assert_eq!(refusal(rita.home().await.code_to_hand_over(one.id).await), Problem::NotFound);
        assert_eq!(refusal(rita.home().await.renew_code_held(one.id).await), Problem::RequestPassed);
        stage.read_all().await;
    });
}

#[test]
fn r8_a_number_under_another_name_than_the_contact_s_opens_nothing() {
    on_both_with(&catalogue(), async |stage| {
        let (sophie, _) = support(stage).await;
        let org = stage.organization("Order of Libraries").await;
        stage.alice(&org).await;
        let denis = stage.person(&org, "Denis Doucet", &["funding.reader"]).await;
        let keeps = sophie.asks::<KeepOrganizations>(org.id).await.unwrap();
        keeps.load_numbers(NUMBERS, &load()).await.unwrap();
        let typed = number("AB-1234", "Ursule Côté");
        let denis_here = denis.signs_in().await.unwrap();
        assert_eq!(refusal(denis_here.use_number(&typed).await), Problem::NumberUnknown);
        // It is still hers.
        let ursule = stage.signed_in(stage.account("Ursule Côté").await).await;
        assert_eq!(ursule.use_number(&typed).await.unwrap(), org.id);
    });
}

#[test]
fn r8_nobody_becomes_primary_by_a_number() {
    on_both_with(&catalogue(), async |stage| {
        let (sophie, _) = support(stage).await;
        let org = stage.organization("Order of Libraries").await;
        let keeps = sophie.asks::<KeepOrganizations>(org.id).await.unwrap();
        keeps.load_numbers(NUMBERS, &load()).await.unwrap();
        let ursule = stage.signed_in(stage.account("Ursule Côté").await).await;
        ursule.use_number(&number("AB-1234", "Ursule Côté")).await.unwrap();
        assert_eq!(
            stage.number("SELECT count(*) FROM contacts WHERE last_name = 'Côté' AND is_primary").await,
            0
        );
    });
}

#[test]
fn r8_tries_are_counted_for_an_address_of_the_network_too() {
    on_both_with(&catalogue(), async |stage| {
        let from = Some("192.0.2.9".parse().unwrap());
        for n in 0..6 {
            let guesser = stage.signed_in(stage.account(&format!("Guy N{n}")).await).await.from_address(from);
            for _ in 0..10 {
                let tried = guesser.use_number(&number("AB-9999", "Guy Noël")).await;
                assert_eq!(refusal(tried), Problem::NumberUnknown);
            }
        }
        let another = stage.signed_in(stage.account("Guy Last").await).await;
        let tried = another.clone().from_address(from).use_number(&number("AB-9999", "Guy Noël")).await;
        assert_eq!(refusal(tried), Problem::TooManyTries { minutes: 60 });
        let elsewhere = another.use_number(&number("AB-9999", "Guy Noël")).await;
        assert_eq!(refusal(elsewhere), Problem::NumberUnknown);
    });
}

#[test]
fn r8_numbers_that_nobody_used_are_loaded_anew_and_used_ones_stay() {
    on_both_with(&catalogue(), async |stage| {
        let (sophie, _) = support(stage).await;
        let (org, other) =
            (stage.organization("Order of Libraries").await, stage.organization("Other Order").await);
        stage.alice(&org).await;
        let keeps = sophie.asks::<KeepOrganizations>(org.id).await.unwrap();
        keeps.load_numbers(NUMBERS, &load()).await.unwrap();
        let ursule = stage.signed_in(stage.account("Ursule Côté").await).await;
        ursule.use_number(&number("AB-1234", "Ursule Côté")).await.unwrap();
        let later =
            NumberLoadForm { profiles: vec!["funding.reader".into()], until: "2027-06-30".into(), ..load() };
        // Another organization's are not taken.
        let there = sophie.asks::<KeepOrganizations>(other.id).await.unwrap();
        let loaded = there.load_numbers(NUMBERS, &later).await.unwrap();
        assert_eq!((loaded.loaded, loaded.here), (0, 2));
        let loaded = keeps.load_numbers(NUMBERS, &later).await.unwrap();
        assert_eq!((loaded.loaded, loaded.here), (1, 1));
        let figures = sophie.asks::<AllOrganizations>(org.id).await.unwrap().numbers().await.unwrap();
        let figures: Vec<_> =
            figures.iter().map(|line| (line.until.machine.as_str(), line.unused, line.used)).collect();
        assert_eq!(figures, [("2026-12-31", 0, 1), ("2027-06-30", 1, 0)]);
        stage.wait(60 * DAY);
        let account = stage.account("Rita Roy").await;
        stage.signed_in(account).await.use_number(&number("AB-1235", "Rita Roy")).await.unwrap();
        let here = stage.signed_in(account).await.permit::<SeeOrganization>(org.id).await.unwrap();
        assert_eq!(here.actor().profiles, ["funding.reader"]);
    });
}

#[test]
fn r8_whoever_loads_numbers_signed_in_a_short_while_ago() {
    on_both_with(&catalogue(), async |stage| {
        let (sophie, _) = support(stage).await;
        let org = stage.organization("Order of Libraries").await;
        let long_ago = stage.portal.now().plus_seconds(-3600);
        let late = stage.portal.signed_in(sophie.account()).await.unwrap().since(Some(long_ago));
        let keeps = late.permit::<KeepOrganizations>(org.id).await.unwrap();
        let before = stage.dump().await;
        assert_eq!(refusal(keeps.load_numbers(NUMBERS, &load()).await), Problem::StepUpNeeded);
        stage.unchanged_since(&before).await;
    });
}

#[test]
fn r8_one_number_used_by_two_at_once_opens_once() {
    on_both_with(&catalogue(), async |stage| {
        let (sophie, _) = support(stage).await;
        let org = stage.organization("Order of Libraries").await;
        stage.alice(&org).await;
        let keeps = sophie.asks::<KeepOrganizations>(org.id).await.unwrap();
        for n in 0..races(5) {
            stage.wait(3601);
            let table = format!("Number,Last name,First name\nZZ-{n:05},Roy,Rita\n");
            let form = NumberLoadForm { until: "2199-12-31".into(), ..load() };
            keeps.load_numbers(table.as_bytes(), &form).await.unwrap();
            let one = stage.signed_in(stage.account(&format!("Rita One{n}")).await).await;
            let two = stage.signed_in(stage.account(&format!("Rita Two{n}")).await).await;
            let typed = number(&format!("ZZ-{n:05}"), "Rita Roy");
            let (first, second) = tokio::join!(one.use_number(&typed), two.use_number(&typed));
            assert_ne!(first.is_ok(), second.is_ok(), "{first:?} {second:?}");
        }
    });
}

#[test]
fn r10_an_account_sees_its_services_of_every_organization_and_whom_to_ask() {
    on_both(async |stage| {
        let (tide, shore) = (stage.organization("Tide House").await, stage.organization("Shore House").await);
        let alice = stage.alice(&tide).await;
        stage.also(&alice, &shore, "Alice Aucoin", &["funding.reader"]).await;
        let carla = stage.carla(&shore).await;
        stage
            .run("UPDATE contacts SET is_primary = $2 WHERE id = $1", [carla.contact.0.into(), true.into()])
            .await;
        let services = alice.signs_in().await.unwrap().services().await.unwrap();
        let told: Vec<(String, Vec<String>, Option<String>)> = services
            .into_iter()
            .map(|access| {
                let profiles = access.service.profiles.iter().map(|name| name.en.clone()).collect();
                (access.organization_name.en, profiles, access.ask)
            })
            .collect();
        assert_eq!(
            told,
            [
                ("Shore House".to_owned(), vec!["Read only".to_owned()], Some("Carla Comeau".to_owned())),
                ("Tide House".to_owned(), vec!["Administrator".to_owned()], None),
            ]
        );
        // The same on the home of each organization.
        let ask = async |id| alice.asks::<SeeOrganization>(id).await.unwrap().home().await.unwrap().ask.name;
        assert_eq!((ask(shore.id).await.as_deref(), ask(tide.id).await), (Some("Carla Comeau"), None));
        stage.take_away(alice.contact, "funding.administrator").await;
        assert_eq!(alice.signs_in().await.unwrap().services().await.unwrap().len(), 1);
    });
}

#[test]
fn r12_what_is_said_of_a_page_is_kept_without_who_said_it() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let visitor = stage.portal.visitor().from_address(Some("192.0.2.7".parse().unwrap()));
        let say = async |page: &str, useful: &str, comment: &str| {
            let form = FeedbackForm { page: page.into(), useful: useful.into(), comment: comment.into() };
            visitor.say_of_page(&form, Language::Fr).await
        };
        assert_eq!(fault(say("/fr/desk", "", "").await, Field::Decision), Problem::Missing);
        say("/fr/organizations/0190a1b2c3d4e5f60718293a4b5c6d7e/contacts", "yes", "").await.unwrap();
        say("/en/organizations/ffffa1b2c3d4e5f60718293a4b5c6d7e/contacts?q=Roy", "no", "Trop long.")
            .await
            .unwrap();
        say("/fr/desk", "yes", "").await.unwrap();
        let (pages, comments) = reads(&sophie).await.feedback().await.unwrap();
        let pages: Vec<_> =
            pages.iter().map(|line| (line.page.as_str(), line.useful, line.useless)).collect();
        assert_eq!(pages, [("/organizations/*/contacts", 1, 1), ("/desk", 1, 0)]);
        assert_eq!(
            (comments[0].comment.as_str(), comments[0].on.machine.as_str()),
            ("Trop long.", "2026-11-22")
        );
        let kept: Vec<String> =
            stage.dump().await.into_iter().filter(|row| row.starts_with("feedback:")).collect();
        assert!(
            kept.iter()
                .all(|row| !row.contains("192.0.2.7") && !row.contains("0190a1b2") && !row.contains("Roy"))
        );
        for _ in 0..27 {
            say("/fr", "yes", "").await.unwrap();
        }
        assert!(matches!(refusal(say("/fr", "yes", "").await), Problem::TooManyTries { .. }));
    });
}

#[test]
fn r5_figures_tell_what_waits_by_age_and_how_long_decisions_take() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        for (n, days) in [(0, 1), (1, 3), (2, 8)] {
            let (sent, ..) = signed(stage, &form_of(&format!("Ursule N{n}"))).await;
            stage.wait(days * DAY);
            keeps(&sophie).await.refuse_request(sent.read(), &says("no")).await.unwrap();
            stage.read_all().await;
        }
        signed(stage, &form_of("Ursule Old")).await;
        stage.wait(20 * DAY);
        signed(stage, &form_of("Ursule New")).await;
        let figures = reads(&sophie).await.request_figures().await.unwrap();
        assert_eq!((figures.refused, figures.approved, figures.median_hours), (3, 0, Some(72)));
        let with_support = figures.waiting.iter().find(|line| line.state == RequestState::Submitted).unwrap();
        assert_eq!(with_support.bands, [1, 0, 0, 1]);
        assert_eq!(AgeBand::ALL[3], AgeBand::Older);
        let queue = reads(&sophie).await.request_queue(&QueueFilter::default()).await.unwrap();
        let order: Vec<&str> = queue.lines.iter().map(|line| line.user.as_str()).collect();
        assert_eq!(order, ["Ursule Old", "Ursule New"]);
    });
}

#[test]
fn g10_a_draft_that_nobody_goes_on_with_is_removed_with_all_it_says_of_people() {
    on_both(async |stage| {
        support(stage).await;
        let half = RequestForm { sent_by: "clerk@exemple.ca".into(), ..form() };
        stage.portal.visitor().save_request(&half, Language::En).await.unwrap();
        let token = link_in(&stage.letter_to("clerk@exemple.ca").await);
        // Saved is not sent (G3).
        let told = "SELECT event FROM activity WHERE event LIKE 'access_request%' ORDER BY at, event";
        assert_eq!(stage.texts(told).await, ["access_request.saved"]);
        stage.wait(31 * DAY);
        let servers = [0, 1].map(|_| {
            let portal = stage.portal.clone();
            tokio::spawn(async move { portal.mind().await })
        });
        for server in servers {
            server.await.unwrap().unwrap();
        }
        assert_eq!(stage.number("SELECT count(*) FROM access_requests").await, 0);
        for word in ["ursule.cote", "Ursule", "adele", "Adèle"] {
            let kept: Vec<String> = stage.dump().await.into_iter().filter(|row| row.contains(word)).collect();
            assert_eq!(kept, [""; 0], "{word}");
        }
        assert_eq!(refusal(stage.portal.visitor().bearer(&token).await), Problem::RequestLinkUnknown);
        assert_eq!(stage.texts(told).await, ["access_request.saved", "access_request.lapsed"]);
        stage.nobody_was_written_to().await;
    });
}

#[test]
fn g10_who_held_a_code_is_forgotten_with_the_person_unless_somebody_still_waits() {
    on_both_with(&catalogue(), async |stage| {
        let (sophie, _) = support(stage).await;
        let (org, alice, rita) = college(stage).await;
        alice.sees().await.name_representative(rita.contact).await.unwrap();
        let mut links = Vec::new();
        for name in ["Ursule Un", "Ugo Deux"] {
            let mut by_rita = at_the_college();
            by_rita.user = form_of(name).user;
            by_rita.authorizer = person("Rita Roy", &rita.email);
            let (sent, ..) = signed(stage, &by_rita).await;
            stage.read_all().await;
            alice.manages().await.vouch(sent.read(), true).await.unwrap();
            let into = into(org.id, &["colleges.programs"]);
            keeps(&sophie).await.approve_request(sent.read(), &into).await.unwrap();
            let link = invitation_in(&stage.letter_to(&by_rita.user.email).await);
            links.push((link, code_in(&stage.letter_to(&rita.email).await)));
            stage.wait(60);
        }
        let ursule = stage.signed_in(stage.account("Ursule Un").await).await;
        ursule.activate(&links[0].0, &links[0].1).await.unwrap();
        let sql = "UPDATE contacts SET active = $2 WHERE id = $1";
        stage.run(sql, [rita.contact.0.into(), false.into()]).await;
        let asked = domain::organizations::StateForm { reason: "asked".into() };
        let there = sophie.asks::<KeepOrganizations>(org.id).await.unwrap();
        there.anonymize(rita.contact, &asked).await.unwrap();
        let holders = "SELECT holder_name || ' ' || holder_email FROM handovers ORDER BY made_at, id";
        assert_eq!(stage.texts(holders).await, [" ".to_owned(), format!("Rita Roy {}", rita.email)]);
        // Ugo's code still opens.
        let ugo = stage.signed_in(stage.account("Ugo Deux").await).await;
        ugo.activate(&links[1].0, &links[1].1).await.unwrap();
        stage.read_all().await;
    });
}

#[test]
fn g10_a_request_that_ended_is_forgotten_in_its_time() {
    on_both(async |stage| {
        let (sophie, _) = support(stage).await;
        let (sent, ..) = signed(stage, &form()).await;
        keeps(&sophie)
            .await
            .refuse_request(sent.read(), &says("Ursule Côté is unknown to us."))
            .await
            .unwrap();
        stage.read_all().await;
        let of = async |word: &str| {
            let rows = stage.dump().await.into_iter().filter(|row| row.contains(word));
            rows.filter(|row| !row.starts_with("outbox:")).count()
        };
        stage.wait(23 * 31 * DAY);
        stage.portal.mind().await.unwrap();
        assert!(of("ursule.cote").await > 0);
        stage.wait(62 * DAY);
        stage.portal.mind().await.unwrap();
        stage.read_all().await;
        for word in ["ursule.cote", "Ursule", "adele", "Adèle", "unknown to us"] {
            assert_eq!(of(word).await, 0, "{word}");
        }
        assert_eq!(states(stage).await, ["refused"]);
        assert_eq!(stage.portal.verify_activity().await.unwrap().broken, []);
        let filter = QueueFilter { state: Some(RequestState::Refused), ..QueueFilter::default() };
        assert_eq!(reads(&sophie).await.request_queue(&filter).await.unwrap().found, 1);
    });
}
