//! Support's desk (rules O2, O3, O4, P2, C10, G7, G8).

use crate::contacts::{is_open, session_of};
use crate::stage::{DAY, Org, Person, Stage, fault, on_both, on_both_older, refusal, typed};
use backend::{DetailsSave, Refusal};
use domain::desk::{
    AnnouncementForm, DepartmentFilter, DepartmentPeopleForm, DeskPage, DeskSearch, OpenForm, RecoveryForm,
    RelinkForm, SteeringForm,
};
use domain::organizations::{DetailsForm, OrganizationState, StateForm};
use domain::permissions::{
    AllOrganizations, EditOrganization, KeepOrganizations, ManageContacts, SeeContacts, SeeOrganization,
};
use domain::{Bilingual, DepartmentId, Field, Language, OrganizationId, Problem, RelinkId};

/// The operator, with Sophie (supervisor) and Alain (agent).
async fn support(stage: &Stage) -> (Org, Person, Person) {
    let operator = stage.operator().await;
    let sophie = stage.person(&operator, "Sophie Savoie", &["support.supervisor"]).await;
    let alain = stage.person(&operator, "Alain Allard", &["support.agent"]).await;
    (operator, sophie, alain)
}

async fn desk(who: &Person, search: &DeskSearch) -> DeskPage {
    let staff = who.signs_in().await.unwrap().staff::<AllOrganizations>().await.unwrap();
    staff.desk(search, Language::Fr).await.unwrap()
}

fn words(words: &str) -> DeskSearch {
    DeskSearch { words: words.to_owned(), ..DeskSearch::default() }
}

fn organizations(page: &DeskPage) -> Vec<&str> {
    page.lines.iter().map(|line| line.name.en.as_str()).collect()
}

fn people(page: &DeskPage) -> Vec<&str> {
    page.people.iter().map(|person| person.name.as_str()).collect()
}

fn because(reason: &str) -> StateForm {
    StateForm { reason: reason.to_owned() }
}

/// Support about one organization.
async fn about(who: &Person, organization: OrganizationId) -> backend::Permit<KeepOrganizations> {
    who.asks::<KeepOrganizations>(organization).await.unwrap()
}

async fn card(who: &Person, organization: OrganizationId) -> domain::desk::SupportCard {
    who.asks::<AllOrganizations>(organization).await.unwrap().support_card().await.unwrap()
}

#[test]
fn g7_only_support_comes_to_the_desk() {
    on_both(async |stage| {
        let (operator, sophie, _) = support(stage).await;
        let auditor = stage.person(&operator, "Aude Arsenault", &["support.auditor"]).await;
        let clerk = stage.person(&operator, "Carl Cormier", &["funding.administrator"]).await;
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        for stranger in [&alice, &clerk] {
            let signed_in = stranger.signs_in().await.unwrap();
            assert_eq!(refusal(signed_in.staff::<AllOrganizations>().await), Problem::NotFound);
        }
        assert_eq!(
            organizations(&desk(&sophie, &DeskSearch::default()).await),
            ["Program Office", "Tide House"]
        );
        assert_eq!(desk(&auditor, &DeskSearch::default()).await.found, 2);
        // Who only reads opens, closes and switches nothing.
        let signed_in = auditor.signs_in().await.unwrap();
        assert_eq!(refusal(signed_in.staff::<KeepOrganizations>().await), Problem::Forbidden);
        assert_eq!(refusal(auditor.asks::<KeepOrganizations>(org.id).await), Problem::Forbidden);
        assert_eq!(refusal(alice.asks::<KeepOrganizations>(org.id).await), Problem::Forbidden);
        assert_eq!(refusal(alice.asks::<AllOrganizations>(org.id).await), Problem::Forbidden);
    });
}

#[test]
fn g7_people_are_found_across_organizations_by_name_and_address() {
    on_both(async |stage| {
        let (_, sophie, _) = support(stage).await;
        let tide = stage.organization("Tide House").await;
        let shore = stage.organization("Shore House").await;
        for name in ["Marie Côté", "Bo 50%Off", "Li", "Anne O’Brien"] {
            stage.contact(&tide, name).await;
        }
        for name in ["Marie Zwicker", "Marianne Cotey", "Ana Lirette"] {
            stage.contact(&shore, name).await;
        }
        for (typed, found) in [
            ("MARIE", vec!["Côté, Marie", "Zwicker, Marie"]),
            ("marie cote", vec!["Côté, Marie"]),
            ("cot", vec!["Côté, Marie", "Cotey, Marianne"]),
            ("marie.cote@example.org", vec!["Côté, Marie"]),
            ("zwicker ma", vec!["Zwicker, Marie"]),
            // Any character is literal.
            ("50%o", vec!["50%Off, Bo"]),
            ("mar_e", vec![]),
            ("o'brien", vec!["O’Brien, Anne"]),
            ("\"marie\"", vec![]),
            ("marie*", vec![]),
            // The letters by three of a word may stand apart: the word does not.
            ("mariem", vec![]),
            // Shorter than three letters: the beginning of a last name.
            ("li", vec!["Li", "Lirette, Ana"]),
            ("zw", vec!["Zwicker, Marie"]),
            ("-", vec![]),
        ] {
            let page = desk(&sophie, &words(typed)).await;
            assert_eq!(people(&page), found, "{typed}");
        }
        let page = desk(&sophie, &words("zwicker")).await;
        assert_eq!(page.people[0].organization_name.en, "Shore House");
        assert!(!page.more_people && !page.by_last_name);
        assert!(desk(&sophie, &words("zw")).await.by_last_name);
        // What is changed is found as it is now, and no more as it was.
        let alice = stage.alice(&tide).await;
        let contact = alice.sees().await.list(&domain::contacts::ContactSearch::default()).await.unwrap();
        let marie = contact.lines.iter().find(|line| line.first_name == "Marie").unwrap().id;
        let drawn = alice.sees().await.card(marie).await.unwrap();
        let mut save = backend::ContactSave {
            form: (&drawn.facts).into(),
            version: drawn.version,
            active: true,
            grants: domain::grants::GrantsForm::default(),
        };
        save.form.last_name = "Vautour".to_owned();
        alice.manages().await.save(marie, &save).await.unwrap();
        assert_eq!(people(&desk(&sophie, &words("vautour")).await), ["Vautour, Marie"]);
        save.form.email = "mv@example.org".to_owned();
        save.version += 1;
        alice.manages().await.save(marie, &save).await.unwrap();
        assert_eq!(people(&desk(&sophie, &words("cote@")).await), [""; 0]);
    });
}

#[test]
fn g7_many_people_are_cut_short_and_the_page_says_so() {
    on_both(async |stage| {
        let (_, sophie, _) = support(stage).await;
        let org = stage.organization("Tide House").await;
        for n in 0..55 {
            stage.contact(&org, &format!("Sam Surette{n:02}")).await;
        }
        let page = desk(&sophie, &words("surette")).await;
        assert_eq!((page.people.len(), page.more_people), (50, true));
        assert!(desk(&sophie, &words(&"many words ".repeat(9))).await.people.is_empty());
    });
}

#[test]
fn o3_an_organization_is_found_by_its_names_of_now_and_of_before() {
    on_both(async |stage| {
        let (_, sophie, alain) = support(stage).await;
        let org = stage.organization("Tide House / Maison des marées").await;
        stage.organization("Shore House").await;
        let edit = alain.asks::<EditOrganization>(org.id).await.unwrap();
        let drawn = alain.asks::<SeeOrganization>(org.id).await.unwrap().details().await.unwrap();
        let form = DetailsForm { name_en: "Wave House".into(), ..(&drawn.details).into() };
        edit.save_details(&DetailsSave { form, version: drawn.version }).await.unwrap();
        for typed in ["wave", "Tide House", "marées", "house maison"] {
            assert_eq!(organizations(&desk(&sophie, &words(typed)).await), ["Wave House"], "{typed}");
        }
        assert_eq!(organizations(&desk(&sophie, &words("house")).await), ["Wave House", "Shore House"]);
    });
}

#[test]
fn g7_the_list_is_narrowed_by_state_and_module_and_paged() {
    on_both(async |stage| {
        let (_, sophie, _) = support(stage).await;
        let tide = stage.organization("Tide House").await;
        stage.offer(&tide, "cases").await;
        let shore = stage.organization("Shore House").await;
        about(&sophie, shore.id).await.close(&because("No longer funded.")).await.unwrap();
        let by_module = DeskSearch { module: "cases".into(), ..DeskSearch::default() };
        assert_eq!(organizations(&desk(&sophie, &by_module).await), ["Tide House"]);
        let everybody_s = DeskSearch { module: "funding".into(), ..DeskSearch::default() };
        assert_eq!(desk(&sophie, &everybody_s).await.found, 3);
        let closed = DeskSearch { state: Some(OrganizationState::Closed), ..DeskSearch::default() };
        assert_eq!(organizations(&desk(&sophie, &closed).await), ["Shore House"]);
        for n in 0..20 {
            stage.organization(&format!("Zone {n:02}")).await;
        }
        let second = desk(&sophie, &DeskSearch { page: 2, ..DeskSearch::default() }).await;
        assert_eq!(
            (second.found, second.pages, organizations(&second)),
            (23, 2, vec!["Zone 17", "Zone 18", "Zone 19"])
        );
        assert_eq!(desk(&sophie, &DeskSearch { page: 99, ..DeskSearch::default() }).await, second);
    });
}

#[test]
fn o3_a_closed_organization_signs_nobody_in_and_can_be_reopened() {
    on_both(async |stage| {
        let (_, sophie, _) = support(stage).await;
        let (tide, shore) = (stage.organization("Tide House").await, stage.organization("Shore House").await);
        let alice = stage.alice(&tide).await;
        let carla = stage.carla(&tide).await;
        stage.also(&carla, &shore, "Carla Comeau", &["funding.administrator"]).await;
        let (hers, other) = (session_of(stage, &alice).await, session_of(stage, &carla).await);
        let keeps = about(&sophie, tide.id).await;
        assert_eq!(fault(keeps.close(&because(" ")).await, Field::Reason), Problem::Missing);
        assert_eq!(card(&sophie, tide.id).await.closing.sessions, 1);
        keeps.close(&because("No longer funded.")).await.unwrap();
        // On the very next request.
        assert_eq!(refusal(alice.asks::<SeeContacts>(tide.id).await), Problem::NotFound);
        assert_eq!(refusal(carla.asks::<SeeContacts>(tide.id).await), Problem::NotFound);
        assert!(carla.asks::<SeeContacts>(shore.id).await.is_ok());
        assert!(!is_open(stage, &hers).await && is_open(stage, &other).await);
        assert!(alice.signs_in().await.unwrap().organizations().await.unwrap().is_empty());
        // Support still looks, and closing twice is refused.
        assert!(sophie.asks::<SeeContacts>(tide.id).await.is_ok());
        assert_eq!(refusal(keeps.close(&because("Again.")).await), Problem::StateForbids);
        stage.wait(DAY);
        keeps.reopen(&because("Funded again.")).await.unwrap();
        assert!(alice.asks::<ManageContacts>(tide.id).await.is_ok());
        let states = card(&sophie, tide.id).await.states;
        let told: Vec<_> =
            states.iter().map(|line| (line.state, line.reason.as_deref(), line.by.as_deref())).collect();
        assert_eq!(
            told,
            [
                (OrganizationState::Open, Some("Funded again."), Some("Sophie Savoie")),
                (OrganizationState::Closed, Some("No longer funded."), Some("Sophie Savoie")),
            ]
        );
        let lines = stage.activity().await;
        let told: Vec<_> = lines.iter().map(|line| (line.event.as_str(), line.kind.as_str())).collect();
        assert_eq!(told, [("organization.closed", "support"), ("organization.reopened", "support")]);
    });
}

#[test]
fn o3_the_operator_s_own_organization_is_never_closed() {
    on_both(async |stage| {
        let (operator, sophie, _) = support(stage).await;
        let tide = stage.organization("Tide House").await;
        let keeps = about(&sophie, operator.id).await;
        assert_eq!(refusal(keeps.close(&because("By mistake.")).await), Problem::StateForbids);
        assert_eq!(
            refusal(keeps.merge(&tide.id.to_string(), &because("By mistake.")).await),
            Problem::StateForbids
        );
    });
}

#[test]
fn o3_a_merged_organization_keeps_its_history_and_points_to_the_other() {
    on_both(async |stage| {
        let (operator, sophie, _) = support(stage).await;
        let (tide, shore) = (stage.organization("Tide House").await, stage.organization("Shore House").await);
        let alice = stage.alice(&tide).await;
        let keeps = about(&sophie, tide.id).await;
        for wrong in ["", "nothing", &tide.id.to_string(), &operator.id.to_string()] {
            let merged = keeps.merge(wrong, &because("They joined.")).await;
            assert!(
                matches!(fault(merged, Field::MergeInto), Problem::Missing | Problem::NotToMergeInto),
                "{wrong}"
            );
        }
        keeps.merge(&shore.id.to_string(), &because("They joined.")).await.unwrap();
        assert_eq!(refusal(alice.asks::<SeeContacts>(tide.id).await), Problem::NotFound);
        let merged = card(&sophie, tide.id).await;
        assert_eq!(merged.state, OrganizationState::Merged);
        assert_eq!(merged.merged_into.unwrap().name.en, "Shore House");
        assert_eq!(card(&sophie, shore.id).await.merged_from[0].name.en, "Tide House");
        assert_eq!(refusal(keeps.reopen(&because("No.")).await), Problem::StateForbids);
        // Its contacts and their history stay where they were.
        let list = sophie.asks::<SeeContacts>(tide.id).await.unwrap();
        assert_eq!(list.list(&domain::contacts::ContactSearch::default()).await.unwrap().found, 1);
        let found = sophie
            .asks::<AllOrganizations>(shore.id)
            .await
            .unwrap()
            .to_merge_into("house", Language::Fr)
            .await;
        assert_eq!(found.unwrap(), []);
        let mut events: Vec<String> = stage.activity().await.into_iter().map(|line| line.event).collect();
        events.sort();
        assert_eq!(events, ["organization.joined", "organization.merged"]);
    });
}

#[test]
fn p2_switched_off_a_module_s_profiles_wait_and_switched_on_they_may_work_again() {
    on_both(async |stage| {
        let (_, sophie, _) = support(stage).await;
        let org = stage.organization("Tide House").await;
        stage.offer(&org, "cases").await;
        let alice = stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["cases.reviewer", "funding.user"]).await;
        let denis = stage.person(&org, "Denis Doucet", &["cases.reviewer"]).await;
        let figures = async || {
            let permit = sophie.asks::<AllOrganizations>(org.id).await.unwrap();
            permit.module_figures("cases").await.unwrap()
        };
        assert_eq!((figures().await.working, figures().await.people), (2, 2));
        let keeps = about(&sophie, org.id).await;
        assert_eq!(keeps.switch_off("cases").await.unwrap(), 2);
        assert_eq!(refusal(denis.asks::<SeeOrganization>(org.id).await), Problem::NotFound);
        assert_eq!(bruno.home().await.actor().profiles, ["funding.user"]);
        assert_eq!(refusal(keeps.switch_off("cases").await), Problem::ChangedMeanwhile);
        assert_eq!(figures().await.waiting, 2);
        // Denis leaves meanwhile: what he held stays suspended.
        let drawn = alice.sees().await.card(denis.contact).await.unwrap();
        let save = backend::ContactSave {
            form: (&drawn.facts).into(),
            version: drawn.version,
            active: false,
            grants: domain::grants::GrantsForm::default(),
        };
        alice.manages().await.save(denis.contact, &save).await.unwrap();
        assert_eq!(figures().await.waiting, 1);
        assert_eq!(keeps.switch_on("cases", true).await.unwrap(), 1);
        assert_eq!(bruno.home().await.actor().profiles, ["cases.reviewer", "funding.user"]);
        assert_eq!(figures().await.waiting, 0);
        let events: Vec<String> = stage.activity().await.into_iter().map(|line| line.event).collect();
        assert_eq!(events, ["module.switched_off", "contact.deactivated", "module.switched_on"]);
        stage.read_all().await;
    });
}

#[test]
fn p2_switched_on_without_restoring_everybody_starts_anew() {
    on_both(async |stage| {
        let (_, sophie, _) = support(stage).await;
        let org = stage.organization("Tide House").await;
        stage.offer(&org, "learners").await;
        stage.alice(&org).await;
        let bruno = stage.person(&org, "Bruno Boudreau", &["learners.manager"]).await;
        let keeps = about(&sophie, org.id).await;
        keeps.switch_off("learners").await.unwrap();
        assert_eq!(keeps.switch_on("learners", false).await.unwrap(), 0);
        assert_eq!(refusal(bruno.asks::<SeeOrganization>(org.id).await), Problem::NotFound);
        for wrong in ["funding", "support", "nothing"] {
            assert_eq!(refusal(keeps.switch_off(wrong).await), Problem::NotFound, "{wrong}");
        }
    });
}

#[test]
fn c10_switching_a_module_off_never_takes_the_last_administrator() {
    on_both(async |stage| {
        let (_, sophie, _) = support(stage).await;
        let org = stage.organization("Tide College").await;
        stage.offer(&org, "colleges").await;
        let rita = stage.person(&org, "Rita Roy", &["colleges.administrator"]).await;
        let before = stage.dump().await;
        let keeps = about(&sophie, org.id).await;
        assert_eq!(refusal(keeps.switch_off("colleges").await), Problem::LastAdministrator);
        stage.unchanged_since(&before).await;
        stage.alice(&org).await;
        assert_eq!(keeps.switch_off("colleges").await.unwrap(), 1);
        assert_eq!(refusal(rita.asks::<SeeOrganization>(org.id).await), Problem::NotFound);
    });
}

#[test]
fn o4_support_steers_an_organization_by_facts() {
    on_both(async |stage| {
        let (_, sophie, alain) = support(stage).await;
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let at_desk = sophie.signs_in().await.unwrap().staff::<KeepOrganizations>().await.unwrap();
        at_desk.add_department(&Bilingual::new("Employment", "Emploi")).await.unwrap();
        let again = at_desk.add_department(&Bilingual::new("Employment", "Travail")).await;
        assert_eq!(fault(again, Field::NameEn), Problem::NameTaken);
        let desk = sophie.asks::<AllOrganizations>(org.id).await.unwrap();
        let departments = desk.departments().await.unwrap();
        let agents: Vec<_> = desk.agents().await.unwrap().into_iter().map(|agent| agent.name).collect();
        assert_eq!(agents, ["Alain Allard", "Sophie Savoie"]);
        let form = SteeringForm {
            tracks_clients: "true".into(),
            learning_organization: "true".into(),
            representative: alain.contact.to_string(),
            departments: departments.iter().map(|one| one.id.to_string()).collect(),
            ..SteeringForm::default()
        };
        let keeps = about(&sophie, org.id).await;
        assert!(keeps.steer(&form).await.unwrap());
        assert!(!keeps.steer(&form).await.unwrap());
        let stranger = SteeringForm { representative: alice.contact.to_string(), ..form.clone() };
        assert_eq!(fault(keeps.steer(&stranger).await, Field::Representative), Problem::UnknownChoice);
        let card = card(&sophie, org.id).await;
        assert_eq!(card.representative.as_deref(), Some("Alain Allard"));
        assert!(
            card.facts.tracks_clients && card.facts.learning_organization && !card.facts.registered_college
        );
        // C3: the fact steers at once what is asked of a contact; O2: everyone sees the departments.
        let added = alice.manages().await.add(&typed("Bruno Boudreau")).await;
        assert_eq!(fault(added, Field::OfficeLocation), Problem::Missing);
        assert_eq!(alice.home().await.details().await.unwrap().departments[0].name.en, "Employment");
    });
}

fn opening(name: &str) -> OpenForm {
    let details =
        DetailsForm { name_en: name.into(), name_fr: format!("{name} fr"), ..DetailsForm::default() };
    OpenForm { details, ..OpenForm::default() }
}

async fn opens(who: &Person, form: &OpenForm) -> Result<OrganizationId, Refusal> {
    who.signs_in().await.unwrap().staff::<KeepOrganizations>().await.unwrap().open_organization(form).await
}

#[test]
fn o3_support_opens_an_organization_and_p4_its_first_contact_administers_it() {
    on_both(async |stage| {
        let (_, sophie, _) = support(stage).await;
        let form = OpenForm {
            modules: vec!["colleges".into()],
            last_name: "Roy".into(),
            first_name: "Rita".into(),
            contact_email: "rita.roy@example.org".into(),
            ..opening("Tide College")
        };
        let id = opens(&sophie, &form).await.unwrap();
        let token = stage.link_to("rita.roy@example.org").await;
        let account = stage.account("Rita Roy").await;
        assert_eq!(stage.signed_in(account).await.accept(&token).await.unwrap(), id);
        let rita = stage.signed_in(account).await.permit::<SeeOrganization>(id).await.unwrap();
        assert_eq!(rita.actor().profiles, ["colleges.administrator", "funding.administrator"]);
        let card = card(&sophie, id).await;
        assert!(
            !card.orphaned && card.modules.iter().any(|module| module.key == "colleges" && module.eligible)
        );
        assert_eq!(card.states[0].by.as_deref(), Some("Sophie Savoie"));
        let again = opens(&sophie, &opening("Tide College")).await;
        assert_eq!(fault(again, Field::NameEn), Problem::NameTaken);
        let half = OpenForm { last_name: "Roy".into(), ..opening("") };
        assert_eq!(fault(opens(&sophie, &half).await, Field::NameEn), Problem::Missing);
        assert_eq!(fault(opens(&sophie, &half).await, Field::ContactEmail), Problem::Missing);
        let wrong = OpenForm { modules: vec!["support".into()], ..opening("Other") };
        assert_eq!(refusal(opens(&sophie, &wrong).await), Problem::UnknownChoice);
        let alone = opens(&sophie, &opening("Shore College")).await.unwrap();
        assert!(self::card(&sophie, alone).await.orphaned);
        stage.read_all().await;
    });
}

#[test]
fn c10_support_recovers_an_organization_that_nobody_administers() {
    on_both(async |stage| {
        let (_, sophie, _) = support(stage).await;
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let other = stage.organization("Shore House").await;
        let bruno = stage.contact(&org, "Bruno Boudreau").await;
        let orphaned = DeskSearch { orphaned: true, ..DeskSearch::default() };
        assert_eq!(organizations(&desk(&sophie, &orphaned).await), ["Shore House"]);
        let form = RecoveryForm {
            contact: bruno.contact.to_string(),
            profile: "funding.administrator".into(),
            reason: "The board wrote on November 20.".into(),
        };
        let keeps = about(&sophie, org.id).await;
        assert_eq!(refusal(keeps.recover(&form).await), Problem::HasAdministrator);
        stage.run("UPDATE accounts SET disabled_at = 1 WHERE id = $1", [alice.account().0.into()]).await;
        assert_eq!(organizations(&desk(&sophie, &orphaned).await), ["Shore House", "Tide House"]);
        let blank = RecoveryForm { reason: String::new(), ..form.clone() };
        assert_eq!(fault(keeps.recover(&blank).await, Field::Reason), Problem::Missing);
        let plain = RecoveryForm { profile: "funding.user".into(), ..form.clone() };
        assert_eq!(fault(keeps.recover(&plain).await, Field::Profiles), Problem::NoProfile);
        let elsewhere = about(&sophie, other.id).await.recover(&form).await;
        assert_eq!(refusal(elsewhere), Problem::NotFound);
        keeps.recover(&form).await.unwrap();
        let token = stage.link_to(&bruno.email).await;
        let account = stage.account("Bruno Boudreau").await;
        stage.signed_in(account).await.accept(&token).await.unwrap();
        assert!(stage.linked(&bruno, account).asks::<ManageContacts>(org.id).await.is_ok());
        assert_eq!(organizations(&desk(&sophie, &orphaned).await), ["Shore House"]);
        let line =
            stage.activity().await.into_iter().find(|line| line.event == "administrator.recovered").unwrap();
        assert_eq!(
            (line.kind.as_str(), line.details["reason"].as_str()),
            ("support", Some("The board wrote on November 20."))
        );
        stage.read_all().await;
    });
}

fn relinking(email: &str) -> RelinkForm {
    RelinkForm { reason: "Lost.".into(), evidence: "Called back at the office.".into(), email: email.into() }
}

async fn waiting(who: &Person) -> Vec<RelinkId> {
    let staff = who.signs_in().await.unwrap().staff::<AllOrganizations>().await.unwrap();
    staff.relinks().await.unwrap().into_iter().map(|line| line.id).collect()
}

#[test]
fn g7_a_lost_account_is_linked_anew_by_two_people_of_support() {
    on_both(async |stage| {
        let (_, sophie, alain) = support(stage).await;
        let org = stage.organization("Tide House").await;
        let alice = stage.alice(&org).await;
        let session = session_of(stage, &alice).await;
        let opens = about(&alain, org.id).await;
        assert_eq!(
            fault(opens.open_relink(alice.contact, &relinking("nobody")).await, Field::Email),
            Problem::NotAnEmail
        );
        opens.open_relink(alice.contact, &relinking("alice.new@example.org")).await.unwrap();
        let twice = opens.open_relink(alice.contact, &relinking("alice.new@example.org")).await;
        assert_eq!(refusal(twice), Problem::RelinkUnderWay);
        let [id] = waiting(&sophie).await[..] else { panic!("one waits") };
        let seen = alain.signs_in().await.unwrap().staff::<AllOrganizations>().await.unwrap();
        assert!(seen.relink(id).await.unwrap().mine);
        // Never the same person twice; nothing has changed so far.
        assert_eq!(refusal(opens.confirm_relink(id).await), Problem::NeedsSomebodyElse);
        assert!(alice.asks::<ManageContacts>(org.id).await.is_ok());
        about(&sophie, org.id).await.confirm_relink(id).await.unwrap();
        assert_eq!(refusal(alice.asks::<ManageContacts>(org.id).await), Problem::NotFound);
        assert!(!is_open(stage, &session).await);
        assert_eq!(waiting(&sophie).await, []);
        // Both addresses are told; the invitation goes to the new one.
        stage.letter_to(&alice.email).await;
        let letters = stage.letters_to("alice.new@example.org").await;
        assert_eq!(letters.len(), 2);
        let invitation = letters.iter().find(|letter| letter.text.contains("/invitation/")).unwrap();
        let account = stage.account("Alice Again").await;
        stage.signed_in(account).await.accept(&crate::stage::link_in(invitation)).await.unwrap();
        let again = stage.linked(&alice, account);
        assert_eq!(again.manages().await.actor().profiles, ["funding.administrator"]);
        let list = again.sees().await.list(&domain::contacts::ContactSearch::default()).await.unwrap();
        assert!(list.lines[0].primary && list.lines[0].email.as_str() == "alice.new@example.org");
        let decided = about(&sophie, org.id).await.confirm_relink(id).await;
        assert_eq!(refusal(decided), Problem::RelinkEnded);
        let events: Vec<String> = stage.activity().await.into_iter().map(|line| line.event).collect();
        assert_eq!(events, ["relink.opened", "relink.confirmed", "invitation.accepted"]);
        stage.read_all().await;
    });
}

#[test]
fn g7_a_new_link_is_too_old_after_seven_days_and_can_be_refused() {
    on_both(async |stage| {
        let (_, sophie, alain) = support(stage).await;
        let (tide, shore) = (stage.organization("Tide House").await, stage.organization("Shore House").await);
        let alice = stage.alice(&tide).await;
        let bruno = stage.contact(&tide, "Bruno Boudreau").await;
        let opens = about(&alain, tide.id).await;
        let none = opens.open_relink(bruno.contact, &relinking("b@example.org")).await;
        assert_eq!(refusal(none), Problem::NoAccountLinked);
        let elsewhere =
            about(&alain, shore.id).await.open_relink(alice.contact, &relinking("a@example.org")).await;
        assert_eq!(refusal(elsewhere), Problem::NotFound);
        opens.open_relink(alice.contact, &relinking("a@example.org")).await.unwrap();
        let [old] = waiting(&sophie).await[..] else { panic!("one waits") };
        stage.wait(7 * DAY);
        assert_eq!(waiting(&sophie).await, []);
        let late = about(&sophie, tide.id).await.confirm_relink(old).await;
        assert_eq!(refusal(late), Problem::RelinkEnded);
        opens.open_relink(alice.contact, &relinking("a@example.org")).await.unwrap();
        let [id] = waiting(&sophie).await[..] else { panic!("one waits") };
        // Another organization's permit does not reach it.
        assert_eq!(refusal(about(&sophie, shore.id).await.confirm_relink(id).await), Problem::NotFound);
        opens.refuse_relink(id).await.unwrap();
        assert_eq!(waiting(&sophie).await, []);
        assert!(alice.asks::<ManageContacts>(tide.id).await.is_ok());
    });
}

#[test]
fn g8_support_s_notice_is_shown_to_everybody_while_it_lasts() {
    on_both(async |stage| {
        let (_, sophie, _) = support(stage).await;
        let shown = async || stage.portal.visitor().announcements().await.unwrap();
        let staff = sophie.signs_in().await.unwrap().staff::<KeepOrganizations>().await.unwrap();
        let form = AnnouncementForm {
            text_en: "Closed on Monday.".into(),
            text_fr: "Fermé lundi.".into(),
            from: "2026-11-23T08:00".into(),
            until: "2026-11-24T08:00".into(),
        };
        let backwards = AnnouncementForm { until: "2026-11-23T07:00".into(), ..form.clone() };
        assert_eq!(fault(staff.announce(&backwards).await, Field::Until), Problem::EndsBeforeItBegins);
        staff.announce(&form).await.unwrap();
        assert_eq!(shown().await, []);
        stage.wait(DAY);
        assert_eq!(shown().await, [Bilingual::new("Closed on Monday.", "Fermé lundi.")]);
        let reads = sophie.signs_in().await.unwrap().staff::<AllOrganizations>().await.unwrap();
        let lines = reads.announcements_to_come().await.unwrap();
        assert!(lines[0].shown);
        let staff = sophie.signs_in().await.unwrap().staff::<KeepOrganizations>().await.unwrap();
        staff.end_announcement(lines[0].id).await.unwrap();
        assert_eq!(shown().await, []);
        assert_eq!(refusal(staff.end_announcement(lines[0].id).await), Problem::NotFound);
        let events: Vec<String> = stage.activity().await.into_iter().map(|line| line.event).collect();
        assert_eq!(events, ["announcement.set", "announcement.ended"]);
    });
}

fn people_ticked(people: &[&Person]) -> DepartmentPeopleForm {
    DepartmentPeopleForm { people: people.iter().map(|person| person.contact.to_string()).collect() }
}

#[test]
fn o2_support_s_people_belong_to_departments() {
    on_both(async |stage| {
        let (operator, sophie, alain) = support(stage).await;
        let carl = stage.person(&operator, "Carl Cormier", &["funding.user"]).await;
        let auditor = stage.person(&operator, "Aude Arsenault", &["support.auditor"]).await;
        let keeps = sophie.signs_in().await.unwrap().staff::<KeepOrganizations>().await.unwrap();
        let reads = auditor.signs_in().await.unwrap().staff::<AllOrganizations>().await.unwrap();
        keeps.add_department(&Bilingual::new("Employment", "Emploi")).await.unwrap();
        keeps.add_department(&Bilingual::new("Literacy", "Alphabétisation")).await.unwrap();
        // In the order of their French names.
        let [_, employment] = &reads.departments().await.unwrap()[..] else { panic!("two") };
        let staffed = keeps.staff_department(employment.id, &people_ticked(&[&alain, &auditor])).await;
        assert_eq!(staffed.unwrap(), (Bilingual::new("Employment", "Emploi"), true));
        assert!(!keeps.staff_department(employment.id, &people_ticked(&[&auditor, &alain])).await.unwrap().1);
        let departments = reads.departments_with_people().await.unwrap();
        let names: Vec<_> = departments[1].people.iter().map(|person| person.name.as_str()).collect();
        assert_eq!((departments[0].people.len(), names), (0, vec!["Alain Allard", "Aude Arsenault"]));
        // A staff member's page shows it; nobody who is not of Support belongs to one.
        let page = sophie.asks::<SeeContacts>(operator.id).await.unwrap();
        assert_eq!(page.departments_of(alain.contact).await.unwrap()[0].name.fr, "Emploi");
        assert_eq!(page.departments_of(carl.contact).await.unwrap(), []);
        let before = stage.dump().await;
        let wrong = keeps.staff_department(employment.id, &people_ticked(&[&carl])).await;
        assert_eq!(refusal(wrong), Problem::UnknownChoice);
        let nowhere = keeps.staff_department(DepartmentId(carl.contact.0), &people_ticked(&[&alain])).await;
        assert_eq!(refusal(nowhere), Problem::NotFound);
        stage.unchanged_since(&before).await;
        // Who left Support is not shown, and whoever saves meanwhile takes nothing from them.
        stage.take_away(auditor.contact, "support.auditor").await;
        keeps.staff_department(employment.id, &people_ticked(&[])).await.unwrap();
        stage.hold(&operator, auditor.contact, "support.agent").await;
        assert_eq!(page.departments_of(auditor.contact).await.unwrap().len(), 1);
        let line =
            stage.activity().await.into_iter().find(|line| line.event == "department.staffed").unwrap();
        assert_eq!(line.details["after"]["people"][0], "Alain Allard");
        assert_eq!(line.details["department"]["en"], "Employment");
    });
}

#[test]
fn o2_the_desk_is_narrowed_to_a_department_or_to_one_s_own() {
    on_both(async |stage| {
        let (_, sophie, alain) = support(stage).await;
        let tide = stage.organization("Tide House").await;
        let shore = stage.organization("Shore House").await;
        let keeps = sophie.signs_in().await.unwrap().staff::<KeepOrganizations>().await.unwrap();
        for name in ["Employment", "Literacy"] {
            keeps.add_department(&Bilingual::new(name, name)).await.unwrap();
        }
        let reads = alain.signs_in().await.unwrap().staff::<AllOrganizations>().await.unwrap();
        let [employment, literacy] = &reads.departments().await.unwrap()[..] else { panic!("two") };
        for (org, department) in [(&tide, employment), (&shore, literacy)] {
            let form =
                SteeringForm { departments: vec![department.id.to_string()], ..SteeringForm::default() };
            about(&sophie, org.id).await.steer(&form).await.unwrap();
        }
        let of = |which| DeskSearch { department: Some(which), ..DeskSearch::default() };
        assert_eq!(
            organizations(&desk(&alain, &of(DepartmentFilter::One(literacy.id))).await),
            ["Shore House"]
        );
        assert!(!reads.departments_to_filter().await.unwrap().mine);
        assert_eq!(desk(&alain, &of(DepartmentFilter::Mine)).await.found, 0);
        keeps.staff_department(employment.id, &people_ticked(&[&alain])).await.unwrap();
        assert!(reads.departments_to_filter().await.unwrap().mine);
        assert_eq!(organizations(&desk(&alain, &of(DepartmentFilter::Mine)).await), ["Tide House"]);
        assert_eq!(desk(&sophie, &of(DepartmentFilter::Mine)).await.found, 0);
        let both = DeskSearch { words: "shore".into(), ..of(DepartmentFilter::Mine) };
        assert_eq!(desk(&alain, &both).await.found, 0);
    });
}

async fn named(who: &Person, language: Language) -> Vec<String> {
    let staff = who.signs_in().await.unwrap().staff::<AllOrganizations>().await.unwrap();
    let page = staff.desk(&DeskSearch::default(), language).await.unwrap();
    page.lines.into_iter().map(|line| line.name.en).collect()
}

#[test]
fn g1_the_desk_lists_organizations_by_their_names_in_the_language_of_the_page() {
    on_both(async |stage| {
        let (operator, sophie, _) = support(stage).await;
        stage.run("UPDATE organizations SET sort_key_en = 'zz' WHERE id = $1", [operator.id.0.into()]).await;
        for (en, fr) in [
            ("Wave House", "Abri des vagues"),
            ("Employment Office", "Bureau de l’emploi"),
            ("Écluse Centre", "Écluse"),
        ] {
            let details = DetailsForm { name_en: en.into(), name_fr: fr.into(), ..DetailsForm::default() };
            opens(&sophie, &OpenForm { details, ..OpenForm::default() }).await.unwrap();
        }
        let french = ["Wave House", "Employment Office", "Program Office", "Écluse Centre"];
        let english = ["Écluse Centre", "Employment Office", "Wave House", "Program Office"];
        assert_eq!(named(&sophie, Language::Fr).await, french);
        assert_eq!(named(&sophie, Language::En).await, english);
    });
}

/// Organizations that were there before have a place in English from the first start on.
#[test]
fn g1_organizations_of_before_are_listed_in_english_at_once() {
    on_both_older(9, async |stage| {
        for name in ["Wave House / Abri", "Employment Office / Bureau", "tern Bay House / Maison"] {
            stage.organization(name).await;
        }
        stage.bring_up_to_date().await;
        let names = stage.texts("SELECT name_en FROM organizations ORDER BY sort_key_en").await;
        assert_eq!(names, ["Employment Office", "tern Bay House", "Wave House"]);
    });
}
